//! How one input column becomes columns of numbers.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::parsed::Reader;
use super::rank::normal_rank;
use crate::data::{Column, MISSING, Values};

/// The fitted encoding of one input column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Encoding {
    /// The number itself; NaN where it is missing. One column.
    Raw,
    /// `(value - centre) / scale`, a missing cell filled with the centre's median, clipped to ±8.
    /// One column, and with `indicator` a second that is 1 where the cell was missing.
    Scaled {
        /// Mean of the training cells.
        mean: f64,
        /// Standard deviation of the training cells; 1 where that is 0.
        deviation: f64,
        /// Median of the training cells: stands in for a missing one.
        median: f64,
        /// Whether training cells were missing.
        indicator: bool,
    },
    /// One column a level, and a last one for a level that is rare, unknown or missing.
    OneHot {
        /// Levels that have a column of their own.
        levels: Vec<String>,
    },
    /// The rank of the level by its frequency in training (0 the commonest); NaN where unknown or missing. One column.
    Ranked {
        /// Levels from the commonest to the rarest.
        levels: Vec<String>,
    },
    /// Levels hashed into this many columns: many categories (Weinberger et al. 2009).
    Hashed {
        /// Number of columns.
        buckets: u32,
    },
    /// Words of a text hashed into this many columns, each `ln(1 + count)`.
    Words {
        /// Number of columns.
        buckets: u32,
    },
    /// The number itself, a missing cell filled with the median. Columns as [`Encoding::Scaled`].
    Unscaled {
        /// Median of the training cells: stands in for a missing one.
        median: f64,
        /// Whether training cells were missing.
        indicator: bool,
    },
    /// The number's rank among quantiles of the training cells, as a normal deviate. Columns as [`Encoding::Scaled`].
    Quantile {
        /// Quantiles of the training cells at evenly spaced shares from 0 to 1; empty where all were missing.
        quantiles: Vec<f64>,
        /// Median of the training cells: stands in for a missing one.
        median: f64,
        /// Whether training cells were missing.
        indicator: bool,
    },
    /// What the target comes to in the level: one column, or one a class from three classes on.
    Target {
        /// Levels of the training cells.
        levels: Vec<String>,
        /// `[levels + 2, columns]`, row-major: what is written for each level, then for a missing cell, then for an unknown level.
        values: Vec<f32>,
    },
    /// Numbers that are read from the cells, each encoded as numbers are, and what the cells are beside that.
    Parsed {
        /// How they are read.
        reader: Reader,
        /// The encoding of each number of a cell.
        parts: Vec<Encoding>,
        /// The encoding of the cells themselves; none where the numbers take its place.
        own: Option<Box<Encoding>>,
    },
}

/// Standardised values beyond this many standard deviations are clipped: an outlier in one cell of a
/// row to predict must not blow up a linear model or a network.
pub(super) const CLIP: f64 = 8.0;

impl Encoding {
    /// Number of columns it writes.
    #[must_use]
    pub fn width(&self) -> usize {
        match self {
            Self::Raw | Self::Ranked { .. } => 1,
            Self::Scaled { indicator, .. } | Self::Unscaled { indicator, .. } | Self::Quantile { indicator, .. } => {
                1 + usize::from(*indicator)
            }
            Self::Target { levels, values } => values.len() / (levels.len() + 2),
            Self::Parsed { parts, own, .. } => {
                parts.iter().map(Self::width).sum::<usize>() + own.as_ref().map_or(0, |own| own.width())
            }
            Self::OneHot { levels } => levels.len() + 1,
            Self::Hashed { buckets } | Self::Words { buckets } => *buckets as usize,
        }
    }

    /// Writes the cells of `rows` of `column` into `matrix` (row-major, `width` columns) from column `at` on.
    pub(super) fn write(&self, column: &Column, rows: &[u32], matrix: &mut [f32], (at, width): (usize, usize)) {
        if let Self::Parsed { reader, parts, own } = self {
            let mut at = at;
            parsed(reader, parts, (column, rows), (&mut *matrix, at, width));
            at += parts.iter().map(Self::width).sum::<usize>();
            if let Some(own) = own {
                own.write(column, rows, matrix, (at, width));
            }
            return;
        }
        let cells = matrix.chunks_exact_mut(width).map(|row| &mut row[at..at + self.width()]);
        match &column.values {
            Values::Numbers(numbers) => {
                rows.iter().zip(cells).for_each(|(&row, cells)| self.number(numbers[row as usize], cells));
            }
            Values::Categories { codes, levels } => {
                let places: Vec<Option<usize>> = self.places(levels);
                rows.iter().zip(cells).for_each(|(&row, cells)| {
                    let code = codes[row as usize];
                    if let (MISSING, Self::Target { levels, .. }) = (code, self) {
                        return self.category(Some(levels.len()), cells);
                    }
                    let place = if code == MISSING { None } else { places.get(code as usize).copied().flatten() };
                    self.category(place, cells);
                });
            }
            Values::Texts(texts) => {
                rows.iter().zip(cells).for_each(|(&row, cells)| words(&texts[row as usize], cells));
            }
        }
    }

    fn number(&self, value: f64, cells: &mut [f32]) {
        match self {
            Self::Scaled { mean, deviation, median, indicator } => {
                let filled = if value.is_nan() { *median } else { value };
                cells[0] = ((filled - mean) / deviation).clamp(-CLIP, CLIP) as f32;
                if *indicator {
                    cells[1] = f32::from(u8::from(value.is_nan()));
                }
            }
            Self::Unscaled { median, indicator } | Self::Quantile { median, indicator, .. } => {
                let filled = if value.is_nan() { *median } else { value };
                // Beyond the greatest number of an f32 lies infinity, which no model can take.
                let plain = |value: f64| value.clamp(f64::from(f32::MIN), f64::from(f32::MAX));
                cells[0] = match self {
                    Self::Quantile { quantiles, .. } => normal_rank(filled, quantiles),
                    _ => plain(filled),
                } as f32;
                if *indicator {
                    cells[1] = f32::from(u8::from(value.is_nan()));
                }
            }
            _ => cells[0] = value as f32,
        }
    }

    /// Where each of the column's levels goes: a column for one-hot and hashing, a rank for ranks.
    fn places(&self, levels: &[String]) -> Vec<Option<usize>> {
        match self {
            Self::OneHot { levels: known } | Self::Ranked { levels: known } | Self::Target { levels: known, .. } => {
                let index: HashMap<&str, usize> =
                    known.iter().enumerate().map(|(at, name)| (name.as_str(), at)).collect();
                levels.iter().map(|level| index.get(level.as_str()).copied()).collect()
            }
            Self::Hashed { buckets } => levels.iter().map(|level| Some(bucket(level, *buckets as usize))).collect(),
            _ => vec![None; levels.len()],
        }
    }

    fn category(&self, place: Option<usize>, cells: &mut [f32]) {
        match self {
            Self::OneHot { levels } => cells[place.unwrap_or(levels.len())] = 1.0,
            Self::Ranked { .. } => cells[0] = place.map_or(f32::NAN, |rank| rank as f32),
            Self::Hashed { .. } => {
                if let Some(place) = place {
                    cells[place] = 1.0;
                }
            }
            Self::Target { levels, values } => {
                let (at, width) = (place.unwrap_or(levels.len() + 1), cells.len());
                cells.copy_from_slice(&values[at * width..(at + 1) * width]);
            }
            _ => cells[0] = f32::NAN,
        }
    }
}

/// Writes the numbers that are read from the cells of a column, part after part.
fn parsed(
    reader: &Reader,
    parts: &[Encoding],
    (column, rows): (&Column, &[u32]),
    (matrix, at, width): (&mut [f32], usize, usize),
) {
    let read = Cells::of(column, reader);
    for (&row, cells) in rows.iter().zip(matrix.chunks_exact_mut(width)) {
        let mut at = at;
        for (encoding, value) in parts.iter().zip(read.numbers(row as usize)) {
            encoding.number(value, &mut cells[at..at + encoding.width()]);
            at += encoding.width();
        }
    }
}

/// The cells of a column as a reader reads them: those of categories are read once a level.
pub(super) struct Cells<'a> {
    column: &'a Column,
    reader: &'a Reader,
    levels: Vec<Vec<f64>>,
}

impl<'a> Cells<'a> {
    /// The cells of a column.
    pub(super) fn of(column: &'a Column, reader: &'a Reader) -> Self {
        let levels = match &column.values {
            Values::Categories { levels, .. } => levels.iter().map(|level| reader.read(Some(level))).collect(),
            Values::Numbers(_) | Values::Texts(_) => Vec::new(),
        };
        Self { column, reader, levels }
    }

    /// The numbers of a row's cell.
    pub(super) fn numbers(&self, row: usize) -> Vec<f64> {
        match &self.column.values {
            Values::Categories { codes, .. } => {
                let level = self.levels.get(codes[row] as usize);
                level.cloned().unwrap_or_else(|| self.reader.read(None))
            }
            Values::Texts(texts) => {
                self.reader.read(Some(&texts[row]).filter(|text| !text.is_empty()).map(String::as_str))
            }
            Values::Numbers(_) => self.reader.read(None),
        }
    }
}

/// Counts the words of `text` into `cells` by hash, then takes `ln(1 + count)`.
fn words(text: &str, cells: &mut [f32]) {
    let buckets = cells.len();
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        cells[bucket(&word.to_lowercase(), buckets)] += 1.0;
    }
    for cell in cells {
        *cell = cell.ln_1p();
    }
}

/// The column of `name` among `buckets`: FNV-1a, 64 bits (Fowler, Noll & Vo), folded by its remainder.
fn bucket(name: &str, buckets: usize) -> usize {
    let hash = name
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    // The low bits of FNV-1a are weak for short names: fold the high half in first.
    ((hash ^ (hash >> 32)) % buckets.max(1) as u64) as usize
}
