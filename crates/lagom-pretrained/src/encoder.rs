//! A pretrained network that makes one vector of a text.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::architecture::Architecture;
use crate::error::{StateError, WeightsError};
use crate::folder::{ContentHash, Folder, Manner, Pooling};
use crate::kernels::unit_length;
use crate::network::{Adapters, Batch, Network};
use crate::packed::{Packed, Packer};
use crate::product::Rows;
use crate::shape::Shape;
use crate::slot::Slot;
use crate::tokenizer::{Tokens, Vocabulary};

/// Embeddings of texts.
#[derive(Debug, Clone, PartialEq)]
pub struct Embedded {
    /// `[texts, width]`, row-major, in the order of the texts.
    pub vectors: Vec<f32>,
    /// Numbers of one embedding.
    pub width: usize,
    /// Texts that were longer than the context and were cut.
    pub cut: usize,
    /// Tokens read, special ones included.
    pub tokens: u64,
}

/// The vectors of a text's tokens behind the last block.
#[derive(Debug, Clone, PartialEq)]
pub struct HiddenStates {
    /// The tokens' numbers, special ones included.
    pub tokens: Vec<u32>,
    /// `[tokens, width]`, row-major.
    pub values: Vec<f32>,
    /// Numbers of one vector.
    pub width: usize,
}

/// A network of any [`Architecture`] but static embeddings, in memory.
#[derive(Debug, Clone)]
pub struct Encoder {
    pub(crate) network: Network,
    pub(crate) vocabulary: Arc<Vocabulary>,
    pub(crate) manner: Manner,
    hash: ContentHash,
}

/// What is written beside the weights.
#[derive(serde::Serialize, serde::Deserialize)]
struct About {
    shape: Shape,
    manner: Manner,
    hash: ContentHash,
}

const ABOUT: &str = "lagom.encoder";
const VOCABULARY: &str = "lagom.tokenizer";

impl Encoder {
    /// Reads the weights of a folder.
    ///
    /// # Errors
    ///
    /// If a tensor is missing, damaged or of another shape, or the architecture has no network.
    pub fn load(folder: &Folder) -> Result<Self, WeightsError> {
        let Some(shape) = folder.shape() else {
            return Err(WeightsError::Unfit {
                folder: folder.path().into(),
                architecture: folder.architecture().name().into(),
                asked: "run a network".into(),
                instead: "it is a table of vectors (`StaticEmbedding`)".into(),
            });
        };
        let network = Network::new(shape.clone(), folder.weights()?).map_err(WeightsError::Product)?;
        Self::assemble(network, folder.vocabulary()?, folder.manner().clone(), folder.content_hash()?)
            .map_err(WeightsError::Product)
    }

    fn assemble(
        network: Network,
        mut vocabulary: Vocabulary,
        manner: Manner,
        hash: ContentHash,
    ) -> Result<Self, String> {
        let context = manner.context.unwrap_or(network.shape.positions).min(network.shape.positions);
        vocabulary.cut_to(Some(context))?;
        Ok(Self { network, vocabulary: Arc::new(vocabulary), manner, hash })
    }

    /// The same with another network of the same shape, such as one that was tuned.
    pub(crate) fn with_network(&self, network: Network) -> Self {
        Self { network, vocabulary: self.vocabulary.clone(), manner: self.manner.clone(), hash: self.hash }
    }

    /// One vector a text, as the folder says (pooling, length 1), `batch` texts at a time, sorted by length: no work goes into padding.
    ///
    /// # Errors
    ///
    /// If the tokenizer fails on a text.
    pub fn embed(&self, texts: &[&str], batch: usize) -> Result<Embedded, WeightsError> {
        let tokens = self.encode(texts)?;
        let width = self.width();
        let mut vectors = vec![0.0; texts.len() * width];
        for batch in self.batches(&tokens, batch) {
            let pooled = self.pooled(&tokens, &batch, None)?;
            for (at, row) in batch.iter().zip(pooled.values.chunks_exact(width)) {
                vectors[at * width..][..width].copy_from_slice(row);
            }
        }
        Ok(Embedded {
            vectors,
            width,
            cut: tokens.iter().filter(|tokens| tokens.cut).count(),
            tokens: tokens.iter().map(|tokens| tokens.ids.len() as u64).sum(),
        })
    }

    /// The numbers of a text's tokens, special ones included.
    ///
    /// # Errors
    ///
    /// If the tokenizer fails.
    pub fn tokens_of(&self, text: &str) -> Result<Vec<u32>, WeightsError> {
        Ok(self.vocabulary.encode(text, 0, true)?.ids)
    }

    /// The vectors of a text's tokens behind the last block.
    ///
    /// # Errors
    ///
    /// If the tokenizer fails.
    pub fn hidden_states(&self, text: &str) -> Result<HiddenStates, WeightsError> {
        let tokens = encode(&self.vocabulary, &[text], self.network.shape.vocabulary)?.remove(0).ids;
        let rows = self.network.forward(&Batch::new([tokens.as_slice()]), None)?;
        Ok(HiddenStates { tokens, values: rows.values, width: rows.columns })
    }

    /// The means over the vectors of all tokens of each text, `[texts, width]`.
    pub(crate) fn means(&self, texts: &[Vec<u32>]) -> Result<Vec<f32>, WeightsError> {
        for (at, ids) in texts.iter().enumerate() {
            check(ids, at, self.network.shape.vocabulary)?;
        }
        let batch = Batch::new(texts.iter().map(Vec::as_slice));
        let hidden = self.network.forward(&batch, None)?;
        Ok(pool(&hidden, &batch, Pooling::Mean).values)
    }

    /// The tokens of texts; a text without any gets the first of the vocabulary, so that each has a vector.
    pub(crate) fn encode(&self, texts: &[&str]) -> Result<Vec<Tokens>, WeightsError> {
        encode(&self.vocabulary, texts, self.network.shape.vocabulary)
    }

    /// Texts in batches, sorted by length (then by place, so that the order is fixed).
    pub(crate) fn batches(&self, tokens: &[Tokens], batch: usize) -> Vec<Vec<usize>> {
        let mut order: Vec<usize> = (0..tokens.len()).collect();
        order.sort_by_key(|at| (tokens[*at].ids.len(), *at));
        order.chunks(batch.max(1)).map(<[usize]>::to_vec).collect()
    }

    /// The pooled vectors of some of the texts, at length 1 if the folder says so.
    pub(crate) fn pooled(
        &self,
        tokens: &[Tokens],
        which: &[usize],
        adapters: Option<&Adapters>,
    ) -> Result<Rows, WeightsError> {
        let batch = Batch::new(which.iter().map(|at| tokens[*at].ids.as_slice()));
        let hidden = self.network.forward(&batch, adapters)?;
        let mut pooled = pool(&hidden, &batch, self.manner.pooling);
        if self.manner.normalises {
            unit_length(&mut pooled.values, pooled.columns);
        }
        Ok(pooled)
    }

    /// Numbers of one embedding.
    #[must_use]
    pub fn width(&self) -> usize {
        self.network.shape.width
    }

    /// Weights of the network.
    #[must_use]
    pub fn parameters(&self) -> u64 {
        self.network.count()
    }

    /// What it is.
    #[must_use]
    pub fn architecture(&self) -> Architecture {
        self.network.shape.architecture
    }

    /// Content hash of the folder that it came from.
    #[must_use]
    pub fn content_hash(&self) -> ContentHash {
        self.hash
    }

    /// Floating-point operations of one forward pass over so many tokens (two for each multiplication of a weight; attention's own
    /// products, which are few for short texts, are left out).
    #[must_use]
    pub fn operations(&self, tokens: u64) -> u64 {
        let weights: u64 = self
            .network
            .shape
            .parameters()
            .iter()
            .filter(|parameter| parameter.is_matrix && !matches!(parameter.slot, Slot::Tokens | Slot::Output))
            .map(|parameter| (parameter.rows * parameter.columns) as u64)
            .sum();
        2 * weights * tokens
    }

    /// Everything in one block (weights, tokenizer, pooling), in safetensors' format: for bundles that stand alone.
    ///
    /// # Errors
    ///
    /// If the tensor library fails.
    pub fn to_bytes(&self) -> Result<Vec<u8>, WeightsError> {
        let mut packer = Packer::default();
        self.pack(&mut packer)?;
        packer.bytes().map_err(WeightsError::Product)
    }

    pub(crate) fn pack(&self, packer: &mut Packer) -> Result<(), WeightsError> {
        let about = About { shape: self.network.shape.clone(), manner: self.manner.clone(), hash: self.hash };
        let about = serde_json::to_string(&about).map_err(|error| WeightsError::Product(error.to_string()))?;
        packer.note(ABOUT, about);
        packer.note(VOCABULARY, self.vocabulary.json.clone());
        let shapes: HashMap<Slot, [usize; 2]> =
            self.network.shape.parameters().iter().map(|p| (p.slot, [p.rows, p.columns])).collect();
        for (slot, numbers) in self.network.numbers()? {
            packer.add(slot.to_string(), shapes[&slot], numbers);
        }
        Ok(())
    }

    /// An encoder from what [`Encoder::to_bytes`] wrote.
    ///
    /// # Errors
    ///
    /// If the bytes are none.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, StateError> {
        Self::unpack(&Packed::read(bytes, "encoder")?)
    }

    pub(crate) fn unpack(packed: &Packed) -> Result<Self, StateError> {
        let malformed = |found: String| StateError::Malformed { of: "encoder", found };
        let about: About = serde_json::from_str(packed.note(ABOUT)?).map_err(|error| malformed(error.to_string()))?;
        if !about.shape.is_sound() {
            return Err(malformed(format!("no network has the shape {:?}", about.shape)));
        }
        let vocabulary = Vocabulary::from_json(packed.note(VOCABULARY)?.to_owned()).map_err(malformed)?;
        if vocabulary.rows() > about.shape.vocabulary {
            return Err(malformed(format!("{} tokens, {} rows", vocabulary.rows(), about.shape.vocabulary)));
        }
        let mut numbers = Vec::new();
        for parameter in about.shape.parameters() {
            numbers.push((parameter.slot, packed.numbers(&parameter.slot.to_string())?));
        }
        let network = Network::new(about.shape, numbers).map_err(malformed)?;
        Self::assemble(network, vocabulary, about.manner, about.hash).map_err(malformed)
    }
}

/// The tokens of texts, each of at least one, none of them beyond the `rows` of the embedding.
pub(crate) fn encode(vocabulary: &Vocabulary, texts: &[&str], rows: usize) -> Result<Vec<Tokens>, WeightsError> {
    let mut known: BTreeMap<&str, usize> = BTreeMap::new();
    let mut all: Vec<Tokens> = Vec::with_capacity(texts.len());
    for (at, text) in texts.iter().enumerate() {
        let tokens = match known.get(text) {
            Some(same) => all[*same].clone(),
            None => {
                let mut tokens = vocabulary.encode(text, at, true)?;
                if tokens.ids.is_empty() {
                    tokens.ids.push(0);
                }
                check(&tokens.ids, at, rows)?;
                known.insert(text, at);
                tokens
            }
        };
        all.push(tokens);
    }
    Ok(all)
}

/// Refuses tokens that the embedding has no row for.
pub(crate) fn check(ids: &[u32], at: usize, rows: usize) -> Result<(), WeightsError> {
    match ids.iter().find(|id| **id as usize >= rows) {
        None => Ok(()),
        Some(id) => Err(WeightsError::Text {
            at,
            error: format!("token {id}, which was added to the tokenizer, but the embedding has {rows} rows"),
        }),
    }
}

/// One vector a text.
pub(crate) fn pool(hidden: &Rows, batch: &Batch, pooling: Pooling) -> Rows {
    let width = hidden.columns;
    let mut pooled = Vec::with_capacity((batch.starts.len() - 1) * width);
    for text in batch.starts.windows(2) {
        let row = |at: usize| &hidden.values[at * width..][..width];
        match pooling {
            Pooling::Cls => pooled.extend_from_slice(row(text[0])),
            Pooling::Last => pooled.extend_from_slice(row(text[1] - 1)),
            Pooling::Mean => {
                let mut sums = row(text[0]).to_vec();
                for at in text[0] + 1..text[1] {
                    sums.iter_mut().zip(row(at)).for_each(|(sum, x)| *sum += x);
                }
                let share = 1.0 / (text[1] - text[0]) as f32;
                pooled.extend(sums.iter().map(|sum| sum * share));
            }
        }
    }
    Rows::new(pooled, width)
}

/// The gradient of each token's vector from that of the pooled ones.
pub(crate) fn pool_backward(gradient: &Rows, batch: &Batch, pooling: Pooling) -> Vec<f32> {
    let width = gradient.columns;
    let mut back = vec![0.0; batch.ids.len() * width];
    for (text, row) in batch.starts.windows(2).zip(gradient.values.chunks_exact(width.max(1))) {
        match pooling {
            Pooling::Cls => back[text[0] * width..][..width].copy_from_slice(row),
            Pooling::Last => back[(text[1] - 1) * width..][..width].copy_from_slice(row),
            Pooling::Mean => {
                let share = 1.0 / (text[1] - text[0]) as f32;
                for at in text[0]..text[1] {
                    back[at * width..][..width].iter_mut().zip(row).for_each(|(back, g)| *back = g * share);
                }
            }
        }
    }
    back
}
