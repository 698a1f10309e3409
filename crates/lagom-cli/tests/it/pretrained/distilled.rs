//! Static embeddings that are distilled out of an encoder: whole commands.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::folders::{bert_folder, llama_folder, static_folder};
use super::{study, study_text};
use crate::support::Place;

const STATIC: &str = "adapt = [\"static\"]\ndimensions = [2, 8]\n";

/// Where the numbers of a tensor begin in a file of weights.
fn start(file: &[u8], tensor: &str) -> usize {
    let head = 8 + u64::from_le_bytes(file[..8].try_into().unwrap()) as usize;
    let tensors: Value = serde_json::from_slice(&file[8..head]).unwrap();
    head + tensors[tensor]["data_offsets"][0].as_u64().unwrap() as usize
}

/// The tiny BERT, whose words of good rows differ from those of bad ones by a number of their embedding.
fn telling_folder(folder: &Path) {
    bert_folder(folder);
    let path = folder.join("model.safetensors");
    let mut file = std::fs::read(&path).unwrap();
    let from = start(&file, "embeddings.word_embeddings.weight");
    // Five special tokens stand before the words.
    for (word, number) in (0..4).map(|word| (word, 3.0_f32)).chain((4..8).map(|word| (word, -3.0))) {
        let at = from + 4 * 8 * (5 + word);
        file[at..at + 4].copy_from_slice(&number.to_le_bytes());
    }
    std::fs::write(path, file).unwrap();
}

fn distilled(threads: &str) -> Place {
    let place = Place::new();
    telling_folder(&place.path("w"));
    study(&place, STATIC);
    place.write("s.toml", place.text("s.toml").replace("margin = 0.05", "bar = 0.8"));
    let ran = place.lagom_where(&["run", "s.toml", "--out", "out"], &[("RAYON_NUM_THREADS", threads)]);
    ran.ends(0);
    place
}

/// The files of a kind in the folder of what is worked out once.
fn kept(place: &Place, kind: &str) -> Vec<PathBuf> {
    let names = place.names().into_iter();
    let own = names.filter(|name| name.starts_with("out/embeddings/") && name.contains(kind));
    own.map(|name| place.path(&name)).collect()
}

fn row(report: &Value, name: &str) -> Value {
    let rows = report["analysis"]["screening"]["rows"].as_array().unwrap();
    rows.iter().find(|row| row["name"] == name).unwrap_or_else(|| panic!("no {name}: {report}")).clone()
}

#[test]
fn every_size_is_a_candidate_of_its_own_that_needs_no_folder() {
    let place = distilled("2");
    let report = place.report("out");
    let (small, large) = (row(&report, "tiny-static-2"), row(&report, "tiny-static-8"));
    // 24 tokens of 2 or 8 numbers, and a linear model of as many columns for two classes.
    assert_eq!((&small["parameters"], &large["parameters"]), (&Value::from(24 * 2 + 3), &Value::from(24 * 8 + 9)));
    assert_eq!(large["family"], "static");
    // All words are told apart by eight numbers: what the rows say is learned.
    assert!(large["quality"]["point"].as_f64().unwrap() > 0.9, "{large}");
    assert_eq!((kept(&place, ".static").len(), kept(&place, ".tokens-").len()), (1, 0), "{:?}", place.names());
    assert!(report["bundle"]["bytes_beside"].is_null(), "{}", report["bundle"]);
    let bytes = report["bundle"]["bytes"].as_u64().unwrap();
    assert_eq!(bytes, place.path("out/model.lagom").metadata().unwrap().len());
    place.lagom(&["bundle", "out"]).ends(0).says(&["all that it needs is in it"]);
    std::fs::remove_dir_all(place.path("w")).unwrap();
    std::fs::copy(place.path("out/model.lagom"), place.path("alone.lagom")).unwrap();
    std::fs::remove_dir_all(place.path("out")).unwrap();
    place.write("new.csv", "text\nfine plain\nawful plain\n");
    let ran = place.lagom(&["predict", "alone.lagom", "new.csv"]);
    ran.ends(0);
    assert_eq!(ran.out, "prediction\ngood\nbad\n");
}

#[test]
fn one_distillation_is_counted_in_each_training_and_spent_once() {
    let place = distilled("1");
    let report = place.report("out");
    let rows = report["analysis"]["screening"]["rows"].as_array().unwrap();
    let own = rows.iter().filter(|row| row["family"] == "static");
    let trials: Vec<&Value> = own.flat_map(|row| row["trials"].as_array().unwrap()).collect();
    assert_eq!(trials.len(), 6, "{report}");
    // Two layers of width 8, three tokens for each of 24, and four products to turn each: (24 · 2 · 3 + 4) · 64 · 24.
    let whole = f64::from((24 * 2 * 3 + 4) * 64 * 24);
    let spared: Vec<f64> = trials.iter().map(|trial| trial["shared"]["flops"].as_f64().unwrap_or(0.0)).collect();
    assert_eq!(spared.iter().filter(|flops| **flops == whole).count(), 5, "{spared:?}");
    assert_eq!(spared.iter().filter(|flops| **flops == 0.0).count(), 1, "{spared:?}");
    assert!(trials.iter().all(|trial| trial["flops"].as_f64().unwrap() > whole), "{trials:?}");
}

#[test]
fn threads_change_no_bit_and_what_is_damaged_is_worked_out_anew() {
    let (one, other) = (distilled("1"), distilled("4"));
    let path = kept(&other, ".static").remove(0);
    let read = |path: &PathBuf| std::fs::read(path).unwrap();
    // All but the CPU seconds that it took, and the checksum behind.
    let numbers = |bytes: &[u8]| bytes[24..bytes.len() - 16].to_vec();
    let whole = read(&path);
    assert_eq!(numbers(&read(&kept(&one, ".static")[0])), numbers(&whole));
    let mut broken = whole.clone();
    broken[200] ^= 1;
    std::fs::write(&path, broken).unwrap();
    // What a stopped run left, and is damaged, too.
    std::fs::write(path.with_extension("tokens-0"), b"lagom distil 01\n").unwrap();
    std::fs::remove_file(other.path("out/store.sqlite")).unwrap();
    let before = row(&other.report("out"), "tiny-static-8")["quality"].clone();
    other.run().ends(0);
    assert_eq!(numbers(&read(&path)), numbers(&whole));
    assert_eq!(row(&other.report("out"), "tiny-static-8")["quality"], before);
    assert!(kept(&other, ".tokens-").is_empty(), "{:?}", other.names());
}

#[test]
fn the_plan_knows_sizes_and_cost_and_usual_ones_are_cut_to_the_width() {
    let place = Place::new();
    bert_folder(&place.path("w"));
    study(&place, STATIC);
    place.lagom(&["plan", "s.toml"]).ends(0).says(&[
        "tiny-static-2",
        "tiny-static-8",
        "51",
        "201",
        "Static embeddings are distilled out of `tiny` once, for 24 of its tokens: about 1 s of one core",
    ]);
    place.write("s.toml", study_text("adapt = [\"static\", \"frozen\"]\n"));
    let ran = place.lagom(&["plan", "s.toml"]);
    ran.ends(0).says(&["tiny-static-8", "tiny-frozen"]);
    assert!(!ran.out.contains("tiny-static-64"), "{}", ran.out);
    assert!(!place.path("out").exists());
}

#[test]
fn what_can_t_be_distilled_is_refused() {
    let place = Place::new();
    bert_folder(&place.path("w"));
    study(&place, "");
    let refuses = |more: &str, words: &[&str]| {
        place.write("s.toml", study_text(more));
        place.refuses(words);
    };
    refuses(
        "adapt = [\"static\"]\ndimensions = [4, 9]\n",
        &["can't be distilled to 9 numbers a token: its vectors have 8, of 24 tokens", "name `dimensions` from 1 to 8"],
    );
    refuses("adapt = [\"static\"]\ndimensions = [0]\n", &["candidate.dimensions"]);
    refuses("adapt = [\"static\"]\ndimensions = [4, 4]\n", &["candidate.dimensions: found 4 twice"]);
    refuses("adapt = [\"static\"]\ndimensions = []\n", &["candidate.dimensions"]);
    refuses("adapt = [\"static\"]\ndimensions = \"many\"\n", &["candidate.dimensions", "[64, 128, 256]"]);
    refuses("adapt = [\"frozen\"]\ndimensions = 4\n", &["`dimensions` means nothing without \"static\" in `adapt`"]);
    static_folder(&place.path("w"), 0);
    refuses("adapt = [\"static\"]\n", &["these weights are static embeddings already", "adapt = [\"frozen\"]"]);
    llama_folder(&place.path("w"), 32);
    refuses("adapt = [\"static\"]\n", &["its architecture is `llama`, a decoder", "name an encoder"]);
}

#[test]
fn numbers_that_are_none_are_refused_before_anything_is_trained() {
    let place = Place::new();
    for tensor in ["embeddings.word_embeddings.weight", "embeddings"] {
        match tensor {
            "embeddings" => static_folder(&place.path("w"), 0),
            _ => bert_folder(&place.path("w")),
        }
        study(&place, "adapt = [\"frozen\"]\n");
        let whole = std::fs::read(place.path("w/model.safetensors")).unwrap();
        let start = start(&whole, tensor);
        for (number, told) in
            [(f32::NAN, "not a number (NaN)"), (f32::INFINITY, "infinite"), (f32::NEG_INFINITY, "infinite")]
        {
            let mut broken = whole.clone();
            broken[start + 20..start + 24].copy_from_slice(&number.to_le_bytes());
            place.write("w/model.safetensors", &broken);
            place.refuses(&["model.safetensors", &format!("tensor `{tensor}`"), "at 5 from 0", told, "hint: "]);
        }
        std::fs::remove_dir_all(place.path("w")).unwrap();
    }
}

#[test]
fn weights_that_tell_nothing_of_tokens_are_refused_before_the_work() {
    let place = Place::new();
    bert_folder(&place.path("w"));
    study(&place, STATIC);
    let path = place.path("w/model.safetensors");
    let file = std::fs::read(&path).unwrap();
    let from = start(&file, "embeddings.word_embeddings.weight");
    let mut broken = file.clone();
    // 24 tokens of 8 numbers.
    broken[from..from + 4 * 24 * 8].fill(0);
    std::fs::write(&path, broken).unwrap();
    place.refuses(&[
        "[[candidate]] \"tiny\": no static embeddings can be distilled out of these weights",
        "the same vector of each of 24 tokens",
        "take \"static\" out of `adapt`",
    ]);
    let mut broken = file;
    broken[from..from + 4].copy_from_slice(&f32::NAN.to_le_bytes());
    std::fs::write(&path, broken).unwrap();
    place.refuses(&["[[candidate]] \"tiny\": `tiny` can't be distilled", "not a number (NaN)"]);
}

#[test]
fn the_tokenizer_of_another_model_is_named_as_the_cause() {
    let place = Place::new();
    bert_folder(&place.path("w"));
    study(&place, STATIC);
    let mut file: Value = serde_json::from_str(&place.text("w/tokenizer.json")).unwrap();
    // Five special tokens and three words are left of 24: they differ in seven directions.
    file["model"]["vocab"].as_object_mut().unwrap().retain(|_, id| id.as_u64().unwrap() < 8);
    place.write("w/tokenizer.json", file.to_string());
    place.refuses(&[
        "`tiny` can't be distilled to 8 numbers a token",
        "has 8 tokens and the embedding 24 rows: they may be of two models",
        "take tokenizer.json and weights from the same model",
    ]);
}
