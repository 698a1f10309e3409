//! Where a candidate stands, and what it exceeds.

use super::teller::Teller;
use crate::numbers::{bytes, count, ratio, seconds};
use crate::study::costs::{Exceeded, Unit};
use crate::study::{Excess, FamilyId};
use crate::verdict::{Row, Standing, VerdictKind};

/// Where a candidate stands, in two or three words.
pub(crate) fn standing(teller: &Teller<'_>, row: &Row) -> &'static str {
    let verdict = &teller.findings.verdict;
    match row.standing {
        // With an incumbent a dearer one can be the choice; it is no smaller one that will do.
        Standing::Choice if verdict.kind == VerdictKind::BiggerPays => "better",
        Standing::Choice | Standing::Reference if teller.incumbent() == Some(row.name.as_str()) => "the incumbent",
        Standing::Choice if verdict.kind == VerdictKind::Undecided => "use meanwhile",
        Standing::Choice if verdict.reference.as_deref() == Some(row.name.as_str()) => "the choice",
        Standing::Choice => "good enough",
        Standing::Reference if teller.is_overtaken() => "best on validation",
        Standing::Reference => "the best",
        Standing::Failed => "failed",
        Standing::Unmeasured => "not measured",
        Standing::Stopped => "stopped early",
        Standing::TriedOnce => "tried once",
        Standing::OverLimits => "over limits",
        _ if row.family == FamilyId::BASELINE => "baseline",
        Standing::GoodEnough => "good enough",
        Standing::Undecided => "undecided",
        Standing::Unneeded => "not needed",
        Standing::TooWeak => "too weak",
        Standing::NoBetter if is_ahead(teller, row) => "perhaps better",
        Standing::NoBetter => "no better",
        Standing::Better => "better",
    }
}

/// Whether it is ahead of the reference by more than the margin by the estimate, on the rows that are shown.
fn is_ahead(teller: &Teller<'_>, row: &Row) -> bool {
    let margin = teller.findings.terms.margin().unwrap_or(0.0);
    row.shown_difference().is_some_and(|found| found.point > margin)
}

/// What a standing means, in a sentence.
pub(crate) fn standing_title(teller: &Teller<'_>, standing: Standing) -> &'static str {
    match standing {
        Standing::GoodEnough if teller.cross_fitted() => {
            "confirmed as good enough on rows it had not seen, but dearer than the choice"
        }
        Standing::Choice => "the answer: the smallest that is good enough",
        Standing::Reference if teller.incumbent().is_some() => "in use today; what the others are compared with",
        Standing::Reference if teller.is_overtaken() => {
            "the best within the limits on validation rows, where it was picked; what the others are compared with"
        }
        Standing::Reference => "the best within the limits; what the others are compared with",
        Standing::Better => "dearer than the one that the others are compared with, and surely better",
        Standing::GoodEnough => "confirmed as good enough on the holdout, but dearer than the choice",
        Standing::Undecided => "could be good enough, but that is not shown",
        Standing::Unneeded => "dearer than the choice, which is good enough: not tested",
        Standing::TooWeak => "surely not good enough",
        Standing::NoBetter => "dearer than the reference and not shown to be better",
        Standing::OverLimits => "exceeds a limit of the study",
        Standing::Stopped => {
            "stopped early: by its own curve it could not have reached what would matter by the terms of the run"
        }
        Standing::TriedOnce => "one training was enough: by the terms of the run it surely gains too little to matter",
        Standing::Failed => "too few of its trials were finished",
        Standing::Unmeasured => "too much of it is missing to judge it; that says nothing of how good it is",
    }
}

/// A limit that is exceeded, in words: `p95 12 ms, 2.4 times your limit of 5 ms`.
pub(crate) fn excess(excess: &Excess) -> String {
    let whole = |value: f64| value.max(0.0).round() as u64;
    let (name, unit) = match excess.limit {
        Exceeded::Cost(cost) => (cost.about().noun, Some(cost.about().unit)),
        Exceeded::Bar => ("bar", None),
    };
    let write = |value: f64| match unit {
        Some(Unit::Time | Unit::CpuTime) => seconds(value),
        Some(Unit::Bytes) => bytes(whole(value)),
        Some(Unit::Count) => count(whole(value)),
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
