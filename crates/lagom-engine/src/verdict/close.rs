//! Whether the choice hangs on a figure that is not known well enough: times are measured, and measuring again gives others.
//!
//! The verdict takes each figure at its point. Where a limit cuts through what a figure may as well be, or the figures of two candidates overlap
//! in what orders them, the verdict could be another one after the next measuring. [`close_calls`] names the candidates of which that holds: those
//! whose place on the other side of the limit, or before the choice, could make another candidate the choice, and no others.

use super::compare::over_bar;
use super::terms::Terms;
use super::types::{CloseCall, CloseTo, Row, Screening, Verdict, VerdictKind};
use crate::study::costs::{Exceeded, Range};
use crate::study::{Cost, FamilyId, Rule};

/// The figures that the choice hangs on and that are not known well enough for it, in the order of the rows.
pub(super) fn close_calls(screening: &Screening, terms: &Terms, verdict: &Verdict) -> Vec<CloseCall> {
    if verdict.kind == VerdictKind::NothingLearned || !verdict.unmeasured.is_empty() {
        return Vec::new();
    }
    let case = Case { screening, terms, verdict };
    let limits = screening.rows.iter().flat_map(|row| case.limits(row));
    limits.chain(case.order()).collect()
}

/// Whether the choice might be another one if this candidate were within the limits, of which it is not known to be: it could take the place
/// of the choice, or of what the others are compared with.
pub(super) fn could_change(screening: &Screening, terms: &Terms, row: &Row, choice: Option<usize>) -> bool {
    if row.quality.is_none() || row.family == FamilyId::BASELINE {
        return false;
    }
    // Where what orders is not known of it, its place among the rows says nothing: it may be the cheapest.
    if row.unknown.iter().any(|cost| cost.is(terms.smallest_by)) && may_be_enough(row, terms) {
        return true;
    }
    let place = |name: &str| screening.rows.iter().position(|other| other.name == name);
    let (own, reference) = (place(&row.name), screening.reference.as_deref().and_then(place));
    let (Some(choice), Some(reference)) = (choice, reference) else { return true };
    if own < Some(choice) {
        return may_be_enough(row, terms);
    }
    // What is dearer could only be what the others are compared with, which neither an incumbent nor a bar leaves to it.
    let named = screening.incumbent || matches!(terms.rule, Rule::Bar(_)) || row.cascade.is_some();
    let better = row.difference.as_ref().is_some_and(|found| found.point > 0.0);
    (!named && better) || (own < Some(reference) && choice == reference && may_be_enough(row, terms))
}

/// Whether a candidate is not shown to fall short of what is enough.
fn may_be_enough(row: &Row, terms: &Terms) -> bool {
    match terms.rule {
        Rule::Bar(bar) => {
            let quality = row.holdout_quality.as_ref().or(row.quality.as_ref());
            quality.is_some_and(|quality| over_bar(quality, terms.metric, bar).upper(terms.confidence) > 0.0)
        }
        Rule::Margin(margin) => row.shown_difference().is_none_or(|found| found.upper(terms.confidence) > -margin),
    }
}

/// A figure that is so many times another one is larger, also where no interval is known.
const APART: f64 = 3.0;

struct Case<'a> {
    screening: &'a Screening,
    terms: &'a Terms,
    verdict: &'a Verdict,
}

impl Case<'_> {
    fn is_choice(&self, row: &Row) -> bool {
        self.verdict.choice.as_ref() == Some(&row.name)
    }

    fn choice(&self) -> Option<usize> {
        self.screening.rows.iter().position(|row| self.is_choice(row))
    }

    /// The limits that the place of this candidate hangs on.
    fn limits(&self, row: &Row) -> Vec<CloseCall> {
        let figures = row.figures();
        let noisy = self.terms.limits.iter().filter(|(cost, _)| cost.about().noisy);
        let noisy =
            noisy.filter_map(|(cost, most)| Some((cost, cost.of(&figures)?, cost.range(&figures), most.value())));
        let call = |cost: &'static dyn Cost, found: f64, range: Option<Range>, near: CloseTo| CloseCall {
            candidate: row.name.clone(),
            cost,
            found,
            range,
            near,
        };
        if row.excess.is_empty() {
            let reference = self.verdict.reference.as_ref() == Some(&row.name) && !self.screening.incumbent;
            if !(self.is_choice(row) || reference) {
                return Vec::new();
            }
            let unsure = |range: Option<Range>, most: f64| range.is_none_or(|range| range.high > most);
            let calls = noisy.filter(|(_, _, range, most)| unsure(*range, *most));
            return calls.map(|(cost, found, range, most)| call(cost, found, range, CloseTo::Within(most))).collect();
        }
        if !row.unknown.is_empty() || !could_change(self.screening, self.terms, row, self.choice()) {
            return Vec::new();
        }
        let over: Vec<CloseCall> = noisy
            .filter(|(cost, _, _, _)| row.excess.iter().any(|one| one.limit == Exceeded::Cost(*cost)))
            .filter(|(_, _, range, most)| range.is_none_or(|range| range.low <= *most))
            .map(|(cost, found, range, most)| call(cost, found, range, CloseTo::Beyond(most)))
            .collect();
        // What surely exceeds another limit stays out.
        if over.len() == row.excess.len() { over } else { Vec::new() }
    }

    /// The candidates that would be the choice in place of it, were they the smaller ones, and of which nothing says that they are not.
    fn order(&self) -> Vec<CloseCall> {
        let by = self.terms.smallest_by;
        let rows = &self.screening.rows;
        let Some((at, choice)) = self.choice().map(|at| (at, &rows[at])).filter(|_| by.about().noisy) else {
            return Vec::new();
        };
        let (own, Some(value)) = (by.range(&choice.figures()), choice.cost(by)) else { return Vec::new() };
        let dearer = rows[at + 1..].iter().filter(|row| {
            let reference = self.verdict.reference.as_ref() == Some(&row.name);
            let usable = row.quality.is_some() && row.is_within() && row.family != FamilyId::BASELINE;
            usable && (reference || may_be_enough(row, self.terms))
        });
        let call = |row: &Row| {
            let (found, range) = (row.cost(by)?, by.range(&row.figures()));
            // Where either has no interval, they have to be as far apart as no two measurings of the same are. Of two models in a row only an upper
            // bound is known, which says nothing of how much less they take.
            let apart = row.cascade.is_none() && found >= APART * value;
            let sure = own.zip(range).map_or(apart, |(own, range)| !own.overlaps(&range));
            (!sure).then(|| CloseCall {
                candidate: row.name.clone(),
                cost: by,
                found,
                range,
                near: CloseTo::Choice(value),
            })
        };
        dearer.filter_map(call).collect()
    }
}
