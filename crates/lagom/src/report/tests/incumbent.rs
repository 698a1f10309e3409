//! The sample with a model in use: whether it is needed.

use super::asked::asked;
use super::sample::{digits, estimate, test};
use crate::report::{Findings, answer};
use crate::verdict::{Beyond, Stair, Staircase, Standing, Tangible, TestKind, VerdictKind};

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
        if matches!(row.standing, Standing::Choice | Standing::GoodEnough) {
            row.standing = Standing::TooWeak;
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
    // 0.0191 of 1,000 answers; the bound by Student's t with 11.3 degrees: 0.0191 - 1.79 * 0.0041 = 0.0118
    assert!(told.sentences[0].contains("19 more errors in 1,000 answers (at least 12, 95 %)"), "{:?}", told.sentences);
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
    open.analysis.screening.reference = None;
    assert_eq!(answer(&open).headline, "Can't tell whether you need mlp-790k: it was not measured.");
}

#[test]
fn no_form_calls_a_guess_the_users_margin() {
    let mut findings = digits();
    findings.terms.proposed = true;
    for text in
        [crate::report::terminal(&findings, 100), crate::report::markdown(&findings), crate::report::html(&findings)]
    {
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
    let text = crate::report::terminal(&findings, 120);
    let line = text.lines().find(|line| line.trim_start().starts_with("mlp-790k")).expect("the line of the best");
    assert!(line.ends_with("best on validation"), "{line}");
    let text = text.split_whitespace().collect::<Vec<&str>>().join(" ");
    assert!(text.contains("mlp-790k was the best on validation rows, where it was picked before"), "{text}");
    assert!(text.contains("the best within your limits on validation rows"), "{text}");
}
