//! `lagom completions`: what a shell needs to complete the command line.

use std::process::ExitCode;

use clap::CommandFactory;
use clap_complete::Shell;

use super::cli_error::CliError;
use super::{Cli, printer};

const EXAMPLES: &str = "\
Examples:
  lagom completions bash > ~/.local/share/bash-completion/completions/lagom
  lagom completions zsh > ~/.zfunc/_lagom
  lagom completions fish > ~/.config/fish/completions/lagom.fish";

/// Write the completions of the command line for a shell.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The shell to write for.
    shell: Shell,
}

/// Writes the completions to standard output.
///
/// # Errors
/// They can't be written.
pub(crate) fn perform(args: &Args) -> Result<ExitCode, CliError> {
    let mut bytes = Vec::new();
    let whole = Cli::command();
    let shown = whole.get_subcommands().filter(|verb| !verb.is_hide_set()).cloned();
    let mut command = clap::Command::new("lagom").args(whole.get_arguments().cloned()).subcommands(shown);
    clap_complete::generate(args.shell, &mut command, "lagom", &mut bytes);
    printer::answer_bytes(&bytes)?;
    Ok(ExitCode::SUCCESS)
}
