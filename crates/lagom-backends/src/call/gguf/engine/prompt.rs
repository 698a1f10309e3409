//! From a prompt to the text that the model reads.

use super::super::super::{CallFailure, Prompt};
use super::load::Engine;

impl Engine<'_> {
    /// The text of a prompt: as it stands, or its messages put together by the model's chat template.
    pub(super) fn text(&self, prompt: &Prompt) -> Result<String, CallFailure> {
        match prompt {
            Prompt::Text(text) => Ok(text.clone()),
            Prompt::Chat(messages) => {
                self.template.apply(messages).map_err(|message| CallFailure::Rejected { message })
            }
        }
    }
}
