//! Exact match, character by character, with what is not looked at left out first.

use crate::text_settings::ExactSettings;

/// 1 if the answer is one of the references.
pub(super) fn score(answer: &str, references: &[String], settings: ExactSettings) -> f64 {
    let answer = kept(answer, settings);
    f64::from(u8::from(references.iter().any(|reference| kept(reference, settings) == answer)))
}

fn kept(text: &str, settings: ExactSettings) -> String {
    let text = if settings.ignore_case { text.to_lowercase() } else { text.to_owned() };
    let drop = |letter: char| {
        (settings.ignore_punctuation && letter.is_ascii_punctuation())
            || (settings.ignore_digits && letter.is_ascii_digit())
    };
    text.chars().filter(|letter| !drop(*letter)).collect()
}
