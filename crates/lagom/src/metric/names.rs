//! The metrics by name, with what a reader has to know of each.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Version in [`Metric::signature`]; raise it with any change that can change a value.
const VERSION: u32 = 1;

/// What quality means in a study. The definitions are those of scikit-learn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Metric {
    /// Share of examples whose predicted class is right.
    Accuracy,
    /// Mean over the true classes of the share of each that is found.
    BalancedAccuracy,
    /// Mean over classes of F1, the harmonic mean of precision and recall.
    MacroF1,
    /// Mean negative logarithm of the probability given to the true class.
    LogLoss,
    /// Area under the receiver operating characteristic.
    Auc,
    /// Mean squared error of the predicted probabilities.
    Brier,
    /// Root of the mean squared error.
    Rmse,
    /// Mean absolute error.
    Mae,
    /// Share of the target's variance that is explained.
    R2,
}

/// Which way a metric improves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// More is better.
    HigherIsBetter,
    /// Less is better.
    LowerIsBetter,
}

impl Metric {
    /// All metrics, those of classification first.
    pub const ALL: [Metric; 9] = [
        Metric::Accuracy,
        Metric::BalancedAccuracy,
        Metric::MacroF1,
        Metric::LogLoss,
        Metric::Auc,
        Metric::Brier,
        Metric::Rmse,
        Metric::Mae,
        Metric::R2,
    ];

    /// The name in a study file.
    pub fn name(self) -> &'static str {
        match self {
            Metric::Accuracy => "accuracy",
            Metric::BalancedAccuracy => "balanced-accuracy",
            Metric::MacroF1 => "macro-f1",
            Metric::LogLoss => "log-loss",
            Metric::Auc => "auc",
            Metric::Brier => "brier",
            Metric::Rmse => "rmse",
            Metric::Mae => "mae",
            Metric::R2 => "r2",
        }
    }

    /// The metric of that exact [`name`](Self::name), if there is one.
    pub fn parse(name: &str) -> Option<Metric> {
        Metric::ALL.into_iter().find(|metric| metric.name() == name)
    }

    /// The unit of a value, in words; empty for a plain index.
    pub fn unit(self) -> &'static str {
        match self {
            Metric::Accuracy => "share of examples",
            Metric::BalancedAccuracy => "mean share of each class",
            Metric::Auc => "share of pairs",
            Metric::LogLoss => "nats",
            Metric::Brier => "squared probability",
            Metric::Rmse | Metric::Mae => "units of the target",
            Metric::R2 => "share of variance",
            Metric::MacroF1 => "",
        }
    }

    /// Which way the metric improves.
    pub fn direction(self) -> Direction {
        match self {
            Metric::LogLoss | Metric::Brier | Metric::Rmse | Metric::Mae => Direction::LowerIsBetter,
            Metric::Accuracy | Metric::BalancedAccuracy | Metric::MacroF1 | Metric::Auc | Metric::R2 => {
                Direction::HigherIsBetter
            }
        }
    }

    /// One line for a glossary.
    pub fn summary(self) -> &'static str {
        match self {
            Metric::Accuracy => "the share of examples that get the right class",
            Metric::BalancedAccuracy => {
                "the share of each class that is found, averaged so that rare classes count as much"
            }
            Metric::MacroF1 => "F1, which punishes both missed and false finds, averaged over the classes",
            Metric::LogLoss => "how surprised the predicted probabilities are by the truth; sure and wrong costs most",
            Metric::Auc => "the chance that a random example of class 1 is ranked above one that is not",
            Metric::Brier => "the mean squared error of the predicted probabilities",
            Metric::Rmse => "the typical size of an error, with large errors weighing more",
            Metric::Mae => "the mean size of an error",
            Metric::R2 => "the share of the target's variance that is explained; 0 is no better than the mean",
        }
    }

    /// Name, settings and version in one string (after sacreBLEU), so that two values can be told to
    /// be the same measurement.
    pub fn signature(self) -> String {
        let settings = match self {
            Metric::Accuracy | Metric::Mae => "",
            Metric::BalancedAccuracy => "|classes:in-truth|adjusted:no",
            Metric::MacroF1 => "|classes:in-truth-or-predicted|zero-division:0",
            Metric::LogLoss => "|log:natural|clip:f32-epsilon",
            Metric::Auc => "|positive:1|ties:half",
            Metric::Brier => "|two-classes:positive-only|more:sum",
            Metric::Rmse => "|root:of-mean",
            Metric::R2 => "|reference:mean-of-scored-truth",
        };
        format!("{}{settings}|version:{VERSION}", self.name())
    }

    /// Whether the metric can be had for such a task; `classes` does not matter for regression.
    pub fn fits(self, classification: bool, classes: u32) -> bool {
        match self {
            Metric::Auc => classification && classes == 2,
            Metric::Rmse | Metric::Mae | Metric::R2 => !classification,
            Metric::Accuracy | Metric::BalancedAccuracy | Metric::MacroF1 | Metric::LogLoss | Metric::Brier => {
                classification
            }
        }
    }

    /// The lowest and the highest value it can take, infinite where there is no bound.
    pub fn range(self) -> (f64, f64) {
        match self {
            Metric::Accuracy | Metric::BalancedAccuracy | Metric::MacroF1 | Metric::Auc => (0.0, 1.0),
            // Brier 1950, several classes; with two classes 0 to 1.
            Metric::Brier => (0.0, 2.0),
            Metric::LogLoss | Metric::Rmse | Metric::Mae => (0.0, f64::INFINITY),
            Metric::R2 => (f64::NEG_INFINITY, 1.0),
        }
    }

    /// The range turned so that higher is better: what a quality can be at worst, and at best.
    pub fn oriented_range(self) -> (f64, f64) {
        let (low, high) = self.range();
        match self.direction() {
            Direction::HigherIsBetter => (low, high),
            Direction::LowerIsBetter => (-high, -low),
        }
    }

    /// The lowest and highest score of one example, where the metric is the mean of such scores and both are finite.
    pub fn example_range(self) -> Option<(f64, f64)> {
        match self {
            Metric::Accuracy => Some((0.0, 1.0)),
            Metric::Brier => Some((0.0, 2.0)),
            _ => None,
        }
    }

    /// Whether value `a` is strictly better than `b`; false where either is NaN.
    pub fn better(self, a: f64, b: f64) -> bool {
        self.orient(a) > self.orient(b)
    }

    /// The value turned so that higher is better: the value itself or its negative. Its own inverse.
    pub fn orient(self, x: f64) -> f64 {
        match self.direction() {
            Direction::HigherIsBetter => x,
            Direction::LowerIsBetter => -x,
        }
    }
}

impl fmt::Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_same_everywhere() {
        for metric in Metric::ALL {
            assert_eq!(Metric::parse(metric.name()), Some(metric));
            assert_eq!(serde_json::to_string(&metric).unwrap(), format!("\"{}\"", metric.name()));
            assert!(metric.signature().starts_with(metric.name()));
            assert!(!metric.summary().is_empty());
        }
        assert_eq!(Metric::parse("F1"), None);
        assert_eq!(Metric::MacroF1.signature(), "macro-f1|classes:in-truth-or-predicted|zero-division:0|version:1");
    }

    #[test]
    fn direction_turns_comparisons() {
        assert!(Metric::Accuracy.better(0.9, 0.8) && Metric::Rmse.better(0.8, 0.9));
        assert!(!Metric::Mae.better(f64::NAN, 1.0) && !Metric::Mae.better(1.0, 1.0));
        assert_eq!(Metric::Brier.orient(Metric::Brier.orient(0.3)), 0.3);
        assert!(Metric::Auc.fits(true, 2) && !Metric::Auc.fits(true, 3) && !Metric::R2.fits(true, 2));
        assert!(Metric::R2.fits(false, 0) && !Metric::Accuracy.fits(false, 0));
    }
}
