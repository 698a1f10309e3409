//! Programs, and variables of the environment: names alone, since keys never stand in a study.

use toml::de::DeValue;

use super::own::Own;
use super::text::{Text, Texts};
use super::value::{Shape, Value, Values};
use crate::fault::Wrong;
use crate::secret::{is_no_name, is_well_known, looks_like_key};

/// The name of a header.
pub(crate) const HEADER: Own<String> = Own { expected: "the name of a header", shape: Shape::Plain, read: header };

/// The name of a variable of the environment.
pub(crate) const VARIABLE: Own<String> =
    Own { expected: "the name of a variable", shape: Shape::Plain, read: variable };

/// The names of several.
pub(crate) const VARIABLES: Own<Vec<String>> =
    Own { expected: "a list of names of variables", shape: Shape::Plain, read: variables };

/// A program and its arguments.
pub(crate) const COMMAND: Own<Vec<String>> =
    Own { expected: "a list: a program and its arguments", shape: Shape::Plain, read: words };

/// The name of a header.
fn header(value: &Value<'_>) -> Result<String, Wrong> {
    let name = Text("a name").read(value)?;
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
    let name = Text("a name").read(value)?;
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
    let names = Texts { one: "name", distinct: false }.read(value)?;
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
    if let DeValue::String(line) = value.get_ref()
        && line.contains(char::is_whitespace)
    {
        return Err(Wrong::new("found a line, expected a list of words", hint));
    }
    let words = Texts { one: "word", distinct: false }.read(value)?;
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
