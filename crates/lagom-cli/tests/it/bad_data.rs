//! Data that can't be used: what is said about them, and that nothing is written.

use super::support::{Place, QUICK, classes, classes_csv, csv};

#[test]
fn no_such_file() {
    let place = Place::new();
    place.write("s.toml", format!("[task]\ndata = \"gone.csv\"\ntarget = \"y\"\n{QUICK}"));
    place.refuses(&["gone.csv: no such file", "hint: check the path"]);
    place.lagom(&["init", "gone.csv"]).fails(&["gone.csv: no such file", "hint: "]);
    place.lagom(&["run", "nowhere.toml"]).fails(&["nowhere.toml: cannot be read", "hint: `lagom init DATA`"]);
    assert_eq!(place.names(), ["s.toml"]);
}

#[test]
fn an_empty_file() {
    for text in ["", "\n\n  \n"] {
        let place = Place::new();
        place.study(text, "");
        place.refuses(&["d.csv: the file is empty, expected rows", "hint: "]);
        place.lagom(&["init", "d.csv"]).fails(&["d.csv: the file is empty"]);
        assert!(!place.path("study.toml").exists());
    }
}

#[test]
fn a_header_only() {
    let place = Place::new();
    place.study("a,b,y\n", "");
    place.refuses(&["d.csv: found the names of 3 columns but no rows", "hint: "]);
}

#[test]
fn a_row_with_too_few_cells() {
    let place = Place::new();
    let mut lines: Vec<String> = classes_csv().lines().map(str::to_owned).collect();
    lines[7] = "1.5,2.5,red".to_owned();
    place.study(lines.join("\n"), "");
    // The header is line 1, so the row in line 8 is the seventh.
    place.refuses(&["d.csv, row 7 (line 8): found 3 cells, expected 4", "hint: look for a separator"]);
    lines[7] = "1.5,2.5,red,yes,more".to_owned();
    place.study(lines.join("\n"), "");
    place.refuses(&["row 7 (line 8): found 5 cells, expected 4"]);
}

#[test]
fn a_target_that_does_not_exist() {
    let place = Place::new();
    place.write("d.csv", classes_csv());
    place.write("s.toml", format!("[task]\ndata = \"d.csv\"\ntarget = \"color\"\n{QUICK}"));
    place.refuses(&[
        "target names the column `color`, which does not exist",
        "did you mean `colour`?",
        "a, b, colour, y",
    ]);
    place.lagom(&["init", "d.csv", "--target", "color"]).fails(&["`color`", "colour"]);
    assert!(!place.path("study.toml").exists());
}

#[test]
fn every_column_that_does_not_exist_is_told_at_once() {
    let place = Place::new();
    place.write("d.csv", classes_csv());
    let task = "[task]\ndata = \"d.csv\"\ntarget = \"yy\"\ngroup = \"who\"\nignore = [\"aa\"]\n";
    place.write("s.toml", format!("{task}[task.columns]\nbb = \"numeric\"\n{QUICK}"));
    place.refuses(&[
        "target names the column `yy`",
        "group names the column `who`",
        "ignore names the column `aa`",
        "`bb`",
    ]);
}

#[test]
fn a_target_with_one_class() {
    let place = Place::new();
    place.study(classes_csv().replace(",no\n", ",yes\n"), "");
    place.refuses(&["target `y` has one class only, `yes`", "hint: check that target names the right column"]);
}

#[test]
fn a_class_with_fewer_examples_than_repeats_need() {
    let place = Place::new();
    place.study(format!("{}1.0,2.0,red,maybe\n0.5,0.1,blue,maybe\n", classes_csv()), "");
    place.refuses(&["classes with too few rows: `maybe` (2)", "at least 3", "hint: add rows of these classes"]);
}

#[test]
fn a_number_with_thousands_of_values_as_a_class() {
    let place = Place::new();
    let mut rows = classes(5000, 1);
    for (at, row) in rows.iter_mut().enumerate() {
        row[3] = format!("{}", at * 7);
    }
    place.study(csv("a,b,colour,y", &rows), "kind = \"classification\"");
    place.refuses(&["target `y` has 5000 different numbers", "too many classes", "kind = \"regression\""]);
}

#[test]
fn all_rows_the_same() {
    let place = Place::new();
    place.study(format!("a,b,y\n{}", "1,2,yes\n".repeat(300)), "");
    place.refuses(&["no column to predict from", "`a` (constant), `b` (constant)", "one class only, `yes`", "hint: "]);
    place.study(format!("a,b,y\n{}", "1,2,3\n".repeat(300)), "kind = \"regression\"");
    place.refuses(&["target `y` is 3 in every row"]);
    let inputs_alone: String = (0..300).map(|row| format!("1,2,{}\n", ["yes", "no"][row % 2])).collect();
    place.study(format!("a,b,y\n{inputs_alone}"), "");
    place.refuses(&["no column to predict from"]);
}

#[test]
fn a_file_that_is_not_utf8() {
    let place = Place::new();
    let mut bytes = b"label\ttext\n".to_vec();
    for row in 0..200 {
        bytes.extend(format!("{}\tsome words number {row}\n", ["ham", "spam"][row % 2]).bytes());
    }
    let at = bytes.len();
    bytes.extend(b"\xE9t\xE9\twas warm\n");
    place.write("d.tsv", &bytes);
    place.write("s.toml", "[task]\ndata = \"d.tsv\"\ntarget = \"label\"\n");
    let byte = format!("d.tsv, line 202: byte {at} of the file (0xE9) is not UTF-8");
    place.refuses(&[&byte, "hint: convert it", "iconv -f latin1 -t utf-8"]);
    place.lagom(&["init", "d.tsv"]).fails(&[&byte]);
    assert!(!place.path("study.toml").exists());
}

#[test]
fn infinite_inputs() {
    let place = Place::new();
    let mut rows = classes(300, 1);
    rows[4][0] = "inf".to_owned();
    rows[9][0] = "-Infinity".to_owned();
    rows[6][1] = "1e999".to_owned();
    place.study(csv("a,b,colour,y", &rows), "");
    let both = [
        "column `a`, row 5 (line 6): found `inf`, expected a finite number of at most 1e30 in size (2 such cells",
        "column `b`, row 7 (line 8): found `1e999`",
    ];
    place.refuses(&both);
}

#[test]
fn a_numeric_target_that_is_not_finite() {
    let place = Place::new();
    let mut rows = classes(300, 1);
    for (at, row) in rows.iter_mut().enumerate() {
        row[3] = format!("{}.5", at % 90);
    }
    for (wrong, at) in [("NaN", 3), ("inf", 11), ("", 20), ("about 3", 30)] {
        let mut rows = rows.clone();
        rows[at][3] = wrong.to_owned();
        place.study(csv("a,b,colour,y", &rows), "kind = \"regression\"\nmissing-target = \"refuse\"");
        let found = format!("row {} (line {}): `{wrong}`", at + 1, at + 2);
        place.refuses(&["target `y`: expected a finite number in every row", &found, "hint: remove or fix these rows"]);
    }
}

#[test]
fn a_label_that_is_missing() {
    let place = Place::new();
    let mut rows = classes(300, 1);
    rows[2][3] = String::new();
    rows[3][3] = "NaN".to_owned();
    place.study(csv("a,b,colour,y", &rows), "missing-target = \"refuse\"");
    place.refuses(&[
        "target `y` is missing in row 3 (line 4), row 4 (line 5) (2 rows in all)",
        "hint: remove these rows",
    ]);
}

#[test]
fn nan_in_an_input_counts_as_missing() {
    let place = Place::new();
    let mut rows = classes(300, 1);
    rows[4][0] = "NaN".to_owned();
    rows[5][0] = "nan".to_owned();
    place.study(csv("a,b,colour,y", &rows), "");
    place.lagom(&["check", "s.toml"]).ends(0);
    assert!([0, 3].contains(&place.run().code));
    // A word among numbers is told; the usual spellings of missing values are not.
    rows[6][0] = "broken".to_owned();
    place.study(csv("a,b,colour,y", &rows), "[task.columns]\na = \"numeric\"");
    place
        .lagom(&["check", "s.toml"])
        .ends(0)
        .says(&["column `a`: 1 cells are no numbers and count as missing", "`broken` in row 7"]);
}

#[test]
fn too_few_rows() {
    let place = Place::new();
    place.study(csv("a,b,colour,y", &classes(22, 1)), "");
    place.refuses(&["found 18 rows to train on and 4 for the holdout", "hint: label more rows"]);
}

#[test]
fn a_holdout_without_a_column_or_with_other_labels() {
    let place = Place::new();
    let (train, holdout) = (csv("a,b,colour,y", &classes(200, 1)), csv("a,b,color,y", &classes(60, 2)));
    place.write("train.csv", &train);
    place.write("holdout.csv", holdout);
    place.write("s.toml", format!("[task]\ntrain = \"train.csv\"\nholdout = \"holdout.csv\"\ntarget = \"y\"\n{QUICK}"));
    place.refuses(&["holdout.csv: the column `colour` of the training file is missing"]);
    place.write("holdout.csv", train.replace(",yes", ",1").replace(",no", ",0"));
    place.refuses(&["no label of the holdout file occurs in the training file"]);
}

#[test]
fn a_spreadsheet() {
    let place = Place::new();
    place.study(b"PK\x03\x04\x14\x00\x06\x00\x08\x00\x00\x00!\x00 and so on", "");
    place.refuses(&["d.csv: found ", "expected CSV, TSV, JSON Lines or Parquet", "hint: export the sheet as CSV"]);
}
