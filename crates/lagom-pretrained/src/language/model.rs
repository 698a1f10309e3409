//! A trained language model: how likely texts are, and bytes.

use std::sync::Arc;

use super::shape::LanguageShape;
use super::vocabulary::BytePairs;
use super::windows::{Window, windows};
use crate::error::{StateError, WeightsError};
use crate::fine_tune::random;
use crate::network::{Batch, Network};
use crate::next_token::log_probabilities;
use crate::packed::{Packed, Packer};
use crate::slot::Slot;

/// A language model.
#[derive(Debug, Clone)]
pub struct LanguageModel {
    pub(super) shape: LanguageShape,
    pub(super) vocabulary: Arc<BytePairs>,
    pub(super) network: Network,
}

/// What is written beside the weights.
#[derive(serde::Serialize, serde::Deserialize)]
struct About {
    shape: LanguageShape,
}

/// Tokens that go through the network at once where texts are scored.
const AT_ONCE: usize = 4096;
const ABOUT: &str = "lagom.language";
const VOCABULARY: &str = "lagom.tokenizer";
const OF: &str = "language model";

impl LanguageModel {
    /// One of random weights.
    pub(super) fn random(shape: LanguageShape, vocabulary: Arc<BytePairs>, seed: u64) -> Result<Self, String> {
        let network = random(&shape.network(vocabulary.tokens() + 1), seed)?;
        Ok(Self { shape, vocabulary, network })
    }

    /// Natural logarithm of the probability of each text: the sum over its tokens, in windows where it is longer than the context (see
    /// [the module](super)). The end of a text is not predicted. An empty text has probability 1. Texts with the same tokens come to the same
    /// bits, whatever stands beside them.
    ///
    /// # Errors
    /// If the tokenizer or the tensor library fails.
    pub fn log_likelihoods(&self, texts: &[&str]) -> Result<Vec<f64>, WeightsError> {
        let windows = windows(texts, &self.vocabulary, self.shape.context)?;
        let mut order: Vec<usize> = (0..windows.len()).collect();
        order.sort_by_key(|at| (windows[*at].read().len(), *at));
        let mut found = vec![0.0; windows.len()];
        let mut from = 0;
        while from < order.len() {
            let mut tokens = 0;
            let fits = |at: &&usize| {
                tokens += windows[**at].read().len();
                tokens <= AT_ONCE
            };
            let behind = from + order[from..].iter().take_while(fits).count().max(1);
            self.score(&windows, &order[from..behind], &mut found)?;
            from = behind;
        }
        // Windows in the order of the document, so that the sum does not hang on the batches.
        let mut sums = vec![0.0; texts.len()];
        windows.iter().zip(found).for_each(|(window, log)| sums[window.document] += log);
        Ok(sums)
    }

    fn score(&self, windows: &[Window], which: &[usize], found: &mut [f64]) -> Result<(), WeightsError> {
        let batch = Batch::new(which.iter().map(|at| windows[*at].read()));
        let hidden = self.network.forward(&batch, None)?;
        let next: Vec<u32> = which.iter().flat_map(|at| windows[*at].predicted()).copied().collect();
        let logs = log_probabilities(&self.network, &hidden, &next)?;
        for (at, place) in which.iter().zip(batch.starts.windows(2)) {
            found[*at] = logs[place[0]..place[1]].iter().sum();
        }
        Ok(())
    }

    /// Tokens of all texts.
    ///
    /// # Errors
    /// If the tokenizer fails.
    pub fn count_tokens(&self, texts: &[&str]) -> Result<u64, WeightsError> {
        let count = |(at, text): (usize, &&str)| Ok(self.vocabulary.encode(text, at)?.len() as u64);
        texts.iter().enumerate().map(count).sum()
    }

    /// All weights, those of the embedding among them.
    #[must_use]
    pub fn parameters(&self) -> u64 {
        self.network.count()
    }

    /// Its shape.
    #[must_use]
    pub fn shape(&self) -> LanguageShape {
        self.shape
    }

    /// Its vocabulary.
    #[must_use]
    pub fn vocabulary(&self) -> &BytePairs {
        &self.vocabulary
    }

    /// Weights and vocabulary in one block, in safetensors' format. Equal models give equal bytes.
    ///
    /// # Errors
    /// If the tensor library fails.
    pub fn to_bytes(&self) -> Result<Vec<u8>, WeightsError> {
        let mut packer = Packer::default();
        let about = serde_json::to_string(&About { shape: self.shape });
        packer.note(ABOUT, about.map_err(|error| WeightsError::Product(error.to_string()))?);
        packer.note(VOCABULARY, self.vocabulary.json().to_owned());
        self.pack("", &mut packer)?;
        packer.bytes().map_err(WeightsError::Product)
    }

    /// A model from what [`LanguageModel::to_bytes`] wrote.
    ///
    /// # Errors
    /// If the bytes are none.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, StateError> {
        let malformed = |found: String| StateError::Malformed { of: OF, found };
        let packed = Packed::read(bytes, OF)?;
        let About { shape } =
            serde_json::from_str(packed.note(ABOUT)?).map_err(|error| malformed(error.to_string()))?;
        if !shape.is_sound() {
            return Err(malformed(format!("no network has the shape {shape:?}")));
        }
        let vocabulary = Arc::new(BytePairs::from_json(packed.note(VOCABULARY)?)?);
        let network = unpack(shape, vocabulary.tokens(), &packed, "").map_err(malformed)?;
        Ok(Self { shape, vocabulary, network })
    }

    /// Writes the weights, with something before their names.
    pub(super) fn pack(&self, before: &str, packer: &mut Packer) -> Result<(), WeightsError> {
        let shapes = self.network.shape.parameters();
        for (slot, numbers) in self.network.numbers()? {
            let shape = shapes.iter().find(|parameter| parameter.slot == slot);
            let shape = shape.map_or([1, numbers.len()], |parameter| [parameter.rows, parameter.columns]);
            packer.add(format!("{before}{slot}"), shape, numbers);
        }
        Ok(())
    }

    /// The same model with the weights that [`LanguageModel::pack`] wrote.
    pub(super) fn unpacked(&self, packed: &Packed<'_>, before: &str) -> Result<Self, String> {
        let network = unpack(self.shape, self.vocabulary.tokens(), packed, before)?;
        Ok(Self { network, ..self.clone() })
    }

    /// A parameter's numbers.
    #[cfg(test)]
    pub(super) fn numbers(&self, slot: Slot) -> Vec<f32> {
        let all = self.network.numbers().unwrap();
        all.into_iter().find(|(at, _)| *at == slot).map(|(_, numbers)| numbers).unwrap()
    }
}

fn unpack(shape: LanguageShape, tokens: usize, packed: &Packed<'_>, before: &str) -> Result<Network, String> {
    let shape = shape.network(tokens + 1);
    let mut numbers: Vec<(Slot, Vec<f32>)> = Vec::new();
    for parameter in shape.parameters() {
        let found = packed.numbers(&format!("{before}{}", parameter.slot)).map_err(|error| error.to_string())?;
        numbers.push((parameter.slot, found));
    }
    Network::new(shape, numbers)
}
