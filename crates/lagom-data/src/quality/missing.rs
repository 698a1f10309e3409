//! Missing cells: how many, which columns together, and whether that a cell is missing tells something of the target.

use super::issue::{Finding, Issue, Severity};
use crate::dataset::{Column, Dataset, MISSING, Target, Values};
use crate::stats::{chi_square_cdf, t_cdf};

/// A column with so large a share of missing cells is worth a warning.
const HALF: f64 = 0.5;
/// Missing cells and cells that are there that a column needs to be compared with others or with the target.
const FEWEST: usize = 10;
/// Columns whose missing rows overlap so far (Jaccard) are missing together.
const TOGETHER: f64 = 0.95;
/// What is seen by chance in one of so many data sets is not told.
const CHANCE: f64 = 0.001;
/// How strongly a missing cell has to tell the target to be worth a word, a warning, an alarm.
const STRENGTH: (f64, f64, f64) = (0.1, 0.3, 0.9);

/// A column with the rows in which it is missing.
struct Gaps<'a> {
    name: &'a str,
    rows: Vec<u32>,
}

/// All that is to be said of missing cells in the rows to train on.
pub(super) fn missing(dataset: &Dataset) -> Vec<Finding> {
    let all = dataset.development.len();
    let mut gaps: Vec<Gaps<'_>> = dataset.columns.iter().map(|column| Gaps::of(column, &dataset.development)).collect();
    gaps.retain(|gaps| !gaps.rows.is_empty());
    let comparable = |gaps: &&Gaps<'_>| gaps.rows.len() >= FEWEST && all - gaps.rows.len() >= FEWEST;
    let compared: Vec<&Gaps<'_>> = gaps.iter().filter(comparable).collect();
    let mut found: Vec<Finding> = Vec::new();
    for gaps in &compared {
        found.extend(tells(gaps, dataset, compared.len()));
    }
    found.extend(together(&compared, all));
    for Gaps { name, rows } in gaps {
        let severity = if rows.len() as f64 >= HALF * all as f64 { Severity::Warning } else { Severity::Info };
        found.push(Finding::of_named(Issue::Missing { column: name.to_owned() }, severity, rows, all));
    }
    found
}

impl<'a> Gaps<'a> {
    fn of(column: &'a Column, rows: &[u32]) -> Self {
        let missing = |row: &&u32| {
            let row = **row as usize;
            match &column.values {
                Values::Numbers(numbers) => numbers[row].is_nan(),
                Values::Categories { codes, .. } => codes[row] == MISSING,
                Values::Texts(texts) => texts[row].trim().is_empty(),
            }
        };
        Self { name: &column.name, rows: rows.iter().filter(missing).copied().collect() }
    }
}

/// Columns that are missing in the same rows, each set once.
fn together(gaps: &[&Gaps<'_>], all: usize) -> Vec<Finding> {
    let mut taken = vec![false; gaps.len()];
    let mut found = Vec::new();
    for first in 0..gaps.len() {
        if taken[first] {
            continue;
        }
        let same: Vec<usize> = (first..gaps.len())
            .filter(|at| !taken[*at] && alike(&gaps[first].rows, &gaps[*at].rows) >= TOGETHER)
            .collect();
        same.iter().for_each(|at| taken[*at] = true);
        if same.len() > 1 {
            let columns = same.iter().map(|at| gaps[*at].name.to_owned()).collect();
            let issue = Issue::MissingTogether { columns };
            found.push(Finding::of_named(issue, Severity::Info, gaps[first].rows.clone(), all));
        }
    }
    found
}

/// The share of common rows among all of two lists in ascending order.
fn alike(one: &[u32], other: &[u32]) -> f64 {
    let common = one.iter().filter(|row| other.binary_search(row).is_ok()).count();
    common as f64 / (one.len() + other.len() - common).max(1) as f64
}

/// That the rows in which a column is missing have other targets; `tests` columns are asked.
fn tells(gaps: &Gaps<'_>, dataset: &Dataset, tests: usize) -> Option<Finding> {
    let rows = &dataset.development;
    let gap = |row: u32| gaps.rows.binary_search(&row).is_ok();
    let found = match dataset.given() {
        Target::Classes { labels, names } => {
            let mut table = vec![[0.0; 2]; names.len()];
            for &row in rows {
                if let Some(cell) = table.get_mut(labels[row as usize] as usize) {
                    cell[usize::from(gap(row))] += 1.0;
                }
            }
            of_classes(&table)
        }
        Target::Numbers(values) => {
            let pairs: Vec<(bool, f64)> = rows.iter().map(|&row| (gap(row), values[row as usize])).collect();
            of_numbers(&pairs)
        }
        Target::Texts { .. } | Target::Choices { .. } | Target::Itself { .. } => return None,
    };
    if found.chance * tests as f64 >= CHANCE || found.strength < STRENGTH.0 {
        return None;
    }
    let severity = match found.strength {
        strength if strength >= STRENGTH.2 => Severity::Grave,
        strength if strength >= STRENGTH.1 => Severity::Warning,
        _ => Severity::Info,
    };
    let issue = Issue::MissingTells { column: gaps.name.to_owned(), strength: found.strength };
    Some(Finding::of_named(issue, severity, gaps.rows.clone(), rows.len()))
}

/// How strongly two things hang together, and how likely chance makes it so.
struct Association {
    strength: f64,
    chance: f64,
}

/// Cramér's V without its bias (Bergsma 2013), and the chi-squared test. Classes of fewer than five expected rows on a side are one.
fn of_classes(table: &[[f64; 2]]) -> Association {
    let sides: [f64; 2] = [table.iter().map(|row| row[0]).sum(), table.iter().map(|row| row[1]).sum()];
    let all = sides[0] + sides[1];
    let least = sides[0].min(sides[1]) / all;
    let mut pooled = [0.0; 2];
    let mut kept: Vec<[f64; 2]> = Vec::new();
    for row in table.iter().filter(|row| row[0] + row[1] > 0.0) {
        if (row[0] + row[1]) * least >= 5.0 {
            kept.push(*row);
        } else {
            pooled = [pooled[0] + row[0], pooled[1] + row[1]];
        }
    }
    kept.extend(Some(pooled).filter(|row| row[0] + row[1] > 0.0));
    if kept.len() < 2 {
        return Association { strength: 0.0, chance: 1.0 };
    }
    let term = |row: &[f64; 2]| {
        let of = row[0] + row[1];
        (0..2).map(|side| (row[side] - of * sides[side] / all).powi(2) / (of * sides[side] / all)).sum::<f64>()
    };
    let squared: f64 = kept.iter().map(term).sum();
    let free = kept.len() as f64 - 1.0;
    let strength = ((squared / all - free / (all - 1.0)).max(0.0)).sqrt();
    Association { strength, chance: 1.0 - chi_square_cdf(squared, free) }
}

/// The correlation of a mark with numbers, and Student's test of it.
fn of_numbers(pairs: &[(bool, f64)]) -> Association {
    let mean = |side: Option<bool>| {
        let picked = pairs.iter().filter(|pair| side.is_none_or(|side| pair.0 == side));
        let (sum, count) = picked.fold((0.0, 0.0), |(sum, count), pair| (sum + pair.1, count + 1.0));
        (sum / f64::max(count, 1.0), count)
    };
    let (middle, all) = mean(None);
    let between: f64 =
        [true, false].map(|side| mean(Some(side))).iter().map(|(mean, count)| count * (mean - middle).powi(2)).sum();
    let whole: f64 = pairs.iter().map(|pair| (pair.1 - middle).powi(2)).sum();
    let squared = if whole > 0.0 { (between / whole).min(1.0) } else { 0.0 };
    let free = (all - 2.0).max(1.0);
    let t = (squared * free / (1.0 - squared).max(1e-12)).sqrt();
    Association { strength: squared.sqrt(), chance: 2.0 * (1.0 - t_cdf(t, free)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kind::ColumnKind;
    use crate::study::TaskKind;

    fn numbers(name: &str, missing: impl Fn(u32) -> bool, rows: u32) -> Column {
        let values = (0..rows).map(|row| if missing(row) { f64::NAN } else { f64::from(row) }).collect();
        Column { name: name.to_owned(), kind: ColumnKind::Numeric, values: Values::Numbers(values) }
    }

    fn dataset(columns: Vec<Column>, rows: u32) -> Dataset {
        let labels = (0..rows).map(|row| row % 2).collect();
        let target = Target::Classes { labels, names: vec!["a".into(), "b".into()] };
        Dataset::without_holdout(TaskKind::Classification, columns, target, rows)
    }

    #[test]
    fn association_is_that_of_the_books() {
        // A table of 20 and 30 against 30 and 20: chi-squared is 4 (n = 100), so V without its bias is sqrt(0.04 - 1/99).
        let found = of_classes(&[[20.0, 30.0], [30.0, 20.0]]);
        assert!((found.strength - (0.04 - 1.0 / 99.0_f64).sqrt()).abs() < 1e-12);
        assert!((found.chance - 0.0455).abs() < 1e-4, "{}", found.chance);
        // Marks 1, 1, 0, 0 and 3, 1, 1, -1: means 2 and 0 about 1; 4 of 8 squares lie between.
        let found = of_numbers(&[(true, 3.0), (true, 1.0), (false, 1.0), (false, -1.0)]);
        assert!((found.strength - 0.5_f64.sqrt()).abs() < 1e-12);
    }

    #[test]
    fn a_date_that_only_closed_cases_have_is_grave() {
        let data =
            dataset(vec![numbers("closed", |row| row % 2 == 0, 200), numbers("x", |row| row % 10 == 0, 200)], 200);
        let found = missing(&data);
        let tells: Vec<&Finding> =
            found.iter().filter(|found| matches!(found.issue, Issue::MissingTells { .. })).collect();
        assert_eq!(tells[0].severity, Severity::Grave);
        assert!(
            matches!(&tells[0].issue, Issue::MissingTells { column, strength } if column == "closed" && *strength > 0.99)
        );
    }

    #[test]
    fn gaps_by_chance_are_counted_and_no_more_is_said() {
        let data = dataset(vec![numbers("x", |row| row % 7 == 0, 700), numbers("y", |row| row % 7 == 0, 700)], 700);
        let found = missing(&data);
        let kinds: Vec<&Issue> = found.iter().map(|found| &found.issue).collect();
        assert!(matches!(kinds[0], Issue::MissingTogether { columns } if columns.len() == 2), "{kinds:?}");
        assert!(matches!(kinds[1], Issue::Missing { .. }) && found[1].count == 100 && kinds.len() == 3);
        assert!(missing(&dataset(vec![numbers("x", |_| false, 100)], 100)).is_empty());
    }
}
