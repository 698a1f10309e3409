//! How a network is trained, and what a training leaves behind besides the weights.

use serde::{Deserialize, Serialize};

use super::error::NeuralError;
use super::settings::{Activation, ClassLoss, Normalisation, NumberLoss, Optimiser, Schedule, WeightAveraging};
use crate::candidate::tuned::{Progress, TunedParams};
use crate::stats::Stop;

/// How a network is trained. Part of a trial's content address: any change is another trial.
///
/// Every budget is in steps or FLOPs, never in time, so that a rerun decides the same.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// Passes over the training rows that the schedule is laid out for.
    pub epochs: f64,
    /// The schedule has at least this many steps (small data), unless `most_flops` forbids it.
    pub least_steps: u64,
    /// The schedule has at most this many steps (large data).
    pub most_steps: u64,
    /// FLOPs of the main training (forward and backward, without search and evaluation) that cap
    /// the schedule of a large network.
    pub most_flops: f64,
    /// Whatever `most_flops` says, the schedule keeps this many steps.
    pub floor_steps: u64,
    /// Smallest batch (rows a step).
    pub least_batch: u32,
    /// Largest batch. Between the two: the power of two nearest below training rows / 64.
    pub most_batch: u32,
    /// Learning rates to try, each with a short complete schedule; the one with the lowest
    /// validation loss trains. A single rate needs no search.
    pub rates: Vec<f64>,
    /// Steps of one try, as a share of the main schedule.
    pub search_share: f64,
    /// Share of a schedule's steps in which the learning rate rises linearly from 0; afterwards it
    /// falls to 0 along half a cosine (Loshchilov & Hutter 2017).
    pub warm_up: f64,
    /// Decoupled weight decay, multiplied by the learning rate; biases have none. This,
    /// `label_smoothing` and `dropout` hold for networks with at least one parameter a training
    /// row; smaller ones get proportionally less.
    pub weight_decay: f64,
    /// AdamW's decay of the running mean of the gradient.
    pub beta1: f64,
    /// AdamW's decay of the running mean of the squared gradient.
    pub beta2: f64,
    /// Probability mass moved from the true class to all classes evenly.
    pub label_smoothing: f64,
    /// Share of hidden units set to 0 in each training step (the others are scaled up).
    pub dropout: f64,
    /// Share of a bag's n-grams left out in each training step; embedding networks only.
    pub word_dropout: f64,
    /// Validation loss is measured about this often in a training, at most once an epoch.
    pub evaluations: u32,
    /// Evaluations without a lower validation loss after which training stops.
    pub patience: u32,
    /// How the weights are moved by a gradient.
    #[serde(default, skip_serializing_if = "is_default")]
    pub optimiser: Optimiser,
    /// How the learning rate goes through a training.
    #[serde(default, skip_serializing_if = "is_default")]
    pub schedule: Schedule,
    /// Times the sum of the weights' absolute values is added to the loss; biases have none.
    #[serde(default, skip_serializing_if = "is_default")]
    pub l1: f64,
    /// Half of this times the sum of the squared weights is added to the loss; biases have none.
    #[serde(default, skip_serializing_if = "is_default")]
    pub l2: f64,
    /// The gradient of all parameters together is scaled down to this norm where it is longer (Pascanu et al. 2013; PyTorch's
    /// `clip_grad_norm_`); 0: never.
    #[serde(default, skip_serializing_if = "is_default")]
    pub gradient_clipping: f64,
    /// Rows of a step are mixed with others of it by a share of Beta(α, α), with this α (Zhang et al. 2018); 0: not. Tables only.
    #[serde(default, skip_serializing_if = "is_default")]
    pub mixup: f64,
    /// Which weights are measured and kept.
    #[serde(default, skip_serializing_if = "is_default")]
    pub weight_averaging: WeightAveraging,
    /// Whether the weights of the lowest validation loss are kept, and the training ends after `patience`; else the schedule is
    /// gone through and the last weights are kept.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub early_stopping: bool,
    /// What a training on classes makes small.
    #[serde(default, skip_serializing_if = "is_default")]
    pub class_loss: ClassLoss,
    /// What a training on numbers makes small.
    #[serde(default, skip_serializing_if = "is_default")]
    pub number_loss: NumberLoss,
    /// What follows each hidden layer; perceptrons only, as what follows up to `category_embeddings`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub activation: Activation,
    /// What hidden units are brought to before the activation.
    #[serde(default, skip_serializing_if = "is_default")]
    pub normalisation: Normalisation,
    /// Whether each hidden layer behind the first adds its input to its output (He et al. 2016).
    #[serde(default, skip_serializing_if = "is_default")]
    pub residual: bool,
    /// Hidden layers, of the width at which the network has about as many parameters as its size says; 0: those of the size.
    #[serde(default, skip_serializing_if = "is_default")]
    pub depth: u32,
    /// Columns of numbers become sines and cosines of learnt frequencies, which are normal with this standard deviation at first (in
    /// cycles a standard deviation of the column); 0: not.
    #[serde(default, skip_serializing_if = "is_default")]
    pub periodic_embeddings: f64,
    /// Whether columns of categories become learnt vectors.
    #[serde(default, skip_serializing_if = "is_default")]
    pub category_embeddings: bool,
    /// Networks of this size whose answers are averaged.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub ensemble: u32,
    /// Share of the weights of each layer, the smallest, that are set to 0 after the training; the others are trained on for a fifth of its steps
    /// (Han et al. 2015).
    #[serde(default, skip_serializing_if = "is_default")]
    pub pruning: f64,
    /// Whether weights are kept as one byte each.
    #[serde(default, skip_serializing_if = "is_default")]
    pub quantisation: bool,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives references")]
fn is_yes(value: &bool) -> bool {
    *value
}

fn one() -> u32 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives references")]
fn is_one(value: &u32) -> bool {
    *value == 1
}

impl Default for Recipe {
    /// The recipe for [`fit_mlp`](super::fit_mlp) on classes, chosen on optdigits and adult for
    /// validation loss and accuracy.
    fn default() -> Self {
        Self {
            epochs: 30.0,
            least_steps: 1_000,
            most_steps: 6_000,
            most_flops: 5.0e11,
            floor_steps: 300,
            least_batch: 32,
            most_batch: 256,
            rates: vec![1e-3, 3e-3, 1e-2, 3e-2],
            search_share: 0.1,
            warm_up: 0.05,
            weight_decay: 0.1,
            beta1: 0.9,
            beta2: 0.999,
            label_smoothing: 0.02,
            dropout: 0.1,
            word_dropout: 0.0,
            evaluations: 40,
            patience: 8,
            optimiser: Optimiser::AdamW,
            schedule: Schedule::Cosine,
            l1: 0.0,
            l2: 0.0,
            gradient_clipping: 0.0,
            mixup: 0.0,
            weight_averaging: WeightAveraging::None,
            early_stopping: true,
            class_loss: ClassLoss::CrossEntropy,
            number_loss: NumberLoss::Squared,
            activation: Activation::Relu,
            normalisation: Normalisation::None,
            residual: false,
            depth: 0,
            periodic_embeddings: 0.0,
            category_embeddings: false,
            ensemble: 1,
            pruning: 0.0,
            quantisation: false,
        }
    }
}

impl Recipe {
    /// The recipe for [`fit_mlp`](super::fit_mlp) on numbers, chosen on California housing. Squared
    /// error gains from longer training and loses by dropout (which biases the mean) and by more
    /// than a little weight decay.
    pub fn values() -> Self {
        Self {
            epochs: 40.0,
            most_flops: 1.0e12,
            weight_decay: 0.01,
            label_smoothing: 0.0,
            dropout: 0.0,
            ..Self::default()
        }
    }

    /// The recipe for [`fit_embedding`](super::fit_embedding), chosen on banking77 and sms-spam.
    ///
    /// Its patience covers the whole schedule: at these high rates the validation loss often rises
    /// for long and falls below its early minimum only when the rate decays (banking77, 2^16
    /// buckets: accuracy 0.854 when stopped early, 0.909 when not). The best weights are kept.
    pub fn embedding() -> Self {
        Self {
            most_steps: 4_000,
            rates: vec![1e-2, 3e-2, 1e-1],
            weight_decay: 0.01,
            label_smoothing: 0.0,
            dropout: 0.0,
            word_dropout: 0.3,
            patience: 40,
            ..Self::default()
        }
    }

    /// The recipe with its regularisation (`weight_decay`, `label_smoothing`, `dropout`) scaled by
    /// min(1, parameters / training rows): a network with far fewer parameters than rows cannot
    /// overfit and only loses by it (measured: 0.25 -> 0.30 log loss on optdigits with 460
    /// parameters).
    pub(super) fn tempered(&self, parameters: u64, rows: usize) -> Self {
        let strength = (parameters as f64 / rows.max(1) as f64).min(1.0);
        Self {
            weight_decay: self.weight_decay * strength,
            label_smoothing: self.label_smoothing * strength,
            dropout: self.dropout * strength,
            ..self.clone()
        }
    }

    /// Rows of one step for `rows` training rows.
    pub fn batch(&self, rows: usize) -> usize {
        let wanted = u32::try_from(rows / 64).unwrap_or(u32::MAX).max(1);
        let power = 1u32 << wanted.ilog2();
        power.clamp(self.least_batch.max(1), self.most_batch.max(self.least_batch).max(1)) as usize
    }

    /// Steps of the main schedule for `rows` training rows when learning from one row costs
    /// `row_flops` (forward and backward).
    pub fn horizon(&self, rows: usize, row_flops: f64) -> u64 {
        let batch = self.batch(rows).min(rows.max(1));
        let wanted = (self.epochs * rows as f64 / batch as f64).ceil() as u64;
        let steps = wanted.max(self.least_steps).min(self.most_steps);
        let affordable = (self.most_flops / (row_flops * batch as f64).max(1.0)) as u64;
        steps.min(affordable.max(self.floor_steps)).max(1)
    }

    /// Every number is in its range.
    pub(super) fn check(&self) -> Result<(), NeuralError> {
        let share = |value: f64| (0.0..1.0).contains(&value);
        let weight = |value: f64| value.is_finite() && value >= 0.0;
        let faults = [
            (!(self.epochs.is_finite() && self.epochs > 0.0), "epochs must be positive"),
            (self.rates.is_empty(), "at least one learning rate is needed"),
            (self.rates.iter().any(|r| !(r.is_finite() && *r > 0.0)), "learning rates must be positive"),
            (!share(self.search_share), "search_share must be in [0, 1)"),
            (!share(self.warm_up), "warm_up must be in [0, 1)"),
            (!share(self.beta1) || !share(self.beta2), "betas must be in [0, 1)"),
            (!share(self.label_smoothing), "label_smoothing must be in [0, 1)"),
            (!share(self.dropout) || !share(self.word_dropout), "dropout must be in [0, 1)"),
            (!weight(self.weight_decay), "weight_decay must be at least 0"),
            (self.most_flops.is_nan(), "most_flops must be a number"),
            (!share(self.pruning), "pruning must be in [0, 1)"),
            (!weight(self.l1) || !weight(self.l2), "l1 and l2 must be at least 0"),
            (!weight(self.gradient_clipping), "gradient_clipping must be at least 0"),
            (!weight(self.mixup), "mixup must be at least 0"),
            (!weight(self.periodic_embeddings), "periodic_embeddings must be at least 0"),
            (self.depth > 8, "depth must be at most 8"),
            (!(1..=64).contains(&self.ensemble), "ensemble must be in [1, 64]"),
        ];
        match faults.iter().find(|(wrong, _)| *wrong) {
            Some((_, message)) => Err(NeuralError::Shape(format!("recipe: {message}"))),
            None => Ok(()),
        }
    }
}

impl Recipe {
    /// Nothing is set that networks of embeddings don't have.
    pub(super) fn check_for_texts(&self) -> Result<(), NeuralError> {
        let own = Self::default();
        let of_perceptrons = self.mixup > 0.0 || self.is_built_otherwise() || self.depth > 0;
        if of_perceptrons || self.number_loss != own.number_loss {
            return Err(NeuralError::Shape("recipe: it sets what only perceptrons on tables have".to_owned()));
        }
        Ok(())
    }

    /// Whether it makes another kind of network than a stack of layers with ReLU between them.
    pub(super) fn is_tailored(&self) -> bool {
        self.is_built_otherwise() || self.ensemble > 1 || self.pruning > 0.0 || self.quantisation
    }

    /// Whether the network is built otherwise, beside what is done to a trained one.
    pub(super) fn is_built_otherwise(&self) -> bool {
        self.activation != Activation::Relu
            || self.normalisation != Normalisation::None
            || self.residual
            || self.periodic_embeddings > 0.0
            || self.category_embeddings
    }
}

/// One try of the search for a learning rate.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SearchPoint {
    /// Peak learning rate tried.
    pub learning_rate: f64,
    /// Steps of its short schedule.
    pub steps: u64,
    /// Validation loss at its end; `None` if it diverged.
    pub validation_loss: Option<f64>,
}

/// A trained network and how it came about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NetworkFit<M> {
    /// The network with the weights of the lowest validation loss (refit: the last ones).
    pub model: M,
    /// What a refit repeats.
    pub settled: TunedParams,
    /// The training curve.
    pub history: Vec<Progress>,
    /// The search; empty when there was none.
    pub search: Vec<SearchPoint>,
    /// Loss of the kept weights on at most 2,048 training rows, evenly spaced; no smoothing, no
    /// dropout, so it compares with `validation_loss`.
    pub train_loss: f64,
    /// Loss of the kept weights on the validation rows.
    pub validation_loss: Option<f64>,
    /// Where the training was ended since it can't matter; none where it ran its course.
    pub stopped: Option<Stop>,
    /// Floating-point operations of everything done: 2 for each parameter a row uses and forward
    /// pass, 6 with the backward pass; search and evaluation included, the optimiser's own
    /// arithmetic not.
    pub flops: f64,
}

impl<M> NetworkFit<M> {
    /// The same training with its model wrapped.
    pub(super) fn map<N>(self, wrap: impl FnOnce(M) -> N) -> NetworkFit<N> {
        NetworkFit {
            model: wrap(self.model),
            settled: self.settled,
            history: self.history,
            search: self.search,
            train_loss: self.train_loss,
            validation_loss: self.validation_loss,
            stopped: self.stopped,
            flops: self.flops,
        }
    }
}
