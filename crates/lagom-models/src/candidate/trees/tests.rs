//! Tests on tiny generated data.

#![allow(clippy::unwrap_used)]

use super::*;
use crate::candidate::labels::Labels;

/// Rows of three columns: two that matter and one that does not, a tenth missing.
fn rows(count: usize) -> Vec<f32> {
    let mut state = 7u64;
    let mut next = || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 40) as f32 / (1u64 << 24) as f32
    };
    let value = |u: f32, hide: f32| if hide < 0.1 { f32::NAN } else { u };
    (0..count * 3).map(|_| value(next(), next())).collect()
}

fn config(leaves: u32, rounds: u32) -> TreesConfig {
    TreesConfig { learning_rate: 0.2, min_leaf: 5, patience: 5, ..TreesConfig::rung(leaves, rounds, 2) }
}

fn features(values: &[f32]) -> Features<'_> {
    Features { rows: values.len() / 3, columns: 3, values }
}

/// The class of a row: a corner, a side (missing counts as 1), or the rest.
fn class(row: &[f32]) -> u32 {
    let is_high = |v: f32| v.is_nan() || v > 0.5;
    u32::from(is_high(row[0])) + u32::from(is_high(row[0]) && is_high(row[1]))
}

fn accuracy(forest: &Forest, values: &[f32], labels: &[u32]) -> f64 {
    let mut out = vec![0.0; forest.outputs()];
    let right = values.chunks(3).zip(labels).filter(|(row, label)| {
        forest.predict(row, &mut out);
        assert!((out.iter().sum::<f32>() - 1.0).abs() < 1e-5);
        let own = out[**label as usize];
        out.iter().all(|p| *p <= own)
    });
    right.count() as f64 / labels.len() as f64
}

#[test]
fn three_classes_are_learned_and_the_best_round_is_kept() {
    let values = rows(600);
    let labels: Vec<u32> = values.chunks(3).map(class).collect();
    let (train, held) = values.split_at(1200);
    let (a, b) = labels.split_at(400);
    let fitted = fit(
        &config(4, 60),
        (&features(train), &Labels::Classes { labels: a, classes: 3 }),
        Some((&features(held), &Labels::Classes { labels: b, classes: 3 })),
        Drawn::default(),
    )
    .unwrap();
    assert!(accuracy(&fitted.forest, held, b) > 0.97);
    assert_eq!(fitted.forest.rounds(), fitted.rounds as usize);
    let best = fitted.validation_loss[fitted.rounds as usize - 1];
    assert!(fitted.validation_loss.iter().all(|l| *l >= best));
    assert!(fitted.train_loss.windows(2).take(10).all(|w| w[1] < w[0]));
    assert!(fitted.forest.is_sound());
}

#[test]
fn two_classes_use_one_tree_a_round_and_the_loss_matches_the_forest() {
    let values = rows(300);
    let labels: Vec<u32> = values.chunks(3).map(|r| class(r).min(1)).collect();
    let set = (&features(&values), &Labels::Classes { labels: &labels, classes: 2 });
    let fitted = fit(&config(3, 20), set, None, Drawn::default()).unwrap();
    assert_eq!((fitted.rounds, fitted.forest.trees.len()), (20, 20));
    assert!(fitted.validation_loss.is_empty());
    assert!(accuracy(&fitted.forest, &values, &labels) > 0.99);
    let mut out = [0.0; 2];
    let mut total = 0.0;
    for (row, label) in values.chunks(3).zip(&labels) {
        fitted.forest.predict(row, &mut out);
        total -= f64::from(out[*label as usize]).ln();
    }
    let told = fitted.train_loss.last().unwrap();
    assert!((total / 300.0 - told).abs() < 1e-5, "{total} {told}");
}

#[test]
fn values_of_any_scale_are_learned_alike() {
    let values = rows(400);
    let f = |row: &[f32]| {
        if row[0].is_nan() { 0.3 } else { f64::from(row[0]) }
    };
    for scale in [1e-12, 1.0, 1e12] {
        let targets: Vec<f32> = values.chunks(3).map(|r| (scale * (f(r) + 5.0)) as f32).collect();
        let set = (&features(&values), &Labels::Values(&targets));
        let fitted = fit(&config(8, 40), set, Some(set), Drawn::default()).unwrap();
        let last = fitted.train_loss.last().unwrap() / (scale * scale);
        assert!(last < 0.001, "{last}");
        let mut out = [0.0];
        fitted.forest.predict(&values[..3], &mut out);
        let off = f64::from(out[0] - targets[0]).abs() / scale;
        assert!(off < 0.1, "{off}");
    }
}

#[test]
fn the_same_rows_give_the_same_bytes() {
    let values = rows(300);
    let labels: Vec<u32> = values.chunks(3).map(class).collect();
    let set = (&features(&values), &Labels::Classes { labels: &labels, classes: 3 });
    let bytes = || postcard::to_stdvec(&fit(&config(6, 15), set, None, Drawn::default()).unwrap().forest).unwrap();
    let first = bytes();
    assert_eq!(first, bytes());
    let forest: Forest = postcard::from_bytes(&first).unwrap();
    assert_eq!(postcard::to_stdvec(&forest).unwrap(), first);
    let numbers: usize = forest.trees.iter().map(|t| 2 * t.leaves.len() - 1).sum();
    assert_eq!(forest.parameters(), numbers as u64 + 3);
}

#[test]
fn odd_columns_are_no_trouble() {
    let mut values = rows(200);
    for (i, row) in values.chunks_mut(3).enumerate() {
        row[1] = f32::NAN;
        row[2] = if i % 2 == 0 { f32::INFINITY } else { f32::NEG_INFINITY };
    }
    let targets: Vec<f32> = (0..200).map(|i| (i % 2) as f32).collect();
    let set = (&features(&values), &Labels::Values(&targets));
    let forest = fit(&config(4, 40), set, None, Drawn::default()).unwrap().forest;
    let mut out = [0.0];
    forest.predict(&values[3..6], &mut out);
    assert!(out[0] > 0.95, "{out:?}");
    let same = [2.0; 200];
    let constant = fit(&config(4, 3), (set.0, &Labels::Values(&same)), None, Drawn::default()).unwrap();
    constant.forest.predict(&[], &mut out);
    assert_eq!(out, [2.0]);
    let zeros = [0; 200];
    let one_class = Labels::Classes { labels: &zeros, classes: 4 };
    let fitted = fit(&config(4, 3), (set.0, &one_class), None, Drawn::default()).unwrap();
    assert!(fitted.forest.is_sound());
    assert_eq!(accuracy(&fitted.forest, &values, &zeros), 1.0);
    let free = TreesConfig { l2: 0.0, min_leaf: 0, ..config(64, 10) };
    assert!(fit(&free, (set.0, &one_class), None, Drawn::default()).unwrap().forest.is_sound());
}

#[test]
fn bad_input_is_refused() {
    let values = rows(10);
    let few = [0u32; 9];
    let bad = |labels: Labels<'_>| fit(&config(4, 3), (&features(&values), &labels), None, Drawn::default()).err();
    let shape = TreesError::Shape { what: "labels", got: 9, wanted: 10 };
    assert_eq!(bad(Labels::Classes { labels: &few, classes: 2 }), Some(shape));
    let label = Some(TreesError::Label { row: 0 });
    assert_eq!(bad(Labels::Classes { labels: &[5; 10], classes: 3 }), label);
    assert_eq!(bad(Labels::Values(&[f32::NAN; 10])), label);
    let one = Labels::Classes { labels: &[0; 10], classes: 1 };
    assert_eq!(bad(one), Some(TreesError::Config("classes")));
    let none = Features { rows: 0, columns: 3, values: &[] };
    let empty = fit(&config(4, 3), (&none, &Labels::Values(&[])), None, Drawn::default()).err();
    assert_eq!(empty, Some(TreesError::Empty { rows: 0, columns: 3 }));
}

#[test]
fn bad_settings_and_mixed_labels_are_refused() {
    let values = rows(10);
    let set = (&features(&values), &Labels::Values(&[1.0; 10]));
    let other = Labels::Classes { labels: &[0; 10], classes: 2 };
    let mixed = fit(&config(4, 3), set, Some((set.0, &other)), Drawn::default()).err();
    assert_eq!(mixed, Some(TreesError::Kind));
    for config in [config(1, 3), config(4, 0), TreesConfig { learning_rate: f64::NAN, ..config(4, 3) }] {
        assert!(matches!(fit(&config, set, None, Drawn::default()), Err(TreesError::Config(_))));
    }
}

#[test]
fn a_damaged_forest_neither_panics_nor_hangs() {
    let split = Split { feature: 9, threshold: 0.0, left: 0, right: 77, missing_left: true };
    let tree = Tree { splits: vec![split], leaves: vec![] };
    let forest = Forest { link: Link::Softmax, columns: 1, start: vec![], scale: 1.0, trees: vec![tree] };
    assert!(!forest.is_sound());
    forest.predict(&[1.0], &mut [0.0; 3]);
}

#[test]
fn a_row_of_weight_three_is_three_rows() {
    let values = rows(60);
    let labels: Vec<u32> = values.chunks(3).map(class).collect();
    let targets: Vec<f32> = values.chunks(3).map(|row| row[0].max(0.0) * 3.0 + class(row) as f32).collect();
    let weights: Vec<f32> = (0..60).map(|row| if row % 3 == 0 { 3.0 } else { 1.0 }).collect();
    let times = |row: usize| if row.is_multiple_of(3) { 3 } else { 1 };
    let more: Vec<f32> = (0..60).flat_map(|row| values[row * 3..row * 3 + 3].repeat(times(row))).collect();
    let of = |labels: &[u32]| (0..60).flat_map(|row| vec![labels[row]; times(row)]).collect::<Vec<u32>>();
    let more_targets: Vec<f32> = (0..60).flat_map(|row| vec![targets[row]; times(row)]).collect();
    // The least leaf is told in rows of average spread, of which there are more where rows are repeated. After more rounds splits that
    // are equally good are told apart by the rounding of sums.
    let config = TreesConfig { min_leaf: 0, ..config(4, 6) };
    let two: Vec<u32> = labels.iter().map(|label| (*label).min(1)).collect();
    let (more_three, more_two) = (of(&labels), of(&two));
    let cases = [
        (Labels::Classes { labels: &labels, classes: 3 }, Labels::Classes { labels: &more_three, classes: 3 }),
        (Labels::Classes { labels: &two, classes: 2 }, Labels::Classes { labels: &more_two, classes: 2 }),
        (Labels::Values(&targets), Labels::Values(&more_targets)),
    ];
    for (own, repeated) in cases {
        let fit_with = |values: &[f32], labels: &Labels<'_>, weights: Option<&[f32]>| {
            fit(&config, (&features(values), labels), None, Drawn { weights, seed: 1, monotone: &[] }).unwrap().forest
        };
        let (weighed, expected) = (fit_with(&values, &own, Some(&weights)), fit_with(&more, &repeated, None));
        let plain = fit_with(&values, &own, None);
        let answer = |forest: &Forest| -> Vec<f32> {
            let answer = |row: &[f32]| {
                let mut out = vec![0.0; forest.outputs()];
                forest.predict(row, &mut out);
                out
            };
            values.chunks(3).flat_map(answer).collect()
        };
        let apart =
            |a: &Forest, b: &Forest| answer(a).iter().zip(answer(b)).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(apart(&weighed, &expected) < 1e-4, "{}", apart(&weighed, &expected));
        assert!(apart(&weighed, &plain) > 1e-3, "weights change something");
    }
}

#[test]
fn shares_of_rows_and_columns_are_drawn_for_each_round() {
    let values: Vec<f32> =
        (0..40).flat_map(|row| [row as f32, (row * 7 % 40) as f32, (row * 11 % 40) as f32]).collect();
    let targets: Vec<f32> = (0..40).map(|row| (row * row % 37) as f32 + row as f32 * 0.01).collect();
    let set = (&features(&values), &Labels::Values(&targets));
    let free = TreesConfig { l2: 0.0, min_leaf: 0, ..config(64, 6) };
    let with =
        |config: &TreesConfig, seed| fit(config, set, None, Drawn { weights: None, seed, monotone: &[] }).unwrap();
    // A leaf for each of the rows that are drawn, and for no other.
    let half = TreesConfig { row_sampling: 0.5, ..free.clone() };
    assert!(with(&half, 1).forest.trees.iter().all(|tree| tree.leaves.len() == 20));
    assert!(with(&free, 1).forest.trees.iter().all(|tree| tree.leaves.len() == 40));
    // One of the three columns for each tree, and not always the same.
    let third = TreesConfig { column_sampling: 0.34, ..free.clone() };
    let used = |tree: &Tree| {
        let mut used: Vec<u32> = tree.splits.iter().map(|split| split.feature).collect();
        used.sort_unstable();
        used.dedup();
        used
    };
    let columns: Vec<Vec<u32>> = with(&third, 1).forest.trees.iter().map(used).collect();
    assert!(
        columns.iter().all(|used| used.len() == 1) && columns.windows(2).any(|pair| pair[0] != pair[1]),
        "{columns:?}"
    );
    for config in [half, third] {
        assert_eq!(with(&config, 1).forest, with(&config, 1).forest);
        assert_ne!(with(&config, 1).forest, with(&config, 2).forest);
        let losses = with(&config, 1).train_loss;
        assert!(losses.last().unwrap() < losses.first().unwrap(), "{losses:?}");
    }
    for share in [0.0, -1.0, 1.5, f64::NAN] {
        let config = TreesConfig { row_sampling: share, ..free.clone() };
        assert!(matches!(fit(&config, set, None, Drawn::default()), Err(TreesError::Config("row_sampling"))));
    }
}

/// The root sends values below 0 to a leaf; those above are split once more: one comparison or two, and an addition.
#[test]
fn operations_of_trees_are_the_comparisons_on_the_way() {
    let split = |left, right| Split { feature: 0, threshold: 0.0, left, right, missing_left: true };
    let tree =
        Tree { splits: vec![split(!0, 1), Split { threshold: 5.0, ..split(!1, !2) }], leaves: vec![1.0, 2.0, 3.0] };
    let constant = Tree { splits: Vec::new(), leaves: vec![1.0] };
    let forest = Forest { link: Link::Identity, columns: 1, start: vec![0.0], scale: 1.0, trees: vec![tree, constant] };
    assert_eq!([-1.0, 2.0, f32::NAN].map(|value| forest.operations(&[value])), [1 + 1 + 1, 2 + 1 + 1, 1 + 1 + 1]);
}
