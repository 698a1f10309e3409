//! Median latency: what half of the predictions stay within.

use super::about::{About, Chart, Heading, Words};
use super::cost::Cost;
use super::figures::{Figures, Range};
use super::unit::Unit;

/// The time that half of single predictions stay within, in seconds, on the machine that runs lagom.
pub struct MedianLatency;

impl Cost for MedianLatency {
    fn about(&self) -> &'static About {
        &About {
            name: "latency-p50",
            key: "latency-p50",
            option: "latency-p50",
            ratio: "latency-p50",
            unit: Unit::Time,
            timed: true,
            declared: false,
            noisy: true,
            probe: None,
            imported: None,
            usual: false,
            limit: "the longest wait for one prediction in 50 of 100",
            example: "1 ms",
            cheap: "a short median time for one prediction",
            meaning: Some("p50 latency: the time that half of single predictions stay within."),
            noun: "p50 latency",
            at_most: "p50 {} a prediction",
            column: Some(Heading { title: "p50", short: "p50" }),
            chart: Some(Chart {
                id: "median-latency",
                axis: "median latency of one prediction",
                short: "p50",
                title: "Quality over the median wait",
                caption: "Left is faster: the time that half of single predictions stay within.",
            }),
            row: Some(Words { label: "median wait", detail: "for one prediction", less: "faster", more: "slower" }),
        }
    }

    fn of(&self, figures: &Figures) -> Option<f64> {
        figures.in_use.as_ref().and_then(|found| found.latency_p50)
    }

    fn range(&self, figures: &Figures) -> Option<Range> {
        figures.in_use.as_ref().and_then(|found| found.ranges.p50)
    }
}
