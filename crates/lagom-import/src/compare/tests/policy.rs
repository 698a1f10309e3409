//! The policy on scores made by hand.

use super::sample::{dice, findings, judged, margin, right_wrong, table};
use crate::compare::{CompareError, ComparedWith, Evidence, judge};
use crate::scores::{CandidateFacts, DirectionFrom, Results, Scored, Scores, SeedScores, Summaries, SummaryRow};
use crate::study::Limits;
use crate::study::Rule;
use crate::study::costs::{Amount, MoneyPerThousand, Parameters};
use crate::verdict::{CandidateStatus, VerdictKind};

fn close(found: f64, wanted: f64) {
    assert!((found - wanted).abs() < 1e-9, "{found} is not {wanted}");
}

#[test]
fn two_candidates_by_hand() {
    // 60 both right, 5 only a, 25 only b, 10 none: a 65 %, b 85 %, difference (5 − 25) / 100 = −0.20.
    // Wald: √(5 + 25 − (5 − 25)² / 100) / 100 = √26 / 100; · 1.959964 = 0.0999390.
    // McNemar: 2 · Σ_{k ≤ 5} C(30, k) / 2^30 = 2 · 174,437 / 1,073,741,824 = 0.000324914.
    let found = judged(table(60, 5, 25, 10), &margin(0.05));
    assert_eq!((found.evidence, found.compared_with), (Evidence::RightWrong, ComparedWith::TheBest));
    assert_eq!((found.verdict.kind, found.verdict.choice.as_deref()), (VerdictKind::BiggerPays, Some("b")));
    close(found.bound_confidence, 0.95);
    let carrier = found.verdict.carried_by.unwrap();
    let pair = carrier.discordant.unwrap();
    assert_eq!((pair.wins, pair.losses, pair.examples), (5, 25, 100));
    close(carrier.estimate.point, -0.2);
    assert!((pair.p_exact - 2.0 * 174_437.0 / 1_073_741_824.0).abs() < 1e-12, "{}", pair.p_exact);
    assert!((pair.wald.0 + 0.2 + 0.099_939).abs() < 1e-6, "{:?}", pair.wald);
    assert!(carrier.upper < 0.0 && carrier.lower < -0.2 && !carrier.passed());
    // the one-sided bounds at 95 % are the ends of the two-sided interval at 90 %, so inside that at 95 %
    assert!(carrier.interval.0 < carrier.lower && carrier.upper < carrier.interval.1);
}

#[test]
fn the_margin_alone_turns_the_verdict() {
    // 1,000 examples, 20 against 25: difference −0.005, Wald's standard error √(45 − 25/1000) / 1000 = 0.00671,
    // so the lower bound is about −0.005 − 1.645 · 0.0067 = −0.016
    let scores = table(800, 20, 25, 155);
    let enough = judged(scores.clone(), &margin(0.02));
    assert_eq!((enough.verdict.kind, enough.verdict.choice.as_deref()), (VerdictKind::SmallerIsEnough, Some("a")));
    assert_eq!(enough.rows[0].standing, CandidateStatus::Choice);
    let open = judged(scores, &margin(0.01));
    assert_eq!((open.verdict.kind, open.verdict.choice.as_deref()), (VerdictKind::Undecided, Some("b")));
    let needed = open.verdict.needed.unwrap();
    // (1.645 + 0.842)² · 0.045 / (0.01 − 0.005)² is about 11,100
    assert!((9_000..13_000).contains(&needed.examples.unwrap()), "{needed:?}");
}

#[test]
fn the_cheapest_of_many_is_the_choice_and_its_rivals_are_all_others() {
    // 2,000 examples: c is the best; b and d agree with it nearly everywhere; a is far off
    let best: Vec<f32> = (0..2000).map(|at| if at % 5 == 0 { 0.0 } else { 1.0 }).collect();
    let turned = |step: usize| -> Vec<f32> {
        best.iter().enumerate().map(|(at, score)| if at % step == 1 { 0.0 } else { *score }).collect()
    };
    let found = judged(right_wrong(vec![turned(4), turned(400), best.clone(), turned(500)]), &margin(0.02));
    assert_eq!((found.verdict.kind, found.verdict.choice.as_deref()), (VerdictKind::SmallerIsEnough, Some("b")));
    let standing: Vec<CandidateStatus> = found.rows.iter().map(|row| row.standing).collect();
    assert_eq!(
        standing,
        [CandidateStatus::TooWeak, CandidateStatus::Choice, CandidateStatus::Reference, CandidateStatus::NoBetter]
    );
    assert_eq!(found.rows[1].hardest.as_ref().unwrap().against.as_deref(), Some("c"));
    assert!(found.bound_confidence > 0.95 && found.bound_confidence <= 1.0 - 0.05 / 3.0 + 1e-12);
    assert_eq!(found.fronts.len(), 1);
    assert_eq!(found.fronts[0].names, ["a", "b", "c"]);
}

#[test]
fn a_named_reference_is_compared_with_the_cheaper_ones_alone() {
    let columns = dice(&[0.7, 0.8, 0.8, 0.9], 3000, 1);
    let mut terms = margin(0.03);
    terms.reference = Some("c".to_owned());
    let found = judged(right_wrong(columns.clone()), &terms);
    assert_eq!((found.compared_with, found.verdict.choice.as_deref()), (ComparedWith::TheNamed, Some("b")));
    assert!(found.rows[3].hardest.is_none() && found.rows[3].standing == CandidateStatus::Better);
    // with one cheaper candidate there is nothing to correct for
    terms.reference = Some("b".to_owned());
    close(judged(right_wrong(columns.clone()), &terms).bound_confidence, 0.95);
    terms.reference = Some("a".to_owned());
    let refused = judge(&Results::PerExample(vec![right_wrong(columns.clone())]), &[], &terms);
    assert_eq!(refused, Err(CompareError::ReferenceIsCheapest("a".to_owned())));
    terms.reference = Some("z".to_owned());
    let refused = judge(&Results::PerExample(vec![right_wrong(columns)]), &[], &terms);
    assert!(matches!(refused, Err(CompareError::NoCandidate { .. })));
}

#[test]
fn a_bar_is_cleared_missed_or_open() {
    let columns = dice(&[0.6, 0.75, 0.9], 2000, 2);
    let bar = |bar: f64| crate::compare::CompareTerms { rule: Some(Rule::Bar(bar)), ..margin(0.1) };
    let kind = |value: f64| {
        let found = judged(right_wrong(columns.clone()), &bar(value));
        (found.verdict.kind, found.verdict.choice)
    };
    assert_eq!(kind(0.5), (VerdictKind::SmallerIsEnough, Some("a".to_owned())));
    assert_eq!(kind(0.7), (VerdictKind::SmallerIsEnough, Some("b".to_owned())));
    assert_eq!(kind(0.85), (VerdictKind::BiggerPays, Some("c".to_owned())));
    assert_eq!(kind(0.75).0, VerdictKind::Undecided);
    assert_eq!(kind(0.99), (VerdictKind::NothingQualifies, None));
}

#[test]
fn limits_leave_out_the_dear_and_say_what_is_nearest() {
    let columns = dice(&[0.6, 0.75, 0.9], 1000, 3);
    let limited = |most: u64| crate::compare::CompareTerms {
        limits: Limits::default().with(&Parameters, Amount::Count(most)),
        ..margin(0.05)
    };
    let found = judged(right_wrong(columns.clone()), &limited(100));
    assert_eq!((found.verdict.reference.as_deref(), found.verdict.kind), (Some("b"), VerdictKind::BiggerPays));
    assert_eq!(found.rows[2].standing, CandidateStatus::OverLimits);
    let alone = judged(right_wrong(columns.clone()), &limited(10));
    assert_eq!((alone.verdict.choice.as_deref(), alone.verdict.kind), (Some("a"), VerdictKind::SmallerIsEnough));
    let none = judged(right_wrong(columns), &limited(5));
    assert_eq!((none.verdict.kind, none.verdict.choice), (VerdictKind::NothingQualifies, None));
    let (name, excess) = none.verdict.nearest.unwrap();
    assert_eq!((name.as_str(), excess[0].allowed, excess[0].found), ("a", 5.0, Some(10.0)));
}

#[test]
fn lower_scores_can_be_the_better_ones() {
    // a's errors are larger by 0.1 everywhere, with some spread: bigger pays at a margin of 0.05
    let b: Vec<f32> = (0..200).map(|at| at as f32 / 100.0).collect();
    let a: Vec<f32> = b.iter().enumerate().map(|(at, value)| value + 0.08 + 0.04 * (at % 2) as f32).collect();
    let scores = Scores { higher_is_better: false, range: None, ..right_wrong(vec![a, b]) };
    let found = judged(scores, &margin(0.05));
    assert_eq!((found.verdict.kind, found.verdict.choice.as_deref()), (VerdictKind::BiggerPays, Some("b")));
    assert!((found.rows[0].difference.as_ref().unwrap().estimate.point + 0.1).abs() < 1e-6);
    assert!(found.rows[0].quality.point > found.rows[1].quality.point);
}

#[test]
fn clusters_widen_and_seeds_count() {
    // every example five times: as single examples a's bound is too good by about √5
    let columns: Vec<Vec<f32>> = dice(&[0.80, 0.80], 200, 4)
        .into_iter()
        .map(|column| column.into_iter().flat_map(|score| [score; 5]).collect())
        .collect();
    let single = judged(right_wrong(columns.clone()), &margin(0.05));
    let ids: Vec<u32> = (0..1000).map(|at| at / 5).collect();
    let grouped = judged(Scores { clusters: Some(ids), ..right_wrong(columns) }, &margin(0.05));
    let width = |found: &crate::compare::Judgement| {
        let difference = found.rows.iter().find_map(|row| row.difference.clone()).unwrap();
        difference.upper - difference.lower
    };
    assert_eq!((grouped.clusters, grouped.evidence), (Some(200), Evidence::Paired));
    let ratio = width(&grouped) / width(&single);
    assert!((2.1..2.5).contains(&ratio), "√5 = 2.24, found {ratio}");
    let seed = |name: &str, scores: Vec<f32>| SeedScores { seed: name.to_owned(), scores };
    let mut scores = right_wrong(dice(&[0.7, 0.9], 500, 5));
    for (scored, again) in scores.candidates.iter_mut().zip(dice(&[0.7, 0.9], 500, 6)) {
        scored.seeds.push(seed("2", again));
    }
    let found = judged(scores.clone(), &margin(0.05));
    assert_eq!((found.seeds, found.rows[0].difference.as_ref().unwrap().estimate.repeats), (2, 2));
    scores.candidates[0].seeds.pop();
    let uneven = judged(scores, &margin(0.05));
    assert!(
        uneven.seeds == 1
            && uneven.seed_deviation.is_some()
            && uneven.notes.iter().any(|note| note.contains("different numbers of seeds"))
    );
}

#[test]
fn candidates_that_never_differ_do_not_get_a_bound_of_no_width() {
    let scores = right_wrong(vec![vec![1.0; 50], vec![1.0; 50]]);
    let bound = |scores: Scores| judged(scores, &margin(0.2)).rows[0].hardest.as_ref().unwrap().lower;
    // the exact bound for 0 of n is 0.05^(1/50) − 1 = −0.058155; Tango's −z² / (n + z²) = −0.0513 errs at 6.7 %
    assert!((bound(scores.clone()) + 0.058_155).abs() < 1e-6);
    let graded = Scores { range: None, ..right_wrong(vec![vec![0.5; 50], vec![0.5; 50]]) };
    assert!(bound(graded) < -0.03);
    assert!(bound(Scores { clusters: Some((0..50).collect()), ..scores }) < -0.03);
}

#[test]
fn the_order_is_told_measured_or_asked_for() {
    let without = |columns: usize| {
        let mut scores = right_wrong(dice(&[0.9, 0.7, 0.8][..columns], 800, 7));
        scores.candidates.iter_mut().for_each(|scored| scored.facts = CandidateFacts::default());
        scores
    };
    let two = judged(without(2), &margin(0.05));
    assert!(two.order_unknown && two.rows[0].name == "b" && two.verdict.kind == VerdictKind::BiggerPays);
    let refused = judge(&Results::PerExample(vec![without(3)]), &[], &margin(0.05)).unwrap_err();
    assert!(refused.hint().unwrap().contains("--order a,b,c"), "{refused:?}");
    let ordered = |names: &[&str]| crate::compare::CompareTerms {
        order: names.iter().map(|name| (*name).to_owned()).collect(),
        ..margin(0.05)
    };
    let told = judged(without(3), &ordered(&["a", "c", "b"]));
    assert_eq!((told.verdict.kind, told.verdict.choice.as_deref()), (VerdictKind::SmallerIsEnough, Some("a")));
    let refused = |names: &[&str]| judge(&Results::PerExample(vec![without(3)]), &[], &ordered(names)).unwrap_err();
    assert_eq!(refused(&["a", "b"]), CompareError::OrderIncomplete { missing: vec!["c".to_owned()] });
    assert_eq!(refused(&["a", "a", "b", "c"]), CompareError::OrderTwice("a".to_owned()));
    assert!(matches!(refused(&["a", "b", "x"]), CompareError::NoCandidate { .. }));
    let by_cost = crate::compare::CompareTerms { smallest_by: Some(&MoneyPerThousand), ..margin(0.05) };
    let refused = judge(&Results::PerExample(vec![without(2)]), &[], &by_cost).unwrap_err();
    assert!(
        matches!(refused, CompareError::CostUnknown { cost, ref missing, .. } if cost.is(&MoneyPerThousand) && missing.len() == 2)
    );
}

#[test]
fn what_was_left_out_may_be_anything() {
    let all = judged(table(60, 5, 25, 10), &margin(0.05));
    let some = judged(Scores { left_out: 25, ..table(60, 5, 25, 10) }, &margin(0.05));
    let (all, some) = (all.rows[0].hardest.as_ref().unwrap(), some.rows[0].hardest.as_ref().unwrap());
    // A fifth of 125: 0.8 of each bound on the others, less or more 0.2 of the widest difference, 1.
    close(some.lower, 0.8 * all.lower - 0.2);
    close(some.upper, 0.8 * all.upper + 0.2);
    close(some.interval.1, 0.8 * all.interval.1 + 0.2);
    // 100 equal pairs are within a margin of 0.05; with 6 more of which nothing is known they are not shown to be.
    let equal = || right_wrong(vec![vec![1.0; 100], vec![1.0; 100]]);
    assert_eq!(judged(equal(), &margin(0.05)).verdict.kind, VerdictKind::SmallerIsEnough);
    assert_eq!(judged(Scores { left_out: 6, ..equal() }, &margin(0.05)).verdict.kind, VerdictKind::Undecided);
}

#[test]
fn several_tasks_are_judged_together_and_one_by_one() {
    let task = |name: &str, seed: u64, count: usize| Scores {
        task: name.to_owned(),
        ..right_wrong(dice(&[0.7, 0.9], count, seed))
    };
    let found = judge(&Results::PerExample(vec![task("x", 8, 300), task("y", 9, 500)]), &[], &margin(0.05)).unwrap();
    assert_eq!((found.answers.len(), found.tasks.len()), (1, 2));
    assert_eq!((found.answers[0].examples, found.answers[0].task_count), (Some(800), 2));
    let mean = |at: usize| found.tasks[at].rows[0].quality.point;
    close(found.answers[0].rows[0].quality.point, (300.0 * mean(0) + 500.0 * mean(1)) / 800.0);
    let other = Scores { metric: "f1".to_owned(), ..task("z", 10, 300) };
    let found = judge(&Results::PerExample(vec![task("x", 8, 300), other]), &[], &margin(0.05)).unwrap();
    assert_eq!((found.answers.len(), found.tasks.len()), (2, 0));
}

fn means(rows: &[(&str, f64, Option<f64>)], task: &str) -> Summaries {
    let row = |(at, (name, mean, error)): (usize, &(&str, f64, Option<f64>))| SummaryRow {
        candidate: (*name).to_owned(),
        mean: *mean,
        standard_error: *error,
        examples: Some(1000),
        facts: CandidateFacts { parameters: Some(10_u64.pow(at as u32)), ..CandidateFacts::default() },
    };
    Summaries {
        task: task.to_owned(),
        metric: "acc".to_owned(),
        higher_is_better: true,
        direction_from: DirectionFrom::Name,
        range: Some((0.0, 1.0)),
        rows: rows.iter().enumerate().map(row).collect(),
        notes: Vec::new(),
    }
}

#[test]
fn means_alone_are_compared_unpaired_and_said_to_be() {
    let one = means(&[("a", 0.60, Some(0.01)), ("b", 0.70, Some(0.01))], "x");
    let two = means(&[("a", 0.50, Some(0.02)), ("b", 0.64, Some(0.02))], "y");
    let found = judge(&Results::Summaries(vec![one, two]), &[], &margin(0.05)).unwrap();
    let all = &found.answers[0];
    assert_eq!((all.evidence, all.verdict.kind), (Evidence::Unpaired, VerdictKind::BiggerPays));
    // means 0.55 and 0.67; each standard error √(0.01² + 0.02²) / 2 = 0.0111803; of the difference · √2 = 0.0158114
    let carrier = all.verdict.carried_by.as_ref().unwrap();
    close(carrier.estimate.point, -0.12);
    close(carrier.estimate.standard_error, 0.000_25_f64.sqrt());
    assert!(all.notes.iter().any(|note| note.contains("weaker than a paired")));
    let mut replayed = margin(0.05);
    replayed.replay = true;
    let whole = means(&[("a", 0.6, Some(0.01)), ("b", 0.7, Some(0.01))], "x");
    assert_eq!(judge(&Results::Summaries(vec![whole]), &[], &replayed), Err(CompareError::NothingToReplay));
    let half = means(&[("a", 0.6, None), ("b", 0.7, Some(0.01))], "x");
    let refused = judge(&Results::Summaries(vec![half]), &[], &margin(0.05)).unwrap_err();
    assert!(matches!(refused, CompareError::NoStandardError { ref candidate, .. } if candidate == "a"));
}

#[test]
fn a_replay_stops_early_where_the_difference_is_large_and_repeats_itself() {
    let mut terms = margin(0.05);
    terms.replay = true;
    let far = right_wrong(dice(&[0.6, 0.8], 5000, 11));
    let found = judged(far.clone(), &terms).replay.unwrap();
    let after = found.decided_after.unwrap();
    assert!((20..2500).contains(&after), "{after}");
    assert_eq!(judged(far, &terms).replay.unwrap(), found);
    let last = found.path.last().unwrap();
    assert_eq!(last.0, 5000);
    // three candidates: the choice has to beat the margin against both others, each at 97.5 %
    let near = judged(right_wrong(dice(&[0.8, 0.8, 0.8], 20_000, 12)), &terms).replay.unwrap();
    assert_eq!(near.comparisons, 2);
    close(near.confidence, 0.975);
    assert!(near.decided_after.is_some());
    // what is not decided never stood
    let open = judged(right_wrong(dice(&[0.78, 0.80], 150, 13)), &terms);
    assert_eq!(open.verdict.kind, VerdictKind::Undecided);
    assert_eq!(open.replay.unwrap().decided_after, None);
}

#[test]
fn terms_that_make_no_sense_are_refused() {
    let scores = || Results::PerExample(vec![table(10, 1, 1, 1)]);
    let refused = |terms: &crate::compare::CompareTerms| judge(&scores(), &[], terms).unwrap_err();
    assert!(matches!(refused(&margin(0.0)), CompareError::Rule(_)));
    assert!(matches!(refused(&margin(1.0)), CompareError::MarginTooWide { .. }));
    assert!(matches!(
        refused(&crate::compare::CompareTerms { confidence: 95.0, ..margin(0.1) }),
        CompareError::Rule(_)
    ));
    let one = Results::PerExample(vec![table(1, 0, 0, 0)]);
    assert!(matches!(judge(&one, &[], &margin(0.1)), Err(CompareError::Stats { .. })));
}

#[test]
fn findings_survive_json() {
    let found = findings(table(60, 5, 25, 10), &margin(0.05));
    let text = serde_json::to_string(&found).unwrap();
    assert_eq!(serde_json::from_str::<crate::compare::CompareFindings>(&text).unwrap(), found);
}

#[test]
fn order_of_candidates_in_the_files_changes_nothing() {
    let scores = right_wrong(dice(&[0.7, 0.79, 0.8], 3000, 14));
    let mut turned: Vec<Scored> = scores.candidates.clone();
    turned.reverse();
    let (here, there) =
        (judged(scores.clone(), &margin(0.03)), judged(Scores { candidates: turned, ..scores }, &margin(0.03)));
    assert_eq!(here.verdict.kind, there.verdict.kind);
    assert_eq!(here.verdict.choice, there.verdict.choice);
    let names = |found: &crate::compare::Judgement| found.rows.iter().map(|row| row.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&here), names(&there));
}

#[test]
fn a_margin_is_proposed_that_the_examples_can_resolve() {
    let asked = crate::compare::CompareTerms { rule: None, ..margin(0.1) };
    let proposed = |counts: [usize; 4]| {
        let found = judged(table(counts[0], counts[1], counts[2], counts[3]), &asked);
        assert!(found.proposed);
        found.rule
    };
    // never apart: only the four made-up examples, √4 / 1004 = 0.001992; · 2.4865 = 0.00495
    assert_eq!(proposed([900, 0, 0, 100]), Rule::Margin(0.005));
    // √(200 / 999 / 1000 + …) = 0.0143; · 2.4865 = 0.0355
    assert_eq!(proposed([700, 100, 100, 100]), Rule::Margin(0.04));
    // 20 examples resolve none: the widest
    assert_eq!(proposed([10, 4, 4, 2]), Rule::Margin(0.2));
    // of means: √(0.01² + 0.01²) · 2.4865 = 0.0352; in points of 0 to 100 a hundred times that
    let of = |scale: f64| {
        let rows = [("a-1b", 0.70 * scale, Some(0.01 * scale)), ("b-7b", 0.72 * scale, Some(0.01 * scale))];
        judge(&Results::Summaries(vec![means(&rows, "t")]), &[], &asked).unwrap().answers.remove(0).rule
    };
    assert_eq!((of(1.0), of(100.0)), (Rule::Margin(0.04), Rule::Margin(4.0)));
    // a margin that is proposed for all tasks is that of each
    let both = Results::Summaries(
        ["t", "u"].map(|task| means(&[("a", 0.7, Some(0.01)), ("b", 0.72, Some(0.01))], task)).to_vec(),
    );
    let found = judge(&both, &[], &asked).unwrap();
    let rules: Vec<Rule> = found.answers.iter().chain(&found.tasks).map(|one| one.rule).collect();
    // √2 · 0.01 / √2 = 0.01; · 2.4865 = 0.0249
    assert_eq!(rules, [Rule::Margin(0.03); 3]);
    assert!(found.tasks.iter().all(|task| task.proposed));
}

#[test]
fn of_two_that_cost_the_same_neither_is_a_smaller_one() {
    let mut scores = right_wrong(dice(&[0.6, 0.8, 0.805], 3000, 5));
    for scored in &mut scores.candidates[1..] {
        scored.facts.parameters = Some(1000);
    }
    let found = judged(scores, &margin(0.05));
    assert_eq!(found.verdict.kind, VerdictKind::BiggerPays);
    assert_eq!(found.verdict.choice, found.verdict.reference);
    let places: Vec<f64> = found.rows.iter().map(|row| row.quality.point).collect();
    assert!(places[1] > places[2], "{places:?}");
}
