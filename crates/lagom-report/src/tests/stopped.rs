//! What is shown of a candidate whose trainings were stopped early.

use serde_json::Value;

use super::sample::digits;
use crate::verdict::{CandidateStatus, StoppedRepeat};
use crate::{Findings, html, json, markdown, terminal};

/// The sample with one of its rungs stopped early in two repeats.
fn stopped() -> (Findings, String) {
    let mut findings = digits();
    let row = findings.analysis.screening.rows.iter_mut().find(|row| row.name == "trees-160k").unwrap();
    (row.quality, row.difference, row.train_quality, row.deployment) = (None, None, None, None);
    row.trials.clear();
    row.by_repeat.clear();
    row.standing = CandidateStatus::Stopped;
    let one = |repeat, ceiling| StoppedRepeat {
        repeat,
        step: 480,
        horizon: 1_200,
        quality: 0.91,
        ceiling,
        target: 0.97,
        flops: 4e9,
        cpu_seconds: 3.5,
        peak_memory: Some(9_000_000),
    };
    row.stopped = vec![one(0, 0.931), one(1, 0.927)];
    let name = row.name.clone();
    findings.climb.as_mut().unwrap().stopped = 1;
    findings.effort.stopped = 2;
    (findings, name)
}

#[test]
fn every_form_says_what_it_could_at_most_have_reached() {
    let (findings, name) = stopped();
    let line = |text: &str, of: &str| text.lines().find(|line| line.contains(of)).unwrap_or_default().to_owned();
    let screen = terminal(&findings, 120);
    let row = line(&screen, &name);
    // The mean of the two ceilings.
    assert!(row.contains("≤ 0.929") && row.contains("stopped early") && !row.contains('±'), "{row}");
    let told = screen.split_whitespace().collect::<Vec<&str>>().join(" ");
    assert!(told.contains("1 stopped early: could at most have reached 0.929"), "{screen}");
    assert!(told.contains("13 of 17 sizes"), "a rung stopped early is not measured: {screen}");
    let comment = markdown(&findings);
    let row = line(&comment, &format!("| {name}"));
    assert!(row.contains("≤ 0.929") && row.contains("stopped early"), "{row}");
    let page = html(&findings);
    assert!(page.contains("could at most have reached 0.929") && page.contains("after 40 % of its steps"));
    assert!(page.contains("≤ <data value=\"0.929"), "the number is tagged");
    let tree: Value = serde_json::from_str(&json(&findings)).unwrap();
    let rows = tree["analysis"]["screening"]["rows"].as_array().unwrap();
    let row = rows.iter().find(|row| row["name"] == name.as_str()).unwrap();
    assert_eq!((row["standing"].as_str(), row["stopped"][1]["ceiling"].as_f64()), (Some("stopped"), Some(0.927)));
    assert_eq!(tree["effort"]["stopped"], 2);
    assert!(row["quality"].is_null(), "it passes for no measurement");
}

#[test]
fn what_was_tried_once_is_shown_with_its_one_quality() {
    let mut findings = digits();
    let row = findings.analysis.screening.rows.iter_mut().find(|row| row.name == "trees-160k").unwrap();
    (row.quality, row.difference, row.standing) = (None, None, CandidateStatus::TriedOnce);
    row.by_repeat = vec![0.9652];
    row.trials.truncate(1);
    let screen = terminal(&findings, 120);
    let line = screen.lines().find(|line| line.contains("trees-160k")).unwrap();
    assert!(line.contains("0.965") && line.contains("tried once") && !line.contains('±'), "{line}");
    let comment = markdown(&findings);
    let line = comment.lines().find(|line| line.contains("| trees-160k")).unwrap();
    assert!(line.contains("0.965") && line.contains("tried once"), "{line}");
    assert!(html(&findings).contains("one training was enough"));
}

#[test]
fn no_form_breaks_where_the_lines_are_narrow_or_the_numbers_broken() {
    let (mut findings, _) = stopped();
    for width in [24, 40, 80, 200] {
        assert!(terminal(&findings, width).lines().all(|line| line.chars().count() <= width));
    }
    for row in &mut findings.analysis.screening.rows {
        row.stopped.iter_mut().for_each(|one| (one.ceiling, one.horizon) = (f64::NAN, 0));
    }
    for text in [terminal(&findings, 120), html(&findings), markdown(&findings)] {
        assert!(!text.contains("NaN"), "{text}");
    }
}
