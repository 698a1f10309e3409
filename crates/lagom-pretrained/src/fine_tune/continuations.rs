//! Texts that are to be gone on with: a decoder is trained on the tokens that follow alone.

use super::model::TunedModel;
use crate::decoder::Decoder;
use crate::encoder::check;
use crate::error::WeightsError;
use crate::network::{Batch, Network};
use crate::next_token::log_probabilities;
use crate::product::Rows;
use crate::tokenizer::Tokens;

/// The tokens of a text, and those that follow.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Sequence {
    /// What is read: the text, and what follows but for its last token.
    pub(super) read: Tokens,
    /// What follows: the last rows of what is read predict it.
    pub(super) next: Vec<u32>,
}

/// What continuations of some texts come to.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Follows {
    /// Sum of −ln of the probability of each token that follows, the one that ends a text included; in nats.
    pub nats: f64,
    /// How many these are.
    pub tokens: u64,
    /// Floating-point operations of the pass.
    pub operations: u64,
}

/// The tokens of texts and of what follows each, with the token `end` behind it; at most `most` tokens are read.
///
/// The text is cut into tokens as where it is gone on with; what follows are the tokens by which both together are longer, or, where both together do not begin with
/// the text's own, its own alone. Longer texts are cut at their front; where what follows is too long by itself, at its end, which then
/// is not learned.
///
/// # Errors
/// If the tokenizer fails on a text.
pub(super) fn sequences(
    decoder: &Decoder,
    texts: &[&str],
    following: (&[&str], u32),
    most: usize,
) -> Result<Vec<Sequence>, WeightsError> {
    let rows = decoder.encoder.network.shape.vocabulary;
    let vocabulary = &decoder.encoder.vocabulary;
    let (continuations, end) = following;
    let mut all = Vec::with_capacity(texts.len());
    for (at, (text, continuation)) in texts.iter().zip(continuations).enumerate() {
        let mut ids = decoder.prompt_tokens(text).map_err(|error| of_text(error, at))?;
        let both = vocabulary.encode(&format!("{text}{continuation}"), at, true)?.ids;
        let mut next = match both.strip_prefix(ids.as_slice()) {
            Some(rest) => rest.to_vec(),
            None => vocabulary.encode(continuation, at, false)?.ids,
        };
        next.push(end);
        check(&next, at, rows)?;
        let beyond = (ids.len() + next.len() - 1).saturating_sub(most.max(1));
        // One token stays to be gone on from.
        let front = beyond.min(ids.len() - 1);
        ids.drain(..front);
        next.truncate(next.len() - (beyond - front));
        ids.extend(&next[..next.len() - 1]);
        all.push(Sequence { read: Tokens { ids, cut: beyond > 0 }, next });
    }
    Ok(all)
}

/// The error of a text with its place among several.
fn of_text(error: WeightsError, at: usize) -> WeightsError {
    match error {
        WeightsError::Text { error, .. } => WeightsError::Text { at, error },
        other => other,
    }
}

/// The rows that predict what follows: the last ones of each text of a batch, of rows `[tokens, width]`.
pub(super) fn last_rows(hidden: &Rows, batch: &Batch, next: &[&[u32]]) -> Rows {
    let width = hidden.columns;
    let last = batch.starts.windows(2).zip(next);
    let values = last.flat_map(|(text, next)| &hidden.values[(text[1] - next.len()) * width..text[1] * width]);
    Rows::new(values.copied().collect(), width)
}

/// The gradient of each token's vector from that of the rows that predict.
pub(super) fn last_rows_backward(gradient: &[f32], width: usize, batch: &Batch, next: &[&[u32]]) -> Vec<f32> {
    let mut back = vec![0.0; batch.ids.len() * width];
    let mut from = 0;
    for (text, next) in batch.starts.windows(2).zip(next) {
        let count = next.len() * width;
        back[(text[1] * width - count)..text[1] * width].copy_from_slice(&gradient[from..from + count]);
        from += count;
    }
    back
}

/// Floating-point operations of the logits of so many tokens, forward.
pub(super) fn head_operations(network: &Network, tokens: u64) -> u64 {
    2 * (network.shape.vocabulary * network.shape.width) as u64 * tokens
}

impl TunedModel {
    /// How likely continuations are behind their texts, `batch` of them at a time: what
    /// [`Targets::Continuations`](super::Targets::Continuations) are trained for.
    ///
    /// # Errors
    /// If the tokenizer or the tensor library fails, or the network is no decoder.
    pub fn follows(
        &self,
        texts: &[&str],
        (continuations, end): (&[&str], u32),
        batch: usize,
    ) -> Result<Follows, WeightsError> {
        let decoder = Decoder::of_encoder(&self.encoder)?;
        let network = &self.encoder.network;
        let most = self.tokens.min(decoder.context());
        let sequences = sequences(&decoder, texts, (continuations, end), most)?;
        let adapters = self.additions.as_ref().map(|additions| &additions.adapters);
        let mut order: Vec<usize> = (0..sequences.len()).collect();
        order.sort_by_key(|at| (sequences[*at].read.ids.len(), *at));
        // Summed in the order of the texts, so that the sum does not hang on the batches.
        let mut nats = vec![0.0; sequences.len()];
        let mut found = Follows::default();
        for which in order.chunks(batch.max(1)) {
            let texts = Batch::new(which.iter().map(|at| sequences[*at].read.ids.as_slice()));
            let next: Vec<&[u32]> = which.iter().map(|at| sequences[*at].next.as_slice()).collect();
            let hidden = network.forward(&texts, adapters)?;
            let rows = last_rows(&hidden, &texts, &next);
            let mut logs = log_probabilities(network, &rows, &next.concat())?.into_iter();
            for (at, next) in which.iter().zip(&next) {
                nats[*at] = -logs.by_ref().take(next.len()).sum::<f64>();
                found.tokens += next.len() as u64;
            }
            let scored = next.iter().map(|next| next.len() as u64).sum();
            found.operations += self.encoder.operations(texts.ids.len() as u64) + head_operations(network, scored);
        }
        found.nats = nats.iter().sum();
        Ok(found)
    }

    /// The same network as a decoder, with what was learned in its matrices: it ends texts with these tokens, and answers as fast as one that was not tuned.
    ///
    /// # Errors
    /// If the tensor library fails, or the network is no decoder.
    pub fn decoder(&self, ends: &[u32]) -> Result<Decoder, WeightsError> {
        Ok(Decoder::of_encoder(&self.merged()?.encoder)?.with_ends(ends.to_vec()))
    }
}
