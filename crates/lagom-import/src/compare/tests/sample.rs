//! Scores made by hand or by dice.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::compare::{CompareFindings, CompareTerms, Judgement, judge};
use crate::scores::{CandidateFacts, DirectionFrom, Results, Scored, Scores, SeedScores};
use crate::study::Rule;

/// Terms with a margin and nothing else.
pub(super) fn margin(margin: f64) -> CompareTerms {
    CompareTerms {
        rule: Some(Rule::Margin(margin)),
        confidence: 0.95,
        smallest_by: None,
        order: Vec::new(),
        reference: None,
        limits: crate::study::Limits::default(),
        replay: false,
        seed: 0,
    }
}

/// Right/wrong scores of candidates `a`, `b`, … with 10, 100, … parameters; one seed each.
pub(super) fn right_wrong(columns: Vec<Vec<f32>>) -> Scores {
    let count = columns.first().map_or(0, Vec::len);
    let candidate = |(at, scores): (usize, Vec<f32>)| Scored {
        name: char::from(b'a' + at as u8).to_string(),
        seeds: vec![SeedScores { seed: String::new(), scores }],
        facts: CandidateFacts { parameters: Some(10_u64.pow(at as u32 + 1)), ..CandidateFacts::default() },
    };
    Scores {
        task: "task".to_owned(),
        metric: "acc".to_owned(),
        examples: (0..count).map(|example| example.to_string()).collect(),
        clusters: None,
        candidates: columns.into_iter().enumerate().map(candidate).collect(),
        range: Some((0.0, 1.0)),
        higher_is_better: true,
        direction_from: DirectionFrom::Name,
        left_out: 0,
        notes: Vec::new(),
    }
}

/// Two candidates by the numbers of examples that both, only the first, only the second, and none has right.
pub(super) fn table(both: usize, first: usize, second: usize, none: usize) -> Scores {
    let column = |counts: [(usize, f32); 4]| counts.into_iter().flat_map(|(count, score)| vec![score; count]).collect();
    right_wrong(vec![
        column([(both, 1.0), (first, 1.0), (second, 0.0), (none, 0.0)]),
        column([(both, 1.0), (first, 0.0), (second, 1.0), (none, 0.0)]),
    ])
}

/// The findings on one task.
pub(super) fn findings(scores: Scores, terms: &CompareTerms) -> CompareFindings {
    judge(&Results::PerExample(vec![scores]), &["scores.csv".to_owned()], terms).unwrap()
}

/// The judgement on one task.
pub(super) fn judged(scores: Scores, terms: &CompareTerms) -> Judgement {
    findings(scores, terms).answers.remove(0)
}

/// Right/wrong scores with these accuracies on `examples` examples: candidates share a part of what makes an
/// example hard, so that their scores agree more than by chance.
pub(super) fn dice(accuracies: &[f64], examples: usize, seed: u64) -> Vec<Vec<f32>> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut columns = vec![Vec::with_capacity(examples); accuracies.len()];
    for _ in 0..examples {
        let common: f64 = rng.random();
        for (column, accuracy) in columns.iter_mut().zip(accuracies) {
            let own: f64 = if rng.random_bool(0.6) { common } else { rng.random() };
            column.push(if own < *accuracy { 1.0 } else { 0.0 });
        }
    }
    columns
}
