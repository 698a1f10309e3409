//! Fitting a treatment and applying it.

use serde::{Deserialize, Serialize};

use super::encoding::Encoding;
use super::plan::PreprocessPlan;
use crate::candidate::spec::FitError;
use crate::data::{Column, Examples, Inputs, MISSING, Values};
use crate::stats;

/// What the model that follows can digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Style {
    /// Imputed, standardised, one-hot: linear models and networks.
    Scaled,
    /// Numbers as they are with NaN for missing, small categories one-hot, larger ones ranked by
    /// frequency: trees.
    Raw,
}

/// A fitted treatment: one encoding an input column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Preprocessor {
    /// One a column, in the order of the data set.
    pub encodings: Vec<Encoding>,
}

/// A level needs this many training rows for a one-hot column of its own.
const RARE: usize = 5;
/// Up to this many frequent levels are one-hot for linear models and networks; more are hashed.
const ONE_HOT: usize = 64;
/// Columns that many categories, or the words of a text, are hashed into.
const BUCKETS: u32 = 64;
/// Columns that the words of a text inside a table are hashed into.
const WORD_BUCKETS: u32 = 256;
/// Up to this many levels are one-hot for trees; more are ranked by frequency.
const ONE_HOT_TREES: usize = 8;

/// A treatment with the training rows as it has them.
#[derive(Clone, Debug, PartialEq)]
pub struct Treated {
    /// The treatment.
    pub preprocess: Preprocessor,
    /// The training rows after it, row-major: `[rows, width]`.
    pub values: Vec<f32>,
}

impl Preprocessor {
    /// Fits a treatment on training rows as a plan has it, and applies it to them.
    ///
    /// # Errors
    /// The columns have nothing that the plan changes.
    pub fn for_training(
        train: &Examples<'_>,
        style: Style,
        _plan: &PreprocessPlan,
        _seed: u64,
    ) -> Result<Treated, FitError> {
        let preprocess = Self::fit(&train.inputs, style);
        let values = preprocess.transform(&train.inputs);
        Ok(Treated { preprocess, values })
    }

    /// Fits one encoding a column on the rows in view.
    #[must_use]
    pub fn fit(inputs: &Inputs<'_>, style: Style) -> Self {
        Self { encodings: inputs.columns.iter().map(|column| encoding(column, inputs.rows, style)).collect() }
    }

    /// The [`Preprocessor::width`] that a treatment fitted on these rows has.
    #[must_use]
    pub fn width_on(inputs: &Inputs<'_>, style: Style) -> usize {
        let width = |column: &Column| match (&column.values, style) {
            // All that sorting the numbers would tell.
            (Values::Numbers(numbers), Style::Scaled) => {
                1 + usize::from(inputs.rows.iter().any(|&row| numbers[row as usize].is_nan()))
            }
            _ => encoding(column, inputs.rows, style).width(),
        };
        inputs.columns.iter().map(width).sum()
    }

    /// Number of columns of the matrix.
    #[must_use]
    pub fn width(&self) -> usize {
        self.encodings.iter().map(Encoding::width).sum()
    }

    /// The matrix of the rows in view, row-major: `[rows, width]`.
    #[must_use]
    pub fn transform(&self, inputs: &Inputs<'_>) -> Vec<f32> {
        let width = self.width();
        let mut matrix = vec![0.0; inputs.rows.len() * width];
        if width == 0 {
            return matrix;
        }
        let mut at = 0;
        for (encoding, column) in self.encodings.iter().zip(inputs.columns) {
            encoding.write(column, inputs.rows, &mut matrix, (at, width));
            at += encoding.width();
        }
        matrix
    }
}

fn encoding(column: &Column, rows: &[u32], style: Style) -> Encoding {
    match (&column.values, style) {
        (Values::Numbers(_), Style::Raw) => Encoding::Raw,
        (Values::Numbers(numbers), Style::Scaled) => scaled(numbers, rows),
        (Values::Categories { codes, levels }, _) => categories(codes, levels, rows, style),
        (Values::Texts(_), _) => Encoding::Words { buckets: WORD_BUCKETS },
    }
}

fn scaled(numbers: &[f64], rows: &[u32]) -> Encoding {
    let mut known: Vec<f64> = rows.iter().map(|&row| numbers[row as usize]).filter(|value| !value.is_nan()).collect();
    known.sort_unstable_by(f64::total_cmp);
    let (mean, deviation) = (stats::mean(&known), stats::variance(&known).sqrt());
    Encoding::Scaled {
        mean: if known.is_empty() { 0.0 } else { mean },
        deviation: if deviation > 0.0 { deviation } else { 1.0 },
        median: if known.is_empty() { 0.0 } else { stats::percentile(&known, 0.5) },
        indicator: known.len() < rows.len(),
    }
}

fn categories(codes: &[u32], levels: &[String], rows: &[u32], style: Style) -> Encoding {
    let mut counts = vec![0_usize; levels.len()];
    for &row in rows {
        let code = codes[row as usize];
        if code != MISSING {
            counts[code as usize] += 1;
        }
    }
    let mut order: Vec<usize> = (0..levels.len()).filter(|&level| counts[level] > 0).collect();
    order.sort_by(|&a, &b| counts[b].cmp(&counts[a]).then_with(|| levels[a].cmp(&levels[b])));
    let named = |picked: &[usize]| picked.iter().map(|&level| levels[level].clone()).collect();
    let rare = RARE.min(rows.len() / 20);
    let frequent: Vec<usize> = order.iter().copied().filter(|&level| counts[level] >= rare).collect();
    match style {
        Style::Raw if order.len() > ONE_HOT_TREES => Encoding::Ranked { levels: named(&order) },
        Style::Scaled if frequent.len() > ONE_HOT => Encoding::Hashed { buckets: BUCKETS },
        _ => Encoding::OneHot { levels: named(&frequent) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::ColumnKind;

    fn columns() -> Vec<Column> {
        vec![
            Column {
                name: "age".into(),
                kind: ColumnKind::Numeric,
                // Training rows 0 to 3: mean (1 + 3 + 5) / 3 = 3, deviation sqrt((4 + 0 + 4) / 2) = 2, median 3.
                values: Values::Numbers(vec![1.0, 3.0, 5.0, f64::NAN, 1e9]),
            },
            Column {
                name: "colour".into(),
                kind: ColumnKind::Categorical,
                values: Values::Categories {
                    codes: vec![0, 1, 1, MISSING, 2],
                    levels: vec!["red".into(), "blue".into(), "new".into()],
                },
            },
        ]
    }

    #[test]
    fn scaled_imputes_indicates_clips_and_knows_only_training_levels() {
        let columns = columns();
        let train = Inputs { columns: &columns, rows: &[0, 1, 2, 3] };
        let preprocess = Preprocessor::fit(&train, Style::Scaled);
        assert_eq!(preprocess.width(), Preprocessor::width_on(&train, Style::Scaled));
        // Two columns of the number, then blue, red, other.
        assert_eq!(preprocess.width(), 5);
        let matrix = preprocess.transform(&Inputs { columns: &columns, rows: &[0, 1, 3, 4] });
        assert_eq!(matrix[..5], [-1.0, 0.0, 0.0, 1.0, 0.0]);
        assert_eq!(matrix[5..10], [0.0, 0.0, 1.0, 0.0, 0.0]);
        assert_eq!(matrix[10..15], [0.0, 1.0, 0.0, 0.0, 1.0]);
        assert_eq!(matrix[15..], [8.0, 0.0, 0.0, 0.0, 1.0]);
    }

    #[test]
    fn raw_keeps_missing_cells() {
        let columns = columns();
        let preprocess = Preprocessor::fit(&Inputs { columns: &columns, rows: &[0, 1, 2, 3] }, Style::Raw);
        let matrix = preprocess.transform(&Inputs { columns: &columns, rows: &[3] });
        assert!(matrix[0].is_nan());
        assert_eq!(matrix[1..], [0.0, 0.0, 1.0]);
    }

    #[test]
    fn one_row_is_treated_as_the_whole_is() {
        let columns = columns();
        let preprocess = Preprocessor::fit(&Inputs { columns: &columns, rows: &[0, 1, 2, 3] }, Style::Scaled);
        let whole = preprocess.transform(&Inputs { columns: &columns, rows: &[0, 1, 2] });
        assert_eq!(preprocess.transform(&Inputs { columns: &columns, rows: &[1] }), whole[5..10]);
    }
}
