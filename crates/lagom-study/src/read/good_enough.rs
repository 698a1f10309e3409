//! `[good-enough]`.

use super::section::Section;
use crate::costs::{Limit, LimitChange, Limits};
use crate::fault::{Faults, Wrong};
use crate::keys::good_enough as keys;
use crate::keys::values::{Number, Values};
use crate::keys::{Key, LIMITS};
use crate::metric::Metric;
use crate::model::GoodEnough;
use crate::prices::Prices;
use crate::profile::Profile;
use crate::rule::Rule;

/// Reads the table; the defaults where it is absent. `prices` is none where they are wrong themselves.
pub(super) fn read(
    section: &Section<'_>,
    metric: Option<Metric>,
    prices: Option<&Prices>,
    faults: &mut Faults<'_>,
) -> GoodEnough {
    let mut rule = |key: &Key<Number>, rule: fn(f64) -> Rule| {
        section.read_with(faults, key.name, |value| {
            let rule = rule(key.values.read(value)?);
            rule.check(metric).map_err(|error| Wrong::new(error.to_string(), error.hint()))?;
            Ok(rule)
        })
    };
    let (margin, bar) = (rule(&keys::MARGIN, Rule::Margin), rule(&keys::BAR, Rule::Bar));
    let hint = "keep the margin for as good as the best, or the bar for good enough in itself";
    section.exclusive(faults, keys::MARGIN.name, keys::BAR.name, hint);
    let hint = "keep the incumbent and a margin for as good as what is in use, or the bar for good enough in itself";
    section.exclusive(faults, keys::INCUMBENT.name, keys::BAR.name, hint);
    let profile = section.read(faults, &keys::PROFILE);
    GoodEnough {
        rule: margin.or(bar),
        confidence: section.value(faults, &keys::CONFIDENCE),
        smallest_by: section.value(faults, &keys::SMALLEST_BY),
        profile,
        limits: limits(section, profile, prices, faults),
        incumbent: section.read(faults, &keys::INCUMBENT),
    }
}

fn limits(section: &Section<'_>, profile: Option<Profile>, prices: Option<&Prices>, faults: &mut Faults<'_>) -> Limits {
    let mut limits = profile.map(Profile::limits).unwrap_or_default();
    for key in LIMITS.iter() {
        let (cost, unit) = (key.cost, key.values.unit);
        let limit = section.read_with(faults, cost.about().key, |value| {
            let limit = key.values.read(value)?;
            match prices.map(|prices| unit.settle(limit.clone(), prices)) {
                Some(settled) => settled.map_err(|error| Wrong::new(error.to_string(), error.hint())),
                // That the price is wrong is a fault of its own.
                None => Ok(unit.settle(limit, &Prices::default()).unwrap_or(Limit::Off)),
            }
        });
        if let Some(limit) = limit {
            limits.change(LimitChange { cost, limit });
        }
    }
    limits
}
