//! What is kept of one candidate, and the mean corruption errors that come of two of them.

use serde::{Deserialize, Serialize};

use crate::metric::{Direction, Metric};
use crate::probe::sight::{BLOCKS, Measured};
use crate::stats::jackknife_error;

/// What is kept of one candidate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Robust {
    /// Rows that were looked at.
    pub(super) rows: u64,
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

/// The mean corruption errors of one candidate beside another.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct CorruptionErrors {
    /// Errors under corruption as a multiple of the other's: below 1 is better.
    pub(super) mean: Figure,
    /// What corruption adds to the errors as a multiple of what it adds to the other's; none where it adds nothing to the other's.
    pub(super) relative: Option<Figure>,
    /// Corruptions that add nothing to the other's errors: they have no part in `relative`.
    pub(super) harmless: Vec<String>,
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

    /// Errors under a corruption, summed over its severities; and how far that is above those without it.
    fn sums(&self, metric: Metric, name: &str, rows: Rows) -> Option<(f64, f64)> {
        let severities = &self.of(name)?.severities;
        let all: f64 = severities.iter().map(|one| errors(metric, one.on(rows))).sum();
        Some((all, all - severities.len() as f64 * errors(metric, self.clean.on(rows))))
    }
}

/// The mean corruption errors of a candidate beside another (Hendrycks & Dietterich 2019, equations 1 and 2): the mean over corruptions of the ratio of both's errors, summed over
/// severities. The standard errors are those of the jackknife over blocks of rows, which both share. None where the other has no errors, or they share no corruption.
pub(super) fn corruption_errors(metric: Metric, own: &Robust, other: &Robust) -> Option<CorruptionErrors> {
    let names: Vec<&str> =
        own.corrupted.iter().map(|one| one.name.as_str()).filter(|name| other.of(name).is_some()).collect();
    // A corruption that surely adds something to the other's errors: more than twice the error of that.
    let added = |name: &str, rows| other.sums(metric, name, rows).map_or(f64::NAN, |sums| sums.1);
    let harms = |name: &&str| {
        let without: Vec<f64> = (0..BLOCKS).map(|block| added(name, Rows::Without(block))).collect();
        added(name, Rows::All) > 2.0 * jackknife_error(&without)
    };
    let (harmful, harmless): (Vec<&str>, Vec<&str>) = names.iter().copied().partition(harms);
    let mean = |names: &[&str], pick: fn((f64, f64)) -> f64, rows: Rows| {
        let ratio = |name: &&str| Some(pick(own.sums(metric, name, rows)?) / pick(other.sums(metric, name, rows)?));
        names.iter().filter_map(ratio).sum::<f64>() / names.len() as f64
    };
    let figure = |names: &[&str], pick: fn((f64, f64)) -> f64| {
        let without: Vec<f64> = (0..BLOCKS).map(|block| mean(names, pick, Rows::Without(block))).collect();
        let found = Figure { value: mean(names, pick, Rows::All), error: jackknife_error(&without) };
        Some(found).filter(|found| found.value.is_finite() && found.error.is_finite())
    };
    Some(CorruptionErrors {
        mean: figure(&names, |sums| sums.0)?,
        relative: figure(&harmful, |sums| sums.1),
        harmless: harmless.into_iter().map(str::to_owned).collect(),
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
        assert!(
            (found.mean.value - 0.6875).abs() < 1e-12 && (found.relative.expect("both harm").value - 1.0).abs() < 1e-12
        );
        let itself = corruption_errors(Metric::Accuracy, &small, &small).expect("errors");
        assert_eq!((itself.mean, itself.relative.map(|one| one.value)), (Figure { value: 1.0, error: 0.0 }, Some(1.0)));
        // Errors of numbers are errors as they stand: 2 · 3 of 3.
        let (a, b) = (robust(2.0, &[("noise", [6.0; 5])]), robust(1.0, &[("noise", [3.0; 5])]));
        assert!((corruption_errors(Metric::Mae, &a, &b).expect("errors").mean.value - 2.0).abs() < 1e-12);
    }

    #[test]
    fn what_harms_nobody_is_left_out_of_the_relative_error() {
        let small = robust(0.8, &[("case", [0.8; 5]), ("noise", [0.6; 5])]);
        let large = robust(0.9, &[("case", [0.7; 5]), ("noise", [0.8; 5])]);
        let found = corruption_errors(Metric::Accuracy, &large, &small).expect("errors");
        assert_eq!(found.harmless, ["case"]);
        // 0.1 of 0.2 that noise adds.
        assert!((found.relative.expect("noise").value - 0.5).abs() < 1e-9);
        let none = robust(0.8, &[("case", [0.8; 5])]);
        assert_eq!(corruption_errors(Metric::Accuracy, &none, &none).expect("errors").relative, None);
        assert_eq!(corruption_errors(Metric::Accuracy, &large, &robust(1.0, &[("noise", [1.0; 5])])), None);
    }
}
