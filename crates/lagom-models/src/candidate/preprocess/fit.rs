//! Fitting a treatment and applying it.

use serde::{Deserialize, Serialize};

use super::encoding::{CLIP, Cells, Encoding};
use super::numbers::number_encoding;
use super::parsed::Reader;
use super::plan::{Categories, PreprocessPlan, Scaling, Style};
use super::target::{LevelMeans, Levels, folds, of_all_rows, out_of_fold};
use crate::candidate::spec::FitError;
use crate::data::{Column, Examples, Inputs, MISSING, Values};
use crate::stats;

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
/// The most levels that are one-hot where a study wants that: each is a column of every row.
const MOST_ONE_HOT: usize = 512;
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
        plan: &PreprocessPlan,
        seed: u64,
    ) -> Result<Treated, FitError> {
        let by_target = plan.categories == Some(Categories::Target);
        let folds = if by_target { folds(train.len(), seed) } else { Vec::new() };
        let mut fitter = Fitter { train, style, plan, folds, met: Met::default() };
        let fitted: Vec<Fitted> = train.inputs.columns.iter().map(|column| fitter.column(column)).collect();
        fitter.nothing_idle()?;
        let (encodings, training): (Vec<Encoding>, Vec<Option<Vec<f32>>>) =
            fitted.into_iter().map(|one| (one.encoding, one.training)).unzip();
        let preprocess = Self { encodings };
        let mut values = preprocess.transform(&train.inputs);
        let (width, mut at) = (preprocess.width(), 0);
        for (encoding, training) in preprocess.encodings.iter().zip(&training) {
            let own = encoding.width();
            if let Some(training) = training {
                for (row, cells) in values.chunks_exact_mut(width).zip(training.chunks_exact(own)) {
                    row[at..at + own].copy_from_slice(cells);
                }
            }
            at += own;
        }
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

/// How columns become numbers under a plan, and whether each thing that the plan changes was met.
struct Fitter<'a> {
    train: &'a Examples<'a>,
    style: Style,
    plan: &'a PreprocessPlan,
    folds: Vec<usize>,
    met: Met,
}

/// What of a plan there was something to change for.
#[derive(Clone, Copy, Debug, Default)]
struct Met {
    numbers: bool,
    categories: bool,
    dates: bool,
    amounts: bool,
}

/// The encoding of one column, and its training cells where these are not what the encoding says of them.
struct Fitted {
    encoding: Encoding,
    /// `[rows, width]`.
    training: Option<Vec<f32>>,
}

impl From<Encoding> for Fitted {
    fn from(encoding: Encoding) -> Self {
        Self { encoding, training: None }
    }
}

impl Fitter<'_> {
    fn column(&mut self, column: &Column) -> Fitted {
        let rows = self.train.inputs.rows;
        let scaling = self.plan.scaling.unwrap_or(Scaling::Standard);
        if let Values::Numbers(numbers) = &column.values {
            self.met.numbers = true;
            return number_encoding(rows.iter().map(|&row| numbers[row as usize]), self.style, scaling).into();
        }
        if let Some(reader) = self.reader(column) {
            let cells = Cells::of(column, &reader);
            let read: Vec<Vec<f64>> = rows.iter().map(|&row| cells.numbers(row as usize)).collect();
            let part = |at: usize| number_encoding(read.iter().map(|of_cell| of_cell[at]), self.style, scaling);
            let parts = (0..reader.width()).map(part).collect();
            if reader != Reader::Amounts {
                return Encoding::Parsed { reader, parts, own: None }.into();
            }
            let own = self.cells(column);
            let encoding = Encoding::Parsed { reader, parts, own: Some(Box::new(own.encoding)) };
            let Some(of_own) = own.training else { return encoding.into() };
            // The amounts as they are, and beside them what the training rows have of the rest.
            let (width, mut matrix) = (encoding.width(), vec![0.0; rows.len() * encoding.width()]);
            encoding.write(column, rows, &mut matrix, (0, width));
            let behind = of_own.len() / rows.len().max(1);
            for (row, cells) in matrix.chunks_exact_mut(width).zip(of_own.chunks_exact(behind.max(1))) {
                row[width - behind..].copy_from_slice(cells);
            }
            return Fitted { encoding, training: Some(matrix) };
        }
        self.cells(column)
    }

    /// What is read from a column's cells under the plan; none where they are taken as they are.
    fn reader(&mut self, column: &Column) -> Option<Reader> {
        let rows = self.train.inputs.rows;
        let cells = || rows.iter().filter_map(|&row| cell(column, row as usize));
        if let Some(reader) = self.plan.date_parts.then(|| Reader::of_dates(cells())).flatten() {
            self.met.dates = true;
            return Some(reader);
        }
        let reader = self.plan.numeric_text.then(|| Reader::of_amounts(cells())).flatten();
        self.met.amounts |= reader.is_some();
        reader
    }

    /// The encoding of categories or texts as they are.
    fn cells(&mut self, column: &Column) -> Fitted {
        let Values::Categories { codes, levels } = &column.values else {
            return encoding(column, self.train.inputs.rows, self.style).into();
        };
        self.met.categories = true;
        let rows = self.train.inputs.rows;
        match self.plan.categories {
            None => encoding(column, rows, self.style).into(),
            Some(Categories::Hashed) => Encoding::Hashed { buckets: BUCKETS }.into(),
            Some(Categories::OneHot) => {
                let Ordered { mut frequent, .. } = ordered(codes, levels, rows);
                frequent.truncate(MOST_ONE_HOT);
                Encoding::OneHot { levels: frequent.into_iter().map(|level| levels[level].clone()).collect() }.into()
            }
            Some(Categories::Target) => self.by_target(codes, levels),
        }
    }

    /// Target encoding of a category; for models that want numbers of one size each column is standardised by what the training rows get.
    fn by_target(&self, codes: &[u32], levels: &[String]) -> Fitted {
        let rows = self.train.inputs.rows;
        let Ordered { all, .. } = ordered(codes, levels, rows);
        let mut place = vec![None; levels.len()];
        all.iter().enumerate().for_each(|(at, &level)| place[level] = Some(at));
        // Missing cells are a level of their own.
        let of_code = |code: u32| place.get(code as usize).copied().flatten().unwrap_or(all.len());
        let of_row: Vec<usize> = rows.iter().map(|&row| of_code(codes[row as usize])).collect();
        let known = Levels { of_row: &of_row, count: all.len() + 1 };
        let columns: Vec<TargetColumn> = targets(self.train)
            .iter()
            .map(|targets| {
                let LevelMeans { mut of_level, of_all } = of_all_rows(known, targets);
                of_level.push(of_all);
                TargetColumn { of_level, of_row: out_of_fold(known, targets, &self.folds) }.scaled(self.style)
            })
            .collect();
        let written = |pick: fn(&TargetColumn) -> &Vec<f64>, at: usize| {
            columns.iter().map(move |column| pick(column).get(at).copied().unwrap_or(0.0) as f32).collect::<Vec<f32>>()
        };
        let values = (0..all.len() + 2).flat_map(|level| written(|column| &column.of_level, level)).collect();
        let training = (0..rows.len()).flat_map(|row| written(|column| &column.of_row, row)).collect();
        let levels = all.iter().map(|&level| levels[level].clone()).collect();
        Fitted { encoding: Encoding::Target { levels, values }, training: Some(training) }
    }

    /// Refuses a plan of which something changes nothing.
    fn nothing_idle(&self) -> Result<(), FitError> {
        let idle = |lever: &str, what: &str| {
            Err(FitError::Unfit(format!("`{lever}` changes {what}, and no input column holds any")))
        };
        let PreprocessPlan { scaling, categories, date_parts, numeric_text, .. } = self.plan;
        match self.met {
            Met { numbers: false, dates: false, amounts: false, .. } if scaling.is_some() => idle("scaling", "numbers"),
            Met { categories: false, .. } if categories.is_some() => idle("categories", "categories"),
            Met { dates: false, .. } if *date_parts => idle("date-parts", "ISO dates"),
            Met { amounts: false, .. } if *numeric_text => {
                idle("numeric-text", "categories or texts with a number in each")
            }
            _ => Ok(()),
        }
    }
}

/// One column of a target encoding.
struct TargetColumn {
    /// One a level, then that of an unknown one.
    of_level: Vec<f64>,
    /// One a training row, out of fold.
    of_row: Vec<f64>,
}

impl TargetColumn {
    fn scaled(mut self, style: Style) -> Self {
        if style == Style::Raw {
            return self;
        }
        let deviation = if self.of_row.len() < 2 { 0.0 } else { stats::variance(&self.of_row).sqrt() };
        let (mean, scale) = (stats::mean(&self.of_row), if deviation > 0.0 { deviation } else { 1.0 });
        for value in self.of_level.iter_mut().chain(&mut self.of_row) {
            *value = ((*value - mean) / scale).clamp(-CLIP, CLIP);
        }
        self
    }
}

/// What a target encoding averages: the number, whether a row is of class 1, or of each class from three classes on.
fn targets(train: &Examples<'_>) -> Vec<Vec<f64>> {
    let classes = train.target.classes();
    if classes == 0 {
        return vec![train.numbers()];
    }
    let labels = train.labels();
    let is = |class: u32| labels.iter().map(|label| f64::from(u8::from(*label == class))).collect();
    if classes == 2 { vec![is(1)] } else { (0..classes).map(is).collect() }
}

/// The cell of a category or text; none where it is missing.
fn cell(column: &Column, row: usize) -> Option<&str> {
    match &column.values {
        Values::Categories { codes, levels } => levels.get(codes[row] as usize).map(String::as_str),
        Values::Texts(texts) => Some(texts[row].as_str()).filter(|text| !text.is_empty()),
        Values::Numbers(_) => None,
    }
}

fn encoding(column: &Column, rows: &[u32], style: Style) -> Encoding {
    match &column.values {
        Values::Numbers(numbers) => {
            number_encoding(rows.iter().map(|&row| numbers[row as usize]), style, Scaling::Standard)
        }
        Values::Categories { codes, levels } => categories(codes, levels, rows, style),
        Values::Texts(_) => Encoding::Words { buckets: WORD_BUCKETS },
    }
}

/// Levels of a category that occur in some rows, the commonest first.
struct Ordered {
    /// All of them.
    all: Vec<usize>,
    /// Those that are frequent enough for a column of their own.
    frequent: Vec<usize>,
}

fn ordered(codes: &[u32], levels: &[String], rows: &[u32]) -> Ordered {
    let mut counts = vec![0_usize; levels.len()];
    for &row in rows {
        let code = codes[row as usize];
        if code != MISSING {
            counts[code as usize] += 1;
        }
    }
    let mut all: Vec<usize> = (0..levels.len()).filter(|&level| counts[level] > 0).collect();
    all.sort_by(|&a, &b| counts[b].cmp(&counts[a]).then_with(|| levels[a].cmp(&levels[b])));
    let rare = RARE.min(rows.len() / 20);
    let frequent = all.iter().copied().filter(|&level| counts[level] >= rare).collect();
    Ordered { all, frequent }
}

fn categories(codes: &[u32], levels: &[String], rows: &[u32], style: Style) -> Encoding {
    let Ordered { all, frequent } = ordered(codes, levels, rows);
    let named = |picked: &[usize]| picked.iter().map(|&level| levels[level].clone()).collect();
    match style {
        Style::Raw if all.len() > ONE_HOT_TREES => Encoding::Ranked { levels: named(&all) },
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
