//! The samples: each of the five verdicts, a regression and a text.

use super::asked::asked;
use super::sample::{Line, curve, digits, estimate, rows, test};
use crate::Findings;
use crate::data::ColumnKind;
use crate::metric::Metric;
use crate::stats::Needed;
use crate::study::costs::{Amount, Exceeded, Memory};
use crate::study::{FamilyId, LimitViolation, Limits, Rule, TaskKind};
use crate::verdict::{Against, Beyond, CandidateStatus, Staircase, TestKind, VerdictKind};

/// Every sample with its name.
pub(super) fn all() -> Vec<(&'static str, Findings)> {
    vec![
        ("smaller", digits()),
        ("smallest-is-best", smallest_is_best()),
        ("bigger", bigger()),
        ("undecided", undecided()),
        ("nothing-qualifies", nothing_qualifies()),
        ("bar-missed", bar_missed()),
        ("nothing-learned", nothing_learned()),
        ("regression", regression()),
        ("text", text()),
        ("bar-cleared", bar_cleared()),
        ("one-rung", one_rung()),
        ("all-failed", all_failed()),
        ("asked", asked()),
        ("incumbent", super::incumbent::replaced()),
        ("incumbent-kept", super::incumbent::kept()),
        ("training-cost", super::training_cost::by_training_cost()),
    ]
}

fn stand(findings: &mut Findings, choice: Option<&str>) {
    for row in &mut findings.analysis.screening.rows {
        if row.standing == CandidateStatus::Choice && choice != Some(row.name.as_str()) {
            row.standing = CandidateStatus::Undecided;
        }
        if choice == Some(row.name.as_str()) {
            row.standing = CandidateStatus::Choice;
        }
    }
    findings.verdict.choice = choice.map(str::to_owned);
}

fn smallest_is_best() -> Findings {
    const LINES: [Line; 5] = [
        ("majority", FamilyId::BASELINE, 1, 0.631, 0.63, 1.0, CandidateStatus::TooWeak),
        ("linear", FamilyId::new("linear"), 31, 0.974, 0.984, 9.0, CandidateStatus::Choice),
        ("mlp-1k", FamilyId::new("mlp"), 1_051, 0.972, 0.99, 14.0, CandidateStatus::NoBetter),
        ("trees-2k", FamilyId::new("trees"), 2_004, 0.961, 1.0, 12.0, CandidateStatus::NoBetter),
        ("mlp-20k", FamilyId::new("mlp"), 19_901, 0.973, 0.999, 52.0, CandidateStatus::NoBetter),
    ];
    let mut findings = digits();
    (findings.analysis.staircase, findings.analysis.tangible) = (Staircase::default(), Vec::new());
    findings.analysis.screening.rows = rows(&LINES, Metric::Accuracy, "linear", 0.002);
    findings.analysis.screening.reference = Some("linear".to_owned());
    findings.analysis.screening.best = Some("linear".to_owned());
    findings.analysis.screening.against = Against::Candidate("mlp-20k".to_owned());
    findings.analysis.screening.sequence = vec!["linear".to_owned()];
    findings.analysis.limits_cost = None;
    findings.analysis.tests = vec![
        test(TestKind::Learned, ("linear", Some("majority")), estimate(0.341, 0.02), 0.0),
        test(TestKind::NonInferiority, ("linear", Some("mlp-20k")), estimate(0.0012, 0.0021), -0.01),
    ];
    findings.verdict.reference = Some("linear".to_owned());
    findings.verdict.carried_by = Some(1);
    findings.verdict.beyond =
        Beyond { dearer: 3, best: Some("mlp-20k".to_owned()), difference: Some(estimate(-0.001, 0.002)) };
    findings.terms.limits = Limits::default();
    findings.terms.proposed = true;
    findings.effort.failed = 0;
    findings.curve = None;
    findings.bundle = None;
    stand(&mut findings, Some("linear"));
    findings
}

fn bigger() -> Findings {
    let mut findings = digits();
    findings.analysis.tests.truncate(1);
    findings.analysis.tests.push(test(
        TestKind::NonInferiority,
        ("mlp-200k", Some("mlp-790k")),
        estimate(-0.0142, 0.0029),
        -0.01,
    ));
    findings.analysis.screening.sequence = vec!["mlp-200k".to_owned()];
    findings.verdict.kind = VerdictKind::BiggerPays;
    findings.verdict.carried_by = Some(1);
    findings.verdict.choice = Some("mlp-790k".to_owned());
    findings.bundle = None;
    for row in &mut findings.analysis.screening.rows {
        if matches!(row.standing, CandidateStatus::Choice | CandidateStatus::GoodEnough | CandidateStatus::Undecided) {
            row.standing = CandidateStatus::TooWeak;
            let point = 0.975 - 0.0142 * (1.0 + (198_154.0 / row.parameters.unwrap_or(1) as f64).log10());
            row.quality = Some(estimate(point, 0.0021));
            row.difference = Some(estimate(point - 0.975, 0.0029));
            row.holdout_quality = row.holdout_quality.as_ref().map(|_| estimate(point - 0.001, 0.005));
        }
    }
    findings
}

fn undecided() -> Findings {
    let mut findings = digits();
    findings.analysis.tests.truncate(1);
    findings.analysis.tests.push(test(
        TestKind::NonInferiority,
        ("mlp-12k", Some("mlp-790k")),
        estimate(-0.0061, 0.0054),
        -0.01,
    ));
    let mut late = test(TestKind::NonInferiority, ("mlp-50k", Some("mlp-790k")), estimate(-0.001, 0.002), -0.01);
    late.counted = false;
    findings.analysis.tests.push(late);
    findings.analysis.look = 3;
    findings.verdict.kind = VerdictKind::Undecided;
    findings.verdict.carried_by = Some(1);
    findings.verdict.needed = Some(Needed {
        examples: Some(4_380),
        repeats: Some(14),
        assumed_equal: false,
        out_of_reach: false,
        at_margin: false,
    });
    stand(&mut findings, None);
    findings.verdict.choice = Some("mlp-790k".to_owned());
    findings.bundle = None;
    findings
}

fn nothing_qualifies() -> Findings {
    let mut findings = digits();
    for row in &mut findings.analysis.screening.rows {
        let found = row.deployment.as_ref().and_then(|found| found.memory).map_or(0.0, |memory| memory as f64);
        if row.standing != CandidateStatus::Failed {
            row.standing = CandidateStatus::OverLimits;
            row.excess = vec![LimitViolation { limit: Exceeded::Cost(&Memory), allowed: 64_000.0, found: Some(found) }];
        }
        (row.difference, row.holdout_quality, row.holdout_difference) = (None, None, None);
    }
    findings.terms.limits = Limits::default().with(&Memory, Amount::Bytes(64_000));
    (findings.analysis.staircase, findings.analysis.tangible) = (Staircase::default(), Vec::new());
    findings.analysis.tests.clear();
    findings.analysis.limits_cost = None;
    findings.analysis.look = 0;
    findings.analysis.screening.reference = None;
    findings.verdict.reference = None;
    findings.verdict.kind = VerdictKind::NothingQualifies;
    findings.verdict.carried_by = None;
    findings.verdict.choice = None;
    findings.verdict.nearest = Some((
        "linear".to_owned(),
        vec![LimitViolation { limit: Exceeded::Cost(&Memory), allowed: 64_000.0, found: Some(185_850.0) }],
    ));
    findings.verdict.beyond = Beyond { dearer: 0, best: None, difference: None };
    (findings.curve, findings.bundle) = (None, None);
    findings
}

fn bar_missed() -> Findings {
    let mut findings = digits();
    findings.terms.rule = Rule::Bar(0.99);
    (findings.analysis.staircase, findings.analysis.tangible) = (Staircase::default(), Vec::new());
    findings.analysis.screening.against = Against::Bar;
    findings.analysis.tests.truncate(1);
    findings.analysis.tests.push(test(TestKind::AboveBar, ("mlp-790k", None), estimate(-0.0158, 0.005), 0.0));
    findings.verdict.kind = VerdictKind::NothingQualifies;
    findings.verdict.carried_by = Some(1);
    findings.verdict.nearest = Some((
        "mlp-790k".to_owned(),
        vec![LimitViolation { limit: Exceeded::Bar, allowed: 0.0, found: Some(-0.0158) }],
    ));
    stand(&mut findings, None);
    findings.bundle = None;
    findings
}

fn bar_cleared() -> Findings {
    let mut findings = digits();
    findings.terms.rule = Rule::Bar(0.96);
    (findings.analysis.staircase, findings.analysis.tangible) = (Staircase::default(), Vec::new());
    findings.analysis.screening.against = Against::Bar;
    findings.analysis.tests.truncate(1);
    findings.analysis.tests.push(test(TestKind::AboveBar, ("mlp-12k", None), estimate(0.0122, 0.0051), 0.0));
    findings.verdict.carried_by = Some(1);
    findings
}

/// A ladder of one rung besides the baseline.
fn one_rung() -> Findings {
    let mut findings = smallest_is_best();
    findings.analysis.screening.rows.truncate(2);
    findings.analysis.tests.truncate(1);
    findings.verdict.carried_by = None;
    findings
}

fn all_failed() -> Findings {
    let mut findings = nothing_qualifies();
    findings.analysis.screening.rows.retain(|row| matches!(row.standing, CandidateStatus::Failed));
    findings.analysis.screening.baseline = None;
    findings.verdict.nearest = None;
    findings
}

fn nothing_learned() -> Findings {
    const LINES: [Line; 5] = [
        ("majority", FamilyId::BASELINE, 1, 0.508, 0.507, 1.0, CandidateStatus::TooWeak),
        ("linear", FamilyId::new("linear"), 22, 0.514, 0.561, 8.0, CandidateStatus::Reference),
        ("mlp-1k", FamilyId::new("mlp"), 993, 0.503, 0.78, 13.0, CandidateStatus::NoBetter),
        ("trees-2k", FamilyId::new("trees"), 2_031, 0.496, 0.94, 12.0, CandidateStatus::NoBetter),
        ("mlp-20k", FamilyId::new("mlp"), 20_102, 0.499, 1.0, 50.0, CandidateStatus::NoBetter),
    ];
    let mut findings = digits();
    (findings.analysis.staircase, findings.analysis.tangible) = (Staircase::default(), Vec::new());
    findings.analysis.screening.rows = rows(&LINES, Metric::Accuracy, "linear", 0.011);
    findings.analysis.screening.learned = false;
    findings.analysis.screening.reference = Some("linear".to_owned());
    findings.analysis.screening.best = Some("linear".to_owned());
    findings.analysis.tests = vec![test(TestKind::Learned, ("linear", Some("majority")), estimate(0.003, 0.014), 0.0)];
    for row in findings.analysis.screening.rows.iter_mut().take(2) {
        row.holdout_quality = row.quality.clone();
    }
    findings.analysis.limits_cost = None;
    findings.verdict.kind = VerdictKind::NothingLearned;
    findings.verdict.carried_by = Some(0);
    (findings.verdict.choice, findings.verdict.reference) = (None, Some("linear".to_owned()));
    (findings.curve, findings.bundle, findings.effort.failed) = (None, None, 0);
    findings
}

/// RMSE: lower is better, in thousands.
fn regression() -> Findings {
    const LINES: [Line; 7] = [
        ("mean", FamilyId::BASELINE, 1, 115_402.0, 115_380.0, 1.0, CandidateStatus::TooWeak),
        ("linear", FamilyId::new("linear"), 14, 68_120.0, 67_905.0, 7.0, CandidateStatus::TooWeak),
        ("trees-3k", FamilyId::new("trees"), 3_012, 51_210.0, 47_030.0, 14.0, CandidateStatus::Choice),
        ("mlp-5k", FamilyId::new("mlp"), 5_121, 57_904.0, 55_500.0, 22.0, CandidateStatus::TooWeak),
        ("trees-24k", FamilyId::new("trees"), 24_004, 49_830.0, 38_400.0, 39.0, CandidateStatus::Reference),
        ("mlp-80k", FamilyId::new("mlp"), 80_385, 53_660.0, 44_108.0, 98.0, CandidateStatus::NoBetter),
        ("trees-190k", FamilyId::new("trees"), 190_440, 50_240.0, 21_030.0, 130.0, CandidateStatus::NoBetter),
    ];
    let mut findings = digits();
    let (screening, verdict) = (&mut findings.analysis.screening, &mut findings.verdict);
    findings.terms.metric = Metric::Rmse;
    findings.terms.rule = Rule::Margin(2_500.0);
    findings.terms.limits = Limits::default();
    findings.study.task.kind = Some(TaskKind::Regression);
    findings.data.classes.clear();
    findings.data.resolvable_margin = 2_310.0;
    (findings.analysis.staircase, findings.analysis.tangible) = (Staircase::default(), Vec::new());
    screening.rows = rows(&LINES, Metric::Rmse, "trees-24k", 410.0);
    for row in &mut screening.rows {
        row.difference = row.difference.take().map(|found| estimate(found.point, 390.0));
        row.holdout_quality =
            ["mean", "trees-3k", "trees-24k"].contains(&row.name.as_str()).then(|| row.quality.clone()).flatten();
    }
    screening.baseline = Some("mean".to_owned());
    screening.reference = Some("trees-24k".to_owned());
    screening.best = Some("trees-24k".to_owned());
    screening.sequence = vec!["trees-3k".to_owned()];
    findings.analysis.limits_cost = None;
    findings.analysis.tests = vec![
        test(TestKind::Learned, ("trees-24k", Some("mean")), estimate(65_572.0, 900.0), 0.0),
        test(TestKind::NonInferiority, ("trees-3k", Some("trees-24k")), estimate(-1_380.0, 402.0), -2_500.0),
    ];
    verdict.choice = Some("trees-3k".to_owned());
    verdict.reference = Some("trees-24k".to_owned());
    verdict.carried_by = Some(1);
    verdict.beyond =
        Beyond { dearer: 2, best: Some("trees-190k".to_owned()), difference: Some(estimate(-410.0, 350.0)) };
    let mut found = curve("trees-3k");
    for point in &mut found.points {
        point.train_quality = 20_000.0 + 27_000.0 * point.share.sqrt();
        point.quality = estimate(51_210.0 + 30_000.0 * (1.0 - point.share).powi(3), 900.0);
    }
    (findings.curve, findings.bundle, findings.effort.failed) = (Some(found), None, 0);
    findings
}

fn text() -> Findings {
    const LINES: [Line; 6] = [
        ("majority", FamilyId::BASELINE, 1, 0.334, 0.334, 1.0, CandidateStatus::TooWeak),
        ("ngrams-4k", FamilyId::new("ngrams"), 8_194, 0.8122, 0.8721, 24.0, CandidateStatus::TooWeak),
        ("ngrams-33k", FamilyId::new("ngrams"), 65_538, 0.8417, 0.9312, 27.0, CandidateStatus::GoodEnough),
        ("embedding-130k", FamilyId::new("embedding"), 131_586, 0.8441, 0.9105, 19.0, CandidateStatus::Choice),
        ("ngrams-260k", FamilyId::new("ngrams"), 524_290, 0.8492, 0.968, 33.0, CandidateStatus::Reference),
        ("embedding-4M", FamilyId::new("embedding"), 4_194_818, 0.8466, 0.9931, 44.0, CandidateStatus::NoBetter),
    ];
    let mut findings = digits();
    findings.terms.metric = Metric::MacroF1;
    findings.terms.rule = Rule::Margin(0.0125);
    findings.study.task.kind = Some(TaskKind::TextClassification);
    findings.data.target = "sentiment".to_owned();
    findings.data.classes =
        vec!["negative".to_owned(), "neutral <script>alert(1)</script>".to_owned(), "positive".to_owned()];
    findings.data.columns = vec![("review".to_owned(), ColumnKind::Text), ("id".to_owned(), ColumnKind::Identifier)];
    (findings.analysis.staircase, findings.analysis.tangible) = (Staircase::default(), Vec::new());
    findings.analysis.screening.rows = rows(&LINES, Metric::MacroF1, "ngrams-260k", 0.003);
    findings.analysis.screening.reference = Some("ngrams-260k".to_owned());
    findings.analysis.screening.best = Some("ngrams-260k".to_owned());
    findings.analysis.limits_cost = None;
    findings.analysis.tests.truncate(1);
    findings.analysis.tests.push(test(
        TestKind::NonInferiority,
        ("embedding-130k", Some("ngrams-260k")),
        estimate(-0.0051, 0.0033),
        -0.0125,
    ));
    findings.verdict.choice = Some("embedding-130k".to_owned());
    findings.verdict.reference = Some("ngrams-260k".to_owned());
    findings.verdict.carried_by = Some(1);
    (findings.curve, findings.bundle, findings.effort.failed) = (Some(curve("embedding-130k")), None, 0);
    findings
}
