//! How sure limits and orders are, and the paragraph for those who decide.

use std::time::Duration;

use serde_json::Value;

use super::sample::digits;
use crate::probe::{Cell, ProbeResult};
use crate::study::Limits;
use crate::study::costs::{Amount, Latency, MeanLatency, Parameters, Range, Robustness};
use crate::verdict::{CloseCall, CloseTo, VerdictKind};
use crate::{Findings, answer, html, json, markdown, terminal};

/// The digits with a limit of 2 ms that the choice hangs on.
fn close() -> Findings {
    let mut findings = digits();
    findings.terms.limits = Limits::default().with(&Latency, Amount::Time(Duration::from_millis(2)));
    findings.verdict.close = vec![CloseCall {
        candidate: "mlp-12k".to_owned(),
        cost: &Latency,
        found: 0.00196,
        range: Some(Range { low: 0.0019, high: 0.0022 }),
        near: CloseTo::Within(0.002),
    }];
    findings
}

const SAID: &str = "Careful: The limit of 2 ms on the p95 latency cuts through what is known of mlp-12k, the choice: it was 1.96 ms, and may as well be anything between 1.9 ms and 2.2 ms. It counts as within; were it beyond, it would not be the choice. Measure again on a quiet machine, in another folder, before you rely on it; or leave room between the limit and what is measured.";

#[test]
fn a_limit_that_cuts_through_a_time_is_said_beside_the_answer_in_all_forms() {
    let findings = close();
    let told = answer(&findings);
    assert_eq!(told.cautions.first().map(String::as_str), Some(SAID));
    let flat = |text: &str| text.split_whitespace().collect::<Vec<&str>>().join(" ");
    for width in [80, 120] {
        assert!(flat(&terminal(&findings, width)).contains("cuts through what is known of mlp-12k"), "{width}");
    }
    assert!(html(&findings).contains("cuts through what is known of"));
    assert!(markdown(&findings).contains("cuts through what is known of mlp-12k"));
    let tree: Value = serde_json::from_str(&json(&findings)).unwrap();
    let found = &tree["verdict"]["close"][0];
    assert_eq!(
        (&found["cost"], found["range"]["high"].as_f64(), found["near"]["within"].as_f64()),
        (&"latency".into(), Some(0.0022), Some(0.002))
    );
    assert!(!json(&digits()).contains("\"close\""), "a verdict that hangs on none has none");
}

#[test]
fn what_may_be_within_an_order_and_an_unknown_interval_are_told_apart() {
    let with = |cost: &'static dyn crate::study::Cost, candidate: &str, range: Option<Range>, near: CloseTo| {
        let mut findings = close();
        let found = 0.0021;
        findings.verdict.close = vec![CloseCall { candidate: candidate.to_owned(), cost, found, range, near }];
        answer(&findings).cautions.first().cloned().unwrap_or_default()
    };
    let range = Some(Range { low: 0.0019, high: 0.0022 });
    let beyond = with(&Latency, "mlp-3k", range, CloseTo::Beyond(0.002));
    assert!(beyond.contains("It counts as beyond; were it within, the choice might be another."), "{beyond}");
    let order = with(&MeanLatency, "mlp-3k", range, CloseTo::Choice(0.002));
    assert!(
        order.contains("It is not sure that the mean latency of mlp-12k")
            && order.contains("is below that of mlp-3k (2.1 ms, between 1.9 ms and 2.2 ms)"),
        "{order}"
    );
    let unknown = with(&Latency, "mlp-12k", None, CloseTo::Within(0.002));
    assert_eq!(
        unknown,
        "Careful: Nobody can say how sure the place within the limit on the p95 latency of mlp-12k is: no interval of it was kept when it was measured; `lagom run` in another folder keeps one."
    );
    let lost = with(&Robustness, "mlp-12k", Some(Range { low: 0.001, high: 0.004 }), CloseTo::Within(0.003));
    assert!(
        lost.ends_with("More validation rows would tell; or leave room between the limit and what is measured."),
        "{lost}"
    );
}

#[test]
fn what_no_probe_looked_at_says_what_looks() {
    let mut findings = digits();
    findings.terms.limits = Limits::default().with(&Robustness, Amount::Number(0.05));
    findings.verdict.kind = VerdictKind::Undecided;
    (findings.verdict.choice, findings.verdict.carried_by) = (None, None);
    findings.verdict.unmeasured = vec!["mlp-12k".to_owned()];
    let rows = &mut findings.analysis.screening.rows;
    rows.iter_mut().filter(|row| row.name == "mlp-12k").for_each(|row| row.unknown = vec![&Robustness]);
    let told = answer(&findings);
    assert_eq!(told.headline, "Can't tell: the loss on corrupted rows of mlp-12k was not measured.");
    assert!(told.sentences[0].starts_with("It is neither within your limit nor beyond it"), "{:?}", told.sentences);
    assert!(told.sentences[1].contains("set `robustness = true` under [probes]"), "{:?}", told.sentences);
}

fn paragraph(findings: &Findings) -> String {
    let tree: Value = serde_json::from_str(&json(findings)).unwrap();
    tree["shown"]["paragraph"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn the_paragraph_says_what_is_measured_and_names_what_is_not() {
    let mut findings = digits();
    let told = paragraph(&findings);
    assert!(told.starts_with("Against mlp-790k, mlp-12k (the choice) makes "), "{told}");
    assert!(told.contains(" in 1,000 answers (between ") && told.contains("each bound with 95 %"), "{told}");
    assert!(told.contains("parameters against ") && told.contains("times smaller"), "{told}");
    assert!(told.ends_with("Not measured: what answers cost (`machine-hour` under [prices]), where it errs (`error-slices` under [probes]) and robustness (`robustness` under [probes])."), "{told}");
    assert!(
        terminal(&findings, 200).contains("Against mlp-790k, mlp-12k (the choice) makes ")
            && html(&findings).contains("(the choice) makes ")
    );
    // Where it errs is told as the probe found it.
    findings.probes = vec![ProbeResult {
        probe: "error-slices".to_owned(),
        candidate: "mlp-12k".to_owned(),
        columns: vec!["rows where".to_owned()],
        lines: vec![vec![Cell::Text("digit = 8".to_owned())]],
        ..ProbeResult::default()
    }];
    let told = paragraph(&findings);
    assert!(
        told.contains("It errs surely more often than elsewhere where digit = 8.") && !told.contains("where it errs ("),
        "{told}"
    );
    // A test without bounds in errors claims none, and nothing learned has no paragraph.
    findings.verdict.kind = VerdictKind::NothingLearned;
    assert_eq!(paragraph(&findings), "");
}

#[test]
fn errors_are_bounded_away_from_the_middle() {
    let mut findings = digits();
    let (choice, reference) = ("mlp-12k".to_owned(), "mlp-790k".to_owned());
    let carrier = findings.verdict.carried_by.expect("a test");
    let test = &mut findings.analysis.tests[carrier];
    assert_eq!((&test.candidate, test.against.as_ref()), (&choice, Some(&reference)));
    // 0.0193 worse, between 0.0041 and 0.0328: 19 more, from 4 to 33.
    (test.difference.point, test.lower, test.upper) = (-0.0193, -0.0328, -0.0041);
    for one in findings.analysis.tangible.iter_mut().filter(|one| one.candidate == choice) {
        (one.metric, one.difference.point) = (findings.terms.metric, -0.0193);
    }
    let told = paragraph(&findings);
    assert!(
        told.contains("makes 19 more errors in 1,000 answers (between 4 more and 33 more, each bound with 95 %)."),
        "{told}"
    );
    let test = &mut findings.analysis.tests[carrier];
    test.upper = 0.0022;
    let told = paragraph(&findings);
    assert!(
        told.contains(
            "(between 3 fewer and 33 more, each bound with 95 %), so that which of the two makes fewer is not shown."
        ),
        "{told}"
    );
    assert!(findings.terms.smallest_by.is(&Parameters));
}
