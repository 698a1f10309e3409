//! The climb: what it leaves out, and that it decides by measurements alone.

use serde_json::Value;

use super::support::Place;

/// Few rows of many columns that mean nothing: networks overfit with size, so the climb ends early.
fn place(more: &str) -> Place {
    let place = Place::new();
    place.lagom(&["known", "overfit", "--rows", "800", "--seed", "3", "--out", "d.csv"]).ends(0);
    place.write("s.toml", study(more));
    place
}

fn study(more: &str) -> String {
    format!(
        "[task]\ndata = \"d.csv\"\ntarget = \"y\"\n[good-enough]\nmargin = 0.1\n[ladder]\nfamilies = [\"linear\", \
         \"mlp\"]\nlargest = \"200k\"\n{more}\n[trials]\nrepeats = 3\nholdout = 0.3\n"
    )
}

/// What the verdict rests on, without wall times and latencies.
fn measured(report: &Value) -> Value {
    let mut kept = serde_json::json!([report["climb"], report["verdict"], report["analysis"]["tests"]]);
    for row in report["analysis"]["screening"]["rows"].as_array().unwrap() {
        kept.as_array_mut().unwrap().push(serde_json::json!([row["name"], row["by_repeat"], row["standing"]]));
    }
    kept
}

fn trials(report: &Value) -> u64 {
    report["effort"]["trials"].as_u64().unwrap()
}

#[test]
fn dear_rungs_are_left_out_and_the_report_says_why() {
    let place = place("");
    let ran = place.run();
    ran.ends(0).says(&["sizes trained", "not trained", "of the operations"]);
    let report = place.report("out");
    let climb = &report["climb"];
    let untried = climb["untried"].as_array().unwrap();
    assert_eq!(climb["rungs"].as_u64().unwrap(), climb["tried"].as_u64().unwrap() + untried.len() as u64);
    assert!(!untried.is_empty());
    for one in untried {
        let gain = one["gain"].as_f64().unwrap();
        assert!((0.0..0.1).contains(&gain), "{one}: the margin is 0.1");
        assert!(
            report["analysis"]["screening"]["rows"].as_array().unwrap().iter().all(|row| row["name"] != one["name"])
        );
    }
    let share = climb["flops"].as_f64().unwrap() / climb["sweep_flops"].as_f64().unwrap();
    assert!(share < 0.3, "{share}");
    let page = place.text("out/report.html");
    assert!(page.contains("Not trained") && page.contains(untried[0]["name"].as_str().unwrap()));
}

#[test]
fn a_climb_decides_the_same_whatever_was_measured_before() {
    let place = place("");
    place.run().ends(0);
    let fresh = place.report("out");
    let sweep = place.lagom(&["run", "s.toml", "--out", "out", "--policy", "sweep"]);
    sweep.ends(0);
    let swept = place.report("out");
    assert_eq!(
        (swept["climb"].clone(), swept["analysis"]["screening"]["rows"].as_array().unwrap().len()),
        (Value::Null, 8)
    );
    assert_eq!(trials(&swept), 24);
    place.run().ends(0);
    let again = place.report("out");
    assert_eq!(measured(&fresh), measured(&again));
    assert_eq!(trials(&fresh), trials(&again));
    // The estimate of the sweep's cost is no dream: within a factor of three of what it took.
    let ratio = fresh["climb"]["sweep_flops"].as_f64().unwrap() / swept["effort"]["flops"].as_f64().unwrap();
    assert!((0.33..3.0).contains(&ratio), "{ratio}");
}

#[test]
fn one_worker_and_three_climb_alike() {
    let place = place("");
    place.lagom(&["run", "s.toml", "--out", "one", "--workers", "1"]).ends(0);
    place.lagom(&["run", "s.toml", "--out", "three", "--workers", "3"]).ends(0);
    assert_eq!(measured(&place.report("one")), measured(&place.report("three")));
}

#[test]
fn under_a_tighter_margin_the_verdict_says_what_the_climb_would_still_measure() {
    let place = place("");
    place.run().ends(0);
    let asked = trials(&place.report("out"));
    let tighter = place.lagom(&["verdict", "out", "--margin", "0.0001", "--json"]);
    let findings: Value = serde_json::from_str(&tighter.out).unwrap();
    assert_eq!(trials(&findings), asked, "another margin takes the trials of the run");
    let untried = findings["climb"]["untried"].as_array().unwrap();
    assert!(untried.iter().any(|one| one["why"] == "open"), "{untried:?}");
    place.lagom(&["verdict", "out", "--margin", "0.0001"]).says(&["would go on"]);
}

#[test]
fn measuring_in_place_of_trusting_the_curve_trains_more() {
    // Data on which the curve alone spares two sizes.
    let of = |more: &str| {
        let place = place(more);
        place.lagom(&["known", "overfit", "--rows", "800", "--seed", "4", "--out", "d.csv"]).ends(0);
        place.run().ends(0);
        place
    };
    let (trusting, measuring) = (of(""), of("certify = \"measure\""));
    assert!(trials(&measuring.report("out")) > trials(&trusting.report("out")));
}

#[test]
fn the_plan_tells_the_least_and_the_most() {
    let place = place("");
    place.lagom(&["plan", "s.toml"]).ends(0).says(&["from the smallest up", "to 24 trials"]);
    place.lagom(&["plan", "s.toml", "--policy", "sweep"]).ends(0).says(&["3 repeats each: 24 trials"]);
    place.write("s.toml", study("policy = \"sweep\""));
    place.lagom(&["plan", "s.toml"]).ends(0).says(&["3 repeats each: 24 trials"]);
    place.lagom(&["plan", "s.toml", "--policy", "climb"]).ends(0).says(&["from the smallest up"]);
    // What comes after the verdict is told where the study asks for it, and only there.
    let plain = place.lagom(&["plan", "s.toml"]);
    assert!(!plain.out.contains("tried after the verdict"), "{}", plain.out);
    place.write("s.toml", study("[levers]\nrun = true\noverfitting = true\nbudget = 2e12"));
    let told = place.lagom(&["plan", "s.toml"]);
    told.ends(0).says(&["tried after the verdict: at most 2.0e12 operations more", "trained again with wrong labels"]);
    place.write("s.toml", study("policy = \"sweep\"\ncertify = \"measure\""));
    place.lagom(&["check", "s.toml"]).fails(&["ladder.certify", "a sweep leaves no size to certify"]);
    place.write("s.toml", study("policy = \"clumb\""));
    place.lagom(&["check", "s.toml"]).fails(&["ladder.policy", "did you mean \"climb\"?"]);
}
