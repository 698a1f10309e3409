//! Signatures of text metrics: sacreBLEU's keys in its order, so that a reader can compare.

use super::scorer::TextScorer;
use crate::text_settings::{ExactSettings, Smoothing};
use crate::{Metric, VERSION};

impl TextScorer {
    /// Name, number of references an example, settings and version in one string. The references are none where they
    /// are not known, and 0 stands for numbers that differ from example to example.
    #[must_use]
    pub fn signature(&self, references: Option<usize>) -> String {
        let count = match references {
            None => String::new(),
            Some(0) => "|nrefs:var".to_owned(),
            Some(count) => format!("|nrefs:{count}"),
        };
        format!("{}{count}{}|version:{VERSION}", self.metric.name(), self.keys())
    }

    fn keys(&self) -> String {
        let (bleu, chrf, ter) = (self.settings.bleu, self.settings.chrf, self.settings.ter);
        let case = |lowered| if lowered { "lc" } else { "mixed" };
        let yes = |is| if is { "yes" } else { "no" };
        match self.metric {
            Metric::Bleu => format!(
                "|case:{}|eff:{}|tok:{}|smooth:{}",
                case(bleu.lowercase),
                yes(bleu.effective_order),
                self.cutter.signature(),
                smoothing(bleu.smoothing)
            ),
            Metric::Chrf | Metric::ChrfPlusPlus => {
                let orders = self.formula().orders();
                format!(
                    "|case:{}|eff:{}|nc:{}|nw:{}|beta:{}|space:{}",
                    case(chrf.lowercase),
                    yes(!chrf.epsilon_smoothing),
                    orders.characters,
                    orders.words,
                    chrf.beta,
                    yes(chrf.whitespace)
                )
            }
            Metric::Ter => format!(
                "|case:{}|tok:tercom|norm:{}|punct:{}|asian:no",
                case(!ter.case_sensitive),
                yes(ter.normalised),
                yes(!ter.no_punctuation)
            ),
            Metric::Rouge1 | Metric::Rouge2 | Metric::RougeL | Metric::RougeLsum => self.rouge(),
            Metric::ExactMatch => format!("|ignore:{}", ignored(self.settings.exact)),
            Metric::ExactMatchSquad => "|normalise:squad".to_owned(),
            Metric::TokenF1 => "|normalise:squad|squad:1.1".to_owned(),
            Metric::TokenF1V2 => "|normalise:squad|squad:2".to_owned(),
            Metric::JsonFields => "|fields:leaves|numbers:by-value".to_owned(),
            Metric::NumericAnswer => "|after:####|else:last".to_owned(),
            Metric::RegexMatch => "|found:anywhere".to_owned(),
            _ => String::new(),
        }
    }

    fn rouge(&self) -> String {
        let settings = self.settings.rouge;
        let stem = if settings.stemmer { "yes" } else { "no" };
        format!("|stem:{stem}|tok:{}|part:{}", settings.tokens.name(), settings.part.name())
    }
}

fn smoothing(of: Smoothing) -> String {
    match of {
        Smoothing::None => "none".to_owned(),
        Smoothing::Floor(value) => format!("floor[{value:.2}]"),
        Smoothing::AddK(value) => format!("add-k[{value:.2}]"),
        Smoothing::Exponential => "exp".to_owned(),
    }
}

fn ignored(of: ExactSettings) -> String {
    let all = [(of.ignore_case, "case"), (of.ignore_punctuation, "punctuation"), (of.ignore_digits, "digits")];
    let named: Vec<&str> = all.into_iter().filter(|(is, _)| *is).map(|(_, name)| name).collect();
    if named.is_empty() { "none".to_owned() } else { named.join("+") }
}
