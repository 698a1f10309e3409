//! Counts what was wrong with answers: by row, since rows are what a verdict counts, and by question, since rows may ask the
//! same one, which is asked and paid for once.

use std::collections::{BTreeMap, HashSet};

use super::hear::Flaw;
use super::kept::Kept;
use crate::verdict::{FailureReason, ProblemExample, Problems, Unmeasured, UnmeasuredKind};

/// How many answers that were none are kept of each kind.
const KEPT: usize = 3;
/// How much of each is kept, in characters.
const LENGTH: usize = 200;
/// How many different reasons of failures are kept.
const REASONS: usize = 5;

/// What was wrong with a candidate's answers so far.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// Of different questions.
    pub(super) problems: Problems,
    /// Rows and repeats that were asked.
    pub(super) asked: u64,
    /// Those of them without an answer that counts.
    pub(super) missing: u64,
    /// Flaws by row.
    by_row: BTreeMap<Flaw, u64>,
    /// The addresses of the questions that were counted.
    seen: HashSet<String>,
    /// Reasons of failures, by their words without digits, with how many rows have them.
    reasons: BTreeMap<String, FailureReason>,
}

impl Tally {
    /// Counts what came of the question about a row.
    pub(super) fn count(&mut self, row: u32, kept: &Kept, flaw: Option<Flaw>, missing: bool) {
        if kept.answer.is_none() && kept.failure.is_none() {
            return;
        }
        self.asked += 1;
        self.missing += u64::from(missing);
        let fresh = self.seen.insert(kept.key.clone());
        let Some(flaw) = flaw else { return };
        *self.by_row.entry(flaw).or_default() += 1;
        let failure = kept.failure.as_ref().filter(|_| kept.answer.is_none()).map(ToString::to_string);
        if let Some(text) = &failure {
            let words: String = text.chars().filter(|letter| !letter.is_numeric()).collect();
            let known = self.reasons.entry(words);
            known.or_insert_with(|| FailureReason { count: 0, text: text.clone() }).count += 1;
        }
        if !fresh {
            return;
        }
        *self.counter(flaw) += 1;
        let examples = &mut self.problems.examples;
        if examples.iter().filter(|example| example.what == flaw.name()).count() < KEPT {
            let text = failure.or_else(|| kept.answer.as_ref().map(|answer| answer.text.clone())).unwrap_or_default();
            let text = text.chars().take(LENGTH).collect();
            examples.push(ProblemExample { what: flaw.name().to_owned(), row, text });
        }
    }

    fn counter(&mut self, flaw: Flaw) -> &mut u64 {
        let problems = &mut self.problems;
        match flaw {
            Flaw::Failed => &mut problems.failed,
            Flaw::Empty => &mut problems.empty,
            Flaw::CutOff => &mut problems.truncated,
            Flaw::CutRead => &mut problems.cut_read,
            Flaw::Thought => &mut problems.thought,
            Flaw::Tool => &mut problems.tool_call,
            Flaw::Unparsable => &mut problems.unparsable,
            Flaw::Ambiguous => &mut problems.ambiguous,
            Flaw::Refused => &mut problems.refused,
        }
    }

    /// The problems, with the commonest reasons of failures.
    pub(super) fn problems(&self) -> Problems {
        Problems { reasons: self.commonest(), ..self.problems.clone() }
    }

    fn commonest(&self) -> Vec<FailureReason> {
        let mut reasons: Vec<FailureReason> = self.reasons.values().cloned().collect();
        reasons.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.text.cmp(&b.text)));
        reasons.truncate(REASONS);
        reasons
    }

    /// That too much is missing to judge the candidate, where more than the share `most` is; `max_tokens` are the most of an
    /// answer, which is what most often cuts one off: none of answers that are on disk already.
    pub(super) fn unmeasured(&self, most: f64, max_tokens: Option<u32>) -> Option<Unmeasured> {
        let Self { missing, asked, .. } = *self;
        if missing == 0 || missing as f64 <= most * asked as f64 {
            return None;
        }
        let told = [
            (Flaw::Failed, "failed calls"),
            (Flaw::CutOff, "cut off before their end"),
            (Flaw::Thought, "cut off while thinking"),
            (Flaw::Empty, "empty"),
            (Flaw::Tool, "tool calls in place of an answer"),
            (Flaw::Unparsable, "with nothing in them that was asked for"),
            (Flaw::Ambiguous, "naming several things"),
        ];
        let mut kinds: Vec<(Flaw, &str, u64)> =
            told.into_iter().filter_map(|(flaw, words)| Some((flaw, words, *self.by_row.get(&flaw)?))).collect();
        kinds.sort_by_key(|(_, _, count)| std::cmp::Reverse(*count));
        let mut parts: Vec<String> = Vec::new();
        for (flaw, words, count) in &kinds {
            let reason = self.commonest().first().map(|reason| format!(" ({})", reason.text));
            let reason = reason.filter(|_| *flaw == Flaw::Failed).unwrap_or_default();
            parts.push(format!("{count} {words}{reason}"));
        }
        let mut cause = parts.join(", ");
        if let Some((flaw, ..)) = kinds.first() {
            cause += &self.advice(*flaw, max_tokens);
        }
        Some(Unmeasured { kind: UnmeasuredKind::Answers { missing, asked }, cause })
    }

    /// What to do about the commonest flaw, and an example of it.
    fn advice(&self, flaw: Flaw, max_tokens: Option<u32>) -> String {
        let example = self.problems.examples.iter().find(|example| example.what == flaw.name());
        let such = example.map_or_else(String::new, |example| {
            let text: String = example.text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(60).collect();
            format!(", such as \"{text}\" to row {}", example.row + 1)
        });
        match flaw {
            Flaw::CutOff | Flaw::Thought | Flaw::Empty => match max_tokens {
                Some(most) => {
                    format!("; the most tokens of an answer are {most}: max-tokens under [prompt] allows more")
                }
                None => "; have them answered again, or allow more to be missing: missing under [budget]".to_owned(),
            },
            Flaw::Unparsable | Flaw::Ambiguous => format!(
                "{such}; say in system or take out by steps under [prompt] what an answer is, or count such answers as wrong \
                 with unreadable = \"wrong\""
            ),
            Flaw::Failed | Flaw::Tool | Flaw::CutRead | Flaw::Refused => String::new(),
        }
    }
}
