//! What is asked and what comes back, the same for every backend.

use serde::{Deserialize, Serialize};

/// One question to a model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// What the model reads.
    pub prompt: Prompt,
    /// How it is to answer.
    pub sampling: Sampling,
    /// Continuations whose likelihood is wanted in place of a generated text; empty: a text is wanted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub continuations: Vec<Continuation>,
    /// Which of several answers to the same prompt this is, from 0: sampled answers are never collapsed into one.
    pub repeat: u32,
}

/// What a model reads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Prompt {
    /// Messages, put together by the model's own chat template.
    Chat(Vec<Message>),
    /// A text to go on with, as it stands.
    Text(String),
}

/// One message of a chat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Who says it.
    pub role: Role,
    /// What is said.
    pub content: String,
}

/// Who says a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Instructions before everything else.
    System,
    /// The one who asks.
    User,
    /// The model.
    Assistant,
}

/// How a model is to answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sampling {
    /// 0: always the likeliest token; above: as OpenAI's `temperature`.
    pub temperature: f64,
    /// Share of the probability that is sampled from, above 0 and up to 1.
    pub top_p: f64,
    /// Seed of the sampling, where the backend takes one; the repeat is added to it.
    pub seed: u64,
    /// Most tokens of an answer.
    pub max_tokens: u32,
    /// Texts that end an answer; they are not part of it.
    pub stop: Vec<String>,
}

/// A text whose likelihood after the prompt is wanted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Continuation {
    /// The text as it follows the prompt, with the delimiter (" Paris").
    pub text: String,
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// The generated text; empty where likelihoods were asked for.
    pub text: String,
    /// Why it ended.
    pub finish: Finish,
    /// The likelihood of each continuation, in the order of the question; empty where a text was asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub likelihoods: Vec<Likelihood>,
    /// Tokens read and written, as far as the backend tells.
    pub usage: Usage,
    /// How long it took.
    pub timing: Timing,
    /// How often it was tried: 1 where the first attempt succeeded.
    pub attempts: u32,
}

/// Why an answer ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Finish {
    /// The model said that it was done, or a stop text came.
    Stop,
    /// The most tokens were written: the answer is cut off.
    Length,
    /// The provider withheld the answer (`content_filter`, a refusal field).
    Refused,
    /// Another reason, in the backend's words; see [`Finish::TOOL`] and [`Finish::UNTOLD`].
    Other(String),
}

impl Finish {
    /// The reason where the model called a tool in place of an answer.
    pub const TOOL: &'static str = "tool_calls";
    /// The reason where the backend tells none.
    pub const UNTOLD: &'static str = "no reason given";

    /// What a backend's reason means, in any case of letters; other reasons stay in its words.
    #[must_use]
    pub fn of(reason: &str) -> Self {
        match reason.to_lowercase().as_str() {
            "stop" | "eos" | "eos_token" | "end_turn" | "stop_sequence" | "complete" | "completed" => Self::Stop,
            "length" | "max_tokens" | "max_output_tokens" | "model_length" | "model_context_window_exceeded" => {
                Self::Length
            }
            // Gemini's reasons among them.
            "content_filter"
            | "refusal"
            | "safety"
            | "recitation"
            | "blocklist"
            | "prohibited_content"
            | "spii"
            | "guardrail_intervened" => Self::Refused,
            "tool_calls" | "function_call" | "tool_use" => Self::Other(Self::TOOL.to_owned()),
            _ => Self::Other(reason.to_owned()),
        }
    }

    /// Whether the answer broke off for another reason than its length: an error, a cancelled request.
    #[must_use]
    pub fn is_broken_off(&self) -> bool {
        let words = ["error", "abort", "cancel", "interrupt", "timeout", "malformed", "fail", "pause", "incomplete"];
        matches!(self, Self::Other(reason) if words.iter().any(|word| reason.to_lowercase().contains(word)))
    }
}

/// How likely a continuation is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Likelihood {
    /// Natural logarithm of its probability after the prompt; at most 0.
    pub log_probability: f64,
    /// Number of its tokens.
    pub tokens: u32,
    /// Whether each of its tokens was the likeliest.
    pub greedy: bool,
}

/// Tokens, as the backend counts them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Tokens of the prompt; none if the backend does not tell.
    pub prompt: Option<u64>,
    /// Those of them that came out of the backend's own cache.
    pub cached: Option<u64>,
    /// Tokens of the answer, those of hidden reasoning among them.
    pub completion: Option<u64>,
    /// Tokens at the front of the prompt that did not fit into the context and were left out; none where it was read whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cut: Option<u64>,
}

/// How long an answer took, of the attempt that succeeded; in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Timing {
    /// From the request sent to the first token; none where the answer was not streamed.
    pub first_token: Option<f64>,
    /// From the request sent to the end of the answer.
    pub total: f64,
}

impl Timing {
    /// Seconds a token after the first, with `tokens` tokens in the answer; none with fewer than two of them.
    #[must_use]
    pub fn per_token(&self, tokens: u64) -> Option<f64> {
        let first = self.first_token?;
        (tokens > 1).then(|| (self.total - first).max(0.0) / (tokens - 1) as f64)
    }
}

/// Why a question has no answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum CallFailure {
    /// The prompt and the answer do not fit into the model's context.
    #[error("the prompt is longer than the model's context: {message}")]
    TooLong {
        /// What the backend said.
        message: String,
    },
    /// The backend refused this question for what it is; the same would come again.
    #[error("refused: {message}")]
    Rejected {
        /// What the backend said.
        message: String,
    },
    /// The backend gave what is no answer: not JSON, a stream that ended half-way, too large a body.
    #[error("no answer that could be read: {message}")]
    Malformed {
        /// What was found.
        message: String,
    },
    /// Nothing came in time, or the backend was overloaded or broken, however often it was tried.
    #[error("no answer after {attempts} attempts: {message}")]
    Unavailable {
        /// How often it was tried.
        attempts: u32,
        /// What happened the last time.
        message: String,
    },
    /// The process that answered has died.
    #[error("the process died: {message}")]
    Died {
        /// How, with the end of what it wrote to standard error.
        message: String,
    },
    /// All asking of this model was stopped, by a fault that every further question would have met.
    #[error("{message}")]
    Stopped {
        /// Why.
        message: String,
    },
}

impl CallFailure {
    /// Whether no later run needs to ask again: the question itself can't be answered. What was refused may have been for
    /// what all questions had in common, such as an expired key.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        matches!(self, Self::TooLong { .. })
    }

    /// Whether asking again at once could end otherwise.
    #[must_use]
    pub fn worth_retrying(&self) -> bool {
        !matches!(self, Self::TooLong { .. } | Self::Rejected { .. })
    }
}

/// Whether to go on after an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// Ask the next question.
    Continue,
    /// Ask nothing more; answers under way are still waited for and handed over.
    Stop,
}
