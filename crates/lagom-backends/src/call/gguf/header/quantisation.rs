//! How the weights of a model are stored.

use serde::{Deserialize, Serialize};

use super::TensorType;

/// How the weights of a model are stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Quantisation {
    /// The type that most parameters are stored in.
    pub dominant: TensorType,
    /// The share of the parameters stored in it, up to 1.
    pub share: f64,
    /// What the file says of itself (`general.file_type`), such as `Q4_K_M`; none if nothing, or an unknown number.
    pub file_type: Option<String>,
    /// Bits a parameter, over all tensors.
    pub bits: f64,
}

/// Names of `general.file_type`: `llama_ftype` of llama.cpp's llama.h.
const FILE_TYPES: [(u64, &str); 36] = [
    (0, "F32"),
    (1, "F16"),
    (2, "Q4_0"),
    (3, "Q4_1"),
    (7, "Q8_0"),
    (8, "Q5_0"),
    (9, "Q5_1"),
    (10, "Q2_K"),
    (11, "Q3_K_S"),
    (12, "Q3_K_M"),
    (13, "Q3_K_L"),
    (14, "Q4_K_S"),
    (15, "Q4_K_M"),
    (16, "Q5_K_S"),
    (17, "Q5_K_M"),
    (18, "Q6_K"),
    (19, "IQ2_XXS"),
    (20, "IQ2_XS"),
    (21, "Q2_K_S"),
    (22, "IQ3_XS"),
    (23, "IQ3_XXS"),
    (24, "IQ1_S"),
    (25, "IQ4_NL"),
    (26, "IQ3_S"),
    (27, "IQ3_M"),
    (28, "IQ2_S"),
    (29, "IQ2_M"),
    (30, "IQ4_XS"),
    (31, "IQ1_M"),
    (32, "BF16"),
    (36, "TQ1_0"),
    (37, "TQ2_0"),
    (38, "MXFP4_MOE"),
    (39, "NVFP4"),
    (40, "Q1_0"),
    (41, "Q2_0"),
];

/// Set beside the number where the quantiser only guessed it.
const GUESSED: u64 = 1024;

impl Quantisation {
    /// What `general.file_type` stands for.
    pub(super) fn file_type(number: u64) -> Option<String> {
        let number = number & !GUESSED;
        FILE_TYPES.iter().find(|row| row.0 == number).map(|row| row.1.to_owned())
    }

    /// The name by which people know it: what the file says, else the type of most parameters.
    #[must_use]
    pub fn name(&self) -> &str {
        self.file_type.as_deref().unwrap_or(self.dominant.name())
    }
}
