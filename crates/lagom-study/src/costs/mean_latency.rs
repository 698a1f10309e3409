//! Mean latency: the mean wait for one prediction.

use super::about::{About, Chart, Heading, Words};
use super::cost::Cost;
use super::figures::{Figures, Range};
use super::unit::Unit;

/// The mean time for one prediction, in seconds, on the machine that runs lagom: what a cascade saves shows in it, where a quantile is that of its slower
/// member.
pub struct MeanLatency;

impl Cost for MeanLatency {
    fn about(&self) -> &'static About {
        &About {
            name: "mean-latency",
            key: "mean-latency",
            option: "mean-latency",
            ratio: "mean-latency",
            unit: Unit::Time,
            timed: true,
            declared: false,
            noisy: true,
            probe: None,
            imported: None,
            usual: false,
            limit: "the longest mean wait for one prediction",
            example: "2 ms",
            cheap: "a short mean wait for one prediction",
            meaning: Some(
                "Mean latency: the mean time of one prediction. Of two models in a row it is that of the small one, and that of the large one for the share of rows that is handed on.",
            ),
            noun: "mean latency",
            at_most: "a mean of {} a prediction",
            column: Some(Heading { title: "mean latency", short: "mean" }),
            chart: Some(Chart {
                id: "mean-latency",
                axis: "mean latency of one prediction",
                short: "mean",
                title: "Quality over the mean wait",
                caption: "Left is faster: the mean time of single predictions.",
            }),
            row: Some(Words { label: "mean wait", detail: "for one prediction", less: "faster", more: "slower" }),
        }
    }

    fn of(&self, figures: &Figures) -> Option<f64> {
        figures.in_use.as_ref().and_then(|found| found.mean)
    }

    fn range(&self, figures: &Figures) -> Option<Range> {
        figures.in_use.as_ref().and_then(|found| found.ranges.mean)
    }
}
