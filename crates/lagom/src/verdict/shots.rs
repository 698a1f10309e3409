//! The effect of shots: the same model asked with fewer and with more solved examples before each question.

use serde::{Deserialize, Serialize};

use super::compare::difference;
use super::screen::validation;
use super::types::Entry;
use crate::metric::Metric;
use crate::stats::Estimate;

/// One model at several numbers of shots.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShotEffect {
    /// The name of its table in the study.
    pub table: String,
    /// Its numbers of shots, from the fewest to the most; at least two.
    pub steps: Vec<ShotStep>,
}

/// One number of shots.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShotStep {
    /// The candidate: its row has quality and costs.
    pub candidate: String,
    /// Solved examples before each question.
    pub shots: u32,
    /// How much better it is than with the fewest shots, on the validation rows that both have answered; positive is better.
    /// None for the fewest shots, and where nothing is shared.
    pub difference: Option<Estimate>,
}

/// What shots bring to each table of the study that names several numbers of them, in the order of `entries`.
pub(super) fn shot_effects(entries: &[Entry], metric: Metric) -> Vec<ShotEffect> {
    let called = || entries.iter().filter_map(|entry| Some((entry, entry.calls.as_ref()?)));
    let mut tables: Vec<&str> = called().map(|(_, calls)| calls.table.as_str()).collect();
    let mut seen = std::collections::BTreeSet::new();
    tables.retain(|table| seen.insert(*table));
    let one = |table: &str| {
        let mut of_table: Vec<(&Entry, u32)> =
            called().filter(|(_, calls)| calls.table == table).map(|(entry, calls)| (entry, calls.shots)).collect();
        of_table.sort_by_key(|(_, shots)| *shots);
        let (fewest, _) = *of_table.first().filter(|_| of_table.len() > 1)?;
        let step = |(at, (entry, shots)): (usize, &(&Entry, u32))| ShotStep {
            candidate: entry.candidate.name.clone(),
            shots: *shots,
            difference: (at > 0).then(|| difference(metric, &validation(entry), &validation(fewest))).flatten(),
        };
        Some(ShotEffect { table: table.to_owned(), steps: of_table.iter().enumerate().map(step).collect() })
    };
    tables.into_iter().filter_map(one).collect()
}
