//! Why a backend gives up altogether, and what to do about it.

use std::path::PathBuf;

use super::CallFailure;

/// Why all further asking is pointless. What was answered before has been handed over.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BackendError {
    /// A key is to come from the environment and is not there.
    #[error("the environment variable `{variable}`, which is to hold a key, is {}", if *empty { "empty" } else { "not set" })]
    MissingKey {
        /// The variable.
        variable: String,
        /// Whether it is there but empty, or holds what no header may hold.
        empty: bool,
    },
    /// The settings cannot be meant.
    #[error("`{key}` is {found}; expected {expected}")]
    Setting {
        /// Which setting.
        key: String,
        /// What it is.
        found: String,
        /// What it may be.
        expected: String,
    },
    /// Nobody answers at the address.
    #[error("{url} cannot be reached: {message}")]
    Unreachable {
        /// The address.
        url: String,
        /// What the system said.
        message: String,
    },
    /// The server cannot prove who it is.
    #[error("{url} has a certificate that is not trusted: {message}")]
    Certificate {
        /// The address.
        url: String,
        /// What is wrong with it.
        message: String,
    },
    /// The key is missing, wrong, or not allowed to do this.
    #[error("{url} refused the key ({status}): {message}")]
    Unauthorised {
        /// The address.
        url: String,
        /// 401 or 403.
        status: u16,
        /// What the server said.
        message: String,
        /// The variable the key came from, if one was sent.
        variable: Option<String>,
    },
    /// The path is not there, or is elsewhere.
    #[error("{url} is not the path of an OpenAI-compatible server ({status}): {message}")]
    WrongPath {
        /// The address.
        url: String,
        /// The status of the answer.
        status: u16,
        /// What the server said.
        message: String,
    },
    /// The server does not know the model.
    #[error("{url} has no model `{model}`: {message}")]
    UnknownModel {
        /// The address.
        url: String,
        /// The model asked for.
        model: String,
        /// What the server said.
        message: String,
        /// The models it has, as far as it tells.
        there: Vec<String>,
    },
    /// As many calls as are allowed are made.
    #[error("the limit of {limit} calls is reached, and the next question may take {next}")]
    Calls {
        /// The most calls.
        limit: u64,
        /// What the next question may take.
        next: u64,
    },
    /// Money for all purposes is used up.
    #[error("the limit of {limit} is reached: {spent:.4} is spent and the next question may cost {next:.4}")]
    Money {
        /// The most that may be spent.
        limit: f64,
        /// What is spent.
        spent: f64,
        /// What the next question may cost at most.
        next: f64,
    },
    /// Likelihoods are wanted, and the server gives none that can be trusted.
    #[error("{url} gives no likelihoods that can be trusted: {why}")]
    NoLikelihoods {
        /// The address.
        url: String,
        /// What each route gave.
        why: String,
    },
    /// One question after the other failed.
    #[error("{questions} questions in a row got no answer from {of}; the last: {last}")]
    GivenUp {
        /// Whom they were put to.
        of: String,
        /// How many.
        questions: u32,
        /// Why the last one failed.
        last: CallFailure,
    },
    /// One question after the other was refused in the same words.
    #[error("{questions} questions in a row were refused by {of} in the same way: {message}")]
    SharedFault {
        /// Whom they were put to.
        of: String,
        /// How many.
        questions: u32,
        /// In which words.
        message: String,
    },
    /// The server wants to be left alone for longer than anybody waits.
    #[error("{url} asks to wait for {}: {message}", lasting(*.wait))]
    LongWait {
        /// The address.
        url: String,
        /// How long.
        wait: std::time::Duration,
        /// What the server said.
        message: String,
    },
    /// A program cannot be started.
    #[error("`{program}` cannot be started: {message}")]
    Start {
        /// The program.
        program: String,
        /// What the system said.
        message: String,
    },
    /// A file of answers cannot be used; every fault, one a line.
    #[error("{}: {message}", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What was found and expected.
        message: String,
    },
    /// What is to be asked can't be used: a file of weights that is none, a model that is not there.
    #[error("{message}")]
    Unusable {
        /// What was found, and of what.
        message: String,
        /// What to do.
        hint: String,
    },
    /// The program's own machinery (threads, sockets, TLS) does not start.
    #[error("cannot make requests: {message}")]
    Machinery {
        /// What the system said.
        message: String,
    },
}

impl BackendError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::MissingKey { variable, .. } => {
                format!("set it for this run alone: `{variable}=… lagom run`; keys are read from nowhere else")
            }
            Self::Unreachable { .. } => {
                "start the server, or correct the address and the port; `curl` on the same address shows what is there"
                    .to_owned()
            }
            Self::Certificate { .. } => {
                "name the PEM file of the authority that signed it: certificate = \"ca.pem\" in its [[candidate]]; \
                 or add it to the certificates that this system trusts, or use `http://` for a server on this machine"
                    .to_owned()
            }
            Self::Unauthorised { variable: Some(variable), .. } => {
                format!("check the key in `{variable}`, and that it may use this model")
            }
            Self::Unauthorised { variable: None, .. } => {
                "name under `key-env` the environment variable that holds the key".to_owned()
            }
            Self::WrongPath { .. } => {
                "give the address up to and with `/v1`, for instance `http://localhost:8080/v1`; \
                 a server without `/v1/chat/completions` may have `/v1/completions`"
                    .to_owned()
            }
            Self::UnknownModel { there, .. } if there.is_empty() => {
                "use the name by which the server knows it".to_owned()
            }
            Self::UnknownModel { there, .. } => format!("it has {}", listed(there)),
            Self::Money { .. } | Self::Calls { .. } => {
                "all answers so far are kept; raise the limit to go on from here".to_owned()
            }
            Self::NoLikelihoods { .. } => "let the model answer with a text that is parsed, or score the same weights \
                 as a GGUF file in process"
                .to_owned(),
            Self::GivenUp { last, .. } => after_a_fault(&last.to_string()),
            Self::SharedFault { message, .. } => after_a_fault(message),
            Self::LongWait { .. } => "all answers so far are kept; a run after that time goes on from here".to_owned(),
            Self::Start { .. } => {
                "check the name and the path; a relative path is looked up from the study's folder".to_owned()
            }
            Self::Unusable { hint, .. } => hint.clone(),
            Self::Setting { .. } | Self::File { .. } | Self::Machinery { .. } => return None,
        })
    }
}

/// What to do where questions are refused in these words.
fn after_a_fault(message: &str) -> String {
    let usual = "all answers so far are kept; a later run goes on from here";
    advice(message).unwrap_or(usual).to_owned()
}

/// What in the study would make an end of a fault that servers tell in these words; none where nothing would.
#[must_use]
pub fn advice(message: &str) -> Option<&'static str> {
    let text = message.to_lowercase();
    if text.contains("system") && (text.contains("role") || text.contains("instruction")) {
        return Some("let the instructions stand in the first question: form = \"chat-without-system\" under [prompt]");
    }
    let tokens = ["max_tokens", "max_completion_tokens", "output limit"].iter().any(|words| text.contains(words));
    let longer =
        "allow longer answers: max-tokens = 2000 under [prompt] (a model that thinks needs them before it answers)";
    tokens.then_some(longer)
}

/// A time in words, to the hour above two hours.
fn lasting(time: std::time::Duration) -> String {
    let minutes = time.as_secs().div_ceil(60);
    if minutes > 120 { format!("{} hours", (minutes + 30) / 60) } else { format!("{minutes} minutes") }
}

/// The first few names, and how many more.
fn listed(names: &[String]) -> String {
    let mut text = names.iter().take(8).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    if names.len() > 8 {
        text += &format!(" and {} more", names.len() - 8);
    }
    text
}
