//! What can be wrong with data, and how grave it is.

use serde::{Deserialize, Serialize};

use crate::caution::{Measure, tells_every_row};

/// Rows of a finding that are named beside it; all of them are in the files that are written.
const NAMED: usize = 10;

/// How grave a finding is; the gravest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Figures on these data would mislead.
    Grave,
    /// Something to look at before figures are trusted.
    Warning,
    /// Worth knowing.
    Info,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Issue {
    /// One column alone tells the target.
    TellsTarget {
        /// The column.
        column: String,
        /// What `score` is.
        measure: Measure,
        /// How well the column alone predicts rows that its rule was not made from.
        score: f64,
    },
    /// One column alone nearly tells the target: a noisy copy of it, or a good input.
    NearlyTells {
        /// The column.
        column: String,
        /// What `score` is.
        measure: Measure,
        /// How well the column alone predicts rows that its rule was not made from.
        score: f64,
    },
    /// Rows of the same thing stand on both sides of every split.
    RepeatedKey {
        /// The column that tells which rows are of the same thing.
        column: String,
        /// How many things there are.
        keys: u64,
    },
    /// A column has one value in each class: it may be derived from the target.
    FollowsTarget {
        /// The column.
        column: String,
        /// Different values it has.
        levels: u64,
    },
    /// The order of the rows tells the target.
    SortedByTarget,
    /// Rows have the same inputs as others.
    Duplicates {
        /// Inputs that stand more than once.
        groups: u64,
    },
    /// Rows with the same inputs have different targets.
    ConflictingTargets {
        /// Inputs with more than one target.
        groups: u64,
        /// Rows that have another target than most of their group.
        minority: u64,
    },
    /// Rows are nearly the same as others.
    NearDuplicates {
        /// How likeness is measured.
        likeness: Likeness,
        /// Groups of rows that are nearly the same.
        groups: u64,
        /// Rows whose target is not that of the row they are nearly the same as.
        other_target: u64,
    },
    /// Rows of the holdout stand among those that are trained on.
    Overlap {
        /// Whether they are the same, or nearly so.
        exact: bool,
    },
    /// Cells of a column lie far from all others.
    FarCells {
        /// The column.
        column: String,
        /// The cell that is farthest from the median.
        farthest: f64,
        /// How far it is, in robust standard deviations.
        deviations: f64,
        /// The value that most of these cells share, if they do: likely a code for a missing one.
        code: Option<f64>,
    },
    /// Rows have no other row near them.
    LonelyRows {
        /// How much farther the farthest one is from its nearest row than rows are in the median.
        times: f64,
    },
    /// Cells of a column are missing.
    Missing {
        /// The column.
        column: String,
    },
    /// Columns are missing in the same rows.
    MissingTogether {
        /// The columns.
        columns: Vec<String>,
    },
    /// Whether a cell is missing tells something of the target.
    MissingTells {
        /// The column.
        column: String,
        /// How much: Cramér's V of classes, the correlation ratio of numbers; between 0 and 1.
        strength: f64,
    },
    /// Classes have too few rows to be in every part of every split.
    RareClasses {
        /// The classes.
        classes: Vec<String>,
    },
    /// One class has many times the rows of another.
    Imbalance {
        /// The class with the most rows.
        commonest: String,
        /// The class with the fewest.
        rarest: String,
        /// How many times as many rows it has.
        times: f64,
    },
    /// Rows of the holdout can be told from those that are trained on.
    Shift {
        /// How well: the area under the ROC curve, 0.5 where not at all.
        auc: f64,
        /// Lower end of its 95 % interval.
        low: f64,
        /// Upper end.
        high: f64,
    },
    /// A column is distributed otherwise in the holdout.
    ShiftedColumn {
        /// The column.
        column: String,
        /// The largest difference of shares: Kolmogorov–Smirnov's of numbers, the total variation of categories.
        distance: f64,
    },
    /// Labels are likely wrong.
    WrongLabels {
        /// The estimated share of wrong labels; none where the model that judged is too weak to say.
        noise: Option<f64>,
    },
}

/// Where the holdout is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holdout {
    /// A file of its own.
    Given,
    /// Drawn from the one file by lagom, or none for good.
    Drawn,
}

/// How likeness of rows is measured.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Likeness {
    /// The share of common pieces of the texts (Jaccard) is at least so much.
    Pieces(f64),
    /// The distance is at most so many times the median distance to the nearest row.
    Distance(f64),
}

/// Something that was found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// What it is.
    #[serde(flatten)]
    pub issue: Issue,
    /// How grave it is.
    pub severity: Severity,
    /// Rows that it is about.
    pub count: u64,
    /// Of how many.
    pub of: u64,
    /// The first of the rows as they are numbered in their file, from 1; empty where it is about all or none in particular.
    pub first: Vec<u64>,
    /// All of the rows, as positions in the data set.
    #[serde(skip)]
    pub rows: Vec<u32>,
}

impl Finding {
    /// About so many rows of so many, which are not named.
    #[must_use]
    pub fn of_rows(issue: Issue, severity: Severity, (count, of): (usize, usize)) -> Self {
        Self { issue, severity, count: count as u64, of: of as u64, first: Vec::new(), rows: Vec::new() }
    }

    /// About these rows, of so many.
    #[must_use]
    pub fn of_named(issue: Issue, severity: Severity, rows: Vec<u32>, of: usize) -> Self {
        let first = rows.iter().take(NAMED).map(|row| u64::from(*row) + 1).collect();
        Self { first, rows, ..Self::of_rows(issue, severity, (0, of)) }.counted()
    }

    fn counted(self) -> Self {
        Self { count: self.rows.len() as u64, ..self }
    }

    /// Names the first rows as their file numbers them, from 1.
    pub(super) fn number(&mut self, number: &dyn Fn(u32) -> u64) {
        self.first = self.rows.iter().take(NAMED).map(|row| number(*row)).collect();
    }

    /// Whether a column alone tells the target in every row: what has to be said before all else.
    #[must_use]
    pub fn is_shouted(&self) -> bool {
        matches!(self.issue, Issue::TellsTarget { score, .. } if tells_every_row(score))
    }
}
