//! Why a model in a GGUF file can't be asked.

use std::path::PathBuf;

use super::header::{HeaderError, Warning};

/// Why a model in a GGUF file can't be asked, or no further.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the fields are what the texts name")]
pub enum GgufError {
    /// The file is none, is cut off, or the model is bigger than memory.
    #[error(transparent)]
    Header(#[from] HeaderError),
    /// A model that can't go on with a text.
    #[error("{}: {warning}", path.display())]
    Unusable { path: PathBuf, warning: Warning },
    /// This program has no llama.cpp in it.
    #[error("lagom was built without the feature `gguf`, so it can't run the model in {}", path.display())]
    NotBuilt { path: PathBuf },
    /// No worker process could be started.
    #[error("{}: cannot start a worker process: {source}", program.display())]
    Start { program: PathBuf, source: std::io::Error },
    /// llama.cpp did not load it.
    #[error("{}: llama.cpp cannot load the model: {message}", path.display())]
    Load { path: PathBuf, message: String },
    /// llama.cpp did not load it, and its architecture is none that it is known to load.
    #[error("{}: llama.cpp cannot load the model: the architecture `{name}` is unknown to it: {message}", path.display())]
    UnknownArchitecture { path: PathBuf, name: String, message: String },
    /// Every new worker dies, or answers what is no answer.
    #[error("{}: {lost} workers in a row were lost without an answer; the last: {message}", path.display())]
    KeepsDying { path: PathBuf, lost: u32, message: String },
    /// It was told to stop.
    #[error("stopped")]
    Stopped,
}

impl GgufError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Header(error) => error.hint(),
            Self::Unusable { .. } => "take a model that writes text, or an endpoint that serves this one",
            Self::NotBuilt { .. } => {
                "apt-get install cmake libclang-dev, then cargo install --path crates/lagom-cli --features gguf"
            }
            Self::Start { .. } => "check that the program is there and may be run, and that memory is free",
            Self::Load { .. } => {
                "fetch the file again, or try it with a current llama.cpp; a server's endpoint works too"
            }
            Self::UnknownArchitecture { .. } => "serve it with a newer llama.cpp and name that as an endpoint",
            Self::KeepsDying { .. } => "try one of the questions alone, and look whether memory runs out",
            Self::Stopped => "run the same command again to go on",
        }
    }
}
