//! From files to results: which reader, and in what order.

use std::path::{Path, PathBuf};

use super::error::ScoresError;
use super::files;
use super::finish::finish;
use super::gather::Gather;
use super::lm_eval::{self, Means};
use super::sniff::{Kind, sniff};
use super::table::Facts;
use super::table::{self, Labels};
use super::types::{ImportOptions, Results, Source};
use super::{helm, inspect, promptfoo};

/// Reads results that other tools measured.
///
/// Each file's format is recognised by its content unless `reading.source` names it. Where some files hold scores of
/// single examples and others only means, the means are left out, with a note: files of results beside
/// lm-evaluation-harness's logs of samples only name the model.
///
/// # Errors
///
/// Anything that keeps the files from being at least two candidates scored on the same examples, or two candidates'
/// means: see [`ScoresError`], whose `hint` says what the user can do.
pub fn read(reading: &ImportOptions) -> Result<Results, ScoresError> {
    if let Some((low, high)) = reading.range.filter(|(low, high)| !(low.is_finite() && high.is_finite() && low < high))
    {
        return Err(ScoresError::BadRange { low, high });
    }
    let facts = reading.candidates.as_deref().map(Facts::read).transpose()?.unwrap_or_default();
    let named = facts.names();
    let paths = files::expand(&reading.files)?;
    let names = files::labels(&paths);
    let task = task(&paths, &names);
    let (mut gather, mut means, mut logs) = (Gather::new(reading), Means::default(), Vec::new());
    for (path, name) in paths.iter().zip(&names) {
        let labels = Labels { task: &task, file: name, many: paths.len() > 1, named: &named };
        let kind = kind(path, reading.source)?;
        refuse_unused(reading, path, kind)?;
        match kind {
            Kind::Delimited => {
                let of_means = reading.source != Some(Source::RouteLlm);
                if !(of_means && table::read_means(&mut means, reading, (path, labels))?) {
                    table::read_delimited(&mut gather, path, labels)?;
                }
            }
            Kind::JsonLines => table::read_json_lines(&mut gather, path, labels)?,
            Kind::LmEvalSamples => lm_eval::read_samples(&mut gather, path)?,
            Kind::LmEvalResults => means.add(reading, path)?,
            Kind::Inspect => logs.push(path.clone()),
            Kind::Promptfoo => promptfoo::read(&mut gather, path, promptfoo::document)?,
            Kind::PromptfooLines => promptfoo::read(&mut gather, path, promptfoo::lines)?,
            Kind::Helm => helm::read(&mut gather, path)?,
        }
    }
    // which of several runs counts shows only once all are known
    inspect::read(&mut gather, &logs)?;
    let mut results = if gather.tables.is_empty() && !means.is_empty() {
        means.finish(reading)?
    } else {
        if !means.is_empty() {
            gather
                .note("Left out the files that hold only means: the others hold scores of single examples.".to_owned());
        }
        finish(gather)?
    };
    facts.apply(&mut results);
    Ok(results)
}

/// The task of tables that do not name one: the file's name, or the folder's where there are several files.
fn task(paths: &[PathBuf], names: &[String]) -> String {
    match (paths, names) {
        ([_], [name]) => name.clone(),
        ([path, ..], _) if !files::folder(path).is_empty() => files::folder(path),
        _ => "results".to_owned(),
    }
}

/// What a file is: recognised, and checked against what the user said.
fn kind(path: &Path, told: Option<Source>) -> Result<Kind, ScoresError> {
    let sniffed = sniff(path)?;
    let fits = |kind: Kind| match told {
        None => true,
        Some(Source::Table) => matches!(kind, Kind::Delimited | Kind::JsonLines),
        Some(Source::LmEval) => matches!(kind, Kind::LmEvalSamples | Kind::LmEvalResults),
        Some(Source::Inspect) => kind == Kind::Inspect,
        Some(Source::Promptfoo) => matches!(kind, Kind::Promptfoo | Kind::PromptfooLines),
        Some(Source::Helm) => kind == Kind::Helm,
        Some(Source::RouteLlm) => kind == Kind::Delimited,
    };
    let path = path.to_path_buf();
    match (sniffed, told) {
        (Ok(kind), _) if fits(kind) => Ok(kind),
        // a log of samples looks like any table of JSON Lines, and the user may mean it as one
        (Ok(Kind::LmEvalSamples | Kind::PromptfooLines), Some(Source::Table)) => Ok(Kind::JsonLines),
        (Err(_), Some(Source::Table)) => Ok(Kind::Delimited),
        (Ok(kind), Some(told)) => Err(ScoresError::NotThatFormat { path, told, found: words(kind).to_owned() }),
        (Err(found), Some(told)) => Err(ScoresError::NotThatFormat { path, told, found }),
        (Ok(kind), None) => Ok(kind),
        (Err(found), None) => Err(ScoresError::UnknownFormat { path, found }),
    }
}

/// Refuses options that a format has no use for, lest anyone believe that they did something.
fn refuse_unused(reading: &ImportOptions, path: &Path, kind: Kind) -> Result<(), ScoresError> {
    let unused = |option: String, hint: &'static str| {
        Err(ScoresError::Unused { path: path.to_path_buf(), option, found: words(kind), hint })
    };
    let columns = reading.columns.options();
    match kind {
        Kind::Delimited | Kind::JsonLines => Ok(()),
        Kind::LmEvalSamples if !columns.is_empty() => {
            unused(columns.join(", "), "leave it out; or read the log as a table of your columns: --from table")
        }
        _ if !columns.is_empty() => unused(columns.join(", "), "columns are named in tables alone; leave it out"),
        Kind::LmEvalResults if reading.intersect => unused(
            "--intersect".to_owned(),
            "means say nothing of single examples; leave it out, or give the logs of samples (--log_samples)",
        ),
        Kind::LmEvalResults if reading.range.is_some() => {
            unused("--range".to_owned(), "means are taken as they are; leave it out")
        }
        _ => Ok(()),
    }
}

fn words(kind: Kind) -> &'static str {
    match kind {
        Kind::Delimited => "a table",
        Kind::JsonLines => "JSON Lines",
        Kind::LmEvalSamples => "an lm-evaluation-harness log of samples",
        Kind::LmEvalResults => "lm-evaluation-harness results",
        Kind::Inspect => "an Inspect log",
        Kind::Promptfoo | Kind::PromptfooLines => "promptfoo output",
        Kind::Helm => "HELM's statistics by instance",
    }
}
