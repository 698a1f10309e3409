//! What can be done to training rows.

use serde::{Deserialize, Serialize};

use crate::candidate::shape::DataShape;

/// One thing that is done to the training rows before a family sees them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RowStep {
    /// The targets that a person holds right take the place of those given.
    Reviewed,
    /// A random share of the rows, between 0 and 1, is trained on.
    Share(f64),
    /// The targets are dealt anew among the rows: nothing is left to learn.
    ShuffledLabels,
    /// The targets of a random share of the rows, between 0 and 1, are replaced by others.
    LabelNoise(f64),
    /// Of rows with equal inputs one is kept.
    Deduplicate,
    /// Rows whose label is probably wrong are treated.
    Cleaning(Cleaning),
    /// Numbers are clipped to their quantiles `q` and `1 − q`, `q` below a half.
    Winsorise(f64),
    /// Rows are added until every class has as many as the commonest.
    Oversample,
    /// One copy of each row is added whose numbers have noise of so many standard deviations.
    Noise(f64),
    /// One changed copy of each text is added.
    Augment(Augmentation),
    /// Every class comes to the same weight.
    BalancedClasses,
}

/// What is done to rows whose label is probably wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cleaning {
    /// They are left out.
    Drop,
    /// They get the label that the other rows say.
    Relabel,
    /// They weigh as much as their label is probable.
    DownWeight,
    /// As many rows are left out as [`Cleaning::Drop`] would, but random ones: what cleaning is compared with.
    DropRandom,
}

/// How the copy of a text differs from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Augmentation {
    /// Each word is left out with a probability of 0.1.
    WordDropout,
    /// Two random words change places, once for every ten words.
    Swap,
    /// A tenth of the words get a typing error.
    Typos,
    /// A run of a fifth of the words is left out.
    Delete,
}

impl RowStep {
    /// Where it stands among the steps: each works on what those before it have left.
    #[must_use]
    pub fn rank(&self) -> u8 {
        match self {
            // Before all that spoils targets, or makes other rows of them.
            Self::Reviewed => 0,
            Self::Share(_) => 1,
            Self::ShuffledLabels => 2,
            Self::LabelNoise(_) => 3,
            Self::Deduplicate => 4,
            Self::Cleaning(_) => 5,
            Self::Winsorise(_) => 6,
            Self::Oversample => 7,
            Self::Noise(_) => 8,
            Self::Augment(_) => 9,
            Self::BalancedClasses => 10,
        }
    }

    /// The name of its lever.
    #[must_use]
    pub fn lever(&self) -> &'static str {
        match self {
            Self::Share(_) => "data-share",
            Self::ShuffledLabels => "shuffled-labels",
            Self::LabelNoise(_) => "label-noise",
            Self::Deduplicate => "deduplicate",
            Self::Reviewed | Self::Cleaning(_) => "cleaning",
            Self::Winsorise(_) => "winsorise",
            Self::Oversample => "oversampling",
            Self::Noise(_) => "noise",
            Self::Augment(_) => "augmentation",
            Self::BalancedClasses => "class-weights",
        }
    }

    /// About how many floating-point operations it takes itself on so many rows: those of the cheap models that judge labels.
    #[must_use]
    pub fn flops(&self, rows: f64, shape: &DataShape<'_>) -> f64 {
        match self {
            // Of five trainings on four fifths of the rows one searches its penalty, and the others are short: for texts as one of the
            // family, for tables a third of that, since the cheap model takes fewer passes.
            Self::Cleaning(_) if shape.characters > 0.0 => 160.0 * rows * shape.characters * 3.0 * shape.outputs,
            Self::Cleaning(_) => 200.0 * rows * shape.scaled_width() as f64 * shape.outputs,
            _ => 0.0,
        }
    }

    /// About how many rows it makes of one, where that is known before the rows are.
    #[must_use]
    pub fn growth(&self, classes: u32) -> f64 {
        match self {
            Self::Share(share) => *share,
            Self::Noise(_) | Self::Augment(_) => 2.0,
            // Between no row more and all of one class: how uneven the classes are is not known here.
            Self::Oversample => 1.0 + 0.5 * f64::from(classes.saturating_sub(1)) / f64::from(classes.max(1)),
            _ => 1.0,
        }
    }
}

/// How many training rows a lever has changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowChange {
    /// The name of the lever.
    pub lever: String,
    /// Rows that it left out, added, or changed in input, target or weight.
    pub rows: u64,
    /// Rows that it would have left out or relabelled too, and did not, so that no class is lost.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub spared: u64,
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// What one step did.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Done {
    /// As [`RowChange::rows`].
    pub(super) rows: usize,
    /// As [`RowChange::spared`].
    pub(super) spared: usize,
    /// Floating-point operations that it took.
    pub(super) flops: f64,
}

impl Done {
    /// So many rows were changed.
    pub(super) fn rows(rows: usize) -> Self {
        Self { rows, ..Self::default() }
    }
}
