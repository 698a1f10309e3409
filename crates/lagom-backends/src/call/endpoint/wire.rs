//! Requests and bytes: the HTTP client with its limits of time and size.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use reqwest::{Client, RequestBuilder};
use serde_json::Value;
use tokio::time::{Instant, timeout, timeout_at};

use super::super::{BackendError, Expense, Most};
use super::address::Address;
use super::backoff;
use super::body::{Body, too_large};
use super::dialect::Dialect;
use super::request_error::{Refusal, RequestError, Transient, broken, short};
use super::secret::Secrets;
use super::settings::{ClientOptions, Endpoint};
use crate::input;

/// Most bytes of a refusal that are read.
const REFUSAL: usize = 64 << 10;

/// A connection to one server, with everything that every request needs.
#[derive(Debug)]
pub(super) struct Wire {
    client: Client,
    pub(super) address: Address,
    pub(super) endpoint: Endpoint,
    pub(super) options: ClientOptions,
    secrets: Arc<Secrets>,
    /// What everything that was sent has used.
    used: Arc<Mutex<Expense>>,
    /// Whether it has answered a question of the study.
    met: AtomicBool,
}

impl Wire {
    /// Opens nothing yet; connections come with the first requests and are kept.
    pub(super) fn new(
        endpoint: &Endpoint,
        options: &ClientOptions,
        secrets: &Arc<Secrets>,
        used: &Arc<Mutex<Expense>>,
    ) -> Result<Self, BackendError> {
        let address = Address::of(&endpoint.url)?;
        let builder = Client::builder()
            .tls_backend_preconfigured(trusting(endpoint, &address)?)
            .default_headers(secrets.headers())
            .connect_timeout(options.connect)
            .pool_max_idle_per_host(options.in_flight.max(1))
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("lagom/", env!("CARGO_PKG_VERSION")))
            .http1_only();
        // A proxy of the environment cannot know this machine's own servers.
        let builder = if address.local { builder.no_proxy() } else { builder };
        let client = builder.build().map_err(|error| BackendError::Machinery { message: error.to_string() })?;
        let (endpoint, options, secrets) = (endpoint.clone(), options.clone(), secrets.clone());
        Ok(Self { client, address, endpoint, options, secrets, used: used.clone(), met: AtomicBool::new(false) })
    }

    /// Remembers that it has answered.
    pub(super) fn meet(&self) {
        self.met.store(true, Ordering::Relaxed);
    }

    /// What everything that was sent has used; the caller may add to it.
    pub(super) fn used(&self) -> MutexGuard<'_, Expense> {
        // A number that another thread died over is still a number.
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What may still be used.
    pub(super) fn left(&self) -> Most {
        let used = *self.used();
        Most {
            money: self.options.most.money.map(|most| (most - used.money).max(0.0)),
            calls: self.options.most.calls.map(|most| most.saturating_sub(used.calls)),
        }
    }

    /// Sends `body` to `url`, for an answer of the model, and waits for the head of one that is no refusal. It counts as a call
    /// whatever comes of it, unless there is no connection; beyond the most calls nothing is sent.
    pub(super) async fn post(&self, url: &str, body: &Value, dialect: &Dialect) -> Result<Body, RequestError> {
        if let (Some(0), Some(limit)) = (self.left().calls, self.options.most.calls) {
            return Err(RequestError::Backend(BackendError::Calls { limit, next: 1 }));
        }
        self.used().calls += 1;
        let sent = self.send(self.client.post(url).json(body), url, dialect).await;
        if let Err(RequestError::Transient(Transient { unreachable: true, .. })) = &sent {
            self.used().calls -= 1;
        }
        sent
    }

    /// Sends `body` to a path of the server's own where no model answers.
    pub(super) async fn post_aside(&self, url: &str, body: &Value) -> Result<Body, RequestError> {
        self.send(self.client.post(url).json(body), url, &Dialect::default()).await
    }

    /// The same without a body.
    pub(super) async fn get(&self, url: &str) -> Result<Body, RequestError> {
        self.send(self.client.get(url), url, &Dialect::default()).await
    }

    async fn send(&self, request: RequestBuilder, url: &str, dialect: &Dialect) -> Result<Body, RequestError> {
        let within = self.options.first_byte;
        let response = match timeout(within, request.send()).await {
            Err(_) => return Err(silent("no answer began", within)),
            Ok(Err(error)) => return Err(self.struck(broken(&error, url, "the connection broke"))),
            Ok(Ok(response)) => Body::of(response),
        };
        if response.status().is_success() {
            return Ok(response);
        }
        let status = response.status().as_u16();
        let wait = backoff::asked(response.headers(), SystemTime::now());
        let moved =
            response.headers().get("location").and_then(|to| to.to_str().ok()).map(|to| format!("moved to {to}"));
        // What cannot be read of a refusal does not change its status.
        let body = self.read(response, REFUSAL, None).await.unwrap_or_default();
        let body = moved.unwrap_or_else(|| String::from_utf8_lossy(&body).into_owned());
        Err(self.refusal(url, (status, wait), &body, dialect))
    }

    /// What a refusal with this status, and this wish to be left alone, means.
    pub(super) fn refusal(
        &self,
        url: &str,
        (status, wait): (u16, Option<std::time::Duration>),
        body: &str,
        dialect: &Dialect,
    ) -> RequestError {
        let body = self.secrets.strike_out(body);
        let variable = self.endpoint.key_env.as_deref();
        let (patience, met) = (self.options.patience_of_waits(), self.met.load(Ordering::Relaxed));
        let model = &self.endpoint.model;
        Refusal { url, model, variable, status, wait, body: &body, dialect, patience, met }.trouble()
    }

    /// `text` in one line, without keys.
    pub(super) fn quote(&self, text: &str) -> String {
        short(&self.secrets.strike_out(text))
    }

    /// `text` as it is, without keys.
    pub(super) fn strike_out(&self, text: &str) -> String {
        self.secrets.strike_out(text)
    }

    fn struck(&self, trouble: RequestError) -> RequestError {
        match trouble {
            RequestError::Transient(passing) => {
                RequestError::Transient(Transient { message: self.secrets.strike_out(&passing.message), ..passing })
            }
            other => other,
        }
    }

    /// The next bytes; none at the end. `begun`: whether bytes have come before, which leaves less patience.
    pub(super) async fn next(
        &self,
        response: &mut Body,
        begun: bool,
        until: Instant,
    ) -> Result<Option<Vec<u8>>, RequestError> {
        let within = if begun { self.options.silence } else { self.options.first_byte };
        let deadline = until.min(Instant::now() + within);
        let url = response.url().to_string();
        match timeout_at(deadline, response.chunk()).await {
            Err(_) if deadline == until => Err(silent("the answer did not end", self.options.whole)),
            Err(_) => Err(silent("the answer stopped coming", within)),
            Ok(Err(error)) => Err(match broken(&error, &url, "the answer broke off") {
                RequestError::Transient(passing) => {
                    self.struck(RequestError::Transient(Transient { malformed: true, ..passing }))
                }
                other => other,
            }),
            Ok(Ok(bytes)) => response.unpack(bytes.as_deref(), self.options.answer_bytes),
        }
    }

    /// The whole body, of at most `most` bytes; the first ones may have been read already.
    pub(super) async fn read(
        &self,
        mut response: Body,
        most: usize,
        first: Option<Vec<u8>>,
    ) -> Result<Vec<u8>, RequestError> {
        let until = Instant::now() + self.options.whole;
        let mut body = first.unwrap_or_default();
        loop {
            if body.len() > most {
                return Err(too_large(most));
            }
            match self.next(&mut response, !body.is_empty(), until).await? {
                Some(bytes) => body.extend_from_slice(&bytes),
                None => return Ok(body),
            }
        }
    }

    /// The body as JSON.
    pub(super) async fn json(&self, response: Body) -> Result<Value, RequestError> {
        let body = self.read(response, self.options.answer_bytes, None).await?;
        serde_json::from_slice(&body).map_err(|_| not_json(&self.quote(&String::from_utf8_lossy(&body))))
    }
}

/// A body that is not JSON.
pub(super) fn not_json(body: &str) -> RequestError {
    let found = if body.is_empty() { "nothing".to_owned() } else { format!("`{body}`") };
    Transient::malformed(format!("expected JSON, found {found}"))
}

fn silent(what: &str, within: std::time::Duration) -> RequestError {
    RequestError::Transient(Transient {
        message: format!("{what} within {within:?}"),
        billed: true,
        ..Transient::default()
    })
}

/// Whom to trust: the system's authorities and those of the endpoint.
fn trusting(endpoint: &Endpoint, address: &Address) -> Result<rustls::ClientConfig, BackendError> {
    let machinery = |error: &dyn std::fmt::Display| BackendError::Machinery { message: error.to_string() };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|error| machinery(&error))?;
    if !address.encrypted {
        return Ok(builder.with_root_certificates(rustls::RootCertStore::empty()).with_no_client_auth());
    }
    let own = own_certificates(endpoint)?;
    let verifier =
        rustls_platform_verifier::Verifier::new_with_extra_roots(own, provider).map_err(|error| machinery(&error))?;
    Ok(builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth())
}

fn own_certificates(endpoint: &Endpoint) -> Result<Vec<rustls::pki_types::CertificateDer<'static>>, BackendError> {
    use rustls::pki_types::{CertificateDer, pem::PemObject};
    let Some(path) = &endpoint.certificate else { return Ok(Vec::new()) };
    let fault = |message: String| BackendError::File { path: path.clone(), message };
    let bytes = input::bytes(path, input::STUDY_BYTES).map_err(|error| fault(error.into_io().to_string()))?;
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&bytes).collect();
    match found {
        Ok(found) if !found.is_empty() => Ok(found),
        Ok(_) => Err(fault("holds no certificate; expected a PEM file with `-----BEGIN CERTIFICATE-----`".to_owned())),
        Err(error) => Err(fault(format!("cannot be read as PEM: {error}"))),
    }
}
