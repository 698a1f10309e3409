//! A data set as trials see it: typed input columns, a target, and which rows are sealed.

use std::io::{BufWriter, Write};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::kind::ColumnKind;
use super::units::Units;
use crate::metric::{
    ClassOutcomes, Metric, MetricError, Outcomes, TextOutcomes, TextSettings, ValueOutcomes, bits_per_byte_statistics,
};
use crate::study::TaskKind;

/// The code of a missing categorical cell.
pub const MISSING: u32 = u32::MAX;

/// The label of a row whose class never occurs outside the holdout: counted as wrong for every candidate.
pub const UNSEEN: u32 = u32::MAX;

/// Bytes that are hashed at once: enough for the hash's widest instructions.
const BLOCK: usize = 1 << 16;

/// One input column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Column {
    /// Its name in the file's header, or `column-N`.
    pub name: String,
    /// What kind of column it is treated as.
    pub kind: ColumnKind,
    /// Its cells, one a row.
    pub values: Values,
}

/// The cells of a column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Values {
    /// Numbers; NaN is a missing cell.
    Numbers(Vec<f64>),
    /// Categories as positions in `levels`; [`MISSING`] is a missing cell.
    Categories {
        /// One code a row.
        codes: Vec<u32>,
        /// The spelling of each category.
        levels: Vec<String>,
    },
    /// Texts; an empty one is a missing cell.
    Texts(Vec<String>),
}

/// What is to be predicted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Target {
    /// Classes as positions in `names`; [`UNSEEN`] for a class that only the holdout has.
    Classes {
        /// One label a row.
        labels: Vec<u32>,
        /// The spelling of each class.
        names: Vec<String>,
    },
    /// Numbers, in the target's own unit.
    Numbers(Vec<f64>),
    /// Texts that any answer may be compared with.
    Texts {
        /// The accepted answers of each row, at least one.
        references: Vec<Vec<String>>,
    },
    /// One of the choices of each row.
    Choices {
        /// What there is to choose from, a list a row, at least two each.
        choices: Vec<Vec<String>>,
        /// Which of them are right, as positions: at least one a row.
        gold: Vec<Vec<u32>>,
    },
    /// The input itself: a text, by how likely a model finds it.
    Itself {
        /// Bytes of UTF-8 of the text of each row, at least one.
        bytes: Vec<u32>,
    },
}

/// A view of some rows of some columns, without the target.
#[derive(Clone, Copy, Debug)]
pub struct Inputs<'a> {
    /// The input columns.
    pub columns: &'a [Column],
    /// Positions of the rows in view.
    pub rows: &'a [u32],
}

/// Some rows with their target: what a candidate is trained on or checked against.
#[derive(Clone, Copy, Debug)]
pub struct Examples<'a> {
    /// The inputs.
    pub inputs: Inputs<'a>,
    /// The target of the whole data set; only `inputs.rows` of it are in view.
    pub target: &'a Target,
    /// The target that a person holds right, for a training where any rows were reviewed: `target` is that as given then.
    pub reviewed: Option<&'a Target>,
}

/// The whole data of a study.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Dataset {
    /// The kind of task.
    pub task: TaskKind,
    /// Input columns in the order of the file.
    pub columns: Vec<Column>,
    /// Name of the target column.
    pub target_name: String,
    /// The target, one a row: what models are judged by. Where rows were reviewed it is what a person holds right; see [`Dataset::given`].
    pub target: Target,
    /// Group of each row, where the study names a group column.
    pub groups: Option<Vec<u32>>,
    /// Rank of each row in time, where the study names a time column.
    pub times: Option<Vec<u32>>,
    /// Rows that trials may train and validate on.
    pub development: Vec<u32>,
    /// Rows under seal; see [`super::holdout`].
    pub(super) sealed: Vec<u32>,
    /// Further columns, as texts: what prompts may name and answers be found by, and no trained model sees. Empty
    /// where no model is called.
    pub beside: Vec<Column>,
    /// Rows that count as one: found again from the rest whenever the data are read.
    #[serde(skip)]
    pub(super) units: Option<Arc<Units>>,
    /// What the target was before it was reviewed: written behind the rest, so that files without it are as they were.
    #[serde(skip)]
    pub(super) reviewed: Option<Reviewed>,
}

/// What was there before a person reviewed targets, and where that person looked. What is right stands in the data set itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reviewed {
    /// The targets as they were given, of all rows.
    pub given: Target,
    /// The rows that were reviewed, in ascending order.
    pub rows: Vec<u32>,
    /// How many rows could have been: those of the one file, or of the training file.
    pub of: u32,
}

/// The fields of a data set but those beside. Tuples are written as structures are: field after field.
type Core<'a> = (
    (TaskKind, &'a Vec<Column>, &'a String, &'a Target),
    (&'a Option<Vec<u32>>, &'a Option<Vec<u32>>, &'a Vec<u32>, &'a Vec<u32>),
);

impl Dataset {
    /// A data set in memory, all of whose rows may be trained on and validated on; each row counts for itself.
    #[must_use]
    pub fn without_holdout(task: TaskKind, columns: Vec<Column>, target: Target, rows: u32) -> Self {
        let development = (0..rows).collect();
        let target_name = "y".to_owned();
        Self {
            task,
            columns,
            target_name,
            target,
            groups: None,
            times: None,
            development,
            sealed: Vec::new(),
            beside: Vec::new(),
            units: None,
            reviewed: None,
        }
    }
}

impl Dataset {
    /// Number of classes; 0 for regression.
    #[must_use]
    pub fn classes(&self) -> u32 {
        self.target.classes()
    }

    /// Number of sealed rows.
    #[must_use]
    pub fn holdout_rows(&self) -> usize {
        self.sealed.len()
    }

    /// Whether the verdict is read by cross-fitting: no row is sealed for good, each repeat seals its own fold.
    #[must_use]
    pub fn is_cross_fitted(&self) -> bool {
        self.sealed.is_empty()
    }

    /// Number of rows that the verdict is read from: the sealed ones, or with cross-fitting all of them.
    #[must_use]
    pub fn tested_rows(&self) -> usize {
        if self.is_cross_fitted() { self.development.len() } else { self.sealed.len() }
    }

    /// As [`Dataset::tested_rows`], but copies of one row count once.
    #[must_use]
    pub fn tested_units(&self) -> usize {
        if self.is_cross_fitted() { self.distinct(&self.development) } else { self.distinct(&self.sealed) }
    }

    /// Which rows count as one; none where each counts for itself.
    #[must_use]
    pub fn units(&self) -> Option<&Arc<Units>> {
        self.units.as_ref()
    }

    /// Rows that count as one in splits of rows without groups or times: copies of one another.
    pub(super) fn copies(&self) -> Option<&[u32]> {
        self.units.as_ref().filter(|units| units.copies).map(|units| units.of_row.as_slice())
    }

    /// Whether any rows are kept together since they are copies of one another.
    pub(super) fn has_copies(&self) -> bool {
        self.units.as_ref().is_some_and(|units| units.joined)
    }

    /// The group of each row, with the copies of its rows.
    pub(super) fn whole_groups(&self) -> Option<&[u32]> {
        let groups = self.groups.as_deref()?;
        Some(self.units.as_ref().map_or(groups, |units| units.of_row.as_slice()))
    }

    /// `rows` without the further copies of those that stand before them: what a model that is asked need not answer twice.
    #[must_use]
    pub fn without_copies(&self, rows: Vec<u32>) -> Vec<u32> {
        let Some(units) = self.copies() else { return rows };
        let mut seen = std::collections::HashSet::new();
        rows.into_iter().filter(|&row| units.get(row as usize).is_none_or(|unit| seen.insert(*unit))).collect()
    }

    /// Number of `rows` that are no copies of one before them.
    #[must_use]
    pub fn distinct(&self, rows: &[u32]) -> usize {
        let Some(units) = self.copies() else { return rows.len() };
        rows.iter().filter_map(|&row| units.get(row as usize)).collect::<std::collections::HashSet<_>>().len()
    }

    /// The examples at `rows`, to judge by; see [`Dataset::training`].
    #[must_use]
    pub fn examples<'a>(&'a self, rows: &'a [u32]) -> Examples<'a> {
        Examples { inputs: Inputs { columns: &self.columns, rows }, target: &self.target, reviewed: None }
    }

    /// Identity of the data: BLAKE3 of everything a trial can see, as hexadecimal digits.
    ///
    /// # Errors
    /// A part of them has no encoding.
    pub fn digest(&self) -> Result<String, postcard::Error> {
        self.identity(&self.target, self.reviewed.as_ref())
    }

    /// Identity of the data as they were before a person reviewed any: [`Dataset::digest`] where nobody has.
    ///
    /// # Errors
    /// A part of them has no encoding.
    pub fn digest_as_given(&self) -> Result<String, postcard::Error> {
        self.identity(self.given(), None)
    }

    fn identity(&self, target: &Target, reviewed: Option<&Reviewed>) -> Result<String, postcard::Error> {
        let mut hasher = blake3::Hasher::new();
        feed(&mut hasher, &self.core(target))?;
        // Data sets without further columns keep the identity that they had before there were any.
        if !self.beside.is_empty() {
            feed(&mut hasher, &self.beside)?;
        }
        // Splits follow from the units too, so what was trained before there were any is another trial.
        if let Some(units) = self.units.as_ref().filter(|_| self.has_copies()) {
            feed(&mut hasher, units.of_rows())?;
        }
        if let Some(reviewed) = reviewed {
            feed(&mut hasher, reviewed)?;
        }
        Ok(hasher.finalize().to_hex().to_string())
    }

    /// Everything that a trained model can see with these targets, in the order of the fields.
    fn core<'a>(&'a self, target: &'a Target) -> Core<'a> {
        (
            (self.task, &self.columns, &self.target_name, target),
            (&self.groups, &self.times, &self.development, &self.sealed),
        )
    }
}

/// Hashes a value as it is stored, in blocks: the bytes of all of it need no room of their own.
fn feed<T: Serialize + ?Sized>(hasher: &mut blake3::Hasher, value: &T) -> Result<(), postcard::Error> {
    let mut blocks = BufWriter::with_capacity(BLOCK, hasher);
    let written = postcard::to_io(value, &mut blocks)?;
    // A hasher takes whatever is written.
    let _ = written.flush();
    Ok(())
}

impl Target {
    /// Number of classes; 0 where the target is something else.
    #[must_use]
    pub fn classes(&self) -> u32 {
        match self {
            Self::Classes { names, .. } => u32::try_from(names.len()).unwrap_or(u32::MAX),
            Self::Numbers(_) | Self::Texts { .. } | Self::Choices { .. } | Self::Itself { .. } => 0,
        }
    }

    /// Number of rows, sealed ones included.
    #[must_use]
    pub fn rows(&self) -> usize {
        match self {
            Self::Classes { labels, .. } => labels.len(),
            Self::Numbers(values) => values.len(),
            Self::Texts { references } => references.len(),
            Self::Choices { choices, .. } => choices.len(),
            Self::Itself { bytes } => bytes.len(),
        }
    }

    /// Number of `rows` of each class; empty where the target is something else.
    #[must_use]
    pub fn counts(&self, rows: &[u32]) -> Vec<u64> {
        let mut counts = vec![0; self.classes() as usize];
        if let Self::Classes { labels, .. } = self {
            for &row in rows {
                if let Some(count) = counts.get_mut(labels[row as usize] as usize) {
                    *count += 1;
                }
            }
        }
        counts
    }

    /// Standard deviation of a numeric target over `rows`; 0 where the target is something else.
    #[must_use]
    pub fn deviation(&self, rows: &[u32]) -> f64 {
        match self {
            Self::Classes { .. } | Self::Texts { .. } | Self::Choices { .. } | Self::Itself { .. } => 0.0,
            Self::Numbers(values) => {
                let picked: Vec<f64> = rows.iter().map(|&row| values[row as usize]).collect();
                crate::stats::variance(&picked).max(0.0).sqrt()
            }
        }
    }
}

impl Examples<'_> {
    /// Number of examples in view.
    #[must_use]
    pub fn len(&self) -> usize {
        self.inputs.rows.len()
    }

    /// Whether no example is in view.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.inputs.rows.is_empty()
    }

    /// Labels of the examples in view; empty where the target is something else.
    #[must_use]
    pub fn labels(&self) -> Vec<u32> {
        match self.target {
            Target::Classes { labels, .. } => self.inputs.rows.iter().map(|&row| labels[row as usize]).collect(),
            Target::Numbers(_) | Target::Texts { .. } | Target::Choices { .. } | Target::Itself { .. } => Vec::new(),
        }
    }

    /// Target values of the examples in view; empty where the target is no number.
    #[must_use]
    pub fn numbers(&self) -> Vec<f64> {
        match self.target {
            Target::Classes { .. } | Target::Texts { .. } | Target::Choices { .. } | Target::Itself { .. } => {
                Vec::new()
            }
            Target::Numbers(values) => self.inputs.rows.iter().map(|&row| values[row as usize]).collect(),
        }
    }

    /// What predictions for these examples come to: per-example statistics of every metric.
    ///
    /// `predictions` has a row of class probabilities for each example, or one value in the target's unit; where texts themselves are predicted,
    /// the natural logarithm of the probability of each.
    ///
    /// # Errors
    /// A prediction is not a finite number, or no probability; the target is made of texts, which no trained model
    /// predicts.
    pub fn outcomes(&self, predictions: &[f64]) -> Result<Outcomes, MetricError> {
        match self.target {
            Target::Classes { names, .. } => {
                let mut outcomes = ClassOutcomes::new(self.target.classes());
                let rows = predictions.chunks_exact(names.len().max(1));
                for (label, probabilities) in self.labels().into_iter().zip(rows) {
                    let probabilities: Vec<f32> = probabilities.iter().map(|&share| share as f32).collect();
                    outcomes.push(label, &probabilities)?;
                }
                Ok(Outcomes::Classes(outcomes))
            }
            Target::Numbers(_) => {
                Ok(Outcomes::Values(ValueOutcomes { truth: self.numbers(), predicted: predictions.to_vec() }))
            }
            Target::Itself { bytes } => {
                let mut outcomes = TextOutcomes::new(Metric::BitsPerByte, TextSettings::default())?;
                for (row, log) in self.inputs.rows.iter().zip(predictions) {
                    outcomes.push(&bits_per_byte_statistics(*log, u64::from(bytes[*row as usize]))?)?;
                }
                Ok(Outcomes::Texts(outcomes))
            }
            Target::Texts { .. } | Target::Choices { .. } => Err(MetricError::Texts),
        }
    }
}
