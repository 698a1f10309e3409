//! What every sentence needs: the findings and how their numbers are written.

use crate::report::Findings;
use crate::report::figures::{self, Figure};
use crate::report::numbers::{Style, count, metric_title, percent};
use crate::report::shown::Gains;
use crate::stats::Estimate;
use crate::study::{Family, Limits, Rule};
use crate::verdict::{Row, Test, TestKind};

/// The findings with the style of their numbers.
#[derive(Clone, Debug)]
pub(in crate::report) struct Teller<'a> {
    /// The findings.
    pub(in crate::report) findings: &'a Findings,
    /// How values of the metric are written.
    pub(in crate::report) style: Style,
}

impl<'a> Teller<'a> {
    /// For these findings.
    pub(in crate::report) fn new(findings: &'a Findings) -> Self {
        Self { findings, style: Style::of(findings) }
    }

    /// The currency of the prices, of which a study has one; empty without prices.
    pub(in crate::report) fn currency(&self) -> String {
        let candidates = &self.findings.study.candidates;
        candidates.iter().find_map(|one| one.price.as_ref()).map_or_else(String::new, |price| price.currency.clone())
    }

    /// The metric's name as people write it.
    pub(in crate::report) fn metric(&self) -> &'static str {
        metric_title(self.findings.terms.metric)
    }

    /// The confidence, as `95 %`.
    pub(in crate::report) fn confidence(&self) -> String {
        percent(self.findings.terms.confidence)
    }

    /// The line of a candidate.
    pub(in crate::report) fn row(&self, name: &str) -> Option<&'a Row> {
        self.findings.analysis.screening.row(name)
    }

    /// Name of the reference; a dash where there is none.
    pub(in crate::report) fn reference(&self) -> &'a str {
        self.findings.verdict.reference.as_deref().unwrap_or("–")
    }

    /// The test that carries the verdict.
    pub(in crate::report) fn carrier(&self) -> Option<&'a Test> {
        self.findings.verdict.carried_by.and_then(|at| self.findings.analysis.tests.get(at))
    }

    /// The test that carries the verdict, unless it is the one against the baseline.
    pub(in crate::report) fn deciding(&self) -> Option<&'a Test> {
        self.carrier().filter(|test| test.kind != TestKind::Learned)
    }

    /// What is saved.
    pub(in crate::report) fn gains(&self) -> Option<Gains> {
        Gains::of(self.findings)
    }

    /// Whether any limit is set.
    pub(in crate::report) fn limited(&self) -> bool {
        self.findings.terms.limits != Limits::default()
    }

    /// `the best within your limits` or, without limits, `the best measured`; where another one is ahead in the figures shown
    /// here, it says on which rows it is the best.
    pub(in crate::report) fn best(&self) -> &'static str {
        match (self.incumbent().is_some(), self.is_overtaken(), self.limited()) {
            (true, ..) => "the one in use",
            (_, true, true) => "the best within your limits on validation rows",
            (_, true, false) => "the best on validation rows",
            (_, _, true) => "the best within your limits",
            _ => "the best measured",
        }
    }

    /// The candidate that is in use today, where the study asks whether it is needed.
    pub(in crate::report) fn incumbent(&self) -> Option<&'a str> {
        self.findings.terms.incumbent.as_deref()
    }

    /// `against the best`, or against the incumbent by its name.
    pub(in crate::report) fn against(&self) -> String {
        self.incumbent().map_or_else(|| "against the best".to_owned(), |name| format!("against {name}"))
    }

    /// The figures of a candidate that table, plots and headline show.
    pub(in crate::report) fn figure(&self, row: &Row) -> Figure {
        figures::figure(self.findings, row)
    }

    /// Whether a candidate within the limits is ahead of the reference in the figures that are shown: the reference was picked
    /// on validation rows.
    pub(in crate::report) fn is_overtaken(&self) -> bool {
        let metric = self.findings.terms.metric;
        let value =
            |row: &Row| self.figure(row).quality.map(|span| (metric.orient(span.point), self.style.value(span.point)));
        let Some((best, written)) = self.row(self.reference()).and_then(value) else { return false };
        let rows = self.findings.analysis.screening.rows.iter();
        let ahead = |row: &Row| value(row).is_some_and(|(other, text)| other > best && text != written);
        rows.filter(|row| row.excess.is_empty() && row.family != Family::Baseline).any(ahead)
    }

    /// ` within your limits`, where there are any.
    pub(in crate::report) fn within(&self) -> &'static str {
        if self.limited() { " within your limits" } else { "" }
    }

    /// The margin or the bar as it is written: `0.010`.
    pub(in crate::report) fn rule(&self) -> String {
        let (Rule::Margin(value) | Rule::Bar(value)) = self.findings.terms.rule;
        self.style.value(value)
    }

    /// `your margin`, or `lagom's guess at a margin` where the user named none; `your bar`.
    pub(in crate::report) fn rule_name(&self) -> &'static str {
        match self.findings.terms.rule {
            Rule::Margin(_) if self.findings.terms.proposed => "lagom's guess at a margin",
            Rule::Margin(_) => "your margin",
            Rule::Bar(_) => "your bar",
        }
    }

    /// `your margin` or `lagom's guess at a margin, 0.010,`: before words that go on, with the number where it is a guess.
    pub(in crate::report) fn rule_at_hand(&self) -> String {
        if self.findings.terms.proposed && self.findings.terms.margin().is_some() {
            format!("{}, {},", self.rule_name(), self.rule())
        } else {
            self.rule_name().to_owned()
        }
    }

    /// Whether the repeats sealed folds of their own, so that all rows took part in the verdict.
    pub(in crate::report) fn cross_fitted(&self) -> bool {
        self.findings.analysis.screening.cross_fitted
    }

    /// Quality of a candidate and where it was measured: on the sealed rows where they were read, else on
    /// validation rows.
    pub(in crate::report) fn quality(&self, name: &str) -> Option<(String, String)> {
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
    pub(in crate::report) fn at_worst(&self, lower: f64) -> String {
        let size = self.style.size(lower);
        let sure = self.confidence();
        if lower > 0.0 { format!("at least {size} better ({sure})") } else { format!("at most {size} worse ({sure})") }
    }

    /// An upper bound on a difference in words: `at least 0.004 worse (95 %)` or `at most 0.003 better (95 %)`.
    pub(in crate::report) fn at_best(&self, upper: f64) -> String {
        let size = self.style.size(upper);
        let sure = self.confidence();
        if upper < 0.0 { format!("at least {size} worse ({sure})") } else { format!("at most {size} better ({sure})") }
    }

    /// A difference (positive is better) in words: `0.012 better`, `0.012 worse`, `no different`.
    pub(in crate::report) fn difference(&self, point: f64) -> String {
        match self.style.signed(point) {
            text if text.starts_with('+') => format!("{} better", self.style.size(point)),
            text if text.starts_with('−') => format!("{} worse", self.style.size(point)),
            _ => "no different".to_owned(),
        }
    }

    /// `−0.002 ± 0.004` with the two-sided interval of the study's confidence.
    pub(in crate::report) fn estimate(&self, estimate: &Estimate) -> String {
        let point = self.style.signed(estimate.point);
        match crate::report::shown::Span::of(estimate, self.findings.terms.confidence) {
            Some(span) => self.style.with_half(point, span.half),
            None => point,
        }
    }
}
