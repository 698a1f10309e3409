//! The price of a `[[candidate]]`.

use toml::de::DeValue;

use super::quantity::amount;
use super::section::{Section, Value, wrong_type};
use super::value::text;
use crate::fault::{Faults, Wrong};
use crate::keys::PRICE;
use crate::model_spec::Price;
use crate::money::check_currency;
use crate::name::nearest;

/// Reads `price = { input = 2.5, output = 10.0, currency = "USD" }`; `None` where it is absent or wrong.
pub(super) fn price(section: &Section<'_>, faults: &mut Faults<'_>) -> Option<Price> {
    let value = section.get("price")?;
    let DeValue::Table(table) = value.get_ref() else {
        let hint = "write price = { input = 2.5, output = 10.0, currency = \"USD\" }, for a million tokens each";
        section.fault(faults, "price", wrong_type(value, "a table of prices", hint));
        return None;
    };
    for key in table.keys().filter(|key| !PRICE.contains(&key.get_ref().as_ref())) {
        let list = format!("the keys of a price are {}", PRICE.join(", "));
        let hint = match nearest(PRICE, key.get_ref()) {
            Some(near) => format!("did you mean `{near}`? {list}"),
            None => list,
        };
        faults.push(key.span(), format!("candidate.price.{}", key.get_ref()), Wrong::new("unknown key", hint));
    }
    let mut read = |key: &str| {
        let value = table.get(key)?;
        amount(value).map_err(|wrong| faults.push(value.span(), format!("candidate.price.{key}"), wrong)).ok()
    };
    let (input, output, cached, per_call) = (read("input"), read("output"), read("cached"), read("per-call"));
    let currency = match table.get("currency") {
        Some(value) => {
            currency(value).map_err(|wrong| faults.push(value.span(), "candidate.price.currency", wrong)).ok()
        }
        None => {
            let wrong = Wrong::new("the price has no currency", "add currency = \"USD\", or whichever it is in");
            section.fault(faults, "price", wrong);
            None
        }
    };
    let has = |key: &str| table.contains_key(key);
    if has("input") != has("output") {
        let (there, absent) = if has("input") { ("input", "output") } else { ("output", "input") };
        let message = format!("`{there}` without `{absent}`");
        section.fault(faults, "price", Wrong::new(message, format!("add {absent} = …, 0 if it costs nothing")));
    } else if !has("input") && !has("per-call") {
        let hint = "add input = … and output = … for a million tokens each, or per-call = … for each question";
        section.fault(faults, "price", Wrong::new("the price names no amount", hint));
    }
    if has("cached") && !has("input") {
        section.fault(faults, "price", Wrong::new("`cached` without `input`", "add input = … and output = …"));
    }
    Some(Price {
        input: input.unwrap_or(0.0),
        output: output.unwrap_or(0.0),
        cached,
        per_call: per_call.unwrap_or(0.0),
        currency: currency?,
    })
}

fn currency(value: &Value<'_>) -> Result<String, Wrong> {
    let code = text(value)?;
    check_currency(&code)
        .map_err(|hint| Wrong::new(format!("found \"{code}\", expected the code of a currency"), hint))?;
    Ok(code)
}
