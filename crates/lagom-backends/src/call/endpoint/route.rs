//! Which route to likelihoods a server has.

use super::super::BackendError;
use super::capabilities::{LikelihoodRoute, ServerCapabilities};
use super::probe::{patiently, probe};
use super::request_error::RequestError;
use super::wire::Wire;
use super::{likelihood, next_token};

/// Tries the routes; which one works, or why none does.
pub(super) async fn find(wire: &Wire, known: &ServerCapabilities) -> Result<LikelihoodRoute, BackendError> {
    // A text, and for each of its two ends what it takes to score one.
    let echo = match patiently(wire, async || probe(wire, 5, likelihood::try_echo(wire)).await).await {
        Ok(Ok(route)) => return Ok(route),
        Ok(Err(why)) => why,
        Err(trouble) => told(trouble)?,
    };
    let mut why = format!("`/v1/completions` with `echo`: {echo}");
    if known.server.as_deref().is_some_and(|server| server.starts_with("llama.cpp")) {
        match patiently(wire, async || probe(wire, 1, next_token::try_route(wire)).await).await {
            Ok(Ok(())) => return Ok(LikelihoodRoute::NextToken),
            Ok(Err(next)) => why += &format!("; `/completion` with `n_probs`: {next}"),
            Err(trouble) => why += &format!("; `/completion` with `n_probs`: {}", told(trouble)?),
        }
    }
    Ok(LikelihoodRoute::Refused { why })
}

/// What a trouble says of a route; an error where nothing more can be asked at all.
fn told(trouble: RequestError) -> Result<String, BackendError> {
    match trouble {
        RequestError::Backend(
            error @ (BackendError::Unauthorised { .. }
            | BackendError::Certificate { .. }
            | BackendError::Calls { .. }
            | BackendError::Money { .. }),
        ) => Err(error),
        RequestError::Backend(error) => Ok(error.to_string()),
        RequestError::Question(failure) => Ok(failure.to_string()),
        RequestError::Transient(passing) => Ok(passing.message),
        RequestError::Refused(message) => Ok(message),
        RequestError::Downgrade(_) => Ok("a parameter is refused".to_owned()),
    }
}
