//! What is trained, and how.

use crate::network::Target;
use crate::shape::Shape;

/// What of the network is trained; the head always is.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub enum Adaptation {
    /// Low-rank additions `alpha / rank · (x·Aᵀ)·Bᵀ` to some of its matrices, all else frozen (Hu et al. 2021).
    Lora(Lora),
    /// All weights.
    Full,
    /// All weights, from a random start: the same code as [`Adaptation::Full`].
    Scratch,
}

/// Low-rank additions.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Lora {
    /// Rows of A, columns of B.
    pub rank: usize,
    /// The addition is multiplied by `alpha / rank`.
    pub alpha: f32,
    /// Which matrices of each block.
    pub targets: Vec<Target>,
}

/// What is learned for each text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Targets<'a> {
    /// One of `count` classes, from 0: cross-entropy.
    Classes {
        /// The class of each text.
        of: &'a [u32],
        /// How many there are.
        count: usize,
    },
    /// A number (standardised by the caller): squared error.
    Numbers(&'a [f32]),
    /// How it goes on (of decoders alone): cross-entropy of each token that follows, and of the one that ends a text behind them. Of the text itself nothing is
    /// learned, and there is no head.
    Continuations {
        /// What follows each text.
        of: &'a [&'a str],
        /// The token that ends a text.
        end: u32,
    },
}

impl Targets<'_> {
    /// How many texts have one.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Classes { of, .. } => of.len(),
            Self::Numbers(of) => of.len(),
            Self::Continuations { of, .. } => of.len(),
        }
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Outputs of the head.
    #[must_use]
    pub fn outputs(&self) -> usize {
        match self {
            Self::Classes { count, .. } => *count,
            Self::Numbers(_) => 1,
            Self::Continuations { .. } => 0,
        }
    }
}

/// How it is trained.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Recipe {
    /// What is trained.
    pub adaptation: Adaptation,
    /// Rate of the topmost block at the end of the warm-up.
    pub rate: f32,
    /// The head's rate over that of the topmost block: it starts at random where the others do not.
    pub head_rate: f32,
    /// The rate of each block is that of the one above times this (Howard & Ruder 2018); 1 is the same for all.
    pub layer_decay: f32,
    /// Decoupled weight decay (Loshchilov & Hutter 2019) of matrices.
    pub weight_decay: f32,
    /// Share of the steps over which the rate rises from 0; it then falls to 0 in a straight line.
    pub warm_up: f32,
    /// Steps in all.
    pub steps: u64,
    /// Texts a step; the last step of each pass over the texts has those that are left.
    pub batch: usize,
    /// Share of the embedding, of each block's branches and of the pooled vector that becomes 0 in training.
    pub dropout: f32,
    /// Share of the probability that is spread over all classes.
    pub label_smoothing: f32,
    /// Longest gradient; a longer one is shortened to it. None: never.
    pub clip: Option<f32>,
    /// Tokens of a text that are read, in training and after it; the folder's context if that is less.
    pub tokens: usize,
    /// Steps between two looks of the watch. 0: none.
    pub watch_every: u64,
    /// Steps between two checkpoints. 0: none.
    pub checkpoint_every: u64,
}

impl Recipe {
    /// What is usual for an adaptation, with so many steps: rates and warm-up as BERT's authors and peft have them.
    #[must_use]
    pub fn usual(adaptation: Adaptation, steps: u64) -> Self {
        let rate = match adaptation {
            Adaptation::Lora(_) => 5e-4,
            Adaptation::Full => 5e-5,
            Adaptation::Scratch => 5e-4,
        };
        let head_rate = if adaptation == Adaptation::Full { 10.0 } else { 1.0 };
        Self {
            adaptation,
            rate,
            head_rate,
            layer_decay: 1.0,
            weight_decay: 0.01,
            warm_up: 0.1,
            steps,
            batch: 16,
            dropout: 0.1,
            label_smoothing: 0.0,
            clip: Some(1.0),
            tokens: 128,
            watch_every: 0,
            checkpoint_every: 0,
        }
    }

    /// The share of the rate at a step, from 0; see [`schedule`].
    pub(super) fn schedule(&self, step: u64) -> f64 {
        schedule(self.warm_up, self.steps, step)
    }

    /// What is wrong with it for a network, if anything is.
    pub(super) fn fault(&self, shape: &Shape) -> Option<String> {
        let share = |name: &str, value: f32| {
            (!(0.0..1.0).contains(&value)).then(|| format!("{name} is {value}, expected a share from 0 to below 1"))
        };
        let positive = |name: &str, value: f32| {
            (!(value.is_finite() && value > 0.0)).then(|| format!("{name} is {value}, expected a number above 0"))
        };
        let lora = match &self.adaptation {
            Adaptation::Lora(lora) => lora.fault(shape),
            Adaptation::Full | Adaptation::Scratch => None,
        };
        lora.or_else(|| positive("the rate", self.rate))
            .or_else(|| positive("the head's rate", self.head_rate))
            .or_else(|| positive("the decay of rates by layer", self.layer_decay))
            .or_else(|| share("dropout", self.dropout))
            .or_else(|| share("label smoothing", self.label_smoothing))
            .or_else(|| share("the warm-up", self.warm_up))
            .or_else(|| (self.weight_decay < 0.0).then(|| format!("weight decay is {}", self.weight_decay)))
            .or_else(|| (self.steps == 0).then(|| "there are no steps".into()))
            .or_else(|| (self.batch == 0).then(|| "a step has no texts".into()))
            .or_else(|| (self.tokens == 0).then(|| "no token of a text is read".into()))
            .or_else(|| self.clip.and_then(|clip| positive("the longest gradient", clip)))
    }
}

/// The share of the rate at a step, from 0: up over the warm-up, then down to 0 behind the last one.
pub(crate) fn schedule(warm_up: f32, steps: u64, step: u64) -> f64 {
    // The share has seven digits: what they are off by makes no step more.
    let rise = (f64::from(warm_up) * steps as f64 - 1e-6).ceil().max(0.0);
    let done = step as f64;
    if done < rise {
        (done + 1.0) / (rise + 1.0)
    } else {
        ((steps as f64 - done) / (steps as f64 - rise).max(1.0)).clamp(0.0, 1.0)
    }
}

impl Lora {
    /// Rank and targets that are usual: queries and values, `alpha` twice the rank.
    #[must_use]
    pub fn usual(rank: usize) -> Self {
        Self { rank, alpha: 2.0 * rank as f32, targets: vec![Target::Query, Target::Value] }
    }

    pub(super) fn scale(&self) -> f32 {
        self.alpha / self.rank.max(1) as f32
    }

    fn fault(&self, shape: &Shape) -> Option<String> {
        if self.rank == 0 || self.rank > shape.width {
            return Some(format!("the rank is {}, expected 1 to the width {}", self.rank, shape.width));
        }
        if self.targets.is_empty() {
            return Some("no matrix is to be adapted".into());
        }
        if !self.alpha.is_finite() {
            return Some(format!("alpha is {}", self.alpha));
        }
        let missing = self.targets.iter().find(|target| target.place(shape).is_none())?;
        Some(format!("a network of architecture {} has no `{}`", shape.architecture.name(), missing.name()))
    }
}
