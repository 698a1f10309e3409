//! `[task]` and `[task.columns]`.

use std::collections::BTreeMap;
use std::path::Path;

use toml::de::DeValue;

use super::section::Section;
use super::texts::{check_texts, choices};
use crate::cells::Cells;
use crate::family::TaskKind;
use crate::fault::{Faults, Wrong};
use crate::keys::task as keys;
use crate::keys::values::{Values, wrong_type};
use crate::metric::Metric;
use crate::model::{Source, SplitBy, Task};
use crate::named::{DeclaredKind, Format};

/// Reads the table; `folder` is what its paths are relative to. `None` where it is absent.
pub(super) fn read(section: &Section<'_>, folder: &Path, faults: &mut Faults<'_>) -> Option<Task> {
    if !section.is_present() {
        return None;
    }
    let source = source(section, folder, faults);
    if !section.has(keys::TARGET.name) && !section.has(keys::REFERENCES.name) {
        let hint = match section.read(faults, &keys::KIND) {
            Some(TaskKind::LanguageModelling) => {
                "add target = \"the column of texts\"; that of a file of lines is \"text\""
            }
            _ => "add target = \"the column to predict\"",
        };
        section.fault(faults, keys::TARGET.name, Wrong::new("missing", hint));
    }
    let references = section.read(faults, &keys::REFERENCES).unwrap_or_default();
    let target = section.read(faults, &keys::TARGET).or_else(|| references.first().cloned());
    // Stand-ins where a fault was noted: the study is not used, but the rest of it is still checked.
    let task = Task {
        source: source.unwrap_or_else(|| Source::Split(folder.to_owned())),
        target: target.unwrap_or_default(),
        references,
        choices: choices(section, faults),
        input: section.read(faults, &keys::INPUT).unwrap_or_default(),
        kind: section.read(faults, &keys::KIND),
        text: section.read(faults, &keys::TEXT).unwrap_or_default(),
        metric: section.read(faults, &keys::METRIC),
        split_by: split_by(section, faults),
        ignore: section.value(faults, &keys::IGNORE),
        header: section.read(faults, &keys::HEADER),
        separator: section.read(faults, &keys::SEPARATOR),
        format: section.read(faults, &keys::FORMAT),
        reviewed: section.read(faults, &keys::REVIEWED).map(|path| folder.join(path)),
        cells: cells(section, faults),
        columns: columns(section, faults),
    };
    check_kind(&task, section, faults);
    check_texts(&task, section, faults);
    check_format(&task, section, faults);
    check_columns(&task, section, faults);
    check_reviewed(&task, section, faults);
    Some(task)
}

/// One file, or two; notes what is missing and what excludes each other.
fn source(section: &Section<'_>, folder: &Path, faults: &mut Faults<'_>) -> Option<Source> {
    let hint = "give one file as `data`, or two as `train` and `holdout`";
    let mut file = |key| section.read(faults, key).map(|path| folder.join(path));
    let (data, train, holdout) = (file(&keys::DATA), file(&keys::TRAIN), file(&keys::HOLDOUT));
    match (section.has(keys::DATA.name), section.has(keys::TRAIN.name), section.has(keys::HOLDOUT.name)) {
        (false, false, false) => {
            section.fault(faults, keys::DATA.name, Wrong::new("missing", "add data = \"rows.csv\""))
        }
        (false, true, false) => section.fault(faults, keys::HOLDOUT.name, Wrong::new("missing beside `train`", hint)),
        (false, false, true) => section.fault(faults, keys::TRAIN.name, Wrong::new("missing beside `holdout`", hint)),
        (true, true, _) | (true, _, true) => {
            section.exclusive(faults, keys::DATA.name, keys::TRAIN.name, hint);
            section.exclusive(faults, keys::DATA.name, keys::HOLDOUT.name, hint);
        }
        (false, true, true) if train.is_some() && train == holdout => {
            let message = "the holdout is the training file: the verdict would be read from rows trained on";
            section.fault(faults, keys::HOLDOUT.name, Wrong::new(message, hint));
        }
        _ => {}
    }
    match (data, train, holdout) {
        (Some(data), None, None) => Some(Source::Split(data)),
        (None, Some(train), Some(holdout)) => Some(Source::Given { train, holdout }),
        _ => None,
    }
}

fn split_by(section: &Section<'_>, faults: &mut Faults<'_>) -> SplitBy {
    let group = section.read(faults, &keys::GROUP);
    let time = section.read(faults, &keys::TIME);
    let hint = "keep `group` where rows belong together, `time` where the past predicts the future";
    section.exclusive(faults, keys::GROUP.name, keys::TIME.name, hint);
    match (group, time) {
        (Some(group), _) => SplitBy::Group(group),
        (None, Some(time)) => SplitBy::Time(time),
        (None, None) => SplitBy::Rows,
    }
}

/// How cells are read.
fn cells(section: &Section<'_>, faults: &mut Faults<'_>) -> Cells {
    Cells {
        decimal: section.read(faults, &keys::DECIMAL),
        missing: section.read(faults, &keys::MISSING),
        missing_target: section.value(faults, &keys::MISSING_TARGET),
    }
}

/// `[task.columns]`: each column with its kind; every wrong one is a fault of its own.
fn columns(section: &Section<'_>, faults: &mut Faults<'_>) -> BTreeMap<String, DeclaredKind> {
    let mut columns = BTreeMap::new();
    let Some(value) = section.get(keys::COLUMNS.name) else {
        return columns;
    };
    let DeValue::Table(table) = value.get_ref() else {
        let hint = "write [task.columns] on a line of its own, and below it column = \"categorical\"";
        section.fault(faults, keys::COLUMNS.name, wrong_type(value, "a table", hint));
        return columns;
    };
    for (name, kind) in table {
        match keys::COLUMN_KIND.read(kind) {
            Ok(kind) => drop(columns.insert(name.get_ref().to_string(), kind)),
            Err(wrong) => faults.push(kind.span(), format!("task.columns.{}", name.get_ref()), wrong),
        }
    }
    columns
}

/// The kind of task against the metric and the text columns.
fn check_kind(task: &Task, section: &Section<'_>, faults: &mut Faults<'_>) {
    let kind = task.kind;
    if let (Some(kind), Some(metric)) = (kind, task.metric)
        && !fits(metric, kind)
    {
        let fitting = Metric::ALL.into_iter().filter(|metric| fits(*metric, kind));
        let fitting: Vec<&str> = fitting.map(Metric::name).collect();
        let message = format!("\"{}\" does not measure {}", metric.name(), kind.name());
        section.fault(
            faults,
            keys::METRIC.name,
            Wrong::new(message, format!("metrics that do: {}", fitting.join(", "))),
        );
    }
    if let Some(kind) = kind.filter(|kind| *kind != TaskKind::TextClassification)
        && section.has(keys::TEXT.name)
    {
        let message = format!("columns of text are not used for {}", kind.name());
        let hint = match kind {
            TaskKind::LanguageModelling => "leave it out: `target` names the column of texts there",
            kind if kind.is_trained() => "leave it out, or set kind = \"text-classification\"",
            _ => "columns to read from are named as `input` there, or in [prompt] template",
        };
        section.fault(faults, keys::TEXT.name, Wrong::new(message, hint));
    }
}

/// The format against what only text in columns has.
fn check_format(task: &Task, section: &Section<'_>, faults: &mut Faults<'_>) {
    let Some(format @ (Format::Jsonl | Format::Parquet | Format::Lines)) = task.format else {
        return;
    };
    for key in ["header", "separator"].into_iter().filter(|key| section.has(key)) {
        section.fault(faults, key, Wrong::new(format!("{} files have no {key}", format.name()), "leave it out"));
    }
}

/// Labels that a person has reviewed, where there are no labels.
fn check_reviewed(task: &Task, section: &Section<'_>, faults: &mut Faults<'_>) {
    let Some(kind) = task.kind.filter(|kind| task.reviewed.is_some() && !TaskKind::PREDICTED.contains(kind)) else {
        return;
    };
    let message = format!("{} has no labels that could be reviewed: it is for classes and numbers", kind.name());
    section.fault(faults, keys::REVIEWED.name, Wrong::new(message, "leave it out"));
}

/// The columns that are named against each other.
fn check_columns(task: &Task, section: &Section<'_>, faults: &mut Faults<'_>) {
    if task.target.is_empty() {
        return;
    }
    let target = &task.target;
    let mut differs = |key: &str, column: &str, why: &str, hint: &str| {
        if column == target {
            section.fault(faults, key, Wrong::new(format!("\"{column}\" is the target: {why}"), hint));
        }
    };
    for column in &task.ignore {
        differs("ignore", column, "it cannot be ignored", "take it out of the list");
    }
    for column in &task.text {
        differs("text", column, "nothing predicts itself", "name the column with the text to predict from");
    }
    for column in &task.input {
        differs("input", column, "nothing answers itself", "name the columns to answer from");
    }
    match &task.split_by {
        SplitBy::Group(column) => differs("group", column, "rows cannot be kept together by it", "name another column"),
        SplitBy::Time(column) => differs("time", column, "rows cannot be put in order by it", "name another column"),
        SplitBy::Rows => {}
    }
    check_roles(task, section, faults);
}

/// Columns that are given two roles at once.
fn check_roles(task: &Task, section: &Section<'_>, faults: &mut Faults<'_>) {
    let target = &task.target;
    for column in task.text.iter().filter(|column| task.ignore.contains(column)) {
        let wrong = Wrong::new(format!("\"{column}\" is also in `text`"), "take it out of one of the two");
        section.fault(faults, keys::IGNORE.name, wrong);
    }
    if task.columns.get(target) == Some(&DeclaredKind::Identifier) {
        let wrong = Wrong::new(
            format!("\"{target}\" is the target and cannot be an identifier"),
            "identifiers are not used; take it out of [task.columns]",
        );
        section.fault(faults, keys::COLUMNS.name, wrong);
    }
}

/// Whether the metric can measure this kind of task, with two classes if need be. Of language models bits per byte alone: a perplexity by words
/// would say the same in a unit that hangs on how a language is spaced.
fn fits(metric: Metric, kind: TaskKind) -> bool {
    if kind == TaskKind::LanguageModelling {
        return metric == Metric::BitsPerByte;
    }
    kind.outcomes().iter().any(|outcomes| metric.fits(*outcomes))
}
