use super::*;
use crate::metric::ClassOutcomes;
use crate::study::Rule;
use crate::verdict::{CallFacts, tests::terms};

/// Outcomes of two classes, all of truth 1, from the probability of class 1.
fn outcomes(positive: &[f32]) -> Outcomes {
    let mut of = ClassOutcomes::new(2);
    positive.iter().for_each(|p| of.push(1, &[1.0 - p, *p]).expect("two probabilities"));
    Outcomes::Classes(of)
}

fn entry(name: &str, parameters: u64, positive: &[f32]) -> CandidateResults {
    let rows: Vec<u32> = (0..positive.len() as u32).collect();
    let repeat = |repeat| RepeatOutcomes {
        repeat,
        facts: TrialStats { parameters, bytes: 10 * parameters, train_rows: 50, ..TrialStats::default() },
        rows: rows.clone(),
        validation: outcomes(positive),
        gaps: None,
        train: outcomes(positive),
        sealed: Sealed::from_bytes(outcomes(positive).to_bytes().expect("whole")),
    };
    CandidateResults {
        repeats: (0..2).map(repeat).collect(),
        ..CandidateResults::bare(Candidate::new(name, Spec::of("mlp"), parameters))
    }
}

fn pair() -> CascadeSpec {
    CascadeSpec { small: "small".to_owned(), large: "large".to_owned() }
}

/// Ten rows of which the large one knows all; the small one is wrong on the two that it is the least sure of.
const SMALL: [f32; 10] = [0.45, 0.48, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95];

#[test]
fn the_smallest_share_that_loses_no_more_than_half_the_margin_is_handed_on() {
    let (small, large) = (entry("small", 3, &SMALL), entry("large", 40, &[0.9; 10]));
    // Both wrong rows have to go: 0.45 is surer than 0.48 (0.505 against 0.5008), and nothing else is less sure than 0.6 (0.52).
    let found = cascaded(&pair(), (&small, &large), &terms(Rule::Margin(0.1))).expect("both are measured");
    let cascade = found.cascade.clone().expect("a cascade");
    assert!((cascade.facts.share - 0.2).abs() < 1e-12 && cascade.facts.sealed_share == Some(0.2), "{cascade:?}");
    assert!((cascade.facts.threshold - 0.52).abs() < 1e-6, "{cascade:?}");
    assert_eq!((cascade.facts.parameters, cascade.facts.bytes), (Some(43), Some(430)));
    let right = |of: &Outcomes| score(Metric::Accuracy, of).expect("defined").value;
    assert!(found.repeats.iter().all(|one| right(&one.validation) == 1.0));
    let name = found.candidate.name.clone();
    let look = HoldoutAccess::at(std::slice::from_ref(&name));
    assert_eq!(right(&found.repeats[0].sealed.open(&look, &name).expect("covered")), 1.0);
    assert!(found.repeats[0].sealed.open(&HoldoutAccess::at(&["large".to_owned()]), &name).is_none());
    // A margin of 0.2 leaves room for one of the ten: the least sure alone goes, 0.48.
    let wide = cascaded(&pair(), (&small, &large), &terms(Rule::Margin(0.2))).expect("both are measured");
    assert!((wide.cascade.expect("a cascade").facts.share - 0.1).abs() < 1e-12);
    // With a bar of 0.9 the target is half way to the large one, 0.95: both have to go.
    let bar = cascaded(&pair(), (&small, &large), &terms(Rule::Bar(0.9))).expect("both are measured");
    assert!((bar.cascade.expect("a cascade").facts.share - 0.2).abs() < 1e-12);
}

#[test]
fn one_that_is_good_enough_alone_hands_nothing_on_and_one_that_is_sure_of_its_errors_all() {
    let share = |small: &[f32], large: &[f32]| {
        let pair = pair();
        let (small, large) = (entry("small", 3, small), entry("large", 40, large));
        let found = cascaded(&pair, (&small, &large), &terms(Rule::Margin(0.05))).expect("both are measured");
        found.cascade.expect("a cascade").facts.share
    };
    assert_eq!(share(&[0.9, 0.8, 0.7, 0.6], &[0.6; 4]), 0.0);
    // Wrong where it is the surest: 0.05 on class 1 is a certainty of 0.905, above all others.
    assert_eq!(share(&[0.9, 0.8, 0.7, 0.05], &[0.6; 4]), 1.0);
}

#[test]
fn what_was_not_measured_or_has_no_confidence_is_said() {
    let (small, large) = (entry("small", 3, &SMALL), entry("large", 40, &[0.9; 10]));
    let terms = terms(Rule::Margin(0.1));
    let bare = CandidateResults { repeats: Vec::new(), ..large.clone() };
    let why =
        |small: &CandidateResults, large: &CandidateResults| cascaded(&pair(), (small, large), &terms).unwrap_err();
    assert_eq!(why(&small, &bare), Uncascadable::Unmeasured("large".to_owned()));
    assert_eq!(why(&bare, &large), Uncascadable::Unmeasured("large".to_owned()));
    let mut numbers = small.clone();
    for one in &mut numbers.repeats {
        one.validation =
            Outcomes::Values(crate::metric::ValueOutcomes { truth: vec![1.0; 10], predicted: vec![1.0; 10] });
    }
    assert_eq!(why(&numbers, &large), Uncascadable::NoConfidence);
}

/// An asked model that has not answered two rows, of which one is handed on.
#[test]
fn an_answer_that_is_missing_counts_only_where_it_is_handed_on() {
    let small = entry("small", 3, &SMALL);
    let mut large = entry("large", 40, &[0.9; 10]);
    for one in &mut large.repeats {
        // Rows 0 and 9 are missing: 0 is handed on, 9 is what the small one is surest of.
        let places: Vec<usize> = (1..9).chain([0, 9]).collect();
        let rows: Vec<u32> = places.iter().map(|at| *at as u32).collect();
        let filled = |p: f32| outcomes(&[&[0.9_f32; 8][..], &[p; 2]].concat());
        one.gaps = Some(Gaps { rows: rows.clone(), worst: filled(0.1), best: filled(0.9) });
        one.rows = rows[..8].to_vec();
        one.validation = filled(0.9).select(&(0..8).collect::<Vec<usize>>()).expect("there");
        one.sealed = Sealed::from_bytes(Vec::new());
    }
    large.calls = Some(CallFacts { money_per_thousand: Some(5.0), ..crate::verdict::shots::call_facts() });
    let found = cascaded(&pair(), (&small, &large), &terms(Rule::Margin(0.1))).expect("both are measured");
    let facts = &found.cascade.as_ref().expect("a cascade").facts;
    // On the eight rows that both have one of eight is wrong and handed on; over all ten that threshold takes two: a fifth of 5.
    assert!(facts.asked && (facts.share - 0.2).abs() < 1e-12 && facts.money_per_thousand == Some(1.0), "{facts:?}");
    let one = &found.repeats[0];
    let gaps = one.gaps.as_ref().expect("row 0 is missing");
    assert!(one.rows.len() == 9 && one.rows.contains(&9) && !one.rows.contains(&0), "{:?}", one.rows);
    let right = |of: &Outcomes| score(Metric::Accuracy, of).expect("defined").value;
    assert_eq!((right(&gaps.worst), right(&gaps.best)), (0.9, 1.0));
}

#[test]
fn a_wait_in_a_row_is_bounded_by_chances_that_add_up() {
    let of = |p50, p95, p99, memory| Deployment {
        latency_p50: p50,
        latency_p95: p95,
        latency_p99: p99,
        predictions: 500,
        throughput: 1.0 / p50,
        load_seconds: Some(0.1),
        memory: Some(memory),
        timings: None,
    };
    let (small, large) = (of(1.0, 2.0, 3.0, 10), of(10.0, 20.0, 30.0, 200));
    let p95 = |share| small.before(&large, share).latency_p95;
    assert_eq!((p95(0.04), p95(0.3), p95(0.9)), (3.0, 23.0, 33.0));
    let found = small.before(&large, 0.5);
    assert_eq!((found.memory, found.load_seconds), (Some(210), Some(0.2)));
    // One second, and ten for every second row.
    assert!((found.throughput - 1.0 / 6.0).abs() < 1e-12);
}
