//! Several systems on the same examples: scores with intervals, and whether each differs from the first.

use super::formula::Formula;
use crate::MetricError;
use crate::stats::{Columns, bootstrap, bootstrap_p_value, mean, percentile_interval, randomisation_p_value};

/// How examples are resampled.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Resampling {
    /// Resamples of the bootstrap; sacreBLEU takes 1,000.
    pub resamples: usize,
    /// Trials of the approximate randomisation; sacreBLEU takes 10,000.
    pub trials: usize,
    /// The share of resamples in an interval, between 0 and 1.
    pub confidence: f64,
    /// Seed of both.
    pub seed: u64,
}

/// The score of one system, in the metric's unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SystemScore {
    /// On the examples as they are.
    pub value: f64,
    /// The lower end of the bootstrap's percentile interval.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
    /// The mean over resamples.
    pub resampled: f64,
    /// How it differs from the first system; none for the first itself.
    pub against_first: Option<SystemDifference>,
}

/// The difference of a system to the first one, on the same examples.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SystemDifference {
    /// Its value less that of the first.
    pub value: f64,
    /// The lower end of the paired bootstrap's percentile interval.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
    /// The two-sided p-value of the paired bootstrap.
    pub bootstrap_p: f64,
    /// The two-sided p-value of the paired approximate randomisation.
    pub randomisation_p: f64,
}

/// Scores each system from the numbers of its examples, and compares each with the first.
///
/// # Errors
/// As [`Formula::score`]; systems with different counts of examples.
pub fn compare_systems(
    formula: &Formula,
    systems: &[Vec<f64>],
    resampling: &Resampling,
) -> Result<Vec<SystemScore>, MetricError> {
    let expected = systems.first().map_or(0, Vec::len);
    if let Some(other) = systems.iter().find(|other| other.len() != expected) {
        return Err(MetricError::Lengths { column: "statistics", expected, found: other.len() });
    }
    let values = systems.iter().map(|system| formula.score(system).map(|scored| scored.value));
    let values: Vec<f64> = values.collect::<Result<_, _>>()?;
    let columns: Vec<Columns> = systems.iter().map(|system| Columns::new(system, formula.width())).collect();
    let examples = expected / formula.width();
    let value = |sums: &[f64]| formula.value(sums, examples);
    let draws = bootstrap(&columns, &value, resampling.resamples, resampling.seed);
    let one = |at: usize| {
        let (low, high) = percentile_interval(&draws[at], resampling.confidence);
        let difference = || {
            let differences: Vec<f64> = draws[at].iter().zip(&draws[0]).map(|(own, first)| own - first).collect();
            let (low, high) = percentile_interval(&differences, resampling.confidence);
            let value_of = values[at] - values[0];
            let (trials, seed) = (resampling.trials, resampling.seed.wrapping_add(1));
            SystemDifference {
                value: value_of,
                low,
                high,
                bootstrap_p: bootstrap_p_value(value_of, &draws[at], &draws[0]),
                randomisation_p: randomisation_p_value(&columns[0], &columns[at], &value, trials, seed),
            }
        };
        let against_first = (at > 0).then(difference);
        SystemScore { value: values[at], low, high, resampled: mean(&draws[at]), against_first }
    };
    Ok((0..systems.len()).map(one).collect())
}
