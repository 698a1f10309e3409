//! Overfitting by size on this study: sizes of one family, trained again with wrong and with shuffled labels.

use super::conclusion::Conclusion;
use super::error::RunError;
use super::workspace::{Outcome, Workspace};
use crate::candidate::{Candidate, applying};
use crate::levers::with_settings;
use crate::overfitting::{NOISE, Noisy, Overfitting, Spoilt, Subject, looked_at, overfitting};
use crate::stats;
use crate::study::{FamilyId, LeverValue, Setting, TaskKind};
use crate::trial::Request;
use crate::verdict::{CandidateResults, Row};

/// Trainings of each size with each kind of spoilt labels: two tell the luck of a training from the rest, and more would cost as much
/// as the search for the size.
const REPEATS: u32 = 2;
/// The most that it may take, in what the search for the size took.
const BUDGET: f64 = 2.0;
/// The experiments, by the names of their levers.
const LABEL_NOISE: &str = "label-noise";
const SHUFFLED: &str = "shuffled-labels";

/// What is trained to see how overfitting goes by size.
pub(super) struct OverfittingStage<'a> {
    workspace: &'a Workspace,
    family: FamilyId,
    /// Sizes of the family that were measured, from the smallest.
    sizes: Vec<Candidate>,
}

impl<'a> OverfittingStage<'a> {
    /// Of the family of the choice, or of the reference where there is none: both ends of what was measured and sizes between, as far
    /// as they take at most twice the operations of the search for the size. The largest sizes are left out first.
    ///
    /// # Errors
    /// Its models are language models, which have no labels; neither is trained here; or fewer than two sizes of the family were measured, or fit the budget.
    pub(super) fn plan(workspace: &'a Workspace, conclusion: &Conclusion) -> Result<Self, RunError> {
        if workspace.prepared.loaded.dataset.task == TaskKind::LanguageModelling {
            return Err(RunError::unfit(
                "overfitting by size is not looked at for language models: texts have no labels that could be spoilt",
                "nothing is to be done: every size is judged on texts that it has not seen",
            ));
        }
        let family = family(workspace, conclusion).ok_or_else(|| {
            RunError::unfit(
                "the verdict names no model that is trained here, whose sizes could be looked at",
                "see what it lacks with `lagom verdict`",
            )
        })?;
        let measured = measured(workspace, conclusion, family);
        let rows = &conclusion.analysis.screening.rows;
        let spent: f64 = rows.iter().flat_map(|row| &row.trials).map(|facts| facts.flops).sum();
        let cost = |one: &&Candidate| conclusion.analysis.screening.row(&one.name).map_or(0.0, flops);
        let mut within = measured.len();
        let stage = loop {
            let choice =
                measured[..within].iter().position(|one| Some(&one.name) == conclusion.verdict.choice.as_ref());
            let sizes: Vec<&Candidate> = looked_at(within, choice).into_iter().map(|at| measured[at]).collect();
            let trainings = (NOISE.len() + 1) as f64 * f64::from(REPEATS);
            if within <= 2 || sizes.iter().map(cost).sum::<f64>() * trainings <= BUDGET * spent {
                break Self { workspace, family, sizes: sizes.into_iter().cloned().collect() };
            }
            within -= 1;
        };
        if stage.sizes.len() < 2 {
            return Err(RunError::unfit(
                format!("fewer than two sizes of `{family}` were measured, and overfitting is looked at by size"),
                "run the study with policy = \"sweep\" under [ladder] or a larger `largest`, or with a family that has several sizes",
            ));
        }
        Ok(stage)
    }

    /// All that is trained.
    pub(super) fn requests(&self) -> Vec<Request> {
        let of = |one: &Candidate| {
            let spoilt = settings().map(|setting| with_settings(one, &[setting]));
            spoilt.flat_map(|one| self.workspace.full_requests_of(&one, REPEATS)).collect::<Vec<Request>>()
        };
        self.sizes.iter().flat_map(of).collect()
    }

    /// What the store has of it; none where nothing was trained for it.
    ///
    /// # Errors
    /// The store can't be read.
    pub(super) fn last(workspace: &'a Workspace, conclusion: &Conclusion) -> Result<Option<Overfitting>, RunError> {
        let Some(family) = family(workspace, conclusion) else { return Ok(None) };
        let (mut sizes, mut left_out) = (Vec::new(), Vec::new());
        for one in measured(workspace, conclusion, family) {
            let stage = Self { workspace, family, sizes: vec![one.clone()] };
            let any = stage.requests().first().map(|request| workspace.outcome(request)).transpose()?;
            if any.is_some_and(|found| !matches!(found, Outcome::Missing)) {
                sizes.push(one.clone());
            } else {
                left_out.push(one.name.clone());
            }
        }
        if sizes.is_empty() {
            return Ok(None);
        }
        let stage = Self { workspace, family, sizes };
        Ok(Some(Overfitting { left_out, ..stage.found(conclusion)? }))
    }

    fn found(&self, conclusion: &Conclusion) -> Result<Overfitting, RunError> {
        let terms = &self.workspace.prepared.terms;
        let ladder = self.workspace.entries(&self.workspace.requests_of(&conclusion.found))?;
        let mut spoilt: Vec<Vec<(Setting, CandidateResults)>> = Vec::new();
        for one in &self.sizes {
            let mut own = Vec::new();
            for setting in settings() {
                let candidate = with_settings(one, std::slice::from_ref(&setting));
                let requests = self.workspace.full_requests_of(&candidate, REPEATS);
                own.push((setting, self.workspace.entry(&candidate, &requests)?));
            }
            spoilt.push(own);
        }
        let mut sizes: Vec<Spoilt<'_>> = Vec::new();
        for (one, own) in self.sizes.iter().zip(&spoilt) {
            let Some(plain) = ladder.iter().find(|entry| entry.candidate.name == one.name) else { continue };
            let noisy = own.iter().filter_map(|(setting, results)| match setting.value {
                LeverValue::Number(share) => Some(Noisy { share, results }),
                LeverValue::Switch(_) | LeverValue::Word(_) | LeverValue::Columns(_) => None,
            });
            let shuffled = own.iter().find(|(setting, _)| setting.lever == SHUFFLED).map(|(_, results)| results);
            sizes.push(Spoilt { plain, noisy: noisy.collect(), shuffled });
        }
        let baseline = ladder.iter().find(|entry| entry.candidate.spec.family == FamilyId::BASELINE);
        let subject = Subject { family: self.family, metric: terms.metric, confidence: terms.confidence };
        Ok(overfitting(subject, &sizes, baseline))
    }
}

/// The ways in which labels are spoilt.
fn settings() -> impl Iterator<Item = Setting> {
    let noise = NOISE.iter().map(|share| Setting { lever: LABEL_NOISE.to_owned(), value: LeverValue::Number(*share) });
    noise.chain([Setting { lever: SHUFFLED.to_owned(), value: LeverValue::Switch(true) }])
}

/// The family of the choice, else of the reference, if it is trained here.
fn family(workspace: &Workspace, conclusion: &Conclusion) -> Option<FamilyId> {
    let plan = &workspace.prepared.plan.candidates;
    let named = [&conclusion.verdict.choice, &conclusion.verdict.reference].into_iter().flatten();
    let mut trained = named.filter_map(|name| plan.iter().find(|one| one.name == *name));
    trained.find(|one| one.spec.family != FamilyId::BASELINE).map(|one| one.spec.family)
}

/// The sizes of a family that were measured in at least two repeats, of which none failed, from the smallest.
fn measured<'w>(workspace: &'w Workspace, conclusion: &Conclusion, family: FamilyId) -> Vec<&'w Candidate> {
    let dataset = &workspace.prepared.loaded.dataset;
    let spoilable = |one: &Candidate| {
        let size = (one.spec.family, &one.spec.size);
        settings().all(|setting| !applying(&[setting], size, dataset.task, dataset.classes()).is_empty())
    };
    let trained = |one: &&Candidate| {
        let row = conclusion.analysis.screening.row(&one.name);
        one.spec.family == family
            && row.is_some_and(|row| row.trials.len() >= 2 && row.failures.is_empty())
            && spoilable(one)
    };
    let mut found: Vec<&Candidate> = workspace.prepared.plan.candidates.iter().filter(trained).collect();
    found.sort_by_key(|one| one.planned_parameters);
    found
}

/// Mean operations of a candidate's finished trainings.
fn flops(row: &Row) -> f64 {
    let flops: Vec<f64> = row.trials.iter().map(|facts| facts.flops).collect();
    if flops.is_empty() { 0.0 } else { stats::mean(&flops) }
}
