//! `[trials]`: how often each candidate is trained, and on which shares of the data.

use serde::{Deserialize, Serialize};

use super::keys::trials as keys;

/// How often each candidate is trained, and on which shares of the data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trials {
    /// How often each candidate is trained, each time on another split from another start; 2 to 100.
    pub repeats: u32,
    /// What all random choices derive from.
    pub seed: u64,
    /// Whether `repeats` is lagom's: then cross-fitting takes [`Trials::CROSS_FIT_REPEATS`] in its place.
    #[serde(skip)]
    pub repeats_proposed: bool,
    /// The share of the rows that is sealed as the holdout, 0.05 to 0.5; not used where
    /// the source is [`Source::Given`](crate::Source::Given), nor with cross-fitting.
    pub holdout: f64,
    /// Whether each repeat seals a fold of its own, so that all rows take part in the verdict, in place of one
    /// holdout for all; `None`: where it pays, see [`Study::cross_fits`](crate::Study::cross_fits).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cross_fit: Option<bool>,
    /// The share of the remaining rows that each repeat validates on, 0.05 to 0.5.
    pub validation: f64,
    /// Whether `validation` is lagom's: then [`Trials::validating`] fits it to the rows.
    #[serde(skip)]
    pub validation_proposed: bool,
    /// On how many training rows one candidate of each adaptation is trained after the verdict, beside all of them, from the fewest; `None`:
    /// on shares of the rows, where several adaptations of pretrained weights are trained.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label_counts: Option<Vec<u32>>,
    /// How many trials run side by side; `None`: one a core.
    pub workers: Option<u32>,
    /// How many trainings share a graphics card at a time; `None`: one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_workers: Option<u32>,
}

impl Default for Trials {
    fn default() -> Self {
        Trials {
            repeats: keys::REPEATS.default.0,
            seed: keys::SEED.default.0,
            repeats_proposed: true,
            holdout: keys::HOLDOUT.default.0,
            cross_fit: None,
            validation: Self::VALIDATION,
            validation_proposed: true,
            label_counts: None,
            workers: None,
            device_workers: None,
        }
    }
}

impl Trials {
    /// The most repeats of a study.
    pub const MOST_REPEATS: u32 = keys::REPEATS.values.most;

    /// How many trials may run side by side.
    pub const WORKERS: std::ops::RangeInclusive<u32> = keys::WORKERS.values.range();

    /// Fewest repeats to cross-fit with: with fewer folds each model misses too many rows to train on.
    pub const FEWEST_FOLDS: u32 = 4;

    /// Repeats of a cross-fitted study that names none: one round of ten folds, so that each model is trained on nine
    /// tenths of the rows, less what it validates on. Figures beside two rounds of five: `verdict/crossfit.rs`.
    pub const CROSS_FIT_REPEATS: u32 = 10;

    /// Share of the rows to validate on where the study says nothing: every row that is validated on is missing in training,
    /// and the model that is handed over is trained on all of them.
    pub const VALIDATION: f64 = keys::VALIDATION.default.0;

    /// The same where models are called, which answer the validation rows in place of training on the others.
    pub const CALLED_VALIDATION: f64 = 0.2;

    /// Fewest rows to validate on where the study says nothing, up to a fifth: early stopping and the choice of a learning
    /// rate on fewer are mostly chance.
    const FEWEST_VALIDATED: f64 = 50.0;

    /// Below this number of rows a study is cross-fitted unless it says otherwise. From here on a
    /// sealed fifth is 2,000 rows or more, and twice the trainings begin to cost more than they tell.
    pub const CROSS_FIT_BELOW: usize = 10_000;

    /// These settings with the number of repeats that the study will have.
    #[must_use]
    pub fn settled(&self, cross_fitted: bool) -> Trials {
        let repeats = if cross_fitted && self.repeats_proposed { Self::CROSS_FIT_REPEATS } else { self.repeats };
        Trials { repeats, repeats_proposed: false, ..self.clone() }
    }

    /// These settings with the share to validate on that the study will have: lagom's own is a tenth, more where that would
    /// be fewer than 50 of the `rows` of a repeat, at most a fifth; a fifth where models are called.
    #[must_use]
    pub fn validating(&self, rows: usize, called: bool) -> Trials {
        let wanted = (100.0 * Self::FEWEST_VALIDATED / rows.max(1) as f64).ceil() / 100.0;
        let validation = match self.validation_proposed {
            false => self.validation,
            true if called => Self::CALLED_VALIDATION,
            true => wanted.clamp(Self::VALIDATION, Self::CALLED_VALIDATION),
        };
        Trials { validation, validation_proposed: false, ..self.clone() }
    }
}
