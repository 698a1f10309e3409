//! What every sentence needs: one judgement, its terms, and how its numbers are written.

use crate::numbers::{MISSING, Style, bytes, count, percent, seconds, short_count};
use crate::study::costs::{Latency, MoneyPerThousand, Unit, imported};
use crate::study::{Cost, Rule};
use lagom_import::compare::{CompareFindings, CompareRow, CompareTerms, Comparison, Costs, Judgement, Priced};

/// A judgement with the style of its numbers.
#[derive(Clone, Copy, Debug)]
pub(super) struct CompareContext<'a> {
    /// The judgement.
    pub(super) judgement: &'a Judgement,
    /// What it was judged by.
    pub(super) terms: &'a CompareTerms,
    /// How scores are written.
    pub(super) style: Style,
}

impl<'a> CompareContext<'a> {
    /// For one judgement of these findings.
    pub(super) fn new(findings: &'a CompareFindings, judgement: &'a Judgement) -> Self {
        let (Rule::Margin(rule) | Rule::Bar(rule)) = judgement.rule;
        let named = judgement.verdict.reference.as_deref();
        let typical = judgement.rows.iter().find(|row| named.is_none_or(|name| row.name == name));
        let style = Style::of_scores(typical.map_or(1.0, |row| row.quality.point), rule);
        Self { judgement, terms: &findings.terms, style }
    }

    /// The line of a candidate.
    pub(super) fn row(&self, name: &str) -> Option<&'a CompareRow> {
        self.judgement.rows.iter().find(|row| row.name == name)
    }

    /// Name of the reference; a dash where there is none.
    pub(super) fn reference(&self) -> &'a str {
        self.judgement.verdict.reference.as_deref().unwrap_or(MISSING)
    }

    /// The comparison that carries the verdict.
    pub(super) fn carrier(&self) -> Option<&'a Comparison> {
        self.judgement.verdict.carried_by.as_ref()
    }

    /// The confidence of the whole, as `95 %`.
    pub(super) fn confidence(&self) -> String {
        percent(self.terms.confidence)
    }

    /// The margin or the bar as it is written.
    pub(super) fn rule(&self) -> String {
        let (Rule::Margin(value) | Rule::Bar(value)) = self.judgement.rule;
        self.style.value(value)
    }

    /// `your margin`, or `the margin` where lagom chose it.
    pub(super) fn margin_title(&self) -> &'static str {
        if self.judgement.proposed { "the margin" } else { "your margin" }
    }

    /// Whether the rule is a bar.
    pub(super) fn bar(&self) -> bool {
        matches!(self.judgement.rule, Rule::Bar(_))
    }

    /// `the best measured`, `the best within your limits` or, where the user named it, `your reference`.
    pub(super) fn best(&self) -> &'static str {
        match (&self.terms.reference, self.limited()) {
            (Some(_), _) => "your reference",
            (None, true) => "the best within your limits",
            (None, false) => "the best measured",
        }
    }

    /// Whether any limit is set.
    pub(super) fn limited(&self) -> bool {
        !self.terms.limits.is_empty()
    }

    /// ` on 14,042 examples`, where their number is known.
    pub(super) fn on_examples(&self) -> String {
        self.judgement.examples.map(|examples| format!(" on {} examples", count(examples))).unwrap_or_default()
    }

    /// A mean score of a candidate; a dash where there is none.
    pub(super) fn quality(&self, name: &str) -> String {
        self.row(name).map_or_else(|| MISSING.to_owned(), |row| self.style.value(row.quality.point))
    }

    /// A lower bound on a difference as a limit to the loss: `at most 0.006 worse (95 %)`.
    pub(super) fn at_worst(&self, lower: f64) -> String {
        format!("{} ({})", self.style.at_worst(lower, ("better", "worse")), self.confidence())
    }

    /// An upper bound on a difference: `at least 0.004 worse (95 %)`.
    pub(super) fn at_best(&self, upper: f64) -> String {
        format!("{} ({})", self.style.at_best(upper, ("better", "worse")), self.confidence())
    }

    /// Both bounds in words: `between 0.023 worse and 0.006 better (95 %)`.
    pub(super) fn between(&self, lower: f64, upper: f64) -> String {
        format!("{} ({})", self.style.between(lower, upper), self.confidence())
    }

    /// A lower bound of a difference with its sign, rounded down.
    pub(super) fn least(&self, found: &Comparison) -> String {
        self.style.signed(self.style.floor(found.lower))
    }

    /// An upper bound of a difference with its sign, rounded up.
    pub(super) fn most(&self, found: &Comparison) -> String {
        self.style.signed(self.style.ceil(found.upper))
    }

    /// `−0.133 to −0.117`.
    pub(super) fn range(&self, (low, high): (f64, f64)) -> String {
        format!("{} to {}", self.style.signed(low), self.style.signed(high))
    }

    /// The costs that at least one candidate has.
    pub(super) fn known_costs(&self) -> Vec<&'static dyn Cost> {
        let known = |cost: &&dyn Cost| self.judgement.rows.iter().any(|row| row.costs.value(*cost).is_some());
        imported().into_iter().filter(known).collect()
    }
}

/// A figure of one cost as people read it; a dash where it is not known.
pub(super) fn cost_text(cost: &dyn Cost, costs: &Costs) -> String {
    costs.value(cost).map_or_else(|| MISSING.to_owned(), |value| figure(cost, value))
}

/// A figure of one cost, without what it is for.
pub(super) fn figure(cost: &dyn Cost, value: f64) -> String {
    match cost.about().unit {
        Unit::Count => short_count(value.max(0.0) as u64),
        Unit::Bytes => bytes(value.max(0.0) as u64),
        Unit::Time | Unit::CpuTime => seconds(value),
        Unit::Money => money(value),
        Unit::Number => crate::costs::number(value),
    }
}

/// An amount of money with three digits that count.
fn money(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return if value == 0.0 { "0".to_owned() } else { MISSING.to_owned() };
    }
    let decimals = (2.0 - value.abs().log10().floor()).clamp(0.0, 12.0) as usize;
    let text = format!("{value:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// What a cost is, for a column or an axis.
pub(super) fn cost_title(cost: &dyn Cost, rows: &[CompareRow]) -> String {
    let price = rows.iter().find_map(|row| row.costs.price);
    let mean = rows.iter().any(|row| row.costs.latency_is_mean);
    let title = match (cost, price) {
        (cost, _) if cost.is(&Latency) && mean => "mean latency",
        (cost, _) if !cost.is(&MoneyPerThousand) => cost.about().title(),
        (_, None) => "cost/example",
        (_, Some(Priced::Example)) => "price/example",
        (_, Some(Priced::MillionTokens)) => "price/M tokens",
        (_, Some(Priced::Unstated)) => "price",
    };
    title.to_owned()
}

/// A p-value: `0.021`, `3.2e−219`.
pub(super) fn p_value(p: f64) -> String {
    match p {
        p if !p.is_finite() => MISSING.to_owned(),
        p if p <= 0.0 => "< 1e−300".to_owned(),
        p if p < 1e-3 => format!("{p:.1e}").replace('-', "−"),
        p => format!("{p:.3}"),
    }
}
