//! Memory: what a model adds to the process that uses it.

use super::about::{About, Chart, Heading, Words};
use super::cost::Cost;
use super::figures::Figures;
use super::unit::Unit;

/// The memory that the model adds to the process that uses it, in bytes.
pub struct Memory;

impl Cost for Memory {
    fn about(&self) -> &'static About {
        &About {
            name: "memory",
            key: "memory",
            option: "max-memory",
            ratio: "memory",
            unit: Unit::Bytes,
            timed: true,
            declared: true,
            noisy: false,
            probe: None,
            imported: None,
            usual: true,
            limit: "the most memory it adds to a process",
            example: "64 MB",
            cheap: "little memory in use",
            meaning: None,
            noun: "memory",
            at_most: "{} of memory",
            column: Some(Heading { title: "memory", short: "memory" }),
            chart: Some(Chart {
                id: "memory",
                axis: "memory in use",
                short: "memory",
                title: "Quality over memory",
                caption: "Left is smaller: the memory that loading and using the model takes.",
            }),
            row: Some(Words { label: "memory", detail: "in use", less: "less", more: "more" }),
        }
    }

    fn of(&self, figures: &Figures) -> Option<f64> {
        figures.in_use.as_ref().and_then(|found| found.memory).map(|bytes| bytes as f64)
    }
}
