//! Options to the settings of metrics; an option of a metric that is not asked for is a fault.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{ArgMatches, Args, Command, FromArgMatches};
use lagom::metric::{
    BleuTokeniser, Ignored, Metric, OptionFault, RougePart, RougeTokens, SmoothingMethod, TextOptions, TextSettings,
    TokeniserFiles,
};
use lagom::study::options::of_metrics;

use crate::cli::cli_error::{CliError, Fault};
use crate::cli::keys::help;

/// What can be chosen of the metrics: an option for each key of `[metric]`, which has its help.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Settings of metrics (as in sacreBLEU and rouge-score where not given)")]
pub(super) struct Options {
    #[arg(long, value_name = "T", visible_alias = "tokenizer", value_parser = named(&BleuTokeniser::ALL, BleuTokeniser::name))]
    tokeniser: Option<BleuTokeniser>,
    #[arg(long, value_name = "FILE", visible_alias = "tokenizer-model")]
    tokeniser_model: Option<PathBuf>,
    #[arg(long, value_name = "DIR")]
    mecab_dictionary: Option<PathBuf>,
    #[arg(long, value_name = "S", value_parser = named(&SmoothingMethod::ALL, SmoothingMethod::name))]
    smoothing: Option<SmoothingMethod>,
    #[arg(long, value_name = "X", requires = "smoothing")]
    smoothing_value: Option<f64>,
    #[arg(long)]
    effective_order: bool,
    #[arg(long)]
    lowercase: bool,
    #[arg(long, value_name = "N")]
    chrf_characters: Option<usize>,
    #[arg(long, value_name = "N")]
    chrf_words: Option<usize>,
    #[arg(long, value_name = "N")]
    chrf_beta: Option<u32>,
    #[arg(long)]
    chrf_whitespace: bool,
    #[arg(long)]
    chrf_epsilon: bool,
    #[arg(long)]
    ter_case: bool,
    #[arg(long)]
    ter_normalised: bool,
    #[arg(long)]
    ter_no_punctuation: bool,
    #[arg(long)]
    stemmer: bool,
    #[arg(long, value_name = "T", value_parser = named(&RougeTokens::ALL, RougeTokens::name))]
    rouge_tokens: Option<RougeTokens>,
    #[arg(long, value_name = "P", value_parser = named(&RougePart::ALL, RougePart::name))]
    rouge_part: Option<RougePart>,
    #[arg(long, value_name = "WHAT", value_delimiter = ',', value_parser = named(&Ignored::ALL, Ignored::name))]
    ignore: Vec<Ignored>,
}

/// The same, told as the keys are declared.
#[derive(Debug, Default)]
pub(super) struct ToldOptions(pub(super) Options);

impl Args for ToldOptions {
    fn augment_args(command: Command) -> Command {
        Options::augment_args(command).mut_args(|option| {
            let Some(key) = of_metrics().iter().find(|key| option.get_long() == Some(key.help().name)) else {
                return option;
            };
            let default = key.help().default.words.replace(['`', '"'], "");
            let told = option.get_action().takes_values() && !["–", "[]"].contains(&default.as_str());
            let default = if told { format!(" [default: {default}]") } else { String::new() };
            option.help(format!("{}{default}", help(*key)))
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for ToldOptions {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        Options::from_arg_matches(matches).map(Self)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        self.0.update_from_arg_matches(matches)
    }
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
