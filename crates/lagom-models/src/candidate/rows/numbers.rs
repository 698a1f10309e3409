//! Numbers of the rows of a table: clipped, or copied with noise.

use rand::Rng;

use super::step::Done;
use super::training_rows::TrainingRows;
use crate::candidate::spec::FitError;
use crate::data::{Column, Values, seed};
use crate::stats;

/// Clips the numbers of each column to their quantiles `q` and `1 − q` among the training rows (Tukey 1962; SciPy's
/// `stats.mstats.winsorize` by interpolated quantiles). New rows are left as they are.
pub(super) fn winsorise(rows: &mut TrainingRows<'_>, q: f64) -> Result<Done, FitError> {
    some_numbers(rows.columns(), "winsorise")?;
    let mut clipped = vec![false; rows.len()];
    for numbers in rows.cells().iter_mut().filter_map(numbers_of) {
        let mut known: Vec<f64> = numbers.iter().copied().filter(|value| !value.is_nan()).collect();
        known.sort_unstable_by(f64::total_cmp);
        if known.is_empty() {
            continue;
        }
        let (least, most) = (stats::percentile(&known, q), stats::percentile(&known, 1.0 - q));
        for (value, clipped) in numbers.iter_mut().zip(&mut clipped) {
            let within = if *value < least {
                least
            } else if *value > most {
                most
            } else {
                continue;
            };
            (*value, *clipped) = (within, true);
        }
    }
    Ok(Done::rows(clipped.iter().filter(|clipped| **clipped).count()))
}

/// Adds one copy of each row whose numbers have normal noise of so many standard deviations of their column; missing numbers stay
/// missing.
pub(super) fn noise(rows: &mut TrainingRows<'_>, deviations: f64, seed: u64) -> Result<Done, FitError> {
    some_numbers(rows.columns(), "noise")?;
    let own = rows.len();
    rows.repeat(&(0..own).collect::<Vec<usize>>())?;
    let mut random = seed::generator(seed, "noise", 0);
    for numbers in rows.cells().iter_mut().filter_map(numbers_of) {
        let known: Vec<f64> = numbers[..own].iter().copied().filter(|value| value.is_finite()).collect();
        let scale = if known.len() < 2 { 0.0 } else { deviations * stats::variance(&known).sqrt() };
        numbers[own..].iter_mut().for_each(|value| *value += scale * normal(&mut random));
    }
    Ok(Done::rows(own))
}

/// A standard normal number (Box & Muller 1958).
fn normal(random: &mut impl Rng) -> f64 {
    // Never the logarithm of 0.
    let (length, turn): (f64, f64) = (1.0 - random.random::<f64>(), random.random());
    (-2.0 * length.ln()).sqrt() * (std::f64::consts::TAU * turn).cos()
}

fn numbers_of(column: &mut Column) -> Option<&mut Vec<f64>> {
    match &mut column.values {
        Values::Numbers(numbers) => Some(numbers),
        Values::Categories { .. } | Values::Texts(_) => None,
    }
}

fn some_numbers(columns: &[Column], lever: &str) -> Result<(), FitError> {
    if columns.iter().any(|column| matches!(column.values, Values::Numbers(_))) {
        return Ok(());
    }
    Err(FitError::Unfit(format!("`{lever}` changes numbers, and no input column holds any")))
}
