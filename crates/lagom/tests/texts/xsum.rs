//! ROUGE of five summarisers on XSum (Narayan et al. 2018) against rouge-score's values.

use super::{data, near, table};
use lagom::metric::{Metric, RougePart, TextScorer, TextSettings};
use std::collections::HashMap;
use std::io::Read;

const FILE: &str = "text-generation/xsum-test-system-outputs/xsum-model-predictions.tar.gz";

/// The lines of each text file of the archive.
fn files() -> HashMap<String, Vec<String>> {
    let packed = std::fs::File::open(data(FILE)).unwrap();
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(packed));
    let mut files = HashMap::new();
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let path = entry.path().unwrap().to_string_lossy().into_owned();
        if let Some(name) = path.rsplit('/').next().filter(|name| name.ends_with(".txt")) {
            let mut text = String::new();
            entry.read_to_string(&mut text).unwrap();
            // sentences on lines of their own, for ROUGE-Lsum
            let line = |line: &str| line.replace(" . ", " .\n");
            files.insert(name.to_owned(), text.trim_end_matches('\n').split('\n').map(line).collect());
        }
    }
    files
}

fn mean(metric: Metric, settings: TextSettings, answers: &[String], references: &[String]) -> f64 {
    let scorer = TextScorer::new(metric, settings).unwrap();
    let one = |(answer, reference): (&String, &String)| {
        scorer.statistics(answer, std::slice::from_ref(reference)).unwrap()[0]
    };
    answers.iter().zip(references).map(one).sum::<f64>() / answers.len() as f64
}

#[test]
#[ignore = "reads real data: LAGOM_TEST_DATA=FOLDER cargo test --release --locked -- --ignored real_data"]
fn real_data_values_are_those_of_rouge_score() {
    let files = files();
    let expected = table(include_str!("expected/xsum.tsv"));
    assert_eq!(expected.len(), 5 * 2 * 4, "a line for each system, metric and stemmer");
    let references = &files["gold-test-sentences.txt"];
    for line in expected {
        let [system, stemmer, metric, lines, precision, recall, f1] = line[..] else { panic!("{line:?}") };
        let metric = match metric {
            "rouge1" => Metric::Rouge1,
            "rouge2" => Metric::Rouge2,
            "rougeL" => Metric::RougeL,
            _ => Metric::RougeLsum,
        };
        let answers = &files[system];
        assert_eq!((answers.len().to_string().as_str(), references.len()), (lines, answers.len()));
        // the three come from the same counts: all of them without the stemmer only
        let parts = [(RougePart::F1, f1), (RougePart::Precision, precision), (RougePart::Recall, recall)];
        for (part, value) in parts.into_iter().take(if stemmer == "yes" { 1 } else { 3 }) {
            let mut settings = TextSettings::default();
            settings.rouge.stemmer = stemmer == "yes";
            settings.rouge.part = part;
            near(mean(metric, settings, answers, references), value, &format!("{system} {metric} {stemmer} {part:?}"));
        }
    }
}
