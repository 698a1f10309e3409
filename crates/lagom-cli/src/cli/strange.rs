//! What is strange about new rows beside those that a model was trained on.

use std::collections::{BTreeMap, HashMap};

use lagom::bundle::{Bundle, Seen};
use lagom::data::ColumnKind;
use lagom::data::kind::{Decimal, parse_number_as, profiles};
use lagom::data::read::{Held, MISSING, RawTable, composed};

/// How many rows, unseen categories and the like are told before a line is one of the rest.
const NAMED: usize = 3;

/// Counts over all parts of a file.
#[derive(Debug, Default)]
pub(crate) struct Strange {
    rows: usize,
    columns: BTreeMap<usize, Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    present: usize,
    no_number: (usize, Option<String>),
    outside: (usize, Option<String>),
    unseen: (usize, Vec<String>),
}

/// Tells the columns of `table` which of their cells are missing as in training.
pub(crate) fn settle(bundle: &Bundle, table: &mut RawTable, places: &[usize]) {
    if let Some(spellings) = &bundle.beside.missing {
        table.set_missing(spellings);
        return;
    }
    // A category that is spelled like a missing cell is none.
    for (seen, &at) in bundle.beside.seen.iter().zip(places) {
        let Seen::Levels(levels) = seen else { continue };
        if MISSING.iter().any(|spelling| levels.contains(*spelling)) {
            let missing = MISSING.iter().filter(|spelling| !levels.contains(**spelling));
            let missing: Vec<String> = missing.map(|spelling| (*spelling).to_owned()).collect();
            table.columns[at].set_missing(&missing);
        }
    }
}

/// How each input column of the file writes decimals: as it shows itself, else as in training; with a warning for each
/// that differs.
pub(crate) fn decimals(bundle: &Bundle, table: &RawTable, places: &[usize]) -> (Vec<Decimal>, Vec<String>) {
    let (mut decimals, mut warnings) = (Vec::new(), Vec::new());
    let profiles = profiles(table, None);
    for (input, &at) in bundle.schema.inputs.iter().zip(places) {
        let look = &profiles[at];
        let differs = input.kind == ColumnKind::Numeric
            && look.decimal != input.decimal
            && look.unclear.is_none()
            && table.columns[at].iter().flatten().any(|cell| cell.contains([',', '.']));
        decimals.push(if differs { look.decimal } else { input.decimal });
        if differs {
            let (mark, other) = match look.decimal {
                Decimal::Comma => ("a comma", "a point"),
                Decimal::Point => ("a point", "a comma"),
            };
            warnings.push(format!(
                "column `{}`: decimals are written with {mark} here, with {other} in the training data; they are read with {mark}",
                input.name
            ));
        }
    }
    (decimals, warnings)
}

impl Strange {
    /// Counts what is strange in a part of the file.
    pub(crate) fn add(&mut self, bundle: &Bundle, table: &RawTable, (places, decimals): (&[usize], &[Decimal])) {
        self.rows += table.rows();
        for (index, (input, &at)) in bundle.schema.inputs.iter().zip(places).enumerate() {
            let seen = bundle.beside.seen.get(index).unwrap_or(&Seen::Anything);
            let decimal = decimals.get(index).copied().unwrap_or(input.decimal);
            let counts = self.columns.entry(index).or_default();
            let column = &table.columns[at];
            let mut known: HashMap<&str, bool> = HashMap::new();
            for row in 0..column.len() {
                match (input.kind, column.held(row)) {
                    (_, Held::Missing) => continue,
                    (ColumnKind::Numeric, Held::Number(number)) => {
                        counts.number(Some(number), seen, || number.to_string());
                    }
                    (ColumnKind::Numeric, Held::Text(cell)) => {
                        counts.number(parse_number_as(cell, decimal), seen, || cell.trim().to_owned());
                    }
                    (_, held) => {
                        let cell = if let Held::Text(cell) = held { cell } else { column.raw(row).unwrap_or_default() };
                        counts.category(cell.trim(), seen, &mut known);
                    }
                }
                counts.present += 1;
            }
        }
    }

    /// The warnings, a sentence a column and kind.
    pub(crate) fn warnings(&self, bundle: &Bundle) -> Vec<String> {
        let mut warnings = Vec::new();
        for (index, counts) in &self.columns {
            let Some(input) = bundle.schema.inputs.get(*index) else { continue };
            let (name, rows) = (&input.name, self.rows);
            if let (count, Some(cell)) = &counts.no_number {
                warnings.push(format!(
                    "column `{name}`: {count} of {rows} cells are no numbers, for example `{cell}`; they count as missing"
                ));
            }
            if let (count, Some(cell)) = &counts.outside
                && let Some(Seen::Numbers { least, greatest }) = bundle.beside.seen.get(*index)
            {
                warnings.push(format!(
                    "column `{name}`: {count} of {rows} values lie outside those of the training data, {least} to {greatest}, for \
                     example `{cell}`{}",
                    shifted(counts, (*least, *greatest))
                ));
            }
            if counts.unseen.0 > 0 {
                let named: Vec<String> = counts.unseen.1.iter().map(|cell| format!("`{cell}`")).collect();
                let all =
                    if counts.unseen.0 == counts.present { "; no value of this column was ever seen" } else { "" };
                warnings.push(format!(
                    "column `{name}`: {} of {rows} cells hold categories that were never seen in training, such as {}{all}",
                    counts.unseen.0,
                    named.join(", ")
                ));
            }
        }
        warnings
    }
}

/// The hint at a shifted decimal mark, where most values are out of range and far beyond.
fn shifted(counts: &Counts, (least, greatest): (f64, f64)) -> String {
    let size = least.abs().max(greatest.abs());
    let cell = counts.outside.1.as_deref().unwrap_or_default();
    let far = [Decimal::Point, Decimal::Comma]
        .iter()
        .filter_map(|decimal| parse_number_as(cell, *decimal))
        .any(|value| value.abs() >= 100.0 * size);
    if size > 0.0 && far && counts.outside.0 * 2 >= counts.present {
        "; are the decimals written in another way?".to_owned()
    } else {
        String::new()
    }
}

impl Counts {
    fn number(&mut self, value: Option<f64>, seen: &Seen, cell: impl Fn() -> String) {
        let note = |(count, example): &mut (usize, Option<String>)| {
            *count += 1;
            example.get_or_insert_with(|| cell().chars().take(40).collect());
        };
        match (value.filter(|value| value.is_finite()), seen) {
            (None, _) => note(&mut self.no_number),
            (Some(value), Seen::Numbers { least, greatest }) if !(*least..=*greatest).contains(&value) => {
                note(&mut self.outside);
            }
            _ => {}
        }
    }

    /// Counts a cell of a category; `known` says of those so far whether they were seen in training.
    fn category<'c>(&mut self, cell: &'c str, seen: &Seen, known: &mut HashMap<&'c str, bool>) {
        let Seen::Levels(levels) = seen else { return };
        if !*known.entry(cell).or_insert_with(|| levels.contains(&*composed(cell))) {
            let (count, named) = &mut self.unseen;
            *count += 1;
            let cell: String = cell.chars().take(40).collect();
            if named.len() < NAMED && !named.contains(&cell) {
                named.push(cell);
            }
        }
    }
}
