//! Limits and orders that hang on figures which are not known well enough, and figures that are not known at all.

use std::time::Duration;

use super::tests::{judge, ladder, terms};
use super::*;
use crate::measure::{QuantileInterval, Stillness, Timings};
use crate::study::costs::{Amount, Estimated, Latency, MeanLatency, Range, Robustness};
use crate::study::{Cost, Limits, Rule};

/// Five sizes, of which `small` and all larger ones are about as good.
fn entries() -> Vec<CandidateResults> {
    ladder(&[
        ("majority", 1, 0.5),
        ("tiny", 100, 0.7),
        ("small", 1_000, 0.9),
        ("large", 100_000, 0.9),
        ("huge", 1_000_000, 0.905),
    ])
}

/// Each candidate timed on a machine that was quiet: its p95 and its mean are these milliseconds, known within a tenth and the twentieth that any
/// two measurings differ by: from 0.857 to 1.155 times.
fn timed(milliseconds: [f64; 5]) -> Vec<CandidateResults> {
    let mut entries = entries();
    for (entry, time) in entries.iter_mut().zip(milliseconds) {
        let seconds = time * 1e-3;
        let found = entry.deployment.as_mut().expect("timed");
        (found.latency_p50, found.latency_p95, found.latency_p99) = (seconds, seconds, seconds);
        let interval = |share| QuantileInterval { share, low: 0.9 * seconds, high: 1.1 * seconds };
        found.timings = Some(Box::new(Timings {
            mean: seconds,
            intervals: vec![interval(0.5), interval(0.95)],
            mean_range: Some(Range { low: 0.9 * seconds, high: 1.1 * seconds }),
            stillness: Stillness { waited: Some(0.0), drift: 0.0 },
            ..Timings::default()
        }));
    }
    entries
}

fn within(milliseconds: f64) -> Terms {
    let most = Amount::Time(Duration::from_secs_f64(milliseconds * 1e-3));
    Terms { limits: Limits::default().with(&Latency, most), ..terms(Rule::Margin(0.03)) }
}

fn told(entries: &[CandidateResults], terms: &Terms) -> (VerdictKind, Option<String>, Vec<(String, CloseTo)>) {
    let (_, verdict, _) = judge(entries, terms);
    let close = verdict.close.into_iter().map(|one| (one.candidate, one.near)).collect();
    (verdict.kind, verdict.choice, close)
}

#[test]
fn a_limit_that_no_interval_reaches_is_sure() {
    // 2 ms are far above 1.3 ms · 1.155, and far below 4 ms · 0.857.
    let found = told(&timed([0.1, 0.5, 1.0, 1.3, 4.0]), &within(2.0));
    assert_eq!(found, (VerdictKind::SmallerIsEnough, Some("small".to_owned()), Vec::new()));
}

#[test]
fn the_choice_that_a_limit_cuts_through_is_named_whichever_side_it_counts_on() {
    // 1.9 ms may be 2.19 ms: were it beyond 2 ms, `small` were no choice. `tiny` is surely too weak, so that its 1.95 ms matter to nobody.
    let (_, choice, close) = told(&timed([0.1, 1.95, 1.9, 1.0, 4.0]), &within(2.0));
    assert_eq!(choice.as_deref(), Some("small"));
    assert_eq!(close, [("small".to_owned(), CloseTo::Within(0.002))]);
    // 2.1 ms may be 1.8 ms: were it within, it were the choice in place of `large`.
    let (_, choice, close) = told(&timed([0.1, 0.5, 2.1, 1.0, 1.0]), &within(2.0));
    assert_eq!(choice.as_deref(), Some("large"));
    assert_eq!(close, [("small".to_owned(), CloseTo::Beyond(0.002))]);
    // 3 ms are at least 2.57 ms: surely beyond.
    assert_eq!(told(&timed([0.1, 0.5, 3.0, 1.0, 1.0]), &within(2.0)).2, []);
}

#[test]
fn what_the_others_are_compared_with_is_named_too() {
    // `huge` is the best: within at 1.9 ms it is the reference, beyond at 2.1 ms it might be.
    assert_eq!(told(&timed([0.1, 0.5, 1.0, 1.0, 1.9]), &within(2.0)).2, [("huge".to_owned(), CloseTo::Within(0.002))]);
    assert_eq!(told(&timed([0.1, 0.5, 1.0, 1.0, 2.1]), &within(2.0)).2, [("huge".to_owned(), CloseTo::Beyond(0.002))]);
}

#[test]
fn where_nothing_is_within_what_may_be_is_named() {
    let (kind, choice, close) = told(&timed([0.1, 9.0, 2.1, 9.0, 9.0]), &within(2.0));
    assert_eq!((kind, choice), (VerdictKind::NothingQualifies, None));
    assert_eq!(close, [("small".to_owned(), CloseTo::Beyond(0.002))]);
}

#[test]
fn a_figure_without_an_interval_is_sure_of_nothing() {
    // Only p50 and p95 are known, as in older stores: 0.001 ms by the script of the tests.
    let (_, verdict, _) = judge(&entries(), &within(2.0));
    let choice: Vec<&CloseCall> = verdict.close.iter().filter(|one| one.candidate == "small").collect();
    assert_eq!((choice.len(), choice[0].range), (1, None));
}

#[test]
fn an_order_of_overlapping_times_is_not_sure() {
    let terms = Terms { smallest_by: &MeanLatency, ..terms(Rule::Margin(0.03)) };
    // 1.0 ms (0.857 to 1.155) and 1.2 ms (from 1.03) overlap; `huge`, at 2 ms (from 1.71), does not.
    let (kind, choice, close) = told(&timed([0.1, 0.5, 1.0, 1.2, 2.0]), &terms);
    assert_eq!((kind, choice.as_deref()), (VerdictKind::SmallerIsEnough, Some("small")));
    assert_eq!(close, [("large".to_owned(), CloseTo::Choice(0.001))]);
    // `tiny` is as fast as `small`, and too weak for that to matter.
    assert_eq!(told(&timed([0.1, 1.01, 1.0, 1.5, 2.0]), &terms).2, []);
}

#[test]
fn a_machine_that_was_not_quiet_may_have_made_any_time_longer() {
    let mut entries = timed([0.1, 0.5, 3.0, 1.0, 1.0]);
    let timings = entries[2].deployment.as_mut().and_then(|found| found.timings.as_mut()).expect("timed");
    // 3 ms at the p95 and half a millisecond at the median, with other work on the core for a tenth of the time.
    timings.intervals[0] = QuantileInterval { share: 0.5, low: 0.5e-3, high: 0.5e-3 };
    timings.stillness.waited = Some(0.1);
    assert_eq!(told(&entries, &within(2.0)).2, [("small".to_owned(), CloseTo::Beyond(0.002))]);
}

/// A loss on corrupted rows.
fn lost(value: f64) -> Estimated {
    Estimated { value, range: Some(Range { low: value - 0.01, high: value + 0.01 }) }
}

fn robust(found: [Option<f64>; 5]) -> Vec<CandidateResults> {
    let mut entries = entries();
    for (entry, value) in entries.iter_mut().zip(found) {
        entry.probed.extend(value.map(|value| ("robustness".to_owned(), lost(value))));
    }
    entries
}

fn losing(most: f64) -> Terms {
    Terms { limits: Limits::default().with(&Robustness, Amount::Number(most)), ..terms(Rule::Margin(0.03)) }
}

#[test]
fn a_limit_of_robustness_leaves_out_what_loses_more() {
    let all = robust([None, Some(0.02), Some(0.09), Some(0.02), Some(0.02)]);
    let (analysis, verdict, _) = judge(&all, &losing(0.05));
    assert_eq!((verdict.kind, verdict.choice.as_deref()), (VerdictKind::SmallerIsEnough, Some("large")));
    let small = analysis.screening.row("small").expect("a row");
    assert_eq!((small.standing, small.excess[0].found), (CandidateStatus::OverLimits, Some(0.09)));
    assert_eq!((small.cost(&Robustness), verdict.close.len()), (Some(0.09), 0));
    // A limit of 0.085 cuts through 0.08 to 0.1.
    let close = told(&all, &losing(0.085)).2;
    assert_eq!(close, [("small".to_owned(), CloseTo::Beyond(0.085))]);
}

#[test]
fn what_no_probe_looked_at_is_neither_within_nor_beyond() {
    let terms = losing(0.05);
    // `small` could be the choice in place of `large`: nothing is said.
    let (analysis, verdict, read) = judge(&robust([None, Some(0.02), None, Some(0.02), Some(0.02)]), &terms);
    assert_eq!(
        (verdict.kind, verdict.choice, verdict.unmeasured),
        (VerdictKind::Undecided, None, vec!["small".to_owned()])
    );
    let small = analysis.screening.row("small").expect("a row");
    assert_eq!(
        (small.standing, small.excess.len(), &small.unknown[..]),
        (CandidateStatus::Unmeasured, 0, &[&Robustness as &dyn Cost][..])
    );
    assert!(read.is_empty(), "the holdout stays unread where nothing could be said");
    // `tiny` is too weak, whatever it loses: the answer stands.
    let (analysis, verdict, _) = judge(&robust([None, None, Some(0.02), Some(0.02), Some(0.02)]), &terms);
    assert_eq!((verdict.kind, verdict.choice.as_deref()), (VerdictKind::SmallerIsEnough, Some("small")));
    assert_eq!(analysis.screening.row("tiny").map(|row| row.standing), Some(CandidateStatus::Unmeasured));
    // Nothing was looked at: nothing is known to be within.
    let (_, verdict, _) = judge(&robust([None; 5]), &terms);
    assert_eq!((verdict.kind, verdict.unmeasured.len()), (VerdictKind::Undecided, 4));
    // What surely exceeds another limit is out, known or not.
    let limits = terms.limits.clone().with(&crate::study::costs::Parameters, Amount::Count(500_000));
    let (_, verdict, _) = judge(&robust([None, Some(0.02), Some(0.02), Some(0.02), None]), &Terms { limits, ..terms });
    assert_eq!((verdict.kind, verdict.choice.as_deref()), (VerdictKind::SmallerIsEnough, Some("small")));
}

#[test]
fn the_most_robust_that_is_good_enough_may_be_the_smallest() {
    let terms = Terms { smallest_by: &Robustness, ..terms(Rule::Margin(0.03)) };
    let (_, verdict, _) = judge(&robust([None, Some(0.01), Some(0.2), Some(0.1), Some(0.3)]), &terms);
    assert_eq!((verdict.kind, verdict.choice.as_deref()), (VerdictKind::SmallerIsEnough, Some("large")));
}
