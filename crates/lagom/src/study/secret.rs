//! Keys that were written where they do not belong: recognised, so that no message shows them.

/// How keys of well-known services begin.
const BEGINNINGS: [&str; 11] = ["sk-", "sk_", "pk-", "hf_", "gsk_", "xai-", "AIza", "Bearer ", "r8_", "nvapi-", "ghp_"];
/// A shorter text is no key.
const SHORTEST: usize = 12;
/// From here on, letters and digits in disorder are a key.
const RANDOM: usize = 24;

/// Whether a text looks like a key and not like the name of a variable.
pub(super) fn looks_like_key(text: &str) -> bool {
    let length = text.chars().count();
    let known = length >= SHORTEST && BEGINNINGS.iter().any(|beginning| text.starts_with(beginning));
    let has = |wanted: fn(&char) -> bool| text.chars().filter(wanted).count();
    let (digits, lower, upper) =
        (has(char::is_ascii_digit), has(char::is_ascii_lowercase), has(char::is_ascii_uppercase));
    let bare = text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.~+/=".contains(c));
    let random = length >= RANDOM && bare && digits >= 4 && lower >= 4 && (upper >= 4 || !text.contains('_'));
    known || (random && !text.contains("://") && !text.contains(".gguf"))
}

/// The line with what looks like a key in it replaced, so that a message can show it; as many characters as before.
pub(super) fn masked(line: &str) -> String {
    let mut shown = String::with_capacity(line.len());
    for (place, part) in line.split('"').enumerate() {
        if place > 0 {
            shown.push('"');
        }
        // Between quotes stands what has an odd place.
        if place % 2 == 1 && looks_like_key(part) {
            shown.extend(part.chars().map(|_| '*'));
        } else {
            shown.push_str(part);
        }
    }
    shown
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
}
