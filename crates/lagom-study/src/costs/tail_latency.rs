//! Tail latency: what all but one of a hundred predictions stay within.

use super::about::{About, Chart, Heading, Words};
use super::cost::Cost;
use super::figures::{Figures, Range};
use super::unit::Unit;

/// The time that 99 % of single predictions stay within, in seconds, on the machine that runs lagom.
pub struct TailLatency;

impl Cost for TailLatency {
    fn about(&self) -> &'static About {
        &About {
            name: "latency-p99",
            key: "latency-p99",
            option: "latency-p99",
            ratio: "latency-p99",
            unit: Unit::Time,
            timed: true,
            declared: false,
            noisy: true,
            probe: None,
            imported: None,
            usual: false,
            limit: "the longest wait for one prediction in 99 of 100",
            example: "10 ms",
            cheap: "a short time for all but the slowest predictions",
            meaning: Some("p99 latency: the time that 99 % of single predictions stay within."),
            noun: "p99 latency",
            at_most: "p99 {} a prediction",
            column: Some(Heading { title: "p99", short: "p99" }),
            chart: Some(Chart {
                id: "tail-latency",
                axis: "p99 latency of one prediction",
                short: "p99",
                title: "Quality over the slowest waits",
                caption: "Left is faster: the time that 99 % of single predictions stay within.",
            }),
            row: Some(Words { label: "slowest waits", detail: "p99 a prediction", less: "faster", more: "slower" }),
        }
    }

    fn of(&self, figures: &Figures) -> Option<f64> {
        figures.in_use.as_ref().and_then(|found| found.latency_p99)
    }

    fn range(&self, figures: &Figures) -> Option<Range> {
        figures.in_use.as_ref().and_then(|found| found.ranges.p99)
    }
}
