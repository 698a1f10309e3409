//! The buckets of a text's n-grams.
//!
//! An n-gram's name is the 64-bit FNV-1a hash (offset basis 0xcbf29ce484222325, prime 0x100000001b3) of one
//! byte for its kind (`w` or `c`) and its UTF-8 text, words followed by byte 0xff (which no UTF-8 text
//! holds), stirred by MurmurHash3's 64-bit finaliser; its bucket is the hash's lowest bits. It depends on
//! nothing but the text: the same on every platform and in every version.

use super::config::NgramConfig;

const BASIS: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0100_0000_01b3;

fn feed(hash: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(hash, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(PRIME))
}

fn finish(mut hash: u64, buckets: u32) -> u32 {
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    (hash ^ (hash >> 33)) as u32 & buckets.saturating_sub(1)
}

/// Appends the bucket of every n-gram of `text`, as often as it occurs, for a bag of embeddings.
pub fn hashed(text: &str, config: &NgramConfig, into: &mut Vec<u32>) {
    buckets(text, config, into);
}

/// Appends the bucket of every n-gram of `text`, as often as it occurs: words, then characters. The
/// configuration must have passed its check, or be read back from one that had.
pub(super) fn buckets(text: &str, config: &NgramConfig, into: &mut Vec<u32>) {
    let lowered;
    let text = if config.lowercase {
        lowered = text.to_lowercase();
        &lowered
    } else {
        text
    };
    if config.words.1 > 0 {
        of_words(text, config, into);
    }
    if config.characters.1 > 0 {
        of_characters(text, config, into);
    }
}

/// The words of a text: runs of letters and digits, and single other characters that are not spaces.
pub(super) fn words(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = None;
    for (at, character) in text.char_indices() {
        if character.is_alphanumeric() {
            start.get_or_insert(at);
            continue;
        }
        if let Some(start) = start.take() {
            found.push(&text[start..at]);
        }
        if !character.is_whitespace() && !character.is_control() {
            found.push(&text[at..at + character.len_utf8()]);
        }
    }
    if let Some(start) = start {
        found.push(&text[start..]);
    }
    found
}

fn of_words(text: &str, config: &NgramConfig, into: &mut Vec<u32>) {
    let (shortest, longest) = config.words;
    let words = words(text);
    for start in 0..words.len() {
        let mut hash = feed(BASIS, b"w");
        for (length, word) in (1..=longest).zip(&words[start..]) {
            hash = feed(feed(hash, word.as_bytes()), &[0xff]);
            if length >= shortest {
                into.push(finish(hash, config.buckets));
            }
        }
    }
}

fn of_characters(text: &str, config: &NgramConfig, into: &mut Vec<u32>) {
    let (shortest, longest) = (usize::from(config.characters.0), usize::from(config.characters.1));
    let mut padded: Vec<char> = Vec::new();
    for word in text.split_whitespace() {
        padded.clear();
        padded.push(' ');
        padded.extend(word.chars());
        padded.push(' ');
        for start in 0..padded.len() {
            // A word shorter than the n-gram is taken once, whole.
            if start > 0 && start + shortest > padded.len() {
                break;
            }
            let mut hash = feed(BASIS, b"c");
            for (offset, character) in padded[start..].iter().take(longest).enumerate() {
                hash = feed(hash, character.encode_utf8(&mut [0; 4]).as_bytes());
                if offset + 1 >= shortest || padded.len() < shortest && offset + 1 == padded.len() {
                    into.push(finish(hash, config.buckets));
                }
            }
        }
    }
}
