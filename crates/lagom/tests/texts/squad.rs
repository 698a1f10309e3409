//! SQuAD's exact match and F1 on made-up answers to the questions of NQ-open (Kwiatkowski et al. 2019, Lee et al. 2019)
//! against the official script's values.

use super::{data, near, table};
use lagom::metric::{Metric, TextScorer};

struct Row {
    question: String,
    answers: Vec<String>,
}

fn rows(file: &str) -> Vec<Row> {
    let text = std::fs::read_to_string(data(&format!("text-generation/nq-open/{file}"))).unwrap();
    let row = |line: &str| {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        Row { question: text(&row["question"]), answers: row["answer"].as_array().unwrap().iter().map(text).collect() }
    };
    text.lines().map(row).collect()
}

/// What a model might have said; expected.py makes up the same.
fn made_up(way: &str, rows: &[Row], at: usize) -> String {
    let answers = &rows[at].answers;
    match way {
        "last" => answers[answers.len() - 1].clone(),
        "loud" => format!("The {}!", answers[0].to_uppercase()),
        "question" => rows[at].question.clone(),
        "next" => rows[(at + 1) % rows.len()].answers[0].clone(),
        "joined" => answers.join(", and the "),
        "none" => String::new(),
        other => panic!("{other} is no way to answer"),
    }
}

#[test]
#[ignore = "reads real data: LAGOM_TEST_DATA=FOLDER cargo test --release --locked -- --ignored real_data"]
fn real_data_values_are_those_of_the_official_script() {
    let expected = table(include_str!("expected/squad.tsv"));
    assert_eq!(expected.len(), 2 * 6, "a line for each file and way to answer");
    for line in expected {
        let [file, way, exact, f1, f1_v2] = line[..] else { panic!("{line:?}") };
        let rows = rows(file);
        for (metric, value) in [(Metric::ExactMatchSquad, exact), (Metric::TokenF1, f1), (Metric::TokenF1V2, f1_v2)] {
            let scorer = TextScorer::usual(metric).unwrap();
            let of = |at: usize| scorer.statistics(&made_up(way, &rows, at), &rows[at].answers).unwrap()[0];
            let mean = (0..rows.len()).map(of).sum::<f64>() / rows.len() as f64;
            near(mean, value, &format!("{file} {way} {metric}"));
        }
    }
}
