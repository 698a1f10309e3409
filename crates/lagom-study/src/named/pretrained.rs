//! Words of `[[candidate]]` with `weights`.

use serde::{Deserialize, Serialize};

use crate::name::named;

/// What is done with pretrained weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Adaptation {
    /// They stay as they are, and a linear model is trained on the embeddings.
    Frozen,
    /// A product of two narrow matrices is trained beside each of some of their matrices (Hu et al. 2021).
    Lora,
    /// All of them are trained further.
    Full,
    /// Their shape alone is taken: all are trained from a random start.
    Scratch,
}

named! { Adaptation: Frozen = "frozen", Lora = "lora", Full = "full", Scratch = "scratch" }
