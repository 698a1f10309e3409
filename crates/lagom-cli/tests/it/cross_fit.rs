//! Cross-fitting: without a holdout every row is tested once a round, by models that have not seen it.

use std::collections::BTreeMap;

use super::support::{Place, classes_csv};

/// Five repeats on a ladder with one small member of each tabular family.
const FIVE: &str = "[good-enough]\nmargin = 0.05\n[ladder]\nlargest = \"900\"\n[trials]\nrepeats = 5\n";

fn place(more: &str) -> Place {
    let place = Place::new();
    place.write("d.csv", classes_csv());
    place.write("s.toml", format!("[task]\ndata = \"d.csv\"\ntarget = \"y\"\n{more}"));
    place
}

/// The rows that each trial sealed, by candidate: a block begins with `fold`, their number, and the rows.
fn sealed(place: &Place) -> BTreeMap<String, Vec<Vec<u32>>> {
    let store = place.store("out");
    let mut query = store.prepare("SELECT spec, sealed FROM trials").unwrap();
    let rows = query.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, Vec<u8>>(1)?))).unwrap();
    let mut folds: BTreeMap<String, Vec<Vec<u32>>> = BTreeMap::new();
    for (spec, block) in rows.map(Result::unwrap) {
        let spec: serde_json::Value = serde_json::from_str(&spec).unwrap();
        if spec["split"]["fraction"] != 1.0 {
            continue;
        }
        let words: Vec<u32> =
            block[4..].chunks_exact(4).map(|word| u32::from_le_bytes(word.try_into().unwrap())).collect();
        assert_eq!(&block[..4], b"fold");
        let name = spec["candidate"]["name"].as_str().unwrap().to_owned();
        folds.entry(name).or_default().push(words[1..=words[0] as usize].to_vec());
    }
    folds
}

#[test]
fn every_row_takes_part_in_the_verdict() {
    let place = place(FIVE);
    let ran = place.run();
    assert!([0, 3].contains(&ran.code), "{ran:?}");
    let report = place.report("out");
    assert_eq!((&report["data"]["development"], &report["data"]["holdout"]), (&300.into(), &0.into()));
    assert_eq!(report["analysis"]["screening"]["cross_fitted"], true);
    assert_eq!(report["analysis"]["holdout_examples"], 300);
    assert_eq!(report["analysis"]["look"], 1);
    let tests = report["analysis"]["tests"].as_array().unwrap();
    assert!(!tests.is_empty() && tests.iter().all(|test| test["difference"]["examples"] == 300), "{tests:?}");
    let folds = sealed(&place);
    assert!(folds.len() > 2);
    for (name, folds) in folds.into_iter().filter(|(_, folds)| folds.len() == 5) {
        let mut rows = folds.concat();
        rows.sort_unstable();
        assert_eq!(rows, (0..300).collect::<Vec<u32>>(), "{name}");
    }
    assert!(place.text("out/report.html").contains("Every row was tested"));
    assert!(place.text("out/report.md").contains("300 cross-fitted rows"));
    if !report["bundle"].is_null() {
        assert_eq!(report["bundle"]["rows"], 300, "the refit trains on all rows");
        assert!(report["bundle"]["holdout_quality"].is_null(), "no row is left to score it on");
        ran.says(&["refitted on 300 rows; its repeats were tested, not this refit"]);
    }
    let again = place.lagom(&["verdict", "out", "--json"]);
    let again: serde_json::Value = serde_json::from_str(&again.out).unwrap();
    assert_eq!((&again["verdict"], &again["analysis"]), (&report["verdict"], &report["analysis"]));
}

#[test]
fn the_default_where_it_pays() {
    let ladder = "[ladder]\nfamilies = [\"linear\"]\n";
    let folded = ["300 rows; cross-fitted", "10 repeats each", "cross-fitting 300"];
    place(ladder).lagom(&["check", "s.toml"]).ends(0).says(&folded);
    let asked = place(&format!("{ladder}[trials]\ncross-fit = true\n"));
    asked.lagom(&["plan", "s.toml"]).ends(0).says(&folded[..2]);
    let sealed = ["240 to train and validate on, 60 sealed", "5 repeats each"];
    for trials in ["cross-fit = false", "holdout = 0.2"] {
        let place = place(&format!("{ladder}[trials]\n{trials}\n"));
        place.lagom(&["check", "s.toml"]).ends(0).says(&sealed);
    }
    let few = place(&format!("{ladder}[trials]\nrepeats = 3\n"));
    few.lagom(&["check", "s.toml"]).ends(0).says(&["60 sealed", "3 repeats each"]);
    let fine = place(&format!("[good-enough]\nmargin = 0.001\n{ladder}"));
    let words = ["finer than cross-fitting", "expect \"can't"];
    fine.lagom(&["check", "s.toml"]).ends(0).says(&words);
}

#[test]
fn it_goes_with_no_holdout_of_any_kind() {
    let trials = "[trials]\ncross-fit = true\n";
    let hint = "seals every row in turn";
    place(&format!("{trials}holdout = 0.3\n")).refuses(&["`holdout` and `cross-fit` exclude each other", hint]);
    place(&format!("{trials}repeats = 3\n")).refuses(&["3 repeats are too few", "set repeats to 4 or more"]);
    place(&format!("time = \"a\"\n{trials}")).refuses(&["rows in order of time can't be cross-fitted"]);
    let place = place("");
    place.write("e.csv", classes_csv());
    let study = format!("[task]\ntrain = \"d.csv\"\nholdout = \"e.csv\"\ntarget = \"y\"\n{trials}");
    place.write("s.toml", study);
    place.refuses(&["[task] names its own holdout file"]);
}
