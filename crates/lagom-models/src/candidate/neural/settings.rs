//! The words of a network's recipe: which optimiser, which schedule, which loss, which architecture.

use serde::{Deserialize, Serialize};

/// How the weights are moved by a gradient; definitions and constants are PyTorch's where it has one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Optimiser {
    /// Adam with decoupled weight decay (Loshchilov & Hutter 2019).
    #[default]
    AdamW,
    /// Adam (Kingma & Ba 2015); weight decay is added to the gradient.
    Adam,
    /// Stochastic gradient descent with momentum 0.9 (Polyak 1964); weight decay is added to the gradient.
    Sgd,
    /// RMSprop (Tieleman & Hinton 2012) with smoothing 0.99; weight decay is added to the gradient.
    RmsProp,
    /// Lion (Chen et al. 2023, "Symbolic discovery of optimization algorithms"): steps of one length along the sign of a running
    /// mean; weight decay is decoupled. The newer optimiser that burn-optim 0.22 ships, too; PyTorch has none.
    Lion,
}

impl Optimiser {
    /// How many times larger its learning rates are than those of AdamW. Those of SGD were 0.1 for perceptrons, and 3 for embeddings, of which a
    /// step touches few; those of Lion are 3 to 10 times smaller (Chen et al. 2023, section 5), of which a tenth was the better on all four data
    /// sets (log/2026-11-29-network-levers.md).
    pub(crate) fn rates(self) -> f64 {
        match self {
            Self::AdamW | Self::Adam | Self::RmsProp => 1.0,
            Self::Sgd => 30.0,
            Self::Lion => 0.1,
        }
    }

    /// How many times larger its own weight decay is than that of AdamW. Decay that is added to the gradient is not multiplied by the
    /// learning rate alone: 1e-4 is usual there where 0.1 is for AdamW. Lion's is larger as its rate is smaller (Chen et al. 2023).
    pub(crate) fn decay(self) -> f64 {
        match self {
            Self::AdamW => 1.0,
            Self::Adam | Self::Sgd | Self::RmsProp => 1e-3,
            Self::Lion => 10.0,
        }
    }
}

/// How the learning rate goes through a training.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Schedule {
    /// Behind the warm-up down to 0 along half a cosine (Loshchilov & Hutter 2017).
    #[default]
    Cosine,
    /// Behind the warm-up the peak to the end.
    Constant,
    /// Behind the warm-up the peak, a tenth of it from the half of the steps left on, a hundredth from three quarters on (He et al. 2016).
    Step,
    /// Behind the warm-up down to 0 along a line.
    Linear,
    /// From a 25th of the peak up to it and down to a 250,000th of it, each along half a cosine, while the momentum goes from 0.95
    /// to 0.85 and back (Smith 2018; PyTorch's `OneCycleLR`). The warm-up is the share of the steps that it rises in.
    OneCycle,
}

/// What a training on classes makes small.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClassLoss {
    /// Cross-entropy, in nats.
    #[default]
    CrossEntropy,
    /// Cross-entropy times the squared share of the probability that the true class lacks (Lin et al. 2017, γ = 2): rows that are told
    /// well count little.
    Focal,
    /// Cross-entropy, each row weighted by the inverse of its class's frequency among the training rows (PyTorch's
    /// `CrossEntropyLoss(weight=…)` with scikit-learn's `balanced` weights).
    ClassWeighted,
    /// `max(0, 1 + largest other score - score of the true class)` (Crammer & Singer 2001). Probabilities are the softmax of the scores.
    Hinge,
}

/// What a training on numbers makes small; errors are in standard deviations of the training targets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NumberLoss {
    /// The squared error: predicts the mean.
    #[default]
    Squared,
    /// The absolute error: predicts the median.
    Absolute,
    /// Half the squared error up to 1, the absolute error less a half beyond (Huber 1964, δ = 1): between mean and median.
    Huber,
    /// The pinball loss of the half quantile (Koenker & Bassett 1978, τ = 0.5): predicts the median.
    Quantile,
}

/// What follows each hidden layer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Activation {
    /// `max(0, x)`.
    #[default]
    Relu,
    /// `x Φ(x)` with the normal distribution function Φ (Hendrycks & Gimpel 2016; the exact form).
    Gelu,
    /// `x / (1 + exp(-x))` (Elfwing et al. 2018).
    Silu,
    /// The hyperbolic tangent.
    Tanh,
}

/// What hidden units are brought to before the activation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Normalisation {
    /// Nothing.
    #[default]
    None,
    /// Mean 0 and variance 1 of each unit over the rows of a step; running ones, of all steps, when it answers (Ioffe & Szegedy 2015).
    Batch,
    /// Mean 0 and variance 1 of each row over the units of the layer (Ba et al. 2016).
    Layer,
}

/// Which weights are kept: those of a step or a mean over many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WeightAveraging {
    /// Those of one step.
    #[default]
    None,
    /// A running mean that keeps 0.99 of itself in each step (PyTorch's `AveragedModel` with `get_ema_multi_avg_fn(0.99)`).
    Ema,
    /// The mean over the steps of the last quarter of the schedule (Izmailov et al. 2018); before it, those of the step. The training goes
    /// through the whole schedule.
    Swa,
}
