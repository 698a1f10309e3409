//! What a training is for, what it gives, and the pieces that the families share.

use serde::{Deserialize, Serialize};

use super::labels::Labels;
use super::linear;
use super::model::Model;
use super::neural;
use super::outside::Outside;
use super::preprocess::TargetScale;
use super::rows::RowChange;
use super::spec::FitError;
use super::tuned::{Point, TunedParams};
use super::watch::Watch;
use crate::data::{Examples, Target};
use crate::stats::Stop;
use lagom_metrics::Outcomes;

/// What a training is for.
#[derive(Clone, Copy, Debug)]
pub enum Purpose<'a> {
    /// To be measured: rates, penalties and steps are chosen on these validation examples.
    Measure {
        /// Examples to choose and stop on.
        validation: Examples<'a>,
        /// Watches trainings that go step by step; it changes no number, but may end one that can't matter.
        watch: Option<Watch<'a>>,
    },
    /// To be used: everything was settled by the repeats, all rows are trained on.
    Refit {
        /// What the repeats settled on.
        settled: TunedParams,
    },
}

/// What a training has beside its size and recipe.
#[derive(Clone, Copy, Debug)]
pub struct FitContext<'a> {
    /// The rows to train on.
    pub train: Examples<'a>,
    /// What the training is for.
    pub purpose: Purpose<'a>,
    /// How much each of those rows weighs, in the same order: on average 1, none below 0. None where all weigh the same.
    /// Only families that honour it ([`Family::weighs_rows`](super::Family::weighs_rows)) are given any.
    pub weights: Option<&'a [f32]>,
    /// Seed of initial weights, of the order of rows, and of what levers do to the rows.
    pub seed: u64,
    /// What it reads and keeps outside of its data.
    pub outside: Outside<'a>,
}

/// Work that is done once for several trainings. Each is counted as if it stood alone, so that what they cost can be compared; this is what
/// was counted and not spent: above 0 where another training did the work, below 0 where this one did it for others too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Shared {
    /// Floating-point operations.
    pub flops: f64,
    /// CPU seconds.
    pub cpu_seconds: f64,
}

impl Shared {
    /// Whether there is no such work.
    #[must_use]
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

impl std::ops::Add for Shared {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { flops: self.flops + other.flops, cpu_seconds: self.cpu_seconds + other.cpu_seconds }
    }
}

/// A trained candidate.
#[derive(Clone, Debug)]
pub struct Fitted {
    /// The model with its treatment.
    pub model: Model,
    /// What it settled on.
    pub settled: TunedParams,
    /// The training curve.
    pub history: Vec<Point>,
    /// Floating-point operations of search, training and evaluation together.
    pub flops: f64,
    /// Those of the search for rates and penalties alone.
    pub search_flops: f64,
    /// What of the work was not spent here, or here for others.
    pub shared: Shared,
    /// Where the training was ended since it can't matter; none where it ran its course.
    pub stopped: Option<Stop>,
    /// What levers did to the training rows, in the order in which they did it.
    pub changes: Vec<RowChange>,
    /// Outcomes on the first [`TRAIN_SAMPLE`](super::TRAIN_SAMPLE) of the rows as they were trained on; none where no lever changed
    /// rows, and they are those of the data.
    pub trained: Option<Outcomes>,
}

/// Labels or standardised values of a set of examples.
pub(super) enum Truth {
    Classes(Vec<u32>, u32),
    Values(Vec<f32>),
}

impl Truth {
    pub(super) fn of(examples: &Examples<'_>, scale: Option<TargetScale>) -> Self {
        match scale {
            Some(scale) => Self::Values(scale.apply(&examples.numbers())),
            None => Self::Classes(examples.labels(), examples.target.classes()),
        }
    }

    pub(super) fn labels(&self) -> Labels<'_> {
        match self {
            Self::Classes(labels, classes) => Labels::Classes { labels, classes: *classes },
            Self::Values(values) => Labels::Values(values),
        }
    }
}

pub(super) fn scale(train: &Examples<'_>) -> Option<TargetScale> {
    matches!(train.target, Target::Numbers(_)).then(|| TargetScale::fit(&train.numbers()))
}

pub(super) fn validation<'a>(purpose: Purpose<'a>) -> Option<Examples<'a>> {
    match purpose {
        Purpose::Measure { validation, .. } => Some(validation),
        Purpose::Refit { .. } => None,
    }
}

pub(super) fn watch<'a>(purpose: Purpose<'a>) -> Option<Watch<'a>> {
    match purpose {
        Purpose::Measure { watch, .. } => watch,
        Purpose::Refit { .. } => None,
    }
}

pub(super) fn settled(purpose: Purpose<'_>) -> Option<TunedParams> {
    match purpose {
        Purpose::Measure { .. } => None,
        Purpose::Refit { settled } => Some(settled),
    }
}

impl From<linear::LinearError> for FitError {
    fn from(error: linear::LinearError) -> Self {
        match error {
            linear::LinearError::Diverged { .. } => Self::Diverged(error.to_string()),
            other => Self::Unfit(other.to_string()),
        }
    }
}

impl From<neural::NeuralError> for FitError {
    fn from(error: neural::NeuralError) -> Self {
        match error {
            neural::NeuralError::Diverged { .. } => Self::Diverged(error.to_string()),
            other => Self::Unfit(other.to_string()),
        }
    }
}
