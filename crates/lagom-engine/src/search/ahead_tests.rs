//! One repeat ahead, and the targets of what is sent ahead, on the same scripted ladders.

use super::tests::{AHEAD, Ladder, NOISE, SATURATED};
use super::*;
use crate::study::Certify;

#[test]
fn a_family_that_trails_sends_one_repeat_ahead_and_no_more() {
    let mut ladder = Ladder::of(&SATURATED, &AHEAD);
    let trailing = [0.60, 0.68, 0.75, 0.80, 0.84, 0.86, 0.87];
    ladder.add(2, &trailing, &trailing.map(|quality| quality + 0.003));
    let ascent = ladder.climb(&Ladder::terms(Certify::Curve));
    // Two repeats of the first five cost less than 1 % of the sweep; the others are surely short of the 0.903 of the best by one.
    assert_eq!(ascent.repeats[8..], [2, 2, 2, 2, 2, 1, 1], "{:?}", ascent.repeats);
}

#[test]
fn what_is_sent_ahead_and_may_matter_gets_its_second_repeat() {
    let mut ladder = Ladder::of(&SATURATED, &AHEAD);
    let late = [0.60, 0.68, 0.75, 0.81, 0.86, 0.90, 0.93];
    ladder.add(2, &late, &late.map(|quality| quality + 0.03));
    let ascent = ladder.climb(&Ladder::terms(Certify::Curve));
    // 0.90 beside 0.903 gains nothing, with one repeat's noise; 0.93 may, and is the best with its second.
    assert_eq!((ascent.repeats[13], ascent.repeats[14]), (1, 5), "{:?}", ascent.repeats);
}

#[test]
fn a_dearer_rung_on_a_plateau_is_tried_once() {
    // Training quality gains nothing either, so a rise may still come: every rung is tried. One repeat shows of each that
    // it gains less than 0.7 of the margin of 0.01: 1.9 standard errors of 0.003 are 0.0057.
    let mut ladder = Ladder::of(&[0.9; 7], &[0.9; 7]);
    let ascent = ladder.climb(&Ladder::terms(Certify::Curve));
    assert!(ascent.untried.is_empty());
    assert_eq!(ascent.repeats[5..], [1; 3], "{:?}", ascent.repeats);
    // Of a gain of 0.7 times 0.003 it shows nothing: each gets its second.
    let tight = SearchTerms { rule: Goal::Margin(0.003), ..Ladder::terms(Certify::Curve) };
    let mut ladder = Ladder::of(&[0.9; 7], &[0.9; 7]);
    let ascent = ladder.climb(&tight);
    assert!(ascent.repeats[5..].iter().all(|&repeats| repeats >= 2), "{:?}", ascent.repeats);
}

/// The targets of one rung that is sent ahead, once the rungs before it have two.
fn targets_of(ladder: &mut Ladder, rung: usize, terms: &SearchTerms) -> Vec<Target> {
    ladder.asked.iter_mut().take(rung).for_each(|asked| *asked = 2);
    targets(&ladder.rungs, &ladder.asked, ladder, (terms, &[TrialRequest { rung, repeats: 1 }]))
}

#[test]
fn the_last_rung_may_end_early_below_the_best_less_the_noise() {
    let mut ladder = Ladder::of(&SATURATED, &AHEAD);
    let terms = Ladder::terms(Certify::Curve);
    let found = targets_of(&mut ladder, 7, &terms);
    assert_eq!(found.iter().map(|target| (target.rung, target.repeat)).collect::<Vec<_>>(), [(7, 0)]);
    let two = [TrialRequest { rung: 7, repeats: 2 }];
    assert_eq!(targets(&ladder.rungs, &ladder.asked, &ladder, (&terms, &two)), [], "two are trained in full");
    // The best so far has 0.903. Six rungs, five of them compared with it by two repeats: 5 + 4 degrees of freedom, t = 1.833
    // at 95 %; one repeat's difference has a standard error of 0.003.
    // It is dearer, so it would have to gain 0.7 of the margin of 0.01.
    for target in found {
        assert!((target.quality - (0.903 + 0.007 - 1.833 * NOISE)).abs() < 1e-5, "{target:?}");
    }
}

#[test]
fn a_rung_that_more_lies_beyond_than_it_costs_is_trained_in_full() {
    let terms = Ladder::terms(Certify::Curve);
    let mut ladder = Ladder::of(&SATURATED, &AHEAD);
    assert_eq!(targets_of(&mut ladder, 6, &terms), [], "the seventh costs 4.6 times as much");
    let mut even = Ladder::of(&SATURATED, &AHEAD);
    even.rungs[7].flops = even.rungs[6].flops;
    assert_eq!(targets_of(&mut even, 6, &terms).len(), 1, "what could go wrong costs no more than the rung");
    even.asked[6] = 2;
    assert_eq!(
        targets(&even.rungs, &even.asked, &even, (&terms, &[TrialRequest { rung: 6, repeats: 1 }])),
        [],
        "it is tried"
    );
}

#[test]
fn a_cheaper_rung_may_miss_the_margin_as_well_and_a_bar_asks_for_no_less() {
    let mut ladder = Ladder::of(&SATURATED, &AHEAD);
    let last = ladder.rungs.len() - 1;
    ladder.rungs[last].parameters = 50;
    // Its family begins with it now: the others lie beyond, but they are measured.
    let mut terms = Ladder::terms(Certify::Curve);
    let found = targets_of(&mut ladder, last, &terms);
    assert!((found[0].quality - (0.903 - 0.01 - 1.833 * NOISE)).abs() < 1e-5, "{found:?}");
    terms.rule = Goal::Bar(0.95);
    assert_eq!(targets_of(&mut ladder, last, &terms), [], "it could clear the bar");
    ladder.rungs[last].parameters = 5_000_000;
    assert_eq!(targets_of(&mut ladder, last, &terms).len(), 1, "a dearer one has to be better all the same");
}

#[test]
fn without_a_best_to_miss_nothing_ends_early() {
    let mut ladder = Ladder::of(&SATURATED, &AHEAD);
    let wave = [TrialRequest { rung: 7, repeats: 1 }];
    let terms = Ladder::terms(Certify::Curve);
    assert_eq!(targets(&ladder.rungs, &ladder.asked, &ladder, (&terms, &wave)), [], "the first wave");
    ladder.asked[..2].fill(2);
    assert_eq!(
        targets(&ladder.rungs, &ladder.asked, &ladder, (&terms, &wave)),
        [],
        "no two rungs to know the noise by"
    );
}

#[test]
fn what_may_be_the_best_by_more_than_the_margin_gets_all_repeats() {
    // Equal rungs and a margin of 0.002: by two repeats a rung may be better by 1.8 · 0.003 / √2 = 0.004, so none is left with
    // two, the dearer ones no more than the cheaper; one that is 0.05 below can't be.
    let mut ladder = Ladder::of(&[0.9; 4], &[0.9; 4]);
    ladder.add(2, &[0.85, 0.85, 0.85], &[0.86; 3]);
    let terms = SearchTerms { rule: Goal::Margin(0.002), ..Ladder::terms(Certify::Curve) };
    let ascent = ladder.climb(&terms);
    assert_eq!(ascent.repeats[1..5], [5; 4], "{:?}", ascent.repeats);
    assert!(ascent.repeats[5..].iter().all(|&repeats| repeats < 5), "{:?}", ascent.repeats);
}
