//! GGUF files: what they say of their models, and the models themselves, each in a process of its own.
//!
//! ```text
//! file -> header: what the model is, what it needs, whether that is there          (always)
//! Gguf::ask -> worker process: Setup, then Questions -> serve -> llama.cpp          (feature `gguf`)
//!          <-                  Ready, then Answers or failures, as JSON lines
//! ```
//!
//! A model lives in a worker process because llama.cpp ends the whole process on some inputs (a C++ exception can't
//! be caught here): that question is then recorded as [`CallFailure::Died`](super::CallFailure::Died), and the next
//! one goes to a new worker. So peak memory is also that of the one model.
//!
//! Numbers are exact by default: the cache of keys and values is kept in 32 bits and without flash attention. With
//! llama.cpp's own defaults (16 bits, flash attention where it can) bits per byte move by up to 0.0004.

mod ask;
mod backend;
#[cfg(feature = "gguf")]
mod engine;
mod error;
pub mod header;
mod observed;
mod protocol;
#[cfg(not(feature = "gguf"))]
mod serve;
#[cfg(test)]
mod tests;
mod worker;

pub use ask::Gguf;
pub use backend::GgufBackend;
#[cfg(feature = "gguf")]
pub use engine::serve;
pub use error::GgufError;
pub use observed::Observed;
pub use protocol::{Loaded, Reply, Settings, Setup, Unable};
#[cfg(not(feature = "gguf"))]
pub use serve::serve;

/// Whether this build can run models; headers are read in every build.
pub const BUILT: bool = cfg!(feature = "gguf");
