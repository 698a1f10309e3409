//! The output of batch services: one line an answer, found by the `custom_id` that the asker gave.
//!
//! OpenAI's (`response.body.choices`, or `response.body.output` of its Responses) and Anthropic's (`result.message`).

use serde_json::Value;

use super::question::Finish;

/// What a line of a batch says.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Line {
    /// What the asker called the question.
    pub(super) id: String,
    /// What was answered, or why nothing was.
    pub(super) answer: Result<ParsedAnswer, String>,
}

/// What was said, and why it ended.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ParsedAnswer {
    pub(super) text: String,
    pub(super) finish: Finish,
}

impl ParsedAnswer {
    /// Where no reason is told it was said to the end.
    fn new(text: String, reason: Option<&str>) -> Self {
        Self { text, finish: reason.map_or(Finish::Stop, Finish::of) }
    }

    fn refused(text: &str) -> Self {
        Self { text: text.to_owned(), finish: Finish::Refused }
    }
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

fn of_openai(object: &Value, response: &Value) -> Result<ParsedAnswer, String> {
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
        if let Some(refusal) = message["refusal"].as_str() {
            return Ok(ParsedAnswer::refused(refusal));
        }
        let content = message["content"].as_str().or_else(|| choice["text"].as_str()).map(str::to_owned);
        let text = content.or_else(|| message["content"].as_array().map(|pieces| texts(pieces, "text")));
        return match (text, choice["finish_reason"].as_str()) {
            (None, Some("content_filter")) => Ok(ParsedAnswer::refused("")),
            (Some(text), reason) => Ok(ParsedAnswer::new(text, reason)),
            (None, reason) => Err(format!("no text in its answer ({})", reason.unwrap_or("it says not why"))),
        };
    }
    let parts = body["output"].as_array().ok_or("neither `choices` nor `output` in `response.body`")?;
    // What the model thought stands in parts of its own.
    let messages = parts.iter().filter(|part| part["type"].as_str().is_none_or(|kind| kind == "message"));
    let pieces: Vec<Value> = messages.filter_map(|part| part["content"].as_array()).flatten().cloned().collect();
    if let Some(refusal) = pieces.iter().find_map(|piece| piece["refusal"].as_str()) {
        return Ok(ParsedAnswer::refused(refusal));
    }
    let text = texts(&pieces, "output_text");
    match body["status"].as_str() {
        Some("incomplete") => Ok(ParsedAnswer::new(
            text,
            Some(body["incomplete_details"]["reason"].as_str().unwrap_or("max_output_tokens")),
        )),
        Some("completed") | None if !pieces.is_empty() => Ok(ParsedAnswer::new(text, None)),
        status => Err(format!("no text in its answer ({})", status.unwrap_or("it says not why"))),
    }
}

/// The pieces of this kind one after the other; those that name no kind are texts.
fn texts(pieces: &[Value], kind: &str) -> String {
    let of_kind = pieces.iter().filter(|piece| piece["type"].as_str().is_none_or(|own| own == kind));
    of_kind.filter_map(|piece| piece["text"].as_str()).collect()
}

fn of_anthropic(result: &Value) -> Result<ParsedAnswer, String> {
    if result["type"] != "succeeded" {
        return Err(said(result.get("error").unwrap_or(&result["type"])));
    }
    let message = &result["message"];
    let pieces = message["content"].as_array().ok_or("no `content` in `result.message`")?;
    let text = texts(pieces, "text");
    Ok(ParsedAnswer::new(text, message["stop_reason"].as_str()))
}

/// What an error says, in a line.
fn said(error: &Value) -> String {
    let inner = error.get("error").unwrap_or(error);
    let message = inner.get("message").and_then(Value::as_str).or_else(|| inner.as_str());
    let text = message.map_or_else(|| inner.to_string(), str::to_owned);
    text.split_whitespace().collect::<Vec<&str>>().join(" ").chars().take(200).collect()
}

/// The numbers of rows that ids name.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Numbers {
    /// The number of the row of each, from 0.
    pub(super) of: Vec<usize>,
    /// Whether they count from 1: then the first row could as well be missing from a count from 0.
    pub(super) from_one: bool,
    /// One more than the highest number.
    pub(super) end: usize,
}

/// The number of the row that each id names: ids end in a number, each another one, that counts from 0, or from 1 without a gap.
pub(super) fn numbers(ids: &[&str]) -> Option<Numbers> {
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
        (Some(0), Some(last)) => Some(Numbers { of: numbers, from_one: false, end: last + 1 }),
        (Some(1), Some(last)) if *last == numbers.len() => {
            Some(Numbers { of: numbers.iter().map(|number| number - 1).collect(), from_one: true, end: *last })
        }
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
        let whole = |text: &str| ParsedAnswer::new(text.to_owned(), None);
        let plain = body(json!({"message": {"content": "yes", "refusal": null}, "finish_reason": "stop"}));
        assert_eq!(line(&plain), Some(Line { id: "row-7".to_owned(), answer: Ok(whole("yes")) }));
        let cut = body(json!({"message": {"content": "ye"}, "finish_reason": "length"}));
        assert_eq!(read(&cut), Some(Ok(ParsedAnswer::new("ye".to_owned(), Some("length")))));
        let failed = json!({"custom_id": "a", "response": {"status_code": 429, "body": {"error": {"message": "slow\ndown"}}}, "error": null});
        for reason in ["abort", "error"] {
            let broken = body(json!({"message": {"content": "ye"}, "finish_reason": reason}));
            assert!(read(&broken).is_some_and(|said| said.is_ok_and(|said| said.finish.is_broken_off())), "{reason}");
        }
        assert_eq!(read(&failed), Some(Err("status 429: slow down".to_owned())));
        let expired = json!({"custom_id": "a", "response": null, "error": {"code": "x", "message": "expired"}});
        assert_eq!(read(&expired), Some(Err("expired".to_owned())));
        let other = json!({"custom_id": "a", "result": {"type": "succeeded", "message": {"content": [{"type": "text", "text": "no"}], "stop_reason": "end_turn"}}});
        assert_eq!(read(&other), Some(Ok(whole("no"))));
        let paused = json!({"custom_id": "a", "result": {"type": "succeeded", "message": {"content": [{"type": "text", "text": "n"}], "stop_reason": "pause_turn"}}});
        assert!(read(&paused).is_some_and(|said| said.is_ok_and(|said| said.finish.is_broken_off())));
        assert_eq!(read(&json!({"custom_id": "a", "result": {"type": "expired"}})), Some(Err("expired".to_owned())));
        assert_eq!(read(&json!({"text": "x"})), None);
        // What was refused, filtered, thought or called for is no answer.
        let refused =
            body(json!({"message": {"content": null, "refusal": "I can't say yes"}, "finish_reason": "stop"}));
        assert_eq!(read(&refused), Some(Ok(ParsedAnswer::refused("I can't say yes"))));
        let filtered = body(json!({"message": {"content": "ye"}, "finish_reason": "content_filter"}));
        assert_eq!(read(&filtered), Some(Ok(ParsedAnswer::refused("ye"))));
        let called = body(json!({"message": {"content": null, "tool_calls": []}, "finish_reason": "tool_calls"}));
        assert_eq!(read(&called), Some(Err("no text in its answer (tool_calls)".to_owned())));
        let responses = |status: &str, output: Value| json!({"custom_id": "a", "response": {"status_code": 200, "body": {"status": status, "output": output}}, "error": null});
        let thought = json!([{"type": "reasoning", "content": [{"type": "reasoning_text", "text": "is it no?"}]},
            {"type": "message", "content": [{"type": "output_text", "text": "yes"}]}]);
        assert_eq!(read(&responses("completed", thought)), Some(Ok(whole("yes"))));
        assert_eq!(read(&responses("failed", json!([]))), Some(Err("no text in its answer (failed)".to_owned())));
    }

    #[test]
    fn ids_count_from_zero_or_one() {
        let of = |ids: &[&str]| numbers(ids).map(|found| (found.of, found.from_one, found.end));
        assert_eq!(of(&["row-1", "row-0", "row-2"]), Some((vec![1, 0, 2], false, 3)));
        assert_eq!(of(&["q2", "q1"]), Some((vec![1, 0], true, 2)));
        assert_eq!(of(&["q0", "q7"]), Some((vec![0, 7], false, 8)));
        for ids in [&["a", "b"][..], &["q1", "q3"], &["q1", "p1"], &["q5"]] {
            assert_eq!(numbers(ids), None, "{ids:?}");
        }
    }
}
