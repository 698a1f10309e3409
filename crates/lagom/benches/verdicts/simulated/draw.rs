//! Scores drawn from a truth: which examples each trial gets right.
//!
//! A trial is right on an example where `√ρ_h·hardness + √ρ_f·family + √ρ_t·trial < z + luck`, all standard
//! normal: the hardness of the example is shared by all candidates, the family's part by its rungs, the luck
//! moves a whole repeat. `z` is set so that the expected accuracy is exactly the truth's.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use lagom::candidate::{Candidate, TunedParams};
use lagom::data::{Sealed, seed};
use lagom::metric::{ClassOutcomes, Metric, Outcomes, score};
use lagom::search::Evidence;
use lagom::stats::{self, Estimate};
use lagom::trial::TrialStats;
use lagom::verdict::{CandidateResults, RepeatOutcomes, Scored, difference, quality};
use rand::Rng;
use rand_chacha::ChaCha8Rng;

use super::truth::Truth;

/// Rows that validation splits draw from, validation rows of a repeat, holdout rows.
pub(super) const ROWS: (u32, u32, u32) = (8_000, 1_600, 4_000);
/// Shares of the spread over examples: hardness, the family's part; the trial has the rest.
const SHARES: (f64, f64) = (0.75, 0.15);

/// One simulated study: trials are drawn when they are first asked for, the same ones whoever asks.
pub(super) struct Drawn<'a> {
    pub(super) ladder: &'a [Truth],
    seed: u64,
    /// Standard deviation of a repeat's luck, in units of the latent score.
    luck: f64,
    /// Hardness and families' parts of development and holdout rows.
    rows: [Examples; 2],
    trials: RefCell<BTreeMap<(usize, u32), Rc<RepeatOutcomes>>>,
    asked: Vec<u32>,
    known: RefCell<BTreeMap<(usize, usize, u32), Option<Estimate>>>,
}

struct Examples {
    hardness: Vec<f64>,
    families: Vec<Vec<f64>>,
}

impl<'a> Drawn<'a> {
    pub(super) fn new(ladder: &'a [Truth], seed: u64) -> Self {
        let mut random = seed::generator(seed, "rows", 0);
        let families = ladder.iter().map(|rung| rung.family).max().unwrap_or(0) + 1;
        let mut examples = |count: u32| Examples {
            hardness: normals(count, &mut random),
            families: (0..families).map(|_| normals(count, &mut random)).collect(),
        };
        let rows = [examples(ROWS.0), examples(ROWS.2)];
        let luck = random.random_range(0.004..0.016);
        let asked = vec![0; ladder.len()];
        Self { ladder, seed, luck, rows, trials: RefCell::default(), asked, known: RefCell::default() }
    }

    pub(super) fn ask(&mut self, rung: usize, repeats: u32) {
        self.asked[rung] = repeats;
    }

    /// As before the first trial; what was drawn stays as it is.
    pub(super) fn ask_nothing(&mut self) {
        self.asked.fill(0);
    }

    pub(super) fn asked(&self) -> &[u32] {
        &self.asked
    }

    /// Operations of all trials asked for.
    pub(super) fn spent(&self) -> f64 {
        self.ladder.iter().zip(&self.asked).map(|(rung, &repeats)| rung.flops * f64::from(repeats)).sum()
    }

    fn trial(&self, rung: usize, repeat: u32) -> Rc<RepeatOutcomes> {
        let mut trials = self.trials.borrow_mut();
        Rc::clone(trials.entry((rung, repeat)).or_insert_with(|| Rc::new(self.draw(rung, repeat))))
    }

    fn draw(&self, rung: usize, repeat: u32) -> RepeatOutcomes {
        let truth = &self.ladder[rung];
        let mut split = seed::generator(self.seed, "split", u64::from(repeat));
        let rows = rand::seq::index::sample(&mut split, ROWS.0 as usize, ROWS.1 as usize);
        let mut rows: Vec<u32> = rows.into_iter().map(|row| row as u32).collect();
        rows.sort_unstable();
        let mut random = seed::generator(seed::derive(self.seed, "trial", rung as u64), "repeat", u64::from(repeat));
        let luck = normals(1, &mut random)[0] * self.luck;
        let level = stats::normal_quantile(truth.quality) * (1.0 + self.luck.powi(2)).sqrt() + luck;
        let holdout: Vec<u32> = (0..ROWS.2).collect();
        let mut right = |rows: &[u32], of: &Examples| outcomes(rows, of, (truth.family, level), &mut random);
        let (validation, sealed) = (right(&rows, &self.rows[0]), right(&holdout, &self.rows[1]));
        let mut train = ClassOutcomes::new(2);
        // 1,000 training rows, right as often as the truth says: the climb only uses their mean.
        let correct = (truth.train * 1_000.0).round() as u32;
        (0..1_000).for_each(|row| say(&mut train, row, row < correct));
        let sealed = Sealed::from_bytes(sealed.to_bytes().expect("outcomes are whole"));
        RepeatOutcomes {
            repeat,
            facts: facts(truth),
            rows,
            validation,
            gaps: None,
            train: Outcomes::Classes(train),
            sealed,
        }
    }

    /// What the verdict sees: all candidates with the repeats that were asked for.
    pub(super) fn entries(&self) -> Vec<CandidateResults> {
        let entry = |(at, truth): (usize, &Truth)| CandidateResults {
            repeats: (0..self.asked[at]).map(|repeat| (*self.trial(at, repeat)).clone()).collect(),
            ..CandidateResults::bare(Candidate::new(truth.name.clone(), truth.spec.clone(), truth.parameters))
        };
        self.ladder.iter().enumerate().map(entry).collect()
    }

    fn compare(&self, rung: usize, other: Option<usize>, repeats: u32) -> Option<Estimate> {
        let key = (rung, other.unwrap_or(usize::MAX), repeats);
        if let Some(known) = self.known.borrow().get(&key) {
            return known.clone();
        }
        let trials = |of: usize| (0..repeats).map(|repeat| self.trial(of, repeat)).collect::<Vec<_>>();
        let ours = trials(rung);
        let found = match other {
            None => quality(Metric::Accuracy, &scored(&ours)),
            Some(other) => difference(Metric::Accuracy, &scored(&ours), &scored(&trials(other))),
        };
        self.known.borrow_mut().insert(key, found.clone());
        found
    }
}

fn scored(trials: &[Rc<RepeatOutcomes>]) -> Vec<Scored<'_>> {
    let trials = trials.iter();
    trials.map(|one| one.scored()).collect()
}

impl Evidence for Drawn<'_> {
    fn finished(&self, rung: usize) -> u32 {
        self.asked[rung]
    }

    fn failed(&self, _: usize) -> u32 {
        0
    }

    fn quality(&self, rung: usize) -> Option<Estimate> {
        self.compare(rung, None, self.asked[rung])
    }

    fn difference(&self, rung: usize, other: usize) -> Option<Estimate> {
        self.compare(rung, Some(other), self.asked[rung].min(self.asked[other]))
    }

    fn within_limits(&self, _: usize) -> bool {
        true
    }

    fn train_gain(&self, rung: usize, other: usize) -> Option<f64> {
        let value = |of, repeat| score(Metric::Accuracy, &self.trial(of, repeat).train).ok().map(|found| found.value);
        let gain = |repeat| Some(value(rung, repeat)? - value(other, repeat)?);
        let gains: Vec<f64> = (0..self.asked[rung].min(self.asked[other])).filter_map(gain).collect();
        (!gains.is_empty()).then(|| stats::mean(&gains))
    }

    fn of_repeat(&self, rung: usize, repeat: u32) -> Option<f64> {
        let trial = self.trial(rung, repeat);
        score(Metric::Accuracy, &trial.validation).ok().map(|found| found.value)
    }

    fn is_dearer(&self, rung: usize, than: usize) -> bool {
        self.ladder[rung].parameters > self.ladder[than].parameters
    }
}

fn outcomes(rows: &[u32], of: &Examples, (family, level): (u32, f64), random: &mut ChaCha8Rng) -> Outcomes {
    let (hard, kin) = SHARES;
    let weights = (hard.sqrt(), kin.sqrt(), (1.0 - hard - kin).sqrt());
    let own = normals(rows.len() as u32, random);
    let mut outcomes = ClassOutcomes::new(2);
    for (&row, own) in rows.iter().zip(own) {
        let at = row as usize;
        // The baseline says the commoner class, which has half of the rows.
        let right = if family == 0 {
            row % 2 == 0
        } else {
            weights.0 * of.hardness[at] + weights.1 * of.families[family as usize][at] + weights.2 * own < level
        };
        say(&mut outcomes, row, right);
    }
    Outcomes::Classes(outcomes)
}

fn say(outcomes: &mut ClassOutcomes, row: u32, right: bool) {
    let truth = row % 2;
    outcomes.truth.push(truth);
    outcomes.predicted.push(if right { truth } else { 1 - truth });
    // Accuracy is all that is scored.
    outcomes.log_loss.push(0.5);
    outcomes.brier.push(0.25);
    outcomes.positive.push(0.5);
}

fn normals(count: u32, random: &mut ChaCha8Rng) -> Vec<f64> {
    let pairs = (0..count.div_ceil(2)).flat_map(|_| {
        let (u, v): (f64, f64) = (1.0 - random.random::<f64>(), random.random());
        let (radius, angle) = ((-2.0 * u.ln()).sqrt(), std::f64::consts::TAU * v);
        [radius * angle.cos(), radius * angle.sin()]
    });
    pairs.take(count as usize).collect()
}

fn facts(truth: &Truth) -> TrialStats {
    TrialStats {
        parameters: truth.parameters,
        bytes: truth.parameters * 4,
        train_rows: u64::from(ROWS.0 - ROWS.1),
        settled: TunedParams::default(),
        history: Vec::new(),
        watched: None,
        flops: truth.flops,
        search_share: 0.3,
        wall_seconds: 1.0,
        cpu_seconds: 1.0,
        peak_memory: Some(1 << 20),
        changes: Vec::new(),
        ..TrialStats::default()
    }
}
