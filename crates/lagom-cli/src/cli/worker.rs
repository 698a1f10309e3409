//! `lagom worker`: one job, in a process of its own.

use std::io::{BufRead, Read};
use std::process::ExitCode;

use lagom::child;
use lagom::trial::{Job, perform as do_job};

use super::cli_error::{CliError, SYSTEM};
use super::{printer, stop};

/// Reads one job as a JSON line, does it and writes one report as a JSON line.
///
/// # Errors
/// The line is no job, or nobody takes the report.
pub(crate) fn perform() -> Result<ExitCode, CliError> {
    child::end_with_parent();
    let mut line = String::new();
    let read = std::io::stdin().lock().read_line(&mut line);
    read.map_err(|error| CliError::system(format!("worker: cannot read the job: {error}")))?;
    let job: Job = serde_json::from_str(&line).map_err(|error| {
        CliError::system(format!("worker: not a job: {error}; `lagom run` starts its workers itself"))
    })?;
    let ended = std::thread::Builder::new().spawn(end_with_parent);
    ended.map_err(|error| CliError::system(format!("worker: cannot start a thread: {error}")))?;
    stop::survive_full_files();
    let report = do_job(job);
    let mut text = serde_json::to_string(&report)
        .map_err(|error| CliError::system(format!("worker: cannot write the report: {error}")))?;
    text.push('\n');
    printer::answer(&text)?;
    Ok(ExitCode::SUCCESS)
}

/// Ends the process when standard input closes: the parent is gone or has stopped.
fn end_with_parent() {
    let mut rest = [0_u8; 64];
    let mut input = std::io::stdin().lock();
    while matches!(input.read(&mut rest), Ok(1..)) {}
    std::process::exit(i32::from(SYSTEM));
}
