//! Decoders that score the names of classes, without and with worked examples: whole commands.

use super::pretrained::folders::{bert_folder, llama_folder};
use super::pretrained::texts;
use super::support::Place;

/// Rows of two classes whose names the decoder knows.
fn study(place: &Place, more: &str) {
    place.write("d.csv", texts(240, 1).replace(",good", ",fine").replace(",bad", ",poor"));
    place.write("s.toml", study_text(more));
}

fn study_text(more: &str) -> String {
    format!(
        "[task]\ndata = \"d.csv\"\ntarget = \"y\"\nkind = \"text-classification\"\ntext = \"text\"\n[good-enough]\nbar = 0.8\n\
         [ladder]\nfamilies = [\"baseline\"]\n[trials]\nrepeats = 2\ncross-fit = false\n[[candidate]]\nname = \"tiny\"\nweights = \"w\"\n{more}"
    )
}

#[test]
fn zero_shot_and_few_shot_are_candidates_that_nothing_is_trained_for() {
    let place = Place::new();
    llama_folder(&place.path("w"), 256);
    study(&place, "adapt = [\"zero-shot\", \"few-shot\"]\nshots = 4\n");
    place.lagom(&["plan", "s.toml"]).ends(0).says(&["tiny-zero-shot", "tiny-few-shot", "1,512"]);
    let ran = place.run();
    ran.ends(0);
    assert!(!ran.out.contains("Which adaptation pays"), "labels change neither: {ran:?}");
    let report = place.report("out");
    let rows = report["analysis"]["screening"]["rows"].as_array().unwrap();
    let row = |name: &str| rows.iter().find(|row| row["name"] == name).unwrap_or_else(|| panic!("no {name}: {report}"));
    for (name, family) in [("tiny-zero-shot", "zero-shot"), ("tiny-few-shot", "few-shot")] {
        let own = row(name);
        assert_eq!((&own["parameters"], &own["family"]), (&1_512.into(), &family.into()), "{own}");
    }
    // The made decoder reads the class off the one word that tells it.
    assert_eq!(row("tiny-zero-shot")["quality"]["point"], 1.0, "{report}");
    // Worked examples of both classes weigh alike, and those of one more than the other's words do not.
    assert!(row("tiny-few-shot")["quality"]["point"].as_f64().unwrap() > 0.6, "{report}");
    // Worked out once for all repeats.
    let kept = place.names().iter().filter(|name| name.ends_with(".vectors")).count();
    assert_eq!(kept, 1, "{:?}", place.names());
    place.write("new.csv", "text\nfine plain\nplain dire old\n");
    let ran = place.lagom(&["predict", "out", "new.csv"]);
    ran.ends(0);
    assert_eq!(ran.out, "prediction\nfine\npoor\n");
    let whole = place.lagom(&["bundle", "out", "--self-contained", "--out", "whole.lagom"]);
    whole.ends(0).says(&["all that it needs is in it"]);
    std::fs::rename(place.path("w"), place.path("away")).unwrap();
    let ran = place.lagom(&["predict", "whole.lagom", "new.csv"]);
    ran.ends(0);
    assert_eq!(ran.out, "prediction\nfine\npoor\n");
    place.lagom(&["predict", "out", "new.csv"]).fails(&["stands on the weights in `[DIR]/w`, which can't be used"]);
}

#[test]
fn what_can_t_be_scored_is_refused_before_anything_is_written() {
    let place = Place::new();
    llama_folder(&place.path("w"), 256);
    study(&place, "adapt = [\"few-shot\"]\nshots = [2, 4]\n");
    place.refuses(&["candidate.shots: found not one number above 0"]);
    place.write("s.toml", study_text("adapt = [\"zero-shot\"]\nshots = 4\n"));
    place.refuses(&["`shots` means nothing without \"few-shot\" in `adapt`"]);
    place.write(
        "s.toml",
        study_text("adapt = [\"zero-shot\"]\n").replace(
            "kind = \"text-classification\"\ntext = \"text\"",
            "kind = \"regression\"\n[task.columns]\ntext = \"text\"",
        ),
    );
    let numbers: String = place
        .text("d.csv")
        .lines()
        .enumerate()
        .map(|(row, line)| match row {
            0 => format!("{line}\n"),
            _ => format!("{},{}\n", line.split(',').next().unwrap(), row * 7 % 101),
        })
        .collect();
    place.write("numbers.csv", numbers);
    let text = place.text("s.toml").replace("d.csv", "numbers.csv");
    place.write("s.toml", text);
    place.refuses(&["`tiny` adapted by \"zero-shot\" names classes, and the target is a number"]);
    // More than the context holds.
    place.write("s.toml", study_text("adapt = [\"zero-shot\"]\n"));
    llama_folder(&place.path("w"), 48);
    place.refuses(&[
        "`tiny` can't score 2 classes: their names take",
        "tokens of the 48 that it reads at once",
        "longer context",
    ]);
    // A name that the tokenizer has nothing for.
    llama_folder(&place.path("w"), 1_024);
    let letters: Vec<String> = ('a'..='x').enumerate().map(|(at, letter)| format!("\"{letter}\":{at}")).collect();
    place.write("w/tokenizer.json", format!(
        "{{\"version\":\"1.0\",\"truncation\":null,\"padding\":null,\"added_tokens\":[],\"normalizer\":null,\"pre_tokenizer\":null,\
         \"post_processor\":null,\"decoder\":null,\"model\":{{\"type\":\"BPE\",\"vocab\":{{{}}},\"merges\":[]}}}}",
        letters.join(",")
    ));
    let named = place.text("d.csv").replace(",fine", ",ZZ");
    place.write("d.csv", named);
    place.refuses(&["`tiny` can't score the class \"ZZ\": its name comes to no token", "a name of letters"]);
    // An encoder writes nothing.
    bert_folder(&place.path("w"));
    place.refuses(&["can't be adapted by \"zero-shot\": its architecture is `bert`", "llama, qwen2, qwen3"]);
}

#[test]
fn a_prompt_for_models_that_are_called_is_said_to_change_nothing_of_weights() {
    let place = Place::new();
    llama_folder(&place.path("w"), 256);
    let called = "[prompt]\nsystem = \"Be brief.\"\n[[candidate]]\nname = \"other\"\ncommand = [\"true\"]\n";
    study(&place, &format!("adapt = [\"zero-shot\", \"few-shot\"]\n{called}"));
    place
        .lagom(&["plan", "s.toml"])
        .says(&["[prompt] is for models that are called: `tiny-zero-shot` and `tiny-few-shot` keep the prompt that lagom writes"]);
    place.write(
        "s.toml",
        study_text(&format!("adapt = [\"zero-shot\"]\n{}", called.replace("system = \"Be brief.\"\n", ""))),
    );
    assert!(!place.lagom(&["plan", "s.toml"]).err.contains("is for models that are called"));
}

#[test]
fn texts_that_a_prompt_leaves_no_room_for_are_counted() {
    let place = Place::new();
    // Names and instruction take some 40 tokens of 96.
    llama_folder(&place.path("w"), 96);
    study(&place, "adapt = [\"zero-shot\"]\n");
    place.run().ends(0);
    place.write("new.csv", format!("text\nfine plain\n{}fine\n", "plain ".repeat(120)));
    let ran = place.lagom(&["predict", "out", "new.csv"]);
    ran.ends(0).says(&["warning: 1 of 2 rows hold a text that is longer than what the model reads of one"]);
    place.write("new.csv", "text\nfine plain\n");
    assert!(!place.lagom(&["predict", "out", "new.csv"]).err.contains("longer"), "nothing is cut");
}
