//! What more data would bring: the forecast of the learning curve.

use super::Concluder;
use crate::report::{DataOutlook, Forecast, LearningCurve, RowsForBar};
use crate::stats::curve::{Observation, outlook};
use crate::study::Rule;
use crate::study::units::grouped_count;

/// The forecast is of so many times the rows.
const TIMES: f64 = 2.0;

impl Concluder<'_> {
    /// The forecast of a learning curve; none where it has too few points, or an error of 0.
    ///
    /// Forecast is the distance to the best value of the metric (for accuracy the error rate, for R² the
    /// unexplained share, a loss itself), so it never leaves the metric's range.
    pub(super) fn outlook(&self, curve: Option<&LearningCurve>) -> Option<DataOutlook> {
        let curve = curve?;
        let terms = &self.workspace.prepared.terms;
        let (metric, confidence) = (terms.metric, terms.confidence);
        let best = metric.oriented_range().1;
        let error = |quality: f64| best - metric.orient(quality);
        let quality = |error: f64| metric.orient(best - error);
        let points: Vec<Observation> = curve
            .points
            .iter()
            .map(|point| Observation {
                size: 1.0,
                data: point.rows as f64,
                loss: error(point.quality.point),
                standard_error: Some(point.quality.standard_error).filter(|found| found.is_finite() && *found > 0.0),
            })
            .collect();
        let last = curve.points.last()?;
        let found = outlook(&points).ok()?;
        let twice = found.error(TIMES, confidence);
        let (a, b) = (quality(twice.low), quality(twice.high));
        let (margin, bar) = match terms.rule {
            Rule::Margin(margin) => (Some(margin), None),
            Rule::Bar(bar) => (None, Some(error(bar)).filter(|bar| error(last.quality.point) > *bar)),
        };
        let gain = margin.or(bar.map(|bar| error(last.quality.point) - bar));
        Some(DataOutlook {
            candidate: curve.candidate.clone(),
            rows: last.rows,
            times: TIMES,
            quality: Forecast { point: quality(twice.point), low: a.min(b), high: a.max(b) },
            gain,
            odds: gain.map(|gain| found.odds(TIMES, gain)),
            for_bar: bar.map(|bar| {
                found.amount_for(bar, confidence).map(|amount| RowsForBar {
                    point: amount.point,
                    low: amount.low,
                    high: amount.high,
                })
            }),
            ill: found.shape.is_ill().then(|| found.shape.told(|rows| grouped_count(rows.round() as u64))),
        })
    }
}
