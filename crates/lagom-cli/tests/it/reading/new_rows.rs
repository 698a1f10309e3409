//! New rows for `predict`: a line each, named, from a pipe, and held to what was seen in training.

use super::{Place, law};
use crate::support::{LAGOM, QUICK, classes_csv};

fn finished() -> Place {
    let place = Place::new();
    place.study(classes_csv(), "[good-enough]\nmargin = 0.1");
    place.run().ends(0);
    place
}

#[test]
fn ids_and_standard_input() {
    let place = finished();
    place.write("new.csv", "who,a,b,colour\nx1,1.0,0.2,red\n\"y, 2\",0.5,0.1,blue\nTotal,0.5,0.1,blue\n");
    let ran = place.lagom(&["predict", "out", "new.csv", "--id", "who"]);
    ran.ends(0);
    let lines: Vec<&str> = ran.out.lines().collect();
    assert_eq!(lines.len(), 4, "{}", ran.out);
    assert!(
        lines[0] == "who,prediction" && lines[1].starts_with("x1,") && lines[2].starts_with("\"y, 2\","),
        "{}",
        ran.out
    );
    assert!(lines[3].starts_with("Total,"), "a last row is a row: {}", ran.out);
    place.lagom(&["predict", "out", "new.csv", "--id", "whom"]).fails(&["`whom` (nearest: `who`)"]);
    let mut command = assert_cmd::Command::new(LAGOM);
    command.args(["predict", "out", "-", "--id", "who"]).current_dir(place.path("."));
    let output = command.write_stdin(place.text("new.csv")).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), ran.out);
}

#[test]
fn categories_never_seen_and_values_outside_are_told() {
    let place = finished();
    place.write("new.csv", "a,b,colour\n1.0,0.2,violet\n900,0.1,ochre\n0.5,0.2,red\n");
    place.lagom(&["predict", "out", "new.csv"]).says(&[
        "column `a`: 1 of 3 values lie outside those of the training data",
        "`900`",
        "column `colour`: 2 of 3 cells hold categories that were never seen in training, such as `violet`, `ochre`",
    ]);
    place.write("new.csv", "a,b,colour\n1.0,0.2,violet\n0.5,0.1,violet\n");
    place.lagom(&["predict", "out", "new.csv"]).says(&["no value of this column was ever seen"]);
    place.write("new.csv", "a,b,colour\n1.0,0.2,red\n0.5,0.1,blue\n");
    let quiet = place.lagom(&["predict", "out", "new.csv"]);
    assert!(!quiet.err.contains("warning"), "{}", quiet.err);
}

#[test]
fn decimals_written_in_another_way() {
    let place = finished();
    let point = "a;b;colour\n1.25;0.5;red\n-0.75;0.25;blue\n";
    place.write("point.csv", point);
    place.write("comma.csv", point.replace('.', ","));
    let one = place.lagom(&["predict", "out", "point.csv", "--probabilities"]);
    let other = place.lagom(&["predict", "out", "comma.csv", "--probabilities"]);
    other.ends(0).says(&["column `a`: decimals are written with a comma here"]);
    assert_eq!(one.out, other.out);
    // Where nothing tells thousands from decimals, the range does.
    place.write("three.csv", "a;b;colour\n1,250;1,500;red\n2,751;1,250;blue\n");
    let three = place.lagom(&["predict", "out", "three.csv"]);
    assert!(three.err.contains("outside those of the training data"), "{}", three.err);
    assert!(three.err.contains("are the decimals written in another way?"), "{}", three.err);
}

#[test]
fn one_line_a_row_with_blank_lines_in_one_column() {
    let place = Place::new();
    let rows: String = law(200, 11).iter().map(|([a, _, y], _)| format!("{a:.3},{y:.3}\n", y = y + b(a))).collect();
    place.write("d.csv", format!("a,y\n{rows}"));
    place.write("s.toml", format!("[task]\ndata = \"d.csv\"\ntarget = \"y\"\n{QUICK}"));
    place.run().ends(0);
    place.write("new.csv", "a\n0.5\n\n1.5\n");
    let ran = place.lagom(&["predict", "out", "new.csv"]);
    ran.ends(0);
    assert_eq!(ran.out.lines().count(), 4, "{}", ran.out);
}

/// A little more of the law, so that the study learns it.
fn b(a: &f64) -> f64 {
    2.0 * a
}
