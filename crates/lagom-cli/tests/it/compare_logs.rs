//! `lagom compare` on the logs of other tools: whole commands on small logs in their layouts, and on published results.

use serde_json::{Value, json};

use super::compare::{findings, number};
use super::support::Place;

/// Whether a model answers question `at` of 400 rightly: the small one misses a quarter, the large one a twentieth.
fn right(model: &str, at: usize) -> bool {
    if model.contains("small") { !at.is_multiple_of(4) } else { !at.is_multiple_of(20) }
}

/// Writes both models' sample logs of lm-evaluation-harness, of a multiple-choice task and of one with two filters.
fn lm_eval_logs(place: &Place) {
    for model in ["org__small-1b", "org__large-7b"] {
        std::fs::create_dir_all(place.path(&format!("logs/{model}"))).unwrap();
        let (mut arc, mut gsm) = (String::new(), String::new());
        for at in 0..400 {
            let own = f64::from(u8::from(right(model, at)));
            let line = |more: Value| {
                let mut line = json!({"doc_id": at, "doc": {"q": at}, "target": "x", "arguments": {}, "resps": [["a"]],
                    "filtered_resps": ["a"], "doc_hash": format!("h{at}"), "prompt_hash": "p"});
                line.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
                format!("{line}\n")
            };
            arc += &line(json!({"filter": "none", "metrics": ["acc", "acc_norm"], "acc": own, "acc_norm": 1.0}));
            for (filter, score) in [("strict-match", own), ("flexible-extract", 1.0)] {
                gsm += &line(json!({"filter": filter, "metrics": ["exact_match"], "exact_match": score}));
            }
        }
        let date = "2024-05-01T10-00-00.123456";
        place.write(&format!("logs/{model}/samples_arc_easy_{date}.jsonl"), arc);
        place.write(&format!("logs/{model}/samples_gsm8k_{date}.jsonl"), gsm);
    }
}

#[test]
fn lm_eval_samples_have_tasks_metrics_and_filters() {
    let place = Place::new();
    lm_eval_logs(&place);
    let all = findings(&place, &["logs", "--margin", "0.05"]);
    let kinds: Vec<(&str, &str, &str)> = all["answers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| ["task", "metric"].map(|key| one[key].as_str().unwrap()))
        .zip(all["answers"].as_array().unwrap().iter().map(|one| one["verdict"]["kind"].as_str().unwrap()))
        .map(|([task, metric], kind)| (task, metric, kind))
        .collect();
    assert_eq!(
        kinds,
        [
            ("arc_easy", "acc", "bigger-pays"),
            ("arc_easy", "acc_norm", "smaller-is-enough"),
            ("gsm8k", "exact_match,strict-match", "bigger-pays"),
            ("gsm8k", "exact_match,flexible-extract", "smaller-is-enough"),
        ]
    );
    let one = findings(&place, &["logs", "--task", "arc_easy", "--metric", "acc", "--margin", "0.05"]);
    let answer = &one["answers"][0];
    assert_eq!((one["answers"].as_array().unwrap().len(), &answer["examples"]), (1, &json!(400)));
    // 100 of 400 missed against 20; all of the 20 are among the 100
    let pair = &answer["verdict"]["carried_by"]["discordant"];
    assert_eq!((&pair["wins"], &pair["losses"]), (&json!(0), &json!(80)));
    assert_eq!(answer["rows"][0]["costs"]["parameters"], 1_000_000_000_u64);
    place.lagom(&["compare", "logs", "--task", "nosuch"]).fails(&["no task \"nosuch\"", "\"arc_easy\", \"gsm8k\""]);
    place.lagom(&["compare", "logs", "--metric", "f1"]).fails(&["no metric \"f1\"", "acc_norm"]);
}

/// A results file of lm-evaluation-harness with these accuracies.
fn results(model: &str, shots: u64, means: &[(&str, f64)]) -> String {
    let tasks = means.iter().map(|(task, acc)| {
        (
            (*task).to_owned(),
            json!({"alias": task, "acc,none": acc, "acc_stderr,none": (acc * (1.0 - acc) / 999.0).sqrt()}),
        )
    });
    let each = |value: Value| means.iter().map(|(task, _)| ((*task).to_owned(), value.clone())).collect::<Value>();
    json!({"results": tasks.collect::<Value>(), "n-shot": each(json!(shots)), "model_name": model,
        "n-samples": each(json!({"original": 1000, "effective": 1000})), "versions": {}, "configs": {}})
    .to_string()
}

#[test]
fn results_files_are_compared_unpaired_and_by_shots() {
    let place = Place::new();
    for (model, acc) in [("small-1b", 0.6), ("large-7b", 0.8)] {
        place.write(&format!("{model}.json"), results(model, 0, &[("arc", acc), ("piqa", acc + 0.05)]));
    }
    let both = ["small-1b.json", "large-7b.json"];
    let found = findings(&place, &[both[0], both[1], "--margin", "0.05"]);
    let answer = &found["answers"][0];
    assert_eq!((&answer["task"], &answer["evidence"]), (&json!("all 2 tasks"), &json!("unpaired")));
    assert_eq!(answer["verdict"]["kind"], "bigger-pays");
    assert_eq!(found["tasks"].as_array().unwrap().len(), 2);
    // √(0.6·0.4/999 + 0.8·0.2/999) = 0.0200100 on arc; √(0.65·0.35/999 + 0.85·0.15/999) = 0.0188516 on piqa;
    // of the mean of both √(0.02001² + 0.0188516²) / 2 = 0.0137457
    let error = number(&answer["verdict"]["carried_by"]["estimate"]["standard_error"]);
    assert!((error - 0.013_745_7).abs() < 1e-6, "{error}");
    place.lagom(&["compare", both[0], both[1], "--margin", "0.05"]).ends(0).says(&["unpaired", "That is weaker"]);

    place.write("large-5shot.json", results("large-7b", 5, &[("arc", 0.85), ("piqa", 0.9)]));
    place.write("small-5shot.json", results("small-1b", 5, &[("arc", 0.84), ("piqa", 0.89)]));
    let all = [both[0], both[1], "large-5shot.json", "small-5shot.json", "--margin", "0.05"];
    let found = findings(&place, &all);
    let tasks: Vec<(&str, &str)> = found["tasks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|task| (task["task"].as_str().unwrap(), task["verdict"]["kind"].as_str().unwrap()))
        .collect();
    assert_eq!(
        tasks,
        [
            ("arc (0-shot)", "bigger-pays"),
            ("piqa (0-shot)", "bigger-pays"),
            ("arc (5-shot)", "smaller-is-enough"),
            ("piqa (5-shot)", "smaller-is-enough"),
        ]
    );
    let mut one = all.to_vec();
    one.extend(["--task", "arc (5-shot)"]);
    assert_eq!(findings(&place, &one)["answers"][0]["rows"][1]["quality"]["point"], 0.85);
    // one model with no shots and the other with five are not compared
    place.lagom(&["compare", "small-1b.json", "large-5shot.json"]).fails(&[
        "same number of shots",
        "small-1b on arc (0-shot)",
        "large-7b on arc (5-shot)",
        "--num_fewshot",
    ]);
    place.write("twice.json", results("small-1b", 0, &[("arc", 0.5)]));
    place.lagom(&["compare", "small-1b.json", "twice.json"]).fails(&["scored twice", "small-1b.json", "twice.json"]);
}

fn inspect(model: &str) -> String {
    let sample = |at: usize| {
        let epochs = [1, 2].map(|epoch| {
            let mark = if right(model, at + epoch) { "C" } else { "I" };
            json!({"id": at, "epoch": epoch, "input": format!("Q{at}"), "target": "A",
                "scores": {"choice": {"value": mark, "answer": "A"}}, "total_time": 3.0})
        });
        epochs.to_vec()
    };
    let samples: Vec<Value> = (0..400).flat_map(sample).collect();
    json!({"version": 2, "status": "success", "eval": {"task": "arc", "model": model, "config": {"epochs": 2}},
        "plan": {}, "results": {"scores": []}, "stats": {}, "samples": samples})
    .to_string()
}

#[test]
fn inspect_epochs_are_seeds() {
    let place = Place::new();
    place.write("a.json", inspect("openai/small"));
    place.write("b.json", inspect("openai/large"));
    let found = findings(&place, &["a.json", "b.json", "--margin", "0.05", "--order", "openai/small,openai/large"]);
    let answer = &found["answers"][0];
    assert_eq!((&answer["examples"], &answer["seeds"]), (&json!(400), &json!(2)));
    assert_eq!(
        (&answer["verdict"]["kind"], &answer["verdict"]["choice"]),
        (&json!("bigger-pays"), &json!("openai/large"))
    );
    assert!((number(&answer["rows"][0]["quality"]["point"]) - 0.75).abs() < 1e-9);
    assert_eq!(answer["rows"][0]["costs"]["latency"], 3.0);
}

#[test]
fn helm_runs_are_judged_by_folder() {
    let place = Place::new();
    for model in ["org_small", "org_large"] {
        let stat = |name: &str, mean: f64| json!({"name": {"name": name, "split": "test"}, "count": 1, "sum": mean, "mean": mean});
        let entry = |at: usize| {
            let exact = f64::from(u8::from(right(model, at)));
            json!({"instance_id": format!("id{at}"), "train_trial_index": 0,
                "stats": [stat("exact_match", exact), stat("num_prompt_tokens", 12.0), stat("inference_runtime", 0.5)]})
        };
        let folder = format!("runs/mmlu:subject=law,model={model}");
        std::fs::create_dir_all(place.path(&folder)).unwrap();
        let entries: Vec<Value> = (0..400).map(entry).collect();
        place.write(&format!("{folder}/per_instance_stats.json"), serde_json::to_string_pretty(&entries).unwrap());
    }
    let found = findings(&place, &["runs", "--margin", "0.05"]);
    let answer = &found["answers"][0];
    assert_eq!((&answer["metric"], &answer["examples"]), (&json!("exact_match"), &json!(400)));
    assert_eq!(
        (&answer["verdict"]["kind"], &answer["verdict"]["choice"]),
        (&json!("bigger-pays"), &json!("org/large"))
    );
}

#[test]
fn options_that_a_format_has_no_use_for_are_refused() {
    let place = Place::new();
    lm_eval_logs(&place);
    place.write("a.json", inspect("openai/small"));
    place.write("b.json", inspect("openai/large"));
    place.write("r.json", results("small-1b", 0, &[("arc", 0.6)]));
    place.write("s.json", results("large-7b", 0, &[("arc", 0.7)]));
    let refused = |arguments: &[&str], words: &[&str]| {
        let mut all = vec!["compare"];
        all.extend(arguments);
        place.lagom(&all).fails(words);
    };
    refused(&["logs", "--cluster", "doc"], &["--cluster says nothing about", "log of samples", "--from table"]);
    refused(&["a.json", "b.json", "--score", "x", "--seed-column", "y"], &["--score, --seed-column", "an Inspect log"]);
    refused(&["r.json", "s.json", "--intersect"], &["--intersect", "means", "--log_samples"]);
    refused(&["r.json", "s.json", "--range", "0,1"], &["--range"]);
    refused(&["r.json", "s.json", "--replay"], &["a replay needs the score of every example", "--log_samples"]);
    refused(
        &["a.json", "b.json", "--from", "helm"],
        &["told to be helm, but found an Inspect log", "leave --from out"],
    );
}

fn published() -> String {
    std::env::var("LAGOM_TEST_DATA").expect("LAGOM_TEST_DATA names the folder of test data")
}

/// Pythia's published results files, zero-shot and five-shot, 16 models and 65 to 87 tasks (EleutherAI/pythia).
#[test]
#[ignore = "reads real data: LAGOM_TEST_DATA=FOLDER cargo test --release --locked -- --ignored real_data"]
fn real_data_a_folder_of_published_results_is_judged() {
    let folder = published();
    let evals = format!("{folder}/model-outputs/pythia-evals-final-step");
    let place = Place::new();
    let found = findings(&place, &[&evals, "--metric", "acc"]);
    let answer = &found["answers"][0];
    assert_eq!((&answer["evidence"], answer["rows"].as_array().unwrap().len()), (&json!("unpaired"), 16));
    assert_eq!((&answer["proposed"], found["tasks"].as_array().unwrap().len() > 100), (&json!(true), true));
    let tasks = found["tasks"].as_array().unwrap().iter().map(|task| task["task"].as_str().unwrap());
    assert_eq!(tasks.filter(|task| task.starts_with("lambada_openai (")).count(), 2);
    // by hand from the files: lambada_openai, five-shot
    let only = findings(&place, &[&evals, "--metric", "acc", "--task", "lambada_openai (5-shot)"]);
    let rows = only["answers"][0]["rows"].as_array().unwrap();
    let text = std::fs::read_to_string(format!("{evals}/pythia-12b/five-shot/12b-5shot_step143000.json")).unwrap();
    let own: Value = serde_json::from_str(&text).unwrap();
    let row = rows.iter().find(|row| row["name"] == "EleutherAI/pythia-v1.1-12b").unwrap();
    assert_eq!(row["quality"]["point"], own["results"]["lambada_openai"]["acc"]);
    assert_eq!(row["quality"]["standard_error"], own["results"]["lambada_openai"]["acc_stderr"]);
    place.lagom(&["compare", &evals, "--metric", "acc"]).says(&["You named no margin", "unpaired", "--json show all"]);
}

/// The published answers of Mixtral-8x7B and GPT-4 on GSM8K (RouteLLM).
#[test]
#[ignore = "reads real data: LAGOM_TEST_DATA=FOLDER cargo test --release --locked -- --ignored real_data"]
fn real_data_routellm_gsm8k() {
    let folder = published();
    let table = format!("{folder}/model-outputs/routellm/gsm8k/gsm8k_responses.csv");
    let found = findings(&Place::new(), &[&table, "--from", "routellm"]);
    let answer = &found["answers"][0];
    assert_eq!((&answer["evidence"], answer["rows"].as_array().unwrap().len()), (&json!("right-wrong"), 2));
    assert_eq!(answer["verdict"]["kind"], "bigger-pays");
}

/// FastChat's judgements of MT-Bench, 80 questions of two turns for each model (RouteLLM).
#[test]
#[ignore = "reads real data: LAGOM_TEST_DATA=FOLDER cargo test --release --locked -- --ignored real_data"]
fn real_data_routellm_mt_bench() {
    let folder = published();
    let table = format!("{folder}/model-outputs/routellm/mt_bench/judgements.jsonl");
    let found = findings(&Place::new(), &[&table, "--range", "1,10"]);
    let answer = &found["answers"][0];
    assert_eq!((&answer["examples"], &answer["clusters"]), (&json!(160), &json!(80)));
    let points = [0, 1].map(|at| number(&answer["rows"][at]["quality"]["point"]));
    // by hand from the file: the means of 160 scores each
    let mut sums = std::collections::BTreeMap::new();
    for line in std::fs::read_to_string(&table).unwrap().lines() {
        let row: Value = serde_json::from_str(line).unwrap();
        *sums.entry(row["model"].as_str().unwrap().to_owned()).or_insert(0.0) += number(&row["score"]) / 160.0;
    }
    let mut wanted: Vec<f64> = sums.into_values().collect();
    wanted.sort_by(f64::total_cmp);
    assert!((points[0] - wanted[0]).abs() < 1e-6 && (points[1] - wanted[1]).abs() < 1e-6, "{points:?} {wanted:?}");
}
