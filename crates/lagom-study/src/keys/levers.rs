//! The keys of `[levers]`.

use std::ops::Bound;

use toml::de::DeValue;

use super::key::{Declared, Free, Is, Key, Told, Usual, keys};
use super::values::{Flag, Number, OfContext, Own, Shape, Value, wrong_type};
use crate::fault::Wrong;
use crate::lever_spec::{LeverBudget, LeverSpec};

const RATE: Number = Number {
    noun: "a share",
    from: Bound::Excluded(0.0),
    to: Bound::Included(0.5),
    hint: "0.1 is usual: of ten findings one may be false",
};

const MOST: Own<LeverBudget> = Own { expected: LeverBudget::EXPECTED, shape: Shape::Plain, read: budget };

keys! { "levers":
    RUN: Key<Flag, Usual> = "run", Flag, Usual, "whether `lagom run` tries levers on the choice after its verdict, as `lagom levers` does";
    OVERFITTING: Key<Flag, Usual> = "overfitting", Flag, Usual,
        "whether `lagom run` goes on to measure overfitting by size, as `lagom overfitting` does";
    TRY: Free = "try", OfContext("a list of levers"), Told("all that change anything in the choice", "[\"dropout\"]"),
        "which are tried: keys of `[recipe]`";
    BUDGET: Key<Own<LeverBudget>> = "budget", MOST, Told("as many operations as the search for the size took, or where that is little what all levers take, up to `1e13`", "\"1e15\""),
        "the most that the stage may take: floating-point operations, or what its CPU time costs at `cpu-hour` of `[prices]`";
    FALSE_DISCOVERY: Key<Number, Is<f64>> = "false-discovery", RATE, Is(LeverSpec::FALSE_DISCOVERY, ""),
        "the largest expected share of false findings among levers that are said to help or hurt";
}

fn budget(value: &Value<'_>) -> Result<LeverBudget, Wrong> {
    let text = match value.get_ref() {
        DeValue::String(text) => text.to_string(),
        DeValue::Integer(number) if number.radix() == 10 => number.as_str().to_owned(),
        DeValue::Float(number) => number.as_str().to_owned(),
        _ => return Err(wrong_type(value, LeverBudget::EXPECTED, "put it in quotes, or leave it out")),
    };
    LeverBudget::parse(&text).map_err(|message| Wrong::new(message, "leave it out to bound it by the search"))
}
