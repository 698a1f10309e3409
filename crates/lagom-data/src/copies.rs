//! Copies: which rows have equal inputs, and which of these are one unit.
//!
//! A copy on the other side of a split hands its answer over to whoever memorises, and three copies are no three
//! examples. So equal inputs are one unit in every split, and the variance of the verdict counts units.
//!
//! ```text
//! inputs -> classes of equal inputs -> copies, or the nature of the table? -> units (joined with groups) -> splits
//! ```
//!
//! Where a table has few distinct inputs, the same inputs come again by themselves and with other answers, and new rows will be like
//! that too. Those rows are independent, so the table is split by row, and [`Copies`] says so.

use std::collections::HashMap;
use std::sync::Arc;

use super::dataset::{Dataset, Target};
use super::equal::{classes, copied_whole};
use super::units::Units;

/// What was found of equal inputs in a data set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Copies {
    /// Rows there are.
    pub(super) rows: u64,
    /// Distinct inputs there are.
    pub(super) distinct: u64,
    /// Rows beyond the first of their unit, which splits keep beside it.
    pub(super) kept: u64,
    /// Of these, rows with another target than the first.
    pub(super) conflicting: u64,
    /// The same of the rows that are split by row.
    pub(super) conflicting_apart: u64,
    /// Rows beyond the first of their inputs that are split by row, since such inputs come again by themselves.
    pub(super) apart: u64,
}

/// Fewer distinct inputs than these can't be dealt to the sides of a split: as many as a study needs rows.
const FEWEST: usize = 25;
/// The part of all rows that a unit may have, as one in so many: no more than one of ten folds.
const LARGEST: usize = 10;
/// Different answers to the same inputs that are told apart.
const ANSWERS: usize = 64;
/// Where at least one in so many repeated rows has another target than its inputs had before, the table is coarse.
const CONFLICTS: usize = 10;

impl Dataset {
    /// Finds the units, a function of columns, target and groups alone, and says what was found of equal inputs.
    pub(super) fn find_units(&mut self) -> Copies {
        let classes = classes(self);
        let (mut of_row, found) = settle(&classes, self.given());
        let copies = self.groups.is_none();
        if let Some(groups) = &self.groups {
            of_row = joined(groups, &of_row);
        }
        let joined = found.kept > 0;
        self.units = (joined || !copies).then(|| Arc::new(Units { of_row, of_sealed: Vec::new(), copies, joined }));
        self.seal_units();
        found
    }

    /// Names the units of the sealed rows, once it is settled which these are.
    pub(super) fn seal_units(&mut self) {
        if let Some(units) = self.units.as_mut().map(Arc::make_mut) {
            units.of_sealed = self.sealed.iter().filter_map(|&row| units.of_row.get(row as usize).copied()).collect();
        }
    }
}

/// From classes of equal inputs to units: each row has the number of the first row of its unit.
fn settle(classes: &[u32], target: &Target) -> (Vec<u32>, Copies) {
    let rows = classes.len();
    let members = together(classes);
    let repeated: usize = members.values().map(|rows| rows.len() - 1).sum();
    let distinct = rows - repeated;
    let own: Vec<u32> = (0..rows as u32).collect();
    let mut found = Copies { rows: rows as u64, distinct: distinct as u64, ..Copies::default() };
    let conflicts: usize = members.values().map(|rows| conflicts(rows, target)).sum();
    let coarse = distinct < FEWEST || repeated * 2 > rows && conflicts * CONFLICTS > repeated;
    let blocks = if coarse { copied_whole(classes, target) } else { None };
    let candidate = blocks.as_deref().or((!coarse).then_some(classes));
    let Some(of_row) = candidate else {
        (found.apart, found.conflicting_apart) = (repeated as u64, conflicts as u64);
        return (own, found);
    };
    let mut units = own;
    for rows_of_unit in together(of_row).values() {
        // One unit that fills a fold by itself leaves nothing to split.
        if rows_of_unit.len() * LARGEST <= rows {
            found.kept += rows_of_unit.len() as u64 - 1;
            found.conflicting += conflicts_of(rows_of_unit, target);
            rows_of_unit.iter().for_each(|&row| units[row as usize] = rows_of_unit[0]);
        } else {
            found.apart += rows_of_unit.len() as u64 - 1;
            found.conflicting_apart += conflicts_of(rows_of_unit, target);
        }
    }
    (units, found)
}

/// The rows of each number that stands more than once; the numbers are those of rows.
fn together(of_row: &[u32]) -> HashMap<u32, Vec<u32>> {
    let mut counts = vec![0_u32; of_row.len()];
    of_row.iter().for_each(|of| counts[*of as usize] += 1);
    let mut together: HashMap<u32, Vec<u32>> = HashMap::new();
    for (row, of) in of_row.iter().enumerate().filter(|(_, of)| counts[**of as usize] > 1) {
        together.entry(*of).or_default().push(row as u32);
    }
    together
}

/// Rows with another target than the first.
fn conflicts_of(rows: &[u32], target: &Target) -> u64 {
    rows.iter().filter(|&&row| !same(target, row, rows[0])).count() as u64
}

/// Rows of one class whose target is not the commonest of the class.
fn conflicts(rows: &[u32], target: &Target) -> usize {
    let mut kinds: Vec<(u32, usize)> = Vec::new();
    for &row in rows {
        let known = kinds.iter().position(|(first, _)| same(target, *first, row));
        match known {
            Some(at) => kinds[at].1 += 1,
            // Beyond so many different answers nothing is a copy, and looking on would take the square of the rows.
            None if kinds.len() < ANSWERS => kinds.push((row, 1)),
            None => {}
        }
    }
    rows.len() - kinds.iter().map(|(_, count)| *count).max().unwrap_or(0)
}

/// Whether two rows have the same target.
pub(super) fn same(target: &Target, one: u32, other: u32) -> bool {
    let (one, other) = (one as usize, other as usize);
    match target {
        Target::Classes { labels, .. } => labels[one] == labels[other],
        Target::Numbers(values) => values[one] == values[other],
        Target::Texts { references } => references[one] == references[other],
        Target::Choices { gold, .. } => gold[one] == gold[other],
        // It is asked of equal inputs, whose targets are equal then.
        Target::Itself { .. } => true,
    }
}

/// The connected parts of groups and copies: what shares a group or a copy is one unit.
///
/// Where copies tie the groups together until one unit fills a fold, or fewer than ten are left, the groups alone count.
fn joined(groups: &[u32], copies: &[u32]) -> Vec<u32> {
    let rows = groups.len();
    let mut parent: Vec<u32> = (0..rows as u32).collect();
    let mut first_of_group: HashMap<u32, u32> = HashMap::new();
    for (row, group) in groups.iter().enumerate() {
        let first = *first_of_group.entry(*group).or_insert(row as u32);
        tie(&mut parent, first, row as u32);
    }
    let largest = sizes(&mut parent.clone()).values().copied().max().unwrap_or(0);
    let mut tied = parent.clone();
    for (row, copy) in copies.iter().enumerate() {
        tie(&mut tied, *copy, row as u32);
    }
    let after = sizes(&mut tied);
    let fits = after.len() >= LARGEST && after.values().all(|&size| size <= largest.max(rows / LARGEST));
    let mut chosen = if fits { tied } else { parent };
    (0..rows as u32).map(|row| root(&mut chosen, row)).collect()
}

fn sizes(parent: &mut [u32]) -> HashMap<u32, usize> {
    let mut sizes = HashMap::new();
    for row in 0..parent.len() as u32 {
        *sizes.entry(root(parent, row)).or_insert(0) += 1;
    }
    sizes
}

/// The smallest row of what `row` is tied to.
fn root(parent: &mut [u32], row: u32) -> u32 {
    let mut at = row;
    while parent[at as usize] != at {
        parent[at as usize] = parent[parent[at as usize] as usize];
        at = parent[at as usize];
    }
    at
}

fn tie(parent: &mut [u32], one: u32, other: u32) {
    let (one, other) = (root(parent, one), root(parent, other));
    parent[one.max(other) as usize] = one.min(other);
}

#[cfg(test)]
#[path = "copies_tests.rs"]
mod tests;
