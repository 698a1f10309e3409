//! The worker's side of a trial, as `lagom worker` does it: so that the bench needs no other program.

use std::error::Error;
use std::io::{BufRead, Read, Write};

use lagom::trial::{Job, perform};

/// Does the job on standard input and writes its report to standard output, a JSON line each.
pub(crate) fn serve() -> Result<(), Box<dyn Error>> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    let job: Job = serde_json::from_str(&line)?;
    std::thread::spawn(end_with_parent);
    let mut report = serde_json::to_string(&perform(job))?;
    report.push('\n');
    std::io::stdout().write_all(report.as_bytes())?;
    Ok(())
}

/// Ends the process when standard input closes: the parent is gone.
fn end_with_parent() {
    let mut rest = [0_u8; 64];
    let mut input = std::io::stdin().lock();
    while matches!(input.read(&mut rest), Ok(1..)) {}
    std::process::exit(2);
}
