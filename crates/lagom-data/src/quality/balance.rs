//! Classes with few rows.

use super::issue::{Finding, Issue, Severity};
use crate::dataset::{Dataset, Target};

/// Rows below which a class is too rare: with ten folds, or a fifth to validate on and a fifth sealed, some part has none.
const RARE: u64 = 10;
/// How many times the rows of the rarest class the commonest has, from which on it is worth a word, and a warning.
const TIMES: (f64, f64) = (10.0, 100.0);
/// Rare classes that are named.
const NAMED: usize = 10;

/// Classes with few rows to train on.
pub(super) fn balance(dataset: &Dataset) -> Vec<Finding> {
    let Target::Classes { labels, names } = dataset.given() else { return Vec::new() };
    let (rows, mut found) = (&dataset.development, Vec::new());
    let counts = dataset.given().counts(rows);
    let name = |class: usize| names.get(class).cloned().unwrap_or_default();
    let rare: Vec<usize> = (0..counts.len()).filter(|class| (1..RARE).contains(&counts[*class])).collect();
    if !rare.is_empty() {
        let classes = rare.iter().take(NAMED).map(|class| name(*class)).collect();
        let of: Vec<u32> =
            rows.iter().copied().filter(|row| rare.contains(&(labels[*row as usize] as usize))).collect();
        found.push(Finding::of_named(Issue::RareClasses { classes }, Severity::Warning, of, rows.len()));
    }
    let there = || (0..counts.len()).filter(|class| counts[*class] > 0);
    let (Some(most), Some(least)) =
        (there().max_by_key(|class| counts[*class]), there().min_by_key(|class| counts[*class]))
    else {
        return found;
    };
    let times = counts[most] as f64 / counts[least] as f64;
    if times >= TIMES.0 {
        let severity = if times >= TIMES.1 { Severity::Warning } else { Severity::Info };
        let issue = Issue::Imbalance { commonest: name(most), rarest: name(least), times };
        found.push(Finding::of_rows(issue, severity, (counts[least] as usize, rows.len())));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::TaskKind;

    fn dataset(counts: &[usize]) -> Dataset {
        let labels: Vec<u32> =
            counts.iter().enumerate().flat_map(|(class, count)| vec![class as u32; *count]).collect();
        let rows = labels.len() as u32;
        let target = Target::Classes { labels, names: (0..counts.len()).map(|class| class.to_string()).collect() };
        Dataset::without_holdout(TaskKind::Classification, Vec::new(), target, rows)
    }

    #[test]
    fn rare_and_uneven_classes_are_told() {
        let found = balance(&dataset(&[500, 4, 100]));
        assert!(matches!(&found[0].issue, Issue::RareClasses { classes } if classes == &["1"]));
        assert_eq!((found[0].count, found[0].first.as_slice()), (4, [501, 502, 503, 504].as_slice()));
        assert!(matches!(&found[1].issue, Issue::Imbalance { times, .. } if *times == 125.0));
        assert_eq!(found[1].severity, Severity::Warning);
        assert!(balance(&dataset(&[50, 40])).is_empty());
    }
}
