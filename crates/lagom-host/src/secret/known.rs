//! Keys that are known, in whatever spelling they come back.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

/// What takes the place of a key.
const STRUCK: &str = "[key]";
/// A shorter key is a word that answers may well hold (`none`, `ollama`), and no secret.
const SHORTEST: usize = 8;
/// A shorter part of an encoded key may be anything.
const ENCODED: usize = 8;
/// How often a text is decoded in search of keys: percent signs may be encoded themselves.
const DEPTH: usize = 3;

/// Keys to be struck out of texts.
#[derive(Clone, Default)]
pub struct Keys {
    /// In small letters, as they stand and in hexadecimal digits.
    plain: Vec<Vec<u8>>,
    /// What base 64 makes of them, in small letters: one for each place that they may begin at.
    encoded: Vec<Vec<u8>>,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Keys({})", self.plain.len() / 2)
    }
}

impl Keys {
    /// Remembers a key. One of fewer than eight characters is no secret and is left in texts.
    pub fn add(&mut self, key: &str) {
        let key = key.trim();
        if key.chars().count() < SHORTEST {
            return;
        }
        let hexadecimal: String = key.bytes().map(|byte| format!("{byte:02x}")).collect();
        self.plain.extend([key.to_ascii_lowercase().into_bytes(), hexadecimal.into_bytes()]);
        for before in 0..3_usize {
            // Three bytes make four letters; those at both ends are made of other bytes too.
            let mut bytes = vec![0; before];
            bytes.extend_from_slice(key.as_bytes());
            let letters = STANDARD_NO_PAD.encode(&bytes).to_ascii_lowercase().into_bytes();
            let (first, last) = ((before * 8).div_ceil(6), bytes.len() * 8 / 6);
            if let Some(whole) = letters.get(first..last).filter(|whole| whole.len() >= ENCODED) {
                self.encoded.push(whole.to_vec());
            }
        }
    }

    /// The text with every key in it replaced by `[key]`: as it stands, in other letters (small, capital), with percent signs,
    /// escaped as in JSON or HTML, in base 64 or hexadecimal digits.
    #[must_use]
    pub fn strike_out(&self, text: &str) -> String {
        if self.plain.is_empty() {
            return text.to_owned();
        }
        let mut hidden = vec![false; text.len()];
        // Each letter, with the bytes of the text that it stands for.
        let mut letters: Vec<Letter> =
            text.bytes().enumerate().map(|(at, byte)| Letter { byte, from: at, to: at + 1 }).collect();
        for _ in 0..DEPTH {
            self.hide(&letters, &mut hidden);
            let decoded = decoded(&letters);
            if decoded.len() == letters.len() {
                break;
            }
            letters = decoded;
        }
        struck(text, &hidden)
    }

    fn hide(&self, letters: &[Letter], hidden: &mut [bool]) {
        let plain: Vec<u8> = letters.iter().map(|letter| letter.byte.to_ascii_lowercase()).collect();
        let standard = |byte: &u8| match byte {
            b'-' => b'+',
            b'_' => b'/',
            byte => *byte,
        };
        let encoded: Vec<u8> = plain.iter().map(standard).collect();
        let mut find = |within: &[u8], key: &[u8]| {
            let mut from = 0;
            while let Some(at) = position(&within[from..], key) {
                let (first, last) = (from + at, from + at + key.len() - 1);
                hidden[letters[first].from..letters[last].to].fill(true);
                from += at + 1;
            }
        };
        self.plain.iter().for_each(|key| find(&plain, key));
        self.encoded.iter().for_each(|key| find(&encoded, key));
    }
}

/// A byte, and the bytes of the text that it stands for.
#[derive(Clone, Copy)]
struct Letter {
    byte: u8,
    from: usize,
    to: usize,
}

fn position(within: &[u8], key: &[u8]) -> Option<usize> {
    let first = *key.first()?;
    let last = within.len().checked_sub(key.len())?;
    (0..=last).find(|&at| within[at] == first && within[at..].starts_with(key))
}

/// The letters with one layer of escapes taken away.
fn decoded(letters: &[Letter]) -> Vec<Letter> {
    let mut found = Vec::with_capacity(letters.len());
    let mut at = 0;
    while at < letters.len() {
        let (byte, used) = escape(&letters[at..]).unwrap_or((letters[at].byte, 1));
        found.push(Letter { byte, from: letters[at].from, to: letters[at + used - 1].to });
        at += used;
    }
    found
}

/// What an escape at the beginning stands for, and its length: `%41`, `\u0041`, `\x41`, `\/`, `&#65;`, `&#x41;`, `&amp;`.
fn escape(letters: &[Letter]) -> Option<(u8, usize)> {
    let byte = |at: usize| letters.get(at).map(|letter| letter.byte);
    let number = |from: usize, to: usize, base: u32| {
        let digits: Vec<u8> = letters.get(from..to)?.iter().map(|letter| letter.byte).collect();
        u8::from_str_radix(std::str::from_utf8(&digits).ok().filter(|text| !text.starts_with('+'))?, base).ok()
    };
    match (byte(0)?, byte(1)?) {
        (b'%', _) => Some((number(1, 3, 16)?, 3)),
        (b'\\', b'u') => Some((number(2, 6, 16)?, 6)),
        (b'\\', b'x') => Some((number(2, 4, 16)?, 4)),
        (b'\\', other @ (b'/' | b'\\' | b'"')) => Some((other, 2)),
        (b'&', b'#') => {
            let end = (3..8).find(|&at| byte(at) == Some(b';'))?;
            let hexadecimal = matches!(byte(2), Some(b'x' | b'X'));
            let value = if hexadecimal { number(3, end, 16)? } else { number(2, end, 10)? };
            Some((value, end + 1))
        }
        (b'&', _) => {
            let named: [(&[u8], u8); 4] = [(b"&amp;", b'&'), (b"&lt;", b'<'), (b"&gt;", b'>'), (b"&quot;", b'"')];
            let is = |name: &[u8]| name.iter().enumerate().all(|(at, letter)| byte(at) == Some(*letter));
            named.into_iter().find(|(name, _)| is(name)).map(|(name, value)| (value, name.len()))
        }
        _ => None,
    }
}

/// The text with each hidden part replaced.
fn struck(text: &str, hidden: &[bool]) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut within = false;
    for (at, letter) in text.char_indices() {
        let hides = hidden[at..at + letter.len_utf8()].iter().any(|hidden| *hidden);
        match (hides, within) {
            (true, false) => shown.push_str(STRUCK),
            (false, _) => shown.push(letter),
            (true, true) => {}
        }
        within = hides;
    }
    shown
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::{STANDARD, URL_SAFE};

    use super::*;

    const KEY: &str = "sk-Canary/7f+3a=9C~Zq-04821";

    fn keys() -> Keys {
        let mut keys = Keys::default();
        keys.add(KEY);
        keys
    }

    #[test]
    fn a_key_is_struck_out_in_every_spelling() {
        let percent: String = KEY.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let some: String = KEY.replace('/', "%2f").replace('+', "%2B").replace('=', "%3d");
        let twice = some.replace('%', "%25");
        let json: String = KEY.chars().map(|letter| format!("\\u{:04x}", letter as u32)).collect();
        let html: String = KEY.chars().map(|letter| format!("&#{};", letter as u32)).collect();
        let hexadecimal: String = KEY.bytes().map(|byte| format!("{byte:02X}")).collect();
        let slashes = KEY.replace('/', "\\/");
        let (small, capital) = (KEY.to_lowercase(), KEY.to_uppercase());
        for spelled in [KEY, &percent, &some, &twice, &json, &html, &hexadecimal, &slashes, &small, &capital] {
            let struck = keys().strike_out(&format!("before {spelled} behind"));
            assert_eq!(struck, "before [key] behind", "{spelled}");
        }
    }

    #[test]
    fn base_64_of_a_text_with_the_key_in_it_shows_no_more_than_its_edges() {
        for before in ["", "u", "us", "user:", "Bearer "] {
            for behind in ["", "x", "xy", "xyz"] {
                let text = format!("{before}{KEY}{behind}");
                for encoded in [STANDARD.encode(&text), URL_SAFE.encode(&text)] {
                    let struck = keys().strike_out(&format!("Basic {encoded}."));
                    // Six bits a letter: those that hold bits of the key alone are gone, so two bytes of it may show.
                    let (first, last) = ((before.len() * 8).div_ceil(6), (before.len() + KEY.len()) * 8 / 6);
                    let shown = format!("Basic {}[key]{}.", &encoded[..first], &encoded[last..]);
                    assert_eq!(struck, shown, "{text}");
                }
            }
        }
    }

    #[test]
    fn nothing_else_is_touched() {
        let text = "ünïcode 100 % &c. \\u00e4 %zz &#; sk-Canary";
        assert_eq!(keys().strike_out(text), text);
        let mut short = Keys::default();
        short.add("ollama");
        assert_eq!(short.strike_out("I am ollama"), "I am ollama");
        assert_eq!(keys().strike_out(&format!("{KEY}{KEY} ä {KEY}")), "[key] ä [key]");
    }

    proptest::proptest! {
        /// No text makes it panic or changes where the key is not in it.
        #[test]
        fn any_text_is_read(text in "(%[0-9a-f]{0,2}|\\\\u[0-9a-f]{0,4}|&#x?[0-9]{0,4};?|ä|.){0,60}") {
            let struck = keys().strike_out(&text);
            proptest::prop_assert_eq!(struck, text);
        }
    }
}
