//! `lagom gguf-worker`: the model of one GGUF file, in a process of its own.

use std::process::ExitCode;
use std::sync::mpsc::{Sender, channel};

use lagom::call::gguf::{Reply, serve};
use lagom::measure::peak_memory;

use super::cli_error::CliError;
use super::printer;

/// Reads a setup and then questions, a JSON line each, and writes a JSON line for each of them.
///
/// # Errors
/// Nobody takes an answer.
pub(crate) fn perform() -> Result<ExitCode, CliError> {
    lagom::child::end_with_parent();
    let (sender, lines) = channel();
    let reading = std::thread::Builder::new().spawn(move || hand_over(&sender));
    reading.map_err(|error| CliError::system(format!("gguf-worker: no thread could be started: {error}")))?;
    let mut reply = |reply: &Reply| {
        let mut line = serde_json::to_vec(reply)?;
        line.push(b'\n');
        printer::answer_bytes(&line).map_err(|_| std::io::Error::other("standard output is closed"))
    };
    serve(&mut lines.into_iter(), &mut reply, &peak_memory)
        .map_err(|error| CliError::system(format!("gguf-worker: {error}")))?;
    Ok(ExitCode::SUCCESS)
}

/// Hands over the lines of standard input, and ends the process when it closes: the parent has all that it wanted, has
/// stopped or is gone. Whatever is still computed is for nobody.
fn hand_over(sender: &Sender<String>) {
    for line in std::io::stdin().lines().map_while(Result::ok) {
        if sender.send(line).is_err() {
            break;
        }
    }
    std::process::exit(0);
}
