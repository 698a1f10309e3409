//! What is missing never makes a verdict: each of the five, with this or that candidate not measured.

use super::tests::{judge, ladder, terms};
use super::*;
use crate::study::costs::{Amount, Bytes, Memory, Parameters};
use crate::study::{Limits, Rule};
use crate::trial::Failure;

/// Baseline, and four sizes of one family: `small` is as good as `large`, `tiny` is not.
const ENOUGH: [(&str, u64, f64); 5] = [
    ("majority", 1, 0.5),
    ("tiny", 100, 0.7),
    ("small", 1_000, 0.9),
    ("large", 100_000, 0.9),
    ("huge", 1_000_000, 0.9),
];

fn killed() -> Failure {
    Failure::Killed { signal: 9, message: String::new() }
}

fn diverged() -> Failure {
    Failure::Diverged { message: "the loss is not a number".to_owned() }
}

/// The entries, with the last `failed` repeats of one candidate failed.
fn without(
    accuracies: &[(&'static str, u64, f64)],
    name: &str,
    (failed, why): (usize, Failure),
) -> Vec<CandidateResults> {
    let mut entries = ladder(accuracies);
    let entry = entries.iter_mut().find(|entry| entry.candidate.name == name).expect("it is on the ladder");
    let of = entry.repeats.len();
    entry.repeats.truncate(of - failed);
    let failures = vec![why; failed];
    entry.failures = failures.iter().map(ToString::to_string).collect();
    entry.unmeasured = Unmeasured::by_failures(&failures, of);
    entries
}

#[track_caller]
fn refused(entries: &[CandidateResults], terms: &Terms, name: &str) {
    let (analysis, verdict, read) = judge(entries, terms);
    assert_eq!((verdict.kind, &verdict.choice), (VerdictKind::Undecided, &None), "{verdict:?}");
    assert!(verdict.unmeasured.iter().any(|one| one == name), "{verdict:?}");
    assert!(read.is_empty() && analysis.screening.withheld, "the holdout was read: {read:?}");
    let row = analysis.screening.row(name).expect("a row");
    assert_eq!((row.standing, &row.quality), (CandidateStatus::Unmeasured, &None));
}

#[test]
fn no_verdict_of_the_five_is_given_while_any_may_be_the_best() {
    let margin = terms(Rule::Margin(0.02));
    let pays = [("majority", 1, 0.5), ("small", 1_000, 0.8), ("large", 100_000, 0.9), ("huge", 1_000_000, 0.85)];
    let nothing = [("majority", 1, 0.6), ("small", 1_000, 0.6), ("large", 100_000, 0.605)];
    let open = [("majority", 1, 0.5), ("small", 1_000, 0.9), ("large", 100_000, 0.9), ("huge", 1_000_000, 0.8)];
    let limits = Limits::default().with(&Bytes, Amount::Bytes(100));
    let cases: [(&[_], Terms, VerdictKind, &str); 5] = [
        (&ENOUGH, margin.clone(), VerdictKind::SmallerIsEnough, "huge"),
        (&pays, margin.clone(), VerdictKind::BiggerPays, "huge"),
        (&open, terms(Rule::Margin(0.004)), VerdictKind::Undecided, "huge"),
        (&ENOUGH, Terms { limits, ..margin.clone() }, VerdictKind::NothingQualifies, "huge"),
        (&nothing, margin, VerdictKind::NothingLearned, "large"),
    ];
    for (accuracies, terms, kind, name) in cases {
        let whole = judge(&ladder(accuracies), &terms).1;
        assert_eq!((whole.kind, whole.unmeasured.len()), (kind, 0));
        let all_missing = without(accuracies, name, (5, killed()));
        if kind == VerdictKind::NothingQualifies {
            // Nobody knows the file of a model that was never trained, so it may be the one that qualifies.
            refused(&all_missing, &terms, name);
            // Four repeats tell the size of its file, which is over the limit whatever the fifth would say.
            let (analysis, verdict, _) = judge(&without(accuracies, name, (1, killed())), &terms);
            assert_eq!(verdict.kind, kind);
            assert_eq!(analysis.screening.row(name).map(|row| row.standing), Some(CandidateStatus::OverLimits));
            continue;
        }
        for failed in [1, 4, 5] {
            for why in [killed(), diverged()] {
                refused(&without(accuracies, name, (failed, why)), &terms, name);
            }
        }
    }
}

#[test]
fn without_the_baseline_or_the_reference_there_is_no_verdict() {
    let terms = terms(Rule::Margin(0.02));
    for name in ["majority", "small", "large"] {
        refused(&without(&ENOUGH, name, (1, killed())), &terms, name);
    }
    refused(&without(&ENOUGH, "majority", (5, diverged())), &terms, "majority");
}

#[test]
fn what_is_cheaper_and_was_killed_might_take_the_place_of_the_choice() {
    refused(&without(&ENOUGH, "tiny", (5, killed())), &terms(Rule::Margin(0.02)), "tiny");
}

#[test]
fn what_is_cheaper_and_would_diverge_whenever_it_is_run_leaves_the_verdict_as_it_is() {
    let terms = terms(Rule::Margin(0.02));
    let whole = judge(&ladder(&ENOUGH), &terms).1;
    let (analysis, verdict, _) = judge(&without(&ENOUGH, "tiny", (5, diverged())), &terms);
    assert_eq!((verdict.kind, &verdict.choice), (whole.kind, &whole.choice));
    assert_eq!(analysis.screening.row("tiny").map(|row| row.standing), Some(CandidateStatus::Unmeasured));
    // With nothing of its family above it, it could be the best of all.
    let mut entries = without(&ENOUGH, "tiny", (5, diverged()));
    entries[1].candidate.spec = crate::candidate::Spec::of("linear");
    refused(&entries, &terms, "tiny");
}

#[test]
fn what_surely_exceeds_a_limit_blocks_nothing() {
    let limits = Limits::default().with(&Parameters, Amount::Count(500_000));
    let terms = Terms { limits, ..terms(Rule::Margin(0.02)) };
    let whole = judge(&ladder(&ENOUGH), &terms).1;
    let (analysis, verdict, _) = judge(&without(&ENOUGH, "huge", (5, killed())), &terms);
    assert_eq!((verdict.kind, &verdict.choice), (whole.kind, &whole.choice));
    assert_eq!(analysis.screening.row("huge").map(|row| row.standing), Some(CandidateStatus::OverLimits));
    // What a forest is planned at is more than it turns out to be.
    let mut entries = without(&ENOUGH, "huge", (5, killed()));
    entries[4].candidate.spec = crate::candidate::Spec::of("trees").with("leaves", 8).with("rounds", 9);
    refused(&entries, &terms, "huge");
}

#[test]
fn costs_that_could_not_be_measured_are_unknown_and_not_over_a_limit() {
    let limits = Limits::default().with(&Memory, Amount::Bytes(1 << 40));
    let limited = Terms { limits, ..terms(Rule::Margin(0.02)) };
    let mut entries = ladder(&ENOUGH);
    entries[3].deployment = None;
    entries[3].unmeasured = Some(Unmeasured::untimed(Some(&killed())));
    refused(&entries, &limited, "large");
    let (analysis, ..) = judge(&entries, &limited);
    assert!(analysis.screening.row("large").is_some_and(|row| row.excess.is_empty()));
}

#[test]
fn a_rung_above_one_that_ran_out_of_memory_blocks_as_a_missing_one() {
    let mut entries = ladder(&ENOUGH);
    let beyond = entries.pop().expect("huge").candidate;
    entries.push(CandidateResults { unmeasured: Some(Unmeasured::untried()), ..CandidateResults::bare(beyond) });
    refused(&entries, &terms(Rule::Margin(0.02)), "huge");
}

#[test]
fn the_cause_that_can_be_mended_is_told_first() {
    let found = Unmeasured::by_failures(&[diverged(), killed()], 5).expect("two failed");
    let kind = UnmeasuredKind::Trials { failed: 2, of: 5, memory: true, lasting: false };
    assert_eq!((found.kind, found.cause.as_str()), (kind, "killed by signal 9, most often for want of memory"));
    assert_eq!(Unmeasured::by_failures(&[], 5), None);
}
