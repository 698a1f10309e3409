//! How wide text will be, about: no fonts are read, so labels are placed by typical widths of letters.

/// Width of `text` in a system's sans-serif at `size` pixels, a little on the wide side.
pub(crate) fn width(text: &str, size: f64) -> f64 {
    text.chars().map(letter).sum::<f64>() * size
}

/// Width of one letter as a share of the type size.
fn letter(letter: char) -> f64 {
    match letter {
        'i' | 'j' | 'l' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' => 0.29,
        ' ' | 'f' | 't' | 'r' | 'I' | '(' | ')' | '[' | ']' | '/' | '-' => 0.38,
        'm' | 'w' | 'M' | 'W' | '%' | '@' => 0.90,
        'A'..='Z' => 0.70,
        'a'..='z' | '0'..='9' => 0.58,
        letter if letter.is_ascii() => 0.62,
        letter if ('\u{2e80}'..='\u{ffef}').contains(&letter) => 1.0,
        _ => 0.66,
    }
}

#[cfg(test)]
mod tests {
    use super::width;

    #[test]
    fn wider_letters_take_more() {
        assert!(width("mmm", 12.0) > width("iii", 12.0) && width("", 12.0) == 0.0);
    }
}
