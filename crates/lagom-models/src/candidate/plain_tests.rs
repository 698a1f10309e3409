//! A training without any lever comes to the bits that it came to before there were any.

use rand::Rng;

use super::*;
use crate::data::{Column, ColumnKind, Dataset, MISSING, Target, Values, seed};
use crate::study::TaskKind;

const ROWS: u32 = 200;

/// Rows of two numbers (a tenth missing), a category (a tenth missing) and a text, in so many classes (0: numbers).
pub(super) fn dataset(task: TaskKind, classes: u32) -> Dataset {
    let mut random = seed::generator(11, "plain", u64::from(classes));
    let kinds = classes.max(2);
    let labels: Vec<u32> = (0..ROWS).map(|_| random.random_range(0..kinds)).collect();
    let mut number = |label: &u32| {
        let value = f64::from(*label) + 1.5 * random.random::<f64>();
        if random.random::<f64>() < 0.1 { f64::NAN } else { value }
    };
    let (first, second): (Vec<f64>, Vec<f64>) = labels.iter().map(|label| (number(label), number(label))).unzip();
    let codes = labels.iter().map(|label| {
        let code = if random.random::<f64>() < 0.6 { *label } else { random.random_range(0..4) };
        if random.random::<f64>() < 0.1 { MISSING } else { code }
    });
    let codes = codes.collect();
    let words = ["prize", "home", "river", "engine", "the", "a", "of", "and"];
    let texts = labels.iter().map(|label| {
        let mut word =
            |_: u32| words[if random.random::<f64>() < 0.4 { *label as usize } else { random.random_range(0..8) }];
        (0..6).map(&mut word).collect::<Vec<&str>>().join(" ")
    });
    let texts: Vec<String> = texts.collect();
    let column = |name: &str, kind, values| Column { name: name.to_owned(), kind, values };
    let columns = if task == TaskKind::TextClassification {
        vec![column("text", ColumnKind::Text, Values::Texts(texts))]
    } else {
        let levels = ["red", "green", "blue", "grey"].map(str::to_owned).to_vec();
        vec![
            column("first", ColumnKind::Numeric, Values::Numbers(first.clone())),
            column("second", ColumnKind::Numeric, Values::Numbers(second)),
            column("colour", ColumnKind::Categorical, Values::Categories { codes, levels }),
        ]
    };
    let target = if classes == 0 {
        let value =
            |(label, first): (&u32, &f64)| 100.0 + 20.0 * f64::from(*label) + if first.is_nan() { 0.0 } else { *first };
        Target::Numbers(labels.iter().zip(&first).map(value).collect())
    } else {
        Target::Classes {
            labels,
            names: ["no", "yes", "perhaps"][..classes as usize].iter().map(|&name| name.to_owned()).collect(),
        }
    };
    Dataset::without_holdout(task, columns, target, ROWS)
}

/// The digests of the models of a size, measured and refitted.
fn digests(spec: &Spec, data: &Dataset) -> String {
    let (train, validation): (Vec<u32>, Vec<u32>) = (0..ROWS).partition(|row| row % 4 != 0);
    let candidate = Candidate::new("one", spec.clone(), 1);
    let purpose = Purpose::Measure { validation: data.examples(&validation), watch: None };
    let measured = fit(
        &candidate,
        &FitContext { train: data.examples(&train), purpose, weights: None, seed: 5, outside: Outside::default() },
    )
    .expect("fits");
    let all: Vec<u32> = (0..ROWS).collect();
    let purpose = Purpose::Refit { settled: measured.settled };
    let refitted = fit(
        &candidate,
        &FitContext { train: data.examples(&all), purpose, weights: None, seed: 6, outside: Outside::default() },
    )
    .expect("fits");
    let digest = |model: &Model| {
        let bytes = postcard::to_stdvec(model).expect("bytes");
        blake3::hash(&bytes).to_hex()[..16].to_owned()
    };
    format!("{} {}", digest(&measured.model), digest(&refitted.model))
}

/// Recorded from the code before rows, preprocessing and weights could be changed (commit 84f42e6), on x86-64 with glibc.
#[test]
fn plain_plans_come_to_the_bits_that_they_always_did() {
    let linear = Spec::of("linear");
    let trees = Spec::of("trees").with("leaves", 8).with("rounds", 30);
    let nearest = Spec::of("nearest").with("rows", 128);
    let ngrams = Spec::of("ngrams").with("buckets", 1024);
    let (table, texts, numbers) = (TaskKind::Classification, TaskKind::TextClassification, TaskKind::Regression);
    let recorded = [
        (&linear, table, 2, "c07169745d3ea28f 8a41fb9281ff3478"),
        (&linear, table, 3, "feeb5f6c53e1b139 facd4b1e099e7f1e"),
        (&linear, numbers, 0, "a88606243bea8f4c 77f1a583b71f6155"),
        (&trees, table, 2, "4156af900f41d569 f0a51df5acc7a0b9"),
        (&trees, table, 3, "46dc39310e17aa0b d07726b50bd18b04"),
        (&trees, numbers, 0, "c0cf66da5103de30 da5294d835195137"),
        (&nearest, table, 3, "64b4034abf816cb2 4c2029c6908af733"),
        (&nearest, numbers, 0, "8fcbc29598075c19 b1af90790ac94015"),
        (&ngrams, texts, 2, "fd6c5f72c3a6262b 1fdb3e47a69a7d2d"),
        (&ngrams, texts, 3, "b87737d79a821eac d022ba2527435342"),
    ];
    let found: Vec<String> =
        recorded.iter().map(|(spec, task, classes, _)| digests(spec, &dataset(*task, *classes))).collect();
    let expected: Vec<String> = recorded.iter().map(|(.., digests)| (*digests).to_owned()).collect();
    assert_eq!(found, expected);
}
