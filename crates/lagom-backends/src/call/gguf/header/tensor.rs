//! Types that weights are stored in.

use serde::{Deserialize, Serialize};

/// A type that weights are stored in: a number for each weight, or blocks of them with common scales.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct TensorType {
    /// Its row in the table.
    row: usize,
}

/// Number, name, weights a block and bytes a block: `type_traits` of llama.cpp's ggml.c, and the block sizes that
/// ggml-common.h asserts. What is left out was removed from the format.
const TYPES: [(u32, &str, u64, u64); 35] = [
    (0, "F32", 1, 4),
    (1, "F16", 1, 2),
    (2, "Q4_0", 32, 18),
    (3, "Q4_1", 32, 20),
    (6, "Q5_0", 32, 22),
    (7, "Q5_1", 32, 24),
    (8, "Q8_0", 32, 34),
    (9, "Q8_1", 32, 36),
    (10, "Q2_K", 256, 84),
    (11, "Q3_K", 256, 110),
    (12, "Q4_K", 256, 144),
    (13, "Q5_K", 256, 176),
    (14, "Q6_K", 256, 210),
    (15, "Q8_K", 256, 292),
    (16, "IQ2_XXS", 256, 66),
    (17, "IQ2_XS", 256, 74),
    (18, "IQ3_XXS", 256, 98),
    (19, "IQ1_S", 256, 50),
    (20, "IQ4_NL", 32, 18),
    (21, "IQ3_S", 256, 110),
    (22, "IQ2_S", 256, 82),
    (23, "IQ4_XS", 256, 136),
    (24, "I8", 1, 1),
    (25, "I16", 1, 2),
    (26, "I32", 1, 4),
    (27, "I64", 1, 8),
    (28, "F64", 1, 8),
    (29, "IQ1_M", 256, 56),
    (30, "BF16", 1, 2),
    (34, "TQ1_0", 256, 54),
    (35, "TQ2_0", 256, 66),
    (39, "MXFP4", 32, 17),
    (40, "NVFP4", 64, 36),
    (41, "Q1_0", 128, 18),
    (42, "Q2_0", 64, 18),
];

impl TensorType {
    /// The type with this number in a file, if it is known.
    #[must_use]
    pub fn from_number(number: u32) -> Option<Self> {
        TYPES.iter().position(|row| row.0 == number).map(|row| Self { row })
    }

    /// The type of this name, if it is known.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        TYPES.iter().position(|row| row.1 == name).map(|row| Self { row })
    }

    /// Its number in a file.
    #[must_use]
    pub fn number(self) -> u32 {
        TYPES[self.row].0
    }

    /// Its name, such as `Q4_K`.
    #[must_use]
    pub fn name(self) -> &'static str {
        TYPES[self.row].1
    }

    /// How many weights share a block; 1 where each stands for itself.
    #[must_use]
    pub fn block(self) -> u64 {
        TYPES[self.row].2
    }

    /// Bytes of a block.
    #[must_use]
    pub fn bytes(self) -> u64 {
        TYPES[self.row].3
    }
}

impl From<TensorType> for String {
    fn from(kind: TensorType) -> Self {
        kind.name().to_owned()
    }
}

impl TryFrom<String> for TensorType {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        Self::from_name(&name).ok_or_else(|| format!("`{name}` is no type of weights"))
    }
}
