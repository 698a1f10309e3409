//! Own language models: whole commands on texts that are predicted themselves.

#[cfg(feature = "pretrained")]
use std::time::{Duration, Instant};

#[cfg(feature = "pretrained")]
use nix::sys::signal::Signal;

#[cfg(feature = "pretrained")]
use super::processes::{Running, none_left};
#[cfg(feature = "pretrained")]
use super::support::numbers;
use super::support::{Dice, Place};

/// So many different sentences of a small grammar.
fn sentences(rows: usize, seed: u64) -> String {
    let mut dice = Dice(seed);
    let mut text = String::new();
    for row in 0..rows {
        let who = dice.one(&["the old dog", "a small cat", "my neighbour", "the tired clerk"]);
        let does = dice.one(&["looks for", "has lost", "wants to sell", "never found"]);
        let what = dice.one(&["the blue card", "some money", "a wooden house", "the last letter"]);
        text.push_str(&format!("{who} {does} {what} on day {row}.\n"));
    }
    text
}

const TASK: &str = "[task]\ndata = \"d.txt\"\nkind = \"language-modelling\"\ntarget = \"text\"\n";

/// A study of the lines of `d.txt`.
fn study(more: &str) -> Place {
    let place = Place::new();
    place.write("d.txt", sentences(240, 1));
    place.write("s.toml", format!("{TASK}{more}"));
    place
}

#[test]
fn counts_of_bytes_run_predict_and_are_found_again() {
    let place = study(
        "[good-enough]\nmargin = 0.05\n[ladder]\nfamilies = [\"baseline\", \"byte-ngrams\"]\n[trials]\nrepeats = 3\ncross-fit = false\n",
    );
    place.lagom(&["check", "s.toml"]).ends(0).says(&["text, the texts themselves", "bits-per-byte"]);
    place.lagom(&["plan", "s.toml"]).ends(0).says(&["byte-ngrams-5", "byte-frequencies"]);
    let ran = place.run();
    ran.ends(0).says(&["bits per byte", "byte-ngrams"]);
    let report = place.report("out");
    let rows = report["analysis"]["screening"]["rows"].as_array().unwrap();
    let point = |name: &str| {
        let row = rows.iter().find(|row| row["name"] == name).unwrap();
        row["quality"]["point"].as_f64().unwrap()
    };
    // Lower is better: bytes alone hold some four bits, and with five before them this grammar has few surprises.
    assert!((3.5..5.0).contains(&point("byte-frequencies")), "{}", point("byte-frequencies"));
    assert!(point("byte-ngrams-6") < 0.8 && point("byte-ngrams-2") > point("byte-ngrams-4"));
    // New texts: one of them is longer than all, one is empty in its cell, and their sum is told.
    place.write("new.csv", "id,text\n1,the old dog has lost some money\n2,zq#xv\n3,\n");
    let ran = place.lagom(&["predict", "out", "new.csv", "--id", "id"]);
    ran.ends(0).says(&["bits per byte over all 36 bytes"]);
    let lines: Vec<Vec<&str>> = ran.out.lines().map(|line| line.split(',').collect()).collect();
    assert_eq!(lines[0], ["id", "bits_per_byte", "bytes"]);
    assert_eq!((lines[1][2], lines[2][2], lines[3].clone()), ("31", "5", vec!["3", "", "0"]));
    let bits = |line: usize| lines[line][1].parse::<f64>().unwrap();
    assert!(bits(1) < 1.0 && bits(2) > 4.0, "{}", ran.out);
    place.lagom(&["predict", "out", "new.csv", "--probabilities"]).fails(&["there are no classes"]);
    place.lagom(&["explain-row", "out", "new.csv", "--row", "1"]).fails(&["a language model is not explained"]);
    // The lines of a file of the same kind are its rows.
    place.write("new.txt", "the old dog has lost some money\n");
    let lines = place.lagom(&["predict", "out", "new.txt"]);
    assert_eq!(lines.ends(0).out.lines().count(), 2, "{lines:?}");
    // Each line is one, a blank one too; and what comes by standard input is what it is said to be.
    let text = "the old dog, say, has lost some money\n\n  \na small cat\n\n";
    place.write("new.txt", text);
    let answers = place.lagom(&["predict", "out", "new.txt"]);
    let bytes: Vec<&str> = answers.ends(0).out.lines().skip(1).filter_map(|line| line.split(',').nth(1)).collect();
    assert_eq!(bytes, ["37", "0", "0", "11", "0"], "{answers:?}");
    place.lagom(&["predict", "out", "-"]).fails(&["standard input has no name", "--format lines"]);
    assert_eq!(place.lagom_fed(&["predict", "out", "-", "--format", "lines"], text).ends(0).out, answers.out);
    place.lagom(&["explain-row", "out", "new.txt", "--row", "1"]).fails(&["a language model is not explained"]);
    // There are no labels to spoil.
    place.lagom(&["overfitting", "out"]).fails(&["not looked at for language models", "no labels"]);
    // Nothing is trained again, and verdict and report need no data of texts.
    let count =
        || -> i64 { place.store("out").query_row("select count(*) from trials", [], |row| row.get(0)).unwrap() };
    let before = count();
    place.run().ends(0);
    assert_eq!(count(), before);
    place.lagom(&["verdict", "out", "--margin", "0.5"]).ends(0);
}

#[cfg(feature = "pretrained")]
#[test]
fn a_decoder_is_trained_from_the_texts_alone() {
    let place = study(
        "[good-enough]\nmargin = 0.05\n[ladder]\nfamilies = [\"baseline\", \"decoder\"]\nlargest = \"200k\"\n[trials]\nrepeats = 2\ncross-fit = false\n",
    );
    let ran = place.run();
    assert!([0, 3].contains(&ran.code), "{}\n{}", ran.out, ran.err);
    let report = place.report("out");
    let rows = report["analysis"]["screening"]["rows"].as_array().unwrap();
    let own = rows.iter().find(|row| row["family"] == "decoder").unwrap();
    // Two blocks of width 64 and one row for each token that the texts gave, at most 512 and the one before a text.
    let parameters = own["parameters"].as_u64().unwrap();
    assert!((106_816 + 257 * 64..=106_816 + 513 * 64).contains(&parameters), "{parameters}");
    assert!(own["quality"]["point"].as_f64().unwrap() < 2.0, "{own}");
    place.write("new.txt", "my neighbour never found the last letter on day 7.\n");
    let ran = place.lagom(&["predict", "out", "new.txt"]);
    let bits: f64 = ran.ends(0).out.lines().nth(1).unwrap().split(',').next().unwrap().parse().unwrap();
    assert!(bits < 2.0, "{bits}");
    assert!(!place.names().iter().any(|name| name.ends_with(".state")), "a checkpoint stayed");
}

/// Longest wait for the first checkpoint of a training.
#[cfg(feature = "pretrained")]
const FIRST_CHECKPOINT: Duration = Duration::from_secs(120);

#[cfg(feature = "pretrained")]
#[test]
fn a_decoder_killed_in_its_training_goes_on_from_its_checkpoint_to_the_same_numbers() {
    let decoders = || {
        study(
            "[good-enough]\nmargin = 0.05\n[ladder]\nfamilies = [\"baseline\", \"decoder\"]\nlargest = \"200k\"\n[trials]\nrepeats = 2\ncross-fit = false\n",
        )
    };
    let has_checkpoint = |place: &Place| place.names().iter().any(|name| name.ends_with(".state"));
    let (undisturbed, killed) = (decoders(), decoders());
    let code = undisturbed.run().code;
    let mut running = Running::start(&killed);
    let start = Instant::now();
    while !has_checkpoint(&killed) && start.elapsed() < FIRST_CHECKPOINT {
        std::thread::sleep(Duration::from_millis(2));
    }
    running.send(Signal::SIGKILL);
    running.wait();
    none_left(&running.tag);
    assert!(has_checkpoint(&killed), "{}", killed.text("errors.txt"));
    killed.run().ends(code);
    assert_eq!(numbers(&killed.report("out")), numbers(&undisturbed.report("out")));
    assert!(!has_checkpoint(&killed), "a checkpoint stayed");
}

#[test]
fn what_does_not_go_with_texts_alone_is_refused() {
    let cases: [(&str, &[&str]); 10] = [
        (
            "metric = \"accuracy\"\n",
            &["\"accuracy\" does not measure language-modelling", "metrics that do: bits-per-byte"],
        ),
        ("metric = \"perplexity\"\n", &["metrics that do: bits-per-byte"]),
        (
            "text = [\"text\"]\n",
            &["columns of text are not used for language-modelling", "`target` names the column of texts"],
        ),
        ("input = [\"text\"]\n", &["`input` means nothing for language-modelling"]),
        ("[task.columns]\ntext = \"text\"\n", &["kinds of columns mean nothing for language-modelling"]),
        ("[ladder]\nfamilies = [\"linear\"]\n", &["\"linear\" does not do language-modelling", "byte-ngrams"]),
        ("[probes]\nrobustness = true\n", &["`robustness` is not available for language-modelling"]),
        ("[probes]\nslice-by = \"text\"\n", &["`slice-by` is not available for language-modelling"]),
        ("[handed-over]\ncalibrate = true\n", &["calibrate"]),
        ("[levers]\noverfitting = true\n", &["overfitting is not looked at for language-modelling", "no labels"]),
    ];
    for (more, words) in cases {
        study(more).refuses(words);
    }
    let asked = "[[candidate]]\nname = \"a\"\nendpoint = \"http://localhost:1/v1\"\nmodel = \"m\"\n";
    study(asked).refuses(&["models that are asked have no part in language-modelling"]);
    let weights = "[[candidate]]\nname = \"a\"\nweights = \"w\"\n";
    study(weights).refuses(&["weights are adapted to classes and numbers, not to language-modelling"]);
    let lever = "[recipe]\nclass-weights = true\n";
    study(lever).refuses(&["class-weights"]);
    let place = Place::new();
    place.write("d.txt", sentences(40, 1));
    place.write("s.toml", TASK.replace("target = \"text\"\n", ""));
    place.refuses(&["task.target: missing", "the column of texts"]);
    // Empty texts are left out and told, or refused.
    let mut csv = String::from("text\n\n");
    sentences(60, 2).lines().for_each(|line| csv.push_str(&format!("{line}\n")));
    place.write("d.csv", csv.replace("day 7.", "day 7.\n\"\""));
    let of_csv = TASK.replace("d.txt", "d.csv");
    place.write("s.toml", format!("{of_csv}missing-target = \"refuse\"\n"));
    place.refuses(&["no text in", "is empty there"]);
    // So are blank lines of a file of lines; and a file of one long line has no rows to compare models on.
    place.write("d.txt", format!("\n{}\n \n", sentences(60, 2)));
    place.write("s.toml", TASK);
    place.lagom(&["check", "s.toml"]).ends(0).says(&["missing in 3 of 63 rows, which are left out (row 1 (line 1)"]);
    place.write("s.toml", format!("{TASK}missing-target = \"refuse\"\n"));
    place.refuses(&["no text in", "is empty there"]);
    place.write("d.txt", "one long text\n");
    place.write("s.toml", TASK);
    place.refuses(&["found 1 row, expected at least 25", "add texts", "cut into paragraphs"]);
    place.write("d.txt", "");
    place.refuses(&["the file is empty, expected rows"]);
}
