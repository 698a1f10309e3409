//! How costs are written, and which of them a report shows.

use crate::Findings;
use crate::numbers::{MISSING, bytes, count, seconds, short_count};
use crate::study::Cost;
use crate::study::costs::{Bytes, COSTS, Heading, Latency, Memory, MoneyPerThousand, Parameters, Unit};
use crate::verdict::Row;
use crate::words::{Teller, amount};

/// The costs that have a place of their own in tables: among other figures of size and use, or in the table of what is asked.
const PLACED: [&dyn Cost; 5] = [&Parameters, &Bytes, &Latency, &Memory, &MoneyPerThousand];

/// Whether a report shows this cost: it always does, or its terms limit it or order by it.
pub(crate) fn shows(findings: &Findings, cost: &dyn Cost) -> bool {
    cost.about().usual || findings.terms.costs().any(|asked| asked.is(cost))
}

/// The costs that tables show beside those that have their place, with the headings of their columns.
pub(crate) fn further(findings: &Findings) -> Vec<(&'static dyn Cost, Heading)> {
    let placed = |cost: &dyn Cost| PLACED.iter().any(|other| other.is(cost));
    let shown = COSTS.iter().copied().filter(|cost| !placed(*cost) && shows(findings, *cost));
    shown.filter_map(|cost| Some((cost, cost.about().column?))).collect()
}

/// A figure of a cost in full: `12,480`, `51 kB`, `1.2 ms`, `0.012 USD`.
pub(crate) fn figure(teller: &Teller<'_>, cost: &dyn Cost, value: f64) -> String {
    match cost.about().unit {
        Unit::Count => count(whole(value)),
        Unit::Bytes => bytes(whole(value)),
        Unit::Time => seconds(value),
        Unit::Money => amount(value, &teller.currency()),
    }
}

/// The same, short: `12.5k`, and money without its currency.
pub(crate) fn short_figure(teller: &Teller<'_>, cost: &dyn Cost, value: f64) -> String {
    match cost.about().unit {
        Unit::Count => short_count(whole(value)),
        Unit::Money => amount(value, ""),
        Unit::Bytes | Unit::Time => figure(teller, cost, value),
    }
}

/// What a candidate costs, for a table; a dash where that is not known.
pub(crate) fn cell(teller: &Teller<'_>, row: &Row, cost: &dyn Cost) -> String {
    row.cost(cost).map_or_else(|| MISSING.to_owned(), |value| figure(teller, cost, value))
}

/// The same, short.
pub(crate) fn short_cell(teller: &Teller<'_>, row: &Row, cost: &dyn Cost) -> String {
    row.cost(cost).map_or_else(|| MISSING.to_owned(), |value| short_figure(teller, cost, value))
}

fn whole(value: f64) -> u64 {
    value.max(0.0).round() as u64
}
