//! Result files of lm-evaluation-harness: means and standard errors.

use super::*;

fn old(model: &str, acc: f64) -> String {
    format!(
        "{{\n \"results\": {{\"arc\": {{\"acc\": {acc}, \"acc_stderr\": 0.01}}, \"lambada\": {{\"ppl\": 6.0, \"ppl_stderr\": 0.1}}}},\n \
         \"versions\": {{\"arc\": 0}}, \"config\": {{\"model\": \"hf\", \"model_args\": \"use=True,pretrained=org/{model},revision=r\"}}}}"
    )
}

fn new(model: &str) -> String {
    format!(
        r#"{{"results": {{
  "mmlu": {{"acc,none": 0.5, "acc_stderr,none": 0.02, "alias": "mmlu"}},
  "mmlu_law": {{"alias": " - law", "acc,none": 0.25, "acc_stderr,none": 0.03}},
  "gsm8k": {{"alias": "gsm8k", "exact_match,strict-match": 0.75, "exact_match_stderr,strict-match": "N/A"}},
  "bits": {{"weird,none": 2.0, "weird_stderr,none": 0.1}}}},
 "group_subtasks": {{"mmlu": ["mmlu_law"], "gsm8k": []}}, "n-samples": {{"mmlu_law": {{"original": 1534, "effective": 100}}}},
 "higher_is_better": {{"bits": {{"weird": false}}}}, "configs": {{}}, "versions": {{}}, "model_name": "{model}"}}"#
    )
}

#[test]
fn the_older_layout() {
    let folder = Folder::new();
    let files = [folder.write("a.json", old("m-70m", 0.25)), folder.write("b.json", old("m-1b", 0.5))];
    let found = means(&reading(&files));
    assert_eq!(
        found.iter().map(|one| (one.task.as_str(), one.metric.as_str())).collect::<Vec<_>>(),
        [("arc", "acc"), ("lambada", "ppl")]
    );
    let row = &found[0].rows[1];
    assert_eq!(
        (row.candidate.as_str(), row.mean, row.standard_error, row.examples),
        ("org/m-1b", 0.5, Some(0.01), None)
    );
    assert_eq!(
        (row.facts.parameters, found[0].higher_is_better, found[1].higher_is_better),
        (Some(1_000_000_000), true, false)
    );
}

#[test]
fn the_newer_layout() {
    let folder = Folder::new();
    let files = [folder.write("a/results_1.json", new("a")), folder.write("b/results_1.json", new("b"))];
    let found = means(&reading(&files));
    let key = |one: &Summaries| format!("{} {} {}", one.task, one.metric, one.higher_is_better);
    let keys: Vec<String> = found.iter().map(key).collect();
    assert_eq!(keys, ["bits weird false", "gsm8k exact_match,strict-match true", "mmlu_law acc true"]);
    assert_eq!((found[2].rows[0].examples, found[1].rows[0].standard_error), (Some(100), None));
    let group = ImportOptions { task: Some("mmlu".to_owned()), ..reading(&files) };
    assert_eq!(means(&group)[0].rows[1].mean, 0.5);
}

#[test]
fn means_beside_samples_are_left_out() {
    let folder = Folder::new();
    let log = "{\"doc_id\": 0, \"target\": \"t\", \"metrics\": [\"acc\"], \"acc\": 1}\n";
    let files = [
        folder.write("a/samples_t.jsonl", log),
        folder.write("b/samples_t.jsonl", log),
        folder.write("c/results_1.json", new("c")),
    ];
    let scores = one(&reading(&files));
    assert!(scores.notes.iter().any(|note| note.starts_with("Left out the files that hold only means")));
}

#[test]
fn results_that_cannot_be_compared() {
    let folder = Folder::new();
    let (a, b) = (folder.write("a.json", old("m", 0.25)), folder.write("b.json", old("m", 0.5)));
    fails(
        &reading(&[a.clone(), b]),
        &["example \"arc, acc\" of candidate \"org/m\" is scored twice", "a.json", "b.json"],
    );
    fails(&reading(std::slice::from_ref(&a)), &["only one candidate, \"org/m\""]);
    let nan = folder.write("n.json", old("n", 0.5).replace("0.5", "NaN"));
    fails(&reading(&[a.clone(), nan]), &["n.json", "column \"acc\"", "expected a finite number"]);
    let asked = ImportOptions { metric: Some("f1".to_owned()), ..reading(std::slice::from_ref(&a)) };
    fails(&asked, &["no metric \"f1\", only \"acc\", \"ppl\""]);
    let cut = folder.write("c.json", old("c", 0.5).get(..80).expect("a cut"));
    fails(&reading(&[a, cut]), &["c.json"]);
}
