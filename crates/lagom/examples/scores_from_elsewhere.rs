//! A verdict on scores that were measured elsewhere: which of three models is good enough, at which price?
//!
//! ```sh
//! cargo run --release --example scores_from_elsewhere
//! ```

use std::error::Error;

use lagom::compare::{CompareTerms, judge};
use lagom::report::compare_terminal;
use lagom::scores::{CandidateFacts, DirectionFrom, Results, Scored, Scores, SeedScores};
use lagom::study::Rule;

/// A model that is wrong on every row whose number one of `wrong` divides.
fn model(name: &str, parameters: u64, wrong: &[usize]) -> Scored {
    let right = |row: usize| f32::from(u8::from(!wrong.iter().any(|every| row.is_multiple_of(*every))));
    let scores = (1..=2_000).map(right).collect();
    Scored {
        name: name.to_owned(),
        seeds: vec![SeedScores { seed: String::new(), scores }],
        facts: CandidateFacts { parameters: Some(parameters), ..CandidateFacts::default() },
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let scores = Scores {
        task: "tickets".to_owned(),
        metric: "accuracy".to_owned(),
        examples: (1..=2_000).map(|row| format!("ticket {row}")).collect(),
        clusters: None,
        candidates: vec![
            model("small-1b", 1_000_000_000, &[4]),
            model("middle-8b", 8_000_000_000, &[10, 97]),
            model("large-70b", 70_000_000_000, &[10, 111]),
        ],
        range: Some((0.0, 1.0)),
        higher_is_better: true,
        direction_from: DirectionFrom::Told,
        left_out: 0,
        notes: Vec::new(),
    };
    let terms = CompareTerms {
        rule: Some(Rule::Margin(0.02)),
        confidence: 0.95,
        smallest_by: None,
        order: Vec::new(),
        reference: None,
        limits: lagom::study::Limits::default(),
        replay: false,
        seed: 1,
    };
    let found = judge(&Results::PerExample(vec![scores]), &["memory".to_owned()], &terms)?;
    println!("{}", compare_terminal(&found, 90));
    let verdict = &found.answers[0].verdict;
    println!("choice: {}", verdict.choice.as_deref().unwrap_or("none"));
    Ok(())
}
