//! A text metric with its settings, ready to look at answers.

use super::cutter::{Cutter, TokeniserFiles};
use super::formula::Formula;
use super::{bleu, chrf, exact, json, number, rouge, squad, ter};
use crate::text_settings::TextSettings;
use crate::{Metric, MetricError, OutcomeKind};
use regex::Regex;

/// A metric of texts under its settings.
#[derive(Debug, Clone, PartialEq)]
pub struct TextScorer {
    pub(super) metric: Metric,
    pub(super) settings: TextSettings,
    formula: Formula,
    pub(super) cutter: Cutter,
}

impl TextScorer {
    /// The metric under these settings.
    ///
    /// # Errors
    /// A metric that is not one of texts against references; settings out of range.
    pub fn new(metric: Metric, settings: TextSettings) -> Result<TextScorer, MetricError> {
        TextScorer::with_files(metric, settings, TokeniserFiles::default())
    }

    /// The metric under these settings, with the files of a tokeniser that needs any. They are opened by
    /// [`TextScorer::ready`] or with the first text.
    ///
    /// # Errors
    /// As [`TextScorer::new`].
    pub fn with_files(
        metric: Metric,
        settings: TextSettings,
        files: TokeniserFiles,
    ) -> Result<TextScorer, MetricError> {
        if !metric.fits(OutcomeKind::Texts) {
            return Err(MetricError::DoesNotFit { metric, outcomes: "texts against references".to_owned() });
        }
        let formula = Formula::new(metric, &settings)?;
        Ok(TextScorer { metric, settings, formula, cutter: Cutter::new(settings.bleu.tokeniser, files) })
    }

    /// The metric under the settings of the reference implementation.
    ///
    /// # Errors
    /// A metric that is not one of texts against references.
    pub fn usual(metric: Metric) -> Result<TextScorer, MetricError> {
        TextScorer::new(metric, TextSettings::default())
    }

    /// The metric.
    #[must_use]
    pub fn metric(&self) -> Metric {
        self.metric
    }

    /// How value and influence follow from the numbers.
    #[must_use]
    pub fn formula(&self) -> Formula {
        self.formula
    }

    /// Opens what the tokeniser of BLEU needs: a program or a file.
    ///
    /// # Errors
    /// It is not there, or can't be used.
    pub fn ready(&self) -> Result<(), MetricError> {
        if self.metric == Metric::Bleu { Ok(self.cutter.ready()?) } else { Ok(()) }
    }

    /// The numbers of one example: what the metric's formula needs of it, `formula().width()` of them.
    ///
    /// # Errors
    /// No reference; a reference that is no JSON, no pattern or has no number, where the metric needs one; a tokeniser whose
    /// program or file can't be used.
    pub fn statistics(&self, answer: &str, references: &[String]) -> Result<Vec<f64>, MetricError> {
        if references.is_empty() {
            return Err(MetricError::NoReference { metric: self.metric });
        }
        let settings = &self.settings;
        let one = match self.metric {
            Metric::Bleu => return Ok(bleu::statistics(&[answer], references, (&settings.bleu, &self.cutter))?),
            Metric::Chrf | Metric::ChrfPlusPlus => {
                return Ok(chrf::statistics(answer, references, &settings.chrf, self.formula.orders()));
            }
            Metric::Ter => return Ok(ter::statistics(answer, references, &settings.ter)),
            Metric::ExactMatchSquad => squad::exact(answer, references),
            Metric::TokenF1 => squad::f1(answer, references),
            Metric::TokenF1V2 => squad::f1_v2(answer, references),
            Metric::Rouge1 | Metric::Rouge2 | Metric::RougeL | Metric::RougeLsum => {
                let scores = rouge::scores(&[self.metric], &[answer], references, &settings.rouge);
                return Ok(scores.into_iter().flatten().collect());
            }
            Metric::JsonValid => json::valid(answer),
            Metric::JsonFields => json::fields(answer, references).map_err(|found| self.fault("JSON", found))?,
            Metric::NumericAnswer => number::score(answer, references)
                .ok_or_else(|| self.fault("a number", format!("{:?}", references.join(" | "))))?,
            Metric::RegexMatch => self.matches(answer, references)?,
            _ => exact::score(answer, references, settings.exact),
        };
        Ok(vec![one])
    }

    /// Whether it is of ROUGE.
    fn is_rouge(&self) -> bool {
        matches!(self.metric, Metric::Rouge1 | Metric::Rouge2 | Metric::RougeL | Metric::RougeLsum)
    }

    /// 1 if one of the patterns is found somewhere in the answer.
    fn matches(&self, answer: &str, patterns: &[String]) -> Result<f64, MetricError> {
        let mut found = false;
        for pattern in patterns {
            let pattern = Regex::new(pattern).map_err(|error| {
                let lines: Vec<String> = error.to_string().lines().map(|line| line.trim().to_owned()).collect();
                self.fault("a regular expression", lines.join(" "))
            })?;
            found |= pattern.is_match(answer);
        }
        Ok(f64::from(u8::from(found)))
    }

    fn fault(&self, expected: &'static str, found: String) -> MetricError {
        MetricError::Reference { metric: self.metric, expected, found }
    }
}

/// The numbers of one example under several metrics, each a list of one answer's numbers after the other's: what
/// [`TextScorer::statistics`] has for each, but the references are cut into words once for all answers, and the texts once for
/// all metrics of ROUGE.
///
/// # Errors
/// As [`TextScorer::statistics`].
pub fn count_texts(
    scorers: &[TextScorer],
    answers: &[&str],
    references: &[String],
) -> Result<Vec<Vec<f64>>, MetricError> {
    let mut counted: Vec<Option<Vec<f64>>> = vec![None; scorers.len()];
    for (at, scorer) in scorers.iter().enumerate().filter(|_| !references.is_empty()) {
        let settings = &scorer.settings;
        if counted[at].is_none() && scorer.is_rouge() {
            let alike = |other: &usize| scorers[*other].is_rouge() && scorers[*other].settings.rouge == settings.rouge;
            let alike: Vec<usize> = (at..scorers.len()).filter(alike).collect();
            let metrics: Vec<Metric> = alike.iter().map(|other| scorers[*other].metric).collect();
            let scores = rouge::scores(&metrics, answers, references, &settings.rouge);
            alike.into_iter().zip(scores).for_each(|(other, numbers)| counted[other] = Some(numbers));
        } else if scorer.metric == Metric::Bleu {
            counted[at] = Some(bleu::statistics(answers, references, (&settings.bleu, &scorer.cutter))?);
        }
    }
    let plain = |scorer: &TextScorer| -> Result<Vec<f64>, MetricError> {
        let mut numbers = Vec::new();
        for answer in answers {
            numbers.extend(scorer.statistics(answer, references)?);
        }
        Ok(numbers)
    };
    counted.into_iter().zip(scorers).map(|(found, scorer)| found.map_or_else(|| plain(scorer), Ok)).collect()
}
