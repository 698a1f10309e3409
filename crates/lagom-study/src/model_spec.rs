//! `[[candidate]]`: models that are called as they are, beside those that lagom trains.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::family::FamilyId;
use super::keys::budget;
use super::money::Money;
use super::named::{Api, ShotsBy};
use super::pretrained::OwnWeights;
use super::prompt::OwnPrompt;

/// One model that is called: a `[[candidate]]` at one number of shots.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelSpec {
    /// Its name, unique in the study: that of its table, with `-4shot` behind it where the table names shots.
    pub name: String,
    /// The name that its table gives: the same for all its numbers of shots.
    pub table: String,
    /// Where the answers come from.
    pub backend: Backend,
    /// The number of its parameters, as far as the study tells.
    pub parameters: Option<u64>,
    /// The size of its file, in bytes, as far as the study tells.
    pub bytes: Option<u64>,
    /// The memory that it needs, in bytes, as far as the study tells.
    pub memory: Option<u64>,
    /// What it costs to ask it; `None`: nothing.
    pub price: Option<Price>,
    /// How many worked examples stand in the prompt; training rows alone are taken for them.
    pub shots: u32,
    /// Which examples they are.
    pub shots_by: ShotsBy,
    /// Most tokens of prompt and answer together, of a file run here; `None`: as many as it was trained on, at most 4,096.
    pub context: Option<u32>,
    /// Most questions under way at once; `None`: found by trying.
    pub in_flight: Option<u32>,
    /// Most questions a minute; `None`: no limit.
    pub requests_per_minute: Option<u32>,
    /// How long one answer may take; `None`: the backend's default.
    pub timeout: Option<Duration>,
    /// What it is asked in place of `[prompt]`.
    pub own: OwnPrompt,
}

/// Where answers come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Backend {
    /// An OpenAI-compatible server.
    Endpoint {
        /// Its address, up to and with `/v1`, without a slash at the end.
        url: String,
        /// The model to ask for.
        model: String,
        /// Which of its paths is called.
        api: Api,
        /// The variable of the environment that holds the key; `None`: no key is sent.
        key_env: Option<String>,
        /// The header that the key is sent in, as it stands; `None`: `Authorization: Bearer`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        key_header: Option<String>,
        /// A PEM file with certificates to trust beside those of the system.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        certificate: Option<PathBuf>,
    },
    /// A file of weights, run in process.
    Gguf {
        /// The file.
        path: PathBuf,
    },
    /// Pretrained weights of a decoder, run in process: as they are, or trained further on the training rows.
    Weights(OwnWeights),
    /// A program that reads questions and writes answers, as JSON lines.
    Command {
        /// The program and its arguments; never empty.
        words: Vec<String>,
        /// Variables of the environment that it is given beside what every program needs.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        environment: Vec<String>,
    },
    /// A table of answers on disk.
    Answers {
        /// The file.
        path: PathBuf,
        /// The column, of that file and of the data, that says which row an answer is to; `None`: in the order of rows.
        id: Option<String>,
        /// The column with the answers; `None`: to be found.
        text: Option<String>,
    },
    /// Somebody whom the program brings that runs the study as a library; no study file can say so.
    Brought {
        /// What it calls itself.
        model: String,
        /// Digest of its file, if it has one.
        file: Option<String>,
    },
}

impl Backend {
    /// The weights that answer, where they are the study's own.
    #[must_use]
    pub fn own_weights(&self) -> Option<&OwnWeights> {
        match self {
            Backend::Weights(own) => Some(own),
            _ => None,
        }
    }

    /// The same, to be changed.
    pub fn own_weights_mut(&mut self) -> Option<&mut OwnWeights> {
        match self {
            Backend::Weights(own) => Some(own),
            _ => None,
        }
    }

    /// The family of models that it makes.
    #[must_use]
    pub fn family(&self) -> FamilyId {
        match self {
            Backend::Endpoint { .. } => FamilyId::ENDPOINT,
            Backend::Gguf { .. } => FamilyId::GGUF,
            Backend::Weights(_) => FamilyId::WEIGHTS,
            Backend::Command { .. } | Backend::Brought { .. } => FamilyId::COMMAND,
            Backend::Answers { .. } => FamilyId::ANSWERS,
        }
    }
}

/// What it costs to ask a model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Price {
    /// For a million tokens of prompts.
    pub input: f64,
    /// For a million tokens of answers.
    pub output: f64,
    /// For a million tokens of prompts that came out of the server's cache; `None`: as `input`.
    pub cached: Option<f64>,
    /// For each question, on top of its tokens.
    pub per_call: f64,
    /// In which money, as its code of three letters.
    pub currency: String,
}

impl Price {
    /// What a question costs: `prompt` tokens read, `cached` of them from the server's cache, `answer` tokens written.
    #[must_use]
    pub fn of(&self, prompt: u64, cached: u64, answer: u64) -> Money {
        let cached = cached.min(prompt);
        let tokens = (prompt - cached) as f64 * self.input
            + cached as f64 * self.cached.unwrap_or(self.input)
            + answer as f64 * self.output;
        Money { amount: tokens / 1e6 + self.per_call, currency: self.currency.clone() }
    }
}

/// What may be spent on called models.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Budget {
    /// The most money; `None`: no limit.
    pub money: Option<Money>,
    /// The most questions; `None`: no limit.
    pub calls: Option<u64>,
    /// A plan dearer than this is asked about before anything is spent; `None`: never.
    pub ask_above: Option<Money>,
    /// Most labelled rows that every called model answers at first; `None`: [`Budget::EXPLORE`].
    pub explore: Option<u32>,
    /// The largest share of answers that may be missing (failed, cut off, empty, unreadable) for a model to be judged;
    /// `None`: [`Budget::MISSING`].
    pub missing: Option<f64>,
    /// Rows on which called finalists are asked once more under each corruption; `None`: they are not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrupted: Option<u32>,
}

impl Budget {
    /// Labelled rows that every called model answers at first, where nothing is said: a bounded bill whatever the
    /// size of the data. The verdict is read from the sealed rows, not from these.
    pub const EXPLORE: u32 = budget::EXPLORE.default.0;

    /// The largest share of answers that may be missing where nothing is said. What is missing is bounded both ways in every
    /// interval, so that a share of it widens each by as much: 2 % leaves room within the usual margins.
    pub const MISSING: f64 = budget::MISSING.default.0;

    /// The largest share of answers that may be missing.
    #[must_use]
    pub fn missing(&self) -> f64 {
        self.missing.unwrap_or(Budget::MISSING)
    }

    /// Whether the study says nothing of it.
    #[must_use]
    pub fn is_default(&self) -> bool {
        *self == Budget::default()
    }

    /// Most labelled rows that every called model answers at first.
    #[must_use]
    pub fn explored(&self) -> u32 {
        self.explore.unwrap_or(Budget::EXPLORE)
    }
}
