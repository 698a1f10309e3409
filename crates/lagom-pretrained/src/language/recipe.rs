//! How a language model is trained.

/// How a language model is trained.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct LanguageRecipe {
    /// Rate at the end of the warm-up.
    pub rate: f32,
    /// Decoupled weight decay (Loshchilov & Hutter 2019) of matrices and embedding.
    pub weight_decay: f32,
    /// Share of the steps over which the rate rises from 0; it then falls to 0 in a straight line.
    pub warm_up: f32,
    /// Steps in all.
    pub steps: u64,
    /// Predicted tokens a step, on average: a step has so many windows that they come to it.
    pub tokens: usize,
    /// Share of each block's branches that becomes 0 in training.
    pub dropout: f32,
    /// Longest gradient; a longer one is shortened to it. None: never.
    pub clip: Option<f32>,
    /// Steps between two looks of the watch. 0: none.
    pub watch_every: u64,
    /// Steps between two checkpoints. 0: none.
    pub checkpoint_every: u64,
}

impl LanguageRecipe {
    /// What is wrong with it, if anything is.
    pub(super) fn fault(&self) -> Option<String> {
        let share = |name: &str, value: f32| {
            (!(0.0..1.0).contains(&value)).then(|| format!("{name} is {value}, expected a share from 0 to below 1"))
        };
        let positive = |name: &str, value: f32| {
            (!(value.is_finite() && value > 0.0)).then(|| format!("{name} is {value}, expected a number above 0"))
        };
        let decay = (self.weight_decay.is_nan() || self.weight_decay < 0.0)
            .then(|| format!("weight decay is {}, expected a number from 0", self.weight_decay));
        positive("the rate", self.rate)
            .or(decay)
            .or_else(|| share("dropout", self.dropout))
            .or_else(|| share("the warm-up", self.warm_up))
            .or_else(|| (self.steps == 0).then(|| "there are no steps".into()))
            .or_else(|| (self.tokens == 0).then(|| "a step has no tokens".into()))
            .or_else(|| self.clip.and_then(|clip| positive("the longest gradient", clip)))
    }
}
