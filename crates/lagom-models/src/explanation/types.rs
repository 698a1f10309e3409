//! What an explanation is made of.

use crate::candidate::FitError;

/// How effects were found, and so what they mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Exact Shapley values of the score of trees: path-dependent (Lundberg et al. 2020).
    Trees,
    /// Exact Shapley values of the score of a linear model, whose inputs are taken as independent.
    Linear,
    /// How the answer changes where one column is set to what is usual; not exact.
    Replaced,
    /// How the answer changes without one word, or one run of words.
    Words,
}

/// Why a model gives its answer for one row.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// The class that is explained, by its place among the classes; none of a model of numbers.
    pub class: Option<usize>,
    /// The answer as `predict` gives it: the probability of each class, or the number in the target's unit.
    pub answer: Vec<f64>,
    /// What the parts of the row do.
    pub effects: Effects,
}

/// What the parts of a row do to the answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Effects {
    /// Parts of the score, one an input column: `base` and all of them add up to `score`. For numbers the score is the answer in the target's own
    /// unit; for two classes the log-odds of the class that is explained; for more its score before the softmax, the same up to a constant of the row.
    Added {
        /// [`Way::Trees`] or [`Way::Linear`].
        way: Way,
        /// The mean score over the training rows, as the method takes it.
        base: f64,
        /// The score of this row.
        score: f64,
        /// One an input column.
        columns: Vec<f64>,
    },
    /// What each input column does: the answer less that with the column set to what is usual, as probability of the class or in the target's unit.
    Replaced {
        /// One an input column: what it was set to, in words, and the effect.
        columns: Vec<(String, f64)>,
    },
    /// What each word does: the answer less that without it, as probability of the class or in the target's unit.
    Words {
        /// The words in the order of the text, or runs of them where there are very many.
        words: Vec<(String, f64)>,
    },
}

impl Effects {
    /// How they were found.
    #[must_use]
    pub fn way(&self) -> Way {
        match self {
            Self::Added { way, .. } => *way,
            Self::Replaced { .. } => Way::Replaced,
            Self::Words { .. } => Way::Words,
        }
    }
}

/// Why there is no explanation.
#[derive(Debug, thiserror::Error)]
pub enum ExplainError {
    /// The model can't answer.
    #[error(transparent)]
    Model(#[from] FitError),
    /// It answers the same whatever the row.
    #[error("there is nothing to explain: this model looks at no input, and answers the same for every row")]
    SameForAll,
    /// It says how likely a text is: without one of its words it is another text.
    #[error("a language model is not explained: without one of its words a text is another one to predict")]
    Itself,
    /// It is two models in a row.
    #[error("this model is a cascade of two, of which one answers each row: a cascade is not explained")]
    Cascade,
    /// The bundle does not hold what the training rows say.
    #[error("the file holds nothing of its training rows that an answer could be compared with")]
    NoBackground,
    /// The text has no words.
    #[error("the row has no words")]
    NoWords,
}

impl ExplainError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Model(_) => Some("run `lagom run` again to write the model anew"),
            Self::SameForAll => None,
            Self::Itself => Some("`lagom predict` says how likely each text is"),
            Self::Cascade => Some(
                "boosted trees, linear models, networks and neighbours are explained each on its own: run a study without [cascade], and explain its choice",
            ),
            Self::NoBackground => Some(
                "an older lagom wrote it: run `lagom run` on its study again, which trains nothing and puts into the file what is missing",
            ),
            Self::NoWords => Some("give a row with a text"),
        }
    }
}
