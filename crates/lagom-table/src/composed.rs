//! One encoding for letters with accents.

use std::borrow::Cow;

use icu_normalizer::ComposingNormalizerBorrowed;

/// The text with letters and accents composed (Unicode normalisation form C), so that both encodings of one word are equal.
pub fn composed(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    ComposingNormalizerBorrowed::new_nfc().normalize(text)
}
