//! The output of batch services: one line an answer, found by the `custom_id` that the asker gave.
//!
//! OpenAI's (`response.body.choices`, or `response.body.output` of its Responses) and Anthropic's (`result.message`).

use serde_json::Value;

/// What a line of a batch says.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Line {
    /// What the asker called the question.
    pub(super) id: String,
    /// The text, and whether it was cut off at the limit of tokens; or why there is none.
    pub(super) answer: Result<(String, bool), String>,
}

/// Reads a line where it has the form of a batch's.
pub(super) fn line(object: &Value) -> Option<Line> {
    let id = object.get("custom_id")?.as_str()?.to_owned();
    let answer = match (object.get("response"), object.get("result")) {
        (Some(response), _) => of_openai(object, response),
        (None, Some(result)) => of_anthropic(result),
        (None, None) => Err(said(object.get("error")?)),
    };
    Some(Line { id, answer })
}

fn of_openai(object: &Value, response: &Value) -> Result<(String, bool), String> {
    if let Some(error) = object.get("error").filter(|error| !error.is_null()) {
        return Err(said(error));
    }
    let body = &response["body"];
    let status = response["status_code"].as_u64().unwrap_or(200);
    if status != 200 {
        return Err(format!("status {status}: {}", said(&body["error"])));
    }
    if let Some(choice) = body["choices"].get(0) {
        let message = &choice["message"];
        let text =
            message["content"].as_str().or_else(|| message["refusal"].as_str()).or_else(|| choice["text"].as_str());
        return Ok((text.unwrap_or_default().to_owned(), choice["finish_reason"] == "length"));
    }
    let parts = body["output"].as_array().ok_or("neither `choices` nor `output` in `response.body`")?;
    let content = parts.iter().filter_map(|part| part["content"].as_array()).flatten();
    let text: String = content.filter_map(|piece| piece["text"].as_str()).collect();
    Ok((text, body["status"] == "incomplete"))
}

fn of_anthropic(result: &Value) -> Result<(String, bool), String> {
    if result["type"] != "succeeded" {
        return Err(said(result.get("error").unwrap_or(&result["type"])));
    }
    let message = &result["message"];
    let pieces = message["content"].as_array().ok_or("no `content` in `result.message`")?;
    let text: String = pieces.iter().filter_map(|piece| piece["text"].as_str()).collect();
    Ok((text, message["stop_reason"] == "max_tokens"))
}

/// What an error says, in a line.
fn said(error: &Value) -> String {
    let inner = error.get("error").unwrap_or(error);
    let message = inner.get("message").and_then(Value::as_str).or_else(|| inner.as_str());
    let text = message.map_or_else(|| inner.to_string(), str::to_owned);
    text.split_whitespace().collect::<Vec<&str>>().join(" ").chars().take(200).collect()
}

/// The number of the row that each id names, from 0: ids end in a number, each another one, that counts from 0, or from 1
/// without a gap.
pub(super) fn numbers(ids: &[&str]) -> Option<Vec<usize>> {
    let number = |id: &&str| {
        let digits = id.len() - id.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        id[id.len() - digits..].parse::<usize>().ok()
    };
    let numbers: Vec<usize> = ids.iter().map(number).collect::<Option<_>>()?;
    let mut sorted = numbers.clone();
    sorted.sort_unstable();
    sorted.dedup();
    if sorted.len() < numbers.len() {
        return None;
    }
    match (sorted.first(), sorted.last()) {
        (Some(0), _) => Some(numbers),
        (Some(1), Some(last)) if *last == numbers.len() => Some(numbers.iter().map(|number| number - 1).collect()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lines_of_batches() {
        let body = |choice: Value| json!({"custom_id": "row-7", "response": {"status_code": 200, "body": {"choices": [choice]}}, "error": null});
        let read = |object: &Value| line(object).map(|line| line.answer);
        let plain = body(json!({"message": {"content": "yes", "refusal": null}, "finish_reason": "stop"}));
        assert_eq!(line(&plain), Some(Line { id: "row-7".to_owned(), answer: Ok(("yes".to_owned(), false)) }));
        let cut = body(json!({"message": {"content": "ye"}, "finish_reason": "length"}));
        assert_eq!(read(&cut), Some(Ok(("ye".to_owned(), true))));
        let failed = json!({"custom_id": "a", "response": {"status_code": 429, "body": {"error": {"message": "slow\ndown"}}}, "error": null});
        assert_eq!(read(&failed), Some(Err("status 429: slow down".to_owned())));
        let expired = json!({"custom_id": "a", "response": null, "error": {"code": "x", "message": "expired"}});
        assert_eq!(read(&expired), Some(Err("expired".to_owned())));
        let other = json!({"custom_id": "a", "result": {"type": "succeeded", "message": {"content": [{"type": "text", "text": "no"}], "stop_reason": "end_turn"}}});
        assert_eq!(read(&other), Some(Ok(("no".to_owned(), false))));
        assert_eq!(read(&json!({"custom_id": "a", "result": {"type": "expired"}})), Some(Err("expired".to_owned())));
        assert_eq!(read(&json!({"text": "x"})), None);
    }

    #[test]
    fn ids_count_from_zero_or_one() {
        assert_eq!(numbers(&["row-1", "row-0", "row-2"]), Some(vec![1, 0, 2]));
        assert_eq!(numbers(&["q2", "q1"]), Some(vec![1, 0]));
        assert_eq!(numbers(&["q0", "q7"]), Some(vec![0, 7]));
        for ids in [&["a", "b"][..], &["q1", "q3"], &["q1", "p1"], &["q5"]] {
            assert_eq!(numbers(ids), None, "{ids:?}");
        }
    }
}
