//! The keys of `[metric]`: settings of metrics of texts, as `lagom score` has them too.

use std::ops::Bound;

use super::key::{Declared, Key, Told, Usual, keys};
use super::values::{Choice, Choices, Flag, Number, Text, Whole};
use crate::metric::{BleuTokeniser, Ignored, RougePart, RougeTokens, SmoothingMethod};

const ANY: Number = Number { noun: "a number", from: Bound::Unbounded, to: Bound::Unbounded, hint: "" };

keys! { "metric":
    TOKENISER: Key<Choice<BleuTokeniser>> = "tokeniser", Choice::of(&BleuTokeniser::ALL, BleuTokeniser::name), Told("`\"13a\"`", "\"intl\""),
        "how BLEU cuts texts into words";
    TOKENISER_MODEL: Key<Text> = "tokeniser-model", Text("a file"), Told("–", "\"model.spm\""),
        "the SentencePiece model of `flores101` or `flores200`";
    MECAB_DICTIONARY: Key<Text> = "mecab-dictionary", Text("a folder"), Told("the one that MeCab is set up with", "\"ipadic\""),
        "the folder of MeCab's dictionary for `ja-mecab` or `ko-mecab`";
    SMOOTHING: Key<Choice<SmoothingMethod>> = "smoothing", Choice::of(&SmoothingMethod::ALL, SmoothingMethod::name), Told("`\"exp\"`", "\"floor\""),
        "what BLEU takes for an order without a match";
    SMOOTHING_VALUE: Key<Number> = "smoothing-value", ANY, Told("0.1 for `floor`, 1 for `add-k`", "0.1"),
        "the value of the smoothing";
    EFFECTIVE_ORDER: Key<Flag, Usual> = "effective-order", Flag, Usual,
        "BLEU leaves out orders longer than the answers: for short answers";
    LOWERCASE: Key<Flag, Usual> = "lowercase", Flag, Usual, "BLEU and chrF ignore case";
    CHRF_CHARACTERS: Key<Whole<u32>> = "chrf-characters", Whole { least: 1, most: 6 }, Told("`6`", "6"),
        "the longest character n-grams of chrF";
    CHRF_WORDS: Key<Whole<u32>> = "chrf-words", Whole { least: 1, most: 4 }, Told("`2`", "2"),
        "the longest word n-grams of chrF++";
    CHRF_BETA: Key<Whole<u32>> = "chrf-beta", Whole { least: 1, most: 100 }, Told("`2`", "2"),
        "how many times recall weighs as much as precision in chrF";
    CHRF_WHITESPACE: Key<Flag, Usual> = "chrf-whitespace", Flag, Usual, "white space counts as characters in chrF";
    CHRF_EPSILON: Key<Flag, Usual> = "chrf-epsilon", Flag, Usual,
        "chrF counts orders without n-grams, as chrF++.py, Moses and NLTK do";
    TER_CASE: Key<Flag, Usual> = "ter-case", Flag, Usual, "case counts in TER";
    TER_NORMALISED: Key<Flag, Usual> = "ter-normalised", Flag, Usual, "punctuation stands apart in TER";
    TER_NO_PUNCTUATION: Key<Flag, Usual> = "ter-no-punctuation", Flag, Usual, "TER deletes punctuation";
    STEMMER: Key<Flag, Usual> = "stemmer", Flag, Usual, "ROUGE compares the stems of English words";
    ROUGE_TOKENS: Key<Choice<RougeTokens>> = "rouge-tokens", Choice::of(&RougeTokens::ALL, RougeTokens::name), Told("`\"latin\"`", "\"unicode\""),
        "what ROUGE takes for words: a-z and 0-9, or letters and digits of any script";
    ROUGE_PART: Key<Choice<RougePart>> = "rouge-part", Choice::of(&RougePart::ALL, RougePart::name), Told("`\"f1\"`", "\"recall\""),
        "what ROUGE reports";
    IGNORE: Key<Choices<Ignored>, Usual> = "ignore", Choices(Choice::of(&Ignored::ALL, Ignored::name)), Usual,
        "what `exact-match` does not look at";
}
