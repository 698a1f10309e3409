//! The spread of a law's constants: refits to resampled or redrawn points.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::fitting::Fitting;
use super::law::Law;
use super::observation::{Axis, Observation, distinct};
use super::search::search;
use super::solve::{Constants, Problem, log_errors};

/// With fewer points than this many a constant, resampling leaves too few different ones to fix the law,
/// and points are redrawn about it instead.
const RESAMPLE_FROM: usize = 4;
/// Tries to draw a resample with three different positions on each axis.
const TRIES: usize = 50;

/// A draw from the standard normal distribution (Box & Muller 1958).
pub(super) fn normal(rng: &mut ChaCha8Rng) -> f64 {
    let (u, v): (f64, f64) = (1.0 - rng.random::<f64>(), rng.random());
    (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos()
}

/// Laws refitted to what might have been measured instead.
///
/// With at least four points a constant the points are resampled with replacement, so that at least three
/// different sizes and amounts remain. With fewer, each loss is redrawn about the law, with its own
/// standard error or with `noise` where that is larger; none where both are unknown.
pub(super) fn draws(
    observations: &[Observation],
    problem: &Problem,
    best: &Constants,
    noise: Option<f64>,
    how: &Fitting,
) -> Vec<Law> {
    let mut rng = ChaCha8Rng::seed_from_u64(how.seed);
    let resample = observations.len() >= RESAMPLE_FROM * problem.form.constants();
    let errors = log_errors(observations);
    if !resample && noise.is_none() && errors.iter().all(|error| *error == 0.0) {
        return Vec::new();
    }
    let law = problem.law(best);
    let mut again = problem.clone();
    let mut draw = || {
        if resample {
            for (point, (given, count)) in
                again.points.iter_mut().zip(problem.points.iter().zip(counts(observations, problem, &mut rng)))
            {
                point.weight = given.weight * f64::from(count);
            }
        } else {
            for ((point, error), observation) in again.points.iter_mut().zip(&errors).zip(observations) {
                let spread = error.max(noise.unwrap_or(0.0));
                point.log_loss = law.loss(observation.size, observation.data).ln() + spread * normal(&mut rng);
            }
        }
        let mut used = again.clone();
        used.points.retain(|point| point.weight > 0.0);
        used.law(&search(&used, Some(best), false).0)
    };
    (0..how.resamples).map(|_| draw()).collect()
}

/// How often each point is drawn.
fn counts(observations: &[Observation], problem: &Problem, rng: &mut ChaCha8Rng) -> Vec<u32> {
    let n = observations.len();
    let mut counts = vec![1; n];
    for _ in 0..TRIES {
        counts = vec![0_u32; n];
        for _ in 0..n {
            if let Some(count) = counts.get_mut(rng.random_range(0..n)) {
                *count += 1;
            }
        }
        let drawn = |axis: Axis| {
            let kept = observations.iter().zip(&counts).filter(|(_, count)| **count > 0);
            distinct(kept.map(|(point, _)| axis.of(point))) >= 3
        };
        if (!problem.form.has_size() || drawn(Axis::Size)) && (!problem.form.has_data() || drawn(Axis::Data)) {
            break;
        }
    }
    counts
}
