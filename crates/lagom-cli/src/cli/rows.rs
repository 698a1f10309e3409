//! New rows for a bundle: finding its columns in a file, and writing its answers.

use std::ops::Range;

use lagom::bundle::Bundle;
use lagom::candidate::FitError;
use lagom::data::kind::{Decimal, parse_number_as, profiles};
use lagom::data::read::RawTable;
use lagom::data::{Column, InputColumn, class_key};
use lagom::report::{clean_data, without_formula};
use lagom::study::TaskKind;
use lagom::study::units::grouped_count;

use super::cli_error::CliError;
use super::layout::{brief, percent};

/// Rows that are predicted at a time.
const BATCH: usize = 4_096;

/// Where the bundle's input columns stand in the table, and whether they were taken in order.
#[derive(Debug)]
pub(crate) struct Places {
    pub(crate) at: Vec<usize>,
    /// Whether the file names no columns and has as many as there are inputs.
    pub(crate) in_order: bool,
}

/// Finds the input columns: by name; in order, where the file has no names and just as many columns.
///
/// # Errors
/// Columns are missing.
pub(crate) fn places(bundle: &Bundle, table: &RawTable) -> Result<Places, CliError> {
    let inputs = bundle.schema.inputs.len();
    match bundle.schema.places(table) {
        Ok(at) => Ok(Places { at, in_order: false }),
        Err(_) if !table.header && table.columns.len() == inputs => {
            Ok(Places { at: (0..inputs).collect(), in_order: true })
        }
        Err(missing) => Err(lacking(&missing, table)),
    }
}

/// Refuses lists and objects in the columns that the model reads, at `places` of the table.
///
/// # Errors
/// A column holds some.
pub(crate) fn flat(bundle: &Bundle, table: &RawTable, places: &[usize]) -> Result<(), CliError> {
    let nested = bundle.schema.inputs.iter().zip(places).find(|(_, at)| table.columns[**at].is_nested());
    nested.map_or(Ok(()), |(input, _)| {
        Err(CliError::user(
            format!("{}: column `{}` holds a list or an object", table.path.display(), input.name),
            "the model reads that column: flatten it into columns of its own",
        ))
    })
}

fn lacking(missing: &[String], table: &RawTable) -> CliError {
    let nearest = |name: &String| {
        let close = |other: &str| strsim::jaro_winkler(&other.to_lowercase(), &name.to_lowercase());
        let best = table.names().map(|other| (close(other), other)).max_by(|a, b| a.0.total_cmp(&b.0));
        match best.filter(|(nearness, _)| *nearness > 0.7) {
            Some((_, other)) => format!("`{name}` (nearest: `{other}`)"),
            None => format!("`{name}`"),
        }
    };
    let named: Vec<String> = missing.iter().take(8).map(nearest).collect();
    let more = if missing.len() > 8 { format!(" and {} more", missing.len() - 8) } else { String::new() };
    let all: Vec<&str> = table.names().take(20).collect();
    let hint = if table.header {
        format!("columns are found by name; the file has: {}", all.join(", "))
    } else {
        format!(
            "the file names no columns, so its {} count as {}; name them in its first line",
            table.columns.len(),
            all.join(", ")
        )
    };
    CliError::user(format!("{}: columns are missing: {}{more}", table.path.display(), named.join(", ")), hint)
}

/// The model's inputs of some rows. Numbers are read with `decimals`, one an input column.
pub(crate) fn columns(
    bundle: &Bundle,
    table: &RawTable,
    (places, decimals): (&[usize], &[Decimal]),
    rows: &Range<usize>,
) -> Vec<Column> {
    let column = |((input, &at), &decimal): ((&InputColumn, &usize), &Decimal)| {
        InputColumn { decimal, ..input.clone() }.of(&table.columns[at], rows.clone())
    };
    bundle.schema.inputs.iter().zip(places).zip(decimals).map(column).collect()
}

/// The answers for all rows: class probabilities row by row, or one value a row. Numbers are read with `decimals`, one an
/// input column.
///
/// # Errors
/// The bundle does not fit together.
pub(crate) fn answers(
    bundle: &Bundle,
    table: &RawTable,
    (places, decimals): (&[usize], &[Decimal]),
) -> Result<(Vec<f64>, u64), CliError> {
    let (mut answers, mut cut) = (Vec::new(), 0);
    for first in (0..table.rows()).step_by(BATCH) {
        let batch = first..table.rows().min(first + BATCH);
        let columns = columns(bundle, table, (places, decimals), &batch);
        let unable = |error: FitError| {
            CliError::user(format!("the model cannot answer: {error}"), "run `lagom run` again to write it anew")
        };
        answers.extend(bundle.predict_columns(&columns, batch.len()).map_err(unable)?);
        cut += bundle.cut_texts(&columns, batch.len()).map_err(unable)?;
    }
    Ok((answers, cut))
}

/// How answers are written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Layout<'a> {
    /// Whether a column a class holds its probability.
    pub(crate) probabilities: bool,
    /// The column that names each row in front of its answer.
    pub(crate) id: Option<&'a str>,
    /// Whether the first line names the columns.
    pub(crate) head: bool,
    /// Whether what a spreadsheet would compute is written as text.
    pub(crate) escape_formulas: bool,
}

impl Layout<'_> {
    /// A cell as it is written: without marks that steer a terminal.
    fn cell(&self, text: &str) -> String {
        let text = clean_data(text);
        if self.escape_formulas { without_formula(&text) } else { text }
    }
}

/// The answers as CSV: the id where there is one, `prediction`, then one column a class where the probabilities are wanted.
///
/// # Errors
/// There is no such column of ids.
pub(crate) fn csv(
    bundle: &Bundle,
    (table, answers): (&RawTable, &[f64]),
    layout: Layout<'_>,
) -> Result<Vec<u8>, CliError> {
    if bundle.schema.task == TaskKind::LanguageModelling {
        return likelihoods(bundle, (table, answers), layout);
    }
    let classes = &bundle.schema.classes;
    let ids = layout.id.map(|name| table.column(name).ok_or_else(|| lacking(&[name.to_owned()], table))).transpose()?;
    let mut writer = csv::Writer::from_writer(Vec::new());
    let named = classes.iter().filter(|_| layout.probabilities).map(String::as_str);
    let mut written = Ok(());
    if layout.head {
        let names = layout.id.into_iter().chain(["prediction"]).chain(named);
        written = writer.write_record(names.map(|name| layout.cell(name)));
    }
    for (row, answer) in answers.chunks_exact(classes.len().max(1)).enumerate() {
        let first = match classes.get(best(answer)) {
            Some(class) => class.clone(),
            None => tidy(answer[0]),
        };
        let id = ids.map(|column| column.raw(row).unwrap_or_default().to_owned());
        let shares = answer.iter().filter(|_| layout.probabilities).map(|share| format!("{share:.6}"));
        let cells = id.into_iter().chain([first]).chain(shares);
        written = written.and_then(|()| writer.write_record(cells.map(|cell| layout.cell(&cell))));
    }
    let broken = |error: String| CliError::system(format!("cannot write the predictions as CSV: {error}"));
    written.map_err(|error| broken(error.to_string()))?;
    writer.into_inner().map_err(|error| broken(error.to_string()))
}

/// What a language model finds of each text as CSV: the id where there is one, `bits_per_byte`, and `bytes`. An empty text has no byte, and no bits for it.
fn likelihoods(
    bundle: &Bundle,
    (table, answers): (&RawTable, &[f64]),
    layout: Layout<'_>,
) -> Result<Vec<u8>, CliError> {
    let ids = layout.id.map(|name| table.column(name).ok_or_else(|| lacking(&[name.to_owned()], table))).transpose()?;
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut written = Ok(());
    if layout.head {
        written =
            writer.write_record(layout.id.into_iter().chain(["bits_per_byte", "bytes"]).map(|name| layout.cell(name)));
    }
    let bytes = text_bytes(bundle, table)?;
    for (row, (log, bytes)) in answers.iter().zip(bytes).enumerate() {
        let id = ids.map(|column| column.raw(row).unwrap_or_default().to_owned());
        let bits = if bytes > 0 { tidy(-log / std::f64::consts::LN_2 / bytes as f64) } else { String::new() };
        let cells = id.into_iter().chain([bits, bytes.to_string()]);
        written = written.and_then(|()| writer.write_record(cells.map(|cell| layout.cell(&cell))));
    }
    let broken = |error: String| CliError::system(format!("cannot write the predictions as CSV: {error}"));
    written.map_err(|error| broken(error.to_string()))?;
    writer.into_inner().map_err(|error| broken(error.to_string()))
}

/// The bytes of the text of each row, as the model reads it.
fn text_bytes(bundle: &Bundle, table: &RawTable) -> Result<Vec<usize>, CliError> {
    let places = places(bundle, table)?.at;
    let column = places.first().map(|at| &table.columns[*at]);
    let length = |row: usize| column.and_then(|column| column.get(row)).map_or(0, str::len);
    Ok((0..table.rows()).map(length).collect())
}

/// A value with nine significant digits: more than any model knows.
pub(crate) fn tidy(value: f64) -> String {
    format!("{value:.8e}").parse::<f64>().map_or_else(|_| value.to_string(), |value| value.to_string())
}

/// The position of the highest probability; the first of equals.
fn best(answer: &[f64]) -> usize {
    let better = |best: usize, at: usize| if answer[at] > answer[best] { at } else { best };
    (0..answer.len()).fold(0, better)
}

/// How well the answers are, where the file has the target too and nothing in it is missing.
#[derive(Debug, Default)]
pub(crate) struct Judged {
    rows: u64,
    right: u64,
    errors: f64,
    /// Whether some row can't be judged.
    lacking: bool,
    /// Of texts that are predicted themselves: the natural logarithm of the probability of all, and their bytes.
    likelihood: (f64, usize),
    /// How the target's decimals are written: as the first part shows, by all of its columns.
    decimal: Option<Decimal>,
}

impl Judged {
    /// Judges the answers to a part of the file.
    pub(crate) fn add(&mut self, bundle: &Bundle, table: &RawTable, answers: &[f64]) {
        let schema = &bundle.schema;
        if schema.task == TaskKind::LanguageModelling {
            self.rows += table.rows() as u64;
            self.likelihood.0 += answers.iter().sum::<f64>();
            self.likelihood.1 += text_bytes(bundle, table).unwrap_or_default().iter().sum::<usize>();
            return;
        }
        let Some(truth) = table.column(&schema.target) else {
            self.lacking = true;
            return;
        };
        let found = || {
            let at = table.columns.iter().position(|column| column.name == schema.target);
            at.and_then(|at| profiles(table, None).into_iter().nth(at)).map_or(Decimal::Point, |look| look.decimal)
        };
        let decimal = *self.decimal.get_or_insert_with(found);
        let classes: Vec<String> = schema.classes.iter().map(|class| class_key(class, Decimal::Point)).collect();
        for (row, answer) in answers.chunks_exact(classes.len().max(1)).enumerate() {
            let cell = truth.raw(row).map(str::trim).unwrap_or_default();
            self.rows += 1;
            if classes.is_empty() {
                match parse_number_as(cell, decimal).filter(|value| value.is_finite()) {
                    Some(value) => self.errors += (answer[0] - value).abs(),
                    None => self.lacking = true,
                }
                continue;
            }
            let exact = schema.classes.iter().position(|class| class == cell);
            let label = exact.or_else(|| classes.iter().position(|class| *class == class_key(cell, decimal)));
            match label {
                Some(label) => self.right += u64::from(label == best(answer)),
                None => self.lacking = true,
            }
        }
    }

    /// A sentence, where all rows could be judged.
    pub(crate) fn told(&self, bundle: &Bundle) -> Option<String> {
        let (name, rows) = (&bundle.schema.target, self.rows);
        if self.lacking || rows == 0 {
            return None;
        }
        if bundle.schema.task == TaskKind::LanguageModelling {
            let (log, bytes) = self.likelihood;
            let bits = -log / std::f64::consts::LN_2 / bytes as f64;
            return (bytes > 0)
                .then(|| format!("{} bits per byte over all {} bytes", brief(bits, 4), grouped_count(bytes as u64)));
        }
        if bundle.schema.classes.is_empty() {
            let error = brief(self.errors / rows as f64, 3);
            return Some(format!("the file has `{name}` too: the mean absolute error on it is {error}"));
        }
        let right = self.right;
        Some(format!("the file has `{name}` too: {} right ({right} of {rows})", percent(right, rows)))
    }
}
