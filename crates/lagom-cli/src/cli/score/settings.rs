//! Options to the settings of metrics; an option of a metric that is not asked for is a fault.

use clap::ValueEnum;
use lagom::metric::{
    BleuSettings, BleuTokeniser, ChrfSettings, ExactSettings, Metric, RougePart, RougeSettings, RougeTokens, Smoothing,
    TerSettings, TextSettings,
};

use crate::cli::problem::Problem;

/// What can be chosen of the metrics.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "Settings of metrics (as in sacreBLEU and rouge-score where not given)")]
pub(super) struct Options {
    /// How BLEU cuts texts into words [default: 13a].
    #[arg(long, value_name = "T", visible_alias = "tokenizer")]
    tokeniser: Option<Tokeniser>,
    /// What BLEU takes for an order without a match [default: exp].
    #[arg(long, value_name = "S")]
    smoothing: Option<Smooth>,
    /// The value of the smoothing [default: 0.1 for floor, 1 for add-k].
    #[arg(long, value_name = "X", requires = "smoothing")]
    smoothing_value: Option<f64>,
    /// BLEU leaves out orders longer than the answers: for short answers.
    #[arg(long)]
    effective_order: bool,
    /// BLEU and chrF ignore case.
    #[arg(long)]
    lowercase: bool,
    /// The longest character n-grams of chrF, 1 to 6 [default: 6].
    #[arg(long, value_name = "N")]
    chrf_characters: Option<usize>,
    /// The longest word n-grams of chrf++, 1 to 4 [default: 2].
    #[arg(long, value_name = "N")]
    chrf_words: Option<usize>,
    /// How many times recall weighs as much as precision in chrF [default: 2].
    #[arg(long, value_name = "N")]
    chrf_beta: Option<u32>,
    /// White space counts as characters in chrF.
    #[arg(long)]
    chrf_whitespace: bool,
    /// chrF counts orders without n-grams, as chrF++.py, Moses and NLTK do.
    #[arg(long)]
    chrf_epsilon: bool,
    /// Case counts in TER.
    #[arg(long)]
    ter_case: bool,
    /// Punctuation stands apart in TER.
    #[arg(long)]
    ter_normalised: bool,
    /// TER deletes punctuation.
    #[arg(long)]
    ter_no_punctuation: bool,
    /// ROUGE compares the stems of English words.
    #[arg(long)]
    stemmer: bool,
    /// What ROUGE takes for words: a-z and 0-9, or letters and digits of any script [default: latin].
    #[arg(long, value_name = "T")]
    rouge_tokens: Option<Tokens>,
    /// What ROUGE reports [default: f1].
    #[arg(long, value_name = "P")]
    rouge_part: Option<Part>,
    /// What exact-match does not look at.
    #[arg(long, value_name = "WHAT", value_delimiter = ',')]
    ignore: Vec<Ignored>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Tokeniser {
    #[value(name = "13a")]
    V13a,
    Intl,
    Char,
    None,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Smooth {
    Exp,
    Floor,
    AddK,
    None,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Tokens {
    Latin,
    Unicode,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Part {
    F1,
    Precision,
    Recall,
}

#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
enum Ignored {
    Case,
    Punctuation,
    Digits,
}

impl Options {
    /// The settings that the options come to.
    ///
    /// # Errors
    /// An option that none of the metrics looks at; a value for a smoothing that has none.
    pub(super) fn settings(&self, metrics: &[Metric]) -> Result<TextSettings, Problem> {
        self.check(metrics)?;
        Ok(TextSettings {
            exact: ExactSettings {
                ignore_case: self.ignore.contains(&Ignored::Case),
                ignore_punctuation: self.ignore.contains(&Ignored::Punctuation),
                ignore_digits: self.ignore.contains(&Ignored::Digits),
            },
            bleu: BleuSettings {
                tokeniser: match self.tokeniser.unwrap_or(Tokeniser::V13a) {
                    Tokeniser::V13a => BleuTokeniser::V13a,
                    Tokeniser::Intl => BleuTokeniser::Intl,
                    Tokeniser::Char => BleuTokeniser::Char,
                    Tokeniser::None => BleuTokeniser::None,
                },
                smoothing: match self.smoothing.unwrap_or(Smooth::Exp) {
                    Smooth::Exp => Smoothing::Exponential,
                    Smooth::Floor => Smoothing::Floor(self.smoothing_value.unwrap_or(0.1)),
                    Smooth::AddK => Smoothing::AddK(self.smoothing_value.unwrap_or(1.0)),
                    Smooth::None => Smoothing::None,
                },
                effective_order: self.effective_order,
                lowercase: self.lowercase,
            },
            chrf: self.chrf(),
            ter: TerSettings {
                case_sensitive: self.ter_case,
                normalised: self.ter_normalised,
                no_punctuation: self.ter_no_punctuation,
            },
            rouge: RougeSettings {
                stemmer: self.stemmer,
                tokens: match self.rouge_tokens.unwrap_or(Tokens::Latin) {
                    Tokens::Latin => RougeTokens::Latin,
                    Tokens::Unicode => RougeTokens::Unicode,
                },
                part: match self.rouge_part.unwrap_or(Part::F1) {
                    Part::F1 => RougePart::F1,
                    Part::Precision => RougePart::Precision,
                    Part::Recall => RougePart::Recall,
                },
            },
        })
    }

    fn chrf(&self) -> ChrfSettings {
        let usual = ChrfSettings::default();
        ChrfSettings {
            characters: self.chrf_characters.unwrap_or(usual.characters),
            words: self.chrf_words.unwrap_or(usual.words),
            beta: self.chrf_beta.unwrap_or(usual.beta),
            lowercase: self.lowercase,
            whitespace: self.chrf_whitespace,
            epsilon_smoothing: self.chrf_epsilon,
        }
    }

    fn check(&self, metrics: &[Metric]) -> Result<(), Problem> {
        const BLEU: &[Metric] = &[Metric::Bleu];
        const CHRF: &[Metric] = &[Metric::Chrf, Metric::ChrfPlusPlus];
        const ROUGE: &[Metric] = &[Metric::Rouge1, Metric::Rouge2, Metric::RougeL, Metric::RougeLsum];
        let of: [(bool, &str, &[Metric]); 16] = [
            (self.tokeniser.is_some(), "--tokeniser", BLEU),
            (self.smoothing.is_some(), "--smoothing", BLEU),
            (self.effective_order, "--effective-order", BLEU),
            (self.lowercase, "--lowercase", &[Metric::Bleu, Metric::Chrf, Metric::ChrfPlusPlus]),
            (self.chrf_characters.is_some(), "--chrf-characters", CHRF),
            (self.chrf_words.is_some(), "--chrf-words", &[Metric::ChrfPlusPlus]),
            (self.chrf_beta.is_some(), "--chrf-beta", CHRF),
            (self.chrf_whitespace, "--chrf-whitespace", CHRF),
            (self.chrf_epsilon, "--chrf-epsilon", CHRF),
            (self.ter_case, "--ter-case", &[Metric::Ter]),
            (self.ter_normalised, "--ter-normalised", &[Metric::Ter]),
            (self.ter_no_punctuation, "--ter-no-punctuation", &[Metric::Ter]),
            (self.stemmer, "--stemmer", ROUGE),
            (self.rouge_tokens.is_some(), "--rouge-tokens", ROUGE),
            (self.rouge_part.is_some(), "--rouge-part", ROUGE),
            (!self.ignore.is_empty(), "--ignore", &[Metric::ExactMatch]),
        ];
        for (given, option, looking) in of {
            if given && !looking.iter().any(|metric| metrics.contains(metric)) {
                let names: Vec<&str> = looking.iter().map(|metric| metric.name()).collect();
                let hint = format!("leave it out, or ask for {} by --metric", names.join(" or "));
                return Err(Problem::user(format!("none of the metrics looks at {option}"), hint));
            }
        }
        if self.smoothing_value.is_some() && matches!(self.smoothing, Some(Smooth::Exp | Smooth::None)) {
            return Err(Problem::user("this smoothing has no value", "leave --smoothing-value out"));
        }
        Ok(())
    }
}
