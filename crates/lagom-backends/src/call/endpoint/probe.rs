//! Requests of lagom's own, before the study's questions: with patience, and within the budget.

use super::super::counter::Counter;
use super::super::{BackendError, Estimate, Usage};
use super::backoff;
use super::request_error::RequestError;
use super::wire::Wire;

/// Tokens of each text whose likelihood is tried, generously.
const PROBE: u64 = 64;

/// Tries until there is an answer, or none after all retries.
pub(super) async fn patiently<T>(
    wire: &Wire,
    mut once: impl AsyncFnMut() -> Result<T, RequestError>,
) -> Result<T, RequestError> {
    let mut attempt = 1;
    loop {
        match once().await {
            Err(RequestError::Transient(passing))
                if attempt <= wire.options.retries && !passing.unreachable && !passing.hopeless =>
            {
                let asked = passing.wait.unwrap_or_default().min(wire.options.longest_wait);
                tokio::time::sleep(backoff::wait(&wire.options, 0, attempt).max(asked)).await;
                attempt += 1;
            }
            other => return other,
        }
    }
}

/// One attempt at a route to likelihoods, if there is money for it; each of its requests, `most` of them, reads a short text and
/// writes a token. Counted whatever comes of it.
pub(super) async fn probe<T>(
    wire: &Wire,
    most: u64,
    once: impl Future<Output = Result<T, RequestError>>,
) -> Result<T, RequestError> {
    let cost = |requests: u64| {
        let tokens = Usage { prompt: Some(PROBE * requests), cached: None, completion: Some(requests), cut: None };
        (tokens, wire.endpoint.price.map_or(0.0, |price| price.of(requests as f64, &tokens)))
    };
    let next = Estimate { money: cost(most).1, ..Estimate::default() };
    afford(wire, &Counter::new(wire.endpoint.price, wire.left()), &next)?;
    let before = wire.used().calls;
    let found = once.await;
    let (tokens, money) = cost(wire.used().calls - before);
    wire.used().pay(&tokens, money);
    found
}

/// That there is money for it; calls are counted as they are sent.
pub(super) fn afford(wire: &Wire, counter: &Counter, next: &Estimate) -> Result<(), RequestError> {
    if !counter.exceeds(next) || counter.lacks_calls(next) {
        return Ok(());
    }
    let (limit, spent) = (wire.options.most.money.unwrap_or(0.0), wire.used().money);
    Err(RequestError::Backend(BackendError::Money { limit, spent, next: next.money }))
}
