//! The same networks in the tensor library's tensors, for graphics cards: forward here, back by its automatic differentiation.
//!
//! ```text
//! Compute ── open ──> Opened                        a device that is there, and computes in such numbers
//! Batch ── Padded ──> tokens, what each token sees, what the pooled vector is made of
//! Parameters, Padded ── Pass ──> the vector of each token ── pooled ──> one a text
//! ```
//!
//! Texts of a batch are filled up to the longest, and what was filled in is seen by no token and no pooled vector. Products of matrices are the
//! only thing that is worked out in bf16 where that is asked for; everything else is f32. The zeros of dropout are drawn on the host, in the order
//! of a training on the processor, so that both train the same. GELU is made of `erf`: the library's own goes back by another formula.
//!
//! Kernels are not chosen by trying how fast they are (the library's `autotune`): a device would then come to other bits each time.

mod activation;
mod batch;
mod network;
mod norm;
#[cfg(feature = "device")]
mod open;
mod opened;
#[cfg(test)]
mod tests;

pub(crate) use batch::Padded;
pub(crate) use network::{Parameters, Pass, Zeros};
#[cfg(feature = "device")]
pub(crate) use open::open;
pub(crate) use opened::{Opened, numbers, tensor};
#[cfg(test)]
pub(crate) use tests::flex;
