//! The training of weights that are to answer: steps by lagom-pretrained, looks at rows that are held back, checkpoints in the study's folder.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use lagom_backends::call::{BackendError, Stop, Training};
use lagom_pretrained::Encoder;
use lagom_pretrained::fine_tune::{FineTuning, Look, Progress, Targets, TuneError, TunedModel, Watch};
use serde::{Deserialize, Serialize};

use super::super::checkpoint::Checkpoint;
use super::lessons::{Lesson, Lessons, Parts};
use super::settings::Settings;
use super::{Failed, failed, unusable};
use crate::clock::cpu_seconds;
use crate::study::Weights;

/// Rows that are looked at together.
const BATCH: usize = 8;

/// Trained weights.
pub(super) struct Tuned {
    pub(super) model: TunedModel,
    pub(super) training: Training,
}

/// How far a training is, beside its own state.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct SoFar {
    /// The least mean loss on the rows that are held back, in nats a token.
    best: Option<f64>,
    /// Looks since then.
    worse: usize,
    /// Operations of all looks.
    operations: u64,
    /// CPU time until the checkpoint, in seconds.
    seconds: f64,
}

/// Trains weights on lessons, or finds what was trained before; none where it was told to stop.
///
/// # Errors
/// There is nothing to learn from, the training diverges, or the study's folder can't be written.
pub(super) fn tune(
    weights: &Weights,
    lessons: &Lessons,
    (encoder, folder): (&Arc<Encoder>, Option<&Path>),
    stop: &Stop,
) -> Result<Option<Tuned>, Failed> {
    let file = Checkpoint::at(lessons.kept(weights, folder)?);
    if let Some((training, bytes)) = file.read::<Training>()
        && let Ok(model) = TunedModel::from_bytes(&bytes, Some(encoder.clone()))
    {
        return Ok(Some(Tuned { model, training }));
    }
    let Some(end) = weights.ends.first().copied() else {
        return Err(unusable("no token ends a text".to_owned()));
    };
    let Parts { learned, held } = lessons.parts();
    let settings = Settings::of(lessons.how);
    let steps = settings.steps(learned.len());
    let looks = if held.is_empty() { 0 } else { (steps / settings.looks).max(1) };
    let recipe = settings.recipe(lessons.how, steps, (looks, settings.between(weights, characters(&learned))));
    let checkpoint = Checkpoint::named(folder, &lessons.address(weights)?);
    let kept = checkpoint.read::<SoFar>();
    let mut watching = Watching {
        held: (texts(&held), end),
        patience: settings.patience,
        checkpoint: &checkpoint,
        so_far: kept.as_ref().map(|(so_far, _)| so_far.clone()).unwrap_or_default(),
        since: cpu_seconds(),
        stop,
        fault: None,
    };
    let (prompts, references) = texts(&learned);
    let targets = Targets::Continuations { of: &references, end };
    let tuning = FineTuning { encoder: encoder.clone(), texts: &prompts, targets, recipe: &recipe, seed: lessons.seed };
    let found = tuning.run(kept.as_ref().map(|(_, state)| state.as_slice()), &mut watching);
    if let Some(fault) = watching.fault.take() {
        return Err(fault);
    }
    let tuned = match found {
        Ok(tuned) => tuned,
        Err(TuneError::Ended { .. }) => return Ok(None),
        Err(error) => return Err(untrained(&error)),
    };
    let training = Training {
        rows: learned.len() as u64,
        held_back: held.len() as u64,
        steps: tuned.best_step,
        operations: tuned.progress.operations + watching.so_far.operations,
        cpu_milliseconds: (1e3 * watching.seconds()).round() as u64,
        cut: tuned.cut as u64,
    };
    let bytes = tuned.model.to_bytes().map_err(|error| unusable(error.to_string()))?;
    file.write(&training, &bytes).map_err(failed)?;
    checkpoint.remove();
    Ok(Some(Tuned { model: tuned.model, training }))
}

fn untrained(error: &TuneError) -> Failed {
    BackendError::Unusable {
        message: format!("the weights could not be trained: {error}"),
        hint: "leave this adaptation out of `adapt`, or look at its references".to_owned(),
    }
}

/// Prompts and references of lessons.
fn texts<'a>(lessons: &[&'a Lesson]) -> (Vec<&'a str>, Vec<&'a str>) {
    lessons.iter().map(|lesson| (lesson.prompt.as_str(), lesson.reference.as_str())).unzip()
}

/// Mean length of prompt and reference together.
fn characters(lessons: &[&Lesson]) -> f64 {
    let all: usize = lessons.iter().map(|lesson| lesson.prompt.len() + lesson.reference.len()).sum();
    all as f64 / lessons.len().max(1) as f64
}

/// Looks at a training.
struct Watching<'a> {
    /// Prompts and references of the rows that are held back, and the token that ends a text.
    held: ((Vec<&'a str>, Vec<&'a str>), u32),
    patience: usize,
    checkpoint: &'a Checkpoint,
    so_far: SoFar,
    /// CPU time of this process when it began here.
    since: f64,
    stop: &'a Stop,
    /// What went wrong: it ends the training.
    fault: Option<Failed>,
}

impl Watching<'_> {
    /// CPU time of the training, in seconds: what earlier runs spent, and this one.
    fn seconds(&self) -> f64 {
        self.so_far.seconds + (cpu_seconds() - self.since).max(0.0)
    }
}

impl Watch for Watching<'_> {
    fn look(&mut self, progress: &Progress, model: &TunedModel) -> Look {
        let ((prompts, references), end) = &self.held;
        let found = match model.follows(prompts, (references, *end), BATCH) {
            Ok(found) => found,
            Err(error) => {
                self.fault = Some(unusable(error.to_string()));
                return Look::Stop;
            }
        };
        let loss = found.nats / found.tokens.max(1) as f64;
        if !loss.is_finite() {
            let error = TuneError::Diverged { step: progress.step, loss };
            self.fault = Some(untrained(&error));
            return Look::Stop;
        }
        self.so_far.operations += found.operations;
        if self.so_far.best.is_none_or(|best| loss < best) {
            (self.so_far.best, self.so_far.worse) = (Some(loss), 0);
            return Look::Best;
        }
        self.so_far.worse += 1;
        if self.so_far.worse >= self.patience { Look::Stop } else { Look::GoOn }
    }

    fn goes_on(&mut self, _: &Progress) -> ControlFlow<()> {
        if self.stop.is_pressed() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn checkpoint(&mut self, _: &Progress, state: &[u8]) -> ControlFlow<()> {
        let so_far = SoFar { seconds: self.seconds(), ..self.so_far.clone() };
        match self.checkpoint.write(&so_far, state) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                self.fault = Some(failed(error));
                ControlFlow::Break(())
            }
        }
    }
}
