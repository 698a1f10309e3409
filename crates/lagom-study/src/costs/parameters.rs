//! Parameters: the numbers that a model stores.

use super::about::{About, Chart, Heading, Imported, Words};
use super::cost::Cost;
use super::figures::Figures;
use super::unit::Unit;

/// The number of stored parameters.
pub struct Parameters;

impl Cost for Parameters {
    fn about(&self) -> &'static About {
        &About {
            name: "parameters",
            key: "parameters",
            option: "max-parameters",
            ratio: "parameters",
            unit: Unit::Count,
            timed: false,
            declared: true,
            noisy: false,
            probe: None,
            imported: Some(Imported { option: "max-parameters", limit: "the most parameters, such as 8B" }),
            usual: true,
            limit: "the most parameters",
            example: "50k",
            cheap: "few parameters, the numbers a model stores",
            meaning: None,
            noun: "parameters",
            at_most: "{} parameters",
            column: Some(Heading { title: "parameters", short: "params" }),
            chart: Some(Chart {
                id: "size",
                axis: "parameters",
                short: "parameters",
                title: "Quality over size",
                caption: "Left is smaller.",
            }),
            row: Some(Words { label: "size", detail: "", less: "smaller", more: "larger" }),
        }
    }

    fn of(&self, figures: &Figures) -> Option<f64> {
        figures.parameters.map(|count| count as f64)
    }
}
