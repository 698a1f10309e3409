//! How weights are trained to answer.

use lagom_pretrained::fine_tune::{Adaptation as Trained, Lora, Recipe, Target};
use serde::Serialize;

use super::super::frozen::LORA_RANK;
use crate::study::{Adaptation, Weights};

/// How weights are trained to answer. Part of the address of what comes of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Settings {
    /// Rate of all blocks at the end of the warm-up.
    pub(super) rate: f64,
    /// Rows in each step.
    pub(super) batch: usize,
    /// Passes over the rows.
    pub(super) passes: u64,
    /// Fewest steps, as far as `most_passes` allows: of few rows a few passes are no training.
    pub(super) least_steps: u64,
    /// Most passes over the rows.
    pub(super) most_passes: u64,
    /// Share of a matrix, times the rate, that it loses in each step (Loshchilov & Hutter 2019).
    pub(super) weight_decay: f64,
    /// Share of the steps in which the rate rises; it then falls in a straight line.
    pub(super) warm_up: f64,
    /// Share of units that is left out in each step.
    pub(super) dropout: f64,
    /// Longest gradient.
    pub(super) gradient_clipping: f64,
    /// Most tokens of prompt and reference that are read.
    pub(super) tokens: usize,
    /// Rank of the low-rank change; 0 where there is none.
    pub(super) rank: u64,
    /// The change is multiplied by this over the rank.
    pub(super) alpha: f64,
    /// Looks at the rows that are held back.
    pub(super) looks: u64,
    /// Looks without a better one after which it ends.
    pub(super) patience: usize,
}

/// Operations between two checkpoints: about a minute on two cores.
const BETWEEN: f64 = 2e12;
/// Most steps between two of them.
const MOST_STEPS: u64 = 100;
/// Characters of a token.
const CHARACTERS: f64 = 4.3;

impl Settings {
    /// How an adaptation is trained. Low-rank changes stand beside all matrices of each block, as Dettmers et al. 2023 (section 4) find it needed to
    /// come to what training all weights does; of rates, smaller networks bear more than theirs of 2e-4.
    pub(super) fn of(how: Adaptation) -> Self {
        let lora = how == Adaptation::Lora;
        Self {
            rate: if lora { 1e-3 } else { 5e-5 },
            batch: 8,
            passes: 3,
            least_steps: 200,
            most_passes: 10,
            weight_decay: 0.01,
            warm_up: 0.1,
            dropout: 0.05,
            gradient_clipping: 1.0,
            tokens: 1024,
            rank: if lora { LORA_RANK } else { 0 },
            alpha: if lora { 16.0 } else { 0.0 },
            looks: 8,
            patience: 3,
        }
    }

    /// Steps of a training on so many rows.
    pub(super) fn steps(&self, rows: usize) -> u64 {
        let pass = (rows as u64).div_ceil(self.batch as u64).max(1);
        (self.passes * pass).max(self.least_steps.min(self.most_passes * pass))
    }

    /// Steps between two checkpoints, of rows of so many characters on average: what `kill -9` loses at most.
    pub(super) fn between(&self, weights: &Weights, characters: f64) -> u64 {
        let tokens = (characters / CHARACTERS).clamp(1.0, self.tokens as f64) * self.batch as f64;
        let each = 6.0 * weights.parameters as f64 * tokens;
        ((BETWEEN / each.max(1.0)) as u64).clamp(1, MOST_STEPS)
    }

    /// The recipe of a training of so many steps, looked at after each `looks` and kept after each `checkpoints`.
    pub(super) fn recipe(&self, how: Adaptation, steps: u64, (looks, checkpoints): (u64, u64)) -> Recipe {
        let adaptation = match how {
            Adaptation::Lora => Trained::Lora(Lora {
                rank: self.rank as usize,
                alpha: self.alpha as f32,
                targets: Target::ALL.to_vec(),
            }),
            _ => Trained::Full,
        };
        Recipe {
            adaptation,
            rate: self.rate as f32,
            head_rate: 1.0,
            layer_decay: 1.0,
            weight_decay: self.weight_decay as f32,
            warm_up: self.warm_up as f32,
            steps,
            batch: self.batch,
            dropout: self.dropout as f32,
            label_smoothing: 0.0,
            clip: Some(self.gradient_clipping as f32),
            tokens: self.tokens,
            watch_every: looks,
            checkpoint_every: checkpoints,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_follow_the_rows_within_bounds() {
        let settings = Settings::of(Adaptation::Lora);
        // 4,000 rows by 8: 500 steps a pass, three of them.
        assert_eq!(settings.steps(4_000), 1_500);
        // 80 rows are 10 steps: 10 passes of them are fewer than 200.
        assert_eq!(settings.steps(80), 100);
        // 400 rows are 50 steps: 200 is within 10 passes.
        assert_eq!((settings.steps(400), settings.steps(0)), (200, 10));
    }
}
