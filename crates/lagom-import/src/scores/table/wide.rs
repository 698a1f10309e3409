//! Tables with one column for each candidate and one row for each example.

use std::path::Path;

use super::delimited::{Delimited, Record};
use super::roles::{Role, Roles};
use crate::scores::cells::Row;
use crate::scores::error::ScoresError;
use crate::scores::gather::Gather;

/// The end of the names of columns that hold answers beside scores, as in the tables of RouteLLM.
const RESPONSE: &str = "_response";

/// Which columns of a wide table are what.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wide {
    /// The columns with scores, at least two.
    scores: Vec<usize>,
    /// The column with the examples' names; `None` counts rows.
    example: Option<usize>,
}

impl Wide {
    /// Recognises a wide table by its header: no column for the candidate or the score, and at least two columns that
    /// play no other part. Whether these hold scores shows row by row.
    pub(super) fn find(header: &[String], roles: &Roles) -> Option<Self> {
        if roles.column(Role::Candidate).is_some() || roles.column(Role::Score).is_some() {
            return None;
        }
        let answers = |name: &str| name.strip_suffix(RESPONSE).is_some_and(|of| header.iter().any(|other| other == of));
        let free = header.iter().enumerate().filter(|(at, name)| !roles.uses(*at) && !answers(name));
        let scores: Vec<usize> = free.map(|(at, _)| at).collect();
        (scores.len() > 1).then(|| Self { scores, example: roles.column(Role::Example) })
    }

    /// Whether this is a table of RouteLLM: prompts, and right or wrong for each model.
    pub(super) fn is_routellm(&self, header: &[String], first: Record<'_>) -> bool {
        let right_or_wrong = |cell: &[u8]| matches!(cell, b"True" | b"False");
        let marks = self.scores.iter().all(|at| right_or_wrong(first.cell(*at)));
        marks && header.first().is_some_and(|name| name == "prompt")
    }

    /// Counts the rows instead of naming them: prompts of RouteLLM's tables may stand twice.
    pub(super) fn by_row(self) -> Self {
        Self { example: None, ..self }
    }

    /// Reads all rows. `label` names the file in the names of counted rows, and is
    /// empty where there is only one.
    pub(super) fn read(
        &self,
        gather: &mut Gather<'_>,
        file: &mut Delimited,
        roles: &Roles,
        (task, metric, label): (&str, &str, &str),
    ) -> Result<(), ScoresError> {
        let Some(table) = gather.table(task, metric) else { return Ok(()) };
        let header = file.header.clone();
        let (mut row, mut name) = (0_u64, String::new());
        while let Some(record) = file.next()? {
            row += 1;
            let at = record.line();
            name.clear();
            let example = match self.example {
                Some(column) => record.cell(column),
                None => {
                    use std::fmt::Write;
                    let colon = if label.is_empty() { "" } else { ":" };
                    // writing to a string cannot fail
                    let _written = write!(name, "{label}{colon}{row}");
                    name.as_bytes()
                }
            };
            let cluster = roles.column(Role::Cluster).map(|column| record.cell(column));
            let seed = roles.column(Role::Seed).map(|column| record.cell(column));
            for column in &self.scores {
                let candidate = header.get(*column).map_or("", String::as_str);
                let cell = record.cell(*column);
                let Some(score) = super::long::score(gather, at, candidate, cell)? else {
                    gather.unscored(table, example);
                    continue;
                };
                let seed = seed.unwrap_or_default();
                let cells = Row { example, candidate: candidate.as_bytes(), seed, score, cluster, ..Row::default() };
                gather.add(table, at, &cells)?;
            }
        }
        Ok(())
    }

    /// The columns that play no other part.
    pub(super) fn columns(&self) -> &[usize] {
        &self.scores
    }

    /// With these columns of scores alone; none with fewer than two.
    pub(super) fn only(self, scores: Vec<usize>) -> Option<Self> {
        (scores.len() > 1).then_some(Self { scores, ..self })
    }
}

/// Why a table is neither long nor wide.
pub(super) fn unclear(path: &Path, header: &[String], roles: &Roles) -> ScoresError {
    let role = if roles.column(Role::Score).is_none() { Role::Score } else { Role::Candidate };
    ScoresError::MissingColumn { path: path.to_path_buf(), role: role.name(), columns: header.to_vec() }
}
