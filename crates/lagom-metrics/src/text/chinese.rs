//! The characters that sacreBLEU's tokeniser for Chinese sets apart.

/// Where they lie in Unicode, both ends among them.
///
/// sacreBLEU 2.6.0 writes its two planes beyond 16 bits as `u'\u20000'`, which Python reads as U+2000 and a zero. What its
/// comparisons of such texts come to is U+2001 to U+2A6D and U+2F81 to U+2FA1, punctuation and symbols among them; equal
/// scores need the same.
const RANGES: [(char, char); 17] = [
    ('\u{2001}', '\u{2a6d}'),
    ('\u{2e80}', '\u{2eff}'),
    ('\u{2f00}', '\u{2fdf}'),
    ('\u{2ff0}', '\u{2fff}'),
    ('\u{3000}', '\u{303f}'),
    ('\u{3100}', '\u{312f}'),
    ('\u{31a0}', '\u{31bf}'),
    ('\u{31c0}', '\u{31ef}'),
    ('\u{3200}', '\u{33ff}'),
    ('\u{3400}', '\u{4db5}'),
    ('\u{4e00}', '\u{9fbb}'),
    ('\u{f900}', '\u{fa2d}'),
    ('\u{fa30}', '\u{fa6a}'),
    ('\u{fa70}', '\u{fad9}'),
    ('\u{fe10}', '\u{fe1f}'),
    ('\u{fe30}', '\u{fe4f}'),
    ('\u{ff00}', '\u{ffef}'),
];

fn is_apart(letter: char) -> bool {
    !letter.is_ascii() && RANGES.iter().any(|(from, to)| (*from..=*to).contains(&letter))
}

/// The text with spaces around each such character.
pub(super) fn apart(text: &str) -> String {
    let mut spaced = String::with_capacity(2 * text.len());
    for letter in text.chars() {
        if is_apart(letter) {
            spaced.extend([' ', letter, ' ']);
        } else {
            spaced.push(letter);
        }
    }
    spaced
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `sum(TokenizerZh._is_chinese_char(chr(c)) for c in range(0x110000) if not 0xd800 <= c < 0xe000)` of sacreBLEU 2.6.0,
    /// and the sum of their codes.
    #[test]
    fn the_characters_are_those_of_sacrebleu() {
        let all: Vec<u64> =
            (0..=0x10_ffff).filter_map(char::from_u32).filter(|letter| is_apart(*letter)).map(u64::from).collect();
        assert_eq!((all.len(), all.iter().sum::<u64>()), (32_002, 833_653_675));
    }
}
