//! Tests of the whole room: templates and prompts, shots, and what no input may break.

mod prompts;
mod properties;
mod real;
mod shots;
mod templates;

use super::{Asked, Example, Expected, Form, Prompter, Row};
use crate::call::{Prompt, Role};

fn row(cells: serde_json::Value) -> Row {
    cells.as_object().cloned().unwrap_or_default()
}

fn texts(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// A row of one text and its answer.
fn example(text: &str, answer: &str) -> Example {
    Example { row: row(serde_json::json!({"text": text})), choices: Vec::new(), answer: answer.to_owned() }
}

fn ask<'a>(row: &'a Row, choices: &'a [String]) -> Asked<'a> {
    Asked { row, choices }
}

fn labelled(form: Form) -> Prompter {
    Prompter::of_column("text", Expected::Label(texts(&["ham", "spam"])), form)
}

/// A prompt as one text: messages behind the first letter of their role.
fn written(prompt: &Prompt) -> String {
    match prompt {
        Prompt::Text(text) => text.clone(),
        Prompt::Chat(messages) => {
            let line = |role: Role| match role {
                Role::System => 'S',
                Role::User => 'U',
                Role::Assistant => 'A',
            };
            let lines: Vec<String> =
                messages.iter().map(|message| format!("{}: {}", line(message.role), message.content)).collect();
            lines.join("\n")
        }
    }
}
