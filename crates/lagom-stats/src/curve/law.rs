//! The laws themselves: what loss they give, and what follows from their constants.

/// Which law is fitted.
///
/// N is the size of the model in parameters, D the amount of data in examples or tokens, L the loss.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// L = E + A / N^α.
    Size,
    /// L = E + B / D^β.
    Data,
    /// L = E + A / N^α + B / D^β (Hoffmann et al. 2022, arXiv 2203.15556, approach 3).
    Both,
    /// The same with α = β.
    BothTied,
}

impl Form {
    /// How many constants the law has.
    #[must_use]
    pub fn constants(self) -> usize {
        match self {
            Self::Size | Self::Data => 3,
            Self::BothTied => 4,
            Self::Both => 5,
        }
    }

    /// Whether the law depends on the size of the model.
    #[must_use]
    pub fn has_size(self) -> bool {
        self != Self::Data
    }

    /// Whether the law depends on the amount of data.
    #[must_use]
    pub fn has_data(self) -> bool {
        self != Self::Size
    }
}

/// One falling part of a law: scale / x^exponent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Term {
    /// A or B, in the unit of the loss, at x = 1; 0 where the measurements show no such part.
    pub scale: f64,
    /// α or β, above 0; larger falls faster.
    pub exponent: f64,
}

impl Term {
    /// What the part adds to the loss at `x`.
    #[must_use]
    pub fn at(self, x: f64) -> f64 {
        // by logarithms: the scale may be huge where the exponent is large
        if self.scale > 0.0 { (self.scale.ln() - self.exponent * x.ln()).exp() } else { 0.0 }
    }
}

/// A law with its constants.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Law {
    /// E: the loss that neither size nor data takes away, at least 0.
    pub floor: f64,
    /// The part that a larger model takes away; `None` where the form has none.
    pub size: Option<Term>,
    /// The part that more data take away; `None` where the form has none.
    pub data: Option<Term>,
}

impl Law {
    /// The loss at `size` parameters and `data` examples or tokens, both above 0. What the form does not
    /// depend on is ignored.
    #[must_use]
    pub fn loss(&self, size: f64, data: f64) -> f64 {
        self.floor + self.size.map_or(0.0, |term| term.at(size)) + self.data.map_or(0.0, |term| term.at(data))
    }

    /// Both parts, where both lessen the loss.
    fn parts(&self) -> Option<(Term, Term)> {
        let (size, data) = self.size.zip(self.data)?;
        let falls = |term: Term| term.scale > 0.0 && term.exponent > 0.0;
        (falls(size) && falls(data)).then_some((size, data))
    }

    /// The size N and the amount of data D with the lowest loss for a training of `flops` = 6·N·D
    /// floating-point operations (Kaplan et al. 2020; Hoffmann et al. 2022, equation 4):
    /// N = G·(C/6)^(β/(α+β)), G = (αA/βB)^(1/(α+β)).
    ///
    /// `None` where the law lacks one of the parts or `flops` is not above 0.
    #[must_use]
    pub fn compute_optimal(&self, flops: f64) -> Option<(f64, f64)> {
        let (size, data) = self.parts()?;
        let both = size.exponent + data.exponent;
        let product = (flops / 6.0).ln();
        let balance = (size.exponent.ln() + size.scale.ln() - data.exponent.ln() - data.scale.ln()) / both;
        let log_size = balance + product * data.exponent / both;
        finite(log_size.exp(), (product - log_size).exp())
    }

    /// The size N and the amount of data D that reach `loss` with the fewest floating-point operations of
    /// training and use together, 6·N·D + 2·N·`served` (Sardana et al. 2024, arXiv 2401.00448), where
    /// `served` is the number of examples or tokens, in the unit of D, that the model will answer.
    ///
    /// `None` where the law lacks one of the parts, `loss` is not above the floor, or `served` is negative.
    #[must_use]
    pub fn inference_optimal(&self, loss: f64, served: f64) -> Option<(f64, f64)> {
        let (size, data) = self.parts()?;
        let gap = loss - self.floor;
        if gap.is_nan() || gap <= 0.0 || served.is_nan() || served < 0.0 {
            return None;
        }
        // the share of the gap that the size leaves fixes both; the rest is the data's
        let at = |share: f64| {
            let n = ((size.scale / (gap * share)).ln() / size.exponent).exp();
            let d = ((data.scale / (gap * (1.0 - share))).ln() / data.exponent).exp();
            (n, d)
        };
        // the derivative of the logarithm of the cost by the share, times share·(1 − share); one root
        let slope = |share: f64| {
            let (_, d) = at(share);
            6.0 * d * (share / data.exponent - (1.0 - share) / size.exponent)
                - 2.0 * served * (1.0 - share) / size.exponent
        };
        let (mut low, mut high) = (0.0, 1.0);
        for _ in 0..200 {
            let middle = 0.5 * (low + high);
            if slope(middle) < 0.0 {
                low = middle;
            } else {
                high = middle;
            }
        }
        let (n, d) = at(0.5 * (low + high));
        finite(n, d)
    }

    /// The factor on the data that gains as much as `factor` on the size does, for a model of `size`
    /// parameters trained on `data`. 1.4 for a `factor` of 2 reads "twice the parameters = 1.4 times the
    /// data". `None` where no amount of data gains so much, or the law lacks one of the parts.
    #[must_use]
    pub fn exchange_rate(&self, size: f64, data: f64, factor: f64) -> Option<f64> {
        let (of_size, of_data) = self.parts()?;
        let gain = of_size.at(size) - of_size.at(size * factor);
        let left = 1.0 - gain / of_data.at(data);
        if left.is_nan() || left <= 0.0 {
            return None;
        }
        let rate = (-left.ln() / of_data.exponent).exp();
        (rate.is_finite() && rate > 0.0).then_some(rate)
    }
}

fn finite(size: f64, data: f64) -> Option<(f64, f64)> {
    (size.is_finite() && data.is_finite() && size > 0.0 && data > 0.0).then_some((size, data))
}
