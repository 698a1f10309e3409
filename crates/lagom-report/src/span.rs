//! An estimate with its interval, as it is shown.

use serde::Serialize;

use crate::metric::Metric;
use crate::stats::Estimate;

/// An estimate with its two-sided interval at the study's confidence; all finite.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Span {
    /// The estimate.
    pub point: f64,
    /// Lower end of the interval; for a quality no lower than the metric's range.
    pub low: f64,
    /// Upper end of the interval; for a quality no higher than the metric's range.
    pub high: f64,
    /// Half the length of the interval as it is estimated.
    pub half: f64,
    /// How far the point may be off, either way, for answers that are missing: it is halfway between all of them at their worst and at
    /// their best, and no estimate; 0 where none is missing.
    #[serde(skip_serializing_if = "is_zero")]
    pub gap: f64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(gap: &f64) -> bool {
    *gap == 0.0
}

impl Span {
    /// The estimate with its interval; none unless all is finite.
    #[must_use]
    pub fn of(estimate: &Estimate, confidence: f64) -> Option<Self> {
        let (low, high) = estimate.interval(confidence);
        let span = Self { point: estimate.point, low, high, half: (high - low) / 2.0, gap: estimate.gap };
        [span.point, span.low, span.high].iter().all(|value| value.is_finite()).then_some(span)
    }

    /// A quality with its interval, cut to what the metric can be; without one where that is not finite.
    pub(super) fn of_quality(quality: &Estimate, (metric, confidence): (Metric, f64)) -> Self {
        let bare = Self { point: quality.point, low: quality.point, high: quality.point, half: 0.0, gap: quality.gap };
        Self::of(quality, confidence).map_or(bare, |span| span.within(metric))
    }

    /// The interval of a quality cut to what the metric can be: few repeats reach beyond it.
    pub(super) fn within(self, metric: Metric) -> Self {
        let (least, most) = metric.range();
        Self { low: self.low.max(least), high: self.high.min(most), ..self }
    }
}
