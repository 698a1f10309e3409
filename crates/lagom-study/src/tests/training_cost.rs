//! The limit on what training takes, in CPU time or in money.

use std::time::Duration;

use super::{shown, study, *};
use crate::costs::{Amount, Figures, LimitChange, Training, TrainingCost, Unit};

fn time(seconds: u64) -> Limits {
    Limits::default().with(&TrainingCost, Amount::Time(Duration::from_secs(seconds)))
}

#[test]
fn it_is_cpu_time_or_the_money_that_pays_for_it() {
    let read = study("[good-enough]\ntraining-cost = \"10 min\"\nsmallest-by = \"training-cost\"\n");
    assert_eq!((read.good_enough.limits, read.good_enough.smallest_by.about().name), (time(600), "training-cost"));
    // 0.50 USD at 0.40 USD an hour: 1.25 hours.
    let priced = study("[good-enough]\ntraining-cost = \"0.50 USD\"\n[prices]\ncpu-hour = \"0.40 USD\"\n");
    assert_eq!(priced.good_enough.limits, time(4_500));
    let stored = serde_json::to_string(&priced).unwrap();
    let back: Study = serde_json::from_str(&stored).unwrap();
    assert_eq!((back.good_enough, &back.prices), (priced.good_enough, &priced.prices));
    assert!(stored.contains(r#""prices":{"cpu-hour":{"amount":0.4,"currency":"USD"}}"#), "{stored}");
    assert!(!serde_json::to_string(&study("")).unwrap().contains("prices"), "older stores have none");
}

#[test]
fn money_without_a_price_names_the_key_that_is_missing() {
    let text = format!("{LEAST}[good-enough]\ntraining-cost = \"0.50 USD\"\n");
    let told = shown(&text);
    assert!(
        told.contains("good-enough.training-cost: found 0.5 USD, and the study names no price of CPU time"),
        "{told}"
    );
    assert!(told.contains("cpu-hour") && told.contains("[prices]"), "{told}");
    let told = shown(&text.replace("0.50 USD", "ten"));
    assert!(told.contains("good-enough.training-cost"), "{told}");
    let told = shown(&format!("{text}[prices]\ncpu-hour = \"0.40 EUR\"\n"));
    assert!(told.contains("found 0.5 USD, and CPU time is priced at 0.4 EUR an hour"), "{told}");
}

#[test]
fn overrides_limit_it_as_the_study_does() {
    let limit = |text: &str| {
        let change = LimitChange { cost: &TrainingCost, limit: Unit::CpuTime.limit(text).unwrap() };
        Overrides { limits: vec![change], ..Overrides::default() }
    };
    let priced = study("[prices]\ncpu-hour = \"0.40 USD\"\n");
    assert_eq!(priced.with(&limit("0.10 USD")).unwrap().good_enough.limits, time(900));
    let error = study("").with(&limit("0.10 USD")).unwrap_err();
    assert_eq!(error.to_string(), "training-cost: found 0.1 USD, and the study names no price of CPU time");
    assert!(error.hint().contains("cpu-hour"));
}

#[test]
fn what_is_only_asked_takes_no_training() {
    let asked = Training::Asked { money_per_thousand: Some(3.0) };
    assert_eq!(TrainingCost.of(&Figures { training: asked, ..Figures::default() }), Some(0.0));
    assert_eq!(TrainingCost.of(&Figures::default()), None, "not trained yet");
}

#[test]
fn a_wrong_price_is_the_one_fault() {
    let said = shown(&format!("{LEAST}[good-enough]\ntraining-cost = \"0.50 USD\"\n[prices]\ncpu-hour = 0.04\n"));
    assert!(
        said.contains("prices.cpu-hour") && !said.contains("training-cost:") && !said.contains("no [[candidate]]"),
        "{said}"
    );
}
