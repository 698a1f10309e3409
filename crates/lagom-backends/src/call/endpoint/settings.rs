//! Which server, and how it is to be treated.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::super::{BackendError, Most, Price};
use super::address::Address;

/// A model on a server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Endpoint {
    /// The address up to and with `/v1`; without a path `/v1` is added. Never with a name and password in it.
    pub url: String,
    /// The model, as the server calls it.
    pub model: String,
    /// Which of the two paths is asked.
    #[serde(default)]
    pub api: Api,
    /// The environment variable that holds the key, sent as `Authorization: Bearer`; none: no key is sent.
    #[serde(default)]
    pub key_env: Option<String>,
    /// Further headers of each request.
    #[serde(default)]
    pub headers: Vec<Header>,
    /// A PEM file with certificates to trust beside those of the system.
    #[serde(default)]
    pub certificate: Option<PathBuf>,
    /// What tokens cost; none: nothing is counted.
    #[serde(default)]
    pub price: Option<Price>,
}

/// Which path answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Api {
    /// `/v1/chat/completions`; a [`Prompt::Text`](crate::call::Prompt::Text) is sent as one message of the user.
    #[default]
    Chat,
    /// `/v1/completions`; takes [`Prompt::Text`](crate::call::Prompt::Text) alone.
    Completions,
}

/// A header of each request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// Its name.
    pub name: String,
    /// What it says.
    pub value: HeaderValue,
}

/// What a header says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HeaderValue {
    /// A text that may be seen by everyone.
    Text(String),
    /// The value of an environment variable, treated as a key.
    Env(String),
}

/// How a server is to be treated.
#[derive(Clone, Debug, PartialEq)]
pub struct ClientOptions {
    /// Most requests in flight, at least 1.
    pub in_flight: usize,
    /// Longest wait for a connection.
    pub connect: Duration,
    /// Longest wait for the first byte of an answer, from the request sent.
    pub first_byte: Duration,
    /// Longest silence between two parts of an answer.
    pub silence: Duration,
    /// Longest time for a whole answer, from its first byte.
    pub whole: Duration,
    /// Whether answers are streamed; without it the time to the first token is not known.
    pub stream: bool,
    /// How often a question is tried again after the first attempt.
    pub retries: u32,
    /// The first wait before trying again; it doubles with each attempt, up to [`ClientOptions::longest_wait`].
    pub first_wait: Duration,
    /// The longest wait before trying again, also where the server asks for a longer one.
    pub longest_wait: Duration,
    /// Most requests a minute.
    pub requests_per_minute: Option<u32>,
    /// Most tokens a minute, prompts and answers together.
    pub tokens_per_minute: Option<u64>,
    /// The most that a [`Server`](super::Server) may use, its handshake among it; a limit of money needs [`Endpoint::price`].
    pub most: Most,
    /// Largest answer that is read, in bytes.
    pub answer_bytes: usize,
    /// After how many questions in a row without an answer the server is given up.
    pub patience: u32,
    /// After how many questions in a row that were refused in the same words it is given up; at least 2.
    pub same_refusals: u32,
    /// Seed of the jitter of the waits.
    pub seed: u64,
}

impl Default for ClientOptions {
    fn default() -> Self {
        Self {
            in_flight: 64,
            connect: Duration::from_secs(10),
            first_byte: Duration::from_secs(300),
            silence: Duration::from_secs(60),
            whole: Duration::from_secs(1800),
            stream: true,
            retries: 5,
            first_wait: Duration::from_millis(500),
            longest_wait: Duration::from_secs(60),
            requests_per_minute: None,
            tokens_per_minute: None,
            most: Most::default(),
            answer_bytes: 10_000_000,
            patience: 20,
            same_refusals: 8,
            seed: 0,
        }
    }
}

impl ClientOptions {
    /// The longest time that a server may ask to be left alone: as long as all attempts at one question take together. A
    /// server that asks for more (a quota of the day, most often) is given up at once.
    #[must_use]
    pub fn patience_of_waits(&self) -> Duration {
        self.longest_wait.saturating_mul(self.retries.max(1))
    }
}

impl Endpoint {
    /// Whether the settings can be meant.
    ///
    /// # Errors
    /// The first setting that cannot: an address that is none, a price below 0, no request in flight.
    pub fn check(&self, options: &ClientOptions) -> Result<(), BackendError> {
        Address::of(&self.url)?;
        let fault = |key: &str, found: String, expected: &str| {
            Err(BackendError::Setting { key: key.to_owned(), found, expected: expected.to_owned() })
        };
        if self.model.trim().is_empty() {
            return fault("model", "empty".to_owned(), "the name by which the server knows the model");
        }
        if let Some(price) = self.price {
            for (key, value) in [
                ("input", Some(price.input)),
                ("output", Some(price.output)),
                ("cached", price.cached),
                ("per-call", Some(price.per_call)),
            ] {
                if value.is_some_and(|value| !value.is_finite() || value < 0.0) {
                    return fault(&format!("price.{key}"), format!("{}", value.unwrap_or(0.0)), "a number from 0");
                }
            }
        }
        if options.in_flight == 0 {
            return fault("in-flight", "0".to_owned(), "at least 1");
        }
        if options.requests_per_minute == Some(0) {
            return fault("requests-per-minute", "0".to_owned(), "at least 1");
        }
        if options.tokens_per_minute == Some(0) {
            return fault("tokens-per-minute", "0".to_owned(), "at least 1");
        }
        match options.most.money {
            Some(_) if self.price.is_none() => {
                fault("most-money", "set".to_owned(), "prices for this model, without which money cannot be counted")
            }
            Some(money) if !money.is_finite() || money < 0.0 => {
                fault("most-money", format!("{money}"), "a number from 0")
            }
            _ => Ok(()),
        }
    }
}
