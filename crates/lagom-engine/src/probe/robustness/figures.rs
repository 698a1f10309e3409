//! What is kept of one candidate, and the mean corruption errors that come of two of them.

use serde::{Deserialize, Serialize};

use crate::metric::{Direction, Metric};
use crate::probe::sight::{BLOCKS, Measured, estimated};
use crate::stats::{jackknife_error, mean};
use crate::study::costs::Estimated;

/// What is kept of one candidate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Robust {
    /// Rows that were looked at.
    pub(super) rows: u64,
    /// Those of them that are not of the most frequent class; all of them for numbers.
    pub(super) others: u64,
    /// Quality on them as they are.
    pub(super) clean: Measured,
    /// Quality on them under each corruption.
    pub(super) corrupted: Vec<Corrupted>,
    /// Corruptions that do not apply, and why.
    pub(super) left_out: Vec<(String, String)>,
}

/// Quality under one corruption.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Corrupted {
    /// The corruption.
    pub(super) name: String,
    /// Quality at each severity.
    pub(super) severities: Vec<Measured>,
}

/// A figure with its standard error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Figure {
    pub(super) value: f64,
    pub(super) error: f64,
}

/// The errors of one candidate under corruption beside those of another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct CorruptionErrors {
    /// Errors under corruption as a multiple of the other's, the mean over corruptions of the ratio: below 1 is better.
    pub(super) mean: Figure,
    /// The same ratio of the sums over all corruptions: where one corruption costs far more than the others it tells of that one.
    pub(super) together: f64,
    /// What corruption adds to the errors as a multiple of what it adds to the other's, both summed over all corruptions; none where nothing is
    /// surely added to the other's.
    pub(super) relative: Option<Figure>,
    /// What corruption adds to the errors less what it adds to the other's, the mean over corruptions and severities: below 0 is better.
    pub(super) difference: Figure,
}

/// Errors that a quality stands for: what is missing to 1 where more is better, else the quality, which is an error already.
fn errors(metric: Metric, quality: f64) -> f64 {
    if metric.direction() == Direction::HigherIsBetter { 1.0 - quality } else { quality }
}

/// Which rows a figure is worked out from: all, or all without a block.
#[derive(Clone, Copy)]
enum Rows {
    All,
    Without(usize),
}

impl Measured {
    fn on(&self, rows: Rows) -> f64 {
        match rows {
            Rows::All => self.value,
            Rows::Without(block) => self.without.get(block).copied().unwrap_or(self.value),
        }
    }
}

impl Robust {
    /// The corruption of that name.
    pub(super) fn of(&self, name: &str) -> Option<&Corrupted> {
        self.corrupted.iter().find(|one| one.name == name)
    }

    /// The quality that corruption costs, in the metric's unit: that of the rows as they are less the mean over corruptions and severities, with the
    /// interval of the jackknife over blocks of rows. 0 where nothing is lost; none where no corruption applies.
    pub(super) fn loss(&self, metric: Metric, confidence: f64) -> Option<Estimated> {
        let all = || self.corrupted.iter().flat_map(|one| &one.severities);
        let lost = |rows: Rows| {
            let losses: Vec<f64> =
                all().map(|one| metric.orient(self.clean.on(rows)) - metric.orient(one.on(rows))).collect();
            mean(&losses)
        };
        let value = (all().count() > 0).then(|| lost(Rows::All)).filter(|value| value.is_finite())?;
        let without: Vec<f64> = (0..BLOCKS).map(|block| lost(Rows::Without(block))).collect();
        Some(estimated(value, jackknife_error(&without), confidence))
    }

    /// Errors under a corruption, summed over its severities; and how far that is above those without it.
    fn sums(&self, metric: Metric, name: &str, rows: Rows) -> Option<(f64, f64)> {
        let severities = &self.of(name)?.severities;
        let all: f64 = severities.iter().map(|one| errors(metric, one.on(rows))).sum();
        Some((all, all - severities.len() as f64 * errors(metric, self.clean.on(rows))))
    }
}

/// The errors of a candidate under corruption beside those of another: the mean corruption error (Hendrycks & Dietterich 2019, equation 1, the mean over corruptions of
/// the ratio of both's errors, summed over severities), and what corruption adds. Of that the sums over all corruptions are compared, and not the mean of
/// ratios of their equation 2: a corruption that adds nothing to the other's errors has no ratio, and leaving it out would leave those out that hurt
/// this candidate alone. The standard errors are those of the jackknife over blocks of rows, which both share. None where the other has no errors, or
/// they share no corruption.
pub(super) fn corruption_errors(metric: Metric, own: &Robust, other: &Robust) -> Option<CorruptionErrors> {
    let names: Vec<&str> =
        own.corrupted.iter().map(|one| one.name.as_str()).filter(|name| other.of(name).is_some()).collect();
    let severities = own.corrupted.first().map_or(0, |one| one.severities.len());
    let sum = |of: &Robust, pick: fn((f64, f64)) -> f64, rows: Rows| {
        names.iter().filter_map(|name| of.sums(metric, name, rows)).map(pick).sum::<f64>()
    };
    let mean = |rows: Rows| {
        let ratio = |name: &&str| Some(own.sums(metric, name, rows)?.0 / other.sums(metric, name, rows)?.0);
        names.iter().filter_map(ratio).sum::<f64>() / names.len() as f64
    };
    let added = |of: &Robust, rows: Rows| sum(of, |sums| sums.1, rows);
    let figure = |of: &dyn Fn(Rows) -> f64| {
        let without: Vec<f64> = (0..BLOCKS).map(|block| of(Rows::Without(block))).collect();
        let found = Figure { value: of(Rows::All), error: jackknife_error(&without) };
        Some(found).filter(|found| found.value.is_finite() && found.error.is_finite())
    };
    let others = figure(&|rows| added(other, rows))?;
    // More than twice its error: a ratio to what may be nothing says nothing.
    let harms = others.value > 2.0 * others.error;
    Some(CorruptionErrors {
        mean: figure(&mean)?,
        together: sum(own, |sums| sums.0, Rows::All) / sum(other, |sums| sums.0, Rows::All),
        relative: if harms { figure(&|rows| added(own, rows) / added(other, rows)) } else { None },
        difference: figure(&|rows| (added(own, rows) - added(other, rows)) / (names.len() * severities) as f64)?,
    })
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A candidate of this accuracy, and of these under a corruption, where every block says the same but for a hair.
    pub(in crate::probe::robustness) fn robust(clean: f64, corrupted: &[(&str, [f64; 5])]) -> Robust {
        let measured = |value: f64| Measured {
            value,
            without: (0..BLOCKS).map(|block| value + if block % 2 == 0 { 1e-5 } else { -1e-5 }).collect(),
        };
        let one = |(name, values): &(&str, [f64; 5])| Corrupted {
            name: (*name).to_owned(),
            severities: values.iter().map(|value| measured(*value)).collect(),
        };
        Robust {
            rows: 1_000,
            others: 500,
            clean: measured(clean),
            corrupted: corrupted.iter().map(one).collect(),
            left_out: Vec::new(),
        }
    }

    #[test]
    fn errors_by_hand() {
        let small = robust(0.8, &[("noise", [0.8, 0.7, 0.7, 0.6, 0.6]), ("gaps", [0.8, 0.8, 0.7, 0.7, 0.7])]);
        let large = robust(0.9, &[("noise", [0.9, 0.8, 0.7, 0.6, 0.6]), ("gaps", [0.9, 0.9, 0.85, 0.85, 0.85])]);
        let found = corruption_errors(Metric::Accuracy, &large, &small).expect("both have errors");
        // Sums: noise 1.4 of 1.6, gaps 0.65 of 1.3: (0.875 + 0.5) / 2. Beyond clean: 1.4 − 0.5 of 1.6 − 1.0, 0.65 − 0.5 of 1.3 − 1: (1.5 + 0.5) / 2.
        // Together 2.05 of 2.9; 1.05 of 0.9 is added, and (1.05 − 0.9) / 10 more at each corruption and severity.
        assert!(
            (found.mean.value - 0.6875).abs() < 1e-12
                && (found.together - 2.05 / 2.9).abs() < 1e-12
                && (found.relative.expect("the other is harmed").value - 1.05 / 0.9).abs() < 1e-12
                && (found.difference.value - 0.015).abs() < 1e-12,
            "{found:?}"
        );
        let itself = corruption_errors(Metric::Accuracy, &small, &small).expect("errors");
        assert_eq!((itself.mean, itself.relative.map(|one| one.value)), (Figure { value: 1.0, error: 0.0 }, Some(1.0)));
        // Errors of numbers are errors as they stand: 2 · 3 of 3.
        let (a, b) = (robust(2.0, &[("noise", [6.0; 5])]), robust(1.0, &[("noise", [3.0; 5])]));
        assert!((corruption_errors(Metric::Mae, &a, &b).expect("errors").mean.value - 2.0).abs() < 1e-12);
    }

    #[test]
    fn the_loss_is_the_mean_over_corruptions_and_severities_in_the_metrics_unit() {
        // 0.8 less the mean of 0.6 and 0.7; errors of numbers grow from 1 by 2.
        let found =
            robust(0.8, &[("noise", [0.6; 5]), ("gaps", [0.7; 5])]).loss(Metric::Accuracy, 0.95).expect("a loss");
        assert!((found.value - 0.15).abs() < 1e-12, "{found:?}");
        let range = found.range.expect("an interval");
        assert!(range.low <= 0.15 && range.high >= 0.15 && range.high - range.low < 1e-9, "both move with the blocks");
        let numbers = robust(1.0, &[("noise", [3.0; 5])]).loss(Metric::Mae, 0.95).expect("a loss");
        assert!((numbers.value - 2.0).abs() < 1e-12);
        // What gains counts as losing nothing, and what nothing applies to is not known.
        assert_eq!(
            robust(0.8, &[("noise", [0.9; 5])]).loss(Metric::Accuracy, 0.95).map(|found| found.value),
            Some(0.0)
        );
        assert_eq!(robust(0.8, &[]).loss(Metric::Accuracy, 0.95), None);
    }

    #[test]
    fn what_hurts_the_larger_alone_counts() {
        // Noise adds 0.2 to the small one and 0.1 to the large one, gaps nothing to the small one and 0.3 to the large one: 2 and 1 against 0.5 and 1.5
        // in the sums over severities, 2 of 1.
        let small = robust(0.8, &[("gaps", [0.8; 5]), ("noise", [0.6; 5])]);
        let large = robust(0.9, &[("gaps", [0.6; 5]), ("noise", [0.8; 5])]);
        let found = corruption_errors(Metric::Accuracy, &large, &small).expect("errors");
        assert!((found.relative.expect("harmed").value - 2.0).abs() < 1e-9, "{found:?}");
        assert!((found.difference.value - 0.1).abs() < 1e-9, "{found:?}");
        let none = robust(0.8, &[("gaps", [0.8; 5])]);
        assert_eq!(corruption_errors(Metric::Accuracy, &none, &none).expect("errors").relative, None);
        assert_eq!(corruption_errors(Metric::Accuracy, &large, &robust(1.0, &[("noise", [1.0; 5])])), None);
    }
}
