//! What a column of points is to a scaling law.

const SIZE: &[&str] = &[
    "n",
    "size",
    "modelsize",
    "params",
    "nparams",
    "numparams",
    "parameters",
    "numparameters",
    "parameter",
    "parametercount",
    "modelparams",
    "modelparameters",
    "nonembeddingparams",
    "nonembeddingparameters",
];
const DATA: &[&str] = &[
    "d",
    "data",
    "datasize",
    "tokens",
    "token",
    "ntokens",
    "numtokens",
    "traintokens",
    "trainingtokens",
    "rows",
    "trainrows",
    "examples",
    "nexamples",
    "trainexamples",
    "trainingexamples",
    "samples",
    "trainsamples",
];
const COMPUTE: &[&str] = &[
    "c",
    "flop",
    "flops",
    "compute",
    "trainflop",
    "trainflops",
    "trainingflop",
    "trainingflops",
    "trainingcompute",
    "traincompute",
];
const LOSS: &[&str] = &[
    "l",
    "loss",
    "verlust",
    "error",
    "errorrate",
    "crossentropy",
    "crossentropyloss",
    "logloss",
    "nll",
    "bpb",
    "bitsperbyte",
    "valloss",
    "validationloss",
    "evalloss",
    "testloss",
    "finalloss",
    "lossnats",
];
const QUALITY: &[&str] = &["accuracy", "acc", "score", "quality", "f1", "auc", "valaccuracy", "testaccuracy"];
const STANDARD_ERROR: &[&str] = &[
    "accuracyse",
    "accuracystderr",
    "se",
    "sem",
    "stderr",
    "standarderror",
    "lossse",
    "lossstderr",
    "lossstandarderror",
    "errorse",
];

/// What a column of points can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// N: the parameters of the model.
    Size,
    /// D: the tokens or examples it was trained on.
    Data,
    /// C: the floating-point operations of the training.
    Compute,
    /// The loss; lower is better.
    Loss,
    /// The quality by a metric with a range, such as accuracy; higher is better.
    Quality,
    /// The standard error of the loss or the quality, in its unit.
    StandardError,
}

impl Role {
    /// What it is, in words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Size => "the size",
            Self::Data => "the amount of data",
            Self::Compute => "the compute",
            Self::Loss => "the loss",
            Self::Quality => "the quality",
            Self::StandardError => "the standard error",
        }
    }

    /// The option that names its column.
    #[must_use]
    pub fn option(self) -> &'static str {
        match self {
            Self::Size => "--size",
            Self::Data => "--data",
            Self::Compute => "--compute",
            Self::Loss => "--loss",
            Self::Quality => "--quality",
            Self::StandardError => "--error",
        }
    }

    /// Whether it is an amount, which may have a unit of thousands, millions and so on.
    pub(super) fn is_counted(self) -> bool {
        matches!(self, Self::Size | Self::Data | Self::Compute)
    }

    /// The names by which a column is guessed: lower case, letters and digits alone.
    pub(super) fn names(self) -> &'static [&'static str] {
        match self {
            Self::Size => SIZE,
            Self::Data => DATA,
            Self::Compute => COMPUTE,
            Self::Loss => LOSS,
            Self::Quality => QUALITY,
            Self::StandardError => STANDARD_ERROR,
        }
    }
}
