//! Calibration error: how far stated confidence and share of right answers lie apart.

use super::about::{About, Chart, Heading, Words};
use super::cost::Cost;
use super::figures::{Estimated, Figures, Range};
use super::unit::Unit;

/// The expected calibration error of the probabilities as the model states them (15 bins of the same width), 0 to 1. None where the probe did not look,
/// and of models of numbers.
pub struct CalibrationError;

impl CalibrationError {
    fn found(figures: &Figures) -> Option<&Estimated> {
        figures.probed.get("calibration")
    }
}

impl Cost for CalibrationError {
    fn about(&self) -> &'static About {
        &About {
            name: "calibration-error",
            key: "calibration-error",
            option: "calibration-error",
            ratio: "calibration-error",
            unit: Unit::Number,
            timed: false,
            declared: false,
            noisy: true,
            probe: Some("calibration"),
            imported: None,
            usual: false,
            limit: "the largest calibration error: how far stated confidence and share of right answers lie apart, 0 to 1",
            example: "0.05",
            cheap: "confidence that says how often answers are right",
            meaning: Some(
                "Calibration error: how far a model's stated confidence and its share of right answers lie apart, in the mean over 15 bins (ECE); 0 at best, at most 1.",
            ),
            noun: "calibration error",
            at_most: "a calibration error of {}",
            column: Some(Heading { title: "calibration error", short: "ECE" }),
            chart: Some(Chart {
                id: "calibration-error",
                axis: "expected calibration error",
                short: "ECE",
                title: "Quality over calibration",
                caption: "Left is better calibrated: how far stated confidence and share of right answers lie apart. Only what the probe looked at is drawn.",
            }),
            row: Some(Words {
                label: "calibration",
                detail: "of stated confidence",
                less: "better calibrated",
                more: "worse calibrated",
            }),
        }
    }

    fn of(&self, figures: &Figures) -> Option<f64> {
        Self::found(figures).map(|found| found.value)
    }

    fn range(&self, figures: &Figures) -> Option<Range> {
        Self::found(figures).and_then(|found| found.range)
    }
}
