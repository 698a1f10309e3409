//! Words of `[[candidate]]` with `weights`.

use serde::{Deserialize, Serialize};

use crate::name::named;

/// What is done with pretrained weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Adaptation {
    /// They stay as they are, and a linear model is trained on the embeddings.
    Frozen,
    /// Static embeddings are distilled out of them, one vector for each token, and a linear model is trained on the means of these.
    Static,
    /// A product of two narrow matrices is trained beside each of some of their matrices (Hu et al. 2021).
    Lora,
    /// All of them are trained further.
    Full,
    /// Their shape alone is taken: all are trained from a random start.
    Scratch,
    /// They stay as they are and score the name of each class behind the text.
    ZeroShot,
    /// The same behind worked examples from the training rows.
    FewShot,
}

impl Adaptation {
    /// Whether the weights are asked as they are, so that no number of labels changes them but for worked examples.
    #[must_use]
    pub fn is_prompted(self) -> bool {
        matches!(self, Self::ZeroShot | Self::FewShot)
    }

    /// Whether layers of the weights are trained on the study's rows, which a device can do.
    #[must_use]
    pub fn is_tuned(self) -> bool {
        matches!(self, Self::Lora | Self::Full | Self::Scratch)
    }
}

/// In which numbers weights are trained.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Precision {
    /// All in f32.
    #[default]
    F32,
    /// Factors of products of matrices in bf16, everything else in f32.
    Bf16,
}

named! { Precision: F32 = "f32", Bf16 = "bf16" }

named! { Adaptation: Frozen = "frozen", Static = "static", Lora = "lora", Full = "full", Scratch = "scratch", ZeroShot = "zero-shot", FewShot = "few-shot" }
