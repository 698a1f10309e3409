//! The training rows while levers change them.

use std::borrow::Cow;

use crate::candidate::spec::FitError;
use crate::data::{Column, Examples, Inputs, Target, Values};

/// Training rows that may be left out, repeated, weighed, and changed in cells and targets; the data set itself stays as it is.
#[derive(Clone, Debug)]
pub(in crate::candidate) struct TrainingRows<'a> {
    columns: Cow<'a, [Column]>,
    rows: Vec<u32>,
    target: Cow<'a, Target>,
    /// What a person holds right, as long as the rows are those of the data set.
    reviewed: Option<&'a Target>,
    weights: Option<Vec<f32>>,
}

impl<'a> TrainingRows<'a> {
    /// The rows in view.
    pub(super) fn of(train: &Examples<'a>, weights: Option<&[f32]>) -> Self {
        Self {
            columns: Cow::Borrowed(train.inputs.columns),
            rows: train.inputs.rows.to_vec(),
            target: Cow::Borrowed(train.target),
            reviewed: train.reviewed,
            weights: weights.map(<[f32]>::to_vec),
        }
    }

    /// The rows as a family reads them.
    pub(in crate::candidate) fn examples(&self) -> Examples<'_> {
        Examples { inputs: Inputs { columns: &self.columns, rows: &self.rows }, target: &self.target, reviewed: None }
    }

    /// The first so many rows, as they are trained on.
    pub(in crate::candidate) fn first(&self, rows: usize) -> Examples<'_> {
        let rows = &self.rows[..self.rows.len().min(rows)];
        Examples { inputs: Inputs { columns: &self.columns, rows }, target: &self.target, reviewed: None }
    }

    /// What each row weighs, 1 on average; none where all weigh the same.
    pub(in crate::candidate) fn weights(&self) -> Option<&[f32]> {
        self.weights.as_deref()
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(super) fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Where the row at a place stands in the columns and the target.
    pub(super) fn row(&self, place: usize) -> usize {
        self.rows[place] as usize
    }

    /// Labels of the rows, by place; empty where numbers are predicted.
    pub(super) fn labels(&self) -> Vec<u32> {
        self.examples().labels()
    }

    /// Names of the classes; none where numbers are predicted.
    pub(super) fn names(&self) -> &[String] {
        match &*self.target {
            Target::Classes { names, .. } => names,
            Target::Numbers(_) | Target::Texts { .. } | Target::Choices { .. } | Target::Itself { .. } => &[],
        }
    }

    /// Rows of each class; empty where numbers are predicted.
    pub(super) fn counts(&self) -> Vec<u64> {
        self.target.counts(&self.rows)
    }

    /// Keeps the rows at these places alone, in this order.
    pub(super) fn keep(&mut self, places: &[usize]) {
        self.rows = places.iter().map(|&place| self.rows[place]).collect();
        if let Some(weights) = &mut self.weights {
            *weights = places.iter().map(|&place| weights[place]).collect();
        }
    }

    /// Leaves out the rows at these places.
    pub(super) fn leave_out(&mut self, places: &[usize]) {
        let mut out = vec![false; self.len()];
        places.iter().for_each(|&place| out[place] = true);
        let kept: Vec<usize> = (0..self.len()).filter(|&place| !out[place]).collect();
        self.keep(&kept);
    }

    /// Adds copies of the rows at these places behind the others; their cells may be changed then.
    pub(super) fn repeat(&mut self, places: &[usize]) -> Result<(), FitError> {
        let all: Vec<usize> = (0..self.len()).chain(places.iter().copied()).collect();
        if u32::try_from(all.len()).is_err() {
            return Err(FitError::Unfit(format!("{} training rows are more than can be counted", all.len())));
        }
        let taken: Vec<usize> = all.iter().map(|&place| self.row(place)).collect();
        self.gather(&taken);
        if let Some(weights) = &mut self.weights {
            *weights = all.iter().map(|&place| weights[place]).collect();
        }
        Ok(())
    }

    /// The cells, to be changed: row after row by place, no row of the data set twice.
    pub(super) fn cells(&mut self) -> &mut [Column] {
        let taken: Vec<usize> = (0..self.len()).map(|place| self.row(place)).collect();
        self.gather(&taken);
        self.columns.to_mut()
    }

    /// Takes these rows of columns and target out of the data set: from then on row `i` stands at place `i`.
    fn gather(&mut self, taken: &[usize]) {
        let own = |column: &Column| {
            let values = match &column.values {
                Values::Numbers(numbers) => Values::Numbers(taken.iter().map(|&row| numbers[row]).collect()),
                Values::Categories { codes, levels } => {
                    Values::Categories { codes: taken.iter().map(|&row| codes[row]).collect(), levels: levels.clone() }
                }
                Values::Texts(texts) => Values::Texts(taken.iter().map(|&row| texts[row].clone()).collect()),
            };
            Column { name: column.name.clone(), kind: column.kind, values }
        };
        self.columns = Cow::Owned(self.columns.iter().map(own).collect());
        self.target = Cow::Owned(match &*self.target {
            Target::Classes { labels, names } => {
                Target::Classes { labels: taken.iter().map(|&row| labels[row]).collect(), names: names.clone() }
            }
            Target::Numbers(values) => Target::Numbers(taken.iter().map(|&row| values[row]).collect()),
            Target::Itself { bytes } => Target::Itself { bytes: taken.iter().map(|&row| bytes[row]).collect() },
            Target::Texts { references } => {
                Target::Texts { references: taken.iter().map(|&row| references[row].clone()).collect() }
            }
            Target::Choices { choices, gold } => Target::Choices {
                choices: taken.iter().map(|&row| choices[row].clone()).collect(),
                gold: taken.iter().map(|&row| gold[row].clone()).collect(),
            },
        });
        self.rows = (0..taken.len() as u32).collect();
        self.reviewed = None;
    }

    /// Takes what a person holds right in place of the targets as given; how many rows get another one. None where nobody has reviewed any,
    /// or rows were repeated or changed before.
    pub(super) fn take_reviewed(&mut self) -> Option<usize> {
        let right = self.reviewed?;
        let changed = self.rows.iter().filter(|row| self.target.differs(right, **row as usize)).count();
        self.target = Cow::Borrowed(right);
        Some(changed)
    }

    /// Gives rows other labels: a place and a label each.
    pub(super) fn relabel(&mut self, changes: &[Relabelled]) {
        let rows: Vec<usize> = changes.iter().map(|change| self.row(change.place)).collect();
        if let Target::Classes { labels, .. } = self.target.to_mut() {
            rows.iter().zip(changes).for_each(|(&row, change)| labels[row] = change.label);
        }
    }

    /// Gives rows the targets of others: the row at `places[i]` gets what the row at `from[i]` had before.
    pub(super) fn take_targets(&mut self, places: &[usize], from: &[usize]) {
        let row = |place: &usize| self.rows[*place] as usize;
        let (to, from): (Vec<usize>, Vec<usize>) = (places.iter().map(row).collect(), from.iter().map(row).collect());
        match self.target.to_mut() {
            Target::Classes { labels, .. } => {
                let taken: Vec<u32> = from.iter().map(|&row| labels[row]).collect();
                to.iter().zip(taken).for_each(|(&row, label)| labels[row] = label);
            }
            Target::Numbers(values) => {
                let taken: Vec<f64> = from.iter().map(|&row| values[row]).collect();
                to.iter().zip(taken).for_each(|(&row, value)| values[row] = value);
            }
            Target::Texts { .. } | Target::Choices { .. } | Target::Itself { .. } => {}
        }
    }

    /// Gives rows other numbers to predict: a place and a value each.
    pub(super) fn set_numbers(&mut self, changes: &[(usize, f64)]) {
        let rows: Vec<usize> = changes.iter().map(|change| self.row(change.0)).collect();
        if let Target::Numbers(values) = self.target.to_mut() {
            rows.iter().zip(changes).for_each(|(&row, change)| values[row] = change.1);
        }
    }

    /// Multiplies what each row weighs, and brings the mean back to 1.
    pub(super) fn weigh(&mut self, factors: &[f64]) {
        let before = |place: usize| self.weights.as_ref().map_or(1.0, |weights| f64::from(weights[place]));
        let weights: Vec<f64> = factors.iter().enumerate().map(|(place, factor)| factor * before(place)).collect();
        let mean = weights.iter().sum::<f64>() / weights.len().max(1) as f64;
        if mean > 0.0 {
            self.weights = Some(weights.iter().map(|weight| (weight / mean) as f32).collect());
        }
    }
}

/// A row that gets another label.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Relabelled {
    /// Its place among the training rows.
    pub(super) place: usize,
    /// The label that it gets.
    pub(super) label: u32,
}
