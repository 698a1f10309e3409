//! Candidates that are asked and not trained: what each is asked, who answers, and what that will take. Nothing is asked here.

mod backends;
mod plan;
mod prompted_model;
mod rows;
mod sight;

pub(super) use backends::{Place, identity, price, settings, shared_by, told};
pub use plan::CallPlan;
pub(super) use plan::FIRST;
pub(super) use prompted_model::{Fields, PromptedModel};
pub use sight::Sight;
