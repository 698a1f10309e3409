//! What is made of a training on its way: a look at the validation rows now and then, and a checkpoint.

use std::ops::ControlFlow;

use lagom_pretrained::fine_tune::{Look, Progress, TunedModel, Watch as Watches};

use super::super::checkpoint::Checkpoint;
use super::super::so_far::SoFar;
use super::model::{BATCH, answers};
use crate::candidate::preprocess::TargetScale;
use crate::candidate::spec::FitError;
use crate::candidate::training::Truth;
use crate::candidate::tuned::Point;
use crate::candidate::watch::Watch;

/// The validation rows.
pub(super) struct Judge<'a> {
    pub(super) texts: Vec<&'a str>,
    pub(super) truth: &'a Truth,
}

/// Looks at a training.
pub(super) struct Watching<'a> {
    /// The rows to look at; none of a refit.
    pub(super) judge: Option<Judge<'a>>,
    pub(super) metric: Option<Watch<'a>>,
    pub(super) scale: Option<&'a TargetScale>,
    /// The step at which a refit ends.
    pub(super) ends: Option<u64>,
    /// Looks without a better one after which it ends.
    pub(super) patience: usize,
    pub(super) checkpoint: &'a Checkpoint,
    pub(super) so_far: SoFar,
    /// What went wrong in a look: it ends the training.
    pub(super) fault: Option<FitError>,
}

impl Judge<'_> {
    /// Mean loss of answers: nats of classes, squares of standardised numbers.
    fn loss(&self, answers: &[f32]) -> f64 {
        match self.truth {
            Truth::Classes(labels, classes) => {
                let own = |(row, label): (&[f32], &u32)| {
                    let chance = row.get(*label as usize).copied().unwrap_or(0.0);
                    -f64::from(chance).max(1e-9).ln()
                };
                let rows = answers.chunks_exact((*classes).max(1) as usize);
                rows.zip(labels).map(own).sum::<f64>() / labels.len().max(1) as f64
            }
            Truth::Values(values) => {
                let square = |(answer, value): (&f32, &f32)| f64::from(answer - value).powi(2);
                answers.iter().zip(values).map(square).sum::<f64>() / values.len().max(1) as f64
            }
        }
    }

    fn is_classes(&self) -> bool {
        matches!(self.truth, Truth::Classes(..))
    }
}

impl Watches for Watching<'_> {
    fn look(&mut self, progress: &Progress, model: &TunedModel) -> Look {
        let Some(judge) = &self.judge else {
            return if self.ends.is_some_and(|ends| progress.step >= ends) { Look::Stop } else { Look::GoOn };
        };
        let found = match model.predict(&judge.texts, BATCH) {
            Ok(logits) => answers(logits, model.outputs(), judge.is_classes()),
            Err(error) => {
                self.fault = Some(FitError::Unfit(error.to_string()));
                return Look::Stop;
            }
        };
        let loss = judge.loss(&found);
        if !loss.is_finite() {
            self.fault = Some(FitError::Diverged(format!("the validation loss is {loss} at step {}", progress.step)));
            return Look::Stop;
        }
        // A pass over a row is a third of a step's.
        let each = progress.operations as f64 / progress.step.max(1) as f64;
        self.so_far.flops += each / 3.0 * judge.texts.len() as f64 / BATCH as f64;
        let quality = self.metric.and_then(|watch| {
            let mut told: Vec<f64> = found.iter().copied().map(f64::from).collect();
            if let Some(scale) = self.scale {
                scale.undo(&mut told);
            }
            (watch.quality)(&told)
        });
        self.so_far.history.push(Point {
            step: progress.step,
            train_loss: progress.loss,
            validation_loss: loss,
            quality,
            flops: quality.map(|_| progress.operations as f64 + self.so_far.flops),
        });
        if self.so_far.best.is_none_or(|best| loss < best) {
            (self.so_far.best, self.so_far.worse) = (Some(loss), 0);
            return Look::Best;
        }
        self.so_far.worse += 1;
        if self.so_far.worse >= self.patience { Look::Stop } else { Look::GoOn }
    }

    fn checkpoint(&mut self, _: &Progress, state: &[u8]) -> ControlFlow<()> {
        match self.checkpoint.write(&self.so_far, state) {
            Ok(()) => ControlFlow::Continue(()),
            Err(fault) => {
                self.fault = Some(fault);
                ControlFlow::Break(())
            }
        }
    }
}
