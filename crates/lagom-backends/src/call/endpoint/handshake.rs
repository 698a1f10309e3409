//! What has to be known of a server before a study starts.
//!
//! ```text
//! /v1/models -> models, facts      a small question -> dialect, streaming, usage
//! /props, /api/show -> more facts  texts whose order is known -> a route to likelihoods, or why there is none
//! ```

use serde_json::{Value, json};

use super::super::counter::Counter;
use super::super::{BackendError, CallFailure, Prompt, Question, Sampling};
use super::attempt::{Heard, text};
use super::capabilities::{Needs, ServerCapabilities};
use super::dialect::Dialect;
use super::probe::{afford, patiently};
use super::request_error::RequestError;
use super::route;
use super::settings::Api;
use super::wire::Wire;

/// The small question of a chat, and the text to go on with.
const CHAT: &str = "Reply with the one word: yes";
const TEXT: &str = "The capital of France is";
/// Bytes of the shorter one.
pub(super) const BYTES: f64 = TEXT.len() as f64;

/// Goes through all of it.
pub(super) async fn handshake(wire: &Wire, needs: &Needs) -> Result<ServerCapabilities, BackendError> {
    let mut known = ServerCapabilities::default();
    models(wire, &mut known).await?;
    if known.server.as_deref() == Some("llama.cpp") {
        known.dialect.no_prompt_cache = true;
        props(wire, &mut known).await;
    } else if known.facts.parameters.is_none() && wire.address.local {
        show(wire, &mut known).await;
    }
    question(wire, &mut known, needs).await?;
    if needs.likelihoods {
        known.likelihoods = Some(route::find(wire, &known).await?);
    }
    Ok(known)
}

/// The list of models and nothing more.
pub(super) async fn look(wire: &Wire) -> Result<ServerCapabilities, BackendError> {
    let mut known = ServerCapabilities::default();
    models(wire, &mut known).await?;
    Ok(known)
}

/// The list of models. That there is none is no fault: not every server has it.
async fn models(wire: &Wire, known: &mut ServerCapabilities) -> Result<(), BackendError> {
    let url = wire.address.of_protocol("/models");
    let listed = patiently(wire, async || {
        let response = wire.get(&url).await?;
        let server = response.headers().get("server").and_then(|name| name.to_str().ok()).map(str::to_owned);
        Ok((server, wire.json(response).await?))
    });
    let (server, list) = match listed.await {
        Ok(found) => found,
        Err(RequestError::Backend(error @ (BackendError::Certificate { .. } | BackendError::Unauthorised { .. }))) => {
            return Err(error);
        }
        Err(RequestError::Transient(passing)) if passing.unreachable => {
            return Err(BackendError::Unreachable { url: wire.endpoint.url.clone(), message: passing.message });
        }
        Err(_) => return Ok(()),
    };
    known.server = server.map(|name| wire.quote(&name));
    let entries = list.get("data").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let id = |entry: &Value| entry.get("id").and_then(Value::as_str).map(str::to_owned);
    known.models = entries.iter().filter_map(id).map(|name| wire.strike_out(&name)).collect();
    let own = entries.iter().find(|entry| id(entry).as_deref() == Some(&wire.endpoint.model));
    known.listed = (!known.models.is_empty()).then_some(own.is_some());
    // llama-server answers to any name with the one model it has.
    let lone = (entries.len() == 1).then(|| &entries[0]);
    if let Some(entry) = own.or(lone) {
        if entry.get("owned_by").and_then(Value::as_str) == Some("llamacpp") {
            known.server = Some("llama.cpp".to_owned());
        }
        let number = |place: &str| entry.pointer(place).and_then(Value::as_u64).filter(|number| *number > 0);
        known.facts.parameters = number("/meta/n_params");
        known.facts.bytes = number("/meta/size");
        known.facts.context = number("/max_model_len").or(number("/meta/n_ctx_train"));
    }
    if known.listed == Some(false) {
        known.notes.push(format!("the server does not list `{}`", wire.endpoint.model));
    }
    Ok(())
}

/// What llama-server tells of itself.
async fn props(wire: &Wire, known: &mut ServerCapabilities) {
    let Ok(response) = wire.get(&wire.address.of_server("/props")).await else { return };
    let Ok(told) = wire.json(response).await else { return };
    if let Some(context) = told.pointer("/default_generation_settings/n_ctx").and_then(Value::as_u64) {
        known.facts.context = Some(context);
    }
    if let Some(build) = told.get("build_info").and_then(Value::as_str) {
        known.server = Some(format!("llama.cpp {}", wire.quote(build)));
    }
}

/// What Ollama tells of a model (its `/api/show`); other servers have no such path.
async fn show(wire: &Wire, known: &mut ServerCapabilities) {
    let body = json!({ "model": wire.endpoint.model });
    let Ok(response) = wire.post_aside(&wire.address.of_server("/api/show"), &body).await else {
        return;
    };
    let Ok(told) = wire.json(response).await else { return };
    let Some(info) = told.get("model_info").and_then(Value::as_object) else { return };
    known.server = Some("Ollama".to_owned());
    known.facts.parameters = info.get("general.parameter_count").and_then(Value::as_u64);
    known.facts.context =
        info.iter().find(|(key, _)| key.ends_with(".context_length")).and_then(|(_, value)| value.as_u64());
    known.facts.quantisation =
        told.pointer("/details/quantization_level").and_then(Value::as_str).map(|text| wire.quote(text));
}

/// One attempt at the small question, if there is money for it; counted whatever comes of it.
async fn attempt(wire: &Wire, dialect: &Dialect, question: &Question) -> Result<Heard, RequestError> {
    let mut counter = Counter::new(wire.endpoint.price, wire.left());
    let estimate = counter.estimate(question);
    afford(wire, &counter, &estimate)?;
    let heard = text(wire, dialect, question).await;
    let (tokens, money) = match &heard {
        Ok(heard) => counter.pay(&estimate, heard.answer.usage, &heard.answer.text),
        Err(RequestError::Transient(passing)) if passing.billed => (estimate.usage(), Some(estimate.money)),
        Err(_) => return heard,
    };
    wire.used().pay(&tokens, money.unwrap_or(0.0));
    heard
}

/// One small question, which teaches how to ask.
async fn question(wire: &Wire, known: &mut ServerCapabilities, needs: &Needs) -> Result<(), BackendError> {
    let prompt = match wire.endpoint.api {
        Api::Chat => CHAT,
        Api::Completions => TEXT,
    };
    let usual = || Sampling { temperature: 0.0, top_p: 1.0, seed: 0, max_tokens: 16, stop: vec!["\n\n".to_owned()] };
    let sampling = needs.sampling.clone().unwrap_or_else(usual);
    let question = Question { prompt: Prompt::Text(prompt.to_owned()), sampling, continuations: Vec::new(), repeat: 0 };
    // Each lesson comes once: one name and five parameters.
    for _ in 0..8 {
        let dialect = known.dialect.clone();
        match patiently(wire, async || attempt(wire, &dialect, &question).await).await {
            Ok(heard) => {
                learned(wire, known, &heard);
                return Ok(());
            }
            Err(RequestError::Downgrade(lesson)) => known.dialect.follow(lesson),
            // A filter that minds this one minds others as well; whether all is for the study to show.
            Err(RequestError::Refused(said)) => {
                known.notes.push(format!("the provider refused a first small question: {said}"));
                return Ok(());
            }
            Err(trouble) => return Err(refused(wire, known, trouble)),
        }
    }
    let failure = CallFailure::Rejected { message: "it takes none of the usual parameters".to_owned() };
    Err(refused(wire, known, RequestError::Question(failure)))
}

fn learned(wire: &Wire, known: &mut ServerCapabilities, heard: &Heard) {
    known.streams = heard.streamed;
    known.usage = heard.answer.usage;
    known.tells_usage = known.usage.prompt.is_some() && known.usage.completion.is_some();
    known.notes.extend(known.dialect.left_out.iter().map(|parameter| parameter.note().to_owned()));
    if wire.options.stream && !known.streams {
        known.notes.push("the server ignores `stream`: the time to the first token is not known".to_owned());
    }
    if !known.tells_usage {
        known.notes.push("the server does not tell the number of tokens".to_owned());
    }
}

/// Why a study cannot start.
fn refused(wire: &Wire, known: &ServerCapabilities, trouble: RequestError) -> BackendError {
    let of = wire.endpoint.url.clone();
    let given_up = |last| BackendError::GivenUp { of: wire.endpoint.url.clone(), questions: 1, last };
    match trouble {
        RequestError::Backend(BackendError::UnknownModel { url, model, message, .. }) => {
            BackendError::UnknownModel { url, model, message, there: known.models.clone() }
        }
        RequestError::Backend(error) => error,
        RequestError::Transient(passing) if passing.unreachable => {
            BackendError::Unreachable { url: of, message: passing.message }
        }
        RequestError::Transient(passing) => given_up(passing.failure(wire.options.retries + 1)),
        RequestError::Question(failure) => given_up(failure),
        RequestError::Refused(message) => given_up(CallFailure::Rejected { message }),
        RequestError::Downgrade(_) => {
            given_up(CallFailure::Rejected { message: "it takes none of the usual parameters".to_owned() })
        }
    }
}
