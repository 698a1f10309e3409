//! Where the answers of a `[[candidate]]` come from.

use std::path::Path;

use super::section::Section;
use crate::fault::{Faults, Wrong};
use crate::keys::candidate as keys;
use crate::model_spec::Backend;
use crate::name::either;
use crate::named::{Api, ResponseMode};
use lagom_backends::prompt::Form;

/// The keys that say where answers come from, or what is adapted; a table has one of them.
pub(super) const SOURCES: [&str; 5] =
    [keys::ENDPOINT.name, keys::GGUF.name, keys::COMMAND.name, keys::ANSWERS.name, keys::WEIGHTS.name];

/// Keys that some sources have no use for, with the sources that have.
const FOR: [(&str, &[&str]); 22] = [
    (keys::ADAPT.name, &[keys::WEIGHTS.name]),
    (keys::DIMENSIONS.name, &[keys::WEIGHTS.name]),
    (keys::DEVICE.name, &[keys::WEIGHTS.name]),
    (keys::PRECISION.name, &[keys::WEIGHTS.name]),
    (keys::MODEL.name, &[keys::ENDPOINT.name]),
    (keys::API.name, &[keys::ENDPOINT.name]),
    (keys::KEY_ENV.name, &[keys::ENDPOINT.name]),
    (keys::KEY_HEADER.name, &[keys::ENDPOINT.name]),
    (keys::CERTIFICATE.name, &[keys::ENDPOINT.name]),
    (keys::REQUESTS_PER_MINUTE.name, &[keys::ENDPOINT.name]),
    (keys::IN_FLIGHT.name, &[keys::ENDPOINT.name, keys::COMMAND.name]),
    (keys::TIMEOUT.name, &[keys::ENDPOINT.name, keys::COMMAND.name]),
    (keys::ENVIRONMENT.name, &[keys::COMMAND.name]),
    (keys::ID.name, &[keys::ANSWERS.name]),
    (keys::TEXT.name, &[keys::ANSWERS.name]),
    (keys::SHOTS.name, &[keys::ENDPOINT.name, keys::GGUF.name, keys::COMMAND.name]),
    (keys::SHOTS_BY.name, &[keys::ENDPOINT.name, keys::GGUF.name, keys::COMMAND.name]),
    (keys::CONTEXT.name, &[keys::GGUF.name]),
    (keys::SYSTEM.name, &[keys::ENDPOINT.name, keys::GGUF.name, keys::COMMAND.name]),
    (keys::TEMPLATE.name, &[keys::ENDPOINT.name, keys::GGUF.name, keys::COMMAND.name]),
    (keys::TEMPERATURE.name, &[keys::ENDPOINT.name, keys::GGUF.name, keys::COMMAND.name]),
    (keys::MAX_TOKENS.name, &[keys::ENDPOINT.name, keys::GGUF.name, keys::COMMAND.name]),
];

/// Reads the source; `None` where there is none, or several, or it is wrong. `(form, read)` is what is asked for.
pub(super) fn backend(
    section: &Section<'_>,
    folder: &Path,
    (form, read): (Option<Form>, ResponseMode),
    faults: &mut Faults<'_>,
) -> Option<Backend> {
    let there: Vec<&str> = SOURCES.into_iter().filter(|key| section.has(key)).collect();
    let [source] = there.as_slice() else {
        let all = either(&SOURCES);
        if let [first, rest @ ..] = there.as_slice() {
            for other in rest {
                let message = format!("`{first}` and `{other}` exclude each other");
                section.fault(faults, other, Wrong::new(message, format!("keep one of {all}")));
            }
        } else {
            let hint = "add endpoint = \"http://localhost:11434/v1\", or a file as gguf = \"model.gguf\"";
            section.fault_table(faults, Wrong::new(format!("found none of {all}"), hint));
        }
        return None;
    };
    unused(section, source, faults);
    match *source {
        "endpoint" => endpoint(section, folder, (form, read), faults),
        "gguf" => section.read(faults, &keys::GGUF).map(|path| Backend::Gguf { path: folder.join(path) }),
        "command" => {
            let environment = section.read(faults, &keys::ENVIRONMENT).unwrap_or_default();
            section.read(faults, &keys::COMMAND).map(|words| Backend::Command { words, environment })
        }
        _ => {
            if read == ResponseMode::Likelihood {
                let message = "answers on disk are texts: they have no likelihoods";
                let hint = "add read = \"answer\" to this [[candidate]]";
                section.fault(faults, keys::ANSWERS.name, Wrong::new(message, hint));
            }
            let path = section.read(faults, &keys::ANSWERS).map(|path| folder.join(path));
            let (id, text) = (section.read(faults, &keys::ID), section.read(faults, &keys::TEXT));
            path.map(|path| Backend::Answers { path, id, text })
        }
    }
}

/// Notes keys that mean nothing for this source.
fn unused(section: &Section<'_>, source: &str, faults: &mut Faults<'_>) {
    for (key, sources) in FOR.into_iter().filter(|(key, sources)| section.has(key) && !sources.contains(&source)) {
        let message = format!("`{key}` means nothing beside `{source}`");
        section.fault(faults, key, Wrong::new(message, format!("leave it out: it goes with {}", either(sources))));
    }
}

fn endpoint(
    section: &Section<'_>,
    folder: &Path,
    (form, read): (Option<Form>, ResponseMode),
    faults: &mut Faults<'_>,
) -> Option<Backend> {
    if !section.has(keys::MODEL.name) {
        let hint = "add model = \"…\": the name under which the server knows it (GET /v1/models lists them)";
        section.fault(faults, keys::MODEL.name, Wrong::new("missing", hint));
    }
    let asked = section.read(faults, &keys::API);
    let by_text = read == ResponseMode::Likelihood || form == Some(Form::Text);
    let api = asked.unwrap_or(if by_text { Api::Completions } else { Api::Chat });
    let (key, message, hint) = match (api, read, form) {
        (Api::Chat, ResponseMode::Likelihood, _) => (
            "api",
            "chat completions cannot score a given text, and likelihoods are asked for",
            "write api = \"completions\", or read = \"answer\"",
        ),
        (Api::Chat, _, Some(Form::Text)) => (
            "api",
            "chat completions take messages, and [prompt] has form = \"text\"",
            "write api = \"completions\", or leave the form out",
        ),
        (Api::Completions, _, Some(Form::Chat | Form::ChatWithoutSystem)) => (
            "api",
            "completions take a text, and [prompt] asks for messages",
            "write api = \"chat\", or leave the form out",
        ),
        _ => ("", "", ""),
    };
    if !key.is_empty() {
        section.fault(faults, key, Wrong::new(message, hint));
    }
    let key_env = section.read(faults, &keys::KEY_ENV);
    if section.has(keys::KEY_HEADER.name) && !section.has(keys::KEY_ENV.name) {
        let hint = "add key-env = \"NAME\": the variable of the environment that holds the key";
        section.fault(faults, keys::KEY_HEADER.name, Wrong::new("means nothing without `key-env`", hint));
    }
    let key_header = section.read(faults, &keys::KEY_HEADER);
    let certificate = section.read(faults, &keys::CERTIFICATE).map(|path| folder.join(path));
    let (url, model) = (section.read(faults, &keys::ENDPOINT), section.read(faults, &keys::MODEL));
    Some(Backend::Endpoint { url: url?, model: model?, api, key_env, key_header, certificate })
}
