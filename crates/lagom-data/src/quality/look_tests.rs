//! Data with planted faults, and the same without.

use rand::Rng;

use super::*;
use crate::dataset::{Column, Target};
use crate::kind::ColumnKind;
use crate::quality::label_errors;
use crate::seed::generator;
use crate::study::TaskKind;
use crate::tells::tells;

const ROWS: (u32, u32) = (1_000, 400);

/// A target of three classes that four numbers tell in part; 1,000 rows to train on and 400 sealed ones.
fn table(seed: u64) -> Dataset {
    let mut random = generator(seed, "quality", 0);
    let all = ROWS.0 + ROWS.1;
    let labels: Vec<u32> = (0..all).map(|_| random.random_range(0..3)).collect();
    let columns = (0..4).map(|at| {
        let cell = |label: &u32| f64::from(*label) * 0.5 + random.random::<f64>() * 3.0;
        let values = Values::Numbers(labels.iter().map(cell).collect());
        Column { name: format!("x{at}"), kind: ColumnKind::Numeric, values }
    });
    let columns = columns.collect();
    let target = Target::Classes { labels, names: ["red", "green", "blue"].map(str::to_owned).to_vec() };
    let mut dataset = Dataset::without_holdout(TaskKind::Classification, columns, target, all);
    dataset.development = (0..ROWS.0).collect();
    dataset.sealed = (ROWS.0..all).collect();
    dataset
}

/// Texts of some words, told by a word of their class.
fn texts(seed: u64) -> Dataset {
    let mut random = generator(seed, "quality texts", 0);
    let Dataset { target, development, sealed, .. } = table(seed);
    let Target::Classes { labels, .. } = &target else { unreachable!("classes") };
    let text = |label: &u32| {
        let words = (0..12).map(|_| format!("word{}", random.random_range(0..3_000)));
        words.collect::<Vec<String>>().join(" ") + &format!(" class{label}")
    };
    let values = Values::Texts(labels.iter().map(text).collect());
    let columns = vec![Column { name: "text".to_owned(), kind: ColumnKind::Text, values }];
    let rows = labels.len() as u32;
    let whole = Dataset::without_holdout(TaskKind::TextClassification, columns, target, rows);
    Dataset { development, sealed, ..whole }
}

fn found(dataset: &Dataset) -> Quality {
    look(dataset, &tells(dataset), Depth::Thorough, Holdout::Given).quality
}

#[test]
fn a_column_that_repeats_the_label_and_holdout_rows_among_the_training_rows_are_found_in_20_of_20() {
    for seed in 0..20 {
        let mut data = table(seed);
        let Target::Classes { labels, .. } = &data.target else { unreachable!("classes") };
        // Under other numbers, or under other names in another order.
        let values = if seed % 2 == 0 {
            Values::Numbers(labels.iter().map(|label| [7.0, -1.0, 3.5][*label as usize]).collect())
        } else {
            let codes = labels.iter().map(|label| [2, 0, 1][*label as usize]).collect();
            Values::Categories { codes, levels: ["a", "b", "c"].map(str::to_owned).to_vec() }
        };
        data.columns.push(Column { name: "again".to_owned(), kind: ColumnKind::Categorical, values });
        // One in a hundred of the sealed rows is one to train on.
        let planted: Vec<u32> = (0..4).map(|at| ROWS.0 + 97 * at).collect();
        for column in &mut data.columns {
            for row in &planted {
                let from = (*row % 500) as usize;
                match &mut column.values {
                    Values::Numbers(numbers) => numbers[*row as usize] = numbers[from],
                    Values::Categories { codes, .. } => codes[*row as usize] = codes[from],
                    Values::Texts(_) => unreachable!("a table"),
                }
            }
        }
        let quality = found(&data);
        let first = &quality.findings[0];
        assert!(first.is_shouted(), "seed {seed}: {first:?}");
        assert!(matches!(&first.issue, Issue::TellsTarget { column, .. } if column == "again"));
        let overlap = quality.findings.iter().find(|one| matches!(one.issue, Issue::Overlap { exact: true }));
        let overlap = overlap.expect("planted");
        assert_eq!((overlap.rows.as_slice(), overlap.severity), (planted.as_slice(), Severity::Grave), "seed {seed}");
    }
}

#[test]
fn texts_of_the_holdout_that_are_nearly_those_to_train_on_are_found_in_20_of_20() {
    for seed in 0..20 {
        let mut data = texts(seed);
        let planted: Vec<u32> = (0..4).map(|at| ROWS.0 + 97 * at).collect();
        if let Values::Texts(texts) = &mut data.columns[0].values {
            for row in &planted {
                texts[*row as usize] = format!("{} indeed!", texts[(*row % 500) as usize].to_uppercase());
            }
        }
        let quality = found(&data);
        let seen: Vec<u32> = quality
            .findings
            .iter()
            .filter(|one| matches!(one.issue, Issue::Overlap { .. }))
            .flat_map(|one| one.rows.clone())
            .collect();
        assert_eq!(seen, planted, "seed {seed}");
    }
}

#[test]
fn a_copy_of_the_target_with_one_wrong_in_thirty_nearly_tells_it_and_one_in_five_does_not() {
    let with = |every: usize| {
        let mut data = table(0);
        let Target::Classes { labels, .. } = &data.target else { unreachable!("classes") };
        let codes = labels.iter().enumerate().map(|(at, label)| if at % every == 0 { (label + 1) % 3 } else { *label });
        let values = Values::Categories { codes: codes.collect(), levels: ["a", "b", "c"].map(str::to_owned).to_vec() };
        data.columns.push(Column { name: "again".to_owned(), kind: ColumnKind::Categorical, values });
        found(&data)
    };
    let of = |quality: &Quality| {
        let nearly = quality.findings.iter().filter_map(|one| match &one.issue {
            Issue::NearlyTells { column, score, .. } => Some((column.clone(), *score, one.severity)),
            _ => None,
        });
        nearly.collect::<Vec<_>>()
    };
    // 29 of 30 are right: one in thirty is left of some two in three that guessing has wrong.
    let (column, score, severity) = of(&with(30)).pop().expect("nearly told");
    assert_eq!((column.as_str(), severity), ("again", Severity::Info));
    assert!((score - 29.0 / 30.0).abs() < 0.002, "{score}");
    assert_eq!(of(&with(5)), Vec::new());
    // What tells it whole is not named twice.
    assert_eq!(of(&with(100_000)), Vec::new());
}

#[test]
fn nothing_is_claimed_where_nothing_is_wrong() {
    for seed in 0..20 {
        for data in [table(seed), texts(seed)] {
            let quality = found(&data);
            let more_than_a_word: Vec<&Finding> =
                quality.findings.iter().filter(|one| one.severity != Severity::Info).collect();
            assert!(more_than_a_word.is_empty(), "seed {seed}: {more_than_a_word:?}");
        }
    }
}

#[test]
fn the_ceiling_counts_the_commonest_label_of_equal_inputs() {
    // Inputs 1, 1, 1, 2, 2, 3 with labels a, a, b, a, b, b: at most 2 + 1 + 1 of 6 can be right.
    let values = Values::Numbers(vec![1.0, 1.0, 1.0, 2.0, 2.0, 3.0]);
    let column = Column { name: "x".to_owned(), kind: ColumnKind::Numeric, values };
    let target = Target::Classes { labels: vec![0, 0, 1, 0, 1, 1], names: vec!["a".into(), "b".into()] };
    let data = Dataset::without_holdout(TaskKind::Classification, vec![column], target, 6);
    let Look { quality, alike } = look(&data, &[], Depth::Quick, Holdout::Drawn);
    let ceiling = quality.ceiling.equal_inputs.expect("inputs come again");
    assert!((ceiling.accuracy - 4.0 / 6.0).abs() < 1e-12);
    assert_eq!((ceiling.wrong, ceiling.repeated, ceiling.rows), (2, 5, 6));
    let conflict = quality.findings.iter().find(|one| matches!(one.issue, Issue::ConflictingTargets { .. }));
    let conflict = conflict.expect("two groups");
    assert_eq!(conflict.rows, [0, 1, 2, 3, 4]);
    assert!(matches!(conflict.issue, Issue::ConflictingTargets { groups: 2, minority: 2 }));
    assert_eq!(alike, [Alike { exact: true, rows: vec![0, 1, 2] }, Alike { exact: true, rows: vec![3, 4] }]);
    // A person holds row 2 for an a: by the labels that models are judged by 3 + 1 + 1 can be right. What is found of labels stays about those given.
    let right = Target::Classes { labels: vec![0, 0, 0, 0, 1, 1], names: vec!["a".into(), "b".into()] };
    let reviewed = look(&data.with_reviewed(right, vec![2], 6), &[], Depth::Quick, Holdout::Drawn).quality;
    assert_eq!(reviewed.ceiling.equal_inputs.expect("inputs come again").wrong, 1);
    assert_eq!(reviewed.findings, quality.findings);
}

#[test]
fn rows_in_the_order_of_their_classes_are_noticed() {
    let mut data = table(1);
    data.development = (0..ROWS.0 + ROWS.1).collect();
    data.sealed.clear();
    assert!(!found(&data).findings.iter().any(|one| one.issue == Issue::SortedByTarget));
    if let Target::Classes { labels, .. } = &mut data.target {
        labels.sort_unstable();
    }
    assert!(found(&data).findings.iter().any(|one| one.issue == Issue::SortedByTarget));
}

#[test]
fn wrong_labels_leave_less_to_reach_but_no_less_than_is_reached() {
    let labels: Vec<u32> = (0..200).map(|row| u32::from(row % 2 == 0) ^ u32::from(row < 20)).collect();
    let probabilities: Vec<f64> = (0..200).flat_map(|row| if row % 2 == 0 { [0.1, 0.9] } else { [0.9, 0.1] }).collect();
    let errors = label_errors(&labels, &probabilities, 2).expect("two classes");
    let mut quality = Quality { rows: 200, ..Quality::default() };
    let rows: Vec<u32> = (0..200).collect();
    quality.with_labels(
        &rows,
        &errors,
        Checked {
            model: "one".to_owned(),
            folds: 5,
            rows: 200,
            accuracy: 0.9,
            guessing: 0.5,
            noise: errors.noise,
            suspects: errors.suspects.len() as u64,
            left_out: Vec::new(),
        },
    );
    let ceiling = quality.ceiling.wrong_labels.expect("estimated");
    // 20 of 200: 10 in each class, whose threshold is (90 × 0.9 + 10 × 0.1) / 100.
    assert!((ceiling.accuracy - 0.9).abs() < 1e-12);
    let mut reached = Quality { rows: 200, ..Quality::default() };
    let checked = quality.checked.clone().expect("checked");
    reached.with_labels(&rows, &errors, Checked { accuracy: 0.97, ..checked });
    assert!(
        reached.ceiling.wrong_labels.is_some_and(|found| (found.accuracy - 0.97).abs() < 1e-12),
        "what a model has is possible"
    );
    assert!(reached.checked.is_some_and(|checked| (checked.noise - 0.03).abs() < 1e-12));
    assert_eq!(quality.findings[0].rows, (0..20).collect::<Vec<u32>>());
    assert_eq!(quality.findings[0].severity, Severity::Warning);
}

#[test]
fn a_weak_model_makes_no_ceiling() {
    let checked = |accuracy| Checked {
        model: "one".to_owned(),
        folds: 5,
        rows: 200,
        accuracy,
        guessing: 0.6,
        noise: 0.2,
        suspects: 0,
        left_out: Vec::new(),
    };
    // Half of what guessing leaves: 0.6 + 0.4 / 2.
    assert!(checked(0.79).is_weak() && !checked(0.81).is_weak());
    let errors = label_errors(&[0, 0, 1, 1], &[0.9, 0.1, 0.2, 0.8, 0.1, 0.9, 0.1, 0.9], 2).expect("two classes");
    let mut quality = Quality { rows: 4, ..Quality::default() };
    quality.with_labels(&[0, 1, 2, 3], &errors, checked(0.7));
    assert_eq!(quality.ceiling.wrong_labels, None);
    assert!(quality.findings.iter().all(|one| one.issue == Issue::WrongLabels { noise: None }));
}

#[test]
fn findings_are_written_and_read_again() {
    let mut data = table(3);
    if let Values::Numbers(numbers) = &mut data.columns[0].values {
        (0..30).for_each(|row| numbers[row] = f64::NAN);
    }
    let mut quality = found(&data);
    quality.number(&|row| u64::from(row) + 2);
    let text = serde_json::to_string(&quality).expect("JSON");
    assert!(
        text.contains(r#""kind":"missing","column":"x0","severity":"info","count":30,"of":1000,"first":[2,3"#),
        "{text}"
    );
    let again: Quality = serde_json::from_str(&text).expect("read");
    assert_eq!(again.findings.len(), quality.findings.len());
    assert_eq!(serde_json::to_string(&again).expect("JSON"), text);
}
