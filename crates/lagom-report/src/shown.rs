//! The figures that are shown and not stored: intervals, gaps and ratios. Computed here and nowhere else.

use std::collections::BTreeMap;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::Findings;
use super::asked::{self, ShownAgreement, ShownShots};
use super::figures::{Figure, figure};
use super::answer::Answer;
use super::words::{ReportContext, Told, answer, excess, reachable, steps, told};
use crate::metric::Metric;
use crate::stats::{self, Estimate};
use crate::study::Cost;
use crate::study::costs::{COSTS, cheaper_first};
use crate::verdict::{Row, TestKind};

/// Every derived figure of a report; `report.json` holds it under `shown`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Shown {
    /// The answer in words.
    pub answer: Answer,
    /// What the smaller of the two compared candidates saves.
    pub gains: Option<Gains>,
    /// One entry a candidate, in the order of the screening's rows.
    pub rows: Vec<ShownRow>,
    /// The steps of the staircase as they are written: margins rounded up to the digits shown; none where nothing is shown.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<Option<f64>>,
    /// What each untrained rung could gain at most, as it is written: rounded up to the digits shown.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub untried: Vec<f64>,
    /// The tests in words, in their order.
    pub tests: Vec<Told>,
    /// The learning curve's intervals, in the order of its points.
    pub curve: Vec<Span>,
    /// What the limits cost, with its interval.
    pub limits_cost: Option<Span>,
    /// Name, settings and version of the metric in one string.
    pub signature: String,
    /// What more shots bring, for every model that was asked at several numbers of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub shots: Vec<ShownShots>,
    /// Where candidates err together: the two that the verdict compares first, then pairs with the choice or the reference.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub agreements: Vec<ShownAgreement>,
}

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
}

/// How many times a candidate is smaller, faster and so on than the one it is compared with; below 1
/// where it is larger or slower.
#[derive(Clone, Debug, PartialEq)]
pub struct Gains {
    /// The cheaper candidate.
    pub candidate: String,
    /// The other.
    pub against: String,
    /// The ratio of each cost, in the order of [`COSTS`]; none where one of the two is not known, or nothing.
    pub ratios: Vec<Option<f64>>,
}

impl Serialize for Gains {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("candidate", &self.candidate)?;
        map.serialize_entry("against", &self.against)?;
        for (cost, ratio) in COSTS.iter().zip(&self.ratios) {
            map.serialize_entry(cost.about().ratio, ratio)?;
        }
        map.end()
    }
}

/// The derived figures of one candidate.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ShownRow {
    /// Name of the candidate.
    pub name: String,
    /// The figures that table and plots show, and the rows they are on.
    pub figure: Figure,
    /// Quality on validation rows.
    pub quality: Option<Span>,
    /// What it could at best have reached, where its trainings were stopped early: the mean over repeats, rounded to the side that
    /// claims less.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ceiling: Option<f64>,
    /// Difference to the reference on validation rows; positive is better.
    pub difference: Option<Span>,
    /// Quality on the holdout, where it was looked at.
    pub holdout: Option<Span>,
    /// By how much training rows are answered better than validation rows; large means overfitting.
    pub gap: Option<f64>,
    /// CPU seconds of one training: the mean over repeats.
    pub cpu_seconds: Option<f64>,
    /// Wall seconds of one training: the mean over repeats.
    pub wall_seconds: Option<f64>,
    /// Largest peak memory of a training, in bytes.
    pub peak_memory: Option<u64>,
    /// Floating-point operations of one training: the mean over repeats.
    pub flops: Option<f64>,
    /// Share of these that went into the search of learning rate and penalty.
    pub search_share: Option<f64>,
    /// What it costs beyond the figures of its row, by the names of the costs: those that this report shows besides.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub costs: BTreeMap<&'static str, f64>,
    /// The same in money, where the study gives them a price.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub money: BTreeMap<&'static str, f64>,
    /// The limits it exceeds, in words.
    pub excess: Vec<String>,
}

impl Shown {
    /// The derived figures of these findings.
    #[must_use]
    pub fn of(findings: &Findings) -> Self {
        let confidence = findings.terms.confidence;
        let metric = findings.terms.metric;
        let context = ReportContext::new(findings);
        let rows = findings.analysis.screening.rows.iter();
        let points = findings.curve.iter().flat_map(|curve| &curve.points);
        let untried = findings.climb.iter().flat_map(|climb| &climb.untried);
        let bare = |point: &super::CurvePoint| {
            let value = point.quality.point;
            Span { point: value, low: value, high: value, half: 0.0 }
        };
        Self {
            answer: answer(findings),
            gains: Gains::of(findings),
            rows: rows
                .map(|row| ShownRow {
                    figure: figure(findings, row),
                    ceiling: reachable(&context, row),
                    money: money(findings, row),
                    costs: costs(findings, row),
                    ..ShownRow::of(row, metric, confidence)
                })
                .collect(),
            steps: steps(&context),
            untried: untried.map(|one| context.style.up(one.gain)).collect(),
            tests: findings.analysis.tests.iter().map(|test| told(&context, test)).collect(),
            curve: points
                .map(|point| {
                    Span::of(&point.quality, confidence).map_or_else(|| bare(point), |span| span.within(metric))
                })
                .collect(),
            limits_cost: findings.analysis.limits_cost.as_ref().and_then(|cost| Span::of(cost, confidence)),
            signature: findings.terms.signature(),
            shots: asked::shots(findings),
            agreements: asked::agreements(findings),
        }
    }

    /// The derived figures of a candidate.
    #[must_use]
    pub fn row(&self, name: &str) -> Option<&ShownRow> {
        self.rows.iter().find(|row| row.name == name)
    }
}

impl Span {
    /// The estimate with its interval; none unless all is finite.
    #[must_use]
    pub fn of(estimate: &Estimate, confidence: f64) -> Option<Self> {
        let (low, high) = estimate.interval(confidence);
        let span = Self { point: estimate.point, low, high, half: (high - low) / 2.0 };
        [span.point, span.low, span.high].iter().all(|value| value.is_finite()).then_some(span)
    }

    /// The interval of a quality cut to what the metric can be: few repeats reach beyond it.
    pub(super) fn within(self, metric: Metric) -> Self {
        let (least, most) = metric.range();
        Self { low: self.low.max(least), high: self.high.min(most), ..self }
    }
}

impl ShownRow {
    fn of(row: &Row, metric: Metric, confidence: f64) -> Self {
        let span = |estimate: &Option<Estimate>| estimate.as_ref().and_then(|found| Span::of(found, confidence));
        let mean = |pick: fn(&crate::trial::TrialStats) -> f64| {
            let values: Vec<f64> = row.trials.iter().map(pick).filter(|value| value.is_finite()).collect();
            (!values.is_empty()).then(|| stats::mean(&values))
        };
        let quality = row.quality.as_ref().map(|found| found.point);
        let gap = row.train_quality.zip(quality).map(|(train, found)| metric.orient(train) - metric.orient(found));
        Self {
            name: row.name.clone(),
            figure: Figure { quality: None, difference: None, on: super::figures::On::Validation },
            quality: span(&row.quality).map(|span| span.within(metric)),
            ceiling: None,
            difference: span(&row.difference),
            holdout: span(&row.holdout_quality).map(|span| span.within(metric)),
            gap: gap.filter(|gap| gap.is_finite()),
            cpu_seconds: mean(|facts| facts.cpu_seconds),
            wall_seconds: mean(|facts| facts.wall_seconds),
            peak_memory: row.trials.iter().map(|facts| facts.peak_memory).filter(|memory| *memory > 0).max(),
            flops: mean(|facts| facts.flops),
            search_share: mean(|facts| facts.search_share),
            costs: BTreeMap::new(),
            money: BTreeMap::new(),
            excess: row.excess.iter().map(excess).collect(),
        }
    }
}

/// The costs of a candidate that no field of its row holds.
fn costs(findings: &Findings, row: &Row) -> BTreeMap<&'static str, f64> {
    let further = super::costs::further(findings).into_iter();
    further.filter_map(|(cost, _)| Some((cost.about().name, row.cost(cost)?))).collect()
}

/// The same in money.
fn money(findings: &Findings, row: &Row) -> BTreeMap<&'static str, f64> {
    let costs = super::costs::further(findings).into_iter();
    let priced = |cost: &dyn Cost| super::costs::money(findings, cost, row.cost(cost)?);
    costs.filter_map(|(cost, _)| Some((cost.about().name, priced(cost)?.amount))).collect()
}

impl Gains {
    /// The ratios between the two candidates that the verdict is about; none where there is only one.
    #[must_use]
    pub fn of(findings: &Findings) -> Option<Self> {
        let (small, large) = compared(findings)?;
        let over = |large: f64, small: f64| {
            let ratio = large / small;
            (ratio.is_finite() && ratio > 0.0).then_some(ratio)
        };
        let ratio = |cost: &&dyn Cost| over(large.cost(*cost)?, small.cost(*cost)?);
        let (candidate, against) = (small.name.clone(), large.name.clone());
        Some(Self { candidate, against, ratios: COSTS.iter().map(ratio).collect() })
    }

    /// The ratio of a cost.
    #[must_use]
    pub fn ratio(&self, cost: &dyn Cost) -> Option<f64> {
        COSTS.iter().zip(&self.ratios).find(|(other, _)| other.is(cost)).and_then(|(_, ratio)| *ratio)
    }
}

/// The two candidates that the verdict compares, the cheaper first.
pub(super) fn compared(findings: &Findings) -> Option<(&Row, &Row)> {
    let (screening, verdict) = (&findings.analysis.screening, &findings.verdict);
    let test = verdict.carried_by.and_then(|at| findings.analysis.tests.get(at));
    let test = test.filter(|test| test.kind != TestKind::Learned);
    let reference = verdict.reference.as_deref()?;
    let other = match (verdict.choice.as_deref(), test) {
        (Some(choice), _) if choice != reference => choice,
        (_, Some(test)) if test.candidate != reference => &test.candidate,
        (_, Some(test)) => test.against.as_deref()?,
        _ => return None,
    };
    let (a, b) = (screening.row(reference)?, screening.row(other)?);
    let by = findings.terms.smallest_by;
    Some(if cheaper_first(a.cost(by), b.cost(by)).is_lt() { (a, b) } else { (b, a) })
}
