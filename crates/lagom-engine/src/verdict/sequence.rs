//! Which of the cheaper candidates are tested, and which stand back.

use super::terms::Terms;
use super::types::{Row, Screening};
use crate::study::FamilyId;
use crate::study::costs::cheaper_first;

/// A dearer candidate has to be surer of its confirmation by more than this to come first.
pub(super) const SURER: f64 = 0.05;

/// A candidate that may be tested: how sure its confirmation is, and whether it is plausible at all.
pub(super) struct Member {
    pub(super) name: String,
    pub(super) cost: Option<f64>,
    pub(super) chance: f64,
    pub(super) plausible: bool,
    pub(super) shortfall: f64,
}

pub(super) fn cost_order(a: &Row, b: &Row, terms: &Terms) -> std::cmp::Ordering {
    let parameters = |row: &Row| row.parameters.unwrap_or(u64::MAX);
    cheaper_first(a.cost(terms.smallest_by), b.cost(terms.smallest_by)).then(parameters(a).cmp(&parameters(b)))
}

pub(super) fn cheaper_than<'a>(screening: &'a Screening, name: &str, terms: &Terms) -> Vec<&'a Row> {
    let Some(of) = screening.row(name) else { return Vec::new() };
    let eligible = |row: &&Row| row.quality.is_some() && row.is_within() && row.name != name;
    screening.rows.iter().filter(eligible).filter(|row| cost_order(row, of, terms).is_lt()).collect()
}

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
