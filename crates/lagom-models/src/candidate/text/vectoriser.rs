//! From texts to sparse TF-IDF rows.

use serde::{Deserialize, Serialize};

use super::config::{NgramConfig, TextError};
use super::ngram;
use crate::candidate::linear::Sparse;

/// The buckets that occur in the training texts, numbered from 0 in rising order: the columns.
///
/// A column is looked up in two reads: how many buckets are used before the bucket's group of 64, and how
/// many of its group before it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Used {
    /// `[buckets / 64, rounded up]`: one bit a bucket.
    bits: Vec<u64>,
    /// `[buckets / 64, rounded up]`: columns before each group.
    before: Vec<u32>,
}

impl Used {
    /// Numbers the buckets that `occurs` marks.
    fn new(occurs: impl Iterator<Item = bool>) -> Self {
        let (mut bits, mut before, mut columns) = (Vec::new(), Vec::new(), 0);
        for (bucket, occurs) in occurs.enumerate() {
            if bucket % 64 == 0 {
                bits.push(0);
                before.push(columns);
            }
            if let (true, Some(group)) = (occurs, bits.last_mut()) {
                *group |= 1u64 << (bucket % 64);
                columns += 1;
            }
        }
        Self { bits, before }
    }

    /// The column of a bucket, if it is used.
    fn column(&self, bucket: u32) -> Option<u32> {
        let group = (bucket / 64) as usize;
        let (bits, before) = (self.bits.get(group)?, self.before.get(group)?);
        let bit = 1u64 << (bucket % 64);
        (bits & bit != 0).then(|| before + (bits & (bit - 1)).count_ones())
    }
}

/// What the training texts have taught: which buckets occur, and how much each weighs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Vectoriser {
    config: NgramConfig,
    used: Used,
    /// `[columns]`: inverse document frequency, `ln((1 + texts) / (1 + texts with it)) + 1`
    /// (scikit-learn's `smooth_idf`).
    idf: Vec<f32>,
}

impl Vectoriser {
    /// Learns the columns and their weights from training texts alone.
    ///
    /// # Errors
    /// [`TextError::Config`].
    pub fn fit<T: AsRef<str>>(texts: &[T], config: &NgramConfig) -> Result<Self, TextError> {
        config.check()?;
        let mut frequencies = vec![0u32; config.buckets as usize];
        let mut found = Vec::new();
        for text in texts {
            found.clear();
            ngram::buckets(text.as_ref(), config, &mut found);
            found.sort_unstable();
            found.dedup();
            for &bucket in &found {
                if let Some(frequency) = frequencies.get_mut(bucket as usize) {
                    *frequency += 1;
                }
            }
        }
        let used = Used::new(frequencies.iter().map(|&texts| texts > 0));
        frequencies.retain(|&texts| texts > 0);
        let count = texts.len() as f64;
        let idf = |&with: &u32| (((1.0 + count) / (1.0 + f64::from(with))).ln() + 1.0) as f32;
        Ok(Self { config: config.clone(), used, idf: frequencies.iter().map(idf).collect() })
    }

    /// Number of columns: buckets that occur in the training texts.
    #[must_use]
    pub fn columns(&self) -> u32 {
        self.idf.len() as u32
    }

    /// What is taken from a text.
    #[must_use]
    pub fn config(&self) -> &NgramConfig {
        &self.config
    }

    /// Learned numbers stored here: one inverse document frequency a column.
    #[must_use]
    pub fn parameters(&self) -> u64 {
        self.idf.len() as u64
    }

    /// Bytes these take in memory: 4 a column, and 12 for every 64 buckets to find the columns.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        4 * self.idf.len() as u64 + 12 * self.used.bits.len() as u64
    }

    /// One row a text: TF-IDF weights, scaled to length one. Columns rise within a row. N-grams in no
    /// training text are dropped; a text without any other gives an empty row.
    #[must_use]
    pub fn transform<T: AsRef<str>>(&self, texts: &[T]) -> Sparse {
        let mut rows = Sparse { columns: self.columns(), offsets: vec![0], ..Sparse::default() };
        let mut ids = Vec::new();
        for text in texts {
            self.ids(text.as_ref(), &mut ids);
            ids.sort_unstable();
            let start = rows.values.len();
            for run in ids.chunk_by(|a, b| a == b) {
                let count = run.len() as f32;
                let weight = if self.config.sublinear_tf { 1.0 + count.ln() } else { count };
                let idf = self.idf.get(run[0] as usize).copied().unwrap_or(0.0);
                rows.indices.push(run[0]);
                rows.values.push(weight * idf);
            }
            let length = rows.values[start..].iter().map(|value| value * value).sum::<f32>().sqrt();
            rows.values[start..].iter_mut().for_each(|value| *value /= length);
            rows.offsets.push(rows.values.len());
        }
        rows
    }

    /// The columns of a text's known n-grams, as often as they occur, in the order of the text (words,
    /// then characters), without weights: the input of an averaged embedding of [`Self::columns`] rows.
    #[must_use]
    pub fn bag_ids(&self, text: &str) -> Vec<u32> {
        let mut ids = Vec::new();
        self.ids(text, &mut ids);
        ids
    }

    fn ids(&self, text: &str, into: &mut Vec<u32>) {
        into.clear();
        ngram::buckets(text, &self.config, into);
        let mut known = 0;
        for place in 0..into.len() {
            if let Some(column) = self.used.column(into[place]) {
                into[known] = column;
                known += 1;
            }
        }
        into.truncate(known);
    }
}
