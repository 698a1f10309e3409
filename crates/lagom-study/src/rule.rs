//! The margin or the bar, and which values of it make sense.

use serde::{Deserialize, Serialize};

use crate::keys::good_enough::{CONFIDENCE, MARGIN};
use crate::keys::values::Words;
use crate::metric::Metric;

/// When a smaller model is good enough. Both are in units of the metric.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// At most this much worse than the best within the limits; above 0.
    Margin(f64),
    /// At least this good, whatever else there is: above it where higher is better, below it elsewhere.
    Bar(f64),
}

/// Why a margin, a bar or a confidence makes no sense.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum RuleError {
    /// A margin of zero, below it or not a number.
    #[error("found {0}, expected {expected}", expected = MARGIN.values.expected())]
    MarginNotPositive(f64),
    /// A margin as wide as everything the metric can be.
    #[error("found {margin}, expected a margin below 1 for {}", .metric.name())]
    MarginTooWide {
        /// The margin.
        margin: f64,
        /// The metric.
        metric: Metric,
    },
    /// A bar that the metric cannot reach, or that everything passes.
    #[error("found {bar}, expected {expected}{}", .metric.map(|m| format!(" for {}", m.name())).unwrap_or_default())]
    BarOutOfRange {
        /// The bar.
        bar: f64,
        /// The metric, where it is known.
        metric: Option<Metric>,
        /// The values that make sense, in words.
        expected: &'static str,
    },
    /// A confidence outside 0.5 to 1.
    #[error("found {0}, expected {expected}", expected = CONFIDENCE.values.expected())]
    Confidence(f64),
}

impl RuleError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> String {
        let percent = |value: f64| format!("for {value} % write {}", value / 100.0);
        match *self {
            RuleError::MarginNotPositive(margin) => MARGIN.values.hint_for(margin),
            RuleError::MarginTooWide { margin, .. } if margin < 100.0 => {
                format!("margins are in units of the metric: {}", percent(margin))
            }
            RuleError::MarginTooWide { .. } => "margins are in units of the metric, such as 0.01".to_owned(),
            RuleError::BarOutOfRange { bar, metric: Some(metric), .. }
                if within_one(metric) && bar > 1.0 && bar <= 100.0 =>
            {
                format!("bars are in units of the metric: {}", percent(bar))
            }
            RuleError::BarOutOfRange { .. } => {
                "the bar is the quality a model must have, in units of the metric".to_owned()
            }
            RuleError::Confidence(confidence) => CONFIDENCE.values.hint_for(confidence),
        }
    }
}

impl Rule {
    /// Whether the number makes sense, for `metric` where it is known.
    ///
    /// # Errors
    /// A margin that is not above 0, or as wide as the metric; a bar that the metric cannot reach.
    pub fn check(self, metric: Option<Metric>) -> Result<(), RuleError> {
        match self {
            Rule::Margin(margin) if !MARGIN.values.contains(margin) => Err(RuleError::MarginNotPositive(margin)),
            Rule::Margin(margin) => match metric {
                Some(metric) if within_one(metric) && margin >= 1.0 => Err(RuleError::MarginTooWide { margin, metric }),
                _ => Ok(()),
            },
            Rule::Bar(bar) => {
                let (sensible, expected) = bars(bar, metric);
                if sensible && bar.is_finite() {
                    Ok(())
                } else {
                    Err(RuleError::BarOutOfRange { bar, metric, expected })
                }
            }
        }
    }
}

/// Whether `confidence` lies between 0.5 and 1, both excluded.
///
/// # Errors
/// It does not.
pub fn check_confidence(confidence: f64) -> Result<(), RuleError> {
    if CONFIDENCE.values.contains(confidence) { Ok(()) } else { Err(RuleError::Confidence(confidence)) }
}

/// Whether a bar makes sense for the metric, and which bars do.
fn bars(bar: f64, metric: Option<Metric>) -> (bool, &'static str) {
    match metric {
        None => (true, "a finite number"),
        Some(Metric::R2) => (bar <= 1.0, "a bar of at most 1"),
        Some(Metric::Perplexity) => (bar > 1.0, "a bar above 1"),
        Some(metric) => match metric.range() {
            (_, 1.0) => (bar > 0.0 && bar <= 1.0, "a bar above 0 and at most 1"),
            (_, 100.0) => (bar > 0.0 && bar <= 100.0, "a bar above 0 and at most 100"),
            _ => (bar > 0.0, "a bar above 0"),
        },
    }
}

/// Whether all values of the metric worth having lie between 0 and 1.
fn within_one(metric: Metric) -> bool {
    metric == Metric::Brier || metric.range().1 == 1.0
}
