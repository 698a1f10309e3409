//! One connection: requests in, answers and faults out.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::reply::{self, Answer};
use super::{Fault, Request, Shared, likelihood};

/// Something bytes go through.
trait Stream: Read + Write + Send {}
impl<S: Read + Write + Send> Stream for S {}

/// A certificate that nobody has signed, for `localhost`, and how to serve under it.
pub(super) fn certificate() -> (Option<Arc<rustls::ServerConfig>>, Option<String>) {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    (Some(Arc::new(config)), Some(made.cert.pem()))
}

/// Answers until the other side, or a fault, ends it. An error of the connection is the other side's business.
pub(super) fn serve(shared: &Shared, stream: TcpStream) {
    let _ = stream.set_nodelay(true);
    let stream: Box<dyn Stream> = match &shared.tls {
        None => Box::new(stream),
        Some(config) => {
            let connection = rustls::ServerConnection::new(config.clone()).unwrap();
            Box::new(rustls::StreamOwned::new(connection, stream))
        }
    };
    let mut stream = BufReader::new(stream);
    while let Some(request) = read(shared, &mut stream) {
        match answer(shared, &request, stream.get_mut().as_mut()) {
            Ok(true) if !shared.over.load(Ordering::SeqCst) => {}
            _ => return,
        }
    }
}

fn read(shared: &Shared, stream: &mut BufReader<Box<dyn Stream>>) -> Option<Request> {
    let mut line = String::new();
    stream.read_line(&mut line).ok().filter(|read| *read > 0)?;
    let path = line.split(' ').nth(1)?.to_owned();
    let (mut length, mut authorization) = (0, None);
    loop {
        line.clear();
        stream.read_line(&mut line).ok().filter(|read| *read > 0)?;
        let text = line.trim_end();
        if text.is_empty() {
            break;
        }
        let (name, value) = text.split_once(':')?;
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.trim().parse().ok()?,
            "authorization" => authorization = Some(value.trim().to_owned()),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    let body = serde_json::from_slice(&body).unwrap_or_default();
    let number = shared.counters.questions.load(Ordering::SeqCst);
    Some(Request { number, path, authorization, body })
}

/// Whether the connection goes on.
fn answer(shared: &Shared, request: &Request, out: &mut dyn Stream) -> std::io::Result<bool> {
    let script = &shared.script;
    match request.path.as_str() {
        "/v1/models" => return plain(out, 200, &[], &reply::models(script)).map(|()| true),
        "/props" | "/tokenize" | "/completion" => {
            let (status, body) = likelihood::of_llama(script, request);
            return plain(out, status, &[], &body).map(|()| true);
        }
        "/v1/chat/completions" | "/v1/completions" => {}
        _ => return plain(out, 404, &[], "404 page not found").map(|()| true),
    }
    let counters = &shared.counters;
    counters.questions.fetch_add(1, Ordering::SeqCst);
    let now = counters.in_flight.fetch_add(1, Ordering::SeqCst) + 1;
    counters.most_in_flight.fetch_max(now, Ordering::SeqCst);
    let fault = (script.fault)(request);
    let result = question(shared, request, &fault, out);
    counters.in_flight.fetch_sub(1, Ordering::SeqCst);
    result
}

fn question(shared: &Shared, request: &Request, fault: &Fault, out: &mut dyn Stream) -> std::io::Result<bool> {
    let script = &shared.script;
    if let Some((status, headers, body)) = reply::refusal(script, request, fault) {
        return plain(out, status, &headers, &body).map(|()| true);
    }
    if request.body["echo"] == true {
        let (status, body) = likelihood::echo(script, request);
        return plain(out, status, &[], &body).map(|()| true);
    }
    wait(shared, script.latency);
    match fault {
        Fault::NotJson => return plain(out, 200, &[], "<html>it works</html>").map(|()| true),
        Fault::OtherJson => return plain(out, 200, &[], r#"{"ok":true}"#).map(|()| true),
        Fault::Huge(bytes) => return huge(out, *bytes).map(|()| false),
        Fault::Reset => return Ok(false),
        Fault::Silence(time) => {
            wait(shared, *time);
            return Ok(false);
        }
        Fault::WrongLength => {
            let body = reply::body(&Answer::of(script, request, fault), request);
            write!(
                out,
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
                body.len() + 9
            )?;
            out.write_all(body.as_bytes())?;
            out.flush()?;
            return Ok(false);
        }
        _ => {}
    }
    let answer = Answer::of(script, request, fault);
    shared.counters.answers.fetch_add(1, Ordering::SeqCst);
    let kind = if *fault == Fault::IgnoresStreamUnderItsName { "text/event-stream" } else { "application/json" };
    if matches!(fault, Fault::IgnoresStream | Fault::IgnoresStreamUnderItsName) || request.body["stream"] != true {
        return head_and_body(out, 200, kind, &[], &reply::body(&answer, request)).map(|()| true);
    }
    stream(shared, &reply::events(&answer, request, fault), fault, out)
}

/// Sends a stream, or what the fault leaves of it; whether the connection goes on.
fn stream(shared: &Shared, events: &[String], fault: &Fault, out: &mut dyn Stream) -> std::io::Result<bool> {
    let pause = if let Fault::Drip(pause) = fault { *pause } else { Duration::ZERO };
    let half = matches!(fault, Fault::HalfStream | Fault::HalfThenSilence(_));
    let shown = if half { events.len() / 2 } else { events.len() };
    let mut bytes =
        b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
    for event in &events[..shown] {
        let data = format!("data: {event}\n\n");
        bytes.extend_from_slice(format!("{:x}\r\n{data}\r\n", data.len()).as_bytes());
        if pause > Duration::ZERO {
            out.write_all(&bytes)?;
            out.flush()?;
            bytes.clear();
            wait(shared, pause);
        }
    }
    if !matches!(fault, Fault::HalfThenSilence(_)) {
        bytes.extend_from_slice(b"0\r\n\r\n");
    }
    out.write_all(&bytes)?;
    out.flush()?;
    if let Fault::HalfThenSilence(time) = fault {
        wait(shared, *time);
        return Ok(false);
    }
    Ok(true)
}

fn huge(out: &mut dyn Stream, bytes: usize) -> std::io::Result<()> {
    write!(out, "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {bytes}\r\n\r\n{{\"a\":\"")?;
    let part = vec![b'a'; 1 << 16];
    let mut left = bytes.saturating_sub(6);
    while left > 0 {
        let now = left.min(part.len());
        out.write_all(&part[..now])?;
        left -= now;
    }
    out.flush()
}

fn plain(out: &mut dyn Stream, status: u16, headers: &[(&'static str, String)], body: &str) -> std::io::Result<()> {
    head_and_body(out, status, "application/json", headers, body)
}

fn head_and_body(
    out: &mut dyn Stream,
    status: u16,
    kind: &str,
    headers: &[(&'static str, String)],
    body: &str,
) -> std::io::Result<()> {
    let mut text = format!("HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\ncontent-length: {}\r\n", body.len());
    for (name, value) in headers {
        text += &format!("{name}: {value}\r\n");
    }
    text += "\r\n";
    text += body;
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// Waits, but not beyond the end of the server.
fn wait(shared: &Shared, time: Duration) {
    let until = Instant::now() + time;
    while Instant::now() < until && !shared.over.load(Ordering::SeqCst) {
        std::thread::sleep((until - Instant::now()).min(Duration::from_millis(50)));
    }
}
