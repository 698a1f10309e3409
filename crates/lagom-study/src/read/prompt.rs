//! `[prompt]`.

use std::path::Path;

use toml::de::DeValue;

use super::section::Section;
use crate::fault::{Faults, Wrong};
use crate::input::{self, InputError};
use crate::keys::prompt as keys;
use crate::keys::values::{Value, any_text, parsed, wrong_type};
use crate::name::nearest;
use crate::prompt::PromptSpec;
use lagom_backends::prompt::{Pattern, Step};

/// Reads the table; the defaults where it is absent. `folder` is what `template-file` is relative to.
pub(super) fn read(section: &Section<'_>, folder: &Path, faults: &mut Faults<'_>) -> PromptSpec {
    let hint = "keep the one that is meant: the template itself, or the file that it stands in";
    section.exclusive(faults, keys::TEMPLATE.name, keys::TEMPLATE_FILE.name, hint);
    let template_file = section.read(faults, &keys::TEMPLATE_FILE).map(|path| folder.join(path));
    let of_file = template_file.as_deref().and_then(|path| template_of(section, path, faults));
    PromptSpec {
        template: section.read(faults, &keys::TEMPLATE).or(of_file),
        template_file,
        system: section.read(faults, &keys::SYSTEM),
        form: section.read(faults, &keys::FORM),
        read: section.value(faults, &keys::READ),
        steps: steps(section, faults),
        max_tokens: section.read(faults, &keys::MAX_TOKENS),
        stop: section.read(faults, &keys::STOP).unwrap_or_default(),
        temperature: section.value(faults, &keys::TEMPERATURE),
        top_p: section.value(faults, &keys::TOP_P),
        repeats: section.value(faults, &keys::REPEATS),
        delimiter: section.value(faults, &keys::DELIMITER).into_owned(),
        unreadable: section.value(faults, &keys::UNREADABLE),
        cut_off: section.value(faults, &keys::CUT_OFF),
        refusals: section.value(faults, &keys::REFUSALS),
    }
}

/// The text of a template's file.
fn template_of(section: &Section<'_>, path: &Path, faults: &mut Faults<'_>) -> Option<String> {
    let wrong = match input::text(path, input::STUDY_BYTES).map_err(InputError::into_io) {
        Ok(text) if !text.trim().is_empty() => match parsed(&text) {
            Ok(()) => return Some(text),
            Err(wrong) => Wrong { message: format!("{}: {}", path.display(), wrong.message), ..wrong },
        },
        Ok(_) => {
            Wrong::new(format!("{} is empty", path.display()), "write the prompt there, with columns as {{ column }}")
        }
        Err(error) => {
            let hint = "check the path: it is relative to the folder of the study";
            Wrong::new(format!("{} cannot be read: {error}", path.display()), hint)
        }
    };
    section.fault(faults, keys::TEMPLATE_FILE.name, wrong);
    None
}

/// The steps that take no more than their name.
const PLAIN: [Step; 8] = [
    Step::Strip,
    Step::FirstLine,
    Step::LastLine,
    Step::LastNumber,
    Step::FirstNumber,
    Step::Lowercase,
    Step::StripQuotes,
    Step::RemoveThinking,
];

/// The steps in their order. Every wrong one is a fault of its own.
fn steps(section: &Section<'_>, faults: &mut Faults<'_>) -> Vec<Step> {
    let Some(value) = section.get(keys::STEPS.name) else { return Vec::new() };
    let DeValue::Array(list) = value.get_ref() else {
        let hint = "write a list such as [\"strip\", { regex = \"answer: (.*)\" }]";
        section.fault(faults, keys::STEPS.name, wrong_type(value, keys::STEPS.values.0, hint));
        return Vec::new();
    };
    let mut steps = Vec::new();
    for item in list {
        match step(item) {
            Ok(step) => steps.push(step),
            Err(wrong) => {
                let at = wrong.at.clone().unwrap_or_else(|| item.span());
                section.fault(faults, keys::STEPS.name, wrong.at(at));
            }
        }
    }
    steps
}

fn step(value: &Value<'_>) -> Result<Step, Wrong> {
    match value.get_ref() {
        DeValue::String(name) => PLAIN.into_iter().find(|step| step.name() == name.as_ref()).ok_or_else(|| {
            if Step::NAMES.contains(&name.as_ref()) {
                let message = format!("the step \"{name}\" needs to be told what to look for");
                return Wrong::new(message, format!("write {{ {name} = \"…\" }}"));
            }
            unknown_step(name)
        }),
        DeValue::Table(table) => match table.iter().collect::<Vec<_>>().as_slice() {
            [(key, argument)] => with_text(key.get_ref(), argument).map_err(|wrong| {
                let at = wrong.at.clone().unwrap_or_else(|| key.span());
                wrong.at(at)
            }),
            _ => Err(wrong_type(value, "a table of one key", "give each step braces of its own: { regex = \"…\" }")),
        },
        _ => Err(wrong_type(value, "a step", "write its name in quotes, or { regex = \"…\" }")),
    }
}

/// A step that is told what to look for.
fn with_text(name: &str, argument: &Value<'_>) -> Result<Step, Wrong> {
    let there = || {
        let text = any_text(argument).map_err(|wrong| wrong.at(argument.span()))?;
        let empty = || Wrong::new("found nothing between the quotes", "write what to look for").at(argument.span());
        if text.is_empty() { Err(empty()) } else { Ok(text) }
    };
    match name {
        "regex" => Pattern::new(&there()?).map(Step::Regex).map_err(|error| {
            // The crate draws the place over several lines; the last one says what is wrong.
            let message = error.to_string();
            let last = message.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
            Wrong::new(format!("not a regular expression: {last}"), "see the syntax at docs.rs/regex")
                .at(argument.span())
        }),
        "json-field" => there().map(Step::JsonField),
        "before" => there().map(Step::Before),
        "after" => there().map(Step::After),
        other if Step::NAMES.contains(&other) => {
            Err(Wrong::new(format!("the step \"{other}\" takes nothing"), format!("write it as \"{other}\"")))
        }
        other => Err(unknown_step(other)),
    }
}

fn unknown_step(name: &str) -> Wrong {
    let list = format!("steps are {}", Step::NAMES.join(", "));
    let hint = match nearest(&Step::NAMES, name) {
        Some(near) => format!("did you mean {near}? {list}"),
        None => list,
    };
    Wrong::new(format!("found the step \"{name}\", which does not exist"), hint)
}
