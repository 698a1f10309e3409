//! The sample with a model in use: whether it is needed.

use super::asked::asked;
use super::sample::{digits, estimate, test};
use crate::verdict::{Beyond, CandidateStatus, Stair, Staircase, Tangible, TestKind, VerdictKind};
use crate::{Findings, answer};

/// The choice of the asked sample in place of what it is compared with.
pub(super) fn replaced() -> Findings {
    let mut findings = asked();
    let against = findings.verdict.reference.clone().expect("a reference");
    findings.terms.incumbent = Some(against.clone());
    findings.analysis.screening.incumbent = true;
    let carried = findings.verdict.carried_by.expect("a test");
    let test = &findings.analysis.tests[carried];
    let (candidate, difference) = (test.candidate.clone(), test.difference.clone());
    let metric = findings.terms.metric;
    findings.analysis.tangible = vec![Tangible {
        candidate: candidate.clone(),
        against: against.clone(),
        metric,
        own: 0.9,
        other: 0.91,
        difference,
    }];
    let step = Stair {
        candidate,
        against: Some(against),
        holds: findings.terms.margin(),
        basis: crate::verdict::Basis::Test,
        difference: None,
        confidence: None,
    };
    findings.analysis.staircase = Staircase { steps: vec![step] };
    findings
}

/// Nothing smaller does the job of the digits' best, and a dearer one is better.
pub(super) fn kept() -> Findings {
    let mut findings = digits();
    findings.terms.incumbent = Some("mlp-790k".to_owned());
    findings.terms.proposed = true;
    findings.analysis.screening.incumbent = true;
    for row in &mut findings.analysis.screening.rows {
        if matches!(row.standing, CandidateStatus::Choice | CandidateStatus::GoodEnough) {
            row.standing = CandidateStatus::TooWeak;
        }
    }
    findings.analysis.tests.truncate(1);
    findings.analysis.tests.push(test(
        TestKind::NonInferiority,
        ("mlp-200k", Some("mlp-790k")),
        estimate(-0.0191, 0.0041),
        -0.01,
    ));
    let difference = estimate(-0.0191, 0.0041);
    let (candidate, against, metric) = ("mlp-200k".to_owned(), "mlp-790k".to_owned(), findings.terms.metric);
    findings.analysis.staircase = Staircase::default();
    findings.analysis.tangible = vec![Tangible { candidate, against, metric, own: 0.955, other: 0.9741, difference }];
    findings.verdict.kind = VerdictKind::BiggerPays;
    findings.verdict.choice = Some("mlp-790k".to_owned());
    findings.verdict.carried_by = Some(1);
    findings.verdict.beyond =
        Beyond { dearer: 1, best: Some("mlp-2M".to_owned()), difference: Some(estimate(0.006, 0.0015)) };
    findings.bundle = None;
    findings
}

#[test]
fn the_headline_answers_whether_it_is_needed() {
    let told = answer(&kept());
    assert_eq!(told.headline, "Yes: keep mlp-790k; nothing smaller does its job.");
    // 0.0191 of 1,000 answers; the bound by Student's t with 11.3 degrees: 0.0191 - 1.79 * 0.0041 = 0.0118, of
    // 1,000 answers at least 11
    assert!(told.sentences[0].contains("19 more errors in 1,000 answers (at least 11, 95 %)"), "{:?}", told.sentences);
    assert!(told.sentences[1].contains("mlp-2M is dearer than mlp-790k and better"), "{:?}", told.sentences);
    let mut better = kept();
    better.verdict.kind = VerdictKind::SmallerIsEnough;
    better.verdict.choice = Some("mlp-200k".to_owned());
    better.analysis.tests[1].lower = 0.001;
    better.analysis.tests[1].passed = true;
    let told = answer(&better);
    assert!(
        told.headline.starts_with("No: you do not need mlp-790k; mlp-200k is better, and is 4 times smaller"),
        "{told:?}"
    );
    let mut open = kept();
    open.verdict.kind = VerdictKind::Undecided;
    let told = answer(&open);
    assert_eq!(told.headline, "Can't tell yet whether you need mlp-790k.");
    assert!(told.sentences.iter().any(|one| one.contains("lagom's guess at a margin")), "{told:?}");
    assert!(told.sentences.contains(&"Until then mlp-790k is the safe choice.".to_owned()), "{told:?}");
    open.analysis.screening.reference = None;
    assert_eq!(answer(&open).headline, "Can't tell whether you need mlp-790k: it was not measured.");
}

#[test]
fn no_form_calls_a_guess_the_users_margin() {
    let mut findings = digits();
    findings.terms.proposed = true;
    for text in [crate::terminal(&findings, 100), crate::markdown(&findings), crate::html(&findings)] {
        let text = text.split_whitespace().collect::<Vec<&str>>().join(" ");
        assert!(text.contains("lagom's guess at a margin"), "{text}");
        assert!(!text.contains("your margin"), "{text}");
    }
}

#[test]
fn the_best_is_never_below_another_without_a_word_beside_it() {
    let mut findings = digits();
    for row in &mut findings.analysis.screening.rows {
        if row.name == "mlp-12k" {
            row.holdout_quality = Some(estimate(0.981, 0.005));
        }
    }
    let text = crate::terminal(&findings, 120);
    let line = text.lines().find(|line| line.trim_start().starts_with("mlp-790k")).expect("the line of the best");
    assert!(line.ends_with("best on validation"), "{line}");
    let text = text.split_whitespace().collect::<Vec<&str>>().join(" ");
    assert!(text.contains("mlp-790k was the best on validation rows, where it was picked before"), "{text}");
    assert!(text.contains("the best within your limits on validation rows"), "{text}");
}

/// The one in use is not called the safe choice where the verdict names another one to use meanwhile.
#[test]
fn meanwhile_the_choice_of_the_verdict_is_named() {
    let mut findings = kept();
    findings.verdict.kind = VerdictKind::Undecided;
    findings.verdict.choice = Some("mlp-200k".to_owned());
    let said = answer(&findings).sentences.join(" ");
    assert!(said.contains("Meanwhile use mlp-200k: the smallest that by the estimate keeps within half"), "{said}");
    assert!(!said.contains("safe choice"), "{said}");
}

#[test]
fn whatever_keeps_a_verdict_back_is_told_of_an_incumbent_as_well() {
    let mut findings = kept();
    findings.verdict.kind = VerdictKind::Undecided;
    findings.analysis.tests[1].carried = Some(super::bounds::carried(true));
    let said = answer(&findings).sentences.join(" ");
    // −0.0191 + 1.79 · 0.0041 = −0.0117: at least 0.011 worse.
    assert!(said.contains("As measured, mlp-200k is at least 0.011 worse (95 %) than mlp-790k."), "{said}");
    assert!(said.contains("How the two grow with the rows is not measured under these terms"), "{said}");
    assert!(!said.contains("may be good enough") && !said.contains("To decide it"), "{said}");
    findings.analysis.tests = vec![test(TestKind::Learned, ("mlp-200k", Some("majority")), estimate(0.1, 0.07), 0.0)];
    findings.verdict.carried_by = Some(0);
    let said = answer(&findings).sentences.join(" ");
    assert!(
        said.contains("mlp-200k beats guessing on the validation rows, but the holdout can't confirm it"),
        "{said}"
    );
}

#[test]
fn the_one_in_use_is_not_said_to_be_the_best_measured() {
    let mut findings = kept();
    (findings.verdict.kind, findings.verdict.choice) = (VerdictKind::Undecided, None);
    let row = findings.analysis.screening.rows.iter_mut().find(|row| row.name == "mlp-3k").unwrap();
    row.unmeasured = Some(crate::verdict::Unmeasured::untried());
    (row.quality, row.difference, row.standing) = (None, None, CandidateStatus::Unmeasured);
    findings.verdict.unmeasured = vec!["mlp-3k".to_owned()];
    let said = answer(&findings).sentences.join(" ");
    assert!(said.contains("What was not measured says nothing") && !said.contains("is the best"), "{said}");
}
