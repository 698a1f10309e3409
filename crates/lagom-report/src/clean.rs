//! Marks that steer a terminal, a page or a reader's eye, taken out of whatever is shown.

/// The text with U+FFFD in place of control characters but tabs and the ends of lines, and of marks that turn the direction of writing
/// or end a line unseen (Unicode's `Bidi_Control`, U+2028, U+2029, U+FEFF): names and answers come from files and models, and must
/// not write over what stands beside them.
#[must_use]
pub fn clean(text: &str) -> String {
    text.chars()
        .map(|letter| if !matches!(letter, '\n' | '\t') && steers(letter) { '\u{fffd}' } else { letter })
        .collect()
}

/// The same for data that are read on: only what writes over other cells is taken out (control characters but tabs and the ends of
/// lines, and what turns the direction beyond its own word). The marks that names in Hebrew and Arabic hold stay, so that they join.
#[must_use]
pub fn clean_data(text: &str) -> String {
    let steers = |letter: char| {
        let ends = matches!(letter, '\n' | '\r' | '\t');
        (letter.is_control() && !ends) || matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|letter| if steers(letter) { '\u{fffd}' } else { letter }).collect()
}

/// Whether a character is such a mark.
fn steers(letter: char) -> bool {
    let turns =
        matches!(letter, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    letter.is_control() || turns || matches!(letter, '\u{2028}' | '\u{2029}' | '\u{feff}')
}

/// A cell as a spreadsheet takes it for text: with an apostrophe before what it would compute (`=`, `+`, `-`, `@` at the
/// beginning), unless it is a number.
#[must_use]
pub fn without_formula(cell: &str) -> String {
    let computes = cell.trim_start().starts_with(['=', '+', '-', '@']) && cell.trim().parse::<f64>().is_err();
    if computes { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_that_steer_are_taken_out_and_letters_stay() {
        assert_eq!(
            clean("a\u{1b}[31mb\rc\n\td\u{202e}e\u{9b}f\u{2028}"),
            "a\u{fffd}[31mb\u{fffd}c\n\td\u{fffd}e\u{fffd}f\u{fffd}"
        );
        for kept in ["grüß 日本 שלום مرحبا 👩‍🔬", "e\u{301}", "zero\u{200b}width\u{200d}joined", ""]
        {
            assert_eq!(clean(kept), kept);
        }
    }

    #[test]
    fn data_keep_what_belongs_to_words() {
        assert_eq!(clean_data("שלום\u{200f}\r\n\u{feff}"), "שלום\u{200f}\r\n\u{feff}");
        assert_eq!(clean_data("a\u{1b}[31mb\u{202e}c"), "a\u{fffd}[31mb\u{fffd}c");
    }

    #[test]
    fn formulas_are_text_and_numbers_stay() {
        for (cell, shown) in [
            ("=1+1", "'=1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            (" +cmd", "' +cmd"),
            ("-2.5e3", "-2.5e3"),
            ("+7", "+7"),
            ("a=b", "a=b"),
        ] {
            assert_eq!(without_formula(cell), shown);
        }
    }
}
