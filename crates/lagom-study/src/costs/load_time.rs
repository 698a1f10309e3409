//! Load time: how long a model takes to be ready.

use super::about::{About, Chart, Heading, Words};
use super::cost::Cost;
use super::figures::{Figures, Range};
use super::unit::Unit;

/// The time to read a model from disk, in seconds, on the machine that runs lagom; none of what is asked.
pub struct LoadTime;

impl Cost for LoadTime {
    fn about(&self) -> &'static About {
        &About {
            name: "load-time",
            key: "load-time",
            option: "load-time",
            ratio: "load-time",
            unit: Unit::Time,
            timed: true,
            declared: false,
            noisy: true,
            probe: None,
            imported: None,
            usual: false,
            limit: "the longest time to load the model",
            example: "100 ms",
            cheap: "a model that loads fast",
            meaning: Some("Load time: how long it takes to read the model from disk, in a fresh process."),
            noun: "load time",
            at_most: "{} to load",
            column: Some(Heading { title: "load time", short: "load" }),
            chart: Some(Chart {
                id: "load-time",
                axis: "time to load",
                short: "load",
                title: "Quality over load time",
                caption: "Left is faster to load: the time to read the model from disk, in a fresh process.",
            }),
            row: Some(Words { label: "load time", detail: "", less: "faster to load", more: "slower to load" }),
        }
    }

    fn of(&self, figures: &Figures) -> Option<f64> {
        figures.in_use.as_ref().and_then(|found| found.load_seconds)
    }

    fn range(&self, figures: &Figures) -> Option<Range> {
        figures.in_use.as_ref().and_then(|found| found.ranges.load)
    }
}
