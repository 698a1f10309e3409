//! The filters of templates that differ from the engine's own, and the names of all.
//!
//! The engine's `tojson` escapes for HTML, which a model should not read; its `default` leaves a missing cell as it
//! is; `truncate` it does not have.

use minijinja::value::Kwargs;
use minijinja::{Environment, Error, ErrorKind, Value};

/// The filters that templates may use.
pub(super) const FILTERS: [&str; 49] = [
    "abs",
    "attr",
    "batch",
    "bool",
    "capitalize",
    "chain",
    "count",
    "d",
    "default",
    "dictsort",
    "e",
    "escape",
    "first",
    "float",
    "format",
    "groupby",
    "indent",
    "int",
    "items",
    "join",
    "last",
    "length",
    "lines",
    "list",
    "lower",
    "map",
    "max",
    "min",
    "pprint",
    "reject",
    "rejectattr",
    "replace",
    "reverse",
    "round",
    "safe",
    "select",
    "selectattr",
    "slice",
    "sort",
    "split",
    "string",
    "sum",
    "title",
    "tojson",
    "trim",
    "truncate",
    "unique",
    "upper",
    "zip",
];

/// What can follow `is` in a template.
pub(super) const TESTS: [&str; 36] = [
    "boolean",
    "defined",
    "divisibleby",
    "endingwith",
    "eq",
    "equalto",
    "escaped",
    "even",
    "false",
    "filter",
    "float",
    "ge",
    "greaterthan",
    "gt",
    "in",
    "int",
    "integer",
    "iterable",
    "le",
    "lessthan",
    "lower",
    "lt",
    "mapping",
    "ne",
    "none",
    "number",
    "odd",
    "safe",
    "sameas",
    "sequence",
    "startingwith",
    "string",
    "test",
    "true",
    "undefined",
    "upper",
];

/// Puts lagom's own filters in place of the engine's.
pub(super) fn add(environment: &mut Environment<'_>) {
    environment.remove_global("debug");
    environment.add_filter("default", default);
    environment.add_filter("d", default);
    environment.add_filter("tojson", tojson);
    environment.add_filter("truncate", truncate);
}

/// `x | default(other)`: `other` where `x` is not there or a missing cell; with `true` also where it is empty or 0.
fn default(value: &Value, other: Option<Value>, also_empty: Option<bool>) -> Value {
    let replaced = value.is_undefined() || value.is_none() || (also_empty == Some(true) && !value.is_true());
    if replaced { other.unwrap_or_else(|| Value::from("")) } else { value.clone() }
}

/// `x | tojson`, `x | tojson(indent=2)`: plain JSON, on one line or indented by two spaces.
fn tojson(value: &Value, indent: Option<Value>, options: Kwargs) -> Result<String, Error> {
    let indent = match indent {
        Some(indent) => Some(indent),
        None => options.get::<Option<Value>>("indent")?,
    };
    options.assert_all_used()?;
    let pretty = indent.is_some_and(|indent| indent.is_true());
    let written = if pretty { serde_json::to_string_pretty(value) } else { serde_json::to_string(value) };
    written.map_err(|error| Error::new(ErrorKind::BadSerialization, error.to_string()))
}

/// `x | truncate(length=255, killwords=false, end="...", leeway=5)`, as in Jinja2; lengths in characters.
fn truncate(value: &Value, length: Option<usize>, options: Kwargs) -> Result<String, Error> {
    let text = if value.is_none() { String::new() } else { value.to_string() };
    let length = match length {
        Some(length) => length,
        None => options.get::<Option<usize>>("length")?.unwrap_or(255),
    };
    let inside_words = options.get::<Option<bool>>("killwords")?.unwrap_or(false);
    let end = options.get::<Option<String>>("end")?.unwrap_or_else(|| "...".to_owned());
    let leeway = options.get::<Option<usize>>("leeway")?.unwrap_or(5);
    options.assert_all_used()?;
    if text.chars().count() <= length.saturating_add(leeway) {
        return Ok(text);
    }
    let kept: String = text.chars().take(length.saturating_sub(end.chars().count())).collect();
    let cut =
        if inside_words { kept.as_str() } else { kept.rsplit_once(' ').map_or(kept.as_str(), |(before, _)| before) };
    Ok(format!("{cut}{end}"))
}

#[cfg(test)]
mod tests {
    use minijinja::{Environment, ErrorKind};

    use super::{FILTERS, TESTS, add};

    #[test]
    fn every_filter_and_test_that_is_listed_exists() {
        let mut environment = Environment::new();
        add(&mut environment);
        let missing = |source: String| {
            let failed = environment.render_str(&source, ()).err().map(|error| error.kind());
            assert!(
                !matches!(failed, Some(ErrorKind::UnknownFilter | ErrorKind::UnknownTest | ErrorKind::SyntaxError)),
                "{source}: {failed:?}"
            );
        };
        FILTERS.iter().for_each(|name| missing(format!("{{{{ 'a' | {name} }}}}")));
        TESTS.iter().for_each(|name| missing(format!("{{{{ 'a' is {name} }}}}")));
    }

    #[test]
    fn lagoms_own_filters() {
        let mut environment = Environment::new();
        add(&mut environment);
        let gives = |source: &str| environment.render_str(source, ()).map_err(|error| error.to_string());
        assert_eq!(gives("{{ \"it's <b>\" | tojson }}"), Ok("\"it's <b>\"".to_owned()));
        assert_eq!(
            gives("{{ {'a': [1, none]} | tojson(indent=2) }}"),
            Ok("{\n  \"a\": [\n    1,\n    null\n  ]\n}".to_owned())
        );
        assert_eq!(
            gives("{{ none | default('-') }}{{ x | d('-') }}{{ '' | default('-') }}{{ '' | default('-', true) }}"),
            Ok("---".to_owned())
        );
        // The examples of Jinja2's documentation.
        assert_eq!(gives("{{ 'foo bar baz qux' | truncate(9) }}"), Ok("foo...".to_owned()));
        assert_eq!(gives("{{ 'foo bar baz qux' | truncate(9, killwords=true) }}"), Ok("foo ba...".to_owned()));
        assert_eq!(gives("{{ 'foo bar baz qux' | truncate(11) }}"), Ok("foo bar baz qux".to_owned()));
        assert_eq!(gives("{{ 'foo bar baz qux' | truncate(11, leeway=0) }}"), Ok("foo bar...".to_owned()));
    }
}
