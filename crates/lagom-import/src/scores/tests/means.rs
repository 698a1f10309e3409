//! Tables of means, beside tables of examples whose score column has a metric's name.

use super::*;
use crate::scores::Summaries;

fn table(text: &str) -> (Folder, ImportOptions) {
    let folder = Folder::new();
    let reading = reading(&[folder.write("m.csv", text)]);
    (folder, reading)
}

#[track_caller]
fn only(text: &str) -> Summaries {
    let (_folder, reading) = table(text);
    let mut found = means(&reading);
    assert_eq!(found.len(), 1);
    found.remove(0)
}

#[test]
fn means_with_standard_errors_are_read_with_their_sizes() {
    for header in ["model,params,accuracy,stderr", "name,size,mean,standard error", "model,params,acc,acc_stderr"] {
        let text = format!("{header}\nsmall,1B,0.7,0.02\nlarge,9B,0.8,0.03\n");
        let (_folder, mut asked) = table(&text);
        asked.columns.candidate = header.starts_with("name").then(|| "name".to_owned());
        asked.higher_is_better = header.contains("mean").then_some(true);
        let found = means(&asked).remove(0);
        let rows: Vec<(&str, f64, Option<f64>, Option<u64>)> = found
            .rows
            .iter()
            .map(|row| (row.candidate.as_str(), row.mean, row.standard_error, row.facts.parameters))
            .collect();
        let billion = 1_000_000_000;
        let expected = [("small", 0.7, Some(0.02), Some(billion)), ("large", 0.8, Some(0.03), Some(9 * billion))];
        assert_eq!(rows, expected, "{header}");
        assert!(found.notes.iter().any(|note| note.starts_with("Read as a table of means")), "{:?}", found.notes);
    }
}

#[test]
fn without_standard_errors_the_number_of_examples_bounds_them() {
    let found = only("model;accuracy;n\nsmall;0,71;1000\nlarge;0,8;1000\n");
    // p' = (710 + 2) / 1004; √(p'(1 − p') / 1000)
    let share: f64 = 712.0 / 1004.0;
    let error = found.rows[0].standard_error.unwrap();
    assert!((error - (share * (1.0 - share) / 1000.0).sqrt()).abs() < 1e-12, "{error}");
    assert_eq!((found.rows[0].examples, found.range), (Some(1000), Some((0.0, 1.0))));
    // a standard error of 0 is none: the number of examples bounds it, or nothing does
    let bounded = only("model,accuracy,stderr,n\na,1,0,50\nb,0.9,0.04,50\n").rows[0].standard_error.unwrap();
    assert!((bounded - (52.0_f64 / 54.0 * 2.0 / 54.0 / 50.0).sqrt()).abs() < 1e-12, "{bounded}");
    let (_folder, zero) = table("model,accuracy,stderr\na,0.9,0\nb,0.902,0\n");
    fails(&zero, &["without their standard errors (0 is none)"]);
    // all right is not certain: √(52 / 54 · 2 / 54 / 50) is 0.0267
    assert!(only("model,accuracy,n\na,1,50\nb,0.9,50\n").rows[0].standard_error.unwrap() > 0.026);
    // in percent
    let percent = only("model,accuracy,n\nsmall,71,1000\nlarge,80,1000\n");
    assert_eq!(percent.range, Some((0.0, 100.0)));
    assert!((percent.rows[0].standard_error.unwrap() - 100.0 * error).abs() < 1e-9);
    // of other scores the user says the range
    let (_folder, asked) = table("model,rating,n\na,3,50\nb,4,50\n");
    fails(&asked, &["m.csv: found means of \"rating\"", "nothing says which scores an example can have"]);
    let told = ImportOptions { range: Some((1.0, 5.0)), ..asked };
    // mean (150 + 2 + 10) / 54 = 3; √(2 · 2 / 50)
    assert!((means(&told)[0].rows[0].standard_error.unwrap() - (4.0_f64 / 50.0).sqrt()).abs() < 1e-12);
}

#[test]
fn means_of_several_metrics_and_tasks_are_as_many_tables() {
    let (_folder, reading) = table("model,acc,acc_stderr,f1,f1_stderr\na,0.7,0.01,0.6,0.02\nb,0.72,0.01,0.8,0.02\n");
    let metrics: Vec<String> = means(&reading).into_iter().map(|found| found.metric).collect();
    assert_eq!(metrics, ["acc", "f1"]);
    let text =
        "model,task,metric,value,stderr\na,x,acc,0.7,0.01\nb,x,acc,0.8,0.01\na,y,acc,0.6,0.01\nb,y,acc,0.9,0.01\n";
    let (_folder, reading) = table(text);
    let tasks: Vec<String> = means(&reading).into_iter().map(|found| found.task).collect();
    assert_eq!(tasks, ["x", "y"]);
}

#[test]
fn means_that_say_too_little_are_refused_by_name() {
    let refused = |text: &str, parts: &[&str]| {
        let (_folder, reading) = table(text);
        fails(&reading, parts);
    };
    let bare = "model,accuracy\na,0.7\nb,0.8\n";
    refused(bare, &["means of \"accuracy\" (no column names examples), that of \"a\" without their standard errors"]);
    refused("model,accuracy,stderr\na,0.7,0.01\nb,0.8,\n", &["that of \"b\" without their standard errors"]);
    // percent beside a share's error, a share beside that of percent, and a mean that is neither
    refused(
        "model,accuracy,stderr\na,78,0.013\nb,70,0.014\n",
        &["the accuracy of \"a\" is 78 with a standard error of 0.013"],
    );
    refused("model,accuracy,stderr,n\na,0.78,1.3,1000\nb,0.7,1.4,1000\n", &["is 0.78 with a standard error of 1.3"]);
    refused("model,accuracy,stderr\na,0.78,0.01\nb,1.2,0.01\n", &["line 3", "1.2"]);
    refused("model,stderr,note\na,0.7,x\nb,0.8,y\n", &["no column for the score"]);
    refused("model,accuracy,stderr\na,0.7,-0.01\nb,0.8,0.01\n", &["line 2", "\"stderr\"", "not negative"]);
    refused("model,accuracy,stderr\na,oops,0.01\nb,0.8,0.01\n", &["line 2", "\"accuracy\"", "oops"]);
    refused("model,accuracy,stderr\na,0.7,0.01\na,0.8,0.01\nb,0.8,0.01\n", &["candidate \"a\" is scored twice"]);
    let scales = "model,f1,stderr\na,0.7,0.01\nb,81,1\n";
    refused(scales, &["\"a\" is scored 0.7, \"b\" 81: these look like two scales"]);
    let (_folder, reading) = table("model,accuracy,stderr\na,0.7,0.01\nb,0.8,0.01\n");
    fails(&ImportOptions { intersect: true, ..reading }, &["--intersect says nothing about a table of means"]);
}

#[test]
fn scores_of_examples_without_their_names_are_no_means() {
    let (_folder, reading) = table("model,accuracy\na,1\na,0\nb,1\nb,1\n");
    fails(&reading, &["no column for the example"]);
}

#[test]
fn a_column_with_the_name_of_a_metric_is_the_score() {
    for (name, higher) in [("bleu", true), ("sentence_bleu", true), ("ppl", false), ("chrF", true), ("rmse", false)] {
        let (_folder, reading) = table(&format!("example,candidate,{name},response_time\n1,a,2.5,1\n1,b,3.5,1\n"));
        let found = one(&reading);
        assert_eq!((found.metric.as_str(), found.higher_is_better), (name, higher));
    }
    let (_folder, reading) = table("example,candidate,bleu,chrf\n1,a,2.5,3\n1,b,3.5,4\n");
    let refused = fails(&reading, &["no column for the score"]);
    assert_eq!(refused.hint().unwrap(), "name one: --score bleu or --score chrf");
    // one file a candidate: what is left beside the examples
    let folder = Folder::new();
    let files = ["a.csv", "b.csv"].map(|name| folder.write(name, "id,bleu\n1,20.5\n2,30.5\n"));
    assert_eq!(names(&one(&super::reading(&files))).len(), 2);
}

#[test]
fn decimal_commas_are_read_where_they_are_certain() {
    let (_folder, reading) = table("id;small;large\n1;0,724;0,8\n2;0,5;0,75\n");
    assert_eq!(of(&one(&reading), "small"), [0.724, 0.5]);
    let (_folder, reading) = table("example;candidate;score\n1;a;12,345\n1;b;1\n");
    let refused = fails(&reading, &["line 2", "found \"12,345\""]);
    assert!(refused.hint().unwrap().contains("decimal point"));
}

/// Forty examples of two candidates.
fn pairs(metric: &str, cells: impl Fn(usize) -> (f64, f64)) -> String {
    let row = |at: usize| {
        let (small, large) = cells(at);
        format!("{at},small,{small}\n{at},large,{large}\n")
    };
    format!("example,candidate,{metric}\n") + &(0..40).map(row).collect::<String>()
}

#[test]
fn other_scales_than_percent_are_told_apart_too() {
    let tenth = |at: usize| (at % 10) as f64 / 10.0;
    let one_to_five = |at: usize| (tenth(at), 1.0 + (at % 5) as f64);
    let ten_to_hundred = |at: usize| (1.0 + 8.0 * tenth(at), 40.0 + 50.0 * tenth(at));
    let five_to_ten = |at: usize| (1.0 + (at % 5) as f64, 6.0 + 3.0 * tenth(at));
    for text in [pairs("score", one_to_five), pairs("rating", ten_to_hundred), pairs("rating", five_to_ten)] {
        let (_folder, reading) = table(&text);
        let refused = fails(&reading, &["\"small\" is scored from", "\"large\" from", "look like two scales"]);
        assert!(refused.hint().unwrap().contains("--range"));
        assert_eq!(one(&ImportOptions { range: Some((0.0, 100.0)), ..reading }).candidates.len(), 2);
    }
    // one scale: both have the same marks, or one of them has a single mark, or they differ as candidates do
    let same = |at: usize| ((at % 2) as f64, 1.0 + (at % 5) as f64 * f64::from(u8::from(at.is_multiple_of(3))));
    let lowest = |at: usize| (1.0, 1.0 + (at % 5) as f64);
    let far = |at: usize| (20.0 + tenth(at), 30.0 + tenth(at));
    for text in [pairs("score", same), pairs("score", lowest), pairs("psnr", far)] {
        let (_folder, reading) = table(&text);
        assert_eq!(one(&reading).candidates.len(), 2);
    }
    // errors may differ that much, which is worth a word
    let (_folder, reading) = table(&pairs("rmse", |at| (tenth(at), 50.0 + tenth(at))));
    let found = one(&reading);
    assert!(found.notes[0].starts_with("Careful: all of small is from 0 to 0.9"), "{:?}", found.notes);
}

#[test]
fn settings_and_constants_are_no_candidates() {
    let row = |at: usize| {
        let (small, large) = (u8::from(at.is_multiple_of(2)), u8::from(!at.is_multiple_of(3)));
        format!("e{at},0.7,{},512,0.{at},3,8.5,{small},{large},1\n", at % 3)
    };
    let header = "id,temperature,top_k,max_tokens,latency (s),epoch,whatever,small,large,perfect\n";
    let text = header.to_owned() + &(0..40).map(row).collect::<String>();
    let (folder, reading) = table(&text.replace("latency (s)", "duration_ms"));
    let found = one(&reading);
    assert_eq!(names(&found), ["small", "large", "perfect"]);
    let note = found.notes.iter().find(|note| note.starts_with("Left out")).unwrap();
    assert!(note.contains("temperature, top_k, max_tokens and") && note.contains("--candidates TABLE"), "{note}");
    // by name it is one
    let candidates = Some(folder.write("c.csv", "candidate,parameters\nsmall,1B\nwhatever,2B\n"));
    let told = ImportOptions { candidates, range: Some((0.0, 10.0)), higher_is_better: Some(true), ..reading };
    assert_eq!(names(&one(&told)), ["whatever", "small"]);
}
