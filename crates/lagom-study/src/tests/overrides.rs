use std::time::Duration;

use super::{study, *};
use crate::costs::{Amount, Bytes, Latency, LimitChange, Memory, Parameters, Unit};
use crate::metric::Metric;

fn settings() -> GoodEnough {
    study("[good-enough]\nmargin = 0.02\nprofile = \"edge\"\nbytes = \"1 MB\"\n").good_enough
}

#[test]
fn nothing_said_changes_nothing() {
    assert!(Overrides::default().is_empty());
    assert_eq!(settings().with(&Overrides::default()), Ok(settings()));
}

#[test]
fn a_margin_and_a_bar_replace_each_other() {
    let barred = settings().with(&Overrides { bar: Some(0.9), ..Overrides::default() }).unwrap();
    assert_eq!(barred.rule, Some(Rule::Bar(0.9)));
    let again = barred.with(&Overrides { margin: Some(0.1), ..Overrides::default() }).unwrap();
    assert_eq!(again.rule, Some(Rule::Margin(0.1)));
}

#[test]
fn a_limit_replaces_one_limit_and_a_profile_all() {
    let memory = LimitChange { cost: &Memory, limit: Limit::Off };
    let latency = LimitChange { cost: &Latency, limit: Unit::Time.limit("1 s").unwrap() };
    let one = Overrides { limits: vec![memory, latency], ..Overrides::default() };
    let limits = settings().with(&one).unwrap().limits;
    let second = Amount::Time(Duration::from_secs(1));
    assert_eq!(limits, Limits::default().with(&Latency, second).with(&Bytes, Amount::Bytes(1_000_000)));

    let seven = LimitChange { cost: &Parameters, limit: Limit::AtMost(Amount::Count(7)) };
    let all = Overrides { profile: Some(Profile::Mcu), limits: vec![seven], ..Overrides::default() };
    let changed = settings().with(&all).unwrap();
    assert_eq!(changed.limits, Profile::Mcu.limits().with(&Parameters, Amount::Count(7)));
    assert_eq!(changed.profile, Some(Profile::Mcu));
}

#[test]
fn what_makes_no_sense_is_refused() {
    let said = |overrides: Overrides| {
        let error = study("metric = \"accuracy\"\n").with(&overrides).unwrap_err();
        format!("{error}; {}", error.hint())
    };
    let none = Overrides::default;
    assert_eq!(
        said(Overrides { margin: Some(0.1), bar: Some(0.9), ..none() }),
        "margin and bar exclude each other; give the margin for as good as the best, or the bar for good enough in itself"
    );
    assert_eq!(
        said(Overrides { margin: Some(f64::NAN), ..none() }),
        "margin: found NaN, expected a margin above 0; the margin is the loss of quality nobody would notice, \
         in units of the metric, such as 0.01"
    );
    assert_eq!(
        said(Overrides { margin: Some(2.0), ..none() }),
        "margin: found 2, expected a margin below 1 for accuracy; margins are in units of the metric: for 2 % write 0.02"
    );
    assert_eq!(
        said(Overrides { bar: Some(90.0), ..none() }),
        "bar: found 90, expected a bar above 0 and at most 1 for accuracy; bars are in units of the metric: for 90 % write 0.9"
    );
    assert_eq!(
        said(Overrides { confidence: Some(99.0), ..none() }),
        "confidence: found 99, expected a number between 0.5 and 1; for 99 % write 0.99"
    );
}

#[test]
fn bars_are_checked_by_metric() {
    assert!(Rule::Bar(-0.5).check(Some(Metric::R2)).is_ok());
    assert!(Rule::Bar(1.5).check(Some(Metric::R2)).is_err());
    assert!(Rule::Bar(250.0).check(Some(Metric::Rmse)).is_ok());
    assert!(Rule::Bar(0.0).check(Some(Metric::Rmse)).is_err());
    assert!(Rule::Bar(f64::INFINITY).check(None).is_err());
    assert!(Rule::Margin(5.0).check(Some(Metric::Rmse)).is_ok());
}

#[test]
fn profiles_grow_where_they_have_a_limit() {
    assert_eq!(Profile::Cloud.limits().get(&Bytes), None);
    assert!(Profile::Edge.limits().most(&Bytes) < Profile::Laptop.limits().most(&Bytes));
    for profile in Profile::ALL {
        assert_eq!(Profile::parse(profile.name()), Some(profile));
    }
}
