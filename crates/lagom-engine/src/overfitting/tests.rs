//! Known answers.

use super::*;
use crate::candidate::{Candidate, Spec};
use crate::data::Sealed;
use crate::metric::{ClassOutcomes, Metric, Outcomes};
use crate::study::FamilyId;
use crate::trial::TrialStats;
use crate::verdict::{CandidateResults, RepeatOutcomes};

/// Of so many rows the first ones are right.
fn outcomes(right: u32, rows: u32) -> Outcomes {
    let mut found = ClassOutcomes::new(2);
    for row in 0..rows {
        found.push(u32::from(row < right), &[0.1, 0.9]).expect("two probabilities");
    }
    Outcomes::Classes(found)
}

/// A size that gets so many of 1,000 validation rows right in each of four repeats, and so many of 100 training rows.
fn size(name: &str, right: u32, train: u32) -> CandidateResults {
    let repeat = |repeat: u32| RepeatOutcomes {
        repeat,
        facts: TrialStats { parameters: 10, ..TrialStats::default() },
        rows: (0..1_000).collect(),
        // The luck of a repeat: one row more or less.
        validation: outcomes(right + repeat % 2, 1_000),
        gaps: None,
        train: outcomes(train, 100),
        sealed: Sealed::from_bytes(Vec::new()),
    };
    let candidate = Candidate::new(name, Spec::of("mlp").with_each("hidden", &[4]), 10);
    CandidateResults { repeats: (0..4).map(repeat).collect(), ..CandidateResults::bare(candidate) }
}

fn plain(entry: &CandidateResults) -> Spoilt<'_> {
    Spoilt { plain: entry, noisy: Vec::new(), shuffled: None }
}

fn found(sizes: &[Spoilt<'_>]) -> Overfitting {
    let subject = Subject { family: FamilyId::new("mlp"), metric: Metric::Accuracy, confidence: 0.95 };
    overfitting(subject, sizes, None)
}

#[test]
fn it_begins_where_more_is_learned_by_heart_and_less_is_known() {
    let (small, middle, large) = (size("a", 850, 86), size("b", 900, 95), size("c", 800, 100));
    let told = found(&[plain(&small), plain(&middle), plain(&large)]);
    assert_eq!(told.begins, Begins::At(2));
    let last = &told.sizes[2];
    // 1.00 on training rows, 0.8005 on the others: two of four repeats have one row of a thousand more.
    assert!((last.gap.expect("both") - 0.1995).abs() < 1e-9, "{last:?}");
    assert_eq!((last.parameters, last.memorised, told.sensitivity), (Some(10), None, None));
    // Worse on both is a training that failed to learn, not one that learned by heart.
    let weak = size("d", 800, 60);
    assert_eq!(found(&[plain(&small), plain(&middle), plain(&weak)]).begins, Begins::Nowhere);
    // One row of a thousand is no difference that is sure.
    let close = size("e", 899, 100);
    assert_eq!(found(&[plain(&middle), plain(&close)]).begins, Begins::Nowhere);
    assert_eq!(found(&[plain(&middle)]).begins, Begins::Unknown);
    assert_eq!(found(&[]).begins, Begins::Unknown);
}

#[test]
fn what_wrong_labels_cost_is_told_by_size_and_compared() {
    let (small, large) = (size("a", 850, 86), size("b", 900, 100));
    let (small_few, small_many) = (size("a", 845, 80), size("a", 840, 70));
    let (large_few, large_many) = (size("b", 860, 99), size("b", 700, 98));
    let lot = size("b", 500, 97);
    let small = Spoilt {
        plain: &small,
        noisy: vec![Noisy { share: 0.1, results: &small_few }, Noisy { share: 0.4, results: &small_many }],
        shuffled: None,
    };
    let large = Spoilt {
        plain: &large,
        noisy: vec![Noisy { share: 0.1, results: &large_few }, Noisy { share: 0.4, results: &large_many }],
        shuffled: Some(&lot),
    };
    let told = found(&[small.clone(), large.clone()]);
    let lost: Vec<f64> = told.sizes.iter().flat_map(|size| &size.noise).map(|noise| noise.lost.point).collect();
    for (lost, expected) in lost.iter().zip([0.005, 0.010, 0.040, 0.200]) {
        assert!((lost - expected).abs() < 1e-9, "{lost} {expected}");
    }
    assert_eq!((lost.len(), told.sizes[1].memorised), (4, Some(0.97)));
    let sensitivity = told.sensitivity.expect("both ends");
    // 0.200 less 0.010 at 40 %.
    assert_eq!((sensitivity.share, sensitivity.smallest, sensitivity.largest), (0.4, 0, 1));
    assert!((sensitivity.more.point - 0.19).abs() < 1e-9 && sensitivity.more.lower(0.95) > 0.1, "{sensitivity:?}");
    // Where the largest was not trained with many, the share that both were trained with counts.
    let few = Spoilt { noisy: vec![large.noisy[0]], ..large };
    assert_eq!(found(&[small.clone(), few]).sensitivity.map(|found| found.share), Some(0.1));
    assert_eq!(found(&[small]).sensitivity, None);
}

#[test]
fn both_ends_and_the_choice_are_looked_at() {
    assert_eq!(looked_at(0, None), [0; 0]);
    assert_eq!(looked_at(4, Some(1)), [0, 1, 2, 3]);
    assert_eq!(looked_at(9, None), [0, 2, 4, 6, 8]);
    assert_eq!(looked_at(9, Some(3)), [0, 3, 4, 6, 8]);
    assert_eq!(looked_at(9, Some(8)), [0, 2, 4, 6, 8]);
    assert_eq!(looked_at(9, Some(7)), [0, 2, 4, 7, 8]);
}

#[test]
fn what_is_left_after_a_failure_says_nothing() {
    let (plain, mut noisy, mut lot) = (size("a", 900, 95), size("a", 700, 80), size("a", 500, 90));
    for spoilt in [&mut noisy, &mut lot] {
        spoilt.repeats.truncate(1);
        spoilt.failures.push("the loss is not a number any more".to_owned());
    }
    let one = Spoilt { plain: &plain, noisy: vec![Noisy { share: 0.4, results: &noisy }], shuffled: Some(&lot) };
    let told = found(&[one]);
    assert_eq!((told.sizes[0].noise.len(), told.sizes[0].memorised), (0, None));
    assert_eq!(told.sizes[0].failures, ["the loss is not a number any more"]);
}
