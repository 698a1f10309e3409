//! Stages whose truth is known: what each arm comes to is drawn, nothing is trained.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::*;
use crate::candidate::{Candidate, Spec};
use crate::data::{Sealed, seed};
use crate::metric::{ClassOutcomes, Metric, Outcomes};
use crate::stats::normal_quantile;
use crate::study::{LeverGroup, LeverValue, Rule, Setting};
use crate::trial::TrialStats;
use crate::verdict::{CandidateResults, RepeatOutcomes, Terms};

/// Rows that repeats validate on, each on a fifth of them.
const ROWS: u32 = 2_000;
/// Sealed rows.
pub(super) const SEALED: u32 = 1_500;
/// How much of a row's chance is its own hardness, which all models share; two models of accuracy 0.85 then disagree on about
/// a tenth of the rows.
const SHARED: f64 = 0.93;
/// Standard deviation of the luck of a training, in standard deviations of a row's chance.
const LUCK: f64 = 0.03;

/// Models whose accuracies are known.
pub(super) struct Truth<'a> {
    /// The accuracy of a size by its parameters, plain.
    pub(super) plain: &'a dyn Fn(u64) -> f64,
    /// What settings add to it; of several together the sum.
    pub(super) adds: &'a dyn Fn(&Setting) -> f64,
    /// Whether a repeat of an arm with such settings diverges.
    pub(super) diverges: &'a dyn Fn(&[Setting]) -> bool,
    /// The seed of everything that is drawn.
    pub(super) seed: u64,
    /// Repeats of each.
    pub(super) repeats: u32,
}

pub(super) const NEVER: &dyn Fn(&[Setting]) -> bool = &|_| false;

/// A size that is called by its parameters.
pub(super) fn size(parameters: u64) -> Candidate {
    let hidden = u32::try_from(parameters).expect("a small one");
    Candidate::new(format!("mlp-{parameters}"), Spec::of("mlp").with_each("hidden", &[hidden]), parameters)
}

pub(super) fn setting(lever: &str, value: f64) -> Setting {
    Setting { lever: lever.to_owned(), value: LeverValue::Number(value) }
}

/// Levers `a`, `b`, … with so many settings each, at these sizes.
pub(super) fn stage(sizes: &[u64], levers: &[u32], budget: Option<f64>, repeats: u32) -> Stage {
    let name = |at: usize| char::from(b'a' + at as u8).to_string();
    let one = |at: usize, value: u32| Try {
        setting: setting(&name(at), f64::from(value)),
        group: LeverGroup::Regularisation,
        control: false,
        effort: 1.0,
    };
    let tries = || levers.iter().enumerate().flat_map(|(at, &count)| (1..=count).map(move |value| one(at, value)));
    let of =
        |&parameters: &u64| StageSize { plain: size(parameters), flops: parameters as f64, tries: tries().collect() };
    let terms =
        StageTerms { metric: Metric::Accuracy, confidence: 0.95, worth: 0.001, repeats, budget, false_discovery: 0.1 };
    Stage { sizes: sizes.iter().map(of).collect(), terms }
}

pub(super) fn terms(margin: f64) -> Terms {
    Terms {
        metric: Metric::Accuracy,
        settings: crate::metric::TextSettings::default(),
        tokeniser_files: crate::metric::TokeniserFiles::default(),
        rule: Rule::Margin(margin),
        proposed: false,
        confidence: 0.95,
        smallest_by: &crate::study::costs::Parameters,
        profile: None,
        limits: crate::study::Limits::default(),
        incumbent: None,
    }
}

fn normal(random: &mut ChaCha8Rng) -> f64 {
    normal_quantile(random.random::<f64>().clamp(1e-12, 1.0 - 1e-12))
}

impl Truth<'_> {
    fn accuracy(&self, candidate: &Candidate) -> f64 {
        let added: f64 = candidate.levers.iter().map(self.adds).sum();
        ((self.plain)(candidate.planned_parameters) + added).clamp(0.01, 0.99)
    }

    fn outcomes(&self, rows: &[u32], (accuracy, set): (f64, &str), random: &mut ChaCha8Rng) -> Outcomes {
        let (own, bound) = ((1.0 - SHARED * SHARED).sqrt(), normal_quantile(accuracy));
        let luck = LUCK * normal(random);
        let mut outcomes = ClassOutcomes::new(2);
        for &row in rows {
            let hardness = normal(&mut seed::generator(self.seed, set, u64::from(row)));
            let right = SHARED * hardness + own * normal(random) < bound + luck;
            let truth = row % 2;
            let said = if right { truth } else { 1 - truth };
            outcomes.push(truth, if said == 0 { &[0.9, 0.1] } else { &[0.1, 0.9] }).expect("two probabilities");
        }
        Outcomes::Classes(outcomes)
    }

    /// The first repeats of a candidate.
    pub(super) fn entry(&self, candidate: &Candidate, repeats: u32) -> CandidateResults {
        let accuracy = self.accuracy(candidate);
        let mut entry = CandidateResults::bare(candidate.clone());
        for repeat in 0..repeats {
            if (self.diverges)(&candidate.levers) && repeat == 1 {
                entry.failures.push("the loss is not a number any more".to_owned());
                continue;
            }
            let mut split = seed::generator(self.seed, "split", u64::from(repeat));
            let rows: Vec<u32> = (0..ROWS).filter(|_| split.random::<f64>() < 0.2).collect();
            let name = format!("{} {repeat}", candidate.name);
            let mut random = ChaCha8Rng::seed_from_u64(seed::derive(self.seed, &name, 0));
            let validation = self.outcomes(&rows, (accuracy, "rows"), &mut random);
            let sealed = self.outcomes(&(0..SEALED).collect::<Vec<u32>>(), (accuracy, "sealed"), &mut random);
            let parameters = candidate.planned_parameters;
            let facts = TrialStats {
                parameters,
                bytes: 4 * parameters,
                train_rows: 1_600,
                flops: parameters as f64,
                ..TrialStats::default()
            };
            entry.repeats.push(RepeatOutcomes {
                repeat,
                facts,
                train: validation.clone(),
                sealed: Sealed::from_bytes(sealed.to_bytes().expect("whole")),
                validation,
                gaps: None,
                rows,
            });
        }
        entry
    }

    /// Everything that a stage asks for, and the waves that it asked in.
    pub(super) fn run(&self, stage: &Stage) -> (Vec<MeasuredArm>, Vec<Vec<Wanted>>) {
        let (mut measured, mut waves): (Vec<MeasuredArm>, Vec<Vec<Wanted>>) = (Vec::new(), Vec::new());
        while let Step::Train(wanted) = next(stage, &measured) {
            assert!(waves.len() < 6, "it ends");
            for one in &wanted {
                let entry = self.entry(&stage.candidate(&one.arm).expect("an arm of the stage"), one.repeats);
                let found = MeasuredArm { arm: one.arm.clone(), asked: one.repeats, entry, unfit: None };
                match measured.iter_mut().find(|known| known.arm == one.arm) {
                    Some(known) => *known = found,
                    None => measured.push(found),
                }
            }
            waves.push(wanted);
        }
        (measured, waves)
    }

    /// The plain sizes.
    pub(super) fn ladder(&self, sizes: &[u64]) -> Vec<CandidateResults> {
        sizes.iter().map(|&parameters| self.entry(&size(parameters), self.repeats)).collect()
    }
}
