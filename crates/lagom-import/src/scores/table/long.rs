//! Tables with one score a row.

use std::path::Path;

use super::roles::{Raw, Role, Roles, seconds};
use crate::scores::cell::{self, Cell};
use crate::scores::cells::Row;
use crate::scores::error::ScoresError;
use crate::scores::gather::Gather;
use crate::scores::settle::Direction;
use crate::scores::types::DirectionFrom;

/// A table with one score a row: what its columns mean.
pub(super) struct Long<'a> {
    roles: &'a Roles,
    header: &'a [String],
    /// The candidate of a file that has no column for it.
    label: &'a str,
    task: &'a str,
    metric: String,
    seconds: f64,
    /// The table of all rows, where no column names tasks or metrics; `None` inside where it is not asked for.
    fixed: Option<Option<usize>>,
}

impl<'a> Long<'a> {
    /// Checks that the columns are there.
    pub(super) fn new(
        gather: &mut Gather<'_>,
        path: &Path,
        (header, roles): (&'a [String], &'a Roles),
        (task, label): (&'a str, &'a str),
    ) -> Result<Self, ScoresError> {
        for role in [Role::Example, Role::Score] {
            if roles.column(role).is_none() {
                let columns = header.to_vec();
                return Err(ScoresError::MissingColumn { path: path.to_path_buf(), role: role.name(), columns });
            }
        }
        if let Some(sentence) = roles.guessed(header, &gather.reading.columns) {
            gather.note(sentence);
        }
        let name = |role| roles.column(role).and_then(|at| header.get(at)).map_or("", String::as_str);
        let metric = name(Role::Score).to_owned();
        let several = [Role::Task, Role::Metric].iter().any(|role| roles.column(*role).is_some());
        let fixed = (!several).then(|| gather.table(task, &metric));
        Ok(Self { roles, header, label, task, metric, seconds: seconds(name(Role::Latency)), fixed })
    }

    /// Takes one row that starts on `line`.
    pub(super) fn take(&self, gather: &mut Gather<'_>, line: u64, raw: &Raw<'_>) -> Result<(), ScoresError> {
        let [example, candidate, score, seed, cluster, latency, cost, task, metric] =
            raw.map(|cell| cell.map(<[u8]>::trim_ascii).filter(|cell| !cell.is_empty()));
        let table = match self.fixed {
            Some(fixed) => fixed,
            None => {
                let or = |cell: Option<&[u8]>, or: &str| {
                    cell.map_or_else(|| or.to_owned(), |cell| String::from_utf8_lossy(cell).into_owned())
                };
                gather.table(&or(task, self.task), &or(metric, &self.metric))
            }
        };
        let Some(table) = table else { return Ok(()) };
        let example = self.named(gather, line, Role::Example, example)?;
        let candidate = match self.roles.column(Role::Candidate) {
            Some(_) => self.named(gather, line, Role::Candidate, candidate)?,
            None => self.label.as_bytes(),
        };
        if score.is_some_and(is_mark) {
            gather.says(table, Direction { higher: true, from: DirectionFrom::Format })?;
        }
        let Some(score) = self.score(gather, line, score.unwrap_or_default())? else {
            gather.unscored(table, example);
            return Ok(());
        };
        let row = Row {
            example,
            candidate,
            seed: seed.unwrap_or_default(),
            score,
            cluster,
            latency: self.amount(gather, line, Role::Latency, latency)?.map(|time| time * self.seconds),
            cost: self.amount(gather, line, Role::Cost, cost)?,
            content: None,
        };
        gather.add(table, line, &row)
    }

    fn column(&self, role: Role) -> &str {
        self.roles.column(role).and_then(|at| self.header.get(at)).map_or("", String::as_str)
    }

    fn named<'r>(
        &self,
        gather: &Gather<'_>,
        line: u64,
        role: Role,
        cell: Option<&'r [u8]>,
    ) -> Result<&'r [u8], ScoresError> {
        cell.ok_or_else(|| {
            let expected = if role == Role::Example { "the example's name" } else { "the candidate's name" };
            ScoresError::MissingKey { place: gather.place(line), key: self.column(role).to_owned(), expected }
        })
    }

    fn score(&self, gather: &Gather<'_>, line: u64, cell: &[u8]) -> Result<Option<f64>, ScoresError> {
        score(gather, line, self.column(Role::Score), cell)
    }

    fn amount(
        &self,
        gather: &Gather<'_>,
        line: u64,
        role: Role,
        cell: Option<&[u8]>,
    ) -> Result<Option<f64>, ScoresError> {
        let Some(cell) = cell else { return Ok(None) };
        cell::amount(cell).map_err(|()| ScoresError::NotAmount {
            place: gather.place(line),
            column: self.column(role).to_owned(),
            found: cell::shown(cell),
        })
    }
}

/// Whether a cell says by its word that an answer is right or wrong, so that right is better whatever the column's name.
fn is_mark(cell: &[u8]) -> bool {
    const MARKS: [&[u8]; 8] = [b"correct", b"incorrect", b"right", b"wrong", b"pass", b"passed", b"fail", b"failed"];
    MARKS.iter().any(|mark| cell.eq_ignore_ascii_case(mark))
}

/// The score in a cell; none where it is missing: nobody knows what it would have been.
///
/// # Errors
/// Something else stands there.
pub(super) fn score(gather: &Gather<'_>, line: u64, column: &str, cell: &[u8]) -> Result<Option<f64>, ScoresError> {
    match cell::score(cell) {
        Cell::Score(score) => Ok(Some(score)),
        Cell::Missing => Ok(None),
        other => Err(gather.not_score(line, column, other, &cell::shown(cell))),
    }
}
