//! What was seen of a model while it was asked.

use serde::{Deserialize, Serialize};

use super::super::Answer;
use super::Loaded;

/// What was seen of a model while it was asked.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Observed {
    /// How it was loaded the last time; none where nothing was asked.
    pub loaded: Option<Loaded>,
    /// Highest resident memory of its workers, in bytes; 0 where nothing was asked.
    pub peak_memory: u64,
    /// Workers that were started: one more than those that died.
    pub workers: u32,
    /// Tokens of prompts that were read before a generated text.
    pub prompt_tokens: u64,
    /// Seconds from such a prompt to its first token, summed.
    pub prompt_seconds: f64,
    /// Tokens written after the first of each text.
    pub written_tokens: u64,
    /// Seconds that these took.
    pub written_seconds: f64,
}

impl Observed {
    /// Tokens of prompts read a second; none where no text was generated.
    #[must_use]
    pub fn prompt_speed(&self) -> Option<f64> {
        (self.prompt_seconds > 0.0).then(|| self.prompt_tokens as f64 / self.prompt_seconds)
    }

    /// Tokens written a second, without the first of each text; none where no text has two.
    #[must_use]
    pub fn writing_speed(&self) -> Option<f64> {
        (self.written_seconds > 0.0).then(|| self.written_tokens as f64 / self.written_seconds)
    }

    /// Notes a worker that is ready.
    pub(super) fn ready(&mut self, loaded: Loaded) {
        self.workers += 1;
        self.peak_memory = self.peak_memory.max(loaded.peak_memory);
        self.loaded = Some(loaded);
    }

    /// Notes an answer and the worker's peak memory after it.
    pub(super) fn answer(&mut self, answer: &Answer, peak_memory: u64) {
        self.peak_memory = self.peak_memory.max(peak_memory);
        let (Some(first), Some(prompt), Some(written)) =
            (answer.timing.first_token, answer.usage.prompt, answer.usage.completion)
        else {
            return;
        };
        self.prompt_tokens += prompt;
        self.prompt_seconds += first;
        if written > 1 {
            self.written_tokens += written - 1;
            self.written_seconds += (answer.timing.total - first).max(0.0);
        }
    }
}
