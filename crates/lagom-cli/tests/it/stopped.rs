//! Trainings that are stopped early, since their own curve shows that they can't matter.

use std::fmt::Write;

use serde_json::Value;

use super::support::Place;

/// Ten stripes of one column of three: a few trees have them at once, networks bend too slowly and rise to the end of their
/// schedule without ever coming near.
fn place() -> Place {
    let place = Place::new();
    let mut state = 1_u64;
    let mut draw = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as f64 / 2_f64.powi(31)
    };
    let mut table = "a,b,c,y\n".to_owned();
    for _ in 0..1_500 {
        let (a, b, c) = (draw(), draw(), draw());
        let stripe = if (a * 10.0) as u32 % 2 == 1 { "odd" } else { "even" };
        writeln!(table, "{a:.4},{b:.4},{c:.4},{stripe}").unwrap();
    }
    place.write("d.csv", table);
    place.write("s.toml", STUDY);
    place
}

const STUDY: &str = "[task]\ndata = \"d.csv\"\ntarget = \"y\"\n[good-enough]\nmargin = 0.02\n[ladder]\nfamilies = \
                     [\"trees\", \"mlp\"]\nlargest = \"30k\"\n[trials]\nrepeats = 3\nholdout = 0.3\n";

fn rows(report: &Value) -> &Vec<Value> {
    report["analysis"]["screening"]["rows"].as_array().unwrap()
}

/// The rows that were stopped early.
fn stopped(report: &Value) -> Vec<&Value> {
    rows(report).iter().filter(|row| row["standing"] == "stopped").collect()
}

/// What came of a training that was stopped, but for its times, which are of this machine.
fn course(row: &Value) -> Value {
    let one = &row["stopped"][0];
    let figures = ["repeat", "step", "horizon", "quality", "ceiling", "target", "flops"].map(|key| one[key].clone());
    serde_json::json!([row["name"], row["stopped"].as_array().unwrap().len(), figures, row["history"]])
}

fn count(place: &Place, table: &str) -> u64 {
    let query = format!("SELECT count(*) FROM {table}");
    place.store("out").query_row(&query, [], |row| row.get::<_, i64>(0)).unwrap() as u64
}

#[test]
fn a_hopeless_long_training_is_stopped_shown_as_stopped_and_changes_no_verdict() {
    let place = place();
    let ran = place.run();
    ran.ends(0).says(&["stopped early", "could at most have reached", "≤ 0."]);
    let climb = place.report("out");
    let ended = stopped(&climb);
    assert_eq!(ended.len(), 1, "{}", ran.out);
    let (row, one) = (ended[0], &ended[0]["stopped"][0]);
    let number = |key: &str| one[key].as_f64().unwrap();
    // It is no measurement: nothing is read off it, and the ceiling is below what would have mattered.
    assert!(row["quality"].is_null() && row["by_repeat"].as_array().unwrap().is_empty());
    assert!(number("quality") <= number("ceiling") && number("ceiling") < number("target"), "{one}");
    assert!(number("step") >= number("horizon") / 2.0 && number("step") < number("horizon"), "{one}");
    assert_eq!((climb["effort"]["stopped"].as_u64(), climb["climb"]["stopped"].as_u64()), (Some(1), Some(1)));
    let name = row["name"].as_str().unwrap();
    let page = place.text("out/report.html");
    assert!(page.contains("was stopped early, after") && page.contains("could at most have reached"));
    assert!(place.text("out/report.md").lines().any(|line| line.contains(name) && line.contains("stopped early")));

    // A rerun does nothing again: no trial, no stop, no look.
    let tables = ["trials", "stopped", "failures", "looks", "deployments"];
    let before = tables.map(|table| count(&place, table));
    assert_eq!(before[1], 1);
    place.run().ends(0);
    assert_eq!(tables.map(|table| count(&place, table)), before);
    assert_eq!(place.report("out")["verdict"], climb["verdict"]);

    // The sweep trains it in full, finds no more than its ceiling, and says the same.
    place.lagom(&["run", "s.toml", "--out", "out", "--policy", "sweep"]).ends(0);
    let sweep = place.report("out");
    assert_eq!(
        (&sweep["verdict"]["kind"], &sweep["verdict"]["choice"]),
        (&climb["verdict"]["kind"], &climb["verdict"]["choice"])
    );
    let full = rows(&sweep).iter().find(|row| row["name"] == name).unwrap();
    assert!(full["by_repeat"][0].as_f64().unwrap() <= number("ceiling"), "{full}");

    // With the whole training in the store the climb stops it at the same step all the same.
    place.run().ends(0);
    let again = place.report("out");
    assert_eq!(stopped(&again).into_iter().map(course).collect::<Vec<_>>(), [course(row)]);
    assert_eq!((&again["verdict"], &again["climb"]), (&climb["verdict"], &climb["climb"]));
}
