//! `[prompt]`.

use std::path::Path;

use toml::de::DeValue;

use super::quantity::{small, within};
use super::section::{Section, Value, wrong_type};
use super::value::{choice, text};
use crate::fault::{Faults, Wrong};
use crate::input::{self, InputError};
use crate::name::nearest;
use crate::prompt::{CutOff, FORMS, PromptSpec, Refusals, ResponseMode, Unreadable, form_name};
use lagom_backends::prompt::{Pattern, Step, Template};

/// The longest answer that can be asked for, in tokens.
pub(super) const TOKENS: std::ops::RangeInclusive<u64> = 1..=1_000_000;
/// OpenAI's range.
pub(super) const TEMPERATURE: std::ops::RangeInclusive<f64> = 0.0..=2.0;
const REPEATS: std::ops::RangeInclusive<u64> = 1..=100;

/// Reads the table; the defaults where it is absent. `folder` is what `template-file` is relative to.
pub(super) fn read(section: &Section<'_>, folder: &Path, faults: &mut Faults<'_>) -> PromptSpec {
    let default = PromptSpec::default();
    let hint = "keep the one that is meant: the template itself, or the file that it stands in";
    section.exclusive(faults, "template", "template-file", hint);
    let template_file = section.read(faults, "template-file", text).map(|path| folder.join(path));
    let of_file = template_file.as_deref().and_then(|path| template_of(section, path, faults));
    PromptSpec {
        template: section.read(faults, "template", template).or(of_file),
        template_file,
        system: section.read(faults, "system", template),
        form: section.read(faults, "form", |v| choice(v, &FORMS, form_name)),
        read: section.read(faults, "read", |v| choice(v, &ResponseMode::ALL, ResponseMode::name)).unwrap_or_default(),
        steps: steps(section, faults),
        max_tokens: section.read(faults, "max-tokens", |v| small(v, TOKENS)),
        stop: section.read(faults, "stop", stops).unwrap_or_default(),
        temperature: section.read(faults, "temperature", temperature).unwrap_or(default.temperature),
        top_p: section.read(faults, "top-p", top_p).unwrap_or(default.top_p),
        repeats: section.read(faults, "repeats", |v| small(v, REPEATS)).unwrap_or(default.repeats),
        delimiter: section.read(faults, "delimiter", any_text).unwrap_or(default.delimiter),
        unreadable: section
            .read(faults, "unreadable", |v| choice(v, &Unreadable::ALL, Unreadable::name))
            .unwrap_or_default(),
        cut_off: section.read(faults, "cut-off", |v| choice(v, &CutOff::ALL, CutOff::name)).unwrap_or_default(),
        refusals: section.read(faults, "refusals", |v| choice(v, &Refusals::ALL, Refusals::name)).unwrap_or_default(),
    }
}

/// Text with columns in it, of which the syntax is right; whether the columns are there is for the data to say.
pub(super) fn template(value: &Value<'_>) -> Result<String, Wrong> {
    let source = text(value)?;
    parsed(&source)?;
    Ok(source)
}

fn parsed(source: &str) -> Result<(), Wrong> {
    let wrong = |fault: lagom_backends::prompt::TemplateFault| {
        let line = if source.trim_end().contains('\n') { format!("line {}: ", fault.line) } else { String::new() };
        Wrong::new(format!("{line}{}", fault.message), fault.hint)
    };
    Template::parse(source, "template").map(drop).map_err(wrong)
}

/// A temperature of sampling.
pub(super) fn temperature(value: &Value<'_>) -> Result<f64, Wrong> {
    within(value, TEMPERATURE, "0 gives the likeliest answer every time; 0.7 is usual for sampling")
}

fn top_p(value: &Value<'_>) -> Result<f64, Wrong> {
    let hint = "1 samples from everything; 0.9 is usual to leave unlikely tokens out";
    match within(value, 0.0..=1.0, hint)? {
        0.0 => Err(wrong_type(value, "a share above 0", hint)),
        share => Ok(share),
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
    section.fault(faults, "template-file", wrong);
    None
}

/// Text that may be white space, such as a line end, but not empty where it must end something.
fn stops(value: &Value<'_>) -> Result<Vec<String>, Wrong> {
    let one = |item: &Value<'_>| {
        let text = any_text(item).map_err(|wrong| wrong.at(item.span()))?;
        if text.is_empty() {
            let wrong = Wrong::new("found nothing between the quotes: it would end every answer", "leave it out");
            return Err(wrong.at(item.span()));
        }
        Ok(text)
    };
    match value.get_ref() {
        DeValue::Array(list) => list.iter().map(one).collect(),
        _ => Ok(vec![one(value)?]),
    }
}

/// Any text, an empty one too.
fn any_text(value: &Value<'_>) -> Result<String, Wrong> {
    match value.get_ref() {
        DeValue::String(text) => Ok(text.to_string()),
        _ => Err(wrong_type(value, "text", "put it in quotes")),
    }
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
    let Some(value) = section.get("steps") else { return Vec::new() };
    let DeValue::Array(list) = value.get_ref() else {
        let hint = "write a list such as [\"strip\", { regex = \"answer: (.*)\" }]";
        section.fault(faults, "steps", wrong_type(value, "a list of steps", hint));
        return Vec::new();
    };
    let mut steps = Vec::new();
    for item in list {
        match step(item) {
            Ok(step) => steps.push(step),
            Err(wrong) => {
                let at = wrong.at.clone().unwrap_or_else(|| item.span());
                section.fault(faults, "steps", wrong.at(at));
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
