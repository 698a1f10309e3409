//! Pretrained weights as candidates: folders that the test writes, whole commands on them.

mod devices;
mod distilled;
pub(super) mod folders;
mod found;

use super::support::{Dice, Place};
use folders::{WORDS, bert_folder, static_folder};

/// Rows whose label is told by one of two kinds of words, among words that tell nothing.
pub(super) fn texts(rows: usize, seed: u64) -> String {
    let mut dice = Dice(seed);
    let mut csv = String::from("text,y\n");
    for row in 0..rows {
        let good = dice.roll().is_multiple_of(2);
        let told = if good { &WORDS[0..4] } else { &WORDS[4..8] };
        let mut text: Vec<&str> = (0..6).map(|_| WORDS[8 + (dice.roll() % 8) as usize]).collect();
        text[(dice.roll() % 6) as usize] = told[(dice.roll() % 4) as usize];
        // No two rows are alike.
        csv.push_str(&format!("{} n{row},{}\n", text.join(" "), if good { "good" } else { "bad" }));
    }
    csv
}

/// A study of the weights in `w` and of n-grams.
fn study(place: &Place, more: &str) {
    place.write("d.csv", texts(240, 1));
    place.write("s.toml", study_text(more));
}

fn study_text(more: &str) -> String {
    format!(
        "[task]\ndata = \"d.csv\"\ntarget = \"y\"\nkind = \"text-classification\"\ntext = \"text\"\n[good-enough]\nmargin = 0.05\n\
         [ladder]\nfamilies = [\"baseline\"]\n[trials]\nrepeats = 3\ncross-fit = false\n[[candidate]]\nname = \"tiny\"\nweights = \"w\"\n{more}"
    )
}

fn finished() -> Place {
    let place = Place::new();
    static_folder(&place.path("w"), 0);
    study(&place, "");
    let ran = place.run();
    ran.ends(0).says(&["tiny-frozen"]);
    place
}

#[test]
fn static_embeddings_run_predict_and_are_found_again() {
    let place = finished();
    let report = place.report("out");
    let rows = report["analysis"]["screening"]["rows"].as_array().unwrap();
    let own = rows.iter().find(|row| row["name"] == "tiny-frozen").unwrap();
    // 24 tokens of 4 numbers, and a linear model of 4 columns for two classes: 96 + 5.
    assert_eq!(own["parameters"], 101, "{own}");
    assert_eq!(own["family"], "frozen");
    place.write("new.csv", "text\nfine plain\nawful plain\n");
    let ran = place.lagom(&["predict", "out", "new.csv"]);
    ran.ends(0);
    assert_eq!(ran.out, "prediction\ngood\nbad\n");
    // One file of vectors for all repeats, and nothing half-written.
    let names = place.names();
    let vectors = names.iter().filter(|name| name.starts_with("out/embeddings/") && name.ends_with(".vectors")).count();
    assert_eq!(vectors, 1, "{names:?}");
    assert!(!names.iter().any(|name| name.ends_with(".part")), "{names:?}");
    let again = place.run();
    again.ends(0);
    let trained: i64 = place.store("out").query_row("select count(*) from trials", [], |row| row.get(0)).unwrap();
    place.run().ends(0);
    let then: i64 = place.store("out").query_row("select count(*) from trials", [], |row| row.get(0)).unwrap();
    assert_eq!(trained, then, "nothing is trained again");
}

#[test]
fn a_damaged_file_of_vectors_is_worked_out_anew_to_the_same_numbers() {
    let place = finished();
    let before = place.report("out")["analysis"]["screening"]["rows"].clone();
    let name = place.names().into_iter().find(|name| name.ends_with(".vectors")).unwrap();
    let mut bytes = std::fs::read(place.path(&name)).unwrap();
    let whole = bytes.clone();
    bytes[60] ^= 1;
    place.write(&name, &bytes);
    std::fs::remove_file(place.path("out/store.sqlite")).unwrap();
    place.run().ends(0);
    // All but the CPU seconds that it took, and the checksum behind.
    let again = std::fs::read(place.path(&name)).unwrap();
    let end = whole.len() - 16;
    assert!(again.len() == whole.len() && again[..40] == whole[..40] && again[48..end] == whole[48..end]);
    let after = place.report("out")["analysis"]["screening"]["rows"].clone();
    let quality = |rows: &serde_json::Value| rows[1]["quality"].clone();
    assert_eq!(quality(&before), quality(&after));
}

#[test]
fn other_weights_are_another_candidate() {
    let place = finished();
    let count = |place: &Place| -> i64 {
        place.store("out").query_row("select count(*) from trials", [], |row| row.get(0)).unwrap()
    };
    let before = count(&place);
    static_folder(&place.path("w"), 1);
    place.run().ends(0);
    // All of the weights, none of the baseline.
    assert!(count(&place) > before, "{before}");
}

#[test]
fn a_model_says_when_its_weights_are_gone_or_changed_and_can_have_them_in_itself() {
    let place = finished();
    place.write("new.csv", "text\nfine plain\n");
    let whole = place.lagom(&["bundle", "out", "--self-contained", "--out", "whole.lagom"]);
    whole.ends(0).says(&["whole.lagom", "all that it needs is in it"]);
    place.lagom(&["bundle", "out"]).ends(0).says(&["101 parameters", "pretrained weights in `[DIR]/w`"]);
    place.lagom(&["bundle", "whole.lagom"]).ends(0).says(&["101 parameters", "all that it needs is in it"]);
    std::fs::rename(place.path("w"), place.path("away")).unwrap();
    for verb in [&["predict", "out", "new.csv"][..], &["bundle", "out"], &["bundle", "out", "--self-contained"]] {
        place.lagom(verb).fails(&["stands on the weights in `[DIR]/w`, which can't be used", "put the folder back"]);
    }
    // Verdict and report need no weights.
    place.lagom(&["verdict", "out"]).ends(0);
    static_folder(&place.path("w"), 1);
    place.lagom(&["predict", "out", "new.csv"]).fails(&["holds other weights than the model was trained on"]);
    let ran = place.lagom(&["predict", "whole.lagom", "new.csv"]);
    ran.ends(0);
    assert_eq!(ran.out, "prediction\ngood\n");
}

#[test]
fn numbers_are_learned_from_texts_beside_other_columns() {
    let place = Place::new();
    static_folder(&place.path("w"), 0);
    let mut dice = Dice(3);
    let mut csv = String::from("text,size,y\n");
    for row in 0..240 {
        let (good, size) = (dice.roll().is_multiple_of(2), dice.roll() % 100);
        let words: Vec<&str> = (0..5).map(|_| WORDS[8 + (dice.roll() % 8) as usize]).collect();
        let told = WORDS[if good { 0 } else { 4 } + (dice.roll() % 4) as usize];
        let noise = (dice.roll() % 10) as f64 / 10.0;
        let y = if good { 100.0 } else { 0.0 } + size as f64 + noise;
        csv.push_str(&format!("{told} {} n{row},{size},{y}\n", words.join(" ")));
    }
    place.write("d.csv", csv);
    place.write(
        "s.toml",
        "[task]\ndata = \"d.csv\"\ntarget = \"y\"\nkind = \"regression\"\nmetric = \"r2\"\n[task.columns]\ntext = \"text\"\n[good-enough]\nmargin = 0.05\n\
         [ladder]\nfamilies = [\"baseline\"]\n[trials]\nrepeats = 3\ncross-fit = false\n[[candidate]]\nname = \"tiny\"\nweights = \"w\"\n",
    );
    place.run().ends(0);
    let report = place.report("out");
    let rows = report["analysis"]["screening"]["rows"].as_array().unwrap();
    let own = rows.iter().find(|row| row["name"] == "tiny-frozen").unwrap();
    // The column alone explains a quarter: variances 833 and 2,500.
    assert!(own["quality"]["point"].as_f64().unwrap() > 0.9, "{own}");
}

#[test]
fn the_plan_knows_the_weights() {
    let place = Place::new();
    static_folder(&place.path("w"), 0);
    study(&place, "");
    place.lagom(&["plan", "s.toml"]).ends(0).says(&[
        "tiny-frozen",
        "101",
        "The static embeddings `tiny` are tried as they are",
    ]);
    assert!(!place.path("out").exists());
}

#[test]
fn what_can_t_be_used_is_refused_before_anything_is_written() {
    let place = Place::new();
    study(&place, "");
    place.refuses(&["[[candidate]] \"tiny\": the folder of weights `w` does not exist", "hint: "]);
    static_folder(&place.path("w"), 0);
    place.write("s.toml", study_text("adapt = [\"frozen\", \"full\"]\n"));
    place.refuses(&["can't be adapted by \"full\": static embeddings have no layers to train", "adapt = [\"frozen\"]"]);
    place.write("s.toml", study_text("adapt = [\"molten\"]\n"));
    place.refuses(&[
        "candidate.adapt: found \"molten\", expected `frozen`, `static`, `lora`, `full`, `scratch`, `zero-shot` or `few-shot`",
    ]);
    place.write("s.toml", study_text("adapt = []\n"));
    place.refuses(&["found no adaptation"]);
    place.write("s.toml", study_text("price = { input = 1.0, output = 1.0, currency = \"USD\" }\n"));
    place.refuses(&["`price` means nothing beside `weights`"]);
    place.write("s.toml", study_text("gguf = \"m.gguf\"\n"));
    place.refuses(&["`gguf` and `weights` exclude each other"]);
    place.write("s.toml", study_text("").replace("weights = \"w\"", "weights = \"hf:owner\""));
    place.refuses(&["found \"hf:owner\", expected hf:owner/name"]);
    place.write("s.toml", study_text("").replace("text-classification\"\ntext = \"text\"", "text-generation\""));
    place.refuses(&["[ladder]", "nothing is trained for text-generation"]);
    // Faults of the folder itself.
    place.write("s.toml", study_text(""));
    let write = |name: &str, text: &str| place.write(&format!("w/{name}"), text);
    let config = place.text("w/config.json");
    write("config.json", &config.replace("model2vec", "mamba"));
    place.refuses(&["architecture `mamba`", "is not known", "bert, mpnet, distilbert"]);
    write("config.json", "{");
    place.refuses(&["config.json"]);
    write("config.json", &config);
    let weights = std::fs::read(place.path("w/model.safetensors")).unwrap();
    place.write("w/model.safetensors", &weights[..weights.len() - 7]);
    place.refuses(&["model.safetensors"]);
    std::fs::remove_file(place.path("w/model.safetensors")).unwrap();
    place.refuses(&["safetensors"]);
    place.write("w/model.safetensors", &weights);
    let tokenizer = place.text("w/tokenizer.json");
    write("tokenizer.json", &tokenizer.replace("\"plain\"", "\"plain\":99,\"more\""));
    place.refuses(&["tokenizer.json"]);
    std::fs::remove_file(place.path("w/tokenizer.json")).unwrap();
    place.refuses(&["tokenizer.json"]);
}

#[test]
fn more_classes_than_rows_to_train_on_are_refused() {
    let place = Place::new();
    static_folder(&place.path("w"), 0);
    let mut csv = String::from("text,y\n");
    for row in 0..180 {
        csv.push_str(&format!("fine n{row} plain,c{}\n", row % 60));
    }
    place.write("d.csv", csv);
    // Three rows of each class: of 180 half are sealed, and half of the rest validates.
    place.write(
        "s.toml",
        study_text("").replace("cross-fit = false", "cross-fit = false\nholdout = 0.5\nvalidation = 0.5"),
    );
    place.refuses(&["would learn 60 classes from"]);
}

#[test]
fn the_local_cache_is_looked_at_and_never_filled() {
    let place = Place::new();
    study(&place, "");
    place.write("s.toml", study_text("").replace("weights = \"w\"", "weights = \"hf:some/tiny@v2\""));
    let home = place.path("hub-home");
    let home = home.to_str().unwrap();
    let check = || place.lagom_where(&["check", "s.toml"], &[("HF_HOME", home)]);
    check().fails(&[
        "`hf:some/tiny` is not in the cache of Hugging Face",
        "`hf download some/tiny --revision v2` fetches it",
    ]);
    assert!(!place.path("hub-home").exists());
    let own = place.path("hub-home/hub/models--some--tiny");
    static_folder(&own.join("snapshots/0123abcd"), 0);
    check().fails(&["not at `v2` (there: 0123abcd)"]);
    std::fs::create_dir_all(own.join("refs")).unwrap();
    std::fs::write(own.join("refs/v2"), "0123abcd\n").unwrap();
    check().ends(0);
    place.write("s.toml", study_text("").replace("weights = \"w\"", "weights = \"hf:some/tiny@0123abcd\""));
    check().ends(0);
}

#[test]
fn every_adaptation_of_a_network_is_a_candidate_and_leaves_no_checkpoint() {
    let place = Place::new();
    bert_folder(&place.path("w"));
    study(&place, "adapt = [\"frozen\", \"lora\", \"full\", \"scratch\"]\n");
    let text = place.text("s.toml").replace("repeats = 3", "repeats = 2");
    place.write("s.toml", text);
    let ran = place.run();
    // Random weights of eight numbers may learn nothing here: that is a verdict, too.
    assert!(ran.code == 0 || ran.code == 3, "{ran:?}");
    let report = place.report("out");
    let rows = report["analysis"]["screening"]["rows"].as_array().unwrap();
    let parameters = |name: &str| {
        let row = rows.iter().find(|row| row["name"] == name).unwrap_or_else(|| panic!("no {name}: {report}"));
        row["parameters"].as_u64().unwrap()
    };
    // 1,680 of the network; a head of 8 + 1 for two classes that share it, or of two outputs. The low-rank change: two layers with
    // two matrices of 8 × 8 and 8 × 8 beside queries and values.
    assert_eq!(parameters("tiny-frozen"), 1_680 + 9);
    assert_eq!(parameters("tiny-full"), 1_680 + 18);
    assert_eq!(parameters("tiny-scratch"), 1_680 + 18);
    assert_eq!(parameters("tiny-lora"), 1_680 + 18 + 2 * 2 * 2 * 64);
    assert!(!place.names().iter().any(|name| name.ends_with(".state")), "{:?}", place.names());
    // Without the folder, what is kept is told again, and trained weights stand alone.
    std::fs::rename(place.path("w"), place.path("away")).unwrap();
    assert_eq!(place.lagom(&["verdict", "out"]).code, ran.code);
    place.write("s.toml", study_text("adapt = [\"full\"]\n"));
    place.lagom(&["check", "s.toml"]).fails(&["the folder of weights `w` does not exist"]);
}
