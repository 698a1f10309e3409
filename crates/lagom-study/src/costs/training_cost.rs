//! Training cost: what it takes to make a candidate.

use super::about::{About, Chart, Heading, Words};
use super::cost::Cost;
use super::figures::{Estimated, Figures, Range, Training};
use super::unit::Unit;

/// The CPU time of one trial, in seconds, as lagom trains it: reading the data, the search of settings, training and scoring; the
/// median over finished repeats. It is measured, so that it varies from run to run as latency does, and a store keeps what was
/// measured first. What is only asked takes no training here.
pub struct TrainingCost;

impl Cost for TrainingCost {
    fn about(&self) -> &'static About {
        &About {
            name: "training-cost",
            key: "training-cost",
            option: "max-training-cost",
            ratio: "training",
            unit: Unit::CpuTime,
            timed: false,
            declared: false,
            noisy: true,
            probe: None,
            imported: None,
            usual: false,
            limit: "the most CPU time of one training, or with a cpu-hour under [prices] the most money",
            example: "10 min",
            cheap: "little CPU time of one training",
            meaning: Some(
                "CPU time of one training as lagom does it: reading the data, the search of settings, training and scoring. The median over the repeats; it is measured, and varies from run to run. What is trained on a graphics card has none: the CPU time of its host is not what it takes.",
            ),
            noun: "training cost",
            at_most: "{} of CPU time a training",
            column: Some(Heading { title: "training cost", short: "CPU time" }),
            chart: Some(Chart {
                id: "training",
                axis: "CPU time of one training",
                short: "training",
                title: "Quality over training cost",
                caption: "Left is cheaper to make: the CPU time of one training, the search of settings included. What is only asked takes none and is not drawn.",
            }),
            row: Some(Words {
                label: "training",
                detail: "for one training in CPU time",
                less: "cheaper to train",
                more: "dearer to train",
            }),
        }
    }

    fn of(&self, figures: &Figures) -> Option<f64> {
        match figures.training {
            Training::Asked { .. } => Some(0.0),
            _ => measured(figures).map(|found| found.value),
        }
    }

    fn range(&self, figures: &Figures) -> Option<Range> {
        match figures.training {
            Training::Asked { .. } => Some(Range { low: 0.0, high: 0.0 }),
            _ => measured(figures).and_then(|found| found.range),
        }
    }
}

fn measured(figures: &Figures) -> Option<Estimated> {
    match figures.training {
        Training::Here { cpu_seconds } | Training::Both { cpu_seconds, .. } => cpu_seconds,
        Training::Asked { .. } => None,
    }
}
