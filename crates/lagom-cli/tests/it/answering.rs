//! Own weights that answer in tasks of models that are asked, as they are and trained on references: whole commands.

use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use serde_json::Value;

use super::pretrained::folders::{WORDS, bert_folder, lively_folder, llama_folder};
use super::processes::{Running, none_left};
use super::support::{Dice, Place};

/// Six words that tell nothing but for one, which is of one of two kinds.
fn text(dice: &mut Dice, good: bool, row: usize) -> String {
    let told = if good { &WORDS[0..4] } else { &WORDS[4..8] };
    let mut text: Vec<&str> = (0..6).map(|_| WORDS[8 + (dice.roll() % 8) as usize]).collect();
    text[(dice.roll() % 6) as usize] = told[(dice.roll() % 4) as usize];
    // No two rows are alike.
    format!("n{row} {}", text.join(" "))
}

/// Rows of texts and of what is to be said of each kind.
fn csv(rows: usize, [good, bad]: [&str; 2]) -> String {
    let mut dice = Dice(3);
    let mut csv = String::from("text,answer\n");
    for row in 0..rows {
        let is_good = dice.roll().is_multiple_of(2);
        csv.push_str(&format!("{},{}\n", text(&mut dice, is_good, row), if is_good { good } else { bad }));
    }
    csv
}

fn candidate(adapt: &str) -> String {
    format!("[[candidate]]\nname = \"tiny\"\nweights = \"w\"\nadapt = {adapt}\n")
}

fn choices(more: &str) -> String {
    format!(
        "[task]\ndata = \"d.csv\"\ntarget = \"answer\"\nkind = \"multiple-choice\"\nlabels = [\"fine\", \"poor\"]\ninput = \"text\"\n\
         [good-enough]\nbar = 0.8\n[budget]\nexplore = 60\n{more}"
    )
}

fn writing(more: &str) -> String {
    format!(
        "[task]\ndata = \"d.csv\"\ntarget = \"answer\"\nkind = \"text-generation\"\ninput = \"text\"\nmetric = \"exact-match\"\n\
         [good-enough]\nbar = 0.5\n[budget]\nexplore = 60\n[prompt]\nmax-tokens = 3\ntemplate = \"{{{{ text }}}}\"\n{more}"
    )
}

fn row(place: &Place, name: &str) -> Value {
    let report = place.report("out");
    let rows = report["analysis"]["screening"]["rows"].as_array().unwrap();
    rows.iter().find(|row| row["name"] == name).unwrap_or_else(|| panic!("no {name}: {report}")).clone()
}

/// Addresses and texts of all answers, with their likelihoods.
fn answers(place: &Place) -> Vec<(String, String)> {
    let store = place.store("out");
    let mut statement = store.prepare("SELECT key, record FROM answers ORDER BY key").unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, String>(1)?))).unwrap();
    let told = |record: String| {
        let record: Value = serde_json::from_str(&record).unwrap();
        format!("{} {}", record["answer"]["text"], record["answer"]["likelihoods"])
    };
    rows.map(|row| row.map(|(key, record)| (key, told(record))).unwrap()).collect()
}

#[test]
fn choices_are_answered_by_likelihood_and_found_again() {
    let place = Place::new();
    llama_folder(&place.path("w"), 256);
    place.write("d.csv", csv(300, ["fine", "poor"]));
    place.write("s.toml", choices(&candidate("[\"zero-shot\", \"few-shot\"]\nshots = [2, 4]")));
    place.lagom(&["check", "s.toml"]).ends(0).says(&["weights of 1.51k parameters in", "Models that are asked"]);
    place.lagom(&["plan", "s.toml"]).ends(0).says(&["tiny-zero-shot", "tiny-few-shot-2shot", "tiny-few-shot-4shot"]);
    let ran = place.run();
    ran.ends(0).says(&["a language model of your own weights, run here"]);
    let own = row(&place, "tiny-zero-shot");
    assert_eq!((&own["family"], &own["parameters"]), (&"weights".into(), &1_512.into()), "{own}");
    // The made decoder finds the name likelier whose words stand before.
    assert_eq!(own["quality"]["point"], 1.0, "{own}");
    let calls = &own["calls"];
    assert_eq!((&calls["parameters"], &calls["money_per_thousand"]), (&1_512.into(), &0.0.into()), "{calls}");
    let bytes = std::fs::metadata(place.path("w/model.safetensors")).unwrap().len()
        + std::fs::metadata(place.path("w/tokenizer.json")).unwrap().len();
    assert_eq!(calls["bytes"], bytes);
    assert!(calls["total"]["p50"].as_f64().unwrap() > 0.0 && calls["training"].is_null(), "{calls}");
    let first = answers(&place);
    // Every one was asked the first rows, and the best all that are explored.
    assert!(first.len() >= 60 + 2 * 32, "{}", first.len());
    // Nothing is asked twice, not even of the same weights in another place.
    std::fs::rename(place.path("w"), place.path("moved")).unwrap();
    place.write("s.toml", place.text("s.toml").replace("weights = \"w\"", "weights = \"moved\""));
    place.run().ends(0);
    assert_eq!(answers(&place), first);
    // The verdict needs no weights.
    std::fs::remove_dir_all(place.path("moved")).unwrap();
    place.lagom(&["verdict", "out"]).ends(0);
}

#[test]
fn every_kind_of_choice_accuracy_is_had_of_the_same_answers() {
    let place = Place::new();
    llama_folder(&place.path("w"), 256);
    place.write("d.csv", csv(200, ["fine", "poor"]));
    let mut before = None;
    for metric in ["choice-accuracy", "choice-accuracy-characters", "choice-accuracy-bytes", "choice-accuracy-tokens"] {
        let study = choices(&candidate("[\"zero-shot\"]"));
        place.write(
            "s.toml",
            study.replace("input = \"text\"\n", &format!("input = \"text\"\nmetric = \"{metric}\"\n")),
        );
        place.run().ends(0);
        assert_eq!(row(&place, "tiny-zero-shot")["quality"]["point"], 1.0, "{metric}");
        let now = answers(&place);
        assert_eq!(before.get_or_insert_with(|| now.clone()), &now, "{metric} asked anew");
    }
}

#[test]
fn texts_are_written_until_they_end_and_long_prompts_are_cut_and_counted() {
    let place = Place::new();
    llama_folder(&place.path("w"), 64);
    let mut rows = csv(200, ["fine", "awful"]);
    // Some rows are longer than the context.
    for row in 0..20 {
        rows.push_str(&format!("m{row} {},fine\n", "great ".repeat(100).trim_end()));
    }
    place.write("d.csv", rows);
    // One of the words that tell is the likeliest to follow, the first of its kind: after it a stop text comes.
    place.write("s.toml", writing(&format!("stop = [\" \"]\n{}", candidate("[\"zero-shot\"]"))));
    let plan = place.lagom(&["plan", "s.toml"]);
    plan.ends(0).says(&["prompts leave too little room for an answer in the context and are cut at their front"]);
    place.run().ends(0);
    let own = row(&place, "tiny-zero-shot");
    assert!(own["quality"]["point"].as_f64().unwrap() > 0.7, "{own}");
    assert!(own["calls"]["prompts_cut"].as_u64().unwrap() > 0, "{own}");
    assert!(place.text("out/report.html").contains("longer than the context leaves room for"));
    assert_eq!(own["calls"]["problems"]["truncated"], 0);
}

/// A study whose references only a training can tell: another word than any that the made decoder would write.
fn lessons(adapt: &str) -> Place {
    let place = Place::new();
    lively_folder(&place.path("w"), 64);
    place.write("d.csv", csv(3_000, ["spare0", "spare1"]));
    // What writes on and on is wrong here, not missing.
    place.write("s.toml", writing(&format!("cut-off = \"read\"\n{}", candidate(adapt))));
    place
}

#[test]
fn references_are_learned_and_the_weights_that_answered_are_handed_over() {
    let place = lessons("[\"zero-shot\", \"lora\"]");
    place.lagom(&["check", "s.toml"]).ends(0).says(&[
        "`tiny-lora` is trained by a low-rank change of its weights on the",
        "training rows with a reference before it is asked",
    ]);
    let ran = place.run();
    ran.ends(0).says(&["handed-over", "the weights of tiny-lora as they answered"]);
    assert!(!ran.out.contains("lagom predict"), "{}", ran.out);
    let (plain, tuned) = (row(&place, "tiny-zero-shot"), row(&place, "tiny-lora"));
    assert!(plain["quality"]["point"].as_f64().unwrap() < 0.2, "{plain}");
    assert!(tuned["quality"]["point"].as_f64().unwrap() > 0.6, "{tuned}");
    let training = &tuned["calls"]["training"];
    let count = |key: &str| training[key].as_u64().unwrap();
    // A tenth of the rows that are neither sealed nor explored is held back, 200 at most.
    let rows = count("rows") + count("held_back");
    assert_eq!((count("held_back"), count("cut")), ((rows / 10).min(200), 0), "{training}");
    assert!(rows < 3_000 - 60 && count("steps") > 0 && count("operations") > 0, "{training}");
    assert!(place.text("out/report.html").contains("was trained before it was asked"));
    let effort = &place.report("out")["effort"];
    assert_eq!(
        (&effort["trained"], effort["flops"].as_f64()),
        (&1.into(), training["operations"].as_f64()),
        "{effort}"
    );
    ran.says(&["1 training"]);
    assert_eq!(place.report("out")["bundle"]["file"], "handed-over");
    place.lagom(&["predict", "out", "d.csv"]).fails(&["handed over as the folder of weights `handed-over`"]);
    // Nothing half-written, and no checkpoint is left.
    assert!(
        place.names().iter().all(|name| !name.ends_with(".part") && !name.ends_with(".state")),
        "{:?}",
        place.names()
    );
    // What was handed over answers as what was asked, in another study.
    std::fs::rename(place.path("out/handed-over"), place.path("theirs")).unwrap();
    std::fs::rename(place.path("out"), place.path("first")).unwrap();
    let again = candidate("[\"zero-shot\"]").replace("\"w\"", "\"theirs\"");
    place.write("s.toml", writing(&format!("cut-off = \"read\"\n{again}")));
    place.run().ends(0);
    assert_eq!(row(&place, "tiny-zero-shot")["quality"], tuned["quality"]);
}

#[test]
fn a_training_that_was_killed_goes_on_to_the_same_bits() {
    let whole = lessons("[\"lora\"]");
    whole.run().ends(0);
    let place = lessons("[\"lora\"]");
    let mut running = Running::start(&place);
    let start = Instant::now();
    let is_kept = |place: &Place| place.names().iter().any(|name| name.ends_with(".state"));
    while !is_kept(&place) {
        assert!(!running.has_ended() && start.elapsed() < Duration::from_secs(300), "no checkpoint was seen");
        std::thread::sleep(Duration::from_millis(2));
    }
    running.send(Signal::SIGKILL);
    running.wait();
    none_left(&running.tag);
    assert!(is_kept(&place) && !place.path("out/report.json").exists());
    place.run().ends(0);
    let weights = |place: &Place| std::fs::read(place.path("out/handed-over/model.safetensors")).unwrap();
    assert!(weights(&place) == weights(&whole), "other weights");
    assert_eq!(answers(&place), answers(&whole));
    // A further run trains nothing: what was trained is found again.
    let before = place.path("out/tuned").metadata().unwrap().modified().unwrap();
    place.run().ends(0);
    assert_eq!(place.path("out/tuned").metadata().unwrap().modified().unwrap(), before);
}

#[test]
fn other_rows_to_learn_from_are_another_model() {
    let place = lessons("[\"lora\"]");
    place.run().ends(0);
    let first = answers(&place);
    // One reference more is one to learn from: all is asked anew.
    let changed = place.text("d.csv").replacen(",spare0\n", ",spare2\n", 200);
    place.write("d.csv", changed);
    place.run();
    let second = answers(&place);
    assert!(second.len() > first.len() && first.iter().all(|one| second.contains(one)));
}

#[test]
fn what_can_t_answer_is_refused_before_anything_is_written() {
    let place = Place::new();
    place.write("d.csv", csv(300, ["fine", "poor"]));
    let refuses = |study: String, words: &[&str]| {
        place.write("s.toml", study);
        place.refuses(words);
    };
    let zero = || candidate("[\"zero-shot\"]");
    refuses(writing(&zero()), &["[[candidate]] \"tiny\": the folder of weights `w` does not exist"]);
    // An encoder writes nothing.
    bert_folder(&place.path("w"));
    let bert = ["[[candidate]] \"tiny\": `tiny` can't answer: its architecture is `bert`", "llama, qwen2, qwen3"];
    refuses(writing(&zero()), &bert);
    refuses(choices(&zero()), &bert);
    llama_folder(&place.path("w"), 256);
    // What a task can't have of weights.
    refuses(
        writing(&candidate("[\"frozen\"]")),
        &[
            "weights can't be adapted by \"frozen\" to text-generation",
            "write `zero-shot`, `few-shot`, `lora` or `full`",
        ],
    );
    refuses(
        choices(&candidate("[\"lora\"]")),
        &["weights can't be adapted by \"lora\" to multiple-choice", "write `zero-shot` or `few-shot`"],
    );
    refuses(writing(&format!("{}shots = 4\n", zero())), &["`shots` means nothing without \"few-shot\" in `adapt`"]);
    refuses(writing(&candidate("[\"few-shot\"]\nshots = [0, 2]")), &["found 0 examples for few-shot"]);
    refuses(
        writing(&candidate("[\"zero-shot\"]\nparameters = \"1B\"")),
        &["`parameters` means nothing beside `weights`"],
    );
    for key in ["device = \"wgpu\"", "precision = \"bf61\"", "dimensions = 64"] {
        let name = key.split(' ').next().unwrap();
        refuses(
            writing(&candidate(&format!("[\"lora\"]\n{key}"))),
            &[
                &format!("`{name}` means nothing in text-generation"),
                "the processor works with the weights as they are",
            ],
        );
    }
    refuses(
        writing(&format!("temperature = 0.7\n{}", zero())),
        &["always write the likeliest token: found temperature 0.7"],
    );
    refuses(
        writing(&format!("form = \"chat\"\n{}", zero())),
        &["weights go on with a text, and [prompt] asks for messages"],
    );
    // Nothing that an answer would learn to end with.
    refuses(
        writing(&candidate("[\"lora\"]")),
        &["can't be trained: its folder names no token that ends a text", "eos_token_id"],
    );
    // No room for a question.
    llama_folder(&place.path("w"), 8);
    refuses(
        writing(&zero()),
        &["`tiny-zero-shot` reads 8 tokens at once", "with the 3 tokens that an answer may have"],
    );
    refuses(choices(&zero()), &["`tiny-zero-shot` reads 8 tokens at once", "longer context"]);
}
