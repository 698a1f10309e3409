//! Commands in a study: shown, and asked about once, before they are run.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use lagom::run::Prepared;
use lagom::secret::masked_source;
use lagom::study::Backend;

use super::cli_error::CliError;
use super::files::word;
use super::printer;

/// What is to be done about the commands of a study.
#[derive(Debug, PartialEq, Eq)]
enum Next {
    Run,
    /// Run them and remember that they may be.
    Remember,
    /// Nobody can be asked: they are told.
    Tell,
    Ask,
}

/// Asks before the programs of a study are started that was not run here before: whoever wrote it decides what they do.
///
/// Who has said yes once to these commands of this file is not asked again. Without a terminal there is nobody to ask; they are named.
///
/// # Errors
/// The answer is no.
pub(crate) fn allowed(prepared: &Prepared, study: &Path, yes: bool) -> Result<(), CliError> {
    let commands: Vec<&Vec<String>> = prepared
        .study
        .candidates
        .iter()
        .filter_map(|called| if let Backend::Command { words, .. } = &called.backend { Some(words) } else { None })
        .collect();
    if commands.is_empty() {
        return Ok(());
    }
    let shown: Vec<String> = commands
        .iter()
        .map(|words| words.iter().map(|one| word(one)).collect::<Vec<String>>().join(" "))
        .map(|line| format!("  {}", masked_source(&line)))
        .collect();
    let told = format!("This study runs on this machine, as you:\n{}", shown.join("\n"));
    let whole = (fs::canonicalize(study).unwrap_or_else(|_| study.to_owned()), &commands);
    let mark = blake3::hash(format!("{whole:?}").as_bytes()).to_hex().to_string();
    match next(is_known(&mark), yes, printer::can_ask()) {
        Next::Run => return Ok(()),
        Next::Tell => {
            printer::note(&told);
            return Ok(());
        }
        Next::Remember => {}
        Next::Ask => {
            if !printer::confirmed(&format!("{told}\nDo you know what they do? Go on? [y/N] ")) {
                return Err(CliError::user(
                    "not confirmed; nothing was started",
                    "read the study and the programs that it names; `lagom check` starts none of them",
                ));
            }
        }
    }
    remember(&mark);
    Ok(())
}

fn next(known: bool, yes: bool, can_ask: bool) -> Next {
    match (known, yes, can_ask) {
        (true, ..) => Next::Run,
        (_, true, _) => Next::Remember,
        (_, _, true) => Next::Ask,
        _ => Next::Tell,
    }
}

/// Where is kept which commands may run: in the folder for the state of programs (XDG Base Directory Specification).
fn book() -> Option<PathBuf> {
    let state = std::env::var_os("XDG_STATE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let home = || Some(PathBuf::from(std::env::var_os("HOME")?).join(".local/state"));
    Some(state.or_else(home)?.join("lagom/commands"))
}

fn is_known(mark: &str) -> bool {
    let text = book().and_then(|path| fs::read_to_string(path).ok()).unwrap_or_default();
    text.lines().any(|line| line == mark)
}

/// That it can't be written down is no fault: it is asked again then.
fn remember(mark: &str) {
    let Some(path) = book() else { return };
    let made = path.parent().map_or(Ok(()), fs::create_dir_all);
    let opened = made.and_then(|()| fs::OpenOptions::new().create(true).append(true).open(path));
    let _ = opened.and_then(|mut file| writeln!(file, "{mark}"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_said_yes_once_is_not_asked_again_and_where_nobody_is_the_commands_are_told() {
        assert_eq!((next(true, false, true), next(true, false, false)), (Next::Run, Next::Run));
        assert_eq!((next(false, true, true), next(false, true, false)), (Next::Remember, Next::Remember));
        assert_eq!((next(false, false, true), next(false, false, false)), (Next::Ask, Next::Tell));
    }
}
