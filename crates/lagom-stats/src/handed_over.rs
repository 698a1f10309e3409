//! From a mean over repeats to the one training that is handed over.
//!
//! The mean over repeats is known the better the more repeats there are; what is handed over is a single training, and one
//! training differs from the next. With `λ` the variance of a repeat's mean beyond what its examples account for, R repeats
//! and the part of the examples `V_examples` of [`CrossedMean`], the mean and a further training are known to
//!
//! ```text
//! V_mean    = V_examples + λ / R
//! V_further = V_examples + λ / R + λ
//! ```
//!
//! `λ` is the difficult part: a fold holds a tenth of the rows, so that the means of folds spread by chance of their examples
//! far more than by luck. Its own estimate `R (V_repeats − V_both)` is moderated by the median over other candidates (the
//! mean, as in `moderated.rs`, would take the luck of one erratic network for that of all), and bounded by the luck of the same pair
//! trained on half of the rows, of which far more rows are unseen.

use super::crossed::{CrossedMean, Estimate};
use super::moderated::PRIOR;
use super::summary::median;

/// The luck of one training: how much a repeat's mean varies beyond what its examples account for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrainingLuck {
    /// Its variance, in the squared unit of the values; at least 0.
    pub variance: f64,
    /// How well that is known.
    pub degrees_of_freedom: f64,
}

impl TrainingLuck {
    /// The luck of a mean's own repeats, moderated by that of others, as many as there are.
    #[must_use]
    pub fn of(own: &CrossedMean, others: &[CrossedMean]) -> Self {
        let degrees = f64::from(own.repeats.saturating_sub(1));
        let several: Vec<&CrossedMean> = others.iter().filter(|other| other.repeats > 1).collect();
        if several.is_empty() {
            return Self { variance: own.luck().max(0.0), degrees_of_freedom: degrees };
        }
        let usual = median(&several.iter().map(|other| other.luck()).collect::<Vec<f64>>()).max(0.0);
        let known: f64 = several.iter().map(|other| f64::from(other.repeats - 1)).sum();
        let prior = PRIOR.min(known);
        let variance = (degrees * own.luck() + prior * usual) / (degrees + prior);
        Self { variance: variance.max(0.0), degrees_of_freedom: degrees + prior }
    }

    /// The same, but no more than the luck of the same pair on fewer rows, which is no smaller and better known.
    #[must_use]
    pub fn at_most(self, on_fewer_rows: &CrossedMean) -> Self {
        Self { variance: self.variance.min(on_fewer_rows.luck().max(0.0)), ..self }
    }
}

impl CrossedMean {
    /// How many repeats there are.
    #[must_use]
    pub fn repeats(&self) -> u32 {
        self.repeats
    }

    /// The variance of a repeat's mean beyond what its examples account for; noise may take it below 0.
    #[must_use]
    pub fn luck(&self) -> f64 {
        f64::from(self.repeats) * (self.of_repeats - self.of_both)
    }

    /// The mean over repeats with what is known of their luck.
    #[must_use]
    pub fn of_all(&self, luck: TrainingLuck) -> Estimate {
        self.lucky(luck.variance / f64::from(self.repeats.max(1)), luck.degrees_of_freedom)
    }

    /// The same point as the forecast of one further training.
    #[must_use]
    pub fn of_one_more(&self, luck: TrainingLuck) -> Estimate {
        self.lucky(luck.variance * (1.0 + 1.0 / f64::from(self.repeats.max(1))), luck.degrees_of_freedom)
    }

    fn lucky(&self, of_repeats: f64, repeat_degrees: f64) -> Estimate {
        self.told(self.of_examples + of_repeats, of_repeats, of_repeats, repeat_degrees)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean(repeats: u32, of_repeats: f64, of_both: f64) -> CrossedMean {
        CrossedMean { point: -0.01, repeats, examples: 1_001, clusters: 1_001, of_repeats, of_examples: 1e-4, of_both }
    }

    #[test]
    fn a_further_training_is_known_less_well_than_the_mean() {
        // λ = 10 (6e-5 − 2e-5) = 4e-4: the mean is known to 1e-4 + 4e-5, a further training to 1e-4 + 4.4e-4.
        let own = mean(10, 6e-5, 2e-5);
        let luck = TrainingLuck::of(&own, &[]);
        assert!((luck.variance - 4e-4).abs() < 1e-15 && luck.degrees_of_freedom == 9.0, "{luck:?}");
        assert!((own.of_all(luck).standard_error.powi(2) - 1.4e-4).abs() < 1e-15);
        let one = own.of_one_more(luck);
        assert!((one.standard_error.powi(2) - 5.4e-4).abs() < 1e-15 && one.point == -0.01);
        // Satterthwaite: 5.4² / (4.4² / 9 + 1 / 1000) = 13.55.
        assert!((one.degrees_of_freedom - 13.55).abs() < 0.01, "{one:?}");
    }

    #[test]
    fn one_erratic_candidate_is_not_the_luck_of_all() {
        let others = [mean(10, 2e-5, 2e-5), mean(2, 3e-5, 2e-5), mean(10, 1e-2, 2e-5)];
        // Own 4e-4 with 9 degrees, the median 2 · 1e-5 with 4: (36e-4 + 0.8e-4) / 13.
        let luck = TrainingLuck::of(&mean(10, 6e-5, 2e-5), &others);
        assert!((luck.variance - 36.8e-4 / 13.0).abs() < 1e-12 && luck.degrees_of_freedom == 13.0, "{luck:?}");
        // Noise below nothing is nothing; and what is known on fewer rows bounds it.
        assert_eq!(TrainingLuck::of(&mean(10, 1e-5, 2e-5), &[]).variance, 0.0);
        assert!((luck.at_most(&mean(10, 3e-5, 2e-5)).variance - 1e-4).abs() < 1e-15);
        assert_eq!(luck.at_most(&mean(10, 1e-5, 2e-5)).variance, 0.0);
    }
}
