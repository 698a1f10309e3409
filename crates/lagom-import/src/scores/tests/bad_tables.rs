//! What is wrong with tables, and what is said.

use super::*;
use crate::scores::Columns;

#[track_caller]
fn table(text: &str, parts: &[&str]) -> ScoresError {
    let folder = Folder::new();
    fails(&reading(&[folder.write("a.csv", text)]), parts)
}

#[test]
fn files_that_are_none() {
    let folder = Folder::new();
    fails(&reading(&[]), &["found no results to read"]);
    fails(&reading(&[folder.path()]), &["found no results to read"]);
    fails(&reading(&[folder.path().join("no.csv")]), &["no.csv: no such file"]);
    table("", &["a.csv: the file is empty"]);
    table(" \n\n", &["a.csv: the file is empty"]);
    table("id,model,score\n", &["a.csv: found no scored examples"]);
    table("PK\x03\x04…", &["found a zip archive, expected text"]);
    table(
        "hello\nworld\n",
        &["found a first line without a comma, semicolon, tab or bar, which is no format lagom knows"],
    );
    let eval = fails(
        &reading(&[folder.write("log.eval", "PK\x03\x04…")]),
        &["found a broken archive", "not written to its end"],
    );
    assert!(eval.hint().is_some_and(|hint| hint.contains("copy the file again")), "{:?}", eval.hint());
}

#[test]
fn pairs_that_stand_twice_are_named_with_both_lines() {
    let text = "id,model,score\nq1,a,1\nq1,b,1\nq2,a,0\nq1,a,0\n";
    let error =
        table(text, &["example \"q1\" of candidate \"a\" is scored twice", "a.csv, line 2, and ", "a.csv, line 5"]);
    assert!(error.hint().is_some_and(|hint| hint.contains("--seed-column")));
    table("id,model,seed,score\n1,a,7,1\n1,a,7,1\n", &["under seed \"7\" is scored twice"]);
    let folder = Folder::new();
    let files =
        [folder.write("x.csv", "id,model,score\n1,a,1\n"), folder.write("y.csv", "id,model,score\n2,a,1\n\"1\",a,1\n")];
    fails(&reading(&files), &["x.csv, line 2, and ", "y.csv, line 3"]);
}

#[test]
fn candidates_on_different_examples() {
    let folder = Folder::new();
    let text = "id,model,score\nq1,a,1\nq2,a,0\nq3,a,1\nq4,a,1\nq5,a,0\nq2,b,1\n";
    let path = folder.write("a.csv", text);
    let told = reading(std::slice::from_ref(&path));
    let error = fails(&told, &["candidate \"b\" has no score for 4 of 5 examples, such as \"q1\", \"q3\", \"q4\""]);
    assert!(error.hint().is_some_and(|hint| hint.contains("--intersect")));
    let scores = one(&ImportOptions { intersect: true, ..told });
    assert_eq!(
        (scores.examples.as_slice(), of(&scores, "a"), of(&scores, "b")),
        (&["q2".to_owned()][..], &[0.0][..], &[1.0][..])
    );
    assert!(scores.notes.iter().any(|note| note.starts_with("Compared on the 1 of 5 examples")));
    let apart = folder.write("b.csv", "id,model,score\nq1,a,1\nq2,b,1\n");
    fails(&ImportOptions { intersect: true, ..reading(&[apart]) }, &["no example is scored for all of \"a\", \"b\""]);
}

#[test]
fn scores_that_are_none() {
    table(
        "id,model,score\n1,a,1\n1,b,nan\n",
        &["a.csv, line 3, column \"score\": the score is nan, expected a finite number"],
    );
    table("id,model,score\n1,a,-inf\n", &["line 2", "the score is -inf"]);
    table(
        "id,model,score\n\"1\n2\",a,1\n2,a,good\n",
        &["line 4, column \"score\": found \"good\", expected a number or a word"],
    );
    table("id,model,score\n1,a,0.70 ± 0.02\n", &["found \"0.70 ± 0.02\""]);
}

/// One of 40 scores that is missing might be anything, and all bounds allow for that; more than one in 20 is too many.
#[test]
fn scores_that_are_missing_are_left_out_and_counted() {
    let folder = Folder::new();
    let wide = |missing: usize| -> String {
        let row = |at: usize| format!("q{at},1,{}\n", if at < missing { "n/a" } else { "0" });
        std::iter::once("id,small,large\n".to_owned()).chain((0..40).map(row)).collect()
    };
    let long = |missing: usize| -> String {
        let row = |at: usize| format!("q{at},small,1\nq{at},large,{}\n", if at < missing { "" } else { "0" });
        std::iter::once("id,model,score\n".to_owned()).chain((0..40).map(row)).collect()
    };
    for text in [wide as fn(usize) -> String, long] {
        let scores = one(&reading(&[folder.write("a.csv", text(1))]));
        assert_eq!((scores.examples.len(), scores.left_out), (39, 1));
        assert!(scores.notes.iter().any(|note| note.starts_with("Compared on the 39 of 40 examples")));
        let path = folder.write("b.csv", text(3));
        let error = fails(&reading(std::slice::from_ref(&path)), &["3 of 40 examples lack a score of some candidate"]);
        assert!(error.hint().is_some_and(|hint| hint.contains("--intersect")));
        assert_eq!(one(&ImportOptions { intersect: true, ..reading(&[path]) }).examples.len(), 37);
    }
}

#[test]
fn marks_per_cent_and_lists_of_objects() {
    let folder = Folder::new();
    let scores = |name: &str, text: &str| {
        let scores = one(&reading(&[folder.write(name, text)]));
        (of(&scores, "a").to_vec(), of(&scores, "b").to_vec())
    };
    let clean = scores("clean.csv", "id,a,b\n1,1,0\n2,0,1\n3,1,1\n");
    assert_eq!(scores("marks.csv", "id,a,b\n1,✅,❌\n2,✗,✓\n3,✔️,👍\n"), clean);
    assert_eq!(scores("share.csv", "id,a,b\n1,100%,0 %\n2,0%,100%\n3,100%,100%\n"), clean);
    let list = "[\n  {\"id\": 1,\n   \"model\": \"a\", \"score\": 1},\n {\"id\": 1, \"model\": \"b\", \"score\": 0},\
                {\"id\": 2, \"model\": \"a\", \"score\": 0}, {\"id\": 2, \"model\": \"b\", \"score\": 1},\n\
                {\"id\": 3, \"model\": \"a\", \"score\": 1}, {\"id\": 3, \"model\": \"b\", \"score\": 1}]";
    assert_eq!(scores("list.json", list), clean);
    let broken = list.replacen("\"score\": 0", "\"score\": \"good\"", 1);
    fails(&reading(&[folder.write("broken.json", broken)]), &["broken.json, line 4, column \"score\": found \"good\""]);
}

#[test]
fn scores_outside_their_range() {
    let error =
        table("id,model,acc\n1,a,0.5\n1,b,85\n", &["line 3: the score 85 of \"acc\" is outside its range from 0 to 1"]);
    assert!(error.hint().is_some_and(|hint| hint.contains("--range")));
    let folder = Folder::new();
    let path = folder.write("a.csv", "id,model,acc\n1,a,50\n1,b,85\n");
    let scores = one(&ImportOptions { range: Some((0.0, 100.0)), ..reading(std::slice::from_ref(&path)) });
    assert_eq!(scores.range, Some((0.0, 100.0)));
    fails(
        &ImportOptions { range: Some((0.0, 60.0)), ..reading(std::slice::from_ref(&path)) },
        &["the score 85", "from 0 to 60"],
    );
    fails(&ImportOptions { range: Some((1.0, f64::NAN)), ..reading(&[path]) }, &["range from 1 to NaN"]);
}

#[test]
fn amounts_that_are_negative() {
    table(
        "id,model,score,latency\n1,a,1,-3\n",
        &["line 2, column \"latency\": found \"-3\", expected a number that is not negative"],
    );
    table("id,model,score,cost\n1,a,1,much\n", &["column \"cost\": found \"much\""]);
    let folder = Folder::new();
    let path = folder.write("a.csv", "id,model,score\n1,a,1\n1,b,1\n");
    let with = |table: &str| ImportOptions {
        candidates: Some(folder.write("c.csv", table)),
        ..reading(std::slice::from_ref(&path))
    };
    fails(&with("candidate,parameters\na,-5\n"), &["c.csv, line 2, column \"parameters\": found \"-5\""]);
    fails(&with("candidate,parameters\na,5\na,6\n"), &["line 3: candidate \"a\" stands twice"]);
    fails(&with("size,price\n1,2\n"), &["c.csv: found no column for the candidate among \"size\", \"price\""]);
}

#[test]
fn tables_without_the_columns() {
    table("id,model,comment\n1,a,x\n", &["no column for the score among \"id\", \"model\", \"comment\""]);
    let error = table("text,score,x\n1,1,2\n", &["no column for the candidate among"]);
    assert_eq!(error.hint().as_deref(), Some("name it: --candidate COLUMN"));
    table("a,a,score\n1,1,1\n", &["columns 1 and 2 are both named \"a\""]);
    table("id,model,score\n,a,1\n", &["line 2: found no \"id\", expected the example's name"]);
    table("id,model,score\n1,,1\n", &["line 2: found no \"model\", expected the candidate's name"]);
    let folder = Folder::new();
    let columns = Columns { cluster: Some("doc".to_owned()), ..Columns::default() };
    let path = folder.write("a.csv", "id,model,score\n1,a,1\n");
    fails(
        &ImportOptions { columns, ..reading(&[path]) },
        &["no column \"doc\" for the cluster, only \"id\", \"model\", \"score\""],
    );
}

#[test]
fn rows_that_are_broken() {
    table("id,model,score\n1,a,1\n1,b,1,9\n2,a,1\n", &["row 2 (line 3): found 4 cells, expected 3"]);
    table("id,model,score\n1,a,1\n1,b\n2,a,1\n", &["row 2 (line 3): found 2 cells, expected 3"]);
    table("id,model,score\n1,a,1\n1,b,1\n2,a", &["line 4: the file ends in the middle of an entry"]);
    let folder = Folder::new();
    fails(
        &reading(&[folder.write("a.csv", b"id,model,score\n1,a,1\n\xE9,a,1\n")]),
        &["line 3: byte 21 of the file (0xE9) is not UTF-8"],
    );
}

#[test]
fn one_candidate_or_far_too_many() {
    table("id,model,score\n1,a,1\n2,a,0\n", &["only one candidate, \"a\""]);
    let rows: String = (0..5000).map(|row| format!("1,m{row},1\n")).collect();
    table(
        &format!("id,model,score\n{rows}"),
        &["found more than 4096 pairs of candidate and seed (4097 candidates, 1 seeds)"],
    );
}

#[test]
fn an_example_in_two_clusters() {
    let text = "id,model,score,cluster\n1,a,1,x\n1,b,1,y\n";
    table(text, &["example \"1\" is in cluster \"x\" and, ", "a.csv, line 3, in \"y\""]);
}

#[test]
fn json_lines_that_are_broken() {
    let folder = Folder::new();
    let fails = |text: &str, parts: &[&str]| {
        fails(&reading(&[folder.write("a.jsonl", text)]), parts);
    };
    let line = "{\"id\": 1, \"model\": \"a\", \"score\": 1}\n";
    fails(&format!("{line}{{\"id\": 2, \"mod"), &["a.jsonl, line 2: the file ends in the middle of an entry"]);
    fails(&format!("{line}{{\"id\": 2, \"mod\n{line}"), &["a.jsonl, line 2, column", "not valid JSON"]);
    fails(&format!("{line}[1]\n"), &["line 2", "not valid JSON"]);
    fails(&line.replace("\"score\": 1", "\"score\": [1]"), &["column \"score\": found \"[1]\""]);
    fails("{\"x\": 1}\n{\"x\": 2}\n", &["no column for the score among \"x\""]);
    fails("{\"x\": 1,\n \"y\": 2}\n", &["a JSON object with the keys \"x\", \"y\", which is no format lagom knows"]);
}
