//! What the training rows say that one answer is compared with.

use serde::{Deserialize, Serialize};

use crate::candidate::trees::Forest;
use crate::candidate::{Features, FitError, Learner, Model};
use crate::data::{Column, Inputs, MISSING, Values};

/// Rows that are treated at a time.
const BATCH: usize = 4_096;

/// What the training rows say of a model's inputs; kept in its bundle.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Background {
    /// What is usual, one an input column.
    pub usual: Vec<Usual>,
    /// What exact explanations need.
    pub learned: Learned,
}

/// What is usual in an input column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Usual {
    /// The mean of the numbers.
    Mean(f64),
    /// The commonest category; of equals the first in the alphabet.
    Commonest(String),
    /// Nothing is known: an empty cell.
    Empty,
}

/// What exact explanations need of the training rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Learned {
    /// Nothing: the model is not explained exactly.
    Nothing,
    /// `[encoded columns]`: the mean of each, as a linear model reads it.
    Means(Vec<f64>),
    /// Of so many training rows, those that go left at each split of each tree: how many reach it follows from the splits above.
    WentLeft(u64, Vec<Vec<u64>>),
}

impl Background {
    /// What these training rows say of a model.
    ///
    /// # Errors
    /// The parts of the model do not fit together.
    pub fn of(model: &Model, train: &Inputs<'_>) -> Result<Self, FitError> {
        let usual = train.columns.iter().map(|column| usual(column, train.rows)).collect();
        let plain = model.peeled()?.model;
        let learned = match (&plain.learner, &plain.features) {
            (Learner::Linear(_), Features::Table(preprocess)) => {
                let width = preprocess.width();
                let mut sums = vec![0.0; width];
                for rows in train.rows.chunks(BATCH) {
                    let values = preprocess.transform(&Inputs { rows, ..*train });
                    for row in values.chunks_exact(width.max(1)) {
                        sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += f64::from(*value));
                    }
                }
                let rows = train.rows.len().max(1) as f64;
                Learned::Means(sums.into_iter().map(|sum| sum / rows).collect())
            }
            (Learner::Trees(forest), Features::Table(preprocess)) => {
                let mut left: Vec<Vec<u64>> = forest.trees.iter().map(|tree| vec![0; tree.splits.len()]).collect();
                for rows in train.rows.chunks(BATCH) {
                    let values = preprocess.transform(&Inputs { rows, ..*train });
                    count(forest, &values, preprocess.width(), &mut left);
                }
                Learned::WentLeft(train.rows.len() as u64, left)
            }
            _ => Learned::Nothing,
        };
        Ok(Self { usual, learned })
    }
}

/// Counts the rows that go left at each split of each tree.
fn count(forest: &Forest, values: &[f32], width: usize, left: &mut [Vec<u64>]) {
    for row in values.chunks_exact(width.max(1)) {
        for (tree, left) in forest.trees.iter().zip(&mut *left) {
            tree.walk(row, |at, goes_left| {
                if let Some(count) = left.get_mut(at) {
                    *count += u64::from(goes_left);
                }
            });
        }
    }
}

fn usual(column: &Column, rows: &[u32]) -> Usual {
    match &column.values {
        Values::Numbers(numbers) => {
            let known = rows.iter().filter_map(|&row| numbers.get(row as usize)).filter(|value| value.is_finite());
            let (count, sum) = known.fold((0.0, 0.0), |(count, sum), value| (count + 1.0, sum + value));
            if count > 0.0 { Usual::Mean(sum / count) } else { Usual::Empty }
        }
        Values::Categories { codes, levels } => {
            let mut counts = vec![0_u64; levels.len()];
            let known = rows.iter().filter_map(|&row| codes.get(row as usize)).filter(|code| **code != MISSING);
            known.for_each(|&code| counts[code as usize] += 1);
            let held = (0..levels.len()).filter(|level| counts[*level] > 0);
            let commonest = held.min_by(|a, b| counts[*b].cmp(&counts[*a]).then_with(|| levels[*a].cmp(&levels[*b])));
            commonest.map_or(Usual::Empty, |level| Usual::Commonest(levels[level].clone()))
        }
        Values::Texts(_) => Usual::Empty,
    }
}
