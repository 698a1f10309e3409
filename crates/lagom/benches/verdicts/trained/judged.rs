//! A verdict held against the truth.

use lagom::data::known::{Kind, Known};
use lagom::verdict::VerdictKind;

use super::scene::Scene;

/// What became of the verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// What it says holds.
    Right,
    /// It was left open.
    Open,
    /// What it says does not hold.
    Wrong,
}

/// How many of the printed intervals hold the truth.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Coverage {
    /// Intervals that do.
    pub(crate) held: u32,
    /// All of them.
    pub(crate) all: u32,
}

/// One study with what is true of it.
#[derive(Clone, Debug)]
pub(crate) struct Judged {
    /// The kind of data set.
    pub(crate) kind: Kind,
    /// Its seed.
    pub(crate) seed: u64,
    /// What was said.
    pub(crate) said: VerdictKind,
    /// The candidate that was chosen.
    pub(crate) choice: Option<String>,
    /// The truly best learner, and its quality.
    pub(crate) best: (String, f64),
    /// The quality of the best possible model.
    pub(crate) bayes: f64,
    /// By how much the best candidate is truly better than the choice.
    pub(crate) loss: Option<f64>,
    /// The true quality of the model that was handed over.
    pub(crate) handed: Option<f64>,
    /// Whether it was right.
    pub(crate) outcome: Outcome,
    /// Intervals of qualities on validation rows.
    pub(crate) qualities: Coverage,
    /// Intervals of differences to the reference on validation rows.
    pub(crate) differences: Coverage,
    /// Intervals of qualities on the holdout.
    pub(crate) holdouts: Coverage,
    /// Intervals of the differences that were tested on the holdout.
    pub(crate) tests: Coverage,
    /// Floating-point operations over those of training the whole ladder.
    pub(crate) share: f64,
    /// Mean standard error of the true qualities themselves.
    pub(crate) blur: f64,
}

impl Judged {
    /// Holds a verdict against the true qualities of all candidates.
    ///
    /// # Errors
    /// No candidate could be trained again.
    pub(crate) fn new(known: &Known, scene: &Scene<'_>, handed: Option<f64>) -> Result<Self, &'static str> {
        let best = scene.best().ok_or("no candidate could be trained again")?;
        let choice = scene.verdict.choice.as_ref().and_then(|name| scene.truth(name));
        let truths = || scene.truths.values().map(|truth| truth.standard_error);
        Ok(Self {
            kind: known.kind,
            seed: known.seed,
            said: scene.verdict.kind,
            choice: scene.verdict.choice.clone(),
            bayes: known.truth().best.value,
            loss: choice.map(|choice| best.1 - choice),
            handed,
            outcome: scene.outcome(best.1),
            qualities: scene.covered(|row| scene.of(row.quality.as_ref(), scene.truth(&row.name))),
            differences: scene.covered(|row| scene.of(row.difference.as_ref(), scene.to_reference(&row.name))),
            holdouts: scene.covered(|row| scene.of(row.holdout_quality.as_ref(), scene.truth(&row.name))),
            tests: scene.tests(),
            share: scene.share(),
            blur: truths().sum::<f64>() / truths().count().max(1) as f64,
            best,
        })
    }
}

impl Coverage {
    /// Counts the intervals that hold the truth (`Some(true)`) and those that do not.
    pub(crate) fn of(found: impl Iterator<Item = Option<bool>>) -> Self {
        found.flatten().fold(Self::default(), |so_far, held| so_far.and(Self { held: u32::from(held), all: 1 }))
    }

    /// Both counts together.
    pub(crate) fn and(self, other: Self) -> Self {
        Self { held: self.held + other.held, all: self.all + other.all }
    }
}
