//! The figures that are shown and not stored: intervals, gaps and ratios. Computed here and nowhere else.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Findings;
use super::answer::Answer;
use super::asked::{self, ShownAgreement, ShownShots};
use super::bills::Bills;
use super::figures::{Figure, figure};
use super::gains::Gains;
use super::recipes::{ShownRecipe, recipes};
use super::span::Span;
use super::words::{self, ReportContext, Told, answer, excess, reachable, steps, told};
use crate::labels::{LabelCurves, LabelPoint};
use crate::metric::Metric;
use crate::stats::{self, Estimate};
use crate::study::Cost;
use crate::verdict::Row;

/// Every derived figure of a report; `report.json` holds it under `shown`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Shown {
    /// The answer in words.
    pub answer: Answer,
    /// The answer in one paragraph for those who decide; none where no two candidates are compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paragraph: Option<String>,
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
    /// Which adaptation pays at which number of labels; none where it was not measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub labels: Option<ShownLabels>,
    /// The lines of the ledger of levers in words, in their order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub levers: Vec<ShownLever>,
    /// How each family was trained, its settings as they were used.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub recipes: Vec<ShownRecipe>,
    /// What answers of the finalists cost, where the study names a price of a machine.
    #[serde(skip_serializing_if = "Bills::is_empty")]
    pub bills: Bills,
}

/// Which adaptation pays at which number of labels, in words and with its intervals.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ShownLabels {
    /// The one sentence.
    pub sentence: String,
    /// The comparisons that are not in it, a sentence each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<String>,
    /// The intervals of each curve, in the order of its points.
    pub curves: Vec<Vec<Span>>,
}

/// A line of the ledger of levers in words.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ShownLever {
    /// What is set.
    pub settings: String,
    /// What the gain is worth in size.
    pub worth: String,
    /// What to do next, in a sentence.
    pub next: String,
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
        Self {
            answer: answer(findings),
            paragraph: words::paragraph(&context),
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
            curve: points.map(|point| Span::of_quality(&point.quality, (metric, confidence))).collect(),
            limits_cost: findings.analysis.limits_cost.as_ref().and_then(|cost| Span::of(cost, confidence)),
            signature: findings.terms.signature(),
            shots: shots(&context),
            agreements: agreements(&context),
            labels: findings.labels.as_ref().map(|found| labels(&context, found)),
            levers: levers(&context),
            bills: Bills::of(findings),
            recipes: recipes(findings),
        }
    }

    /// The derived figures of a candidate.
    #[must_use]
    pub fn row(&self, name: &str) -> Option<&ShownRow> {
        self.rows.iter().find(|row| row.name == name)
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
            peak_memory: row.trials.iter().filter_map(|facts| facts.peak_memory).max(),
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

/// What shots bring, in figures and in words.
fn shots(context: &ReportContext<'_>) -> Vec<ShownShots> {
    let told = |one: ShownShots| ShownShots { sentence: words::shots(context, &one), ..one };
    asked::shots(context.findings).into_iter().map(told).collect()
}

/// Where candidates err together, in figures, and of the two that the verdict compares in words.
fn agreements(context: &ReportContext<'_>) -> Vec<ShownAgreement> {
    let pairs = asked::agreements(context.findings).into_iter();
    let told = |pair: asked::Pair| {
        let sentence = if pair.compared { words::agreement(context, &pair.counts) } else { None };
        ShownAgreement { sentence, ..pair.shares() }
    };
    pairs.map(told).collect()
}

/// Which adaptation pays where, in words and with the intervals of its points.
fn labels(context: &ReportContext<'_>, found: &LabelCurves) -> ShownLabels {
    let terms = &context.findings.terms;
    let span = |point: &LabelPoint| Span::of_quality(&point.quality, (terms.metric, terms.confidence));
    ShownLabels {
        sentence: words::labels::sentence(found),
        others: words::labels::others(context, found),
        curves: found.curves.iter().map(|curve| curve.points.iter().map(span).collect()).collect(),
    }
}

/// The lines of the ledger in words.
fn levers(context: &ReportContext<'_>) -> Vec<ShownLever> {
    let ledger = context.findings.levers.iter();
    let told = ledger.flat_map(|ledger| {
        ledger.rows.iter().map(|row| ShownLever {
            settings: words::levers::settings(&row.settings),
            worth: words::levers::worth(&row.equivalent),
            next: words::levers::next(context, ledger, row),
        })
    });
    told.collect()
}
