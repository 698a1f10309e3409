//! The stage on drawn outcomes: what is trained, in which order, and what the ledger says of it.

use super::scene_tests::{NEVER, SEALED, Truth, setting, size, stage, terms};
use super::*;
use crate::candidate::fingerprint;
use crate::study::Setting;
use crate::verdict::{confirm, decide, look, look_beside, screen};

const FLAT: &dyn Fn(u64) -> f64 = &|_| 0.85;
const NOTHING: &dyn Fn(&Setting) -> f64 = &|_| 0.0;

fn truth<'a>(plain: &'a dyn Fn(u64) -> f64, adds: &'a dyn Fn(&Setting) -> f64) -> Truth<'a> {
    Truth { plain, adds, diverges: NEVER, seed: 3, repeats: 5 }
}

#[test]
fn an_arm_differs_from_the_plain_recipe_in_levers_alone_and_has_one_address_whatever_the_order() {
    let mut plain = size(100);
    plain.levers = vec![setting("dropout", 0.1), setting("zeta", 1.0)];
    let one = types::with_settings(&plain, &[setting("alpha", 1.0), setting("dropout", 0.4)]);
    let other = types::with_settings(&plain, &[setting("dropout", 0.4), setting("alpha", 1.0)]);
    // Levers that the registry does not know come last, in the order in which they are given; `dropout` is known.
    assert_eq!(one.levers[0], setting("dropout", 0.4));
    assert_eq!(one.levers.len(), 3);
    assert_eq!((&one.spec, one.planned_parameters), (&plain.spec, plain.planned_parameters));
    assert_eq!(fingerprint(&one).lines().count(), fingerprint(&other).lines().count());
    assert_ne!(fingerprint(&one), fingerprint(&plain));
    assert_eq!(one.name, "mlp-100 with alpha = 1 and dropout = 0.4");
    assert_eq!(types::with_settings(&plain, &[]), plain);
}

#[test]
fn all_settings_get_two_repeats_the_hopeless_are_given_up_and_the_best_are_tried_together() {
    let adds = |one: &Setting| match one.lever.as_str() {
        "a" => 0.06,
        "b" => 0.05,
        "c" => -0.2,
        _ => 0.0,
    };
    let stage = stage(&[400], &[2, 1, 1, 1], None, 5);
    let (measured, waves) = truth(FLAT, &adds).run(&stage);
    // The plain recipe, five settings, two repeats each.
    assert_eq!(waves[0].len(), 6);
    assert!(waves[0].iter().all(|one| one.repeats == 2) && waves[0][0].arm.is_plain());
    let asked = |lever: &str| measured.iter().find(|one| one.arm.lever() == Some(lever)).expect("tried").asked;
    assert_eq!((asked("a"), asked("b"), asked("c")), (5, 5, 2));
    // a and b alone are half-seen gains: one pair.
    let last = waves.last().expect("waves");
    assert_eq!(last.iter().map(|one| one.arm.settings.len()).collect::<Vec<_>>(), [2]);
    assert!(last.iter().all(|one| one.repeats == 5));
    assert!(matches!(next(&stage, &measured), Step::Done));
    let ledger = ledger(&stage, &measured, &truth(FLAT, &adds).ladder(&[400]));
    assert_eq!((ledger.rows[0].standing, ledger.rows[0].settings.len()), (Standing::Helps, 2), "{:?}", ledger.rows);
    let of = |lever: &str| {
        let is = |row: &&LedgerRow| row.settings.len() == 1 && row.settings[0].lever == lever;
        ledger.rows.iter().find(is).expect("a line")
    };
    assert_eq!((of("a").standing, of("b").standing), (Standing::Helps, Standing::Helps));
    assert_eq!((of("c").standing, of("c").pairs), (Standing::Hurts, 2));
    assert_eq!((of("a").others.len(), of("d").others.len()), (1, 0));
    assert!(of("a").gain.as_ref().is_some_and(|gain| gain.low < 0.06 && gain.high > 0.06));
}

#[test]
fn a_setting_that_is_surely_worse_than_another_of_its_lever_gets_no_further_repeat() {
    // All bring something, a = 3 far more than the others.
    let adds = |one: &Setting| if *one == setting("a", 3.0) { 0.1 } else { 0.01 };
    let stage = stage(&[400], &[3], None, 10);
    let (measured, _) = truth(FLAT, &adds).run(&stage);
    let asked: Vec<u32> = measured.iter().filter(|one| !one.arm.is_plain()).map(|one| one.asked).collect();
    assert!(asked[2] == 10 && asked[0] < 10 && asked[1] < 10, "{asked:?}");
}

#[test]
fn a_budget_goes_to_the_first_setting_of_every_lever_and_is_kept() {
    // A training takes as many operations as there are parameters: 100, and 50 at the smaller size.
    let whole = stage(&[100, 50], &[3, 1, 1], None, 5);
    // The cheapest pair: 2 (50 + 50); kept for the confirmation 5 (100 + 50).
    assert_eq!(smallest_budget(&whole), Some(200.0 + 750.0));
    let of = |budget: f64| Stage { terms: StageTerms { budget: Some(budget), ..whole.terms.clone() }, ..whole.clone() };
    for budget in [950.0, 1_500.0, 2_500.0, 6_000.0, 20_000.0] {
        let stage = of(budget);
        let (measured, waves) = truth(FLAT, NOTHING).run(&stage);
        assert!(spent(&stage, &measured) <= budget - 750.0 + 1e-9, "{budget}: {}", spent(&stage, &measured));
        assert!(waves[0].iter().any(|one| !one.arm.is_plain()), "{budget}");
    }
    // Half of 2500 - 750 is 875: a at 100 (200), b (400), c (600), a at 50 with its plain recipe (800); nothing else fits.
    let (_, waves) = truth(FLAT, NOTHING).run(&of(2_500.0));
    let named: Vec<String> = waves[0].iter().map(|one| of(0.0).candidate(&one.arm).expect("an arm").name).collect();
    assert_eq!(named[2..], ["mlp-100 with a = 1", "mlp-100 with b = 1", "mlp-100 with c = 1", "mlp-50 with a = 1"]);
    let (measured, _) = truth(FLAT, NOTHING).run(&of(1_200.0));
    let ledger = ledger(&of(1_200.0), &measured, &truth(FLAT, NOTHING).ladder(&[50, 100]));
    assert!(ledger.not_tried.iter().any(|one| one.lever == "c" && one.size == "mlp-50"), "{:?}", ledger.not_tried);
    assert_eq!(smallest_budget(&super::scene_tests::stage(&[100], &[], None, 5)), None);
}

#[test]
fn what_diverges_is_in_the_ledger_and_is_no_evidence() {
    let diverges = |settings: &[Setting]| settings.iter().any(|one| one.lever == "a");
    let truth = Truth { diverges: &diverges, ..truth(FLAT, NOTHING) };
    let stage = stage(&[100], &[1, 1], None, 5);
    let (measured, waves) = truth.run(&stage);
    assert!(waves[1..].iter().flatten().all(|one| one.arm.lever() != Some("a")), "it gets no further repeat");
    let found = ledger(&stage, &measured, &[]);
    let row = found.rows.iter().find(|row| row.settings[0].lever == "a").expect("a line");
    assert_eq!((row.standing, row.gain.clone(), row.pairs), (Standing::Failed, None, 0));
    assert_eq!(row.failures, ["the loss is not a number any more"]);
    assert_eq!(row.equivalent, SizeEquivalent::Unknown);
}

#[test]
fn what_finds_nothing_to_change_in_these_data_has_no_line_and_says_why() {
    let stage = stage(&[100], &[2, 1], None, 5);
    let (mut measured, _) = truth(FLAT, NOTHING).run(&stage);
    for one in measured.iter_mut().filter(|one| one.arm.lever() == Some("a")) {
        one.unfit = Some("no column holds dates".to_owned());
    }
    let found = ledger(&stage, &measured, &[]);
    assert!(found.rows.iter().all(|row| row.settings[0].lever != "a"), "{:?}", found.rows);
    let why = WhyNot::Unfit("no column holds dates".to_owned());
    assert_eq!(found.not_tried, [NotTried { size: "mlp-100".to_owned(), lever: "a".to_owned(), why }]);
}

#[test]
fn a_lever_with_a_control_has_to_beat_it() {
    let adds = |one: &Setting| if one.lever == "a" { 0.06 } else { 0.0 };
    let mut stage = stage(&[400], &[2], None, 5);
    stage.sizes[0].tries[1].control = true;
    let (measured, _) = truth(FLAT, &adds).run(&stage);
    let found = ledger(&stage, &measured, &[]);
    // Both bring 0.06: what the control brings, too, is not the lever's.
    assert_eq!(found.rows.len(), 1, "the control has no line of its own");
    assert_eq!(found.rows[0].settings[0], setting("a", 1.0));
    assert_eq!(found.rows[0].standing, Standing::NoEffect, "{:?}", found.rows[0]);
    assert!(found.rows[0].over_control.is_some());
    let only = |one: &Setting| if *one == setting("a", 1.0) { 0.06 } else { 0.0 };
    let (measured, _) = truth(FLAT, &only).run(&stage);
    assert_eq!(ledger(&stage, &measured, &[]).rows[0].standing, Standing::Helps);
}

#[test]
fn what_is_better_than_every_larger_model_says_so_and_the_smaller_size_may_pass_the_test() {
    // A doubling brings 0.01; the lever brings 0.06.
    let plain = |parameters: u64| 0.80 + 0.01 * (parameters as f64 / 50.0).log2();
    let adds = |one: &Setting| if one.lever == "a" { 0.06 } else { 0.0 };
    let truth = Truth { repeats: 10, ..truth(&plain, &adds) };
    let stage = stage(&[100, 50], &[1, 1], None, 10);
    let (measured, _) = truth.run(&stage);
    let mut ladder = truth.ladder(&[50, 100, 200, 400]);
    let found = ledger(&stage, &measured, &ladder);
    let first = found.rows.iter().find(|row| row.size == "mlp-100" && row.settings.len() == 1).expect("a line");
    assert!(first.beats_larger, "{first:?}");
    assert_eq!(first.equivalent, SizeEquivalent::Beyond { largest: 4.0 });
    assert_eq!(found.sizes.iter().map(|size| size.parameters).collect::<Vec<_>>(), [50, 200, 400]);
    // Lever and size on costs: the same parameters.
    assert!(first.costs.iter().any(|cost| cost.cost.about().name == "parameters" && cost.plain == cost.with));

    ladder.iter_mut().for_each(|entry| entry.handed_over_on = None);
    let terms = terms(0.02);
    let sizes = (400, u64::from(SEALED));
    let screening = screen(&ladder, &terms, sizes);
    let (access, _) = look(&screening).expect("a look");
    let mut analysis = confirm(&ladder, screening, &terms, Some((&access, 1)), sizes);
    let verdict = decide(&mut analysis, &terms);
    let arms = finalists(&stage, &measured, &found);
    assert_eq!(arms.len(), 2, "one a size");
    let planned = questions(&stage, &measured, (&arms, &ladder), (&verdict, &terms));
    assert!(planned.iter().any(|one| !one.good_enough && one.arm.size == 0));
    assert!(planned.iter().any(|one| one.good_enough && one.arm.size == 1));
    let mut names: Vec<String> = planned.iter().flat_map(|one| [one.candidate.clone(), one.against.clone()]).collect();
    names.dedup();
    let own = measured.iter().filter(|one| !one.arm.is_plain()).map(|one| one.entry.clone());
    let entries: Vec<_> = ladder.iter().cloned().chain(own).collect();
    let said = ask(&stage, &measured, &planned, &entries, (&terms, &look_beside(&names), 2));
    assert_eq!(said.len(), planned.len());
    assert!(said.iter().all(|one| one.test.passed && one.look == 2), "{said:?}");
    // Two questions share 5 %.
    assert_eq!(said[0].test.confidence, Some(0.975));
    // What the look does not name is not read.
    let blind = ask(&stage, &measured, &planned, &entries, (&terms, &look_beside(&[]), 2));
    assert!(blind.is_empty());
}

#[test]
fn where_nothing_helps_nothing_is_put_before_sealed_rows() {
    let stage = stage(&[100, 50], &[1, 1, 1], None, 5);
    let truth = truth(FLAT, NOTHING);
    let (measured, _) = truth.run(&stage);
    let found = ledger(&stage, &measured, &truth.ladder(&[50, 100, 200]));
    assert!(found.rows.iter().all(|row| row.standing == Standing::NoEffect), "{:?}", found.rows);
    assert!(finalists(&stage, &measured, &found).is_empty());
}
