//! Studies with models that are asked: whole commands against a scripted server on this machine.

use std::sync::atomic::Ordering;

use super::scripted::{Fault, Labelled, Model, Script, Server};
use super::support::{Dice, Place};

const TOPICS: [(&str, [&str; 4]); 3] = [
    ("billing", ["invoice", "charge", "refund", "fee"]),
    ("travel", ["flight", "hotel", "train", "passport"]),
    ("weather", ["rain", "snow", "wind", "sunshine"]),
];

/// Sentences with a topic, each different.
fn sentences(rows: usize, seed: u64) -> Vec<(String, String)> {
    let mut dice = Dice(seed);
    (0..rows)
        .map(|row| {
            let (topic, words) = TOPICS[(dice.roll() % 3) as usize];
            let filler = dice.one(&["please tell me about", "I have a question on", "what is with", "help me with"]);
            (format!("{filler} the {} number {row} of {}", dice.one(&words), dice.roll() % 90), topic.to_owned())
        })
        .collect()
}

fn csv(rows: &[(String, String)]) -> String {
    let lines: Vec<String> = rows.iter().map(|(text, label)| format!("\"{text}\",{label}")).collect();
    format!("text,topic\n{}\n", lines.join("\n"))
}

fn served(examples: &[(String, String)], accuracy: f64, seed: u64) -> Server {
    let model = Model::Labels(Labelled::new(examples.to_vec(), accuracy, seed));
    Server::start(Script { model, ..Script::default() })
}

fn study(small: &Server, large: &Server, more: &str) -> String {
    format!(
        "[task]\ndata = \"d.csv\"\ntarget = \"topic\"\ntext = \"text\"\nkind = \"text-classification\"\nmetric = \"accuracy\"\n\
         [good-enough]\nmargin = 0.08\n[ladder]\nfamilies = [\"ngrams\"]\nlargest = \"2k\"\n[trials]\nrepeats = 2\nholdout = 0.4\n\
         [budget]\nexplore = 120\n{more}\n\
         [[candidate]]\nname = \"small\"\nendpoint = \"{}\"\nmodel = \"scripted\"\nparameters = \"4B\"\n\
         price = {{ input = 1.0, output = 2.0, currency = \"USD\" }}\n\
         [[candidate]]\nname = \"large\"\nendpoint = \"{}\"\nmodel = \"scripted\"\nparameters = \"400B\"\n\
         price = {{ input = 10.0, output = 20.0, currency = \"USD\" }}\n",
        small.url(),
        large.url()
    )
}

/// The trained ladder is made weak by random words, so that the finalists are the two servers.
fn place(examples: &[(String, String)]) -> Place {
    let place = Place::new();
    place.write("d.csv", csv(examples));
    place
}

/// Texts that say nothing of their label: only who knows the answers can do the job.
pub(super) fn riddles(rows: usize) -> Vec<(String, String)> {
    let mut dice = Dice(5);
    (0..rows).map(|row| (format!("riddle {row} of {}", dice.roll()), dice.one(&["yes", "no"]).to_owned())).collect()
}

#[test]
fn two_servers_and_a_trained_ladder_get_one_verdict_and_nothing_is_asked_twice() {
    let examples = riddles(1_500);
    let (small, large) = (served(&examples, 0.97, 1), served(&examples, 0.995, 2));
    let place = place(&examples);
    place.write("s.toml", study(&small, &large, ""));
    place.lagom(&["plan", "s.toml"]).ends(0).says(&["small", "large", "4B", "USD"]);
    place.lagom(&["check", "s.toml"]).ends(0).says(&["The first prompt of small", "yes", "the server is there"]);
    let ran = place.run();
    ran.ends(0).says(&["smaller model is enough", "small", "large"]);
    let report = place.report("out");
    assert_eq!(report["verdict"]["choice"], "small");
    // The pair of the verdict comes first, and what it counts is the quality of each on the same validation rows.
    let pair = &report["shown"]["agreements"][0];
    assert_eq!(pair["candidates"], serde_json::json!(["small", "large"]));
    let share = |name: &str| pair[name].as_f64().unwrap();
    for (name, alone) in [("small", "only_first"), ("large", "only_second")] {
        let rows = report["analysis"]["screening"]["rows"].as_array().unwrap();
        let quality = rows.iter().find(|row| row["name"] == name).unwrap()["quality"]["point"].as_f64().unwrap();
        assert!((share("both") + share(alone) - quality).abs() < 1e-9, "{name}: {pair} and {quality}");
    }
    let test = report["analysis"]["tests"].as_array().unwrap().last().unwrap();
    let (seen, of) = (test["sequential"]["examples"].as_u64().unwrap(), test["sequential"]["of"].as_u64().unwrap());
    assert_eq!(of, 600);
    assert!(seen < 500 && test["sequential"]["stopped"] == true, "{test}");
    let asked = small.questions() + large.questions();
    assert!(asked < 2 * (120 + 600), "{asked} questions");
    // The same again: not one more question, and the same numbers.
    place.run().ends(0);
    assert_eq!(small.questions() + large.questions(), asked);
    assert_eq!(place.report("out")["analysis"]["tests"], report["analysis"]["tests"]);
    // Another margin is answered from what is there, or says what is missing.
    place.lagom(&["verdict", "out", "--margin", "0.3"]).ends(0).says(&["small"]);
    place.lagom(&["report", "out"]).ends(0);
    assert!(place.text("out/report.html").contains("large"));
}

#[test]
fn a_hopeless_model_is_given_up_early_and_a_lost_server_loses_nothing() {
    let examples = riddles(1_500);
    let small = served(&examples, 0.50, 1);
    let seen = std::sync::atomic::AtomicU64::new(0);
    let model = Model::Labels(Labelled::new(examples.clone(), 0.98, 2));
    let large = Server::start(Script {
        model: model.clone(),
        // Its key expires after some answers: they are kept, and the other model is asked on.
        fault: Box::new(move |_| {
            if seen.fetch_add(1, Ordering::SeqCst) < 60 {
                Fault::None
            } else {
                Fault::Status(401, Vec::new(), "{}".into())
            }
        }),
        ..Script::default()
    });
    let place = place(&examples);
    place.write("s.toml", study(&small, &large, ""));
    let ran = place.run();
    ran.ends(3).says(&["Can't tell: large could not be measured", "asking it was stopped after", "401"]);
    assert_eq!(place.report("out")["verdict"]["unmeasured"], serde_json::json!(["large"]));
    // From the store alone it is the same.
    place.lagom(&["verdict", "out"]).ends(3).says(&["Can't tell: large could not be measured", "401"]);
    let kept: i64 = place.store("out").query_row("SELECT count(*) FROM answers", [], |row| row.get(0)).unwrap();
    assert!(kept >= 32 + 30, "{kept} answers kept");
    let back = Server::start(Script { model, ..Script::default() });
    // Another address is another model: only its answers are asked anew.
    place.write("s.toml", study(&small, &back, ""));
    let before = small.questions();
    place.run().ends(0).says(&["bigger model pays"]);
    let report = place.report("out");
    let row = |name: &str| {
        let rows = report["analysis"]["screening"]["rows"].as_array().unwrap();
        rows.iter().find(|row| row["name"] == name).unwrap().clone()
    };
    assert_eq!(row("small")["calls"]["given_up"], 32);
    assert!(small.questions() - before < 200, "the hopeless one is asked for the test alone");
    assert!(row("large")["calls"]["money"].as_f64().unwrap() > 0.0);
}

#[test]
fn answers_that_are_none_are_counted_and_shown() {
    let examples = riddles(400);
    let small =
        Server::start(Script { model: Model::Says("I cannot say, maybe yes or no".into()), ..Script::default() });
    let large = served(&examples, 0.99, 2);
    let place = place(&examples);
    place.write("s.toml", study(&small, &large, ""));
    // That nobody could read them says nothing of how good the model is, unless the study says so.
    place.run().ends(3).says(&[
        "Can't tell: 100 % of the answers of small are missing",
        "naming several things",
        "unreadable = \"wrong\"",
    ]);
    place.write("s.toml", study(&small, &large, "[prompt]\nunreadable = \"wrong\""));
    place.run().ends(0).says(&["bigger model pays", "the study counts them as wrong"]);
    let report = place.report("out");
    let rows = report["analysis"]["screening"]["rows"].as_array().unwrap();
    let problems = &rows.iter().find(|row| row["name"] == "small").unwrap()["calls"]["problems"];
    assert!(problems["ambiguous"].as_u64().unwrap() >= 32, "{problems}");
    assert!(problems["examples"][0]["text"].as_str().unwrap().contains("maybe yes or no"));
}

#[test]
fn a_budget_ends_the_asking_and_keeps_what_was_paid() {
    let examples = riddles(600);
    let (small, large) = (served(&examples, 0.97, 1), served(&examples, 0.97, 2));
    let place = place(&examples);
    place.write("s.toml", study(&small, &large, "calls = 40"));
    // What is not paid for is not known: no verdict, but a report of what there is.
    place.run().ends(3).says(&["Can't tell", "the budget (calls = 40)", "every answer is kept"]);
    assert_eq!(small.questions() + large.questions(), 40);
    assert_eq!(place.report("out")["verdict"]["unmeasured"], serde_json::json!(["small", "large"]));
    place.lagom(&["verdict", "out"]).ends(3).says(&["the budget (calls = 40)"]);
    place.write("s.toml", study(&small, &large, "ask-above = \"0.0001 USD\""));
    place.run().fails(&["may cost up to", "--yes"]);
    place.lagom(&["run", "s.toml", "--out", "out", "--yes"]).ends(0);
}

#[test]
fn sentences_are_easy_for_the_ladder_and_no_model_is_needed() {
    let examples = sentences(1_200, 3);
    let (small, large) = (served(&examples, 0.98, 1), served(&examples, 0.98, 2));
    let place = place(&examples);
    place.write("s.toml", study(&small, &large, ""));
    place.run().ends(0).says(&["ngrams"]);
    let report = place.report("out");
    assert!(report["verdict"]["choice"].as_str().unwrap().starts_with("ngrams"));
}

#[test]
fn texts_are_generated_by_a_program_and_compared_with_answers_on_disk() {
    let place = Place::new();
    let mut dice = Dice(9);
    let rows: Vec<(String, String)> =
        (0..300).map(|row| (format!("question {row}"), format!("answer {}", dice.roll() % 1_000))).collect();
    let line = |(question, answer): &(String, String)| {
        serde_json::json!({"question": question, "answer": [answer, "nothing"]}).to_string()
    };
    place.write("d.jsonl", rows.iter().map(line).collect::<Vec<_>>().join("\n"));
    let recorded = |(at, (_, answer)): (usize, &(String, String))| {
        let text = if at % 20 == 0 { "no idea".to_owned() } else { answer.clone() };
        serde_json::json!({ "text": text }).to_string()
    };
    place.write("recorded.jsonl", rows.iter().enumerate().map(recorded).collect::<Vec<_>>().join("\n"));
    // A program of five lines that knows half of the answers.
    place.write(
        "model.py",
        "import json, sys\nknown = {q: a for q, a in json.load(open('known.json'))}\nfor line in sys.stdin:\n    \
         question = json.loads(line)\n    \
         text = next((a for q, a in known.items() if question['prompt'].strip().endswith(q)), 'unknown')\n    \
         print(json.dumps({'id': question['id'], 'text': text}))\n",
    );
    let known: Vec<_> = rows.iter().step_by(2).collect();
    place.write("known.json", serde_json::to_string(&known).unwrap());
    place.write(
        "s.toml",
        "[task]\ndata = \"d.jsonl\"\nkind = \"text-generation\"\ninput = \"question\"\nreferences = \"answer\"\nmetric = \"exact-match\"\n\
         [good-enough]\nmargin = 0.1\n[trials]\nholdout = 0.4\n\
         [[candidate]]\nname = \"program\"\ncommand = [\"python3\", \"model.py\"]\nparameters = \"1M\"\n\
         [[candidate]]\nname = \"recorded\"\nanswers = \"recorded.jsonl\"\nparameters = \"1B\"\n",
    );
    if std::process::Command::new("python3").arg("--version").output().is_err() {
        eprintln!("skipped: no python3 here");
        return;
    }
    place.run().ends(0).says(&["bigger model pays", "recorded"]);
    let report = place.report("out");
    let quality = |name: &str| {
        let rows = report["analysis"]["screening"]["rows"].as_array().unwrap();
        rows.iter().find(|row| row["name"] == name).unwrap()["quality"]["point"].as_f64().unwrap()
    };
    assert!((quality("recorded") - 0.95).abs() < 0.05 && (quality("program") - 0.5).abs() < 0.2);
    let shown = report["differences"].as_array().unwrap();
    assert!(!shown.is_empty() && shown[0]["answers"][0]["candidate"] == "program");
}

#[test]
fn what_cannot_be_asked_is_told_before_anything_is_trained_and_all_of_it_at_once() {
    let examples = riddles(600);
    let small = served(&examples, 0.97, 1);
    let shut =
        Server::start(Script { fault: Box::new(|_| Fault::Status(401, Vec::new(), "{}".into())), ..Script::default() });
    let place = place(&examples);
    let more = format!(
        "[[candidate]]\nname = \"keyless\"\nendpoint = \"{}\"\nmodel = \"scripted\"\nkey-env = \"LAGOM_TEST_NO_SUCH_KEY\"\n\
         [[candidate]]\nname = \"program\"\ncommand = [\"no-such-program-here\"]\n",
        small.url()
    );
    place.write("s.toml", format!("{}{more}", study(&small, &shut, "")));
    let faults =
        ["candidate `large`", "401", "`keyless`", "LAGOM_TEST_NO_SUCH_KEY", "`program`", "no-such-program-here"];
    // `check` finds what needs no question (this server lists its models to everybody), unless it is told not to look.
    place.lagom(&["check", "s.toml"]).fails(&faults[2..]);
    assert_eq!(small.questions() + shut.questions(), 0);
    place.lagom(&["check", "s.toml", "--offline"]).ends(0);
    place.run().fails(&faults);
    // Files that can't be read, of candidates by their names, together with what only looking finds.
    let files = "[[candidate]]\nname = \"first\"\nanswers = \"a.jsonl\"\n[[candidate]]\nname = \"second\"\nanswers = \"b.jsonl\"\n";
    place.write("f.toml", format!("{}{more}{files}", study(&small, &shut, "")));
    let unread =
        ["candidate `first`: cannot read", "candidate `second`: cannot read", "`keyless`", "no-such-program-here"];
    place.lagom(&["check", "f.toml"]).fails(&unread);
    let count = |table: &str| -> i64 {
        place.store("out").query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
    };
    assert_eq!((count("trials"), count("failures")), (0, 0), "nothing was trained");
    assert_eq!(count("answers"), 1, "the one answer that came is kept");
}

#[test]
fn a_program_that_answers_nothing_ends_the_run_before_anything_is_trained() {
    let place = place(&riddles(600));
    let head = "[task]\ndata = \"d.csv\"\ntarget = \"topic\"\ntext = \"text\"\nkind = \"text-classification\"\nmetric = \"accuracy\"\n";
    place.write(
        "s.toml",
        format!("{head}[[candidate]]\nname = \"dead\"\ncommand = [\"false\"]\n[[candidate]]\nname = \"mute\"\ncommand = [\"sleep\", \"60\"]\ntimeout = \"1 s\"\n"),
    );
    place.run().fails(&["candidate `dead`: its first question got no answer", "candidate `mute`", "1s"]);
    let trained: i64 = place.store("out").query_row("SELECT count(*) FROM trials", [], |row| row.get(0)).unwrap();
    assert_eq!(trained, 0);
}

#[test]
fn answers_on_disk_are_no_calls_of_a_budget() {
    let place = Place::new();
    let rows: Vec<String> = (0..300).map(|row| format!("question {row},answer {row}")).collect();
    place.write("d.csv", format!("question,answer\n{}\n", rows.join("\n")));
    let answers = |wrong: usize| -> String {
        (0..300).map(|row| format!("{{\"text\": \"answer {}\"}}\n", if row % wrong == 0 { 999 } else { row })).collect()
    };
    place.write("good.jsonl", answers(100));
    place.write("bad.jsonl", answers(2));
    place.write(
        "s.toml",
        "[task]\ndata = \"d.csv\"\nkind = \"text-generation\"\ninput = \"question\"\ntarget = \"answer\"\nmetric = \"exact-match\"\n\
         [good-enough]\nmargin = 0.1\n[budget]\ncalls = 1\n[trials]\nholdout = 0.4\n\
         [[candidate]]\nname = \"bad\"\nanswers = \"bad.jsonl\"\nparameters = \"1M\"\n\
         [[candidate]]\nname = \"good\"\nanswers = \"good.jsonl\"\nparameters = \"1B\"\n",
    );
    place.run().ends(0).says(&["bigger model pays", "good"]);
}
