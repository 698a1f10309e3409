//! The price of a `[[candidate]]`.

use super::section::Section;
use crate::family::Registries;
use crate::fault::{Faults, Wrong};
use crate::keys::candidate::PRICE;
use crate::keys::price as keys;
use crate::model_spec::Price;

/// Reads `price = { input = 2.5, output = 10.0, currency = "USD" }`; `None` where it is absent or wrong.
pub(super) fn price(section: &Section<'_>, registries: &Registries, faults: &mut Faults<'_>) -> Option<Price> {
    let hint = format!("write price = {}, for a million tokens each", PRICE.default.1);
    let price = Section::of(section.get(PRICE.name)?, "candidate.price", &hint, registries, faults);
    if !price.is_present() {
        return None;
    }
    let (input, output) = (price.value(faults, &keys::INPUT), price.value(faults, &keys::OUTPUT));
    let (cached, per_call) = (price.read(faults, &keys::CACHED), price.value(faults, &keys::PER_CALL));
    let currency = price.read(faults, &keys::CURRENCY);
    let has = |key: &str| price.has(key);
    if !has(keys::CURRENCY.name) {
        let wrong = Wrong::new("the price has no currency", "add currency = \"USD\", or whichever it is in");
        section.fault(faults, PRICE.name, wrong);
    }
    if has("input") != has("output") {
        let (there, absent) = if has("input") { ("input", "output") } else { ("output", "input") };
        let message = format!("`{there}` without `{absent}`");
        section.fault(faults, PRICE.name, Wrong::new(message, format!("add {absent} = …, 0 if it costs nothing")));
    } else if !has("input") && !has("per-call") {
        let hint = "add input = … and output = … for a million tokens each, or per-call = … for each question";
        section.fault(faults, PRICE.name, Wrong::new("the price names no amount", hint));
    }
    if has("cached") && !has("input") {
        section.fault(faults, PRICE.name, Wrong::new("`cached` without `input`", "add input = … and output = …"));
    }
    Some(Price { input, output, cached, per_call, currency: currency? })
}
