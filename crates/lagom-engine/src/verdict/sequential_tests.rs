//! The sequential confirmation on scripted answers: it must stop early, and be wrong no more often than it says.

use rand::Rng;
use rand::seq::SliceRandom;

use super::*;
use crate::candidate::{Candidate, Spec};
use crate::data::seed;
use crate::metric::{ClassOutcomes, Metric, Outcomes};
use crate::verdict::{CandidateStatus, Verdict, VerdictKind, decide, look, screen};
use crate::verdict::{Gaps, Learning, RepeatOutcomes, Row};

const SEALED: u32 = 3_000;

fn terms(margin: f64) -> Terms {
    crate::verdict::tests::terms(Rule::Margin(margin))
}

/// A row of the screening as the confirmation needs it.
fn row(name: &str, parameters: u64) -> Row {
    let candidate = Candidate::new(name, Spec::of("linear"), parameters);
    let mut row = screen(&[CandidateResults::bare(candidate)], &terms(0.01), (0, 0)).rows.remove(0);
    row.standing = CandidateStatus::Undecided;
    row.quality = Some(Estimate {
        point: 0.8,
        standard_error: 0.01,
        degrees_of_freedom: 100.0,
        repeats: 1,
        examples: 100,
        variance_repeats: 0.0,
        variance_examples: 1e-4,
        gap: 0.0,
    });
    row
}

fn screening(members: &[&str]) -> Screening {
    let mut rows: Vec<Row> = members.iter().zip(2..).map(|(name, size)| row(name, size)).collect();
    rows.push(row("large", 1_000));
    Screening {
        rows,
        baseline: None,
        reference: Some("large".to_owned()),
        incumbent: false,
        best: Some("large".to_owned()),
        learned: true,
        learning: Learning::default(),
        stand_in: None,
        against: Against::Candidate("large".to_owned()),
        sequence: members.iter().map(|name| (*name).to_owned()).collect(),
        staircase: members.iter().map(|name| (*name).to_owned()).collect(),
        cross_fitted: false,
        withheld: false,
        agreements: Vec::new(),
        shots: Vec::new(),
    }
}

/// Right or wrong on each row, with this chance, half of it shared by all candidates.
fn right(study: u64, name: &str, chance: f64) -> Vec<bool> {
    let mut own = seed::generator(study, name, 0);
    let hardness = |row: u32| seed::generator(study, "hardness", u64::from(row)).random::<f64>();
    (0..SEALED).map(|row| if row % 2 == 0 { hardness(row) < chance } else { own.random::<f64>() < chance }).collect()
}

fn outcomes(right: &[bool], rows: &[u32]) -> Outcomes {
    let mut outcomes = ClassOutcomes::new(2);
    for &row in rows {
        let said = if right[row as usize] { [0.0, 1.0] } else { [1.0, 0.0] };
        outcomes.push(1, &said).expect("two probabilities");
    }
    Outcomes::Classes(outcomes)
}

/// Asks until every test has ended; the analysis, and how many questions were asked.
fn confirm(study: u64, chances: &[(&str, f64)], terms: &Terms) -> (Analysis, u64) {
    let names: Vec<&str> = chances.iter().map(|(name, _)| *name).filter(|name| *name != "large").collect();
    let screening = screening(&names);
    let truth: BTreeMap<&str, Vec<bool>> =
        chances.iter().map(|&(name, chance)| (name, right(study, name, chance))).collect();
    let mut order: Vec<u32> = (0..SEALED).collect();
    order.shuffle(&mut seed::generator(study, "order", 0));
    let (look, _) = look(&screening).expect("a sequence");
    let mut answered: BTreeMap<String, Answered> = truth
        .keys()
        .map(|name| ((*name).to_owned(), vec![Responses::whole(0, Vec::new(), outcomes(&[], &[]))]))
        .collect();
    loop {
        let so_far = Answers { order: &order, sealed: &order, by_candidate: &answered, silent: &BTreeSet::new() };
        match advance(&[], &screening, terms, (&look, 1), (so_far, (300, u64::from(SEALED)))) {
            Step::Done(analysis) => {
                let asked = answered.values().map(|repeats| repeats[0].rows.len() as u64).sum();
                return (*analysis, asked);
            }
            Step::Ask(ask) => {
                for name in &ask.candidates {
                    let before = &answered[name][0].rows;
                    if before.starts_with(&ask.rows) {
                        // An earlier test of the sequence has asked it more than this already.
                        continue;
                    }
                    assert!(ask.rows.starts_with(before), "asks on in the same order");
                    let found = outcomes(&truth[name.as_str()], &ask.rows);
                    answered.insert(name.clone(), vec![Responses::whole(0, ask.rows.clone(), found)]);
                }
            }
        }
    }
}

fn decided(study: u64, chances: &[(&str, f64)], margin: f64) -> (Verdict, Analysis, u64) {
    let terms = terms(margin);
    let (mut analysis, asked) = confirm(study, chances, &terms);
    (decide(&mut analysis, &terms), analysis, asked)
}

#[test]
fn an_equal_and_a_hopeless_one_are_told_apart_long_before_the_end() {
    let (verdict, analysis, asked) = decided(1, &[("small", 0.80), ("large", 0.80)], 0.10);
    let test = analysis.tests[0].sequential.expect("asked one by one");
    assert_eq!((verdict.kind, test.stopped), (VerdictKind::SmallerIsEnough, true));
    assert!(test.examples < 1_000 && asked < 2_500, "{test:?}, {asked} questions");
    let (verdict, analysis, asked) = decided(2, &[("small", 0.40), ("large", 0.90)], 0.05);
    let test = analysis.tests[0].sequential.expect("asked one by one");
    assert_eq!((verdict.kind, test.stopped), (VerdictKind::BiggerPays, true));
    assert!(test.examples < 100 && asked < 250, "{test:?}, {asked} questions");
    assert!(analysis.tests[0].upper <= -0.05);
}

#[test]
fn the_next_member_is_asked_only_after_the_one_before_has_passed() {
    let chances = [("tiny", 0.3), ("small", 0.82), ("large", 0.82)];
    let screening = ["small", "tiny"];
    let mut ordered = chances.to_vec();
    ordered.sort_by_key(|(name, _)| screening.iter().position(|other| other == name).unwrap_or(9));
    let (verdict, analysis, _) = decided(3, &ordered, 0.08);
    assert_eq!(verdict.choice.as_deref(), Some("small"));
    assert_eq!(analysis.tests.iter().map(|test| test.passed).collect::<Vec<bool>>(), [true, false]);
    let (_, analysis, asked) = decided(4, &[("small", 0.2), ("tiny", 0.2), ("large", 0.9)], 0.05);
    assert_eq!(analysis.tests.len(), 1, "the first failure ends the sequence");
    assert!(asked < 300, "tiny was never asked: {asked}");
}

#[test]
fn once_a_dearer_one_is_confirmed_a_cheaper_one_that_would_hardly_pass_is_given_up() {
    // At the margin itself: all rows confirm it in about 1.5 of 100 studies.
    let chances = [("small", 0.82), ("tiny", 0.77), ("large", 0.82)];
    let (verdict, analysis, asked) = decided(7, &chances, 0.05);
    assert_eq!(verdict.choice.as_deref(), Some("small"));
    let test = &analysis.tests[1];
    let seen = test.sequential.expect("asked one by one");
    assert!(!test.passed && seen.stopped && seen.examples < 2_500, "{test:?}");
    assert!(asked < 7_500, "{asked} of 9,000 questions");
    // Its bounds are those of the confidence sequence, on both sides of the margin.
    assert!(test.lower < -0.05 && test.upper > -0.05, "{test:?}");
}

#[test]
fn rows_that_run_out_leave_the_decision_to_all_of_them() {
    // Worse by about the margin itself: no sequence decides that in 3,000 rows.
    let (_, analysis, asked) = decided(5, &[("small", 0.78), ("large", 0.80)], 0.02);
    let test = &analysis.tests[0];
    assert_eq!(test.sequential, Some(Sequential { examples: 3_000, of: 3_000, stopped: false }));
    // Four fifths of the error rate are the tests', the rest is the staircase's.
    assert_eq!(asked, 6_000);
    assert!((test.confidence.unwrap() - (1.0 - 0.05 * 0.8 * AT_END)).abs() < 1e-12, "{test:?}");
    // Both have answered all rows: the step is the interval for all of them, at a fifth of 5 % for the one candidate.
    let step = &analysis.staircase.steps[0];
    let lower = test.difference.lower(1.0 - 0.05 * 0.2);
    assert!((step.holds.unwrap() + lower).abs() < 1e-12, "{step:?}");
}

#[test]
fn trained_candidates_are_free_and_their_luck_is_heeded() {
    let terms = terms(0.05);
    let mut screening = screening(&["small"]);
    screening.reference = Some("large".to_owned());
    let order: Vec<u32> = (0..SEALED).collect();
    let repeat = |luck: u64, chance: f64| {
        let found = outcomes(&right(luck, "own", chance), &order);
        RepeatOutcomes {
            repeat: luck as u32,
            facts: crate::verdict::tests::facts(9),
            rows: Vec::new(),
            validation: outcomes(&[], &[]),
            gaps: None,
            train: outcomes(&[], &[]),
            sealed: crate::data::Sealed::from_bytes(found.to_bytes().expect("whole")),
        }
    };
    let trained = |name: &str, spread: f64| {
        let candidate = Candidate::new(name, Spec::of("linear"), 2);
        let repeats = (0..5).map(|at| repeat(at, 0.8 + spread * (at as f64 - 2.0))).collect();
        CandidateResults { repeats, ..CandidateResults::bare(candidate) }
    };
    let (look, _) = look(&screening).expect("a sequence");
    let large = right(9, "large", 0.8);
    let run = |spread: f64| {
        let mut answered: BTreeMap<String, Answered> = BTreeMap::new();
        answered.insert("large".to_owned(), vec![Responses::whole(0, Vec::new(), outcomes(&[], &[])); 5]);
        loop {
            let so_far = Answers { order: &order, sealed: &order, by_candidate: &answered, silent: &BTreeSet::new() };
            let sizes = (300, u64::from(SEALED));
            match advance(&[trained("small", spread)], &screening, &terms, (&look, 1), (so_far, sizes)) {
                Step::Done(analysis) => return analysis.tests[0].clone(),
                Step::Ask(ask) => {
                    assert_eq!(ask.candidates, ["large"], "what is trained is not asked");
                    let found = outcomes(&large, &ask.rows);
                    let repeats = (0..5).map(|at| Responses::whole(at, ask.rows.clone(), found.clone())).collect();
                    answered.insert("large".to_owned(), repeats);
                }
            }
        }
    };
    let (steady, lucky) = (run(0.0), run(0.04));
    let length = |test: &Test| test.sequential.map_or(0, |found| found.examples);
    assert!(steady.passed && length(&steady) < 2_500, "{steady:?}");
    assert!(length(&lucky) > length(&steady), "{} and {}", length(&lucky), length(&steady));
    assert!(lucky.lower < steady.lower + 1e-9 || !lucky.passed);
}

/// Answers of which those of rows below `missing` are missing.
fn with_gaps(right: &[bool], rows: &[u32], missing: u32) -> Responses {
    let (lost, known): (Vec<u32>, Vec<u32>) = rows.iter().partition(|&&row| row < missing);
    let all: Vec<u32> = known.iter().chain(&lost).copied().collect();
    let filled = |fill: bool| {
        let right: Vec<bool> = (0..SEALED).map(|row| if row < missing { fill } else { right[row as usize] }).collect();
        outcomes(&right, &all)
    };
    let gaps = Gaps { rows: all.clone(), worst: filled(false), best: filled(true) };
    Responses { gaps: Some(gaps), ..Responses::whole(0, known.clone(), outcomes(right, &known)) }
}

/// Both are right on all rows, but 50 of 1,000 answers of the small one are missing: at worst it is 0.05 short. Before, the
/// missing ones counted as wrong, and the test ended with "worse".
#[test]
fn what_is_missing_neither_confirms_nor_ends_a_test_and_a_silent_candidate_ends_the_sequence() {
    let screening = screening(&["small"]);
    let (look, _) = look(&screening).expect("a sequence");
    let order: Vec<u32> = (0..1_000).collect();
    let right = vec![true; SEALED as usize];
    let run = |missing: u32, margin: f64, silent: &[&str]| {
        let of =
            |name: &str| (name.to_owned(), vec![with_gaps(&right, &order, if name == "small" { missing } else { 0 })]);
        let answered: BTreeMap<String, Answered> = ["small", "large"].into_iter().map(of).collect();
        let silent = silent.iter().map(|name| (*name).to_owned()).collect();
        let so_far = Answers { order: &order, sealed: &order, by_candidate: &answered, silent: &silent };
        match advance(&[], &screening, &terms(margin), (&look, 1), (so_far, (300, 1_000))) {
            Step::Done(analysis) => analysis.tests.clone(),
            Step::Ask(ask) => panic!("all were asked: {ask:?}"),
        }
    };
    let tests = run(50, 0.04, &[]);
    assert!(!tests[0].passed && tests[0].upper >= 0.0 && tests[0].lower <= -0.05, "{tests:?}");
    assert!((tests[0].difference.gap - 0.025).abs() < 1e-12, "half of 50 of 1,000: {tests:?}");
    assert!(run(50, 0.10, &[])[0].passed && run(0, 0.04, &[])[0].passed);
    // Asked for more than it has, a silent candidate leaves its test without an end, and a verdict without a claim.
    let mut answered: BTreeMap<String, Answered> = BTreeMap::new();
    for name in ["small", "large"] {
        answered.insert(name.to_owned(), vec![Responses::whole(0, Vec::new(), outcomes(&[], &[]))]);
    }
    let silent = BTreeSet::from(["large".to_owned()]);
    let so_far = Answers { order: &order, sealed: &order, by_candidate: &answered, silent: &silent };
    let terms = terms(0.1);
    let Step::Done(mut analysis) = advance(&[], &screening, &terms, (&look, 1), (so_far, (300, 1_000))) else {
        panic!("it can't be asked")
    };
    assert!(analysis.tests.is_empty());
    assert_eq!(decide(&mut analysis, &terms).kind, VerdictKind::Undecided);
}

/// How often a candidate that is worse by just the margin is confirmed, and how soon an equal one is.
#[test]
#[ignore = "400 studies; how often the sequential confirmation is wrong"]
fn wrong_no_more_often_than_it_says() {
    let studies = 400;
    let passed = |chances: [(&str, f64); 2], margin: f64| -> (f64, f64) {
        let (mut count, mut asked) = (0, 0);
        for study in 0..studies {
            let (analysis, questions) = confirm(1_000 + study, &chances, &terms(margin));
            count += usize::from(analysis.tests[0].passed);
            asked += questions;
        }
        (count as f64 / studies as f64, asked as f64 / studies as f64 / (2.0 * f64::from(SEALED)))
    };
    let (wrong, share) = passed([("small", 0.75), ("large", 0.80)], 0.05);
    println!("worse by the margin: confirmed in {:.3} of studies, {share:.2} of the questions", wrong);
    assert!(wrong <= 0.05 + 3.0 * (0.05_f64 * 0.95 / studies as f64).sqrt());
    let (right, share) = passed([("small", 0.80), ("large", 0.80)], 0.05);
    println!("equal: confirmed in {right:.3} of studies, {share:.2} of the questions");
    assert!(right > 0.9 && share < 0.8);
}

/// Two models that are right on 93 and 95 % of 3,000 rows, as in the study of banking77 in the log.
#[test]
#[ignore = "300 studies; how often the verdict is that of the full evaluation"]
fn the_verdict_is_that_of_the_full_evaluation() {
    for margin in [0.03, 0.04, 0.05] {
        let (mut same, mut asked) = (0, 0);
        let studies = 100;
        for study in 0..studies {
            let chances = [("small", 0.93), ("large", 0.95)];
            let terms = terms(margin);
            let (mut analysis, questions) = confirm(5_000 + study, &chances, &terms);
            let verdict = decide(&mut analysis, &terms);
            // All rows at once, at the full confidence.
            let all: Vec<u32> = (0..SEALED).collect();
            let side = |(name, chance): (&str, f64)| outcomes(&right(5_000 + study, name, chance), &all);
            let (small, large) = (side(chances[0]), side(chances[1]));
            let scored = |outcomes| [Scored { repeat: 0, examples: &all, outcomes, units: None, gaps: None }];
            let found = difference(Metric::Accuracy, &scored(&small), &scored(&large)).expect("shared rows");
            let name = "large".to_owned();
            let mut whole = test(TestKind::NonInferiority, ("small", Some(&name)), found, (-margin, 0.95));
            (whole.counted, whole.confidence) = (true, None);
            let mut full = Analysis { tests: vec![whole], ..analysis.clone() };
            same += usize::from(decide(&mut full, &terms).kind == verdict.kind);
            asked += questions;
        }
        let share = asked as f64 / studies as f64 / (2.0 * f64::from(SEALED));
        println!(
            "margin {margin}: the same verdict in {same} of {studies} studies, {:.0} % of the questions",
            100.0 * share
        );
    }
}
