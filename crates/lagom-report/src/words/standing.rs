//! Where a candidate stands, and what it exceeds.

use super::context::ReportContext;
use crate::costs::number;
use crate::document::Tone;
use crate::numbers::{bytes, count, ratio, seconds};
use crate::study::costs::{Exceeded, Unit};
use crate::study::{FamilyId, LimitViolation};
use crate::verdict::{CandidateStatus, Row, VerdictKind};

/// Where a candidate stands, in two or three words.
pub(crate) fn standing(context: &ReportContext<'_>, row: &Row) -> &'static str {
    let verdict = &context.findings.verdict;
    match row.standing {
        // With an incumbent a dearer one can be the choice; it is no smaller one that will do.
        CandidateStatus::Choice if verdict.kind == VerdictKind::BiggerPays => "better",
        CandidateStatus::Choice | CandidateStatus::Reference if context.incumbent() == Some(row.name.as_str()) => {
            "the incumbent"
        }
        CandidateStatus::Choice if verdict.kind == VerdictKind::Undecided => "use meanwhile",
        CandidateStatus::Choice if verdict.reference.as_deref() == Some(row.name.as_str()) => "the choice",
        CandidateStatus::Choice => "good enough",
        CandidateStatus::Reference if context.is_overtaken() => "best on validation",
        CandidateStatus::Reference => "the best",
        CandidateStatus::Failed => "failed",
        CandidateStatus::Unmeasured => "not measured",
        CandidateStatus::Stopped => "stopped early",
        CandidateStatus::TriedOnce => "tried once",
        CandidateStatus::OverLimits => "over limits",
        _ if row.family == FamilyId::BASELINE => "baseline",
        CandidateStatus::GoodEnough => "good enough",
        CandidateStatus::Undecided => "undecided",
        CandidateStatus::Unneeded => "not needed",
        CandidateStatus::TooWeak => "too weak",
        CandidateStatus::NoBetter if is_ahead(context, row) => "perhaps better",
        CandidateStatus::NoBetter => "no better",
        CandidateStatus::Better => "better",
    }
}

/// Whether it is ahead of the reference by more than the margin by the estimate, on the rows that are shown.
fn is_ahead(context: &ReportContext<'_>, row: &Row) -> bool {
    let margin = context.findings.terms.margin().unwrap_or(0.0);
    row.shown_difference().is_some_and(|found| found.point > margin)
}

/// The tone of a verdict.
pub(crate) fn tone(kind: VerdictKind) -> Tone {
    match kind {
        VerdictKind::SmallerIsEnough => Tone::Good,
        VerdictKind::BiggerPays => Tone::Pays,
        VerdictKind::Undecided => Tone::Open,
        VerdictKind::NothingQualifies | VerdictKind::NothingLearned => Tone::Bad,
    }
}

/// What a standing means, in a sentence.
pub(crate) fn standing_title(context: &ReportContext<'_>, standing: CandidateStatus) -> &'static str {
    match standing {
        CandidateStatus::GoodEnough if context.cross_fitted() => {
            "confirmed as good enough on rows it had not seen, but dearer than the choice"
        }
        CandidateStatus::Choice => "the answer: the smallest that is good enough",
        CandidateStatus::Reference if context.incumbent().is_some() => {
            "in use today; what the others are compared with"
        }
        CandidateStatus::Reference if context.is_overtaken() => {
            "the best within the limits on validation rows, where it was picked; what the others are compared with"
        }
        CandidateStatus::Reference => "the best within the limits; what the others are compared with",
        CandidateStatus::Better => "dearer than the one that the others are compared with, and surely better",
        CandidateStatus::GoodEnough => "confirmed as good enough on the holdout, but dearer than the choice",
        CandidateStatus::Undecided => "could be good enough, but that is not shown",
        CandidateStatus::Unneeded => "dearer than the choice, which is good enough: not tested",
        CandidateStatus::TooWeak => "surely not good enough",
        CandidateStatus::NoBetter => "dearer than the reference and not shown to be better",
        CandidateStatus::OverLimits => "exceeds a limit of the study",
        CandidateStatus::Stopped => {
            "stopped early: by its own curve it could not have reached what would matter by the terms of the run"
        }
        CandidateStatus::TriedOnce => {
            "one training was enough: by the terms of the run it surely gains too little to matter"
        }
        CandidateStatus::Failed => "too few of its trials were finished",
        CandidateStatus::Unmeasured => "too much of it is missing to judge it; that says nothing of how good it is",
    }
}

/// A limit that is exceeded, in words: `p95 12 ms, 2.4 times your limit of 5 ms`.
pub(crate) fn excess(excess: &LimitViolation) -> String {
    let whole = |value: f64| value.max(0.0).round() as u64;
    let (name, unit) = match excess.limit {
        Exceeded::Cost(cost) => (cost.about().noun, Some(cost.about().unit)),
        Exceeded::Bar => ("bar", None),
    };
    let write = |value: f64| match unit {
        Some(Unit::Time | Unit::CpuTime) => seconds(value),
        Some(Unit::Bytes) => bytes(whole(value)),
        Some(Unit::Count) => count(whole(value)),
        Some(Unit::Number) => number(value),
        Some(Unit::Money) | None => format!("{value:.3}"),
    };
    let allowed = write(excess.allowed);
    let Some(value) = excess.found else {
        return format!("{name} could not be measured; your limit is {allowed}");
    };
    let (found, times) = (write(value), excess.times());
    let found = if found == allowed { format!("{found} (exactly {})", whole(value)) } else { found };
    if times >= 1.05 && times.is_finite() {
        format!("{name} {found}, {} times your limit of {allowed}", ratio(times))
    } else {
        format!("{name} {found}, just over your limit of {allowed}")
    }
}
