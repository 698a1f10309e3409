//! Metrics with a range, such as accuracy: a law can't be fitted to them as they are, for it would leave the
//! range. Where a loss was measured too, the law is fitted to the loss and a logistic link leads from the
//! loss to the metric (Bhagia et al. 2024, arXiv 2412.04403); else the law is fitted to what is missing to
//! the best possible value.

use super::fit::fit;
use super::fitted::Fit;
use super::fitting::Fitting;
use super::law::Form;
use super::observation::{CurveError, Observation};
use super::predict::{Prediction, Refusal};
use crate::t_quantile;

/// Shares of the range that count as neither nothing nor everything: logits stay finite.
const EDGE: f64 = 1e-4;
/// The link is used where it explains at least this share of the logits' variance.
const EXPLAINS: f64 = 0.8;

/// One measured quality; higher is better.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quality {
    /// N, the parameters of the model; ignored by [`Form::Data`].
    pub size: f64,
    /// D, the examples or tokens it was trained on; ignored by [`Form::Size`].
    pub data: f64,
    /// The quality, inside the range of its metric.
    pub quality: f64,
    /// Its standard error, where it was measured.
    pub standard_error: Option<f64>,
    /// The loss on the same examples, where it was measured.
    pub loss: Option<f64>,
}

/// How the law and the quality hang together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Link {
    /// The law is of the shortfall: the share of the range that is missing to the best value.
    Shortfall,
    /// The law is of the loss, and the logit of the share of the range that is reached falls with it:
    /// logit = intercept − slope · loss.
    Loss {
        /// The logit at a loss of 0.
        intercept: f64,
        /// What the logit falls by for each unit of the loss; above 0.
        slope: f64,
        /// Standard deviation of the logits about the line.
        noise: f64,
    },
}

/// A fitted law of a metric with a range.
#[derive(Clone, Debug, PartialEq)]
pub struct BoundedFit {
    /// The law of what the link says; its held-out test and shape stand for the whole.
    pub fit: Fit,
    /// From the law to the quality.
    pub link: Link,
    /// The least and greatest possible quality.
    pub range: (f64, f64),
}

/// Fits qualities in `range` = (least, greatest); for a choice among k answers the least sensible value is
/// that of guessing. The loss is used where every point has one and the quality follows it.
///
/// # Errors
/// As [`fit`]; and where the range is not two finite numbers in ascending order, or a quality lies outside.
pub fn fit_bounded(points: &[Quality], range: (f64, f64), form: Form, how: &Fitting) -> Result<BoundedFit, CurveError> {
    let (low, high) = range;
    let span = high - low;
    if !(span.is_finite() && span > 0.0) {
        return Err(CurveError::Option { what: "the width of the metric's range", found: span });
    }
    for (row, point) in points.iter().enumerate() {
        if !(point.quality >= low && point.quality <= high) {
            return Err(CurveError::Range { row, found: point.quality, low, high });
        }
    }
    if let Some((losses, link)) = by_loss(points, range) {
        return Ok(BoundedFit { fit: fit(&losses, form, how)?, link, range });
    }
    let shortfall = |point: &Quality| {
        let error = point.standard_error.map(|error| error / span);
        // nothing missing on the scored examples is less missing than they could show
        let least = error.map_or(EDGE, |error| (0.5 * error).max(EDGE));
        let loss = ((high - point.quality) / span).max(least);
        Observation { size: point.size, data: point.data, loss, standard_error: error }
    };
    let shortfalls: Vec<Observation> = points.iter().map(shortfall).collect();
    Ok(BoundedFit { fit: fit(&shortfalls, form, how)?, link: Link::Shortfall, range })
}

/// The losses and the link, where every point has a loss and the quality follows it closely.
fn by_loss(points: &[Quality], (low, high): (f64, f64)) -> Option<(Vec<Observation>, Link)> {
    let losses: Option<Vec<Observation>> = points
        .iter()
        .map(|point| {
            let loss = point.loss.filter(|loss| loss.is_finite() && *loss > 0.0)?;
            Some(Observation { size: point.size, data: point.data, loss, standard_error: None })
        })
        .collect();
    let losses = losses.filter(|losses| losses.len() >= 3)?;
    let logit = |point: &Quality| {
        let share = ((point.quality - low) / (high - low)).clamp(EDGE, 1.0 - EDGE);
        (share / (1.0 - share)).ln()
    };
    let n = losses.len() as f64;
    let logits: Vec<f64> = points.iter().map(logit).collect();
    let (x, y) = (losses.iter().map(|point| point.loss).sum::<f64>() / n, logits.iter().sum::<f64>() / n);
    let (mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0);
    for (point, logit) in losses.iter().zip(&logits) {
        xx += (point.loss - x).powi(2);
        yy += (logit - y).powi(2);
        xy += (point.loss - x) * (logit - y);
    }
    let slope = -xy / xx;
    if slope.is_nan() || slope <= 0.0 || xy * xy < EXPLAINS * xx * yy {
        return None;
    }
    let noise = ((yy - xy * xy / xx).max(0.0) / (n - 2.0)).sqrt();
    Some((losses, Link::Loss { intercept: y + slope * x, slope, noise }))
}

impl BoundedFit {
    /// The quality that belongs to a value of the law: a loss, or a shortfall; always inside the range.
    #[must_use]
    pub fn quality(&self, value: f64) -> f64 {
        let (low, high) = self.range;
        let reached = match self.link {
            Link::Shortfall => 1.0 - value,
            Link::Loss { intercept, slope, .. } => 1.0 / (1.0 + (slope * value - intercept).exp()),
        };
        (low + (high - low) * reached).clamp(low, high)
    }

    /// The quality of one run of `size` parameters on `data` examples or tokens, with its interval, always
    /// inside the range of the metric.
    ///
    /// # Errors
    /// As [`Fit::predict`].
    pub fn predict(&self, size: f64, data: f64, confidence: f64) -> Result<Prediction, Refusal> {
        let law = self.fit.predict(size, data, confidence)?;
        let (low, high) = match self.link {
            Link::Shortfall => (law.high, law.low),
            Link::Loss { slope, noise, .. } => {
                // the scatter about the link, as a change of the loss
                let free = self.fit.observations.saturating_sub(2).max(1) as f64;
                let beside = t_quantile(0.5 + confidence / 2.0, free) * noise / slope;
                let up = (law.high - law.point).hypot(beside);
                let down = (law.point - law.low).hypot(beside);
                (law.point + up, law.point - down)
            }
        };
        Ok(Prediction {
            point: self.quality(law.point),
            low: self.quality(low),
            high: self.quality(high),
            extrapolates: law.extrapolates,
        })
    }
}
