//! Cross-fitting by simulation: is it honest, and does it decide more than a sealed fifth?
//!
//! The true policy (`screen`, `confirm`, `decide`, and the splits of `data`) on two kinds of studies whose truth is
//! known: scores drawn from a model, and small classifiers really trained. Run all of it, some minutes, with
//!
//! ```text
//! cargo test --release --lib verdict::crossfit -- --include-ignored --nocapture --test-threads 1
//! ```
//!
//! In the drawn scores a candidate is right on an example by the example's hardness (the same for all), its
//! own liking for the example (the same in all repeats), chance, and the luck of the repeat, with weights for
//! which two candidates of accuracy 0.9 disagree on 7 % of the examples and a holdout of 500, 1,500 and 5,000 confirms
//! the smallest of four equal ones, margin 0.01, in 16, 38 and 63 % of studies.

mod stairs;
mod trained;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::*;
use crate::candidate::{Candidate, Spec};
use crate::data::{Dataset, Sealed, SplitSpec, Target, fold, folds, seal, split};
use crate::metric::{ClassOutcomes, Metric, Outcomes};
use crate::stats::{mean, normal_quantile};
use crate::study::{Rule, TaskKind};
use crate::trial::TrialStats;

/// How the verdict is read.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Design {
    /// From a sealed fifth, with five repeats.
    Sealed,
    /// From the folds of this many repeats.
    CrossFit(u32),
}

impl Design {
    fn repeats(self) -> u32 {
        if let Self::CrossFit(repeats) = self { repeats } else { 5 }
    }
}

/// Share of the rows that each repeat validates on: lagom's own.
const VALIDATION: f64 = 0.1;

/// The rows of one repeat: to train on, to validate on, to test.
struct Rows {
    train: Vec<u32>,
    validation: Vec<u32>,
    tested: Vec<u32>,
}

fn normal(random: &mut ChaCha8Rng) -> f64 {
    let (u, v): (f64, f64) = (1.0 - random.random::<f64>(), random.random());
    (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos()
}

/// The splits of a study, by the same code as in a real one.
fn splits(labels: &[u32], design: Design, seed: u64) -> Vec<Rows> {
    let names = vec!["no".to_owned(), "yes".to_owned()];
    let target = Target::Classes { labels: labels.to_vec(), names };
    let mut dataset =
        Dataset::without_holdout(TaskKind::Classification, Vec::new(), target, u32::try_from(labels.len()).unwrap());
    let mut holdout = Vec::new();
    if design == Design::Sealed {
        (dataset.development, holdout) = seal(&dataset, 0.2, seed);
    }
    let folds = if design == Design::Sealed { 0 } else { folds(design.repeats()) };
    let rows = |repeat| {
        let spec = SplitSpec { seed, repeat, windows: 0, validation: VALIDATION, fraction: 1.0, folds, explored: None };
        let tested = fold(&dataset, &spec).map_or_else(|| holdout.clone(), |(_, tested)| tested);
        let split = split(&dataset, &spec);
        Rows { train: split.train, validation: split.validation, tested }
    };
    (0..design.repeats()).map(rows).collect()
}

fn outcomes(rows: &[u32], labels: &[u32], mut right: impl FnMut(u32) -> bool) -> Outcomes {
    let mut outcomes = ClassOutcomes::new(2);
    for &row in rows {
        let truth = labels[row as usize];
        let said = if right(row) { truth } else { 1 - truth };
        outcomes.push(truth, if said == 0 { &[0.9, 0.1] } else { &[0.1, 0.9] }).expect("two probabilities");
    }
    Outcomes::Classes(outcomes)
}

fn repeat(number: usize, rows: &Rows, design: Design, (validation, tested): (Outcomes, &Outcomes)) -> RepeatOutcomes {
    let sealed = match design {
        Design::Sealed => Sealed::from_bytes(tested.to_bytes().expect("whole")),
        Design::CrossFit(_) => Sealed::of_fold(&rows.tested, tested).expect("whole"),
    };
    let facts = TrialStats { train_rows: rows.train.len() as u64, ..TrialStats::default() };
    let repeat = u32::try_from(number).expect("few repeats");
    RepeatOutcomes {
        repeat,
        facts,
        rows: rows.validation.clone(),
        train: validation.clone(),
        validation,
        gaps: None,
        sealed,
    }
}

/// A candidate; the first is the cheapest.
fn entry(at: usize, repeats: Vec<RepeatOutcomes>) -> CandidateResults {
    let size = at as u64 + 1;
    let repeats = repeats
        .into_iter()
        .map(|one| RepeatOutcomes { facts: TrialStats { parameters: size, ..one.facts.clone() }, ..one })
        .collect();
    let candidate = Candidate::new(format!("c{at}"), Spec::of("mlp").with_each("hidden", &[8]), size);
    CandidateResults { repeats, ..CandidateResults::bare(candidate) }
}

/// What is true of the candidates of a drawn study, the cheapest first.
#[derive(Clone, Debug)]
struct Truth {
    /// Accuracy of the mean training on all rows.
    accuracies: Vec<f64>,
    /// What accuracy gains with twice the rows.
    gains: Vec<f64>,
    /// Spread of the accuracy of one training about that.
    luck: f64,
}

impl Truth {
    /// Candidates that gain nothing from more rows, with the usual luck.
    fn flat(accuracies: &[f64]) -> Self {
        Self { accuracies: accuracies.to_vec(), gains: vec![0.0; accuracies.len()], luck: 0.0045 }
    }
}

/// A study with drawn scores, and the true accuracies of the models that would be handed over.
fn drawn(truth: &Truth, rows: usize, design: Design, seed: u64) -> (Vec<CandidateResults>, Vec<f64>) {
    /// Shares of the variance: hardness, liking; the rest is chance.
    const WEIGHTS: (f64, f64) = (0.86, 0.105);
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let labels: Vec<u32> = (0..rows as u32).map(|row| row % 2).collect();
    let splits = splits(&labels, design, seed);
    let hardness: Vec<f64> = (0..rows).map(|_| normal(&mut random) * WEIGHTS.0.sqrt()).collect();
    let chance = (1.0 - WEIGHTS.0 - WEIGHTS.1).sqrt();
    let (mut entries, mut handed) = (Vec::new(), Vec::new());
    for (at, (&best, &gain)) in truth.accuracies.iter().zip(&truth.gains).enumerate() {
        let liking: Vec<f64> = (0..rows).map(|_| normal(&mut random) * WEIGHTS.1.sqrt()).collect();
        let trained = |number: usize, on: &Rows, share: f64, random: &mut ChaCha8Rng| {
            let used = (on.train.len() as f64 * share) as usize;
            let doublings = (rows as f64 / used as f64).log2();
            // Luck is the larger the fewer the rows, as if all of it came from them.
            let accuracy = best - gain * doublings + normal(random) * truth.luck * share.powf(-0.5);
            let bar = normal_quantile(accuracy);
            let mut right = |row: u32| hardness[row as usize] + liking[row as usize] + chance * normal(random) < bar;
            let unseen: Vec<u32> = on.tested.iter().chain(&on.train[used..]).copied().collect();
            let own = Rows { train: on.train[..used].to_vec(), validation: on.validation.clone(), tested: unseen };
            let validation = outcomes(&own.validation, &labels, &mut right);
            let tested = outcomes(&own.tested, &labels, &mut right);
            repeat(number, &own, design, (validation, &tested))
        };
        let numbered = || splits.iter().enumerate();
        let full = numbered().map(|(number, on)| trained(number, on, 1.0, &mut random)).collect();
        let halves = numbered().map(|(number, on)| trained(number, on, 0.5, &mut random)).collect();
        entries.push(CandidateResults { halves, handed_over_on: Some(rows as u64), ..entry(at, full) });
        handed.push(best + normal(&mut random) * truth.luck);
    }
    (entries, handed)
}

/// What many studies came to, as shares of the studies.
#[derive(Debug, Default)]
struct Tally {
    /// Mean number of candidates confirmed.
    confirmed: f64,
    /// The cheapest of all is the choice, and confirmed.
    smallest: f64,
    /// The choice is in truth worse than the reference by more than the margin.
    wrong: f64,
    /// The choice is in truth worse than the best of all by more than the margin.
    wrong_to_best: f64,
    /// Two-sided 95 % intervals of the first test that hold the true difference.
    covered: f64,
    /// "Smaller is enough".
    claimed: f64,
    /// The same where the pair that is handed over is further apart than the bound says.
    broken: f64,
}

/// A study's verdict under a margin, against an incumbent if one is named.
fn judged(entries: &[CandidateResults], margin: f64, incumbent: Option<&str>) -> (Analysis, Verdict) {
    let incumbent = incumbent.map(str::to_owned);
    let terms = Terms { incumbent, ..super::tests::terms(Rule::Margin(margin)) };
    let first = &entries[0].repeats[0];
    let tested: usize = entries[0].repeats.iter().map(|one| one.sealed.rows().map_or(0, |rows| rows.len())).sum();
    let sizes = (first.rows.len() as u64, if tested > 0 { tested as u64 } else { first.rows.len() as u64 * 5 / 4 });
    let screening = screen(entries, &terms, sizes);
    let look = look(&screening);
    let mut analysis = confirm(entries, screening, &terms, look.as_ref().map(|(look, _)| (look, 1)), sizes);
    let verdict = decide(&mut analysis, &terms);
    (analysis, verdict)
}

/// The verdict on one study, added to the tally; `truth` is each candidate's true quality.
///
/// `handed` is the true quality of the models that are handed over.
fn add(tally: &mut Tally, entries: &[CandidateResults], (truth, handed): (&[f64], &[f64]), margin: f64) {
    let (analysis, verdict) = judged(entries, margin, None);
    let place = |name: &str| name[1..].parse::<usize>().expect("a number");
    let best = truth.iter().copied().fold(f64::MIN, f64::max);
    tally.confirmed += analysis.tests.iter().filter(|test| test.passed && test.counted).count() as f64;
    if verdict.kind == VerdictKind::SmallerIsEnough {
        let test = &analysis.tests[verdict.carried_by.expect("a test")];
        let choice = place(&test.candidate);
        let against = place(test.against.as_deref().expect("a candidate"));
        tally.smallest += f64::from(choice == 0);
        tally.claimed += 1.0;
        tally.broken += f64::from(handed[choice] - handed[against] < test.lower);
        tally.wrong += f64::from(truth[choice] - truth[against] <= -margin);
        tally.wrong_to_best += f64::from(truth[choice] - best <= -margin);
    }
    let (low, high) = fixed_pair(entries).interval(0.95);
    let difference = truth[0] - truth[truth.len() - 1];
    tally.covered += f64::from(low <= difference && difference <= high);
}

/// The difference of the first and the last candidate on the sealed rows: a pair that nothing has chosen.
fn fixed_pair(entries: &[CandidateResults]) -> crate::stats::Estimate {
    let names: Vec<String> = entries.iter().map(|entry| entry.candidate.name.clone()).collect();
    let look = crate::data::HoldoutAccess::at(&names);
    let opened = |entry: &CandidateResults| -> Vec<(u32, Vec<u32>, Outcomes)> {
        let read = |one: &RepeatOutcomes| {
            let outcomes = one.sealed.open(&look, &entry.candidate.name).expect("whole");
            let all = (0..outcomes.len() as u32).collect();
            (one.repeat, one.sealed.rows().unwrap_or(all), outcomes)
        };
        entry.repeats.iter().map(read).collect()
    };
    let pair = [opened(&entries[0]), opened(&entries[entries.len() - 1])];
    let scored = |opened: usize| -> Vec<Scored<'_>> {
        let repeats = pair[opened].iter();
        repeats
            .map(|(repeat, examples, outcomes)| Scored { repeat: *repeat, examples, outcomes, units: None, gaps: None })
            .collect()
    };
    difference(Metric::Accuracy, &scored(0), &scored(1)).expect("shared repeats")
}

fn shares(mut tally: Tally, studies: u64) -> Tally {
    let all = studies as f64;
    let shares =
        [&mut tally.confirmed, &mut tally.smallest, &mut tally.wrong, &mut tally.wrong_to_best, &mut tally.covered];
    for share in shares.into_iter().chain([&mut tally.claimed, &mut tally.broken]) {
        *share /= all;
    }
    tally
}

const MARGIN: f64 = 0.01;

fn simulate(accuracies: &[f64], rows: usize, design: Design, studies: u64) -> Tally {
    simulate_growing(&Truth::flat(accuracies), rows, design, studies)
}

fn simulate_growing(truth: &Truth, rows: usize, design: Design, studies: u64) -> Tally {
    let mut tally = Tally::default();
    for study in 0..studies {
        let (entries, handed) = drawn(truth, rows, design, 1_000 + study);
        add(&mut tally, &entries, (&truth.accuracies, &handed), MARGIN);
    }
    let tally = shares(tally, studies);
    println!("{truth:?}, {rows} rows, {design:?}: {tally:.4?}");
    tally
}

/// Three standard errors of a share of 5 % in so many studies.
fn slack(studies: u64) -> f64 {
    3.0 * (0.05 * 0.95 / studies as f64).sqrt()
}

#[test]
fn more_equal_candidates_are_confirmed_and_few_wrongly() {
    let sealed = simulate(&[0.9; 4], 1_000, Design::Sealed, 150);
    let folded = simulate(&[0.9; 4], 1_000, Design::CrossFit(10), 150);
    // The bounds of the pair handed over leave few of either here: 0.08 and 0.06 a study, with a standard error of 0.02.
    assert!(folded.confirmed >= sealed.confirmed, "{folded:?} against {sealed:?}");
    let worse = simulate(&[0.9 - MARGIN, 0.9 - MARGIN, 0.9 - MARGIN, 0.9], 1_000, Design::CrossFit(10), 150);
    assert!(worse.wrong_to_best <= 0.05 + slack(150) && worse.broken <= 0.05 + slack(150), "{worse:?}");
}

/// One round of ten confirms more than a sealed fifth. Measured over 2,000 studies of 1,000 rows, carried to
/// the models handed over, before the bound on all unseen rows was added (with it 0.08 and 0.06 in 150 studies): sealed 0.052 confirmed a study (the smallest in 4.2 %), one round of five 0.111 (8.2 %), one
/// round of ten 0.134 (10.4 %); intervals of a fixed pair hold the truth in 98.8, 98.1 and 97.6 %. Of the mean over repeats
/// alone, as it was before: sealed 0.096, one round of five 0.101, two rounds of five 0.190; over 1,000 studies of 5,000 rows 0.38, 0.51 and 0.94.
#[test]
#[ignore = "minutes; the command is at the head of the file"]
fn more_equal_candidates_are_confirmed_than_with_a_sealed_fifth() {
    for rows in [1_000, 5_000] {
        let sealed = simulate(&[0.9; 4], rows, Design::Sealed, 2_000);
        simulate(&[0.9; 4], rows, Design::CrossFit(5), 2_000);
        let folded = simulate(&[0.9; 4], rows, Design::CrossFit(10), 2_000);
        assert!(folded.confirmed >= sealed.confirmed, "{rows} rows: {folded:?} against {sealed:?}");
        assert!((0.93..=0.985).contains(&folded.covered), "{folded:?}");
        assert!(folded.broken <= 0.05 + slack(2_000), "{folded:?}");
    }
}

/// Measured over 2,000 studies of 1,000 rows, in the order of the ladders: worse than the best by the margin, 3.2,
/// 1.3, 0.7, 1.6 and 4.3 %; than the reference, which the report claims, at most 1.0 %.
#[test]
#[ignore = "minutes; the command is at the head of the file"]
fn few_are_confirmed_wrongly_in_the_worst_configurations() {
    let low = 0.9 - MARGIN;
    let ladders: [&[f64]; 5] = [
        &[low, low, low, 0.9],
        &[low, low, 0.9, 0.9],
        &[low, 0.9, 0.9, 0.9],
        &[low, 0.895, 0.895, 0.9],
        &[low, low, low, low, low, low, low, 0.9],
    ];
    for (rows, studies) in [(1_000, 2_000), (5_000, 2_000)] {
        for ladder in ladders {
            let tally = simulate(ladder, rows, Design::CrossFit(10), studies);
            let chosen = tally.wrong_to_best.max(tally.broken);
            assert!(tally.wrong <= 0.05 && chosen <= 0.05 + slack(studies), "{ladder:?}: {tally:?}");
        }
    }
}
