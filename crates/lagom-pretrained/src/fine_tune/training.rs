//! The training itself: steps, looks, checkpoints. What works a step out is a [`Machine`].

use std::sync::Arc;

use rand::seq::SliceRandom;

use super::continuations::{Sequence, head_operations, sequences};
use super::fault::TuneError;
use super::machine::{Given, Held, Machine, Make, Pace};
use super::made::machine;
use super::model::{Additions, TunedModel, cut};
use super::recipe::{Adaptation, Recipe, Targets};
use super::start;
use super::state::{Position, State};
use super::watch::{Look, Progress, Watch};
use crate::compute::Compute;
use crate::decoder::Decoder;
use crate::encoder::{Encoder, encode};
use crate::network::Batch;
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

/// A training on its way.
struct Trainer<'a> {
    of: &'a FineTuning<'a>,
    tokens: Vec<Tokens>,
    /// What the last rows of each text predict, where it is learned how texts go on.
    next: Vec<Vec<u32>>,
    state: State,
    machine: Box<dyn Machine>,
}

impl FineTuning<'_> {
    /// Trains on the processor, from the start or from a state that [`Watch::checkpoint`] was given.
    ///
    /// # Errors
    ///
    /// If the recipe cannot be, the training diverges or is ended, or the state is of another one.
    pub fn run(&self, resume: Option<&[u8]>, watch: &mut dyn Watch) -> Result<Tuned, TuneError> {
        self.run_on(&Compute::default(), resume, watch)
    }

    /// The same, computed elsewhere: with the same recipe, order of texts and zeros of dropout. What comes of it is on the host again, and
    /// predicts as any other.
    ///
    /// # Errors
    ///
    /// As [`FineTuning::run`], or if there is no such device, or it fails.
    pub fn run_on(&self, compute: &Compute, resume: Option<&[u8]>, watch: &mut dyn Watch) -> Result<Tuned, TuneError> {
        self.check()?;
        self.train(&|state| machine(compute, state), &self.fingerprint(compute), resume, watch)
    }

    /// Trains on the machine that is made for a state; checkpoints bear the fingerprint.
    pub(super) fn train(
        &self,
        machine: &Make<'_>,
        fingerprint: &str,
        resume: Option<&[u8]>,
        watch: &mut dyn Watch,
    ) -> Result<Tuned, TuneError> {
        let mut state = self.start()?;
        let (tokens, next) = self.tokens(&state)?;
        if let Some(bytes) = resume {
            state.restore(bytes, fingerprint)?;
        }
        let machine = machine(&state)?;
        let mut trainer = Trainer { of: self, tokens, next, state, machine };
        while trainer.state.position.step < self.recipe.steps {
            trainer.step()?;
            if trainer.look(watch)? == Look::Stop {
                break;
            }
            trainer.checkpoint(fingerprint, watch)?;
            trainer.goes_on(fingerprint, watch)?;
        }
        if trainer.state.best.is_none() {
            trainer.machine.settle(&mut trainer.state, Held::Result)?;
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
        let model = TunedModel { encoder, vocabulary, tokens: self.recipe.tokens, additions, head, seen_by: None };
        Ok(State::new(model))
    }

    /// What a state must agree with: all that its training hangs on.
    fn fingerprint(&self, compute: &Compute) -> String {
        let mut hasher = blake3::Hasher::new();
        if *compute != Compute::default() {
            hasher.update(compute.to_string().as_bytes());
        }
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
        let (step, recipe) = (self.state.position.step, self.of.recipe);
        let random = &mut generator(self.of.seed, "pretrained-dropout", step);
        let next: Vec<&[u32]> = which.iter().filter_map(|at| self.next.get(*at)).map(Vec::as_slice).collect();
        let given = Given { which: &which, texts: &texts, targets: &self.of.targets, next: &next, recipe, random };
        let found = self.machine.gradients(&self.state, given)?;
        if !found.loss.is_finite() || !found.length.is_finite() {
            return Err(TuneError::Diverged { step: step + 1, loss: found.loss });
        }
        let shorten = recipe.clip.map_or(1.0, |clip| (f64::from(clip) / (found.length + 1e-6)).min(1.0)) as f32;
        let rate = (f64::from(recipe.rate) * recipe.schedule(step)) as f32;
        let layers = self.of.encoder.network.shape.layers;
        self.machine.update(&mut self.state, &Pace { recipe, layers, rate, number: step + 1 }, shorten)?;
        let passes = if matches!(recipe.adaptation, Adaptation::Lora(_)) { 2 } else { 3 };
        let predicted = next.iter().map(|next| next.len() as u64).sum();
        let of_head = head_operations(&self.of.encoder.network, predicted);
        let position = &mut self.state.position;
        position.step += 1;
        position.loss += found.loss;
        position.losses += 1;
        position.operations += passes * (self.of.encoder.operations(texts.ids.len() as u64) + of_head);
        Ok(())
    }

    fn progress(&self) -> Progress {
        let Position { step, loss, losses, operations, .. } = self.state.position;
        Progress { step, loss: loss / losses.max(1) as f64, operations }
    }

    fn look(&mut self, watch: &mut dyn Watch) -> Result<Look, TuneError> {
        let (step, every) = (self.state.position.step, self.of.recipe.watch_every);
        if every == 0 || (step % every != 0 && step != self.of.recipe.steps) {
            return Ok(Look::GoOn);
        }
        self.machine.settle(&mut self.state, Held::Look)?;
        let progress = self.progress();
        let look = watch.look(&progress, &self.state.model);
        // What is kept answers by itself.
        self.state.model.seen_by = None;
        let position = &mut self.state.position;
        (position.loss, position.losses) = (0.0, 0);
        if look == Look::Best {
            position.best_step = step;
            self.state.best = Some(self.state.model.clone());
        }
        Ok(look)
    }

    fn checkpoint(&mut self, fingerprint: &str, watch: &mut dyn Watch) -> Result<(), TuneError> {
        let (step, every) = (self.state.position.step, self.of.recipe.checkpoint_every);
        if every == 0 || step % every != 0 || step >= self.of.recipe.steps {
            return Ok(());
        }
        self.machine.settle(&mut self.state, Held::All)?;
        let bytes = self.state.bytes(fingerprint)?;
        match watch.checkpoint(&self.progress(), &bytes) {
            std::ops::ControlFlow::Continue(()) => Ok(()),
            std::ops::ControlFlow::Break(()) => Err(TuneError::Ended { step }),
        }
    }

    /// Ends the training behind a checkpoint where the watch wants it to.
    fn goes_on(&mut self, fingerprint: &str, watch: &mut dyn Watch) -> Result<(), TuneError> {
        let progress = self.progress();
        if watch.goes_on(&progress).is_continue() {
            return Ok(());
        }
        self.machine.settle(&mut self.state, Held::All)?;
        // Whether it can be kept or not: it ends.
        let _ = watch.checkpoint(&progress, &self.state.bytes(fingerprint)?);
        Err(TuneError::Ended { step: progress.step })
    }
}
