//! How many tokens a text will be, before any tokeniser is at hand: for plans, never for bills.

use crate::call::Prompt;

/// Tokens that a chat template puts around each message: its role and the marks of its ends.
const AROUND_MESSAGE: u64 = 4;

/// Roughly the number of tokens of a text.
#[must_use]
pub fn estimate_tokens(text: &str) -> u64 {
    text.chars().count().div_ceil(4) as u64
}

/// Roughly the number of tokens of a prompt, with those that a chat template adds.
#[must_use]
pub fn estimate_prompt_tokens(prompt: &Prompt) -> u64 {
    match prompt {
        Prompt::Text(text) => estimate_tokens(text),
        Prompt::Chat(messages) => {
            messages.iter().map(|message| AROUND_MESSAGE + estimate_tokens(&message.content)).sum()
        }
    }
}
