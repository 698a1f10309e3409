//! `lagom explain`: what the keys of a study are for.

use std::process::ExitCode;

use lagom::probe::registries;
use lagom::study::{KeyHelp, explain, reference, tables};

use super::cli_error::CliError;
use super::layout::{facts, wrap};
use super::printer;

const EXAMPLES: &str = "\
Examples:
  lagom explain                 every key, table by table
  lagom explain margin          one key
  lagom explain good-enough     all keys of a table
  lagom explain task.ignore     the key of one table, where several have it";

/// Say what a key of study.toml is for, what it may be, and what holds without it.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// A key or a table of study.toml; without one all keys are listed.
    key: Option<String>,
}

/// Writes what the keys are for to standard output.
///
/// # Errors
/// There is no such key.
pub(crate) fn perform(args: &Args) -> Result<ExitCode, CliError> {
    let registries = registries();
    let width = printer::width();
    let text = match &args.key {
        None => listed(&reference(&registries), width),
        Some(key) => {
            let found = explain(key, &registries).map_err(|near| {
                let hint = match near {
                    Some(near) => format!("did you mean `{near}`? `lagom explain` lists all keys"),
                    None => "`lagom explain` lists all keys".to_owned(),
                };
                CliError::user(format!("study.toml has no key or table `{key}`"), hint)
            })?;
            explained(&found, width)
        }
    };
    printer::answer(&text)?;
    Ok(ExitCode::SUCCESS)
}

/// Every table with its keys.
fn listed(keys: &[KeyHelp], width: usize) -> String {
    let mut text = String::new();
    for (table, _) in tables() {
        let names: Vec<&str> = keys.iter().filter(|key| key.section == table).map(|key| key.name).collect();
        text.push_str(&format!("{}\n", heading(table)));
        wrap(&names.join(" "), width.saturating_sub(2)).iter().for_each(|line| text.push_str(&format!("  {line}\n")));
    }
    text.push_str("\n`lagom explain KEY` says more.\n");
    text
}

/// Each key with what it means, what it may be, and what holds without it.
fn explained(keys: &[KeyHelp], width: usize) -> String {
    let one = |key: &KeyHelp| {
        let default = if key.default.words == "–" { "none".to_owned() } else { key.default.words.clone() };
        let told = [("meaning", key.meaning.clone()), ("values", key.values.clone()), ("default", default)];
        format!("{} {}\n", heading(key.section), key.name) + &facts(&told, width)
    };
    keys.iter().map(one).collect::<Vec<String>>().join("\n")
}

fn heading(table: &str) -> String {
    if table == "candidate" { "[[candidate]]".to_owned() } else { format!("[{table}]") }
}
