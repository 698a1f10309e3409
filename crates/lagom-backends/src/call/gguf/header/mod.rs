//! What a GGUF file says of its model, without loading it: the reader of its header.
//!
//! ```text
//! file -> cursor (bounded) -> parse (keys, tensors) -> Header -> memory: what it needs, what there is
//! ```
//!
//! Only the header is read, never a weight. Nothing in a file is believed before it is checked against the size of
//! the file: no count makes the reader allocate, and no sum of sizes can overflow.

mod architecture;
mod cursor;
mod describe;
mod error;
mod memory;
mod parse;
mod quantisation;
mod shards;
mod tensor;
#[cfg(test)]
pub(crate) mod tests;
mod types;
mod value;

pub use architecture::Architecture;
pub use error::HeaderError;
pub use memory::{CachePrecision, Memory, available_memory};
pub use quantisation::Quantisation;
pub use tensor::TensorType;
pub use types::{Header, Vocabulary, VocabularyKind, Warning};
