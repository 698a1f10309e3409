//! Two candidates of which nobody knows the cheaper one: what both orders say together.

use super::findings::{CompareRow, CompareVerdict, Comparison, OrderReading};
use crate::verdict::{CandidateStatus, VerdictKind};

/// The verdict under one order; none without rows.
pub(super) fn reading(rows: &[CompareRow], verdict: &CompareVerdict) -> Option<OrderReading> {
    rows.first().map(|row| OrderReading { cheaper: row.name.clone(), verdict: verdict.clone() })
}

/// What stands whichever is the cheaper: the first reading, where both decide for the same candidate (or both find that none
/// qualifies); else nothing is decided. A candidate, what carries the verdict and what is missing are named only where both readings
/// name the same.
pub(super) fn together(first: CompareVerdict, readings: &[OrderReading]) -> CompareVerdict {
    let [_, OrderReading { verdict: other, .. }] = readings else { return first };
    let same = first.choice == other.choice;
    let kind = match (first.kind, other.kind) {
        (kind, VerdictKind::NothingQualifies) if kind == VerdictKind::NothingQualifies => kind,
        (kind, _) if first.is_decided() && other.is_decided() && same => kind,
        _ => VerdictKind::Undecided,
    };
    let pair = |found: &Comparison| {
        let mut names = [Some(found.candidate.clone()), found.against.clone()];
        names.sort();
        names
    };
    let carried = first.carried_by.as_ref().map(pair) == other.carried_by.as_ref().map(pair);
    let needed = first.needed == other.needed;
    CompareVerdict {
        kind,
        choice: first.choice.filter(|_| same),
        carried_by: first.carried_by.filter(|_| carried),
        needed: first.needed.filter(|_| needed),
        ..first
    }
}

/// Where the candidates stand whichever is the cheaper, from where they stand under either order; `verdict` is what both say.
pub(super) fn standings(rows: &mut [CompareRow], other: &[CompareRow], verdict: &CompareVerdict) {
    for row in rows {
        let Some(turned) = other.iter().find(|turned| turned.name == row.name) else { continue };
        row.standing = match (row.standing, turned.standing) {
            (one, other) if one == other => one,
            _ if verdict.is_decided() && verdict.choice.as_ref() == Some(&row.name) => CandidateStatus::Choice,
            _ if verdict.reference.as_ref() == Some(&row.name) => CandidateStatus::Reference,
            // Whether it could take the place of the other one hangs on no order.
            _ if row.hardest.as_ref().is_some_and(Comparison::passed) => CandidateStatus::GoodEnough,
            _ => CandidateStatus::Undecided,
        };
    }
}
