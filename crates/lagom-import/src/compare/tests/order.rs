//! What is cheaper: as sizes, prices or the user say; never as a clock does; else both readings.

use super::sample::{dice, judged, margin, right_wrong};
use crate::compare::{CompareTerms, Judgement};
use crate::scores::{CandidateFacts, Scores};
use crate::study::Cost;
use crate::study::costs::{Latency, MoneyPerThousand, Parameters};
use crate::verdict::{CandidateStatus, VerdictKind};

/// Two candidates of which only these facts are known.
fn two(accuracies: [f64; 2], facts: [CandidateFacts; 2]) -> Scores {
    let mut scores = right_wrong(dice(&accuracies, 2000, 7));
    scores.candidates.iter_mut().zip(facts).for_each(|(scored, facts)| scored.facts = facts);
    scores
}

fn unknown(accuracies: [f64; 2]) -> Judgement {
    judged(two(accuracies, [CandidateFacts::default(); 2]), &margin(0.05))
}

fn kinds(found: &Judgement) -> Vec<(&str, VerdictKind, Option<&str>)> {
    assert!(found.order_unknown);
    found
        .readings
        .iter()
        .map(|reading| (reading.cheaper.as_str(), reading.verdict.kind, reading.verdict.choice.as_deref()))
        .collect()
}

#[test]
fn a_large_difference_has_one_answer_whichever_is_cheaper() {
    let found = unknown([0.9, 0.7]);
    let both = [("b", VerdictKind::BiggerPays, Some("a")), ("a", VerdictKind::SmallerIsEnough, Some("a"))];
    assert_eq!(kinds(&found), both);
    assert_eq!((found.verdict.kind, found.verdict.choice.as_deref()), (VerdictKind::BiggerPays, Some("a")));
}

#[test]
fn two_that_are_as_good_are_left_open() {
    let found = unknown([0.8, 0.8]);
    let chosen: Vec<Option<&str>> = kinds(&found)
        .into_iter()
        .map(|(cheaper, _, choice)| {
            assert_eq!(Some(cheaper), choice);
            choice
        })
        .collect();
    assert_eq!(chosen.len(), 2);
    assert_eq!((found.verdict.kind, &found.verdict.choice), (VerdictKind::Undecided, &None));
    assert!(found.verdict.needed.is_none());
    // the order of the files changes nothing
    let mut turned = two([0.8, 0.8], [CandidateFacts::default(); 2]);
    turned.candidates.reverse();
    assert_eq!(judged(turned, &margin(0.05)).verdict, found.verdict);
}

#[test]
fn milliseconds_say_nothing() {
    let timed =
        |p95: f64| CandidateFacts { latency_p95: Some(p95), latency_mean: Some(p95), ..CandidateFacts::default() };
    let scores = two([0.9, 0.7], [timed(0.120), timed(0.121)]);
    let found = judged(scores.clone(), &margin(0.05));
    assert!(found.order_unknown && found.ordered_by.is_none() && found.readings.len() == 2);
    assert!(found.notes.iter().any(|note| note.contains("--smallest-by latency")), "{:?}", found.notes);
    // nor do three seconds against a tenth of one, unasked
    assert!(judged(two([0.9, 0.7], [timed(0.1), timed(3.0)]), &margin(0.05)).order_unknown);
    let asked = CompareTerms { smallest_by: Some(&Latency), ..margin(0.05) };
    let found = judged(scores, &asked);
    assert_eq!(
        (found.order_unknown, found.ordered_by, found.rows[0].name.as_str()),
        (false, Some(&Latency as &dyn Cost), "a")
    );
    assert!(found.readings.is_empty());
}

#[test]
fn measured_costs_tell_where_they_differ_by_more_than_a_twentieth() {
    let costs = |cost: f64| CandidateFacts { cost: Some(cost), ..CandidateFacts::default() };
    let close = judged(two([0.9, 0.7], [costs(0.001_00), costs(0.001_01)]), &margin(0.05));
    assert!(close.order_unknown);
    let apart = judged(two([0.9, 0.7], [costs(0.001), costs(0.002)]), &margin(0.05));
    assert_eq!(
        (apart.order_unknown, apart.ordered_by, apart.rows[0].name.as_str()),
        (false, Some(&MoneyPerThousand as &dyn Cost), "a")
    );
    let sized = |parameters: u64| CandidateFacts { parameters: Some(parameters), ..CandidateFacts::default() };
    let found = judged(two([0.9, 0.7], [sized(7_000_000_000), sized(7_100_000_000)]), &margin(0.05));
    assert_eq!(found.ordered_by, Some(&Parameters as &dyn Cost));
}

#[test]
fn a_named_reference_is_the_dearer_one() {
    let named = CompareTerms { reference: Some("b".to_owned()), ..margin(0.05) };
    let found = judged(two([0.9, 0.7], [CandidateFacts::default(); 2]), &named);
    assert_eq!((found.order_unknown, found.rows[0].name.as_str()), (false, "a"));
    assert_eq!((found.verdict.kind, found.verdict.choice.as_deref()), (VerdictKind::SmallerIsEnough, Some("a")));
    assert!(found.notes.iter().any(|note| note.contains("You named b as what to compare with")), "{:?}", found.notes);
}

/// `a` (0.9) and `b` (0.7) in 2,000 examples: if `b` is the cheaper, it is too weak and `a` the best; if `a` is, it is the choice and
/// `b` no better. `b` is worse either way, but too weak to be the cheaper one only in the one reading.
#[test]
fn nothing_of_one_reading_alone_is_told_as_if_it_held_in_both() {
    let found = unknown([0.9, 0.7]);
    let standing = |found: &Judgement, name: &str| found.rows.iter().find(|row| row.name == name).unwrap().standing;
    assert_eq!((standing(&found, "a"), standing(&found, "b")), (CandidateStatus::Choice, CandidateStatus::Undecided));
    assert!(found.verdict.carried_by.is_some() && found.verdict.is_decided());
    // Of two as good as each other either could take the place of the other, and neither is the choice.
    let equal = unknown([0.8, 0.8]);
    let best = equal.verdict.reference.clone().unwrap();
    for row in &equal.rows {
        let expected = if row.name == best { CandidateStatus::Reference } else { CandidateStatus::GoodEnough };
        assert_eq!(row.standing, expected, "{}", row.name);
    }
    // Few examples that decide neither: what is missing hangs on which one is to be shown good enough.
    let of = |seed| {
        let mut few = right_wrong(dice(&[0.8, 0.76], 60, seed));
        few.candidates.iter_mut().for_each(|one| one.facts = CandidateFacts::default());
        judged(few, &margin(0.05))
    };
    let missing = |found: &Judgement| found.readings.iter().all(|one| one.verdict.needed.is_some());
    let few = (1..50).map(of).find(missing).expect("one that decides neither");
    assert_ne!(few.readings[0].verdict.needed, few.readings[1].verdict.needed);
    assert_eq!(few.verdict.kind, VerdictKind::Undecided);
    assert_eq!(few.verdict.needed, None);
    assert!(few.rows.iter().all(|row| matches!(row.standing, CandidateStatus::Reference | CandidateStatus::Undecided)));
}
