//! What a study may change in how columns and texts become numbers.

use serde::{Deserialize, Serialize};

use super::super::text::NgramConfig;

/// What the model that follows can digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Style {
    /// Imputed, standardised, one-hot: linear models and networks.
    Scaled,
    /// Numbers as they are with NaN for missing, small categories one-hot, larger ones ranked by
    /// frequency: trees.
    Raw,
}

/// How columns and texts become numbers, where it is not what lagom does by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PreprocessPlan {
    /// What is done to numbers for linear models, networks and neighbours; none: [`Scaling::Standard`].
    pub scaling: Option<Scaling>,
    /// How categories become numbers; none: one-hot where they are few, else hashed, or for trees ranked by their frequency.
    pub categories: Option<Categories>,
    /// Whether columns of dates become numbers for their parts.
    pub date_parts: bool,
    /// Whether numbers that stand in categories and texts become columns beside them.
    pub numeric_text: bool,
    /// How texts are cut into n-grams.
    pub text: TextPlan,
}

/// What is done to numbers so that all have about the same size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scaling {
    /// Less their mean, by their standard deviation; cut off at 8 deviations.
    Standard,
    /// Their rank among the training rows, as a normal deviate: scikit-learn's `QuantileTransformer` with
    /// `output_distribution="normal"` and 256 quantiles.
    Quantile,
    /// Less their median, by the distance between their quartiles (scikit-learn's `RobustScaler`); cut off at 8 such distances.
    Robust,
    /// Nothing.
    None,
}

/// How categories become numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Categories {
    /// A column for each of at most 512 frequent levels, and one for all others.
    OneHot,
    /// The mean of the target in the level, drawn towards that of all rows (Micci-Barreca 2001; scikit-learn's `TargetEncoder`
    /// with `smooth="auto"`): a number, or one a class from three classes on. A training row gets what the other four fifths of the
    /// training rows say.
    Target,
    /// 64 columns, shared by the levels by their hash.
    Hashed,
}

/// How texts are cut into n-grams, where it is not what lagom does by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TextPlan {
    /// Shortest and longest run of words.
    pub words: Option<(u8, u8)>,
    /// Shortest and longest run of characters; `(0, 0)` for none.
    pub characters: Option<(u8, u8)>,
    /// Whether texts are lowercased first.
    pub lowercase: Option<bool>,
    /// Whether a count `t` weighs `1 + ln t` in place of `t`.
    pub sublinear: Option<bool>,
}

impl TextPlan {
    /// A way to cut texts, with what this plan changes of it.
    #[must_use]
    pub fn cut(&self, plain: NgramConfig) -> NgramConfig {
        NgramConfig {
            words: self.words.unwrap_or(plain.words),
            characters: self.characters.unwrap_or(plain.characters),
            lowercase: self.lowercase.unwrap_or(plain.lowercase),
            sublinear_tf: self.sublinear.unwrap_or(plain.sublinear_tf),
            ..plain
        }
    }
}
