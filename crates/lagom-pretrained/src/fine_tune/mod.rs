//! Fine-tuning: an encoder with a linear head, trained on texts.
//!
//! ```text
//! FineTuning { encoder, texts, targets, recipe, seed }.run(resume, watch) -> TunedModel -> logits
//! ```

use std::ops::ControlFlow;
use std::sync::Arc;

use crate::encoder::Encoder;
use crate::error::{StateError, WeightsError};
use crate::folder::ContentHash;

/// What of the network is trained; the head always is.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub enum Adaptation {
    /// Low-rank additions `alpha / rank · x·A·B` to some of its matrices, all else frozen (Hu et al. 2021).
    Lora(Lora),
    /// All weights.
    Full,
    /// All weights, from a random start: the same code as [`Adaptation::Full`].
    Scratch,
}

/// Low-rank additions.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Lora {
    /// Columns of A, rows of B.
    pub rank: usize,
    /// The addition is multiplied by `alpha / rank`.
    pub alpha: f32,
    /// Which matrices of each block.
    pub targets: Vec<Target>,
}

/// A matrix of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Target {
    /// Attention's queries.
    Query,
    /// Attention's keys.
    Key,
    /// Attention's values.
    Value,
    /// What follows attention.
    Output,
    /// Into the hidden layer.
    Up,
    /// The hidden layer's gate (decoders alone).
    Gate,
    /// Out of the hidden layer.
    Down,
}

/// What is learned for each text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Targets<'a> {
    /// One of `count` classes, from 0.
    Classes {
        /// The class of each text.
        of: &'a [u32],
        /// How many there are.
        count: usize,
    },
    /// A number (standardised by the caller): squared error.
    Numbers(&'a [f32]),
}

/// How it is trained.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Recipe {
    /// What is trained.
    pub adaptation: Adaptation,
    /// Rate of the topmost block and the head at the end of the warm-up.
    pub rate: f32,
    /// The rate of each block is that of the one above times this (Howard & Ruder 2018); 1 is the same for all.
    pub layer_decay: f32,
    /// Decoupled weight decay (Loshchilov & Hutter 2019) of matrices.
    pub weight_decay: f32,
    /// Share of the steps over which the rate rises from 0; it then falls to 0 in a straight line.
    pub warm_up: f32,
    /// Steps in all.
    pub steps: u64,
    /// Texts a step.
    pub batch: usize,
    /// Share of the pooled vector that is dropped before the head, and of each block's branches.
    pub dropout: f32,
    /// Share of the probability spread over all classes.
    pub label_smoothing: f32,
    /// Longest gradient; a longer one is shortened to it. None: never.
    pub clip: Option<f32>,
    /// Tokens of a text that are read; the folder's context if that is less.
    pub tokens: usize,
    /// Steps between two looks of the watch. 0: none.
    pub watch_every: u64,
    /// Steps between two checkpoints. 0: none.
    pub checkpoint_every: u64,
}

/// What the caller makes of a training on its way.
pub trait Watch {
    /// A look at the model after so many steps. [`Look::Best`] keeps its weights as the result so far.
    fn look(&mut self, progress: &Progress, model: &TunedModel) -> Look;

    /// The state after so many steps, from which [`FineTuning::run`] goes on to the same bits. `Break` ends the training without a
    /// result ([`TuneError::Ended`]).
    fn checkpoint(&mut self, progress: &Progress, state: &[u8]) -> ControlFlow<()>;
}

/// What follows from a look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// The best one so far: its weights are kept.
    Best,
    /// Not better; go on.
    GoOn,
    /// Enough: the best one so far is the result (the present one where none was called best).
    Stop,
}

/// How far a training is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progress {
    /// Steps done.
    pub step: u64,
    /// Mean training loss since the last look.
    pub loss: f64,
    /// Floating-point operations so far (three forward passes a full step; the passes of looks are the caller's).
    pub operations: u64,
}

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

impl FineTuning<'_> {
    /// Trains, from the start or from a state that [`Watch::checkpoint`] was given.
    ///
    /// # Errors
    ///
    /// If the recipe cannot be, the training diverges or is ended, or the state is of another one.
    pub fn run(&self, _resume: Option<&[u8]>, _watch: &mut dyn Watch) -> Result<Tuned, TuneError> {
        Err(TuneError::Recipe("not yet".into()))
    }

    /// Trainable weights, the head's included.
    #[must_use]
    pub fn trainable(&self) -> u64 {
        0
    }
}

/// An adapted encoder with its head.
#[derive(Debug, Clone)]
pub struct TunedModel {
    encoder: Arc<Encoder>,
}

impl TunedModel {
    /// `[texts, outputs]`, row-major: logits of the classes, or the number.
    ///
    /// # Errors
    ///
    /// If the tokenizer fails on a text.
    pub fn predict(&self, _texts: &[&str], _batch: usize) -> Result<Vec<f32>, WeightsError> {
        Err(WeightsError::Product("not yet".into()))
    }

    /// Classes, or 1 for a number.
    #[must_use]
    pub fn outputs(&self) -> usize {
        0
    }

    /// Weights in all, base and head.
    #[must_use]
    pub fn parameters(&self) -> u64 {
        self.encoder.parameters()
    }

    /// The weights that must be given to [`TunedModel::from_bytes`]: those that low-rank additions stand on. None: it stands alone.
    #[must_use]
    pub fn base(&self) -> Option<ContentHash> {
        None
    }

    /// Safetensors: only A, B and the head of low-rank additions; all weights and the tokenizer else.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        Vec::new()
    }

    /// What [`TunedModel::base`] of the model in these bytes is, without reading its weights.
    ///
    /// # Errors
    ///
    /// If the bytes are no model.
    pub fn base_of(_bytes: &[u8]) -> Result<Option<ContentHash>, StateError> {
        Err(StateError::Malformed { of: "tuned model", found: "not yet".into() })
    }

    /// A model from what [`TunedModel::to_bytes`] wrote, and its base if it needs one.
    ///
    /// # Errors
    ///
    /// If the bytes are no model, or the base is not the one it was made on.
    pub fn from_bytes(_bytes: &[u8], _base: Option<Arc<Encoder>>) -> Result<Self, StateError> {
        Err(StateError::Malformed { of: "tuned model", found: "not yet".into() })
    }
}
