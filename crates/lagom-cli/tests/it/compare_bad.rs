//! `lagom compare` on bad input: each ends with exit code 1 and says where it is and what to do.

use serde_json::json;

use super::compare::{findings, number};
use super::support::Place;

#[track_caller]
fn refused(place: &Place, arguments: &[&str], words: &[&str]) {
    let mut all = vec!["compare"];
    all.extend(arguments);
    let ran = place.lagom(&all);
    ran.fails(words);
    assert!(ran.err.contains("hint: "), "{ran:?}");
}

const HEAD: &str = "example,candidate,score\n";

fn table(place: &Place, rows: &str) {
    place.write("s.csv", format!("{HEAD}{rows}"));
}

#[test]
fn duplicate_pairs() {
    let place = Place::new();
    table(&place, "1,a,1\n1,b,0\n2,a,1\n1,a,0\n2,b,1\n");
    refused(
        &place,
        &["s.csv"],
        &["example \"1\" of candidate \"a\" is scored twice", "s.csv, line 2", "s.csv, line 5", "--seed-column"],
    );
}

#[test]
fn different_examples() {
    let place = Place::new();
    let mut rows = String::new();
    for at in 0..60 {
        rows += &format!("q{at},a,{}\n", u8::from(at % 3 > 0));
        if at >= 2 {
            rows += &format!("q{at},b,1\n");
        }
    }
    table(&place, &rows);
    refused(&place, &["s.csv"], &["\"b\" has no score for 2 of 60 examples", "\"q0\", \"q1\"", "--intersect"]);
    let found = findings(&place, &["s.csv", "--intersect"]);
    assert_eq!(found["answers"][0]["examples"], 58);
    // of q2 to q59 a third is wrong: 3, 6, … 57 are 19, so 39 of 58 are right
    assert!((number(&found["answers"][0]["rows"][0]["quality"]["point"]) - 39.0 / 58.0).abs() < 1e-9);
    place.lagom(&["compare", "s.csv", "--intersect"]).says(&["Compared on the 58 of 60 examples"]);
    table(&place, "1,a,1\n2,a,0\n3,b,1\n4,b,1\n");
    refused(&place, &["s.csv", "--intersect"], &["no example is scored for all of \"a\", \"b\"", "same names"]);
}

#[test]
fn scores_that_are_none() {
    let place = Place::new();
    table(&place, "1,a,1\n1,b,0\n2,a,NaN\n2,b,1\n");
    refused(&place, &["s.csv"], &["s.csv, line 4, column \"score\"", "NaN", "expected a finite number"]);
    table(&place, "1,a,1\n1,b,0\n2,a,\n2,b,1\n");
    refused(&place, &["s.csv"], &["1 of 2 examples lack a score of some candidate", "\"2\"", "--intersect"]);
    table(&place, "1,a,1\n1,b,maybe\n");
    refused(&place, &["s.csv"], &["s.csv, line 3", "\"maybe\"", "true/false"]);
    table(&place, "1,a,0.5\n1,b,0.75\n2,a,0.25\n2,b,7.5\n");
    refused(&place, &["s.csv", "--range", "0,1"], &["s.csv, line 5", "7.5", "outside its range from 0 to 1"]);
    place.write("acc.csv", "example,candidate,acc,metric\n1,a,0.5,acc\n1,b,75,acc\n");
    refused(&place, &["acc.csv"], &["acc.csv, line 3", "75", "from 0 to 1", "--range"]);
    place.write("inf.csv", "example,candidate,score,latency\n1,a,1,-2\n1,b,0,1\n");
    refused(&place, &["inf.csv"], &["inf.csv, line 2, column \"latency\"", "\"-2\"", "not negative"]);
}

#[test]
fn logs_without_scores() {
    let place = Place::new();
    let line = |id: u32| {
        let sample = json!({"doc_id": id, "doc": {}, "target": "x", "resps": [], "filter": "none", "doc_hash": "h",
            "metrics": ["word_perplexity"], "word_perplexity": [-3.5, 2]});
        format!("{sample}\n")
    };
    std::fs::create_dir_all(place.path("m")).unwrap();
    place.write("m/samples_wikitext.jsonl", line(0) + &line(1));
    refused(
        &place,
        &["m"],
        &[
            "samples_wikitext.jsonl",
            "task \"wikitext\" has no scores of single examples",
            "word_perplexity",
            "--metric",
        ],
    );
    let log = json!({"version": 2, "status": "started", "eval": {"task": "arc", "model": "m"}, "plan": {}, "stats": {}, "samples": []});
    place.write("i.json", log.to_string());
    refused(&place, &["i.json"], &["i.json", "the log holds no samples"]);
    place.write("empty.jsonl", "");
    refused(&place, &["empty.jsonl"], &["empty.jsonl: the file is empty", "ran to its end"]);
    place.write("header.csv", HEAD);
    refused(&place, &["header.csv"], &["header.csv", "no scored examples"]);
    std::fs::create_dir_all(place.path("nothing")).unwrap();
    refused(&place, &["nothing"], &["nothing", "found no results to read"]);
}

#[test]
fn a_log_cut_off_in_a_line() {
    let place = Place::new();
    let whole = "{\"doc_id\": 0, \"target\": \"x\", \"resps\": [], \"metrics\": [\"acc\"], \"acc\": 1.0}\n";
    place.write("samples_t.jsonl", format!("{whole}{}", whole.replace(": 0,", ": 1,").split_at(40).0));
    refused(&place, &["samples_t.jsonl"], &["samples_t.jsonl, line 2", "ends in the middle", "take the last line out"]);
    let log = json!({"version": 2, "status": "success", "eval": {"task": "arc", "model": "m"}, "plan": {},
        "samples": [{"id": 1, "epoch": 1, "input": "q", "target": "A", "scores": {"choice": {"value": "C"}}}]});
    let text = log.to_string();
    // keys are sorted, so the cut falls into the samples
    place.write("i.json", text.split_at(text.find("\"choice\"").unwrap()).0);
    refused(&place, &["i.json"], &["i.json, line 1", "ends in the middle"]);
    table(&place, "1,a,1\n1,b,0\n2,a,1\n2,b");
    refused(&place, &["s.csv"], &["s.csv, line 5", "ends in the middle", "take the last line out"]);
}

#[test]
fn logs_of_different_data() {
    let place = Place::new();
    for (model, hash) in [("a", "h0"), ("b", "other")] {
        std::fs::create_dir_all(place.path(model)).unwrap();
        let sample = json!({"doc_id": 0, "doc": {}, "target": "x", "resps": [], "doc_hash": hash, "metrics": ["acc"], "acc": 1.0});
        place.write(&format!("{model}/samples_t.jsonl"), format!("{sample}\n"));
    }
    refused(
        &place,
        &["a", "b"],
        &["task \"t\", example \"0\"", "a/samples_t.jsonl, line 1", "b/samples_t.jsonl, line 1", "same data set"],
    );
}

#[test]
fn files_that_are_something_else() {
    let place = Place::new();
    place.write("x.json", "{\n \"a\": 1\n}\n");
    refused(
        &place,
        &["x.json"],
        &["x.json", "a JSON object with the keys \"a\"", "no format lagom knows", "promptfoo"],
    );
    place.write("log.eval", b"PK\x03\x04rest");
    refused(&place, &["log.eval"], &["log.eval: found a broken archive", "copy the file again"]);
    table(&place, "1,a,1\n2,a,0\n");
    refused(&place, &["s.csv"], &["only one candidate, \"a\"", "another candidate"]);
    table(&place, "1,a,1\n1,b,0\n");
    refused(&place, &["s.csv", "--cluster", "doc"], &["no column \"doc\" for the cluster", "\"candidate\""]);
    refused(&place, &["s.csv", "--margin", "0.05"], &["2 are needed", "two examples"]);
    place.write("models.csv", "candidate,parameters\na,8 elephants\nb,7B\n");
    refused(
        &place,
        &["s.csv", "--candidates", "models.csv"],
        &["models.csv, line 2, column \"parameters\"", "8 elephants"],
    );
}
