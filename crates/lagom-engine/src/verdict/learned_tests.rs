//! Known answers of the gates, and what they must not take for learning.

use super::super::tests::{facts, terms};
use super::super::{Test, VerdictKind, confirm, decide, look, screen};
use super::*;
use crate::candidate::{Candidate, Spec};
use crate::data::Sealed;
use crate::study::Rule;
use crate::verdict::{RepeatOutcomes, TestKind};

const REPEATS: u32 = 5;
const ROWS: u32 = 400;
const SEALED: u32 = 1_000;

/// Two classes in turn, of which so many of 100 rows get the right answer, spread evenly.
fn answers(rows: std::ops::Range<u32>, right: u32) -> Outcomes {
    let mut outcomes = ClassOutcomes::new(2);
    for row in rows {
        let truth = row % 2;
        let said = if (row / 2 * 37) % 100 < right { truth } else { 1 - truth };
        outcomes.push(truth, if said == 0 { &[0.8, 0.2] } else { &[0.2, 0.8] }).expect("two probabilities");
    }
    Outcomes::Classes(outcomes)
}

/// The baseline: always the first class, with the same probability.
fn guesses(rows: std::ops::Range<u32>) -> Outcomes {
    let mut outcomes = ClassOutcomes::new(2);
    rows.for_each(|row| outcomes.push(row % 2, &[0.5, 0.5]).expect("two probabilities"));
    Outcomes::Classes(outcomes)
}

/// A candidate with its share of right answers, in percent, in each repeat on validation rows, and on the sealed rows.
fn entry(name: &str, parameters: u64, validation: [u32; 5], sealed: u32) -> CandidateResults {
    let spec =
        if parameters == 1 { Spec::of("baseline") } else { Spec::of("mlp").with_each("hidden", &[parameters as u32]) };
    let of = |rows: std::ops::Range<u32>, right| if parameters == 1 { guesses(rows) } else { answers(rows, right) };
    let repeat = |repeat: u32| {
        let rows = repeat * ROWS..(repeat + 1) * ROWS;
        let validation = of(rows.clone(), validation[repeat as usize]);
        let holdout = of(0..SEALED, sealed).to_bytes().expect("whole");
        RepeatOutcomes {
            repeat,
            facts: facts(parameters),
            rows: rows.collect(),
            train: validation.clone(),
            validation,
            gaps: None,
            sealed: Sealed::from_bytes(holdout),
        }
    };
    let candidate = Candidate::new(name, spec, parameters);
    CandidateResults { repeats: (0..REPEATS).map(repeat).collect(), ..CandidateResults::bare(candidate) }
}

fn judge(entries: &[CandidateResults]) -> (Screening, Vec<Test>, super::super::Verdict) {
    let terms = terms(Rule::Margin(0.02));
    let sizes = (u64::from(ROWS), u64::from(SEALED));
    let screening = screen(entries, &terms, sizes);
    let look = look(&screening);
    let mut analysis = confirm(entries, screening.clone(), &terms, look.as_ref().map(|(look, _)| (look, 1)), sizes);
    let verdict = decide(&mut analysis, &terms);
    (screening, analysis.tests, verdict)
}

#[test]
fn an_erratic_best_does_not_hide_what_a_steady_one_has_learned() {
    // By the mean 0.71 against 0.60, but its repeats are 0.95 or 0.35: standard error 0.15, nothing is shown.
    let entries = [
        entry("majority", 1, [50; 5], 50),
        entry("steady", 10, [60; 5], 60),
        entry("wild", 1_000, [95, 35, 95, 35, 95], 60),
    ];
    let (screening, tests, verdict) = judge(&entries);
    assert_eq!(screening.learning.leader.as_deref(), Some("wild"));
    assert_eq!(screening.learning.shown, ["steady"]);
    assert_eq!(screening.reference.as_deref(), Some("steady"));
    assert_eq!((tests[0].kind, tests[0].candidate.as_str()), (TestKind::Learned, "steady"));
    assert_ne!(verdict.kind, VerdictKind::NothingLearned);
    assert!(!tests.iter().any(|test| test.against.as_deref() == Some("wild")), "{tests:?}");
}

#[test]
fn what_the_holdout_does_not_confirm_is_open_and_what_it_denies_is_nothing() {
    let of = |sealed| [entry("majority", 1, [50; 5], 50), entry("steady", 10, [60; 5], sealed)];
    // 0.515 on 1,000 rows: 1 standard error above guessing.
    let (_, tests, verdict) = judge(&of(52));
    assert_eq!(verdict.kind, VerdictKind::Undecided, "{tests:?}");
    assert_eq!(verdict.choice.as_deref(), Some("steady"));
    assert!(verdict.needed.is_some_and(|needed| needed.examples.is_some_and(|rows| rows > u64::from(SEALED))));
    let (_, _, verdict) = judge(&of(49));
    assert_eq!((verdict.kind, verdict.choice), (VerdictKind::NothingLearned, None));
}

#[test]
fn a_reference_that_fails_on_sealed_rows_is_no_proof_that_nothing_was_learned() {
    // On validation rows 0.66 ± 0.023, 7 standard errors above guessing; on the sealed rows it answers as guessing does.
    let entries = [
        entry("majority", 1, [50; 5], 50),
        entry("steady", 10, [60; 5], 60),
        entry("erratic", 1_000, [70, 62, 66, 60, 72], 49),
    ];
    let (screening, tests, verdict) = judge(&entries);
    assert_eq!(screening.reference.as_deref(), Some("erratic"));
    assert_eq!(screening.learning.surest.as_deref(), Some("steady"), "{:?}", screening.learning.gains);
    let gates: Vec<_> = tests.iter().map(|test| (test.candidate.as_str(), test.passed)).take(2).collect();
    assert_eq!(gates, [("steady", true), ("erratic", false)]);
    assert_eq!((verdict.kind, verdict.choice.as_deref()), (VerdictKind::Undecided, Some("steady")));
}

#[test]
fn nothing_shown_reads_nothing() {
    let (screening, tests, verdict) =
        judge(&[entry("majority", 1, [50; 5], 50), entry("steady", 10, [51, 49, 50, 51, 49], 90)]);
    assert!(!screening.learned && tests.is_empty());
    assert_eq!(verdict.kind, VerdictKind::NothingLearned);
}

#[test]
fn candidates_share_the_error_rate() {
    let one = [entry("majority", 1, [50; 5], 50), entry("a", 10, [53; 5], 53)];
    let base = &one[0];
    let terms = terms(Rule::Margin(0.02));
    let alone = learning(&[&one[1]], base, &terms, 1);
    let p = alone.gains[0].p_value;
    assert!(p < 0.05 && !alone.shown.is_empty(), "{alone:?}");
    let many = (0.05 / p).ceil() as usize + 1;
    assert!(learning(&[&one[1]], base, &terms, many).shown.is_empty(), "one of {many}");
}

#[test]
fn scores_follow_task_and_metric() {
    let mut terms = terms(Rule::Margin(0.02));
    let (two, three) = (Outcomes::Classes(ClassOutcomes::new(2)), Outcomes::Classes(ClassOutcomes::new(3)));
    let values = Outcomes::Values(ValueOutcomes::default());
    assert_eq!(scores(&terms, &two, false), [Metric::Accuracy, Metric::Auc]);
    assert_eq!(scores(&terms, &two, true), [Metric::Accuracy], "no probabilities are asked for");
    assert_eq!(scores(&terms, &three, false), [Metric::Accuracy, Metric::LogLoss]);
    terms.metric = Metric::MacroF1;
    assert_eq!(scores(&terms, &two, false), [Metric::Auc]);
    assert_eq!(scores(&terms, &three, false), [Metric::BalancedAccuracy, Metric::LogLoss]);
    terms.metric = Metric::Mae;
    assert_eq!(scores(&terms, &values, false), [Metric::Mae, Metric::R2]);
    terms.metric = Metric::R2;
    assert_eq!(scores(&terms, &values, false), [Metric::R2]);
}

#[test]
fn the_median_is_no_learning() {
    // Truth 0, 0, 0, 10: the mean 2.5 errs by (3 · 2.5 + 7.5) / 4 = 3.75, the median 0 by 2.5; who says 0 has learned nothing.
    let truth = vec![0.0, 0.0, 0.0, 10.0];
    let of = |predicted: f64| Outcomes::Values(ValueOutcomes { truth: truth.clone(), predicted: vec![predicted; 4] });
    let (zero, mean) = (of(0.0), of(2.5));
    let rows = [0, 1, 2, 3];
    let scored = |outcomes| [Scored { repeat: 0, examples: &rows, outcomes, units: None, gaps: None }];
    let found = gain(Metric::Mae, &scored(&zero), &scored(&mean)).expect("defined");
    assert!(found.point.abs() < 1e-12, "{found:?}");
    assert!((difference(Metric::Mae, &scored(&zero), &scored(&mean)).expect("defined").point - 1.25).abs() < 1e-12);
}

#[test]
fn two_rare_rows_ranked_first_by_luck_prove_little() {
    // Two of ten, both on top: AUC 1, and the spread over examples is 0. By the ranks alone the variance is
    // (10 + 1) / (12 · 2 · 8) = 0.0573, a standard error of 0.239.
    let mut outcomes = ClassOutcomes::new(2);
    for row in 0..10_u32 {
        let positive = 0.9 - row as f32 * 0.05;
        outcomes.push(u32::from(row < 2), &[1.0 - positive, positive]).expect("two probabilities");
    }
    let (own, rows) = (Outcomes::Classes(outcomes), (0..10).collect::<Vec<u32>>());
    let one = |repeat| Scored { repeat, examples: &rows, outcomes: &own, units: None, gaps: None };
    assert!((spread_of_guesses(Metric::Auc, &[one(0)]) - 11.0 / 192.0).abs() < 1e-12);
    assert!((spread_of_guesses(Metric::Auc, &[one(0), one(1)]) - 11.0 / 192.0).abs() < 1e-12, "the same rows twice");
    // Probabilities 0.9, 0.85 … 0.45: eight or nine are above one half and called class 1, by rounding.
    let Outcomes::Classes(of) = &own else { return };
    let called = share_of(1, &of.predicted);
    let expected = called * (1.0 - called) * (1.0 / 8.0 + 1.0 / 2.0) / 4.0;
    assert!((spread_of_guesses(Metric::BalancedAccuracy, &[one(0)]) - expected).abs() < 1e-12);
    assert_eq!(spread_of_guesses(Metric::Accuracy, &[one(0)]), 0.0);
}

#[test]
fn too_few_rows_of_a_class_to_see_anything() {
    let terms = terms(Rule::Margin(0.02));
    let of = |standard_error: f64| {
        let gain = Estimate {
            point: 0.3,
            standard_error,
            degrees_of_freedom: 9_600.0,
            repeats: 5,
            examples: 9_600,
            variance_repeats: 0.0,
            variance_examples: standard_error * standard_error,
            gap: 0.0,
        };
        let strong = Some(Estimate { point: 0.4, ..gain.clone() });
        let gain = Gain { candidate: "a".to_owned(), score: Metric::Accuracy, among: 1, gain, strong, p_value: 0.1 };
        Learning { tried: 7, gains: vec![gain], ..Learning::default() }
    };
    // Two positives: 1 / √(12 · 2) = 0.204, and 0.4 / 0.204 = 1.96, p = 0.025 > 0.05 / 7. Five: 0.129, 3.1, p = 0.001.
    assert!(of(0.204).is_blind(&terms) && !of(0.129).is_blind(&terms));
    assert!(!Learning::default().is_blind(&terms), "nothing was tried");
}

#[test]
fn two_repeats_that_could_show_nothing_leave_it_open() {
    // Two repeats of 0.95 and 0.65: 0.3 above guessing with a standard error of about 0.15 and one degree of freedom. Half of what guessing leaves, 0.25,
    // would not have been shown either, so that nothing is said of learning.
    let two = |mut entry: CandidateResults| {
        entry.repeats.truncate(2);
        entry
    };
    let (screening, _, verdict) =
        judge(&[two(entry("majority", 1, [50; 5], 50)), two(entry("erratic", 10, [95, 65, 0, 0, 0], 80))]);
    assert!(!screening.learned);
    assert_eq!(verdict.kind, VerdictKind::Undecided);
}

#[test]
fn rows_of_several_repeats_count_for_what_they_add() {
    let of = |labels: &[u32]| {
        let mut outcomes = ClassOutcomes::new(2);
        labels.iter().for_each(|&truth| outcomes.push(truth, &[0.5, 0.5]).expect("two probabilities"));
        outcomes
    };
    let classes = [of(&[0, 1, 0]), of(&[0, 1, 0])];
    let outcomes: Vec<Outcomes> = classes.iter().cloned().map(Outcomes::Classes).collect();
    let rows = [vec![1, 2, 3], vec![1, 2, 4]];
    let repeats: Vec<Scored<'_>> = (0..2)
        .map(|at| Scored { repeat: at as u32, examples: &rows[at], outcomes: &outcomes[at], units: None, gaps: None })
        .collect();
    // Class 0: row 1 twice, rows 3 and 4 once: 4² / (4 + 1 + 1) = 2.67; class 1: row 2 twice, one row.
    let sizes = sizes(&repeats, &classes);
    assert!((sizes[&0] - 16.0 / 6.0).abs() < 1e-12 && (sizes[&1] - 1.0).abs() < 1e-12, "{sizes:?}");
}
