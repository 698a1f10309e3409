//! Studies that can't be carried out, and commands that make no sense.

use super::support::{Place, classes_csv};

#[test]
fn every_fault_of_a_study_is_told_at_once() {
    let place = Place::new();
    place.write("d.csv", classes_csv());
    place.write(
        "s.toml",
        "[task]\ndata = \"d.csv\"\ntarget = \"y\"\nmetrik = \"accuracy\"\nmetric = \"acuracy\"\n\n\
         [good-enough]\nprofile = \"fridge\"\nmargin = -1\n\n[ladder]\nfamilies = [\"linaer\"]\n\n[trial]\nrepeats = 3\n",
    );
    place.refuses(&[
        // An unknown key, a metric, a profile, a margin, a family and a table, each with its place.
        "s.toml:4:1: ",
        "metrik",
        "s.toml:5:10: ",
        "acuracy",
        "accuracy",
        "s.toml:8:11: ",
        "fridge",
        "edge",
        "s.toml:9:10: ",
        "margin",
        "s.toml:12:13: ",
        "linaer",
        "linear",
        "s.toml:14:2: ",
        "[trial]",
    ]);
}

#[test]
fn a_study_that_is_not_toml() {
    let place = Place::new();
    place.write("s.toml", "[task\ndata = d.csv\n");
    place.refuses(&["s.toml:1:", "hint: the file must be TOML"]);
    place.write("s.toml", b"[task]\n# caf\xE9\n");
    place.refuses(&["s.toml: line 2 is not UTF-8", "hint: save the file as UTF-8"]);
    place.write("s.toml", "");
    place.refuses(&["the table [task] is missing", "hint: write [task]"]);
}

#[test]
fn data_given_in_place_of_a_study() {
    let place = Place::new();
    place.write("d.csv", classes_csv());
    place.lagom(&["run", "d.csv"]).fails(&["`d.csv` is named like data", "hint: `lagom init d.csv`"]);
    assert_eq!(place.names(), ["d.csv"]);
}

#[test]
fn a_metric_that_does_not_fit_the_task() {
    let place = Place::new();
    place.study(classes_csv(), "metric = \"rmse\"");
    place.refuses(&["the metric `rmse` does not fit", "accuracy"]);
    let three = classes_csv().replace("red,yes", "red,perhaps");
    place.study(three, "metric = \"auc\"");
    place.refuses(&["the metric `auc` does not fit", "3 classes", "macro-f1"]);
}

#[test]
fn a_family_that_does_not_fit_the_task() {
    let place = Place::new();
    place.write("d.csv", classes_csv());
    let task = "[task]\ndata = \"d.csv\"\ntarget = \"y\"\n";
    place.write("s.toml", format!("{task}[ladder]\nfamilies = [\"ngrams\"]\n"));
    place.refuses(&["no candidate is left to train for a classification task", "hint: choose families among"]);
}

#[test]
fn limits_that_no_candidate_can_meet() {
    let place = Place::new();
    place.study(classes_csv(), "[good-enough]\nparameters = 2");
    place.refuses(&["no candidate can meet the limit of 2 parameters", "`linear`", "hint: allow more parameters"]);
}

#[test]
fn a_file_smaller_than_the_names_of_its_columns() {
    let place = Place::new();
    place.study(classes_csv(), "[good-enough]\nbytes = \"1 B\"");
    place.refuses(&["no candidate can meet the limit of 1 bytes", "hint: allow more bytes"]);
}

#[test]
fn a_measured_limit_that_no_candidate_meets_is_a_verdict() {
    let place = Place::new();
    place.study(classes_csv(), "[good-enough]\nbytes = \"200 B\"");
    let ran = place.run();
    ran.ends(3).says(&["200 B", "linear"]);
    assert_eq!(place.report("out")["verdict"]["kind"], "nothing-qualifies");
    assert!(!place.path("out/model.lagom").exists());
}

#[test]
fn flags_that_make_no_sense() {
    let place = Place::new();
    let wrong: [(&[&str], &str); 6] = [
        (&["verdict", "out", "--margin", "lots"], "lots"),
        (&["verdict", "out", "--profile", "fridge"], "fridge"),
        (&["verdict", "out", "--margin", "0.1", "--bar", "0.9"], "cannot be used with"),
        (&["run", "s.toml", "--workers", "0"], "0"),
        (&["verdict", "out", "--max-bytes", "many"], "many"),
        (&["rum"], "rum"),
    ];
    for (arguments, word) in wrong {
        let ran = place.lagom(arguments);
        assert_eq!(ran.code, 1, "{ran:?}");
        assert!(ran.err.contains(word), "{ran:?}");
    }
}

#[test]
fn overrides_that_make_no_sense() {
    let place = Place::new();
    place.study(classes_csv(), "");
    assert!([0, 3].contains(&place.run().code));
    let wrong: [(&[&str], &[&str]); 5] = [
        (&["--max-training-cost", "1 USD"], &["names no price of CPU time", "cpu-hour", "[prices]"]),
        (&["--margin", "-0.1"], &["margin"]),
        (&["--bar", "1.5"], &["bar"]),
        (&["--confidence", "0.3"], &["confidence"]),
        (&["--max-parameters", "1"], &["no candidate can meet the limit of 1 parameters"]),
    ];
    for (flags, words) in wrong {
        place.lagom(&[&["verdict", "out"], flags].concat()).fails(words);
    }
}
