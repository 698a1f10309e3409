//! From the numbers of the examples to a value and the influence of each example.

use super::chrf::Orders;
use super::{bleu, chrf, ter};
use crate::text_settings::{BleuSettings, ChrfSettings, Smoothing, TextSettings};
use crate::{Metric, MetricError, OutcomeKind, Scored};

/// How a metric of texts, choices or likelihoods follows from the sums of the numbers of its examples.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Formula {
    metric: Metric,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Mean,
    Bleu(BleuSettings),
    Chrf(ChrfSettings, Orders),
    Ter,
    BitsPerByte,
    Perplexity,
}

impl Formula {
    /// The formula of a metric under these settings.
    ///
    /// # Errors
    /// A metric of classes or values; settings out of range.
    pub fn new(metric: Metric, settings: &TextSettings) -> Result<Formula, MetricError> {
        let kind = match metric {
            Metric::Bleu => Kind::Bleu(settings.bleu),
            Metric::Chrf => Kind::Chrf(settings.chrf, Orders { characters: settings.chrf.characters, words: 0 }),
            Metric::ChrfPlusPlus => {
                let orders = Orders { characters: settings.chrf.characters, words: settings.chrf.words };
                Kind::Chrf(settings.chrf, orders)
            }
            Metric::Ter => Kind::Ter,
            Metric::BitsPerByte => Kind::BitsPerByte,
            Metric::Perplexity => Kind::Perplexity,
            _ if metric.fits(OutcomeKind::Values) || metric.fits(OutcomeKind::Classes(2)) => {
                return Err(MetricError::DoesNotFit { metric, outcomes: "texts".to_owned() });
            }
            _ => Kind::Mean,
        };
        let formula = Formula { metric, kind };
        formula.check()?;
        Ok(formula)
    }

    /// The formula under the settings of the reference implementation.
    ///
    /// # Errors
    /// A metric of classes or values.
    pub fn usual(metric: Metric) -> Result<Formula, MetricError> {
        Formula::new(metric, &TextSettings::default())
    }

    fn check(&self) -> Result<(), MetricError> {
        let within = |name, found: f64, range: std::ops::RangeInclusive<f64>, expected| {
            let fault = MetricError::Setting { metric: self.metric, name, expected, found };
            if range.contains(&found) { Ok(()) } else { Err(fault) }
        };
        match self.kind {
            Kind::Bleu(of) => match of.smoothing {
                Smoothing::Floor(value) => within("floor", value, 1e-300..=1.0, "above 0 and at most 1"),
                Smoothing::AddK(value) => within("add-k", value, 1e-300..=1e6, "above 0 and at most a million"),
                Smoothing::None | Smoothing::Exponential => Ok(()),
            },
            Kind::Chrf(of, orders) => {
                within("characters", orders.characters as f64, 1.0..=6.0, "from 1 to 6")?;
                within("beta", f64::from(of.beta), 1.0..=100.0, "from 1 to 100")?;
                let least = if self.metric == Metric::ChrfPlusPlus { 1.0 } else { 0.0 };
                within("words", orders.words as f64, least..=4.0, "from 1 to 4")
            }
            _ => Ok(()),
        }
    }

    /// How many numbers an example has.
    #[must_use]
    pub fn width(&self) -> usize {
        match self.kind {
            Kind::Mean => 1,
            Kind::Bleu(_) => bleu::WIDTH,
            Kind::Chrf(_, orders) => orders.width(),
            Kind::Ter | Kind::BitsPerByte | Kind::Perplexity => 2,
        }
    }

    /// The orders of a chrF.
    pub(super) fn orders(&self) -> Orders {
        match self.kind {
            Kind::Chrf(_, orders) => orders,
            _ => Orders { characters: 0, words: 0 },
        }
    }

    /// The metric from the sums of the numbers of so many examples, in the metric's unit. NaN or infinite only where
    /// bits per byte or perplexity have no unit at all.
    #[must_use]
    pub fn value(&self, sums: &[f64], examples: usize) -> f64 {
        match self.kind {
            Kind::Mean => sums[0] / examples as f64,
            Kind::Bleu(settings) => bleu::value(sums, &settings),
            Kind::Chrf(settings, _) => chrf::value(sums, &settings),
            Kind::Ter => ter::value(sums),
            Kind::BitsPerByte => sums[0] / sums[1] / std::f64::consts::LN_2,
            Kind::Perplexity => (sums[0] / sums[1]).exp(),
        }
    }

    /// How far the value moves with each of the sums.
    fn gradient(&self, sums: &[f64], examples: usize) -> Vec<f64> {
        // of a ratio a / b: 1 / b and −a / b²
        let ratio = |scale: f64| match sums {
            &[above, below] if below > 0.0 => vec![scale / below, -scale * above / (below * below)],
            _ => vec![0.0; 2],
        };
        match self.kind {
            Kind::Mean => vec![1.0 / examples as f64],
            Kind::Bleu(settings) => bleu::gradient(sums, &settings),
            Kind::Chrf(settings, _) => chrf::gradient(sums, &settings),
            Kind::Ter => ratio(100.0),
            Kind::BitsPerByte => ratio(std::f64::consts::LN_2.recip()),
            Kind::Perplexity => ratio(self.value(sums, examples)),
        }
    }

    /// The value and the influence of each example, from all numbers one example after the other.
    ///
    /// The influence of example i is the infinitesimal jackknife `Σ_k ∂value/∂S_k (n s_ik − S_k)`, with S the sums and s
    /// the example's own numbers: what the value changes as the example's weight grows (Efron 1982, chapter 6).
    ///
    /// # Errors
    /// No example; numbers that are not `width` an example or not finite; no unit of text at all.
    pub fn score(&self, statistics: &[f64]) -> Result<Scored, MetricError> {
        let width = self.width();
        if statistics.is_empty() {
            return Err(MetricError::Empty);
        }
        if !statistics.len().is_multiple_of(width) {
            return Err(MetricError::Width { metric: self.metric, expected: width, found: statistics.len() });
        }
        if let Some(at) = statistics.iter().position(|number| !number.is_finite()) {
            return Err(MetricError::NotFinite { what: "count", example: at / width });
        }
        let examples = statistics.len() / width;
        let sums = sums(statistics, width);
        let value = self.value(&sums, examples);
        if !value.is_finite() {
            let found = "nothing but empty texts, or a likelihood of 0".to_owned();
            return Err(MetricError::Reference { metric: self.metric, expected: "a likely text", found });
        }
        let gradient = self.gradient(&sums, examples);
        let total: f64 = gradient.iter().zip(&sums).map(|(slope, sum)| slope * sum).sum();
        let one = |numbers: &[f64]| {
            let own: f64 = gradient.iter().zip(numbers).map(|(slope, number)| slope * number).sum();
            examples as f64 * own - total
        };
        let influence = statistics.chunks_exact(width).map(one).collect();
        Ok(Scored { value, influence, floor: self.metric.is_right_or_wrong().then_some(1.0) })
    }
}

/// The sums over all examples.
fn sums(statistics: &[f64], width: usize) -> Vec<f64> {
    let mut sums = vec![0.0; width];
    for numbers in statistics.chunks_exact(width) {
        sums.iter_mut().zip(numbers).for_each(|(sum, number)| *sum += number);
    }
    sums
}
