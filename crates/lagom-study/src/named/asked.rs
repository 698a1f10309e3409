//! Words of `[[candidate]]` and `[prompt]`.

use lagom_backends::prompt::Form;
use serde::{Deserialize, Serialize};

use crate::name::named;

/// Which path of an OpenAI-compatible server is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Api {
    /// `/v1/chat/completions`: messages.
    Chat,
    /// `/v1/completions`: a text to go on with; the one that can score a given text.
    Completions,
}

named! { Api: Chat = "chat", Completions = "completions" }

/// Which training rows stand in a prompt as examples.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ShotsBy {
    /// Drawn once by the seed, balanced over the classes: the same for every row and every candidate.
    #[default]
    Random,
    /// Those most alike to the row that is asked, by the n-grams of their prompts.
    Nearest,
}

named! { ShotsBy: Random = "random", Nearest = "nearest" }

/// What is taken from a model.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ResponseMode {
    /// The text that it answers.
    #[default]
    Answer,
    /// How likely it finds each label, choice or reference.
    Likelihood,
}

named! { ResponseMode: Answer = "answer", Likelihood = "likelihood" }

/// What a whole answer is that names no label, number or choice, or several.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unreadable {
    /// Missing: that it was not read says nothing of whether it is right.
    #[default]
    Missing,
    /// Wrong: whoever uses the model could not read it either.
    Wrong,
}

/// What an answer is that was cut off before its end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CutOff {
    /// Missing, unless what was read of it cannot have changed with what was cut off.
    #[default]
    Missing,
    /// Read as it stands.
    Read,
}

/// What it is that a model or its provider will not answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Refusals {
    /// Wrong: a property of the model.
    #[default]
    Wrong,
    /// Left out: the row counts for no comparison with this model.
    LeaveOut,
}

named! { Unreadable: Missing = "missing", Wrong = "wrong" }

named! { CutOff: Missing = "missing", Read = "read" }

named! { Refusals: Wrong = "wrong", LeaveOut = "leave-out" }

/// The forms that a study may name, with their names there.
pub(crate) const FORMS: [Form; 3] = [Form::Chat, Form::ChatWithoutSystem, Form::Text];

/// The name of a form in `study.toml`.
pub(crate) fn form_name(form: Form) -> &'static str {
    match form {
        Form::Chat => "chat",
        Form::ChatWithoutSystem => "chat-without-system",
        Form::Text => "text",
    }
}
