//! Data whose answer is known, from the command line to a verdict on them.

use super::support::{Place, QUICK};

#[test]
fn a_study_on_known_data_comes_to_what_is_known() {
    let place = Place::new();
    let told = place.lagom(&["known", "linear-classes", "--rows", "4000", "--seed", "5", "--out", "d.csv"]);
    told.ends(0).says(&["accuracy 0.8524 (closed form)", "5 of 8 inputs"]);
    assert_eq!(told.out, "");
    place.write("s.toml", format!("[task]\ndata = \"d.csv\"\ntarget = \"y\"\n{QUICK}"));
    place.run().ends(0);
    let report = place.report("out");
    let rows = report["analysis"]["screening"]["rows"].as_array().unwrap();
    let linear = rows.iter().find(|row| row["name"] == "linear").unwrap();
    // Two repeats of 640 validation rows: a standard error of 0.01 at most.
    let found = linear["quality"]["point"].as_f64().unwrap();
    assert!((found - 0.8524).abs() < 0.04, "{found}");
    // Fresh rows of the same truth are told apart as well.
    place.lagom(&["known", "linear-classes", "--seed", "5", "--sample", "1", "--out", "fresh.csv"]).ends(0);
    let judged = place.lagom(&["predict", "out", "fresh.csv"]);
    let answers: Vec<&str> = judged.out.lines().skip(1).collect();
    let fresh = place.text("fresh.csv");
    let right = fresh.lines().skip(1).zip(&answers).filter(|(row, answer)| row.ends_with(&format!(",{answer}")));
    assert_eq!(answers.len(), 2_000);
    assert!((right.count() as f64 / 2_000.0 - 0.8524).abs() < 0.03, "{}", judged.err);
}

#[test]
fn the_same_arguments_write_the_same_rows() {
    let place = Place::new();
    place.lagom(&["known", "plateau", "--rows", "20", "--out", "a.csv"]).ends(0).says(&["r2 0.8000", "r2 0.3200"]);
    let text = place.text("a.csv");
    assert_eq!(place.lagom(&["known", "plateau", "--rows", "20"]).out, text);
    assert_eq!((text.lines().count(), text.lines().next()), (21, Some("x1,x2,x3,x4,x5,x6,y")));
    for other in [["--seed", "2"], ["--sample", "1"]] {
        let arguments = ["known", "plateau", "--rows", "20", other[0], other[1]];
        assert_ne!(place.lagom(&arguments).out, text, "{other:?}");
    }
}

#[test]
fn kinds_and_rows_that_are_none_are_refused() {
    let place = Place::new();
    place.lagom(&["known", "linear"]).fails(&["invalid value 'linear'", "linear-classes, linear-values"]);
    place.lagom(&["known", "plateau", "--rows", "0"]).fails(&["invalid value '0'"]);
    place.lagom(&["known", "plateau", "--out", "no/such.csv"]).fails(&["make its folder first"]);
}
