//! A metric's value and what each example contributes to it.
//!
//! A metric that is no mean is made one to first order: `value + influence[i]` averages to the value,
//! and its spread over examples gives the standard error (the delete-one jackknife's limit; Efron &
//! Stein 1981, Davison & Hinkley 1997, section 2.7).

use super::class::{auc, balanced_accuracy, flip_floor, macro_f1};
use super::error::MetricError;
use super::names::{Metric, OutcomeKind};
use super::outcomes::{ClassOutcomes, Outcomes, ValueOutcomes};
use super::scored::Scored;
use super::text::Formula;
use crate::stats::mean;

/// The value of `metric` on `outcomes` and the influence of each example, as scikit-learn defines it:
///
/// - balanced accuracy: over the classes that occur in the truth; a predicted class that does not is
///   just an error;
/// - macro-F1: over the classes that occur in truth or predictions, 0 where nothing is found;
/// - AUC: Mann–Whitney with ties at one half, influence by DeLong et al. 1988; a label never seen in
///   training is not class 1;
/// - R²: against the mean of the truth of these very examples;
/// - texts, choices and likelihoods: see [`Formula::score`].
///
/// # Errors
/// No examples, columns of different lengths, a number that is not finite, a metric that does not fit,
/// AUC with one class only, R² of a constant truth.
pub fn score(metric: Metric, outcomes: &Outcomes) -> Result<Scored, MetricError> {
    outcomes.check()?;
    let (fits, words) = match outcomes {
        Outcomes::Classes(of) => {
            (metric.fits(OutcomeKind::Classes(of.classes)), format!("a classification into {} classes", of.classes))
        }
        Outcomes::Values(_) => (metric.fits(OutcomeKind::Values), "a regression".to_owned()),
        Outcomes::Texts(of) => (metric == of.metric, format!("what is kept for {}", of.metric.name())),
    };
    if !fits {
        return Err(MetricError::DoesNotFit { metric, outcomes: words });
    }
    if outcomes.is_empty() {
        return Err(MetricError::Empty);
    }
    match outcomes {
        Outcomes::Classes(of) => of_classes(metric, of),
        Outcomes::Values(of) => of_values(metric, of),
        Outcomes::Texts(of) => Formula::new(metric, &of.settings)?.score(&of.statistics),
    }
}

fn of_classes(metric: Metric, of: &ClassOutcomes) -> Result<Scored, MetricError> {
    match metric {
        Metric::LogLoss => Ok(of_mean(finite("log loss", &of.log_loss)?, None)),
        Metric::Brier => Ok(of_mean(finite("Brier score", &of.brier)?, None)),
        Metric::BalancedAccuracy => Ok(balanced_accuracy(&of.truth, &of.predicted)),
        Metric::MacroF1 => Ok(macro_f1(&of.truth, &of.predicted)),
        Metric::Auc => {
            let positive: Vec<bool> = of.truth.iter().map(|&class| class == 1).collect();
            let (value, influence) = auc(&positive, &finite("probability of class 1", &of.positive)?)?;
            let sides: Vec<u32> = positive.into_iter().map(u32::from).collect();
            Ok(Scored { value, influence, floor: Some(flip_floor(&sides)) })
        }
        Metric::Accuracy => {
            let right = |(truth, predicted)| f64::from(u8::from(truth == predicted));
            Ok(of_mean(of.truth.iter().zip(&of.predicted).map(right).collect(), Some(1.0)))
        }
        _ => Err(MetricError::DoesNotFit { metric, outcomes: "classes".to_owned() }),
    }
}

fn of_values(metric: Metric, of: &ValueOutcomes) -> Result<Scored, MetricError> {
    for (what, column) in [("true value", &of.truth), ("prediction", &of.predicted)] {
        if let Some(example) = column.iter().position(|value| !value.is_finite()) {
            return Err(MetricError::NotFinite { what, example });
        }
    }
    let errors: Vec<f64> = of.truth.iter().zip(&of.predicted).map(|(truth, predicted)| predicted - truth).collect();
    if metric == Metric::Mae {
        return bounded(of_mean(errors.iter().map(|error| error.abs()).collect(), None));
    }
    let squares = of_mean(errors.iter().map(|error| error * error).collect(), None);
    if metric == Metric::Rmse {
        let value = squares.value.sqrt();
        // d√x = dx / 2√x; nothing to tell apart where all errors are 0
        let slope = if value > 0.0 { 0.5 / value } else { 0.0 };
        let influence = squares.influence.iter().map(|influence| influence * slope).collect();
        return bounded(Scored { value, influence, floor: None });
    }
    let first = of.truth.first().copied().unwrap_or_default();
    if of.truth.iter().all(|&truth| truth == first) {
        return Err(MetricError::ConstantTruth);
    }
    // 1 − E/T, with E and T the mean squares about prediction and mean: −(e² − (E/T) t²) / T
    let centre = mean(&of.truth);
    let about: Vec<f64> = of.truth.iter().map(|truth| (truth - centre).powi(2)).collect();
    let total = mean(&about);
    let unexplained = squares.value / total;
    let influence = errors.iter().zip(&about).map(|(error, t)| (unexplained * t - error * error) / total).collect();
    bounded(Scored { value: 1.0 - unexplained, influence, floor: None })
}

/// A metric that is the mean of one number an example.
fn of_mean(values: Vec<f64>, floor: Option<f64>) -> Scored {
    let value = mean(&values);
    Scored { value, influence: values.into_iter().map(|one| one - value).collect(), floor }
}

/// Refuses a score that overflowed, naming the example.
fn bounded(scored: Scored) -> Result<Scored, MetricError> {
    let broken = scored.influence.iter().position(|influence| !influence.is_finite());
    match broken.or((!scored.value.is_finite()).then_some(0)) {
        Some(example) => Err(MetricError::NotFinite { what: "error", example }),
        None => Ok(scored),
    }
}

fn finite(what: &'static str, column: &[f32]) -> Result<Vec<f64>, MetricError> {
    match column.iter().position(|value| !value.is_finite()) {
        Some(example) => Err(MetricError::NotFinite { what, example }),
        None => Ok(column.iter().map(|&value| f64::from(value)).collect()),
    }
}

#[cfg(test)]
#[path = "score_tests.rs"]
mod tests;
