//! Static embeddings out of an encoder, as model2vec's `distill` makes them: each token of the vocabulary goes through the network alone, and
//! its vector is brought to fewer numbers.
//!
//! ```text
//! Encoder ── Distillation::of ──> tokens that are kept ── vectors ──> one vector a token: the mean over `[CLS] token [SEP]`
//! vectors ── whole ──> Distilled: principal components, the largest first, each row times its weight
//! Distilled ── embedding ──> StaticEmbedding of the first 64, 128, 256 … components
//! ```
//!
//! A token weighs `a / (a + p)` (Arora, Liang & Ma 2017, "A simple but tough-to-beat baseline for sentence embeddings"), with `a` = 1e-4 and `p`
//! its share among all by Zipf's law: vocabularies are sorted by frequency, so that the place of a token stands for its rank. Since components are
//! the same whatever their number, one distillation serves all sizes.

mod components;
mod rotation;
mod vocabulary;

use std::ops::Range;

use half::f16;

use crate::encoder::Encoder;
use crate::error::{StateError, WeightsError};
use crate::folder::{ContentHash, Folder};
use crate::packed::{Packed, Packer};
use crate::static_embedding::StaticEmbedding;
use crate::tokenizer::Vocabulary;

use components::Components;
use vocabulary::{Kept, kept};

/// Tokens that go through the network together, with the marks around each some four hundred.
const TOGETHER: usize = 128;

/// Tokens whose vectors are looked at before all are worked out.
const FEW: usize = 32;

/// Numbers that differ by less than this part of the largest are the same but for rounding.
const ROUNDING: f32 = 1e-6;

/// The part of a weight that does not hang on the frequency (model2vec's `sif_coefficient`).
const SMOOTHING: f64 = 1e-4;

/// The rank of the first token, as model2vec counts.
const FIRST_RANK: f64 = 2.0;

/// The tokens of an encoder that get a vector of their own.
#[derive(Debug, Clone)]
pub struct Distillation<'a> {
    encoder: &'a Encoder,
    kept: Kept,
    /// Marks in front of a text, and behind it.
    around: (Vec<u32>, Vec<u32>),
}

/// What is refused of a folder.
fn unfit(folder: &Folder, instead: &str) -> WeightsError {
    WeightsError::Unfit {
        folder: folder.path().into(),
        architecture: folder.architecture().name().into(),
        asked: "be distilled into static embeddings".into(),
        instead: instead.into(),
    }
}

/// How many tokens of a folder's vocabulary static embeddings out of it would have. Reads the tokenizer and no weight.
///
/// # Errors
///
/// If the folder holds no encoder, or a tokenizer without a vocabulary.
pub fn distilled_tokens(folder: &Folder) -> Result<usize, WeightsError> {
    if folder.shape().is_none() {
        return Err(unfit(folder, "it is static already"));
    }
    if folder.architecture().is_decoder() {
        return Err(unfit(folder, "encoders are: a decoder's vector of a token alone says what may follow it"));
    }
    Ok(kept_of(&folder.vocabulary()?)?.ids.len())
}

/// The vocabulary that static embeddings out of an encoder have, as they read texts.
pub(crate) fn distilled_vocabulary(of: &Vocabulary) -> Result<Vocabulary, WeightsError> {
    let malformed = |found: String| WeightsError::Product(format!("the vocabulary without special tokens: {found}"));
    let mut vocabulary = Vocabulary::from_json(kept_of(of)?.json).map_err(malformed)?;
    vocabulary.cut_to(Some(Distilled::CONTEXT)).map_err(malformed)?;
    Ok(vocabulary)
}

fn kept_of(vocabulary: &Vocabulary) -> Result<Kept, WeightsError> {
    kept(&vocabulary.json).map_err(|found| WeightsError::Malformed {
        file: "tokenizer.json".into(),
        found,
        expected: "a vocabulary of which words are left without special tokens".into(),
    })
}

impl<'a> Distillation<'a> {
    /// Which tokens are kept: all but special ones, those that were added, and BERT's `[unused…]`; the unknown token and the one for padding stay.
    ///
    /// # Errors
    ///
    /// If the network reads from left to right alone, or the tokenizer has no vocabulary.
    pub fn of(encoder: &'a Encoder) -> Result<Self, WeightsError> {
        if encoder.architecture().is_decoder() {
            return Err(WeightsError::Product("only encoders are distilled into static embeddings".into()));
        }
        let kept = kept_of(&encoder.vocabulary)?;
        Ok(Self { encoder, kept, around: encoder.vocabulary.marks()? })
    }

    /// How many tokens are kept.
    #[must_use]
    pub fn tokens(&self) -> usize {
        self.kept.ids.len()
    }

    /// Looks at the vectors of a few tokens from all over the vocabulary, so that weights that tell nothing are known before the work.
    ///
    /// # Errors
    ///
    /// If these vectors are all the same, or as [`Distillation::vectors`].
    pub fn check(&self) -> Result<(), WeightsError> {
        let few = FEW.min(self.tokens());
        let mut all = Vec::with_capacity(few * self.encoder.width());
        for at in (0..few).map(|one| one * self.tokens() / few) {
            all.extend(self.vectors(at..at + 1)?);
        }
        let mut rows = all.chunks_exact(self.encoder.width());
        let first = rows.next().unwrap_or_default();
        let largest = first.iter().fold(0.0_f32, |most, number| most.max(number.abs()));
        let is_first = |row: &[f32]| row.iter().zip(first).all(|(one, own)| (one - own).abs() <= ROUNDING * largest);
        if rows.all(is_first) {
            return Err(WeightsError::Undistilled(format!(
                "the network makes the same vector of each of {few} tokens from all over its vocabulary, so that texts can't be told apart"
            )));
        }
        Ok(())
    }

    /// The vectors of some of the kept tokens, `[tokens, width]`: each alone between the marks that the tokenizer puts around a text, the mean over
    /// all of these, whatever the folder says of pooling.
    ///
    /// # Errors
    ///
    /// If the tensor library fails, a token has no row, or a vector is no number.
    pub fn vectors(&self, tokens: Range<usize>) -> Result<Vec<f32>, WeightsError> {
        let mut all = Vec::with_capacity(tokens.len() * self.encoder.width());
        for ids in self.kept.ids[tokens].chunks(TOGETHER) {
            let text = |id: &u32| [&self.around.0[..], &[*id], &self.around.1].concat();
            all.extend(self.encoder.means(&ids.iter().map(text).collect::<Vec<_>>())?);
        }
        if all.iter().any(|number| !number.is_finite()) {
            return Err(WeightsError::Undistilled("the network makes vectors of tokens that are no numbers".into()));
        }
        Ok(all)
    }

    /// What the vectors of all kept tokens come to: principal components times the weight of each token.
    ///
    /// # Errors
    ///
    /// If there are not that many vectors, or the tensor library fails.
    pub fn whole(self, mut vectors: Vec<f32>) -> Result<Distilled, WeightsError> {
        let (width, tokens) = (self.encoder.width(), self.tokens());
        if vectors.len() != tokens * width {
            return Err(WeightsError::Product(format!("{} numbers for {tokens} tokens of {width}", vectors.len())));
        }
        Components::of(&vectors, width)?.apply(&mut vectors)?;
        for (row, weight) in vectors.chunks_exact_mut(width).zip(weights(tokens)) {
            row.iter_mut().for_each(|number| *number = (f64::from(*number) * weight) as f32);
        }
        Ok(Distilled { vocabulary: self.kept.json, width, table: vectors })
    }
}

/// How much each of so many tokens weighs, by its place.
fn weights(tokens: usize) -> impl Iterator<Item = f64> {
    let rank = |place: usize| 1.0 / (place as f64 + FIRST_RANK);
    let sum: f64 = (0..tokens).map(rank).sum();
    (0..tokens).map(move |place| SMOOTHING / (SMOOTHING + rank(place) / sum))
}

/// Static embeddings of every size that an encoder comes to.
#[derive(Debug, Clone, PartialEq)]
pub struct Distilled {
    /// The tokenizer, as tokenizer.json has it.
    vocabulary: String,
    width: usize,
    /// `[tokens, width]`, the largest component first.
    table: Vec<f32>,
}

/// What is written beside the numbers.
#[derive(serde::Serialize, serde::Deserialize)]
struct About {
    width: usize,
}

const ABOUT: &str = "lagom.distilled";
const VOCABULARY: &str = "lagom.tokenizer";
const TABLE: &str = "components";

impl Distilled {
    /// Tokens that static embeddings read of a text, as model2vec does where nothing else is said.
    pub const CONTEXT: usize = crate::folder::STATIC_CONTEXT;

    /// How many components there are: the width of the encoder.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// How many tokens there are.
    #[must_use]
    pub fn tokens(&self) -> usize {
        self.table.len() / self.width.max(1)
    }

    /// Static embeddings of the first `dimensions` components, in half precision as model2vec keeps them; vectors of texts have length 1.
    ///
    /// # Errors
    ///
    /// If there are not so many components, a number is too large for half precision, or no row differs from another.
    pub fn embedding(&self, dimensions: usize) -> Result<StaticEmbedding, WeightsError> {
        let failed =
            |found: String| WeightsError::Undistilled(format!("static embeddings of {dimensions} numbers: {found}"));
        if dimensions == 0 || dimensions > self.width {
            return Err(failed(format!("there are {} components", self.width)));
        }
        let rows = self.table.chunks_exact(self.width).flat_map(|row| &row[..dimensions]);
        let table: Vec<f16> = rows.map(|number| f16::from_f32(*number)).collect();
        if table.iter().any(|number| !number.is_finite()) {
            return Err(failed("a number is too large for half precision".into()));
        }
        let mut hasher = blake3::Hasher::new();
        hasher.update(format!("distilled {dimensions}\n").as_bytes()).update(self.vocabulary.as_bytes());
        table.iter().for_each(|number| {
            hasher.update(&number.to_f32().to_le_bytes());
        });
        let vocabulary = Vocabulary::from_json(self.vocabulary.clone()).map_err(failed)?;
        let hash = ContentHash(*hasher.finalize().as_bytes());
        StaticEmbedding::distilled((table, dimensions), vocabulary, hash).map_err(failed)
    }

    /// Everything in one block, in safetensors' format.
    ///
    /// # Errors
    ///
    /// If that format cannot hold it.
    pub fn to_bytes(&self) -> Result<Vec<u8>, WeightsError> {
        let about = serde_json::to_string(&About { width: self.width });
        let mut packer = Packer::default();
        packer.note(ABOUT, about.map_err(|error| WeightsError::Product(error.to_string()))?);
        packer.note(VOCABULARY, self.vocabulary.clone());
        packer.add(TABLE.into(), [self.tokens(), self.width], self.table.clone());
        packer.bytes().map_err(WeightsError::Product)
    }

    /// What [`Distilled::to_bytes`] wrote.
    ///
    /// # Errors
    ///
    /// If the bytes are none.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, StateError> {
        let malformed = |found: String| StateError::Malformed { of: "distillation", found };
        let packed = Packed::read(bytes, "distillation")?;
        let About { width } =
            serde_json::from_str(packed.note(ABOUT)?).map_err(|error| malformed(error.to_string()))?;
        let table = packed.numbers(TABLE)?;
        if width == 0 || table.is_empty() || !table.len().is_multiple_of(width) {
            return Err(malformed(format!("{} numbers in rows of {width}", table.len())));
        }
        Ok(Self { vocabulary: packed.note(VOCABULARY)?.to_owned(), width, table })
    }
}

#[cfg(test)]
mod tests;
