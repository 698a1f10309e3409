//! What every sentence needs: the findings and how their numbers are written.

use crate::Findings;
use crate::costs;
use crate::figures::{self, Figure};
use crate::gains::Gains;
use crate::numbers::{Style, count, metric_title, percent};
use crate::stats::Estimate;
use crate::study::{FamilyId, Rule, TaskKind};
use crate::verdict::{CandidateStatus, Row, Test, TestKind, confidence_beyond};

/// A headline, and the sentences below it.
pub(crate) type Told = (String, Vec<String>);

/// The findings with the style of their numbers.
#[derive(Clone, Debug)]
pub(crate) struct ReportContext<'a> {
    /// The findings.
    pub(crate) findings: &'a Findings,
    /// How values of the metric are written.
    pub(crate) style: Style,
}

impl<'a> ReportContext<'a> {
    /// For these findings.
    pub(crate) fn new(findings: &'a Findings) -> Self {
        Self { findings, style: Style::of(findings) }
    }

    /// The currency of the prices, of which a study has one; empty without prices.
    pub(crate) fn currency(&self) -> String {
        costs::currency(self.findings)
    }

    /// Whether texts are predicted themselves: there are no labels then, and no inputs beside them.
    pub(crate) fn of_language(&self) -> bool {
        self.findings.data.task == TaskKind::LanguageModelling
    }

    /// The metric's name as people write it.
    pub(crate) fn metric(&self) -> &'static str {
        metric_title(self.findings.terms.metric)
    }

    /// The confidence, as `95 %`.
    pub(crate) fn confidence(&self) -> String {
        percent(self.findings.terms.confidence)
    }

    /// The line of a candidate.
    pub(crate) fn row(&self, name: &str) -> Option<&'a Row> {
        self.findings.analysis.screening.row(name)
    }

    /// Name of the reference; a dash where there is none.
    pub(crate) fn reference(&self) -> &'a str {
        self.findings.verdict.reference.as_deref().unwrap_or("–")
    }

    /// The test that carries the verdict.
    pub(crate) fn carrier(&self) -> Option<&'a Test> {
        self.findings.verdict.carried_by.and_then(|at| self.findings.analysis.tests.get(at))
    }

    /// The test that carries the verdict, unless it is the one against the baseline.
    pub(crate) fn deciding(&self) -> Option<&'a Test> {
        self.carrier().filter(|test| test.kind != TestKind::Learned)
    }

    /// What is saved.
    pub(crate) fn gains(&self) -> Option<Gains> {
        Gains::of(self.findings)
    }

    /// Whether any limit is set.
    pub(crate) fn limited(&self) -> bool {
        !self.findings.terms.limits.is_empty()
    }

    /// `the best within your limits` or, without limits, `the best measured`; where another one is ahead in the figures shown
    /// here, it says on which rows it is the best.
    pub(crate) fn best(&self) -> &'static str {
        match (self.incumbent().is_some(), self.is_overtaken(), self.limited()) {
            (true, ..) => "the one in use",
            (_, true, true) => "the best within your limits on validation rows",
            (_, true, false) => "the best on validation rows",
            (_, _, true) => "the best within your limits",
            _ => "the best measured",
        }
    }

    /// Whether a higher figure of the metric is better.
    pub(crate) fn higher_is_better(&self) -> bool {
        self.findings.terms.metric.orient(1.0) > 0.0
    }

    /// The candidate that is in use today, where the study asks whether it is needed.
    pub(crate) fn incumbent(&self) -> Option<&'a str> {
        self.findings.terms.incumbent.as_deref()
    }

    /// `against the best`, or against the incumbent by its name; against the reference where that is not the best in the figures
    /// shown.
    pub(crate) fn against(&self) -> String {
        match self.incumbent() {
            Some(name) => format!("against {name}"),
            None if self.is_overtaken() => "against the reference".to_owned(),
            None => "against the best".to_owned(),
        }
    }

    /// The figures of a candidate that table, plots and headline show.
    pub(crate) fn figure(&self, row: &Row) -> Figure {
        figures::figure(self.findings, row)
    }

    /// Whether a candidate within the limits is ahead of the reference in the figures that are shown: the reference was picked
    /// on validation rows.
    pub(crate) fn is_overtaken(&self) -> bool {
        let metric = self.findings.terms.metric;
        let value =
            |row: &Row| self.figure(row).quality.map(|span| (metric.orient(span.point), self.style.value(span.point)));
        let Some((best, written)) = self.row(self.reference()).and_then(value) else { return false };
        let rows = self.findings.analysis.screening.rows.iter();
        let ahead = |row: &Row| value(row).is_some_and(|(other, text)| other > best && text != written);
        rows.filter(|row| row.is_within() && row.family != FamilyId::BASELINE).any(ahead)
    }

    /// What the choice is compared with where that is dearer, with what it is: `mlp-20k, the best of the bigger ones`, on validation
    /// rows where another one is ahead on those of the verdict.
    pub(crate) fn rival(&self, test: &Test) -> String {
        let Some(rival) = test.against.as_deref() else { return "the others".to_owned() };
        let best = self.findings.verdict.beyond.best.as_deref();
        let on = if best.is_none_or(|best| best == rival) { "" } else { " on validation rows" };
        format!("{rival}, the best of the bigger ones{on}")
    }

    /// The bounds of a difference to the reference of one dearer than it, in the study's confidence for all of them together: those
    /// by which the verdict calls one surely better.
    pub(crate) fn bounds_beyond(&self, found: &Estimate) -> (f64, f64) {
        let confidence = confidence_beyond(&self.findings.analysis.screening, &self.findings.terms);
        (found.lower(confidence), found.upper(confidence))
    }

    /// What was measured of a candidate lacks so much to the best value that the metric has; none with metrics without an end on one side.
    pub(crate) fn missing_to_best(&self, name: &str) -> Option<f64> {
        let metric = self.findings.terms.metric;
        let (low, high) = metric.range();
        let best = metric.orient(low).max(metric.orient(high));
        let own = metric.orient(self.figure(self.row(name)?).quality?.point);
        (high - low).is_finite().then_some(best - own)
    }

    /// The best of those dearer than the reference that are surely better, with its difference; none where none is.
    pub(crate) fn surely_better(&self) -> Option<(&'a Row, &'a Estimate)> {
        let (findings, beyond) = (self.findings, &self.findings.verdict.beyond);
        let best = beyond.best.as_deref().and_then(|name| self.row(name)).zip(beyond.difference.as_ref());
        let stands = findings.analysis.screening.rows.iter().filter(|row| row.standing == CandidateStatus::Better);
        let stands = stands.filter_map(|row| Some((row, row.shown_difference()?)));
        best.into_iter()
            .chain(stands)
            .filter(|(row, found)| row.family != FamilyId::BASELINE && self.bounds_beyond(found).0 > 0.0)
            .max_by(|a, b| a.1.point.total_cmp(&b.1.point))
    }

    /// Whether smaller learners than this were measured, which are not shown to beat guessing.
    pub(crate) fn smaller_guess(&self, name: &str) -> bool {
        let mut smaller = self.findings.analysis.screening.rows.iter().take_while(|row| row.name != name);
        smaller.any(|row| row.family != FamilyId::BASELINE && row.quality.is_some() && row.is_within())
    }

    /// ` within your limits`, where there are any.
    pub(crate) fn within(&self) -> &'static str {
        if self.limited() { " within your limits" } else { "" }
    }

    /// The margin or the bar as it is written: `0.010`.
    pub(crate) fn rule(&self) -> String {
        let (Rule::Margin(value) | Rule::Bar(value)) = self.findings.terms.rule;
        self.style.value(value)
    }

    /// `your margin`, or `lagom's guess at a margin` where the user named none; `your bar`.
    pub(crate) fn rule_name(&self) -> &'static str {
        match self.findings.terms.rule {
            Rule::Margin(_) if self.findings.terms.proposed => "lagom's guess at a margin",
            Rule::Margin(_) => "your margin",
            Rule::Bar(_) => "your bar",
        }
    }

    /// `your margin` or `lagom's guess at a margin, 0.010,`: before words that go on, with the number where it is a guess.
    pub(crate) fn rule_at_hand(&self) -> String {
        if self.findings.terms.proposed && self.findings.terms.margin().is_some() {
            format!("{}, {},", self.rule_name(), self.rule())
        } else {
            self.rule_name().to_owned()
        }
    }

    /// Whether the repeats sealed folds of their own, so that all rows took part in the verdict.
    pub(crate) fn cross_fitted(&self) -> bool {
        self.findings.analysis.screening.cross_fitted
    }

    /// Quality of a candidate and where it was measured: on the sealed rows where they were read, else on
    /// validation rows.
    pub(crate) fn quality(&self, name: &str) -> Option<(String, String)> {
        let row = self.row(name)?;
        let finite = |found: &&Estimate| found.point.is_finite();
        if let Some(found) = row.holdout_quality.as_ref().filter(finite) {
            let all = self.findings.analysis.holdout_examples;
            let rows = match found.examples {
                _ if self.cross_fitted() => "on rows it had not seen".to_owned(),
                // Where the test stopped as soon as it was sure.
                some if some < all => format!("on {} of the {} holdout rows", count(some), count(all)),
                _ => "on the holdout".to_owned(),
            };
            return Some((self.style.value(found.point), rows));
        }
        let validation = |found: &Estimate| (self.style.value(found.point), "on validation rows".to_owned());
        row.quality.as_ref().filter(finite).map(validation)
    }

    /// A bound on a difference (positive is better) as a limit to the loss: `at most 0.006 worse (95 %)`,
    /// or where the bound is above 0 `at least 0.001 better (95 %)`.
    pub(crate) fn at_worst(&self, lower: f64) -> String {
        format!("{} ({})", self.style.at_worst(lower, ("better", "worse")), self.confidence())
    }

    /// An upper bound on a difference in words: `at least 0.004 worse (95 %)` or `at most 0.003 better (95 %)`.
    pub(crate) fn at_best(&self, upper: f64) -> String {
        format!("{} ({})", self.style.at_best(upper, ("better", "worse")), self.confidence())
    }

    /// Both bounds on a difference: `between 0.015 worse and 0.003 better (95 %)`.
    pub(crate) fn between(&self, lower: f64, upper: f64) -> String {
        format!("{} ({})", self.style.between(lower, upper), self.confidence())
    }

    /// `−0.002 ± 0.004` with the two-sided interval of the study's confidence.
    pub(crate) fn estimate(&self, estimate: &Estimate) -> String {
        let point = self.style.signed(estimate.point);
        match crate::span::Span::of(estimate, self.findings.terms.confidence) {
            Some(span) => self.style.with_half(point, span.half),
            None => point,
        }
    }
}
