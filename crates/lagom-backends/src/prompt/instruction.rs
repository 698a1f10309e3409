//! What is expected of an answer, and the words that ask for it where the study has none of its own.

use super::Row;
use super::choice::letter;

/// What an answer is expected to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// One of these labels.
    Label(Vec<String>),
    /// A number.
    Number,
    /// The letter of one of the choices of the row.
    Letter,
    /// The text of one of the choices of the row, which are not listed: for scoring by likelihood.
    ChoiceText,
    /// A text of any kind.
    Text,
    /// A JSON object with these fields; with any where none is named.
    Json(Vec<String>),
}

/// An example with its answer: what shots are drawn from.
#[derive(Clone, Debug, PartialEq)]
pub struct Example {
    /// Its columns.
    pub row: Row,
    /// Its choices; empty but for multiple choice.
    pub choices: Vec<String>,
    /// The right answer: a label, a number, the text of the right choice, a reference text, a JSON object.
    pub answer: String,
}

/// A row that is asked about.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// Its columns.
    pub row: &'a Row,
    /// Its choices; empty but for multiple choice.
    pub choices: &'a [String],
}

impl Example {
    /// The example as a question.
    #[must_use]
    pub fn asked(&self) -> Asked<'_> {
        Asked { row: &self.row, choices: &self.choices }
    }
}

impl Expected {
    /// The labels; none for anything else.
    #[must_use]
    pub fn labels(&self) -> &[String] {
        match self {
            Self::Label(labels) => labels,
            _ => &[],
        }
    }

    /// The instruction that a prompt gets where the study writes none: a template, which may name `labels`. Empty where
    /// nothing general can be said.
    #[must_use]
    pub fn instruction(&self) -> String {
        match self {
            Self::Label(_) => "Choose the one label that fits best. The labels are:\n{{ labels | join('\\n') }}\n\n\
                Answer with that label and nothing else."
                .to_owned(),
            Self::Number => "Answer with one number and nothing else.".to_owned(),
            Self::Letter => "Answer with the letter of the right choice and nothing else.".to_owned(),
            Self::ChoiceText | Self::Text => String::new(),
            Self::Json(fields) if fields.is_empty() => "Answer with one JSON object and nothing else.".to_owned(),
            Self::Json(fields) => {
                let named: Vec<String> =
                    fields.iter().map(|field| serde_json::Value::from(field.as_str()).to_string()).collect();
                // A field may hold what the template language takes for a tag.
                let named = named.join(", ").replace('{', "{{ '{' }}");
                let (noun, one) = if fields.len() == 1 { ("field", "") } else { ("fields", "") };
                format!("Answer with one JSON object and nothing else. It has the {noun} {named}{one}.")
            }
        }
    }

    /// The word that ends a prompt of running text where the study has no template of its own; no colon behind it.
    #[must_use]
    pub fn cue(&self) -> &'static str {
        match self {
            Self::Label(_) => "Label",
            Self::Number | Self::Letter | Self::ChoiceText | Self::Text => "Answer",
            Self::Json(_) => "JSON",
        }
    }
}

/// Choices as they are listed, one a line: `A. Paris`.
pub(super) fn lettered(choices: &[String]) -> String {
    let lines: Vec<String> =
        choices.iter().enumerate().map(|(place, choice)| format!("{}. {choice}", letter(place))).collect();
    lines.join("\n")
}
