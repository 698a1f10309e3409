//! What a reader has to know of each metric: unit, direction, range, summary, signature.

use super::names::{Direction, Metric, OutcomeKind, VERSION};
use super::text::TextScorer;

impl Metric {
    /// The unit of a value, in words; empty for a plain index.
    pub fn unit(self) -> &'static str {
        match self {
            Metric::Accuracy => "share of examples",
            Metric::BalancedAccuracy => "mean share of each class",
            Metric::Auc => "share of pairs",
            Metric::LogLoss => "nats",
            Metric::Brier => "squared probability",
            Metric::Rmse | Metric::Mae => "units of the target",
            Metric::R2 => "share of variance",
            Metric::MacroF1 | Metric::TokenF1 | Metric::TokenF1V2 => "",
            Metric::Rouge1 | Metric::Rouge2 | Metric::RougeL | Metric::RougeLsum => "",
            Metric::Bleu | Metric::Chrf | Metric::ChrfPlusPlus => "points of 100",
            Metric::Ter => "edits for 100 words",
            Metric::JsonFields => "mean share of fields",
            Metric::ExactMatch
            | Metric::ExactMatchSquad
            | Metric::JsonValid
            | Metric::NumericAnswer
            | Metric::RegexMatch
            | Metric::ChoiceAccuracy
            | Metric::ChoiceAccuracyCharacters
            | Metric::ChoiceAccuracyBytes
            | Metric::ChoiceAccuracyTokens => "share of examples",
            Metric::BitsPerByte => "bits per byte",
            Metric::Perplexity => "per word",
        }
    }

    /// The name as sentences and tables have it: `log loss`, `R²`.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Metric::Accuracy => "accuracy",
            Metric::BalancedAccuracy => "balanced accuracy",
            Metric::MacroF1 => "macro-F1",
            Metric::LogLoss => "log loss",
            Metric::Auc => "AUC",
            Metric::Brier => "Brier score",
            Metric::Rmse => "RMSE",
            Metric::Mae => "MAE",
            Metric::R2 => "R²",
            Metric::ExactMatch => "exact match",
            Metric::ExactMatchSquad => "exact match (SQuAD)",
            Metric::TokenF1 => "token F1",
            Metric::TokenF1V2 => "token F1 (SQuAD v2)",
            Metric::Bleu => "BLEU",
            Metric::Chrf => "chrF2",
            Metric::ChrfPlusPlus => "chrF2++",
            Metric::Ter => "TER",
            Metric::Rouge1 => "ROUGE-1",
            Metric::Rouge2 => "ROUGE-2",
            Metric::RougeL => "ROUGE-L",
            Metric::RougeLsum => "ROUGE-Lsum",
            Metric::JsonValid => "valid JSON",
            Metric::JsonFields => "right JSON fields",
            Metric::NumericAnswer => "right numbers",
            Metric::RegexMatch => "pattern found",
            Metric::ChoiceAccuracy => "accuracy of choices",
            Metric::ChoiceAccuracyCharacters => "accuracy of choices by characters",
            Metric::ChoiceAccuracyBytes => "accuracy of choices by bytes",
            Metric::ChoiceAccuracyTokens => "accuracy of choices by tokens",
            Metric::BitsPerByte => "bits per byte",
            Metric::Perplexity => "perplexity",
        }
    }

    /// Which way the metric improves.
    pub fn direction(self) -> Direction {
        match self {
            Metric::LogLoss | Metric::Brier | Metric::Rmse | Metric::Mae => Direction::LowerIsBetter,
            Metric::Ter | Metric::BitsPerByte | Metric::Perplexity => Direction::LowerIsBetter,
            _ => Direction::HigherIsBetter,
        }
    }

    /// One line for a glossary.
    pub fn summary(self) -> &'static str {
        match self {
            Metric::Accuracy => "the share of examples that get the right class",
            Metric::BalancedAccuracy => {
                "the share of each class that is found, averaged so that rare classes count as much"
            }
            Metric::MacroF1 => "F1, which punishes both missed and false finds, averaged over the classes",
            Metric::LogLoss => "how surprised the predicted probabilities are by the truth; sure and wrong costs most",
            Metric::Auc => "the chance that a random example of class 1 is ranked above one that is not",
            Metric::Brier => "the mean squared error of the predicted probabilities",
            Metric::Rmse => "the typical size of an error, with large errors weighing more",
            Metric::Mae => "the mean size of an error",
            Metric::R2 => "the share of the target's variance that is explained; 0 is no better than the mean",
            Metric::ExactMatch => "the share of answers that equal a reference, character by character",
            Metric::ExactMatchSquad => {
                "the share of answers that equal a reference but for case, punctuation, articles and spaces"
            }
            Metric::TokenF1 => "F1 over the words that answer and reference share; the better reference counts",
            Metric::TokenF1V2 => "the same, where an empty reference says that there is no answer",
            Metric::Bleu => "how many word sequences of the answers are in the references, of one to four words",
            Metric::Chrf => "F2 over the character sequences that answers and references share",
            Metric::ChrfPlusPlus => "the same with words and pairs of words",
            Metric::Ter => "the words to change or move until the answers are the references",
            Metric::Rouge1 => "F1 over the words that answer and reference share",
            Metric::Rouge2 => "F1 over the pairs of words that answer and reference share",
            Metric::RougeL => "F1 over the longest sequence of words that both have in the same order",
            Metric::RougeLsum => "the same line by line, for summaries of several sentences",
            Metric::JsonValid => "the share of answers that are valid JSON",
            Metric::JsonFields => "the share of the reference's fields that the answer has with the same value",
            Metric::NumericAnswer => "the share of answers whose final number is right",
            Metric::RegexMatch => "the share of answers in which the pattern is found",
            Metric::ChoiceAccuracy => "the share of examples whose likeliest choice is right",
            Metric::ChoiceAccuracyCharacters => "the same with likelihoods a character, so that long choices can win",
            Metric::ChoiceAccuracyBytes => "the same with likelihoods a byte",
            Metric::ChoiceAccuracyTokens => "the same with likelihoods a token",
            Metric::BitsPerByte => "how many bits a byte of the text costs the model; comparable between tokenisers",
            Metric::Perplexity => "among how many equally likely words the model seems to choose",
        }
    }

    /// Name, settings and version in one string (after sacreBLEU), so that two values can be told to
    /// be the same measurement.
    pub fn signature(self) -> String {
        let settings = match self {
            Metric::Accuracy | Metric::Mae => "",
            Metric::BalancedAccuracy => "|classes:in-truth|adjusted:no",
            Metric::MacroF1 => "|classes:in-truth-or-predicted|zero-division:0",
            Metric::LogLoss => "|log:natural|clip:f32-epsilon",
            Metric::Auc => "|positive:1|ties:half",
            Metric::Brier => "|two-classes:positive-only|more:sum",
            Metric::Rmse => "|root:of-mean",
            Metric::R2 => "|reference:mean-of-scored-truth",
            Metric::ChoiceAccuracy => "|norm:none|ties:first",
            Metric::ChoiceAccuracyCharacters => "|norm:characters|ties:first",
            Metric::ChoiceAccuracyBytes => "|norm:bytes|ties:first",
            Metric::ChoiceAccuracyTokens => "|norm:tokens|ties:first",
            Metric::BitsPerByte => "|bytes:utf-8",
            Metric::Perplexity => "|units:words|split:whitespace",
            text => return TextScorer::usual(text).map(|scorer| scorer.signature(None)).unwrap_or_default(),
        };
        format!("{}{settings}|version:{VERSION}", self.name())
    }

    /// Whether the metric can be had of such outcomes.
    pub fn fits(self, kind: OutcomeKind) -> bool {
        match self {
            Metric::Auc => kind == OutcomeKind::Classes(2),
            Metric::Rmse | Metric::Mae | Metric::R2 => kind == OutcomeKind::Values,
            Metric::Accuracy | Metric::BalancedAccuracy | Metric::MacroF1 | Metric::LogLoss | Metric::Brier => {
                matches!(kind, OutcomeKind::Classes(_))
            }
            Metric::ChoiceAccuracy
            | Metric::ChoiceAccuracyCharacters
            | Metric::ChoiceAccuracyBytes
            | Metric::ChoiceAccuracyTokens => kind == OutcomeKind::Choices,
            Metric::BitsPerByte | Metric::Perplexity => kind == OutcomeKind::Likelihoods,
            _ => kind == OutcomeKind::Texts,
        }
    }

    /// Whether one example is either right or wrong: the metric is the share of the right ones.
    pub fn is_right_or_wrong(self) -> bool {
        matches!(
            self,
            Metric::Accuracy
                | Metric::ExactMatch
                | Metric::ExactMatchSquad
                | Metric::JsonValid
                | Metric::NumericAnswer
                | Metric::RegexMatch
                | Metric::ChoiceAccuracy
                | Metric::ChoiceAccuracyCharacters
                | Metric::ChoiceAccuracyBytes
                | Metric::ChoiceAccuracyTokens
        )
    }

    /// The lowest and the highest value it can take, infinite where there is no bound.
    pub fn range(self) -> (f64, f64) {
        match self {
            // Brier 1950, several classes; with two classes 0 to 1.
            Metric::Brier => (0.0, 2.0),
            Metric::LogLoss | Metric::Rmse | Metric::Mae | Metric::Ter | Metric::BitsPerByte => (0.0, f64::INFINITY),
            Metric::R2 => (f64::NEG_INFINITY, 1.0),
            Metric::Bleu | Metric::Chrf | Metric::ChrfPlusPlus => (0.0, 100.0),
            Metric::Perplexity => (1.0, f64::INFINITY),
            _ => (0.0, 1.0),
        }
    }
}
