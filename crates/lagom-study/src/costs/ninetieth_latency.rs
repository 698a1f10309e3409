//! p90 latency: what nine of ten predictions stay within.

use super::about::{About, Chart, Heading, Words};
use super::cost::Cost;
use super::figures::{Figures, Range};
use super::unit::Unit;

/// The time that 90 % of single predictions stay within, in seconds, on the machine that runs lagom.
pub struct NinetiethLatency;

impl Cost for NinetiethLatency {
    fn about(&self) -> &'static About {
        &About {
            name: "latency-p90",
            key: "latency-p90",
            option: "latency-p90",
            ratio: "latency-p90",
            unit: Unit::Time,
            timed: true,
            declared: false,
            noisy: true,
            probe: None,
            imported: None,
            usual: false,
            limit: "the longest wait for one prediction in 90 of 100",
            example: "3 ms",
            cheap: "a short time for nine of ten predictions",
            meaning: Some("p90 latency: the time that 90 % of single predictions stay within."),
            noun: "p90 latency",
            at_most: "p90 {} a prediction",
            column: Some(Heading { title: "p90", short: "p90" }),
            chart: Some(Chart {
                id: "ninetieth-latency",
                axis: "p90 latency of one prediction",
                short: "p90",
                title: "Quality over nine of ten waits",
                caption: "Left is faster: the time that 90 % of single predictions stay within.",
            }),
            row: Some(Words { label: "nine of ten waits", detail: "p90 a prediction", less: "faster", more: "slower" }),
        }
    }

    fn of(&self, figures: &Figures) -> Option<f64> {
        figures.in_use.as_ref().and_then(|found| found.latency_p90)
    }

    fn range(&self, figures: &Figures) -> Option<Range> {
        figures.in_use.as_ref().and_then(|found| found.ranges.p90)
    }
}
