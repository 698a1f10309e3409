//! What a fresh pair of eyes found of pretrained weights: texts that are cut, shared work, files and folders, faults of a folder.

use std::os::unix::fs::FileTypeExt as _;
use std::os::unix::net::UnixListener;

use serde_json::Value;

use super::folders::{WORDS, bert_folder, static_folder};
use super::{finished, study, study_text, texts};
use crate::support::{Dice, Place};

/// Rows whose label is told by one word behind `before` words that tell nothing.
fn told_behind(before: usize, rows: usize) -> String {
    let mut dice = Dice(11);
    let mut csv = String::from("text,y\n");
    for row in 0..rows {
        let good = dice.roll().is_multiple_of(2);
        let plain: Vec<&str> = (0..before).map(|_| WORDS[8 + (dice.roll() % 8) as usize]).collect();
        let told = WORDS[if good { 0 } else { 4 } + (dice.roll() % 4) as usize];
        csv.push_str(&format!("{} {told} n{row},{}\n", plain.join(" "), if good { "good" } else { "bad" }));
    }
    csv
}

/// Static embeddings of which 9 tokens of a text are read, and 9 × 5 characters: 5 is the median length of its tokens.
fn short_sighted(place: &Place) {
    static_folder(&place.path("w"), 0);
    place.write("w/config.json", "{\"model_type\":\"model2vec\",\"normalize\":false,\"max_length\":9}");
}

#[test]
fn that_texts_are_cut_is_told_before_anything_is_trained_with_what_cuts_them() {
    let place = Place::new();
    bert_folder(&place.path("w"));
    study(&place, "adapt = [\"frozen\", \"full\"]\n");
    let says = |words: &str| {
        for verb in ["check", "plan"] {
            place.lagom(&[verb, "s.toml"]).ends(0).says(&[words]);
        }
    };
    // Six words, a number and two marks are nine tokens, and 32 are read.
    for verb in ["check", "plan"] {
        assert!(!place.lagom(&[verb, "s.toml"]).err.contains("longer than the"), "{verb}");
    }
    place.write("w/sentence_bert_config.json", "{\"max_seq_length\": 8}");
    says(
        "texts are longer than the 8 tokens that `tiny-frozen` and `tiny-full` read (`max_seq_length` of sentence_bert_config.json): the rest of them is not looked at.",
    );
    // Nothing is larger than the positions that there are.
    place.write("w/sentence_bert_config.json", "{\"max_seq_length\": 512}");
    place.write("d.csv", told_behind(40, 240));
    says(
        "texts are longer than the 32 tokens that `tiny-frozen` and `tiny-full` read (`max_position_embeddings` of config.json)",
    );
}

#[test]
fn a_class_that_stands_behind_the_cut_is_named_among_the_causes() {
    let place = Place::new();
    short_sighted(&place);
    study(&place, "");
    place.write("d.csv", told_behind(12, 240));
    let ran = place.run();
    ran.ends(3).says(&[
        "No model beats guessing.",
        "Likely causes: what tells the target stands behind the part of the texts that is read (tiny-frozen does not read all of them to the end; \
         tiny-frozen reads 9 tokens and cuts 240 texts: `max_length` of config.json), the inputs say nothing",
    ]);
    assert_eq!(place.report("out")["data"]["cut"][0]["texts"], 240);
}

#[test]
fn the_answer_and_predict_say_how_many_texts_are_cut() {
    let place = Place::new();
    short_sighted(&place);
    study(&place, "");
    // Twenty of the texts go on behind what is read.
    let long = |(at, line): (usize, &str)| match at {
        1..=20 => line.replace(" n", " plain plain plain plain plain plain n"),
        _ => line.to_owned(),
    };
    let csv: Vec<String> = texts(240, 1).lines().enumerate().map(long).collect();
    place.write("d.csv", csv.join("\n"));
    let ran = place.run();
    ran.ends(0).says(&[
        "tiny-frozen does not read 20 texts to the end: they are longer than 9 tokens (`max_length` of config.json).",
    ]);
    place.write("new.csv", format!("text\nfine plain\nawful{}\n", " plain".repeat(20)));
    let ran = place.lagom(&["predict", "out", "new.csv"]);
    ran.ends(0).says(&["warning: 1 of 2 rows hold a text that is longer than what the model reads of one"]);
    assert_eq!(ran.out, "prediction\ngood\nbad\n");
    place.write("new.csv", "text\nfine plain\n");
    assert!(!place.lagom(&["predict", "out", "new.csv"]).err.contains("longer"), "nothing is cut");
}

#[test]
fn every_training_is_counted_with_the_embedding_of_its_own_rows_and_the_effort_with_what_was_spent() {
    let place = Place::new();
    bert_folder(&place.path("w"));
    study(&place, "adapt = [\"frozen\"]\n");
    let ran = place.run();
    assert!(ran.code == 0 || ran.code == 3, "{ran:?}");
    let report = place.report("out");
    let rows = report["analysis"]["screening"]["rows"].as_array().unwrap();
    let own = rows.iter().find(|row| row["name"] == "tiny-frozen").unwrap();
    let trials = own["trials"].as_array().unwrap();
    let number = |value: &Value| value.as_f64().unwrap_or_else(|| panic!("{own}"));
    assert_eq!(trials.len(), 3, "{own}");
    let shared: Vec<[f64; 2]> = trials
        .iter()
        .map(|trial| [number(&trial["shared"]["flops"]), number(&trial["shared"]["cpu_seconds"])])
        .collect();
    // One did the work for all: more than its own rows. The others are counted what it was spared.
    let (did, spared): (Vec<&[f64; 2]>, Vec<&[f64; 2]>) = shared.iter().partition(|one| one[0] < 0.0);
    assert_eq!((did.len(), spared.len()), (1, 2), "{shared:?}");
    assert!(did[0][1] <= 0.0 && spared.iter().all(|one| one[0] > 0.0 && one[1] >= 0.0), "{shared:?}");
    // 192 of 240 rows are 0.8 of the work: the one that did it all is counted a quarter of that less than it spent.
    assert!((did[0][1] + 0.25 * spared[0][1]).abs() < 1e-9 && spared[0][1] == spared[1][1], "{shared:?}");
    let sum = |key: &str| -> f64 {
        let trials = rows.iter().flat_map(|row| row["trials"].as_array().unwrap());
        trials.map(|trial| number(&trial[key]) - trial["shared"][key].as_f64().unwrap_or(0.0)).sum()
    };
    for key in ["flops", "cpu_seconds"] {
        let told = number(&report["effort"][key]);
        assert!((told - sum(key)).abs() <= 1e-9 * told, "{key}: {told}, {}", sum(key));
    }
}

#[test]
fn the_file_of_a_model_is_told_apart_from_the_weights_that_it_names() {
    let place = finished();
    let weights: u64 =
        ["w/model.safetensors", "w/tokenizer.json"].iter().map(|name| place.path(name).metadata().unwrap().len()).sum();
    let bundle = &place.report("out")["bundle"];
    assert_eq!(bundle["bytes_beside"], weights, "{bundle}");
    let (told, file) = (bundle["bytes"].as_u64().unwrap(), place.path("out/model.lagom").metadata().unwrap().len());
    assert_eq!(told, file);
    place.lagom(&["verdict", "out"]).ends(0).says(&["of weights that it names), tiny-frozen trained once more"]);
}

#[test]
fn a_bundle_takes_no_place_of_what_is_no_regular_file() {
    let place = finished();
    let _listener = UnixListener::bind(place.path("socket")).unwrap();
    let ran = place.lagom(&["bundle", "out", "--self-contained", "--out", "socket"]);
    ran.fails(&["cannot write `socket`: it is a device, a pipe or a socket", "name a new file"]);
    assert!(place.path("socket").metadata().unwrap().file_type().is_socket());
    place.lagom(&["bundle", "out", "--self-contained", "--out", "w"]).fails(&["cannot write `w`"]);
    assert!(!place.names().iter().any(|name| name.ends_with(".part")), "{:?}", place.names());
}

#[test]
fn a_bundle_and_its_weights_may_be_moved_together() {
    let place = finished();
    std::fs::create_dir(place.path("pack")).unwrap();
    std::fs::rename(place.path("w"), place.path("pack/w")).unwrap();
    std::fs::copy(place.path("out/model.lagom"), place.path("pack/model.lagom")).unwrap();
    place.write("new.csv", "text\nfine plain\n");
    let ran = place.lagom(&["predict", "pack/model.lagom", "new.csv"]);
    ran.ends(0);
    assert_eq!(ran.out, "prediction\ngood\n");
    place.lagom(&["bundle", "pack/model.lagom"]).ends(0).says(&["pretrained weights in `[DIR]/pack/w`"]);
    place.lagom(&["bundle", "pack/model.lagom", "--self-contained", "--out", "whole.lagom"]).ends(0);
    // Both places are named, and what lies there is held against the digest.
    static_folder(&place.path("pack/w"), 1);
    place
        .lagom(&["predict", "pack/model.lagom", "new.csv"])
        .fails(&["holds other weights than the model was trained on"]);
    std::fs::remove_dir_all(place.path("pack/w")).unwrap();
    place.lagom(&["predict", "pack/model.lagom", "new.csv"]).fails(&[
        "stands on the weights in `[DIR]/w`, which can't be used: there is no such folder, and none of its name beside the model (`[DIR]/pack/w`)",
        "there or beside the model's file",
    ]);
    place.lagom(&["predict", "whole.lagom", "new.csv"]).ends(0);
}

#[test]
fn the_rarest_class_says_whether_all_weights_are_trained() {
    let place = Place::new();
    bert_folder(&place.path("w"));
    study(&place, "");
    let mut csv = String::from("text,y\n");
    for row in 0..240 {
        csv.push_str(&format!("plain grey n{row},{}\n", if row % 6 == 0 { "bad" } else { "good" }));
    }
    place.write("d.csv", csv);
    let shares = |holdout: f64, validation: f64| {
        let more = format!("cross-fit = false\nholdout = {holdout}\nvalidation = {validation}");
        place.write("s.toml", study_text("").replace("cross-fit = false", &more));
        place.lagom(&["check", "s.toml"])
    };
    // 40 of 240 are bad; half are sealed, half of the others validate.
    shares(0.5, 0.5).ends(0).says(&[
        "The weights `tiny` are tried frozen alone, since a repeat has 10 rows to train on of the rarest class",
    ]);
    shares(0.25, 0.2).ends(0).says(&[
        "tried frozen and with all weights trained, since a repeat has 24 rows to train on of the rarest class",
    ]);
}

/// A file of one tensor as safetensors lays it out.
fn table(shape: [usize; 2], number: f32) -> Vec<u8> {
    let bytes: Vec<u8> = (0..shape[0] * shape[1]).flat_map(|_| number.to_le_bytes()).collect();
    let mut head =
        format!("{{\"embeddings\":{{\"dtype\":\"F32\",\"shape\":{shape:?},\"data_offsets\":[0,{}]}}}}", bytes.len());
    while head.len() % 8 != 0 {
        head.push(' ');
    }
    [&(head.len() as u64).to_le_bytes()[..], head.as_bytes(), &bytes].concat()
}

#[test]
fn folders_that_can_tell_nothing_are_refused() {
    let place = Place::new();
    static_folder(&place.path("w"), 0);
    study(&place, "");
    place.write("w/model.safetensors", table([24, 0], 0.0));
    place.refuses(&["tensor `embeddings` is of type F32 and shape [24, 0], expected a table [tokens, width]"]);
    for (number, told) in [(0.0, "all the same, with 0 as the first number of each"), (1e38, "all the same")] {
        place.write("w/model.safetensors", table([24, 4], number));
        place.refuses(&[told, "expected a table with a row of its own for each token"]);
    }
    static_folder(&place.path("w"), 0);
    for number in ["0", "7", "-5", "9.5", "\"many\""] {
        place.write("w/config.json", format!("{{\"model_type\":\"model2vec\",\"max_length\":{number}}}"));
        place.refuses(&["w/config.json`: `max_length` is", number, "expected a whole number of tokens from 8"]);
    }
    place.write("w/config.json", "{\"architectures\":[\"BertModel\"]}");
    place.refuses(&["w/config.json`: `model_type` is missing, expected the name of an architecture (bert, mpnet,"]);
    bert_folder(&place.path("w"));
    for number in ["0", "2", "-5"] {
        place.write("w/sentence_bert_config.json", format!("{{\"max_seq_length\": {number}}}"));
        place.refuses(&[
            "sentence_bert_config.json`: `max_seq_length` is",
            number,
            "expected a whole number of tokens from 8",
        ]);
    }
    place.write("w/sentence_bert_config.json", "{\"max_seq_length\": null}");
    place.lagom(&["check", "s.toml"]).ends(0);
}

#[test]
fn a_tokenizer_of_far_fewer_tokens_than_rows_is_doubted() {
    let place = Place::new();
    static_folder(&place.path("w"), 0);
    study(&place, "");
    assert!(!place.lagom(&["check", "s.toml"]).err.contains("two models"));
    // 24 tokens, 60 rows that differ.
    let mut numbers = table([60, 4], 0.5);
    let at = numbers.len() - 3;
    numbers[at] = 1;
    place.write("w/model.safetensors", numbers);
    let ran = place.lagom(&["check", "s.toml"]);
    ran.ends(0)
        .says(&["has 24 tokens and the embedding 60 rows: they may be of two models, and vectors then mean nothing"]);
}
