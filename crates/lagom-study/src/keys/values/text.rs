//! Text, lists of it, and flags.

use std::borrow::Cow;

use lagom_backends::prompt::{Template, TemplateFault};
use toml::de::DeValue;

use super::own::Own;
use super::value::{Shape, Value, Values, Words, Written, wrong_type};
use crate::fault::Wrong;

/// Text that is not empty; what it is, in words: `a column`.
#[derive(Debug)]
pub(crate) struct Text(pub(crate) &'static str);

impl Words for Text {
    fn expected(&self) -> String {
        self.0.to_owned()
    }
}

impl Values for Text {
    type Read = String;

    fn read(&self, value: &Value<'_>) -> Result<String, Wrong> {
        text(value, self.0)
    }
}

fn text(value: &Value<'_>, expected: &str) -> Result<String, Wrong> {
    match value.get_ref() {
        DeValue::String(text) if text.trim().is_empty() => {
            let message = format!("found nothing between the quotes, expected {expected}");
            Err(Wrong::new(message, "write a name, or leave the key out"))
        }
        DeValue::String(text) => Ok(text.to_string()),
        DeValue::Array(_) | DeValue::Table(_) => Err(wrong_type(value, expected, "give one name in quotes")),
        _ => Err(wrong_type(value, expected, "put it in quotes")),
    }
}

/// A list of texts; one text alone is a list of one.
#[derive(Debug)]
pub(crate) struct Texts {
    /// What one of them is, in words: `column`.
    pub(crate) one: &'static str,
    /// Whether there has to be one at least, and each once.
    pub(crate) distinct: bool,
}

impl Words for Texts {
    fn expected(&self) -> String {
        format!("a {0} or a list of {0}s", self.one)
    }
}

impl Values for Texts {
    type Read = Vec<String>;

    fn read(&self, value: &Value<'_>) -> Result<Vec<String>, Wrong> {
        let one = format!("a {}", self.one);
        let found: Vec<String> = match value.get_ref() {
            DeValue::Array(list) => list
                .iter()
                .map(|item| text(item, &one).map_err(|wrong| wrong.at(item.span())))
                .collect::<Result<_, _>>()?,
            DeValue::String(_) => vec![text(value, &one)?],
            _ => {
                let hint = "put it in quotes; a list is written [\"a\", \"b\"]";
                return Err(wrong_type(value, &self.expected(), hint));
            }
        };
        if self.distinct && found.is_empty() {
            let expected = format!("at least one {}", self.one);
            return Err(wrong_type(value, &expected, format!("name {one}, or leave the key out")));
        }
        match (1..found.len()).find(|at| self.distinct && found[..*at].contains(&found[*at])) {
            Some(at) => Err(Wrong::new(format!("found \"{}\" twice", found[at]), "keep one of them")),
            None => Ok(found),
        }
    }
}

impl Written for Texts {
    fn written(&self, value: &Vec<String>) -> String {
        format!("{value:?}")
    }
}

/// Any text, an empty one too.
#[derive(Debug)]
pub(crate) struct AnyText;

impl Words for AnyText {
    fn expected(&self) -> String {
        "text".to_owned()
    }
}

impl Values for AnyText {
    type Read = Cow<'static, str>;

    fn read(&self, value: &Value<'_>) -> Result<Self::Read, Wrong> {
        any_text(value).map(Cow::Owned)
    }
}

impl Written for AnyText {
    fn written(&self, value: &Self::Read) -> String {
        format!("{value:?}")
    }
}

/// Any text, an empty one too.
pub(crate) fn any_text(value: &Value<'_>) -> Result<String, Wrong> {
    match value.get_ref() {
        DeValue::String(text) => Ok(text.to_string()),
        _ => Err(wrong_type(value, "text", "put it in quotes")),
    }
}

/// Texts that end something: they may be white space, such as a line end, but not empty.
pub(crate) const STOPS: Own<Vec<String>> =
    Own { expected: "a text or a list of texts", shape: Shape::Plain, read: stops };

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

/// Text with columns in it, of which the syntax is right; whether the columns are there is for the data to say.
pub(crate) const TEMPLATE: Own<String> =
    Own { expected: "text with columns as `{{ column }}`", shape: Shape::Plain, read: template };

fn template(value: &Value<'_>) -> Result<String, Wrong> {
    let source = text(value, TEMPLATE.expected)?;
    parsed(&source)?;
    Ok(source)
}

/// Whether the syntax of a template is right.
///
/// # Errors
/// It is not.
pub(crate) fn parsed(source: &str) -> Result<(), Wrong> {
    let wrong = |fault: TemplateFault| {
        let line = if source.trim_end().contains('\n') { format!("line {}: ", fault.line) } else { String::new() };
        Wrong::new(format!("{line}{}", fault.message), fault.hint)
    };
    Template::parse(source, "template").map(drop).map_err(wrong)
}

/// `true` or `false`.
#[derive(Debug)]
pub(crate) struct Flag;

impl Words for Flag {
    fn expected(&self) -> String {
        "true or false".to_owned()
    }
}

impl Values for Flag {
    type Read = bool;

    fn read(&self, value: &Value<'_>) -> Result<bool, Wrong> {
        match value.get_ref() {
            DeValue::Boolean(flag) => Ok(*flag),
            _ => Err(wrong_type(value, &self.expected(), "write true or false without quotes")),
        }
    }
}

impl Written for Flag {
    fn written(&self, value: &bool) -> String {
        value.to_string()
    }
}
