//! Pretrained transformers on a processor: real weights read, run, fine-tuned and kept. Knows no study, candidate or store.
//!
//! ```text
//! Folder::open ─┬─> Encoder::load ──> embed                         frozen embeddings
//!               │        ├─> FineTuning::run ──> TunedModel         LoRA, all weights, or from scratch
//!               │        └─> Distillation ──> StaticEmbedding       a vector for each token, of several sizes
//!               ├─> StaticEmbedding::load ──> embed                 mean of token rows (model2vec)
//!               └─> Decoder::load ──> likelihoods, write            zero-shot and few-shot, as they are or fine-tuned
//! texts ──> BytePairs, LanguageTraining::run ──> LanguageModel         own language models, from nothing but texts
//! ```
//!
//! Products of matrices are the tensor library's; all else, forward and backward, is loops of our own over slices
//! (`kernels`), compiled for the widest instructions that the processor has: the tensor library's `exp`, `erf` and softmax are
//! scalar, and gradients written by hand keep what they need and nothing more. Texts of a batch lie behind each other
//! without padding. So there is no feature for training: it brings no further dependency. On a graphics card (features `cuda` and
//! `wgpu`) the same networks are written once more in the tensor library's tensors (`device`).
//!
//! Everything runs on one thread where `RAYON_NUM_THREADS=1`; the same bits come again on the same machine.

mod architecture;
mod compute;
mod decoder;
#[cfg(any(test, feature = "device"))]
mod device;
mod distil;
mod encoder;
mod error;
pub mod fine_tune;
mod folder;
mod handed_over;
mod kernels;
pub mod language;
mod network;
mod next_token;
mod packed;
mod places;
mod product;
mod seed;
mod shape;
mod slot;
mod static_embedding;
mod tensors;
mod texts;
#[cfg(test)]
mod tiny_tests;
mod tokenizer;
mod wide;
mod writing;
#[cfg(test)]
mod writing_tests;

pub use architecture::Architecture;
pub use compute::{Compute, ComputeError, Place, Precision};
pub use decoder::{Continuation, Decoder, Likelihood};
pub use distil::{Distillation, Distilled, distilled_tokens};
pub use encoder::{Embedded, Encoder, HiddenStates};
pub use error::{StateError, WeightsError};
pub use folder::{ContentHash, Folder, Pooling};
pub use static_embedding::StaticEmbedding;
pub use writing::{Beginning, Ended, Written};
