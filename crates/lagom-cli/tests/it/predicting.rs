//! The chosen model on new rows.

use super::support::{Place, QUICK, classes, classes_csv, csv};

fn finished() -> Place {
    let place = Place::new();
    place.study(classes_csv(), "[good-enough]\nmargin = 0.1");
    place.run().ends(0);
    place
}

fn predicted(place: &Place, arguments: &[&str]) -> Vec<String> {
    let ran = place.lagom(&[&["predict", "out"], arguments].concat());
    ran.ends(0);
    ran.out.lines().map(str::to_owned).collect()
}

#[test]
fn new_rows_in_order() {
    let place = finished();
    let rows = classes(50, 7);
    place.write("new.csv", csv("a,b,colour,y", &rows));
    let lines = predicted(&place, &["new.csv"]);
    assert_eq!(lines.len(), 51);
    assert_eq!(lines[0], "prediction");
    assert!(lines[1..].iter().all(|line| line == "yes" || line == "no"));
    let right = rows.iter().zip(&lines[1..]).filter(|(row, line)| row[3] == **line).count();
    assert!(right > 30, "{right} of 50");
    place.lagom(&["predict", "out", "new.csv"]).says(&["the file has `y` too", &format!("({right} of 50)")]);
}

#[test]
fn columns_in_another_order_more_columns_and_no_target() {
    let place = finished();
    let rows = classes(50, 7);
    place.write("new.csv", csv("a,b,colour,y", &rows));
    let turned: Vec<[String; 5]> = rows
        .iter()
        .map(|[a, b, colour, _]| ["x".to_owned(), colour.clone(), b.clone(), "9".to_owned(), a.clone()])
        .collect();
    place.write("turned.csv", csv("id,colour,b,extra,a", &turned));
    assert_eq!(predicted(&place, &["new.csv"]), predicted(&place, &["turned.csv"]));
}

#[test]
fn a_list_is_a_fault_only_in_a_column_that_the_model_reads() {
    let place = finished();
    let flat = "{\"a\":1.0,\"b\":0.2,\"colour\":\"red\"}\n{\"a\":-2.0,\"b\":0.1,\"colour\":\"blue\"}\n";
    place.write("flat.jsonl", flat);
    place.write("beside.jsonl", flat.replace("\"a\":", "\"tags\":[1,{\"x\":2}],\"a\":"));
    assert_eq!(predicted(&place, &["flat.jsonl"]), predicted(&place, &["beside.jsonl"]));
    // Its JSON would pass for a category that was never seen.
    place.write("within.jsonl", flat.replace("\"blue\"", "[\"blue\"]"));
    place.lagom(&["predict", "out", "within.jsonl"]).fails(&["column `colour` holds a list or an object", "flatten"]);
}

#[test]
fn a_missing_column_is_named() {
    let place = finished();
    place.write("new.csv", "a,color,y\n1.0,red,yes\n2.0,blue,no\n");
    place.lagom(&["predict", "out", "new.csv"]).fails(&[
        "new.csv: columns are missing: ",
        "`b`",
        "`colour` (nearest: `color`)",
        "hint: ",
    ]);
    let before = place.names();
    place.lagom(&["predict", "out", "new.csv", "--out", "answers.csv"]).fails(&["columns are missing"]);
    place.lagom(&["predict", "out", "gone.csv"]).fails(&["gone.csv: no such file"]);
    place.lagom(&["predict", "nowhere", "new.csv"]).fails(&["`nowhere`: no such folder or file", "hint: "]);
    assert_eq!(place.names(), before);
}

#[test]
fn categories_never_seen_and_missing_cells() {
    let place = finished();
    place.write("new.csv", "a,b,colour\n1.0,0.2,violet\n,0.1,red\nNaN,NA,\n0.3,?,blue\nwhat,1e400,red\n");
    let lines = predicted(&place, &["new.csv", "--probabilities"]);
    assert_eq!(lines[0], "prediction,no,yes");
    assert_eq!(lines.len(), 6);
    for line in &lines[1..] {
        let shares: Vec<f64> = line.split(',').skip(1).map(|share| share.parse().unwrap()).collect();
        assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-5, "{line}");
    }
}

#[test]
fn one_row_alone_is_answered_as_among_others() {
    let place = finished();
    let rows = classes(8, 3);
    place.write("new.csv", csv("a,b,colour,y", &rows));
    let all = predicted(&place, &["new.csv", "--probabilities"]);
    for (at, row) in rows.iter().enumerate() {
        place.write("one.csv", csv("a,b,colour,y", std::slice::from_ref(row)));
        assert_eq!(predicted(&place, &["one.csv", "--probabilities", "--header", "true"])[1], all[at + 1]);
    }
}

#[test]
fn answers_into_a_file() {
    let place = finished();
    place.write("new.csv", csv("a,b,colour,y", &classes(20, 7)));
    let lines = predicted(&place, &["new.csv"]);
    let ran = place.lagom(&["predict", "out/model.lagom", "new.csv", "--out", "answers.csv"]);
    ran.ends(0).says(&["wrote 20 predictions to answers.csv"]);
    assert!(ran.out.is_empty());
    assert_eq!(place.text("answers.csv").lines().map(str::to_owned).collect::<Vec<_>>(), lines);
}

#[test]
fn numbers_have_no_probabilities() {
    let place = Place::new();
    let rows: String = classes(300, 2)
        .iter()
        .map(|[a, b, c, _]| format!("{a},{b},{c},{:.3}\n", a.parse::<f64>().unwrap() * 2.0 + 1.0))
        .collect();
    place.write("d.csv", format!("a,b,colour,y\n{rows}"));
    place.write("s.toml", format!("[task]\ndata = \"d.csv\"\ntarget = \"y\"\n{QUICK}"));
    place.run().ends(0);
    let lines = predicted(&place, &["d.csv"]);
    assert_eq!(lines.len(), 301);
    let text = place.text("d.csv");
    for (line, row) in lines[1..].iter().zip(text.lines().skip(1)) {
        let (found, truth): (f64, f64) = (line.parse().unwrap(), row.rsplit(',').next().unwrap().parse().unwrap());
        assert!((found - truth).abs() < 0.3, "{found} for {truth}");
    }
    place.lagom(&["predict", "out", "d.csv", "--probabilities"]).fails(&["there are no probabilities", "`y`"]);
}

#[test]
fn every_row_is_answered_blank_ones_at_the_end_too() {
    let place = Place::new();
    let rows: String = (0..80).map(|at| format!("{}.5,{}\n", at * 7 % 50, 2 * (at * 7 % 50) + at % 3)).collect();
    place.study(format!("a,y\n{rows}"), "");
    place.run();
    for (file, answers) in [("a\n3\n\n4\n\n \n", 5), ("a\n3\n", 1), ("a,b\n3,1\n,\n4,2\n,\n", 4)] {
        place.write("new.csv", file);
        let ran = place.lagom(&["predict", "out", "new.csv"]);
        assert_eq!((ran.code, ran.out.lines().count()), (0, 1 + answers), "{file:?}: {ran:?}");
    }
}
