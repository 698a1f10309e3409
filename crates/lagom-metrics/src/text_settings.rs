//! What can be chosen of a text metric; the defaults are those of the reference implementations.

use serde::{Deserialize, Serialize};

/// The settings of every text metric; each metric looks at its own.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct TextSettings {
    /// Of `exact-match`.
    pub exact: ExactSettings,
    /// Of `bleu`.
    pub bleu: BleuSettings,
    /// Of `chrf` and `chrf++`.
    pub chrf: ChrfSettings,
    /// Of `ter`.
    pub ter: TerSettings,
    /// Of the four ROUGE metrics.
    pub rouge: RougeSettings,
}

impl TextSettings {
    /// Whether every metric is as its reference implementation has it.
    #[must_use]
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// What an exact match does not look at; nothing is left out by default (as `exact_match` of Hugging Face's evaluate).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct ExactSettings {
    /// Upper and lower case are the same.
    pub ignore_case: bool,
    /// ASCII punctuation is deleted.
    pub ignore_punctuation: bool,
    /// ASCII digits are deleted.
    pub ignore_digits: bool,
}

/// How BLEU counts.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct BleuSettings {
    /// How a text is cut into words.
    pub tokeniser: BleuTokeniser,
    /// What stands for a precision of 0.
    pub smoothing: Smoothing,
    /// Whether orders longer than every answer are left out: for single sentences and short answers.
    pub effective_order: bool,
    /// Whether case is ignored.
    pub lowercase: bool,
}

impl Default for BleuSettings {
    fn default() -> Self {
        BleuSettings {
            tokeniser: BleuTokeniser::V13a,
            smoothing: Smoothing::Exponential,
            effective_order: false,
            lowercase: false,
        }
    }
}

/// How BLEU cuts a text into words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BleuTokeniser {
    /// As `mteval-v13a.pl` of the WMT evaluations: ASCII punctuation stands apart.
    #[serde(rename = "13a")]
    V13a,
    /// As `mteval-v14.pl --international-tokenization`: all punctuation and symbols of Unicode stand apart.
    Intl,
    /// Every character a word.
    Char,
    /// White space only: the text is tokenised already.
    None,
    /// For Chinese: each Chinese character a word, the rest by the rules of 13a.
    Zh,
    /// For Japanese: the words of MeCab and its dictionary, a program that has to be installed.
    JaMecab,
    /// For Korean: the words of mecab-ko and its dictionary, a program that has to be installed.
    KoMecab,
    /// The pieces of FLORES-101's SentencePiece model (spBLEU), of which the user has the file.
    Flores101,
    /// The pieces of FLORES-200's SentencePiece model (spBLEU), of which the user has the file.
    Flores200,
}

impl BleuTokeniser {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::V13a,
        Self::Intl,
        Self::Char,
        Self::None,
        Self::Zh,
        Self::JaMecab,
        Self::KoMecab,
        Self::Flores101,
        Self::Flores200,
    ];

    /// sacreBLEU's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::V13a => "13a",
            Self::Intl => "intl",
            Self::Char => "char",
            Self::None => "none",
            Self::Zh => "zh",
            Self::JaMecab => "ja-mecab",
            Self::KoMecab => "ko-mecab",
            Self::Flores101 => "flores101",
            Self::Flores200 => "flores200",
        }
    }

    /// Whether MeCab cuts the texts.
    #[must_use]
    pub fn is_mecab(self) -> bool {
        matches!(self, Self::JaMecab | Self::KoMecab)
    }

    /// Whether a SentencePiece model cuts the texts.
    #[must_use]
    pub fn has_model(self) -> bool {
        matches!(self, Self::Flores101 | Self::Flores200)
    }

    /// Whether words end only where white space or punctuation is, so that a text in a script without spaces is one word.
    #[must_use]
    pub fn needs_spaces(self) -> bool {
        matches!(self, Self::V13a | Self::Intl)
    }
}

/// What BLEU takes for the precision of an order without a match (methods of Chen & Cherry 2014).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Smoothing {
    /// 0: no match of an order, no score.
    None,
    /// This many matches; 0.1 is usual (method 1).
    Floor(f64),
    /// Adds this many to matches and total of each order but the first; 1 is usual (method 2).
    AddK(f64),
    /// Half a match for the first such order, a quarter for the next (method 3, as NIST's scripts have it).
    Exponential,
}

/// How chrF counts.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct ChrfSettings {
    /// The longest character n-grams, 1 to 6.
    pub characters: usize,
    /// The longest word n-grams of `chrf++`, 1 to 4; `chrf` has none.
    pub words: usize,
    /// How many times recall weighs as much as precision; 1 to 100.
    pub beta: u32,
    /// Whether case is ignored.
    pub lowercase: bool,
    /// Whether white space counts as characters.
    pub whitespace: bool,
    /// Whether orders without n-grams count with a tiny score, as in chrF++.py, Moses and NLTK.
    pub epsilon_smoothing: bool,
}

impl Default for ChrfSettings {
    fn default() -> Self {
        ChrfSettings { characters: 6, words: 2, beta: 2, lowercase: false, whitespace: false, epsilon_smoothing: false }
    }
}

/// How TER cuts a text into words; lower case is the default, as with Tercom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct TerSettings {
    /// Whether case counts.
    pub case_sensitive: bool,
    /// Whether punctuation stands apart, as Tercom's normaliser has it for Western scripts.
    pub normalised: bool,
    /// Whether `. , ? : ; ! " ( )` are deleted.
    pub no_punctuation: bool,
}

/// How ROUGE counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct RougeSettings {
    /// Whether words of more than three letters are cut to their stem (Porter's stemmer with NLTK's extensions).
    pub stemmer: bool,
    /// What is a word.
    pub tokens: RougeTokens,
    /// What of precision and recall is reported.
    pub part: RougePart,
}

/// What ROUGE takes for a word, after lower-casing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RougeTokens {
    /// Runs of `a-z0-9`, as rouge-score has it: a text in another script has no words and scores 0.
    #[default]
    Latin,
    /// Runs of letters, marks and digits of any script; its values are not those of rouge-score.
    Unicode,
}

impl RougeTokens {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Latin, Self::Unicode];

    /// Its name in signatures, studies and on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Latin => "latin",
            Self::Unicode => "unicode",
        }
    }
}

/// Which of its three numbers ROUGE reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RougePart {
    /// The harmonic mean of precision and recall.
    #[default]
    F1,
    /// The share of the answer that is in the reference.
    Precision,
    /// The share of the reference that is in the answer.
    Recall,
}

impl RougePart {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::F1, Self::Precision, Self::Recall];

    /// Its name in signatures, studies and on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::F1 => "f1",
            Self::Precision => "precision",
            Self::Recall => "recall",
        }
    }
}
