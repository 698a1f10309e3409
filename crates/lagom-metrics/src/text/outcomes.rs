//! What is kept of each example for a metric of texts, choices or likelihoods.

use super::formula::Formula;
use crate::text_settings::TextSettings;
use crate::{Metric, MetricError};
use serde::{Deserialize, Serialize};

/// The numbers of each example that one metric needs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TextOutcomes {
    /// The metric that they are of.
    pub metric: Metric,
    /// The settings under which they were counted.
    #[serde(default)]
    pub settings: TextSettings,
    /// How many numbers an example has.
    pub width: u32,
    /// The numbers, one example after the other.
    pub statistics: Vec<f64>,
}

impl TextOutcomes {
    /// No example yet.
    ///
    /// # Errors
    /// A metric of classes or values; settings out of range.
    pub fn new(metric: Metric, settings: TextSettings) -> Result<TextOutcomes, MetricError> {
        let width = Formula::new(metric, &settings)?.width() as u32;
        Ok(TextOutcomes { metric, settings, width, statistics: Vec::new() })
    }

    /// Adds one example: what `TextScorer::statistics`, `choice_statistics` or `likelihood_statistics` gave.
    ///
    /// # Errors
    /// Another count of numbers than the metric has.
    pub fn push(&mut self, numbers: &[f64]) -> Result<(), MetricError> {
        if numbers.len() != self.width as usize {
            let (metric, expected) = (self.metric, self.width as usize);
            return Err(MetricError::Width { metric, expected, found: numbers.len() });
        }
        self.statistics.extend_from_slice(numbers);
        Ok(())
    }

    /// How many examples there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.statistics.len() / self.width.max(1) as usize
    }

    /// Whether there is no example.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The examples at positions that exist.
    pub(crate) fn select(&self, positions: &[usize]) -> TextOutcomes {
        let width = self.width.max(1) as usize;
        let one = |at: &usize| self.statistics.get(at * width..(at + 1) * width).unwrap_or_default();
        let statistics = positions.iter().flat_map(one).copied().collect();
        TextOutcomes { metric: self.metric, settings: self.settings, width: self.width, statistics }
    }

    /// Whether every example has the numbers of the metric.
    pub(crate) fn check(&self) -> Result<(), MetricError> {
        let expected = Formula::new(self.metric, &self.settings)?.width();
        let found = self.statistics.len();
        if self.width as usize != expected {
            return Err(MetricError::Width { metric: self.metric, expected, found: self.width as usize });
        }
        if !found.is_multiple_of(expected) {
            return Err(MetricError::Width { metric: self.metric, expected, found });
        }
        Ok(())
    }
}
