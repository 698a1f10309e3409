//! The worker's loop: questions in, answers out.

use std::io;

use llama_cpp_2::llama_backend::LlamaBackend;

use super::super::super::{CallFailure, Question};
use super::super::{Reply, Setup, Unable};
use super::load::{Engine, load};

/// Loads the model that the first of `lines` names and answers the questions in the others, in their order, until
/// there are no more. `reply` writes one line; `peak_memory` tells the highest resident memory of this process in
/// bytes. Only one such loop may run in a process.
///
/// # Errors
/// A reply can't be written: nobody listens any more.
pub fn serve(
    lines: &mut dyn Iterator<Item = String>,
    reply: &mut dyn FnMut(&Reply) -> io::Result<()>,
    peak_memory: &dyn Fn() -> u64,
) -> io::Result<()> {
    let Some(first) = lines.next() else { return Ok(()) };
    let unable = |message: String| Reply::Unable(Unable::Load(message));
    let setup: Setup = match serde_json::from_str(&first) {
        Ok(setup) => setup,
        Err(error) => return reply(&unable(format!("found no setup: {error}"))),
    };
    let backend = match LlamaBackend::init() {
        Ok(backend) => backend,
        Err(error) => return reply(&unable(error.to_string())),
    };
    let started = std::time::Instant::now();
    let model = match load(&backend, &setup) {
        Ok(model) => model,
        Err(message) => return reply(&unable(message)),
    };
    let mut engine = match Engine::new(&backend, &model, &setup) {
        Ok(engine) => engine,
        Err(message) => return reply(&unable(message)),
    };
    reply(&Reply::Ready(engine.loaded(started.elapsed().as_secs_f64(), peak_memory())))?;
    for line in lines {
        let answer = match serde_json::from_str::<Question>(&line) {
            Ok(question) if question.continuations.is_empty() => engine.generate(&question),
            Ok(question) => engine.likelihoods(&question),
            Err(error) => Err(CallFailure::Rejected { message: format!("found no question: {error}") }),
        };
        reply(&match answer {
            Ok(answer) => Reply::Answer(answer, peak_memory()),
            Err(failure) => Reply::Failure(failure),
        })?;
    }
    Ok(())
}
