//! The labels and texts of public data sets, out of the folder named by `LAGOM_TEST_DATA`:
//!
//! ```sh
//! LAGOM_TEST_DATA=... cargo test --release --locked -- --ignored real_data --nocapture
//! ```

use std::collections::BTreeSet;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::super::{Draw, Example, Expected, Form, LabelReader, ParsedText, Prompter, ShotPool, is_refusal};
use super::{ask, example};

fn read(path: &str) -> Vec<Example> {
    let root = std::env::var_os("LAGOM_TEST_DATA").expect("LAGOM_TEST_DATA names the folder of test data");
    let path = std::path::Path::new(&root).join(path);
    if path.extension().is_some_and(|end| end == "tsv") {
        let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
        return text
            .lines()
            .filter_map(|line| line.split_once('\t'))
            .map(|(label, text)| example(text, label))
            .collect();
    }
    let table = lagom_table::read(&path, &lagom_table::ReadOptions::default()).unwrap();
    let cell = |column: usize, row| table.columns[column].raw(row).unwrap_or_default();
    (0..table.rows()).map(|row| example(cell(0, row), cell(1, row))).collect()
}

fn labels(examples: &[Example]) -> Vec<String> {
    let labels: BTreeSet<String> = examples.iter().map(|example| example.answer.clone()).collect();
    labels.into_iter().collect()
}

#[test]
#[ignore = "reads real data: LAGOM_TEST_DATA=FOLDER cargo test --release --locked -- --ignored real_data"]
fn real_data_each_of_77_labels_is_read_however_it_is_written() {
    let examples = read("text-classification/banking77/train.csv");
    let labels = labels(&examples);
    assert_eq!(labels.len(), 77);
    let reader = LabelReader::new(&labels);
    for (place, label) in labels.iter().enumerate() {
        let spaced = label.replace('_', " ");
        for answer in [
            label.clone(),
            spaced.clone(),
            spaced.to_uppercase(),
            format!("**{label}**."),
            format!("Label: {spaced}"),
            format!("The customer's question is best described as \"{label}\"."),
            format!("I would say {spaced}, as they ask about that"),
        ] {
            assert_eq!(reader.read(&answer), ParsedText::Read(place), "{answer}");
        }
    }
}

#[test]
#[ignore = "reads real data: LAGOM_TEST_DATA=FOLDER cargo test --release --locked -- --ignored real_data"]
fn real_data_no_text_of_a_customer_or_a_friend_is_a_refusal() {
    for path in ["text-classification/banking77/train.csv", "text-classification/sms-spam/sms.tsv"] {
        let examples = read(path);
        let text = |example: &Example| example.row["text"].as_str().unwrap_or_default().to_owned();
        let refusals: Vec<String> = examples.iter().map(text).filter(|text| is_refusal(text)).collect();
        println!("{path}: {} of {} texts read as refusals: {refusals:?}", refusals.len(), examples.len());
        assert!(refusals.len() * 1_000 <= examples.len(), "{refusals:?}");
    }
}

#[test]
#[ignore = "reads real data: LAGOM_TEST_DATA=FOLDER cargo test --release --locked -- --ignored real_data"]
fn real_data_the_nearest_shots_of_banking77_mostly_have_the_right_label() {
    let train = read("text-classification/banking77/train.csv");
    let test = read("text-classification/banking77/test.csv");
    let prompter = Prompter::of_column("text", Expected::Label(labels(&train)), Form::Chat);
    let pool = |draw| ShotPool::draw(&prompter, &train, 1, draw, &mut ChaCha8Rng::seed_from_u64(1)).unwrap();
    let nearest = pool(Draw::Nearest);
    let asked: Vec<&Example> = test.iter().step_by(10).collect();
    let hits = asked.iter().filter(|example| {
        let question = prompter.input(ask(&example.row, &[])).unwrap();
        nearest.shots(&question)[0].answer == example.answer
    });
    let hits = hits.count();
    println!("nearest of {} training rows: the right label for {hits} of {} questions", train.len(), asked.len());
    assert!(hits * 10 >= asked.len() * 7, "{hits} of {}", asked.len());
}

#[test]
#[ignore = "reads real data: LAGOM_TEST_DATA=FOLDER cargo test --release --locked -- --ignored real_data"]
fn real_data_all_classes_of_banking77_in_77_shots() {
    let train = read("text-classification/banking77/train.csv");
    let prompter = Prompter::of_column("text", Expected::Label(labels(&train)), Form::Chat);
    let pool = ShotPool::draw(&prompter, &train, 77, Draw::Balanced, &mut ChaCha8Rng::seed_from_u64(1)).unwrap();
    let shown: BTreeSet<String> = pool.shots("?").iter().map(|shot| shot.answer.clone()).collect();
    assert_eq!(shown.len(), 77);
}
