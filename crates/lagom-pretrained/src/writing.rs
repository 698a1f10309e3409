//! A pretrained decoder that goes on with a text: always the likeliest token, each at the price of one.

use std::ops::ControlFlow;

use crate::decoder::Decoder;
use crate::encoder::check;
use crate::error::WeightsError;
use crate::network::Past;
use crate::product::{Rows, times_transposed};

/// A text that is to be gone on with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Beginning<'a> {
    /// What stands before.
    pub prompt: &'a str,
    /// Most tokens to write.
    pub most_tokens: usize,
    /// Texts that end what is written; they are no part of it. Empty ones count for nothing.
    pub stops: &'a [String],
}

/// Why no more was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// The likeliest token was one that ends a text, or a stop text came.
    Itself,
    /// The most tokens were written.
    Length,
    /// Whoever looked on ended it.
    Interrupted,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The text, without special tokens and without the text that stopped it.
    pub text: String,
    /// Its tokens; the one that ended it is not among them.
    pub tokens: Vec<u32>,
    /// Why no more was written.
    pub ended: Ended,
    /// Tokens of the prompt that were read.
    pub read: usize,
    /// Tokens of the prompt that were left out at its front, since it was longer than the context leaves room for.
    pub cut: usize,
}

impl Decoder {
    /// Goes on with a text: always the likeliest token (of equals the first one in the vocabulary), until a token that ends a text, a stop text, or the most tokens.
    ///
    /// A prompt that leaves no room for so many tokens in the context is cut at its front, as lm-evaluation-harness does it. Keys and values
    /// of what was read are kept, so that each token costs one pass of one position. `each` is called behind each token; where it breaks, no
    /// more is written.
    ///
    /// # Errors
    ///
    /// If the tokenizer or the tensor library fails, so many tokens leave no room for any prompt, or a weight is no number.
    pub fn write(
        &self,
        of: &Beginning<'_>,
        each: &mut dyn FnMut() -> ControlFlow<()>,
    ) -> Result<Written, WeightsError> {
        let (prompt, cut) = self.read_before(of)?;
        let mut written =
            Written { text: String::new(), tokens: Vec::new(), ended: Ended::Length, read: prompt.len(), cut };
        let mut past = Past::default();
        let mut next = prompt;
        while written.tokens.len() < of.most_tokens {
            let token = self.likeliest(&next, &mut past)?;
            let goes_on = each();
            if self.ends.contains(&token) {
                written.ended = Ended::Itself;
                break;
            }
            written.tokens.push(token);
            written.text = self.encoder.vocabulary.decode(&written.tokens)?;
            if let Some(end) = stopped(&written.text, of.stops) {
                written.text.truncate(end);
                written.ended = Ended::Itself;
                break;
            }
            if goes_on.is_break() {
                written.ended = Ended::Interrupted;
                break;
            }
            next = vec![token];
        }
        if written.ended == Ended::Length {
            // A letter of which the last bytes are still to come.
            written.text.truncate(written.text.trim_end_matches(char::REPLACEMENT_CHARACTER).len());
        }
        Ok(written)
    }

    /// How many tokens of a prompt are left out at its front, where so many are to be written behind it.
    ///
    /// # Errors
    ///
    /// As [`Decoder::write`].
    pub fn cut_before(&self, of: &Beginning<'_>) -> Result<usize, WeightsError> {
        Ok(self.read_before(of)?.1)
    }

    /// Most tokens of a text that are read.
    #[must_use]
    pub fn context(&self) -> usize {
        let positions = self.encoder.network.shape.positions;
        self.encoder.manner.context.map_or(positions, |context| context.min(positions))
    }

    /// The tokens of a prompt, cut to the room that the context leaves, and how many were left out.
    fn read_before(&self, of: &Beginning<'_>) -> Result<(Vec<u32>, usize), WeightsError> {
        let mut ids = self.prompt_tokens(of.prompt)?;
        // The last token that is written is not read.
        let room = (self.context() + 1).saturating_sub(of.most_tokens.max(1));
        if room == 0 {
            let error = format!("{} tokens are to be written, and the context has {}", of.most_tokens, self.context());
            return Err(WeightsError::TooLong { at: 0, error });
        }
        let cut = ids.len().saturating_sub(room);
        ids.drain(..cut);
        Ok((ids, cut))
    }

    /// The tokens of a prompt: one at least.
    pub(crate) fn prompt_tokens(&self, prompt: &str) -> Result<Vec<u32>, WeightsError> {
        let vocabulary = &self.encoder.vocabulary;
        let mut ids = vocabulary.encode(prompt, 0, true)?.ids;
        if ids.is_empty() {
            ids.push(vocabulary.start().unwrap_or(0));
        }
        check(&ids, 0, self.encoder.network.shape.vocabulary)?;
        Ok(ids)
    }

    /// The likeliest token behind the next ones of a text.
    fn likeliest(&self, next: &[u32], past: &mut Past) -> Result<u32, WeightsError> {
        let network = &self.encoder.network;
        let hidden = network.onward(next, past)?;
        let width = hidden.columns;
        let last = hidden.values[hidden.values.len() - width..].to_vec();
        let head = network.head()?;
        let logits = Rows::new(last, width).lend(|last| times_transposed(last, head))?;
        let better = |(at, logit): (usize, &f32), best: Option<(usize, f32)>| match best {
            Some((_, top)) if *logit <= top || logit.is_nan() => best,
            _ if logit.is_nan() => None,
            _ => Some((at, *logit)),
        };
        let best = logits.iter().enumerate().fold(None, |best, one| better(one, best));
        let best = best.and_then(|(at, _)| u32::try_from(at).ok());
        best.ok_or_else(|| WeightsError::Product("no token has a likelihood that is a number".into()))
    }
}

/// Where the first of the stop texts begins in a text.
fn stopped(text: &str, stops: &[String]) -> Option<usize> {
    stops.iter().filter(|stop| !stop.is_empty()).filter_map(|stop| text.find(stop.as_str())).min()
}
