//! Many questions: the caller's own thread gives them and keeps what comes, another one asks.
//!
//! ```text
//! caller's thread:  questions -> inbox          events -> keep
//! asking thread:    inbox -> under way -> settle -> events
//!                              ^-- waiting <--'
//! ```

use std::sync::mpsc::{Receiver, channel};

use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use super::super::{BackendError, Flow, Question, Reply, Stop, UsageSummary};
use super::capabilities::ServerCapabilities;
use super::request_loop::{Event, RequestLoop};
use super::wire::Wire;

/// Asks all of `questions` over `wire`.
pub(super) fn ask(
    wire: Wire,
    known: &ServerCapabilities,
    questions: &mut dyn Iterator<Item = (usize, Question)>,
    keep: &mut dyn FnMut(Reply) -> Flow,
    stop: &Stop,
) -> Result<UsageSummary, BackendError> {
    let runtime = runtime()?;
    let (events, listener) = channel();
    let (outbox, inbox) = unbounded_channel();
    // The caller's own wish to stop is told to the asking thread by the same means as Ctrl-C is.
    let enough = Stop::default();
    let drive = RequestLoop::new(wire, known, events, [stop.clone(), enough.clone()]);
    std::thread::scope(|scope| {
        let asking = std::thread::Builder::new()
            .name("lagom asks".to_owned())
            .spawn_scoped(scope, move || {
                let result = runtime.block_on(drive.run(inbox));
                // A look-up of a name that hangs is not waited for.
                runtime.shutdown_background();
                result
            })
            .map_err(|error| BackendError::Machinery { message: error.to_string() })?;
        serve(&listener, outbox, questions, &mut |reply| match keep(reply) {
            // Pressed once: twice would mean that nothing under way is waited for.
            Flow::Stop if !enough.is_pressed() => enough.press(),
            Flow::Stop | Flow::Continue => {}
        });
        asking.join().unwrap_or_else(|_| Err(BackendError::Machinery { message: "the asking thread died".to_owned() }))
    })
}

/// Gives questions and takes replies until the asking thread has ended.
fn serve(
    listener: &Receiver<Event>,
    outbox: UnboundedSender<Option<(usize, Question)>>,
    questions: &mut dyn Iterator<Item = (usize, Question)>,
    keep: &mut dyn FnMut(Reply),
) {
    for event in listener {
        match event {
            // A thread that has ended reads nothing more; nothing is lost, for nothing was asked.
            Event::Want => drop(outbox.send(questions.next())),
            Event::Reply(reply) => keep(*reply),
        }
    }
}

/// What drives requests on one thread.
pub(super) fn runtime() -> Result<tokio::runtime::Runtime, BackendError> {
    tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .enable_time()
        .build()
        .map_err(|error| BackendError::Machinery { message: error.to_string() })
}
