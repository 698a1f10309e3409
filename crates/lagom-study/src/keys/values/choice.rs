//! One of several names, or some of them.

use toml::de::DeValue;

use super::value::{Shape, Value, Values, Words, Written, wrong_type};
use crate::fault::Wrong;
use crate::name::{either, find, nearest};

/// One of several values by name.
#[derive(Debug)]
pub(crate) struct Choice<T: 'static> {
    /// What there is to choose from.
    pub(crate) all: &'static [T],
    /// The name of one.
    pub(crate) name: fn(T) -> &'static str,
    /// What the reference says in place of the bare names, in Markdown.
    pub(crate) told: Option<fn() -> String>,
}

impl<T: Copy> Choice<T> {
    /// One of `all`.
    pub(crate) const fn of(all: &'static [T], name: fn(T) -> &'static str) -> Choice<T> {
        Choice { all, name, told: None }
    }
}

impl<T: Copy + Sync> Words for Choice<T> {
    fn expected(&self) -> String {
        either(&self.all.iter().map(|each| (self.name)(*each)).collect::<Vec<&str>>())
    }

    fn told(&self) -> String {
        self.told.map_or_else(|| self.expected(), |told| told())
    }

    fn shape(&self) -> Shape {
        Shape::Listed
    }
}

impl<T: Copy + Sync> Values for Choice<T> {
    type Read = T;

    fn read(&self, value: &Value<'_>) -> Result<T, Wrong> {
        one_of(value, self.all, self.name)
    }
}

/// One of several values by name.
///
/// # Errors
/// It is none of the names; the nearest one is the hint.
pub(crate) fn one_of<T: Copy>(value: &Value<'_>, all: &[T], name: fn(T) -> &'static str) -> Result<T, Wrong> {
    let names: Vec<&'static str> = all.iter().map(|each| name(*each)).collect();
    let DeValue::String(text) = value.get_ref() else {
        return Err(wrong_type(value, &either(&names), "put one of them in quotes"));
    };
    find(all, name, text).ok_or_else(|| {
        let hint = match nearest(&names, text) {
            Some(near) => format!("did you mean \"{near}\"?"),
            None => format!("write one of {}", names.join(", ")),
        };
        Wrong::new(format!("found \"{text}\", expected {}", either(&names)), hint)
    })
}

impl<T: Copy + Sync> Written for Choice<T> {
    fn written(&self, value: &T) -> String {
        format!("\"{}\"", (self.name)(*value))
    }
}

/// A list of several names; one name alone is a list of one.
#[derive(Debug)]
pub(crate) struct Choices<T: 'static>(pub(crate) Choice<T>);

impl<T: Copy + Sync> Words for Choices<T> {
    fn expected(&self) -> String {
        format!("a list of {}", self.0.expected())
    }

    fn shape(&self) -> Shape {
        Shape::Listed
    }
}

impl<T: Copy + Sync> Values for Choices<T> {
    type Read = Vec<T>;

    fn read(&self, value: &Value<'_>) -> Result<Vec<T>, Wrong> {
        match value.get_ref() {
            DeValue::Array(list) => {
                list.iter().map(|item| self.0.read(item).map_err(|wrong| wrong.at(item.span()))).collect()
            }
            _ => Ok(vec![self.0.read(value)?]),
        }
    }
}

impl<T: Copy + Sync> Written for Choices<T> {
    fn written(&self, values: &Vec<T>) -> String {
        let written: Vec<String> = values.iter().map(|value| self.0.written(value)).collect();
        format!("[{}]", written.join(", "))
    }
}
