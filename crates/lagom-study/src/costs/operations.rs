//! Operations: the sums of one prediction.

use super::about::{About, Chart, Heading, Words};
use super::cost::Cost;
use super::figures::Figures;
use super::unit::Unit;

/// Additions, multiplications and comparisons of one prediction, counted and not measured; the mean over rows. None of families that do not
/// count them, and of what is asked.
pub struct Operations;

impl Cost for Operations {
    fn about(&self) -> &'static About {
        &About {
            name: "operations",
            key: "operations",
            option: "max-operations",
            ratio: "operations",
            unit: Unit::Count,
            timed: true,
            declared: false,
            noisy: false,
            probe: None,
            imported: None,
            usual: false,
            limit: "the most operations of one prediction: additions, multiplications and comparisons",
            example: "100k",
            cheap: "few operations of one prediction",
            meaning: Some(
                "Operations: additions, multiplications and comparisons of what was learned, for one prediction. They are counted, not measured: the same on every machine.",
            ),
            noun: "operations",
            at_most: "{} operations a prediction",
            column: Some(Heading { title: "operations", short: "ops" }),
            chart: Some(Chart {
                id: "operations",
                axis: "operations of one prediction",
                short: "ops",
                title: "Quality over operations",
                caption: "Left is less to do: additions, multiplications and comparisons of one prediction, counted. What is not counted is not drawn.",
            }),
            row: Some(Words {
                label: "operations",
                detail: "a prediction",
                less: "fewer operations",
                more: "more operations",
            }),
        }
    }

    fn of(&self, figures: &Figures) -> Option<f64> {
        figures.in_use.as_ref().and_then(|found| found.operations).map(f64::round)
    }
}
