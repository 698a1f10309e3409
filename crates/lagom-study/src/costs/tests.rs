use std::time::Duration;

use super::*;
use crate::money::Money;
use crate::prices::Prices;

fn figures(latency_p95: f64, memory: Option<u64>) -> Figures {
    Figures { in_use: Some(InUse { latency_p95, memory, ..InUse::default() }), ..Figures::default() }
}

#[test]
fn every_cost_has_names_of_its_own() {
    for (at, cost) in COSTS.iter().enumerate() {
        let about = cost.about();
        assert_eq!(named(about.name), Some(*cost));
        assert!(about.at_most.contains("{}"), "{cost:?}");
        for other in &COSTS[..at] {
            let other = other.about();
            assert!(about.name != other.name && about.key != other.key && about.option != other.option, "{cost:?}");
            let ids = about.chart.zip(other.chart).is_some_and(|(one, other)| one.id == other.id);
            assert!(!ids && about.ratio != other.ratio, "{cost:?}");
        }
        // The example of the template is a limit that can be read, and comes back from what is stored.
        let Ok(Limit::AtMost(most)) = about.unit.limit(about.example) else { panic!("{cost:?}: {}", about.example) };
        let limits = Limits::default().with(*cost, most);
        let stored = serde_json::to_string(&limits).unwrap();
        assert_eq!(serde_json::from_str::<Limits>(&stored).unwrap(), limits, "{stored}");
    }
}

/// The rule of a look is made from these bytes, and older stores hold them.
#[test]
fn limits_are_written_as_they_always_were() {
    let written = |limits: &Limits| serde_json::to_string(limits).unwrap();
    let none = r#"{"parameters":null,"bytes":null,"memory":null,"latency-p95":null}"#;
    assert_eq!(written(&Limits::default()), none);
    let some = Limits::default()
        .with(&MoneyPerThousand, Amount::Money(Money::parse("2 USD").unwrap()))
        .with(&Latency, Amount::Time(Duration::from_millis(5)))
        .with(&Parameters, Amount::Count(50_000));
    let text = r#"{"parameters":50000,"bytes":null,"memory":null,"latency-p95":{"secs":0,"nanos":5000000},"cost":{"amount":2.0,"currency":"USD"}}"#;
    assert_eq!(written(&some), text);
    assert_eq!(serde_json::from_str::<Limits>(text).unwrap(), some);
    assert_eq!(serde_json::from_str::<Limits>(none).unwrap(), Limits::default());
}

#[test]
fn a_limit_that_is_not_understood_is_refused_and_not_passed_over() {
    let read = |text: &str| serde_json::from_str::<Limits>(text);
    assert!(read(r#"{"carbon":5}"#).unwrap_err().to_string().contains("there is no limit `carbon`"));
    assert_eq!(read(r#"{"carbon":null}"#).unwrap(), Limits::default());
    assert!(serde_json::from_str::<&'static dyn Cost>(r#""carbon""#).is_err());
    assert!(serde_json::from_str::<Exceeded>(r#""carbon""#).is_err());
}

#[test]
fn what_is_not_known_is_within_no_limit_and_is_written_as_nothing() {
    let limits =
        Limits::default().with(&Memory, Amount::Bytes(100)).with(&Latency, Amount::Time(Duration::from_secs(2)));
    // 3 s are above 2 s, 1.5 times; nobody knows the memory.
    let found = limits.exceeded(&figures(3.0, None));
    let said: Vec<_> = found.iter().map(|one| (one.limit, one.found, one.times())).collect();
    let latency = (Exceeded::Cost(&Latency), Some(3.0), 1.5);
    assert_eq!(said, [(Exceeded::Cost(&Memory), None, f64::INFINITY), latency]);
    let text = serde_json::to_string(&found).unwrap();
    assert_eq!(
        text,
        r#"[{"limit":"memory","allowed":100.0,"found":null},{"limit":"latency-p95","allowed":2.0,"found":3.0}]"#
    );
    assert_eq!(serde_json::from_str::<Vec<LimitViolation>>(&text).unwrap(), found);
    assert_eq!(limits.exceeded(&figures(2.0, Some(100))), [], "a limit is the most that is allowed");
}

#[test]
fn what_is_known_without_a_clock_is_told_first() {
    let limits = COSTS.iter().fold(Limits::default(), |limits, cost| limits.with(*cost, Amount::Count(1)));
    let asked = Figures { training: Training::Asked { money_per_thousand: None }, ..Figures::default() };
    let keys: Vec<_> = limits.exceeded(&asked).iter().map(|one| serde_json::to_string(&one.limit).unwrap()).collect();
    assert_eq!(
        keys,
        [
            "\"parameters\"",
            "\"bytes\"",
            "\"cost\"",
            "\"memory\"",
            "\"latency-p95\"",
            "\"mean-latency\"",
            "\"latency-p50\"",
            "\"latency-p99\"",
            "\"load-time\"",
            "\"operations\"",
            "\"latency-p90\""
        ]
    );
}

#[test]
fn the_unknown_come_last() {
    let mut costs = [None, Some(2.0), Some(0.0), None];
    costs.sort_by(|a, b| cheaper_first(*a, *b));
    assert_eq!(costs, [Some(0.0), Some(2.0), None, None]);
    let free = MoneyPerThousand.of(&Figures::default());
    let unknown = Training::Asked { money_per_thousand: None };
    let paid = MoneyPerThousand.of(&Figures { training: unknown, ..Figures::default() });
    assert_eq!((free, paid), (Some(0.0), None), "what is trained here is asked for nothing; a price alone is no cost");
}

#[test]
fn money_limits_cpu_time_by_the_price_of_an_hour() {
    let price = |text: &str| Prices { cpu_hour: Some(Money::parse(text).unwrap()), ..Prices::default() };
    let settle = |text: &str, prices: &Prices| Unit::CpuTime.settle(Unit::CpuTime.limit(text).unwrap(), prices);
    let time = |seconds| Ok(Limit::AtMost(Amount::Time(Duration::from_secs(seconds))));
    // 0.50 USD at 0.40 USD an hour pay for 1.25 hours: 4,500 s.
    assert_eq!(settle("0.50 USD", &price("0.40 USD")), time(4_500));
    assert_eq!(settle("10 min", &Prices::default()), time(600));
    assert_eq!(settle("none", &price("0.40 USD")), Ok(Limit::Off));
    let none = settle("0.50 USD", &Prices::default()).unwrap_err();
    assert_eq!(none.to_string(), "found 0.5 USD, and the study names no price of CPU time");
    assert!(none.hint().contains("cpu-hour") && none.hint().contains("[prices]"));
    let other = settle("0.50 EUR", &price("0.40 USD")).unwrap_err();
    assert!(other.to_string().contains("0.4 USD an hour") && other.hint() == "convert it to USD");
    assert!(matches!(settle("1 USD", &price("0.000000000000000000000001 USD")), Err(LimitError::OutOfReach { .. })));
    // Half an hour at 0.40 USD.
    assert_eq!(price("0.40 USD").of_cpu(1_800.0), Some(Money::parse("0.20 USD").unwrap()));
    assert_eq!(Prices::default().of_cpu(1_800.0), None);
    assert!(
        Unit::CpuTime.limit("10").is_err()
            && Unit::CpuTime.limit("0 s").is_err()
            && Unit::CpuTime.limit("0 USD").is_err()
    );
}
