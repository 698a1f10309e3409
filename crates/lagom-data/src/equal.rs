//! Equal inputs: which rows a model could not tell apart.

use std::hash::{BuildHasherDefault, Hasher};

use hashbrown::{HashMap, HashSet};
use twox_hash::XxHash3_128;

use super::dataset::{Column, Dataset, Target, Values};
use super::kind::ColumnKind;
use crate::study::TaskKind;

/// Distinct rows from which on a common divisor of their counts is no accident: at two in each it is one in 2^20.
const CERTAIN: usize = 20;

/// The class of equal inputs of each row, numbered by the first row of each.
///
/// Texts are compared without case and with one space between words. A column that numbers the rows (each whole number
/// of a range once) tells nothing and is left out. Where models are asked, further columns count, and choices too.
pub(super) fn classes(dataset: &Dataset) -> Vec<u32> {
    let rows = dataset.target.rows();
    let mut columns: Vec<&Column> = dataset.columns.iter().filter(|column| !numbers_rows(column)).collect();
    if !dataset.task.is_trained() {
        columns.extend(dataset.beside.iter().filter(|column| column.kind != ColumnKind::Identifier));
    }
    let choices = match &dataset.target {
        Target::Choices { choices, .. } if dataset.task == TaskKind::MultipleChoice => Some(choices),
        _ => None,
    };
    let alone = alone(&columns, rows);
    let mut known: HashMap<u128, u32, BuildHasherDefault<Hashed>> = HashMap::default();
    let mut bytes = Vec::new();
    let class = |row: usize| {
        if alone.get(row).is_some_and(|alone| *alone) {
            return row as u32;
        }
        bytes.clear();
        columns.iter().for_each(|column| push(column, row, &mut bytes));
        for choice in choices.iter().filter_map(|choices| choices.get(row)).flatten() {
            push_text(choice, &mut bytes);
        }
        *known.entry(XxHash3_128::oneshot(&bytes)).or_insert(row as u32)
    };
    (0..rows).map(class).collect()
}

/// Rows that are looked at for a column in which hardly a value comes again.
const SAMPLE: usize = 1_000;

/// Rows that no other row equals, as one column of numbers shows that tells most rows apart; nothing where none does.
fn alone(columns: &[&Column], rows: usize) -> Vec<bool> {
    let numbers = columns.iter().filter_map(|column| match &column.values {
        Values::Numbers(numbers) => Some(numbers),
        _ => None,
    });
    let different = |numbers: &&Vec<f64>| {
        let seen = numbers.iter().take(SAMPLE).map(|number| canonical(*number));
        seen.collect::<HashSet<u64>>().len()
    };
    let Some(telling) = numbers.max_by_key(different).filter(|numbers| different(numbers) * 10 >= rows.min(SAMPLE) * 9)
    else {
        return Vec::new();
    };
    let mut first: HashMap<u64, u32> = HashMap::with_capacity(rows);
    let mut alone = vec![true; rows];
    for (row, number) in telling.iter().enumerate() {
        if let Some(before) = first.insert(canonical(*number), row as u32) {
            (alone[before as usize], alone[row]) = (false, false);
        }
    }
    alone
}

/// What is a hash already needs no other: its low half. Among a million rows two that differ have one of 128 bits with a chance
/// below 10⁻²⁶.
#[derive(Default)]
struct Hashed(u64);

impl Hasher for Hashed {
    fn write(&mut self, bytes: &[u8]) {
        let mut low = [0; 8];
        low.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
        self.0 = u64::from_le_bytes(low);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// Where the whole table, targets included, stands several times in itself, the copies of each row: blocks of as many
/// rows as it stands times. None where it does not.
pub(super) fn copied_whole(classes: &[u32], target: &Target) -> Option<Vec<u32>> {
    let mut rows_of = vec![0_u32; classes.len()];
    classes.iter().for_each(|class| rows_of[*class as usize] += 1);
    // One that stands once has no copy: so it is nearly always, and nothing more is to be counted.
    if rows_of.contains(&1) {
        return None;
    }
    let mut members: HashMap<(u32, u64), Vec<u32>> = HashMap::new();
    for (row, class) in classes.iter().enumerate() {
        members.entry((*class, digest(target, row))).or_default().push(row as u32);
    }
    let times = members.values().fold(0, |divisor, rows| common_divisor(rows.len(), divisor));
    if times < 2 || members.len() < CERTAIN {
        return None;
    }
    let mut blocks = vec![0; classes.len()];
    for rows in members.values() {
        // The j-th time a row stands in one copy of the table it stands j-th in the others.
        let each = rows.len() / times;
        for (at, &row) in rows.iter().enumerate() {
            blocks[row as usize] = rows[at % each];
        }
    }
    Some(blocks)
}

fn common_divisor(a: usize, b: usize) -> usize {
    if b == 0 { a } else { common_divisor(b, a % b) }
}

fn digest(target: &Target, row: usize) -> u64 {
    match target {
        Target::Classes { labels, .. } => u64::from(labels[row]),
        Target::Numbers(values) => canonical(values[row]),
        Target::Texts { references } => of_texts(references[row].iter()),
        Target::Choices { gold, choices } => {
            of_texts(gold[row].iter().filter_map(|&place| choices[row].get(place as usize)))
        }
        // Equal inputs are equal targets.
        Target::Itself { .. } => 0,
    }
}

fn of_texts<'a>(texts: impl Iterator<Item = &'a String>) -> u64 {
    let mut bytes = Vec::new();
    texts.for_each(|text| push_text(text, &mut bytes));
    let mut short = [0; 8];
    short.copy_from_slice(&blake3::hash(&bytes).as_bytes()[..8]);
    u64::from_le_bytes(short)
}

/// The bits of a number, one pattern for all that are not a number and one for both zeros.
fn canonical(number: f64) -> u64 {
    if number.is_nan() { f64::NAN.to_bits() } else { (number + 0.0).to_bits() }
}

fn push(column: &Column, row: usize, bytes: &mut Vec<u8>) {
    match &column.values {
        Values::Numbers(numbers) => bytes.extend(canonical(numbers[row]).to_le_bytes()),
        Values::Categories { codes, .. } => bytes.extend(codes[row].to_le_bytes()),
        Values::Texts(texts) => push_text(&texts[row], bytes),
    }
}

fn push_text(text: &str, bytes: &mut Vec<u8>) {
    for word in text.split_whitespace() {
        if word.is_ascii() {
            bytes.extend(word.bytes().map(|byte| byte.to_ascii_lowercase()));
        } else {
            bytes.extend(word.chars().flat_map(char::to_lowercase).collect::<String>().bytes());
        }
        bytes.push(b' ');
    }
    bytes.push(0);
}

/// Whether a column holds each whole number of a range once.
fn numbers_rows(column: &Column) -> bool {
    let Values::Numbers(numbers) = &column.values else { return false };
    let (low, high) = numbers
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &number| (low.min(number), high.max(number)));
    let rows = numbers.len();
    if rows < 2 || high - low != (rows - 1) as f64 || numbers.iter().any(|number| number.fract() != 0.0) {
        return false;
    }
    let mut seen = vec![false; rows];
    numbers.iter().all(|number| {
        let place = seen.get_mut((number - low) as usize);
        place.is_some_and(|place| !std::mem::replace(place, true))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(values: Values) -> Column {
        let kind = ColumnKind::Numeric;
        Column { name: "x".into(), kind, values }
    }

    fn dataset(columns: Vec<Column>, labels: Vec<u32>) -> Dataset {
        let rows = labels.len() as u32;
        let target = Target::Classes { labels, names: vec!["a".into(), "b".into()] };
        Dataset::without_holdout(TaskKind::Classification, columns, target, rows)
    }

    #[test]
    fn rows_that_no_model_tells_apart_are_of_one_class() {
        let numbers = column(Values::Numbers(vec![0.0, -0.0, f64::NAN, -f64::NAN, 1.0]));
        let texts = column(Values::Texts(["Good  book", "good book ", "x", "X", "x"].map(str::to_owned).to_vec()));
        let order = column(Values::Numbers(vec![5.0, 3.0, 4.0, 2.0, 1.0]));
        let data = dataset(vec![numbers, texts, order], vec![0; 5]);
        assert_eq!(classes(&data), [0, 0, 2, 2, 4]);
    }

    #[test]
    fn words_do_not_run_into_the_next_column() {
        let first = column(Values::Texts(vec!["a b".into(), "a".into()]));
        let second = column(Values::Texts(vec!["c".into(), "b c".into()]));
        assert_eq!(classes(&dataset(vec![first, second], vec![0, 0])), [0, 1]);
    }

    #[test]
    fn a_table_that_stands_twice_in_itself_falls_into_pairs() {
        // 40 rows of 10 inputs with two labels each, so that 20 distinct rows stand once or thrice; then all again.
        let once: Vec<(u32, u32)> = (0..40).map(|row| (row % 10, u32::from(row / 10 == 0))).collect();
        let (inputs, labels): (Vec<u32>, Vec<u32>) = once.iter().chain(&once).copied().unzip();
        let target = Target::Classes { labels: labels.clone(), names: vec!["a".into(), "b".into()] };
        let blocks = copied_whole(&inputs, &target).expect("it stands twice");
        for row in 0..40 {
            assert_eq!(blocks[row], blocks[row + 40], "the copy of row {row}");
        }
        let mut distinct = blocks;
        distinct.sort_unstable();
        distinct.dedup();
        assert_eq!(distinct.len(), 40);
        let single = Target::Classes { labels: labels[..40].to_vec(), names: vec!["a".into(), "b".into()] };
        assert_eq!(copied_whole(&inputs[..40], &single), None);
    }
}
