//! Where text goes: answers to standard output, everything else to standard error.

use std::io::{BufRead, ErrorKind, IsTerminal, Write};

use lagom::report::clean;

use super::cli_error::CliError;

/// Width of text where standard output is no terminal.
const WIDTH: usize = 100;
/// Prose is not wider than this.
const PROSE: usize = 100;
/// Faults that are told; more are counted.
const SHOWN: usize = 20;
/// No terminal is taken to be narrower or wider than this.
const BOUNDS: (usize, usize) = (40, 160);

/// Writes an answer to standard output. A reader that has gone (`lagom … | head`) is no fault.
///
/// # Errors
/// It can't be written, for instance because a disk is full.
pub(crate) fn answer(text: &str) -> Result<(), CliError> {
    answer_bytes(clean(text).as_bytes())
}

/// As [`answer`], for bytes.
///
/// # Errors
/// As [`answer`].
pub(crate) fn answer_bytes(bytes: &[u8]) -> Result<(), CliError> {
    let mut out = std::io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(CliError::user(
            format!("cannot write to standard output: {error}"),
            "free some space, or write elsewhere",
        )),
        _ => Ok(()),
    }
}

/// Writes a line to standard error.
pub(crate) fn note(line: &str) {
    // Nothing can be done, and nobody told, where standard error is closed.
    let _ = writeln!(std::io::stderr().lock(), "{}", clean(line));
}

/// Writes every fault with its hint to standard error.
pub(crate) fn problem(problem: &CliError) {
    let mut text = String::new();
    for fault in problem.faults.iter().take(SHOWN) {
        text.push_str(&format!("{}: {}\n", problem.called, fault.message));
        if let Some(hint) = &fault.hint {
            text.push_str(&format!("  hint: {hint}\n"));
        }
    }
    if problem.faults.len() > SHOWN {
        text.push_str(&format!("and {} faults more\n", problem.faults.len() - SHOWN));
    }
    let _ = std::io::stderr().lock().write_all(clean(&text).as_bytes());
}

/// Whether there is somebody at a terminal to ask.
pub(crate) fn can_ask() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

/// Asks somebody at the terminal; whether the answer is yes.
pub(crate) fn confirmed(question: &str) -> bool {
    let _ = write!(std::io::stderr(), "{}", clean(question));
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).is_ok() && matches!(line.trim(), "y" | "Y" | "yes")
}

/// Columns that text on standard output may take: `COLUMNS`, else the terminal's, else 100.
pub(crate) fn width() -> usize {
    let told = std::env::var("COLUMNS").ok().and_then(|text| text.trim().parse::<usize>().ok());
    let seen = || console::Term::stdout().size_checked().map(|(_, columns)| usize::from(columns));
    let terminal = || std::io::stdout().is_terminal().then(seen).flatten();
    told.or_else(terminal).map_or(WIDTH, |width| width.clamp(BOUNDS.0, BOUNDS.1))
}

/// Columns that prose may take: as [`width`], but no line is too long to read.
pub(crate) fn prose() -> usize {
    width().min(PROSE)
}
