//! Corruptions of tables.

use rand::{Rng, RngCore};

use super::Corruption;
use crate::data::{Column, MISSING, Values};

/// The corruptions, with how much each severity changes.
pub(super) static CORRUPTIONS: &[Corruption] = &[
    // Standard deviations of a column.
    Corruption { name: "noise", amounts: [0.1, 0.2, 0.4, 0.7, 1.0], lacks: no_numbers, corrupt: noise },
    // Shares of all cells.
    Corruption { name: "missing cells", amounts: [0.05, 0.1, 0.2, 0.3, 0.5], lacks: no_cells, corrupt: missing },
    // Shares of the rows, in each of which two columns of numbers are exchanged.
    Corruption { name: "swapped columns", amounts: [0.05, 0.1, 0.2, 0.4, 0.8], lacks: one_number, corrupt: swapped },
    // Shares of the numbers.
    Corruption { name: "outliers", amounts: [0.01, 0.02, 0.05, 0.1, 0.2], lacks: no_numbers, corrupt: outliers },
    // Shares of the categories.
    Corruption { name: UNSEEN_CATEGORIES, amounts: [0.05, 0.1, 0.2, 0.3, 0.5], lacks: no_categories, corrupt: unseen },
    // Shares of the rows, in each of which one number is in another unit.
    Corruption { name: "unit mistakes", amounts: [0.05, 0.1, 0.2, 0.4, 0.8], lacks: no_numbers, corrupt: units },
];

/// The name of the corruption that puts levels into columns that no training row has.
pub(super) const UNSEEN_CATEGORIES: &str = "unseen categories";
/// How far an outlier is from the mean, in standard deviations.
const FAR: f64 = 10.0;
/// What a number is multiplied by that is in another unit: metres for kilometres, cents for euros, and back; inches for centimetres; pounds for kilograms.
const FACTORS: [f64; 6] = [0.001, 0.01, 100.0, 1_000.0, 1.0 / 2.54, 1.0 / 0.453_592_37];
/// A level that no training row can have had.
const UNSEEN: &str = "\u{fffd}unseen\u{fffd}";

/// Positions of the columns of numbers.
fn numeric(columns: &[Column]) -> Vec<usize> {
    let is = |column: &Column| matches!(column.values, Values::Numbers(_));
    (0..columns.len()).filter(|at| is(&columns[*at])).collect()
}

fn no_numbers(columns: &[Column]) -> Option<&'static str> {
    numeric(columns).is_empty().then_some("there is no column of numbers")
}

fn one_number(columns: &[Column]) -> Option<&'static str> {
    (numeric(columns).len() < 2).then_some("there are no two columns of numbers")
}

fn no_categories(columns: &[Column]) -> Option<&'static str> {
    let is = |column: &Column| matches!(column.values, Values::Categories { .. });
    (!columns.iter().any(is)).then_some("there is no column of categories")
}

fn no_cells(columns: &[Column]) -> Option<&'static str> {
    (no_numbers(columns).is_some() && no_categories(columns).is_some()).then_some("there is no column but of texts")
}

/// Mean and standard deviation of the numbers that are there.
fn spread(numbers: &[f64]) -> (f64, f64) {
    let there: Vec<f64> = numbers.iter().copied().filter(|number| number.is_finite()).collect();
    let deviation = crate::stats::variance(&there).max(0.0).sqrt();
    (crate::stats::mean(&there), if deviation.is_finite() { deviation } else { 0.0 })
}

/// A standard normal number (Box & Muller 1958).
fn normal(random: &mut dyn RngCore) -> f64 {
    let (a, b): (f64, f64) = (1.0 - random.random::<f64>(), random.random());
    (-2.0 * a.ln()).sqrt() * (std::f64::consts::TAU * b).cos()
}

/// The columns with each number changed by what is known of its column: mean and standard deviation.
fn each_number(
    columns: &[Column],
    random: &mut dyn RngCore,
    change: impl Fn(f64, (f64, f64), &mut dyn RngCore) -> f64,
) -> Vec<Column> {
    let mut columns = columns.to_vec();
    for column in &mut columns {
        if let Values::Numbers(numbers) = &mut column.values {
            let known = spread(numbers);
            numbers.iter_mut().for_each(|number| *number = change(*number, known, random));
        }
    }
    columns
}

fn noise(columns: &[Column], sigmas: f64, random: &mut dyn RngCore) -> Vec<Column> {
    each_number(columns, random, |number, (_, deviation), random| number + normal(random) * sigmas * deviation)
}

fn outliers(columns: &[Column], share: f64, random: &mut dyn RngCore) -> Vec<Column> {
    each_number(columns, random, |number, (mean, deviation), random| {
        let side = if random.random::<bool>() { FAR } else { -FAR };
        if random.random::<f64>() < share && number.is_finite() { mean + side * deviation } else { number }
    })
}

fn missing(columns: &[Column], share: f64, random: &mut dyn RngCore) -> Vec<Column> {
    let mut columns = columns.to_vec();
    for column in &mut columns {
        match &mut column.values {
            Values::Numbers(numbers) => {
                numbers.iter_mut().filter(|_| random.random::<f64>() < share).for_each(|number| *number = f64::NAN);
            }
            Values::Categories { codes, .. } => {
                codes.iter_mut().filter(|_| random.random::<f64>() < share).for_each(|code| *code = MISSING);
            }
            Values::Texts(_) => {}
        }
    }
    columns
}

fn unseen(columns: &[Column], share: f64, random: &mut dyn RngCore) -> Vec<Column> {
    let mut columns = columns.to_vec();
    for column in &mut columns {
        if let Values::Categories { codes, levels } = &mut column.values {
            let new = u32::try_from(levels.len()).unwrap_or(MISSING);
            levels.push(UNSEEN.to_owned());
            codes.iter_mut().filter(|_| random.random::<f64>() < share).for_each(|code| *code = new);
        }
    }
    columns
}

fn swapped(columns: &[Column], share: f64, random: &mut dyn RngCore) -> Vec<Column> {
    let (mut changed, numeric) = (columns.to_vec(), numeric(columns));
    for row in 0..rows(columns) {
        let first = random.random_range(0..numeric.len());
        let second = (first + random.random_range(1..numeric.len())) % numeric.len();
        if random.random::<f64>() >= share {
            continue;
        }
        for (to, from) in [(first, second), (second, first)] {
            if let (Values::Numbers(to), Values::Numbers(from)) =
                (&mut changed[numeric[to]].values, &columns[numeric[from]].values)
            {
                to[row] = from[row];
            }
        }
    }
    changed
}

fn units(columns: &[Column], share: f64, random: &mut dyn RngCore) -> Vec<Column> {
    let (mut changed, numeric) = (columns.to_vec(), numeric(columns));
    for row in 0..rows(columns) {
        let (column, factor) = (random.random_range(0..numeric.len()), random.random_range(0..FACTORS.len()));
        if random.random::<f64>() < share
            && let Values::Numbers(numbers) = &mut changed[numeric[column]].values
        {
            numbers[row] *= FACTORS[factor];
        }
    }
    changed
}

/// Rows of the columns; of numbers there is at least one.
fn rows(columns: &[Column]) -> usize {
    let rows = |column: &Column| if let Values::Numbers(numbers) = &column.values { numbers.len() } else { 0 };
    columns.iter().map(rows).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{ColumnKind, seed};

    fn table() -> Vec<Column> {
        let numbers = |name: &str, scale: f64| Column {
            name: name.to_owned(),
            kind: ColumnKind::Numeric,
            values: Values::Numbers((0..1_000).map(|row| scale * f64::from(row % 100)).collect()),
        };
        let codes = (0..1_000).map(|row| row % 2).collect();
        let values = Values::Categories { codes, levels: vec!["a".to_owned(), "b".to_owned()] };
        vec![
            numbers("x", 1.0),
            numbers("y", 1_000.0),
            Column { name: "c".to_owned(), kind: ColumnKind::Categorical, values },
        ]
    }

    /// Shares of the cells of each column that a corruption changes.
    fn changed(corruption: &Corruption, amount: f64) -> Vec<f64> {
        let table = table();
        let mut random = seed::generator(3, corruption.name, 0);
        let after = (corruption.corrupt)(&table, amount, &mut random);
        let differ = |(a, b): (&Column, &Column)| match (&a.values, &b.values) {
            (Values::Numbers(a), Values::Numbers(b)) => {
                a.iter().zip(b).filter(|(a, b)| a.to_bits() != b.to_bits()).count()
            }
            (Values::Categories { codes: a, .. }, Values::Categories { codes: b, .. }) => {
                a.iter().zip(b).filter(|(a, b)| a != b).count()
            }
            _ => panic!("another kind"),
        };
        table.iter().zip(&after).map(|pair| differ(pair) as f64 / 1_000.0).collect()
    }

    #[test]
    fn each_changes_as_much_as_it_says() {
        // Shares of 1,000 cells: four standard errors of a share of 0.2 are 0.05.
        let near = |found: &[f64], wanted: [f64; 3]| found.iter().zip(wanted).all(|(a, b)| (a - b).abs() < 0.05);
        let of = |name: &str| CORRUPTIONS.iter().find(|one| one.name == name).expect("known");
        assert_eq!(changed(of("noise"), 0.4), [1.0, 1.0, 0.0]);
        assert!(near(&changed(of("missing cells"), 0.2), [0.2; 3]));
        assert!(near(&changed(of("outliers"), 0.2), [0.2, 0.2, 0.0]));
        assert!(near(&changed(of("unseen categories"), 0.2), [0.0, 0.0, 0.2]));
        // Of one row in a hundred both numbers are 0.
        assert!(near(&changed(of("swapped columns"), 0.4), [0.4, 0.4, 0.0]));
        assert!(near(&changed(of("unit mistakes"), 0.4), [0.2, 0.2, 0.0]));
    }

    #[test]
    fn noise_is_as_wide_as_it_says() {
        let table = table();
        let after = noise(&table, 0.5, &mut seed::generator(1, "noise", 0));
        let (Values::Numbers(before), Values::Numbers(after)) = (&table[1].values, &after[1].values) else {
            panic!("numbers")
        };
        let added: Vec<f64> = before.iter().zip(after).map(|(a, b)| b - a).collect();
        // 0.5 of 28,880, within four standard errors of a deviation of 1,000 numbers (9 %).
        assert!((spread(&added).1 / spread(before).1 - 0.5).abs() < 0.045);
    }

    #[test]
    fn what_a_table_lacks_is_said() {
        let table = table();
        let lacks = |columns: &[Column]| -> Vec<&str> {
            CORRUPTIONS.iter().filter(|one| (one.lacks)(columns).is_some()).map(|one| one.name).collect()
        };
        assert!(lacks(&table).is_empty());
        assert_eq!(lacks(&table[1..]), ["swapped columns"]);
        assert_eq!(lacks(&table[..2]), ["unseen categories"]);
        assert_eq!(lacks(&table[2..]), ["noise", "swapped columns", "outliers", "unit mistakes"]);
        assert_eq!(lacks(&[]).len(), CORRUPTIONS.len());
    }
}
