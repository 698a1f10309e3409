//! From the text of an answer to what it says, or to why it says nothing.
//!
//! What was not said in full is *missing*, neither right nor wrong: a call that failed, an answer that was cut off, one in
//! which a thought has no end, one that called a tool, one that nothing can be read from. That a model will not answer, or its
//! provider not let it, is a property of the model.

use super::kept::Kept;
use crate::call::{Answer, Finish, Likelihood};
use crate::data::{Dataset, Target};
use crate::prompt::{
    LabelReader, ParsedText, Spoken, apply_all, read_choice, read_number, read_object, read_text, spoken,
};
use crate::run::prompted::PromptedModel;
use crate::study::{CutOff, Refusals, TaskKind, Unreadable};

/// What one answer says.
#[derive(Clone, Debug)]
pub(super) enum ParsedAnswer {
    /// Probabilities of the classes or likelihoods of the choices.
    Likely(Vec<Likelihood>),
    /// The place of a label or choice.
    Place(usize),
    Number(f64),
    Text(String),
    /// Nothing that could be right.
    Wrong,
    /// Nothing, and the row counts for nothing.
    LeftOut,
    /// Nothing is known of it.
    Missing,
}

/// What is wrong with an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Flaw {
    Failed,
    Empty,
    CutOff,
    /// Cut off, and read as it stands since the study says so.
    CutRead,
    Thought,
    Tool,
    Unparsable,
    Ambiguous,
    Refused,
}

/// Hears what answers to one candidate's questions say.
pub(super) struct Hearing<'a> {
    caller: &'a PromptedModel,
    dataset: &'a Dataset,
    labels: LabelReader,
    /// Whether an empty text may be the right answer: some row has one for a reference.
    empties: bool,
}

/// Stands for what was cut off: no answer holds it.
const REST: &str = " \u{E000}\u{E001}";
/// Longest first line that is taken for a number by itself, in characters.
const SHORT: usize = 24;

impl<'a> Hearing<'a> {
    pub(super) fn new(caller: &'a PromptedModel, dataset: &'a Dataset) -> Self {
        let names = if let Target::Classes { names, .. } = &dataset.target { names.as_slice() } else { &[] };
        let empty = |row: &u32| dataset.references(*row).iter().any(|text| text.trim().is_empty());
        let texts = matches!(dataset.target, Target::Texts { .. });
        let empties = texts && dataset.development.iter().any(empty);
        Self { caller, dataset, labels: LabelReader::new(names), empties }
    }

    /// What came of the question about a row.
    pub(super) fn hear(&self, row: u32, kept: &Kept) -> (ParsedAnswer, Option<Flaw>) {
        let Some(answer) = &kept.answer else {
            // One that was never asked has no flaw either.
            return (ParsedAnswer::Missing, kept.failure.as_ref().map(|_| Flaw::Failed));
        };
        if !answer.likelihoods.is_empty() {
            let finite = answer.likelihoods.iter().all(|found| found.log_probability.is_finite());
            return if finite {
                (ParsedAnswer::Likely(answer.likelihoods.clone()), None)
            } else {
                (ParsedAnswer::Missing, Some(Flaw::Unparsable))
            };
        }
        if answer.finish == Finish::Refused {
            return (self.refused(ParsedAnswer::Wrong), Some(Flaw::Refused));
        }
        let missing = |flaw| (ParsedAnswer::Missing, Some(flaw));
        if answer.finish.is_broken_off() {
            return missing(Flaw::CutOff);
        }
        let text = match spoken(&answer.text) {
            Spoken::Thinking => return missing(Flaw::Thought),
            Spoken::Said(text) => text,
        };
        let cut = answer.finish == Finish::Length;
        if text.trim().is_empty() {
            let tool = answer.finish == Finish::Other(Finish::TOOL.to_owned());
            return match cut {
                true => missing(Flaw::CutOff),
                false if tool => missing(Flaw::Tool),
                false if self.empties => (ParsedAnswer::Text(String::new()), None),
                false => missing(Flaw::Empty),
            };
        }
        let read = self.caller.prompt.cut_off == CutOff::Read;
        if cut && !read && !self.is_whole(row, &text) {
            return missing(Flaw::CutOff);
        }
        let (said, flaw) = self.read(row, &text, answer);
        (said, flaw.or((cut && read).then_some(Flaw::CutRead)))
    }

    /// What a whole text says.
    fn read(&self, row: u32, text: &str, answer: &Answer) -> (ParsedAnswer, Option<Flaw>) {
        let unreadable = match self.caller.prompt.unreadable {
            Unreadable::Missing => ParsedAnswer::Missing,
            Unreadable::Wrong => ParsedAnswer::Wrong,
        };
        let Ok(text) = apply_all(&self.caller.prompt.steps, text) else {
            return (unreadable, Some(Flaw::Unparsable));
        };
        match self.reading(row, &text) {
            ParsedText::Read(said) => (said, None),
            ParsedText::Empty => (ParsedAnswer::Missing, Some(Flaw::Empty)),
            ParsedText::Unparsable => (unreadable, Some(Flaw::Unparsable)),
            ParsedText::Ambiguous => (unreadable, Some(Flaw::Ambiguous)),
            // A refusal is still a text: a metric of texts scores it as it stands.
            ParsedText::Refusal => {
                let texts = matches!(self.dataset.target, Target::Texts { .. });
                let scored = if texts { ParsedAnswer::Text(answer.text.clone()) } else { ParsedAnswer::Wrong };
                (self.refused(scored), Some(Flaw::Refused))
            }
        }
    }

    fn refused(&self, scored: ParsedAnswer) -> ParsedAnswer {
        match self.caller.prompt.refusals {
            Refusals::Wrong => scored,
            Refusals::LeaveOut => ParsedAnswer::LeftOut,
        }
    }

    fn reading(&self, row: u32, text: &str) -> ParsedText<ParsedAnswer> {
        match &self.dataset.target {
            Target::Classes { .. } => self.labels.read(text).map(ParsedAnswer::Place),
            Target::Numbers(_) => read_number(text).map(ParsedAnswer::Number),
            Target::Choices { choices, .. } => read_choice(text, &choices[row as usize]).map(ParsedAnswer::Place),
            Target::Texts { .. } | Target::Itself { .. } => read_text(text).map(ParsedAnswer::Text),
        }
    }

    /// Whether what is read of a text that was cut off cannot have changed with what was to follow: the steps take the same
    /// from it whatever follows, an object of JSON has ended, or its first line is the answer alone and another line has begun.
    fn is_whole(&self, row: u32, text: &str) -> bool {
        let steps = &self.caller.prompt.steps;
        let longer = format!("{text}{REST}");
        if let (Ok(found), Ok(same)) = (apply_all(steps, text), apply_all(steps, &longer))
            && found == same
        {
            return true;
        }
        if self.dataset.task == TaskKind::Extraction {
            return matches!(read_object(text), ParsedText::Read(_));
        }
        let Some((line, _)) = text.trim_start().split_once('\n') else { return false };
        match &self.dataset.target {
            Target::Classes { .. } => self.labels.alone(line).is_some(),
            Target::Numbers(_) => {
                line.chars().count() <= SHORT
                    && !line.chars().any(char::is_alphabetic)
                    && matches!(read_number(line), ParsedText::Read(_))
            }
            Target::Choices { choices, .. } => {
                let bare = line.trim().trim_matches(['(', ')', '.', '*', '"']);
                let letter = bare.chars().count() == 1
                    && matches!(read_choice(line, &choices[row as usize]), ParsedText::Read(_));
                letter || choices[row as usize].iter().any(|choice| choice.trim() == bare)
            }
            Target::Texts { .. } | Target::Itself { .. } => false,
        }
    }
}

impl Flaw {
    /// Its name among the examples of the report.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Empty => "empty",
            Self::CutOff => "cut off",
            Self::CutRead => "cut off, read as it stands",
            Self::Thought => "cut off while thinking",
            Self::Tool => "tool call",
            Self::Unparsable => "unparsable",
            Self::Ambiguous => "ambiguous",
            Self::Refused => "refused",
        }
    }
}
