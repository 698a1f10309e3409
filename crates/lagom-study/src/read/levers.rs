//! `[levers]`.

use super::section::Section;
use crate::family::Registries;
use crate::fault::{Faults, Wrong};
use crate::keys::levers as keys;
use crate::keys::values::{Texts, Values};
use crate::lever_spec::{LeverBudget, LeverSpec};
use crate::name::nearest;
use crate::prices::Prices;

/// Reads the table; the defaults where it is absent. Whether a lever changes anything in the choice is known once there is one.
pub(super) fn read(
    section: &Section<'_>,
    registries: &Registries,
    prices: Option<&Prices>,
    faults: &mut Faults<'_>,
) -> LeverSpec {
    let budget = section.read(faults, &keys::BUDGET);
    if let Some((LeverBudget::Money(money), prices)) = budget.as_ref().zip(prices) {
        let wrong = match &prices.cpu_hour {
            None => Some(Wrong::new(
                format!("found {money}, and nobody says what CPU time costs"),
                "add cpu-hour = \"0.04 USD\" under [prices], or write operations such as \"1e15\"",
            )),
            Some(price) if price.currency != money.currency => Some(Wrong::new(
                format!("found {}, and {} under [prices]", money.currency, price.currency),
                format!("convert it to {}", price.currency),
            )),
            Some(_) => None,
        };
        wrong.into_iter().for_each(|wrong| section.fault(faults, keys::BUDGET.name, wrong));
    }
    LeverSpec {
        run: section.value(faults, &keys::RUN),
        overfitting: section.value(faults, &keys::OVERFITTING),
        tried: tried(section, registries, faults),
        budget,
        false_discovery: section.value(faults, &keys::FALSE_DISCOVERY),
    }
}

/// The levers that are named; each has to be one.
fn tried(section: &Section<'_>, registries: &Registries, faults: &mut Faults<'_>) -> Option<Vec<String>> {
    let names = Texts { one: "lever", distinct: true };
    let found = section.read_with(faults, keys::TRY.name, |value| names.read(value))?;
    let known: Vec<&str> = registries.levers.iter().map(|about| about.name).collect();
    for name in found.iter().filter(|name| !known.contains(&name.as_str())) {
        let hint = match nearest(&known, name) {
            Some(near) => format!("did you mean \"{near}\"?"),
            None => format!("the levers are {}", known.join(", ")),
        };
        section.fault(faults, keys::TRY.name, Wrong::new(format!("found \"{name}\", which is no lever"), hint));
    }
    Some(found)
}
