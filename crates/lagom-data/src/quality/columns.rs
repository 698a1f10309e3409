//! Columns one by one: cells that lie far from all others, and columns that follow from the target.

use std::collections::HashMap;

use super::issue::{Finding, Issue, Severity};
use super::part::spaced;
use crate::dataset::{Column, Dataset, MISSING, Target, Values};
use crate::stats::median;

/// Rows that tell how a column is distributed: evenly spaced ones where there are more.
const SAMPLE: usize = 20_000;
/// Robust standard deviations from the median beyond which a cell is far: a normal column has none, and one row in 1,500 of a
/// log-normal one of σ = 1.
const FAR: f64 = 30.0;
/// What makes a median absolute deviation a standard deviation of a normal distribution.
const NORMAL: f64 = 1.4826;
/// The largest share of far cells: more of them are how the column is.
const FEW: f64 = 0.01;
/// The largest share that one code for missing cells may have, the share of the far cells that it has to have, and how often.
const CODE: (f64, f64, usize) = (0.5, 0.9, 3);
/// Rows that tell whether a column follows from the target.
const FEWEST: usize = 40;
/// Different values of a column that are taken as categories.
const LEVELS: usize = 64;
/// The share of rows that have the commonest value of their class where a column follows from the target.
const FOLLOWS: f64 = 0.995;
/// The share of what there is to know of the target that such a column knows: below it is a trait that a whole class has.
const KNOWS: f64 = 0.5;

/// Columns of numbers with cells that are far from all others, in the rows to train on.
pub(super) fn far_cells(dataset: &Dataset) -> Vec<Finding> {
    dataset.columns.iter().filter_map(|column| far(column, &dataset.development)).collect()
}

fn far(column: &Column, rows: &[u32]) -> Option<Finding> {
    let Values::Numbers(numbers) = &column.values else { return None };
    let known: Vec<u32> = rows.iter().copied().filter(|row| numbers[*row as usize].is_finite()).collect();
    let cells: Vec<f64> = spaced(&known, SAMPLE).into_iter().map(|row| numbers[row as usize]).collect();
    let middle = median(&cells);
    let deviation = NORMAL * median(&cells.iter().map(|cell| (cell - middle).abs()).collect::<Vec<f64>>());
    if deviation <= 0.0 || !deviation.is_finite() {
        return None;
    }
    let distance = |row: &u32| (numbers[*row as usize] - middle).abs() / deviation;
    let there = known.len();
    let far: Vec<u32> = known.into_iter().filter(|row| distance(row) > FAR).collect();
    let code = code(&far.iter().map(|row| numbers[*row as usize]).collect::<Vec<f64>>());
    let most = if code.is_some() { CODE.0 } else { FEW };
    if far.is_empty() || far.len() as f64 > (most * there as f64).max(1.0) {
        return None;
    }
    let farthest = far.iter().copied().max_by(|a, b| distance(a).total_cmp(&distance(b)))?;
    let severity = if code.is_some() { Severity::Warning } else { Severity::Info };
    let issue = Issue::FarCells {
        column: column.name.clone(),
        farthest: numbers[farthest as usize],
        deviations: distance(&farthest),
        code,
    };
    Some(Finding::of_named(issue, severity, far, rows.len()))
}

/// The value that nearly all far cells have, where it comes often: −999 and its like.
fn code(far: &[f64]) -> Option<f64> {
    let mut counts: HashMap<u64, usize> = HashMap::new();
    far.iter().for_each(|cell| *counts.entry(cell.to_bits()).or_insert(0) += 1);
    let (bits, count) = counts.into_iter().max_by_key(|(bits, count)| (*count, *bits))?;
    (count >= CODE.2 && count as f64 >= CODE.1 * far.len() as f64).then(|| f64::from_bits(bits))
}

/// Columns that have one value in each class and fewer values than there are classes, such as a coarser name of the class.
pub(super) fn follows_target(dataset: &Dataset) -> Vec<Finding> {
    let Target::Classes { labels, names } = dataset.given() else { return Vec::new() };
    let rows = &spaced(&dataset.development, SAMPLE);
    if rows.len() < FEWEST || names.len() < 3 {
        return Vec::new();
    }
    let labels: Vec<u32> = rows.iter().map(|&row| labels[row as usize]).collect();
    let found = |column: &Column| {
        let codes = codes(column, rows)?;
        let mut classes: HashMap<u32, HashMap<u64, usize>> = HashMap::new();
        for (label, code) in labels.iter().zip(&codes) {
            *classes.entry(*label).or_default().entry(*code).or_insert(0) += 1;
        }
        let commonest: usize = classes.values().filter_map(|counts| counts.values().max()).sum();
        let follows = commonest as f64 >= FOLLOWS * rows.len() as f64;
        let levels = codes.iter().collect::<std::collections::HashSet<_>>().len();
        let knows = entropy(codes.iter()) >= KNOWS * entropy(labels.iter());
        let issue = Issue::FollowsTarget { column: column.name.clone(), levels: levels as u64 };
        (follows && knows && (2..classes.len()).contains(&levels))
            .then(|| Finding::of_rows(issue, Severity::Warning, (commonest, rows.len())))
    };
    dataset.columns.iter().filter_map(found).collect()
}

/// The cells as codes, where they are few.
fn codes(column: &Column, rows: &[u32]) -> Option<Vec<u64>> {
    let code = |row: &u32| match &column.values {
        Values::Categories { codes, .. } => Some(u64::from(codes[*row as usize])),
        Values::Numbers(numbers) => Some((numbers[*row as usize] + 0.0).to_bits()),
        Values::Texts(_) => None,
    };
    let codes: Option<Vec<u64>> = rows.iter().map(code).collect();
    let few = |codes: &Vec<u64>| codes.iter().collect::<std::collections::HashSet<_>>().len() <= LEVELS;
    // A column without a single cell has one level and follows from nothing.
    codes.filter(few).filter(|codes| codes.iter().any(|code| *code != u64::from(MISSING)))
}

/// Shannon's entropy, in nats.
fn entropy<K: std::hash::Hash + Eq>(values: impl Iterator<Item = K>) -> f64 {
    let mut counts: HashMap<K, f64> = HashMap::new();
    let mut all = 0.0;
    for value in values {
        *counts.entry(value).or_insert(0.0) += 1.0;
        all += 1.0;
    }
    let mut shares: Vec<f64> = counts.into_values().map(|count| count / all).collect();
    // In an order of its own, so that the sum has the same bits each time.
    shares.sort_by(f64::total_cmp);
    -shares.iter().map(|share| share * share.ln()).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kind::ColumnKind;
    use crate::study::TaskKind;

    fn column(values: Values) -> Column {
        Column { name: "x".to_owned(), kind: ColumnKind::Numeric, values }
    }

    fn dataset(values: Values, labels: Vec<u32>, classes: usize) -> Dataset {
        let rows = labels.len() as u32;
        let target = Target::Classes { labels, names: (0..classes).map(|class| class.to_string()).collect() };
        Dataset::without_holdout(TaskKind::Classification, vec![column(values)], target, rows)
    }

    #[test]
    fn a_far_cell_is_found_and_a_code_for_missing_ones_is_named() {
        let mut cells: Vec<f64> = (0..200).map(|row| f64::from(row % 20)).collect();
        cells[7] = 5_000.0;
        let found = far_cells(&dataset(Values::Numbers(cells.clone()), vec![0; 200], 2));
        assert_eq!((found[0].rows.as_slice(), found[0].severity), ([7].as_slice(), Severity::Info));
        (0..20).for_each(|at| cells[at * 10] = -999.0);
        cells[7] = 3.0;
        let found = far_cells(&dataset(Values::Numbers(cells), vec![0; 200], 2));
        assert!(matches!(found[0].issue, Issue::FarCells { code: Some(code), .. } if code == -999.0));
        assert_eq!((found[0].count, found[0].severity), (20, Severity::Warning));
    }

    #[test]
    fn a_column_with_a_long_tail_or_of_one_value_has_no_far_cells() {
        // e^z for z evenly spaced over ±3: the largest is 20, the deviation 0.9 or so.
        let tail: Vec<f64> = (0..600).map(|row| (f64::from(row) / 100.0 - 3.0).exp()).collect();
        assert!(far_cells(&dataset(Values::Numbers(tail), vec![0; 600], 2)).is_empty());
        let mut same = vec![1.0; 100];
        same[3] = 50.0;
        assert!(far_cells(&dataset(Values::Numbers(same), vec![0; 100], 2)).is_empty());
    }

    #[test]
    fn a_coarser_name_of_the_class_follows_from_it_and_a_trait_does_not() {
        let labels: Vec<u32> = (0..120).map(|row| row % 6).collect();
        let levels = || Vec::new();
        let coarse = labels.iter().map(|label| label / 2).collect();
        let found = follows_target(&dataset(Values::Categories { codes: coarse, levels: levels() }, labels.clone(), 6));
        assert!(matches!(found[0].issue, Issue::FollowsTarget { levels: 3, .. }), "{found:?}");
        // One class in six has it: 0.45 of 1.79 nats are known.
        let one = labels.iter().map(|label| u32::from(*label == 0)).collect();
        let found = follows_target(&dataset(Values::Categories { codes: one, levels: levels() }, labels.clone(), 6));
        assert!(found.is_empty());
        let other = (0..120).map(|row| (row / 6) % 3).collect();
        assert!(follows_target(&dataset(Values::Categories { codes: other, levels: levels() }, labels, 6)).is_empty());
    }

    #[test]
    fn entropy_is_that_of_a_coin() {
        assert!((entropy([1, 0, 1, 0].iter()) - 2.0_f64.ln()).abs() < 1e-12);
        assert_eq!(entropy([1, 1].iter()), 0.0);
    }
}
