//! What is said where another one than the reference is ahead on the rows of the verdict.

use super::bounds::case;
use super::sample::{digits, estimate};
use crate::verdict::Beyond;
use crate::{Findings, answer, markdown, terminal};

/// The findings with this quality of one candidate on the rows of the verdict.
fn with(mut findings: Findings, name: &str, quality: f64) -> Findings {
    let row = findings.analysis.screening.rows.iter_mut().find(|row| row.name == name).expect("the candidate");
    row.holdout_quality = Some(estimate(quality, 0.005));
    findings
}

fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<&str>>().join(" ")
}

#[test]
fn differences_are_against_the_reference_where_it_is_not_the_best() {
    let overtaken = with(digits(), "mlp-12k", 0.981);
    for (findings, title, other) in [
        (digits(), "against the best", "against the reference"),
        (overtaken, "against the reference", "against the best"),
    ] {
        for text in [terminal(&findings, 140), markdown(&findings), crate::html(&findings)] {
            assert!(text.contains(title) && !text.contains(other), "{title}: {text}");
        }
    }
}

#[test]
fn the_smallest_is_not_called_the_best_where_a_bigger_one_is_ahead() {
    let findings = with(case("smallest-is-best"), "linear", 0.974);
    assert_eq!(answer(&findings).headline, "No: the smallest trained model is already the best.");
    let findings = with(findings, "mlp-20k", 0.979);
    let told = answer(&findings);
    assert_eq!(told.headline, "No: the smallest trained model is good enough.");
    let said = told.sentences.join(" ");
    assert!(said.contains("linear is the smallest trained model, and was the best on validation rows."), "{said}");
    assert!(said.contains("Bigger ones may be better: mlp-20k, the best of the bigger ones, is at most"), "{said}");
    assert!(!said.contains("no better") && !said.contains("already"), "{said}");
}

/// With a standard error of 0.003 the difference of 0.006 is above 0 at 95 % (0.006 − 1.80 · 0.003 > 0), but not where 13 are
/// compared at once (0.006 − 3.2 · 0.003 < 0), which is what the verdict asks of one that is surely better.
#[test]
fn a_bigger_one_is_better_only_where_the_verdict_says_so() {
    let of = |error: f64| {
        let mut findings = case("bigger");
        let difference = Some(estimate(0.006, error));
        findings.verdict.beyond = Beyond { dearer: 2, best: Some("mlp-2M".to_owned()), difference };
        answer(&findings).sentences.join(" ")
    };
    let sure = of(0.0012);
    assert!(
        sure.contains("mlp-2M, which exceeds your limits, would be better still: by 0.006 (at least 0.00"),
        "{sure}"
    );
    let open = of(0.003);
    assert!(
        open.contains("None of the 2 dearer models is shown to be better: the best of them, mlp-2M, which exceeds your limits, is at most 0.01"),
        "{open}"
    );
    assert!(!open.contains("better still") && !open.contains("do not help"), "{open}");
    // An upper bound of 0.006 + 3.2 · 0.5 = 1.6 is beyond any accuracy: the most is what the reference lacks to 1.
    let rough = of(0.5);
    let findings = case("bigger");
    let reference = findings.verdict.reference.as_deref().expect("a reference");
    let row = findings.analysis.screening.rows.iter().find(|row| row.name == reference).expect("its row");
    let missing = 1.0 - row.holdout_quality.as_ref().expect("a quality").point;
    assert!(
        rough.contains(&format!(
            "may have the best accuracy there is, {missing:.3} better than {reference}: its interval"
        )),
        "{rough}"
    );
    assert!(!rough.contains("is at most 1"), "{rough}");
}

#[test]
fn the_legend_says_what_is_so_of_these_rows() {
    let mut findings = with(digits(), "mlp-12k", 0.981);
    let part = |findings: &mut Findings, examples: u64, repeats: u32| {
        let row = findings.analysis.screening.rows.iter_mut().find(|row| row.name == "mlp-50k").unwrap();
        let found = row.holdout_quality.as_mut().unwrap();
        (found.examples, found.repeats) = (examples, repeats);
    };
    part(&mut findings, 1_162, 3);
    let text = flat(&terminal(&findings, 120));
    assert!(text.contains("* of fewer repeats: compare by the difference"), "{text}");
    assert!(text.contains("where it was picked before these were read."), "{text}");
    findings.analysis.screening.cross_fitted = true;
    part(&mut findings, 600, 3);
    let text = flat(&terminal(&findings, 120));
    assert!(text.contains("* on part of them alone (fewer repeats): compare by the difference"), "{text}");
    assert!(text.contains("was the best on validation rows, where it was picked."), "{text}");
    assert!(!text.contains("rows asked") && !text.contains("before these were read"), "{text}");
    let page = crate::html(&findings);
    assert!(page.contains("that had not seen it, where the table has no mark."), "the plots show them, too");
}
