//! Which of the cheaper candidates are tested, and which stand back.

use super::screen::{Member, SURER, cheaper_than};
use super::terms::Terms;
use super::types::{Row, Screening};
use crate::study::FamilyId;

/// The learners cheaper than the reference that are shown to beat guessing, and true; where there are none, the others.
pub(super) fn rivals<'a>(screening: &'a Screening, reference: &str, terms: &Terms) -> (Vec<&'a Row>, bool) {
    let mut cheaper = cheaper_than(screening, reference, terms);
    cheaper.retain(|row| row.family != FamilyId::BASELINE);
    let shown: Vec<&Row> = cheaper.iter().copied().filter(|row| screening.learning.is_shown(&row.name)).collect();
    if shown.is_empty() { (cheaper, false) } else { (shown, true) }
}

/// Of members from surest and dearest to cheapest: each stands back for the cheapest that is less sure by one step (5 %) at most.
pub(super) fn cheapest_as_sure(members: Vec<Member>) -> Vec<Member> {
    let mut kept: Vec<(f64, Member)> = Vec::new();
    for member in members {
        match kept.last_mut() {
            Some((surest, last)) if member.chance >= *surest - SURER => *last = member,
            _ => kept.push((member.chance, member)),
        }
    }
    kept.into_iter().map(|(_, member)| member).collect()
}
