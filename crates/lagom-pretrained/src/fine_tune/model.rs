//! An adapted encoder with its head: predictions, and bytes.

use std::sync::Arc;

use super::head::Head;
use super::recipe::Lora;
use crate::encoder::{Encoder, encode, pool};
use crate::error::{StateError, WeightsError};
use crate::folder::ContentHash;
use crate::kernels::add_scaled;
use crate::network::{Adapters, Batch, Network, Pair, change};
use crate::packed::{Packed, Packer};
use crate::product::{matrix, numbers, times};
use crate::slot::Slot;
use crate::tokenizer::Vocabulary;

/// An adapted encoder with its head.
#[derive(Debug, Clone)]
pub struct TunedModel {
    /// The network, tuned or not.
    pub(super) encoder: Arc<Encoder>,
    /// The vocabulary, cut to the recipe's tokens.
    pub(super) vocabulary: Arc<Vocabulary>,
    pub(super) tokens: usize,
    pub(super) additions: Option<Additions>,
    pub(super) head: Head,
    /// Who works out its outputs while a training on a device is looked at; the processor else.
    pub(super) seen_by: Option<Arc<dyn Outputs>>,
}

/// Who works out the outputs of a model in place of the processor.
pub(super) trait Outputs: std::fmt::Debug + Send + Sync {
    /// `[texts, outputs]`, row-major.
    fn outputs(&self, texts: &Batch) -> Result<Vec<f32>, WeightsError>;
}

/// Low-rank additions and what they are.
#[derive(Debug, Clone)]
pub(super) struct Additions {
    pub(super) lora: Lora,
    pub(super) adapters: Adapters,
}

/// What is written beside the numbers.
#[derive(serde::Serialize, serde::Deserialize)]
struct About {
    tokens: usize,
    lora: Option<Lora>,
    base: Option<ContentHash>,
    /// Whether there is no head, since it was trained on how texts go on.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    headless: bool,
}

const ABOUT: &str = "lagom.tuned";
const WEIGHTS: &str = "head.weights";
const BIASES: &str = "head.biases";

/// The vocabulary of an encoder, cut to so many tokens.
pub(super) fn cut(encoder: &Encoder, tokens: usize) -> Result<Arc<Vocabulary>, String> {
    let mut vocabulary = (*encoder.vocabulary).clone();
    let context = encoder.manner.context.unwrap_or(tokens).min(encoder.network.shape.positions);
    vocabulary.cut_to(Some(tokens.min(context)))?;
    Ok(Arc::new(vocabulary))
}

impl TunedModel {
    /// `[texts, outputs]`, row-major: logits of the classes, or the number.
    ///
    /// # Errors
    ///
    /// If the tokenizer fails on a text.
    pub fn predict(&self, texts: &[&str], batch: usize) -> Result<Vec<f32>, WeightsError> {
        let tokens = encode(&self.vocabulary, texts, self.encoder.network.shape.vocabulary)?;
        let outputs = self.outputs();
        let mut all = vec![0.0; texts.len() * outputs];
        let adapters = self.additions.as_ref().map(|additions| &additions.adapters);
        for which in self.encoder.batches(&tokens, batch) {
            let texts = Batch::new(which.iter().map(|at| tokens[*at].ids.as_slice()));
            let found = match &self.seen_by {
                Some(other) => other.outputs(&texts)?,
                None => {
                    let hidden = self.encoder.network.forward(&texts, adapters)?;
                    let pooled = pool(&hidden, &texts, self.encoder.manner.pooling);
                    self.head.outputs(&pooled.values, pooled.columns)
                }
            };
            for (at, row) in which.iter().zip(found.chunks_exact(outputs.max(1))) {
                all[at * outputs..][..outputs].copy_from_slice(row);
            }
        }
        Ok(all)
    }

    pub(crate) fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// Classes, 1 for a number, 0 where it was trained on how texts go on.
    #[must_use]
    pub fn outputs(&self) -> usize {
        self.head.biases.len()
    }

    /// Weights in all: base, additions and head.
    #[must_use]
    pub fn parameters(&self) -> u64 {
        let pairs = self.additions.iter().flat_map(|additions| additions.adapters.pairs.values());
        let additions: usize =
            pairs.map(|pair| pair.a.dims().iter().product::<usize>() + pair.b.dims().iter().product::<usize>()).sum();
        self.encoder.parameters() + (additions + self.head.weights.len() + self.head.biases.len()) as u64
    }

    /// The network under the head, as it was tuned.
    #[must_use]
    pub fn encoder(&self) -> &Arc<Encoder> {
        &self.encoder
    }

    /// The weights that must be given to [`TunedModel::from_bytes`]: those that low-rank additions stand on. None: it stands alone.
    #[must_use]
    pub fn base(&self) -> Option<ContentHash> {
        self.additions.as_ref().map(|_| self.encoder.content_hash())
    }

    /// The same model with its additions in the matrices: `W + scale · B·A`. It stands alone, and predicts as fast as the base.
    ///
    /// # Errors
    ///
    /// If the tensor library fails.
    pub fn merged(&self) -> Result<Self, WeightsError> {
        let mut merged = self.clone();
        let Some(additions) = merged.additions.take() else { return Ok(merged) };
        let mut network: Network = self.encoder.network.clone();
        for ((block, target), Pair { a, b }) in &additions.adapters.pairs {
            let Some(place) = target.place(&network.shape) else { continue };
            let product = times(b, a)?;
            let (from, inputs, scale) = (place.from, place.inputs, additions.adapters.scale);
            network.change(Slot::Block(*block, target.part()), |weights| {
                add_scaled(&mut weights[from * inputs..][..product.len()], &product, scale);
            })?;
        }
        merged.encoder = Arc::new(self.encoder.with_network(network));
        Ok(merged)
    }

    /// Safetensors: only A, B and the head of low-rank additions; all weights and the tokenizer else. Equal models give equal bytes.
    ///
    /// # Errors
    ///
    /// If the tensor library fails.
    pub fn to_bytes(&self) -> Result<Vec<u8>, WeightsError> {
        let mut packer = Packer::default();
        let about = About {
            tokens: self.tokens,
            lora: self.additions.as_ref().map(|additions| additions.lora.clone()),
            base: self.base(),
            headless: self.outputs() == 0,
        };
        let about = serde_json::to_string(&about).map_err(|error| WeightsError::Product(error.to_string()))?;
        packer.note(ABOUT, about);
        match &self.additions {
            Some(additions) => pack_additions(&additions.adapters, "", &mut packer)?,
            None => self.encoder.pack(&mut packer)?,
        }
        let outputs = self.outputs();
        packer.add(WEIGHTS.into(), [outputs, self.encoder.width()], self.head.weights.clone());
        packer.add(BIASES.into(), [1, outputs], self.head.biases.clone());
        packer.bytes().map_err(WeightsError::Product)
    }

    /// What [`TunedModel::base`] of the model in these bytes is.
    ///
    /// # Errors
    ///
    /// If the bytes are no model.
    pub fn base_of(bytes: &[u8]) -> Result<Option<ContentHash>, StateError> {
        Ok(about(&Packed::read(bytes, "tuned model")?)?.base)
    }

    /// A model from what [`TunedModel::to_bytes`] wrote, and its base if it needs one.
    ///
    /// # Errors
    ///
    /// If the bytes are no model, or the base is not the one it was made on.
    pub fn from_bytes(bytes: &[u8], base: Option<Arc<Encoder>>) -> Result<Self, StateError> {
        let malformed = |found: String| StateError::Malformed { of: "tuned model", found };
        let packed = Packed::read(bytes, "tuned model")?;
        let About { tokens, lora, base: needed, headless } = about(&packed)?;
        let encoder = match needed {
            None => Arc::new(Encoder::unpack(&packed)?),
            Some(needed) => {
                let given = base.as_ref().map(|base| base.content_hash());
                let fits = base.filter(|base| base.content_hash() == needed);
                fits.ok_or_else(|| StateError::Base {
                    needed: needed.to_string(),
                    given: given.map_or_else(|| "none".into(), |given| given.to_string()),
                })?
            }
        };
        let head = Head { weights: packed.numbers(WEIGHTS)?, biases: packed.numbers(BIASES)? };
        if head.biases.is_empty() != headless || head.weights.len() != head.biases.len() * encoder.width() {
            return Err(malformed(format!("a head of {} weights", head.weights.len())));
        }
        let additions = match lora {
            Some(lora) => {
                let adapters = unpack_additions(&packed, &encoder, &lora, "")?;
                Some(Additions { lora, adapters })
            }
            None => None,
        };
        let vocabulary = cut(&encoder, tokens).map_err(malformed)?;
        Ok(Self { encoder, vocabulary, tokens, additions, head, seen_by: None })
    }
}

fn about(packed: &Packed<'_>) -> Result<About, StateError> {
    serde_json::from_str(packed.note(ABOUT)?)
        .map_err(|error| StateError::Malformed { of: "tuned model", found: error.to_string() })
}

fn name(before: &str, block: u16, target: crate::network::Target, which: &str) -> String {
    format!("{before}block.{block:03}.{}.{which}", target.name())
}

/// Writes A and B of all additions.
pub(super) fn pack_additions(adapters: &Adapters, before: &str, packer: &mut Packer) -> Result<(), WeightsError> {
    for ((block, target), pair) in &adapters.pairs {
        for (which, of) in [("a", &pair.a), ("b", &pair.b)] {
            packer.add(name(before, *block, *target, which), of.dims(), numbers(of.clone())?);
        }
    }
    Ok(())
}

/// Reads A and B of all additions.
pub(super) fn unpack_additions(
    packed: &Packed<'_>,
    encoder: &Encoder,
    lora: &Lora,
    before: &str,
) -> Result<Adapters, StateError> {
    let shape = &encoder.network.shape;
    let mut adapters = super::start::additions(shape, lora, 0);
    for ((block, target), pair) in &mut adapters.pairs {
        for (which, of) in [("a", &mut pair.a), ("b", &mut pair.b)] {
            let name = name(before, *block, *target, which);
            let values = packed.numbers(&name)?;
            let [rows, columns] = of.dims();
            if values.len() != rows * columns {
                let found = format!("`{name}` has {} numbers, not {}", values.len(), rows * columns);
                return Err(StateError::Malformed { of: "tuned model", found });
            }
            *of = matrix(values, rows, columns);
        }
    }
    Ok(adapters)
}

/// Lets a function change the numbers of A or B of an addition.
pub(super) fn change_pair(pair: &mut Pair, is_a: bool, with: impl FnOnce(&mut [f32])) -> Result<(), WeightsError> {
    change(if is_a { &mut pair.a } else { &mut pair.b }, with)
}
