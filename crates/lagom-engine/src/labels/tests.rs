//! Made curves whose crossing is known.

use super::compare::outcome;
use super::*;
use crate::candidate::{Candidate, Size, Spec};
use crate::data::Sealed;
use crate::metric::{ClassOutcomes, Metric, Outcomes};
use crate::stats::Estimate;
use crate::study::{Adaptation, FamilyId, Weights};
use crate::trial::TrialStats;
use crate::verdict::{CandidateResults, RepeatOutcomes};

const SUBJECT: Subject = Subject { metric: Metric::Accuracy, confidence: 0.95, margin: Some(0.01) };
/// Labels of the made curves: three parts, and all.
const LABELS: [u64; 4] = [100, 400, 1_600, 6_400];

/// Of 1,000 validation rows so many are right in each of three repeats; their first rows, so that two candidates differ on as few as they can.
fn entry(name: &str, labels: u64, right: u32) -> CandidateResults {
    let outcomes = |right: u32| {
        let mut found = ClassOutcomes::new(2);
        for row in 0..1_000 {
            found.push(u32::from(row < right), &[0.1, 0.9]).expect("two probabilities");
        }
        Outcomes::Classes(found)
    };
    let repeat = |repeat: u32| RepeatOutcomes {
        repeat,
        facts: TrialStats { train_rows: labels, cpu_seconds: 2.0, ..TrialStats::default() },
        rows: (0..1_000).collect(),
        // The luck of a repeat: one row more or less.
        validation: outcomes(right + repeat % 2),
        gaps: None,
        train: outcomes(right),
        sealed: Sealed::from_bytes(Vec::new()),
    };
    let family = match name.rsplit_once('-').map(|(_, how)| how) {
        Some("frozen") => "frozen",
        Some("64" | "128") => "static",
        Some("lora") => "lora",
        Some("full") => "fine-tuned",
        Some("scratch") => "from-scratch",
        _ => "ngrams",
    };
    let mut candidate = Candidate::new(name, Spec::new(FamilyId::new(family), Size::default()), 10);
    candidate.weights = (family != "ngrams").then(|| weights(if name.starts_with("big") { 109 } else { 23 }));
    CandidateResults { repeats: (0..3).map(repeat).collect(), ..CandidateResults::bare(candidate) }
}

fn weights(millions: u64) -> Weights {
    Weights {
        folder: "w".into(),
        digest: String::new(),
        architecture: "bert".to_owned(),
        is_static: false,
        parameters: millions * 1_000_000,
        bytes: 1_000,
        memory: 1_000,
        width: 2,
        layers: 1,
        context: 8,
        context_from: String::new(),
        tokens: 0,
        ends: Vec::new(),
    }
}

/// A candidate by how many of 1,000 rows it gets right with 100, 400, 1,600 and all 6,400 labels.
struct Made {
    parts: Vec<Option<CandidateResults>>,
    whole: CandidateResults,
}

impl Made {
    fn of(name: &str, right: [u32; 4]) -> Self {
        let parts = (0..3).map(|at| Some(entry(name, LABELS[at], right[at]))).collect();
        Self { parts, whole: entry(name, LABELS[3], right[3]) }
    }

    fn trained(&self) -> Trained<'_> {
        let way = Way::of(&self.whole).expect("it learns");
        Trained { way, parts: self.parts.clone(), whole: &self.whole }
    }
}

fn found(made: &[Made]) -> LabelCurves {
    let trained: Vec<Trained<'_>> = made.iter().map(Made::trained).collect();
    let all: Vec<CandidateResults> = made.iter().map(|one| one.whole.clone()).collect();
    label_curves(SUBJECT, 3, &trained, &all).expect("curves")
}

fn apart(ahead: Side, from: u64, before: Option<u64>, needs: Option<u64>) -> Outcome {
    Outcome::Apart { ahead, from, before, needs }
}

#[test]
fn a_crossing_is_told_between_the_numbers_that_intervals_part() {
    // Ahead by −100, −50, +50, +60 rows of 1,000: differences of five points and more are sure on 1,000 rows.
    let frozen = Made::of("m-frozen", [800, 850, 870, 880]);
    let full = Made::of("m-full", [700, 800, 920, 940]);
    let told = found(&[frozen, full]);
    assert_eq!(told.curves.iter().map(|curve| curve.points.len()).collect::<Vec<_>>(), [4, 4]);
    let contest = &told.contests[0];
    assert_eq!((contest.one.as_str(), contest.other.as_str()), ("m-full", "m-frozen"));
    assert_eq!(contest.outcome, apart(Side::One, 1_600, Some(400), None));
    let points: Vec<f64> = contest.differences.iter().map(|one| one.difference.point).collect();
    for (point, expected) in points.iter().zip([-0.1, -0.05, 0.05, 0.06]) {
        assert!((point - expected).abs() < 1e-9, "{points:?}");
    }
}

#[test]
fn the_best_size_of_a_static_ladder_stands_for_it() {
    let made = ["m-static-64", "m-static-128", "m-frozen"]
        .into_iter()
        .zip([[500, 600, 700, 780], [500, 600, 720, 800], [800, 850, 870, 880]])
        .map(|(name, right)| Made::of(name, right));
    let made: Vec<Made> = made.collect();
    let all: Vec<CandidateResults> = made.iter().map(|one| one.whole.clone()).collect();
    let way = Way::Adapted(Adaptation::Static);
    let stand = finalists(SUBJECT.metric, &all, &|_| true);
    assert_eq!(stand, [(Way::Adapted(Adaptation::Frozen), 2), (way, 1)]);
    let told = found(&made[1..]);
    let contest = &told.contests[0];
    assert_eq!((contest.one.as_str(), contest.other.as_str()), ("m-static-128", "m-frozen"));
    assert!(matches!(contest.outcome, Outcome::Apart { ahead: Side::Other, from: 100, .. }), "{contest:?}");
    // Of an encoder of 23 million numbers it has no more than its table.
    let weights = |name: &str| told.curves.iter().find(|curve| curve.candidate == name).and_then(|curve| curve.weights);
    assert_eq!((weights("m-static-128"), weights("m-frozen")), (None, Some(23_000_000)));
}

#[test]
fn what_no_interval_parts_is_not_told_apart() {
    // Two rows of 1,000 at 400 and 1,600 labels: the crossing lies somewhere between 100 and 6,400.
    let frozen = Made::of("m-frozen", [800, 850, 870, 880]);
    let full = Made::of("m-full", [700, 848, 872, 940]);
    assert_eq!(found(&[frozen, full]).contests[0].outcome, apart(Side::One, 6_400, Some(100), None));
    // With all labels nothing is sure, with 100 it was.
    let frozen = Made::of("m-frozen", [800, 850, 870, 880]);
    let full = Made::of("m-full", [700, 848, 872, 882]);
    assert_eq!(found(&[frozen, full]).contests[0].outcome, Outcome::Open { one: None, other: Some(100) });
    // Ahead at every number, also at the fewest.
    let frozen = Made::of("m-frozen", [600, 700, 800, 850]);
    let full = Made::of("m-full", [700, 800, 900, 950]);
    assert_eq!(found(&[frozen, full]).contests[0].outcome, apart(Side::One, 100, None, None));
    // It was ahead and falls behind.
    let frozen = Made::of("m-frozen", [700, 850, 900, 940]);
    let full = Made::of("m-full", [800, 850, 850, 880]);
    assert_eq!(found(&[frozen, full]).contests[0].outcome, apart(Side::Other, 1_600, Some(100), None));
}

#[test]
fn beyond_the_measured_rows_there_is_only_more_than() {
    // Errors 0.30, 0.28, 0.25, 0.22 against 0.04 with all labels: each doubling takes off a twentieth, so far more than ten times the labels
    // would be needed, and no more than that is claimed.
    let frozen = Made::of("m-frozen", [900, 930, 950, 960]);
    let scratch = Made::of("m-scratch", [700, 720, 750, 780]);
    assert_eq!(found(&[frozen, scratch]).contests[0].outcome, apart(Side::Other, 100, None, Some(64_000)));
    // A curve that jumps, as no law does, bounds nothing: the labels that there are were not enough.
    let frozen = Made::of("m-frozen", [900, 930, 950, 960]);
    let scratch = Made::of("m-scratch", [210, 200, 200, 780]);
    assert_eq!(found(&[frozen, scratch]).contests[0].outcome, apart(Side::Other, 100, None, Some(6_400)));
}

#[test]
fn more_labels_may_soon_be_enough_where_the_curve_is_steep() {
    // Errors 0.40, 0.20, 0.10, 0.08 against 0.05: halved with each quadrupling until the last, so twice the labels may be enough.
    let frozen = Made::of("m-frozen", [900, 930, 945, 950]);
    let scratch = Made::of("m-scratch", [600, 800, 900, 920]);
    let outcome = found(&[frozen, scratch]).contests[0].outcome;
    let Outcome::Apart { ahead: Side::Other, needs: Some(needs), .. } = outcome else { panic!("{outcome:?}") };
    assert!((6_400..20_000).contains(&needs), "{needs}");
}

#[test]
fn every_adaptation_stands_against_the_frozen_weights_fine_tuning_first() {
    let rows = Made::of("ngrams", [600, 750, 800, 880]);
    let frozen = Made::of("m-frozen", [800, 850, 870, 900]);
    let lora = Made::of("m-lora", [700, 800, 900, 920]);
    let full = Made::of("m-full", [700, 800, 920, 960]);
    let scratch = Made::of("m-scratch", [300, 400, 500, 600]);
    let told = found(&[rows, frozen, lora, full, scratch]);
    let ones: Vec<&str> = told.contests.iter().map(|contest| contest.one.as_str()).collect();
    assert_eq!(ones, ["m-full", "m-lora", "m-scratch", "ngrams"]);
    assert!(told.contests.iter().all(|contest| contest.other == "m-frozen"));
    assert_eq!(told.sizes, None);
}

#[test]
fn small_weights_that_are_trained_stand_against_large_ones_that_are_not() {
    let small = Made::of("m-full", [700, 800, 900, 960]);
    let large = Made::of("big-frozen", [800, 900, 940, 950]);
    let told = found(&[large, small]).sizes.expect("both");
    assert_eq!((told.small.as_str(), told.large.as_str()), ("m-full", "big-frozen"));
    assert_eq!((told.small_weights, told.large_weights, told.within_margin), (23_000_000, 109_000_000, Some(true)));
    assert!((told.difference.point - 0.01).abs() < 1e-9);
    // Weights of the same size are no larger ones.
    let (small, same) = (Made::of("m-full", [700, 800, 900, 960]), Made::of("n-frozen", [800, 900, 940, 950]));
    assert_eq!(found(&[same, small]).sizes, None);
}

#[test]
fn a_part_that_failed_is_left_out_and_said() {
    let mut full = Made::of("m-full", [700, 800, 920, 940]);
    full.parts[0] = full.parts[0].take().map(|entry| CandidateResults { failures: vec!["killed".to_owned()], ..entry });
    full.parts[1] = None;
    let frozen = Made::of("m-frozen", [800, 850, 870, 880]);
    let told = found(&[frozen, full]);
    let curve = &told.curves[1];
    assert_eq!(curve.points.iter().map(|point| point.labels).collect::<Vec<_>>(), [1_600, 6_400]);
    assert_eq!(curve.failures, ["killed"]);
    assert_eq!(told.contests[0].differences.iter().map(|one| one.labels).collect::<Vec<_>>(), [1_600, 6_400]);
}

#[test]
fn nothing_is_told_of_one_adaptation_or_without_parts() {
    let told = |made: &[Made]| {
        let trained: Vec<Trained<'_>> = made.iter().map(Made::trained).collect();
        label_curves(SUBJECT, 3, &trained, &[])
    };
    assert_eq!(told(&[Made::of("m-frozen", [800, 850, 870, 880])]), None);
    let bare = |name| Made { parts: vec![None, None, None], ..Made::of(name, [0, 0, 0, 880]) };
    assert_eq!(told(&[bare("m-frozen"), bare("m-full")]), None);
}

#[test]
fn the_best_within_the_limits_stands_for_its_adaptation() {
    let entries = [
        entry("ngrams-small", 6_400, 800),
        entry("ngrams-large", 6_400, 900),
        entry("m-frozen", 6_400, 850),
        entry("big-frozen", 6_400, 950),
    ];
    let names = |within: &dyn Fn(&CandidateResults) -> bool| {
        let found = finalists(Metric::Accuracy, &entries, within);
        found.into_iter().map(|(_, at)| entries[at].candidate.name.clone()).collect::<Vec<String>>()
    };
    assert_eq!(names(&|_| true), ["ngrams-large", "big-frozen"]);
    assert_eq!(names(&|entry| entry.candidate.name != "big-frozen"), ["ngrams-large", "m-frozen"]);
    assert_eq!(names(&|_| false), ["ngrams-large", "big-frozen"]);
}

/// How often a comparison says something false where the two are equal at every number of labels: 4,000 draws of five differences.
#[test]
fn equal_candidates_are_told_apart_as_rarely_as_the_confidence_says() {
    use rand::{Rng, SeedableRng};
    let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(11);
    let mut normal = || {
        // Box and Muller 1958.
        let (one, two): (f64, f64) = (random.random::<f64>().max(1e-300), random.random());
        (-2.0 * one.ln()).sqrt() * (std::f64::consts::TAU * two).cos()
    };
    let mut wrong = 0;
    for _ in 0..4_000 {
        let differences: Vec<LabelDifference> = LABELS
            .iter()
            .chain(&[25_600])
            .map(|&labels| LabelDifference {
                labels,
                difference: Estimate {
                    point: normal() * 0.01,
                    standard_error: 0.01,
                    degrees_of_freedom: 1e9,
                    repeats: 3,
                    examples: 1_000,
                    variance_repeats: 0.0,
                    variance_examples: 0.0,
                    gap: 0.0,
                },
            })
            .collect();
        let said = !matches!(outcome(&differences, 0.95), Outcome::Open { one: None, other: None });
        wrong += usize::from(said);
    }
    // 5 % at most, and three standard errors: 200 + 3 · √(4,000 · 0.05 · 0.95) = 241.
    assert!(wrong <= 241, "{wrong} of 4,000");
}

#[test]
fn an_adaptation_is_known_by_its_family() {
    assert_eq!(Way::of(&entry("m-lora", 1, 1)), Some(Way::Adapted(Adaptation::Lora)));
    assert_eq!(Way::of(&entry("ngrams", 1, 1)), Some(Way::Rows));
    let baseline = Candidate::new("majority", Spec::new(FamilyId::BASELINE, Size::default()), 1);
    assert_eq!(Way::of(&CandidateResults::bare(baseline)), None);
}
