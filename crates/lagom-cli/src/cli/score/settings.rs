//! Options to the settings of metrics; an option of a metric that is not asked for is a fault.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use lagom::metric::{
    BleuTokeniser, Ignored, Metric, OptionFault, RougePart, RougeTokens, SmoothingMethod, TextOptions, TextSettings,
    TokeniserFiles,
};

use crate::cli::cli_error::{CliError, Fault};

/// What can be chosen of the metrics.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "Settings of metrics (as in sacreBLEU and rouge-score where not given)")]
pub(super) struct Options {
    /// How BLEU cuts texts into words [default: 13a].
    #[arg(long, value_name = "T", visible_alias = "tokenizer", value_parser = named(&BleuTokeniser::ALL, BleuTokeniser::name))]
    tokeniser: Option<BleuTokeniser>,
    /// The SentencePiece model of flores101 or flores200.
    #[arg(long, value_name = "FILE", visible_alias = "tokenizer-model")]
    tokeniser_model: Option<PathBuf>,
    /// The folder of MeCab's dictionary for ja-mecab or ko-mecab [default: the one that MeCab is set up with].
    #[arg(long, value_name = "DIR")]
    mecab_dictionary: Option<PathBuf>,
    /// What BLEU takes for an order without a match [default: exp].
    #[arg(long, value_name = "S", value_parser = named(&SmoothingMethod::ALL, SmoothingMethod::name))]
    smoothing: Option<SmoothingMethod>,
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
    #[arg(long, value_name = "T", value_parser = named(&RougeTokens::ALL, RougeTokens::name))]
    rouge_tokens: Option<RougeTokens>,
    /// What ROUGE reports [default: f1].
    #[arg(long, value_name = "P", value_parser = named(&RougePart::ALL, RougePart::name))]
    rouge_part: Option<RougePart>,
    /// What exact-match does not look at.
    #[arg(long, value_name = "WHAT", value_delimiter = ',', value_parser = named(&Ignored::ALL, Ignored::name))]
    ignore: Vec<Ignored>,
}

/// Takes the names of `all`, and nothing else.
fn named<T: Copy + Send + Sync + 'static>(
    all: &'static [T],
    name: fn(T) -> &'static str,
) -> impl TypedValueParser<Value = T> {
    let names = all.iter().map(|one| name(*one));
    PossibleValuesParser::new(names)
        .try_map(move |text| all.iter().copied().find(|one| name(*one) == text).ok_or("no such name"))
}

impl Options {
    /// The files of BLEU's tokeniser.
    pub(super) fn files(&self) -> TokeniserFiles {
        TokeniserFiles { model: self.tokeniser_model.clone(), dictionary: self.mecab_dictionary.clone() }
    }

    /// The settings that the options come to.
    ///
    /// # Errors
    /// Options that none of the metrics looks at; a value for a smoothing that has none; values out of range.
    pub(super) fn settings(&self, metrics: &[Metric]) -> Result<TextSettings, CliError> {
        let options = TextOptions {
            tokeniser: self.tokeniser,
            files: self.files(),
            smoothing: self.smoothing,
            smoothing_value: self.smoothing_value,
            effective_order: self.effective_order,
            lowercase: self.lowercase,
            chrf_characters: self.chrf_characters,
            chrf_words: self.chrf_words,
            chrf_beta: self.chrf_beta,
            chrf_whitespace: self.chrf_whitespace,
            chrf_epsilon: self.chrf_epsilon,
            ter_case: self.ter_case,
            ter_normalised: self.ter_normalised,
            ter_no_punctuation: self.ter_no_punctuation,
            stemmer: self.stemmer,
            rouge_tokens: self.rouge_tokens,
            rouge_part: self.rouge_part,
            ignore: self.ignore.clone(),
        };
        let fault = |fault: OptionFault| Fault {
            message: format!("--{}: {}", fault.key, fault.message),
            hint: Some(fault.hint),
        };
        options.settings(metrics).map_err(|faults| CliError::of_user(faults.into_iter().map(fault).collect()))
    }
}
