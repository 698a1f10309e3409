//! Fine-tuning: an encoder with a linear head on its pooled vector, trained on texts; or a decoder, trained on how texts go on.
//!
//! ```text
//! FineTuning { encoder, texts, targets, recipe, seed }.run(resume, watch) -> TunedModel -> logits
//!                    │ each step: a batch of the shuffled texts, forward, loss, back, AdamW
//!                    └ checkpoint every n steps: from it, the training goes on to the same bits
//! ```
//!
//! The pooled vector is not brought to length 1 here, whatever the folder says: a linear head learns slowly from short vectors.

mod continuations;
mod head;
mod model;
mod optimiser;
mod recipe;
mod start;
mod state;
#[cfg(test)]
mod tests;
mod training;
mod update;
mod watch;

pub use crate::network::Target;
pub use continuations::Follows;
pub use model::TunedModel;
pub use recipe::{Adaptation, Lora, Recipe, Targets};
pub use training::{FineTuning, TuneError, Tuned};
pub use watch::{Look, Progress, Unwatched, Watch};

pub(crate) use optimiser::{Moments, Step, scale, squared};
pub(crate) use recipe::schedule;
pub(crate) use start::random;
