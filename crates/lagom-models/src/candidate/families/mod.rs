//! The families that lagom trains: a file and a line in [`FAMILIES`] each.

mod baseline;
mod byte_ngrams;
#[cfg(feature = "pretrained")]
mod decoder;
mod embedding;
#[cfg(feature = "pretrained")]
mod fine_tuned;
#[cfg(feature = "pretrained")]
mod frozen;
mod linear;
mod mlp;
mod nearest;
mod network;
mod ngrams;
#[cfg(feature = "pretrained")]
mod prompted;
#[cfg(feature = "pretrained")]
mod static_ladder;
mod trees;

use std::path::Path;

use serde::Serialize;

use super::plan::TrainingPlan;
use super::predictor::Predictor;
use super::recipe::Recipe;
use super::shape::DataShape;
use super::spec::{Candidate, FitError, Size, Spec};
use super::training::{FitContext, Fitted, Shared};
use crate::study::units::human_count;
use crate::study::{CALLED, CASCADES, FamilyAbout, FamilyId};

/// Every family that is trained, roughly from the cheapest to the dearest: the order in which reports name them.
pub static FAMILIES: &[&dyn Family] = &[
    &baseline::Baseline,
    &linear::Linear,
    &trees::Trees,
    &mlp::Mlp,
    &ngrams::Ngrams,
    &embedding::Embedding,
    &nearest::Nearest,
    &byte_ngrams::ByteNgrams,
    #[cfg(feature = "pretrained")]
    &decoder::Decoder,
];

/// The families that pretrained weights are tried as: a study names the weights, and never these.
#[cfg(feature = "pretrained")]
static ADAPTED: &[&dyn Family] = &[
    &frozen::Frozen,
    &static_ladder::StaticLadder,
    &fine_tuned::Tuned::LORA,
    &fine_tuned::Tuned::FULL,
    &fine_tuned::Tuned::SCRATCH,
    &prompted::Prompted::ZERO_SHOT,
    &prompted::Prompted::FEW_SHOT,
];

/// No weights are read in this build.
#[cfg(not(feature = "pretrained"))]
static ADAPTED: &[&dyn Family] = &[];

/// Sparse multiply-adds a second on one core (log/2026-11-22-acceptance.md).
const SPARSE: f64 = 1.0e9;

/// A family of models that lagom trains: which sizes of it there are, what they take, and how they are trained.
pub trait Family: Sync {
    /// Its name, and what is known of it without its code.
    fn about(&self) -> &'static FamilyAbout;

    /// Version of its training code: part of the content address of its trials, so that a change of code never passes for
    /// the same measurement. Raise it when the family comes to other numbers.
    fn version(&self) -> u32;

    /// Its sizes for such data, smallest first; `largest` is the most parameters that the study allows, where it says.
    fn sizes(&self, shape: &DataShape<'_>, largest: Option<u64>) -> Vec<Candidate>;

    /// The most parameters of the sizes that are tried on such data where the study names no `largest`, if larger ones are left
    /// out since the rows are few.
    fn untried(&self, _shape: &DataShape<'_>) -> Option<u64> {
        None
    }

    /// How a size is trained for so many classes (0: for numbers), before any lever.
    ///
    /// # Errors
    /// The size is not of this family, or a setting can't be written.
    fn recipe(&self, size: &Size, classes: u32) -> Result<Recipe, FitError>;

    /// What a size of this name is, in words for people who read the name for the first time: `250 trees of at most 8 leaves`.
    fn told(&self, _name: &str) -> String {
        self.about().summary.to_owned()
    }

    /// The size of this name, as far as its recipe hangs on it; none where the name is not of this family.
    fn size_named(&self, _name: &str) -> Option<Size> {
        Some(Size::default())
    }

    /// How a size is trained for whatever target, as text: part of the content address of its trials.
    ///
    /// # Errors
    /// As [`Family::recipe`].
    fn address(&self, size: &Size) -> Result<String, FitError>;

    /// What one training of a candidate will take.
    ///
    /// # Errors
    /// The candidate is not of this family.
    fn effort(&self, candidate: &Candidate, shape: &DataShape<'_>) -> Result<Effort, FitError>;

    /// What of that is worked out once for all trainings on the same weights, though each is counted all of it.
    ///
    /// # Errors
    /// As [`Family::effort`].
    fn once(&self, _: &Candidate) -> Result<Shared, FitError> {
        Ok(Shared::default())
    }

    /// Trains a size by a plan made of a recipe of this family. Equal contexts give equal bits, whatever else runs on the machine.
    ///
    /// # Errors
    /// Size or recipe are not of this family, the loss diverged, or the data leave nothing to learn from.
    fn fit(&self, size: &Size, plan: &TrainingPlan, context: &FitContext<'_>) -> Result<Fitted, FitError>;

    /// Whether its training honours [`FitContext::weights`].
    fn weighs_rows(&self) -> bool {
        false
    }

    /// A model of this family from the bytes that its [`Predictor::to_bytes`] wrote. The first six families are kept in a
    /// form of their own ([`Learner`](super::Learner)) and have none.
    ///
    /// # Errors
    /// The bytes are not those of such a model.
    fn load(&self, _bytes: &[u8]) -> Result<Box<dyn Predictor>, FitError> {
        Err(FitError::Unfit(format!("models of the family `{}` are not kept as bytes", self.about().id)))
    }

    /// As [`Family::load`], of bytes in a file in the folder `beside`: for models that need files beside their own.
    ///
    /// # Errors
    /// As [`Family::load`]; what it needs is not there.
    fn load_beside(&self, bytes: &[u8], _beside: &Path) -> Result<Box<dyn Predictor>, FitError> {
        self.load(bytes)
    }
}

/// What one training takes, by sizes alone: right within a factor of about three on a current core.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Effort {
    /// Floating-point operations, the search included.
    pub flops: f64,
    /// Core-seconds beside reading the data.
    pub seconds: f64,
    /// Numbers of four bytes that are held for each training row.
    pub width: f64,
    /// Bytes that the learner itself takes.
    pub machinery: f64,
    /// Numbers that the model will store.
    pub weights: f64,
}

/// The family of that name, if it is trained here.
#[must_use]
pub fn family(id: FamilyId) -> Option<&'static dyn Family> {
    trained().find(|family| family.about().id == id)
}

/// What is known of every family: those that are trained, those that are called, then what is put together of them.
pub fn every() -> impl Iterator<Item = &'static FamilyAbout> {
    trained().map(|family| family.about()).chain(CALLED).chain([&CASCADES])
}

/// Every family that is trained here, those of pretrained weights among them.
fn trained() -> impl Iterator<Item = &'static dyn Family> {
    FAMILIES.iter().chain(ADAPTED).copied()
}

/// What is known of a family; none of one that this lagom does not have.
#[must_use]
pub fn about(id: FamilyId) -> Option<&'static FamilyAbout> {
    every().find(|about| about.id == id)
}

/// A candidate whose name tells its planned size: `mlp-16.4k`.
fn named(spec: Spec, planned_parameters: u64) -> Candidate {
    let name = format!("{}-{}", spec.family, human_count(planned_parameters).replace(' ', ""));
    Candidate::new(name, spec, planned_parameters)
}

/// What the name of a size says behind the name of its family: `16.4k` of `mlp-16.4k`.
fn behind(family: FamilyId, name: &str) -> Option<&str> {
    name.strip_prefix(family.name())?.strip_prefix('-')
}

/// Settings as text.
fn as_text(settings: &impl Serialize) -> Result<String, FitError> {
    serde_json::to_string(settings).map_err(|error| FitError::Unfit(format!("its settings can't be written: {error}")))
}
