//! All that is looked for in the data of a study without training anything, and what probabilities from outside add to it.

use serde::{Deserialize, Serialize};

use super::balance::balance;
use super::ceiling::{Ceiling, WrongLabels};
use super::columns::{far_cells, follows_target};
use super::equals::{Equals, overlap};
use super::issue::{Finding, Holdout, Issue, Likeness, Severity};
use super::label_errors::LabelErrors;
use super::missing::missing;
use super::near::{ALIKE, near};
use super::neighbours::{NEAR, Pair, neighbours};
use super::part::spaced;
use super::reviewed::{ReviewFound, SuspectedRows};
use super::shift::{TwoSample, shift, shifted_columns};
use crate::caution::Caution;
use crate::copies::same;
use crate::dataset::{Dataset, Target, Values};
use crate::tells::{nearly_tells, order_tells};

/// Texts that are compared with each other at most: what takes no more than a second, and what takes no more than a minute.
const TEXTS: (usize, usize) = (20_000, 200_000);
/// A share of nearly equal rows that is worth a warning.
const MANY: f64 = 0.05;
/// The estimated share of wrong labels from which on it is worth a warning.
const NOISE: f64 = 0.01;

/// The share of what guessing gets wrong that a model has to get right for its doubts to be of the labels rather than its own. On sets
/// of which nobody has found wrong labels the estimate without this was 0.18 to 0.25 (log/2026-11-29-data-quality.md).
const SKILL: f64 = 0.5;

/// How closely data are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// What takes about a second.
    Quick,
    /// What takes up to a minute: rows of tables are compared with each other, and more texts.
    Thorough,
}

/// What was looked at in part, since all of it would take too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// Texts compared with each other.
    Texts,
    /// Rows of a table compared with each other.
    Rows,
    /// Rows whose labels were checked.
    Labels,
    /// Rows of the two samples.
    Samples,
}

/// Rows that were looked at where they are not all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limited {
    /// At what.
    pub part: Part,
    /// Rows that were looked at.
    pub rows: u64,
    /// Rows there are.
    pub of: u64,
}

/// The model whose probabilities labels were checked with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Checked {
    /// Its name, such as `trees-8x250`.
    pub model: String,
    /// Parts that the rows were dealt into: each is judged by a model trained on the others.
    pub folds: u32,
    /// Rows whose labels were checked.
    pub rows: u64,
    /// How many of them it gives the label they have: out of sample, between 0 and 1.
    pub accuracy: f64,
    /// The share of the commonest label: what guessing comes to.
    pub guessing: f64,
    /// The estimated share of wrong labels, between 0 and 1.
    pub noise: f64,
    /// Labels that are likely wrong.
    pub suspects: u64,
    /// Classes that were left out, since they have too few rows to be in every part.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
}

impl Checked {
    /// Whether the model is too weak to tell wrong labels from rows whose inputs do not tell their class: it has not even half of what
    /// guessing leaves.
    #[must_use]
    pub fn is_weak(&self) -> bool {
        self.accuracy - self.guessing < SKILL * (1.0 - self.guessing)
    }
}

/// The quality of the data of a study.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Quality {
    /// Rows to train and validate on.
    pub rows: u64,
    /// Sealed rows, whose inputs alone were looked at; 0 where every row is sealed in its turn.
    pub holdout: u64,
    /// What was found, the gravest first.
    pub findings: Vec<Finding>,
    /// The quality that no model can honestly pass.
    pub ceiling: Ceiling,
    /// What was looked at in part.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub limited: Vec<Limited>,
    /// What a person found of labels; none where nobody has reviewed any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reviewed: Option<ReviewFound>,
    /// How labels were checked; none where they were not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checked: Option<Checked>,
    /// Why labels were not checked, as a fragment; none where they were, or where nobody asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unchecked: Option<String>,
    /// How well rows of the holdout can be told from the others; none where that was not asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told_apart: Option<f64>,
}

/// Rows that are the same, or nearly so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alike {
    /// Whether their inputs are equal.
    pub exact: bool,
    /// The rows, as positions in the data set, in ascending order.
    pub rows: Vec<u32>,
}

/// What was found, with the rows that are alike.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Look {
    /// What was found.
    pub quality: Quality,
    /// Groups of rows that are alike, those of the holdout among them.
    pub alike: Vec<Alike>,
}

/// Looks at the data of a study; `cautions` are those that were found as they were read.
///
/// Of sealed rows the inputs alone are looked at. The same data give the same findings.
#[must_use]
pub fn look(dataset: &Dataset, cautions: &[Caution], depth: Depth, holdout: Holdout) -> Look {
    let equals = Equals::of(dataset);
    let mut quality = Quality {
        rows: dataset.development.len() as u64,
        holdout: dataset.sealed.len() as u64,
        ceiling: Ceiling { equal_inputs: equals.ceiling(dataset), wrong_labels: None },
        reviewed: ReviewFound::of(dataset),
        ..Quality::default()
    };
    quality.findings.extend(cautions.iter().filter_map(|caution| of_caution(caution, dataset)));
    quality.findings.extend(equals.overlap(dataset, holdout));
    quality.findings.extend(equals.findings(dataset));
    quality.findings.extend(follows_target(dataset));
    quality.findings.extend(nearly_tells(dataset).iter().filter_map(|caution| nearly(caution, dataset)));
    if dataset.task.is_trained() && order_tells(dataset) {
        let rows = dataset.development.len();
        quality.findings.push(Finding::of_rows(Issue::SortedByTarget, Severity::Info, (rows, rows)));
    }
    let exact = |rows| Alike { exact: true, rows };
    let mut alike: Vec<Alike> = equals.of_both_sides(dataset).into_iter().map(exact).collect();
    alike.extend(quality.near(dataset, &equals, (depth, holdout)));
    quality.findings.extend(balance(dataset));
    quality.findings.extend(missing(dataset));
    quality.findings.extend(far_cells(dataset));
    quality.findings.extend(shifted_columns(dataset));
    quality.sort();
    Look { quality, alike }
}

/// What a caution is as a finding; none of one that is found anew with its rows, or that is no matter of the data.
fn of_caution(caution: &Caution, dataset: &Dataset) -> Option<Finding> {
    let all = dataset.development.len();
    match caution {
        Caution::TellsTarget { column, measure, score, covered } => {
            let issue = Issue::TellsTarget { column: column.clone(), measure: *measure, score: *score };
            let rows = (covered * all as f64).round() as usize;
            Some(Finding::of_rows(issue, Severity::Grave, (rows.min(all), all)))
        }
        Caution::RepeatedKey { column, keys, rows, .. } => {
            let issue = Issue::RepeatedKey { column: column.clone(), keys: *keys };
            Some(Finding::of_rows(issue, Severity::Warning, (*rows as usize, dataset.target.rows())))
        }
        Caution::Copies { .. }
        | Caution::SeenInputs { .. }
        | Caution::UncutTexts { .. }
        | Caution::UncutWords { .. }
        | Caution::OtherLetters { .. } => None,
    }
}

/// That a column nearly tells the target, as a finding.
fn nearly(caution: &Caution, dataset: &Dataset) -> Option<Finding> {
    let Caution::TellsTarget { column, measure, score, covered } = caution else { return None };
    let issue = Issue::NearlyTells { column: column.clone(), measure: *measure, score: *score };
    let all = dataset.development.len();
    let rows = (covered * all as f64).round() as usize;
    Some(Finding::of_rows(issue, Severity::Info, (rows.min(all), all)))
}

impl Quality {
    /// Puts the gravest first; of equally grave ones what stands in the order in which they were looked for.
    fn sort(&mut self) {
        self.findings.sort_by_key(|finding| (!finding.is_shouted(), finding.severity));
    }

    /// Numbers the named rows as their files do, from 1.
    pub fn number(&mut self, number: &dyn Fn(u32) -> u64) {
        self.findings.iter_mut().for_each(|finding| finding.number(number));
    }

    /// Adds what was found of labels: `rows` are the positions of those that were checked, in the order in which they were.
    pub fn with_labels(&mut self, rows: &[u32], errors: &LabelErrors, mut checked: Checked) {
        let mut suspects: Vec<u32> =
            errors.suspects.iter().filter_map(|suspect| rows.get(suspect.row).copied()).collect();
        suspects.sort_unstable();
        // What it has right of rows that it has not seen can't be wrong labels.
        let noise = errors.noise.min(1.0 - checked.accuracy);
        checked.noise = noise;
        // It is about labels as given: of those that a review has left, and of those that models are judged by, it says nothing.
        let estimate = (!checked.is_weak() && self.reviewed.is_none()).then_some(noise);
        if !suspects.is_empty() {
            let severity =
                if estimate.is_some_and(|noise| noise >= NOISE) { Severity::Warning } else { Severity::Info };
            let issue = Issue::WrongLabels { noise: estimate };
            self.findings.insert(0, Finding::of_named(issue, severity, suspects, rows.len()));
        }
        self.ceiling.wrong_labels = estimate.map(|noise| WrongLabels { accuracy: 1.0 - noise });
        self.limit(Part::Labels, rows.len(), self.rows as usize);
        self.checked = Some(checked);
        self.sort();
    }

    /// Adds what models suspect of the rows that a person has reviewed.
    pub fn with_suspected(&mut self, found: SuspectedRows) {
        self.reviewed = self.reviewed.take().map(|reviewed| reviewed.beside(found));
    }

    /// Adds how well rows of the holdout were told from `trained` others.
    pub fn with_shift(&mut self, found: &TwoSample, (rows, of): (usize, usize)) {
        let found_shift = shift(found, self.holdout as usize);
        self.findings.splice(0..0, found_shift);
        self.limit(Part::Samples, rows, of);
        self.told_apart = Some(found.auc);
        self.sort();
    }

    /// Notes that not all rows were looked at.
    fn limit(&mut self, part: Part, rows: usize, of: usize) {
        if rows < of {
            self.limited.push(Limited { part, rows: rows as u64, of: of as u64 });
        }
    }

    /// Rows that are nearly the same as others: texts by their pieces, tables by distance.
    fn near(&mut self, dataset: &Dataset, equals: &Equals, (depth, holdout): (Depth, Holdout)) -> Vec<Alike> {
        let texts: Vec<&Vec<String>> = dataset
            .columns
            .iter()
            .filter_map(|column| match &column.values {
                Values::Texts(texts) => Some(texts),
                Values::Numbers(_) | Values::Categories { .. } => None,
            })
            .collect();
        if texts.len() == dataset.columns.len() && !texts.is_empty() {
            return self.near_texts(dataset, (equals, &texts), (depth, holdout));
        }
        if depth == Depth::Thorough { self.near_rows(dataset, equals) } else { Vec::new() }
    }

    fn near_texts(
        &mut self,
        dataset: &Dataset,
        (equals, columns): (&Equals, &[&Vec<String>]),
        (depth, holdout): (Depth, Holdout),
    ) -> Vec<Alike> {
        let all = distinct(dataset, equals);
        let most = if depth == Depth::Quick { TEXTS.0 } else { TEXTS.1 };
        let rows = spaced(&all, most);
        self.limit(Part::Texts, rows.len(), all.len());
        let text = |row: &u32| columns.iter().map(|texts| texts[*row as usize].as_str()).collect::<Vec<_>>().join("\n");
        let found = near(&rows.iter().map(text).collect::<Vec<String>>());
        let pairs: Vec<Pair> = found
            .like
            .iter()
            .enumerate()
            .filter(|(at, like)| at != *like)
            .map(|(at, like)| Pair { row: rows[at], like: rows[*like] })
            .collect();
        let of_rows = |group: Vec<usize>| {
            let mut rows: Vec<u32> = group.into_iter().map(|at| rows[at]).collect();
            rows.sort_unstable();
            Alike { exact: false, rows }
        };
        let groups: Vec<Alike> = found.groups().into_iter().map(of_rows).collect();
        self.tell_near(dataset, (&pairs, &groups, &rows), (Likeness::Pieces(ALIKE), holdout));
        groups
    }

    fn near_rows(&mut self, dataset: &Dataset, equals: &Equals) -> Vec<Alike> {
        let all = distinct(dataset, equals);
        let Some(found) = neighbours(&dataset.columns, &all) else { return Vec::new() };
        self.limit(Part::Rows, found.compared.len(), all.len());
        let pairs = found.near;
        let of_pair =
            |pair: &Pair| Alike { exact: false, rows: vec![pair.row.min(pair.like), pair.row.max(pair.like)] };
        let groups: Vec<Alike> = pairs.iter().map(of_pair).collect();
        self.tell_near(dataset, (&pairs, &groups, &found.compared), (Likeness::Distance(NEAR), Holdout::Drawn));
        let sealed: std::collections::HashSet<u32> = dataset.sealed.iter().copied().collect();
        let apart: Vec<u32> = found.apart.into_iter().filter(|row| !sealed.contains(row)).collect();
        if !apart.is_empty() {
            let issue = Issue::LonelyRows { times: found.farthest };
            self.findings.push(Finding::of_named(issue, Severity::Info, apart, found.compared.len()));
        }
        groups
    }

    /// Tells of rows that are nearly the same as others, apart from those of the holdout that are so as rows to train on.
    fn tell_near(
        &mut self,
        dataset: &Dataset,
        (pairs, groups, compared): (&[Pair], &[Alike], &[u32]),
        (likeness, holdout): (Likeness, Holdout),
    ) {
        let sealed: std::collections::HashSet<u32> = dataset.sealed.iter().copied().collect();
        let (across, within): (Vec<Pair>, Vec<Pair>) =
            pairs.iter().partition(|pair| sealed.contains(&pair.row) != sealed.contains(&pair.like));
        let within: Vec<Pair> = within.into_iter().filter(|pair| !sealed.contains(&pair.row)).collect();
        if !within.is_empty() {
            // Copies of a row were not compared anew: where all others were, the share is that of all rows.
            let of_compared = compared.iter().filter(|row| !sealed.contains(row)).count();
            let is_whole = !self.limited.iter().any(|one| matches!(one.part, Part::Texts | Part::Rows));
            let all = if is_whole { dataset.development.len() } else { of_compared };
            // Numbers always differ a little.
            let classes = matches!(dataset.given(), Target::Classes { .. });
            let other = within.iter().filter(|pair| classes && !same(dataset.given(), pair.row, pair.like)).count();
            let mut rows: Vec<u32> = within.iter().map(|pair| pair.row).collect();
            rows.sort_unstable();
            let many = rows.len() as f64 >= MANY * all as f64 && matches!(likeness, Likeness::Pieces(_));
            let severity = if many { Severity::Warning } else { Severity::Info };
            let own = groups.iter().filter(|group| group.rows.iter().filter(|row| !sealed.contains(row)).count() > 1);
            let issue = Issue::NearDuplicates { likeness, groups: own.count() as u64, other_target: other as u64 };
            self.findings.push(Finding::of_named(issue, severity, rows, all));
        }
        let seen: std::collections::BTreeSet<u32> =
            across.iter().map(|pair| if sealed.contains(&pair.row) { pair.row } else { pair.like }).collect();
        // Rows of coarse tables lie near each other by themselves.
        self.findings.extend(overlap(seen.into_iter().collect(), dataset.sealed.len(), (false, holdout)));
    }
}

/// The first row of each set of equal ones, those to train on before those of the holdout.
fn distinct(dataset: &Dataset, equals: &Equals) -> Vec<u32> {
    let mut seen = std::collections::HashSet::new();
    let rows = dataset.development.iter().chain(&dataset.sealed).copied();
    rows.filter(|row| seen.insert(equals.class[*row as usize])).collect()
}

#[cfg(test)]
#[path = "look_tests.rs"]
mod tests;
