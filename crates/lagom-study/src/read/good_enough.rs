//! `[good-enough]`.

use super::section::{Section, Value};
use super::value::{choice, limit, number, text};
use crate::costs::{COSTS, Limit, LimitChange, Limits, Parameters, limited};
use crate::fault::{Faults, Wrong};
use crate::metric::Metric;
use crate::model::GoodEnough;
use crate::prices::Prices;
use crate::profile::Profile;
use crate::rule::{Rule, RuleError, check_confidence};

/// Reads the table; the defaults where it is absent. `prices` is none where they are wrong themselves.
pub(super) fn read(
    section: &Section<'_>,
    metric: Option<Metric>,
    prices: Option<&Prices>,
    faults: &mut Faults<'_>,
) -> GoodEnough {
    let margin = checked(section, "margin", faults, |value| Rule::Margin(value).check(metric));
    let bar = checked(section, "bar", faults, |value| Rule::Bar(value).check(metric));
    let hint = "keep the margin for as good as the best, or the bar for good enough in itself";
    section.exclusive(faults, "margin", "bar", hint);
    let hint = "keep the incumbent and a margin for as good as what is in use, or the bar for good enough in itself";
    section.exclusive(faults, "incumbent", "bar", hint);
    let incumbent = section.read(faults, "incumbent", text);
    let confidence = checked(section, "confidence", faults, check_confidence);
    let smallest_by = section.read(faults, "smallest-by", |v| choice(v, COSTS, |cost| cost.about().name));
    let profile = section.read(faults, "profile", |v| choice(v, &Profile::ALL, Profile::name));
    GoodEnough {
        rule: margin.map(Rule::Margin).or(bar.map(Rule::Bar)),
        confidence: confidence.unwrap_or(GoodEnough::CONFIDENCE),
        smallest_by: smallest_by.unwrap_or(&Parameters),
        profile,
        limits: limits(section, profile, prices, faults),
        incumbent,
    }
}

fn limits(section: &Section<'_>, profile: Option<Profile>, prices: Option<&Prices>, faults: &mut Faults<'_>) -> Limits {
    let mut limits = profile.map(Profile::limits).unwrap_or_default();
    for cost in limited() {
        let (key, unit) = (cost.about().key, cost.about().unit);
        let expected = format!("a limit such as \"{}\"", unit.example());
        let read = |value: &Value<'_>| {
            let limit = limit(value, unit, &expected)?;
            match prices.map(|prices| unit.settle(limit.clone(), prices)) {
                Some(settled) => settled.map_err(|error| Wrong::new(error.to_string(), error.hint())),
                // That the price is wrong is a fault of its own.
                None => Ok(unit.settle(limit, &Prices::default()).unwrap_or(Limit::Off)),
            }
        };
        if let Some(limit) = section.read(faults, key, read) {
            limits.change(LimitChange { cost, limit });
        }
    }
    limits
}

/// A number that `check` lets pass.
fn checked(
    section: &Section<'_>,
    key: &str,
    faults: &mut Faults<'_>,
    check: impl Fn(f64) -> Result<(), RuleError>,
) -> Option<f64> {
    section.read(faults, key, |value| {
        let number = number(value)?;
        check(number).map_err(|error| Wrong::new(error.to_string(), error.hint()))?;
        Ok(number)
    })
}
