//! What a cheap model makes of training rows that it has not seen.

use rand::seq::SliceRandom;

use super::repeated::equal_rows;
use super::training_rows::TrainingRows;
use crate::candidate::labels::Labels;
use crate::candidate::linear::{self, Matrix, Recipe};
use crate::candidate::model::texts;
use crate::candidate::preprocess::{PreprocessPlan, Preprocessor, Style, Treated};
use crate::candidate::spec::FitError;
use crate::candidate::text::{NgramConfig, Vectoriser};
use crate::candidate::tuned::TunedParams;
use crate::data::{Examples, Inputs, Values, seed};

/// Parts that the training rows are cut into: each is judged by a model of the other four fifths (cleanlab's default).
pub(in crate::candidate) const FOLDS: usize = 5;
/// Buckets of the n-grams of the cheap model of texts: banking77 gains little beyond (0.85 with 256, 0.91 with 262,144).
const BUCKETS: u32 = 1 << 14;

/// How the cheap model of a table is trained: four strengths, each a fifth of the passes that a candidate may take. What is
/// asked is which labels stand out, not the last digit of a probability.
fn cheap() -> Recipe {
    Recipe { l2: vec![300.0, 30.0, 3.0, 0.3], epochs: 40, tolerance: 1e-3, ..Recipe::default() }
}

/// Probabilities out of sample.
pub(super) struct OutOfSample {
    /// `[rows, classes]`, row-major.
    pub(super) probabilities: Vec<f64>,
    /// Floating-point operations that they took.
    pub(super) flops: f64,
}

/// Probabilities of each class for each row, from a model of rows that are not like it: a linear model of the columns, for texts of
/// their n-grams. Rows with equal inputs are in one fold, or a wrong label would vouch for its copies. The strength of the penalty is
/// chosen on the first fold. Columns become numbers as the plan has it: what the family sees and the judge does not would look like
/// a wrong label.
pub(super) fn out_of_sample(
    rows: &TrainingRows<'_>,
    preprocess: &PreprocessPlan,
    seed: u64,
) -> Result<OutOfSample, FitError> {
    let classes = rows.names().len();
    let labels = rows.labels();
    let folds = folds(rows, &labels, seed);
    let mut found = OutOfSample { probabilities: vec![0.0; rows.len() * classes], flops: 0.0 };
    let mut settled: Option<TunedParams> = None;
    for fold in 0..FOLDS {
        let (held, own): (Vec<usize>, Vec<usize>) = (0..rows.len()).partition(|place| folds[*place] == fold);
        if held.is_empty() || own.is_empty() {
            return Err(FitError::Unfit(format!(
                "`cleaning` cuts the training rows into {FOLDS} parts, and {} rows with different inputs are too few",
                equal_rows(rows).len()
            )));
        }
        let side = |places: &[usize]| Side {
            rows: places.iter().map(|&place| rows.examples().inputs.rows[place]).collect(),
            labels: places.iter().map(|&place| labels[place]).collect(),
        };
        let fitted =
            judged(rows, &side(&own), &side(&held), Terms { classes: classes as u32, preprocess, settled, seed })?;
        settled = settled.or(Some(fitted.settled));
        found.flops += fitted.flops;
        for (place, of_row) in held.iter().zip(fitted.probabilities.chunks_exact(classes)) {
            let into = &mut found.probabilities[place * classes..(place + 1) * classes];
            into.iter_mut().zip(of_row).for_each(|(into, found)| *into = f64::from(*found));
        }
    }
    Ok(found)
}

/// Places of training rows: those that a model is trained on, and those that it is asked about.
pub(in crate::candidate) struct Parts {
    /// Four fifths.
    pub(in crate::candidate) own: Vec<usize>,
    /// The other fifth.
    pub(in crate::candidate) held: Vec<usize>,
}

/// Parts training rows with classes: those with equal inputs are in one part, and each class is dealt evenly.
///
/// # Errors
/// The rows are too few.
pub(in crate::candidate) fn parted(train: &Examples<'_>, seed: u64) -> Result<Parts, FitError> {
    let rows = TrainingRows::of(train, None);
    let folds = folds(&rows, &rows.labels(), seed);
    let (held, own): (Vec<usize>, Vec<usize>) = (0..rows.len()).partition(|place| folds[*place] == 0);
    if held.is_empty() || own.is_empty() {
        return Err(FitError::Unfit(format!("{} training rows are too few to set a fifth of them apart", rows.len())));
    }
    Ok(Parts { own, held })
}

/// The part of each training row, by place: rows with equal inputs in one, and each class dealt evenly.
///
/// # Errors
/// The rows are too few for every part to have some.
pub(in crate::candidate) fn dealt(rows: &TrainingRows<'_>, seed: u64) -> Result<Vec<usize>, FitError> {
    let parts = folds(rows, &rows.labels(), seed);
    match (0..FOLDS).all(|part| parts.contains(&part)) {
        true => Ok(parts),
        false => {
            Err(FitError::Unfit(format!("{} training rows are too few to cut them into {FOLDS} parts", rows.len())))
        }
    }
}

/// The fold of each row: rows with equal inputs in one, and each class dealt evenly.
fn folds(rows: &TrainingRows<'_>, labels: &[u32], seed: u64) -> Vec<usize> {
    let mut groups = equal_rows(rows);
    groups.shuffle(&mut seed::generator(seed, "cleaning folds", 0));
    // Numbers have no classes to deal evenly.
    groups.sort_by_key(|group| labels.get(group[0]).copied());
    let mut folds = vec![0; rows.len()];
    for (at, group) in groups.iter().enumerate() {
        group.iter().for_each(|&place| folds[place] = at % FOLDS);
    }
    folds
}

/// Rows of the data set with their labels.
struct Side {
    rows: Vec<u32>,
    labels: Vec<u32>,
}

impl Side {
    fn labels(&self, classes: u32) -> Labels<'_> {
        Labels::Classes { labels: &self.labels, classes }
    }
}

/// What a model of some rows makes of others.
struct Judged {
    /// `[held, classes]`.
    probabilities: Vec<f32>,
    settled: TunedParams,
    flops: f64,
}

/// What a training of one fold has beside its rows.
#[derive(Clone, Copy)]
struct Terms<'a> {
    classes: u32,
    preprocess: &'a PreprocessPlan,
    settled: Option<TunedParams>,
    seed: u64,
}

fn judged(rows: &TrainingRows<'_>, own: &Side, held: &Side, terms: Terms<'_>) -> Result<Judged, FitError> {
    let columns = rows.columns();
    let (mine, others) = (Inputs { columns, rows: &own.rows }, Inputs { columns, rows: &held.rows });
    if columns.iter().all(|column| matches!(column.values, Values::Texts(_))) {
        let (mine, others) = (texts(&mine), texts(&others));
        let config = terms.preprocess.text.cut(NgramConfig { buckets: BUCKETS, ..NgramConfig::default() });
        let vectoriser = Vectoriser::fit(&mine, &config).map_err(|error| FitError::Unfit(error.to_string()))?;
        let (mine, others) = (vectoriser.transform(&mine), vectoriser.transform(&others));
        return fitted((Matrix::Sparse(&mine), own), (Matrix::Sparse(&others), held), &Recipe::text(), terms);
    }
    let own_rows = Examples { inputs: mine, ..rows.examples() };
    let Treated { preprocess, values: mine } =
        Preprocessor::for_training(&own_rows, Style::Scaled, terms.preprocess, terms.seed)?;
    let others = preprocess.transform(&others);
    let dense = |values, rows| Matrix::Dense { rows, columns: preprocess.width(), values };
    let (mine, others) = (dense(&mine, own.rows.len()), dense(&others, held.rows.len()));
    fitted((mine, own), (others, held), &cheap(), terms)
}

fn fitted(
    (mine, own): (Matrix<'_>, &Side),
    (others, held): (Matrix<'_>, &Side),
    recipe: &Recipe,
    Terms { classes, settled, seed, .. }: Terms<'_>,
) -> Result<Judged, FitError> {
    let data = linear::Training {
        train: (mine, own.labels(classes)),
        weights: None,
        validation: settled.is_none().then(|| (others, held.labels(classes))),
        settled,
    };
    let fit = linear::fit(&data, recipe, seed)?;
    let probabilities = fit.model.predict(&others)?;
    Ok(Judged { probabilities, settled: fit.settled, flops: fit.flops })
}
