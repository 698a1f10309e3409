//! From what answers say to outcomes: how each is scored, and what those that are missing could have been.

use super::hear::{Hearing, ParsedAnswer};
use super::kept::Kept;
use super::tally::Tally;
use crate::data::{Dataset, Target};
use crate::metric::{
    Choice, ClassOutcomes, Metric, MetricError, OutcomeKind, Outcomes, TextOutcomes, TextScorer, TextSettings,
    ValueOutcomes, choice_statistics, likelihood_statistics, score,
};
use crate::run::error::RunError;
use crate::run::prepare::{Prepared, unusable};
use crate::run::prompted::PromptedModel;
use crate::verdict::{Gaps, Responses};
use std::cell::OnceCell;

/// Reads answers and scores them, one candidate and repeat at a time.
pub(super) struct AnswerScorer<'a> {
    hearing: Hearing<'a>,
    dataset: &'a Dataset,
    metric: Metric,
    settings: TextSettings,
    /// What scores texts; none where the metric is not of texts.
    scorer: Option<&'a TextScorer>,
    /// Why a text could not be scored: its tokeniser's program has gone.
    fault: OnceCell<MetricError>,
}

/// What a missing answer is taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fill {
    /// What scores best.
    Best,
    /// What scores worst: the other class, nothing said, the worst error seen.
    Worst,
    /// For metrics of whole texts: as many words as the reference, none of them right. Which of both is worse depends on the
    /// metric.
    Noise,
}

/// The error of a number that is missing, at its worst: the largest that this model was seen to make.
type WorstError = f64;

impl<'a> AnswerScorer<'a> {
    pub(super) fn new(caller: &'a PromptedModel, prepared: &'a Prepared) -> Self {
        let (metric, settings) = (prepared.terms.metric, prepared.terms.settings);
        let dataset = &prepared.loaded.dataset;
        let (scorer, fault) = (prepared.scorer.as_ref(), OnceCell::new());
        Self { hearing: Hearing::new(caller, dataset), dataset, metric, settings, scorer, fault }
    }

    /// What these rows came to, one answer each: known outcomes, and beside them what the missing ones could have been.
    /// `tally` counts what was wrong with them.
    ///
    /// # Errors
    /// The tokeniser of the metric can't be used any more.
    pub(super) fn judge(
        &self,
        rows: &[u32],
        kept: &[Kept],
        repeat: u32,
        tally: &mut Tally,
    ) -> Result<Responses, RunError> {
        let (mut known, mut missing, mut left_out) = (Vec::new(), Vec::new(), Vec::new());
        for (&row, kept) in rows.iter().zip(kept) {
            let (said, flaw) = self.hearing.hear(row, kept);
            tally.count(row, kept, flaw, matches!(said, ParsedAnswer::Missing));
            match said {
                ParsedAnswer::Missing => missing.push(row),
                ParsedAnswer::LeftOut => left_out.push(row),
                said => known.push((row, said)),
            }
        }
        let outcomes = self.outcomes(&known, &[], Fill::Best, 0.0);
        let gaps = (!missing.is_empty()).then(|| self.gaps(&known, &missing));
        let rows = known.iter().map(|(row, _)| *row).collect();
        match self.fault.get() {
            Some(fault) => Err(unusable(fault.clone())),
            None => Ok(Responses { repeat, rows, outcomes, gaps, left_out }),
        }
    }

    /// All rows that count, the missing ones filled in.
    fn gaps(&self, known: &[(u32, ParsedAnswer)], missing: &[u32]) -> Gaps {
        let error = self.worst_error(known, missing);
        let with = |fill: Fill| self.outcomes(known, missing, fill, error);
        let (worst, noise) = (with(Fill::Worst), with(Fill::Noise));
        let value = |outcomes: &Outcomes| {
            score(self.metric, outcomes).map_or(f64::INFINITY, |scored| self.metric.orient(scored.value))
        };
        let worst = if value(&noise) < value(&worst) { noise } else { worst };
        Gaps {
            rows: known.iter().map(|(row, _)| *row).chain(missing.iter().copied()).collect(),
            worst,
            best: with(Fill::Best),
        }
    }

    /// A number has no worst value, so what is missing is taken to be as far off as the worst that was seen of this model, and at least
    /// as the mean of the rows is: from answers that were all exact nothing follows for those that are missing.
    fn worst_error(&self, known: &[(u32, ParsedAnswer)], missing: &[u32]) -> WorstError {
        let Target::Numbers(values) = &self.dataset.target else { return 0.0 };
        let mean = self.mean_of(values);
        let error = |(row, said): &(u32, ParsedAnswer)| (answered(said, mean) - values[*row as usize]).abs();
        let seen = known.iter().map(error).fold(0.0, f64::max);
        let unseen = missing.iter().map(|&row| (values[row as usize] - mean).abs()).fold(0.0, f64::max);
        seen.max(unseen)
    }

    /// The mean of the rows to learn from.
    fn mean_of(&self, values: &[f64]) -> f64 {
        crate::stats::mean(&self.dataset.development.iter().map(|&row| values[row as usize]).collect::<Vec<f64>>())
    }

    /// Outcomes of known rows and, behind them, of missing ones filled in.
    fn outcomes(&self, known: &[(u32, ParsedAnswer)], missing: &[u32], fill: Fill, error: WorstError) -> Outcomes {
        match &self.dataset.target {
            Target::Classes { labels, names } => {
                let mut outcomes = ClassOutcomes::new(names.len() as u32);
                for (row, said) in known {
                    push_class(&mut outcomes, labels[*row as usize], said);
                }
                let all = || known.iter().map(|(row, _)| row).chain(missing);
                let counts = |class: usize| all().filter(|&&row| labels[row as usize] as usize == class).count();
                // A false alarm costs most, by the metrics over classes, where the class is rarest.
                let mut rarest: Vec<usize> = (0..names.len()).collect();
                rarest.sort_by_key(|&class| counts(class));
                for &row in missing {
                    let truth = labels[row as usize];
                    let wrong = rarest.iter().copied().find(|&class| class != truth as usize);
                    let place = if fill == Fill::Best { Some(truth as usize) } else { wrong };
                    push_class(&mut outcomes, truth, &place.map_or(ParsedAnswer::Wrong, ParsedAnswer::Place));
                }
                Outcomes::Classes(outcomes)
            }
            Target::Numbers(values) => {
                let truth = |row: &u32| values[*row as usize];
                let mean = self.mean_of(values);
                let number = |(_, said): &(u32, ParsedAnswer)| answered(said, mean);
                let off = if fill == Fill::Best { 0.0 } else { error };
                Outcomes::Values(ValueOutcomes {
                    truth: known.iter().map(|(row, _)| row).chain(missing).map(truth).collect(),
                    predicted: known.iter().map(number).chain(missing.iter().map(|row| truth(row) + off)).collect(),
                })
            }
            // Nobody is asked for texts themselves.
            Target::Texts { .. } | Target::Choices { .. } | Target::Itself { .. } => {
                let width = TextOutcomes::new(self.metric, self.settings).map_or(1, |empty| empty.width);
                let known = known.iter().map(|(row, said)| self.statistics(*row, said));
                let missing = missing.iter().map(|&row| self.filled(row, fill));
                let mut statistics: Vec<f64> = Vec::new();
                for mut of_row in known.chain(missing) {
                    of_row.resize(width as usize, 0.0);
                    statistics.extend(of_row);
                }
                Outcomes::Texts(TextOutcomes { metric: self.metric, settings: self.settings, width, statistics })
            }
        }
    }

    /// What a text metric would need of an answer that is missing.
    fn filled(&self, row: u32, fill: Fill) -> Vec<f64> {
        // A mean of bounded scores has its bounds.
        if let Some((low, high)) = self.metric.example_range() {
            let (worst, best) = if self.metric.orient(1.0) > 0.0 { (low, high) } else { (high, low) };
            return vec![if fill == Fill::Best { best } else { worst }];
        }
        let reference = self.dataset.references(row).first().map(String::as_str).unwrap_or_default();
        if self.metric.fits(OutcomeKind::Likelihoods) {
            let log = if fill == Fill::Best { 0.0 } else { random(reference) };
            return likelihood_statistics(self.metric, log, reference).unwrap_or(vec![0.0; 2]);
        }
        let noise = || vec!["\u{E000}"; reference.split_whitespace().count()].join(" ");
        self.statistics(
            row,
            &match fill {
                Fill::Best => ParsedAnswer::Text(reference.to_owned()),
                Fill::Worst => ParsedAnswer::Wrong,
                Fill::Noise => ParsedAnswer::Text(noise()),
            },
        )
    }

    /// What a text metric needs of one answer.
    fn statistics(&self, row: u32, said: &ParsedAnswer) -> Vec<f64> {
        let references = self.dataset.references(row);
        if let Target::Choices { choices, gold } = &self.dataset.target {
            let (choices, gold) = (&choices[row as usize], &gold[row as usize]);
            let gold: Vec<usize> = gold.iter().map(|&place| place as usize).collect();
            return match said {
                ParsedAnswer::Likely(likelihoods) => {
                    let pairs = choices.iter().zip(likelihoods);
                    let choice = |(text, found): (&'a String, &crate::call::Likelihood)| Choice {
                        text,
                        log_probability: found.log_probability,
                        tokens: found.tokens,
                    };
                    let choices: Vec<Choice<'_>> = pairs.map(choice).collect();
                    choice_statistics(self.metric, &choices, &gold).unwrap_or_else(|_| vec![0.0])
                }
                ParsedAnswer::Place(place) => vec![f64::from(u8::from(gold.contains(place)))],
                _ => vec![0.0],
            };
        }
        let text = references.first().map(String::as_str).unwrap_or_default();
        if self.metric.fits(OutcomeKind::Likelihoods) {
            let found = if let ParsedAnswer::Likely(found) = said {
                found.first().map(|one| one.log_probability)
            } else {
                None
            };
            let scored = likelihood_statistics(self.metric, found.unwrap_or(random(text)), text);
            return scored.or_else(|_| likelihood_statistics(self.metric, random(text), text)).unwrap_or(vec![0.0; 2]);
        }
        let answer = if let ParsedAnswer::Text(text) = said { text.as_str() } else { "" };
        let Some(scorer) = self.scorer else { return Vec::new() };
        // References were checked when the study was prepared.
        scorer.statistics(answer, references).unwrap_or_else(|error| {
            self.fault.get_or_init(|| error);
            Vec::new()
        })
    }
}

/// The number that an answer counts as. Nobody answers a question for a number wrongly without a number: the mean of the rows is as
/// good as none.
fn answered(said: &ParsedAnswer, mean: f64) -> f64 {
    if let ParsedAnswer::Number(value) = said { *value } else { mean }
}

/// The log-likelihood of a text that is as surprising as random bytes, 8 bits each: what no likelihood counts as.
fn random(text: &str) -> f64 {
    -8.0 * std::f64::consts::LN_2 * text.len() as f64
}

fn push_class(outcomes: &mut ClassOutcomes, truth: u32, said: &ParsedAnswer) {
    let classes = outcomes.classes as usize;
    let pushed = match said {
        ParsedAnswer::Place(place) => outcomes.push(truth, &one_hot(*place, classes)),
        ParsedAnswer::Likely(likelihoods) => outcomes.push(truth, &softmax(likelihoods)),
        _ => {
            outcomes.push_no_answer(truth);
            Ok(())
        }
    };
    // Probabilities that are none come of likelihoods of other classes than there are.
    if pushed.is_err() {
        outcomes.push_no_answer(truth);
    }
}

fn one_hot(place: usize, classes: usize) -> Vec<f32> {
    (0..classes).map(|class| f32::from(u8::from(class == place))).collect()
}

/// Probabilities in proportion to the likelihoods.
fn softmax(likelihoods: &[crate::call::Likelihood]) -> Vec<f32> {
    let largest = likelihoods.iter().map(|found| found.log_probability).fold(f64::NEG_INFINITY, f64::max);
    let weights: Vec<f64> = likelihoods.iter().map(|found| (found.log_probability - largest).exp()).collect();
    let sum: f64 = weights.iter().sum();
    weights.into_iter().map(|weight| (weight / sum) as f32).collect()
}
