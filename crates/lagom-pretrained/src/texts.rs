//! Texts that are not read to the end, counted without a pass through the weights.

use crate::distil::{Distilled, distilled_vocabulary};
use crate::encoder::Encoder;
use crate::error::WeightsError;
use crate::fine_tune::TunedModel;
use crate::folder::Folder;
use crate::static_embedding::{StaticEmbedding, characters};
use crate::tokenizer::Vocabulary;

impl Folder {
    /// How many of these texts are longer than what is read of one: at most [`Folder::context`] tokens, and at most `tokens` where that
    /// is said. Reads the tokenizer and no weight.
    ///
    /// # Errors
    ///
    /// If the tokenizer can't be read, or fails on a text.
    pub fn count_cut(&self, texts: &[&str], tokens: Option<usize>) -> Result<usize, WeightsError> {
        let mut vocabulary = self.vocabulary()?;
        let context = [self.context(), tokens].into_iter().flatten().min();
        vocabulary.cut_to(context).map_err(WeightsError::Product)?;
        let is_static = self.shape().is_none();
        let most = context.filter(|_| is_static).map(|context| characters(&vocabulary, context));
        count(&vocabulary, texts, (most, !is_static))
    }
}

impl Folder {
    /// How many of these texts are longer than what static embeddings distilled out of the folder's encoder read of one. Reads the tokenizer and
    /// no weight.
    ///
    /// # Errors
    ///
    /// If the tokenizer can't be read, or fails on a text.
    pub fn count_cut_distilled(&self, texts: &[&str]) -> Result<usize, WeightsError> {
        let vocabulary = distilled_vocabulary(&self.vocabulary()?)?;
        let most = characters(&vocabulary, Distilled::CONTEXT);
        count(&vocabulary, texts, (Some(most), false))
    }
}

impl Encoder {
    /// How many of these texts are longer than the context.
    ///
    /// # Errors
    ///
    /// If the tokenizer fails on a text.
    pub fn count_cut(&self, texts: &[&str]) -> Result<usize, WeightsError> {
        count(&self.vocabulary, texts, (None, true))
    }
}

impl TunedModel {
    /// How many of these texts are longer than what the model reads of one.
    ///
    /// # Errors
    ///
    /// If the tokenizer fails on a text.
    pub fn count_cut(&self, texts: &[&str]) -> Result<usize, WeightsError> {
        count(self.vocabulary(), texts, (None, true))
    }
}

impl StaticEmbedding {
    /// How many of these texts are longer than what is read of one.
    ///
    /// # Errors
    ///
    /// If the tokenizer fails on a text.
    pub fn count_cut(&self, texts: &[&str]) -> Result<usize, WeightsError> {
        count(self.vocabulary(), texts, (self.characters(), false))
    }
}

/// Texts of more characters than `most`, or that the vocabulary cuts.
fn count(
    vocabulary: &Vocabulary,
    texts: &[&str],
    (most, special): (Option<usize>, bool),
) -> Result<usize, WeightsError> {
    let mut cut = 0;
    for (at, text) in texts.iter().enumerate() {
        let beyond = most.is_some_and(|most| text.chars().nth(most).is_some());
        cut += usize::from(beyond || vocabulary.encode(text, at, special)?.cut);
    }
    Ok(cut)
}
