//! What is wanted of a server, and what is known of it.

use serde::{Deserialize, Serialize};

use super::super::{Sampling, Usage};
use super::dialect::Dialect;

/// What a study needs of a server.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Needs {
    /// Whether likelihoods of continuations will be asked for.
    pub likelihoods: bool,
    /// How the study's questions are to be answered: the first small one is asked in the same way, since servers refuse
    /// values as well as names. None: 16 tokens of the likeliest answer.
    pub sampling: Option<Sampling>,
}

/// What is known of a server.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ServerCapabilities {
    /// What the server calls itself, where it does.
    pub server: Option<String>,
    /// The models it lists; empty where it lists none.
    pub models: Vec<String>,
    /// Whether the model is among them; none where there is no list. Some servers answer to any name.
    pub listed: Option<bool>,
    /// Whether answers come as a stream.
    pub streams: bool,
    /// Whether it tells the number of tokens.
    pub tells_usage: bool,
    /// What it tells of the model.
    pub facts: Facts,
    /// How requests are to be written.
    pub dialect: Dialect,
    /// The route to likelihoods; none where they were not asked for.
    pub likelihoods: Option<LikelihoodRoute>,
    /// What the handshake itself used, as far as told.
    pub usage: Usage,
    /// What was noticed and changes how the answers are to be read.
    pub notes: Vec<String>,
}

/// What a server tells of a model.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// Number of its parameters.
    pub parameters: Option<u64>,
    /// Size of its weights in bytes.
    pub bytes: Option<u64>,
    /// Longest context in tokens, of the server as it runs where it tells, else of the model.
    pub context: Option<u64>,
    /// How its weights are stored ("Q4_K_M").
    pub quantisation: Option<String>,
}

/// How likelihoods are to be had from a server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "route")]
pub enum LikelihoodRoute {
    /// `/v1/completions` with `echo` and `logprobs`: any continuation.
    Echo {
        /// Whether the token that is written after the prompt stands at the end of the list.
        generated: bool,
    },
    /// llama-server's `/completion` with `n_probs`: continuations of one token each.
    NextToken,
    /// None that can be trusted.
    Refused {
        /// What each route gave.
        why: String,
    },
}

impl LikelihoodRoute {
    /// Whether likelihoods can be had.
    #[must_use]
    pub fn works(&self) -> bool {
        !matches!(self, Self::Refused { .. })
    }
}
