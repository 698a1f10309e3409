//! Every step changes the training rows as its definition says, and nothing else.

use super::apply::{Changed, apply};
use super::repeated::equal_rows;
use super::texts::changed;
use super::training_rows::TrainingRows;
use super::*;
use crate::candidate::plain_tests;
use crate::candidate::preprocess::PreprocessPlan;
use crate::candidate::spec::FitError;
use crate::data::{Column, ColumnKind, Dataset, MISSING, Target, Values, seed};
use crate::study::TaskKind;

fn column(kind: ColumnKind, values: Values) -> Column {
    Column { name: "column".to_owned(), kind, values }
}

fn numbers(values: &[f64]) -> Column {
    column(ColumnKind::Numeric, Values::Numbers(values.to_vec()))
}

fn texts(values: &[&str]) -> Column {
    column(ColumnKind::Text, Values::Texts(values.iter().map(|&text| text.to_owned()).collect()))
}

fn classes(labels: &[u32], count: usize) -> Target {
    Target::Classes {
        labels: labels.to_vec(),
        names: ["no", "yes", "perhaps"][..count].iter().map(|&n| n.to_owned()).collect(),
    }
}

fn data(columns: Vec<Column>, target: Target) -> Dataset {
    let (task, rows) = match target {
        Target::Numbers(_) => (TaskKind::Regression, target.rows()),
        _ => (TaskKind::Classification, target.rows()),
    };
    Dataset::without_holdout(task, columns, target, rows as u32)
}

fn all(data: &Dataset) -> Vec<u32> {
    data.development.clone()
}

/// What one step makes of all rows.
fn after(step: RowStep, data: &Dataset, seed: u64) -> Result<(Dataset, Option<Vec<f32>>, RowChange), FitError> {
    let rows = all(data);
    let Changed { rows, changes, .. } =
        apply(&[step], &data.examples(&rows), None, (&PreprocessPlan::default(), seed))?;
    let examples = rows.examples();
    let taken = examples.inputs.rows;
    let cells = |column: &Column| {
        let values = match &column.values {
            Values::Numbers(all) => Values::Numbers(taken.iter().map(|&row| all[row as usize]).collect()),
            Values::Categories { codes, levels } => Values::Categories {
                codes: taken.iter().map(|&row| codes[row as usize]).collect(),
                levels: levels.clone(),
            },
            Values::Texts(all) => Values::Texts(taken.iter().map(|&row| all[row as usize].clone()).collect()),
        };
        Column { values, ..column.clone() }
    };
    let columns = examples.inputs.columns.iter().map(cells).collect();
    let target = match examples.target {
        Target::Classes { names, .. } => Target::Classes { labels: examples.labels(), names: names.clone() },
        _ => Target::Numbers(examples.numbers()),
    };
    let changed = Dataset::without_holdout(data.task, columns, target, taken.len() as u32);
    Ok((changed, rows.weights().map(<[f32]>::to_vec), changes[0].clone()))
}

fn labels(data: &Dataset) -> Vec<u32> {
    data.examples(&all(data)).labels()
}

fn first_numbers(data: &Dataset) -> Vec<f64> {
    match &data.columns[0].values {
        Values::Numbers(numbers) => numbers.clone(),
        other => panic!("{other:?}"),
    }
}

fn first_texts(data: &Dataset) -> Vec<String> {
    match &data.columns[0].values {
        Values::Texts(texts) => texts.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_share_is_drawn_from_every_class_and_the_rows_keep_their_order() {
    // 90 rows of one class and 10 of the other: a tenth is 9 and 1.
    let labels_of: Vec<u32> = (0..100).map(|row| u32::from(row % 10 == 0)).collect();
    let values: Vec<f64> = (0..100).map(f64::from).collect();
    let data = data(vec![numbers(&values)], classes(&labels_of, 2));
    let (found, weights, change) = after(RowStep::Share(0.1), &data, 1).expect("rows");
    assert_eq!((found.target.counts(&all(&found)), weights, change.rows), (vec![9, 1], None, 90));
    assert!(first_numbers(&found).is_sorted());
    assert_eq!(after(RowStep::Share(0.1), &data, 1).expect("rows").0, found);
    assert_ne!(after(RowStep::Share(0.1), &data, 2).expect("rows").0, found);
    // However small the share, a class keeps a row.
    assert_eq!(after(RowStep::Share(0.01), &data, 1).expect("rows").0.target.counts(&[0, 1]), [1, 1]);
}

#[test]
fn shuffled_labels_are_the_same_labels_on_other_rows() {
    let data = plain_tests::dataset(TaskKind::Classification, 3);
    let (found, _, change) = after(RowStep::ShuffledLabels, &data, 1).expect("rows");
    assert_eq!((&found.columns[2], change.rows), (&data.columns[2], 200));
    assert_eq!(found.target.counts(&all(&found)), data.target.counts(&all(&data)));
    let same = labels(&found).iter().zip(labels(&data)).filter(|(a, b)| **a == *b).count();
    // By chance about a third stay where they were; four deviations of the binomial are 27.
    assert!((40..94).contains(&same), "{same}");
}

#[test]
fn label_noise_replaces_so_many_targets_by_others() {
    let table = plain_tests::dataset(TaskKind::Classification, 3);
    let (found, _, change) = after(RowStep::LabelNoise(0.2), &table, 1).expect("rows");
    let differing = labels(&found).iter().zip(labels(&table)).filter(|(a, b)| **a != *b).count();
    assert_eq!((differing, change.rows), (40, 40));
    let regression = data(vec![numbers(&[0.0; 10])], Target::Numbers((0..10).map(f64::from).collect()));
    let (found, ..) = after(RowStep::LabelNoise(0.5), &regression, 1).expect("rows");
    let found = found.examples(&all(&regression)).numbers();
    let differing: Vec<f64> = found.iter().enumerate().filter(|(at, v)| *at as f64 != **v).map(|(_, v)| *v).collect();
    assert!(differing.len() == 5 && differing.iter().all(|value| value.fract() == 0.0 && *value < 10.0), "{found:?}");
}

#[test]
fn of_equal_inputs_one_is_kept_with_the_majority() {
    let inputs = ["a b", "c", "A  b", "a b", "c", "d"];
    let table = data(vec![texts(&inputs)], classes(&[0, 1, 1, 1, 0, 0], 2));
    let (found, _, change) = after(RowStep::Deduplicate, &table, 1).expect("rows");
    // `a b` stands there three times, twice as 1; of the two `c` the first has 1.
    assert_eq!(
        (first_texts(&found), labels(&found), change.rows),
        (vec!["a b".into(), "c".into(), "d".into()], vec![1, 1, 0], 3)
    );
    let values = data(vec![numbers(&[1.0, f64::NAN, 1.0, f64::NAN])], Target::Numbers(vec![2.0, 5.0, 4.0, 7.0]));
    let (found, ..) = after(RowStep::Deduplicate, &values, 1).expect("rows");
    assert_eq!(found.examples(&[0, 1]).numbers(), [3.0, 6.0]);
    let category =
        column(ColumnKind::Categorical, Values::Categories { codes: vec![0, MISSING, 0], levels: vec!["x".into()] });
    let rows = [0, 1, 2];
    let three = data(vec![category], classes(&[0, 1, 0], 2));
    assert_eq!(equal_rows(&TrainingRows::of(&three.examples(&rows), None)), [vec![0, 2], vec![1]]);
}

/// 300 rows of three classes that a number tells apart, of which every tenth has a wrong label; and which these are.
fn mislabelled(as_text: bool) -> (Dataset, Vec<usize>) {
    let truth = |row: usize| (row % 3) as u32;
    let wrong: Vec<usize> = (0..300).step_by(10).collect();
    let given: Vec<u32> = (0..300).map(|row| if row % 10 == 0 { (truth(row) + 1) % 3 } else { truth(row) }).collect();
    let mut random = seed::generator(5, "mislabelled", 0);
    let mut near = || rand::Rng::random::<f64>(&mut random);
    let column = if as_text {
        let words = ["river boat water", "engine wheel road", "bread oven flour"];
        let text = |row: usize| format!("{} {}", words[truth(row) as usize], row);
        let all: Vec<String> = (0..300).map(text).collect();
        texts(&all.iter().map(String::as_str).collect::<Vec<&str>>())
    } else {
        numbers(&(0..300).map(|row| [0.0, 10.0, -10.0][truth(row) as usize] + near()).collect::<Vec<f64>>())
    };
    (data(vec![column], classes(&given, 3)), wrong)
}

#[test]
fn cleaning_finds_planted_label_errors_and_treats_them_as_it_is_told() {
    for as_text in [false, true] {
        let (data, wrong) = mislabelled(as_text);
        let clean = |how| after(RowStep::Cleaning(how), &data, 3).expect("rows");
        let (dropped, _, change) = clean(Cleaning::Drop);
        let left = labels(&dropped).len();
        assert_eq!((300 - left) as u64, change.rows);
        assert!((25..=35).contains(&change.rows), "{} of 30", change.rows);
        let (relabelled, weights, _) = clean(Cleaning::Relabel);
        let right = labels(&relabelled).iter().enumerate().filter(|(row, label)| **label == (row % 3) as u32).count();
        assert!(right >= 290 && weights.is_none(), "{right} of 300 are right, 270 were");
        let (same, weights, _) = clean(Cleaning::DownWeight);
        let weights = weights.expect("weights");
        assert_eq!(labels(&same), labels(&data));
        let mean = weights.iter().sum::<f32>() / 300.0;
        let of_wrong = wrong.iter().map(|&row| weights[row]).sum::<f32>() / 30.0;
        assert!((mean - 1.0).abs() < 1e-5 && of_wrong < 0.4, "{mean} {of_wrong}");
        let (random, _, by_chance) = clean(Cleaning::DropRandom);
        assert_eq!((labels(&random).len(), by_chance.rows), (left, change.rows));
        assert_ne!(random, dropped);
        // A tenth of what is left is wrong still, give or take; of what cleaning leaves hardly any.
        let still = |found: &Dataset| {
            let row_of = |at: usize| match (&found.columns[0].values, &data.columns[0].values) {
                (Values::Numbers(own), Values::Numbers(all)) => all.iter().position(|value| *value == own[at]),
                (Values::Texts(own), Values::Texts(all)) => all.iter().position(|text| *text == own[at]),
                _ => None,
            };
            (0..left).filter(|&at| row_of(at).is_some_and(|row| row % 10 == 0)).count()
        };
        assert!(still(&dropped) <= 5 && still(&random) >= 18, "{} {}", still(&dropped), still(&random));
    }
}

#[test]
fn labels_are_judged_by_what_the_plan_reads_of_the_cells() {
    // The class is told by an amount with its unit alone: as bare categories all cells differ, and every row looks as doubtful.
    let levels: Vec<String> = (0..200).map(|row| format!("{} g", row * 10)).collect();
    let given: Vec<u32> = (0..200).map(|row| u32::from(row >= 120) ^ u32::from(row % 20 == 0)).collect();
    let table = data(
        vec![column(ColumnKind::Categorical, Values::Categories { codes: (0..200).collect(), levels })],
        classes(&given, 2),
    );
    let rows = all(&table);
    let cleaned = |preprocess: &PreprocessPlan| {
        let steps = [RowStep::Cleaning(Cleaning::Drop)];
        let found = apply(&steps, &table.examples(&rows), None, (preprocess, 3)).expect("rows");
        let wrong = found.rows.examples().inputs.rows.iter().filter(|row| **row % 20 == 0).count();
        (found.changes[0].rows, wrong)
    };
    let (dropped, wrong) = cleaned(&PreprocessPlan { numeric_text: true, ..PreprocessPlan::default() });
    assert!(dropped <= 20 && wrong <= 3, "{dropped} dropped, {wrong} of 10 wrong ones left");
    let (_, wrong) = cleaned(&PreprocessPlan::default());
    assert!(wrong >= 5, "{wrong} of 10 wrong ones left by who sees no amounts");
}

#[test]
fn suspects_that_make_up_a_class_leave_it_some_rows() {
    // The third class lies in the midst of the first: every row of it is suspected.
    let labels_of: Vec<u32> = (0..200).map(|row| if row % 20 == 0 { 2 } else { row % 2 }).collect();
    let values: Vec<f64> = (0..200).map(|row| f64::from(row % 2) * 10.0 + f64::from(row / 20) * 0.1).collect();
    let data = data(vec![numbers(&values)], classes(&labels_of, 3));
    for how in [Cleaning::Drop, Cleaning::Relabel] {
        let (found, _, change) = after(RowStep::Cleaning(how), &data, 3).expect("rows");
        let left = found.target.counts(&all(&found))[2];
        assert!(left >= 5, "{how:?}: {left} of 10 rows are left");
        assert_eq!(change.rows, 10 - left, "{how:?}");
    }
}

#[test]
fn cleaning_refuses_what_it_can_not_judge() {
    let error =
        |data: &Dataset| after(RowStep::Cleaning(Cleaning::Drop), data, 1).expect_err("nothing to judge").to_string();
    let regression = data(vec![numbers(&[1.0, 2.0])], Target::Numbers(vec![1.0, 2.0]));
    assert!(error(&regression).contains("looks for wrong labels"), "{}", error(&regression));
    let few = data(vec![numbers(&[1.0, 1.0, 2.0])], classes(&[0, 1, 0], 2));
    assert!(error(&few).contains("5 parts, and 2 rows with different inputs are too few"), "{}", error(&few));
}

#[test]
fn winsorising_clips_to_quantiles_of_the_training_rows() {
    // Of 0, 1, …, 100 the quantiles 0.1 and 0.9 are 10 and 90.
    let values: Vec<f64> = (0..=100).map(f64::from).collect();
    let data = data(vec![numbers(&values)], classes(&vec![0; 101], 2));
    let (found, _, change) = after(RowStep::Winsorise(0.1), &data, 1).expect("rows");
    let expected: Vec<f64> = values.iter().map(|value| value.clamp(10.0, 90.0)).collect();
    assert_eq!((first_numbers(&found), change.rows), (expected, 20));
}

#[test]
fn oversampling_brings_every_class_to_the_largest() {
    let labels_of: Vec<u32> = (0..40)
        .map(|row| {
            if row < 30 {
                0
            } else if row < 38 {
                1
            } else {
                2
            }
        })
        .collect();
    let values: Vec<f64> = (0..40).map(f64::from).collect();
    let codes = labels_of.clone();
    let category = column(
        ColumnKind::Categorical,
        Values::Categories { codes, levels: ["x", "y", "z"].map(str::to_owned).to_vec() },
    );
    let table = data(vec![numbers(&values), category], classes(&labels_of, 3));
    let (found, _, change) = after(RowStep::Oversample, &table, 1).expect("rows");
    assert_eq!((found.target.counts(&all(&found)), change.rows), (vec![30, 30, 30], 22 + 28));
    let numbers = first_numbers(&found);
    assert_eq!(numbers[..40], values);
    for (at, label) in labels(&found).iter().enumerate().skip(40) {
        // Between two rows of the class, with the category of the row.
        let within = if *label == 1 { 30.0..=37.0 } else { 38.0..=39.0 };
        assert!(within.contains(&numbers[at]), "{label}: {}", numbers[at]);
        assert!(matches!(&found.columns[1].values, Values::Categories { codes, .. } if codes[at] == *label));
    }
    assert!(numbers[40..].iter().any(|value| value.fract() != 0.0), "rows between rows");
    let words = data(vec![texts(&["a", "b", "c"])], classes(&[0, 0, 1], 2));
    assert_eq!(first_texts(&after(RowStep::Oversample, &words, 1).expect("rows").0), ["a", "b", "c", "c"]);
}

#[test]
fn noisy_copies_stand_beside_the_rows() {
    let table = plain_tests::dataset(TaskKind::Classification, 2);
    let (found, _, change) = after(RowStep::Noise(0.1), &table, 1).expect("rows");
    let (own, made) = (first_numbers(&table), first_numbers(&found));
    assert_eq!((made.len(), change.rows), (400, 200));
    assert!(own.iter().zip(&made).all(|(a, b)| a.to_bits() == b.to_bits()));
    let known: Vec<f64> = own.iter().copied().filter(|value| !value.is_nan()).collect();
    let apart = own.iter().zip(&made[200..]).filter(|(own, _)| !own.is_nan()).map(|(own, made)| made - own);
    let apart: Vec<f64> = apart.collect();
    assert!(own.iter().zip(&made[200..]).all(|(own, made)| own.is_nan() == made.is_nan()));
    let ratio = (crate::stats::variance(&apart) / crate::stats::variance(&known)).sqrt();
    // The deviation of 180 normal numbers lies within a fifth of its own, four times out of five thousand.
    assert!((0.08..0.12).contains(&ratio), "{ratio}");
    assert_eq!(labels(&found)[200..], labels(&table));
    let none = data(vec![texts(&["a", "b"])], classes(&[0, 1], 2));
    for step in [RowStep::Noise(0.1), RowStep::Winsorise(0.1)] {
        let error = after(step, &none, 1).expect_err("no numbers").to_string();
        assert!(error.contains("no input column holds any"), "{error}");
    }
}

#[test]
fn copies_of_texts_are_changed_as_they_are_told() {
    let mut random = seed::generator(1, "texts", 0);
    let words: Vec<String> = (0..50).map(|word| format!("word{word}")).collect();
    let text = words.join(" ");
    let mut parts = |how| -> Vec<String> { changed(&text, how, &mut random).split(' ').map(str::to_owned).collect() };
    let sorted = |mut words: Vec<String>| {
        words.sort();
        words
    };
    for _ in 0..20 {
        let dropped = parts(Augmentation::WordDropout);
        assert!((35..50).contains(&dropped.len()) && dropped.iter().all(|word| words.contains(word)), "{dropped:?}");
        let swapped = parts(Augmentation::Swap);
        assert!(sorted(swapped.clone()) == sorted(words.clone()) && swapped != words);
        let deleted = parts(Augmentation::Delete);
        let start = deleted.iter().zip(&words).take_while(|(a, b)| a == b).count();
        assert_eq!((deleted.len(), &deleted[start..]), (40, &words[start + 10..]));
        let mistyped = parts(Augmentation::Typos);
        let typos = mistyped.iter().zip(&words).filter(|(a, b)| a != b).count();
        // Five words get one each; exchanging two equal letters changes nothing.
        assert!(mistyped.len() == 50 && (3..=5).contains(&typos), "{typos}");
    }
    for how in [Augmentation::WordDropout, Augmentation::Swap, Augmentation::Typos, Augmentation::Delete] {
        assert_eq!(changed("", how, &mut random), "");
        assert!(!changed("é", how, &mut random).is_empty());
        assert!(!changed("日本 語", how, &mut random).is_empty());
    }
    let table = plain_tests::dataset(TaskKind::TextClassification, 2);
    let (found, _, change) = after(RowStep::Augment(Augmentation::Typos), &table, 1).expect("rows");
    assert_eq!((first_texts(&found).len(), change.rows), (400, 200));
    assert_eq!(first_texts(&found)[..200], first_texts(&table));
    let numbers = data(vec![numbers(&[1.0])], classes(&[0], 2));
    assert!(after(RowStep::Augment(Augmentation::Swap), &numbers, 1).is_err());
}

#[test]
fn balanced_weights_are_scikit_learns() {
    #[derive(serde::Deserialize)]
    struct Told {
        balanced: Balanced,
    }
    #[derive(serde::Deserialize)]
    struct Balanced {
        labels: Vec<u32>,
        expected: Vec<f32>,
    }
    let told: Told = serde_json::from_str(include_str!("../linear/tests/fixtures/weights.json")).expect("the fixture");
    let Balanced { labels: given, expected } = told.balanced;
    let data = data(vec![numbers(&vec![0.0; given.len()])], classes(&given, 3));
    let (_, weights, change) = after(RowStep::BalancedClasses, &data, 1).expect("rows");
    for (label, weight) in given.iter().zip(weights.expect("weights")) {
        assert!((weight - expected[*label as usize]).abs() < 1e-5, "{weight}");
    }
    assert!(change.rows > 0);
}

#[test]
fn steps_work_on_what_those_before_them_have_left_and_on_rows_in_view_alone() {
    // Rows 0 to 9 are in view; the others would move every quantile and count.
    let values: Vec<f64> = (0..20).map(|row| if row < 10 { f64::from(row) } else { 1e9 }).collect();
    let data = data(vec![numbers(&values)], classes(&(0..20).map(|row| u32::from(row >= 8)).collect::<Vec<u32>>(), 2));
    let before = data.clone();
    let rows: Vec<u32> = (0..10).collect();
    let steps = [RowStep::Winsorise(0.25), RowStep::Oversample, RowStep::BalancedClasses];
    let found = apply(&steps, &data.examples(&rows), None, (&PreprocessPlan::default(), 1)).expect("rows");
    let told: Vec<(&str, u64)> = found.changes.iter().map(|change| (change.lever.as_str(), change.rows)).collect();
    // Quartiles of 0, …, 9 are 2.25 and 6.75: three on either side are clipped. Eight rows of one class and two of the other: six more,
    // and then there is nothing to weigh.
    assert_eq!(told, [("winsorise", 6), ("oversampling", 6), ("class-weights", 0)]);
    assert!(found.rows.weights().expect("weights").iter().all(|weight| *weight == 1.0));
    assert_eq!(data, before, "the data set stays as it is");
}

#[test]
fn a_step_that_loses_a_class_says_which() {
    // The only row of the third class equals two of the first.
    let data = data(vec![numbers(&[1.0, 1.0, 1.0, 2.0])], classes(&[0, 0, 2, 1], 3));
    let error = after(RowStep::Deduplicate, &data, 1).expect_err("a class is lost").to_string();
    assert_eq!(error, "`deduplicate` leaves no training row of the class `perhaps`, which has 1 without it");
}
