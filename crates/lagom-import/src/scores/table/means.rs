//! Tables of means: a row for each candidate, and a column with standard errors or with the number of examples.

use std::path::Path;

use super::Labels;
use super::delimited::{Delimited, Record};
use super::error_columns::error_of;
use super::facts;
use super::roles::{Role, Roles};
use super::spelling::plain;
use crate::scores::cell::{self, Cell};
use crate::scores::certainty::by_count;
use crate::scores::direction::by_name;
use crate::scores::error::{Place, ScoresError};
use crate::scores::lm_eval::{Means, Measured};
use crate::scores::metric;
use crate::scores::scale::PERCENT;
use crate::scores::span::Span;
use crate::scores::types::{ImportOptions, SummaryRow};

/// Names, plain, of columns of means.
const MEANS: [&str; 4] = ["mean", "avg", "average", "estimate"];
/// Names, plain, of columns with the number of examples.
const COUNTS: [&str; 10] = [
    "n",
    "count",
    "examples",
    "nexamples",
    "numexamples",
    "samples",
    "nsamples",
    "numsamples",
    "questions",
    "nquestions",
];

/// A mean and the column of its standard errors.
struct Value {
    mean: usize,
    error: Option<usize>,
}

/// Which columns are what.
struct Layout {
    header: Vec<String>,
    roles: Roles,
    values: Vec<Value>,
    count: Option<usize>,
}

/// One mean as it stands in the table.
struct Entry {
    task: String,
    metric: String,
    line: u64,
    row: SummaryRow,
}

/// Reads a table of means; `false`: it is none, since a column names examples, or none the candidates, or since candidates
/// come again without standard errors.
///
/// # Errors
/// Cells that are no numbers; means of which nothing says how certain they are; means on two scales.
pub(in crate::scores) fn read(
    means: &mut Means,
    reading: &ImportOptions,
    (path, labels): (&Path, Labels<'_>),
) -> Result<bool, ScoresError> {
    let mut file = Delimited::open(path)?;
    let Some(layout) = Layout::find(path, &file.header, reading)? else { return Ok(false) };
    let mut entries: Vec<Entry> = Vec::new();
    while let Some(record) = file.next()? {
        for value in &layout.values {
            let entry = layout.entry(path, record, (value, labels.task))?;
            let same = |other: &Entry| {
                (&other.task, &other.metric, &other.row.candidate) == (&entry.task, &entry.metric, &entry.row.candidate)
            };
            if value.error.is_none() && entries.iter().any(same) {
                return Ok(false);
            }
            entries.push(entry);
        }
    }
    if entries.is_empty() {
        return Err(ScoresError::NoRows { path: path.to_path_buf() });
    }
    if reading.intersect {
        let (option, hint) = ("--intersect".to_owned(), "means say nothing of single examples; leave it out");
        return Err(ScoresError::Unused { path: path.to_path_buf(), option, found: "a table of means", hint });
    }
    layout.notes(reading).into_iter().for_each(|note| means.note(note));
    let mut kinds: Vec<(String, String)> = entries.iter().map(|one| (one.task.clone(), one.metric.clone())).collect();
    kinds.dedup();
    kinds.sort();
    kinds.dedup();
    let mut ranges = Vec::with_capacity(kinds.len());
    for (task, metric) in kinds {
        let own: Vec<&Entry> = entries.iter().filter(|one| one.task == task && one.metric == metric).collect();
        ranges.push(((task, metric), range(path, &own, reading)?));
    }
    for Entry { task, metric, mut row, .. } in entries {
        let known = ranges.iter().find(|((of, by), _)| *of == task && *by == metric);
        let range = known.and_then(|(_, range)| *range);
        if row.standard_error.is_none() {
            row.standard_error = Some(error_by_count(path, (&metric, &row), range)?);
        }
        if means.wanted(&task, &metric, reading) {
            means.insert(path, &Measured { task: &task, metric: &metric, shots: None, said: None, range }, row)?;
        }
    }
    Ok(true)
}

/// The scores that an example can have, where it is known; percent where shares are so written.
fn range(path: &Path, own: &[&Entry], reading: &ImportOptions) -> Result<Option<(f64, f64)>, ScoresError> {
    let Some(first) = own.first() else { return Ok(None) };
    let metric = &first.metric;
    if let Some((low, high)) = reading.range {
        return match own.iter().find(|entry| !(low..=high).contains(&entry.row.mean)) {
            Some(entry) => {
                let place = Place { path: path.to_path_buf(), unit: "line", number: entry.line };
                Err(ScoresError::OutOfRange { place, metric: metric.clone(), score: entry.row.mean, low, high })
            }
            None => Ok(Some((low, high))),
        };
    }
    let within = |high: f64| own.iter().all(|entry| (0.0..=high).contains(&entry.row.mean));
    let higher = reading.higher_is_better.or_else(|| by_name(metric)).unwrap_or(true);
    let small = own.iter().find(|entry| entry.row.mean > 0.0 && entry.row.mean <= 1.0);
    let large = own.iter().find(|entry| entry.row.mean > PERCENT);
    if let (Some(small), Some(large), true) = (small, large, higher && within(100.0)) {
        return Err(ScoresError::MixedScales {
            task: first.task.clone(),
            metric: metric.clone(),
            small: small.row.candidate.clone(),
            of_small: Box::new(Span::of_one(small.row.mean)),
            large: large.row.candidate.clone(),
            of_large: Box::new(Span::of_one(large.row.mean)),
        });
    }
    let shares = metric::range(metric);
    // 0.78 beside 1.2 is neither two shares nor two numbers in percent.
    let beyond = own.iter().find(|entry| entry.row.mean > 1.0 && small.is_some());
    if let (Some((low, high)), Some(entry)) = (shares, beyond) {
        let place = Place { path: path.to_path_buf(), unit: "line", number: entry.line };
        return Err(ScoresError::OutOfRange { place, metric: metric.clone(), score: entry.row.mean, low, high });
    }
    Ok(if shares.is_some() && !within(1.0) { within(100.0).then_some((0.0, 100.0)) } else { shares })
}

/// The standard error of a mean of so many examples (see [`by_count`]).
fn error_by_count(
    path: &Path,
    (metric, row): (&str, &SummaryRow),
    range: Option<(f64, f64)>,
) -> Result<f64, ScoresError> {
    let fault = |why| {
        let (path, metric, candidate) = (path.to_path_buf(), metric.to_owned(), row.candidate.clone());
        Err(ScoresError::MeansAlone { path, metric, candidate, why })
    };
    let Some(count) = row.examples.filter(|count| *count > 0) else {
        return fault("without their standard errors (0 is none) and without the number of examples");
    };
    let Some(range) = range else {
        return fault("without their standard errors, and nothing says which scores an example can have");
    };
    Ok(by_count(row.mean, count as f64, range))
}

impl Layout {
    /// Recognises a table of means by its header.
    fn find(path: &Path, header: &[String], reading: &ImportOptions) -> Result<Option<Self>, ScoresError> {
        let roles = Roles::find(path, header, &reading.columns)?;
        if roles.column(Role::Example).is_some() || roles.column(Role::Candidate).is_none() {
            return Ok(None);
        }
        let place = |names: &[&str]| header.iter().position(|name| names.contains(&plain(name).as_str()));
        let errors: Vec<(usize, String)> =
            header.iter().enumerate().filter_map(|(at, name)| Some((at, error_of(name)?))).collect();
        let told = reading.columns.score.is_some();
        let score = roles.column(Role::Score).filter(|at| !errors.iter().any(|(error, _)| error == at));
        let named = |of: &str| header.iter().position(|name| plain(name) == of).filter(|_| !of.is_empty());
        let pair = |(error, of): &(usize, String)| Some(Value { mean: named(of)?, error: Some(*error) });
        let mut values: Vec<Value> = errors.iter().filter_map(pair).collect();
        if told {
            values.retain(|value| Some(value.mean) == score);
        }
        if values.is_empty() {
            let mean = if told { score } else { place(&MEANS).or(score) };
            let error = errors.iter().find(|(_, of)| of.is_empty() || errors.len() == 1).map(|(at, _)| *at);
            match mean {
                Some(mean) => values.push(Value { mean, error }),
                None if errors.is_empty() => return Ok(None),
                None => {
                    let (path, columns) = (path.to_path_buf(), header.to_vec());
                    return Err(ScoresError::MissingColumn { path, role: "score", columns });
                }
            }
        }
        Ok(Some(Self { header: header.to_vec(), roles, values, count: place(&COUNTS) }))
    }

    fn name(&self, column: usize) -> &str {
        self.header.get(column).map_or("", String::as_str)
    }

    fn entry(&self, path: &Path, record: Record<'_>, (value, task): (&Value, &str)) -> Result<Entry, ScoresError> {
        let number = record.line();
        let place = || Place { path: path.to_path_buf(), unit: "line", number };
        let cell = |column: usize| record.cell(column);
        let text = |role: Role| self.roles.column(role).map(|at| cell::shown(cell(at))).filter(|text| !text.is_empty());
        let column = |at: usize| self.name(at).to_owned();
        let amount = |at: usize| {
            let fault =
                |()| ScoresError::NotAmount { place: place(), column: column(at), found: cell::shown(cell(at)) };
            cell::amount(cell(at)).map_err(fault)
        };
        let Some(candidate) = text(Role::Candidate) else {
            let key = self.roles.column(Role::Candidate).map(column).unwrap_or_default();
            return Err(ScoresError::MissingKey { place: place(), key, expected: "the candidate's name" });
        };
        let found = cell::shown(cell(value.mean));
        let mean = match cell::score(cell(value.mean)) {
            Cell::Score(mean) => mean,
            Cell::Missing => return Err(ScoresError::NoScore { place: place(), column: column(value.mean) }),
            Cell::NotFinite => {
                return Err(ScoresError::NotFinite { place: place(), column: column(value.mean), found });
            }
            Cell::Text => return Err(ScoresError::NotScore { place: place(), column: column(value.mean), found }),
        };
        let numbers: Vec<usize> = self
            .values
            .iter()
            .flat_map(|value| [Some(value.mean), value.error])
            .chain([self.count])
            .flatten()
            .collect();
        let beside = (0..self.header.len()).filter(|at| !numbers.contains(at));
        let beside: Vec<(&str, String)> =
            beside.map(|at| (self.name(at), String::from_utf8_lossy(cell(at)).into_owned())).collect();
        let metric = text(Role::Metric).unwrap_or_else(|| column(value.mean));
        let row = SummaryRow {
            candidate,
            mean,
            // One of 0 says that nothing was measured of it, or that all examples were alike: not that the mean is exact.
            standard_error: value.error.map(amount).transpose()?.flatten().filter(|error| *error > 0.0),
            examples: self.count.map(amount).transpose()?.flatten().map(|count| count.round() as u64),
            facts: facts::of_cells(&place(), &beside)?,
        };
        Ok(Entry { task: text(Role::Task).unwrap_or_else(|| task.to_owned()), metric, line: number, row })
    }

    fn notes(&self, reading: &ImportOptions) -> Vec<String> {
        let value = |value: &Value| match (value.error, self.count) {
            (Some(error), _) => format!("{} with {} as its standard error", self.name(value.mean), self.name(error)),
            (None, Some(count)) => format!(
                "{} with a standard error from the number of examples ({}), as if each had the least or the largest score: that of a share, and no smaller than any other's",
                self.name(value.mean),
                self.name(count)
            ),
            (None, None) => self.name(value.mean).to_owned(),
        };
        let all: Vec<String> = self.values.iter().map(value).collect();
        let guessed = if reading.columns.score.is_none() { "; --score names another column" } else { "" };
        vec![format!("Read as a table of means: {}{guessed}.", all.join(", "))]
    }
}
