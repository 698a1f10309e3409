//! The shape of the data: the numbers that sizes and costs of candidates depend on.

use std::cell::OnceCell;

use super::preprocess::{Preprocessor, Style};
use super::text::{NgramConfig, hashed};
use crate::data::{Column, Dataset, Inputs, Values};
use crate::study::TaskKind;

/// Characters of texts in which different n-grams are counted; how many all texts hold is carried on from there.
const COUNTED: usize = 1_000_000;

/// The numbers that sizes and costs of candidates depend on. Of the target it knows the classes alone.
#[derive(Clone, Debug)]
pub struct DataShape<'a> {
    /// Training rows of a repeat.
    pub rows: f64,
    /// All rows, those under seal too.
    pub all: f64,
    /// Number of classes; 0 where the target is a number.
    pub classes: u32,
    /// Outputs of a model: the classes, or 1.
    pub outputs: f64,
    /// Mean number of characters of a text.
    pub characters: f64,
    /// Bytes of the cells of the data set: what every worker holds.
    pub cells: f64,
    dataset: &'a Dataset,
    scaled: OnceCell<u64>,
    raw: OnceCell<u64>,
    ngrams: OnceCell<f64>,
}

impl<'a> DataShape<'a> {
    /// The shape of a data set of which each repeat validates on the share `validation`.
    #[must_use]
    pub fn of(dataset: &'a Dataset, validation: f64) -> Self {
        let count = |column: &Column| match &column.values {
            Values::Texts(texts) => texts.iter().map(String::len).sum::<usize>(),
            Values::Numbers(_) | Values::Categories { .. } => 0,
        };
        let all = dataset.development.len() + dataset.holdout_rows();
        let characters: usize = dataset.columns.iter().map(count).sum();
        Self {
            rows: dataset.development.len() as f64 * (1.0 - validation),
            all: all as f64,
            classes: dataset.classes(),
            outputs: f64::from(dataset.classes().max(1)),
            characters: characters as f64 / all.max(1) as f64,
            cells: (all * dataset.columns.len()) as f64 * 8.0 + characters as f64,
            dataset,
            scaled: OnceCell::new(),
            raw: OnceCell::new(),
            ngrams: OnceCell::new(),
        }
    }

    /// The same shape with another number of training rows; columns and n-grams are those of the rows there are.
    #[must_use]
    pub fn with_rows(&self, rows: f64) -> Self {
        Self { rows, ..self.clone() }
    }

    /// The kind of task.
    #[must_use]
    pub fn task(&self) -> TaskKind {
        self.dataset.task
    }

    /// The texts to train and validate on, where texts are predicted themselves, up to [`COUNTED`] bytes of them; those of the first column of texts.
    pub(super) fn documents(&self) -> Vec<&'a str> {
        let column = self.dataset.columns.iter().find_map(|column| match &column.values {
            Values::Texts(texts) => Some(texts),
            Values::Numbers(_) | Values::Categories { .. } => None,
        });
        let mut bytes = 0;
        let within = |text: &&str| {
            let fits = bytes < COUNTED;
            bytes += text.len();
            fits
        };
        let texts = column
            .into_iter()
            .flat_map(|texts| self.dataset.development.iter().filter_map(|row| texts.get(*row as usize)));
        texts.map(String::as_str).take_while(within).collect()
    }

    /// Weight vectors of a linear model: one a class, which two classes share, or one.
    #[must_use]
    pub fn scores(&self) -> u64 {
        if self.outputs == 2.0 { 1 } else { self.outputs as u64 }
    }

    /// Columns after the treatment for linear models and networks.
    #[must_use]
    pub fn scaled_width(&self) -> u64 {
        *self.scaled.get_or_init(|| self.width(Style::Scaled))
    }

    /// Whether there is a column of text.
    #[must_use]
    pub fn has_texts(&self) -> bool {
        self.dataset.columns.iter().any(|column| matches!(column.values, Values::Texts(_)))
    }

    /// Columns after the treatment for linear models, of those that are no texts.
    #[must_use]
    pub fn width_beside_texts(&self) -> u64 {
        let others = self.dataset.columns.iter().filter(|column| !matches!(column.values, Values::Texts(_)));
        let columns: Vec<Column> = others.cloned().collect();
        Preprocessor::width_on(&Inputs { columns: &columns, rows: &self.dataset.development }, Style::Scaled) as u64
    }

    /// Columns after the treatment for trees.
    #[must_use]
    pub fn raw_width(&self) -> u64 {
        *self.raw.get_or_init(|| self.width(Style::Raw))
    }

    /// About how many different n-grams the training texts of a repeat hold: counted in the first of them, and from there on
    /// growing as a power of the number of texts (Heaps 1978), whose exponent is that of the second half of those counted.
    #[must_use]
    pub fn different_ngrams(&self) -> f64 {
        *self.ngrams.get_or_init(|| different_ngrams(self.dataset, self.rows))
    }

    fn width(&self, style: Style) -> u64 {
        let inputs = Inputs { columns: &self.dataset.columns, rows: &self.dataset.development };
        Preprocessor::width_on(&inputs, style) as u64
    }
}

fn different_ngrams(dataset: &Dataset, rows: f64) -> f64 {
    let texts = dataset.columns.iter().find_map(|column| match &column.values {
        Values::Texts(texts) => Some(texts),
        Values::Numbers(_) | Values::Categories { .. } => None,
    });
    let Some(texts) = texts else { return 0.0 };
    let config = NgramConfig { buckets: 1 << 24, ..NgramConfig::default() };
    let mut characters = 0;
    let counted = dataset.development.iter().filter_map(|&row| texts.get(row as usize)).take_while(|text| {
        // The text that goes beyond counts still: of one huge text something is known, too.
        let within = characters < COUNTED;
        characters += text.len();
        within
    });
    let counted: Vec<&String> = counted.take(rows as usize).collect();
    let different = |texts: &[&String]| {
        let mut found = Vec::new();
        texts.iter().for_each(|text| hashed(text, &config, &mut found));
        found.sort_unstable();
        found.dedup();
        found.len() as f64
    };
    let (all, half) = (different(&counted), different(&counted[..counted.len() / 2]));
    let exponent = if half > 0.0 { (all / half).log2().clamp(0.0, 1.0) } else { 1.0 };
    all * (rows / counted.len().max(1) as f64).max(1.0).powf(exponent)
}
