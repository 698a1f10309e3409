//! Sentences of what is open: labels that decide nothing, a gate that the sealed rows leave open, a stand-in, a threshold.

use super::bounds::case;
use super::sample::{estimate, test};
use crate::metric::{Metric, Threshold};
use crate::study::Rule;
use crate::verdict::{Against, CandidateStatus, Gain, Outdone, TestKind};
use crate::{Findings, answer};

fn said(findings: &Findings) -> String {
    let answer = answer(findings);
    let parts = std::iter::once(answer.headline).chain(answer.sentences).chain(answer.notes);
    parts.collect::<Vec<String>>().join(" ")
}

#[test]
fn at_the_margin_no_label_is_asked_for() {
    let mut findings = case("undecided");
    let needed = findings.verdict.needed.as_mut().expect("what is needed");
    (needed.examples, needed.repeats, needed.at_margin) = (None, None, true);
    findings.analysis.tests[1].difference = estimate(-0.0105, 0.002);
    let said = said(&findings);
    assert!(said.starts_with("Too close to your margin to call."), "{said}");
    assert!(said.contains("Labels will not decide it: mlp-12k is 0.011 worse by the estimate"), "{said}");
    assert!(said.contains("Either choice is defensible") && !said.contains("more rows"), "{said}");
    // The two may be as good as each other, so no margin is known to keep the bigger one.
    assert!(findings.analysis.tests[1].upper > 0.0 && !said.contains("keeps mlp-790k"), "{said}");
    findings.analysis.tests[1].upper = -0.0047;
    let said = self::said(&findings);
    assert!(said.contains("one of less than 0.004 keeps mlp-790k"), "{said}");
}

#[test]
fn a_bar_that_is_the_best_there_is_is_out_of_reach_of_any_number_of_rows() {
    let mut findings = case("undecided");
    findings.terms.rule = Rule::Bar(1.0);
    findings.analysis.screening.against = Against::Bar;
    findings.analysis.tests[1] = test(TestKind::AboveBar, ("mlp-12k", None), estimate(-0.02, 0.005), 0.0);
    let said = said(&findings);
    assert!(said.contains("No number of rows can show that: 1.000 is the best accuracy there is"), "{said}");
    assert!(!said.contains("label about") && !said.contains("repeats differ"), "{said}");
}

#[test]
fn out_of_reach_no_number_is_named_but_the_margin_of_the_staircase() {
    let mut findings = case("undecided");
    let needed = findings.verdict.needed.as_mut().expect("what is needed");
    (needed.examples, needed.repeats, needed.out_of_reach) = (None, None, true);
    let said = said(&findings);
    assert!(said.contains("it would take more than 20 times the 359 rows there are"), "{said}");
    assert!(said.contains("At any margin above 0.010 mlp-12k would do."), "{said}");
    assert_eq!(
        said.matches("margin").count(),
        2,
        "the margin of the study, that of the staircase and no third: {said}"
    );
}

/// Of two of one size the other one may be the smaller by name: it is what stands there already, at any margin.
#[test]
fn no_margin_is_named_for_what_the_others_are_compared_with() {
    let mut findings = case("undecided");
    findings.verdict.needed.as_mut().expect("what is needed").out_of_reach = true;
    findings.verdict.reference = Some("mlp-12k".to_owned());
    let said = said(&findings);
    assert!(
        said.contains("At any margin above 0.024 mlp-3k would do.") && !said.contains("mlp-12k would do"),
        "{said}"
    );
}

#[test]
fn the_figure_says_of_whom_it_is() {
    let findings = case("undecided");
    let fact = answer(&findings).facts.swap_remove(0);
    let (own, other) = ("0.972", "0.974");
    assert_eq!((fact.label.as_str(), fact.value.as_str()), ("accuracy", own));
    // −0.0061 ∓ 1.79 · 0.0054, outward: −0.0158 and +0.0036.
    let told = format!(
        "for mlp-12k against {other} for mlp-790k on the holdout; mlp-12k is between 0.016 worse and 0.004 better (95 %)"
    );
    assert_eq!(fact.detail, told);
}

#[test]
fn one_that_is_outdone_is_no_choice_and_the_best_is_named() {
    let mut findings = case("undecided");
    let (candidate, by) = ("mlp-12k".to_owned(), "mlp-50k".to_owned());
    (findings.verdict.choice, findings.verdict.needed) = (Some(by.clone()), None);
    findings.verdict.outdone = Some(Outdone { candidate, by: by.clone(), difference: 0.013_1 });
    let row = findings.analysis.screening.rows.iter_mut().find(|row| row.name == by).unwrap();
    row.standing = CandidateStatus::Choice;
    let said = said(&findings);
    assert!(
        said.starts_with("Can't tell yet. mlp-12k does the job of mlp-790k, which looked best on validation rows."),
        "{said}"
    );
    assert!(
        said.contains("on the rows of the verdict mlp-50k is 0.013 better than mlp-12k, and your margin is 0.010"),
        "{said}"
    );
    assert!(said.contains("`lagom verdict --incumbent mlp-50k`"), "{said}");
    assert_eq!(said.matches("safe choice").count(), 1, "{said}");
    assert!(said.contains("Meanwhile mlp-50k is the safe choice."), "{said}");
    let screen = crate::terminal(&findings, 120);
    let line = screen.lines().find(|line| line.contains("mlp-50k") && line.contains('±')).expect("its line");
    assert!(line.starts_with("> ") && line.ends_with("use meanwhile"), "{line}");
}

#[test]
fn what_could_not_be_seen_is_told_as_that() {
    let mut findings = case("undecided");
    findings.analysis.tests.clear();
    (findings.verdict.carried_by, findings.verdict.needed) = (None, None);
    findings.verdict.choice.clone_from(&findings.verdict.reference);
    assert!(said(&findings).contains("The tests could not be worked out on the rows of the verdict."));
    findings.analysis.screening.learned = false;
    findings.verdict.choice = None;
    let said = said(&findings);
    assert!(
        said.contains("No model is shown to beat guessing, and what was measured could hardly have shown it"),
        "{said}"
    );
    assert!(said.contains("Meanwhile nothing says that mlp-790k") && !said.contains("safe choice"), "{said}");
}

#[test]
fn a_stand_in_is_named_for_what_it_is() {
    let mut findings = case("undecided");
    findings.verdict.choice = Some("mlp-50k".to_owned());
    let said = said(&findings);
    assert!(
        said.contains(
            "Meanwhile use mlp-50k: the smallest that by the estimate keeps within half of your margin (or one standard error) of mlp-790k"
        ),
        "{said}"
    );
}

#[test]
fn a_gate_that_is_open_is_told_in_its_own_score() {
    let mut findings = case("undecided");
    let mut gate = test(TestKind::Learned, ("mlp-12k", Some("majority")), estimate(0.1, 0.07), 0.0);
    gate.score = Some(Metric::Auc);
    findings.analysis.tests = vec![gate];
    findings.verdict.carried_by = Some(0);
    let answer = answer(&findings);
    let first = &answer.sentences[0];
    assert!(
        first.contains(
            "mlp-12k beats guessing on the validation rows, but the holdout can't confirm it: in AUC it is between"
        ),
        "{first}"
    );
    assert!(answer.facts[0].detail.contains("against guessing, in AUC, between"), "{:?}", answer.facts[0]);
}

#[test]
fn nothing_learned_names_how_many_were_tried_in_which_scores() {
    let mut findings = case("nothing-learned");
    let gain = |candidate: &str, score| Gain {
        strong: None,
        candidate: candidate.to_owned(),
        score,
        among: 2,
        gain: estimate(0.01, 0.02),
        p_value: 0.6,
    };
    findings.analysis.screening.learning.gains = vec![gain("linear", Metric::Auc), gain("mlp-1k", Metric::Accuracy)];
    let said = said(&findings);
    assert!(
        said.contains("Each of 2 models was held against it, in accuracy and AUC; none was surely better."),
        "{said}"
    );
}

#[test]
fn a_threshold_is_a_note_with_what_it_means() {
    let mut findings = case("undecided");
    findings.data.classes = vec!["no".to_owned(), "yes".to_owned()];
    findings.threshold = Some(Threshold { probability: 0.2314, share: 0.01, found: 0.61, right: 0.62 });
    let said = said(&findings);
    assert!(
        said.contains(
            "From a probability of \"yes\" of 0.231 on, mlp-790k says \"yes\" as often as it is true (1 % of the rows)"
        ),
        "{said}"
    );
    assert!(said.contains("it then finds 61 % of them, and 62 % of what it calls \"yes\" is right"), "{said}");
}
