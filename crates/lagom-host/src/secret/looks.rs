//! Keys that were written where they do not belong: recognised, so that no message shows them.

use std::borrow::Cow;

/// How keys of well-known services begin.
const BEGINNINGS: [&str; 17] = [
    "sk-",
    "sk_",
    "pk-",
    "hf_",
    "gsk_",
    "xai-",
    "AIza",
    "Bearer ",
    "r8_",
    "nvapi-",
    "ghp_",
    "github_pat_",
    "glpat-",
    "xoxb-",
    "AKIA",
    "eyJhbGci",
    "pplx-",
];
/// A shorter text is no key.
const SHORTEST: usize = 12;
/// From here on, letters and digits in disorder are a key.
const RANDOM: usize = 24;
/// No name of one word is as long.
const LONG: usize = 32;
/// Words in the name of a secret.
const NAMES: [&str; 13] = [
    "key",
    "apikey",
    "token",
    "secret",
    "password",
    "passwd",
    "pwd",
    "sig",
    "signature",
    "auth",
    "code",
    "credential",
    "credentials",
];

/// How words of several in one end that name a secret.
const ENDS: [&str; 4] = ["apikey", "subscriptionkey", "accesskey", "accesstoken"];

/// Whether what stands under this name (of a parameter of an address, a header, a variable) is a secret, by its words.
#[must_use]
pub fn names_secret(name: &str) -> bool {
    // `apiToken` and `subscriptionkey` as `api-token` and `subscription-key`.
    let (mut words, mut was_small) = (String::new(), false);
    for letter in name.chars() {
        if letter.is_uppercase() && was_small {
            words.push('-');
        }
        words.extend(letter.to_lowercase());
        was_small = letter.is_lowercase();
    }
    words.split(['-', '_', '.']).any(|word| NAMES.contains(&word) || ENDS.iter().any(|end| word.ends_with(end)))
}

/// Whether a text begins as the keys of well-known services do.
#[must_use]
pub fn is_well_known(text: &str) -> bool {
    let text = &*without_percent_signs(text);
    text.chars().count() >= SHORTEST && BEGINNINGS.iter().any(|beginning| text.starts_with(beginning))
}

/// Whether a text looks like a key and not like a name, an address or a path.
#[must_use]
pub fn looks_like_key(text: &str) -> bool {
    let text = &*without_percent_signs(text);
    let has = |wanted: fn(&char) -> bool| text.chars().filter(wanted).count();
    let (digits, lower, upper) =
        (has(char::is_ascii_digit), has(char::is_ascii_lowercase), has(char::is_ascii_uppercase));
    let bare = text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.~+/=".contains(c));
    let long = text.chars().count() >= RANDOM;
    let random = long && bare && digits >= 4 && lower >= 4 && (upper >= 4 || !text.contains('_'));
    is_well_known(text) || (random && !text.contains("://") && !text.contains(".gguf"))
}

/// The text that is meant where an address has percent signs (`%5F` for `_`): of ASCII characters alone.
fn without_percent_signs(text: &str) -> Cow<'_, str> {
    let mut parts = text.split('%');
    let mut meant = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let code = part.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok()).filter(u8::is_ascii);
        match code {
            Some(code) => meant.extend([char::from(code)].into_iter().chain(part[2..].chars())),
            None => meant.extend(['%'].into_iter().chain(part.chars())),
        }
    }
    if meant.len() == text.len() { Cow::Borrowed(text) } else { Cow::Owned(meant) }
}

/// Whether a text is longer than a name of one word ever is, so that it may be a key where a name is expected.
#[must_use]
pub fn is_no_name(text: &str) -> bool {
    text.chars().count() >= LONG && !text.contains(['_', '-'])
}

/// A text with what looks like a key in it replaced, so that a message can show it; as many characters as before. So is what
/// stands before an `@` in an address.
#[must_use]
pub fn masked(text: &str) -> String {
    hidden_in(text, &of_looks(text))
}

/// As [`masked`], for what somebody else has written: also what is given there under the name of a secret (`password = …`,
/// `token: …`, `?key=…`).
#[must_use]
pub fn masked_source(text: &str) -> String {
    let mut hidden = of_looks(text);
    for (start, _) in text.match_indices(['=', ':']) {
        let name = text[..start].trim_end().trim_end_matches(['"', '\'']);
        // Backwards from the mark: a line may be long and have many of them.
        let name = &name[name.trim_end_matches(is_of_name).len()..];
        if name.is_empty() || !names_secret(name) {
            continue;
        }
        let rest = text[start + 1..].split('\n').next().unwrap_or_default();
        let value = rest.trim_start_matches([' ', '\t', '"', '\'']);
        let end = value.find(|c: char| c.is_whitespace() || "\"'&#,}]".contains(c)).unwrap_or(value.len());
        // `key-env` and `key-header` hold names.
        if (name.ends_with("env") || name.ends_with("header")) && !is_no_name(&value[..end]) {
            continue;
        }
        let from = start + 1 + rest.len() - value.len();
        hidden[from..from + end].fill(true);
    }
    hidden_in(text, &hidden)
}

/// Which bytes of a text look like a key.
fn of_looks(text: &str) -> Vec<bool> {
    let mut hidden = vec![false; text.len()];
    let mut hide = |from: usize, length: usize| hidden[from..from + length].fill(true);
    // Between quotes stands what has an odd place.
    let mut at = 0;
    for (place, part) in text.split('"').enumerate() {
        if place % 2 == 1 && looks_like_key(part) {
            hide(at, part.len());
        }
        at += part.len() + 1;
    }
    for (from, word) in words(text, |c| c.is_ascii_alphanumeric() || "-_.~+=%".contains(c)) {
        let value = word.split_once('=').map_or(word, |(_, value)| value);
        if looks_like_key(word) {
            hide(from, word.len());
        } else if looks_like_key(value) {
            hide(from + word.len() - value.len(), value.len());
        }
    }
    for (start, _) in text.match_indices("://") {
        let rest = &text[start + 3..];
        let authority = rest.split(|c: char| c.is_whitespace() || "/?#\"'".contains(c)).next().unwrap_or_default();
        if let Some((user, _)) = authority.rsplit_once('@') {
            hide(start + 3, user.len());
        }
    }
    hidden
}

fn hidden_in(text: &str, hidden: &[bool]) -> String {
    text.char_indices().map(|(at, c)| if hidden[at] { '*' } else { c }).collect()
}

fn is_of_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-_.".contains(c)
}

/// The longest runs of such characters, with where they begin.
fn words(text: &str, within: fn(char) -> bool) -> impl Iterator<Item = (usize, &str)> {
    let start = text.as_ptr() as usize;
    text.split(move |c| !within(c))
        .filter(|word| !word.is_empty())
        .map(move |word| (word.as_ptr() as usize - start, word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_told_from_names() {
        for key in [
            "sk-proj-abcdefghij",
            "hf_AbCdEfGhIjKlMnOp",
            "Bearer abcdefgh",
            "a81f0c94d2e7b6530f1e2d3c4b5a6978",
            "AbCd1234EfGh5678IjKl9012",
        ] {
            assert!(looks_like_key(key), "{key}");
        }
        for name in ["OPENAI_API_KEY", "KEY", "MY_COMPANY_2026_INTERNAL_GATEWAY_KEY", "openai_key_for_team_a", "sk-1"] {
            assert!(!looks_like_key(name), "{name}");
        }
        assert_eq!(masked("key = \"sk-proj-abcdefghij\"  # \"x\""), "key = \"******************\"  # \"x\"");
    }

    #[test]
    fn names_of_secrets_are_known_in_small_and_capital_letters() {
        for name in
            ["api-key", "apiToken", "HF_TOKEN", "AWS_SECRET_ACCESS_KEY", "Subscription-Key", "MY.PASSWORD", "accesskey"]
        {
            assert!(names_secret(name), "{name}");
        }
        for name in ["HF_HOME", "TOKENIZERS_PARALLELISM", "max-tokens", "monkey", "LC_ALL"] {
            assert!(!names_secret(name), "{name}");
        }
    }

    #[test]
    fn a_line_shows_no_key_wherever_it_stands() {
        for (line, shown) in [
            ("endpoint = \"https://me:hush@host/v1\"", "endpoint = \"https://*******@host/v1\""),
            ("endpoint = 'https://host/v1?api-key=hush&v=1'", "endpoint = 'https://host/v1?api-key=****&v=1'"),
            ("# password = hush, see below", "# password = ****, see below"),
            ("# password: hush/hush+7==\n", "# password: *************\n"),
            ("x = 1 # sk-proj-abcdefghij", "x = 1 # ******************"),
            ("x = 'https://host/sk-proj-abcdefghij/v1'", "x = 'https://host/******************/v1'"),
            ("key-env = \"MY_KEY\"  # über", "key-env = \"MY_KEY\"  # über"),
            ("max-tokens = 16", "max-tokens = 16"),
            ("margin = 0.05", "margin = 0.05"),
            ("token=", "token="),
            ("token =\nmargin = 0.05", "token =\nmargin = 0.05"),
        ] {
            assert_eq!(masked_source(line), shown);
            assert_eq!(shown.chars().count(), line.chars().count());
        }
    }

    #[test]
    fn what_stands_where_a_name_is_expected_and_is_none_is_not_shown() {
        let key = "QwErTyUiOpAsDfGhJkLzXcVbNmQwErTyUiOpAsDfGhJkLzX123";
        for name in ["key-header", "key-env"] {
            assert!(!masked_source(&format!("{name} = \"{key}\"")).contains("QwErTy"), "{name}");
        }
        for line in ["key-header = \"x-goog-api-key\"", "key-env = \"AZURE_OPENAI_SERVICE_FOR_EASTERN_EUROPE_KEY\""] {
            assert_eq!(masked_source(line), line);
        }
    }

    #[test]
    fn percent_signs_hide_no_key() {
        let key = "gsk%5FjELUXnvVEoA5ZnVTjlNj";
        assert!(is_well_known(key) && looks_like_key(key) && looks_like_key("%67sk_jELUXnvVEoA"));
        assert!(!masked_source(&format!("endpoint = \"http://h/{key}/v1\"")).contains("jELUX"));
        assert!(!looks_like_key("100%") && !looks_like_key("%zz") && !looks_like_key("models%2Fgpt"));
    }
}
