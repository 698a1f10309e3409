//! Tests of units: what counts as copies, what splits do with them.

use rand::Rng;

use super::*;
use crate::dataset::{Column, Values};
use crate::kind::ColumnKind;
use crate::split::{fold, seal, split};
use crate::strata::{Split, SplitSpec};
use crate::study::TaskKind;

fn numbers(values: Vec<f64>) -> Vec<Column> {
    vec![Column { name: "x".into(), kind: ColumnKind::Numeric, values: Values::Numbers(values) }]
}

fn labelled(inputs: Vec<f64>, labels: Vec<u32>) -> Dataset {
    let rows = labels.len() as u32;
    let names = (0..3).map(|class| class.to_string()).collect();
    Dataset::without_holdout(TaskKind::Classification, numbers(inputs), Target::Classes { labels, names }, rows)
}

/// 120 rows of two classes, each three times in a row's distance of 120; a value between for what no copy is.
fn tripled() -> Dataset {
    let inputs = (0..360).map(|row| f64::from(row % 120) + 0.5).collect();
    labelled(inputs, (0..360).map(|row| u32::from(row % 120 % 4 == 0)).collect())
}

fn spec(repeat: u32, fraction: f64, folds: u32, explored: Option<u32>) -> SplitSpec {
    SplitSpec { seed: 7, repeat, windows: 0, validation: 0.2, fraction, folds, explored }
}

fn inputs_of(rows: &[u32]) -> std::collections::BTreeSet<u32> {
    rows.iter().map(|row| row % 120).collect()
}

#[test]
fn copies_are_on_one_side_of_every_split() {
    let mut data = tripled();
    let found = data.find_units();
    assert_eq!((found.kept, found.conflicting, found.apart, found.distinct), (240, 0, 0, 120));
    let labels = match &data.target {
        Target::Classes { labels, .. } => labels.clone(),
        _ => Vec::new(),
    };
    for repeat in 0..10 {
        for (fraction, folds) in [(1.0, 0), (0.5, 0), (0.125, 0), (1.0, 5), (1.0, 10)] {
            let of = spec(repeat, fraction, folds, None);
            let Split { train, validation } = split(&data, &of);
            assert!(inputs_of(&train).is_disjoint(&inputs_of(&validation)));
            // Whole units: three rows each.
            assert_eq!(train.len(), 3 * inputs_of(&train).len(), "{of:?}");
            let share = validation.iter().filter(|&&row| labels[row as usize] == 1).count() as f64;
            assert!((share / validation.len() as f64 - 0.25).abs() < 0.06, "{share} of {}", validation.len());
            if let Some((outside, tested)) = fold(&data, &of) {
                assert!(inputs_of(&outside).is_disjoint(&inputs_of(&tested)));
                assert_eq!(outside.len() + tested.len(), 360);
                assert!(tested.len().abs_diff(360 / folds as usize) <= 3, "{}", tested.len());
                assert!(inputs_of(&train).is_subset(&inputs_of(&outside)));
            }
        }
        // Asked: each question once, and never one that is trained on.
        let asked = split(&data, &spec(repeat, 1.0, 0, Some(20)));
        assert_eq!((asked.validation.len(), inputs_of(&asked.validation).len()), (20, 20));
        assert!(inputs_of(&asked.train).is_disjoint(&inputs_of(&asked.validation)));
        assert_eq!(asked.train.len(), 300);
        assert_eq!(asked.validation, split(&data, &spec(0, 1.0, 0, Some(20))).validation);
    }
    let (development, sealed) = seal(&data, 0.2, 3);
    assert!(inputs_of(&development).is_disjoint(&inputs_of(&sealed)));
    assert_eq!((development.len(), sealed.len()), (288, 72));
    assert_eq!(data.distinct(&sealed), 24);
    assert_eq!(data.without_copies(sealed.clone()).len(), 24);
}

#[test]
fn shares_of_the_training_rows_are_nested() {
    let mut data = tripled();
    data.find_units();
    let whole = split(&data, &spec(1, 1.0, 0, None)).train;
    for fraction in [0.5, 0.25, 0.125] {
        let part = split(&data, &spec(1, fraction, 0, None)).train;
        assert_eq!(part, whole[..part.len()]);
        let share = part.len() as f64 / whole.len() as f64;
        assert!(share >= fraction - 0.005 && share <= fraction + 0.01, "{share} for {fraction}");
    }
}

#[test]
fn another_target_makes_no_other_unit() {
    // 100 different rows, the first 10 of them once more with the other class: two people labelled them.
    let inputs = (0..110).map(|row| f64::from(row % 100) + 0.25).collect();
    let mut data = labelled(inputs, (0..110).map(|row| (row % 2) ^ u32::from(row >= 100)).collect());
    let found = data.find_units();
    assert_eq!((found.kept, found.conflicting, found.apart), (10, 10, 0));
    let (development, sealed) = seal(&data, 0.3, 1);
    let of = |rows: &[u32]| rows.iter().map(|row| row % 100).collect::<std::collections::BTreeSet<u32>>();
    assert!(of(&development).is_disjoint(&of(&sealed)));
}

#[test]
fn few_inputs_with_other_targets_each_time_are_no_copies() {
    // 12 inputs; and 60 inputs of which each comes 20 times with both classes.
    for inputs in [12, 60] {
        let values = (0..1_200).map(|row| f64::from(row % inputs) + 0.5).collect();
        let mut random = crate::seed::generator(1, "labels", 0);
        let mut data = labelled(values, (0..1_200).map(|_| random.random_range(0..2)).collect());
        let found = data.find_units();
        assert_eq!((found.kept, found.apart), (0, (1_200 - inputs) as u64), "{inputs} inputs");
        assert!(data.units().is_none());
    }
}

#[test]
fn a_coarse_table_that_stands_three_times_in_itself_is_copies_all_the_same() {
    let rows: Vec<(f64, u32)> = (0..400).map(|row| (f64::from(row % 60), u32::from(row / 60 % 3 == 0))).collect();
    let thrice: Vec<(f64, u32)> = (0..3).flat_map(|_| rows.clone()).collect();
    let (inputs, labels) = thrice.into_iter().unzip();
    let mut data = labelled(inputs, labels);
    let found = data.find_units();
    assert_eq!((found.kept, found.conflicting), (800, 0));
    let (development, sealed) = seal(&data, 0.2, 1);
    let of = |rows: &[u32]| rows.iter().map(|row| row % 400).collect::<std::collections::BTreeSet<u32>>();
    assert!(of(&development).is_disjoint(&of(&sealed)));
    // Equal inputs are on both sides, as they are in what comes later.
    let input = |rows: &[u32]| rows.iter().map(|row| row % 400 % 60).collect::<std::collections::BTreeSet<u32>>();
    assert_eq!(input(&development).intersection(&input(&sealed)).count(), input(&sealed).len());
}

#[test]
fn what_fills_a_fold_by_itself_is_split_by_row() {
    // 100 of 500 rows are empty; the others differ.
    let inputs = (0..500).map(|row| if row < 100 { f64::NAN } else { f64::from(row) + 0.5 }).collect();
    let mut data = labelled(inputs, (0..500).map(|row| row % 2).collect());
    let found = data.find_units();
    assert_eq!((found.kept, found.apart, found.conflicting_apart), (0, 99, 50));
    // A rare class that was copied until it weighs as much as the other is not: 20 rows 20 times each among 400.
    let inputs = (0..800).map(|row| if row < 400 { f64::from(row) } else { f64::from(row % 20) - 50.5 }).collect();
    let mut data = labelled(inputs, (0..800).map(|row| u32::from(row >= 400)).collect());
    assert_eq!(data.find_units().kept, 380);
}

#[test]
fn groups_and_copies_are_joined() {
    // 30 groups of 4 rows; the first row of group 1 is a copy of the first of group 0.
    let mut inputs: Vec<f64> = (0..120).map(|row| f64::from(row) + 0.5).collect();
    inputs[4] = inputs[0];
    let mut data = labelled(inputs, (0..120).map(|row| row % 2).collect());
    data.groups = Some((0..120).map(|row| row / 4).collect());
    data.find_units();
    let units = data.units().expect("groups are units").clone();
    assert!(!units.are_copies());
    assert_eq!(units.of_rows()[..12], [0, 0, 0, 0, 0, 0, 0, 0, 8, 8, 8, 8]);
    for repeat in 0..5 {
        let Split { train, validation } = split(&data, &spec(repeat, 1.0, 0, None));
        let group = |rows: &[u32]| rows.iter().map(|row| (row / 4).max(1)).collect::<std::collections::BTreeSet<u32>>();
        assert!(group(&train).is_disjoint(&group(&validation)));
    }
}

#[test]
fn time_goes_before_copies() {
    let mut data = tripled();
    data.times = Some((0..360).collect());
    data.find_units();
    let (development, sealed) = seal(&data, 0.2, 1);
    assert_eq!((development[287], sealed[0]), (287, 288));
    assert!(data.units().is_some(), "intervals count copies once all the same");
}

#[test]
fn without_copies_nothing_changes() {
    let labels: Vec<u32> = (0..200).map(|row| row % 2).collect();
    let plain = labelled((0..200).map(|row| f64::from(row) + 0.5).collect(), labels);
    let mut looked = plain.clone();
    assert_eq!(looked.find_units(), Copies { rows: 200, distinct: 200, ..Copies::default() });
    assert_eq!(
        (looked.digest().unwrap(), split(&looked, &spec(0, 1.0, 5, None))),
        (plain.digest().unwrap(), split(&plain, &spec(0, 1.0, 5, None)))
    );
    let mut copied = tripled();
    let before = copied.digest().unwrap();
    copied.find_units();
    assert_ne!(copied.digest().unwrap(), before, "other splits are other trials");
}
