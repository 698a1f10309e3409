//! The target: which kind of task it makes, its classes or numbers, and what can be wrong with it.

use hashbrown::HashMap;

use super::error::DataFault;
use super::labels::{Missing, labels as spelled};
use super::rows::Rows;
use crate::dataset::{Target, UNSEEN};
use crate::kind::{ColumnKind, ColumnProfile, parse_number_as};
use crate::stats;
use crate::study::{Task, TaskKind};

/// More distinct numbers than this are a quantity unless the study says otherwise.
const FEW_NUMBERS: usize = 20;
/// More classes than this, all numbers, are no classes.
const MOST_NUMBERED: usize = 100;
/// Larger targets overflow once they are squared and summed.
const LARGEST: f64 = 1e30;
/// A smaller variance of the target is lost to rounding.
const SMALLEST: f64 = 1e-60;
/// How many rows a message names.
const NAMED: usize = 5;

/// Guesses the kind of task from the target and the inputs.
pub(super) fn task_kind(target: &ColumnProfile, named_text: bool, inputs: &[ColumnKind]) -> TaskKind {
    let numbers = target.kind == ColumnKind::Numeric && (!target.integers || target.distinct > FEW_NUMBERS);
    let texts = inputs.contains(&ColumnKind::Text);
    let only_texts = texts
        && inputs.iter().all(|kind| matches!(kind, ColumnKind::Text | ColumnKind::Identifier | ColumnKind::Constant));
    if numbers {
        TaskKind::Regression
    } else if named_text || only_texts {
        TaskKind::TextClassification
    } else {
        TaskKind::Classification
    }
}

/// The kinds of the inputs that speak for the kind of task.
///
/// Beside one column of text, dates, whole numbers and words of which nearly each row has its own tell a row from others, as
/// names do: with them alone it is a task of text. That is noted, unless the study tells the kind.
pub(super) fn beside_text(
    rows: &Rows,
    (kinds, looks): (&[Option<ColumnKind>], &[ColumnProfile]),
    task: &Task,
    notes: &mut Vec<String>,
) -> Vec<ColumnKind> {
    let known = || (0..kinds.len()).filter_map(|at| Some((at, kinds[at]?)));
    let texts: Vec<usize> = known().filter(|(_, kind)| *kind == ColumnKind::Text).map(|(at, _)| at).collect();
    let own = |at: usize| looks[at].is_own() && !task.columns.contains_key(&rows.first.columns[at].name);
    let speaks = |(at, kind): &(usize, ColumnKind)| {
        *kind == ColumnKind::Text || !own(*at) && !matches!(kind, ColumnKind::Identifier | ColumnKind::Constant)
    };
    let others: Vec<usize> = known().map(|(at, _)| at).filter(|at| own(*at) && !texts.contains(at)).collect();
    let [text] = texts[..] else { return known().map(|(_, kind)| kind).collect() };
    if others.is_empty() || known().filter(speaks).count() > 1 {
        return known().map(|(_, kind)| kind).collect();
    }
    if task.kind.is_none() {
        let name = |at: &usize| format!("`{}`", rows.first.columns[*at].name);
        notes.push(format!(
            "{} is read as the input: beside it there are only dates and values that each row has for itself ({}); to predict \
             from all of them write kind = \"classification\" under [task]",
            name(&text),
            others.iter().take(NAMED).map(name).collect::<Vec<_>>().join(", ")
        ));
    }
    vec![ColumnKind::Text]
}

/// Reads a numeric target.
pub(super) fn numbers(rows: &Rows, at: usize, look: &ColumnProfile, faults: &mut Vec<DataFault>) -> Target {
    let name = &rows.first.columns[at].name;
    let parsed: Vec<f64> =
        rows.raw(at).map(|cell| parse_number_as(cell.trim(), look.decimal).unwrap_or(f64::NAN)).collect();
    let wrong: Vec<usize> = (0..parsed.len()).filter(|&row| !parsed[row].is_finite()).collect();
    if !wrong.is_empty() {
        let found = |row: &usize| format!("{}: `{}`", rows.place(*row), rows.raw(at).nth(*row).unwrap_or_default());
        let some: Vec<String> = wrong.iter().take(NAMED).map(found).collect();
        faults.push(DataFault::new(
            format!(
                "target `{name}`: expected a finite number in every row, found {} ({} rows in all)",
                some.join(", "),
                wrong.len()
            ),
            "remove or fix these rows; a target that is text needs kind = \"classification\"",
        ));
    } else if let Some(row) = parsed.iter().position(|value| value.abs() > LARGEST) {
        faults.push(DataFault::new(
            format!(
                "target `{name}`, {}: found {}, expected a number of at most 1e30 in size",
                rows.place(row),
                parsed[row]
            ),
            "write it in another unit, or predict its logarithm",
        ));
    } else if parsed.windows(2).any(|pair| pair[0] != pair[1]) && stats::variance(&parsed) < SMALLEST {
        faults.push(DataFault::new(
            format!("target `{name}` hardly varies: its variance is {:e}", stats::variance(&parsed)),
            "write it in a smaller unit",
        ));
    } else if parsed.windows(2).all(|pair| pair[0] == pair[1]) {
        faults.push(DataFault::new(
            format!(
                "target `{name}` is {} in every row: there is nothing to predict",
                parsed.first().copied().unwrap_or_default()
            ),
            "check that target names the right column",
        ));
    }
    Target::Numbers(parsed)
}

/// Reads a target of classes. `least` is the number of rows that each class needs.
pub(super) fn classes(
    rows: &Rows,
    at: usize,
    (task, look, least): (&Task, &ColumnProfile, usize),
    faults: &mut Vec<DataFault>,
    notes: &mut Vec<String>,
) -> Target {
    let name = &rows.first.columns[at].name;
    missing(rows, at, task, faults);
    let first = rows.first.rows();
    let written = spelled(rows, at, (task, look), notes);
    let cells: Vec<&str> = written.iter().map(|cell| &**cell).collect();
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for cell in &cells[..first] {
        *counts.entry(cell).or_default() += 1;
    }
    if look.kind == ColumnKind::Numeric && counts.len() > MOST_NUMBERED {
        faults.push(DataFault::new(
            format!("target `{name}` has {} different numbers, which is too many classes", counts.len()),
            "if the number itself is to be predicted, set kind = \"regression\" under [task]",
        ));
        return Target::Numbers(Vec::new());
    }
    if counts.len() == 1 {
        let only = cells.first().copied().unwrap_or_default();
        faults.push(DataFault::new(
            format!("target `{name}` has one class only, `{only}`: there is nothing to tell apart"),
            "check that target names the right column, or add rows of another class",
        ));
    }
    rare(name, &counts, least, faults);
    let mut names: Vec<String> = counts.keys().map(|&name| name.to_owned()).collect();
    names.sort_by(|a, b| order(a, b));
    let index: HashMap<&str, u32> = names.iter().enumerate().map(|(at, name)| (name.as_str(), at as u32)).collect();
    let labels = labels(&cells, first, &index, notes);
    drop(index);
    Target::Classes { labels, names }
}

/// Labels of the first file by name; those of the holdout too, but for a trailing dot.
fn labels(cells: &[&str], first: usize, index: &HashMap<&str, u32>, notes: &mut Vec<String>) -> Vec<u32> {
    let (mut dotted, mut unseen) = (0, Vec::new());
    let mut label = |cell: &str| {
        let bare = cell.trim_end_matches('.').trim_end();
        if let Some(&label) = index.get(cell) {
            return label;
        }
        if let Some(&label) = index.get(bare) {
            dotted += 1;
            return label;
        }
        unseen.push(cell.to_owned());
        UNSEEN
    };
    let labels: Vec<u32> = cells.iter().map(|cell| label(cell)).collect();
    if dotted > 0 {
        notes.push(format!("{dotted} labels of the holdout file end in a dot that the training file's do not have; the dot was left out"));
    }
    if !unseen.is_empty() {
        let count = unseen.len();
        unseen.sort();
        unseen.dedup();
        let rows = cells.len() - first;
        notes.push(format!(
            "{count} of {rows} holdout rows have a class that the training file does not have ({}); they count as wrong for every candidate",
            unseen.iter().take(NAMED).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
        ));
    }
    labels
}

fn missing(rows: &Rows, at: usize, task: &Task, faults: &mut Vec<DataFault>) {
    let name = &rows.first.columns[at].name;
    let missing = Missing::of(rows, at, task, &mut Vec::new());
    let empty: Vec<usize> = rows.raw(at).enumerate().filter(|(_, cell)| missing.is(cell)).map(|(row, _)| row).collect();
    if !empty.is_empty() {
        let some: Vec<String> = empty.iter().take(NAMED).map(|&row| rows.place(row)).collect();
        faults.push(DataFault::new(
            format!("target `{name}` is missing in {} ({} rows in all)", some.join(", "), empty.len()),
            "remove these rows or give them a label",
        ));
    }
}

fn rare(name: &str, counts: &HashMap<&str, usize>, least: usize, faults: &mut Vec<DataFault>) {
    let mut rare: Vec<(&str, usize)> =
        counts.iter().filter(|(_, count)| **count < least).map(|(name, count)| (*name, *count)).collect();
    if rare.is_empty() || counts.len() == 1 {
        return;
    }
    rare.sort();
    let list: Vec<String> = rare.iter().take(NAMED).map(|(class, count)| format!("`{class}` ({count})")).collect();
    let more = if rare.len() > NAMED { format!(" and {} more", rare.len() - NAMED) } else { String::new() };
    let parts = if least > 2 {
        "one to train on, one to validate on and one for the holdout"
    } else {
        "one to train on and one to validate on"
    };
    faults.push(DataFault::new(
        format!(
            "target `{name}`: classes with too few rows: {}{more}; each class needs at least {least}: {parts}",
            list.join(", ")
        ),
        "add rows of these classes, merge them with another class, or leave them out",
    ));
}

/// Numbers in their own order, behind them everything else in that of its letters.
fn order(a: &str, b: &str) -> std::cmp::Ordering {
    match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(x), Ok(y)) => x.total_cmp(&y).then_with(|| a.cmp(b)),
        (Ok(_), Err(_)) => std::cmp::Ordering::Less,
        (Err(_), Ok(_)) => std::cmp::Ordering::Greater,
        (Err(_), Err(_)) => a.cmp(b),
    }
}

#[cfg(test)]
mod tests {
    use super::order;

    #[test]
    fn numbers_and_words_have_one_order_however_they_stood() {
        // By letters "10" < "1x" < "9", by size 9 < 10: both at once would be no order at all.
        for mut names in [["10", "9", "1x", "a"], ["1x", "a", "9", "10"], ["9", "1x", "10", "a"]] {
            names.sort_by(|a, b| order(a, b));
            assert_eq!(names, ["9", "10", "1x", "a"]);
        }
    }
}
