//! A key that must not be found again, in whatever spelling.

use std::path::Path;

/// A key, and the parts of it that nothing may hold.
pub(super) struct Canary {
    pub(super) key: String,
    traces: Vec<String>,
}

/// Letters in a row that are too many for chance: as they stand, in base 64, each as an escape.
const PLAIN: usize = 10;
const ENCODED: usize = 12;
const ESCAPED: usize = 48;

fn percent(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

fn hexadecimal(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

fn entities(text: &str) -> String {
    text.bytes().map(|byte| format!("&#{byte};")).collect()
}

fn code_points(text: &str) -> String {
    text.bytes().map(|byte| format!("\\u{byte:04x}")).collect()
}

/// Base 64, as in RFC 4648.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for part in bytes.chunks(3) {
        let number = part.iter().fold(0_u32, |number, byte| number << 8 | u32::from(*byte)) << (8 * (3 - part.len()));
        text.extend((0..=part.len()).map(|at| LETTERS[(number >> (18 - 6 * at) & 63) as usize] as char));
        text.extend((part.len()..3).map(|_| '='));
    }
    text
}

/// Base 64 for addresses, without marks at the end.
fn for_addresses(bytes: &[u8]) -> String {
    base64(bytes).trim_end_matches('=').replace('+', "-").replace('/', "_")
}

/// Every second stretch of so many letters, in small ones.
fn windows(text: &str, length: usize) -> Vec<String> {
    let text = text.to_lowercase();
    let last = text.len().saturating_sub(length);
    (0..=last).step_by(2).chain([last]).map(|at| text[at..(at + length).min(text.len())].to_owned()).collect()
}

impl Canary {
    pub(super) fn new(key: &str) -> Self {
        let escaped = key.replace('/', "%2F").replace('+', "%2B").replace('=', "%3D");
        let mut traces: Vec<String> = Vec::new();
        for spelled in [key, &escaped, &percent(key), &hexadecimal(key)] {
            traces.extend(windows(spelled, PLAIN));
        }
        for escaped in [percent(&percent(key)), entities(key), code_points(key)] {
            traces.extend(windows(&escaped, ESCAPED));
        }
        for before in 0..3_usize {
            // Three bytes make four letters; those at both ends are made of other bytes too.
            let bytes = [&vec![b' '; before], key.as_bytes()].concat();
            let letters = [base64(&bytes), for_addresses(&bytes)];
            let (first, last) = ((before * 8).div_ceil(6), bytes.len() * 8 / 6);
            for letters in letters.iter().map(|letters| &letters[first..last]) {
                traces.extend(windows(letters, ENCODED));
                traces.extend(windows(&percent(letters), ESCAPED));
            }
        }
        traces.sort();
        traces.dedup();
        Self { key: key.to_owned(), traces }
    }

    /// Spellings that a careless server may send back.
    pub(super) fn spellings(&self) -> Vec<String> {
        let key = &self.key;
        let escaped = key.replace('/', "%2F").replace('+', "%2B").replace('=', "%3D");
        let mut all = vec![
            key.clone(),
            key.to_lowercase(),
            key.to_uppercase(),
            percent(key),
            percent(key).to_lowercase(),
            percent(&percent(key)),
            escaped,
            hexadecimal(key),
            hexadecimal(key).to_uppercase(),
            entities(key),
            code_points(key),
        ];
        for before in ["", "u:", "me:", "Bearer "] {
            let bytes = format!("{before}{key}").into_bytes();
            all.extend([base64(&bytes), for_addresses(&bytes), percent(&base64(&bytes))]);
        }
        all
    }

    /// The first part of the key that the bytes hold, with what stands around it.
    fn found_in(&self, bytes: &[u8]) -> Option<String> {
        // Pages and JSON escape the marks of escapes.
        let text = String::from_utf8_lossy(bytes).to_lowercase().replace("&amp;", "&").replace("\\\\", "\\");
        let (trace, at) = self.traces.iter().find_map(|trace| Some((trace, text.find(trace)?)))?;
        let around = &text.as_bytes()[at.saturating_sub(80)..(at + 80).min(text.len())];
        Some(format!("`{trace}`: {}", String::from_utf8_lossy(around)))
    }

    /// Fails where the bytes hold a part of the key.
    #[track_caller]
    pub(super) fn is_not_in(&self, what: &str, bytes: &[u8]) {
        let found = self.found_in(bytes);
        assert!(found.is_none(), "{what} holds of {} {found:?}", self.key);
    }

    /// Fails where a file below the folder holds a part of the key, but for those of these names.
    #[track_caller]
    pub(super) fn is_not_below(&self, folder: &Path, but: &[&str]) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                self.is_not_below(&path, but);
            } else if !but.iter().any(|name| path.ends_with(name)) {
                self.is_not_in(&path.display().to_string(), &std::fs::read(&path).unwrap());
            }
        }
    }
}

#[test]
fn a_canary_is_found_in_each_spelling() {
    let canary = Canary::new("sk-Canary+7f/3a9C~Zq=04821");
    for spelled in canary.spellings() {
        assert!(canary.found_in(format!("a {spelled} b").as_bytes()).is_some(), "{spelled}");
    }
    assert_eq!(canary.found_in(b"sk-Canary and other words 04821"), None);
}
