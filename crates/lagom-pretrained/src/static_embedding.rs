//! Static embeddings: the mean of a text's token rows (model2vec).

use half::f16;
use half::slice::HalfFloatSliceExt;

use crate::encoder::{Embedded, check};
use crate::error::{StateError, WeightsError};
use crate::folder::{ContentHash, Folder, Manner, Pooling, STATIC_CONTEXT, Table};
use crate::packed::{Packed, Packer};
use crate::tokenizer::Vocabulary;

/// A table of token rows, in memory.
#[derive(Debug, Clone)]
pub struct StaticEmbedding {
    /// `[rows, width]`.
    table: Numbers,
    width: usize,
    /// The row of each token; none: its own number.
    rows: Option<Vec<u32>>,
    /// What each token counts; none: all the same.
    weights: Option<Vec<f32>>,
    /// How many tokens have a row.
    reached: usize,
    vocabulary: Vocabulary,
    /// A token that is left out.
    unknown: Option<u32>,
    /// Characters from which on a text is cut before it is read (model2vec's guess at the length of its context).
    characters: Option<usize>,
    manner: Manner,
    hash: ContentHash,
}

/// The numbers of a table, with as many bytes in memory as in a file.
#[derive(Debug, Clone)]
enum Numbers {
    Single(Vec<f32>),
    Half(Vec<f16>),
}

/// Numbers of half precision that are turned into single precision together.
const TOGETHER: usize = 64;

impl Numbers {
    fn len(&self) -> usize {
        match self {
            Self::Single(numbers) => numbers.len(),
            Self::Half(numbers) => numbers.len(),
        }
    }

    /// Adds `weight` times a row to sums.
    fn add(&self, row: usize, weight: f64, sums: &mut [f64]) {
        let of = row * sums.len()..(row + 1) * sums.len();
        match self {
            Self::Single(numbers) => {
                sums.iter_mut().zip(&numbers[of]).for_each(|(sum, x)| *sum += weight * f64::from(*x));
            }
            Self::Half(numbers) => {
                // Together: processors turn many of them into single precision at once.
                let mut wide = [0.0_f32; TOGETHER];
                for (sums, halves) in sums.chunks_mut(TOGETHER).zip(numbers[of].chunks(TOGETHER)) {
                    let wide = &mut wide[..halves.len()];
                    halves.convert_to_f32_slice(wide);
                    sums.iter_mut().zip(&*wide).for_each(|(sum, x)| *sum += weight * f64::from(*x));
                }
            }
        }
    }
}

/// What is written beside the numbers.
#[derive(serde::Serialize, serde::Deserialize)]
struct About {
    width: usize,
    rows: Option<Vec<u32>>,
    manner: Manner,
    hash: ContentHash,
    /// Whether the table is written with two bytes a number.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    is_half: bool,
}

/// Characters from which on model2vec cuts a text: as many as its context would have if each token had the median length.
pub(crate) fn characters(vocabulary: &Vocabulary, context: usize) -> usize {
    let mut lengths: Vec<usize> = vocabulary.tokens().iter().map(|token| token.chars().count()).collect();
    lengths.sort_unstable();
    let middle = lengths.len() / 2;
    let median = match lengths.len() {
        0 => 1,
        count if count % 2 == 1 => lengths[middle],
        _ => (lengths[middle - 1] + lengths[middle]) / 2,
    };
    context * median
}

/// Refuses a table in which no row differs from another, so that every text would get the same vector.
fn tells_apart<T: Copy + PartialEq + Into<f32>>(table: &[T], width: usize) -> Result<(), String> {
    let rows = || table.chunks_exact(width.max(1));
    if let Some(at) = table.iter().position(|number| !(*number).into().is_finite()) {
        return Err(format!("a table whose row {} holds a number that is none, or infinite", at / width.max(1)));
    }
    let first = rows().next();
    if rows().len() > 1 && rows().all(|row| Some(row) == first) {
        return Err(format!(
            "a table of {} rows that are all the same, with {} as the first number of each",
            rows().len(),
            table[0].into()
        ));
    }
    Ok(())
}

const ABOUT: &str = "lagom.static";
const VOCABULARY: &str = "lagom.tokenizer";

impl StaticEmbedding {
    /// Reads the table of a folder.
    ///
    /// # Errors
    ///
    /// If a tensor is missing, damaged or of another shape, or the folder has no static embeddings.
    pub fn load(folder: &Folder) -> Result<Self, WeightsError> {
        if folder.shape().is_some() {
            return Err(WeightsError::Unfit {
                folder: folder.path().into(),
                architecture: folder.architecture().name().into(),
                asked: "be read as a table of vectors".into(),
                instead: "it is a network (`Encoder`)".into(),
            });
        }
        let Table { values: table, rows, weights } = folder.table()?;
        let about = About {
            width: folder.width(),
            rows,
            manner: folder.manner().clone(),
            hash: folder.content_hash()?,
            is_half: false,
        };
        Self::assemble(Numbers::Single(table), weights, folder.vocabulary()?, about).map_err(|found| {
            WeightsError::Malformed {
                file: folder.path().into(),
                found,
                expected: "a table with a row of its own for each token".into(),
            }
        })
    }

    /// Rows `[tokens, width]` of half precision that were distilled out of an encoder.
    pub(crate) fn distilled(
        (table, width): (Vec<f16>, usize),
        vocabulary: Vocabulary,
        hash: ContentHash,
    ) -> Result<Self, String> {
        let manner = Manner { pooling: Pooling::Mean, normalises: true, context: Some(STATIC_CONTEXT) };
        Self::assemble(Numbers::Half(table), None, vocabulary, About { width, rows: None, manner, hash, is_half: true })
    }

    fn assemble(
        table: Numbers,
        weights: Option<Vec<f32>>,
        mut vocabulary: Vocabulary,
        about: About,
    ) -> Result<Self, String> {
        let About { width, rows, manner, hash, .. } = about;
        if width == 0 || !table.len().is_multiple_of(width) {
            return Err(format!("a table of {} numbers in rows of {width}", table.len()));
        }
        match &table {
            Numbers::Single(table) => tells_apart(table, width)?,
            Numbers::Half(table) => tells_apart(table, width)?,
        }
        let (count, tokens) = (table.len() / width, vocabulary.rows());
        if let Some(row) = rows.iter().flatten().find(|row| **row as usize >= count) {
            return Err(format!("a token at row {row} of a table of {count} rows"));
        }
        let reached = rows.as_ref().map_or(count, Vec::len);
        let reached = weights.as_ref().map_or(reached, |weights| weights.len().min(reached));
        if reached < tokens {
            return Err(format!("{tokens} tokens, but rows for {reached}"));
        }
        vocabulary.cut_to(manner.context)?;
        let characters = manner.context.map(|context| characters(&vocabulary, context));
        let unknown = vocabulary.unknown();
        Ok(Self { table, width, rows, weights, reached, vocabulary, unknown, characters, manner, hash })
    }

    /// One vector a text; a text without a known token gets zeros, as in model2vec. `batch` is of no use here: a text is a mean of rows.
    ///
    /// # Errors
    ///
    /// If the tokenizer fails on a text.
    pub fn embed(&self, texts: &[&str], _batch: usize) -> Result<Embedded, WeightsError> {
        let mut embedded = Embedded { vectors: Vec::new(), width: self.width, cut: 0, tokens: 0 };
        embedded.vectors.reserve(texts.len() * self.width);
        for (at, text) in texts.iter().enumerate() {
            let end = self.characters.and_then(|count| text.char_indices().nth(count)).map(|(end, _)| end);
            let tokens = self.vocabulary.encode(&text[..end.unwrap_or(text.len())], at, false)?;
            check(&tokens.ids, at, self.reached)?;
            embedded.cut += usize::from(tokens.cut || end.is_some());
            embedded.tokens += tokens.ids.len() as u64;
            embedded.vectors.extend(self.vector(&tokens.ids));
        }
        Ok(embedded)
    }

    fn vector(&self, ids: &[u32]) -> Vec<f32> {
        let mut sums = vec![0.0f64; self.width];
        let mut count = 0u32;
        for id in ids.iter().filter(|id| Some(**id) != self.unknown) {
            let id = *id as usize;
            let row = self.rows.as_ref().map_or(id, |rows| rows[id] as usize);
            let weight = self.weights.as_ref().map_or(1.0, |weights| f64::from(weights[id]));
            self.table.add(row, weight, &mut sums);
            count += 1;
        }
        let share = 1.0 / f64::from(count.max(1));
        sums.iter_mut().for_each(|sum| *sum *= share);
        if self.manner.normalises {
            let length = sums.iter().map(|x| x * x).sum::<f64>().sqrt() + 1e-32;
            sums.iter_mut().for_each(|sum| *sum /= length);
        }
        sums.into_iter().map(|sum| sum as f32).collect()
    }

    pub(crate) fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    pub(crate) fn characters(&self) -> Option<usize> {
        self.characters
    }

    /// Numbers of one embedding.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// Numbers in the table, and weights of tokens.
    #[must_use]
    pub fn parameters(&self) -> u64 {
        (self.table.len() + self.weights.as_ref().map_or(0, Vec::len)) as u64
    }

    /// Content hash of the folder that it came from.
    #[must_use]
    pub fn content_hash(&self) -> ContentHash {
        self.hash
    }

    /// Everything in one block, in safetensors' format.
    ///
    /// # Errors
    ///
    /// If that format cannot hold it.
    pub fn to_bytes(&self) -> Result<Vec<u8>, WeightsError> {
        let about = About {
            width: self.width,
            rows: self.rows.clone(),
            manner: self.manner.clone(),
            hash: self.hash,
            is_half: matches!(self.table, Numbers::Half(_)),
        };
        let about = serde_json::to_string(&about).map_err(|error| WeightsError::Product(error.to_string()))?;
        let mut packer = Packer::default();
        packer.note(ABOUT, about);
        packer.note(VOCABULARY, self.vocabulary.json.clone());
        let shape = [self.table.len() / self.width, self.width];
        match &self.table {
            Numbers::Half(table) => packer.add_half("table".into(), shape, table),
            Numbers::Single(table) => packer.add("table".into(), shape, table.clone()),
        }
        if let Some(weights) = &self.weights {
            packer.add("weights".into(), [1, weights.len()], weights.clone());
        }
        packer.bytes().map_err(WeightsError::Product)
    }

    /// A table from what [`StaticEmbedding::to_bytes`] wrote.
    ///
    /// # Errors
    ///
    /// If the bytes are none.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, StateError> {
        let malformed = |found: String| StateError::Malformed { of: "static embedding", found };
        let packed = Packed::read(bytes, "static embedding")?;
        let about: About = serde_json::from_str(packed.note(ABOUT)?).map_err(|error| malformed(error.to_string()))?;
        let vocabulary = Vocabulary::from_json(packed.note(VOCABULARY)?.to_owned()).map_err(malformed)?;
        let weights = if packed.has("weights") { Some(packed.numbers("weights")?) } else { None };
        let table = match about.is_half {
            true => Numbers::Half(packed.halves("table")?),
            false => Numbers::Single(packed.numbers("table")?),
        };
        Self::assemble(table, weights, vocabulary, about).map_err(malformed)
    }
}
