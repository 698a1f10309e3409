//! The keys of the price of a `[[candidate]]`.

use std::ops::Bound;

use super::key::{Declared, Is, Key, Told, keys};
use super::values::{Number, Own, Shape, Text, Value, Values};
use crate::fault::Wrong;
use crate::money::check_currency;

const FROM_NOTHING: Number =
    Number { noun: "a number", from: Bound::Included(0.0), to: Bound::Unbounded, hint: "write 0 for nothing" };

keys! { "candidate.price":
    INPUT: Key<Number, Is<f64>> = "input", FROM_NOTHING, Is(0.0, ""), "for a million tokens of prompts";
    OUTPUT: Key<Number, Is<f64>> = "output", FROM_NOTHING, Is(0.0, ""), "for a million tokens of answers";
    CACHED: Key<Number> = "cached", FROM_NOTHING, Told("as `input`", "0.5"),
        "for a million tokens of prompts that come out of the server's cache";
    PER_CALL: Key<Number, Is<f64>> = "per-call", FROM_NOTHING, Is(0.0, ""), "for each request that is answered";
    CURRENCY: Key<Own<String>> = "currency", Own { expected: "the code of a currency", shape: Shape::Plain, read: currency }, Told("– (needed)", "\"USD\""),
        "the money that these are in";
}

fn currency(value: &Value<'_>) -> Result<String, Wrong> {
    let code = Text(CURRENCY.values.expected).read(value)?;
    check_currency(&code)
        .map_err(|hint| Wrong::new(format!("found \"{code}\", expected {}", CURRENCY.values.expected), hint))?;
    Ok(code)
}
