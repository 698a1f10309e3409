//! The policy on scripted candidates: scores drawn from a known truth, no training.

mod incumbent;
mod training_cost;

use rand::Rng;

use super::*;
use crate::candidate::{Candidate, Spec, TunedParams};
use crate::data::{Sealed, seed};
use crate::measure::Deployment;
use crate::metric::{ClassOutcomes, Metric, Outcomes};
use crate::study::costs::{Amount, Bytes, Parameters};
use crate::study::{Limits, Rule};
use crate::trial::TrialStats;

/// A candidate of a known size and a known share of right answers on each of two classes.
struct Scripted {
    name: &'static str,
    parameters: u64,
    accuracy: f64,
}

const VALIDATION: u32 = 400;
const HOLDOUT: u32 = 2_000;
const REPEATS: u32 = 5;

/// Whether a candidate is right on an example: mostly a property of the example (the same for every
/// candidate and repeat), partly luck of the repeat, as real candidates are.
fn outcomes(examples: &[u32], accuracy: f64, seed_of: u64, set: &str) -> Outcomes {
    let mut outcomes = ClassOutcomes::new(2);
    for &example in examples {
        let hardness: f64 = seed::generator(7, set, u64::from(example)).random();
        let luck: f64 = seed::generator(seed_of, "luck", u64::from(example)).random();
        let right = 0.8 * hardness + 0.2 * luck < accuracy * 0.8 + 0.1 * accuracy;
        let truth = example % 2;
        let said = if right { truth } else { 1 - truth };
        let probabilities = if said == 0 { [0.9, 0.1] } else { [0.1, 0.9] };
        outcomes.push(truth, &probabilities).expect("two probabilities");
    }
    Outcomes::Classes(outcomes)
}

fn entry(one: &Scripted) -> CandidateResults {
    let spec = if one.parameters == 1 {
        Spec::of("baseline")
    } else {
        Spec::of("mlp").with_each("hidden", &[one.parameters as u32])
    };
    let repeat = |repeat: u32| {
        let mut random = seed::generator(11, "split", u64::from(repeat));
        let start: u32 = random.random_range(0..1_000);
        let rows: Vec<u32> = (start..start + VALIDATION).collect();
        let holdout: Vec<u32> = (0..HOLDOUT).collect();
        let luck = seed::derive(u64::from(repeat), one.name, 0);
        RepeatOutcomes {
            repeat,
            facts: facts(one.parameters),
            validation: outcomes(&rows, one.accuracy, luck, "development"),
            gaps: None,
            train: outcomes(&rows, one.accuracy, luck, "development"),
            sealed: Sealed::from_bytes(outcomes(&holdout, one.accuracy, luck, "holdout").to_bytes().expect("whole")),
            rows,
        }
    };
    let candidate = Candidate::new(one.name.to_owned(), spec, one.parameters);
    let p95 = one.parameters as f64 * 1e-9;
    let deployment = Deployment {
        latency_p50: p95,
        latency_p95: p95,
        latency_p99: p95,
        predictions: 1_000,
        throughput: 1e5,
        load_seconds: Some(0.001),
        memory: Some(one.parameters * 4),
        timings: None,
    };
    let repeats = (0..REPEATS).map(repeat).collect();
    CandidateResults { repeats, deployment: Some(deployment), ..CandidateResults::bare(candidate) }
}

pub(super) fn facts(parameters: u64) -> TrialStats {
    TrialStats {
        parameters,
        bytes: parameters * 4,
        train_rows: 1_600,
        settled: TunedParams::default(),
        history: Vec::new(),
        watched: None,
        flops: parameters as f64 * 1e6,
        search_share: 0.3,
        wall_seconds: 1.0,
        cpu_seconds: 1.0,
        peak_memory: Some(1 << 20),
        changes: Vec::new(),
        ..TrialStats::default()
    }
}

pub(super) fn terms(rule: Rule) -> Terms {
    Terms {
        metric: Metric::Accuracy,
        settings: crate::metric::TextSettings::default(),
        tokeniser_files: crate::metric::TokeniserFiles::default(),
        rule,
        proposed: false,
        confidence: 0.95,
        smallest_by: &Parameters,
        profile: None,
        limits: Limits::default(),
        incumbent: None,
    }
}

pub(super) fn ladder(accuracies: &[(&'static str, u64, f64)]) -> Vec<CandidateResults> {
    accuracies.iter().map(|&(name, parameters, accuracy)| entry(&Scripted { name, parameters, accuracy })).collect()
}

/// The whole policy, and the names of the candidates whose holdout outcomes were read.
pub(super) fn judge(entries: &[CandidateResults], terms: &Terms) -> (Analysis, Verdict, Vec<String>) {
    let sizes = (u64::from(VALIDATION), u64::from(HOLDOUT));
    let screening = screen(entries, terms, sizes);
    let look = look(&screening);
    let names = look.as_ref().map(|(_, names)| names.clone()).unwrap_or_default();
    let mut analysis = confirm(entries, screening, terms, look.as_ref().map(|(look, _)| (look, 1)), sizes);
    let verdict = decide(&mut analysis, terms);
    (analysis, verdict, names)
}

#[test]
fn a_smaller_candidate_as_good_as_the_best_is_enough() {
    let entries = ladder(&[
        ("majority", 1, 0.5),
        ("tiny", 100, 0.7),
        ("small", 1_000, 0.9),
        ("large", 100_000, 0.9),
        ("huge", 1_000_000, 0.905),
    ]);
    let (analysis, verdict, _) = judge(&entries, &terms(Rule::Margin(0.03)));
    assert_eq!(verdict.kind, VerdictKind::SmallerIsEnough);
    assert_eq!(verdict.choice.as_deref(), Some("small"));
    assert_eq!(analysis.screening.row("tiny").map(|row| row.standing), Some(CandidateStatus::TooWeak));
    let carried = &analysis.tests[verdict.carried_by.expect("a test carries it")];
    assert!(carried.passed && carried.lower > -0.03);
}

#[test]
fn the_reference_is_the_best_on_shared_repeats_not_the_one_with_the_easier_splits() {
    let mut entries = ladder(&[("majority", 1, 0.5), ("small", 1_000, 0.88), ("large", 100_000, 0.9)]);
    // The first two repeats have the easier rows, and the small one has finished no others.
    for (entry, accuracy) in entries[1..].iter_mut().zip([0.88, 0.9]) {
        for one in &mut entry.repeats {
            let easier = if one.repeat < 2 { 0.05 } else { -0.05 };
            one.validation = outcomes(&one.rows, accuracy + easier, u64::from(one.repeat), "development");
        }
    }
    entries[1].repeats.truncate(2);
    let sizes = (u64::from(VALIDATION), u64::from(HOLDOUT));
    let screening = screen(&entries, &terms(Rule::Margin(0.03)), sizes);
    let quality = |name: &str| screening.row(name).and_then(|row| row.quality.clone()).expect("a quality").point;
    assert!(quality("small") > quality("large"), "{} {}", quality("small"), quality("large"));
    assert_eq!(screening.reference.as_deref(), Some("large"));
    assert_eq!(screening.best.as_deref(), Some("large"));
    let shortfall = screening.row("small").and_then(|row| row.difference.clone()).expect("a difference");
    assert!(shortfall.point < 0.0 && shortfall.repeats == 2, "{shortfall:?}");
}

#[test]
fn bigger_pays_where_everything_cheaper_is_surely_worse() {
    let entries = ladder(&[("majority", 1, 0.5), ("small", 1_000, 0.8), ("large", 100_000, 0.9)]);
    let (analysis, verdict, _) = judge(&entries, &terms(Rule::Margin(0.02)));
    assert_eq!(verdict.kind, VerdictKind::BiggerPays);
    assert_eq!(verdict.choice.as_deref(), Some("large"));
    assert_eq!(analysis.screening.sequence, ["small"]);
}

#[test]
fn undecided_names_the_labels_that_are_missing() {
    // A margin of 0.004 is about the standard error that 2,000 holdout examples leave.
    let entries = ladder(&[("majority", 1, 0.5), ("small", 1_000, 0.9), ("large", 100_000, 0.9)]);
    let (_, verdict, _) = judge(&entries, &terms(Rule::Margin(0.004)));
    assert_eq!(verdict.kind, VerdictKind::Undecided);
    let needed = verdict.needed.expect("what is missing");
    assert!(needed.examples.expect("more labels would do") > u64::from(HOLDOUT));
}

#[test]
fn nothing_qualifies_where_every_candidate_exceeds_a_limit() {
    let entries = ladder(&[("majority", 1, 0.5), ("small", 1_000, 0.9), ("large", 100_000, 0.9)]);
    let limits = Limits::default().with(&Bytes, Amount::Bytes(1_000));
    let (_, verdict, read) = judge(&entries, &Terms { limits, ..terms(Rule::Margin(0.02)) });
    assert_eq!(verdict.kind, VerdictKind::NothingQualifies);
    let (name, excess) = verdict.nearest.expect("the nearest");
    assert_eq!((name.as_str(), excess[0].found), ("small", Some(4_000.0)));
    assert!(read.is_empty(), "nothing is read where nothing is tested");
}

#[test]
fn limits_leave_the_best_out_and_say_what_that_costs() {
    let entries = ladder(&[("majority", 1, 0.5), ("small", 1_000, 0.85), ("large", 100_000, 0.95)]);
    let limits = Limits::default().with(&Parameters, Amount::Count(10_000));
    let (analysis, verdict, read) = judge(&entries, &Terms { limits, ..terms(Rule::Margin(0.02)) });
    assert_eq!(verdict.reference.as_deref(), Some("small"));
    assert!(analysis.limits_cost.expect("the cost of the limits").point < -0.05);
    assert!(read.contains(&"large".to_owned()), "the table shows it on the same rows");
    assert!(analysis.tests.iter().all(|test| test.candidate != "large"), "but it is not tested");
}

#[test]
fn nothing_learned_reads_nothing() {
    let entries = ladder(&[("majority", 1, 0.6), ("small", 1_000, 0.6), ("large", 100_000, 0.605)]);
    let (_, verdict, read) = judge(&entries, &terms(Rule::Margin(0.02)));
    assert_eq!(verdict.kind, VerdictKind::NothingLearned);
    assert!(read.is_empty() && verdict.choice.is_none());
}

#[test]
fn a_bar_takes_the_cheapest_above_it() {
    let entries =
        ladder(&[("majority", 1, 0.5), ("small", 1_000, 0.85), ("middle", 10_000, 0.93), ("large", 100_000, 0.95)]);
    let (_, verdict, _) = judge(&entries, &terms(Rule::Bar(0.75)));
    assert_eq!((verdict.kind, verdict.choice.as_deref()), (VerdictKind::SmallerIsEnough, Some("small")));
    let (_, verdict, _) = judge(&entries, &terms(Rule::Bar(0.999)));
    assert_eq!((verdict.kind, verdict.choice), (VerdictKind::NothingQualifies, None));
}

#[test]
fn the_cheapest_learner_can_be_the_best_itself() {
    let entries = ladder(&[("majority", 1, 0.5), ("small", 1_000, 0.9), ("large", 100_000, 0.85)]);
    let (analysis, verdict, _) = judge(&entries, &terms(Rule::Margin(0.02)));
    assert_eq!((verdict.kind, verdict.choice.as_deref()), (VerdictKind::SmallerIsEnough, Some("small")));
    assert_eq!(analysis.screening.against, Against::Candidate("large".to_owned()));
}

#[test]
fn only_what_the_look_names_is_read_and_tests_count_up_to_the_first_failure() {
    let entries = ladder(&[
        ("majority", 1, 0.5),
        ("a", 100, 0.6),
        ("b", 1_000, 0.89),
        ("c", 10_000, 0.9),
        ("d", 100_000, 0.9),
        ("e", 1_000_000, 0.905),
    ]);
    let mut entries = entries;
    entries[2].repeats.truncate(1);
    let (analysis, _, read) = judge(&entries, &terms(Rule::Margin(0.02)));
    assert!(!read.contains(&"b".to_owned()), "b has too few repeats to be judged and stays sealed");
    assert!(analysis.screening.row("b").is_some_and(|row| row.holdout_quality.is_none()));
    // a is hopeless on validation rows: it is in the table on the same rows as the others, and not tested.
    assert!(!analysis.screening.sequence.contains(&"a".to_owned()));
    assert!(analysis.tests.iter().all(|test| test.candidate != "a"));
    let failed = analysis.tests.iter().position(|test| !test.passed);
    for (at, test) in analysis.tests.iter().enumerate() {
        assert_eq!(test.counted, failed.is_none_or(|failed| at <= failed));
    }
    assert!(analysis.screening.sequence.len() <= 4);
}

#[test]
fn a_dearer_candidate_that_is_no_surer_is_left_out() {
    let entries = ladder(&[("majority", 1, 0.5), ("b", 1_000, 0.9), ("c", 10_000, 0.9), ("d", 100_000, 0.903)]);
    let (analysis, ..) = judge(&entries, &terms(Rule::Margin(0.1)));
    assert_eq!(analysis.screening.sequence, ["b"], "at this margin b is as sure as c and cheaper");
}

#[test]
fn too_few_finished_repeats_do_not_compete() {
    let mut entries = ladder(&[("majority", 1, 0.5), ("small", 1_000, 0.8), ("large", 100_000, 0.95)]);
    entries[2].repeats.truncate(1);
    entries[2].failures = vec!["killed by signal 9".to_owned(); 4];
    let (analysis, verdict, _) = judge(&entries, &terms(Rule::Margin(0.02)));
    assert_eq!(verdict.reference.as_deref(), Some("small"));
    assert_eq!(analysis.screening.row("large").map(|row| row.standing), Some(CandidateStatus::Failed));
}
