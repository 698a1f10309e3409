//! Settings of text metrics as people write them, under `[metric]` in a study and on a command line: flat, and what is
//! left out is as the reference implementation has it.

use super::{Formula, TextScorer, TokeniserFiles};
use crate::Metric;
use crate::text_settings::{
    BleuSettings, BleuTokeniser, ChrfSettings, ExactSettings, RougePart, RougeSettings, RougeTokens, Smoothing,
    TerSettings, TextSettings,
};
use crate::tokeniser_error::MODEL_HINT;

/// Settings as they are written.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TextOptions {
    /// How BLEU cuts texts into words.
    pub tokeniser: Option<BleuTokeniser>,
    /// The files that the tokeniser needs.
    pub files: TokeniserFiles,
    /// What BLEU takes for an order without a match.
    pub smoothing: Option<SmoothingMethod>,
    /// The value of the smoothing; 0.1 is usual for floor and 1 for add-k.
    pub smoothing_value: Option<f64>,
    /// Whether BLEU leaves out orders longer than the answers.
    pub effective_order: bool,
    /// Whether BLEU and chrF ignore case.
    pub lowercase: bool,
    /// The longest character n-grams of chrF.
    pub chrf_characters: Option<usize>,
    /// The longest word n-grams of chrF++.
    pub chrf_words: Option<usize>,
    /// How many times recall weighs as much as precision in chrF.
    pub chrf_beta: Option<u32>,
    /// Whether white space counts as characters in chrF.
    pub chrf_whitespace: bool,
    /// Whether chrF counts orders without n-grams.
    pub chrf_epsilon: bool,
    /// Whether case counts in TER.
    pub ter_case: bool,
    /// Whether punctuation stands apart in TER.
    pub ter_normalised: bool,
    /// Whether TER deletes punctuation.
    pub ter_no_punctuation: bool,
    /// Whether ROUGE compares stems.
    pub stemmer: bool,
    /// What ROUGE takes for words.
    pub rouge_tokens: Option<RougeTokens>,
    /// What of precision and recall ROUGE reports.
    pub rouge_part: Option<RougePart>,
    /// What an exact match does not look at.
    pub ignore: Vec<Ignored>,
}

/// A method of smoothing without its value; see [`Smoothing`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmoothingMethod {
    /// [`Smoothing::Exponential`].
    Exponential,
    /// [`Smoothing::Floor`].
    Floor,
    /// [`Smoothing::AddK`].
    AddK,
    /// [`Smoothing::None`].
    None,
}

impl SmoothingMethod {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Exponential, Self::Floor, Self::AddK, Self::None];

    /// sacreBLEU's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Exponential => "exp",
            Self::Floor => "floor",
            Self::AddK => "add-k",
            Self::None => "none",
        }
    }

    fn with(self, value: Option<f64>) -> Smoothing {
        match self {
            Self::Exponential => Smoothing::Exponential,
            // Chen & Cherry 2014; sacreBLEU has the same.
            Self::Floor => Smoothing::Floor(value.unwrap_or(0.1)),
            Self::AddK => Smoothing::AddK(value.unwrap_or(1.0)),
            Self::None => Smoothing::None,
        }
    }
}

/// Something that an exact match does not look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ignored {
    /// Upper and lower case.
    Case,
    /// ASCII punctuation.
    Punctuation,
    /// ASCII digits.
    Digits,
}

impl Ignored {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Case, Self::Punctuation, Self::Digits];

    /// Its name in studies and on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Case => "case",
            Self::Punctuation => "punctuation",
            Self::Digits => "digits",
        }
    }
}

/// What is wrong with an option.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptionFault {
    /// Its key, such as `smoothing-value`.
    pub key: &'static str,
    /// What was found and what was expected.
    pub message: String,
    /// What to do.
    pub hint: String,
}

const BLEU: &[Metric] = &[Metric::Bleu];
const CHRF: &[Metric] = &[Metric::Chrf, Metric::ChrfPlusPlus];
const ROUGE: &[Metric] = &[Metric::Rouge1, Metric::Rouge2, Metric::RougeL, Metric::RougeLsum];

impl TextOptions {
    /// The keys of all options.
    pub const KEYS: [&'static str; 19] = [
        "tokeniser",
        "tokeniser-model",
        "mecab-dictionary",
        "smoothing",
        "smoothing-value",
        "effective-order",
        "lowercase",
        "chrf-characters",
        "chrf-words",
        "chrf-beta",
        "chrf-whitespace",
        "chrf-epsilon",
        "ter-case",
        "ter-normalised",
        "ter-no-punctuation",
        "stemmer",
        "rouge-tokens",
        "rouge-part",
        "ignore",
    ];

    /// The settings that the options come to.
    ///
    /// # Errors
    /// All at once: options that none of the metrics looks at; a value for a smoothing that has none; values out of
    /// range.
    pub fn settings(&self, metrics: &[Metric]) -> Result<TextSettings, Vec<OptionFault>> {
        let mut faults = self.idle(metrics);
        let told = |faults: &[OptionFault], key: &str| faults.iter().any(|fault| fault.key == key);
        let has_value = matches!(self.smoothing, Some(SmoothingMethod::Floor | SmoothingMethod::AddK));
        if self.smoothing_value.is_some() && !has_value && !told(&faults, "smoothing-value") {
            let (key, message) = ("smoothing-value", "the smoothing has no value".to_owned());
            faults.push(OptionFault { key, message, hint: "leave it out, or smooth by floor or add-k".to_owned() });
        }
        faults.extend(self.amiss(&faults));
        let settings = self.plain();
        for metric in metrics.iter().filter(|metric| TextScorer::usual(**metric).is_ok()) {
            let Err(error) = Formula::new(*metric, &settings) else { continue };
            let key = match &error {
                crate::MetricError::Setting { name, .. } => key_of(name),
                _ => "smoothing",
            };
            if !told(&faults, key) {
                let hint = "write a value in that range, or leave it out".to_owned();
                faults.push(OptionFault { key, message: error.to_string(), hint });
            }
        }
        if faults.is_empty() { Ok(settings) } else { Err(faults) }
    }

    fn plain(&self) -> TextSettings {
        let (bleu, chrf) = (BleuSettings::default(), ChrfSettings::default());
        TextSettings {
            exact: ExactSettings {
                ignore_case: self.ignore.contains(&Ignored::Case),
                ignore_punctuation: self.ignore.contains(&Ignored::Punctuation),
                ignore_digits: self.ignore.contains(&Ignored::Digits),
            },
            bleu: BleuSettings {
                tokeniser: self.tokeniser.unwrap_or(bleu.tokeniser),
                smoothing: self.smoothing.map_or(bleu.smoothing, |method| method.with(self.smoothing_value)),
                effective_order: self.effective_order,
                lowercase: self.lowercase,
            },
            chrf: ChrfSettings {
                characters: self.chrf_characters.unwrap_or(chrf.characters),
                words: self.chrf_words.unwrap_or(chrf.words),
                beta: self.chrf_beta.unwrap_or(chrf.beta),
                lowercase: self.lowercase,
                whitespace: self.chrf_whitespace,
                epsilon_smoothing: self.chrf_epsilon,
            },
            ter: TerSettings {
                case_sensitive: self.ter_case,
                normalised: self.ter_normalised,
                no_punctuation: self.ter_no_punctuation,
            },
            rouge: RougeSettings {
                stemmer: self.stemmer,
                tokens: self.rouge_tokens.unwrap_or_default(),
                part: self.rouge_part.unwrap_or_default(),
            },
        }
    }

    /// Files that the tokeniser lacks, or has no use for; nothing that is among `told`.
    fn amiss(&self, told: &[OptionFault]) -> Vec<OptionFault> {
        let by = self.tokeniser.unwrap_or(BleuSettings::default().tokeniser);
        let (model, dictionary) = (self.files.model.is_some(), self.files.dictionary.is_some());
        let idle = |key, of: &str| OptionFault {
            key,
            message: format!("the tokeniser {} has no use for it", by.name()),
            hint: format!("leave it out, or cut texts by {of}"),
        };
        let lacking = || OptionFault {
            key: "tokeniser-model",
            message: format!("the tokeniser {} needs the file of its SentencePiece model", by.name()),
            hint: MODEL_HINT.to_owned(),
        };
        let found = [
            (model && !by.has_model()).then(|| idle("tokeniser-model", "flores200")),
            (dictionary && !by.is_mecab()).then(|| idle("mecab-dictionary", "ja-mecab or ko-mecab")),
            (!model && by.has_model()).then(lacking),
        ];
        let new = |fault: &OptionFault| !told.iter().any(|other| other.key == fault.key || other.key == "tokeniser");
        found.into_iter().flatten().filter(new).collect()
    }

    /// Options that none of the metrics looks at.
    fn idle(&self, metrics: &[Metric]) -> Vec<OptionFault> {
        let of: [(bool, &'static str, &[Metric]); 19] = [
            (self.tokeniser.is_some(), "tokeniser", BLEU),
            (self.files.model.is_some(), "tokeniser-model", BLEU),
            (self.files.dictionary.is_some(), "mecab-dictionary", BLEU),
            (self.smoothing.is_some(), "smoothing", BLEU),
            (self.smoothing_value.is_some(), "smoothing-value", BLEU),
            (self.effective_order, "effective-order", BLEU),
            (self.lowercase, "lowercase", &[Metric::Bleu, Metric::Chrf, Metric::ChrfPlusPlus]),
            (self.chrf_characters.is_some(), "chrf-characters", CHRF),
            (self.chrf_words.is_some(), "chrf-words", &[Metric::ChrfPlusPlus]),
            (self.chrf_beta.is_some(), "chrf-beta", CHRF),
            (self.chrf_whitespace, "chrf-whitespace", CHRF),
            (self.chrf_epsilon, "chrf-epsilon", CHRF),
            (self.ter_case, "ter-case", &[Metric::Ter]),
            (self.ter_normalised, "ter-normalised", &[Metric::Ter]),
            (self.ter_no_punctuation, "ter-no-punctuation", &[Metric::Ter]),
            (self.stemmer, "stemmer", ROUGE),
            (self.rouge_tokens.is_some(), "rouge-tokens", ROUGE),
            (self.rouge_part.is_some(), "rouge-part", ROUGE),
            (!self.ignore.is_empty(), "ignore", &[Metric::ExactMatch]),
        ];
        let idle =
            of.into_iter().filter(|(given, _, looking)| *given && !looking.iter().any(|one| metrics.contains(one)));
        let fault = |(_, key, looking): (bool, &'static str, &[Metric])| {
            let names: Vec<&str> = looking.iter().map(|metric| metric.name()).collect();
            let message = match metrics {
                [one] => format!("the metric {} does not look at it", one.name()),
                _ => "none of the metrics looks at it".to_owned(),
            };
            OptionFault { key, message, hint: format!("leave it out, or measure by {}", names.join(" or ")) }
        };
        idle.map(fault).collect()
    }
}

/// The key of the setting that [`Formula`] calls so.
fn key_of(name: &str) -> &'static str {
    match name {
        "characters" => "chrf-characters",
        "words" => "chrf-words",
        "beta" => "chrf-beta",
        _ => "smoothing-value",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_faults_are_told_at_once_and_by_their_keys() {
        let options = TextOptions {
            stemmer: true,
            smoothing_value: Some(0.2),
            chrf_beta: Some(0),
            lowercase: true,
            ..TextOptions::default()
        };
        let keys = |metrics: &[Metric]| -> Vec<&str> {
            options.settings(metrics).unwrap_err().iter().map(|fault| fault.key).collect()
        };
        assert_eq!(keys(&[Metric::Bleu]), ["chrf-beta", "stemmer", "smoothing-value"]);
        assert_eq!(keys(&[Metric::Chrf]), ["smoothing-value", "stemmer", "chrf-beta"]);
    }

    #[test]
    fn every_key_is_an_option_that_some_metric_looks_at() {
        let all = TextOptions {
            tokeniser: Some(BleuTokeniser::None),
            files: TokeniserFiles { model: Some("m".into()), dictionary: Some("d".into()) },
            smoothing: Some(SmoothingMethod::Floor),
            smoothing_value: Some(0.1),
            effective_order: true,
            lowercase: true,
            chrf_characters: Some(6),
            chrf_words: Some(2),
            chrf_beta: Some(2),
            chrf_whitespace: true,
            chrf_epsilon: true,
            ter_case: true,
            ter_normalised: true,
            ter_no_punctuation: true,
            stemmer: true,
            rouge_tokens: Some(RougeTokens::Latin),
            rouge_part: Some(RougePart::F1),
            ignore: vec![Ignored::Case],
        };
        let idle: Vec<&str> = all.settings(&[]).unwrap_err().iter().map(|fault| fault.key).collect();
        assert_eq!(idle, TextOptions::KEYS);
        let without = TextOptions { files: TokeniserFiles::default(), ..all };
        assert!(without.settings(&Metric::ALL).is_ok());
    }

    #[test]
    fn files_go_with_the_tokenisers_that_read_them() {
        let keys = |by: Option<BleuTokeniser>, model: bool, dictionary: bool| -> Vec<&str> {
            let file = |is: bool| is.then(|| "x".into());
            let files = TokeniserFiles { model: file(model), dictionary: file(dictionary) };
            let options = TextOptions { tokeniser: by, files, ..TextOptions::default() };
            options.settings(&[Metric::Bleu]).err().unwrap_or_default().iter().map(|fault| fault.key).collect()
        };
        assert_eq!(keys(None, true, true), ["tokeniser-model", "mecab-dictionary"]);
        assert_eq!(keys(Some(BleuTokeniser::JaMecab), false, true), [""; 0]);
        assert_eq!(keys(Some(BleuTokeniser::JaMecab), true, false), ["tokeniser-model"]);
        assert_eq!(keys(Some(BleuTokeniser::Flores200), true, false), [""; 0]);
        assert_eq!(keys(Some(BleuTokeniser::Flores200), false, false), ["tokeniser-model"]);
    }

    #[test]
    fn what_is_left_out_is_as_in_the_reference_implementation() {
        assert_eq!(TextOptions::default().settings(&Metric::ALL), Ok(TextSettings::default()));
        let options = TextOptions {
            smoothing: Some(SmoothingMethod::Floor),
            tokeniser: Some(BleuTokeniser::Char),
            ..TextOptions::default()
        };
        let settings = options.settings(&[Metric::Bleu]).unwrap();
        let scorer = TextScorer::new(Metric::Bleu, settings).unwrap();
        assert_eq!(scorer.signature(None), "bleu|case:mixed|eff:no|tok:char|smooth:floor[0.10]|version:1");
    }
}
