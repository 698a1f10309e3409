//! `[prompt]`: what called models are asked, and how their answers are read.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::family::TaskKind;
use super::keys::prompt as keys;
use super::named::{CutOff, Refusals, ResponseMode, Unreadable};
use lagom_backends::prompt::{Form, Step};

/// What every called model is asked; a `[[candidate]]` may say otherwise for itself ([`Study::prompt_for`](super::Study::prompt_for)).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PromptSpec {
    /// The prompt, with the columns of a row in it; `None`: lagom writes one for the task. That of a file is here too.
    pub template: Option<String>,
    /// The file that `template` was read from.
    pub template_file: Option<PathBuf>,
    /// Instructions before everything else, with columns in them if need be.
    pub system: Option<String>,
    /// Whether models read messages or a text; `None`: what the backend is made for, see [`Study::prompt_for`](super::Study::prompt_for).
    pub form: Option<Form>,
    /// What is taken from a model.
    pub read: ResponseMode,
    /// What is done to the text of an answer before it is scored, in this order.
    pub steps: Vec<Step>,
    /// Most tokens of an answer; `None`: by the kind of task, see [`PromptSpec::answer_tokens`].
    pub max_tokens: Option<u32>,
    /// Texts that end an answer.
    pub stop: Vec<String>,
    /// 0: always the likeliest token; above it: sampled, as OpenAI's `temperature`; at most 2.
    pub temperature: f64,
    /// The share of the probability that is sampled from, above 0 and up to 1.
    pub top_p: f64,
    /// How many answers are sampled to each prompt; above 1 only with a temperature above 0.
    pub repeats: u32,
    /// What stands between the prompt and a label or choice whose likelihood is asked for.
    pub delimiter: String,
    /// What a whole answer is of which nothing can be read.
    pub unreadable: Unreadable,
    /// What an answer is that was cut off at the most tokens.
    pub cut_off: CutOff,
    /// What it is that a model or its provider will not answer.
    pub refusals: Refusals,
}

impl Default for PromptSpec {
    fn default() -> Self {
        PromptSpec {
            template: None,
            template_file: None,
            system: None,
            form: None,
            read: ResponseMode::default(),
            steps: Vec::new(),
            max_tokens: None,
            stop: Vec::new(),
            temperature: keys::TEMPERATURE.default.0,
            top_p: keys::TOP_P.default.0,
            repeats: keys::REPEATS.default.0,
            delimiter: keys::DELIMITER.default.0.into_owned(),
            unreadable: Unreadable::default(),
            cut_off: CutOff::default(),
            refusals: Refusals::default(),
        }
    }
}

impl PromptSpec {
    /// Whether the study says nothing of it.
    #[must_use]
    pub fn is_default(&self) -> bool {
        *self == PromptSpec::default()
    }

    /// Most tokens of an answer to a task of this kind: what the study says, else 16 where a label, a number or a
    /// choice is wanted, and 256 where a text is.
    #[must_use]
    pub fn answer_tokens(&self, kind: TaskKind) -> u32 {
        self.max_tokens.unwrap_or(match kind {
            TaskKind::TextGeneration | TaskKind::Extraction => 256,
            _ => 16,
        })
    }
}

/// What a `[[candidate]]` says in place of `[prompt]`; `None` keeps what stands there.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct OwnPrompt {
    /// Its own template.
    pub template: Option<String>,
    /// Its own instructions.
    pub system: Option<String>,
    /// What is taken from it.
    pub read: Option<ResponseMode>,
    /// Its own temperature.
    pub temperature: Option<f64>,
    /// Its own most tokens of an answer.
    pub max_tokens: Option<u32>,
}
