//! `lagom score`: whole commands on lines, JSON Lines, gzip and standard input; and what it refuses.

use std::io::Write;

use serde_json::Value;

use super::support::{LAGOM, Place};

fn corpus() -> Place {
    let place = Place::new();
    place.write("hyp.txt", "the cat sat on mat\nhello there general\n");
    place.write("ref.txt", "the cat sat on the mat\nhello there general kenobi\n");
    place
}

fn scored(place: &Place, arguments: &[&str]) -> Value {
    let mut all = vec!["score"];
    all.extend(arguments);
    all.push("--json");
    let ran = place.lagom(&all);
    assert_eq!(ran.code, 0, "{ran:?}");
    serde_json::from_str(&ran.out).unwrap()
}

fn value(found: &Value, metric: usize) -> f64 {
    found["metrics"][metric]["systems"][0]["score"].as_f64().unwrap()
}

#[track_caller]
fn refused(place: &Place, arguments: &[&str], words: &[&str]) {
    let mut all = vec!["score"];
    all.extend(arguments);
    place.lagom(&all).fails(words);
}

/// By sacreBLEU 2.6.0.
#[test]
fn values_are_known_and_signed() {
    let place = corpus();
    let found = scored(&place, &["hyp.txt", "ref.txt", "--metric", "bleu,chrf,chrf++"]);
    for (at, expected) in [(0, 58.228_940_089_0), (1, 71.674_153_881_271_07), (2, 72.402_601_094_008_33)] {
        assert!((value(&found, at) - expected).abs() < 1e-9, "{found}");
    }
    assert_eq!(found["metrics"][0]["signature"], "bleu|nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:1");
    let ran = place.lagom(&["score", "hyp.txt", "ref.txt", "--tokeniser", "char", "--smoothing", "floor"]);
    assert!(ran.code == 0 && ran.out.contains("|tok:char|smooth:floor[0.10]|"), "{ran:?}");
    assert!(ran.out.contains("95 % interval") && ran.out.contains("2 examples|bs:1000|seed:12345"), "{ran:?}");
}

#[test]
fn jsonl_gzip_and_standard_input_are_the_same_texts() {
    let place = corpus();
    place.write(
        "both.jsonl",
        concat!(
            "{\"answer\": \"the cat sat on mat\", \"gold\": [\"the cat sat on the mat\"]}\n",
            "{\"answer\": \"hello there general\", \"gold\": \"hello there general kenobi\"}\n",
        ),
    );
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(place.text("ref.txt").as_bytes()).unwrap();
    place.write("ref.txt.gz", packed.finish().unwrap());
    let plain = value(&scored(&place, &["hyp.txt", "ref.txt"]), 0);
    assert_eq!(value(&scored(&place, &["both.jsonl", "--references", "gold"]), 0), plain);
    assert_eq!(value(&scored(&place, &["hyp.txt", "ref.txt.gz"]), 0), plain);
    let mut command = assert_cmd::Command::new(LAGOM);
    command.args(["score", "-", "ref.txt", "--json"]).current_dir(place.path("."));
    let output = command.write_stdin(place.text("hyp.txt")).output().unwrap();
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (value(&found, 0), found["metrics"][0]["systems"][0]["system"].as_str()),
        (plain, Some("standard input"))
    );
}

#[test]
fn another_system_is_tested_in_pairs() {
    let place = Place::new();
    let lines = |broken: usize| -> String {
        let line = |at: usize| match at % broken {
            0 => format!("number {at} went wrong somehow here\n"),
            _ => format!("this is the sentence number {at} of all\n"),
        };
        (0..200).map(line).collect()
    };
    place.write(
        "ref.txt",
        lines(1000).replace("number 0 went wrong somehow here", "this is the sentence number 0 of all"),
    );
    place.write("base.txt", lines(3));
    place.write("new.txt", lines(9));
    let found = scored(&place, &["base.txt", "ref.txt", "--system", "new.txt", "--metric", "bleu,exact-match"]);
    for metric in found["metrics"].as_array().unwrap() {
        let difference = &metric["systems"][1]["against_first"];
        let number = |name: &str| difference[name].as_f64().unwrap();
        assert!(number("low") > 0.0 && number("low") < number("value") && number("value") < number("high"), "{metric}");
        assert!(number("bootstrap_p") < 0.01 && number("randomisation_p") < 0.01, "{metric}");
        assert!(metric["systems"][0]["against_first"].is_null());
    }
    // 67 and 23 of 200 lines are wrong
    assert!((found["metrics"][1]["systems"][1]["against_first"]["value"].as_f64().unwrap() - 0.22).abs() < 1e-9);
    assert_eq!(found, scored(&place, &["base.txt", "ref.txt", "--system", "new.txt", "--metric", "bleu,exact-match"]));
}

#[test]
fn files_that_do_not_fit_are_named() {
    let place = corpus();
    place.write("short.txt", "one\n");
    place.write("latin.txt", b"caf\xe9\nb\n");
    place.write("gap.txt", "a\n \n");
    place.write("empty.txt", "");
    place.write("cut.gz", [0x1f, 0x8b, 8, 0]);
    refused(&place, &["hyp.txt", "short.txt"], &["short.txt has 1 lines, but hyp.txt has 2"]);
    refused(&place, &["hyp.txt", "latin.txt"], &["latin.txt: not UTF-8 at byte 3, line 1"]);
    refused(&place, &["hyp.txt", "gap.txt", "--metric", "token-f1"], &["gap.txt, line 2: the reference is empty"]);
    refused(&place, &["hyp.txt", "none.txt"], &["there is no file none.txt"]);
    refused(&place, &["hyp.txt", "cut.gz"], &["cut.gz: cannot unpack it"]);
    refused(&place, &["empty.txt", "empty.txt"], &["empty.txt is empty"]);
    refused(&place, &["hyp.txt"], &["there are no references"]);
    refused(&place, &["-", "-"], &["standard input can be read only once"]);
}

#[test]
fn lines_and_options_that_do_not_fit_are_named() {
    let place = corpus();
    place.write("a.jsonl", "{\"answer\": \"x\"}\n{\"text\": \"y\"}\nz\n");
    refused(&place, &["a.jsonl", "ref.txt", "--system", "a.jsonl"], &["ref.txt has 2 lines, but a.jsonl has 3"]);
    place.write("three.txt", "1\n2\n3\n");
    let all = ["a.jsonl, line 2: there is no field `answer`", "there are: text", "a.jsonl, line 3: no JSON"];
    refused(&place, &["a.jsonl", "three.txt"], &all);
    refused(&place, &["hyp.txt", "ref.txt", "--stemmer"], &["--stemmer: none of the metrics looks at it", "rouge-1"]);
    refused(&place, &["hyp.txt", "ref.txt", "--chrf-characters", "9"], &["characters", "from 1 to 6"]);
    refused(&place, &["hyp.txt", "ref.txt", "--metric", "numeric-answer"], &["line 1", "line 2", "a number"]);
    refused(&place, &["hyp.txt", "ref.txt", "--metric", "accuracy"], &["accuracy", "bleu"]);
}
