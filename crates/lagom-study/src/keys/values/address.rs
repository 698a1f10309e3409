//! The address of a server.

use super::own::Own;
use super::text::Text;
use super::value::{Shape, Value, Values};
use crate::fault::Wrong;
use crate::secret::{is_well_known, looks_like_key, names_secret};

/// The address of an OpenAI-compatible server.
pub(crate) const ADDRESS: Own<String> =
    Own { expected: "an address such as \"http://localhost:11434/v1\"", shape: Shape::Plain, read: url };

/// The address of a server, up to and with `/v1`.
fn url(value: &Value<'_>) -> Result<String, Wrong> {
    let written = Text(ADDRESS.expected).read(value)?;
    let expected = format!("expected {}", ADDRESS.expected);
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
