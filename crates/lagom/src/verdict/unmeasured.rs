//! What was not measured: failure is never evidence.
//!
//! A candidate of which too much is missing (answers that failed, trainings that were killed) is neither good nor bad: it
//! can't be judged. Nothing positive may be said that would be another thing if it had been measured:
//!
//! - *smaller is enough* stands only if all that is missing is cheaper than the choice: it could only be a still smaller
//!   one that is enough.
//! - *bigger pays*, *nothing qualifies* and *nothing learned* speak of all candidates, so none may be missing.
//! - Without the baseline nobody knows what guessing comes to.
//!
//! [`withhold`] keeps the holdout unread where no such thing could be said whatever it holds; [`refuse`] looks once more at
//! the verdict itself.

use serde::{Deserialize, Serialize};

use super::types::{Against, Analysis, Row, Screening, Verdict, VerdictKind};
use crate::study::Family;

/// Why a candidate can't be judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unmeasured {
    /// What is missing, and how much.
    pub kind: UnmeasuredKind,
    /// Why, as a fragment in lower case without a full stop: `the server said 401: key expired`.
    pub cause: String,
}

/// What is missing of a candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum UnmeasuredKind {
    /// Answers: calls that failed, answers that were cut off, empty or unreadable.
    Answers {
        /// How many are missing.
        missing: u64,
        /// Of how many that were asked for.
        asked: u64,
    },
    /// Asking was stopped since a fault of the backend is shared by all questions.
    Backend {
        /// How many answers there are.
        answered: u64,
        /// Of how many that were wanted.
        wanted: u64,
    },
    /// Trainings that failed after every retry.
    Trials {
        /// How many failed.
        failed: u64,
        /// Of how many that were asked for.
        of: u64,
        /// Whether memory ran out.
        memory: bool,
    },
}

/// Takes the sequence out of a screening where no positive verdict could rest on it, so that the holdout stays unread.
pub(super) fn withhold(screening: &mut Screening) {
    let place = |name: &String| screening.rows.iter().position(|row| row.name == *name);
    let cheapest = screening.sequence.iter().filter_map(place).min();
    let blocked = screening.rows.iter().enumerate().any(|(at, row)| {
        // An incumbent is the reference whatever else there is: none that is missing could take that place.
        let other = !screening.incumbent && cheapest.is_none_or(|cheapest| at > cheapest);
        row.unmeasured.is_some() && (row.family == Family::Baseline || other)
    });
    if blocked {
        screening.sequence.clear();
        screening.against = Against::Nothing;
        screening.withheld = true;
    }
}

/// Turns a verdict that would have to rest on what was not measured into *undecided*, and names what is missing.
pub(super) fn refuse(analysis: &Analysis, verdict: &mut Verdict) {
    let rows = &analysis.screening.rows;
    let choice = verdict.choice.as_ref().and_then(|name| rows.iter().position(|row| row.name == *name));
    let reference = verdict.reference.as_ref().and_then(|name| rows.iter().position(|row| row.name == *name));
    let incumbent = analysis.screening.incumbent;
    let matters = |(at, row): (usize, &Row)| match verdict.kind {
        _ if row.unmeasured.is_none() => false,
        _ if analysis.screening.withheld || row.family == Family::Baseline => true,
        VerdictKind::SmallerIsEnough if incumbent => false,
        // Of an incumbent only the smaller ones could take the place.
        VerdictKind::BiggerPays if incumbent => Some(at) < reference,
        VerdictKind::SmallerIsEnough => choice.is_none_or(|choice| at > choice),
        VerdictKind::BiggerPays | VerdictKind::NothingQualifies | VerdictKind::NothingLearned => true,
        VerdictKind::Undecided => false,
    };
    let missing: Vec<String> =
        rows.iter().enumerate().filter(|&found| matters(found)).map(|(_, row)| row.name.clone()).collect();
    if missing.is_empty() {
        return;
    }
    verdict.kind = VerdictKind::Undecided;
    verdict.choice.clone_from(&verdict.reference);
    (verdict.carried_by, verdict.needed, verdict.nearest) = (None, None, None);
    verdict.unmeasured = missing;
}
