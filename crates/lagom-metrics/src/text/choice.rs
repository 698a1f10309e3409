//! Multiple choice by likelihood, as lm-evaluation-harness has it.

use crate::{Metric, MetricError, OutcomeKind};

/// One choice of a question, with the likelihood that a model gives it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Choice<'a> {
    /// The choice, without the delimiter that stands before it in the prompt.
    pub text: &'a str,
    /// Natural logarithm of its probability after the question; at most 0, −∞ for the impossible.
    pub log_probability: f64,
    /// How many tokens it has; only `choice-accuracy-tokens` looks.
    pub tokens: u32,
}

impl Choice<'_> {
    /// The log-likelihood for one unit of the metric; a choice without units counts as one.
    fn normalised(&self, metric: Metric) -> f64 {
        let units = match metric {
            Metric::ChoiceAccuracyCharacters => self.text.chars().count(),
            Metric::ChoiceAccuracyBytes => self.text.len(),
            Metric::ChoiceAccuracyTokens => self.tokens as usize,
            _ => 1,
        };
        self.log_probability / units.max(1) as f64
    }
}

/// The number of one example: 1 if the likeliest choice, the first of equals, is among the `gold` ones, else 0.
///
/// # Errors
/// A metric of other outcomes; no choices; a gold choice that is not there; a log-probability that is not a number.
pub fn choice_statistics(metric: Metric, choices: &[Choice<'_>], gold: &[usize]) -> Result<Vec<f64>, MetricError> {
    if !metric.fits(OutcomeKind::Choices) {
        return Err(MetricError::DoesNotFit { metric, outcomes: "choices".to_owned() });
    }
    if choices.is_empty() {
        return Err(MetricError::Reference { metric, expected: "choices", found: "none".to_owned() });
    }
    if gold.is_empty() || gold.iter().any(|gold| *gold >= choices.len()) {
        let found = format!("{gold:?} of {} choices", choices.len());
        return Err(MetricError::Reference { metric, expected: "the position of a right choice", found });
    }
    if let Some(example) = choices.iter().position(|choice| choice.log_probability.is_nan()) {
        return Err(MetricError::NotFinite { what: "log-probability", example });
    }
    let values: Vec<f64> = choices.iter().map(|choice| choice.normalised(metric)).collect();
    let best = (1..values.len()).fold(0, |best, at| if values[at] > values[best] { at } else { best });
    Ok(vec![f64::from(u8::from(gold.contains(&best)))])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_length_picks_its_own_choice() {
        // per character −1, −0.8, −1.1; per byte −1, −0.8, −0.55; per token −1, −4, −4.4
        let choices = [
            Choice { text: "no", log_probability: -2.0, tokens: 2 },
            Choice { text: "maybe", log_probability: -4.0, tokens: 1 },
            Choice { text: "éééé", log_probability: -4.4, tokens: 1 },
        ];
        let right = |metric, gold: usize| choice_statistics(metric, &choices, &[gold]).unwrap()[0];
        assert_eq!(right(Metric::ChoiceAccuracy, 0), 1.0);
        assert_eq!(right(Metric::ChoiceAccuracyCharacters, 1), 1.0);
        assert_eq!(right(Metric::ChoiceAccuracyBytes, 2), 1.0);
        assert_eq!(right(Metric::ChoiceAccuracyTokens, 0), 1.0);
        assert_eq!(choice_statistics(Metric::ChoiceAccuracy, &choices, &[2, 0]).unwrap(), [1.0]);
        assert_eq!(choice_statistics(Metric::ChoiceAccuracy, &choices, &[2, 1]).unwrap(), [0.0]);
    }

    #[test]
    fn ties_go_to_the_first_and_faults_are_named() {
        let same = [Choice { text: "a", log_probability: f64::NEG_INFINITY, tokens: 0 }; 2];
        assert_eq!(choice_statistics(Metric::ChoiceAccuracyTokens, &same, &[0]).unwrap(), [1.0]);
        assert_eq!(choice_statistics(Metric::ChoiceAccuracyTokens, &same, &[1]).unwrap(), [0.0]);
        assert!(choice_statistics(Metric::ChoiceAccuracy, &[], &[0]).is_err());
        assert!(choice_statistics(Metric::ChoiceAccuracy, &same, &[2]).is_err());
        assert!(choice_statistics(Metric::Bleu, &same, &[0]).is_err());
    }
}
