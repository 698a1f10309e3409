//! A test beside the verdict: of something that was trained apart from the ladder, by the same bounds, on rows that did not choose it.

use super::members::{Member, Opened};
use super::terms::Terms;
use super::types::{CandidateResults, Test};
use crate::data::HoldoutAccess;
use crate::study::Rule;

/// What is to be shown of a candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question<'a> {
    /// That it is better than this one.
    BetterThan(&'a str),
    /// What the study asks of a smaller model: not worse than this one by the margin, or above the bar.
    GoodEnough {
        /// What it is compared with where the study has a margin.
        reference: &'a str,
    },
}

/// Permission to read the sealed rows of these candidates, which no verdict has looked at. Write the look down before it is taken.
#[must_use]
pub fn look_beside(names: &[String]) -> HoldoutAccess {
    HoldoutAccess::at(names)
}

/// The test of a candidate at a one-sided confidence, on the sealed rows that the look covers, carried to the models that would be handed
/// over as the tests of a verdict are. None where one of the two was not read.
///
/// `entries` are both of them with all others that tell of the luck of a training.
#[must_use]
pub fn test_beside(
    entries: &[CandidateResults],
    (candidate, question): (&str, Question<'_>),
    terms: &Terms,
    (look, confidence): (&HoldoutAccess, f64),
) -> Option<Test> {
    let opened = Opened::new(entries, Some(look));
    let member = match (question, terms.rule) {
        (Question::BetterThan(other), _) => Member::against(candidate, other, (terms.metric, 0.0), &opened),
        (Question::GoodEnough { reference }, Rule::Margin(margin)) => {
            Member::against(candidate, reference, (terms.metric, -margin), &opened)
        }
        (Question::GoodEnough { .. }, Rule::Bar(bar)) => Member::above(candidate, (terms.metric, bar), &opened),
    };
    let mut test = member?.test(confidence);
    test.counted = true;
    test.confidence = test.confidence.filter(|confidence| *confidence > terms.confidence);
    Some(test)
}
