//! Rows with equal inputs: copies, other targets for the same inputs, rows of the holdout among those that are trained on; and the
//! ceiling that other targets for the same inputs put on every model.

use std::collections::{BTreeMap, HashMap};

use super::ceiling::EqualInputs;
use super::issue::{Finding, Holdout, Issue, Severity};
use crate::copies::same;
use crate::dataset::{Dataset, Target};

/// Copies of so large a share of the rows are worth a warning.
const MANY: f64 = 0.05;
/// Rows with another target than most of their copies, as a share of all rows, from which on it is worth a warning.
const CONFLICTING: f64 = 0.005;
/// The share of the holdout's rows that stand among the training rows from which on its figures would mislead.
const SEEN: f64 = 0.01;

/// Rows with the same inputs, by the first row of each class of equal ones.
pub(super) struct Equals {
    /// The class of each row of the data set: its first row.
    pub(super) class: Vec<u32>,
    /// The rows of each class that has more than one, those to train on alone.
    groups: BTreeMap<u32, Vec<u32>>,
}

impl Equals {
    /// Finds them.
    pub(super) fn of(dataset: &Dataset) -> Self {
        let class = crate::equal::classes(dataset);
        let groups = repeated(&class, &dataset.development);
        Self { class, groups }
    }

    /// The rows of each set of copies on both sides of the seal, in ascending order.
    pub(super) fn of_both_sides(&self, dataset: &Dataset) -> Vec<Vec<u32>> {
        let mut groups: Vec<Vec<u32>> =
            repeated(&self.class, dataset.development.iter().chain(&dataset.sealed)).into_values().collect();
        groups.iter_mut().for_each(|rows| rows.sort_unstable());
        groups
    }

    /// The rows of each set of copies, those to train on alone.
    pub(super) fn groups(&self) -> impl Iterator<Item = &[u32]> {
        self.groups.values().map(Vec::as_slice)
    }

    /// Copies, and other targets for the same inputs.
    pub(super) fn findings(&self, dataset: &Dataset) -> Vec<Finding> {
        let all = dataset.development.len();
        let further: Vec<u32> = sorted(self.groups().flat_map(|rows| &rows[1..]).copied());
        let mut found = Vec::new();
        if !further.is_empty() {
            let severity = if further.len() as f64 >= MANY * all as f64 { Severity::Warning } else { Severity::Info };
            let issue = Issue::Duplicates { groups: self.groups.len() as u64 };
            found.push(Finding::of_named(issue, severity, further, all));
        }
        let mixed: Vec<&[u32]> = self.groups().filter(|rows| !same_target(dataset.given(), rows)).collect();
        // A number is not wrong for being another one: that equal inputs have several is what noise is.
        if !mixed.is_empty() && matches!(dataset.given(), Target::Classes { .. }) {
            let minority: usize = mixed.iter().map(|rows| rows.len() - majority(dataset.given(), rows)).sum();
            let severity = if minority as f64 >= CONFLICTING * all as f64 { Severity::Warning } else { Severity::Info };
            let issue = Issue::ConflictingTargets { groups: mixed.len() as u64, minority: minority as u64 };
            found.push(Finding::of_named(issue, severity, sorted(mixed.concat().into_iter()), all));
        }
        found
    }

    /// Rows of the holdout that stand among those to train on. Their targets are not looked at.
    pub(super) fn overlap(&self, dataset: &Dataset, holdout: Holdout) -> Option<Finding> {
        let mut known = vec![false; self.class.len()];
        dataset.development.iter().for_each(|row| known[self.class[*row as usize] as usize] = true);
        let seen = dataset.sealed.iter().copied().filter(|row| known[self.class[*row as usize] as usize]);
        overlap(seen.collect(), dataset.sealed.len(), (true, holdout))
    }

    /// The most rows that any model can have right, by the labels that models are judged by, since it answers equal inputs alike; none where
    /// the target has no classes.
    pub(super) fn ceiling(&self, dataset: &Dataset) -> Option<EqualInputs> {
        let Target::Classes { .. } = &dataset.target else { return None };
        let wrong: usize = self.groups().map(|rows| rows.len() - majority(&dataset.target, rows)).sum();
        let rows = dataset.development.len();
        let repeated: usize = self.groups().map(<[u32]>::len).sum();
        (rows > 0 && repeated > 0).then(|| EqualInputs {
            accuracy: 1.0 - wrong as f64 / rows as f64,
            wrong: wrong as u64,
            repeated: repeated as u64,
            rows: rows as u64,
        })
    }
}

/// The rows of each class that stands more than once among these, by the class; most data have few of them.
fn repeated<'a>(class: &[u32], rows: impl IntoIterator<Item = &'a u32> + Clone) -> BTreeMap<u32, Vec<u32>> {
    let mut counts = vec![0_u32; class.len()];
    rows.clone().into_iter().for_each(|row| counts[class[*row as usize] as usize] += 1);
    let mut groups: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for row in rows {
        let own = class[*row as usize];
        if counts[own as usize] > 1 {
            groups.entry(own).or_default().push(*row);
        }
    }
    groups
}

/// That these rows of the holdout stand among those to train on, exactly or nearly.
pub(super) fn overlap(rows: Vec<u32>, of: usize, (exact, holdout): (bool, Holdout)) -> Option<Finding> {
    let many = rows.len() as f64 >= SEEN * of as f64;
    let severity = match holdout {
        Holdout::Given if many && exact => Severity::Grave,
        Holdout::Given => Severity::Warning,
        // Splits keep copies together where they are copies: what is left comes again by itself, and will for new rows.
        Holdout::Drawn => Severity::Info,
    };
    (!rows.is_empty()).then(|| Finding::of_named(Issue::Overlap { exact }, severity, sorted(rows.into_iter()), of))
}

fn sorted(rows: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut rows: Vec<u32> = rows.collect();
    rows.sort_unstable();
    rows
}

fn same_target(target: &Target, rows: &[u32]) -> bool {
    rows.iter().all(|&row| same(target, row, rows[0]))
}

/// Rows of the commonest target among these.
fn majority(target: &Target, rows: &[u32]) -> usize {
    if let Target::Classes { labels, .. } = target {
        let mut counts: HashMap<u32, usize> = HashMap::new();
        rows.iter().for_each(|&row| *counts.entry(labels[row as usize]).or_insert(0) += 1);
        return counts.values().max().copied().unwrap_or(0);
    }
    // Of other targets few come again: the first ones are told apart.
    let of = |first: &u32| rows.iter().filter(|&&row| same(target, *first, row)).count();
    rows.iter().take(TOLD_APART).map(of).max().unwrap_or(0)
}

/// Targets of one group that are compared with all of its rows.
const TOLD_APART: usize = 16;
