//! A small server of OpenAI's protocol for tests, which answers by a script and misbehaves when told to.
//!
//! ```text
//! Script { model, fault, latency, … } -> Server::start -> address, counters
//! ```
//!
//! One thread a connection, connections kept open, nothing random: the same script answers alike whatever the order.
//! The package's own tests, those of the program, and the example `scripted_server` use it.

#![allow(unreachable_pub, reason = "several tests and an example include it")]
#![allow(dead_code, unused_imports, reason = "each test uses another part of it")]
#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod connection;
mod likelihood;
mod model;
mod reply;

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

pub use likelihood::Likelihoods;
pub use model::{Labelled, Model};

/// What one request gets in place of a good answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// A good answer.
    None,
    /// A status, with headers and a body.
    Status(u16, Vec<(&'static str, String)>, String),
    /// 401 with a body that quotes the key it was sent.
    QuotesKey,
    /// 400 if the request has this parameter, in OpenAI's words.
    Refuses(&'static str),
    /// 200 with a body that is not JSON.
    NotJson,
    /// 200 with JSON that is no answer.
    OtherJson,
    /// A stream whose events are not JSON.
    NotJsonStream,
    /// An error inside a stream, after a first piece.
    ErrorInStream,
    /// An answer of so many bytes.
    Huge(usize),
    /// Nothing for so long, then the end of the connection.
    Silence(Duration),
    /// Half of the stream, then the end.
    HalfStream,
    /// Half of the stream, then nothing for so long.
    HalfThenSilence(Duration),
    /// A body shorter than its content length.
    WrongLength,
    /// The end of the connection in place of an answer.
    Reset,
    /// One JSON body although a stream was asked for.
    IgnoresStream,
    /// The same, under the content type of a stream.
    IgnoresStreamUnderItsName,
    /// A text of no letters.
    Empty,
    /// A refusal.
    Refusal,
    /// `content_filter`.
    Filtered,
    /// An answer that was cut off.
    Length,
    /// This text, ended for this reason.
    Says(String, &'static str),
    /// Each piece of the stream is all of the answer so far.
    Cumulative,
    /// No usage.
    NoUsage,
    /// Each piece after such a pause.
    Drip(Duration),
}

/// A request, as a script sees it.
#[derive(Clone, Debug)]
pub struct Request {
    /// How many came before it.
    pub number: u64,
    /// Its path.
    pub path: String,
    /// Its `Authorization`.
    pub authorization: Option<String>,
    /// Its body; null where it has none.
    pub body: serde_json::Value,
}

/// What a server does.
pub struct Script {
    /// What it answers.
    pub model: Model,
    /// The model it has; asked for another, it says 404. Empty: it answers to any name.
    pub name: String,
    /// What it tells of the model under `meta` of `/v1/models`; null: nothing.
    pub meta: serde_json::Value,
    /// What a question gets.
    pub fault: Box<dyn Fn(&Request) -> Fault + Send + Sync>,
    /// What requests of likelihoods get.
    pub likelihoods: Likelihoods,
    /// Before the first token.
    pub latency: Duration,
    /// Whether it encrypts, under a certificate that nobody has signed.
    pub encrypted: bool,
}

impl Default for Script {
    fn default() -> Self {
        Self {
            model: Model::Repeats,
            name: "scripted".to_owned(),
            meta: serde_json::Value::Null,
            fault: Box::new(|_| Fault::None),
            likelihoods: Likelihoods::Honoured,
            latency: Duration::ZERO,
            encrypted: false,
        }
    }
}

impl Script {
    /// A server whose questions get what `fault` says.
    pub fn with(fault: impl Fn(&Request) -> Fault + Send + Sync + 'static) -> Self {
        Self { fault: Box::new(fault), ..Self::default() }
    }

    /// A server whose first `number` questions get `fault`.
    pub fn first(number: u64, fault: Fault) -> Self {
        let seen = AtomicU64::new(0);
        Self::with(move |_| if seen.fetch_add(1, Ordering::SeqCst) < number { fault.clone() } else { Fault::None })
    }
}

/// What has happened.
#[derive(Debug, Default)]
pub struct Counters {
    /// Requests of answers.
    pub questions: AtomicU64,
    /// Good answers.
    pub answers: AtomicU64,
    /// Connections.
    pub connections: AtomicU64,
    /// Questions being answered now.
    pub in_flight: AtomicU64,
    /// Most of them at a time.
    pub most_in_flight: AtomicU64,
}

/// A server that runs until it is dropped.
pub struct Server {
    address: SocketAddr,
    /// What has happened.
    pub counters: Arc<Counters>,
    /// Its certificate, in PEM, if it encrypts.
    pub certificate: Option<String>,
    over: Arc<AtomicBool>,
}

/// What all connections share.
struct Shared {
    script: Script,
    counters: Arc<Counters>,
    over: Arc<AtomicBool>,
    tls: Option<Arc<rustls::ServerConfig>>,
}

impl Server {
    /// Starts a server on a free port of this machine.
    pub fn start(script: Script) -> Self {
        Self::start_at(script, 0)
    }

    /// Starts a server on `port`; 0: a free one.
    pub fn start_at(script: Script, port: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port)).unwrap();
        let address = listener.local_addr().unwrap();
        let (tls, certificate) = if script.encrypted { connection::certificate() } else { (None, None) };
        let (counters, over) = (Arc::new(Counters::default()), Arc::new(AtomicBool::new(false)));
        let shared = Arc::new(Shared { script, counters: counters.clone(), over: over.clone(), tls });
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if shared.over.load(Ordering::SeqCst) {
                    return;
                }
                let Ok(stream) = stream else { continue };
                shared.counters.connections.fetch_add(1, Ordering::SeqCst);
                let shared = shared.clone();
                std::thread::spawn(move || connection::serve(&shared, stream));
            }
        });
        Self { address, counters, certificate, over }
    }

    /// Its address, with `/v1`.
    pub fn url(&self) -> String {
        let scheme = if self.certificate.is_some() { "https" } else { "http" };
        format!("{scheme}://localhost:{}/v1", self.address.port())
    }

    /// How many questions came.
    pub fn questions(&self) -> u64 {
        self.counters.questions.load(Ordering::SeqCst)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.over.store(true, Ordering::SeqCst);
        // Wakes the thread that waits for connections.
        let _ = TcpStream::connect(self.address);
    }
}
