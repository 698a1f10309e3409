//! The kinds of data sets of known truth.

use std::fmt;

use crate::metric::Metric;
use crate::study::TaskKind;

/// What is hidden in a data set of known truth, and so what a ladder has to find out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Two classes from a weighted sum of the inputs and normal noise: the linear model is best.
    LinearClasses,
    /// A number from a weighted sum of the inputs and normal noise: the linear model is best.
    LinearValues,
    /// Two classes from a network with six hidden units and normal noise.
    TeacherClasses,
    /// A number from a network with six hidden units and normal noise.
    TeacherValues,
    /// Two classes by whether an even number of two inputs is negative, a tenth of the labels turned:
    /// neither input tells anything alone, so that small rungs only guess and large ones succeed.
    Staircase,
    /// Four classes, each the highest of four weighted sums, a fifth of the labels replaced by another.
    LabelNoise,
    /// Two classes by the throw of an uneven coin: nothing can be learned.
    PureNoise,
    /// A number from a weighted sum and, with more weight, an interaction of three inputs: the smallest
    /// rungs find the sum alone, several reach the same, and only larger ones rise.
    Plateau,
    /// Two classes from three of 40 inputs, in 300 rows: larger rungs learn the other 37 by heart.
    Overfit,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 9] = [
        Self::LinearClasses,
        Self::LinearValues,
        Self::TeacherClasses,
        Self::TeacherValues,
        Self::Staircase,
        Self::LabelNoise,
        Self::PureNoise,
        Self::Plateau,
        Self::Overfit,
    ];

    /// The name on a command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::LinearClasses => "linear-classes",
            Self::LinearValues => "linear-values",
            Self::TeacherClasses => "teacher-classes",
            Self::TeacherValues => "teacher-values",
            Self::Staircase => "staircase",
            Self::LabelNoise => "label-noise",
            Self::PureNoise => "pure-noise",
            Self::Plateau => "plateau",
            Self::Overfit => "overfit",
        }
    }

    /// The kind of that exact [`name`](Self::name), if there is one.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The kind of task.
    #[must_use]
    pub fn task(self) -> TaskKind {
        match self {
            Self::LinearValues | Self::TeacherValues | Self::Plateau => TaskKind::Regression,
            _ => TaskKind::Classification,
        }
    }

    /// The metric that the truth is known in: accuracy for classes, R² for numbers.
    #[must_use]
    pub fn metric(self) -> Metric {
        if self.task() == TaskKind::Regression { Metric::R2 } else { Metric::Accuracy }
    }

    /// Rows that make the kind what it is: few for overfitting, more for what takes many to find.
    #[must_use]
    pub fn usual_rows(self) -> usize {
        match self {
            Self::Overfit => 300,
            Self::Plateau => 4_000,
            _ => 2_000,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
