//! The tokenizer of a folder: texts to numbers of tokens, cut to the context.

use std::path::Path;

use tokenizers::{Encoding, Token, Tokenizer, TruncationDirection, TruncationParams, TruncationStrategy};

use crate::error::WeightsError;

/// A vocabulary with its rules, as tokenizer.json has it.
#[derive(Debug, Clone)]
pub(crate) struct Vocabulary {
    /// The file's text: written again as it was read.
    pub(crate) json: String,
    tokenizer: Tokenizer,
}

/// The tokens of a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Tokens {
    pub(crate) ids: Vec<u32>,
    /// Whether the text was longer than the context.
    pub(crate) cut: bool,
}

impl Vocabulary {
    /// Reads tokenizer.json; cutting and padding that stand in it are left out.
    pub(crate) fn read(file: &Path) -> Result<Self, WeightsError> {
        let json =
            std::fs::read_to_string(file).map_err(|error| WeightsError::Unreadable { file: file.into(), error })?;
        Self::from_json(json).map_err(|found| WeightsError::Malformed {
            file: file.into(),
            found,
            expected: "a tokenizer as the library `tokenizers` writes it".into(),
        })
    }

    /// The same from the file's text.
    pub(crate) fn from_json(json: String) -> Result<Self, String> {
        let mut tokenizer = Tokenizer::from_bytes(json.as_bytes()).map_err(|error| error.to_string())?;
        tokenizer.with_truncation(None).map_err(|error| error.to_string())?;
        tokenizer.with_padding(None);
        Ok(Self { json, tokenizer })
    }

    /// One more than the largest number of a token; those that were added to the vocabulary are left out, since some tokenizers have added
    /// ones that their weights do not know.
    pub(crate) fn rows(&self) -> usize {
        self.tokenizer.get_vocab(false).values().max().map_or(0, |id| *id as usize + 1)
    }

    /// Tokens that special rules add to a text.
    fn added(&self) -> usize {
        self.tokenizer.encode_fast("", true).map_or(0, |encoding| encoding.get_ids().len())
    }

    /// The tokens that special rules put in front of a text, and behind it.
    pub(crate) fn marks(&self) -> Result<(Vec<u32>, Vec<u32>), WeightsError> {
        let failed = |error: tokenizers::Error| WeightsError::Text { at: 0, error: error.to_string() };
        // A token that is none of the vocabulary, so that it is told from them.
        let text = Encoding::from_tokens(vec![Token::new(u32::MAX, String::new(), (0, 0))], 0);
        let whole = self.tokenizer.post_process(text, None, true).map_err(failed)?;
        let ids = whole.get_ids();
        let at = ids.iter().position(|id| *id == u32::MAX).unwrap_or(ids.len());
        Ok((ids[..at].to_vec(), ids.get(at + 1..).unwrap_or_default().to_vec()))
    }

    /// Cuts texts to that many tokens from now on, special ones included.
    pub(crate) fn cut_to(&mut self, context: Option<usize>) -> Result<(), String> {
        let least = self.added() + 1;
        let truncation = context.map(|context| TruncationParams {
            direction: TruncationDirection::Right,
            max_length: context.max(least),
            strategy: TruncationStrategy::LongestFirst,
            stride: 0,
        });
        self.tokenizer.with_truncation(truncation).map(|_| ()).map_err(|error| error.to_string())
    }

    /// The token that stands for what the vocabulary does not have.
    pub(crate) fn unknown(&self) -> Option<u32> {
        let json: serde_json::Value = serde_json::from_str(&self.json).ok()?;
        let model = json.get("model")?;
        match model.get("unk_token").and_then(serde_json::Value::as_str) {
            Some(token) => self.tokenizer.token_to_id(token),
            None => model.get("unk_id").and_then(serde_json::Value::as_u64).and_then(|id| u32::try_from(id).ok()),
        }
    }

    /// The token that texts begin with, by one of its usual names.
    pub(crate) fn start(&self) -> Option<u32> {
        let names = ["<s>", "<|begin_of_text|>", "<|im_start|>", "<|endoftext|>"];
        names.into_iter().find_map(|name| self.tokenizer.token_to_id(name))
    }

    /// The number of a token, by its text.
    pub(crate) fn id(&self, token: &str) -> Option<u32> {
        self.tokenizer.token_to_id(token)
    }

    /// The text of tokens, special ones left out.
    pub(crate) fn decode(&self, ids: &[u32]) -> Result<String, WeightsError> {
        self.tokenizer.decode(ids, true).map_err(|error| WeightsError::Text { at: 0, error: error.to_string() })
    }

    /// The tokens themselves.
    pub(crate) fn tokens(&self) -> Vec<String> {
        self.tokenizer.get_vocab(true).into_keys().collect()
    }

    /// The tokens of a text, the `at`-th of several.
    pub(crate) fn encode(&self, text: &str, at: usize, special: bool) -> Result<Tokens, WeightsError> {
        let encoding = self
            .tokenizer
            .encode_fast(text, special)
            .map_err(|error| WeightsError::Text { at, error: error.to_string() })?;
        Ok(Tokens { ids: encoding.get_ids().to_vec(), cut: !encoding.get_overflowing().is_empty() })
    }
}
