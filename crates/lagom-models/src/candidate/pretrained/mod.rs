//! Pretrained weights as candidates: an adaptation of them is a family, the weights are the size.
//!
//! ```text
//! WeightsAt ── found ──> Weights                                   a folder or the local cache: looked at, nothing is read
//! Weights, texts ── embeddings ──> vectors ── frozen ──> model     worked out once for all repeats, kept in the study's folder
//! Weights ── distilled ──> a vector for each token ── static_ladder ──> models of several sizes, on vectors of texts as above
//! Weights, texts ── prompted ──> model                            the likelihood of each class's name: nothing is trained
//! texts ── language ──> model                                       a decoder of their own, from nothing but the texts
//! Weights, texts ── tuned ──> model                                low-rank, all weights, or their shape from a random start
//! Weights, prompts and references ── answering ──> answers         a backend: as they are, or trained further first
//! ```
//!
//! `lagom-pretrained` reads and runs the weights; here they meet columns, labels, units and the study's folder. Which adaptations are tried
//! is for [`choices`](super::choices) to say; their families stand with the others.

mod answering;
mod checkpoint;
mod computed;
mod cuts;
mod distilled;
mod embeddings;
mod fault;
mod found;
mod frozen;
mod hub;
mod language;
mod lock;
mod network;
mod prompted;
mod reach;
mod so_far;
mod source;
mod static_ladder;
mod tuned;

pub use answering::{Lesson, Lessons, Room, WeightsBackend, look_at_answering, room};
pub use computed::look_for;
pub use fault::WeightsFault;
pub use found::look;
pub use reach::{reach_of, remarks};

pub(super) use language::{fit_language, language_effort, language_parameters, language_recipe, load_language};

pub(super) use frozen::{NETWORK, fit_frozen, forward, load_frozen, planned_parameters};
pub use prompted::check_names;
pub use static_ladder::ladder_of;

pub(super) use prompted::{SHOTS, fit_prompted, load_prompted, prompted_flops};
pub(super) use static_ladder::{distilling, fit_static, static_memory};
pub(super) use tuned::{fit_tuned, load_tuned, tuning, tuning_flops};

use super::spec::{Candidate, FitError, Size};
use crate::study::{Adaptation, FamilyId};

/// The name of the digest of the weights in a size.
pub(super) const WEIGHTS: &str = "weights";

/// The name of the numbers of a vector of static embeddings in a size.
pub(super) const DIMENSION: &str = "dimension";

/// The family of static embeddings that are distilled out of an encoder.
pub(super) const STATIC: FamilyId = FamilyId::new("static");

/// The family of frozen weights.
pub(super) const FROZEN: FamilyId = FamilyId::new("frozen");

/// The family that an adaptation is.
pub(super) fn family_of(how: Adaptation) -> FamilyId {
    match how {
        Adaptation::Frozen => FROZEN,
        Adaptation::Static => STATIC,
        Adaptation::Lora => FamilyId::new("lora"),
        Adaptation::Full => FamilyId::new("fine-tuned"),
        Adaptation::Scratch => FamilyId::new("from-scratch"),
        Adaptation::ZeroShot => FamilyId::new("zero-shot"),
        Adaptation::FewShot => FamilyId::new("few-shot"),
    }
}

/// How a candidate adapts pretrained weights; none of one that stands on none.
#[must_use]
pub fn adaptation_of(candidate: &Candidate) -> Option<Adaptation> {
    Adaptation::ALL.into_iter().find(|how| family_of(*how) == candidate.spec.family)
}

/// The size that weights of this digest are.
pub(super) fn weights_size(digest: &str) -> Result<Size, FitError> {
    Size::default().with_digest(WEIGHTS, digest)
}
