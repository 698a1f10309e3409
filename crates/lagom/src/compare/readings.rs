//! Two candidates of which nobody knows the cheaper one: what both orders say together.

use super::findings::{CompareRow, CompareVerdict, Reading};
use crate::verdict::VerdictKind;

/// The verdict under one order; none without rows.
pub(super) fn reading(rows: &[CompareRow], verdict: &CompareVerdict) -> Option<Reading> {
    rows.first().map(|row| Reading { cheaper: row.name.clone(), verdict: verdict.clone() })
}

/// What stands whichever is the cheaper: the first reading, where both decide for the same candidate (or both find that none
/// qualifies); else nothing is decided, and a candidate is named only where both name it.
pub(super) fn together(first: CompareVerdict, readings: &[Reading]) -> CompareVerdict {
    let [_, other] = readings else { return first };
    let decided = |kind: VerdictKind| matches!(kind, VerdictKind::SmallerIsEnough | VerdictKind::BiggerPays);
    let same = first.choice == other.verdict.choice;
    let both = decided(first.kind) && decided(other.verdict.kind);
    if (both && same) || (first.kind == other.verdict.kind && first.kind == VerdictKind::NothingQualifies) {
        return first;
    }
    let choice = first.choice.clone().filter(|_| same);
    CompareVerdict { kind: VerdictKind::Undecided, choice, ..first }
}
