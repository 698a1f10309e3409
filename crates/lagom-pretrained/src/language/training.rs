//! The training of a language model: steps, looks, checkpoints.

use std::collections::BTreeMap;
use std::sync::Arc;

use rand::seq::SliceRandom;

use super::model::LanguageModel;
use super::recipe::LanguageRecipe;
use super::shape::LanguageShape;
use super::state::{Position, State};
use super::vocabulary::BytePairs;
use super::windows::{Window, windows};
use crate::fine_tune::{Look, Moments, Progress, Step, TuneError, Watch, scale, schedule, squared};
use crate::kernels::add;
use crate::network::{Batch, Dropout, Wanted};
use crate::next_token::next_tokens;
use crate::seed::generator;
use crate::slot::Slot;

/// A training that is to be done.
#[derive(Debug)]
pub struct LanguageTraining<'a> {
    /// The shape of the model.
    pub shape: LanguageShape,
    /// Its vocabulary, of the same texts.
    pub vocabulary: Arc<BytePairs>,
    /// The documents.
    pub texts: &'a [&'a str],
    /// How.
    pub recipe: &'a LanguageRecipe,
    /// Chance: order, dropout, first weights.
    pub seed: u64,
}

/// What came of a training.
#[derive(Debug)]
pub struct TrainedLanguage {
    /// The best model by the watch; the last one where it called none the best.
    pub model: LanguageModel,
    /// How far the training went.
    pub progress: Progress,
    /// After how many steps the model was.
    pub best_step: u64,
}

/// A training on its way.
struct Trainer<'a> {
    of: &'a LanguageTraining<'a>,
    windows: Vec<Window>,
    /// Windows a step.
    batch: usize,
    state: State,
}

/// The gradient of each parameter.
type Gradient = BTreeMap<Slot, Vec<f32>>;

impl LanguageTraining<'_> {
    /// Trains, from the start or from a state that [`Watch::checkpoint`] was given.
    ///
    /// # Errors
    ///
    /// If the recipe cannot be, there is nothing to predict, the training diverges or is ended, or the state is of another one.
    pub fn run(
        &self,
        resume: Option<&[u8]>,
        watch: &mut dyn Watch<LanguageModel>,
    ) -> Result<TrainedLanguage, TuneError> {
        if let Some(fault) = self.recipe.fault() {
            return Err(TuneError::Recipe(fault));
        }
        let windows = windows(self.texts, &self.vocabulary, self.shape.context)?;
        let tokens: usize = windows.iter().map(|window| window.predicted().len()).sum();
        if tokens == 0 {
            return Err(TuneError::Recipe("no text has anything to predict".into()));
        }
        let batch = batch_of(self.recipe.tokens, tokens, windows.len());
        let model = LanguageModel::random(self.shape, self.vocabulary.clone(), self.seed).map_err(TuneError::Recipe)?;
        let mut state = State::new(model);
        if let Some(bytes) = resume {
            state.restore(bytes, &self.fingerprint())?;
        }
        let mut trainer = Trainer { of: self, windows, batch, state };
        while trainer.state.position.step < self.recipe.steps {
            trainer.step()?;
            if trainer.look(watch) == Look::Stop {
                break;
            }
            trainer.checkpoint(watch)?;
        }
        let progress = trainer.progress();
        let State { model, best, position, .. } = trainer.state;
        let best_step = if best.is_some() { position.best_step } else { position.step };
        Ok(TrainedLanguage { model: best.unwrap_or(model), progress, best_step })
    }

    /// Steps of one pass over the texts, at so many predicted tokens a step.
    ///
    /// # Errors
    ///
    /// If the tokenizer fails.
    pub fn steps_of_a_pass(&self, tokens: usize) -> Result<u64, TuneError> {
        let windows = windows(self.texts, &self.vocabulary, self.shape.context)?;
        let all = windows.iter().map(|window| window.predicted().len()).sum();
        Ok(windows.len().div_ceil(batch_of(tokens, all, windows.len())) as u64)
    }

    /// What a state must agree with: all that its training hangs on.
    fn fingerprint(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        hasher.update(format!("{:?}{:?}{}", self.shape, self.recipe, self.seed).as_bytes());
        for text in [self.vocabulary.json()].iter().chain(self.texts) {
            hasher.update(&(text.len() as u64).to_le_bytes());
            hasher.update(text.as_bytes());
        }
        hasher.finalize().to_hex().to_string()
    }
}

/// Windows a step, so that a step has about so many of all predicted tokens.
fn batch_of(wanted: usize, tokens: usize, windows: usize) -> usize {
    (wanted as f64 * windows as f64 / tokens.max(1) as f64).round().max(1.0) as usize
}

impl Trainer<'_> {
    /// The windows of the next step: each pass over them has an order of its own.
    fn batch(&self) -> Vec<usize> {
        let step = self.state.position.step;
        let passes = self.windows.len().div_ceil(self.batch) as u64;
        let mut order: Vec<usize> = (0..self.windows.len()).collect();
        order.shuffle(&mut generator(self.of.seed, "language-order", step / passes));
        let from = (step % passes) as usize * self.batch;
        order[from..(from + self.batch).min(order.len())].to_vec()
    }

    fn step(&mut self) -> Result<(), TuneError> {
        let which = self.batch();
        let batch = Batch::new(which.iter().map(|at| self.windows[*at].read()));
        let next: Vec<u32> = which.iter().flat_map(|at| self.windows[*at].predicted()).copied().collect();
        let (mut found, mean) = self.gradient(&batch, &next)?;
        let length = found.values().map(|values| squared(values)).sum::<f64>().sqrt();
        let step = self.state.position.step;
        if !mean.is_finite() || !length.is_finite() {
            return Err(TuneError::Diverged { step: step + 1, loss: mean });
        }
        let recipe = self.of.recipe;
        let shorten = recipe.clip.map_or(1.0, |clip| (f64::from(clip) / (length + 1e-6)).min(1.0)) as f32;
        if shorten < 1.0 {
            found.values_mut().for_each(|values| scale(values, shorten));
        }
        self.update(&found)?;
        let tokens = next.len() as u64;
        let length = next.len() / which.len().max(1);
        let vocabulary = self.of.vocabulary.tokens();
        let position = &mut self.state.position;
        position.step += 1;
        position.loss += mean;
        position.losses += 1;
        position.operations += 3 * self.of.shape.operations(tokens, vocabulary, length);
        Ok(())
    }

    /// Forward and back: the gradient of the mean loss a token, and that loss.
    fn gradient(&self, batch: &Batch, next: &[u32]) -> Result<(Gradient, f64), TuneError> {
        let network = &self.state.model.network;
        let mut random = generator(self.of.seed, "language-dropout", self.state.position.step);
        let dropout = Dropout { share: self.of.recipe.dropout, random: &mut random };
        let (hidden, tape) = network.forward_kept(batch, None, Some(dropout))?;
        let mut loss = next_tokens(network, &hidden, next, true)?;
        let width = hidden.columns;
        drop(hidden);
        let mut found = network.backward(batch, None, tape, loss.hidden, Wanted::All)?;
        // The head is the embedding: its gradient is that of both.
        for (id, row) in found.tokens {
            add(&mut loss.head[id as usize * width..][..width], &row);
        }
        found.of.insert(Slot::Tokens, loss.head);
        Ok((found.of, loss.nats / next.len().max(1) as f64))
    }

    fn update(&mut self, found: &Gradient) -> Result<(), TuneError> {
        let recipe = self.of.recipe;
        let State { model, moments, position, .. } = &mut self.state;
        let rate = (f64::from(recipe.rate) * schedule(recipe.warm_up, recipe.steps, position.step)) as f32;
        for (slot, gradient) in found {
            let decays = match slot {
                Slot::Block(_, part) => part.is_weight(),
                Slot::Tokens | Slot::Output => true,
                _ => false,
            };
            let weight_decay = if decays { recipe.weight_decay } else { 0.0 };
            let step = Step { number: position.step + 1, rate, weight_decay };
            let own = moments.entry(*slot).or_insert_with(|| Moments::new(gradient.len()));
            model.network.change(*slot, |values| step.apply(values, gradient, &mut own.first, &mut own.second))?;
        }
        Ok(())
    }

    fn progress(&self) -> Progress {
        let Position { step, loss, losses, operations, .. } = self.state.position;
        Progress { step, loss: loss / losses.max(1) as f64, operations }
    }

    fn look(&mut self, watch: &mut dyn Watch<LanguageModel>) -> Look {
        let (step, every) = (self.state.position.step, self.of.recipe.watch_every);
        if every == 0 || (!step.is_multiple_of(every) && step != self.of.recipe.steps) {
            return Look::GoOn;
        }
        let look = watch.look(&self.progress(), &self.state.model);
        let position = &mut self.state.position;
        (position.loss, position.losses) = (0.0, 0);
        if look == Look::Best {
            position.best_step = step;
            self.state.best = Some(self.state.model.clone());
        }
        look
    }

    fn checkpoint(&mut self, watch: &mut dyn Watch<LanguageModel>) -> Result<(), TuneError> {
        let (step, every) = (self.state.position.step, self.of.recipe.checkpoint_every);
        if every == 0 || !step.is_multiple_of(every) || step >= self.of.recipe.steps {
            return Ok(());
        }
        let bytes = self.state.bytes(&self.of.fingerprint())?;
        match watch.checkpoint(&self.progress(), &bytes) {
            std::ops::ControlFlow::Continue(()) => Ok(()),
            std::ops::ControlFlow::Break(()) => Err(TuneError::Ended { step }),
        }
    }
}
