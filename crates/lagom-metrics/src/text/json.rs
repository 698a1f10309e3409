//! JSON answers: whether they are valid, and how many fields of the reference they have.

use serde_json::Value;

/// 1 if the answer as a whole, but for white space around it, is JSON (RFC 8259; nested at most 127 deep).
pub(super) fn valid(answer: &str) -> f64 {
    f64::from(u8::from(serde_json::from_str::<Value>(answer).is_ok()))
}

/// The share of a reference's fields that the answer has with the same value; the best over the references. A field is
/// a path to a value that holds no other: objects by key, lists by position. 0 where the answer is no JSON.
///
/// # Errors
/// A reference that is no JSON, with what is wrong with it.
pub(super) fn fields(answer: &str, references: &[String]) -> Result<f64, String> {
    let answer: Option<Value> = serde_json::from_str(answer).ok();
    let mut best = 0.0f64;
    for reference in references {
        let reference: Value = serde_json::from_str(reference).map_err(|error| error.to_string())?;
        let (right, all) = count(answer.as_ref(), &reference);
        best = best.max(right as f64 / all as f64);
    }
    Ok(best)
}

/// How many fields are right, and how many there are.
fn count(answer: Option<&Value>, reference: &Value) -> (usize, usize) {
    let add = |(right, all): (usize, usize), (one, of): (usize, usize)| (right + one, all + of);
    match reference {
        Value::Object(fields) if !fields.is_empty() => {
            let inside = |key: &str| answer.and_then(Value::as_object).and_then(|answer| answer.get(key));
            fields.iter().map(|(key, value)| count(inside(key), value)).fold((0, 0), add)
        }
        Value::Array(items) if !items.is_empty() => {
            let inside = |at: usize| answer.and_then(Value::as_array).and_then(|answer| answer.get(at));
            items.iter().enumerate().map(|(at, value)| count(inside(at), value)).fold((0, 0), add)
        }
        leaf => (usize::from(answer.is_some_and(|answer| same(answer, leaf))), 1),
    }
}

/// Whether two values without fields are the same; numbers are compared as numbers, so 1 is 1.0.
fn same(answer: &Value, reference: &Value) -> bool {
    match (answer, reference) {
        (Value::Number(a), Value::Number(b)) => a == b || (a.is_f64() || b.is_f64()) && a.as_f64() == b.as_f64(),
        _ => answer == reference,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_leaves() {
        let reference = r#"{"name": "Ada", "born": {"year": 1815, "place": null}, "tags": ["a", "b"], "none": []}"#;
        let of = |answer: &str| fields(answer, &[reference.to_owned()]);
        assert_eq!(of(reference), Ok(1.0));
        // name wrong in case, place missing, second tag wrong; year as 1815.0 is right: 3 of 6
        assert_eq!(
            of(r#"{"none": [], "tags": ["a", "c"], "born": {"year": 1815.0}, "name": "ada", "more": 1}"#),
            Ok(0.5)
        );
        assert_eq!((of("Ada"), of("[]")), (Ok(0.0), Ok(0.0)));
        assert!(fields("{}", &["{".to_owned()]).unwrap_err().contains("line 1"));
        assert_eq!((valid(" {\"a\": [1]} \n"), valid("{'a': 1}"), valid("{} {}"), valid("")), (1.0, 0.0, 0.0, 0.0));
    }
}
