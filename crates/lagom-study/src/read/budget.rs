//! `[budget]`.

use toml::de::DeValue;

use super::quantity::{money, small};
use super::section::{Section, Value, wrong_type};
use super::value::{number, whole};
use crate::fault::{Faults, Wrong};
use crate::model_spec::Budget;
use crate::money::Money;

/// Fewest rows that say anything of a model, and more than anybody has.
const EXPLORE: std::ops::RangeInclusive<u64> = 20..=10_000_000;

/// Reads the table; no limits where it is absent.
pub(super) fn read(section: &Section<'_>, faults: &mut Faults<'_>) -> Budget {
    let spent = section.read(faults, "money", money);
    if spent.as_ref().is_some_and(|most: &Money| most.amount == 0.0) {
        let hint = "leave it out for no limit, or leave the [[candidate]]s with a price out";
        section.fault(faults, "money", Wrong::new("found nothing to spend", hint));
    }
    Budget {
        money: spent,
        calls: section.read(faults, "calls", |v| whole(v, 1..=u64::MAX)),
        ask_above: section.read(faults, "ask-above", money),
        explore: section.read(faults, "explore", |v| small(v, EXPLORE)),
        missing: section.read(faults, "missing", share),
    }
}

/// A share from nothing to half: `0.02` or `"2 %"`.
fn share(value: &Value<'_>) -> Result<f64, Wrong> {
    let wrong = || wrong_type(value, "a share such as \"2 %\" or 0.02, at most half", "write 0 for none at all");
    let found = match value.get_ref() {
        DeValue::String(text) => {
            let percent = text.trim().strip_suffix('%').and_then(|number| number.trim().parse::<f64>().ok());
            percent.ok_or_else(wrong)? / 100.0
        }
        _ => number(value)?,
    };
    if (0.0..=0.5).contains(&found) { Ok(found) } else { Err(wrong()) }
}
