//! `[task]` and `[task.columns]`.

use std::collections::BTreeMap;
use std::path::Path;

use toml::de::DeValue;

use super::section::{Section, Value, wrong_type};
use super::texts::{check_texts, choices, names};
use super::value::{choice, flag, spellings, text, texts};
use crate::cells::{Cells, DecimalMark, MissingTarget};
use crate::family::TaskKind;
use crate::fault::{Faults, Wrong};
use crate::metric::Metric;
use crate::model::{DeclaredKind, Format, Source, SplitBy, Task};

/// Reads the table; `folder` is what its paths are relative to. `None` where it is absent.
pub(super) fn read(section: &Section<'_>, folder: &Path, faults: &mut Faults<'_>) -> Option<Task> {
    if !section.is_present() {
        return None;
    }
    let source = source(section, folder, faults);
    if !section.has("target") && !section.has("references") {
        section.fault(faults, "target", Wrong::new("missing", "add target = \"the column to predict\""));
    }
    let references = section.read(faults, "references", names).unwrap_or_default();
    let target = section.read(faults, "target", text).or_else(|| references.first().cloned());
    // Stand-ins where a fault was noted: the study is not used, but the rest of it is still checked.
    let task = Task {
        source: source.unwrap_or_else(|| Source::Split(folder.to_owned())),
        target: target.unwrap_or_default(),
        references,
        choices: choices(section, faults),
        input: section.read(faults, "input", names).unwrap_or_default(),
        kind: section.read(faults, "kind", |v| choice(v, &TaskKind::ALL, TaskKind::name)),
        text: section.read(faults, "text", texts).unwrap_or_default(),
        metric: section.read(faults, "metric", |v| choice(v, &Metric::ALL, Metric::name)),
        split_by: split_by(section, faults),
        ignore: section.read(faults, "ignore", texts).unwrap_or_default(),
        header: section.read(faults, "header", flag),
        separator: section.read(faults, "separator", separator),
        format: section.read(faults, "format", |v| choice(v, &Format::ALL, Format::name)),
        cells: cells(section, faults),
        columns: columns(section, faults),
    };
    check_kind(&task, section, faults);
    check_texts(&task, section, faults);
    check_format(&task, section, faults);
    check_columns(&task, section, faults);
    Some(task)
}

/// One file, or two; notes what is missing and what excludes each other.
fn source(section: &Section<'_>, folder: &Path, faults: &mut Faults<'_>) -> Option<Source> {
    let hint = "give one file as `data`, or two as `train` and `holdout`";
    let mut file = |key| section.read(faults, key, text).map(|path| folder.join(path));
    let (data, train, holdout) = (file("data"), file("train"), file("holdout"));
    match (section.has("data"), section.has("train"), section.has("holdout")) {
        (false, false, false) => section.fault(faults, "data", Wrong::new("missing", "add data = \"rows.csv\"")),
        (false, true, false) => section.fault(faults, "holdout", Wrong::new("missing beside `train`", hint)),
        (false, false, true) => section.fault(faults, "train", Wrong::new("missing beside `holdout`", hint)),
        (true, true, _) | (true, _, true) => {
            section.exclusive(faults, "data", "train", hint);
            section.exclusive(faults, "data", "holdout", hint);
        }
        (false, true, true) if train.is_some() && train == holdout => {
            let message = "the holdout is the training file: the verdict would be read from rows trained on";
            section.fault(faults, "holdout", Wrong::new(message, hint));
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
    let group = section.read(faults, "group", text);
    let time = section.read(faults, "time", text);
    let hint = "keep `group` where rows belong together, `time` where the past predicts the future";
    section.exclusive(faults, "group", "time", hint);
    match (group, time) {
        (Some(group), _) => SplitBy::Group(group),
        (None, Some(time)) => SplitBy::Time(time),
        (None, None) => SplitBy::Rows,
    }
}

fn separator(value: &Value<'_>) -> Result<char, Wrong> {
    let expected = "one character or \"tab\"";
    let DeValue::String(text) = value.get_ref() else {
        return Err(wrong_type(value, expected, "put it in quotes: \";\""));
    };
    let mut characters = text.chars();
    match (text.as_ref(), characters.next(), characters.next()) {
        ("tab", ..) => Ok('\t'),
        (_, Some(one), None) if one.is_ascii() && !one.is_ascii_alphanumeric() && !"\"\r\n.-+".contains(one) => Ok(one),
        _ => Err(wrong_type(value, expected, "usual are \",\", \";\", \"|\" and \"tab\"")),
    }
}

/// How cells are read.
fn cells(section: &Section<'_>, faults: &mut Faults<'_>) -> Cells {
    let missing_target =
        section.read(faults, "missing-target", |v| choice(v, &MissingTarget::ALL, MissingTarget::name));
    Cells {
        decimal: section.read(faults, "decimal", |v| choice(v, &DecimalMark::ALL, DecimalMark::name)),
        missing: section.read(faults, "missing", spellings),
        missing_target: missing_target.unwrap_or_default(),
    }
}

/// `[task.columns]`: each column with its kind; every wrong one is a fault of its own.
fn columns(section: &Section<'_>, faults: &mut Faults<'_>) -> BTreeMap<String, DeclaredKind> {
    let mut columns = BTreeMap::new();
    let Some(value) = section.get("columns") else {
        return columns;
    };
    let DeValue::Table(table) = value.get_ref() else {
        let hint = "write [task.columns] on a line of its own, and below it column = \"categorical\"";
        section.fault(faults, "columns", wrong_type(value, "a table", hint));
        return columns;
    };
    for (name, kind) in table {
        match choice(kind, &DeclaredKind::ALL, DeclaredKind::name) {
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
        section.fault(faults, "metric", Wrong::new(message, format!("metrics that do: {}", fitting.join(", "))));
    }
    if let Some(kind) = kind.filter(|kind| *kind != TaskKind::TextClassification)
        && section.has("text")
    {
        let message = format!("columns of text are not used for {}", kind.name());
        let hint = match kind.is_trained() {
            true => "leave it out, or set kind = \"text-classification\"",
            false => "columns to read from are named as `input` there, or in [prompt] template",
        };
        section.fault(faults, "text", Wrong::new(message, hint));
    }
}

/// The format against what only text in columns has.
fn check_format(task: &Task, section: &Section<'_>, faults: &mut Faults<'_>) {
    let Some(format @ (Format::Jsonl | Format::Parquet)) = task.format else {
        return;
    };
    for key in ["header", "separator"].into_iter().filter(|key| section.has(key)) {
        section.fault(faults, key, Wrong::new(format!("{} files have no {key}", format.name()), "leave it out"));
    }
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
        section.fault(faults, "ignore", wrong);
    }
    if task.columns.get(target) == Some(&DeclaredKind::Identifier) {
        let wrong = Wrong::new(
            format!("\"{target}\" is the target and cannot be an identifier"),
            "identifiers are not used; take it out of [task.columns]",
        );
        section.fault(faults, "columns", wrong);
    }
}

/// Whether the metric can measure this kind of task, with two classes if need be.
fn fits(metric: Metric, kind: TaskKind) -> bool {
    kind.outcomes().iter().any(|outcomes| metric.fits(*outcomes))
}
