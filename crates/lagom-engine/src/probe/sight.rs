//! What a probe sees of a trained model: the model and the validation rows of its own repeat, and no other row.

use std::collections::{BTreeMap, BTreeSet};

use rand::seq::SliceRandom as _;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::LooksAtModels;
use crate::candidate::{FitError, Model};
use crate::data::{Column, Dataset, Examples, Inputs, Target, Values, seed};
use crate::metric::{Metric, MetricError, Outcomes, score};
use crate::stats::t_quantile;
use crate::study::costs::{Estimated, Range};

/// Blocks that rows are dealt into: a figure's standard error is that of the jackknife over them.
pub(super) const BLOCKS: usize = 20;

/// A model that a probe looks at, with validation rows that it was not trained on.
#[derive(Clone, Copy, Debug)]
pub struct Sight<'a> {
    /// The model.
    pub model: &'a Model,
    /// Rows of its own repeat.
    pub part: &'a Part,
    /// The measure of quality in the study.
    pub metric: Metric,
    /// The seed of the repeat's split: the same for all candidates, so that all meet the same chance.
    pub seed: u64,
}

/// Some rows, cut out of the data so that no other row is within reach.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// The input columns, of these rows alone.
    pub columns: Vec<Column>,
    /// Their target.
    pub target: Target,
    /// Which rows are no evidence apart: copies, and rows of one group.
    pub units: Vec<u32>,
}

/// What a probe measured of a candidate, in its own form: what `look` writes `tell` reads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Figures(serde_json::Value);

/// Why a probe has no figures.
#[derive(Debug, thiserror::Error)]
pub enum ProbeError {
    /// The model can't answer.
    #[error(transparent)]
    Model(#[from] FitError),
    /// Its answers can't be scored.
    #[error(transparent)]
    Metric(#[from] MetricError),
    /// There is nothing that it could measure.
    #[error("{0}")]
    Nothing(String),
}

impl Figures {
    /// Figures as they are kept.
    ///
    /// # Errors
    /// They have no encoding.
    pub fn of(figures: &impl Serialize) -> Result<Self, ProbeError> {
        serde_json::to_value(figures).map(Self).map_err(|error| ProbeError::Nothing(error.to_string()))
    }

    /// The figures as their probe reads them; none where another version wrote them.
    #[must_use]
    pub fn read<T: DeserializeOwned>(&self) -> Option<T> {
        T::deserialize(&self.0).ok()
    }
}

/// Content address of what a probe measures of the models of these trials: BLAKE3 of its name and version, the metric and the trials' own addresses.
#[must_use]
pub fn look_key(name: &str, probe: &dyn LooksAtModels, metric: Metric, trials: &[String]) -> String {
    let text = format!("probe\n{name}\n{}\n{}\n{}", probe.version(), metric.name(), trials.join("\n"));
    blake3::hash(text.as_bytes()).to_hex()[..32].to_string()
}

impl Part {
    /// These rows of a data set.
    #[must_use]
    pub fn of(dataset: &Dataset, rows: &[u32]) -> Self {
        let unit = |row: &u32| dataset.units().and_then(|units| units.of_rows().get(*row as usize)).copied();
        Self {
            columns: dataset.columns.iter().map(|column| cut(column, rows)).collect(),
            target: target(&dataset.target, rows),
            units: rows.iter().map(|row| unit(row).unwrap_or(*row)).collect(),
        }
    }

    /// The same with the columns beside the inputs, which templates may name.
    #[must_use]
    pub fn with_all_columns(dataset: &Dataset, rows: &[u32]) -> Self {
        let mut part = Self::of(dataset, rows);
        part.columns.extend(dataset.beside.iter().map(|column| cut(column, rows)));
        part
    }

    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.units.len()
    }

    /// Rows that are not of the most frequent class; all rows where there are no classes.
    pub(super) fn of_other_classes(&self) -> u64 {
        let Target::Classes { labels, names } = &self.target else { return self.rows() as u64 };
        let mut counts = vec![0; names.len().max(1)];
        labels.iter().for_each(|label| counts[*label as usize] += 1);
        labels.len() as u64 - counts.into_iter().max().unwrap_or(0)
    }

    /// Rows that are evidence apart.
    #[must_use]
    pub fn independent(&self) -> usize {
        self.units.iter().collect::<BTreeSet<&u32>>().len()
    }

    /// At most so many of the rows, drawn with the seed, in their order.
    #[must_use]
    pub fn at_most(&self, most: usize, seed: u64) -> Self {
        if self.rows() <= most {
            return self.clone();
        }
        let mut rows: Vec<u32> = (0..self.rows() as u32).collect();
        rows.shuffle(&mut seed::generator(seed, "probe rows", 0));
        rows.truncate(most);
        rows.sort_unstable();
        Self {
            columns: self.columns.iter().map(|column| cut(column, &rows)).collect(),
            target: target(&self.target, &rows),
            units: rows.iter().map(|row| self.units[*row as usize]).collect(),
        }
    }

    /// What a model answers on these columns in place of the part's own: class probabilities `[rows, classes]`, or values `[rows]`.
    pub(super) fn answers(&self, model: &Model, columns: &[Column]) -> Result<Vec<f64>, ProbeError> {
        let rows: Vec<u32> = (0..self.rows() as u32).collect();
        Ok(model.predict(&Inputs { columns, rows: &rows })?)
    }

    /// What answers come to.
    pub(super) fn outcomes(&self, answers: &[f64]) -> Result<Outcomes, ProbeError> {
        let rows: Vec<u32> = (0..self.rows() as u32).collect();
        let inputs = Inputs { columns: &self.columns, rows: &rows };
        Ok(Examples { inputs, target: &self.target, reviewed: None }.outcomes(answers)?)
    }

    /// The block of each row, below [`BLOCKS`]; rows that are no evidence apart are in one.
    pub(super) fn blocks(&self, seed: u64) -> Vec<usize> {
        let mut units: Vec<u32> = self.units.clone();
        units.sort_unstable();
        units.dedup();
        units.shuffle(&mut seed::generator(seed, "probe blocks", 0));
        let block: BTreeMap<u32, usize> = units.iter().enumerate().map(|(at, unit)| (*unit, at % BLOCKS)).collect();
        self.units.iter().map(|unit| block[unit]).collect()
    }
}

/// A quality on all rows of a part, and without each of its blocks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Measured {
    /// On all rows, in the metric's unit.
    pub(super) value: f64,
    /// Without each block.
    pub(super) without: Vec<f64>,
}

impl Measured {
    /// The quality of outcomes whose rows are in these blocks. A block without which nothing can be scored counts as making no difference.
    pub(super) fn of(metric: Metric, outcomes: &Outcomes, blocks: &[usize]) -> Result<Self, ProbeError> {
        let value = score(metric, outcomes)?.value;
        let mut without = Vec::with_capacity(BLOCKS);
        for block in 0..BLOCKS {
            let left: Vec<usize> = (0..blocks.len()).filter(|row| blocks[*row] != block).collect();
            let scored = outcomes.select(&left).and_then(|left| score(metric, &left));
            without.push(scored.map_or(value, |scored| scored.value));
        }
        Ok(Self { value, without })
    }
}

/// A figure that is at least 0, with the two-sided interval of its standard error by the jackknife over [`BLOCKS`].
pub(super) fn estimated(value: f64, error: f64, confidence: f64) -> Estimated {
    let half = t_quantile(1.0 - (1.0 - confidence) / 2.0, (BLOCKS - 1) as f64) * error;
    let range = Range { low: (value - half).max(0.0), high: (value + half).max(0.0) };
    Estimated { value: value.max(0.0), range: Some(range).filter(|_| half.is_finite()) }
}

/// Some rows of a column.
pub(super) fn cut(column: &Column, rows: &[u32]) -> Column {
    let values = match &column.values {
        Values::Numbers(numbers) => Values::Numbers(rows.iter().map(|row| numbers[*row as usize]).collect()),
        Values::Categories { codes, levels } => {
            Values::Categories { codes: rows.iter().map(|row| codes[*row as usize]).collect(), levels: levels.clone() }
        }
        Values::Texts(texts) => Values::Texts(rows.iter().map(|row| texts[*row as usize].clone()).collect()),
    };
    Column { name: column.name.clone(), kind: column.kind, values }
}

/// Some rows of a target.
fn target(target: &Target, rows: &[u32]) -> Target {
    let at = |row: &u32| *row as usize;
    match target {
        Target::Classes { labels, names } => {
            Target::Classes { labels: rows.iter().map(|row| labels[at(row)]).collect(), names: names.clone() }
        }
        Target::Numbers(values) => Target::Numbers(rows.iter().map(|row| values[at(row)]).collect()),
        Target::Itself { bytes } => Target::Itself { bytes: rows.iter().map(|row| bytes[at(row)]).collect() },
        Target::Texts { references } => {
            Target::Texts { references: rows.iter().map(|row| references[at(row)].clone()).collect() }
        }
        Target::Choices { choices, gold } => Target::Choices {
            choices: rows.iter().map(|row| choices[at(row)].clone()).collect(),
            gold: rows.iter().map(|row| gold[at(row)].clone()).collect(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::ColumnKind;
    use crate::study::TaskKind;

    #[test]
    fn no_row_beside_those_named_is_within_reach() {
        let column = Column {
            name: "x".to_owned(),
            kind: ColumnKind::Numeric,
            values: Values::Numbers((0..50).map(f64::from).collect()),
        };
        let target = Target::Numbers((0..50).map(f64::from).collect());
        let dataset = Dataset::without_holdout(TaskKind::Regression, vec![column], target, 50);
        let part = Part::of(&dataset, &[3, 9, 40]);
        assert_eq!(part.columns[0].values, Values::Numbers(vec![3.0, 9.0, 40.0]));
        assert_eq!((part.target.clone(), part.units.clone()), (Target::Numbers(vec![3.0, 9.0, 40.0]), vec![3, 9, 40]));
        let fewer = part.at_most(2, 1);
        assert_eq!((fewer.rows(), part.at_most(3, 1)), (2, part.clone()));
        assert_eq!(fewer, part.at_most(2, 1));
    }

    #[test]
    fn copies_are_in_one_block() {
        let part = Part {
            columns: Vec::new(),
            target: Target::Numbers(vec![0.0; 60]),
            units: (0..60).map(|row| row / 3).collect(),
        };
        let blocks = part.blocks(7);
        assert!(blocks.chunks_exact(3).all(|unit| unit[0] == unit[1] && unit[1] == unit[2]));
        assert_eq!((0..BLOCKS).filter(|block| blocks.contains(block)).count(), BLOCKS);
    }
}
