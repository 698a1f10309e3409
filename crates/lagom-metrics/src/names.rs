//! The metrics by name, with what a reader has to know of each.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Version in [`Metric::signature`]; raise it with any change that can change a value.
pub(super) const VERSION: u32 = 1;

/// What quality means in a study. The definitions are those of scikit-learn for classes and values, of sacreBLEU,
/// rouge-score, the SQuAD scripts and lm-evaluation-harness for texts, choices and likelihoods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Metric {
    /// Share of examples whose predicted class is right.
    Accuracy,
    /// Mean over the true classes of the share of each that is found.
    BalancedAccuracy,
    /// Mean over classes of F1, the harmonic mean of precision and recall.
    MacroF1,
    /// Mean negative logarithm of the probability given to the true class.
    LogLoss,
    /// Area under the receiver operating characteristic.
    Auc,
    /// Mean squared error of the predicted probabilities.
    Brier,
    /// Root of the mean squared error.
    Rmse,
    /// Mean absolute error.
    Mae,
    /// Share of the target's variance that is explained.
    R2,
    /// Share of answers that equal a reference, character by character.
    ExactMatch,
    /// Share of answers that equal a reference once both are normalised as SQuAD does.
    ExactMatchSquad,
    /// Mean F1 over the words of answer and best reference, as SQuAD v1.1 has it.
    TokenF1,
    /// The same as SQuAD v2 has it: an empty reference means that there is no answer.
    TokenF1V2,
    /// Corpus BLEU, as sacreBLEU has it.
    Bleu,
    /// Corpus chrF2: F-score over character n-grams.
    Chrf,
    /// Corpus chrF2++: chrF2 with words and pairs of words.
    #[serde(rename = "chrf++")]
    ChrfPlusPlus,
    /// Corpus translation edit rate.
    Ter,
    /// Mean F1 over single words, as rouge-score has it.
    #[serde(rename = "rouge-1")]
    Rouge1,
    /// Mean F1 over pairs of words.
    #[serde(rename = "rouge-2")]
    Rouge2,
    /// Mean F1 over the longest common subsequence of words.
    RougeL,
    /// The same over the union of subsequences line by line.
    RougeLsum,
    /// Share of answers that are valid JSON.
    JsonValid,
    /// Mean share of the reference's JSON fields that the answer has with the same value.
    JsonFields,
    /// Share of answers whose number is the reference's.
    NumericAnswer,
    /// Share of answers in which the reference's pattern is found.
    RegexMatch,
    /// Share of examples whose likeliest choice is right.
    ChoiceAccuracy,
    /// The same with log-likelihoods divided by the choices' characters.
    ChoiceAccuracyCharacters,
    /// The same divided by their bytes in UTF-8.
    ChoiceAccuracyBytes,
    /// The same divided by their tokens.
    ChoiceAccuracyTokens,
    /// Bits a byte of text.
    BitsPerByte,
    /// The exponential of the nats a word of text.
    Perplexity,
}

/// What one model's results are about: which metrics can be had of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutcomeKind {
    /// Predicted classes with probabilities, of so many classes.
    Classes(u32),
    /// Predicted numbers.
    Values,
    /// Texts against references.
    Texts,
    /// Likelihoods of given choices.
    Choices,
    /// Likelihoods of given texts.
    Likelihoods,
}

/// Which way a metric improves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// More is better.
    HigherIsBetter,
    /// Less is better.
    LowerIsBetter,
}

impl Metric {
    /// All metrics: those of classification, of regression, of texts, of choices, of likelihoods.
    pub const ALL: [Metric; 31] = [
        Metric::Accuracy,
        Metric::BalancedAccuracy,
        Metric::MacroF1,
        Metric::LogLoss,
        Metric::Auc,
        Metric::Brier,
        Metric::Rmse,
        Metric::Mae,
        Metric::R2,
        Metric::ExactMatch,
        Metric::ExactMatchSquad,
        Metric::TokenF1,
        Metric::TokenF1V2,
        Metric::Bleu,
        Metric::Chrf,
        Metric::ChrfPlusPlus,
        Metric::Ter,
        Metric::Rouge1,
        Metric::Rouge2,
        Metric::RougeL,
        Metric::RougeLsum,
        Metric::JsonValid,
        Metric::JsonFields,
        Metric::NumericAnswer,
        Metric::RegexMatch,
        Metric::ChoiceAccuracy,
        Metric::ChoiceAccuracyCharacters,
        Metric::ChoiceAccuracyBytes,
        Metric::ChoiceAccuracyTokens,
        Metric::BitsPerByte,
        Metric::Perplexity,
    ];

    /// The name in a study file.
    pub fn name(self) -> &'static str {
        match self {
            Metric::Accuracy => "accuracy",
            Metric::BalancedAccuracy => "balanced-accuracy",
            Metric::MacroF1 => "macro-f1",
            Metric::LogLoss => "log-loss",
            Metric::Auc => "auc",
            Metric::Brier => "brier",
            Metric::Rmse => "rmse",
            Metric::Mae => "mae",
            Metric::R2 => "r2",
            Metric::ExactMatch => "exact-match",
            Metric::ExactMatchSquad => "exact-match-squad",
            Metric::TokenF1 => "token-f1",
            Metric::TokenF1V2 => "token-f1-v2",
            Metric::Bleu => "bleu",
            Metric::Chrf => "chrf",
            Metric::ChrfPlusPlus => "chrf++",
            Metric::Ter => "ter",
            Metric::Rouge1 => "rouge-1",
            Metric::Rouge2 => "rouge-2",
            Metric::RougeL => "rouge-l",
            Metric::RougeLsum => "rouge-lsum",
            Metric::JsonValid => "json-valid",
            Metric::JsonFields => "json-fields",
            Metric::NumericAnswer => "numeric-answer",
            Metric::RegexMatch => "regex-match",
            Metric::ChoiceAccuracy => "choice-accuracy",
            Metric::ChoiceAccuracyCharacters => "choice-accuracy-characters",
            Metric::ChoiceAccuracyBytes => "choice-accuracy-bytes",
            Metric::ChoiceAccuracyTokens => "choice-accuracy-tokens",
            Metric::BitsPerByte => "bits-per-byte",
            Metric::Perplexity => "perplexity",
        }
    }

    /// The metric of that exact [`name`](Self::name), if there is one.
    pub fn parse(name: &str) -> Option<Metric> {
        Metric::ALL.into_iter().find(|metric| metric.name() == name)
    }

    /// The range turned so that higher is better: what a quality can be at worst, and at best.
    pub fn oriented_range(self) -> (f64, f64) {
        let (low, high) = self.range();
        match self.direction() {
            Direction::HigherIsBetter => (low, high),
            Direction::LowerIsBetter => (-high, -low),
        }
    }

    /// The lowest and highest score of one example, where the metric is the mean of such scores and both are finite.
    pub fn example_range(self) -> Option<(f64, f64)> {
        match self {
            Metric::Brier => Some((0.0, 2.0)),
            Metric::TokenF1
            | Metric::TokenF1V2
            | Metric::Rouge1
            | Metric::Rouge2
            | Metric::RougeL
            | Metric::RougeLsum
            | Metric::JsonFields => Some((0.0, 1.0)),
            metric => metric.is_right_or_wrong().then_some((0.0, 1.0)),
        }
    }

    /// Whether value `a` is strictly better than `b`; false where either is NaN.
    pub fn better(self, a: f64, b: f64) -> bool {
        self.orient(a) > self.orient(b)
    }

    /// The value turned so that higher is better: the value itself or its negative. Its own inverse.
    pub fn orient(self, x: f64) -> f64 {
        match self.direction() {
            Direction::HigherIsBetter => x,
            Direction::LowerIsBetter => -x,
        }
    }
}

impl fmt::Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_same_everywhere() {
        for metric in Metric::ALL {
            assert_eq!(Metric::parse(metric.name()), Some(metric));
            assert_eq!(serde_json::to_string(&metric).unwrap(), format!("\"{}\"", metric.name()));
            assert!(metric.signature().starts_with(metric.name()));
            assert!(!metric.summary().is_empty());
        }
        assert_eq!(Metric::parse("F1"), None);
        assert_eq!(Metric::MacroF1.signature(), "macro-f1|classes:in-truth-or-predicted|zero-division:0|version:1");
    }

    #[test]
    fn direction_turns_comparisons() {
        assert!(Metric::Accuracy.better(0.9, 0.8) && Metric::Rmse.better(0.8, 0.9));
        assert!(!Metric::Mae.better(f64::NAN, 1.0) && !Metric::Mae.better(1.0, 1.0));
        assert_eq!(Metric::Brier.orient(Metric::Brier.orient(0.3)), 0.3);
        let (two, three) = (OutcomeKind::Classes(2), OutcomeKind::Classes(3));
        assert!(Metric::Auc.fits(two) && !Metric::Auc.fits(three) && !Metric::R2.fits(two));
        assert!(Metric::R2.fits(OutcomeKind::Values) && !Metric::Accuracy.fits(OutcomeKind::Values));
        for metric in Metric::ALL {
            let kinds = [two, OutcomeKind::Values, OutcomeKind::Texts, OutcomeKind::Choices, OutcomeKind::Likelihoods];
            assert_eq!(kinds.into_iter().filter(|kind| metric.fits(*kind)).count(), 1, "{metric}");
        }
    }
}
