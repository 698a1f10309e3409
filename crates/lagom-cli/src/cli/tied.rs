//! `lagom tied`: a user's program that ends with lagom.

use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode};

use super::cli_error::CliError;

/// The program to become.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The program and its arguments.
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
    words: Vec<OsString>,
}

/// Becomes the program; the wish to end with the process that started this one outlives that (prctl(2), PR_SET_PDEATHSIG).
///
/// # Errors
/// It can't be started.
pub(crate) fn perform(args: &Args) -> Result<ExitCode, CliError> {
    lagom::child::end_with_parent();
    let Some((program, rest)) = args.words.split_first() else { return Ok(ExitCode::SUCCESS) };
    let error = Command::new(program).args(rest).exec();
    Err(CliError::system(format!("`{}` cannot be started: {error}", program.display())))
}
