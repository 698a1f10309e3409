//! The plan: which trials a study needs.

use super::TrialSpec;
use crate::candidate::{Candidate, DataShape, FitError, adapted, ladder};
use crate::data::{Dataset, SplitSpec, split};
use crate::study::Study;

/// Everything a study may measure before its verdict: a climb asks for a part of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The ladder, from the smallest planned size to the largest.
    pub candidates: Vec<Candidate>,
    /// Number of repeats of each.
    pub repeats: u32,
    /// One trial a candidate and repeat; all of the first candidate first.
    pub trials: Vec<TrialSpec>,
}

/// Shares of the training rows that the learning curve of the choice is measured at, beside all of them.
const CURVE: [f64; 3] = [0.125, 0.25, HALF];

/// Share of the training rows from which to all of them the growth of a difference is measured.
const HALF: f64 = 0.5;

/// Some of the training rows of a repeat.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Labels {
    /// This share of them, above 0 and below 1.
    Share(f64),
    /// So many of them.
    Count(u32),
}

impl Labels {
    /// How many these are of so many rows.
    #[must_use]
    pub fn of(self, rows: f64) -> f64 {
        match self {
            Labels::Share(share) => share * rows,
            Labels::Count(count) => f64::from(count).min(rows),
        }
    }
}

/// The trials of a study: every candidate of its ladder, every repeat, all training rows.
///
/// A function of the study and the data alone, never of time or of the machine.
///
/// # Errors
/// Pretrained weights are named that this build of lagom can't read.
pub fn plan(study: &Study, dataset: &Dataset, digest: &str) -> Result<Plan, FitError> {
    let shape = DataShape::of(dataset, study.trials.validation);
    let mut candidates = ladder(&study.ladder, &study.recipe, dataset.task, &shape);
    candidates.extend(adapted(&study.pretrained, &study.recipe, dataset.task, &shape)?);
    candidates.sort_by(|a, b| a.planned_parameters.cmp(&b.planned_parameters).then_with(|| a.name.cmp(&b.name)));
    let repeats = study.trials.repeats;
    let trials = candidates.iter().flat_map(|candidate| trials_of(study, dataset, (candidate, digest), 1.0)).collect();
    Ok(Plan { candidates, repeats, trials })
}

/// The trials of one candidate's learning curve: an eighth, a quarter and half of the training rows, each repeat.
#[must_use]
pub fn curve_trials(study: &Study, dataset: &Dataset, digest: &str, candidate: &Candidate) -> Vec<TrialSpec> {
    CURVE.iter().flat_map(|&share| trials_of(study, dataset, (candidate, digest), share)).collect()
}

/// The trials of one candidate on half of the training rows of each repeat: they are part of its learning curve, and say
/// how its difference to another grows with the rows.
#[must_use]
pub fn half_trials(study: &Study, dataset: &Dataset, digest: &str, candidate: &Candidate) -> Vec<TrialSpec> {
    trials_of(study, dataset, (candidate, digest), HALF)
}

/// The trials of one candidate on some of the training rows of its first `repeats` repeats. A repeat that does not have so many rows, or no
/// more, is left out.
#[must_use]
pub fn label_trials(
    study: &Study,
    dataset: &Dataset,
    (candidate, digest): (&Candidate, &str),
    (labels, repeats): (Labels, u32),
) -> Vec<TrialSpec> {
    let fraction = |whole: &TrialSpec| match labels {
        Labels::Share(share) => Some(share),
        Labels::Count(count) => {
            let rows = split(dataset, &whole.split).train.len();
            (rows > count as usize).then(|| f64::from(count) / rows as f64)
        }
    };
    let whole = trials_of(study, dataset, (candidate, digest), 1.0).into_iter().take(repeats as usize);
    let part = |spec: TrialSpec| {
        let fraction = fraction(&spec)?;
        Some(TrialSpec { split: SplitSpec { fraction, ..spec.split }, ..spec })
    };
    whole.filter_map(part).collect()
}

/// The trials of one candidate on all training rows, each repeat: of one that is no size of the ladder, as an arm of the lever stage is.
#[must_use]
pub fn full_trials(study: &Study, dataset: &Dataset, digest: &str, candidate: &Candidate) -> Vec<TrialSpec> {
    trials_of(study, dataset, (candidate, digest), 1.0)
}

fn trials_of(
    study: &Study,
    dataset: &Dataset,
    (candidate, digest): (&Candidate, &str),
    fraction: f64,
) -> Vec<TrialSpec> {
    let spec = |repeat| TrialSpec {
        candidate: candidate.clone(),
        split: SplitSpec { fraction, ..SplitSpec::of(dataset, &study.trials, study.explored(), repeat) },
        data: digest.to_owned(),
    };
    (0..study.trials.repeats).map(spec).collect()
}

impl Plan {
    /// The first `repeats` trials of one candidate, by repeat.
    pub fn first<'a>(&'a self, name: &'a str, repeats: u32) -> impl Iterator<Item = &'a TrialSpec> {
        self.of(name).filter(move |trial| trial.split.repeat < repeats)
    }

    /// The trials of one candidate, by repeat.
    pub fn of<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a TrialSpec> {
        self.trials.iter().filter(move |trial| trial.candidate.name == name)
    }

    /// Trials in the order they are best run: the dearest first, so that the last ones to end are
    /// short; but one baseline before all, so that a fault of the data shows at once.
    #[must_use]
    pub fn queue(mut trials: Vec<TrialSpec>) -> Vec<TrialSpec> {
        let queue = &mut trials;
        queue.sort_by_key(|trial| std::cmp::Reverse(trial.candidate.planned_parameters));
        if let Some(at) = queue.iter().position(|trial| trial.candidate.planned_parameters <= 1) {
            let first = queue.remove(at);
            queue.insert(0, first);
        }
        trials
    }
}
