//! What levers of rows, preprocessing, trees and linear models do on public data. By hand:
//!
//! ```sh
//! LAGOM_TEST_DATA=/path/to/data cargo test --release --lib real_data_levers -- --ignored --nocapture
//! ```

use std::collections::BTreeMap;
use std::path::Path;

use super::*;
use crate::candidate::{Candidate, FitContext, Outside, Purpose, Spec, fit};
use crate::data::{Column, ColumnKind, Dataset, MISSING, Target, Values, seed};
use crate::study::Sample;
use rand::seq::SliceRandom;

/// Rows of cells, and where the rows that judge begin: those before may be trained on.
struct Table {
    rows: Vec<Vec<String>>,
    judged_from: usize,
}

fn cells(path: &Path, separator: char, header: bool) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let split = |line: &str| -> Vec<String> {
        let mut found = vec![String::new()];
        let mut quoted = false;
        for character in line.chars() {
            match character {
                '"' => quoted = !quoted,
                c if c == separator && !quoted => found.push(String::new()),
                c => found.last_mut().expect("a cell").push(c),
            }
        }
        found.iter().map(|cell| cell.trim().trim_end_matches('.').to_owned()).collect()
    };
    let lines = text.lines().skip(usize::from(header)).filter(|line| !line.is_empty() && !line.starts_with('|'));
    lines.map(split).collect()
}

/// A data set of which the last column is the class; a column whose cells are all numbers is numeric.
fn dataset(table: &Table, texts: bool) -> Dataset {
    let rows = &table.rows;
    let width = rows[0].len() - 1;
    let rank = |cells: Vec<&str>| -> (Vec<u32>, Vec<String>) {
        let names: std::collections::BTreeSet<&str> = cells.iter().copied().filter(|cell| *cell != "?").collect();
        let at: BTreeMap<&str, u32> = names.iter().copied().zip(0..).collect();
        let codes = cells.iter().map(|cell| at.get(cell).copied().unwrap_or(MISSING)).collect();
        (codes, names.iter().map(|&name| name.to_owned()).collect())
    };
    let column = |at: usize| {
        let cells: Vec<&str> = rows.iter().map(|row| row[at].as_str()).collect();
        let numbers: Option<Vec<f64>> = cells.iter().map(|cell| cell.parse().ok()).collect();
        let (kind, values) = match numbers {
            _ if texts => (ColumnKind::Text, Values::Texts(cells.iter().map(|&cell| cell.to_owned()).collect())),
            Some(numbers) => (ColumnKind::Numeric, Values::Numbers(numbers)),
            None => {
                let (codes, levels) = rank(cells);
                (ColumnKind::Categorical, Values::Categories { codes, levels })
            }
        };
        Column { name: format!("column {at}"), kind, values }
    };
    let (labels, names) = rank(rows.iter().map(|row| row[width].as_str()).collect());
    let task = if texts { TaskKind::TextClassification } else { TaskKind::Classification };
    let columns = (0..width).map(column).collect();
    Dataset::without_holdout(task, columns, Target::Classes { labels, names }, rows.len() as u32)
}

/// Share of right answers on the judging rows over some repeats, each with its own validation rows; and what levers did to the rows.
fn accuracies(
    candidate: &Candidate,
    data: &Dataset,
    judged_from: usize,
    repeats: u64,
) -> Result<(Vec<f64>, u64), String> {
    let judged: Vec<u32> = (judged_from as u32..data.target.rows() as u32).collect();
    let judging = data.examples(&judged);
    let (truth, classes) = (judging.labels(), data.classes() as usize);
    let (mut found, mut changed) = (Vec::new(), 0);
    for repeat in 0..repeats {
        let mut order: Vec<u32> = (0..judged_from as u32).collect();
        order.shuffle(&mut seed::generator(repeat, "real data", 0));
        let (validation, train) = order.split_at(judged_from / 5);
        let purpose = Purpose::Measure { validation: data.examples(validation), watch: None };
        let context = FitContext {
            train: data.examples(train),
            purpose,
            weights: None,
            seed: repeat,
            outside: Outside::default(),
        };
        let fitted = fit(candidate, &context).map_err(|error| error.to_string())?;
        let answers = fitted.model.predict(&judging.inputs).map_err(|error| error.to_string())?;
        let best = |of_row: &[f64]| (0..classes).max_by(|a, b| of_row[*a].total_cmp(&of_row[*b])).unwrap_or(0) as u32;
        let right = answers.chunks(classes).zip(&truth).filter(|(of_row, label)| best(of_row) == **label).count();
        found.push(right as f64 / truth.len() as f64);
        changed = fitted.changes.last().map_or(0, |change| change.rows);
    }
    Ok((found, changed))
}

fn told(name: &str, found: Result<(Vec<f64>, u64), String>, plain: &[f64]) -> Vec<f64> {
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    match found {
        Ok((found, changed)) => {
            let apart: Vec<f64> = found.iter().zip(plain).map(|(a, b)| a - b).collect();
            let gain = if apart.is_empty() { 0.0 } else { mean(&apart) };
            let square = apart.iter().map(|one| (one - gain).powi(2)).sum::<f64>();
            let error = (square / (apart.len().max(2) - 1) as f64 / apart.len().max(1) as f64).sqrt();
            println!("{name:<44} {:.4}  {gain:+.4} ± {error:.4}  rows {changed}", mean(&found));
            found
        }
        Err(error) => {
            println!("{name:<44} {error}");
            Vec::new()
        }
    }
}

/// Every setting that a lever tries, and its controls, on one size.
fn each_lever(spec: &Spec, data: &Dataset, judged_from: usize, repeats: u64, only: &[&str]) {
    let plain = Candidate::new("plain", spec.clone(), 1);
    let of_plain = told(
        &format!("{spec:?}").chars().take(44).collect::<String>(),
        accuracies(&plain, data, judged_from, repeats),
        &[],
    );
    for lever in LEVERS {
        let about = lever.about();
        let scene = LeverScene {
            family: spec.family,
            task: data.task,
            classes: data.classes(),
            plan: &TrainingPlan::default(),
        };
        if !lever.applies(&scene) || !only.is_empty() && !only.contains(&about.name) {
            continue;
        }
        let experiments = [Sample::Number(0.5)];
        let samples = if about.name == "data-share" { &experiments } else { about.tries };
        for sample in samples.iter().chain(lever.controls()) {
            let setting = Setting::of(about.name, *sample);
            let candidate = Candidate { levers: vec![setting.clone()], ..plain.clone() };
            told(&setting.to_string(), accuracies(&candidate, data, judged_from, repeats), &of_plain);
        }
    }
}

/// What cleaning is worth where a share of the training labels is replaced at random.
fn cleaned_noise(spec: &Spec, data: &Dataset, (judged_from, repeats): (usize, u64), share: f64) {
    let noise = Setting::of("label-noise", Sample::Number(share));
    let noisy = Candidate { levers: vec![noise.clone()], ..Candidate::new("noisy", spec.clone(), 1) };
    let of_noisy = told(&noise.to_string(), accuracies(&noisy, data, judged_from, repeats), &[]);
    for word in ["drop", "relabel", "down-weight", "drop-random"] {
        let cleaning = Setting::of("cleaning", Sample::Word(word));
        let candidate = Candidate { levers: vec![noise.clone(), cleaning.clone()], ..noisy.clone() };
        told(&format!("{noise}, {cleaning}"), accuracies(&candidate, data, judged_from, repeats), &of_noisy);
    }
}

fn folder() -> std::path::PathBuf {
    std::env::var_os("LAGOM_TEST_DATA").expect("LAGOM_TEST_DATA names the folder of the data").into()
}

fn hausa(train: &str) -> Table {
    let folder = folder().join("text-classification/hausa-newsclass");
    let last_two = |rows: Vec<Vec<String>>| -> Vec<Vec<String>> {
        rows.into_iter().map(|row| row[row.len() - 2..].to_vec()).collect()
    };
    let mut rows = last_two(cells(&folder.join(train), '\t', true));
    let judged_from = rows.len();
    rows.extend(last_two(cells(&folder.join("test.tsv"), '\t', true)));
    Table { rows, judged_from }
}

#[test]
#[ignore = "reads public data"]
fn real_data_levers_on_noisy_hausa() {
    let noisy = hausa("train_clean_noisy_labels.tsv");
    let data = dataset(&noisy, true);
    println!(
        "Hausa news, trained on noisy labels, judged on the clean test rows; ± is the standard error of ten pairs"
    );
    for buckets in [256, 1024, 4096, 16384, 65536, 262144] {
        let spec = Spec::of("ngrams").with("buckets", buckets);
        told(
            &format!("plain, {buckets} buckets"),
            accuracies(&Candidate::new("x", spec, 1), &data, noisy.judged_from, 10),
            &[],
        );
    }
    for buckets in [1024, 16384] {
        each_lever(&Spec::of("ngrams").with("buckets", buckets), &data, noisy.judged_from, 10, &[]);
    }
    let clean = hausa("train_clean.tsv");
    let data = dataset(&clean, true);
    for buckets in [256, 1024, 16384] {
        let plain = Candidate::new("x", Spec::of("ngrams").with("buckets", buckets), 1);
        let found = accuracies(&plain, &data, clean.judged_from, 10);
        told(&format!("clean labels, {buckets} buckets"), found, &[]);
    }
}

#[test]
#[ignore = "reads public data"]
fn real_data_levers_against_random_noise() {
    let clean = hausa("train_clean.tsv");
    let data = dataset(&clean, true);
    println!(
        "Hausa news, labels replaced at random; validation labels are clean; ± is the standard error of ten pairs"
    );
    for share in [0.1, 0.2, 0.4] {
        cleaned_noise(&Spec::of("ngrams").with("buckets", 16_384), &data, (clean.judged_from, 10), share);
    }
    let folder = folder().join("tabular-classification/optdigits");
    let mut rows = cells(&folder.join("optdigits.tra"), ',', true);
    let judged_from = rows.len();
    rows.extend(cells(&folder.join("optdigits.tes"), ',', true));
    let data = dataset(&Table { rows, judged_from }, false);
    println!("Optdigits, the same; three pairs");
    for share in [0.1, 0.4] {
        cleaned_noise(&Spec::of("trees").with("leaves", 4).with("rounds", 20), &data, (judged_from, 3), share);
    }
}

#[test]
#[ignore = "reads public data"]
fn real_data_levers_on_adult_income() {
    let folder = folder().join("tabular-classification/adult-income");
    let mut rows = cells(&folder.join("adult-train.csv"), ',', false);
    rows.truncate(5_000);
    let judged_from = rows.len();
    rows.extend(cells(&folder.join("adult-test.csv"), ',', false).into_iter().take(5_000));
    let table = Table { rows, judged_from };
    let data = dataset(&table, false);
    println!(
        "Adult income, 5,000 rows of the training file, judged on 5,000 of the test file; ± is the standard error of three pairs"
    );
    for spec in [
        Spec::of("trees").with("leaves", 8).with("rounds", 100),
        Spec::of("nearest").with("rows", 512),
        Spec::of("linear"),
    ] {
        each_lever(&spec, &data, judged_from, 3, &[]);
    }
}

#[test]
#[ignore = "reads public data"]
fn real_data_levers_on_banking77() {
    let folder = folder().join("text-classification/banking77");
    let mut rows = cells(&folder.join("train.csv"), ',', true);
    let judged_from = rows.len();
    rows.extend(cells(&folder.join("test.csv"), ',', true));
    rows.retain(|row| row.len() == 2);
    let judged_from = judged_from.min(rows.len());
    let table = Table { rows, judged_from };
    let data = dataset(&table, true);
    println!("Banking77, judged on the test file; one repeat");
    let only = [
        "cleaning",
        "augmentation",
        "class-weights",
        "oversampling",
        "words",
        "characters",
        "data-share",
        "deduplicate",
    ];
    each_lever(&Spec::of("ngrams").with("buckets", 4096), &data, judged_from, 1, &only);
}
