//! A first look at a file: its columns, for `init`.

use std::path::Path;

use lagom::data::kind::{ColumnKind, ColumnProfile, profiles};
use lagom::data::read::{RawTable, ReadOptions, read};
use lagom::study::units::grouped_count;

use super::cli_error::CliError;
use super::layout::{self, plural};

/// Columns that are listed one by one.
const LISTED: usize = 30;
/// Longest example and longest name of a column.
const EXAMPLE: usize = 40;

/// A table and what its columns look like.
#[derive(Debug)]
pub(crate) struct Sight {
    /// The table.
    pub(crate) table: RawTable,
    /// One look a column.
    pub(crate) profiles: Vec<ColumnProfile>,
}

/// Reads a file and looks at its columns.
///
/// # Errors
/// The file can't be read as a table.
pub(crate) fn sight(path: &Path, header: Option<bool>) -> Result<Sight, CliError> {
    let table = read(path, &ReadOptions { header, ..ReadOptions::default() })?;
    let profiles = profiles(&table, None);
    Ok(Sight { table, profiles })
}

impl Sight {
    /// The layout and the columns, with a mark at the target.
    pub(crate) fn describe(&self, target: &str, width: usize) -> String {
        let table = &self.table;
        let names =
            if table.header { "the columns are named in it" } else { "it names no columns, so they are numbered" };
        let head = format!(
            "{}: {}, {}, {}; {names}.\n\n",
            table.path.display(),
            table.format,
            plural(table.rows(), "row", "rows"),
            plural(table.columns.len(), "column", "columns")
        );
        let mut rows = vec![["column", "kind", "missing", "different", "", "example"].map(str::to_owned).to_vec()];
        for (column, look) in table.columns.iter().zip(&self.profiles).take(LISTED) {
            rows.push(vec![
                layout::cut(&column.name, EXAMPLE),
                look.kind.to_string(),
                grouped_count(look.missing as u64),
                grouped_count(look.distinct as u64),
                if column.name == target { "target" } else { "" }.to_owned(),
                example(look),
            ]);
        }
        let rest = &self.profiles[LISTED.min(self.profiles.len())..];
        let more =
            if rest.is_empty() { String::new() } else { format!("  and {} more: {}\n", rest.len(), kinds(rest)) };
        format!("{head}{}{more}", layout::table(&rows, &[2, 3], width))
    }

    /// The names of the columns that are of this kind.
    pub(crate) fn of_kind(&self, kind: ColumnKind) -> Vec<String> {
        let columns = self.table.columns.iter().zip(&self.profiles);
        columns.filter(|(_, look)| look.kind == kind).map(|(column, _)| column.name.clone()).collect()
    }

    /// Columns of ISO dates.
    pub(crate) fn dates(&self) -> Vec<String> {
        let columns = self.table.columns.iter().zip(&self.profiles);
        columns.filter(|(_, look)| look.dates).map(|(column, _)| column.name.clone()).collect()
    }
}

fn example(look: &ColumnProfile) -> String {
    let text = look.example.as_deref().unwrap_or("");
    layout::cut(&text.split_whitespace().collect::<Vec<_>>().join(" "), EXAMPLE)
}

fn kinds(profiles: &[ColumnProfile]) -> String {
    let all = [
        ColumnKind::Numeric,
        ColumnKind::Categorical,
        ColumnKind::Boolean,
        ColumnKind::Text,
        ColumnKind::Identifier,
        ColumnKind::Constant,
    ];
    let count = |kind: ColumnKind| profiles.iter().filter(|look| look.kind == kind).count();
    let parts: Vec<String> =
        all.into_iter().filter(|kind| count(*kind) > 0).map(|kind| format!("{} {kind}", count(kind))).collect();
    parts.join(", ")
}
