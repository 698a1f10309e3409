//! The stage by simulation: does it find what helps, does it find something where nothing does, and is a doubling worth a doubling?
//!
//! ```text
//! cargo test --release -p lagom-cli -p lagom-engine --lib levers::simulated -- --ignored --nocapture
//! ```
//!
//! What the outcomes are drawn from is said in `scene_tests.rs`. Figures: log/2026-11-29-lever-stage.md.

use super::scene_tests::{NEVER, Truth, stage};
use super::*;
use crate::study::Setting;

/// Studies of each kind.
const STUDIES: u64 = 100;
/// Twelve levers of one to three settings.
const LEVERS: [u32; 12] = [3, 2, 1, 1, 3, 2, 1, 2, 1, 3, 1, 1];

fn studies(
    repeats: u32,
    plain: &dyn Fn(u64) -> f64,
    adds: &dyn Fn(&Setting) -> f64,
    count: impl Fn(&Ledger) -> bool,
) -> u64 {
    let stage = stage(&[200, 100], &LEVERS, None, repeats);
    let one = |seed: u64| {
        let truth = Truth { plain, adds, diverges: NEVER, seed, repeats };
        let (measured, _) = truth.run(&stage);
        count(&ledger(&stage, &measured, &truth.ladder(&[50, 100, 200, 400])))
    };
    (0..STUDIES).filter(|seed| one(*seed)).count() as u64
}

#[test]
#[ignore = "a simulation of a minute"]
fn one_lever_is_the_truth_and_comes_first() {
    // Twice what a doubling brings, by one setting of lever c.
    let plain = |parameters: u64| 0.80 + 0.015 * (parameters as f64 / 50.0).log2();
    let adds = |one: &Setting| if one.lever == "c" { 0.03 } else { 0.0 };
    for repeats in [5, 10] {
        let first = studies(repeats, &plain, &adds, |found| {
            let single = found.rows.iter().find(|row| row.settings.len() == 1);
            single.is_some_and(|row| row.settings[0].lever == "c")
                && found.rows.first().is_some_and(|row| row.settings.iter().any(|one| one.lever == "c"))
        });
        println!("{repeats} repeats: the lever that helps is first in {first} of {STUDIES} studies");
        assert!(first >= 90, "{first}");
    }
}

#[test]
#[ignore = "a simulation of a minute"]
fn where_none_helps_none_is_named() {
    let plain = |parameters: u64| 0.80 + 0.015 * (parameters as f64 / 50.0).log2();
    for repeats in [3, 5, 10] {
        let named =
            studies(repeats, &plain, &|_| 0.0, |found| found.rows.iter().any(|row| row.standing == Standing::Helps));
        println!("{repeats} repeats: one is named in {named} of {STUDIES} studies where none helps");
        assert!(named <= 5, "{named}");
    }
}

#[test]
#[ignore = "a simulation of a minute"]
fn a_lever_that_brings_a_doubling_is_worth_a_doubling() {
    for step in [0.02, 0.03] {
        let plain = |parameters: u64| 0.78 + step * (parameters as f64 / 50.0).log2();
        let adds = |one: &Setting| if one.lever == "a" { step } else { 0.0 };
        let stage = stage(&[100], &[1], None, 5);
        let (mut held, mut flat, mut wide) = (0, 0, Vec::new());
        for seed in 0..STUDIES {
            let truth = Truth { plain: &plain, adds: &adds, diverges: NEVER, seed, repeats: 5 };
            let (measured, _) = truth.run(&stage);
            let found = ledger(&stage, &measured, &truth.ladder(&[50, 100, 200, 400, 800]));
            match found.rows[0].equivalent {
                SizeEquivalent::Factor { low, high, .. } => {
                    held += u64::from(low.is_none_or(|low| low <= 2.0) && high.is_none_or(|high| high >= 2.0));
                    wide.push(high.unwrap_or(8.0) / low.unwrap_or(0.5));
                }
                SizeEquivalent::Flat => flat += 1,
                _ => {}
            }
        }
        let width = crate::stats::median(&wide);
        println!(
            "a doubling brings {step}: ×2 is held in {held} of {STUDIES}, no price in {flat}; the ends are {width:.1} apart"
        );
        assert!(held * 10 >= 9 * (STUDIES - flat) && flat < 10, "{held} {flat}");
    }
}
