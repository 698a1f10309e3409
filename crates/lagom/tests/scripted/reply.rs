//! Bodies and events of OpenAI's protocol.

use serde_json::{Value, json};

use super::{Fault, Request, Script};

/// A refusal: status, headers, body.
type Refusal = (u16, Vec<(&'static str, String)>, String);

/// An answer, before it is written.
pub(super) struct Answer {
    pieces: Vec<String>,
    finish: &'static str,
    refusal: Option<String>,
    prompt: usize,
    usage: bool,
}

impl Answer {
    /// What the script answers, with what the fault makes of it.
    pub(super) fn of(script: &Script, request: &Request, fault: &Fault) -> Self {
        let prompt = prompt(&request.body);
        let text = match fault {
            Fault::Empty => String::new(),
            Fault::Says(text, _) => text.clone(),
            _ => script.model.answer(&prompt),
        };
        let mut pieces: Vec<String> = text.split_inclusive(' ').map(str::to_owned).collect();
        let most = request.body["max_tokens"].as_u64().or(request.body["max_completion_tokens"].as_u64());
        let most = most.map_or(usize::MAX, |most| most as usize);
        let mut finish = if *fault == Fault::Length || pieces.len() > most { "length" } else { "stop" };
        pieces.truncate(most);
        let mut refusal = None;
        match fault {
            Fault::Refusal => {
                refusal = Some("I can't help with that".to_owned());
                pieces.clear();
            }
            Fault::Says(_, reason) => finish = reason,
            Fault::Cumulative => {
                for end in (1..pieces.len()).rev() {
                    pieces[end] = pieces[..=end].concat();
                }
            }
            Fault::Filtered => {
                finish = "content_filter";
                pieces.clear();
            }
            _ => {}
        }
        let usage = *fault != Fault::NoUsage;
        Self { pieces, finish, refusal, prompt: prompt.split_whitespace().count(), usage }
    }

    fn usage(&self) -> Value {
        let written = self.pieces.len();
        json!({ "prompt_tokens": self.prompt, "completion_tokens": written, "total_tokens": self.prompt + written })
    }
}

/// The text that a request shows the model: the last message, or the prompt.
pub(super) fn prompt(body: &Value) -> String {
    let last = body["messages"].as_array().and_then(|messages| messages.last());
    last.map_or(&body["prompt"], |message| &message["content"]).as_str().unwrap_or_default().to_owned()
}

fn is_chat(request: &Request) -> bool {
    request.path.ends_with("/chat/completions")
}

/// What a request gets that is refused for itself or by a fault.
pub(super) fn refusal(script: &Script, request: &Request, fault: &Fault) -> Option<Refusal> {
    let asked = request.body["model"].as_str().unwrap_or_default();
    if !script.name.is_empty() && asked != script.name {
        let message = format!("The model `{asked}` does not exist");
        return Some((404, Vec::new(), error(&message, "model_not_found")));
    }
    match fault {
        Fault::Status(status, headers, body) => Some((*status, headers.clone(), body.clone())),
        Fault::QuotesKey => {
            let sent = request.authorization.clone().unwrap_or_default();
            Some((401, Vec::new(), error(&format!("Incorrect API key provided: {sent}"), "invalid_api_key")))
        }
        Fault::Refuses("max_tokens") if !request.body["max_tokens"].is_null() => {
            let message = "Unsupported parameter: 'max_tokens' is not supported with this model. \
                           Use 'max_completion_tokens' instead.";
            Some((400, Vec::new(), error(message, "unsupported_parameter")))
        }
        Fault::Refuses(name) if *name != "max_tokens" && !request.body[*name].is_null() => {
            let message = format!("Unsupported parameter: '{name}' is not supported with this model.");
            Some((400, Vec::new(), error(&message, "unsupported_parameter")))
        }
        _ => None,
    }
}

/// An error in OpenAI's shape.
pub(super) fn error(message: &str, code: &str) -> String {
    json!({ "error": { "message": message, "type": "invalid_request_error", "code": code } }).to_string()
}

/// The whole answer in one body.
pub(super) fn body(answer: &Answer, request: &Request) -> String {
    let text = answer.pieces.concat();
    let choice = if is_chat(request) {
        let message = json!({ "role": "assistant", "content": text, "refusal": answer.refusal });
        json!({ "index": 0, "message": message, "finish_reason": answer.finish })
    } else {
        json!({ "index": 0, "text": text, "finish_reason": answer.finish })
    };
    let mut body = json!({ "id": "x", "object": "completion", "model": "scripted", "choices": [choice] });
    if answer.usage {
        body["usage"] = answer.usage();
    }
    body.to_string()
}

/// The answer in the events of a stream.
pub(super) fn events(answer: &Answer, request: &Request, fault: &Fault) -> Vec<String> {
    if *fault == Fault::NotJsonStream {
        return vec!["<html>".to_owned(), "[DONE]".to_owned()];
    }
    let chat = is_chat(request);
    let piece = |delta: Value, finish: Value| {
        let choice = if chat {
            json!({ "index": 0, "delta": delta, "finish_reason": finish })
        } else {
            json!({ "index": 0, "text": delta["content"].as_str().unwrap_or_default(), "finish_reason": finish })
        };
        json!({ "id": "x", "object": "chunk", "choices": [choice] }).to_string()
    };
    let mut events = vec![piece(json!({ "role": "assistant", "content": "" }), Value::Null)];
    if *fault == Fault::ErrorInStream {
        events.push(json!({ "error": { "code": 503, "message": "the engine has died" } }).to_string());
        return events;
    }
    events.extend(answer.pieces.iter().map(|text| piece(json!({ "content": text }), Value::Null)));
    if let Some(refusal) = &answer.refusal {
        events.push(piece(json!({ "refusal": refusal }), Value::Null));
    }
    events.push(piece(json!({}), json!(answer.finish)));
    if answer.usage && request.body["stream_options"]["include_usage"] == true {
        events.push(json!({ "id": "x", "choices": [], "usage": answer.usage() }).to_string());
    }
    events.push("[DONE]".to_owned());
    events
}

/// The list of models.
pub(super) fn models(script: &Script) -> String {
    let owner = if script.likelihoods.of_llama() { "llamacpp" } else { "nobody" };
    json!({ "object": "list", "data": [
        { "id": script.name, "object": "model", "owned_by": owner, "meta": script.meta }
    ] })
    .to_string()
}
