//! `lagom`: do I need the bigger model?
//!
//! The program around the library `lagom`: verbs, progress and exit codes. It knows no statistics.

mod cli;

/// Faster than the system's, and the same on every platform.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    cli::main()
}
