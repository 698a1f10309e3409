//! What single rows came to: the scores that parts of the rows are compared by.

use std::collections::{BTreeMap, BTreeSet};

use super::{Subject, Validated};
use crate::data::Units;
use crate::metric::{Metric, Outcomes, score};
use crate::stats::Estimate;

/// Fewest independent rows of a part: below that neither mean nor error say much.
pub(super) const FEWEST: usize = 30;

/// What each validated row came to, in the mean over the repeats that validated it.
pub(super) struct RowScores {
    /// What they are scored by.
    pub(super) metric: Metric,
    /// The rows, in their order.
    pub(super) rows: Vec<u32>,
    /// The score of each row, oriented: higher is better.
    pub(super) scores: Vec<f64>,
    /// Which rows are not independent: copies, and rows of one group.
    pub(super) units: Vec<u32>,
}

impl RowScores {
    /// Those of a candidate; none where its answers are not scored row by row.
    pub(super) fn of(subject: &Subject<'_>) -> Option<Self> {
        Self::of_repeats(subject, subject.repeats)
    }

    /// Those of these repeats, which may be another candidate's.
    pub(super) fn of_repeats(subject: &Subject<'_>, repeats: &[Validated<'_>]) -> Option<Self> {
        let metric = mean_metric(subject.metric, repeats.first()?.outcomes)?;
        let units = subject.units.map(Units::of_rows);
        // The sum and number of the scores of each row.
        let mut of_row: BTreeMap<u32, (f64, f64)> = BTreeMap::new();
        for repeat in repeats {
            let scored = score(metric, repeat.outcomes).ok()?;
            for (&row, influence) in repeat.rows.iter().zip(&scored.influence) {
                let sum = of_row.entry(row).or_insert((0.0, 0.0));
                // The metric is a mean: the influence of a row is how far its own score is from that.
                sum.0 += metric.orient(scored.value + influence);
                sum.1 += 1.0;
            }
        }
        let unit = |row: &u32| units.and_then(|units| units.get(*row as usize)).copied().unwrap_or(*row);
        Some(Self {
            metric,
            units: of_row.keys().map(unit).collect(),
            scores: of_row.values().map(|(sum, count)| sum / count).collect(),
            rows: of_row.into_keys().collect(),
        })
    }

    /// How many rows are independent of each other.
    pub(super) fn apart(&self) -> usize {
        self.units.iter().collect::<BTreeSet<&u32>>().len()
    }

    /// The mean over the rows that these places tell, with a standard error that is robust to rows of one unit going together (Liang & Zeger 1986);
    /// oriented: higher is better. None of fewer than [`FEWEST`] independent rows.
    pub(super) fn mean(&self, inside: &[bool]) -> Option<Estimate> {
        let own = || self.scores.iter().zip(&self.units).zip(inside).filter(|(_, inside)| **inside).map(|(one, _)| one);
        let rows = own().count() as f64;
        let point = own().map(|(score, _)| score).sum::<f64>() / rows;
        let mut units: BTreeMap<u32, f64> = BTreeMap::new();
        own().for_each(|(score, unit)| *units.entry(*unit).or_default() += (score - point) / rows);
        if units.len() < FEWEST {
            return None;
        }
        let all = units.len() as f64;
        let variance = units.values().map(|one| one.powi(2)).sum::<f64>() * all / (all - 1.0);
        Some(Estimate {
            point,
            standard_error: variance.sqrt(),
            degrees_of_freedom: all - 1.0,
            repeats: 1,
            examples: units.len() as u64,
            variance_repeats: 0.0,
            variance_examples: variance,
            gap: 0.0,
        })
    }

    /// What these rows gain over those of another candidate, on the rows that both have: positive is better.
    pub(super) fn less(&self, other: &Self) -> Self {
        let theirs: BTreeMap<u32, f64> = other.rows.iter().copied().zip(other.scores.iter().copied()).collect();
        let shared = |at: &usize| theirs.contains_key(&self.rows[*at]);
        let places: Vec<usize> = (0..self.rows.len()).filter(shared).collect();
        Self {
            metric: self.metric,
            scores: places.iter().map(|at| self.scores[*at] - theirs[&self.rows[*at]]).collect(),
            units: places.iter().map(|at| self.units[*at]).collect(),
            rows: places.into_iter().map(|at| self.rows[at]).collect(),
        }
    }
}

/// The metric that rows are compared by: the study's where it is a mean over rows; else, of classes, how many are right, and of
/// numbers, how far off they are.
fn mean_metric(metric: Metric, outcomes: &Outcomes) -> Option<Metric> {
    let is_mean = matches!(metric, Metric::LogLoss | Metric::Mae) || metric.example_range().is_some();
    match outcomes {
        _ if is_mean => Some(metric),
        Outcomes::Classes(_) => Some(Metric::Accuracy),
        Outcomes::Values(_) => Some(Metric::Mae),
        _ => None,
    }
}
