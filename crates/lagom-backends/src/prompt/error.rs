//! What can be wrong with a template, with the examples for shots, and with a row that is to become a prompt.

/// One thing wrong with a template.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{key}, line {line}: {message}")]
pub struct TemplateFault {
    /// The key of the study that the template stands under.
    pub key: String,
    /// The line of the template, from 1.
    pub line: usize,
    /// What was found and what was expected.
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

/// Why there is no prompt.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PromptError {
    /// A template cannot be filled in from this row.
    #[error(transparent)]
    Template(#[from] TemplateFault),
    /// Fewer examples than shots.
    #[error("{wanted} shots need at least {} training rows with different inputs and an answer each, found {found}", wanted + 1)]
    FewExamples {
        /// How many shots are wanted.
        wanted: usize,
        /// How many examples can be shown.
        found: usize,
    },
    /// The answer of an example is none of its choices.
    #[error("the answer {answer:?} is none of the choices {choices:?}")]
    NotAChoice {
        /// The answer.
        answer: String,
        /// What it should be one of.
        choices: Vec<String>,
    },
    /// Choices that cannot be told apart by a letter.
    #[error("{found} choices: a row needs 2 to {most}", most = super::choice::MOST_CHOICES)]
    Choices {
        /// How many there are.
        found: usize,
    },
}

impl PromptError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &str {
        match self {
            Self::Template(fault) => &fault.hint,
            Self::FewExamples { .. } => "take fewer shots, or more training rows",
            Self::NotAChoice { .. } => "write the answer as one of the choices is written, letter for letter",
            Self::Choices { .. } => "look at the column of choices in this row",
        }
    }
}
