//! Tests of columns that tell the target, and of those that do not.

use rand::Rng;

use super::*;
use crate::kind::ColumnKind;
use crate::seed;
use crate::study::TaskKind;

const ROWS: u32 = 600;

fn column(name: &str, values: Values) -> Column {
    let kind = match values {
        Values::Numbers(_) => ColumnKind::Numeric,
        Values::Categories { .. } => ColumnKind::Categorical,
        Values::Texts(_) => ColumnKind::Text,
    };
    Column { name: name.into(), kind, values }
}

fn numbers(name: &str, of: impl FnMut(u32) -> f64) -> Column {
    column(name, Values::Numbers((0..ROWS).map(of).collect()))
}

fn categories(name: &str, count: u32, of: impl FnMut(u32) -> u32) -> Column {
    let levels = (0..count).map(|level| format!("level {level}")).collect();
    column(name, Values::Categories { codes: (0..ROWS).map(of).collect(), levels })
}

fn of_classes(columns: Vec<Column>, labels: &[u32], names: &[&str]) -> Vec<(String, f64, f64)> {
    let names = names.iter().map(|name| (*name).to_owned()).collect();
    let target = Target::Classes { labels: labels.to_vec(), names };
    told(&Dataset::without_holdout(TaskKind::Classification, columns, target, ROWS))
}

fn of_numbers(columns: Vec<Column>, values: &[f64]) -> Vec<(String, f64, f64)> {
    let target = Target::Numbers(values.to_vec());
    told(&Dataset::without_holdout(TaskKind::Regression, columns, target, ROWS))
}

fn told(data: &Dataset) -> Vec<(String, f64, f64)> {
    let one = |found: Caution| match found {
        Caution::TellsTarget { column, score, covered, .. } => Some((column, score, covered)),
        _ => None,
    };
    tells(data).into_iter().filter_map(one).collect()
}

fn noise(purpose: &str) -> impl FnMut(u32) -> f64 {
    let mut random = seed::generator(1, purpose, 0);
    move |_| random.random::<f64>()
}

#[test]
fn codes_thresholds_and_spellings_of_a_class_are_named() {
    let mut random = seed::generator(1, "labels", 0);
    let labels: Vec<u32> = (0..ROWS).map(|_| random.random_range(0..3)).collect();
    let of = |row: u32| labels[row as usize];
    let mut shift = noise("shift");
    let spelt = |row: u32| format!("case {row}: {} (final)", ["Low", "MIDDLE", "high"][of(row) as usize]);
    let found = of_classes(
        vec![
            categories("code", 6, |row| of(row) * 2 + row % 2),
            numbers("number", |row| f64::from(of(row)) * 10.0),
            numbers("amount", |row| f64::from(of(row)) * 100.0 + 90.0 * shift(row)),
            column("remark", Values::Texts((0..ROWS).map(spelt).collect())),
            numbers("noise", noise("noise")),
            categories("colour", 4, |row| row % 4),
        ],
        &labels,
        &["low", "middle", "high"],
    );
    let names: Vec<&str> = found.iter().map(|(name, ..)| name.as_str()).collect();
    assert_eq!(names, ["code", "number", "amount", "remark"]);
    assert!(found.iter().all(|(_, score, covered)| *score > 0.99 && *covered == 1.0), "{found:?}");
}

#[test]
fn a_column_that_is_filled_in_only_afterwards_is_named() {
    // An amount only where the answer is yes: missing tells as much.
    let labels: Vec<u32> = (0..ROWS).map(|row| u32::from(row % 5 < 2)).collect();
    let mut drawn = noise("amount");
    let amount = numbers("amount", |row| if row % 5 < 2 { drawn(row) } else { f64::NAN });
    let found = of_classes(vec![amount], &labels, &["no", "yes"]);
    assert_eq!(found, [("amount".to_owned(), 1.0, 1.0)]);
    // A code that is missing here and there, whatever the answer.
    let code = categories("code", 2, |row| if row % 3 == 0 { MISSING } else { labels[row as usize] });
    let found = of_classes(vec![code], &labels, &["no", "yes"]);
    assert!(found[0].1 == 1.0 && (found[0].2 - 2.0 / 3.0).abs() < 0.01, "{found:?}");
}

#[test]
fn easy_tasks_and_names_of_rows_are_not() {
    let drawn = noise("x");
    let x: Vec<f64> = (0..ROWS).map(drawn).collect();
    let other = noise("z");
    let z: Vec<f64> = (0..ROWS).map(other).collect();
    // Two columns together solve it; one alone gets 3 of 4.
    let labels: Vec<u32> = (0..ROWS as usize).map(|row| u32::from(x[row] + z[row] > 1.0)).collect();
    // And a strong column that is still wrong in some rows: 97 % right.
    let strong =
        |row: u32| f64::from(labels[row as usize]) + if row.is_multiple_of(33) { 0.8 } else { 0.2 * x[row as usize] };
    let found = of_classes(
        vec![
            numbers("x", |row| x[row as usize]),
            numbers("z", |row| z[row as usize]),
            numbers("strong", |row| if row.is_multiple_of(33) { 1.0 - strong(row) } else { strong(row) }),
            // Things of three rows each, whose class is the same in all: keys, not codes.
            categories("thing", 200, |row| row / 3),
            numbers("serial", f64::from),
        ],
        &labels,
        &["no", "yes"],
    );
    assert_eq!(found, []);
    let keyed: Vec<u32> = (0..ROWS).map(|row| half(u64::from(row / 5)) as u32).collect();
    let found = of_classes(vec![numbers("patient", |row| f64::from(row / 5))], &keyed, &["no", "yes"]);
    assert_eq!(found, []);
    // One positive in a hundred: guessing is right in 99 of 100.
    let rare: Vec<u32> = (0..ROWS).map(|row| u32::from(row % 100 == 0)).collect();
    assert_eq!(of_classes(vec![numbers("x", |row| x[row as usize])], &rare, &["no", "yes"]), []);
}

#[test]
fn lines_curves_and_spellings_of_a_number_are_named() {
    let mut drawn = noise("y");
    let y: Vec<f64> = (0..ROWS).map(|row| 1_000.0 * drawn(row) + 1.0).collect();
    let of = |row: u32| y[row as usize];
    let mut off = noise("off");
    let euros: Vec<String> = (0..ROWS).map(|row| format!("EUR {:.2}", of(row))).collect();
    let euros = column("euros", Values::Categories { codes: (0..ROWS).collect(), levels: euros });
    let columns = vec![
        numbers("times", |row| of(row) * 1.19),
        numbers("log", |row| of(row).ln()),
        numbers("rounded", |row| of(row).round()),
        euros,
        numbers("near", |row| of(row) + 100.0 * off(row)),
        numbers("noise", noise("noise")),
        numbers("serial", f64::from),
    ];
    let found = of_numbers(columns, &y);
    let names: Vec<&str> = found.iter().map(|(name, ..)| name.as_str()).collect();
    assert_eq!(names, ["times", "log", "rounded", "euros"], "{found:?}");
}

#[test]
fn copies_of_a_row_tell_nothing_of_it() {
    // 200 rows of noise three times: each value comes again with its target.
    let mut drawn = noise("copied");
    let x: Vec<f64> = (0..200).map(&mut drawn).collect();
    let y: Vec<f64> = (0..200).map(&mut drawn).collect();
    let thrice: Vec<f64> = (0..ROWS as usize).map(|row| y[row % 200]).collect();
    assert_eq!(of_numbers(vec![numbers("x", |row| x[row as usize % 200])], &thrice), []);
}

/// A date of closing that only one class has, dates that part the classes, and dates that say nothing.
#[test]
fn dates_and_what_is_missing_may_tell_the_class() {
    let mut random = seed::generator(2, "labels", 0);
    let labels: Vec<u32> = (0..ROWS).map(|_| random.random_range(0..2)).collect();
    let of = |row: u32| labels[row as usize];
    let day = |row: u32| format!("{:02}-{:02} 08:{:02}:00", 1 + row % 12, 1 + row * 7 % 28, row % 60);
    let texts = |name: &str, of: &dyn Fn(u32) -> String| column(name, Values::Texts((0..ROWS).map(of).collect()));
    let columns = vec![
        texts("closed", &|row| if of(row) == 1 { format!("2024-{}", day(row * 37)) } else { String::new() }),
        texts("opened", &|row| format!("{}-{}", 2023 + of(row), day(row * 37))),
        texts("born", &|row| format!("{}-{}", 1950 + row * 31 % 40, day(row * 41))),
    ];
    let found = of_classes(columns, &labels, &["open", "closed"]);
    let names: Vec<&str> = found.iter().map(|found| found.0.as_str()).collect();
    assert_eq!(names, ["closed", "opened"], "{found:?}");
    assert!(found.iter().all(|found| found.1 > 0.995 && found.2 == 1.0), "{found:?}");
}
