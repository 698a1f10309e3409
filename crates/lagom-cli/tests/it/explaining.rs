//! Why the chosen model gives its answer for one row.

use lagom::bundle::Bundle;
use serde_json::Value;

use super::support::{LAGOM, Place, classes, classes_csv, csv};

/// A study of one family on three hundred rows of classes, run; and fifty other rows in `new.csv`.
fn finished(family: &str) -> Place {
    let place = Place::new();
    place.write("d.csv", classes_csv());
    place.write(
        "s.toml",
        format!(
            "[task]\ndata = \"d.csv\"\ntarget = \"y\"\n[good-enough]\nmargin = 0.2\n[ladder]\nfamilies = [\"{family}\"]\nlargest = \"900\"\n[trials]\nrepeats = 2\n"
        ),
    );
    place.run().ends(0);
    place.write("new.csv", csv("a,b,colour,y", &classes(50, 7)));
    place
}

fn explained(place: &Place, row: usize, more: &[&str]) -> Value {
    let row = row.to_string();
    let ran = place.lagom(&[&["explain-row", "out", "new.csv", "--json", "--row", &row], more].concat());
    ran.ends(0);
    serde_json::from_str(&ran.out).expect("JSON")
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

fn effects(found: &Value) -> Vec<f64> {
    found["effects"].as_array().expect("effects").iter().map(|effect| number(&effect["effect"])).collect()
}

#[test]
fn base_and_columns_add_up_to_the_log_odds_of_what_predict_says() {
    for (family, method) in [("linear", "linear-shap"), ("trees", "tree-shap")] {
        let place = finished(family);
        let ran = place.lagom(&["predict", "out", "new.csv", "--probabilities"]);
        for (at, line) in ran.out.lines().skip(1).enumerate().step_by(7) {
            let cells: Vec<&str> = line.split(',').collect();
            let found = explained(&place, at + 1, &[]);
            assert!(found["method"] == method && found["exact"] == true && found["class"] == cells[0], "{found}");
            let sum = number(&found["base"]) + effects(&found).iter().sum::<f64>();
            assert!((sum - number(&found["sum"])).abs() < 1e-9, "{found}");
            let wanted: f64 = cells[if cells[0] == "no" { 1 } else { 2 }].parse().expect("a probability");
            // Six decimals are written.
            assert!((1.0 / (1.0 + (-sum).exp()) - wanted).abs() < 2e-6, "{found} in place of {wanted}");
            let other = if cells[0] == "no" { "yes" } else { "no" };
            let turned = explained(&place, at + 1, &["--class", other]);
            let both = effects(&found).into_iter().zip(effects(&turned));
            assert!(both.into_iter().all(|(own, other)| (own + other).abs() < 1e-12), "{turned}");
        }
        let narrow = place.lagom_where(&["explain-row", "out", "new.csv", "--row", "17"], &[("COLUMNS", "80")]);
        narrow.ends(0).says(&["Row 17: ", "log-odds of `", "exact SHAP values", "(base)", "(sum)", "colour"]);
        assert!(narrow.out.lines().all(|line| line.chars().count() <= 80), "{}", narrow.out);
        let one = place.lagom(&["explain-row", "out", "new.csv", "--row", "17", "--top", "1"]);
        one.ends(0).says(&["(2 others)"]);
    }
}

#[test]
fn one_row_from_standard_input_needs_no_number() {
    let place = finished("linear");
    let whole = explained(&place, 3, &[]);
    let text = place.text("new.csv");
    let lines: Vec<&str> = text.lines().collect();
    let mut command = assert_cmd::Command::new(LAGOM);
    command.args(["explain-row", "out/model.lagom", "-", "--json"]).current_dir(place.path("."));
    let output = command.write_stdin(format!("{}\n{}\n", lines[0], lines[3])).output().expect("ran");
    let mut found: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    found["row"] = whole["row"].clone();
    assert_eq!(found, whole);
}

#[test]
fn other_models_are_asked_again_with_a_column_as_usual() {
    let place = finished("mlp");
    let found = explained(&place, 5, &[]);
    assert!(found["method"] == "replaced-by-usual" && found["exact"] == false && found["base"].is_null(), "{found}");
    // The row with that column set so, through `predict`.
    let set = found["effects"][0]["set_to"].as_str().expect("a mean").to_owned();
    let mut row = classes(50, 7)[4].clone();
    row[0] = set;
    place.write("other.csv", csv("a,b,colour,y", &[row]));
    let ran = place.lagom(&["predict", "out", "other.csv", "--probabilities", "--header", "true"]);
    let class = found["class"].as_str().expect("a class");
    let cells: Vec<&str> = ran.out.lines().nth(1).expect("a row").split(',').collect();
    let other: f64 = cells[if class == "no" { 1 } else { 2 }].parse().expect("a probability");
    assert!((number(&found["probabilities"][class]) - other - effects(&found)[0]).abs() < 2e-6, "{found}");
    place.lagom(&["explain-row", "out", "new.csv", "--row", "5"]).ends(0).says(&[
        "not exact",
        "set to",
        "do not add up",
    ]);
}

#[test]
fn words_of_a_text() {
    let place = Place::new();
    let text = |row: usize| ["a good film", "a bad film", "good, really", "bad and dull"][row % 4];
    let rows: String =
        (0..200).map(|row| format!("\"{} {row}\",{}\n", text(row), if row % 2 == 0 { "yes" } else { "no" })).collect();
    place.write("d.csv", format!("text,y\n{rows}"));
    place.write("s.toml", "[task]\ndata = \"d.csv\"\ntarget = \"y\"\nkind = \"text-classification\"\n[good-enough]\nmargin = 0.2\n[ladder]\nfamilies = [\"ngrams\"]\nlargest = \"20k\"\n[trials]\nrepeats = 2\n");
    place.run().ends(0);
    place.write("new.csv", "text\n\"this was a good film\"\n\" \"\n");
    let found = explained(&place, 1, &[]);
    assert!(found["method"] == "words-left-out" && found["class"] == "yes", "{found}");
    let all = effects(&found);
    let greatest = (0..5).fold(0, |best, at| if all[at] > all[best] { at } else { best });
    assert_eq!(found["effects"][greatest]["word"], "good", "{found}");
    place.lagom(&["explain-row", "out", "new.csv", "--row", "1"]).ends(0).says(&["than without the word", "good"]);
    place.lagom(&["explain-row", "out", "new.csv", "--row", "2"]).fails(&["row 2 can't be explained", "no words"]);
}

#[test]
fn what_an_older_lagom_wrote_is_completed_by_the_next_run() {
    let place = finished("trees");
    let whole = explained(&place, 9, &[]);
    let path = place.path("out/model.lagom");
    let bundle = Bundle::read(&path).expect("read");
    Bundle { background: None, ..bundle }.write(&path).expect("written");
    let arguments = ["explain-row", "out", "new.csv", "--row", "9"];
    place.lagom(&arguments).fails(&["holds nothing of its training rows", "hint: ", "`lagom run`"]);
    place.run().ends(0);
    assert_eq!(explained(&place, 9, &[]), whole);
}

#[test]
fn what_can_not_be_explained_is_said() {
    let place = finished("linear");
    let explain = |more: &[&str]| place.lagom(&[&["explain-row", "out"], more].concat());
    explain(&["new.csv", "--row", "51"]).fails(&["there is no row 51", "new.csv has 50 rows", "counted from 1"]);
    explain(&["new.csv"]).fails(&["new.csv has 50 rows: which one", "--row 17"]);
    explain(&["new.csv", "--row", "1", "--class", "maybe"]).fails(&["`y` has no class `maybe`", "`no`, `yes`"]);
    let zero = explain(&["new.csv", "--row", "0"]);
    assert!(zero.code == 1 && zero.err.contains("--row"), "{zero:?}");
    place.write("bad.csv", "a,colour\n1,red\n");
    explain(&["bad.csv", "--row", "1"]).fails(&["columns are missing: `b`"]);
    explain(&["gone.csv", "--row", "1"]).fails(&["gone.csv: no such file"]);
    place.lagom(&["explain-row", "nowhere", "new.csv"]).fails(&["`nowhere`: no such folder or file"]);
    place.write("numbers.toml", "[task]\ndata = \"d.csv\"\ntarget = \"a\"\n[good-enough]\nmargin = 1.0\n[ladder]\nfamilies = [\"linear\"]\n[trials]\nrepeats = 2\n");
    let ran = place.lagom(&["run", "numbers.toml", "--out", "numbers"]);
    if ran.code == 0 {
        let explain =
            |more: &[&str]| place.lagom(&[&["explain-row", "numbers", "new.csv", "--row", "4"], more].concat());
        explain(&["--class", "yes"]).fails(&["there is no class: the model predicts the number `a`"]);
    }
}
