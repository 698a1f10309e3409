//! What one model did on each example: enough to score it by any metric that fits.

use super::error::MetricError;
use super::text::TextOutcomes;
use serde::{Deserialize, Serialize};

/// How far a probability may stray outside 0 to 1 by rounding.
const ROUNDING: f32 = 1e-4;

/// The predicted class of an example to which a model gave no answer that names a class.
pub const NO_ANSWER: u32 = u32::MAX - 1;

/// One model's results on a set of examples.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Outcomes {
    /// Of a classification.
    Classes(ClassOutcomes),
    /// Of a regression.
    Values(ValueOutcomes),
    /// Of texts, choices or likelihoods.
    Texts(TextOutcomes),
}

/// Results of a classification; one entry an example in each column.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ClassOutcomes {
    /// How many classes the model knows, numbered from 0.
    pub classes: u32,
    /// The true class; `classes` or more for a label never seen in training.
    pub truth: Vec<u32>,
    /// The predicted class; [`NO_ANSWER`] where the model named none.
    pub predicted: Vec<u32>,
    /// −ln of the probability of the true class, in nats; lower is better.
    pub log_loss: Vec<f32>,
    /// Squared error of the probabilities, lower is better. With two classes `(p₁ − y)²`, as
    /// scikit-learn has it (0 to 1); with more the sum over classes of Brier 1950 (0 to 2).
    pub brier: Vec<f32>,
    /// The probability of class 1; empty unless there are two classes.
    pub positive: Vec<f32>,
}

/// Results of a regression, in the target's units; one entry an example in each column.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ValueOutcomes {
    /// The true values.
    pub truth: Vec<f64>,
    /// The predicted values.
    pub predicted: Vec<f64>,
}

impl ClassOutcomes {
    /// No outcomes yet, of a model that knows `classes` classes.
    pub fn new(classes: u32) -> Self {
        ClassOutcomes { classes, ..ClassOutcomes::default() }
    }

    /// Adds one example: its true class and the predicted probability of each class.
    ///
    /// The first of the largest probabilities is the prediction. The log loss clips the probability to
    /// `[ε, 1 − ε]` with ε the machine epsilon of `f32` (1.19e-7), as scikit-learn does for `f32`; so it
    /// is at most 15.94. A label never seen in training (`truth` not below `classes`) is wrong whatever
    /// is predicted, with that largest log loss and the worst Brier score (1 with two classes, else 2).
    ///
    /// # Errors
    /// As many probabilities as classes are needed, each finite and between 0 and 1 (but for rounding).
    /// Their sum is not checked.
    pub fn push(&mut self, truth: u32, probabilities: &[f32]) -> Result<(), MetricError> {
        let example = self.truth.len();
        let expected = self.classes as usize;
        if probabilities.len() != expected || expected == 0 {
            return Err(MetricError::Lengths { column: "probabilities", expected, found: probabilities.len() });
        }
        if probabilities.iter().any(|p| !p.is_finite()) {
            return Err(MetricError::NotFinite { what: "predicted probability", example });
        }
        let range = -ROUNDING..=1.0 + ROUNDING;
        if let Some(&value) = probabilities.iter().find(|p| !range.contains(p)) {
            return Err(MetricError::Probability { example, value });
        }
        let first = |best: usize, i: usize| {
            if probabilities[i] > probabilities[best] { i } else { best }
        };
        self.predicted.push((0..expected).fold(0, first) as u32);
        self.truth.push(truth);
        let epsilon = f64::from(f32::EPSILON);
        let of_truth = probabilities.get(truth as usize).copied();
        let clipped = of_truth.map_or(epsilon, |p| f64::from(p).clamp(epsilon, 1.0 - epsilon));
        self.log_loss.push(-clipped.ln() as f32);
        self.brier.push(brier(truth, probabilities) as f32);
        if expected == 2 {
            self.positive.push(probabilities[1]);
        }
        Ok(())
    }
}

impl ClassOutcomes {
    /// Adds one example to which the model gave no answer that names a class: wrong whatever the truth is, with the
    /// largest log loss and the worst Brier score; of two classes neither is the likelier.
    pub fn push_no_answer(&mut self, truth: u32) {
        self.truth.push(truth);
        self.predicted.push(NO_ANSWER);
        self.log_loss.push(-f64::from(f32::EPSILON).ln() as f32);
        self.brier.push(if self.classes == 2 { 1.0 } else { 2.0 });
        if self.classes == 2 {
            self.positive.push(0.5);
        }
    }
}

/// The squared error of the probabilities; see [`ClassOutcomes::brier`].
fn brier(truth: u32, probabilities: &[f32]) -> f64 {
    let two = probabilities.len() == 2;
    if truth as usize >= probabilities.len() {
        return if two { 1.0 } else { 2.0 };
    }
    let square = |(class, &p): (usize, &f32)| (f64::from(p) - f64::from(u8::from(class == truth as usize))).powi(2);
    probabilities.iter().enumerate().skip(usize::from(two)).map(square).sum()
}

impl Outcomes {
    /// How many examples there are.
    pub fn len(&self) -> usize {
        match self {
            Outcomes::Classes(outcomes) => outcomes.truth.len(),
            Outcomes::Values(outcomes) => outcomes.truth.len(),
            Outcomes::Texts(outcomes) => outcomes.len(),
        }
    }

    /// Whether there is no example.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The outcomes of the examples at these positions, in this order; a position may come twice.
    ///
    /// # Errors
    /// A position past the end; columns of different lengths.
    pub fn select(&self, positions: &[usize]) -> Result<Outcomes, MetricError> {
        self.check()?;
        let examples = self.len();
        if let Some(&position) = positions.iter().find(|&&position| position >= examples) {
            return Err(MetricError::NoSuchExample { position, examples });
        }
        Ok(match self {
            Outcomes::Classes(from) => Outcomes::Classes(ClassOutcomes {
                classes: from.classes,
                truth: pick(&from.truth, positions),
                predicted: pick(&from.predicted, positions),
                log_loss: pick(&from.log_loss, positions),
                brier: pick(&from.brier, positions),
                positive: if from.classes == 2 { pick(&from.positive, positions) } else { Vec::new() },
            }),
            Outcomes::Values(from) => Outcomes::Values(ValueOutcomes {
                truth: pick(&from.truth, positions),
                predicted: pick(&from.predicted, positions),
            }),
            Outcomes::Texts(from) => Outcomes::Texts(from.select(positions)),
        })
    }

    /// The outcomes as bytes (postcard), from which [`from_bytes`](Self::from_bytes) makes the same to
    /// the bit.
    ///
    /// # Errors
    /// [`MetricError::Codec`] if the encoder fails.
    pub fn to_bytes(&self) -> Result<Vec<u8>, MetricError> {
        postcard::to_stdvec(self).map_err(|error| MetricError::Codec(error.to_string()))
    }

    /// The outcomes that [`to_bytes`](Self::to_bytes) wrote.
    ///
    /// # Errors
    /// Bytes that are cut short, too many or not outcomes; columns of different lengths.
    pub fn from_bytes(bytes: &[u8]) -> Result<Outcomes, MetricError> {
        let (outcomes, rest): (Outcomes, _) =
            postcard::take_from_bytes(bytes).map_err(|error| MetricError::Codec(error.to_string()))?;
        if !rest.is_empty() {
            return Err(MetricError::Codec(format!("{} bytes too many", rest.len())));
        }
        outcomes.check()?;
        Ok(outcomes)
    }

    /// Whether all columns are as long as the truth.
    pub(super) fn check(&self) -> Result<(), MetricError> {
        let expected = self.len();
        let columns = match self {
            Outcomes::Texts(of) => return of.check(),
            Outcomes::Values(of) => vec![("predicted", of.predicted.len())],
            Outcomes::Classes(of) => vec![
                ("predicted", of.predicted.len()),
                ("log_loss", of.log_loss.len()),
                ("brier", of.brier.len()),
                ("positive", if of.classes == 2 { of.positive.len() } else { expected }),
            ],
        };
        match columns.into_iter().find(|&(_, found)| found != expected) {
            Some((column, found)) => Err(MetricError::Lengths { column, expected, found }),
            None => Ok(()),
        }
    }
}

/// The entries at positions that are known to exist.
fn pick<T: Copy>(column: &[T], positions: &[usize]) -> Vec<T> {
    positions.iter().filter_map(|&position| column.get(position).copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Metric, TextSettings};
    use proptest::prelude::*;

    fn three() -> ClassOutcomes {
        let mut outcomes = ClassOutcomes::new(3);
        outcomes.push(0, &[0.7, 0.2, 0.1]).unwrap();
        outcomes.push(1, &[0.1, 0.8, 0.1]).unwrap();
        outcomes.push(2, &[0.25, 0.25, 0.5]).unwrap();
        outcomes.push(0, &[0.0, 0.5, 0.5]).unwrap();
        outcomes
    }

    #[test]
    fn push_fills_every_column() {
        let got = three();
        assert_eq!((got.predicted.as_slice(), got.truth.as_slice()), (&[0, 1, 2, 1][..], &[0, 1, 2, 0][..]));
        // (0.3² + 0.2² + 0.1²) = 0.14; the impossible true class: −ln 1.19e-7, and 1 + 0.25 + 0.25
        assert!((got.brier[0] - 0.14).abs() < 1e-6 && (got.brier[3] - 1.5).abs() < 1e-6);
        assert!((got.log_loss[0] + 0.7f32.ln()).abs() < 1e-6 && (got.log_loss[3] - 15.942_385).abs() < 1e-5);
        assert!(got.positive.is_empty());
        let mut two = ClassOutcomes::new(2);
        two.push(1, &[0.5, 0.5]).unwrap();
        two.push(7, &[0.0, 1.0]).unwrap();
        assert_eq!((two.predicted, two.brier, two.positive), (vec![0, 1], vec![0.25, 1.0], vec![0.5, 1.0]));
        assert_eq!((two.truth[1], two.log_loss[1]), (7, -(f64::from(f32::EPSILON).ln()) as f32));
    }

    #[test]
    fn push_refuses_and_leaves_all_as_it_was() {
        let mut got = three();
        assert_eq!(
            got.push(0, &[0.5, 0.5]),
            Err(MetricError::Lengths { column: "probabilities", expected: 3, found: 2 })
        );
        let fault = got.push(0, &[0.5, f32::NAN, 0.5]);
        assert_eq!(fault, Err(MetricError::NotFinite { what: "predicted probability", example: 4 }));
        assert_eq!(got.push(0, &[1.5, 0.0, 0.0]), Err(MetricError::Probability { example: 4, value: 1.5 }));
        assert_eq!(got, three());
        assert!(ClassOutcomes::new(0).push(0, &[]).is_err());
    }

    #[test]
    fn select_keeps_order_and_refuses_what_is_not_there() {
        let all = Outcomes::Classes(three());
        let Outcomes::Classes(some) = all.select(&[3, 0, 0]).unwrap() else { panic!("classes") };
        assert_eq!((some.truth, some.predicted), (vec![0, 0, 0], vec![1, 0, 0]));
        assert_eq!(all.select(&[4]), Err(MetricError::NoSuchExample { position: 4, examples: 4 }));
    }

    #[test]
    fn texts_are_kept_whole_and_only_under_their_metric() {
        let mut of = TextOutcomes::new(Metric::Ter, TextSettings::default()).unwrap();
        [[1.0, 5.0], [2.0, 7.0], [0.0, 4.0]].iter().for_each(|numbers| of.push(numbers).unwrap());
        assert!(of.push(&[1.0]).is_err() && of.len() == 3);
        let outcomes = Outcomes::Texts(of.clone());
        assert_eq!(Outcomes::from_bytes(&outcomes.to_bytes().unwrap()).unwrap(), outcomes);
        let Outcomes::Texts(some) = outcomes.select(&[2, 0]).unwrap() else { panic!("texts") };
        assert_eq!(some.statistics, [0.0, 4.0, 1.0, 5.0]);
        for broken in [TextOutcomes { width: 1, ..of.clone() }, TextOutcomes { metric: Metric::Mae, ..of.clone() }] {
            assert!(Outcomes::from_bytes(&Outcomes::Texts(broken).to_bytes().unwrap()).is_err());
        }
        of.statistics.pop();
        assert!(Outcomes::Texts(of).select(&[0]).is_err());
    }

    proptest! {
        #[test]
        fn bytes_are_exact(values in prop::collection::vec((prop::num::f64::NORMAL, prop::num::f64::NORMAL), 0..20), cut in 0usize..400) {
            let (truth, predicted) = values.into_iter().unzip();
            let outcomes = Outcomes::Values(ValueOutcomes { truth, predicted });
            let bytes = outcomes.to_bytes().unwrap();
            prop_assert_eq!(&Outcomes::from_bytes(&bytes).unwrap(), &outcomes);
            if cut < bytes.len() {
                prop_assert!(Outcomes::from_bytes(&bytes[..cut]).is_err());
            }
            prop_assert!(Outcomes::from_bytes(&[bytes, vec![0]].concat()).is_err());
        }

        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = Outcomes::from_bytes(&bytes);
        }
    }
}
