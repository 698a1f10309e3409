//! What is said of bigger models than any that was measured.

use super::cases;
use crate::search::Why;
use crate::study::FamilyId;
use crate::verdict::Beyond;
use crate::{Findings, answer};

/// Bigger pays, and nothing dearer than the reference was measured.
fn top() -> Findings {
    let (_, mut findings) = cases::all().into_iter().find(|(name, _)| *name == "bigger").unwrap();
    findings.verdict.beyond = Beyond { dearer: 0, best: None, difference: None };
    findings
}

fn said(findings: &Findings) -> String {
    answer(findings).sentences.join(" ")
}

#[test]
fn untrained_rungs_with_bounds_are_told_with_the_largest() {
    let mut findings = top();
    let climb = findings.climb.as_mut().unwrap();
    climb.untried.retain(|one| one.why == Why::CurveBounds);
    // 0.0034 is no more than 0.004, but more than 0.003.
    assert!(said(&findings).contains("the 2 left untrained could gain at most 0.004 (95 %)"), "{}", said(&findings));
    findings.climb.as_mut().unwrap().untried[0].why = Why::Open;
    assert!(!said(&findings).contains("left untrained"), "a rung without a bound is bounded: {}", said(&findings));
}

#[test]
fn the_advice_to_raise_the_largest_size_is_for_families_that_grow() {
    let mut findings = top();
    findings.climb = None;
    assert!(said(&findings).contains("raise `largest`"), "{}", said(&findings));
    let reference = findings.verdict.reference.clone();
    for row in &mut findings.analysis.screening.rows {
        if Some(&row.name) == reference.as_ref() {
            row.family = FamilyId::new("trees");
        }
    }
    assert!(said(&findings).contains("no larger size") && !said(&findings).contains("raise"), "{}", said(&findings));
}

#[test]
fn an_interval_is_not_shown_beyond_what_the_metric_can_be() {
    let mut findings = top();
    let row = &mut findings.analysis.screening.rows[1];
    let quality = row.quality.as_mut().unwrap();
    (quality.point, quality.standard_error, quality.degrees_of_freedom) = (0.98, 0.02, 1.0);
    let (low, high) = quality.interval(0.95);
    assert!(low < 0.98 && high > 1.0, "{high}: the sample shows nothing");
    let shown = crate::Shown::of(&findings).rows[1].quality.unwrap();
    assert_eq!((shown.low.to_bits(), shown.high.to_bits()), (low.max(0.0).to_bits(), 1.0_f64.to_bits()));
}
