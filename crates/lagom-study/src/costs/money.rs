//! Money: what answers of a model cost that is paid for.

use super::about::{About, Chart, Imported, Words};
use super::cost::Cost;
use super::figures::{Figures, Training};
use super::unit::Unit;

/// The money for 1,000 answers, in the currency of the prices; what is trained here costs none.
pub struct MoneyPerThousand;

impl Cost for MoneyPerThousand {
    fn about(&self) -> &'static About {
        &About {
            name: "cost",
            key: "cost",
            option: "cost",
            ratio: "money",
            unit: Unit::Money,
            timed: false,
            declared: false,
            noisy: false,
            probe: None,
            imported: Some(Imported {
                option: "max-cost",
                limit: "the most that one example (or what the table's price is for) may cost",
            }),
            usual: true,
            limit: "the most money for 1,000 answers of a model that is paid for",
            example: "2 USD",
            cheap: "little money for 1,000 answers",
            meaning: None,
            noun: "cost",
            at_most: "{} for 1,000 answers",
            // The table of what is asked tells it.
            column: None,
            chart: Some(Chart {
                id: "money",
                axis: "money for 1,000 answers",
                short: "1,000 answers",
                title: "Quality over money",
                caption: "Left is cheaper: what 1,000 answers cost, in {currency}. What is trained here costs nothing an answer and is not drawn.",
            }),
            row: Some(Words { label: "cost", detail: "for 1,000 answers", less: "cheaper", more: "dearer" }),
        }
    }

    fn of(&self, figures: &Figures) -> Option<f64> {
        match figures.training {
            Training::Here { .. } => Some(0.0),
            Training::Asked { money_per_thousand } | Training::Both { money_per_thousand, .. } => money_per_thousand,
        }
    }
}
