//! A study of handwritten digits as it could have come out, to be bent into every verdict.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use super::steps::{staircase, tangible};
use crate::candidate::{Point, TunedParams};
use crate::data::ColumnKind;
use crate::measure::{Deployment, Machine};
use crate::metric::Metric;
use crate::search::Why;
use crate::stats::Estimate;
use crate::store::LookRecord;
use crate::study::costs::{Amount, Bytes, Exceeded, Latency, Parameters};
use crate::study::{
    Budget, FamilyId, GoodEnough, LadderSpec, LimitViolation, Limits, PromptSpec, Rule, Source, SplitBy, Study, Task,
    TaskKind, Trials,
};
use crate::trial::TrialStats;
use crate::verdict::{
    Against, Analysis, Beyond, CandidateStatus, Learning, Row, Screening, Terms, Test, TestKind, Verdict, VerdictKind,
};
use crate::{
    Climbed, CurvePoint, DataOutlook, DataSummary, Effort, Findings, Forecast, Handover, LearningCurve, UntriedRung,
};

/// What a line of a sample is made from: name, family, parameters, quality, training quality, p95 in
/// microseconds, standing.
pub(super) type Line = (&'static str, FamilyId, u64, f64, f64, f64, CandidateStatus);

/// The digits: 14 candidates of 4 families, one failed, one over the limits.
pub(super) const DIGITS: [Line; 14] = [
    ("majority", FamilyId::BASELINE, 1, 0.101, 0.102, 1.1, CandidateStatus::TooWeak),
    ("linear", FamilyId::new("linear"), 650, 0.951, 0.972, 18.0, CandidateStatus::TooWeak),
    ("mlp-1k", FamilyId::new("mlp"), 1_482, 0.934, 0.948, 21.0, CandidateStatus::TooWeak),
    ("trees-2k", FamilyId::new("trees"), 2_210, 0.939, 0.985, 16.0, CandidateStatus::TooWeak),
    ("mlp-3k", FamilyId::new("mlp"), 3_010, 0.961, 0.979, 26.0, CandidateStatus::TooWeak),
    ("trees-9k", FamilyId::new("trees"), 9_120, 0.957, 0.999, 31.0, CandidateStatus::Undecided),
    ("mlp-12k", FamilyId::new("mlp"), 12_480, 0.973, 0.995, 41.0, CandidateStatus::Choice),
    ("trees-40k", FamilyId::new("trees"), 39_804, 0.966, 1.0, 58.0, CandidateStatus::Undecided),
    ("mlp-50k", FamilyId::new("mlp"), 49_930, 0.974, 0.999, 87.0, CandidateStatus::GoodEnough),
    ("trees-160k", FamilyId::new("trees"), 161_002, 0.967, 1.0, 140.0, CandidateStatus::Undecided),
    ("mlp-200k", FamilyId::new("mlp"), 198_154, 0.9745, 1.0, 260.0, CandidateStatus::GoodEnough),
    ("mlp-790k", FamilyId::new("mlp"), 790_282, 0.975, 1.0, 840.0, CandidateStatus::Reference),
    ("mlp-2M", FamilyId::new("mlp"), 2_004_490, 0.976, 1.0, 2_900.0, CandidateStatus::OverLimits),
    ("trees-3M", FamilyId::new("trees"), 3_000_000, f64::NAN, f64::NAN, f64::NAN, CandidateStatus::Failed),
];

/// An estimate from five repeats.
pub(super) fn estimate(point: f64, standard_error: f64) -> Estimate {
    Estimate {
        point,
        standard_error,
        degrees_of_freedom: 11.3,
        repeats: 5,
        examples: 1_162,
        variance_repeats: standard_error.powi(2) * 0.3,
        variance_examples: standard_error.powi(2) * 0.8,
        gap: 0.0,
    }
}

/// The rows of a table: qualities around `reference`, whose standard error is `error`.
pub(super) fn rows(lines: &[Line], metric: Metric, reference: &str, error: f64) -> Vec<Row> {
    let best = lines.iter().find(|line| line.0 == reference).map_or(0.0, |line| line.3);
    lines.iter().map(|line| row(line, metric, (best, reference), error)).collect()
}

fn row(line: &Line, metric: Metric, (best, reference): (f64, &str), error: f64) -> Row {
    let &(name, family, parameters, quality, train, micros, standing) = line;
    let failed = !quality.is_finite();
    let distance = metric.orient(quality) - metric.orient(best);
    let history = if failed || family == FamilyId::BASELINE || family == FamilyId::new("linear") {
        Vec::new()
    } else {
        history(parameters)
    };
    let difference =
        (name != reference && !failed).then(|| estimate(distance, error * (0.9 + 6.0 * distance.abs()).min(3.0)));
    Row {
        name: name.to_owned(),
        family,
        parameters: Some(parameters),
        bytes: (!failed).then_some(1_200 + parameters * 4),
        quality: (!failed).then(|| estimate(quality, error)),
        difference,
        train_quality: (!failed).then_some(train),
        train_by_repeat: Vec::new(),
        holdout_quality: None,
        holdout_difference: None,
        stopped: Vec::new(),
        by_repeat: (0..5)
            .map(|at| quality + error * (f64::from(at) - 2.0) * 0.7)
            .filter(|value| value.is_finite())
            .collect(),
        deployment: (!failed).then(|| deployment(parameters, micros)),
        trials: if failed { Vec::new() } else { (0..5).map(|_| facts(parameters)).collect() },
        history,
        failures: if failed {
            vec!["killed by signal 9, most often for want of memory".to_owned()]
        } else {
            Vec::new()
        },
        calls: None,
        cascade: None,
        probed: std::collections::BTreeMap::new(),
        excess: Vec::new(),
        unknown: Vec::new(),
        unmeasured: None,
        standing,
    }
}

fn deployment(parameters: u64, micros: f64) -> Deployment {
    Deployment {
        latency_p50: micros * 0.7e-6,
        latency_p95: micros * 1e-6,
        latency_p99: micros * 1.6e-6,
        predictions: 5_000,
        throughput: 3.1e6 / micros,
        load_seconds: Some(0.001 + parameters as f64 * 2e-9),
        memory: Some(180_000 + parameters * 9),
        timings: None,
    }
}

fn facts(parameters: u64) -> TrialStats {
    TrialStats {
        parameters,
        bytes: 1_200 + parameters * 4,
        train_rows: 1_150,
        settled: TunedParams { steps: 1_200, learning_rate: 0.003, l2: 1e-4, ..TunedParams::default() },
        history: Vec::new(),
        watched: None,
        flops: 6.0 * parameters as f64 * 1_150.0 * 40.0,
        search_share: 0.62,
        wall_seconds: 0.4 + parameters as f64 * 2.2e-5,
        cpu_seconds: 0.35 + parameters as f64 * 2.1e-5,
        peak_memory: Some(38_000_000 + parameters * 40),
        changes: Vec::new(),
        ..TrialStats::default()
    }
}

fn history(parameters: u64) -> Vec<Point> {
    let speed = 0.02 + (parameters as f64).log10() * 0.012;
    let point = |at: u32| {
        let passed = f64::from(at);
        let train = 2.3 * (-speed * passed).exp() + 0.004;
        let overfit = (parameters as f64).log10() * 0.0002 * passed;
        let validation_loss = train * 0.9 + 0.09 + overfit;
        Point { step: u64::from(at) * 12, train_loss: train, validation_loss, quality: None, flops: None }
    };
    (0..=60).map(|at| point(at * 2)).collect()
}

/// A test with its bounds.
pub(super) fn test(
    kind: TestKind,
    (candidate, against): (&str, Option<&str>),
    difference: Estimate,
    threshold: f64,
) -> Test {
    let (lower, upper) = (difference.lower(0.95), difference.upper(0.95));
    let (candidate, against) = (candidate.to_owned(), against.map(str::to_owned));
    Test {
        kind,
        candidate,
        against,
        score: None,
        difference,
        threshold,
        lower,
        upper,
        confidence: None,
        sequential: None,
        carried: None,
        passed: lower > threshold,
        counted: true,
    }
}

fn study(source: &str) -> Study {
    Study {
        path: PathBuf::from("digits.toml"),
        task: Task {
            source: Source::Split(PathBuf::from(source)),
            target: "digit".to_owned(),
            references: Vec::new(),
            choices: None,
            input: Vec::new(),
            kind: Some(TaskKind::Classification),
            text: Vec::new(),
            metric: Some(Metric::Accuracy),
            split_by: SplitBy::Rows,
            ignore: Vec::new(),
            header: None,
            separator: None,
            format: None,
            reviewed: None,
            cells: Default::default(),
            columns: BTreeMap::new(),
        },
        metric: crate::metric::TextSettings::default(),
        tokeniser_files: crate::metric::TokeniserFiles::default(),
        good_enough: GoodEnough::default(),
        recipe: Vec::new(),
        slice_by: None,
        probes: Vec::new(),
        levers: crate::study::LeverSpec::default(),
        ladder: LadderSpec::default(),
        trials: Trials::default(),
        candidates: Vec::new(),
        cascades: Vec::new(),
        pretrained: Vec::new(),
        prompt: PromptSpec::default(),
        budget: Budget::default(),
        prices: crate::study::Prices::default(),
        calibrate: false,
    }
}

fn terms() -> Terms {
    Terms {
        metric: Metric::Accuracy,
        settings: crate::metric::TextSettings::default(),
        tokeniser_files: crate::metric::TokeniserFiles::default(),
        rule: Rule::Margin(0.01),
        proposed: false,
        confidence: 0.95,
        smallest_by: &Parameters,
        profile: None,
        limits: Limits::default()
            .with(&Bytes, Amount::Bytes(5_000_000))
            .with(&Latency, Amount::Time(Duration::from_millis(2))),
        incumbent: None,
    }
}

fn data() -> DataSummary {
    DataSummary {
        task: TaskKind::Classification,
        development: 1_438,
        holdout: 359,
        given: false,
        target: "digit".to_owned(),
        classes: (0..10).map(|digit| digit.to_string()).collect(),
        columns: (0..64)
            .map(|at| {
                (
                    format!("pixel_{}_{}", at / 8, at % 8),
                    if at % 24 == 0 { ColumnKind::Constant } else { ColumnKind::Numeric },
                )
            })
            .collect(),
        notes: vec![
            "3 columns have a single value and are not used: pixel_0_0, pixel_3_0 and pixel_6_0".to_owned(),
            "2 rows occur twice; both copies are kept on the same side of every split".to_owned(),
        ],
        reviewed: None,
        cautions: Vec::new(),
        cut: Vec::new(),
        digest: "b3:6f1c0a6f5d3f42a1c9e07b1de2".to_owned(),
        resolvable_margin: 0.0131,
    }
}

/// The rows of the digits: those of the verdict read, one over its limits.
fn digit_rows() -> Vec<Row> {
    let mut rows = rows(&DIGITS, Metric::Accuracy, "mlp-790k", 0.0014);
    for row in &mut rows {
        if ["majority", "mlp-12k", "mlp-50k", "mlp-200k", "mlp-790k"].contains(&row.name.as_str()) {
            let point = row.quality.as_ref().map_or(0.0, |found| found.point);
            row.holdout_quality = Some(estimate(point - 0.0008, 0.0051));
            row.holdout_difference = row.difference.clone().map(|found| estimate(found.point - 0.0003, 0.0021));
        }
        if row.name == "mlp-2M" {
            row.excess = vec![
                LimitViolation {
                    limit: Exceeded::Cost(&Bytes),
                    allowed: 5e6,
                    found: row.bytes.map(|bytes| bytes as f64),
                },
                LimitViolation { limit: Exceeded::Cost(&Latency), allowed: 0.002, found: Some(0.0029) },
            ];
        }
    }
    rows
}

/// Smaller is enough.
pub(super) fn digits() -> Findings {
    let rows = digit_rows();
    let name = |text: &str| Some(text.to_owned());
    Findings {
        format: 1,
        name: "digits".to_owned(),
        study: study("optdigits.csv"),
        source: "[task]\ndata   = \"optdigits.csv\"\ntarget = \"digit\"\n\n[good-enough]\nmargin = 0.01\nbytes = \"5 MB\"\nlatency-p95 = \"2 ms\"\n".to_owned(),
        data: data(),
        terms: terms(),
        analysis: Analysis {
            screening: Screening {
                rows,
                baseline: name("majority"),
                reference: name("mlp-790k"),
                incumbent: false,
                best: name("mlp-2M"),
                learned: true,
                learning: Learning::default(),
                stand_in: None,
                against: Against::Candidate("mlp-790k".to_owned()),
                sequence: vec!["mlp-200k".to_owned(), "mlp-50k".to_owned(), "mlp-12k".to_owned()],
                staircase: Vec::new(),
                cross_fitted: false,
                withheld: false,
                agreements: Vec::new(),
                shots: Vec::new(),
            },
            tests: tests(),
            validation_examples: 288,
            holdout_examples: 359,
            look: 1,
            limits_cost: Some(estimate(-0.001, 0.0009)),
            staircase: staircase("mlp-790k"),
            tangible: tangible("mlp-12k", "mlp-790k"),
        },
        verdict: Verdict {
            kind: VerdictKind::SmallerIsEnough,
            choice: name("mlp-12k"),
            reference: name("mlp-790k"),
            carried_by: Some(3),
            needed: None,
            nearest: None,
            beyond: Beyond { dearer: 1, best: name("mlp-2M"), difference: Some(estimate(0.001, 0.0009)) },
            unmeasured: Vec::new(),
            outdone: None,
            close: Vec::new(),
        },
        curve: Some(curve("mlp-12k")),
        uncascaded: Vec::new(),
        looks: vec![LookRecord { number: 1, at: "2025-03-01 12:00:00".to_owned(), candidates: vec!["mlp-12k".to_owned(), "mlp-790k".to_owned()] }],
        effort: Effort { trials: 65, stopped: 0, trained: 0, failed: 5, flops: 3.4e12, cpu_seconds: 1_312.0, peak_memory: Some(152_000_000) },
        outlook: Some(outlook()),
        probes: Vec::new(),
        levers: None,
        labels: None,
        overfitting: None,
        differences: Vec::new(),
        threshold: None,
        quality: None,
        climb: Some(climbed()),
        bundle: Some(Handover { candidate: "mlp-12k".to_owned(), file: "model.lagom".to_owned(), parameters: 12_480, bytes: 51_120, bytes_beside: 0, rows: 1_438, holdout_quality: Some(0.9749), shortfalls: Vec::new(), calibration: None, as_asked: false }),
        machine: Machine { processor: "AMD EPYC 7763".to_owned(), cores: 2, memory: Some(8_589_934_592), system: "linux x86_64".to_owned(), lagom: "0.1.0".to_owned() },
    }
}

/// A forecast for the choice.
fn outlook() -> DataOutlook {
    DataOutlook {
        candidate: "mlp-12k".to_owned(),
        rows: 1_150,
        times: 2.0,
        quality: Forecast { point: 0.9791, low: 0.9712, high: 0.9853 },
        gain: Some(0.01),
        odds: Some(0.234),
        for_bar: None,
        ill: None,
    }
}

/// The reference beats guessing; three smaller ones keep within the margin.
fn tests() -> Vec<Test> {
    let enough =
        |name, point, error| test(TestKind::NonInferiority, (name, Some("mlp-790k")), estimate(point, error), -0.01);
    vec![
        test(TestKind::Learned, ("mlp-790k", Some("majority")), estimate(0.874, 0.009), 0.0),
        enough("mlp-200k", -0.0004, 0.0012),
        enough("mlp-50k", -0.0011, 0.0017),
        enough("mlp-12k", -0.0021, 0.0022),
    ]
}

/// A climb that left three rungs out, for three reasons.
fn climbed() -> Climbed {
    let rung = |(name, parameters, gain, why): (&str, u64, f64, Why)| UntriedRung {
        name: name.to_owned(),
        parameters,
        gain,
        why,
    };
    Climbed {
        stopped: 0,
        rungs: 17,
        tried: 14,
        flops: 3.4e12,
        sweep_flops: 1.1e13,
        untried: [
            ("mlp-8M", 8_011_200, 0.024, Why::OverLimits),
            ("trees-12M", 12_004_000, 0.0031, Why::CurveBounds),
            ("trees-48M", 48_100_000, 0.0034, Why::CurveBounds),
        ]
        .map(rung)
        .to_vec(),
    }
}

/// A learning curve that levels off.
pub(super) fn curve(candidate: &str) -> LearningCurve {
    let point = |(share, rows, quality, train): (f64, u64, f64, f64)| CurvePoint {
        share,
        rows,
        quality: estimate(quality, 0.012 * (1.1 - share) + 0.001),
        train_quality: train,
    };
    let points = [
        (0.0625, 72, 0.842, 1.0),
        (0.125, 144, 0.903, 1.0),
        (0.25, 288, 0.938, 0.999),
        (0.5, 575, 0.96, 0.997),
        (1.0, 1_150, 0.973, 0.995),
    ];
    LearningCurve { candidate: candidate.to_owned(), points: points.map(point).to_vec() }
}
