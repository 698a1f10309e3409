//! Fine-tuning: an encoder with a linear head on its pooled vector, trained on texts; or a decoder, trained on how texts go on.
//!
//! ```text
//! FineTuning { encoder, texts, targets, recipe, seed }.run(resume, watch) -> TunedModel -> logits
//!                    │ each step: a batch of the shuffled texts, forward, loss, back, AdamW
//!                    └ checkpoint every n steps: from it, the training goes on to the same bits
//! ```
//!
//! A step is worked out by a `Machine`: the processor, over slices, or a device ([`FineTuning::run_on`]). Recipe, order of texts, zeros of dropout,
//! looks, checkpoints and what comes of it are the same.
//!
//! The pooled vector is not brought to length 1 here, whatever the folder says: a linear head learns slowly from short vectors.

mod continuations;
#[cfg(test)]
mod device_tests;
mod fault;
mod head;
mod machine;
mod made;
mod model;
#[cfg(any(test, feature = "device"))]
mod on_device;
mod optimiser;
mod processor;
mod recipe;
mod start;
mod state;
#[cfg(test)]
mod tests;
mod training;
mod watch;

pub use crate::network::Target;
pub use continuations::Follows;
pub use fault::TuneError;
pub use model::TunedModel;
pub use recipe::{Adaptation, Lora, Recipe, Targets};
pub use training::{FineTuning, Tuned};

pub use watch::{Look, Progress, Unwatched, Watch};

pub(crate) use optimiser::{Moments, Step, scale, squared};
pub(crate) use recipe::schedule;
pub(crate) use start::random;
