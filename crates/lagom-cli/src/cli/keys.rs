//! Options that take the place of a key of the study: their help is what is declared of the key.

use lagom::study::{Declared, Shape};

/// What a key means and between which bounds it lies.
pub(crate) fn help(key: &dyn Declared) -> String {
    let key = key.help();
    let meaning = capitalised(&key.meaning.replace('`', ""));
    if key.shape == Shape::Ranged { format!("{meaning}: {}", key.expected) } else { meaning }
}

/// The same of an option without which the study has its say, and else the default of the key.
pub(crate) fn help_over_study(key: &dyn Declared) -> String {
    let default = key.help().default.words.replace(['`', '"'], "");
    format!("{} [default: what the study says, else {default}]", help(key))
}

/// The text with its first letter as a capital one.
pub(crate) fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
