//! What a candidate is: a family and a size.

use serde::{Deserialize, Serialize};

use crate::study::Family;

/// The family of a candidate and the numbers that fix its size.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "family", rename_all = "kebab-case")]
pub enum Spec {
    /// The commonest class, or the mean of the target.
    Baseline,
    /// Softmax or ridge regression on the table's columns.
    Linear,
    /// Boosted trees.
    Trees {
        /// Most leaves of one tree.
        leaves: u32,
        /// Most rounds of boosting.
        rounds: u32,
    },
    /// A multilayer perceptron.
    Mlp {
        /// Width of each hidden layer.
        hidden: Vec<u32>,
    },
    /// A linear model on hashed word and character n-grams with TF-IDF.
    Ngrams {
        /// Number of hash buckets.
        buckets: u32,
    },
    /// A network on averaged embeddings of hashed n-grams.
    Embedding {
        /// Number of hash buckets.
        buckets: u32,
        /// Length of an embedding.
        dimension: u32,
    },
    /// A model that is there already: it is asked, not trained.
    Called {
        /// Where its answers come from.
        backend: Family,
    },
}

/// One thing that could do the job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// Its name in tables and reports; unique within a study.
    pub name: String,
    /// What it is.
    pub spec: Spec,
    /// About how many parameters it will have; the count measured after training is the one that is reported.
    pub planned_parameters: u64,
}

impl Spec {
    /// The family this belongs to.
    #[must_use]
    pub fn family(&self) -> Family {
        match self {
            Self::Baseline => Family::Baseline,
            Self::Linear => Family::Linear,
            Self::Trees { .. } => Family::Trees,
            Self::Mlp { .. } => Family::Mlp,
            Self::Ngrams { .. } => Family::Ngrams,
            Self::Embedding { .. } => Family::Embedding,
            Self::Called { backend } => *backend,
        }
    }
}

/// What one family settled on while training: what a refit without validation rows reuses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Settled {
    /// Steps of the optimiser, epochs or rounds of boosting, as the family counts them; 0 where there are none.
    pub steps: u64,
    /// Steps that the learning rate's schedule was laid out for; 0 where there is no schedule.
    pub horizon: u64,
    /// Learning rate found by the search; 0 where there is none.
    pub learning_rate: f64,
    /// L2 penalty found by the search; 0 where there is none.
    pub l2: f64,
}

/// One point of a training curve.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Steps done, as the family counts them.
    pub step: u64,
    /// Mean loss on training rows, lower is better: nats an example for classes, squared standard
    /// deviations (half of that for linear models) for numbers.
    pub train_loss: f64,
    /// Mean loss on validation rows, in the same unit.
    pub validation_loss: f64,
    /// Quality on validation rows in the metric that the training was watched by, oriented: higher is better. None
    /// for families that are not watched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quality: Option<f64>,
    /// Floating-point operations so far, search and evaluation included; none where quality is not watched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flops: Option<f64>,
}

/// Why a candidate could not be trained.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FitError {
    /// The loss stopped being a number.
    #[error("{0}")]
    Diverged(String),
    /// The data leave nothing to learn from.
    #[error("{0}")]
    Unfit(String),
}

impl Settled {
    /// What most repeats agree on: the median of each figure.
    #[must_use]
    pub fn median(repeats: &[Self]) -> Self {
        let middle = |pick: fn(&Self) -> f64| crate::stats::median(&repeats.iter().map(pick).collect::<Vec<f64>>());
        if repeats.is_empty() {
            return Self::default();
        }
        Self {
            steps: middle(|one| one.steps as f64).round() as u64,
            horizon: middle(|one| one.horizon as f64).round() as u64,
            learning_rate: middle(|one| one.learning_rate),
            l2: middle(|one| one.l2),
        }
    }
}
