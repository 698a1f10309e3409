//! Language models of the study's own texts: a vocabulary of byte pairs and a decoder, trained on the repeat's rows alone.
//!
//! [`lagom_pretrained::language`] trains; here its schedule follows the rows, its looks the validation rows, and its checkpoints go to the study's
//! folder.

use std::ops::ControlFlow;
use std::sync::Arc;

use lagom_pretrained::fine_tune::{Look, Progress, TuneError, Watch as Watches};
use lagom_pretrained::language::{BytePairs, LanguageModel, LanguageRecipe, LanguageShape, LanguageTraining};
use serde::{Deserialize, Serialize};

use super::checkpoint::Checkpoint;
use super::frozen::NETWORK;
use super::so_far::SoFar;
use crate::candidate::documents::{bits_per_byte, documents};
use crate::candidate::model::{Features, Learner, Model};
use crate::candidate::plan::TrainingPlan;
use crate::candidate::predictor::{Kept, Predictor};
use crate::candidate::recipe::Recipe;
use crate::candidate::shape::DataShape;
use crate::candidate::spec::FitError;
use crate::candidate::training::{FitContext, Fitted, Shared, settled, validation, watch};
use crate::candidate::tuned::{Point, TunedParams};
use crate::candidate::watch::Watch;
use crate::data::Inputs;
use crate::study::FamilyId;

/// How a decoder is trained. Part of a trial's content address.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// Tokens in each step: a 32nd of those of the training rows, within these bounds.
    least_tokens: usize,
    /// See above.
    most_tokens: usize,
    /// Passes over the training rows.
    passes: u64,
    /// Fewest steps, as far as [`Settings::most_passes`] allows: of few rows a few passes are no training.
    least_steps: u64,
    /// Most passes over the training rows.
    most_passes: u64,
    /// Most steps, however many rows there are.
    most_steps: u64,
    /// Share of a matrix, times the rate, that it loses in each step (Loshchilov & Hutter 2019).
    weight_decay: f64,
    /// Share of the steps in which the rate rises; it then falls in a straight line.
    warm_up: f64,
    /// Share of units that is left out in each step.
    dropout: f64,
    /// Longest gradient; 0: any.
    gradient_clipping: f64,
}

impl Default for Settings {
    /// Weight decay and clipping as Llama has them (Touvron et al. 2023, section 2.3). Passes over the same rows are worth ever less from the fifth on
    /// (Muennighoff et al. 2023); looks end a training that gains nothing more.
    fn default() -> Self {
        Self {
            least_tokens: 256,
            most_tokens: 1024,
            passes: 16,
            least_steps: 600,
            most_passes: 40,
            most_steps: 10_000,
            weight_decay: 0.1,
            warm_up: 0.1,
            dropout: 0.1,
            gradient_clipping: 1.0,
        }
    }
}

/// Steps of a pass over few rows.
const STEPS_OF_A_PASS: usize = 32;
/// Looks at the validation rows in a training, and those without a better one after which it ends.
const LOOKS: u64 = 12;
const PATIENCE: usize = 3;
/// Steps between two checkpoints: what `kill -9` loses at most.
const CHECKPOINT: u64 = 100;

impl Settings {
    /// Tokens of a step, where the training rows have so many.
    fn tokens(&self, all: usize) -> usize {
        (all / STEPS_OF_A_PASS).max(self.least_tokens).min(self.most_tokens.max(1))
    }

    /// Steps of a training, where a pass over the rows takes so many.
    fn steps(&self, pass: u64) -> u64 {
        let least = self.least_steps.min(self.most_passes * pass);
        (self.passes * pass).max(least).min(self.most_steps).max(1)
    }
}

/// The rate of a decoder with so many weights in its blocks: `0.003239 − 0.0001395 ln N` (Kaplan et al. 2020, equation D.1).
fn rate(shape: &LanguageShape) -> f64 {
    0.003_239 - 0.000_139_5 * (shape.blocks() as f64).ln()
}

/// How a decoder is trained, before any lever.
///
/// # Errors
/// A setting can't be written.
pub(in crate::candidate) fn language_recipe() -> Result<Recipe, FitError> {
    Recipe::of(&Settings::default())
}

/// Weights of the decoder of a width, if texts give it all the tokens that it may have.
pub(in crate::candidate) fn language_parameters(width: u32) -> u64 {
    let shape = LanguageShape::of_width(width as usize);
    shape.parameters(shape.vocabulary)
}

/// Floating-point operations and seconds of a training of a width.
pub(in crate::candidate) fn language_effort(width: u32, shape: &DataShape<'_>) -> (f64, f64) {
    let (settings, own) = (Settings::default(), LanguageShape::of_width(width as usize));
    // Bytes of a token: 2.4 with 512 of them, 3.2 with 1,024, 3.7 with 2,048, much the same of captions and stories (log/2026-11-30-language-models.md).
    let tokens = shape.characters / (0.67 * (own.vocabulary as f64).log2() - 3.6);
    let all = shape.rows * tokens;
    let of_a_step = settings.tokens(all as usize) as f64;
    let steps = settings.steps((all / of_a_step).ceil() as u64) as f64;
    let looked = LOOKS as f64 * (shape.all - shape.rows).max(0.0) * tokens;
    let each = own.operations(1, own.vocabulary, tokens as usize) as f64;
    let flops = each * (3.0 * steps * of_a_step + looked);
    (flops, flops / NETWORK)
}

/// The rows to look at on the way.
struct Judge<'a> {
    texts: Vec<&'a str>,
}

/// Looks at a training.
struct Watching<'a> {
    /// None of a refit.
    judge: Option<Judge<'a>>,
    metric: Option<Watch<'a>>,
    /// From nats a token to bits a byte, on the training rows.
    unit: f64,
    /// The step at which a refit ends.
    ends: Option<u64>,
    checkpoint: &'a Checkpoint,
    so_far: SoFar,
    /// What went wrong in a look: it ends the training.
    fault: Option<FitError>,
}

impl Watches<LanguageModel> for Watching<'_> {
    fn look(&mut self, progress: &Progress, model: &LanguageModel) -> Look {
        let Some(judge) = &self.judge else {
            return if self.ends.is_some_and(|ends| progress.step >= ends) { Look::Stop } else { Look::GoOn };
        };
        let found = model.log_likelihoods(&judge.texts).and_then(|logs| Ok((logs, model.count_tokens(&judge.texts)?)));
        let (logs, tokens) = match found {
            Ok(found) => found,
            Err(error) => {
                self.fault = Some(FitError::Unfit(error.to_string()));
                return Look::Stop;
            }
        };
        let loss = bits_per_byte(&judge.texts, &logs);
        if !loss.is_finite() {
            self.fault = Some(FitError::Diverged(format!("the validation loss is {loss} at step {}", progress.step)));
            return Look::Stop;
        }
        let length = tokens as usize / judge.texts.len().max(1);
        self.so_far.flops += model.shape().operations(tokens, model.vocabulary().tokens(), length) as f64;
        let quality = self.metric.and_then(|watch| (watch.quality)(&logs));
        self.so_far.history.push(Point {
            step: progress.step,
            train_loss: progress.loss * self.unit,
            validation_loss: loss,
            quality,
            flops: quality.map(|_| progress.operations as f64 + self.so_far.flops),
        });
        if self.so_far.best.is_none_or(|best| loss < best) {
            (self.so_far.best, self.so_far.worse) = (Some(loss), 0);
            return Look::Best;
        }
        self.so_far.worse += 1;
        if self.so_far.worse >= PATIENCE { Look::Stop } else { Look::GoOn }
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

/// Trains vocabulary and decoder of a width on the texts.
///
/// # Errors
/// The study's folder can't be written, the settings are none, there is no text, or the training diverges.
pub(in crate::candidate) fn fit_language(
    (family, width): (FamilyId, u32),
    plan: &TrainingPlan,
    context: &FitContext<'_>,
) -> Result<Fitted, FitError> {
    let settings: Settings = plan.recipe.to()?;
    let texts = documents(&context.train.inputs)?;
    let failed = |error: TuneError| match error {
        TuneError::Diverged { .. } => FitError::Diverged(error.to_string()),
        other => FitError::Unfit(other.to_string()),
    };
    let planned = LanguageShape::of_width(width as usize);
    let vocabulary = BytePairs::train(&texts, planned.vocabulary).map_err(|error| failed(error.into()))?;
    let shape = LanguageShape { vocabulary: vocabulary.tokens(), ..planned };
    let (tokens, bytes) = (count(&texts, &vocabulary)?, texts.iter().map(|text| text.len()).sum::<usize>());
    let settled = settled(context.purpose);
    let draft = LanguageRecipe {
        rate: settled.map_or_else(|| rate(&shape), |one| one.learning_rate) as f32,
        weight_decay: settings.weight_decay as f32,
        warm_up: settings.warm_up as f32,
        steps: 1,
        tokens: settings.tokens(tokens),
        dropout: settings.dropout as f32,
        clip: (settings.gradient_clipping > 0.0).then_some(settings.gradient_clipping as f32),
        watch_every: 1,
        checkpoint_every: CHECKPOINT,
    };
    let vocabulary = Arc::new(vocabulary);
    let training =
        LanguageTraining { shape, vocabulary: vocabulary.clone(), texts: &texts, recipe: &draft, seed: context.seed };
    let pass = training.steps_of_a_pass(draft.tokens).map_err(failed)?;
    let steps = settled.map_or_else(|| settings.steps(pass), |one| one.horizon.max(1));
    let ends = settled.map(|one| one.steps.clamp(1, steps));
    let watch_every = ends.unwrap_or((steps / LOOKS).max(1));
    let recipe = LanguageRecipe { steps, watch_every, ..draft.clone() };
    let training = LanguageTraining { recipe: &recipe, ..training };
    let checkpoint = Checkpoint::of(context, &(family, width, &recipe, context.seed), &texts);
    let kept = checkpoint.read::<SoFar>();
    let held = validation(context.purpose);
    let judge = held.map(|held| Ok::<_, FitError>(Judge { texts: documents(&held.inputs)? })).transpose()?;
    let mut watching = Watching {
        judge,
        metric: watch(context.purpose),
        unit: tokens as f64 / bytes.max(1) as f64 / std::f64::consts::LN_2,
        ends,
        checkpoint: &checkpoint,
        so_far: kept.as_ref().map(|(so_far, _)| so_far.clone()).unwrap_or_default(),
        fault: None,
    };
    let found = training.run(kept.as_ref().map(|(_, state)| state.as_slice()), &mut watching);
    if let Some(fault) = watching.fault {
        return Err(fault);
    }
    let trained = found.map_err(failed)?;
    checkpoint.remove();
    let so_far = watching.so_far;
    let steps = if ends.is_some() { trained.progress.step } else { trained.best_step };
    let flops = trained.progress.operations as f64 + so_far.flops;
    let kept = Kept::new(family, LanguageTexts { model: trained.model });
    Ok(Fitted {
        model: Model { features: Features::None, learner: Learner::Kept(kept), scale: None },
        settled: TunedParams { steps, horizon: recipe.steps, learning_rate: f64::from(recipe.rate), l2: 0.0 },
        history: so_far.history,
        search_flops: 0.0,
        shared: Shared::default(),
        flops,
        stopped: None,
        changes: Vec::new(),
        trained: None,
    })
}

/// Tokens of all texts.
fn count(texts: &[&str], vocabulary: &BytePairs) -> Result<usize, FitError> {
    let mut tokens = 0;
    for (at, text) in texts.iter().enumerate() {
        tokens += vocabulary.encode(text, at).map_err(|error| FitError::Unfit(error.to_string()))?.len();
    }
    Ok(tokens)
}

/// A decoder with its vocabulary.
struct LanguageTexts {
    model: LanguageModel,
}

/// A model that [`fit_language`] made, from its bytes.
///
/// # Errors
/// They are none.
pub(in crate::candidate) fn load_language(bytes: &[u8]) -> Result<Box<dyn Predictor>, FitError> {
    let model = LanguageModel::from_bytes(bytes).map_err(|error| FitError::Unfit(error.to_string()))?;
    Ok(Box::new(LanguageTexts { model }))
}

impl Predictor for LanguageTexts {
    fn parameters(&self) -> u64 {
        self.model.parameters()
    }

    /// The natural logarithm of the probability of each text.
    fn predict(&self, inputs: &Inputs<'_>) -> Result<Vec<f64>, FitError> {
        self.model.log_likelihoods(&documents(inputs)?).map_err(|error| FitError::Unfit(error.to_string()))
    }

    fn to_bytes(&self) -> Result<Vec<u8>, FitError> {
        self.model.to_bytes().map_err(|error| FitError::Unfit(error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_follow_the_rows_within_bounds() {
        let settings = Settings::default();
        // 6,400 tokens: 256 a step, 25 steps a pass; 16 passes of them are fewer than 600, of which 24 are made.
        assert_eq!((settings.tokens(6_400), settings.steps(25)), (256, 600));
        // Of 1,000 tokens 40 passes are the most: 160 steps.
        assert_eq!((settings.tokens(1_000), settings.steps(4)), (256, 160));
        assert_eq!((settings.tokens(16_000), settings.tokens(1_000_000)), (500, 1024));
        assert_eq!((settings.steps(100), settings.steps(100_000), settings.steps(0)), (1_600, 10_000, 1));
    }

    #[test]
    fn rates_are_those_of_the_rule() {
        // 106,816 weights: ln is 11.5789, 0.003239 - 0.0016153.
        assert!((rate(&LanguageShape::of_width(64)) - 0.001_623_7).abs() < 1e-6);
    }
}
