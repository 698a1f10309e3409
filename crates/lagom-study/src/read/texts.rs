//! The keys of `[task]` for tasks of text: references, choices, labels, input.

use super::section::Section;
use crate::family::TaskKind;
use crate::fault::{Faults, Wrong};
use crate::keys::task as keys;
use crate::model::{Choices, Task};

/// What there is to choose from: `choices`, or the same for every row as `labels`.
pub(super) fn choices(section: &Section<'_>, faults: &mut Faults<'_>) -> Option<Choices> {
    let hint = "keep `choices` where each row has its own, `labels` where they are the same for all";
    section.exclusive(faults, keys::CHOICES.name, keys::LABELS.name, hint);
    let columns = section.read(faults, &keys::CHOICES).map(|mut columns| match columns.len() {
        1 => Choices::Column(columns.remove(0)),
        _ => Choices::Columns(columns),
    });
    let labels = section.read(faults, &keys::LABELS);
    if labels.as_ref().is_some_and(|labels| labels.len() < 2) {
        let wrong = Wrong::new("found one label, expected at least two", "write them all: [\"yes\", \"no\"]");
        section.fault(faults, keys::LABELS.name, wrong);
    }
    columns.or(labels.map(Choices::Fixed))
}

/// The keys against the kind of task and each other.
pub(super) fn check_texts(task: &Task, section: &Section<'_>, faults: &mut Faults<'_>) {
    let hint = "keep `target` for one column with the right answer, `references` for one or several with accepted ones";
    section.exclusive(faults, keys::TARGET.name, keys::REFERENCES.name, hint);
    let untrained = task.kind.is_some_and(|kind| !kind.is_trained());
    let multiple = task.kind == Some(TaskKind::MultipleChoice);
    for (key, fits, whose) in [
        ("references", untrained, "text-generation, extraction or multiple-choice"),
        ("input", untrained, "text-generation, extraction or multiple-choice"),
        ("choices", multiple, "multiple-choice"),
        ("labels", multiple, "multiple-choice"),
    ] {
        if section.has(key) && !fits {
            let message = match task.kind {
                Some(kind) => format!("`{key}` means nothing for {}", kind.name()),
                None => format!("`{key}` needs a kind of task that is named"),
            };
            section.fault(faults, key, Wrong::new(message, format!("leave it out, or set kind = {}", quoted(whose))));
        }
    }
    if multiple && !section.has(keys::CHOICES.name) && !section.has(keys::LABELS.name) {
        let hint = "add choices = \"the column with a JSON list\", or a list of columns, or labels = [\"yes\", \"no\"]";
        section.fault(faults, keys::CHOICES.name, Wrong::new("missing", hint));
    }
    if let (Some(kind), true) = (task.kind.filter(|kind| !kind.is_trained()), section.has(keys::COLUMNS.name)) {
        let message = format!("kinds of columns mean nothing for {}: prompts take every cell as it is", kind.name());
        section.fault(faults, keys::COLUMNS.name, Wrong::new(message, "leave it out"));
    }
    if task.kind == Some(TaskKind::LanguageModelling) && section.has(keys::COLUMNS.name) {
        let message =
            "kinds of columns mean nothing for language-modelling: the column of texts is the only one that is read";
        section.fault(faults, keys::COLUMNS.name, Wrong::new(message, "leave it out"));
    }
    check_named(task, section, faults);
}

/// Columns that are named in two roles, or ignored.
fn check_named(task: &Task, section: &Section<'_>, faults: &mut Faults<'_>) {
    let chosen = task.choices.as_ref().map(Choices::columns).unwrap_or_default();
    let roles = [("references", &task.references[..]), ("choices", chosen), ("input", &task.input[..])];
    for (key, columns) in roles {
        for column in columns.iter().filter(|column| task.ignore.contains(column)) {
            let wrong = Wrong::new(format!("\"{column}\" is also in `{key}`"), "take it out of one of the two");
            section.fault(faults, keys::IGNORE.name, wrong);
        }
    }
    for column in task.input.iter().filter(|column| task.references.iter().skip(1).any(|other| other == *column)) {
        let wrong = Wrong::new(
            format!("\"{column}\" is a reference: nothing answers itself"),
            "name the columns to answer from",
        );
        section.fault(faults, keys::INPUT.name, wrong);
    }
    for column in chosen.iter().filter(|column| task.answers().contains(column)) {
        let wrong = Wrong::new(
            format!("\"{column}\" is also what is right"),
            "name the columns with what there is to choose from",
        );
        section.fault(faults, keys::CHOICES.name, wrong);
    }
}

fn quoted(kinds: &str) -> String {
    kinds
        .split(", ")
        .map(|part| part.split(" or ").map(|kind| format!("\"{kind}\"")).collect::<Vec<_>>().join(" or "))
        .collect::<Vec<_>>()
        .join(", ")
}
