//! Two models in a row: the first answers where it is sure, the second answers the rest.
//!
//! How sure a model is follows from the probabilities of its answer alone, never from the truth: [`certainty`] is the sum of
//! their squares. It is 1 where one class has all of the probability, and one over the number of classes where all have the same;
//! one less it is the Gini index of the answer (Breiman, Friedman, Olshen & Stone 1984, section 2.4).
//!
//! Why not the largest probability, which is more usual: stored outcomes have it of two classes alone, but the sum of the squares
//! of any number. The Brier score of an example is `Σ p² − 2 p(truth) + 1` (Brier 1950) and its log loss `−ln p(truth)`, so
//! `Σ p² = Brier − 1 + 2 exp(−log loss)`. Of two classes both rank rows alike: `p² + (1 − p)²` rises with `max(p, 1 − p)`. So
//! whatever was measured at any time can stand in a cascade, and nothing is trained or asked for it.

use super::error::MetricError;
use super::outcomes::{ClassOutcomes, NO_ANSWER, Outcomes};

/// How sure an answer with these class probabilities is: the sum of their squares, from one over their number to 1.
#[must_use]
pub fn certainty(probabilities: &[f64]) -> f64 {
    probabilities.iter().map(|p| p * p).sum()
}

impl ClassOutcomes {
    /// How sure the model was of each example; see [`certainty`]. None where that is not known: it gave no answer, or the label was
    /// never seen in training, so that the Brier score says nothing of the probabilities.
    ///
    /// Right to about 3e-7, the rounding of the stored scores.
    pub fn certainties(&self) -> Vec<Option<f64>> {
        let one = |at: usize| {
            if self.predicted.get(at).is_none_or(|class| *class == NO_ANSWER) {
                return None;
            }
            if let Some(positive) = self.positive.get(at) {
                return Some(certainty(&[f64::from(*positive), 1.0 - f64::from(*positive)]));
            }
            let seen = self.truth.get(at).is_some_and(|class| *class < self.classes);
            let (brier, log_loss) = (self.brier.get(at).filter(|_| seen)?, self.log_loss.get(at)?);
            Some(f64::from(*brier) - 1.0 + 2.0 * (-f64::from(*log_loss)).exp())
        };
        (0..self.truth.len()).map(one).collect()
    }
}

/// What two models in a row come to on the same examples.
#[derive(Debug, Clone, PartialEq)]
pub struct Cascaded {
    /// The first model's outcomes where it was sure, the second's elsewhere.
    pub outcomes: Outcomes,
    /// Which examples were handed on to the second.
    pub handed_on: Vec<bool>,
}

impl Cascaded {
    /// The share of the examples that was handed on, from 0 to 1; 0 of no examples.
    #[must_use]
    pub fn share(&self) -> f64 {
        let handed_on = self.handed_on.iter().filter(|one| **one).count();
        handed_on as f64 / self.handed_on.len().max(1) as f64
    }
}

/// Which examples of these outcomes are handed on: those whose certainty is below the threshold. What is not known to be unsure is kept,
/// so that the truth decides nothing. None where outcomes have no certainty: numbers and texts.
#[must_use]
pub fn handed_on(small: &Outcomes, threshold: f64) -> Option<Vec<bool>> {
    let Outcomes::Classes(small) = small else { return None };
    Some(small.certainties().into_iter().map(|sure| sure.is_some_and(|sure| sure < threshold)).collect())
}

/// The outcomes of a cascade: the first model's where its certainty is at least the threshold, the second's on the rest.
///
/// # Errors
/// The two are not outcomes of classes on as many examples with the same truth.
pub fn cascade(small: &Outcomes, large: &Outcomes, threshold: f64) -> Result<Cascaded, MetricError> {
    let (Outcomes::Classes(first), Outcomes::Classes(second)) = (small, large) else {
        return Err(MetricError::Codec("only models that name classes have a certainty".to_owned()));
    };
    small.check()?;
    large.check()?;
    let expected = first.truth.len();
    if second.truth.len() != expected {
        let found = second.truth.len();
        return Err(MetricError::Lengths { column: "truth", expected, found });
    }
    if first.truth != second.truth || first.classes != second.classes {
        return Err(MetricError::Codec("the two models were scored on other examples".to_owned()));
    }
    let on = handed_on(small, threshold).unwrap_or_default();
    let outcomes = ClassOutcomes {
        classes: first.classes,
        truth: first.truth.clone(),
        predicted: merged(&first.predicted, &second.predicted, &on),
        log_loss: merged(&first.log_loss, &second.log_loss, &on),
        brier: merged(&first.brier, &second.brier, &on),
        positive: merged(&first.positive, &second.positive, &on),
    };
    Ok(Cascaded { outcomes: Outcomes::Classes(outcomes), handed_on: on })
}

fn merged<T: Copy>(first: &[T], second: &[T], on: &[bool]) -> Vec<T> {
    let pairs = first.iter().zip(second).zip(on);
    pairs.map(|((first, second), on)| if *on { *second } else { *first }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ValueOutcomes;
    use proptest::prelude::*;

    #[test]
    fn certainty_follows_from_the_stored_scores() {
        let mut of = ClassOutcomes::new(3);
        of.push(0, &[0.7, 0.2, 0.1]).unwrap();
        of.push(2, &[0.7, 0.2, 0.1]).unwrap();
        of.push(1, &[0.0, 1.0, 0.0]).unwrap();
        of.push(9, &[0.7, 0.2, 0.1]).unwrap();
        of.push_no_answer(0);
        // 0.49 + 0.04 + 0.01 = 0.54, whatever the truth is; all on one class: 1; an unseen label and no answer: not known.
        let found = of.certainties();
        for (at, expected) in [(0, 0.54), (1, 0.54), (2, 1.0)] {
            assert!((found[at].unwrap() - expected).abs() < 5e-7, "{at}: {found:?}");
        }
        assert_eq!(&found[3..], &[None, None]);
        let mut two = ClassOutcomes::new(2);
        two.push(1, &[0.25, 0.75]).unwrap();
        assert_eq!(two.certainties(), [Some(0.0625 + 0.5625)]);
    }

    #[test]
    fn the_second_answers_where_the_first_is_unsure() {
        let (mut first, mut second) = (ClassOutcomes::new(2), ClassOutcomes::new(2));
        for (truth, small, large) in [(1, 0.9, 0.4), (0, 0.6, 0.2), (1, 0.2, 0.7)] {
            first.push(truth, &[1.0 - small, small]).unwrap();
            second.push(truth, &[1.0 - large, large]).unwrap();
        }
        let (first, second) = (Outcomes::Classes(first), Outcomes::Classes(second));
        // Certainties 0.82, 0.52, 0.68: only the second row is below 0.6.
        let found = cascade(&first, &second, 0.6).unwrap();
        assert_eq!(found.handed_on, [false, true, false]);
        assert!((found.share() - 1.0 / 3.0).abs() < 1e-12);
        let Outcomes::Classes(of) = &found.outcomes else { panic!("classes") };
        assert_eq!((of.predicted.as_slice(), of.positive.as_slice()), (&[1, 0, 0][..], &[0.9, 0.2, 0.2][..]));
        assert_eq!(cascade(&first, &second, 0.0).unwrap().outcomes, first);
        assert_eq!(cascade(&first, &second, 2.0).unwrap().outcomes, second);
    }

    #[test]
    fn what_has_no_certainty_or_other_examples_is_refused() {
        let numbers = Outcomes::Values(ValueOutcomes { truth: vec![1.0], predicted: vec![1.0] });
        assert!(cascade(&numbers, &numbers, 0.5).is_err() && handed_on(&numbers, 0.5).is_none());
        let one = |truth| {
            let mut of = ClassOutcomes::new(2);
            of.push(truth, &[0.5, 0.5]).unwrap();
            Outcomes::Classes(of)
        };
        assert!(cascade(&one(0), &one(1), 0.5).is_err());
        assert!(cascade(&one(0), &one(0).select(&[]).unwrap(), 0.5).is_err());
    }

    proptest! {
        /// The truth has no part in who answers: the certainty is that of the probabilities.
        #[test]
        fn certainty_is_blind_to_the_truth(weights in prop::collection::vec(0.001f64..1.0, 3..12), truth in 0usize..12) {
            let sum: f64 = weights.iter().sum();
            let p: Vec<f32> = weights.iter().map(|weight| (weight / sum) as f32).collect();
            let mut of = ClassOutcomes::new(p.len() as u32);
            of.push((truth % p.len()) as u32, &p).unwrap();
            let exact = certainty(&p.iter().map(|p| f64::from(*p)).collect::<Vec<f64>>());
            prop_assert!((of.certainties()[0].unwrap() - exact).abs() < 1e-6);
        }
    }
}
