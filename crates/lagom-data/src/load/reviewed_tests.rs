//! Files of reviewed labels: what they say of the rows, and each kind of fault.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fmt::Write as _;

use super::*;
use crate::dataset::Target;
use crate::reviewed::ReviewCounts;
use crate::split::split;
use crate::strata::SplitSpec;
use crate::study::Study;

/// Sixty rows, numbered from 1: `up` in even ones, `down` in odd ones.
fn table(label: impl Fn(usize) -> String) -> String {
    (1..=60).fold("x,y\n".to_owned(), |mut text, row| {
        let _ = writeln!(text, "{}.5,{}", row * 7 % 31, label(row));
        text
    })
}

fn words(row: usize) -> String {
    ["up", "down"][row % 2].to_owned()
}

/// Loads a table with a file of reviewed labels beside it.
fn loaded(data: &str, reviewed: &str, keys: &str) -> Result<Loaded, DataError> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("d.csv"), data).unwrap();
    if !reviewed.is_empty() {
        std::fs::write(folder.path().join("r.csv"), reviewed).unwrap();
    }
    let study = format!("[task]\ndata = \"d.csv\"\ntarget = \"y\"\nreviewed = \"r.csv\"\n{keys}");
    let study = Study::parse(&study, folder.path().join("s.toml"), &crate::study::Registries::default())
        .unwrap_or_else(|faults| panic!("{faults}"));
    load(&study)
}

fn labels(target: &Target) -> Vec<&str> {
    let Target::Classes { labels, names } = target else { panic!("classes") };
    labels.iter().map(|label| names[*label as usize].as_str()).collect()
}

fn fault(reviewed: &str) -> String {
    let told = loaded(&table(words), reviewed, "").expect_err(reviewed).to_string();
    // The folder is another one each time.
    let plain = |line: &str| line.rsplit_once("/r.csv").map_or(line.to_owned(), |(_, rest)| format!("r.csv{rest}"));
    let data = |line: String| match (line.find("/tmp"), line.find("/d.csv")) {
        (Some(from), Some(to)) if from < to => format!("{}{}", &line[..from], &line[to + 1..]),
        _ => line,
    };
    told.lines().map(|line| data(plain(line))).collect::<Vec<String>>().join("\n")
}

#[test]
fn right_labels_are_judged_by_and_given_ones_kept() {
    // As `lagom data` writes it: row 3 was wrong, row 4 is right, nobody has looked at row 5, row 1 is there twice.
    let reviewed = "row,line,given,likely,score,right_label\n3,4,down,up,0.1,up\n4,5,up,down,0.2,up\n5,6,down,up,0.3,\n1,2,down,up,0.4,'up\n1.0,2,down,up,0.4,up\n";
    let found = loaded(&table(words), reviewed, "").unwrap().dataset;
    let mut expected: Vec<String> = (1..=60).map(words).collect();
    assert_eq!(labels(found.given()), expected);
    expected[0] = "up".to_owned();
    expected[2] = "up".to_owned();
    assert_eq!(labels(&found.target), expected);
    assert_eq!(found.reviewed().unwrap().rows, [0, 2, 3]);
    assert_eq!(found.review_counts(), Some(ReviewCounts { rows: 3, changed: 2, of: 60 }));
}

#[test]
fn numbers_may_be_reviewed_too_and_rows_are_those_of_the_file() {
    // Row 2 has no number and is left out: what stands behind it moves up.
    let data = table(|row| if row == 2 { String::new() } else { format!("{}.25", row * 3) });
    let reviewed = "row;given;right_label\n1;3.25;3.25\n10;30.25;31\n";
    let found = loaded(&data, reviewed, "kind = \"regression\"").unwrap().dataset;
    let (Target::Numbers(right), Target::Numbers(given)) = (&found.target, found.given()) else { panic!("numbers") };
    assert_eq!((right.len(), right[8], given[8], right[0]), (59, 31.0, 30.25, 3.25));
    assert_eq!(found.review_counts(), Some(ReviewCounts { rows: 2, changed: 1, of: 59 }));
    let told = loaded(&data, "row,given,right_label\n2,,7\n", "").expect_err("left out").to_string();
    assert!(told.contains("have no label, and were left out: 2\n  hint: write the right label into"), "{told}");
    let told = loaded(&data, "row,given,right_label\n1,3.25,many\n", "").expect_err("no number").to_string();
    assert!(
        told.contains("expected a finite number") && told.contains("found `many` (1 line, the first in line 2)"),
        "{told}"
    );
}

#[test]
fn a_decimal_comma_is_read_as_one_where_the_data_have_a_point() {
    let data = table(|row| format!("{}.25", row * 3));
    let found = loaded(&data, "row;given;right_label\n1;3,25;3,5\n10;30,25;1.031,5\n", "kind = \"regression\"");
    let Target::Numbers(right) = found.unwrap().dataset.target else { panic!("numbers") };
    assert_eq!((right[0], right[9], right[1]), (3.5, 1_031.5, 6.25));
}

/// Inputs of rows 1 to 6 are 7, 14, 21, 28, 4 and 11, each with a half.
#[test]
fn inputs_beside_the_labels_have_to_be_those_of_their_rows() {
    let list = |inputs: [&str; 6]| {
        let line = |(at, input): (usize, &str)| format!("{},{},\"{input}\",{}\n", at + 1, words(at + 1), words(at + 1));
        let lines: String = inputs.into_iter().enumerate().map(line).collect();
        loaded(&table(words), &format!("row,given,x,right_label\n{lines}"), "").map(|found| found.dataset)
    };
    list(["7.5", "14.5", "21.5", "28.5", "4.5", "11.5"]).unwrap();
    // Written otherwise by a spreadsheet, one of them changed by hand.
    list(["7,5", "14,50", " 21.5 ", "28.5", "4.5", "11"]).unwrap();
    // Moved by one: none is the same.
    let told = list(["14.5", "21.5", "28.5", "4.5", "11.5", "18.5"]).expect_err("other rows").to_string();
    assert!(told.contains("given labels are the same, but not what stands in `x`"), "{told}");
    // Two of six by chance, and all differ: 1/3 − 1/6 is less than half of 1 − 1/6.
    let told = list(["7.5", "14.5", "28.5", "4.5", "11.5", "18.5"]).expect_err("other rows").to_string();
    assert!(told.contains("rows are not those of"), "{told}");
}

#[test]
fn a_review_moves_no_row_from_one_side_of_a_split_to_the_other() {
    let lines = (1..=20).fold("row,given,right_label\n".to_owned(), |mut text, row| {
        let _ = writeln!(text, "{row},{},up", words(row));
        text
    });
    let unreviewed = loaded(&table(words), "row,given,right_label\n1,down,down\n", "").unwrap().dataset;
    let reviewed = loaded(&table(words), &lines, "").unwrap().dataset;
    for repeat in 0..3 {
        let spec = SplitSpec { seed: 1, repeat, windows: 0, validation: 0.2, fraction: 1.0, folds: 10, explored: None };
        assert_eq!(split(&unreviewed, &spec), split(&reviewed, &spec));
    }
}

#[test]
fn each_fault_says_what_to_do() {
    let expected = "r.csv: [task] reviewed: no such file\n  hint: check the path; it is relative to the study's folder";
    assert_eq!(fault(""), expected);
    let told = fault("row,given,right\n1,down,up\n");
    assert!(
        told.starts_with("r.csv: [task] reviewed: no column `right_label`; its columns are: row, given, right\n"),
        "{told}"
    );
    let told = fault("row,given,right_label\n1,down,\n2,up,\n");
    assert!(told.starts_with("r.csv: [task] reviewed: no cell of right_label is filled in (2 lines)\n"), "{told}");
}

#[test]
fn all_faults_of_the_lines_are_told_at_once() {
    let told =
        fault("row,given,right_label\nx,down,up\n0,down,up\n61,down,up\n2,down,up\n3,down,upp\n4,up,up\n4,up,down\n");
    let expected = "r.csv: [task] reviewed: expected the number of a row in the column row: line 2: `x`\n  hint: rows of d.csv are numbered from 1, the header not counted\n\
        r.csv: [task] reviewed: there is no such row, d.csv has 60 of them: line 3: 0, line 4: 61\n  hint: rows of d.csv are numbered from 1, the header not counted; rows of a holdout file can't be named here\n\
        r.csv: [task] reviewed: given labels are not those of d.csv: line 5 says row 2 is `down`, and it is `up`\n  hint: the file belongs to other data, or rows were moved or changed since it was written: let `lagom data` write it anew\n\
        r.csv: [task] reviewed: rows are there twice, with different right labels: row 4 as `up` and as `down`\n  hint: keep one line of each\n\
        r.csv: [task] reviewed: no class of these data in right_label: `upp` (1 line, the first in line 6)\n  hint: did you mean `up`? the classes are down, up; a new class can't be made this way: label its rows in the data themselves";
    assert_eq!(told, expected);
}

#[test]
fn a_class_that_loses_its_rows_is_a_fault() {
    let data = table(|row| if row <= 5 { "odd".to_owned() } else { words(row) });
    let lines = (1..=4).fold("row,given,right_label\n".to_owned(), |text, row| text + &format!("{row},odd,up\n"));
    let told = loaded(&data, &lines, "").expect_err("too few are left").to_string();
    assert!(
        told.contains("by the right labels, classes with too few rows: `odd` (1); each class needs at least 3"),
        "{told}"
    );
}

#[test]
fn faults_of_the_data_are_told_beside_those_of_the_review() {
    let told = loaded("x,z\n1,2\n", "row,given\n1,a\n", "").expect_err("two faults").to_string();
    assert!(told.contains("target names the column `y`") && told.contains("no column `right_label`"), "{told}");
}
