//! How weights are trained further: settings that levers may change.

use lagom_pretrained::fine_tune::{Adaptation as Trained, Lora, Recipe, Target};
use serde::{Deserialize, Serialize};

use super::super::frozen::LORA_RANK;
use crate::candidate::spec::FitError;
use crate::study::Adaptation;

/// How weights are trained further. Part of a trial's content address.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Settings {
    /// Learning rates of the topmost layer that are tried, each for a whole training; the one of the least validation loss is kept.
    pub(super) rates: Vec<f64>,
    /// The head's rate over that of the topmost layer: it starts at random where the others do not.
    pub(super) head_rate: f64,
    /// Texts in each step.
    pub(super) batch: usize,
    /// Passes over the training rows.
    pub(super) passes: u64,
    /// Fewest steps, as far as [`Settings::most_passes`] allows: of few rows a few passes are no training (Mosbach et al. 2021).
    pub(super) least_steps: u64,
    /// Most passes over the training rows.
    pub(super) most_passes: u64,
    /// The rate of each layer is that of the one above times this (Howard & Ruder 2018).
    pub(super) layer_decay: f64,
    /// Share of a matrix, times the rate, that it loses in each step (Loshchilov & Hutter 2019).
    pub(super) weight_decay: f64,
    /// Share of the steps in which the rate rises; it then falls in a straight line.
    pub(super) warm_up: f64,
    /// Share of units that is left out in each step.
    pub(super) dropout: f64,
    /// Share of each label that goes to all classes evenly.
    pub(super) label_smoothing: f64,
    /// Longest gradient; 0: any.
    pub(super) gradient_clipping: f64,
    /// Most tokens that are read of a text.
    pub(super) tokens: usize,
    /// Rank of the low-rank change; 0 where there is none.
    pub(super) rank: usize,
    /// The change is multiplied by this over the rank.
    pub(super) alpha: f64,
}

impl Settings {
    /// All weights: the rates of BERT's authors (Devlin et al. 2019, appendix A.3) are 2e-5 to 5e-5 for 110M; smaller networks bear
    /// more (log/2026-11-30-pretrained.md).
    pub(super) fn full() -> Self {
        Self {
            rates: vec![1e-4],
            head_rate: 10.0,
            batch: 16,
            passes: 3,
            least_steps: 300,
            most_passes: 20,
            layer_decay: 0.9,
            weight_decay: 0.01,
            warm_up: 0.1,
            dropout: 0.1,
            label_smoothing: 0.0,
            gradient_clipping: 1.0,
            tokens: 128,
            rank: 0,
            alpha: 0.0,
        }
    }

    /// A low-rank change: rank and alpha as Hu et al. 2021, appendix D, have them for classification.
    pub(super) fn lora() -> Self {
        Self {
            rates: vec![1e-3],
            head_rate: 1.0,
            layer_decay: 1.0,
            rank: LORA_RANK as usize,
            alpha: 16.0,
            ..Self::full()
        }
    }

    /// From a random start: more passes, and a rate that is usual for small transformers.
    pub(super) fn scratch() -> Self {
        Self { rates: vec![5e-4], head_rate: 1.0, passes: 8, least_steps: 600, layer_decay: 1.0, ..Self::full() }
    }

    /// Steps of a training on so many rows.
    pub(super) fn steps(&self, rows: usize) -> u64 {
        let pass = (rows as u64).div_ceil(self.batch.max(1) as u64).max(1);
        (self.passes * pass).max(self.least_steps.min(self.most_passes * pass))
    }

    /// Refuses what can't be trained by.
    ///
    /// # Errors
    /// A rate or a share is none.
    pub(super) fn check(&self) -> Result<(), FitError> {
        let rates = !self.rates.is_empty() && self.rates.iter().all(|rate| rate.is_finite() && *rate > 0.0);
        if rates && self.batch > 0 && self.tokens > 2 {
            return Ok(());
        }
        Err(FitError::Unfit("its learning rates must be above 0, and batch and texts hold something".to_owned()))
    }

    /// The recipe of one training at a rate, of so many steps, looked at after each `looks`.
    pub(super) fn recipe(&self, how: Adaptation, rate: f64, (steps, looks): (u64, u64)) -> Recipe {
        let adaptation = match how {
            Adaptation::Scratch => Trained::Scratch,
            Adaptation::Full | Adaptation::Frozen | Adaptation::Static | Adaptation::ZeroShot | Adaptation::FewShot => {
                Trained::Full
            }
            Adaptation::Lora => Trained::Lora(Lora {
                rank: self.rank,
                alpha: self.alpha as f32,
                targets: vec![Target::Query, Target::Value],
            }),
        };
        Recipe {
            adaptation,
            rate: rate as f32,
            head_rate: self.head_rate as f32,
            layer_decay: self.layer_decay as f32,
            weight_decay: self.weight_decay as f32,
            warm_up: self.warm_up as f32,
            steps,
            batch: self.batch,
            dropout: self.dropout as f32,
            label_smoothing: self.label_smoothing as f32,
            clip: (self.gradient_clipping > 0.0).then_some(self.gradient_clipping as f32),
            tokens: self.tokens,
            watch_every: looks,
            checkpoint_every: CHECKPOINT,
        }
    }
}

/// Steps between two checkpoints: what `kill -9` loses at most. About a minute of a small network on one core.
const CHECKPOINT: u64 = 100;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_follow_the_rows_within_bounds() {
        let settings = Settings::full();
        // 5,452 rows by 16: 341 steps a pass, three of them.
        assert_eq!(settings.steps(5_452), 3 * 341);
        // 160 rows are 10 steps: 20 passes of them would be 200, fewer than 300.
        assert_eq!(settings.steps(160), 200);
        // 800 rows are 50 steps: 300 is within 20 passes.
        assert_eq!(settings.steps(800), 300);
        assert_eq!(settings.steps(0), 20);
    }
}
