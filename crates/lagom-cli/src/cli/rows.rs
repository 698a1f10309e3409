//! New rows for a bundle: finding its columns in a file, and writing its answers.

use lagom::bundle::{Bundle, Row};
use lagom::data::kind::parse_number_as;
use lagom::data::read::RawTable;
use lagom::data::{ColumnKind, InputColumn};
use lagom::metric::{ClassOutcomes, Metric, Outcomes, ValueOutcomes, score};

use super::layout::{brief, percent};
use super::problem::Problem;

/// Rows that are predicted at a time.
const BATCH: usize = 4_096;

/// Where the bundle's input columns stand in the table, and whether they were taken in order.
#[derive(Debug)]
pub(crate) struct Places {
    at: Vec<usize>,
    /// Whether the file names no columns and has as many as there are inputs.
    pub(crate) in_order: bool,
}

/// Finds the input columns: by name; in order, where the file has no names and just as many columns.
///
/// # Errors
/// Columns are missing.
pub(crate) fn places(bundle: &Bundle, table: &RawTable) -> Result<Places, Problem> {
    let inputs = bundle.schema.inputs.len();
    match bundle.schema.places(table) {
        Ok(at) => Ok(Places { at, in_order: false }),
        Err(_) if !table.header && table.columns.len() == inputs => {
            Ok(Places { at: (0..inputs).collect(), in_order: true })
        }
        Err(missing) => Err(lacking(&missing, table)),
    }
}

fn lacking(missing: &[String], table: &RawTable) -> Problem {
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
    Problem::user(format!("{}: columns are missing: {}{more}", table.path.display(), named.join(", ")), hint)
}

/// The answers for all rows: class probabilities row by row, or one value a row.
///
/// # Errors
/// The bundle does not fit together.
pub(crate) fn answers(bundle: &Bundle, table: &RawTable, places: &Places) -> Result<Vec<f64>, Problem> {
    let cell = |at: &usize, row: usize| table.columns[*at].get(row).map(str::to_owned);
    let mut answers = Vec::new();
    let rows: Vec<usize> = (0..table.rows()).collect();
    for batch in rows.chunks(BATCH) {
        let cells: Vec<Row> = batch.iter().map(|&row| places.at.iter().map(|at| cell(at, row)).collect()).collect();
        let found = bundle.predict(&cells);
        answers.extend(found.map_err(|error| {
            Problem::user(format!("the model cannot answer: {error}"), "run `lagom run` again to write it anew")
        })?);
    }
    Ok(answers)
}

/// The answers as CSV: `prediction`, then one column a class where the probabilities are wanted.
///
/// # Errors
/// Never for answers that came from this bundle.
pub(crate) fn csv(bundle: &Bundle, answers: &[f64], probabilities: bool) -> Result<Vec<u8>, Problem> {
    let classes = &bundle.schema.classes;
    let mut writer = csv::Writer::from_writer(Vec::new());
    let head = std::iter::once("prediction").chain(classes.iter().filter(|_| probabilities).map(String::as_str));
    let mut written = writer.write_record(head);
    for answer in answers.chunks_exact(classes.len().max(1)) {
        let first = match classes.get(best(answer)) {
            Some(class) => class.clone(),
            None => tidy(answer[0]),
        };
        let shares = answer.iter().filter(|_| probabilities).map(|share| format!("{share:.6}"));
        written = written.and_then(|()| writer.write_record(std::iter::once(first).chain(shares)));
    }
    let broken = |error: String| Problem::system(format!("cannot write the predictions as CSV: {error}"));
    written.map_err(|error| broken(error.to_string()))?;
    writer.into_inner().map_err(|error| broken(error.to_string()))
}

/// A value with nine significant digits: more than any model knows.
fn tidy(value: f64) -> String {
    format!("{value:.8e}").parse::<f64>().map_or_else(|_| value.to_string(), |value| value.to_string())
}

/// What the reader of the file should know: cells that are no numbers where numbers are expected.
pub(crate) fn unreadable(bundle: &Bundle, table: &RawTable, places: &Places) -> Vec<String> {
    let strays = |(input, &at): (&InputColumn, &usize)| {
        let column = &table.columns[at];
        let number = |cell: &str| parse_number_as(cell.trim(), input.decimal).is_some_and(f64::is_finite);
        let wrong: Vec<&str> =
            (0..column.len()).filter_map(|row| column.get(row)).filter(|cell| !number(cell)).collect();
        let first = wrong.first().filter(|_| input.kind == ColumnKind::Numeric)?;
        let (name, count, rows) = (&input.name, wrong.len(), column.len());
        Some(format!(
            "column `{name}`: {count} of {rows} cells are no numbers, for example `{first}`; they count as missing"
        ))
    };
    bundle.schema.inputs.iter().zip(&places.at).filter_map(strays).collect()
}

/// The position of the highest probability; the first of equals.
fn best(answer: &[f64]) -> usize {
    let better = |best: usize, at: usize| if answer[at] > answer[best] { at } else { best };
    (0..answer.len()).fold(0, better)
}

/// How well the answers are, where the file has the target too and nothing in it is missing.
pub(crate) fn judged(bundle: &Bundle, table: &RawTable, answers: &[f64]) -> Option<String> {
    let schema = &bundle.schema;
    let truth = table.column(&schema.target)?;
    let cells: Vec<&str> = (0..table.rows()).map(|row| truth.raw(row).map(str::trim)).collect::<Option<_>>()?;
    let name = &schema.target;
    if schema.classes.is_empty() {
        let numbers = cells.iter().map(|cell| lagom::data::kind::parse_number(cell));
        let truth = numbers.collect::<Option<Vec<f64>>>()?;
        let predicted = answers.to_vec();
        let found = score(Metric::Mae, &Outcomes::Values(ValueOutcomes { truth, predicted })).ok()?;
        return Some(format!("the file has `{name}` too: the mean absolute error on it is {}", brief(found.value, 3)));
    }
    let mut outcomes = ClassOutcomes::new(u32::try_from(schema.classes.len()).ok()?);
    for (cell, shares) in cells.iter().zip(answers.chunks_exact(schema.classes.len())) {
        let label = schema.classes.iter().position(|class| class == cell).and_then(|at| u32::try_from(at).ok())?;
        let shares: Vec<f32> = shares.iter().map(|&share| share as f32).collect();
        outcomes.push(label, &shares).ok()?;
    }
    let rows = cells.len() as u64;
    let found = score(Metric::Accuracy, &Outcomes::Classes(outcomes)).ok()?;
    let right = (found.value * rows as f64).round() as u64;
    Some(format!("the file has `{name}` too: {} right ({right} of {rows})", percent(right, rows)))
}
