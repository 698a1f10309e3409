//! What is wrong with logs, and what is said.

use super::logs::{helm, inspect, promptfoo};
use super::*;

fn line(id: u32, hash: &str, value: &str) -> String {
    format!(
        "{{\"doc_id\": {id}, \"doc_hash\": \"{hash}\", \"target\": \"t\", \"metrics\": [\"acc\"], \"acc\": {value}}}\n"
    )
}

/// Two logs of samples of one task.
fn logs(first: &str, second: &str) -> (Folder, ImportOptions) {
    let folder = Folder::new();
    let files = [folder.write("a/samples_t.jsonl", first), folder.write("b/samples_t.jsonl", second)];
    (folder, reading(&files))
}

#[test]
fn empty_and_cut_off_logs() {
    let good = line(0, "h", "1");
    let (_folder, told) = logs(&good, "");
    fails(&told, &["samples_t.jsonl: the file is empty"]);
    let (_folder, told) = logs(&good, &format!("{good}{}", &line(1, "i", "1")[..30]));
    fails(&told, &["samples_t.jsonl, line 2: the file ends in the middle of an entry"]);
    let folder = Folder::new();
    for (name, text) in [("i.json", inspect("m", "1")), ("p.json", promptfoo(true)), ("h.json", helm("1"))] {
        let cut = text.get(..text.len() - 40).expect("a cut");
        fails(&reading(&[folder.write(name, cut)]), &[name, "the file ends in the middle of an entry"]);
    }
}

#[test]
fn logs_of_different_data_sets() {
    let (_folder, told) = logs(&(line(0, "h", "1") + &line(1, "i", "1")), &(line(0, "h", "1") + &line(1, "j", "0")));
    fails(
        &told,
        &[
            "task \"t\", example \"1\": ",
            "a/samples_t.jsonl, line 2 and ",
            "b/samples_t.jsonl, line 2 hold different data",
        ],
    );
    let folder = Folder::new();
    let files = [
        folder.write("a.json", inspect("a", "1")),
        folder.write("b.json", inspect("b", "1").replace("\"Q1\"", "\"Q9\"")),
    ];
    fails(&reading(&files), &["example \"1\": ", "a.json, sample 1 and ", "b.json, sample 1 hold different data"]);
}

#[test]
fn tasks_without_scores_of_single_examples() {
    let corpus = line(0, "h", "[1, 0]");
    let (_folder, told) = logs(&corpus, &corpus);
    fails(&told, &["task \"t\" has no scores of single examples: acc is not one number for each sample"]);
    let none = line(0, "h", "1").replace("[\"acc\"]", "[]");
    let (_folder, told) = logs(&none, &none);
    fails(&told, &["its samples hold no metric"]);
    let folder = Folder::new();
    let text = inspect("a", "1");
    let header = format!("{} \"samples\": null}}", text.split("\"samples\"").next().expect("a header"));
    fails(
        &reading(&[folder.write("i.json", header)]),
        &["task \"arc\" has no scores of single examples: the log holds no samples"],
    );
    let counts = helm("1").replace("exact_match", "num_bytes").replace("quasi_", "num_");
    fails(&reading(&[folder.write("h.json", counts)]), &["no instance has a statistic that judges"]);
}

#[test]
fn scores_in_logs_that_are_none() {
    let (_folder, told) = logs(&line(0, "h", "1"), &line(0, "h", "NaN"));
    fails(&told, &["b/samples_t.jsonl, line 1, column \"acc\": the score is missing"]);
    let (_folder, told) = logs(&line(0, "h", "1"), &line(0, "h", "2.5"));
    fails(&told, &["line 1: the score 2.5 of \"acc\" is outside its range from 0 to 1"]);
    let (_folder, told) = logs(&line(0, "h", "1"), &(line(0, "h", "1") + &line(0, "h", "1")));
    fails(&told, &["example \"0\" of candidate \"b\" is scored twice", "line 1, and ", "line 2"]);
    let (_folder, told) = logs(&line(0, "h", "1"), &line(1, "h", "1"));
    fails(&told, &["task \"t\": candidate \"a\" has no score for 1 of 2 examples, such as \"1\""]);
    let folder = Folder::new();
    fails(
        &reading(&[folder.write("i.json", inspect("a", "\"B+\""))]),
        &["i.json, sample 1, column \"choice\": found \"\"B+\"\""],
    );
    let text = promptfoo(true).replace("\"score\": 0.5", "\"score\": \"high\"");
    fails(&reading(&[folder.write("p.json", text)]), &["p.json, result 2, column \"score\": found \"\"high\"\""]);
    let text = promptfoo(true).replace("\"provider\": {\"id\": \"openai:large\", \"label\": \"\"}, ", "");
    fails(&reading(&[folder.write("p.json", text)]), &["p.json, result 2: found no \"provider\""]);
}

#[test]
fn a_fault_in_one_result_is_told_with_its_line() {
    let folder = Folder::new();
    // every result stands on two lines, the first of them on that of the list
    let text = promptfoo(true).replacen("\"success\": false", "\"success\": \"no\"", 1);
    fails(&reading(&[folder.write("p.json", text)]), &["p.json, line 6, column", "invalid type: string \"no\""]);
}

#[test]
fn logs_of_another_tool_than_told() {
    let folder = Folder::new();
    let path = folder.write("p.json", promptfoo(true));
    let told = |source| ImportOptions { source: Some(source), ..reading(std::slice::from_ref(&path)) };
    fails(&told(Source::Inspect), &["p.json: told to be inspect, but found promptfoo output"]);
    fails(&told(Source::Table), &["told to be table, but found promptfoo output"]);
    assert_eq!(all(&told(Source::Promptfoo)).len(), 2);
    fails(
        &reading(&[folder.write("x.json", "[1, 2]")]),
        &["a JSON list whose entries lack \"instance_id\" and \"stats\""],
    );
}
