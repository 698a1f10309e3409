//! What goes over the pipe to a worker and comes back: one line of JSON each.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::super::{Answer, CallFailure};
use super::header::CachePrecision;

/// How a model is run. Threads change times alone; the other settings change numbers in their last digits.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Most tokens of a prompt and its answer together; none: as many as the model was trained on, at most
    /// [`Settings::USUAL_CONTEXT`], since the cache for all of a modern model's 128,000 takes more memory than it
    /// itself.
    pub context: Option<u32>,
    /// Threads to compute on; none: as many as the machine has cores.
    pub threads: Option<u32>,
    /// How the cache of keys and values is kept; 32 bits by default, for numbers that agree with other
    /// implementations.
    pub cache: CachePrecision,
    /// Whether llama.cpp may fuse attention into one step: quicker on long prompts, less exact; off by default.
    pub flash_attention: bool,
}

impl Settings {
    /// Longest context where none is named, in tokens: what local servers have by default.
    pub const USUAL_CONTEXT: u32 = 4096;

    /// The context of a model trained on `trained` tokens.
    #[must_use]
    pub fn context(&self, trained: Option<u64>) -> u32 {
        let trained = trained.and_then(|trained| u32::try_from(trained).ok()).filter(|trained| *trained > 0);
        self.context.unwrap_or_else(|| trained.unwrap_or(u32::MAX).min(Self::USUAL_CONTEXT)).max(1)
    }
}

/// The first line to a worker; after it come [`Question`](super::super::Question)s, one a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setup {
    /// The model's file.
    pub model: PathBuf,
    /// Most tokens of a prompt and its answer together.
    pub context: u32,
    /// How it is run.
    pub settings: Settings,
}

/// A line from a worker: the first is `Ready` or `Unable`, each further one is about the question before it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reply {
    /// The model is there.
    Ready(Loaded),
    /// It can't be.
    Unable(Unable),
    /// An answer, and the worker's highest resident memory so far, in bytes.
    Answer(Answer, u64),
    /// No answer, and why.
    Failure(CallFailure),
}

/// Why a worker can't run its model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unable {
    /// It was built without the feature.
    NotBuilt,
    /// llama.cpp refused the file; what it says of it is on standard error.
    Load(String),
}

/// A model that was loaded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Loaded {
    /// Most tokens of a prompt and its answer together.
    pub context: u32,
    /// Tokens of the vocabulary.
    pub vocabulary: u32,
    /// Threads it computes on.
    pub threads: u32,
    /// How long loading took, in seconds.
    pub seconds: f64,
    /// The worker's highest resident memory so far, in bytes.
    pub peak_memory: u64,
    /// What a reader of its answers should know, such as a missing chat template.
    pub notes: Vec<String>,
}
