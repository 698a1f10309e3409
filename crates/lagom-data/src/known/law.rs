//! The rule of a data set: from inputs to what is expected of the target, and the noise about it.
//!
//! Inputs are independent standard normal numbers. Everything that can be is in closed form; the
//! variance of a network of error functions is that of Williams 1997 (*Computing with infinite
//! networks*) and Saad & Solla 1995.

use std::f64::consts::{FRAC_2_PI, SQRT_2, TAU};

use rand::seq::SliceRandom;
use rand::{Rng, RngCore};
use statrs::function::erf::erf;

use super::kind::Kind;
use crate::seed::generator;
use crate::stats::normal_cdf;

/// Hidden units of a teacher.
const WIDTH: usize = 6;
/// Length of the weights into each hidden unit: long enough to bend, short enough to be learned.
const STEEPNESS: f64 = 3.0;
/// Variance of the noise of numbers, and of what classes are cut from, where that of the signal is 1.
const NOISE: f64 = 0.25;
/// Share of labels that are turned in a staircase.
const TURNED: f64 = 0.1;
/// Share of labels that are replaced by another class in label noise.
const REPLACED: f64 = 0.2;
/// Share of the commoner class in pure noise.
const COIN: f64 = 0.6;
/// Variances of the parts of a plateau: weighted sum, interaction.
const PLATEAU: (f64, f64) = (0.4, 0.6);

/// A rule with its noise.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Law {
    /// Number of inputs.
    pub(super) inputs: usize,
    /// What the target depends on.
    pub(super) signal: Signal,
    /// How the target comes of it.
    pub(super) noise: Noise,
}

/// A function of the inputs.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Signal {
    /// Always 0.
    Nothing,
    /// A weighted sum; one weight an input.
    Sum(Vec<f64>),
    /// Weighted error functions of weighted sums, `Σ_k a_k erf(w_k·x / √2)`.
    Network {
        /// The weights `w_k` of each unit, one an input.
        into: Vec<Vec<f64>>,
        /// The weight `a_k` of each unit.
        out: Vec<f64>,
    },
    /// A weighted sum, and `size` times the product of the signs of the inputs at `of`.
    Interaction {
        /// One weight an input.
        sum: Vec<f64>,
        /// Positions of the inputs that work together.
        of: Vec<usize>,
        /// What their product is multiplied by.
        size: f64,
    },
    /// Several weighted sums, one a class.
    Highest(Vec<Vec<f64>>),
}

/// How the target comes of the signal.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Noise {
    /// A number: the signal plus a normal number of this variance.
    Added(f64),
    /// Class 1 where the signal plus a normal number of this variance is above 0, else class 0.
    Cut(f64),
    /// The class that the signal says, in this share of rows replaced by one of the others.
    Replaced(f64),
    /// Class 1 in this share of rows, whatever the inputs.
    Coin(f64),
}

impl Law {
    /// The rule of a kind, its constants drawn from `seed`.
    pub(super) fn new(kind: Kind, seed: u64) -> Self {
        let mut draw = generator(seed, kind.name(), 0);
        let law = |inputs, signal, noise| Self { inputs, signal, noise };
        match kind {
            Kind::LinearClasses => law(8, Signal::Sum(sparse(&mut draw, 8, 5, 1.0)), Noise::Cut(NOISE)),
            Kind::LinearValues => law(8, Signal::Sum(sparse(&mut draw, 8, 5, 1.0)), Noise::Added(NOISE)),
            Kind::TeacherClasses => law(4, teacher(&mut draw, 4), Noise::Cut(NOISE)),
            Kind::TeacherValues => law(4, teacher(&mut draw, 4), Noise::Added(NOISE)),
            Kind::Staircase => {
                let signal = Signal::Interaction { sum: vec![0.0; 4], of: some(&mut draw, 4, 2), size: 1.0 };
                law(4, signal, Noise::Replaced(TURNED))
            }
            Kind::LabelNoise => {
                let sums = (0..4).map(|_| sparse(&mut draw, 6, 6, 1.0)).collect();
                law(6, Signal::Highest(sums), Noise::Replaced(REPLACED))
            }
            Kind::PureNoise => law(6, Signal::Nothing, Noise::Coin(COIN)),
            Kind::Plateau => {
                let sum = sparse(&mut draw, 6, 6, PLATEAU.0.sqrt());
                let signal = Signal::Interaction { sum, of: some(&mut draw, 6, 3), size: PLATEAU.1.sqrt() };
                law(6, signal, Noise::Added(NOISE))
            }
            Kind::Overfit => law(40, Signal::Sum(sparse(&mut draw, 40, 3, 1.0)), Noise::Cut(NOISE)),
        }
    }

    /// Number of classes; 0 where the target is a number.
    pub(super) fn classes(&self) -> usize {
        match (&self.noise, &self.signal) {
            (Noise::Added(_), _) => 0,
            (_, Signal::Highest(sums)) => sums.len(),
            _ => 2,
        }
    }

    /// The probability of each class, or the mean of the target, for one row of inputs.
    pub(super) fn best(&self, inputs: &[f64]) -> Vec<f64> {
        match self.noise {
            Noise::Added(_) => vec![self.signal.value(inputs)],
            Noise::Cut(variance) => {
                let share = normal_cdf(self.signal.value(inputs) / variance.sqrt());
                vec![1.0 - share, share]
            }
            Noise::Coin(share) => vec![1.0 - share, share],
            Noise::Replaced(rate) => {
                let said = self.signal.class(inputs);
                let others = (self.classes() - 1).max(1) as f64;
                (0..self.classes()).map(|class| if class == said { 1.0 - rate } else { rate / others }).collect()
            }
        }
    }

    /// Variance of the noise of a number; 0 for classes.
    pub(super) fn noise_variance(&self) -> f64 {
        if let Noise::Added(variance) = self.noise { variance } else { 0.0 }
    }
}

impl Signal {
    /// The value for one row of inputs; for several sums that of the first.
    fn value(&self, inputs: &[f64]) -> f64 {
        match self {
            Self::Nothing => 0.0,
            Self::Sum(weights) => dot(weights, inputs),
            Self::Network { into, out } => {
                into.iter().zip(out).map(|(weights, scale)| scale * erf(dot(weights, inputs) / SQRT_2)).sum()
            }
            Self::Interaction { sum, of, size } => {
                let negative = of.iter().filter(|&&at| inputs.get(at).is_some_and(|value| *value < 0.0)).count();
                dot(sum, inputs) + if negative % 2 == 0 { *size } else { -size }
            }
            Self::Highest(sums) => sums.first().map_or(0.0, |weights| dot(weights, inputs)),
        }
    }

    /// The class that it says: that of the highest sum, or 1 where the value is above 0.
    fn class(&self, inputs: &[f64]) -> usize {
        let Self::Highest(sums) = self else { return usize::from(self.value(inputs) > 0.0) };
        let scores: Vec<f64> = sums.iter().map(|weights| dot(weights, inputs)).collect();
        (0..scores.len()).max_by(|&a, &b| scores[a].total_cmp(&scores[b])).unwrap_or(0)
    }

    /// The variance over standard normal inputs, in closed form; for several sums that of the first.
    ///
    /// Of a network: `Σ_kl a_k a_l (2/π) asin(w_k·w_l / √((1 + w_k·w_k)(1 + w_l·w_l)))`. The sum and the
    /// interaction of three inputs or two are uncorrelated, since the product of signs does not change
    /// in the mean with any single input; a product of one sign is not made.
    pub(super) fn variance(&self) -> f64 {
        match self {
            Self::Nothing => 0.0,
            Self::Sum(weights) => dot(weights, weights),
            Self::Network { into, out } => {
                let pair = |k: usize, l: usize| {
                    let scale = (1.0 + dot(&into[k], &into[k])) * (1.0 + dot(&into[l], &into[l]));
                    out[k] * out[l] * FRAC_2_PI * (dot(&into[k], &into[l]) / scale.sqrt()).asin()
                };
                (0..out.len()).flat_map(|k| (0..out.len()).map(move |l| (k, l))).map(|(k, l)| pair(k, l)).sum()
            }
            Self::Interaction { sum, size, .. } => dot(sum, sum) + size * size,
            Self::Highest(sums) => sums.first().map_or(0.0, |weights| dot(weights, weights)),
        }
    }

    /// The largest share of the variance that a weighted sum of the inputs can explain, between 0 and 1.
    ///
    /// The best weight of a standard normal input is the mean of its product with the signal (Stein's
    /// lemma: the mean slope); for a network `Σ_k a_k √(2/π) w_k / √(1 + w_k·w_k)`.
    pub(super) fn linear_share(&self) -> f64 {
        let explained = match self {
            Self::Nothing => return 0.0,
            Self::Sum(_) | Self::Highest(_) => return 1.0,
            Self::Interaction { sum, .. } => dot(sum, sum),
            Self::Network { into, out } => {
                let inputs = into.first().map_or(0, Vec::len);
                let slope = |at: usize| {
                    let unit = |(weights, scale): (&Vec<f64>, &f64)| {
                        scale * FRAC_2_PI.sqrt() * weights[at] / (1.0 + dot(weights, weights)).sqrt()
                    };
                    into.iter().zip(out).map(unit).sum::<f64>()
                };
                (0..inputs).map(|at| slope(at).powi(2)).sum()
            }
        };
        explained / self.variance()
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// A standard normal number (Box & Muller 1958).
pub(super) fn normal(draw: &mut impl RngCore) -> f64 {
    let (u, v): (f64, f64) = draw.random();
    // Uniform numbers may be 0 but never 1.
    (-2.0 * (1.0 - u).ln()).sqrt() * (TAU * v).cos()
}

/// Positions of `count` of `inputs` inputs.
fn some(draw: &mut impl RngCore, inputs: usize, count: usize) -> Vec<usize> {
    let mut all: Vec<usize> = (0..inputs).collect();
    all.shuffle(draw);
    all.truncate(count);
    all
}

/// Weights of which `count` are not 0, each between half and three halves before all are brought to
/// the Euclidean `length`, with random signs.
fn sparse(draw: &mut impl RngCore, inputs: usize, count: usize, length: f64) -> Vec<f64> {
    let mut weights = vec![0.0; inputs];
    for at in some(draw, inputs, count) {
        let sign = if draw.random_bool(0.5) { 1.0 } else { -1.0 };
        weights[at] = sign * draw.random_range(0.5..1.5);
    }
    let scale = length / dot(&weights, &weights).sqrt();
    weights.iter().map(|weight| weight * scale).collect()
}

/// A network whose output has the variance 1; half of its units work against the other half.
fn teacher(draw: &mut impl RngCore, inputs: usize) -> Signal {
    let unit = |draw: &mut _| {
        let weights: Vec<f64> = (0..inputs).map(|_| normal(draw)).collect();
        let scale = STEEPNESS / dot(&weights, &weights).sqrt();
        weights.iter().map(|weight| weight * scale).collect()
    };
    let into: Vec<Vec<f64>> = (0..WIDTH).map(|_| unit(&mut *draw)).collect();
    let raw: Vec<f64> = (0..WIDTH).map(|at| if at % 2 == 0 { 1.0 } else { -1.0 }).collect();
    let scale = Signal::Network { into: into.clone(), out: raw.clone() }.variance().sqrt();
    Signal::Network { into, out: raw.iter().map(|weight| weight / scale).collect() }
}
