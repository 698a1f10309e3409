//! How costs are written, and which of them a report shows.

use crate::Findings;
use crate::numbers::{MISSING, amount, bytes, count, seconds, short_count};
use crate::study::costs::{Bytes, COSTS, Heading, Latency, Memory, MoneyPerThousand, Parameters, Unit};
use crate::study::{Cost, Money};
use crate::verdict::Row;

/// The costs that have a place of their own in tables: among other figures of size and use, or in the table of what is asked.
const PLACED: [&dyn Cost; 5] = [&Parameters, &Bytes, &Latency, &Memory, &MoneyPerThousand];

/// Whether a report shows this cost: it always does, its terms limit it or order by it, or the study gives it a price.
pub(crate) fn shows(findings: &Findings, cost: &dyn Cost) -> bool {
    let priced = cost.about().unit == Unit::CpuTime && findings.study.prices.cpu_hour.is_some();
    cost.about().usual || priced || findings.terms.costs().any(|asked| asked.is(cost))
}

/// What a figure of a cost is in money, where the study gives its unit a price.
pub(crate) fn money(findings: &Findings, cost: &dyn Cost, value: f64) -> Option<Money> {
    if cost.about().unit == Unit::CpuTime { findings.study.prices.of_cpu(value) } else { None }
}

/// The costs that tables show beside those that have their place, with the headings of their columns.
pub(crate) fn further(findings: &Findings) -> Vec<(&'static dyn Cost, Heading)> {
    let placed = |cost: &dyn Cost| PLACED.iter().any(|other| other.is(cost));
    let shown = COSTS.iter().copied().filter(|cost| !placed(*cost) && shows(findings, *cost));
    shown.filter_map(|cost| Some((cost, cost.about().column?))).collect()
}

/// The currency of the prices of answers, of which a study has one; empty without prices.
pub(crate) fn currency(findings: &Findings) -> String {
    let price = findings.study.candidates.iter().find_map(|one| one.price.as_ref());
    price.map_or_else(String::new, |price| price.currency.clone())
}

/// A figure of a cost in full: `12,480`, `51 kB`, `1.2 ms`, `0.012 USD`.
pub(crate) fn figure(findings: &Findings, cost: &dyn Cost, value: f64) -> String {
    match cost.about().unit {
        Unit::Count => count(whole(value)),
        Unit::Bytes => bytes(whole(value)),
        Unit::Time | Unit::CpuTime => seconds(value),
        Unit::Money => amount(value, &currency(findings)),
        Unit::Number => number(value),
    }
}

/// The same with what it is in money, where the study gives its unit a price: `12 min, 0.008 USD`.
pub(crate) fn priced_figure(findings: &Findings, cost: &dyn Cost, value: f64) -> String {
    let figure = figure(findings, cost, value);
    match money(findings, cost, value) {
        Some(money) => format!("{figure}, {}", amount(money.amount, &money.currency)),
        None => figure,
    }
}

/// A figure, short: `12.5k`, and money without its currency.
pub(crate) fn short_figure(findings: &Findings, cost: &dyn Cost, value: f64) -> String {
    match cost.about().unit {
        Unit::Count => short_count(whole(value)),
        Unit::Money => amount(value, ""),
        Unit::Bytes | Unit::Time | Unit::CpuTime | Unit::Number => figure(findings, cost, value),
    }
}

/// What a candidate costs, short; a dash where that is not known.
pub(crate) fn short_cell(findings: &Findings, row: &Row, cost: &dyn Cost) -> String {
    row.cost(cost).map_or_else(|| MISSING.to_owned(), |value| short_figure(findings, cost, value))
}

/// A number without a unit, with about three digits that count.
pub(crate) fn number(value: f64) -> String {
    match value.abs() {
        0.0 => "0".to_owned(),
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        size if size >= 0.001 => format!("{value:.3}"),
        _ => format!("{value:.1e}"),
    }
}

fn whole(value: f64) -> u64 {
    value.max(0.0).round() as u64
}
