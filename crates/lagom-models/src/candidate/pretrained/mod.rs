//! Pretrained weights as candidates: an adaptation of them is a family, the weights are the size.
//!
//! ```text
//! WeightsAt ── found ──> Weights ── choices ──> Candidates         a folder or the local cache; what is tried of it
//! Weights, texts ── embeddings ──> vectors ── Frozen ──> model     worked out once for all repeats, kept in the study's folder
//! Weights, texts ── Tuned ──> model                                low-rank, all weights, or their shape from a random start
//! ```
//!
//! `lagom-pretrained` reads and runs the weights; here they meet columns, labels, units and the store's folder.

mod choices;
mod cuts;
mod embeddings;
mod found;
mod frozen;
mod hub;
mod network;
mod source;
mod tuned;
#[cfg(test)]
mod tests;

pub use choices::{Choice, adapted, choose};
pub use found::{WeightsFault, look};

pub(super) use frozen::Frozen;
pub(super) use tuned::Tuned;

use super::spec::{FitError, Size};
use crate::study::{Adaptation, FamilyId};

/// The name of the digest of the weights in a size.
const WEIGHTS: &str = "weights";

/// The family of frozen weights.
pub(super) const FROZEN: FamilyId = FamilyId::new("frozen");

/// The family that an adaptation is.
fn family_of(how: Adaptation) -> FamilyId {
    match how {
        Adaptation::Frozen => FROZEN,
        Adaptation::Lora => FamilyId::new("lora"),
        Adaptation::Full => FamilyId::new("fine-tuned"),
        Adaptation::Scratch => FamilyId::new("from-scratch"),
    }
}

/// The size that weights of this digest are.
fn size(digest: &str) -> Result<Size, FitError> {
    Size::default().with_digest(WEIGHTS, digest)
}
