//! `lagom data`, `check` and the report on data with planted faults.

use super::support::Place;

/// Rows of three numbers that tell one of two classes; one in 23 has the wrong label.
fn rows(count: usize, shift: usize) -> Vec<String> {
    let row = |at: usize| {
        let (at, class) = (at + shift, (at + shift) % 2);
        let label = if at % 23 == 7 { 1 - class } else { class };
        let noise = (at * 7919 % 997) as f64 / 997.0;
        format!("{:.3},{:.3},{},{}", class as f64 * 2.0 + noise, at as f64 * 0.01, at * 31 % 5, ["no", "yes"][label])
    };
    (0..count).map(row).collect()
}

fn table(rows: &[String]) -> String {
    format!("a,b,c,y\n{}\n", rows.join("\n"))
}

/// A file of it as lines of cells.
fn lines(place: &Place, path: &str) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(place.path(path)).unwrap();
    text.lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

#[test]
fn wrong_labels_are_listed_with_row_and_line() {
    let place = Place::new();
    place.write("d.csv", table(&rows(400, 0)));
    let told = place.lagom(&["data", "d.csv", "--out", "review"]);
    told.ends(0).says(&[
        "d.csv: 400 rows; target `y`.",
        "warning: labels that are likely wrong",
        "Labels were checked by",
    ]);
    let suspects = lines(&place, "review/suspects.csv");
    // The row that is numbered n from 1 stands on line n + 1, behind the header.
    let found: std::collections::BTreeSet<usize> = suspects.iter().map(|line| line[0].parse().unwrap()).collect();
    let planted: std::collections::BTreeSet<usize> = (0..400).filter(|at| at % 23 == 7).map(|at| at + 1).collect();
    assert!(found.intersection(&planted).count() >= 14 && found.len() <= 22, "{found:?}");
    for line in &suspects {
        assert_eq!(line[1].parse::<usize>().unwrap(), line[0].parse::<usize>().unwrap() + 1);
        assert!(line[2] != line[3] && line[4].parse::<f64>().unwrap() < line[5].parse::<f64>().unwrap());
    }
    let page: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(place.path("review/data.json")).unwrap()).unwrap();
    assert_eq!(page["checked"]["suspects"].as_u64(), Some(suspects.len() as u64));
    assert_eq!(page["said"].as_array().map(Vec::len), page["findings"].as_array().map(Vec::len));
    assert!(page["ceiling"]["wrong_labels"]["accuracy"].as_f64().is_some_and(|most| (0.9..0.98).contains(&most)));
}

#[test]
fn a_column_that_repeats_the_label_is_the_first_thing_that_is_said() {
    let place = Place::new();
    let coded: Vec<String> = rows(300, 0)
        .iter()
        .map(|row| if row.ends_with("yes") { format!("k1,{row}") } else { format!("k0,{row}") })
        .collect();
    place.write("d.csv", format!("code,a,b,c,y\n{}\n", coded.join("\n")));
    let told = place.lagom(&["data", "d.csv", "--out", "review"]);
    told.ends(0);
    assert!(told.out.starts_with("GRAVE: THE TARGET IS IN THE INPUTS: `code` alone tells the target"), "{}", told.out);
    place.write("s.toml", "[task]\ndata = \"d.csv\"\ntarget = \"y\"\n");
    let told = place.lagom(&["check", "s.toml"]);
    told.ends(0);
    assert!(told.out.trim_start().starts_with("WARNING: THE TARGET IS IN THE INPUTS: `code`"), "{}", told.out);
}

#[test]
fn rows_that_stand_in_both_files_are_grave() {
    let place = Place::new();
    let (train, mut test) = (rows(300, 0), rows(100, 1_000));
    test[10] = train[20].clone();
    test[11] = train[21].clone();
    place.write("train.csv", table(&train));
    place.write("test.csv", table(&test));
    let told = place.lagom(&["data", "train.csv", "--holdout", "test.csv", "--target", "y", "--out", "review"]);
    told.ends(0).says(&["grave: rows of the holdout that are the same as rows to train on", "2 of 100 rows (2 %)"]);
    let groups = lines(&place, "review/duplicates.csv");
    let same: Vec<&Vec<String>> = groups.iter().filter(|line| line[1] == "same").collect();
    // Training row 21 with row 11 of the holdout, and 22 with 12.
    let told: Vec<(&str, &str)> = same.iter().map(|line| (line[2].as_str(), line[4].as_str())).collect();
    assert_eq!(told, [("21", "training"), ("11", "holdout"), ("22", "training"), ("12", "holdout")]);
}

#[test]
fn the_report_of_a_study_says_what_was_found() {
    let place = Place::new();
    place.write("d.csv", table(&rows(300, 0)));
    place.write("s.toml", "[task]\ndata = \"d.csv\"\ntarget = \"y\"\n\n[ladder]\nfamilies = [\"linear\"]\n");
    place.lagom(&["run", "s.toml", "--out", "out"]);
    let report = |name: &str| place.text(name);
    assert!(report("out/report.html").contains("Quality of the data"));
    assert!(report("out/report.html").contains("Nothing was trained for this"));
    place.lagom(&["data", "out"]).ends(0).says(&["labels that are likely wrong"]);
    place.lagom(&["report", "out"]).ends(0);
    assert!(report("out/report.html").contains("labels that are likely wrong"));
    let page: serde_json::Value = serde_json::from_str(&report("out/report.json")).unwrap();
    assert!(page["quality"]["checked"]["noise"].as_f64().is_some());
}

#[test]
fn what_can_not_be_looked_at_is_told() {
    let place = Place::new();
    place.lagom(&["data", "gone.csv"]).fails(&["gone.csv: no such file"]);
    place.write("d.csv", table(&rows(300, 0)));
    place.lagom(&["data", "d.csv", "--target", "z"]).fails(&["no column `z`", "the columns are: a, b, c, y"]);
    place.write("s.toml", "[task]\ndata = \"d.csv\"\ntarget = \"y\"\n");
    place.lagom(&["data", "s.toml", "--target", "y"]).fails(&["--target and --holdout go with a file of data"]);
    place.write("file", "");
    place.lagom(&["data", "d.csv", "--out", "file/below"]).fails(&["cannot make the folder `file/below`"]);
    place
        .lagom(&["data", "d.csv", "--target", "b", "--out", "numbers"])
        .ends(0)
        .says(&["Labels were not checked: the target has no classes"]);
}
