//! The JSON object in an answer, whatever stands around it.

use serde_json::{Map, Value};

use super::parsed::{ParsedText, is_refusal};

/// How much of an answer is searched for an object, in bytes, and how many openings are tried: without these a long answer
/// of nothing but `{"a":[` would take seconds.
const SEARCHED: usize = 1 << 20;
const TRIED: usize = 1_000;

/// The first JSON object in a text: alone, in a fenced block of code or with prose around it.
#[must_use]
pub fn read_object(text: &str) -> ParsedText<Map<String, Value>> {
    if text.trim().is_empty() {
        return ParsedText::Empty;
    }
    match first_object(text) {
        Some(object) => ParsedText::Read(object),
        None if is_refusal(text) => ParsedText::Refusal,
        None => ParsedText::Unparsable,
    }
}

/// The first object that parses.
pub(super) fn first_object(text: &str) -> Option<Map<String, Value>> {
    let searched = text.get(..SEARCHED).unwrap_or_else(|| {
        let end = (0..SEARCHED.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
        if text.len() <= SEARCHED { text } else { &text[..end] }
    });
    searched.match_indices('{').take(TRIED).find_map(|(at, _)| {
        let mut values = serde_json::Deserializer::from_str(&searched[at..]).into_iter::<Map<String, Value>>();
        values.next()?.ok()
    })
}

/// What stands at a dotted path (`answer`, `result.0.city`) as a text; none where nothing or `null` does.
pub(super) fn field(object: &Map<String, Value>, path: &str) -> Option<String> {
    // A key that holds a dot itself comes first.
    let found = match object.get(path) {
        Some(value) => value,
        None => {
            let mut keys = path.split('.');
            let first = object.get(keys.next()?)?;
            keys.try_fold(first, |value, key| match value {
                Value::Array(items) => items.get(key.parse::<usize>().ok()?),
                other => other.get(key),
            })?
        }
    };
    match found {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{ParsedText, field, first_object, read_object};

    #[test]
    fn an_object_is_found_in_prose_and_fences() {
        let expected = json!({"answer": "a}b", "n": [1, {"x": null}]});
        let text = expected.to_string();
        for answer in [
            text.clone(),
            format!("```json\n{text}\n```"),
            format!("Sure {{here}} it is: {text} and {{\"more\": 1}}"),
            format!("In LaTeX \\frac{{1}}{{2}}, so {text}"),
        ] {
            assert_eq!(
                read_object(&answer),
                ParsedText::Read(expected.as_object().cloned().unwrap_or_default()),
                "{answer}"
            );
        }
    }

    #[test]
    fn none_is_found_where_none_is() {
        assert_eq!(read_object("{'answer': 1}"), ParsedText::Unparsable);
        assert_eq!(read_object("[1, 2]"), ParsedText::Unparsable);
        assert_eq!(read_object("{\"answer\": "), ParsedText::Unparsable);
        assert_eq!(read_object(""), ParsedText::Empty);
        assert_eq!(first_object(&"{\"a\":[".repeat(500_000)), None);
        assert_eq!(first_object(&"é{".repeat(700_000)), None);
    }

    #[test]
    fn fields_by_dotted_path() {
        let object = json!({"a": {"b": [{"c": 1.5}, true]}, "x.y": "z", "n": null});
        let object = object.as_object().cloned().unwrap_or_default();
        assert_eq!(field(&object, "a.b.0.c").as_deref(), Some("1.5"));
        assert_eq!(field(&object, "a.b.1").as_deref(), Some("true"));
        assert_eq!(field(&object, "a.b").as_deref(), Some("[{\"c\":1.5},true]"));
        assert_eq!(field(&object, "x.y").as_deref(), Some("z"));
        assert_eq!(field(&object, "n"), None);
        assert_eq!(field(&object, "a.c"), None);
    }
}
