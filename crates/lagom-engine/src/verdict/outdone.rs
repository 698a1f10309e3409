//! Whether another candidate than the reference outdoes a choice on the rows of the verdict.
//!
//! The reference is the best on validation rows. On the rows of the verdict another one may turn out better, and a choice that is
//! within the margin of the reference may then be short of that one by more. The tests do not see it: they compare with the
//! reference alone. So a candidate is no choice where by the estimate, on the same rows and with all repeats, another one within the
//! limits is better by more than the margin. The best of several looks better than it is, so this errs on the side of *can't tell*.

use super::types::{Outdone, Row, Screening};
use crate::study::FamilyId;

/// Who is the farthest ahead of a candidate on the rows of the verdict, if anybody is. Nobody is where the reference is an incumbent:
/// that one was named, and not picked for being the best.
pub(super) fn outdone(screening: &Screening, candidate: &str) -> Option<Outdone> {
    let reference = screening.row(screening.reference.as_deref()?).filter(|_| !screening.incumbent)?;
    let ahead = |row: &Row| match row.name == reference.name {
        true => Some(0.0),
        false => row.holdout_difference.as_ref().map(|found| found.point),
    };
    let own = ahead(screening.row(candidate)?)?;
    let counts = |row: &&Row| {
        let whole = row.calls.is_some() || row.trials.len() >= reference.trials.len();
        let single = row.cascade.is_none();
        whole && single && row.family != FamilyId::BASELINE && row.is_within() && row.name != candidate
    };
    let others = screening.rows.iter().filter(counts).filter_map(|row| Some((row, ahead(row)? - own)));
    let (by, difference) = others.max_by(|a, b| a.1.total_cmp(&b.1)).filter(|(_, difference)| *difference > 0.0)?;
    Some(Outdone { candidate: candidate.to_owned(), by: by.name.clone(), difference })
}
