//! Tables: one score a row, or one column for each candidate; CSV, TSV and JSON Lines. RouteLLM's tables are such.
//!
//! RouteLLM (`lm-sys/RouteLLM`, `routellm/evals/mmlu/responses/mmlu_*.csv` and `gsm8k/gsm8k_responses.csv`, 2024): the
//! columns `prompt`, one for each model with `True` or `False`, and for GSM8K `MODEL_response` with the answer. Its
//! `mt_bench/judgements.jsonl` is FastChat's table of judgements, one a question and turn.

mod delimited;
mod error_columns;
mod facts;
mod json_lines;
mod long;
mod means;
mod roles;
mod spelling;
mod which;
mod wide;

use std::path::Path;

use super::direction::by_name;
use super::error::ScoresError;
use super::gather::Gather;
use super::types::Source;
use roles::{Role, Roles};
use wide::Wide;

pub(super) use delimited::Delimited;
pub(super) use facts::Facts;
pub(super) use json_lines::read as read_json_lines;
pub(super) use means::read as read_means;

/// What a file is called in a table's rows: the task, and the name that stands for the file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Labels<'a> {
    /// The task, where no column names it.
    pub(super) task: &'a str,
    /// The file's short name.
    pub(super) file: &'a str,
    /// Whether several files are read.
    pub(super) many: bool,
    /// The names in the table of candidates; none without one.
    pub(super) named: &'a [String],
}

/// Reads a file of cells with separators.
pub(super) fn read_delimited(gather: &mut Gather<'_>, path: &Path, labels: Labels<'_>) -> Result<(), ScoresError> {
    let mut file = Delimited::open(path)?;
    file.notes().for_each(|note| gather.note(note));
    let roles = Roles::find(path, &file.header, &gather.reading.columns)?;
    gather.places.begin(path, "line");
    let header = file.header.clone();
    let Some(wide) = Wide::find(&header, &roles) else {
        return read_long(gather, path, &mut file, &roles, labels);
    };
    let told = gather.reading.source == Some(Source::RouteLlm);
    let routellm = wide.is_routellm(&header, file.first());
    if told && !routellm {
        let found = "no column \"prompt\" followed by True or False for each model".to_owned();
        return Err(ScoresError::NotThatFormat { path: path.to_path_buf(), told: Source::RouteLlm, found });
    }
    let asked_as_routellm = routellm && gather.reading.source != Some(Source::Table);
    let (mut shares, mut marks) = (true, false);
    let wide = if asked_as_routellm {
        wide
    } else {
        let found = which::candidates(path, wide.columns(), labels.named)?;
        found.note.into_iter().for_each(|note| gather.note(note));
        (shares, marks) = (found.shares, found.marks);
        wide.only(found.columns).ok_or_else(|| wide::unclear(path, &header, &roles))?
    };
    let unused =
        [Role::Latency, Role::Cost, Role::Task, Role::Metric].into_iter().filter_map(|role| roles.column(role));
    let unused: Vec<&str> = unused.filter_map(|at| header.get(at)).map(String::as_str).collect();
    if !unused.is_empty() {
        gather.note(format!("With one column for each candidate, {} stays unused.", super::few::some(&unused)));
    }
    let name = if labels.many { labels.file } else { "" };
    if asked_as_routellm {
        let task = routellm_task(labels.file);
        return wide.by_row().read(gather, &mut file, &roles, (&task, "correct", name));
    }
    // Right is better than wrong whatever a file is called. Of shares more is right as well, and of other numbers the file's name may say
    // that more is better; that less is, no file's name says for sure: then the user has to.
    let metric = match by_name(labels.file) {
        _ if marks => "score",
        Some(true) => labels.file,
        None if shares => "score",
        _ => "value",
    };
    wide.read(gather, &mut file, &roles, (labels.task, metric, name))
}

fn read_long(
    gather: &mut Gather<'_>,
    path: &Path,
    file: &mut Delimited,
    roles: &Roles,
    labels: Labels<'_>,
) -> Result<(), ScoresError> {
    if gather.reading.source == Some(Source::RouteLlm) {
        let found = "a table with one score a row".to_owned();
        return Err(ScoresError::NotThatFormat { path: path.to_path_buf(), told: Source::RouteLlm, found });
    }
    if roles.column(Role::Candidate).is_none() && (!labels.many || roles.column(Role::Example).is_none()) {
        return Err(wide::unclear(path, &file.header, roles));
    }
    let header = file.header.clone();
    let long = long::Long::new(gather, path, (&header, roles), (labels.task, labels.file))?;
    while let Some(record) = file.next()? {
        long.take(gather, record.line(), &roles.raw(|column| Some(record.cell(column))))?;
    }
    Ok(())
}

/// The task of a RouteLLM table: `mmlu` for the 57 subjects, `gsm8k`, else the file's own name.
fn routellm_task(file: &str) -> String {
    let name = file.rsplit('/').next().unwrap_or(file);
    match name.split_once('_') {
        Some((task, _)) if ["mmlu", "gsm8k"].contains(&task) => task.to_owned(),
        _ => name.to_owned(),
    }
}
