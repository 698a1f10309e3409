//! Cross-fitting: without a holdout every row is tested once a round, by models that have not seen it.

use std::collections::BTreeMap;

use super::support::{Dice, Place, classes_csv, csv};

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
        ran.says(&["trained once more on all 300 rows"]);
    }
    let again = place.lagom(&["verdict", "out", "--json"]);
    let again: serde_json::Value = serde_json::from_str(&again.out).unwrap();
    assert_eq!((&again["verdict"], &again["analysis"]), (&report["verdict"], &report["analysis"]));
}

/// How many trials of each candidate the store has with half of the rows.
fn halves(place: &Place) -> BTreeMap<String, usize> {
    let store = place.store("out");
    let mut query = store.prepare("SELECT spec FROM trials").unwrap();
    let mut found = BTreeMap::new();
    for spec in query.query_map([], |row| row.get::<_, String>(0)).unwrap().map(Result::unwrap) {
        let spec: serde_json::Value = serde_json::from_str(&spec).unwrap();
        if spec["split"]["fraction"] == 0.5 {
            *found.entry(spec["candidate"]["name"].as_str().unwrap().to_owned()).or_default() += 1;
        }
    }
    found
}

#[test]
fn what_is_claimed_is_carried_to_the_models_that_are_handed_over() {
    let place = place("[good-enough]\nmargin = 0.15\n[ladder]\nlargest = \"900\"\n[trials]\nrepeats = 5\n");
    let ran = place.run();
    let report = place.report("out");
    let tests = report["analysis"]["tests"].as_array().unwrap();
    let counted = |test: &&serde_json::Value| test["kind"] == "non-inferiority" && test["counted"] == true;
    let passed: Vec<&serde_json::Value> = tests.iter().filter(counted).filter(|test| test["passed"] == true).collect();
    assert!(!passed.is_empty(), "{ran:?}");
    let halves = halves(&place);
    for test in &passed {
        // Five folds of 60: of the 240 rows outside 50 would be validated on, but a fifth at most: 48.
        assert_eq!((&test["carried"]["trained_on"], &test["carried"]["handed_over_on"]), (&192.into(), &300.into()));
        assert!(test["carried"]["growth"]["point"].is_number(), "{test}");
        assert!(test["lower"].as_f64() <= test["carried"]["measured_lower"].as_f64(), "{test}");
        assert_eq!(halves.get(test["candidate"].as_str().unwrap()), Some(&5));
        assert_eq!(halves.get(test["against"].as_str().unwrap()), Some(&5));
    }
    ran.ends(0).says(&["192 of 300 rows (64 %) trained each of the 5 models measured", "trained on all 300"]);
    // Without its trainings on half of the rows the same test claims nothing, and says what is missing.
    let store = rusqlite::Connection::open(place.path("out/store.sqlite")).unwrap();
    store.execute("DROP TRIGGER no_DELETE_trials", []).unwrap();
    store.execute("DELETE FROM trials WHERE json_extract(spec, '$.split.fraction') = 0.5", []).unwrap();
    drop(store);
    place.lagom(&["verdict", "out"]).ends(3).says(&["How the two grow with the rows is not measured"]);
}

#[test]
fn a_sealed_share_is_given_back_to_the_model_that_is_handed_over_and_a_given_holdout_is_not() {
    let study = "[good-enough]\nmargin = 0.2\n[ladder]\nlargest = \"900\"\n[trials]\nrepeats = 3\n";
    let sealed = place(&format!("{study}holdout = 0.2\n"));
    assert_eq!(sealed.run().code, 0);
    let report = sealed.report("out");
    assert_eq!((&report["data"]["holdout"], &report["bundle"]["rows"]), (&60.into(), &300.into()));
    assert!(report["bundle"]["holdout_quality"].is_null(), "its own rows would flatter it");
    let given = place("");
    given.write("e.csv", classes_csv());
    given.write("s.toml", format!("[task]\ntrain = \"d.csv\"\nholdout = \"e.csv\"\ntarget = \"y\"\n{study}"));
    assert_eq!(given.run().code, 0);
    let report = given.report("out");
    assert_eq!((&report["data"]["holdout"], &report["bundle"]["rows"]), (&300.into(), &300.into()));
    assert!(report["bundle"]["holdout_quality"].is_number());
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

#[test]
fn rows_that_are_all_right_do_not_clear_a_bar_that_so_few_cannot_show() {
    // Two classes six standard deviations apart: every one of 150 rows is right. A true accuracy of 0.985 gives that in
    // 0.985^150 = 10 % of studies, so 0.995 is not shown; 0.95 is (0.95^150 = 0.05 %).
    let mut dice = Dice(1);
    let row = |dice: &mut Dice, at: usize| {
        let shift = if at.is_multiple_of(2) { 0.0 } else { 12.0 };
        let label = if at.is_multiple_of(2) { "no" } else { "yes" };
        [format!("{:.3}", dice.normal() + shift), format!("{:.3}", dice.normal()), label.to_owned()]
    };
    let place = Place::new();
    place.write("d.csv", csv("a,b,y", &(0..150).map(|at| row(&mut dice, at)).collect::<Vec<_>>()));
    let study = |bar: &str| {
        format!(
            "[task]\ndata = \"d.csv\"\ntarget = \"y\"\nmetric = \"accuracy\"\n[good-enough]\nbar = {bar}\n\
             [ladder]\nfamilies = [\"linear\"]\n"
        )
    };
    place.write("s.toml", study("0.995"));
    place.run().ends(3);
    let report = place.report("out");
    assert_eq!(report["verdict"]["kind"], "undecided", "{}", report["verdict"]);
    let rows = report["analysis"]["screening"]["rows"].as_array().unwrap();
    let linear = rows.iter().find(|row| row["name"] == "linear").unwrap();
    assert_eq!(linear["holdout_quality"]["point"], 1.0);
    assert!(linear["holdout_quality"]["standard_error"].as_f64().unwrap() > 0.01, "{linear}");
    place.write("s.toml", study("0.95"));
    place.run().ends(0);
    assert_eq!(place.report("out")["verdict"]["choice"], "linear");
}
