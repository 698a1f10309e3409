//! Invariant 2: the holdout is read only for the members of the sequence, and every look is counted.

use std::collections::BTreeSet;

use super::support::{Place, SMALL, classes_csv};

fn looks(place: &Place) -> Vec<Vec<String>> {
    let store = place.store("out");
    let mut statement = store.prepare("SELECT candidates FROM looks ORDER BY id").unwrap();
    let rows = statement.query_map([], |row| row.get::<_, String>(0)).unwrap();
    rows.map(|text| serde_json::from_str(&text.unwrap()).unwrap()).collect()
}

fn finished() -> Place {
    let place = Place::new();
    place.write("d.csv", classes_csv());
    place.write("s.toml", format!("[task]\ndata = \"d.csv\"\ntarget = \"y\"\n[good-enough]\nmargin = 0.05\n{SMALL}"));
    assert!([0, 3].contains(&place.run().code));
    place
}

#[test]
fn holdout_scores_are_read_for_those_that_the_look_names_alone() {
    let place = finished();
    let looks = looks(&place);
    assert_eq!(looks.len(), 1);
    let report = place.report("out");
    let screening = &report["analysis"]["screening"];
    let mut members: BTreeSet<String> = BTreeSet::new();
    members.extend(screening["sequence"].as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()));
    for role in ["reference", "baseline"] {
        members.insert(screening[role].as_str().unwrap().to_owned());
    }
    members.extend(screening["against"]["candidate"].as_str().map(str::to_owned));
    // And all that has a quality, so that the table shows the rows of the verdict.
    let rows = screening["rows"].as_array().unwrap();
    let measured = rows.iter().filter(|row| !row["quality"].is_null());
    members.extend(measured.map(|row| row["name"].as_str().unwrap().to_owned()));
    assert_eq!(looks[0].iter().cloned().collect::<BTreeSet<_>>(), members);
    for row in rows {
        let read = !row["holdout_quality"].is_null();
        assert_eq!(read, members.contains(row["name"].as_str().unwrap()), "{}", row["name"]);
    }
}

#[test]
fn the_same_terms_are_the_same_look_and_others_are_another() {
    let place = finished();
    for _ in 0..2 {
        place.lagom(&["verdict", "out"]);
        place.lagom(&["verdict", "out", "--margin", "0.05"]);
        place.lagom(&["report", "out"]);
        place.run();
    }
    assert_eq!(looks(&place).len(), 1);
    let wider = place.lagom(&["verdict", "out", "--margin", "0.2"]);
    assert_eq!(looks(&place).len(), 2);
    assert!(wider.out.contains("look"), "the second look is not told:\n{}", wider.out);
    place.lagom(&["verdict", "out", "--margin", "0.2"]);
    assert_eq!(looks(&place).len(), 2);
    let json = place.lagom(&["verdict", "out", "--bar", "0.6", "--json"]);
    assert_eq!(looks(&place).len(), 3);
    let findings: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(findings["looks"].as_array().unwrap().len(), 3);
}

#[test]
fn a_look_is_written_before_anything_is_read() {
    let place = finished();
    // Where no look can be written, no verdict on the holdout is told.
    let forbid = "CREATE TRIGGER closed BEFORE INSERT ON looks BEGIN SELECT RAISE(ABORT, 'closed'); END;";
    place.store("out").execute_batch(forbid).unwrap();
    place.lagom(&["verdict", "out", "--margin", "0.2"]).fails(&["closed"]);
}
