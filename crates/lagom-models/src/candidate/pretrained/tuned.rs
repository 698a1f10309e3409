//! Weights that are trained further on the study's texts: a low-rank change, all of them, or their shape from a random start.
//!
//! One code for all: [`lagom_pretrained::fine_tune`] trains, here its schedule follows the rows, its looks the validation rows, and its
//! checkpoints go to the study's folder.

mod model;
mod settings;
mod watching;

use std::path::Path;

use lagom_pretrained::WeightsError;
use lagom_pretrained::fine_tune::{FineTuning, Targets, TuneError};

use super::checkpoint::Checkpoint;
use super::computed::computed;
use super::frozen::{forward, unweighted};
use super::network::Network;
use super::so_far::SoFar;
use super::source::Source;
use super::{cuts, family_of};
use crate::candidate::model::{Features, Learner, Model, texts};
use crate::candidate::plan::TrainingPlan;
use crate::candidate::predictor::{Kept, Predictor};
use crate::candidate::recipe::Recipe;
use crate::candidate::shape::DataShape;
use crate::candidate::spec::FitError;
use crate::candidate::training::{FitContext, Fitted, Shared, Truth, scale, settled, validation, watch};
use crate::candidate::tuned::TunedParams;
use crate::study::{Adaptation, Weights};
use model::TunedTexts;
use settings::Settings;
use watching::{Judge, Watching};

/// Passes of a training for each pass forward over a row: forward, and twice as much backward (Kaplan et al. 2020, section 2.1).
const PASSES: f64 = 3.0;
/// Looks at the validation rows in a training.
const LOOKS: u64 = 8;
/// Looks without a better one after which a training ends: half of them.
const PATIENCE: usize = 4;

/// How weights are trained further under an adaptation, before any lever.
fn own(how: Adaptation) -> Settings {
    match how {
        Adaptation::Scratch => Settings::scratch(),
        Adaptation::Lora => Settings::lora(),
        Adaptation::Full | Adaptation::Frozen | Adaptation::Static | Adaptation::ZeroShot | Adaptation::FewShot => {
            Settings::full()
        }
    }
}

/// The most tokens of a text that such a training reads; none where nothing is trained.
pub(super) fn most_tokens(how: Adaptation) -> Option<u32> {
    let is_trained = matches!(how, Adaptation::Lora | Adaptation::Full | Adaptation::Scratch);
    is_trained.then(|| u32::try_from(own(how).tokens).unwrap_or(u32::MAX))
}

/// The same as a recipe.
///
/// # Errors
/// A setting can't be written.
pub(in crate::candidate) fn tuning(how: Adaptation) -> Result<Recipe, FitError> {
    Recipe::of(&own(how))
}

/// Operations of a training on data of such a shape.
pub(in crate::candidate) fn tuning_flops(how: Adaptation, weights: &Weights, shape: &DataShape<'_>) -> f64 {
    let settings = own(how);
    let trained = settings.steps(shape.rows as usize) as f64 * settings.batch as f64;
    let looked = LOOKS as f64 * (shape.all - shape.rows).max(0.0);
    forward(weights, PASSES * trained + looked, shape.characters)
}

/// A model that [`fit_tuned`] made, from its bytes in a file in the folder `beside`.
///
/// # Errors
/// They are none; the weights that it stands on are gone, or others.
pub(in crate::candidate) fn load_tuned(bytes: &[u8], beside: &Path) -> Result<Box<dyn Predictor>, FitError> {
    Ok(Box::new(TunedTexts::read(bytes, beside)?))
}

/// Trains at one rate.
fn train(
    how: Adaptation,
    (network, settings, rate): (&Network, &Settings, f64),
    set: &Rows<'_>,
    context: &FitContext<'_>,
) -> Result<One, FitError> {
    let encoder =
        network.encoder().ok_or_else(|| FitError::Unfit("static embeddings have no layers to train".to_owned()))?;
    let steps = settled(context.purpose).map_or_else(|| settings.steps(set.texts.len()), |one| one.horizon.max(1));
    let ends = settled(context.purpose).map(|one| one.steps.clamp(1, steps));
    let recipe = settings.recipe(how, rate, (steps, ends.unwrap_or((steps / LOOKS).max(1))));
    let compute = computed(context.outside.compute);
    let checkpoint = Checkpoint::of(context, &(how, &recipe, context.seed), &set.texts);
    let kept = checkpoint.read::<SoFar>();
    let held = set.held.as_ref();
    let judge = held.map(|(texts, truth)| Judge { texts: texts.iter().map(String::as_str).collect(), truth });
    let mut watching = Watching {
        judge,
        metric: watch(context.purpose),
        scale: set.scale,
        ends,
        patience: PATIENCE,
        checkpoint: &checkpoint,
        so_far: kept.as_ref().map(|(so_far, _)| so_far.clone()).unwrap_or_default(),
        fault: None,
    };
    let texts: Vec<&str> = set.texts.iter().map(String::as_str).collect();
    let targets = match &set.truth {
        Truth::Classes(of, count) => Targets::Classes { of, count: *count as usize },
        Truth::Values(values) => Targets::Numbers(values),
    };
    let tuning = FineTuning { encoder, texts: &texts, targets, recipe: &recipe, seed: context.seed };
    let state = kept.as_ref().map(|(_, state)| state.as_slice());
    let tuned = tuning.run_on(&compute, state, &mut watching);
    if let Some(fault) = watching.fault {
        return Err(fault);
    }
    let tuned = tuned.map_err(failed)?;
    checkpoint.remove();
    let so_far = watching.so_far;
    let step = if ends.is_some() { tuned.progress.step } else { tuned.best_step };
    Ok(One {
        flops: tuned.progress.operations as f64 + so_far.flops,
        loss: so_far.best.unwrap_or(f64::INFINITY),
        settled: TunedParams { steps: step, horizon: steps, learning_rate: rate, l2: 0.0 },
        history: so_far.history,
        cut: tuned.cut as u64,
        model: tuned.model,
    })
}

/// What is trained on and looked at.
struct Rows<'a> {
    texts: Vec<String>,
    truth: Truth,
    held: Option<(Vec<String>, Truth)>,
    scale: Option<&'a crate::candidate::preprocess::TargetScale>,
}

/// A training at one rate.
struct One {
    model: lagom_pretrained::fine_tune::TunedModel,
    settled: TunedParams,
    history: Vec<crate::candidate::tuned::Point>,
    flops: f64,
    loss: f64,
    cut: u64,
}

fn failed(error: TuneError) -> FitError {
    match error {
        TuneError::Diverged { .. } => FitError::Diverged(error.to_string()),
        TuneError::Compute(_) | TuneError::Weights(WeightsError::Compute(_)) => FitError::Device(error.to_string()),
        other => FitError::Unfit(other.to_string()),
    }
}

/// Trains weights further on the texts.
///
/// # Errors
/// The weights can't be read, the study's folder not be written, the settings are none, or the training diverges.
pub(in crate::candidate) fn fit_tuned(
    how: Adaptation,
    plan: &TrainingPlan,
    context: &FitContext<'_>,
) -> Result<Fitted, FitError> {
    let weights = context.outside.weights.ok_or_else(unweighted)?;
    let source = Source::beside(weights);
    let settings: Settings = plan.recipe.to()?;
    settings.check()?;
    let scale = scale(&context.train);
    let rows = Rows {
        texts: texts(&context.train.inputs),
        truth: Truth::of(&context.train, scale),
        held: validation(context.purpose).map(|held| (texts(&held.inputs), Truth::of(&held, scale))),
        scale: scale.as_ref(),
    };
    let rates = match settled(context.purpose) {
        Some(settled) => vec![settled.learning_rate],
        None => settings.rates.clone(),
    };
    let mut best: Option<One> = None;
    let mut flops = 0.0;
    for rate in rates {
        let one = train(how, (source.network()?, &settings, rate), &rows, context)?;
        flops += one.flops;
        if best.as_ref().is_none_or(|best| one.loss < best.loss) {
            best = Some(one);
        }
    }
    let best = best.ok_or_else(|| FitError::Unfit("no learning rate to try".to_owned()))?;
    let model = TunedTexts::new(best.model, source, scale);
    let kept = Kept::new(family_of(how), model);
    Ok(Fitted {
        model: Model { features: Features::None, learner: Learner::Kept(kept), scale: None },
        settled: best.settled,
        history: best.history,
        search_flops: flops - best.flops,
        shared: Shared::default(),
        flops,
        stopped: None,
        changes: cuts::told(best.cut),
        trained: None,
    })
}
