//! Robustness: how much quality is lost where inputs are corrupted.

use super::about::{About, Chart, Heading, Words};
use super::cost::Cost;
use super::figures::{Estimated, Figures, Range};
use super::unit::Unit;

/// The quality that corrupted inputs cost, in the metric's unit: that on validation rows as they are less the mean over all corruptions that apply and
/// their five severities. It stands on its own, where the mean corruption error is beside a smallest size. 0 where nothing is lost; none where the
/// probe did not look.
pub struct Robustness;

impl Robustness {
    fn found(figures: &Figures) -> Option<&Estimated> {
        figures.probed.get("robustness")
    }
}

impl Cost for Robustness {
    fn about(&self) -> &'static About {
        &About {
            name: "robustness",
            key: "robustness",
            option: "robustness",
            ratio: "robustness",
            unit: Unit::Number,
            timed: false,
            declared: false,
            noisy: true,
            probe: Some("robustness"),
            imported: None,
            usual: false,
            limit: "the largest loss of quality on corrupted inputs, in units of the metric, in the mean over corruptions",
            example: "0.05",
            cheap: "little quality lost on corrupted inputs",
            meaning: Some(
                "Loss on corrupted rows: quality on rows as they are, less that on rows that were spoilt on purpose, in the mean over all ways of spoiling and five severities; in units of the metric.",
            ),
            noun: "loss on corrupted rows",
            at_most: "a loss of {} on corrupted rows",
            column: Some(Heading { title: "loss on corrupted rows", short: "corrupted" }),
            chart: Some(Chart {
                id: "robustness",
                axis: "quality lost on corrupted rows",
                short: "corrupted",
                title: "Quality over robustness",
                caption: "Left is more robust: the quality that is lost on corrupted rows, in units of the metric. Only what the probe looked at is drawn.",
            }),
            row: Some(Words {
                label: "robustness",
                detail: "lost on corrupted rows",
                less: "less lost on corrupted rows",
                more: "more lost on corrupted rows",
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
