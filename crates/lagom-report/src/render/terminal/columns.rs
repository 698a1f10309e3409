//! Text in columns, by the width that a terminal gives each character: two for those of East Asia and for emoji.

use textwrap::{Options, WordSeparator, WordSplitter, WrapAlgorithm};
use unicode_width::UnicodeWidthStr;

use crate::clean::clean;

/// Stands between a number and what belongs to it while lines are broken.
const GLUE: char = '\u{a0}';

/// Columns that a text takes.
pub(super) fn width_of(text: &str) -> usize {
    text.width()
}

/// `text` with spaces up to `width` columns.
pub(super) fn left(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(width_of(text))))
}

/// `text` with spaces before it up to `width` columns.
pub(super) fn right(text: &str, width: usize) -> String {
    format!("{}{text}", " ".repeat(width.saturating_sub(width_of(text))))
}

/// A text on one line, without marks that steer the terminal.
pub(super) fn line(text: &str) -> String {
    clean(text).split_whitespace().collect::<Vec<&str>>().join(" ")
}

/// At most `width` columns, the last one an ellipsis where something is cut.
pub(super) fn cut(text: &str, width: usize) -> String {
    if width_of(text) <= width {
        return text.to_owned();
    }
    let ends = text.char_indices().map(|(at, letter)| at + letter.len_utf8());
    let kept = ends.take_while(|end| text[..*end].width() < width).last().unwrap_or(0);
    if width == 0 { String::new() } else { format!("{}…", text[..kept].trim_end_matches('\u{200d}')) }
}

/// Lines of at most `width` columns; longer words are cut into pieces. Numbers stay with their unit and with `±`.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let text = line(text).replace(" ±", "\u{a0}±").replace("± ", "±\u{a0}").replace(" %", "\u{a0}%");
    if text.is_empty() {
        return Vec::new();
    }
    let width = width.max(1);
    let broken = |width: usize| -> Vec<String> {
        let options = Options::new(width)
            .word_separator(WordSeparator::AsciiSpace)
            .word_splitter(WordSplitter::NoHyphenation)
            .wrap_algorithm(WrapAlgorithm::FirstFit);
        textwrap::wrap(&text, options).iter().map(|line| line.replace(GLUE, " ")).collect()
    };
    // textwrap counts letter by letter, but some emoji are wider than their letters are together.
    let fits = |lines: &Vec<String>| lines.iter().all(|line| width_of(line) <= width);
    (1..=width).rev().map(broken).find(fits).unwrap_or_else(|| broken(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_between_words() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("abcdefgh ij", 3), ["abc", "def", "gh", "ij"]);
        assert_eq!(wrap("is 0.973 ± 0.003 (95 %)", 14), ["is", "0.973 ± 0.003", "(95 %)"]);
        assert!(wrap("", 5).is_empty() && wrap(" \n ", 5).is_empty());
        assert_eq!((cut("mlp-790k", 5), cut("mlp", 5)), ("mlp-…".to_owned(), "mlp".to_owned()));
    }

    #[test]
    fn width_is_that_of_the_terminal_not_the_number_of_letters() {
        // Two columns a character of Chinese and an emoji; none for a mark that combines.
        assert_eq!((width_of("模型 a"), width_of("🦙b"), width_of("e\u{301}")), (6, 3, 1));
        assert_eq!((left("模", 4), right("🦙", 3)), ("模  ".to_owned(), " 🦙".to_owned()));
        assert_eq!(
            (cut("大模型很好", 6), cut("大模型", 6), cut("大模", 0)),
            ("大模…".into(), "大模型".into(), String::new())
        );
        assert_eq!(wrap("大模型很好", 4), ["大模", "型很", "好"]);
    }

    #[test]
    fn no_line_is_wider_whatever_is_in_it() {
        for text in ["❤️❤️❤️❤️❤️❤️❤️ a", "👩‍🔬👩‍🔬👩‍🔬👩‍🔬 b", "🇸🇪🇸🇪🇸🇪🇸🇪", "a\u{1b}[31mb\tc", "ﷺﷺﷺ", "\u{200b}\u{200b}x"]
        {
            for width in 2..12 {
                assert!(
                    wrap(text, width).iter().all(|line| width_of(line) <= width),
                    "{text} at {width}: {:?}",
                    wrap(text, width)
                );
                assert!(width_of(&cut(text, width)) <= width, "{text} at {width}");
            }
        }
    }
}
