//! From the text of an answer to outcomes: what was read, what could not be, and how it is scored.

use super::caller::Caller;
use crate::call::{Answer, Finish, Likelihood};
use crate::data::{Dataset, Target};
use crate::metric::{
    Choice, ClassOutcomes, Metric, OutcomeKind, Outcomes, TextOutcomes, TextScorer, TextSettings, ValueOutcomes,
    choice_statistics, likelihood_statistics,
};
use crate::prompt::{LabelReader, Reading, apply_all, read_choice, read_number, read_text};
use crate::stats;
use crate::verdict::{ProblemExample, Problems, Terms};

/// How many answers that were none are kept of each kind.
const KEPT: usize = 3;
/// How much of each is kept, in characters.
const LENGTH: usize = 200;

/// Reads answers and scores them, one candidate and repeat at a time.
pub(super) struct Judge<'a> {
    caller: &'a Caller,
    dataset: &'a Dataset,
    metric: Metric,
    settings: TextSettings,
    /// What scores texts; none where the metric is not of texts.
    scorer: Option<TextScorer>,
    labels: LabelReader,
    /// What a number that was not given counts as: the mean of the training rows, as the baseline answers.
    mean: f64,
}

/// What one answer says.
enum Said {
    /// Probabilities of the classes or likelihoods of the choices.
    Likely(Vec<Likelihood>),
    /// The place of a label or choice.
    Place(usize),
    Number(f64),
    Text(String),
    Nothing,
}

impl<'a> Judge<'a> {
    pub(super) fn new(caller: &'a Caller, dataset: &'a Dataset, terms: &Terms) -> Self {
        let names = if let Target::Classes { names, .. } = &dataset.target { names.as_slice() } else { &[] };
        let mean = match &dataset.target {
            Target::Numbers(values) => {
                let known: Vec<f64> = dataset.development.iter().map(|&row| values[row as usize]).collect();
                stats::mean(&known)
            }
            _ => 0.0,
        };
        let (metric, settings, labels) = (terms.metric, terms.settings, LabelReader::new(names));
        let scorer = TextScorer::new(metric, settings).ok();
        Self { caller, dataset, metric, settings, scorer, labels, mean }
    }

    /// The outcomes of these rows, one answer each; a row without an answer counts as an empty one, and is a problem.
    pub(super) fn outcomes(&self, rows: &[u32], answers: &[Option<Answer>], problems: &mut Problems) -> Outcomes {
        let said: Vec<Said> =
            rows.iter().zip(answers).map(|(&row, answer)| self.read(row, answer.as_ref(), problems)).collect();
        match &self.dataset.target {
            Target::Classes { labels, names } => {
                let mut outcomes = ClassOutcomes::new(names.len() as u32);
                for (&row, said) in rows.iter().zip(&said) {
                    let truth = labels[row as usize];
                    let pushed = match said {
                        Said::Place(place) => outcomes.push(truth, &one_hot(*place, names.len())),
                        Said::Likely(likelihoods) => outcomes.push(truth, &softmax(likelihoods)),
                        _ => {
                            outcomes.push_no_answer(truth);
                            Ok(())
                        }
                    };
                    // Probabilities that are none come of a backend that gave no finite likelihood.
                    if pushed.is_err() {
                        outcomes.push_no_answer(truth);
                    }
                }
                Outcomes::Classes(outcomes)
            }
            Target::Numbers(values) => {
                let number = |said: &Said| if let Said::Number(value) = said { *value } else { self.mean };
                let truth = rows.iter().map(|&row| values[row as usize]).collect();
                Outcomes::Values(ValueOutcomes { truth, predicted: said.iter().map(number).collect() })
            }
            Target::Texts { .. } | Target::Choices { .. } => {
                let width = TextOutcomes::new(self.metric, self.settings).map_or(1, |empty| empty.width);
                let mut statistics: Vec<f64> = Vec::with_capacity(rows.len() * width as usize);
                for (&row, said) in rows.iter().zip(&said) {
                    let mut of_row = self.statistics(row, said);
                    of_row.resize(width as usize, 0.0);
                    statistics.extend(of_row);
                }
                Outcomes::Texts(TextOutcomes { metric: self.metric, settings: self.settings, width, statistics })
            }
        }
    }

    /// What a text metric needs of one answer.
    fn statistics(&self, row: u32, said: &Said) -> Vec<f64> {
        let references = self.dataset.references(row);
        if let Target::Choices { choices, gold } = &self.dataset.target {
            let (choices, gold) = (&choices[row as usize], &gold[row as usize]);
            let gold: Vec<usize> = gold.iter().map(|&place| place as usize).collect();
            return match said {
                Said::Likely(likelihoods) => {
                    let mut pairs = Vec::with_capacity(choices.len());
                    for (text, found) in choices.iter().zip(likelihoods) {
                        pairs.push(Choice { text, log_probability: found.log_probability, tokens: found.tokens });
                    }
                    let choices: Vec<Choice<'_>> = pairs;
                    choice_statistics(self.metric, &choices, &gold).unwrap_or_else(|_| vec![0.0])
                }
                Said::Place(place) => vec![f64::from(u8::from(gold.contains(place)))],
                _ => vec![0.0],
            };
        }
        let text = references.first().map(String::as_str).unwrap_or_default();
        if self.metric.fits(OutcomeKind::Likelihoods) {
            // No likelihood, or none that is finite: as surprising as random bytes, 8 bits each.
            let random = -8.0 * std::f64::consts::LN_2 * text.len() as f64;
            let found =
                if let Said::Likely(found) = said { found.first().map(|one| one.log_probability) } else { None };
            let scored = likelihood_statistics(self.metric, found.unwrap_or(random), text);
            return scored.or_else(|_| likelihood_statistics(self.metric, random, text)).unwrap_or(vec![0.0; 2]);
        }
        let answer = if let Said::Text(text) = said { text.as_str() } else { "" };
        // References were checked when the study was prepared.
        self.scorer.as_ref().and_then(|scorer| scorer.statistics(answer, references).ok()).unwrap_or_default()
    }

    fn read(&self, row: u32, answer: Option<&Answer>, problems: &mut Problems) -> Said {
        let Some(answer) = answer else {
            problems.failed += 1;
            return Said::Nothing;
        };
        if !answer.likelihoods.is_empty() {
            return Said::Likely(answer.likelihoods.clone());
        }
        if answer.finish == Finish::Length {
            problems.truncated += 1;
            keep(problems, ("truncated", row), &answer.text);
        }
        if answer.finish == Finish::Refused {
            problems.refused += 1;
            keep(problems, ("refused", row), &answer.text);
            return Said::Nothing;
        }
        let Ok(text) = apply_all(&self.caller.prompt.steps, &answer.text) else {
            // An empty answer is told as one, whatever the steps looked for in it.
            let reading = if answer.text.trim().is_empty() { Reading::Empty } else { Reading::<Said>::Unparsable };
            return self.settle(reading, (row, &answer.text), problems);
        };
        let reading = match &self.dataset.target {
            Target::Classes { .. } => self.labels.read(&text).map(Said::Place),
            Target::Numbers(_) => read_number(&text).map(Said::Number),
            Target::Choices { choices, .. } => read_choice(&text, &choices[row as usize]).map(Said::Place),
            Target::Texts { .. } => read_text(&text).map(Said::Text),
        };
        self.settle(reading, (row, &answer.text), problems)
    }

    fn settle(&self, reading: Reading<Said>, (row, text): (u32, &str), problems: &mut Problems) -> Said {
        let what = reading.name();
        let count = match &reading {
            Reading::Read(_) => None,
            Reading::Empty => Some(&mut problems.empty),
            Reading::Refusal => Some(&mut problems.refused),
            Reading::Unparsable => Some(&mut problems.unparsable),
            Reading::Ambiguous => Some(&mut problems.ambiguous),
        };
        if let Some(count) = count {
            *count += 1;
            keep(problems, (what, row), text);
        }
        // A refusal is still a text: a metric of texts scores it as it stands.
        match (reading.value(), &self.dataset.target) {
            (Some(said), _) => said,
            (None, Target::Texts { .. }) => Said::Text(text.to_owned()),
            (None, _) => Said::Nothing,
        }
    }
}

fn keep(problems: &mut Problems, (what, row): (&str, u32), text: &str) {
    if problems.examples.iter().filter(|example| example.what == what).count() < KEPT {
        let text = text.chars().take(LENGTH).collect();
        problems.examples.push(ProblemExample { what: what.to_owned(), row, text });
    }
}

fn one_hot(place: usize, classes: usize) -> Vec<f32> {
    (0..classes).map(|class| f32::from(u8::from(class == place))).collect()
}

/// Probabilities in proportion to the likelihoods.
fn softmax(likelihoods: &[Likelihood]) -> Vec<f32> {
    let largest = likelihoods.iter().map(|found| found.log_probability).fold(f64::NEG_INFINITY, f64::max);
    let weights: Vec<f64> = likelihoods.iter().map(|found| (found.log_probability - largest).exp()).collect();
    let sum: f64 = weights.iter().sum();
    weights.into_iter().map(|weight| (weight / sum) as f32).collect()
}
