//! What candidates cost: the order from the cheapest to the dearest, limits, and fronts.

use super::error::CompareError;
use super::findings::{CompareRow, Costs, Front, Priced};
use super::terms::CompareTerms;
use crate::scores::{CandidateFacts, Price, PricePer};
use crate::stats::pareto_front;
use crate::study::costs::{COSTS, Exceeded, Figures, InUse, MoneyPerThousand, Training, cheaper_first, imported};
use crate::study::{Cost, LimitViolation, Limits};

/// The costs of all candidates, in figures that compare: percentiles of latency only where all have them (else
/// means), measured costs only where all have them (else the table's prices, where all are for the same).
pub(super) fn costs(facts: &[CandidateFacts]) -> Vec<Costs> {
    let all_p95 = facts.iter().all(|fact| fact.latency_p95.is_some());
    let all_measured = facts.iter().all(|fact| fact.cost.is_some());
    let per = facts.iter().find_map(|fact| fact.price).map(|price| price.per);
    let same_price = |price: &Price| Some(price.per) == per;
    let any_price = facts.iter().any(|fact| fact.price.is_some());
    let one = |fact: &CandidateFacts| {
        let price = fact.price.filter(same_price);
        let measured = all_measured || !any_price;
        Costs {
            parameters: fact.parameters,
            bytes: fact.bytes,
            latency: if all_p95 { fact.latency_p95 } else { fact.latency_mean },
            latency_is_mean: !all_p95 && fact.latency_mean.is_some(),
            cost: if measured { fact.cost } else { price.map(|price| price.amount) },
            price: price.filter(|_| !measured).map(|price| match price.per {
                PricePer::Example => Priced::Example,
                PricePer::MillionTokens => Priced::MillionTokens,
                PricePer::Unstated => Priced::Unstated,
            }),
        }
    };
    facts.iter().map(one).collect()
}

impl Costs {
    /// What is known that costs are worked out from; money is that for one example, or what the table's price is for.
    fn figures(&self) -> Figures {
        Figures {
            parameters: self.parameters,
            bytes: self.bytes,
            in_use: self.latency.map(|latency_p95| InUse { latency_p95, ..InUse::default() }),
            training: Training::Asked { money_per_thousand: self.cost },
            ..Figures::default()
        }
    }

    /// The figure of one cost, where it is known.
    #[must_use]
    pub fn value(&self, cost: &dyn Cost) -> Option<f64> {
        cost.of(&self.figures())
    }

    /// The limits that are exceeded; a cost that is not known counts as exceeded.
    pub(super) fn excess(&self, limits: &Limits) -> Vec<LimitViolation> {
        let mut exceeded = limits.exceeded(&self.figures());
        let place = |one: &LimitViolation| COSTS.iter().position(|cost| Exceeded::Cost(*cost) == one.limit);
        exceeded.sort_by_key(place);
        exceeded
    }
}

/// The candidates from the cheapest to the dearest.
pub(super) struct Order {
    /// Their positions.
    pub(super) places: Vec<usize>,
    /// The cost that orders them; none where the user did, or where nobody did.
    pub(super) by: Option<&'static dyn Cost>,
    /// Whether nobody knows which of the two is the cheaper; the worse one comes first then.
    pub(super) unknown: bool,
    /// The cheaper one and the reference, where only the name of the reference tells.
    pub(super) implied: Option<(String, String)>,
}

/// Measured costs as close as this, as a share, say nothing of which is the cheaper one.
const CLOSE: f64 = 0.05;

/// Orders the candidates: by the cost asked for, else as the user says, else by the first of [`told`] that is
/// known of all and not the same for all. Latency is never taken unasked: the slower of two measured once may be the
/// cheaper one. Of just two without any, a reference that was named is the dearer one; else nobody knows (`unknown`).
/// Of equal costs the better one (by `means`, higher is better) comes first: nothing is saved by taking the other, so
/// it must not pass for a smaller one.
///
/// # Errors
/// A cost asked for that is not known of all; an order with unknown, missing or repeated names; more than
/// two candidates and no way to order them.
pub(super) fn order(
    terms: &CompareTerms,
    (names, costs): (&[String], &[Costs]),
    means: &[f64],
) -> Result<Order, CompareError> {
    if let Some(cost) = terms.smallest_by {
        return by_cost(cost, (names, costs), means);
    }
    if !terms.order.is_empty() {
        return by_hand(&terms.order, names);
    }
    if let Some(cost) = told().find(|cost| tells(*cost, costs)) {
        return by_cost(cost, (names, costs), means);
    }
    if names.len() > 2 {
        return Err(CompareError::NoOrder { names: names.to_vec() });
    }
    let mut places: Vec<usize> = (0..names.len()).collect();
    let named = terms.reference.as_ref().and_then(|name| names.iter().position(|known| known == name));
    if let (Some(reference), [_, _]) = (named, names) {
        places.sort_by_key(|at| *at == reference);
        let implied = places.first().map(|at| (names[*at].clone(), names[reference].clone()));
        return Ok(Order { places, by: None, unknown: false, implied });
    }
    places.sort_by(|&a, &b| means[a].total_cmp(&means[b]));
    Ok(Order { places, by: None, unknown: names.len() == 2, implied: None })
}

/// The costs that order candidates unasked, in this order: what the user or the log says of them, and no time that was measured.
pub(super) fn told() -> impl Iterator<Item = &'static dyn Cost> {
    imported().into_iter().filter(|cost| !cost.about().timed)
}

/// Whether a cost is known of all candidates and tells them apart.
fn tells(cost: &dyn Cost, costs: &[Costs]) -> bool {
    let Some(values) = costs.iter().map(|found| found.value(cost)).collect::<Option<Vec<f64>>>() else { return false };
    let (least, most) = values
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), value| (least.min(*value), most.max(*value)));
    let measured = cost.is(&MoneyPerThousand) && costs.iter().all(|found| found.price.is_none());
    if measured { most > least * (1.0 + CLOSE) } else { most > least }
}

fn by_cost(
    cost: &'static dyn Cost,
    (names, costs): (&[String], &[Costs]),
    means: &[f64],
) -> Result<Order, CompareError> {
    let known = names.iter().zip(costs);
    let missing: Vec<String> =
        known.filter(|(_, found)| found.value(cost).is_none()).map(|(name, _)| name.clone()).collect();
    if !missing.is_empty() {
        return Err(CompareError::CostUnknown { cost, missing, names: names.to_vec() });
    }
    let mut places: Vec<usize> = (0..names.len()).collect();
    places.sort_by(|&a, &b| {
        cheaper_first(costs[a].value(cost), costs[b].value(cost)).then(means[b].total_cmp(&means[a]))
    });
    Ok(Order { places, by: Some(cost), unknown: false, implied: None })
}

fn by_hand(order: &[String], names: &[String]) -> Result<Order, CompareError> {
    let mut places = Vec::with_capacity(names.len());
    for name in order {
        let place = names.iter().position(|known| known == name);
        let place = place.ok_or_else(|| CompareError::NoCandidate { name: name.clone(), names: names.to_vec() })?;
        if places.contains(&place) {
            return Err(CompareError::OrderTwice(name.clone()));
        }
        places.push(place);
    }
    let missing: Vec<String> = names.iter().filter(|name| !order.contains(name)).cloned().collect();
    if !missing.is_empty() {
        return Err(CompareError::OrderIncomplete { missing });
    }
    Ok(Order { places, by: None, unknown: false, implied: None })
}

/// The fronts of quality against each cost that at least two candidates have. `turn` is −1 where lower scores are better.
pub(super) fn fronts(rows: &[CompareRow], turn: f64) -> Vec<Front> {
    let of = |cost: &'static dyn Cost| {
        let known: Vec<(f64, &CompareRow)> =
            rows.iter().filter_map(|row| Some((row.costs.value(cost)?, row))).collect();
        let points: Vec<(f64, f64)> = known.iter().map(|(value, row)| (*value, turn * row.quality.point)).collect();
        let names = pareto_front(&points).into_iter().map(|at| known[at].1.name.clone()).collect();
        (known.len() > 1).then_some(Front { cost, names })
    };
    imported().into_iter().filter_map(of).collect()
}
