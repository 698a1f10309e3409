//! Which way of a metric is better: told, in the files, by the name, or asked for.

use super::*;
use crate::scores::{DirectionFrom, ScoresError};

fn table(metric: &str) -> String {
    format!("example,candidate,{metric}\nq1,small,0.5\nq1,large,1.25\nq2,small,0.25\nq2,large,1\n")
}

fn way(found: &Scores) -> (bool, DirectionFrom) {
    (found.higher_is_better, found.direction_from)
}

fn of_column(metric: &str) -> ImportOptions {
    let mut reading = ImportOptions::default();
    reading.columns.score = Some(metric.to_owned());
    reading
}

#[test]
fn the_name_tells_and_the_user_tells_better() {
    let folder = Folder::new();
    let file = folder.write("a.csv", table("test_rmse"));
    let by_name = ImportOptions { files: vec![file.clone()], ..of_column("test_rmse") };
    assert_eq!(way(&one(&by_name)), (false, DirectionFrom::Name));
    let told = one(&ImportOptions { higher_is_better: Some(true), ..by_name });
    assert_eq!(way(&told), (true, DirectionFrom::Told));
    assert!(
        told.notes.iter().any(|note| note.contains("lower is better; you said that higher is")),
        "{:?}",
        told.notes
    );
}

#[test]
fn a_name_that_says_nothing_is_asked_for() {
    let folder = Folder::new();
    let reading = ImportOptions { files: vec![folder.write("a.csv", table("wobble"))], ..of_column("wobble") };
    let refused = read(&reading).expect_err("no direction");
    assert!(matches!(&refused, ScoresError::UnknownDirection { metrics } if metrics == &["wobble"]), "{refused}");
    assert!(refused.hint().is_some_and(|hint| hint.contains("--direction higher")), "{refused}");
    assert_eq!(way(&one(&ImportOptions { higher_is_better: Some(false), ..reading })), (false, DirectionFrom::Told));
    // words for right and wrong say it themselves
    let words = "example,candidate,wobble\nq1,small,pass\nq1,large,fail\nq2,small,pass\nq2,large,pass\n";
    let reading = ImportOptions { files: vec![folder.write("b.csv", words)], ..of_column("wobble") };
    assert_eq!(way(&one(&reading)), (true, DirectionFrom::Format));
}

#[test]
fn the_name_of_a_wide_tables_file_alone_never_says_that_less_is_better() {
    let folder = Folder::new();
    let wide = "id,small,large\n1,0.5,0.7\n2,0.25,0.9\n";
    fails(&reading(&[folder.write("val_rmse.csv", wide)]), &["nothing says whether higher or lower is better"]);
    for (name, metric) in [("quiz.csv", "score"), ("accuracy.csv", "accuracy")] {
        let scores = one(&reading(&[folder.write(name, wide)]));
        assert_eq!((scores.metric.as_str(), scores.higher_is_better), (metric, true));
    }
    // Right is better than wrong whatever the file is called.
    let marks = one(&reading(&[folder.write("error_analysis.csv", "id,small,large\n1,0,1\n2,1,1\n")]));
    assert_eq!((marks.metric.as_str(), marks.higher_is_better), ("score", true));
}

#[test]
fn of_several_metrics_the_unknown_are_left_out_and_none_is_inverted() {
    let folder = Folder::new();
    let mut text = "example,candidate,metric,score\n".to_owned();
    for metric in ["acc", "wobble", "wer"] {
        for (at, name) in [(1, "a"), (1, "b"), (2, "a"), (2, "b")] {
            text.push_str(&format!("{at},{name},{metric},{}\n", at % 2));
        }
    }
    let reading = reading(&[folder.write("m.csv", text)]);
    let found = all(&reading);
    let ways: Vec<(&str, bool)> = found.iter().map(|one| (one.metric.as_str(), one.higher_is_better)).collect();
    assert_eq!(ways, [("acc", true), ("wer", false)]);
    assert!(
        found[0].notes.iter().any(|note| note.contains("wobble") && note.contains("--metric")),
        "{:?}",
        found[0].notes
    );
    let told = ImportOptions { higher_is_better: Some(false), ..reading.clone() };
    assert!(matches!(read(&told), Err(ScoresError::DirectionOfSeveral { told: false, ref metric }) if metric == "acc"));
    let named = ImportOptions { metric: Some("wobble".to_owned()), ..told };
    assert_eq!(way(&one(&named)), (false, DirectionFrom::Told));
}

/// A log of samples with the results beside it.
fn lm_eval(folder: &Folder, model: &str, higher: Option<bool>) {
    let date = "2026-05-02T10-11-12.123456";
    let lines: Vec<String> = (0..4)
        .map(|at| {
            format!(r#"{{"doc_id": {at}, "target": "", "filter": "none", "metrics": ["score"], "score": {}}}"#, at % 2)
        })
        .collect();
    folder.write(&format!("{model}/samples_realtoxicityprompts_{date}.jsonl"), lines.join("\n") + "\n");
    let said = higher.map_or_else(String::new, |higher| {
        format!(r#", "higher_is_better": {{"realtoxicityprompts": {{"score": {higher}}}}}"#)
    });
    let results = format!(
        r#"{{"results": {{"realtoxicityprompts": {{"score,none": 0.5, "score_stderr,none": 0.1}}}}, "model_name": "{model}"{said}}}"#
    );
    folder.write(&format!("{model}/results_{date}.json"), results);
}

#[test]
fn results_beside_samples_say_it() {
    let folder = Folder::new();
    lm_eval(&folder, "a-1b", Some(false));
    lm_eval(&folder, "b-9b", Some(false));
    let found = one(&reading(&[folder.path()]));
    assert_eq!((found.metric.as_str(), way(&found)), ("score", (false, DirectionFrom::File)));
    assert!(found.notes.iter().any(|note| note.contains("the files say that lower is")), "{:?}", found.notes);
    // of the results alone, too
    let results: Vec<_> = ["a-1b", "b-9b"]
        .iter()
        .map(|model| folder.path().join(model).join("results_2026-05-02T10-11-12.123456.json"))
        .collect();
    let Ok(Results::Summaries(means)) = read(&reading(&results)) else { panic!("no means") };
    assert_eq!((means[0].higher_is_better, means[0].direction_from), (false, DirectionFrom::File));
    // two files that disagree are refused
    lm_eval(&folder, "b-9b", Some(true));
    assert!(matches!(read(&reading(&[folder.path()])), Err(ScoresError::DirectionsDiffer { .. })));
    assert!(matches!(read(&reading(&results)), Err(ScoresError::DirectionsDiffer { .. })));
    // without the key the name decides
    lm_eval(&folder, "a-1b", None);
    lm_eval(&folder, "b-9b", None);
    assert_eq!(way(&one(&reading(&[folder.path()]))), (true, DirectionFrom::Name));
}

#[test]
fn helm_s_scenarios_have_main_metrics_and_toxicity_is_lower_better() {
    let folder = Folder::new();
    let stats = |exact: f64, f1: f64, toxic: f64| {
        let stat = |name: &str, mean: f64| {
            format!(r#"{{"name": {{"name": "{name}", "split": "test"}}, "count": 1, "sum": {mean}, "mean": {mean}}}"#)
        };
        let all = [stat("exact_match", exact), stat("f1_score", f1), stat("toxic_frac", toxic)].join(", ");
        let entry = |at: usize| format!(r#"{{"instance_id": "id{at}", "train_trial_index": 0, "stats": [{all}]}}"#);
        format!("[{}, {}]", entry(0), entry(1))
    };
    folder.write("narrative_qa:model=acme_chat-1b/per_instance_stats.json", stats(1.0, 0.2, 0.0));
    folder.write("narrative_qa:model=acme_chat-9b/per_instance_stats.json", stats(0.0, 0.9, 0.5));
    let found = one(&reading(&[folder.path()]));
    assert_eq!((found.metric.as_str(), found.higher_is_better), ("f1_score", true));
    assert!(found.notes.iter().any(|note| note.contains("HELM's main metric")), "{:?}", found.notes);
    let toxic = one(&ImportOptions { metric: Some("toxic_frac".to_owned()), ..reading(&[folder.path()]) });
    assert!(!toxic.higher_is_better);
}
