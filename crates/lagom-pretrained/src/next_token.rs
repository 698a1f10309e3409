//! The loss of the next token and its way back, some rows of the logits at a time: all of them at once would take as many numbers as there are
//! tokens times the vocabulary.

use crate::error::WeightsError;
use crate::kernels::{add, cross_entropy};
use crate::network::Network;
use crate::product::{Rows, times, times_transposed, transposed_times};

/// Tokens whose logits are there at once.
const AT_ONCE: usize = 256;

/// The loss of a batch and its gradients.
pub(crate) struct NextTokens {
    /// Sum of −ln of the probability of each token, in nats.
    pub(crate) nats: f64,
    /// Gradient of the mean over tokens with respect to each token's vector `[tokens, width]`.
    pub(crate) hidden: Vec<f32>,
    /// The same with respect to the head `[vocabulary, width]`; tied to the embedding, it is added to the embedding's own. Empty where it is not wanted.
    pub(crate) head: Vec<f32>,
}

/// `logits = hidden · headᵀ`, the mean over tokens of `ln Σ exp(logits) − logit of the next token`, and back:
/// `∂/∂logits = (softmax − one-hot) / tokens`, `∂/∂hidden = that · head`, `∂/∂head = thatᵀ · hidden`; the last where the head is trained.
pub(crate) fn next_tokens(
    network: &Network,
    hidden: &Rows,
    next: &[u32],
    head_is_trained: bool,
) -> Result<NextTokens, WeightsError> {
    let head = network.head()?;
    let (width, rows) = (hidden.columns, network.shape.vocabulary);
    let share = 1.0 / next.len().max(1) as f32;
    let numbers = if head_is_trained { rows * width } else { 0 };
    let mut found = NextTokens { nats: 0.0, hidden: Vec::with_capacity(hidden.values.len()), head: vec![0.0; numbers] };
    for (values, next) in hidden.values.chunks(AT_ONCE * width.max(1)).zip(next.chunks(AT_ONCE)) {
        let mut part = Rows::new(values.to_vec(), width);
        part.lend(|part| {
            let mut logits = Rows::new(times_transposed(part, head)?, rows);
            found.nats += cross_entropy(&mut logits.values, rows, next, share);
            logits.lend(|gradient| {
                found.hidden.extend(times(gradient, head)?);
                if head_is_trained {
                    add(&mut found.head, &transposed_times(gradient, part)?);
                }
                Ok(())
            })
        })?;
    }
    Ok(found)
}

/// Natural logarithm of the probability of each next token.
pub(crate) fn log_probabilities(network: &Network, hidden: &Rows, next: &[u32]) -> Result<Vec<f64>, WeightsError> {
    let head = network.head()?;
    let (width, rows) = (hidden.columns, network.shape.vocabulary);
    let mut found = Vec::with_capacity(next.len());
    for (values, next) in hidden.values.chunks(AT_ONCE * width.max(1)).zip(next.chunks(AT_ONCE)) {
        let logits = Rows::new(values.to_vec(), width).lend(|part| times_transposed(part, head))?;
        let each = logits.chunks_exact(rows.max(1)).zip(next);
        found.extend(each.map(|(logits, id)| crate::kernels::log_softmax(logits, *id as usize).0));
    }
    Ok(found)
}
