//! The smallest by what training takes, and a limit on it.

use std::time::Duration;

use super::*;
use crate::study::LimitViolation;
use crate::study::costs::TrainingCost;

/// The larger of the two good ones is the cheaper to train: 4 s against 9 s, the medians of its five repeats.
fn entries() -> Vec<CandidateResults> {
    let mut entries = ladder(&[
        ("majority", 1, 0.5),
        ("tiny", 100, 0.7),
        ("small", 1_000, 0.9),
        ("large", 100_000, 0.9),
        ("huge", 1_000_000, 0.905),
    ]);
    let seconds =
        [[0.1; 5], [1.0; 5], [9.0, 8.0, 9.5, 30.0, 1.0], [4.0, 3.0, 50.0, 0.5, 4.5], [60.0, 61.0, 59.0, 60.0, 60.0]];
    for (entry, seconds) in entries.iter_mut().zip(seconds) {
        entry.repeats.iter_mut().zip(seconds).for_each(|(one, seconds)| one.facts.cpu_seconds = seconds);
    }
    entries
}

fn terms() -> Terms {
    Terms { smallest_by: &TrainingCost, ..super::terms(Rule::Margin(0.02)) }
}

#[test]
fn the_smallest_is_the_cheapest_to_train() {
    let (analysis, verdict, _) = judge(&entries(), &terms());
    let rows: Vec<_> = analysis.screening.rows.iter().map(|row| (row.name.as_str(), row.cost(&TrainingCost))).collect();
    let order = [("majority", 0.1), ("tiny", 1.0), ("large", 4.0), ("small", 9.0), ("huge", 60.0)];
    assert_eq!(rows, order.map(|(name, seconds)| (name, Some(seconds))));
    assert_eq!((verdict.kind, verdict.choice.as_deref()), (VerdictKind::SmallerIsEnough, Some("large")));
    assert!(!terms().needs_times(), "a training is measured as it runs: no model is timed for it");
}

#[test]
fn what_is_dearer_to_train_than_allowed_is_left_out() {
    let limits = Limits::default().with(&TrainingCost, Amount::Time(Duration::from_secs(20)));
    let (analysis, verdict, _) = judge(&entries(), &Terms { limits, ..terms() });
    let huge = analysis.screening.row("huge").expect("a row");
    assert_eq!(huge.standing, CandidateStatus::OverLimits);
    // 60 s are three times 20 s.
    assert_eq!(huge.excess.iter().map(LimitViolation::times).collect::<Vec<_>>(), [3.0]);
    assert_ne!(verdict.reference.as_deref(), Some("huge"));
}

#[test]
fn where_the_machine_does_not_tell_nobody_knows() {
    let mut entries = entries();
    entries[3].repeats.iter_mut().for_each(|one| one.facts.cpu_seconds = 0.0);
    let (analysis, ..) = judge(&entries, &terms());
    let last = analysis.screening.rows.last().expect("a row");
    assert_eq!((last.name.as_str(), last.cost(&TrainingCost)), ("large", None), "unknown is no bargain");
    let limits = Limits::default().with(&TrainingCost, Amount::Time(Duration::from_secs(1_000_000)));
    let (analysis, ..) = judge(&entries, &Terms { limits, ..terms() });
    let large = analysis.screening.row("large").expect("a row");
    assert_eq!(large.excess.iter().map(|one| one.found).collect::<Vec<_>>(), [None]);
}

#[test]
fn what_a_device_computed_has_no_training_cost() {
    let mut entries = entries();
    // The host waited 4 s; nobody knows what the card took.
    let on = |one: &mut RepeatOutcomes| one.facts.computed_on = Some("cuda in bf16".to_owned());
    entries[3].repeats.iter_mut().for_each(on);
    let (analysis, verdict, _) = judge(&entries, &terms());
    let last = analysis.screening.rows.last().expect("a row");
    assert_eq!((last.name.as_str(), last.cost(&TrainingCost)), ("large", None), "unknown is no bargain");
    assert_ne!(verdict.choice.as_deref(), Some("large"));
    let limits = Limits::default().with(&TrainingCost, Amount::Time(Duration::from_secs(1_000_000)));
    let (analysis, ..) = judge(&entries, &Terms { limits, ..terms() });
    let large = analysis.screening.row("large").expect("a row");
    assert_eq!(large.excess.iter().map(|one| one.found).collect::<Vec<_>>(), [None]);
}
