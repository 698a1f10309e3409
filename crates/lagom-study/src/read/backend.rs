//! Where the answers of a `[[candidate]]` come from.

use std::path::Path;

use super::section::{Section, Value};
use super::value::{choice, text, texts};
use crate::fault::{Faults, Wrong};
use crate::model_spec::{Api, Backend};
use crate::name::either;
use crate::prompt::ResponseMode;
use crate::secret::{is_no_name, is_well_known, looks_like_key, names_secret};
use lagom_backends::prompt::Form;

/// The keys that say where answers come from; a table has one of them.
const SOURCES: [&str; 4] = ["endpoint", "gguf", "command", "answers"];

/// Keys that some sources have no use for, with the sources that have.
const FOR: [(&str, &[&str]); 18] = [
    ("model", &["endpoint"]),
    ("api", &["endpoint"]),
    ("key-env", &["endpoint"]),
    ("key-header", &["endpoint"]),
    ("certificate", &["endpoint"]),
    ("requests-per-minute", &["endpoint"]),
    ("in-flight", &["endpoint", "command"]),
    ("timeout", &["endpoint", "command"]),
    ("environment", &["command"]),
    ("id", &["answers"]),
    ("text", &["answers"]),
    ("shots", &["endpoint", "gguf", "command"]),
    ("shots-by", &["endpoint", "gguf", "command"]),
    ("context", &["gguf"]),
    ("system", &["endpoint", "gguf", "command"]),
    ("template", &["endpoint", "gguf", "command"]),
    ("temperature", &["endpoint", "gguf", "command"]),
    ("max-tokens", &["endpoint", "gguf", "command"]),
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
        "gguf" => section.read(faults, "gguf", text).map(|path| Backend::Gguf { path: folder.join(path) }),
        "command" => {
            let environment = section.read(faults, "environment", variables).unwrap_or_default();
            section.read(faults, "command", words).map(|words| Backend::Command { words, environment })
        }
        _ => {
            if read == ResponseMode::Likelihood {
                let message = "answers on disk are texts: they have no likelihoods";
                let hint = "add read = \"answer\" to this [[candidate]]";
                section.fault(faults, "answers", Wrong::new(message, hint));
            }
            let path = section.read(faults, "answers", text).map(|path| folder.join(path));
            let (id, text) = (section.read(faults, "id", text), section.read(faults, "text", text));
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
    if !section.has("model") {
        let hint = "add model = \"…\": the name under which the server knows it (GET /v1/models lists them)";
        section.fault(faults, "model", Wrong::new("missing", hint));
    }
    let asked = section.read(faults, "api", |v| choice(v, &Api::ALL, Api::name));
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
    let key_env = section.read(faults, "key-env", variable);
    if section.has("key-header") && !section.has("key-env") {
        let hint = "add key-env = \"NAME\": the variable of the environment that holds the key";
        section.fault(faults, "key-header", Wrong::new("means nothing without `key-env`", hint));
    }
    let key_header = section.read(faults, "key-header", header);
    let certificate = section.read(faults, "certificate", text).map(|path| folder.join(path));
    let (url, model) = (section.read(faults, "endpoint", url), section.read(faults, "model", text));
    Some(Backend::Endpoint { url: url?, model: model?, api, key_env, key_header, certificate })
}

/// The address of a server, up to and with `/v1`.
fn url(value: &Value<'_>) -> Result<String, Wrong> {
    let written = text(value)?;
    let expected = "expected an address such as \"http://localhost:11434/v1\"";
    let Some((scheme, rest)) = written.split_once("://") else {
        let hint = format!("begin it with http:// or https://, such as \"http://{written}\"");
        return Err(Wrong::new(format!("found \"{written}\", {expected}"), hint));
    };
    if !matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https") {
        return Err(Wrong::new(format!("found \"{scheme}://\", {expected}"), "servers are called by http or https"));
    }
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if host.is_empty() || host.starts_with(':') || written.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err(Wrong::new(format!("found \"{written}\", {expected}"), "name the machine after the two slashes"));
    }
    let hint = "keys are taken from the environment: key-env = \"NAME_OF_THE_VARIABLE\"";
    if host.contains('@') || rest.contains('#') {
        return Err(Wrong::new("an address with a name, a password or a `#` in it", hint));
    }
    // A version of the protocol may stand there (Azure); what may be a key is not even shown.
    let (base, query) = written.split_once('?').map_or((written.as_str(), ""), |(base, query)| (base, query));
    let secret = |pair: &str| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        names_secret(name) || looks_like_key(value)
    };
    if query.split('&').any(secret) {
        return Err(Wrong::new("an address with a key in its query", hint));
    }
    let segments: Vec<&str> = base.split('/').skip(3).collect();
    if (0..segments.len()).any(|at| is_key_in_path(segments[at], at.checked_sub(1).map(|before| segments[before]))) {
        return Err(Wrong::new("an address with what looks like a key in its path", hint));
    }
    let base = base.trim_end_matches('/');
    for path in ["/chat/completions", "/completions", "/models"] {
        if let Some(base) = base.strip_suffix(path) {
            let message = format!("the address goes too far: lagom adds {path} by itself");
            return Err(Wrong::new(message, format!("write \"{base}\"")));
        }
    }
    Ok(if query.is_empty() { base.to_owned() } else { format!("{base}?{query}") })
}

/// Whether a part of an address's path is a key: not an identifier, which is of hexadecimal digits alone and stands behind the word for what it
/// identifies (`/accounts/0123…`), nor a name of several words and dates (`gpt-4o-mini-2024-07-18-eu`).
fn is_key_in_path(segment: &str, before: Option<&str>) -> bool {
    let word = |before: &str| {
        before.len() > 3 && before.chars().all(|c| c.is_ascii_lowercase() || c == '-') && !names_secret(before)
    };
    let identifier = segment.chars().all(|c| c.is_ascii_hexdigit() || c == '-') && before.is_some_and(word);
    is_well_known(segment) || (segment.split(['-', '.']).any(looks_like_key) && !identifier)
}

/// The name of a header.
fn header(value: &Value<'_>) -> Result<String, Wrong> {
    let name = text(value)?;
    let hint = "write a name such as \"api-key\"; without it the key is sent as `Authorization: Bearer`";
    if looks_like_key(&name) || is_no_name(&name) {
        return Err(Wrong::new("this looks like a key itself: keys never stand in a study", hint));
    }
    if name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') && !name.eq_ignore_ascii_case("authorization") {
        return Ok(name);
    }
    Err(Wrong::new("expected the name of a header of its own: letters, digits and -", hint))
}

/// The name of a variable of the environment; a key itself is refused.
fn variable(value: &Value<'_>) -> Result<String, Wrong> {
    let name = text(value)?;
    let hint =
        "write the name of the variable that holds the key, such as \"OPENAI_API_KEY\", and set it where lagom runs";
    if looks_like_key(&name) || is_no_name(&name) {
        return Err(Wrong::new("this looks like a key itself: keys never stand in a study", hint));
    }
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if !name.chars().all(word) || name.starts_with(|c: char| c.is_ascii_digit()) {
        return Err(Wrong::new("expected the name of a variable: letters, digits and _", hint));
    }
    Ok(name)
}

/// The names of variables that a program is given beside what every program needs.
fn variables(value: &Value<'_>) -> Result<Vec<String>, Wrong> {
    let hint = "write the names of variables, such as [\"OPENAI_API_KEY\"], and set them where lagom runs";
    let names = texts(value)?;
    let word = |name: &String| {
        name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') && !name.is_empty() && !looks_like_key(name)
    };
    match names.iter().find(|name| !word(name)) {
        Some(name) => {
            Err(Wrong::new(format!("found \"{name}\", expected the name of a variable: letters, digits and _"), hint))
        }
        None => Ok(names),
    }
}

/// A program and its arguments, each a text of its own.
fn words(value: &Value<'_>) -> Result<Vec<String>, Wrong> {
    let hint = "give the program and its arguments one by one: [\"python3\", \"answer.py\"]";
    if let toml::de::DeValue::String(line) = value.get_ref()
        && line.contains(char::is_whitespace)
    {
        return Err(Wrong::new("found a line, expected a list of words", hint));
    }
    let words = texts(value)?;
    let bears = |word: &str| {
        let (_, key) = word.split_at_checked(word.to_ascii_lowercase().find("bearer ")? + "bearer ".len())?;
        Some(!key.trim().is_empty() && !key.contains('$'))
    };
    let given = |word: &str| {
        let (name, value) = word.strip_prefix('-')?.split_once('=')?;
        let name = name.to_ascii_lowercase();
        let secret = ["key", "token", "secret", "password"].iter().any(|end| name.ends_with(end));
        Some(secret && !value.is_empty() && !value.contains('$'))
    };
    let is_key = |word: &String| {
        let known = word.split([' ', '=', ':', '/']).any(is_well_known);
        known || bears(word).unwrap_or(false) || given(word).unwrap_or(false)
    };
    if words.iter().any(is_key) {
        let hint = "name the variable that holds it, environment = [\"NAME\"], and let the program read that";
        return Err(Wrong::new("a word that looks like a key: keys never stand in a study", hint));
    }
    if words.is_empty() { Err(Wrong::new("found an empty list", hint)) } else { Ok(words) }
}

#[cfg(test)]
mod tests {
    use super::is_key_in_path;

    #[test]
    fn a_key_in_a_path_is_told_from_an_identifier_and_from_a_name() {
        let hex = "b911847c55c16347d7c97c1d1538582f";
        // As Cloudflare's gateway has it: the word before says what is identified.
        assert!(!is_key_in_path(hex, Some("accounts")) && !is_key_in_path("gpt-4o-mini-2024-07-18-eu", Some("v1")));
        assert!(is_key_in_path(hex, None) && is_key_in_path(hex, Some("v1")), "thirty-two digits alone may be a key");
        assert!(is_key_in_path("sk-proj-abcdefghij", Some("accounts")) && is_key_in_path(hex, Some("token")));
    }
}
