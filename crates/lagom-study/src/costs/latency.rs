//! Latency: the wait for one prediction.

use super::about::{About, Chart, Heading, Imported, Words};
use super::cost::Cost;
use super::figures::{Figures, Range};
use super::unit::Unit;

/// The time for one prediction, in seconds, at the 95th percentile, on the machine that runs lagom.
pub struct Latency;

impl Cost for Latency {
    fn about(&self) -> &'static About {
        &About {
            name: "latency",
            key: "latency-p95",
            option: "latency-p95",
            ratio: "latency",
            unit: Unit::Time,
            timed: true,
            declared: false,
            noisy: true,
            probe: None,
            imported: Some(Imported {
                option: "max-latency",
                limit: "the longest time for one example, such as \"2 s\"",
            }),
            usual: true,
            limit: "the longest wait for one prediction in 95 of 100",
            example: "5 ms",
            cheap: "a short time for one prediction",
            meaning: None,
            noun: "p95 latency",
            at_most: "p95 {} a prediction",
            column: Some(Heading { title: "p95", short: "p95" }),
            chart: Some(Chart {
                id: "latency",
                axis: "p95 latency of one prediction",
                short: "p95",
                title: "Quality over latency",
                caption: "Left is faster: the time that 95 % of single predictions stay within.",
            }),
            row: Some(Words { label: "speed", detail: "p95 a prediction", less: "faster", more: "slower" }),
        }
    }

    fn of(&self, figures: &Figures) -> Option<f64> {
        figures.in_use.as_ref().map(|found| found.latency_p95)
    }

    fn range(&self, figures: &Figures) -> Option<Range> {
        figures.in_use.as_ref().and_then(|found| found.ranges.p95)
    }
}
