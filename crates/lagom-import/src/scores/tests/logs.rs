//! Logs of other tools, as small as they come.

use super::*;

fn sample(id: u32, filter: &str, metrics: &str) -> String {
    format!(
        "{{\"doc_id\": {id}, \"doc\": {{\"q\": \"n{id}\"}}, \"target\": \"{id}\", \"arguments\": {{}}, \"resps\": [[\"a\"]], \
         \"filtered_resps\": [\"a\"], \"filter\": \"{filter}\", \"doc_hash\": \"h{id}\", \"prompt_hash\": \"p\", {metrics}}}\n"
    )
}

fn arc(small: bool) -> String {
    let acc = if small { 0.0 } else { 1.0 };
    let metrics = format!("\"metrics\": [\"acc\", \"acc_norm\"], \"acc\": {acc:?}, \"acc_norm\": 1.0");
    sample(0, "none", &metrics) + &sample(1, "none", &metrics.replace(&format!("{acc:?}"), "1.0"))
}

#[test]
fn lm_eval_samples_take_the_model_from_the_folder() {
    let folder = Folder::new();
    let name = "samples_arc_easy_2024-05-01T10-00-00.123456.jsonl";
    folder.write(&format!("org__tiny-70m/{name}"), arc(true));
    folder.write(&format!("org__big-1b/{name}"), arc(false));
    let scores = all(&reading(&[folder.path()]));
    assert_eq!(scores.iter().map(|one| one.metric.as_str()).collect::<Vec<_>>(), ["acc", "acc_norm"]);
    assert_eq!((scores[0].task.as_str(), names(&scores[0])), ("arc_easy", vec!["org/big-1b", "org/tiny-70m"]));
    assert_eq!((of(&scores[0], "org/tiny-70m"), of(&scores[0], "org/big-1b")), (&[0.0, 1.0][..], &[1.0, 1.0][..]));
    assert_eq!(scores[0].candidates[0].facts.parameters, Some(1_000_000_000));
}

#[test]
fn lm_eval_samples_take_the_model_from_the_results_beside() {
    let folder = Folder::new();
    let results =
        |model: &str| format!("{{\"results\": {{\"arc_easy\": {{\"acc,none\": 1}}}}, \"model_name\": \"{model}\"}}");
    folder.write("x/results_2024-05-01T10-00-00.1.json", results("org/first"));
    folder.write("x/results_2024-05-02T10-00-00.1.json", results("org/second"));
    let files = [
        folder.write("x/samples_arc_easy_2024-05-01T10-00-00.1.jsonl", arc(true)),
        folder.write("x/samples_arc_easy_2024-05-02T10-00-00.1.jsonl", arc(false)),
    ];
    let asked = ImportOptions { metric: Some("acc".to_owned()), ..reading(&files) };
    assert_eq!(names(&one(&asked)), ["org/first", "org/second"]);
}

#[test]
fn lm_eval_filters_are_metrics_of_their_own() {
    let folder = Folder::new();
    let log = |strict: u8| {
        sample(0, "strict-match", &format!("\"metrics\": [\"exact_match\"], \"exact_match\": {strict}"))
            + &sample(0, "flexible-extract", "\"metrics\": [\"exact_match\"], \"exact_match\": 1")
    };
    let files = [folder.write("a/samples_gsm8k.jsonl", log(0)), folder.write("b/samples_gsm8k.jsonl", log(1))];
    let scores = all(&reading(&files));
    assert_eq!(
        scores.iter().map(|one| one.metric.as_str()).collect::<Vec<_>>(),
        ["exact_match,strict-match", "exact_match,flexible-extract"]
    );
    assert_eq!((of(&scores[0], "a"), scores[0].range), (&[0.0][..], Some((0.0, 1.0))));
    assert_eq!(all(&ImportOptions { metric: Some("exact_match".to_owned()), ..reading(&files) }).len(), 2);
}

#[test]
fn older_lm_eval_samples_name_no_metrics() {
    let folder = Folder::new();
    let line = |acc: &str| {
        format!("{{\"doc_id\": 3, \"target\": \"x\", \"resps\": [], \"acc\": {acc}, \"word_perplexity\": [-3.5, 2]}}\n")
    };
    let files = [folder.write("a/samples_t.jsonl", line("1.0")), folder.write("b/samples_t.jsonl", line("0.0"))];
    let scores = one(&reading(&files));
    assert_eq!((scores.metric.as_str(), of(&scores, "b")), ("acc", &[0.0][..]));
}

pub(super) fn inspect(model: &str, first: &str) -> String {
    format!(
        r#"{{"version": 2, "status": "success",
 "eval": {{"task": "inspect_evals/arc", "model": "{model}", "config": {{"epochs": 2}}}},
 "plan": {{}}, "results": {{"scores": []}}, "stats": {{}},
 "samples": [
  {{"id": 1, "epoch": 1, "input": "Q1", "target": "A", "scores": {{"choice": {{"value": {first}, "answer": "A"}}}}, "total_time": 3.0, "working_time": 2.0}},
  {{"id": "b", "epoch": 1, "input": [{{"role": "user", "content": "Q2"}}], "target": ["B"], "scores": {{"choice": {{"value": "P"}}}}, "total_time": 4.0}},
  {{"id": 1, "epoch": 2, "input": "Q1", "target": "A", "scores": {{"choice": {{"value": "N"}}}}}},
  {{"id": "b", "epoch": 2, "input": [{{"role": "user", "content": "Q2"}}], "target": ["B"], "scores": {{"choice": {{"value": true}}}}}}
 ]}}"#
    )
}

#[test]
fn inspect_logs_have_marks_and_epochs() {
    let folder = Folder::new();
    let files =
        [folder.write("a.json", inspect("openai/a", "\"C\"")), folder.write("b.json", inspect("openai/b", "\"I\""))];
    let scores = one(&reading(&files));
    assert_eq!((scores.task.as_str(), scores.metric.as_str(), scores.examples.len()), ("arc", "choice", 2));
    let a = &scores.candidates[0];
    assert_eq!(a.seeds.iter().map(|seed| seed.scores.clone()).collect::<Vec<_>>(), [[1.0, 0.5], [0.0, 1.0]]);
    assert_eq!((of(&scores, "openai/b"), a.facts.latency_mean), (&[0.0, 0.5][..], Some(3.0)));
    let minified: Vec<PathBuf> = files
        .iter()
        .map(|file| {
            folder.write(
                &format!("min/{}", file.file_name().expect("a name").display()),
                std::fs::read_to_string(file).expect("text").replace('\n', ""),
            )
        })
        .collect();
    assert_eq!(one(&reading(&minified)).candidates, scores.candidates);
}

#[test]
fn inspect_scores_of_several_parts() {
    let folder = Folder::new();
    let parts = r#"{"clear": 0.5, "short": "C"}"#;
    let log =
        |model: &str| inspect(model, parts).replace("\"P\"", parts).replace("\"N\"", parts).replace("true", parts);
    let files = [folder.write("a.json", log("a")), folder.write("b.json", log("b"))];
    let metrics: Vec<String> = all(&reading(&files)).into_iter().map(|one| one.metric).collect();
    assert_eq!(metrics, ["choice/clear", "choice/short"]);
}

pub(super) fn promptfoo(nested: bool) -> String {
    let result = |test: u32, provider: &str, pass: bool, score: f64, at: u32| {
        format!(
            r#"{{"testIdx": {test}, "promptIdx": {at}, "provider": {{"id": "{provider}", "label": ""}}, "prompt": {{"raw": "say {test}", "label": "say {{{{x}}}}"}},
 "vars": {{"x": "v{}"}}, "success": {pass}, "score": {score}, "latencyMs": {}, "cost": 0.25, "namedScores": {{"tone": 0.75}}, "failureReason": 0}}"#,
            test % 2,
            100 * (test + 1),
        )
    };
    let list = [
        result(0, "openai:small", true, 1.0, 0),
        result(0, "openai:large", true, 0.5, 1),
        result(1, "openai:small", false, 0.0, 0),
        result(1, "openai:large", true, 1.0, 1),
        result(2, "openai:small", false, 0.25, 0),
        result(2, "openai:large", true, 1.0, 1),
    ]
    .join(",\n");
    if nested {
        format!(
            "{{\"evalId\": \"eval-1\", \"results\": {{\"version\": 3, \"timestamp\": \"t\", \"prompts\": [], \"results\": [{list}], \"stats\": {{}}}}, \"config\": {{}}}}"
        )
    } else {
        format!("{{\"version\": 2, \"results\": [{list}], \"stats\": {{}}, \"table\": {{}}}}")
    }
}

#[test]
fn promptfoo_results_have_success_score_latency_and_cost() {
    let folder = Folder::new();
    let files = [folder.write("out.json", promptfoo(true))];
    let scores = all(&reading(&files));
    assert_eq!(scores.iter().map(|one| one.metric.as_str()).collect::<Vec<_>>(), ["pass", "score"]);
    assert_eq!(
        (of(&scores[0], "openai:small"), of(&scores[1], "openai:large")),
        (&[1.0, 0.0, 0.0][..], &[0.5, 1.0, 1.0][..])
    );
    let facts = scores[0].candidates[0].facts;
    assert!((facts.latency_mean.expect("a mean") - 0.2).abs() < 1e-12 && facts.cost == Some(0.25), "{facts:?}");
    // tests 0 and 2 have the same variables
    assert_eq!(scores[0].clusters, Some(vec![0, 1, 0]));
    let tone = one(&ImportOptions { metric: Some("tone".to_owned()), ..reading(&files) });
    assert_eq!(of(&tone, "openai:large"), [0.75, 0.75, 0.75]);
    let flat = all(&reading(&[folder.write("out.json", promptfoo(false))]));
    assert_eq!(flat, scores);
}

#[test]
fn older_promptfoo_results_are_known_by_their_variables() {
    let folder = Folder::new();
    let text =
        promptfoo(true).replace("\"testIdx\": 0, ", "").replace("\"testIdx\": 1, ", "").replace("\"testIdx\": 2, ", "");
    let scores = all(&reading(&[folder.write("out.json", text)]));
    assert_eq!(scores[0].examples, ["{\"x\":\"v0\"}", "{\"x\":\"v1\"}", "{\"x\":\"v0\"} (repeat 2)"]);
    assert_eq!(scores[0].clusters, Some(vec![0, 1, 0]));
}

#[test]
fn promptfoo_providers_with_two_prompts_are_two_candidates() {
    let folder = Folder::new();
    let text = promptfoo(true).replace("openai:large", "openai:small").replacen("say {{x}}", "tell {{x}}", 1);
    let labels = text.replace("\"promptIdx\": 1, \"provider\": {\"id\": \"openai:small\", \"label\": \"\"}, \"prompt\": {\"raw\": \"say 0\", \"label\": \"say {{x}}\"}", "\"promptIdx\": 1, \"provider\": \"openai:small\", \"prompt\": {\"label\": \"say {{x}}\"}");
    let scores = all(&reading(&[folder.write("out.json", labels.replace("tell {{x}}", "say {{x}}"))]));
    assert_eq!(names(&scores[0]), ["openai:small | prompt 0", "openai:small | prompt 1"]);
}

pub(super) fn helm(second: &str) -> String {
    let stat = |name: &str, mean: &str| {
        format!(r#"{{"name": {{"name": "{name}", "split": "test"}}, "count": 1, "sum": 1, "mean": {mean}}}"#)
    };
    let entry = |id: &str, trial: u32, perturbation: &str, exact: &str| {
        format!(
            r#"{{"instance_id": "{id}", {perturbation} "train_trial_index": {trial}, "stats": [{}, {}, {}, {}]}}"#,
            stat("num_prompt_tokens", "12"),
            stat("exact_match", exact),
            stat("quasi_exact_match", "1"),
            stat("inference_runtime", "0.5")
        )
    };
    let perturbed = r#""perturbation": {"name": "typos"},"#;
    format!(
        "[\n{},\n{},\n{}]",
        entry("id1", 0, "", "1.0"),
        entry("id2", 0, "", second),
        entry("id1", 0, perturbed, "0.0")
    )
}

#[test]
fn helm_runs_take_the_main_metric() {
    let folder = Folder::new();
    folder.write("mmlu:subject=law,model=org_small/per_instance_stats.json", helm("0.0"));
    folder.write("x/per_instance_stats.json", helm("1.0"));
    let spec = r#"{"name": "mmlu:subject=law,model=org_large", "adapter_spec": {"model": "org/large-v1"}}"#;
    folder.write("x/run_spec.json", spec);
    let scores = one(&reading(&[folder.path()]));
    assert_eq!((scores.task.as_str(), scores.metric.as_str()), ("mmlu:subject=law", "exact_match"));
    assert_eq!(names(&scores), ["org/small", "org/large-v1"]);
    assert_eq!((of(&scores, "org/small"), of(&scores, "org/large-v1")), (&[1.0, 0.0][..], &[1.0, 1.0][..]));
    assert_eq!(scores.candidates[0].facts.latency_mean, Some(0.5));
    let notes = scores.notes.join(" ");
    assert!(notes.contains("also hold quasi_exact_match") && notes.contains("1 perturbed"), "{notes}");
    // nothing says whether more tokens are better
    let tokens = ImportOptions { metric: Some("num_prompt_tokens".to_owned()), ..reading(&[folder.path()]) };
    let refused = read(&tokens).expect_err("no direction");
    assert!(
        refused.to_string().contains("num_prompt_tokens")
            && refused.hint().is_some_and(|hint| hint.contains("--direction"))
    );
    let tokens = ImportOptions { higher_is_better: Some(false), ..tokens };
    assert_eq!(of(&one(&tokens), "org/small"), [12.0, 12.0]);
}

#[test]
fn promptfoos_failed_calls_are_no_scores() {
    let folder = Folder::new();
    // 40 tests of two providers; `a` is right on all, `b` on all that were answered.
    let file = |failed: usize| {
        let result = |test: usize, provider: &str, failure: u32| {
            let pass = failure == 0;
            format!(
                r#"{{"testIdx": {test}, "promptIdx": 0, "provider": {{"id": "{provider}", "label": ""}}, "vars": {{"x": "{test}"}}, "success": {pass}, "score": {}, "failureReason": {failure}}}"#,
                u8::from(pass)
            )
        };
        let results: Vec<String> = (0..40)
            .flat_map(|test| [result(test, "a", 0), result(test, "b", if test < failed { 2 } else { 0 })])
            .collect();
        folder.write(&format!("p{failed}.jsonl"), results.join("\n"))
    };
    let scores = one(&reading(&[file(2)]));
    assert_eq!((scores.examples.len(), scores.left_out), (38, 2));
    assert_eq!(of(&scores, "b"), [1.0; 38]);
    assert!(scores.notes.join(" ").contains("2 of 40 calls of b failed"), "{:?}", scores.notes);
    fails(&reading(&[file(4)]), &["4 of 40 examples lack a score of some candidate"]);
    fails(&reading(&[file(40)]), &["all 40 calls of b failed"]);
}
