//! The ledger of levers in every form of the report.

use super::cases::all;
use crate::candidate::{Candidate, Spec, TunedParams};
use crate::levers::{
    Confirmation, CostChange, Ledger, LedgerRow, MovedChoice, NotTried, OtherSetting, ShownGain, SizeEquivalent,
    SizeGain, Standing,
};
use crate::study::costs::{Bytes, Latency, Memory, Parameters, TrainingCost};
use crate::study::{Cost, FamilyId, LeverGroup, LeverValue, Setting};
use crate::verdict::{Test, TestKind};
use crate::{Findings, html, json, ledger, ledger_json, markdown, terminal};

fn set(lever: &str, value: f64) -> Setting {
    Setting { lever: lever.to_owned(), value: LeverValue::Number(value) }
}

fn gain(point: f64, half: f64) -> ShownGain {
    ShownGain { point, low: point - half, high: point + half }
}

fn row(settings: &[Setting], standing: Standing, found: Option<ShownGain>, equivalent: SizeEquivalent) -> LedgerRow {
    let cost = |cost: &'static dyn Cost, plain: f64, times: f64| CostChange { cost, plain, with: plain * times };
    LedgerRow {
        size: "mlp-12k".to_owned(),
        settings: settings.to_vec(),
        group: Some(LeverGroup::Regularisation),
        standing,
        gain: found,
        p_value: Some(0.01),
        over_control: None,
        equivalent,
        beats_larger: false,
        costs: vec![
            cost(&Parameters, 12_480.0, 1.0),
            cost(&Bytes, 51_120.0, 1.0),
            cost(&Latency, 4.2e-5, 1.02),
            cost(&Memory, 120_000.0, 1.0),
            cost(&TrainingCost, 3.5, 2.4),
        ],
        idle: false,
        rows_changed: None,
        pairs: 5,
        others: vec![OtherSetting { setting: set("dropout", 0.2), gain: Some(0.001), pairs: 2 }],
        failures: Vec::new(),
    }
}

fn test(lower: f64, passed: bool, against: &str) -> Test {
    let estimate = crate::stats::Estimate {
        point: lower + 0.01,
        standard_error: 0.005,
        degrees_of_freedom: 40.0,
        repeats: 5,
        examples: 360,
        variance_repeats: 0.0,
        variance_examples: 0.000_025,
        gap: 0.0,
    };
    Test {
        kind: TestKind::NonInferiority,
        candidate: "mlp-12k with dropout = 0.4".to_owned(),
        against: Some(against.to_owned()),
        score: None,
        difference: estimate,
        threshold: 0.0,
        lower,
        upper: lower + 0.02,
        confidence: Some(0.975),
        sequential: None,
        carried: None,
        passed,
        counted: true,
    }
}

/// A study whose best lever brings more than any larger size, and lets a smaller one pass.
fn findings() -> Findings {
    let (_, mut findings) = all().into_iter().next().expect("a sample");
    findings.verdict.choice = Some("mlp-12k".to_owned());
    let best = LedgerRow {
        beats_larger: true,
        rows_changed: Some(212),
        ..row(
            &[set("dropout", 0.4)],
            Standing::Helps,
            Some(gain(0.021, 0.009)),
            SizeEquivalent::Factor { point: 8.04, low: Some(3.1), high: Some(20.2) },
        )
    };
    let both = row(
        &[set("dropout", 0.4), set("weight-decay", 0.05)],
        Standing::Helps,
        Some(gain(0.0182, 0.01)),
        SizeEquivalent::Beyond { largest: 63.3 },
    );
    let open = row(&[set("label-smoothing", 0.1)], Standing::NoEffect, Some(gain(0.002, 0.01)), SizeEquivalent::Flat);
    let hurts = row(&[set("mixup", 0.2)], Standing::Hurts, Some(gain(-0.03, 0.01)), SizeEquivalent::LessThanNothing);
    let failed = LedgerRow {
        failures: vec!["the loss is not a number any more".to_owned()],
        pairs: 0,
        ..row(&[set("learning-rate", 3.0)], Standing::Failed, None, SizeEquivalent::Unknown)
    };
    let confirmation = |size: &str, good_enough: bool, smaller: bool, test: Test| Confirmation {
        size: size.to_owned(),
        settings: vec![set("dropout", 0.4)],
        good_enough,
        smaller,
        test,
        look: 2,
    };
    findings.levers = Some(Ledger {
        choice: "mlp-12k".to_owned(),
        smaller: Some("mlp-3k".to_owned()),
        confidence: 0.95,
        worth: 0.001,
        false_discovery: 0.1,
        repeats: 5,
        budget: Some(3.4e12),
        flops: 2.1e12,
        trials: 84,
        rows: vec![best, both, open, hurts, failed],
        sizes: vec![SizeGain {
            name: "mlp-790k".to_owned(),
            family: FamilyId::new("mlp"),
            parameters: 790_000,
            gain: gain(0.004, 0.006),
        }],
        confirmations: vec![
            confirmation("mlp-12k", false, false, test(0.0042, true, "mlp-12k")),
            confirmation("mlp-3k", true, true, test(-0.0051, true, "mlp-790k")),
        ],
        moved: None,
        not_tried: vec![NotTried {
            size: "mlp-3k".to_owned(),
            lever: "ensemble".to_owned(),
            why: crate::levers::WhyNot::Budget,
        }],
    });
    findings
}

#[test]
fn the_ledger_is_told_at_every_width_in_whole_lines() {
    let findings = findings();
    for width in [60, 80, 100, 120, 160] {
        let text = ledger(&findings, width);
        assert!(text.lines().all(|line| line.chars().count() <= width), "{width}:\n{text}");
        for said in ["dropout = 0.4", "+0.021", "×8", "beyond any", "not measurable", "less than nothing", "failed"] {
            assert!(text.contains(said), "{width}, {said}:\n{text}");
        }
    }
    let text = ledger(&findings, 120);
    assert!(text.contains("Of 5 lines 2 help, 1 hurts, 1 failed."), "{text}");
    // 0.012 to 0.030, as they are rounded outwards.
    assert!(text.contains("+0.021 (+0.012 to +0.030)") && text.contains("×8 (3.1 to 20)"), "{text}");
    assert!(text.contains("the loss is not a number any more"), "{text}");
    assert!(
        text.split_whitespace().collect::<Vec<&str>>().join(" ").contains("It changes 212 rows in each training."),
        "{text}"
    );
    assert!(text.contains("the budget ended before: ensemble (mlp-3k)"), "{text}");
    insta::assert_snapshot!("ledger_80", ledger(&findings, 80));
    insta::assert_snapshot!("ledger_120", text);
}

#[test]
fn the_first_screen_says_what_comes_before_a_larger_model_and_that_a_smaller_one_passes() {
    let findings = findings();
    let text = terminal(&findings, 100);
    let flat = text.split_whitespace().collect::<Vec<&str>>().join(" ");
    assert!(flat.contains("Before a larger model: set `dropout = 0.4` under [recipe]. It gains 0.021"), "{text}");
    // −0.0051 is at most 0.006 worse.
    assert!(flat.contains("With `dropout = 0.4` the smaller mlp-3k is good enough, too: on sealed rows it is at most 0.006 worse than mlp-790k. It is not the choice, since"), "{text}");
    let mut refuted = findings;
    let ledger = refuted.levers.as_mut().expect("a ledger");
    ledger.confirmations =
        vec![Confirmation { test: test(-0.004, false, "mlp-12k"), ..ledger.confirmations[0].clone() }];
    let text = terminal(&refuted, 100);
    assert!(!text.contains("Before a larger model") && text.contains("not shown on sealed rows"), "{text}");
}

#[test]
fn a_choice_that_a_lever_moved_down_is_the_answer_and_the_plain_verdict_stands_below() {
    let mut findings = findings();
    let plain = crate::answer(&findings).headline;
    let ledger = findings.levers.as_mut().expect("a ledger");
    ledger.moved = Some(MovedChoice {
        candidate: Candidate::new("mlp-3k with dropout = 0.4", Spec::of("mlp").with_each("hidden", &[16]), 3_100),
        size: "mlp-3k".to_owned(),
        settings: vec![set("dropout", 0.4)],
        against: Some("mlp-790k".to_owned()),
        costs: vec![CostChange { cost: &Parameters, plain: 12_480.0, with: 3_100.0 }],
        settled: TunedParams::default(),
        train_by_repeat: Vec::new(),
    });
    let answer = crate::answer(&findings);
    assert_eq!(answer.headline, "No: a smaller model is enough, with a lever.");
    let told = [
        "mlp-3k with `dropout = 0.4` does the job of mlp-790k: on sealed rows that had not chosen it (look 2) it is at most 0.006 worse than mlp-790k.",
        "A lever moved the choice down from mlp-12k: 3,100 in place of 12,480 (parameters).",
        &format!("By the plain recipes alone the answer is: {plain}"),
    ];
    assert_eq!(answer.sentences[..3], told);
    assert!(!answer.sentences.iter().any(|one| one.contains("good enough, too")), "{:?}", answer.sentences);
    let again: Findings = serde_json::from_str(&json(&findings)).expect("findings");
    assert_eq!(again.levers, findings.levers);
}

#[test]
fn every_form_has_the_same_figures_and_the_json_all_of_them() {
    let findings = findings();
    let page = html(&findings);
    assert!(page.contains("<h2>Levers: what helps beside size</h2>") && page.contains("levers-wide"), "a picture");
    assert!(page.contains("levers-narrow") && page.contains("×8 (3.1 to 20)"));
    let comment = markdown(&findings);
    assert!(comment.contains("dropout = 0.4") && comment.contains("beyond any size (over ×63)"), "{comment}");
    let kept: serde_json::Value = serde_json::from_str(&json(&findings)).expect("JSON");
    assert_eq!(kept["levers"]["rows"][0]["gain"]["point"], 0.021);
    assert_eq!(kept["levers"]["rows"][0]["equivalent"]["kind"], "factor");
    assert_eq!(kept["levers"]["rows"][1]["equivalent"]["largest"], 63.3);
    assert_eq!(kept["shown"]["levers"][0]["settings"], "dropout = 0.4");
    let alone: serde_json::Value = serde_json::from_str(&ledger_json(&findings)).expect("JSON");
    assert_eq!(alone, kept["levers"]);
    // What is written comes back.
    let again: Ledger = serde_json::from_value(alone).expect("a ledger");
    assert_eq!(Some(again), findings.levers);
}

#[test]
fn a_study_without_the_stage_has_no_word_of_it() {
    let (_, plain) = all().into_iter().next().expect("a sample");
    assert!(!html(&plain).contains("Levers:") && !terminal(&plain, 100).contains("Levers:"));
    assert!(!json(&plain).contains("\"levers\""));
    assert!(ledger(&plain, 80).contains("no levers were tried"));
}

#[test]
fn a_long_ledger_is_folded_on_the_page() {
    let mut findings = findings();
    assert!(!html(&findings).contains("further setting"));
    let ledger = findings.levers.as_mut().expect("a ledger");
    while ledger.rows.len() < 14 {
        let again = ledger.rows[0].clone();
        ledger.rows.push(again);
    }
    // Twelve lines stand open.
    assert!(html(&findings).contains("2 further settings"));
}
