//! What the best possible model reaches, and what any model is truly worth.

use std::f64::consts::PI;
use std::fmt;

use super::law::{Law, Noise, Signal};
use super::{Kind, Known, Sample};
use crate::stats::{mean, variance};

/// Rows of an integral by sampling: the standard error of an accuracy is at most 0.0005.
const ROWS: usize = 200_000;
/// The sample that integrals are taken over: no study draws this number.
const INTEGRAL: u64 = u64::MAX;

/// How a truth was obtained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obtained {
    /// By a formula.
    ClosedForm,
    /// As the mean over this many sampled rows of what is known exactly for each.
    Integral(usize),
}

/// A quality in the metric of the kind (accuracy or R²), higher is better.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quality {
    /// Its value.
    pub value: f64,
    /// Its standard error from sampling; 0 from a formula.
    pub standard_error: f64,
}

/// What is true of a data set, whatever model is trained on it.
#[derive(Clone, Debug, PartialEq)]
pub struct Truth {
    /// The quality of the best possible answers (the Bayes rule, or the conditional mean).
    pub best: Quality,
    /// How that was obtained.
    pub obtained: Obtained,
    /// The R² of the best weighted sum of the inputs; none for classes.
    pub linear: Option<f64>,
    /// What is in the data, in a sentence.
    pub sentence: String,
}

impl Known {
    /// What is true of this data set.
    ///
    /// Two classes cut from a weighted sum of variance `v` with noise of variance `n` are answered best by
    /// the sum's sign, which is right with probability `1/2 + asin(√(v / (v + n))) / π` (Sheppard 1899).
    #[must_use]
    pub fn truth(&self) -> Truth {
        let Law { signal, noise, .. } = &self.law;
        let exact = |value| (Quality { value, standard_error: 0.0 }, Obtained::ClosedForm);
        let (best, obtained) = match (noise, signal) {
            (Noise::Added(noise), signal) => exact(signal.variance() / (signal.variance() + noise)),
            (Noise::Cut(noise), Signal::Sum(_)) => {
                let share = signal.variance() / (signal.variance() + noise);
                exact(0.5 + share.sqrt().asin() / PI)
            }
            (Noise::Cut(_), _) => self.integral(),
            (Noise::Replaced(rate), _) => exact((1.0 - rate).max(rate / (self.classes() - 1).max(1) as f64)),
            (Noise::Coin(share), _) => exact(share.max(1.0 - share)),
        };
        let linear = (self.classes() == 0).then(|| best.value * signal.linear_share());
        Truth { best, obtained, linear, sentence: self.sentence(best.value) }
    }

    /// The accuracy of always answering the likelier class, over many sampled rows.
    fn integral(&self) -> (Quality, Obtained) {
        let sample = self.draw(ROWS, INTEGRAL);
        let highest = |row| self.best(&sample.inputs(row)).into_iter().fold(0.0, f64::max);
        (Quality::mean(&(0..ROWS).map(highest).collect::<Vec<f64>>()), Obtained::Integral(ROWS))
    }

    /// What `answers` for the rows of `sample` are truly worth, in the metric of the kind.
    ///
    /// `answers` has one value a row, or for classes a row of probabilities in the order of `classes`.
    /// The noise of the sample's own target is not in it: the accuracy is the mean over the rows of the
    /// true probability of the answered class, and R² is `1 − (E[(m − a)²] + n) / V` with the true mean m, the
    /// answer a, the variance n of the noise and V of the target. None where the number of answers
    /// does not fit or one is not finite.
    #[must_use]
    pub fn quality(&self, sample: &Sample, answers: &[f64], classes: &[String]) -> Option<Quality> {
        let width = if self.classes() == 0 { 1 } else { classes.len().max(1) };
        if answers.len() != sample.rows() * width || answers.iter().any(|answer| !answer.is_finite()) {
            return None;
        }
        let names = self.class_names();
        let place: Vec<Option<usize>> =
            classes.iter().map(|class| names.iter().position(|name| name == class)).collect();
        let rows = answers.chunks_exact(width).enumerate();
        if self.classes() > 0 {
            let right = |(row, shares): (usize, &[f64])| {
                let said = first_highest(shares);
                place.get(said).copied().flatten().map_or(0.0, |class| self.best(&sample.inputs(row))[class])
            };
            return Some(Quality::mean(&rows.map(right).collect::<Vec<f64>>()));
        }
        let miss = |(row, answer): (usize, &[f64])| (self.best(&sample.inputs(row))[0] - answer[0]).powi(2);
        let missed = Quality::mean(&rows.map(miss).collect::<Vec<f64>>());
        let noise = self.law.noise_variance();
        let whole = self.law.signal.variance() + noise;
        Some(Quality { value: 1.0 - (missed.value + noise) / whole, standard_error: missed.standard_error / whole })
    }

    fn sentence(&self, best: f64) -> String {
        let bound = match self.classes() {
            0 => format!("no model explains more than {:.1} % of the variance", 100.0 * best),
            _ => format!("no model is right in more than {:.1} % of the rows", 100.0 * best),
        };
        let what = match self.kind {
            Kind::LinearClasses => "two classes cut from a weighted sum of 5 of 8 inputs with noise",
            Kind::LinearValues => "a weighted sum of 5 of 8 inputs with noise",
            Kind::TeacherClasses => "two classes cut from a network with 6 hidden units on 4 inputs with noise",
            Kind::TeacherValues => "a network with 6 hidden units on 4 inputs with noise",
            Kind::Staircase => "two classes by the signs of 2 of 4 inputs together, 10 % of the labels turned",
            Kind::LabelNoise => "four classes by the highest of four weighted sums, 20 % of the labels replaced",
            Kind::PureNoise => "the throw of an uneven coin beside 6 inputs that tell nothing of it",
            Kind::Plateau => "a weighted sum of 6 inputs and, with more weight, the signs of 3 of them together",
            Kind::Overfit => "two classes cut from a weighted sum of 3 of 40 inputs with noise",
        };
        format!("{what}; {bound}")
    }
}

/// The first of the highest shares, as lagom's metrics count a tie.
fn first_highest(shares: &[f64]) -> usize {
    (0..shares.len()).fold(0, |best, at| if shares[at] > shares[best] { at } else { best })
}

impl Quality {
    /// The mean of independent values, with its standard error.
    fn mean(values: &[f64]) -> Self {
        let standard_error = (variance(values).max(0.0) / values.len().max(1) as f64).sqrt();
        Self { value: mean(values), standard_error }
    }
}

impl fmt::Display for Obtained {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ClosedForm => f.write_str("closed form"),
            Self::Integral(rows) => write!(f, "integral over {rows} sampled rows"),
        }
    }
}
