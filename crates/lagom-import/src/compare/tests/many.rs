//! More candidates than are compared pair by pair.

use super::sample::{judged, margin, right_wrong};
use crate::compare::MANY;
use crate::scores::{CandidateFacts, Scored, Scores, SeedScores};
use crate::verdict::{CandidateStatus, VerdictKind};

/// Candidates `m0`, `m1`, … with 1, 2, … parameters, each wrong on so many of 400 examples.
fn matrix(wrong: &[usize]) -> Scores {
    let candidate = |(at, wrong): (usize, &usize)| Scored {
        name: format!("m{at}"),
        seeds: vec![SeedScores {
            seed: String::new(),
            scores: (0..400).map(|example| f32::from(u8::from(example >= *wrong))).collect(),
        }],
        facts: CandidateFacts { parameters: Some(at as u64 + 1), ..CandidateFacts::default() },
    };
    Scores {
        candidates: wrong.iter().enumerate().map(candidate).collect(),
        ..right_wrong(vec![vec![0.0; 400], vec![1.0; 400]])
    }
}

#[test]
fn the_cheapest_that_is_good_enough_of_hundreds() {
    // m149 is wrong on 2 of 400, the dearer ones on none: at 1 − 0.05 / 299, z = 3.59, Tango's bound of −2/400 is about
    // −(2 + z²/2 + z √(2 + z²/4)) / (400 + z²) = −(2 + 6.4 + 3.59 · 2.28) / 412.9 = −0.040, within the margin of 0.05
    let mut wrong = vec![100; 149];
    wrong.push(2);
    wrong.resize(MANY + 100, 0);
    let found = judged(matrix(&wrong), &margin(0.05));
    assert_eq!((found.verdict.kind, found.verdict.choice.as_deref()), (VerdictKind::SmallerIsEnough, Some("m149")));
    assert!((found.bound_confidence - (1.0 - 0.05 / 299.0)).abs() < 1e-12, "{}", found.bound_confidence);
    assert!(found.rows[..149].iter().all(|row| row.standing == CandidateStatus::TooWeak));
    let lower = found.rows[149].hardest.as_ref().expect("a rival").lower;
    assert!((-0.042..-0.038).contains(&lower), "{lower}");
    // within 0.01 nothing smaller is shown to do: the bound of −0.040 lies beyond
    let found = judged(matrix(&wrong), &margin(0.01));
    assert_eq!(found.verdict.choice.as_deref(), Some("m150"));
    assert!(found.rows[149].standing == CandidateStatus::Undecided);
}

#[test]
fn the_same_as_of_few_where_the_rest_is_far_off() {
    // the pair that decides is the same, whoever else stands there; only the share of the error differs
    let found = judged(matrix(&[2, 0]), &margin(0.05));
    let mut wrong = vec![300; MANY];
    wrong.extend([2, 0]);
    let many = judged(matrix(&wrong), &margin(0.05));
    assert_eq!((found.verdict.kind, many.verdict.kind), (VerdictKind::SmallerIsEnough, VerdictKind::SmallerIsEnough));
    assert_eq!((found.verdict.choice.as_deref(), many.verdict.choice.as_deref()), (Some("m0"), Some("m200")));
    assert_eq!(
        found.rows[0].difference.as_ref().map(|one| one.estimate.point),
        many.rows[MANY].difference.as_ref().map(|one| one.estimate.point)
    );
}
