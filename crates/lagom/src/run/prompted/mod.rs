//! Candidates that are asked and not trained: what each is asked, who answers, and what that will take. Nothing is asked here.

mod backends;
mod plan;
mod prompted_model;
mod rows;
mod sight;
mod variants;
mod wording;

pub(super) use backends::{Place, identity, price, settings, shared_by, told};
pub use plan::CallPlan;
pub(super) use plan::FIRST;
pub(super) use prompted_model::PromptedModel;
pub use sight::Sight;
pub(super) use variants::{asking, variants, varied_rows};
