//! What is said of bounds claims no more than was found, whichever way is better.

use super::cases::all;
use super::incumbent::replaced;
use super::sample::{digits, estimate};
use crate::metric::Metric;
use crate::study::Rule;
use crate::verdict::{Basis, Carried, Stair, Staircase};
use crate::{Findings, Shown, answer, html, terminal};

pub(super) fn case(name: &str) -> Findings {
    all().into_iter().find(|(found, _)| *found == name).expect("a case").1
}

/// One that is carried to the models handed over.
pub(super) fn carried(awaits_growth: bool) -> Carried {
    Carried {
        trained_on: 1_000,
        handed_over_on: 1_400,
        measured_lower: -0.004,
        measured_upper: 0.001,
        luck: 0.001,
        growth: (!awaits_growth).then(|| estimate(-0.001, 0.001)),
        awaits_growth,
    }
}

fn bar(mut findings: Findings, (rule, candidate, holds): (f64, &str, f64)) -> Findings {
    findings.terms.rule = Rule::Bar(rule);
    let step = Stair {
        candidate: candidate.to_owned(),
        against: None,
        holds: Some(holds),
        basis: Basis::Bound,
        difference: None,
        confidence: None,
    };
    findings.analysis.staircase = Staircase { steps: vec![step] };
    findings
}

/// A bar of 0.9678 is cleared, so one of 0.967 is, and 0.968 need not be. Of errors 51,899.4 is reached, so 51,900 is, and
/// 51,899 need not be.
#[test]
fn a_bar_is_rounded_to_the_side_that_is_easier_to_clear() {
    for (findings, told, title, step) in [
        (bar(digits(), (0.96, "mlp-12k", 0.9678)), "mlp-12k clears any bar up to 0.967", "clears bars up to", 0.967),
        (
            bar(case("regression"), (52_000.0, "trees-3k", 51_899.4)),
            "trees-3k clears any bar down to 51,900",
            "clears bars down to",
            51_900.0,
        ),
    ] {
        let facts = answer(&findings).facts;
        let fact = facts.iter().find(|fact| fact.label == "bars").expect("the bars");
        assert_eq!(fact.value, told);
        assert_eq!(Shown::of(&findings).steps, [Some(step)]);
        let page = html(&findings);
        assert!(page.contains(&format!(">{title}</th>")) && page.contains("the strictest bar"), "{title}");
        assert!(!page.contains("within the margin counts") && !page.contains("smallest margin at which"), "{title}");
    }
}

/// A lower bound of −0.00461 is above −0.005, not above −0.0046 as three decimals would have it; an upper one of −0.0094 leaves at
/// least 0.009.
#[test]
fn bounds_in_words_are_rounded_outward() {
    let mut findings = digits();
    findings.analysis.tests[3].lower = -0.004_61;
    let told = answer(&findings);
    assert!(told.facts[0].detail.contains("at most 0.005 worse (95 %)"), "{:?}", told.facts[0]);
    assert!(Shown::of(&findings).tests[3].reason.contains("surely above −0.005 (95 %)"));
    let mut findings = case("bigger");
    findings.analysis.tests[1].upper = -0.009_4;
    assert!(answer(&findings).facts[0].detail.contains("at least 0.009 better (95 %)"));
    // A rung that could gain 0.0031 is said to gain at most 0.004.
    findings.climb.as_mut().unwrap().untried[1].gain = 0.003_1;
    assert_eq!(Shown::of(&findings).untried[1], 0.004);
    assert!(html(&findings).contains("at most <data value=\"0.004\">0.004</data>"));
}

/// 30.2 of 1,000 are at most 31; what is at least 11.8 is at least 11.
#[test]
fn errors_are_rounded_outward() {
    let mut findings = replaced();
    let at = findings.verdict.carried_by.expect("a test");
    findings.analysis.tests[at].lower = -0.030_2;
    let said = answer(&findings).sentences.join(" ");
    assert!(said.contains("18 more errors in 1,000 answers than large-4shot (at most 31 more, 95 %)"), "{said}");
    let mut findings = super::incumbent::kept();
    findings.analysis.tests[1].upper = -0.011_8;
    let said = answer(&findings).sentences.join(" ");
    assert!(said.contains("19 more errors in 1,000 answers (at least 11, 95 %)"), "{said}");
}

/// The test is on another metric and its bound is carried to the models handed over: no bound on errors is known of those.
#[test]
fn no_bound_in_another_measure_leaves_out_the_growth_that_the_test_has() {
    let mut findings = super::incumbent::kept();
    findings.terms.metric = Metric::MacroF1;
    let said = |findings: &Findings| answer(findings).sentences.join(" ");
    assert!(said(&findings).contains("19 more errors in 1,000 answers (at least 11, 95 %)"), "{}", said(&findings));
    findings.analysis.tests[1].carried = Some(carried(false));
    assert!(said(&findings).contains("19 more errors in 1,000 answers (as measured)"), "{}", said(&findings));
    // In the metric of the test its bound is theirs.
    findings.terms.metric = Metric::Accuracy;
    assert!(said(&findings).contains("(at least 11, 95 %)"), "{}", said(&findings));
    let screen = terminal(&findings, 100);
    assert!(!screen.contains("as measured"), "{screen}");
}
