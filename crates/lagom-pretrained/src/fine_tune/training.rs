//! The training itself: steps, looks, checkpoints.

use std::sync::Arc;

use rand::seq::SliceRandom;

use super::continuations::{Sequence, head_operations, last_rows, last_rows_backward, sequences};
use super::head::{HeadGradient, loss};
use super::model::{Additions, TunedModel, cut};
use super::recipe::{Adaptation, Recipe, Targets};
use super::start;
use super::state::{Position, State};
use super::update::{Found, update};
use super::watch::{Look, Progress, Watch};
use crate::decoder::Decoder;
use crate::encoder::{Encoder, encode, pool, pool_backward};
use crate::error::{StateError, WeightsError};
use crate::kernels::multiply;
use crate::network::{Batch, Dropout, Wanted};
use crate::next_token::next_tokens;
use crate::product::Rows;
use crate::seed::generator;
use crate::tokenizer::Tokens;

/// A training that is to be done.
#[derive(Debug)]
pub struct FineTuning<'a> {
    /// What is adapted.
    pub encoder: Arc<Encoder>,
    /// The training texts.
    pub texts: &'a [&'a str],
    /// What each is to give.
    pub targets: Targets<'a>,
    /// How.
    pub recipe: &'a Recipe,
    /// Chance: order, dropout, first weights.
    pub seed: u64,
}

/// What came of a training.
#[derive(Debug)]
pub struct Tuned {
    /// The best model by the watch; the last one where it called none the best.
    pub model: TunedModel,
    /// How far the training went.
    pub progress: Progress,
    /// After how many steps the model was.
    pub best_step: u64,
    /// Training texts that were longer than the context and were cut.
    pub cut: usize,
}

/// Why a training has no result.
#[derive(Debug, thiserror::Error)]
pub enum TuneError {
    /// Loss or gradient is not a number.
    #[error("training diverged at step {step}: the loss is {loss}")]
    Diverged {
        /// At which step.
        step: u64,
        /// The loss.
        loss: f64,
    },
    /// The recipe or the targets cannot be.
    #[error("{0}")]
    Recipe(String),
    /// The state that was to be resumed is none of this training.
    #[error(transparent)]
    State(#[from] StateError),
    /// Texts or weights failed.
    #[error(transparent)]
    Weights(#[from] WeightsError),
    /// The watch ended it.
    #[error("the training was ended at step {step}")]
    Ended {
        /// At which step.
        step: u64,
    },
}

/// A training on its way.
struct Trainer<'a> {
    of: &'a FineTuning<'a>,
    tokens: Vec<Tokens>,
    /// What the last rows of each text predict, where it is learned how texts go on.
    next: Vec<Vec<u32>>,
    state: State,
}

impl FineTuning<'_> {
    /// Trains, from the start or from a state that [`Watch::checkpoint`] was given.
    ///
    /// # Errors
    ///
    /// If the recipe cannot be, the training diverges or is ended, or the state is of another one.
    pub fn run(&self, resume: Option<&[u8]>, watch: &mut dyn Watch) -> Result<Tuned, TuneError> {
        self.check()?;
        let mut state = self.start()?;
        let (tokens, next) = self.tokens(&state)?;
        if let Some(bytes) = resume {
            state.restore(bytes, &self.fingerprint())?;
        }
        let mut trainer = Trainer { of: self, tokens, next, state };
        while trainer.state.position.step < self.recipe.steps {
            trainer.step()?;
            if trainer.look(watch) == Look::Stop {
                break;
            }
            trainer.checkpoint(watch)?;
            trainer.goes_on(watch)?;
        }
        let cut = trainer.tokens.iter().filter(|tokens| tokens.cut).count();
        let progress = trainer.progress();
        let State { model, best, position, .. } = trainer.state;
        let best_step = if best.is_some() { position.best_step } else { position.step };
        Ok(Tuned { model: best.unwrap_or(model), progress, best_step, cut })
    }

    /// What is read of each text, and what its last rows predict, where it is learned how texts go on.
    fn tokens(&self, state: &State) -> Result<(Vec<Tokens>, Vec<Vec<u32>>), TuneError> {
        let Targets::Continuations { of, end } = self.targets else {
            let rows = self.encoder.network.shape.vocabulary;
            return Ok((encode(&state.model.vocabulary, self.texts, rows)?, Vec::new()));
        };
        let decoder = Decoder::of_encoder(&self.encoder)?;
        let most = self.recipe.tokens.min(decoder.context());
        let all = sequences(&decoder, self.texts, (of, end), most)?;
        Ok(all.into_iter().map(|Sequence { read, next }| (read, next)).unzip())
    }

    /// Trainable weights, the head's included.
    #[must_use]
    pub fn trainable(&self) -> u64 {
        let shape = &self.encoder.network.shape;
        let head = (shape.width + 1) * self.targets.outputs();
        let network = match &self.recipe.adaptation {
            Adaptation::Full | Adaptation::Scratch => self.encoder.parameters(),
            Adaptation::Lora(lora) => {
                let places = lora.targets.iter().filter_map(|target| target.place(shape));
                let each: usize = places.map(|place| lora.rank * (place.inputs + place.outputs)).sum();
                (each * shape.layers) as u64
            }
        };
        network + head as u64
    }

    /// Steps of one pass over the texts.
    #[must_use]
    pub fn steps_of_a_pass(&self) -> u64 {
        self.texts.len().div_ceil(self.recipe.batch.max(1)) as u64
    }

    fn check(&self) -> Result<(), TuneError> {
        let fault = |found: String| Err(TuneError::Recipe(found));
        if let Some(found) = self.recipe.fault(&self.encoder.network.shape) {
            return fault(found);
        }
        if self.texts.is_empty() || self.texts.len() != self.targets.len() {
            return fault(format!("{} texts and {} targets", self.texts.len(), self.targets.len()));
        }
        match self.targets {
            Targets::Classes { of, count } => match of.iter().find(|class| **class as usize >= count) {
                Some(class) => fault(format!("class {class} of {count}")),
                None => Ok(()),
            },
            Targets::Numbers(of) => match of.iter().find(|number| !number.is_finite()) {
                Some(number) => fault(format!("a target is {number}")),
                None => Ok(()),
            },
            Targets::Continuations { end, .. } => {
                let shape = &self.encoder.network.shape;
                if !shape.architecture.is_decoder() {
                    return fault(format!("`{}` does not go on with texts", shape.architecture.name()));
                }
                if self.recipe.label_smoothing > 0.0 {
                    return fault("labels are smoothed where there are classes alone".to_owned());
                }
                if end as usize >= shape.vocabulary {
                    return fault(format!("texts end with token {end} of {}", shape.vocabulary));
                }
                Ok(())
            }
        }
    }

    /// The state before the first step.
    fn start(&self) -> Result<State, TuneError> {
        let shape = &self.encoder.network.shape;
        let encoder = match &self.recipe.adaptation {
            Adaptation::Scratch => {
                let network = start::random(shape, self.seed).map_err(TuneError::Recipe)?;
                Arc::new(self.encoder.with_network(network))
            }
            Adaptation::Full | Adaptation::Lora(_) => self.encoder.clone(),
        };
        let additions = match &self.recipe.adaptation {
            Adaptation::Lora(lora) => {
                Some(Additions { lora: lora.clone(), adapters: start::additions(shape, lora, self.seed) })
            }
            Adaptation::Full | Adaptation::Scratch => None,
        };
        let vocabulary = cut(&encoder, self.recipe.tokens).map_err(TuneError::Recipe)?;
        let head = start::head(shape.width, self.targets.outputs(), self.seed);
        let model = TunedModel { encoder, vocabulary, tokens: self.recipe.tokens, additions, head };
        Ok(State::new(model))
    }

    /// What a state must agree with: all that its training hangs on.
    fn fingerprint(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.encoder.content_hash().0);
        hasher.update(&self.seed.to_le_bytes());
        hasher.update(format!("{:?}", self.recipe).as_bytes());
        for text in self.texts {
            hasher.update(&(text.len() as u64).to_le_bytes());
            hasher.update(text.as_bytes());
        }
        match self.targets {
            Targets::Classes { of, count } => {
                hasher.update(&(count as u64).to_le_bytes());
                of.iter().for_each(|class| {
                    hasher.update(&class.to_le_bytes());
                });
            }
            Targets::Numbers(of) => of.iter().for_each(|number| {
                hasher.update(&number.to_le_bytes());
            }),
            Targets::Continuations { of, end } => {
                hasher.update(b"continuations").update(&end.to_le_bytes());
                of.iter().for_each(|text| {
                    hasher.update(&(text.len() as u64).to_le_bytes()).update(text.as_bytes());
                });
            }
        }
        hasher.finalize().to_hex().to_string()
    }
}

impl Trainer<'_> {
    /// The texts of the next step: each pass over them has an order of its own.
    fn batch(&self) -> Vec<usize> {
        let (step, passes) = (self.state.position.step, self.of.steps_of_a_pass());
        let mut order: Vec<usize> = (0..self.tokens.len()).collect();
        order.shuffle(&mut generator(self.of.seed, "pretrained-order", step / passes));
        let size = self.of.recipe.batch;
        let from = (step % passes) as usize * size;
        order[from..(from + size).min(order.len())].to_vec()
    }

    fn step(&mut self) -> Result<(), TuneError> {
        let which = self.batch();
        let texts = Batch::new(which.iter().map(|at| self.tokens[*at].ids.as_slice()));
        let (found, mean) = match self.of.targets {
            Targets::Continuations { .. } => self.following(&which, &texts)?,
            Targets::Classes { .. } | Targets::Numbers(_) => self.gradients(&which, &texts)?,
        };
        let step = self.state.position.step;
        let length = found.length();
        if !mean.is_finite() || !length.is_finite() {
            return Err(TuneError::Diverged { step: step + 1, loss: mean });
        }
        let recipe = self.of.recipe;
        let shorten = recipe.clip.map_or(1.0, |clip| (f64::from(clip) / (length + 1e-6)).min(1.0)) as f32;
        let rate = (f64::from(recipe.rate) * recipe.schedule(step)) as f32;
        update(&mut self.state, recipe, found, (rate, shorten))?;
        let passes = if matches!(recipe.adaptation, Adaptation::Lora(_)) { 2 } else { 3 };
        let predicted = which.iter().filter_map(|at| self.next.get(*at)).map(|next| next.len() as u64).sum();
        let of_head = head_operations(&self.of.encoder.network, predicted);
        let position = &mut self.state.position;
        position.step += 1;
        position.loss += mean;
        position.losses += 1;
        position.operations += passes * (self.of.encoder.operations(texts.ids.len() as u64) + of_head);
        Ok(())
    }

    /// Forward and back.
    fn gradients(&mut self, which: &[usize], texts: &Batch) -> Result<(Found, f64), TuneError> {
        let recipe = self.of.recipe;
        let model = &self.state.model;
        let (network, width) = (&model.encoder.network, model.encoder.width());
        let adapters = model.additions.as_ref().map(|additions| &additions.adapters);
        let mut random = generator(self.of.seed, "pretrained-dropout", self.state.position.step);
        let dropout = Dropout { share: recipe.dropout, random: &mut random };
        let (hidden, tape) = network.forward_kept(texts, adapters, Some(dropout))?;
        let pooling = model.encoder.manner.pooling;
        let mut pooled = pool(&hidden, texts, pooling);
        drop(hidden);
        let mut mask = Vec::new();
        if recipe.dropout > 0.0 {
            mask = Dropout { share: recipe.dropout, random: &mut random }.mask(pooled.values.len());
            multiply(&mut pooled.values, &mask);
        }
        let outputs = model.head.outputs(&pooled.values, width);
        let found = loss(&outputs, &self.of.targets, which, recipe.label_smoothing);
        let mut head = model.head.backward(&pooled.values, width, &found.gradient);
        let mut back = std::mem::take(&mut head.pooled);
        if !mask.is_empty() {
            multiply(&mut back, &mask);
        }
        let back = pool_backward(&Rows::new(back, width), texts, pooling);
        let wanted = if adapters.is_some() { Wanted::Additions } else { Wanted::All };
        let network = network.backward(texts, adapters, tape, back, wanted)?;
        Ok((Found { network, head }, found.mean))
    }

    /// Forward and back, where it is learned how texts go on: the mean over all tokens of the batch that follow.
    fn following(&mut self, which: &[usize], texts: &Batch) -> Result<(Found, f64), TuneError> {
        let model = &self.state.model;
        let (network, width) = (&model.encoder.network, model.encoder.width());
        let adapters = model.additions.as_ref().map(|additions| &additions.adapters);
        let mut random = generator(self.of.seed, "pretrained-dropout", self.state.position.step);
        let dropout = Dropout { share: self.of.recipe.dropout, random: &mut random };
        let (hidden, tape) = network.forward_kept(texts, adapters, Some(dropout))?;
        let next: Vec<&[u32]> = which.iter().map(|at| self.next[*at].as_slice()).collect();
        let rows = last_rows(&hidden, texts, &next);
        drop(hidden);
        let predicted = next.concat();
        let wanted = if adapters.is_some() { Wanted::Additions } else { Wanted::All };
        let loss = next_tokens(network, &rows, &predicted, wanted == Wanted::All)?;
        let back = last_rows_backward(&loss.hidden, width, texts, &next);
        let mut found = network.backward(texts, adapters, tape, back, wanted)?;
        if wanted == Wanted::All {
            found.add_head(network, loss.head);
        }
        let head = HeadGradient { weights: Vec::new(), biases: Vec::new(), pooled: Vec::new() };
        Ok((Found { network: found, head }, loss.nats / predicted.len().max(1) as f64))
    }

    fn progress(&self) -> Progress {
        let Position { step, loss, losses, operations, .. } = self.state.position;
        Progress { step, loss: loss / losses.max(1) as f64, operations }
    }

    fn look(&mut self, watch: &mut dyn Watch) -> Look {
        let (step, every) = (self.state.position.step, self.of.recipe.watch_every);
        if every == 0 || (step % every != 0 && step != self.of.recipe.steps) {
            return Look::GoOn;
        }
        let progress = self.progress();
        let look = watch.look(&progress, &self.state.model);
        let position = &mut self.state.position;
        (position.loss, position.losses) = (0.0, 0);
        if look == Look::Best {
            position.best_step = step;
            self.state.best = Some(self.state.model.clone());
        }
        look
    }

    fn checkpoint(&mut self, watch: &mut dyn Watch) -> Result<(), TuneError> {
        let (step, every) = (self.state.position.step, self.of.recipe.checkpoint_every);
        if every == 0 || step % every != 0 || step >= self.of.recipe.steps {
            return Ok(());
        }
        let bytes = self.state.bytes(&self.of.fingerprint())?;
        match watch.checkpoint(&self.progress(), &bytes) {
            std::ops::ControlFlow::Continue(()) => Ok(()),
            std::ops::ControlFlow::Break(()) => Err(TuneError::Ended { step }),
        }
    }

    /// Ends the training behind a checkpoint where the watch wants it to.
    fn goes_on(&self, watch: &mut dyn Watch) -> Result<(), TuneError> {
        let progress = self.progress();
        if watch.goes_on(&progress).is_continue() {
            return Ok(());
        }
        // Whether it can be kept or not: it ends.
        let _ = watch.checkpoint(&progress, &self.state.bytes(&self.of.fingerprint())?);
        Err(TuneError::Ended { step: progress.step })
    }
}
