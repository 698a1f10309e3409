//! What was not measured: failure is never evidence.
//!
//! A candidate of which too much is missing (answers that failed, trainings that were killed) is neither good nor bad: it
//! can't be judged. Of a trained one nothing may be missing: the repeats that are left are no fair sample of the splits.
//! Nothing positive may be said that would be another thing if it had been measured:
//!
//! - Without the baseline nobody knows what guessing comes to.
//! - What is dearer than the choice may be better than all that was measured by more than the margin.
//! - What is cheaper may be, too, and may be enough itself: it could take the place of the reference and of the choice. Only
//!   what would fail the same way whenever it is run (its training diverges) is told beside the verdict and no more, where
//!   it is cheaper than the choice and a larger one of its family was measured: no run gives another verdict.
//! - What surely exceeds a limit takes no part in the verdict, measured or not.
//! - Where a limit is on what a probe measures, one that the probe has not looked at is neither within nor beyond: its quality is known, so that
//!   it matters only where it could be the choice, or what the others are compared with.
//!
//! [`withhold`] keeps the holdout unread where no such thing could be said whatever it holds; [`refuse`] looks once more at
//! the verdict itself.

use super::close::could_change;
use super::terms::Terms;
use super::types::{
    Against, Analysis, CandidateResults, Row, Screening, Unmeasured, UnmeasuredKind, Verdict, VerdictKind,
};
use crate::candidate::about;
use crate::study::costs::{Exceeded, Parameters};
use crate::study::{FamilyId, LimitViolation};
use crate::trial::Failure;

impl Unmeasured {
    /// A trained candidate of which so many trials were asked for and these failed; none where none did.
    #[must_use]
    pub fn by_failures(failed: &[Failure], of: usize) -> Option<Self> {
        // The cause that can be mended comes first.
        let memory = failed.iter().find(|failure| failure.is_for_want_of_memory());
        let transient = || failed.iter().find(|failure| failure.worth_retrying());
        let cause = memory.or_else(transient).or(failed.first())?;
        let kind = UnmeasuredKind::Trials {
            failed: failed.len() as u64,
            of: of as u64,
            memory: memory.is_some(),
            lasting: !failed.iter().any(Failure::worth_retrying),
        };
        Some(Self { kind, cause: cause.short() })
    }

    /// A trained candidate that could not be timed, or has not been yet.
    #[must_use]
    pub fn untimed(failure: Option<&Failure>) -> Self {
        let cause = failure.map_or_else(|| "it has not been timed yet".to_owned(), Failure::short);
        Self { kind: UnmeasuredKind::Costs, cause }
    }

    /// A rung above one that ran out of memory.
    #[must_use]
    pub fn untried() -> Self {
        Self { kind: UnmeasuredKind::Untried, cause: "a smaller one of its family ran out of memory".to_owned() }
    }

    /// One whose repeats are all there, but the metric can't be worked out on their rows.
    pub(super) fn unscored() -> Self {
        let cause = "the metric is not defined on its validation rows".to_owned();
        Self { kind: UnmeasuredKind::Unscored, cause }
    }

    fn is_lasting(&self) -> bool {
        matches!(self.kind, UnmeasuredKind::Trials { lasting: true, .. })
    }
}

/// Whether a verdict would rest on the row at this place, which was not measured, if the choice stood at `choice`; of which kind
/// the verdict is, as far as that is known.
fn matters(screening: &Screening, at: usize, (choice, kind): (Option<usize>, Option<VerdictKind>)) -> bool {
    let rows = &screening.rows;
    let row = &rows[at];
    let Some(found) = row.unmeasured.as_ref().filter(|_| row.excess.is_empty()) else { return false };
    if row.family == FamilyId::BASELINE {
        return true;
    }
    if screening.incumbent && screening.reference.is_some() {
        return matters_beside_incumbent(screening, at, kind);
    }
    let dearer = choice.is_none_or(|choice| at > choice);
    let size = |row: &Row| row.parameters.unwrap_or(0);
    let larger = |other: &Row| other.family == row.family && other.quality.is_some() && size(other) > size(row);
    dearer || !found.is_lasting() || !rows.iter().any(larger)
}

/// The same where an incumbent was measured, which is the reference whatever else there is: only what is smaller could take its
/// place, and that one does so is true whatever is missing.
fn matters_beside_incumbent(screening: &Screening, at: usize, kind: Option<VerdictKind>) -> bool {
    let place = |name: &String| screening.rows.iter().position(|row| row.name == *name);
    match kind {
        None | Some(VerdictKind::SmallerIsEnough) => false,
        Some(VerdictKind::BiggerPays) => Some(at) < screening.reference.as_ref().and_then(place),
        Some(VerdictKind::NothingQualifies | VerdictKind::NothingLearned | VerdictKind::Undecided) => true,
    }
}

/// Of the limits that an unmeasured candidate exceeds those that it is sure to: a cost that is unknown exceeds none, and only
/// a network's planned size is that of the trained model.
pub(super) fn sure_excess(entry: &CandidateResults, found: Vec<LimitViolation>) -> Vec<LimitViolation> {
    let counted = entry.calls.is_some()
        || !entry.repeats.is_empty()
        || about(entry.candidate.spec.family).is_some_and(|about| about.exact_size);
    found
        .into_iter()
        .filter(|one| one.found.is_some() && (counted || one.limit != Exceeded::Cost(&Parameters)))
        .collect()
}

/// Takes the sequence out of a screening where no positive verdict could rest on it, so that the holdout stays unread.
pub(super) fn withhold(screening: &mut Screening, terms: &Terms) {
    let place = |name: &String| screening.rows.iter().position(|row| row.name == *name);
    // What is surely good enough may be the cheapest that is tested; without a sequence, the reference.
    let cheapest = screening.sequence.iter().filter_map(place).min();
    let choice = cheapest.or_else(|| screening.reference.as_ref().and_then(place));
    let unknown = |row: &Row| is_unknown(row) && could_change(screening, terms, row, choice);
    let matters = |at: usize| matters(screening, at, (choice, None)) || unknown(&screening.rows[at]);
    if (0..screening.rows.len()).any(matters) {
        screening.sequence.clear();
        screening.against = Against::Nothing;
        screening.withheld = true;
    }
}

/// Whether nothing but a cost that no probe has measured keeps a candidate out.
fn is_unknown(row: &Row) -> bool {
    !row.unknown.is_empty() && row.excess.is_empty() && row.unmeasured.is_none()
}

/// Whether the test that left the verdict undecided is about this candidate, or no test came to an end.
fn is_tested(name: &str, analysis: &Analysis, verdict: &Verdict) -> bool {
    let screening = &analysis.screening;
    let against = matches!(&screening.against, Against::Candidate(other) if other == name);
    match verdict.carried_by.and_then(|at| analysis.tests.get(at)) {
        Some(test) => test.candidate == name || test.against.as_deref() == Some(name),
        None => {
            let member = screening.sequence.iter().any(|member| member == name);
            against || member || screening.reference.as_deref() == Some(name)
        }
    }
}

/// Turns a verdict that would have to rest on what was not measured into *undecided*, and names what is missing. There is no
/// safe choice then.
pub(super) fn refuse(analysis: &Analysis, terms: &Terms, verdict: &mut Verdict) {
    let rows = &analysis.screening.rows;
    let place = |name: &String| rows.iter().position(|row| row.name == *name);
    let choice = verdict.choice.as_ref().or(verdict.reference.as_ref()).and_then(place);
    let choice = choice.filter(|_| !analysis.screening.withheld);
    // What is open for another reason stays so; what was not decided because of a candidate that was tested names it.
    let open = verdict.kind == VerdictKind::Undecided && !analysis.screening.withheld;
    let missing = (0..rows.len()).filter(|&at| match open {
        true => rows[at].unmeasured.is_some() && is_tested(&rows[at].name, analysis, verdict),
        false => matters(&analysis.screening, at, (choice, Some(verdict.kind))),
    });
    let unknown = |at: &usize| is_unknown(&rows[*at]) && could_change(&analysis.screening, terms, &rows[*at], choice);
    let mut missing: Vec<usize> = missing.chain((0..rows.len()).filter(unknown)).collect();
    missing.sort_unstable();
    missing.dedup();
    let missing: Vec<String> = missing.into_iter().map(|at| rows[at].name.clone()).collect();
    if missing.is_empty() {
        return;
    }
    verdict.kind = VerdictKind::Undecided;
    (verdict.choice, verdict.carried_by, verdict.needed, verdict.nearest) = (None, None, None, None);
    verdict.unmeasured = missing;
}
