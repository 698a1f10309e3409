//! Text in which each number carries its value.

use crate::numbers::MISSING;

/// A piece of text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Part {
    /// What is written.
    pub(crate) text: String,
    /// The number that is written, where it is one.
    pub(crate) value: Option<f64>,
    /// How it looks.
    pub(crate) look: Look,
}

/// How a piece of text looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Look {
    /// As text does.
    #[default]
    Plain,
    /// Standing back.
    Soft,
    /// Standing out.
    Strong,
}

/// Pieces of text, one after the other. In a paragraph what stands in backticks is code; in a table it is text.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Text(pub(crate) Vec<Part>);

impl Text {
    /// A number as it is written; a dash for one that is none.
    pub(crate) fn number(value: f64, text: impl Into<String>) -> Self {
        if !value.is_finite() {
            return Self::missing();
        }
        Self(vec![Part { text: text.into(), value: Some(value), look: Look::Plain }])
    }

    /// A dash for what is not there.
    pub(crate) fn missing() -> Self {
        Self::from(MISSING).looking(Look::Soft)
    }

    /// What stands out.
    pub(crate) fn strong(text: impl Into<String>) -> Self {
        Self::from(text.into()).looking(Look::Strong)
    }

    /// With more behind it.
    pub(crate) fn and(mut self, more: impl Into<Text>) -> Self {
        self.0.extend(more.into().0);
        self
    }

    /// All of it looking like this.
    pub(crate) fn looking(mut self, look: Look) -> Self {
        self.0.iter_mut().for_each(|part| part.look = look);
        self
    }

    /// What is written.
    pub(crate) fn plain(&self) -> String {
        self.0.iter().map(|part| part.text.as_str()).collect()
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        if text.is_empty() { Self::default() } else { Self(vec![Part { text, value: None, look: Look::Plain }]) }
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}
