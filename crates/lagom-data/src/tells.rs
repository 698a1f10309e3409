//! Columns that tell the target alone: a copy of it under another name or spelling, a code of it, or something that is only
//! known after it.
//!
//! Each column makes a rule from half of the rows and is tried on the other half, and the other way round; copies of a row are
//! in the same half. Categories, and numbers of few different values, are a table of what was seen with each; other numbers are
//! looked up between their neighbours, none of which has the same value unless many rows have it, so that a number that merely
//! names a row or a thing tells nothing. Dates are numbers. That a cell is missing is a rule of its own. What nearly always holds for one column is worth a question; that several together solve a task is not.

use std::collections::HashMap;

use super::caution::{Caution, Measure};
use super::dataset::{Column, Dataset, MISSING, Target, Values};
use super::kind::ColumnKind;

/// Rows that are looked at: enough to see one wrong in a thousand, quick for many columns.
const ROWS: usize = 20_000;
/// Fewer rows tell no rule from an accident.
const FEWEST: usize = 40;
/// How well a column has to predict the target alone.
struct Line {
    /// At most one in so many of the errors of guessing the commonest class may be left.
    errors: usize,
    /// The share of the variance that has to be explained.
    explained: f64,
}

/// It tells the target: few columns that are known beforehand do.
const TELLS: Line = Line { errors: 100, explained: 0.999 };
/// It nearly tells it: a noisy copy does, and a good measurement as well.
const NEARLY: Line = Line { errors: 10, explained: 0.99 };

/// Numbers of at most so many different values are taken as codes.
const CODES: usize = 64;
/// Rows that each category must have in the mean: what comes again less often may name a thing rather than an answer.
const PER_CATEGORY: usize = 20;
/// The least share of the rows in which a column has to be filled in.
const COVERED: f64 = 0.2;
/// Rows that are searched for the names of the classes, and the shortest name that is searched for.
const SEARCHED: (usize, usize) = (2_000, 3);

/// The columns that alone tell the target, those first that do so in every row, else in the order of the file.
pub(super) fn tells(dataset: &Dataset) -> Vec<Caution> {
    let rows = sampled(dataset);
    let mut found: Vec<Caution> =
        dataset.columns.iter().filter_map(|column| told(dataset, column, &rows, &TELLS)).collect();
    found.sort_by_key(|caution| !caution.is_shouted());
    found
}

/// The columns that alone nearly tell the target, those that tell it left out: a noisy copy of it, or simply a good input.
pub(super) fn nearly_tells(dataset: &Dataset) -> Vec<Caution> {
    let rows = sampled(dataset);
    let open = dataset.columns.iter().filter(|column| told(dataset, column, &rows, &TELLS).is_none());
    open.filter_map(|column| told(dataset, column, &rows, &NEARLY)).collect()
}

/// Whether the order of the rows tells the target: a column that counts them would.
pub(super) fn order_tells(dataset: &Dataset) -> bool {
    let values = Values::Numbers((0..dataset.target.rows()).map(|row| row as f64).collect());
    let order = Column { name: String::new(), kind: ColumnKind::Numeric, values };
    told(dataset, &order, &sampled(dataset), &TELLS).is_some()
}

/// That one column tells the target as well as the line asks, if it does.
fn told(dataset: &Dataset, column: &Column, rows: &[usize], line: &Line) -> Option<Caution> {
    if rows.len() < FEWEST {
        return None;
    }
    let (score, covered) = match dataset.given() {
        Target::Classes { labels, names } => classes(dataset, column, rows, (labels, names), line)?,
        Target::Numbers(values) => numbers(dataset, column, rows, values, line)?,
        Target::Texts { .. } | Target::Choices { .. } | Target::Itself { .. } => return None,
    };
    let measure = if dataset.classes() > 0 { Measure::Accuracy } else { Measure::R2 };
    Some(Caution::TellsTarget { column: column.name.clone(), measure, score, covered })
}

/// Every so-manieth development row.
fn sampled(dataset: &Dataset) -> Vec<usize> {
    let step = dataset.development.len().div_ceil(ROWS).max(1);
    let known = |row: &usize| match dataset.given() {
        Target::Numbers(values) => values[*row].is_finite(),
        _ => true,
    };
    dataset.development.iter().step_by(step).map(|&row| row as usize).filter(known).collect()
}

/// One of two halves, mixed well (the finaliser of SplitMix64, Steele et al. 2014).
fn half(key: u64) -> usize {
    let mut mixed = key.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((mixed ^ (mixed >> 31)) & 1) as usize
}

fn half_of_row(dataset: &Dataset, row: usize) -> usize {
    let unit = dataset.units().and_then(|units| units.of_rows().get(row).copied());
    half(u64::from(unit.unwrap_or(row as u32)))
}

/// A value, what is told with it, and its rows.
type Value<'a, T> = (f64, T, &'a [(f64, usize)]);

/// How a column is read.
enum Cells {
    /// A code each; none where missing.
    Codes(Vec<Option<u64>>),
    /// Numbers of many values; none where missing.
    Numbers(Vec<Option<f64>>),
}

/// The cells of the rows; none where there are too many categories to tell a rule from names.
fn cells(column: &Column, rows: &[usize], spelt: bool) -> Option<Cells> {
    let numbers: Vec<Option<f64>> = match &column.values {
        Values::Numbers(numbers) => rows.iter().map(|&row| Some(numbers[row]).filter(|one| !one.is_nan())).collect(),
        Values::Categories { codes, levels } => {
            let code = |&row: &usize| Some(codes[row]).filter(|code| *code != MISSING);
            let found: Vec<Option<u64>> = rows.iter().map(|row| code(row).map(u64::from)).collect();
            if distinct(&found) * PER_CATEGORY <= rows.len() {
                return Some(Cells::Codes(found));
            }
            let read: fn(&str) -> Option<f64> = match (dated(&mut levels.iter().map(String::as_str)), spelt) {
                (true, _) => moment,
                (false, true) => within,
                (false, false) => return None,
            };
            rows.iter().map(|row| code(row).and_then(|code| read(levels.get(code as usize)?))).collect()
        }
        Values::Texts(texts) if dated(&mut rows.iter().map(|&row| texts[row].as_str())) => {
            rows.iter().map(|&row| moment(&texts[row])).collect()
        }
        Values::Texts(texts) if spelt => rows.iter().map(|&row| within(&texts[row])).collect(),
        Values::Texts(_) => return None,
    };
    let codes: Vec<Option<u64>> = numbers.iter().map(|number| number.map(|number| (number + 0.0).to_bits())).collect();
    let count = distinct(&codes);
    let coded = count <= CODES && count * PER_CATEGORY <= rows.len();
    Some(if coded { Cells::Codes(codes) } else { Cells::Numbers(numbers) })
}

fn distinct(codes: &[Option<u64>]) -> usize {
    codes.iter().flatten().collect::<std::collections::HashSet<_>>().len()
}

/// Whether all cells are dates, but empty ones.
fn dated(cells: &mut dyn Iterator<Item = &str>) -> bool {
    let mut filled = cells.filter(|cell| !cell.trim().is_empty()).peekable();
    filled.peek().is_some() && filled.all(|cell| moment(cell).is_some())
}

/// A number that grows with an ISO date (`2024-01-31`, `2024/01/31`) and the time that may follow it: no length of time, but its order.
fn moment(cell: &str) -> Option<f64> {
    let (date, time) = cell.trim().split_at_checked(10)?;
    let fits = |(at, byte): (usize, u8)| match at {
        4 | 7 => byte == b'-' || byte == b'/',
        _ => byte.is_ascii_digit(),
    };
    if !date.bytes().enumerate().all(fits) || !(time.is_empty() || time.starts_with(['T', ' '])) {
        return None;
    }
    let number = |text: &str, digits: usize| {
        let digits: Vec<u32> = text.chars().filter_map(|c| c.to_digit(10)).take(digits).collect();
        digits.iter().fold(0.0, |number, digit| number * 10.0 + f64::from(*digit)) / 10_f64.powi(digits.len() as i32)
    };
    Some(number(date, 8) * 1e8 + number(time, 6))
}

/// The one number that is written within a text, as `1,250.50` in `EUR 1,250.50`.
fn within(text: &str) -> Option<f64> {
    let inner = text.trim_matches(|c: char| !c.is_ascii_digit());
    let start = text.find(inner)?;
    let negative = text[..start].trim_end().ends_with(['-', '−']);
    let value = super::kind::parse_number(inner)?;
    Some(if negative { -value } else { value })
}

/// How often the class is right, and in which share of the rows; none where the column does not tell it.
fn classes(
    dataset: &Dataset,
    column: &Column,
    rows: &[usize],
    (labels, names): (&[u32], &[String]),
    line: &Line,
) -> Option<(f64, f64)> {
    if spells(column, rows, (labels, names)) || repeats(column, rows, labels) {
        return Some((1.0, 1.0));
    }
    let label = |at: usize| labels[rows[at]];
    let table = |codes: &[Option<u64>]| by_table(dataset, rows, codes, &label);
    // That a cell is there at all may tell the class: a date of closing that only closed cases have.
    let presence: Vec<Option<u64>> = rows.iter().map(|&row| Some(u64::from(is_missing(column, row)))).collect();
    if let Some(found) = line.met(&table(&presence), &label, names.len(), &|_| true) {
        return Some((found, 1.0));
    }
    let cells = cells(column, rows, false)?;
    let mut right = vec![false; rows.len()];
    let mut missing = vec![false; rows.len()];
    match &cells {
        Cells::Codes(codes) => {
            right = table(codes);
            missing = codes.iter().map(Option::is_none).collect();
        }
        Cells::Numbers(numbers) => {
            // A value of many rows is a code, and so is a missing one; others lie between their neighbours.
            let (heavy, codes) = heavy(numbers);
            by_neighbour(numbers, &label, &mut right);
            for (at, known) in table(&codes).into_iter().enumerate() {
                missing[at] = numbers[at].is_none();
                right[at] = if heavy[at] { known } else { right[at] };
            }
        }
    }
    let told = |kept: &dyn Fn(usize) -> bool| {
        let covered = (0..rows.len()).filter(|&at| kept(at)).count() as f64 / rows.len() as f64;
        line.met(&right, &label, names.len(), kept).map(|score| (score, covered))
    };
    told(&|_| true).or_else(|| told(&|at| !missing[at]).filter(|(_, covered)| *covered >= COVERED))
}

impl Line {
    /// The share of the rows that are looked at whose class a rule has right, where that is next to all of what guessing has wrong.
    fn met(
        &self,
        right: &[bool],
        label: &dyn Fn(usize) -> u32,
        classes: usize,
        kept: &dyn Fn(usize) -> bool,
    ) -> Option<f64> {
        let mut counts: HashMap<u32, usize> = HashMap::new();
        let kept: Vec<usize> = (0..right.len()).filter(|&at| kept(at)).collect();
        kept.iter().for_each(|&at| *counts.entry(label(at)).or_insert(0) += 1);
        let guessing = kept.len() - counts.values().max().copied().unwrap_or(0);
        let wrong = kept.iter().filter(|&&at| !right[at]).count();
        // A rule of thresholds may miss one row at each of them.
        let allowed = guessing / self.errors + classes.min(10) - 1;
        (guessing >= 10 && wrong <= allowed && wrong * self.errors.min(20) <= guessing)
            .then(|| 1.0 - wrong as f64 / kept.len() as f64)
    }
}

/// Whether a cell is missing.
fn is_missing(column: &Column, row: usize) -> bool {
    match &column.values {
        Values::Numbers(numbers) => numbers[row].is_nan(),
        Values::Categories { codes, .. } => codes[row] == MISSING,
        Values::Texts(texts) => texts[row].trim().is_empty(),
    }
}

/// Which cells have a value of many rows or none, and all values as codes.
fn heavy(numbers: &[Option<f64>]) -> (Vec<bool>, Vec<Option<u64>>) {
    let codes: Vec<Option<u64>> = numbers.iter().map(|number| number.map(|number| (number + 0.0).to_bits())).collect();
    let mut counts: HashMap<Option<u64>, usize> = HashMap::new();
    codes.iter().for_each(|code| *counts.entry(*code).or_insert(0) += 1);
    let heavy = codes.iter().map(|code| code.is_none() || counts.get(code).is_some_and(|count| *count >= PER_CATEGORY));
    (heavy.collect(), codes)
}

/// Whether the class that is seen most often with a code in the other half is that of each row; missing is a code too.
fn by_table(dataset: &Dataset, rows: &[usize], codes: &[Option<u64>], label: &dyn Fn(usize) -> u32) -> Vec<bool> {
    let mut right = vec![false; rows.len()];
    let mut tables: [HashMap<Option<u64>, HashMap<u32, usize>>; 2] = Default::default();
    for (at, &row) in rows.iter().enumerate() {
        let table = &mut tables[half_of_row(dataset, row)];
        *table.entry(codes[at]).or_default().entry(label(at)).or_insert(0) += 1;
    }
    let commonest = |counts: &HashMap<u32, usize>| {
        counts.iter().max_by_key(|(label, count)| (**count, std::cmp::Reverse(**label))).map(|(label, _)| *label)
    };
    let rules = tables.map(|table| {
        table.iter().map(|(code, counts)| (*code, commonest(counts))).collect::<HashMap<_, Option<u32>>>()
    });
    for (at, &row) in rows.iter().enumerate() {
        let rule = &rules[1 - half_of_row(dataset, row)];
        right[at] = rule.get(&codes[at]).copied().flatten() == Some(label(at));
    }
    right
}

/// Whether the nearest other value has the class of each row that has a value.
fn by_neighbour(numbers: &[Option<f64>], label: &dyn Fn(usize) -> u32, right: &mut [bool]) {
    let mut order: Vec<(f64, usize)> = numbers.iter().enumerate().filter_map(|(at, one)| Some(((*one)?, at))).collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    // One value after the other, with the commonest class of its rows.
    let values: Vec<Value<'_, u32>> = order
        .chunk_by(|a, b| a.0 == b.0)
        .map(|same| (same[0].0, commonest(same.iter().map(|one| label(one.1))), same))
        .collect();
    for (place, (value, _, same)) in values.iter().enumerate() {
        let below = place.checked_sub(1).and_then(|place| values.get(place));
        let nearest = match (below, values.get(place + 1)) {
            (Some(below), Some(above)) if value - below.0 <= above.0 - value => below.1,
            (_, Some(above)) => above.1,
            (Some(below), None) => below.1,
            (None, None) => return,
        };
        same.iter().for_each(|one| right[one.1] = label(one.1) == nearest);
    }
}

fn commonest(labels: impl Iterator<Item = u32>) -> u32 {
    let mut counts: HashMap<u32, usize> = HashMap::new();
    labels.for_each(|label| *counts.entry(label).or_insert(0) += 1);
    let most = counts.into_iter().max_by_key(|&(label, count)| (count, std::cmp::Reverse(label)));
    most.map_or(0, |(label, _)| label)
}

/// Whether each value of a column stands for one class, and each class for one value: the target under other names. What few rows leave of
/// many classes shows it where a table that is made from half of the rows would not.
fn repeats(column: &Column, rows: &[usize], labels: &[u32]) -> bool {
    let code = |row: usize| match &column.values {
        Values::Categories { codes, .. } => Some(u64::from(codes[row])).filter(|code| *code != u64::from(MISSING)),
        Values::Numbers(numbers) => Some(numbers[row]).filter(|one| !one.is_nan()).map(|one| (one + 0.0).to_bits()),
        Values::Texts(_) => None,
    };
    let (mut there, mut back): (HashMap<u64, u32>, HashMap<u32, u64>) = (HashMap::new(), HashMap::new());
    let alike = |&row: &usize| {
        let Some(code) = code(row) else { return false };
        *there.entry(code).or_insert(labels[row]) == labels[row] && *back.entry(labels[row]).or_insert(code) == code
    };
    rows.iter().all(alike) && there.len() > 1 && there.len() * PER_CLASS <= rows.len()
}

/// Rows that each class must have in the mean: a value that comes once says nothing of the next.
const PER_CLASS: usize = 3;

/// Whether cells that are too many to be categories name the class in words: that of their row and no other.
fn spells(column: &Column, rows: &[usize], (labels, names): (&[u32], &[String])) -> bool {
    let text = |row: usize| match &column.values {
        Values::Texts(texts) => Some(texts[row].as_str()),
        Values::Categories { codes, levels } => levels.get(codes[row] as usize).map(String::as_str),
        Values::Numbers(_) => None,
    };
    let names: Vec<String> = names.iter().map(|name| worded(name)).collect();
    if names.len() > CODES || names.iter().any(|name| name.trim().chars().count() < SEARCHED.1) {
        return false;
    }
    let step = rows.len().div_ceil(SEARCHED.0).max(1);
    let (mut looked, mut told, mut counts) = (0_usize, 0_usize, vec![0_usize; names.len()]);
    for &row in rows.iter().step_by(step) {
        let label = labels[row] as usize;
        // A cell that is missing tells nothing.
        let text = worded(text(row).unwrap_or_default());
        let mut named = names.iter().enumerate().filter(|(_, name)| text.contains(name.as_str()));
        told += usize::from(named.next().is_some_and(|(at, _)| at == label) && named.next().is_none());
        looked += 1;
        counts.get_mut(label).into_iter().for_each(|count| *count += 1);
    }
    let guessing = looked - counts.iter().max().copied().unwrap_or(0);
    guessing >= 10 && (looked - told) * TELLS.errors <= guessing
}

/// Lower-case words, each between spaces.
fn worded(text: &str) -> String {
    let lower = text.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.fold(" ".to_owned(), |all, word| all + word + " ")
}

/// The share of the variance that the column explains, and in which share of the rows; none where that is too little.
fn numbers(dataset: &Dataset, column: &Column, rows: &[usize], values: &[f64], line: &Line) -> Option<(f64, f64)> {
    let target = |at: usize| values[rows[at]];
    let mut predicted: Vec<Option<f64>> = vec![None; rows.len()];
    match cells(column, rows, true)? {
        Cells::Codes(codes) => means(dataset, rows, &codes, &target, &mut predicted),
        Cells::Numbers(numbers) => {
            between(&numbers, &target, &mut predicted);
            let (heavy, codes) = heavy(&numbers);
            let mut known = predicted.clone();
            means(dataset, rows, &codes, &target, &mut known);
            let heavy = heavy.iter().zip(&numbers).map(|(heavy, number)| *heavy && number.is_some());
            heavy.enumerate().filter(|(_, heavy)| *heavy).for_each(|(at, _)| predicted[at] = known[at]);
        }
    }
    let told: Vec<(f64, f64)> =
        predicted.iter().enumerate().filter_map(|(at, guess)| Some((target(at), (*guess)?))).collect();
    let covered = told.len() as f64 / rows.len() as f64;
    if told.len() < FEWEST || covered < COVERED {
        return None;
    }
    let mean = told.iter().map(|one| one.0).sum::<f64>() / told.len() as f64;
    let spread: f64 = told.iter().map(|one| (one.0 - mean).powi(2)).sum();
    let left: f64 = told.iter().map(|one| (one.0 - one.1).powi(2)).sum();
    let explained = 1.0 - left / spread;
    (explained >= line.explained).then_some((explained, covered))
}

/// The mean that was seen with a code in the other half.
fn means(
    dataset: &Dataset,
    rows: &[usize],
    codes: &[Option<u64>],
    target: &dyn Fn(usize) -> f64,
    predicted: &mut [Option<f64>],
) {
    let mut sums: [HashMap<u64, (f64, f64)>; 2] = Default::default();
    for (at, &row) in rows.iter().enumerate() {
        if let Some(code) = codes[at] {
            let sum = sums[half_of_row(dataset, row)].entry(code).or_default();
            *sum = (sum.0 + target(at), sum.1 + 1.0);
        }
    }
    for (at, &row) in rows.iter().enumerate() {
        let sum = codes[at].and_then(|code| sums[1 - half_of_row(dataset, row)].get(&code));
        predicted[at] = sum.map(|(sum, count)| sum / count);
    }
}

/// On the line between the next smaller and the next larger value; at the ends on that through the two next ones.
fn between(numbers: &[Option<f64>], target: &dyn Fn(usize) -> f64, predicted: &mut [Option<f64>]) {
    let mut order: Vec<(f64, usize)> = numbers.iter().enumerate().filter_map(|(at, one)| Some(((*one)?, at))).collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mean = |same: &[(f64, usize)]| same.iter().map(|one| target(one.1)).sum::<f64>() / same.len() as f64;
    let values: Vec<Value<'_, f64>> =
        order.chunk_by(|a, b| a.0 == b.0).map(|same| (same[0].0, mean(same), same)).collect();
    if values.len() < 3 {
        return;
    }
    for place in 0..values.len() {
        let (low, high) = match place {
            0 => (1, 2),
            _ if place + 1 == values.len() => (place - 2, place - 1),
            _ => (place - 1, place + 1),
        };
        let ((x0, y0, _), (x1, y1, _)) = (values[low], values[high]);
        let guess = y0 + (y1 - y0) * (values[place].0 - x0) / (x1 - x0);
        values[place].2.iter().for_each(|one| predicted[one.1] = Some(guess));
    }
}

#[cfg(test)]
#[path = "tells_tests.rs"]
mod tests;
