//! How often the verdict is right, on data whose answer is known beforehand.
//!
//! ```text
//! cargo bench --bench verdicts -- trained                      four studies of each kind, with real training
//! cargo bench --bench verdicts -- trained --kind staircase --studies 20 --seed 7
//! ```

#[path = "verdicts/trained/mod.rs"]
mod trained;
#[path = "verdicts/worker.rs"]
mod worker;

use std::process::ExitCode;

/// A section of the bench: its name, and what it does with the arguments after the name.
type Section = (&'static str, fn(&[String]) -> Result<(), Box<dyn std::error::Error>>);

const SECTIONS: [Section; 1] = [("trained", trained::run)];

fn main() -> ExitCode {
    // Cargo adds a flag of its own.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    // The library starts its workers as this program with this argument.
    if arguments.first().is_some_and(|first| first == "worker") {
        return ended(worker::serve());
    }
    let named = arguments.first().filter(|first| !first.starts_with("--"));
    let wanted: Vec<&Section> = SECTIONS.iter().filter(|(name, _)| named.is_none_or(|named| named == name)).collect();
    if wanted.is_empty() {
        let names: Vec<&str> = SECTIONS.iter().map(|(name, _)| *name).collect();
        return ended(Err(format!("no such section; choose among {}", names.join(", ")).into()));
    }
    let rest = &arguments[usize::from(named.is_some())..];
    ended(wanted.iter().try_for_each(|(_, section)| section(rest)))
}

fn ended(result: Result<(), Box<dyn std::error::Error>>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
