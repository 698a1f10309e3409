//! Whether the candidate in use is needed, and the staircase beside it.

use super::*;

fn against(incumbent: &str, margin: f64) -> Terms {
    Terms { incumbent: Some(incumbent.to_owned()), ..terms(Rule::Margin(margin)) }
}

const LADDER: [(&str, u64, f64); 5] = [
    ("majority", 1, 0.5),
    ("tiny", 100, 0.7),
    ("small", 1_000, 0.9),
    ("hosted", 100_000, 0.88),
    ("huge", 1_000_000, 0.95),
];

#[test]
fn tests_are_against_the_incumbent_and_not_against_the_best() {
    let entries = ladder(&LADDER);
    let (analysis, verdict, _) = judge(&entries, &against("hosted", 0.02));
    assert_eq!((verdict.kind, verdict.choice.as_deref()), (VerdictKind::SmallerIsEnough, Some("small")));
    let test = &analysis.tests[verdict.carried_by.expect("a test")];
    assert_eq!(test.against.as_deref(), Some("hosted"));
    assert!(test.lower > 0.0, "small is better and cheaper: {test:?}");
    // That anything was learned is asked of the surest alone, and not of the incumbent.
    assert_eq!((analysis.tests[0].kind, analysis.tests[0].candidate.as_str()), (TestKind::Learned, "huge"));
    assert_eq!(analysis.tests.iter().filter(|test| test.kind == TestKind::Learned).count(), 1);
    let standing = |name: &str| analysis.screening.row(name).map(|row| row.standing);
    assert_eq!(
        (standing("hosted"), standing("huge")),
        (Some(CandidateStatus::Reference), Some(CandidateStatus::Better))
    );
    // Without one the best is the reference, and small is not good enough.
    assert_eq!(judge(&entries, &terms(Rule::Margin(0.02))).1.kind, VerdictKind::BiggerPays);
}

#[test]
fn an_incumbent_that_nothing_smaller_equals_is_kept() {
    let entries = ladder(&[("majority", 1, 0.5), ("small", 1_000, 0.8), ("hosted", 100_000, 0.9)]);
    let (_, verdict, _) = judge(&entries, &against("hosted", 0.02));
    assert_eq!((verdict.kind, verdict.choice.as_deref()), (VerdictKind::BiggerPays, Some("hosted")));
}

#[test]
fn the_smallest_incumbent_is_kept_unless_a_dearer_one_is_surely_better() {
    let equal = ladder(&[("majority", 1, 0.5), ("mine", 1_000, 0.9), ("large", 100_000, 0.9)]);
    let (analysis, verdict, _) = judge(&equal, &against("mine", 0.03));
    assert_eq!((verdict.kind, verdict.choice.as_deref()), (VerdictKind::SmallerIsEnough, Some("mine")));
    assert_eq!(analysis.staircase.steps.len(), 1);
    assert_eq!(analysis.staircase.steps[0].against.as_deref(), Some("large"));
    let better = ladder(&[("majority", 1, 0.5), ("mine", 1_000, 0.8), ("large", 100_000, 0.9)]);
    let (_, verdict, _) = judge(&better, &against("mine", 0.03));
    assert_eq!((verdict.kind, verdict.choice.as_deref()), (VerdictKind::BiggerPays, Some("large")));
}

#[test]
fn limits_are_for_what_would_take_its_place() {
    let entries = ladder(&LADDER);
    let limits = Limits::default().with(&Parameters, Amount::Count(10_000));
    let (_, verdict, _) = judge(&entries, &Terms { limits, ..against("hosted", 0.02) });
    assert_eq!((verdict.kind, verdict.choice.as_deref()), (VerdictKind::SmallerIsEnough, Some("small")));
    let none = Limits::default().with(&Parameters, Amount::Count(10));
    let (_, verdict, _) = judge(&entries, &Terms { limits: none, ..against("hosted", 0.02) });
    assert_eq!((verdict.kind, verdict.choice), (VerdictKind::NothingQualifies, None));
}

#[test]
fn without_a_measured_incumbent_nothing_is_said() {
    let mut entries = ladder(&LADDER);
    entries[3].repeats.clear();
    let (analysis, verdict, read) = judge(&entries, &against("hosted", 0.02));
    assert_eq!((verdict.kind, verdict.choice), (VerdictKind::Undecided, None));
    assert_eq!(verdict.unmeasured, ["hosted"]);
    assert!(read.is_empty() && analysis.staircase.is_empty());
}

#[test]
fn steps_are_named_from_the_cheapest_on_with_few_repeats_left_out() {
    let mut entries =
        ladder(&[("majority", 1, 0.5), ("a", 100, 0.85), ("b", 1_000, 0.88), ("c", 10_000, 0.9), ("d", 100_000, 0.9)]);
    entries[2].repeats.truncate(2);
    let (analysis, ..) = judge(&entries, &terms(Rule::Margin(0.005)));
    let reference = analysis.screening.reference.clone().expect("a reference");
    let steps = &analysis.staircase.steps;
    let names: Vec<&str> = steps.iter().map(|step| step.candidate.as_str()).collect();
    assert_eq!(names[..2], ["a", "b"]);
    assert_eq!((steps[1].basis, steps[1].holds), (Basis::Untested(Untested::FewRepeats), None));
    for step in steps.iter().filter(|step| step.basis == Basis::Bound) {
        // The bound by hand: 1 % of error (a fifth of 5 %) among as many as have a bound.
        let members = analysis.screening.staircase.len() as f64;
        let found = step.difference.as_ref().expect("a difference");
        let lower = found.lower(1.0 - 0.05 * 0.2 / members);
        assert!((step.holds.expect("a margin") - (-lower).max(0.0)).abs() < 1e-12, "{step:?}");
        assert_eq!(step.against.as_ref(), Some(&reference));
    }
}

#[test]
fn a_bar_has_a_staircase_of_bars() {
    let entries = ladder(&[("majority", 1, 0.5), ("small", 1_000, 0.85), ("large", 100_000, 0.95)]);
    let (analysis, ..) = judge(&entries, &terms(Rule::Bar(0.8)));
    let bar = |name: &str| analysis.staircase.step(name).and_then(|step| step.holds).expect("a bar");
    let quality =
        |name: &str| analysis.screening.row(name).and_then(|row| row.holdout_quality.clone()).expect("read").point;
    for name in ["small", "large"] {
        assert!(bar(name) < quality(name) && bar(name) > quality(name) - 0.05, "{name}: {}", bar(name));
    }
}

#[test]
fn differences_of_classes_are_told_as_errors_on_the_same_rows() {
    let entries = ladder(&LADDER);
    let (analysis, verdict, _) = judge(&entries, &against("hosted", 0.02));
    let test = &analysis.tests[verdict.carried_by.expect("a test")];
    let told = analysis.tangible.iter().find(|one| one.candidate == test.candidate).expect("told");
    assert_eq!((told.metric, told.difference.point), (Metric::Accuracy, test.difference.point));
    assert!((told.own - told.other - test.difference.point).abs() < 1e-12);
}
