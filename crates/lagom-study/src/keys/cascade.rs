//! The keys of `[cascade]`.

use toml::de::DeValue;

use super::key::{Declared, Key, Told, keys};
use super::values::{Own, Shape, Text, Value, Values, wrong_type};
use crate::cascade_spec::CascadeSpec;
use crate::fault::Wrong;

const EXPECTED: &str = "a list of pairs of candidates";
const HINT: &str = "write pairs = [[\"the small one\", \"the large one\"]]; `lagom plan` lists the names";

keys! { "cascade":
    PAIRS: Key<Own<Vec<CascadeSpec>>> = "pairs", Own { expected: EXPECTED, shape: Shape::Plain, read: pairs }, Told("– (needed)", "[[\"linear-24\", \"trees-8x250\"]]"),
        "two candidates each: the first, which is trained here, answers where it is sure; the second, trained or asked, answers the rest";
}

fn pairs(value: &Value<'_>) -> Result<Vec<CascadeSpec>, Wrong> {
    let DeValue::Array(list) = value.get_ref() else { return Err(wrong_type(value, EXPECTED, HINT)) };
    if list.is_empty() {
        return Err(wrong_type(value, "at least one pair of candidates", HINT));
    }
    let mut found: Vec<CascadeSpec> = Vec::new();
    for item in list {
        let wrong = || wrong_type(item, "two names of candidates", HINT).at(item.span());
        let DeValue::Array(pair) = item.get_ref() else { return Err(wrong()) };
        let [small, large] = pair.iter().collect::<Vec<&Value<'_>>>()[..] else { return Err(wrong()) };
        let name = |value: &Value<'_>| Text("a candidate").read(value).map_err(|wrong| wrong.at(value.span()));
        let pair = CascadeSpec { small: name(small)?, large: name(large)? };
        if pair.small == pair.large {
            let message = format!("found \"{}\" twice in one pair", pair.small);
            return Err(Wrong::new(message, "name a small candidate and a larger one").at(item.span()));
        }
        if found.contains(&pair) {
            let message = format!("found the pair \"{}\" and \"{}\" twice", pair.small, pair.large);
            return Err(Wrong::new(message, "keep one of them").at(item.span()));
        }
        found.push(pair);
    }
    Ok(found)
}
