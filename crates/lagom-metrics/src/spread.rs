//! How much two models differ from example to example, assumed before anything is measured.

use super::names::{Metric, OutcomeKind};

/// What is known of a target before any model is trained.
#[derive(Debug, Clone, Copy)]
pub enum TargetSummary<'a> {
    /// The number of examples of each class.
    Classes(&'a [u64]),
    /// The standard deviation of a numeric target, in its units.
    Values {
        /// Standard deviation, positive.
        sd: f64,
    },
    /// Texts, choices or likelihoods: nothing is known before a model answers.
    Texts,
}

impl Metric {
    /// The standard deviation over examples of the paired difference of two models' values, to plan
    /// with until one is measured; in the metric's unit. None where metric and target do not fit or the
    /// target does not vary.
    ///
    /// The assumptions, all of two decent models of which one is a little better:
    /// - accuracy: just one of the two is right on 10 % of examples, so √0.10 = 0.32;
    /// - balanced accuracy, macro-F1, AUC: the same, times the factor by which rare classes make the
    ///   mean over classes less certain, `√(Σ_k n / n_k) / K` (1 for equal classes);
    /// - log loss: 0.3 of what a uniform guess costs, `0.3 ln K` nats;
    /// - Brier: on those 10 % the squared error differs by 0.3 (two classes) or 0.6 (the sum over more),
    ///   so 0.095 or 0.19;
    /// - MAE, RMSE, R²: both models explain 75 % of the variance, with normal errors whose sizes
    ///   correlate by 0.8 between them. Errors then have half the target's deviation s. The absolute
    ///   error deviates by 0.603 · 0.5 s, the paired difference by √0.4 of that: 0.19 s. The influence
    ///   on RMSE deviates by 0.5 s / √2, the difference by 0.22 s; that on R² by √2 · 0.25, the
    ///   difference by 0.22;
    /// - right or wrong answers and choices: as accuracy, 0.32; the same for token F1 and JSON fields, which are nearly so
    ///   where answers are short;
    /// - BLEU 12, chrF 8, TER 13 points, ROUGE 0.11, ROUGE-2 0.12: the median over pairs of systems of WMT17 and XSum
    ///   (log/2026-11-24-text-metrics.md);
    /// - bits per byte 0.1, and perplexity 4, that is 0.2 nats a word at a perplexity of 20: assumed, not measured.
    pub fn typical_spread(self, target: TargetSummary<'_>) -> Option<f64> {
        match target {
            TargetSummary::Texts => self.typical_spread_of_texts(),
            TargetSummary::Values { sd } if sd.is_finite() && sd > 0.0 => match self {
                Metric::Mae => Some(0.19 * sd),
                Metric::Rmse => Some(0.22 * sd),
                Metric::R2 => Some(0.22),
                _ => None,
            },
            TargetSummary::Values { .. } => None,
            TargetSummary::Classes(counts) => {
                let present: Vec<f64> = counts.iter().filter(|&&count| count > 0).map(|&count| count as f64).collect();
                let classes = present.len();
                if classes < 2 {
                    return None;
                }
                match self {
                    Metric::Accuracy => Some(0.10f64.sqrt()),
                    Metric::BalancedAccuracy | Metric::MacroF1 => Some(0.10f64.sqrt() * imbalance(&present)),
                    Metric::Auc if classes == 2 => Some(0.10f64.sqrt() * imbalance(&present)),
                    Metric::LogLoss => Some(0.3 * (classes as f64).ln()),
                    Metric::Brier => Some(0.10f64.sqrt() * if classes == 2 { 0.3 } else { 0.6 }),
                    _ => None,
                }
            }
        }
    }
}

impl Metric {
    fn typical_spread_of_texts(self) -> Option<f64> {
        if self.fits(OutcomeKind::Values) || self.fits(OutcomeKind::Classes(2)) {
            return None;
        }
        Some(match self {
            Metric::Rouge1 | Metric::RougeL | Metric::RougeLsum => 0.11,
            Metric::Rouge2 => 0.12,
            Metric::Bleu => 12.0,
            Metric::Chrf | Metric::ChrfPlusPlus => 8.0,
            Metric::Ter => 13.0,
            Metric::BitsPerByte => 0.1,
            Metric::Perplexity => 4.0,
            _ => 0.10f64.sqrt(),
        })
    }
}

/// The root mean square over examples of `n / (K n_k)`, with k the example's class: the weight of an
/// example in a mean over classes. 1 for equal classes, more for unequal ones.
pub(super) fn imbalance(counts: &[f64]) -> f64 {
    let n: f64 = counts.iter().sum();
    counts.iter().map(|count| n / count).sum::<f64>().sqrt() / counts.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spreads_fit_the_target() {
        let equal = TargetSummary::Classes(&[50, 50, 0]);
        let skewed = TargetSummary::Classes(&[90, 10]);
        assert_eq!(Metric::Accuracy.typical_spread(equal), Some(0.10f64.sqrt()));
        assert!((Metric::MacroF1.typical_spread(equal).unwrap() - 0.10f64.sqrt()).abs() < 1e-12);
        // √(100/90 + 100/10) / 2 = 1.666667
        let factor = Metric::Auc.typical_spread(skewed).unwrap() / 0.10f64.sqrt();
        assert!((factor - 5.0 / 3.0).abs() < 1e-12);
        assert_eq!(Metric::Mae.typical_spread(TargetSummary::Values { sd: 2.0 }), Some(0.38));
        for none in [Metric::Rmse.typical_spread(equal), Metric::Auc.typical_spread(TargetSummary::Classes(&[1, 1, 1]))]
        {
            assert_eq!(none, None);
        }
        assert_eq!(Metric::R2.typical_spread(TargetSummary::Values { sd: f64::NAN }), None);
        assert_eq!(Metric::Accuracy.typical_spread(TargetSummary::Classes(&[5])), None);
        for metric in Metric::ALL {
            let (classes, values) = (metric.fits(OutcomeKind::Classes(2)), metric.fits(OutcomeKind::Values));
            assert_eq!(metric.typical_spread(skewed).is_some(), classes);
            assert_eq!(metric.typical_spread(TargetSummary::Values { sd: 1.0 }).is_some(), values);
            assert_eq!(metric.typical_spread(TargetSummary::Texts).is_some(), !classes && !values);
        }
    }
}
