//! Texts in scripts that put no spaces between words.

use serde::{Deserialize, Serialize};

use crate::{Metric, RougeTokens, TextSettings};

/// Scripts that put no spaces between words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unspaced {
    /// Chinese characters.
    Chinese,
    /// Chinese characters with Hiragana or Katakana.
    Japanese,
    /// Thai, Lao, Khmer and Burmese.
    SouthEastAsian,
}

/// Why a metric of texts says next to nothing of some.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blind {
    /// It cuts at spaces, and most letters are of a script that has none between words: a sentence is one word.
    Unspaced(Unspaced),
    /// It keeps the letters a to z and digits alone, and most letters are others; whether spaces stand between their words.
    OtherLetters {
        /// Whether they do, so that a metric that keeps all letters would see the words.
        spaced: bool,
    },
}

impl Blind {
    /// What keeps a metric with these settings from seeing the words of texts; none where it sees them.
    pub fn of<'a>(metric: Metric, settings: &TextSettings, texts: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let rouge = matches!(metric, Metric::Rouge1 | Metric::Rouge2 | Metric::RougeL | Metric::RougeLsum);
        let at_spaces = match metric {
            Metric::Bleu => settings.bleu.tokeniser.needs_spaces(),
            Metric::TokenF1 | Metric::TokenF1V2 | Metric::Ter => true,
            _ => rouge && settings.rouge.tokens == RougeTokens::Unicode,
        };
        if rouge && settings.rouge.tokens == RougeTokens::Latin {
            let texts: Vec<&str> = texts.into_iter().collect();
            let (mut all, mut kept) = (0_u64, 0_u64);
            for letter in texts.iter().flat_map(|text| text.chars()).filter(|letter| letter.is_alphabetic()) {
                all += 1;
                kept += u64::from(letter.is_ascii());
            }
            return (2 * kept < all).then(|| Self::OtherLetters { spaced: Unspaced::of(texts).is_none() });
        }
        if at_spaces { Unspaced::of(texts).map(Self::Unspaced) } else { None }
    }
}

/// What is counted of texts.
#[derive(Debug, Default)]
struct Tally {
    letters: usize,
    words: usize,
    chinese: usize,
    kana: usize,
    south_east: usize,
}

/// Letters a word, below which a text in such a script has been cut into words already. Chinese and Japanese words have about two
/// letters, Thai ones with their vowel signs five.
const CUT: [(Unspaced, usize); 3] = [(Unspaced::Chinese, 4), (Unspaced::Japanese, 4), (Unspaced::SouthEastAsian, 9)];

impl Unspaced {
    /// The script of texts of which most letters are of one of these, and that are not cut into words by spaces; else none.
    pub fn of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let mut found = Tally::default();
        texts.into_iter().for_each(|text| found.add(text));
        let east = found.chinese + found.kana;
        if 2 * (east + found.south_east) <= found.letters {
            return None;
        }
        let script = match () {
            () if found.south_east > east => Self::SouthEastAsian,
            // A Chinese text has hardly any, a Japanese one more than a third.
            () if found.kana * 10 > east => Self::Japanese,
            () => Self::Chinese,
        };
        let most = CUT.iter().find(|(one, _)| *one == script).map_or(0, |(_, most)| *most);
        (found.letters >= most * found.words).then_some(script)
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Chinese => "Chinese",
            Self::Japanese => "Japanese",
            Self::SouthEastAsian => "Thai, Lao, Khmer or Burmese",
        }
    }

    /// The tokenisers that can cut it.
    #[must_use]
    pub fn tokenisers(self) -> &'static str {
        match self {
            Self::Chinese => "zh",
            Self::Japanese => "ja-mecab, or char where MeCab is not installed",
            Self::SouthEastAsian => "flores200, or char without its model",
        }
    }
}

impl Tally {
    fn add(&mut self, text: &str) {
        let mut in_word = false;
        for letter in text.chars() {
            // Blocks of Unicode: what stands in them is part of words, vowel signs among them.
            match letter {
                '\u{3041}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{ff66}'..='\u{ff9f}' => self.kana += 1,
                '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' => self.chinese += 1,
                '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' => self.south_east += 1,
                _ if letter.is_alphabetic() => {}
                _ => {
                    // A full-width mark is no space: 13a does not cut there.
                    in_word &= !letter.is_whitespace() && !letter.is_ascii_punctuation();
                    continue;
                }
            }
            self.letters += 1;
            self.words += usize::from(!in_word);
            in_word = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_spaces_do_not_cut_are_told_by_their_script() {
        for (text, expected) in [
            ("今天天气很好，我们去公园吧！", Some(Unspaced::Chinese)),
            ("彼は先生です。東京に行きたい。", Some(Unspaced::Japanese)),
            ("カタカナノミ", Some(Unspaced::Japanese)),
            ("ฉันชอบกินข้าวผัดกับเพื่อน", Some(Unspaced::SouthEastAsian)),
            ("ខ្ញុំចូលចិត្តបាយ", Some(Unspaced::SouthEastAsian)),
            ("GPT-4 在 2023 年由 OpenAI 发布", None),
            ("GPT-4 由 OpenAI 在二零二三年三月十四日正式发布，引起了广泛关注", Some(Unspaced::Chinese)),
            // cut already
            ("今天 天气 很 好 ， 我们 去 公园 吧 ！", None),
            ("彼 は 先生 です 。", None),
            ("한국어 문장은 띄어쓰기가 있습니다", None),
            ("The word 漢字 means Chinese characters", None),
            ("1 2 3 !?", None),
            ("", None),
        ] {
            assert_eq!(Unspaced::of([text]), expected, "{text}");
        }
        let of = |metric, text: &str| Blind::of(metric, &TextSettings::default(), [text]);
        let thai = "ฉันชอบกินข้าวผัดกับเพื่อน";
        for metric in [Metric::Bleu, Metric::Ter, Metric::TokenF1, Metric::TokenF1V2] {
            assert_eq!(of(metric, thai), Some(Blind::Unspaced(Unspaced::SouthEastAsian)), "{}", metric.name());
            assert_eq!(of(metric, "a plain sentence"), None);
        }
        // ROUGE as it is usually set drops every letter but a to z; also those of scripts with spaces.
        for (text, spaced) in [(thai, false), ("Привет, как дела сегодня", true), ("今天天气很好", false)]
        {
            assert_eq!(of(Metric::RougeL, text), Some(Blind::OtherLetters { spaced }), "{text}");
        }
        assert_eq!(of(Metric::RougeL, "Ünïcödé là où il faut"), None);
        let mut unicode = TextSettings::default();
        unicode.rouge.tokens = RougeTokens::Unicode;
        assert_eq!(Blind::of(Metric::Rouge1, &unicode, [thai]), Some(Blind::Unspaced(Unspaced::SouthEastAsian)));
        assert_eq!(Blind::of(Metric::Rouge1, &unicode, ["Привет, как дела сегодня"]), None);
        // chrF looks at characters.
        assert_eq!(of(Metric::Chrf, thai), None);
        assert_eq!(Unspaced::of(["hello world", "今天天气很好", "我们去公园吧我们去"]), Some(Unspaced::Chinese));
    }
}
