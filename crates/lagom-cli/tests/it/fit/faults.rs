//! Points that can't be used: exit code 1, what is wrong and where, and nothing written.

use super::super::support::Place;
use super::{ladder, runs};

#[track_caller]
fn refuses(name: &str, text: &str, more: &[&str], words: &[&str]) {
    let place = Place::new();
    place.write(name, text);
    let fit = [&["fit", name, "--json", "f.json", "--html", "f.html"][..], more].concat();
    place.lagom(&fit).fails(words);
    assert_eq!(place.names(), [name], "something was written");
}

#[test]
fn fewer_than_three_sizes() {
    let two = ladder(&[("1e6", "3"), ("1e6", "3.1"), ("2e6", "2.5")]);
    refuses("p.csv", &two, &[], &["p.csv: the points have 2 different sizes; at least 3 are needed", "hint: "]);
}

#[test]
fn all_points_at_one_size() {
    let one = ladder(&[("1e6", "3"), ("1e6", "3.1"), ("1e6", "2.9"), ("1e6", "2.8")]);
    refuses("p.csv", &one, &[], &["p.csv: all points have the same", "at least 3 different sizes are needed"]);
}

#[test]
fn losses_and_sizes_that_are_not_above_zero() {
    for bad in ["0", "-0.5", "inf"] {
        let text = ladder(&[("1e6", "3"), ("2e6", bad), ("4e6", "2.5"), ("0", "2.4")]);
        let loss = format!("p.csv, row 2 (line 3), column `loss`: found `{bad}`, expected a finite number above 0");
        let size = "p.csv, row 4 (line 5), column `n_params`: found `0`, expected a finite number above 0";
        refuses("p.csv", &text, &[], &[&loss, size, "hint: fix the cell"]);
    }
}

#[test]
fn cells_that_are_empty_nan_or_text() {
    let text = ladder(&[("1e6", "3"), ("2e6", "NaN"), ("4e6", ""), ("8e6", "low")]);
    refuses(
        "p.csv",
        &text,
        &[],
        &[
            "p.csv, row 2 (line 3), column `loss`: found `NaN`, expected",
            "p.csv, row 3 (line 4), column `loss`: the cell is empty, expected",
            "p.csv, row 4 (line 5), column `loss`: found `low`, expected",
        ],
    );
}

#[test]
fn a_negative_standard_error() {
    let text = "n,loss,se\n1e6,3,0.1\n2e6,2.9,-0.1\n4e6,2.8,0.1\n";
    refuses("p.csv", text, &[], &["row 2 (line 3), column `se`: found `-0.1`, expected a finite number of at least 0"]);
}

#[test]
fn columns_that_are_missing_or_ambiguous() {
    let text = runs();
    let there = "the columns are params, tokens, val_loss";
    refuses("p.csv", &text, &["--loss", "los"], &["p.csv: no column `los` for the loss", there, "--loss"]);
    let none = text.replace("val_loss", "y");
    refuses("p.csv", &none, &[], &["p.csv: no column looks like the loss", "the columns are params, tokens, y"]);
    let neither = text.replace("params", "x").replace("tokens", "z");
    refuses("p.csv", &neither, &[], &["no column looks like the size", "--size COLUMN", "--data COLUMN"]);
    let two = text.replace("params", "loss");
    refuses("p.csv", &two, &[], &["p.csv: the loss could be any of the columns loss, val_loss", "--loss COLUMN"]);
}

#[test]
fn files_that_are_no_table() {
    refuses("p.csv", "", &[], &["p.csv: the file is empty"]);
    refuses("p.csv", "n,loss\n", &[], &["p.csv: found the names of 2 columns but no rows"]);
    Place::new().lagom(&["fit", "gone.csv"]).fails(&["gone.csv: no such file", "hint: check the path"]);
}

#[test]
fn questions_that_make_no_sense() {
    let one = ladder(&[("1e6", "3"), ("2e6", "2.7"), ("4e6", "2.5"), ("8e6", "2.4")]);
    refuses("p.csv", &one, &["--budget", "1e20"], &["the best size for a budget needs a law of size and data"]);
    refuses("p.csv", &one, &["--form", "both"], &["depends on the amount of data, for which there is no column"]);
    refuses("p.csv", &one, &["--drop-highest", "4"], &["4 points with the highest losses", "there are only 4"]);
    refuses("p.csv", &runs(), &["--at", "1B"], &["the law depends on the data too", "--at 7B,140B"]);
    refuses("p.csv", &runs(), &["--served", "1T"], &["depends on the loss it has to reach", "--target-loss"]);
    refuses("p.csv", &runs(), &["--range", "0,1"], &["--quality and --range are for", "hint: add --metric accuracy"]);
    refuses("p.csv", &runs(), &["--metric", "accuracy"], &["no column looks like the quality", "--quality COLUMN"]);
    refuses("p.csv", &runs(), &["--at", "big,1B"], &["found `big`"]);
    refuses("p.csv", &runs(), &["--confidence", "95"], &["below 1"]);
    refuses("p.csv", &runs(), &["--resamples", "3"], &["100"]);
}
