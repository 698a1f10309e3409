//! Any server that speaks OpenAI's protocol, asked over HTTP: llama-server, Ollama, vLLM, LM Studio, hosted services.
//!
//! ```text
//! Endpoint + ClientOptions -> handshake -> ServerCapabilities
//! questions -> ask: RateLimiter, Counter -> attempt -> stream | body -> Reply
//!                        ^------ RequestError: wait, leave a parameter out, or fail
//! ```
//!
//! - Keys come from the environment, are never written, and are struck out of whatever a server sends back.
//! - Answers are streamed, so that the time to the first token is measured; a server that ignores `stream` is read too.
//! - The number of requests in flight grows while the server answers and halves when it says that it has too much.
//! - Only the questions in hand are held in memory; each reply is handed over at once.
//! - Likelihoods come only over a route that the handshake has tried with texts whose order is known.
//!
//! One thread asks (`tokio`, `reqwest`); the caller's own thread reads questions and keeps replies, so that a slow
//! disk does not show in the timings.

mod address;
mod ask;
mod attempt;
mod backend;
mod backoff;
mod body;
mod capabilities;
mod dialect;
mod handshake;
mod likelihood;
mod next_token;
mod parse;
mod probe;
mod rate_limiter;
mod request_error;
mod request_loop;
mod route;
mod secret;
mod settings;
mod stream;
mod wire;

#[cfg(test)]
mod tests;

mod server;

pub use backend::EndpointBackend;
pub use server::Server;

pub use capabilities::{Facts, LikelihoodRoute, Needs, ServerCapabilities};
pub use dialect::{Dialect, Parameter};
pub use settings::{Api, ClientOptions, Endpoint, Header, HeaderValue};
