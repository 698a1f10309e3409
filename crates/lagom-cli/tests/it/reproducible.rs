//! Invariants 1 and 4: the same study comes to the same bits, and its reports to the same bytes.

use super::support::{Place, SMALL, classes, classes_csv, csv, numbers};

type Outcomes = (String, Vec<u8>, Vec<u8>, Vec<u8>, Vec<u8>);

/// Every trial's key, validation rows, and outcomes on validation, training and sealed rows.
fn outcomes(place: &Place, out: &str) -> Vec<Outcomes> {
    let store = place.store(out);
    let query = "SELECT key, examples, validation, train, sealed FROM trials ORDER BY key";
    let mut statement = store.prepare(query).unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)));
    rows.unwrap().map(Result::unwrap).collect()
}

fn same_bits_with_any_number_of_workers(place: &Place, families: &[&str]) {
    let mut first = None;
    for workers in ["1", "2", "4"] {
        let out = format!("out{workers}");
        let ran = place.lagom(&["run", "s.toml", "--out", &out, "--workers", workers]);
        assert!([0, 3].contains(&ran.code), "{ran:?}");
        let report = place.report(&out);
        let rows = report["analysis"]["screening"]["rows"].as_array().unwrap();
        for family in families {
            assert!(rows.iter().any(|row| row["family"] == *family), "no {family} among the candidates");
        }
        let found = (outcomes(place, &out), numbers(&report));
        let (bits, figures) = first.get_or_insert_with(|| found.clone());
        assert!(!bits.is_empty());
        assert!(*bits == found.0, "outcomes differ with {workers} workers");
        assert_eq!(*figures, found.1, "numbers differ with {workers} workers");
    }
}

#[test]
fn classification_is_the_same_to_the_bit_with_any_number_of_workers() {
    let place = Place::new();
    place.write("d.csv", classes_csv());
    place.write("s.toml", format!("[task]\ndata = \"d.csv\"\ntarget = \"y\"\n{SMALL}"));
    same_bits_with_any_number_of_workers(&place, &["baseline", "linear", "trees", "mlp"]);
}

#[test]
fn regression_is_the_same_to_the_bit_with_any_number_of_workers() {
    let place = Place::new();
    place.write("d.csv", csv("a,y,colour,c", &classes(240, 3)));
    place.write("s.toml", format!("[task]\ndata = \"d.csv\"\ntarget = \"y\"\n{SMALL}"));
    same_bits_with_any_number_of_workers(&place, &["baseline", "linear", "trees", "mlp"]);
}

#[test]
fn text_is_the_same_to_the_bit_with_any_number_of_workers() {
    let place = Place::new();
    place.write("d.csv", super::good_paths::texts(200, 1));
    let ladder = "[ladder]\nlargest = \"20k\"\n[trials]\nrepeats = 2\n";
    place.write("s.toml", format!("[task]\ndata = \"d.csv\"\ntarget = \"mood\"\n{ladder}"));
    same_bits_with_any_number_of_workers(&place, &["baseline", "ngrams", "embedding"]);
}

#[test]
fn another_seed_is_another_study() {
    let place = Place::new();
    place.study(classes_csv(), "");
    place.run();
    let first = outcomes(&place, "out");
    place.write("s.toml", format!("{}seed = 2\n", place.text("s.toml")));
    place.lagom(&["run", "s.toml", "--out", "out2"]);
    let second = outcomes(&place, "out2");
    assert_eq!(first.len(), second.len());
    assert!(first.iter().zip(&second).all(|(a, b)| a.0 != b.0 && a.1 != b.1));
}

#[test]
fn reports_come_out_the_same_byte_for_byte() {
    let place = Place::new();
    place.write("d.csv", classes_csv());
    place.write("s.toml", format!("[task]\ndata = \"d.csv\"\ntarget = \"y\"\n{SMALL}"));
    place.run();
    let files = ["report.html", "report.json", "report.md"];
    let read = || files.map(|name| std::fs::read(place.path("out").join(name)).unwrap());
    let of_the_run = read();
    for _ in 0..2 {
        for name in files {
            std::fs::remove_file(place.path("out").join(name)).unwrap();
        }
        place.lagom(&["report", "out"]).ends(0).says(&["out/report.html", "out/report.md", "out/report.json"]);
        assert!(read() == of_the_run, "the reports differ from those of the run");
    }
}

#[test]
fn a_rerun_trains_nothing_and_says_the_same() {
    let place = Place::new();
    place.write("d.csv", classes_csv());
    place.write("s.toml", format!("[task]\ndata = \"d.csv\"\ntarget = \"y\"\n{SMALL}"));
    let first = place.run();
    let (bits, model) = (outcomes(&place, "out"), std::fs::read(place.path("out/model.lagom")).unwrap());
    let second = place.run();
    assert_eq!((first.code, &first.out), (second.code, &second.out));
    second.says(&["were done by an earlier run"]);
    assert!(outcomes(&place, "out") == bits);
    assert!(std::fs::read(place.path("out/model.lagom")).unwrap() == model);
}

#[test]
fn a_changed_study_reuses_trials_that_are_still_the_same() {
    let place = Place::new();
    place.study(classes_csv(), "");
    place.run();
    let before = outcomes(&place, "out").len();
    // Other terms: nothing to train. One more repeat: one more trial of each candidate and share.
    place.write("s.toml", place.text("s.toml").replace("[ladder]", "[good-enough]\nmargin = 0.2\n[ladder]"));
    place.run().says(&["were done by an earlier run"]);
    assert_eq!(outcomes(&place, "out").len(), before);
    place.write("s.toml", place.text("s.toml").replace("repeats = 2", "repeats = 3"));
    place.run().says(&["4 from an earlier run"]);
}

#[test]
fn the_model_is_that_of_the_latest_study() {
    let place = Place::new();
    place.study(classes_csv(), "");
    place.run();
    let first = std::fs::read(place.path("out/model.lagom")).unwrap();
    let mut data = classes(300, 1);
    data.truncate(250);
    place.write("d.csv", csv("a,b,colour,y", &data));
    place.run();
    assert!(std::fs::read(place.path("out/model.lagom")).unwrap() != first, "the model is that of the old data");
    place.write("d.csv", classes_csv());
    place.run();
    assert!(std::fs::read(place.path("out/model.lagom")).unwrap() == first, "the model is that of other data");
}
