//! What probes found, in every form of the report.

use super::cases::all;
use crate::metric::Metric;
use crate::probe::{Cell, ProbeResult};
use crate::stats::Estimate;
use crate::{Findings, html, json, markdown, terminal};

/// A report of which seven parts are worse.
fn findings() -> Findings {
    let (_, mut findings) = all().into_iter().next().expect("a sample");
    let estimate = Estimate {
        point: -0.235,
        standard_error: 0.025,
        degrees_of_freedom: 1e9,
        repeats: 1,
        examples: 582,
        variance_repeats: 0.0,
        variance_examples: 0.025 * 0.025,
        gap: 0.0,
    };
    let line = |number: u64| {
        vec![
            Cell::Text(format!("a|b = {number} <x>")),
            Cell::Count(1_000 + number),
            Cell::Quality { metric: Metric::Accuracy, value: 0.7 },
            Cell::Quality { metric: Metric::Mae, value: 17_273.4 },
            Cell::Difference { metric: Metric::Accuracy, estimate: estimate.clone(), confidence: 0.95 },
        ]
    };
    let columns = ["rows where", "rows", "accuracy", "on the others", "worse by"].map(str::to_owned).to_vec();
    findings.probes = vec![ProbeResult {
        probe: "error-slices".to_owned(),
        candidate: "linear".to_owned(),
        said: "Of 57 parts 7 are surely worse.".to_owned(),
        columns,
        lines: (1..=7).map(line).collect(),
        ..ProbeResult::default()
    }];
    findings
}

#[test]
fn a_probe_is_told_in_all_forms_with_the_same_figures() {
    let findings = findings();
    // 1.95996 × 0.025 = 0.049.
    let text = terminal(&findings, 200);
    assert!(text.contains("Where it errs: linear\n  Of 57 parts 7 are surely worse.\n"), "{text}");
    let line = "a|b = 1 <x>  1,001     0.700         17,273  0.235 ± 0.049";
    assert!(text.contains(line) && text.contains("2 more in the report") && !text.contains("a|b = 6"), "{text}");
    let page = html(&findings);
    assert!(page.contains("<h2>Where it errs: linear</h2>") && page.contains("a|b = 7 &lt;x&gt;"));
    assert!(page.contains(">0.235 ± 0.049</td>"));
    let comment = markdown(&findings);
    assert!(comment.contains("<summary>Where it errs: linear</summary>"), "{comment}");
    assert_eq!(comment.matches("0.235 ± 0.049").count(), 7);
    assert!(!comment.contains("| a|b"), "what would cut the table is escaped: {comment}");
    let kept: serde_json::Value = serde_json::from_str(&json(&findings)).expect("JSON");
    assert_eq!(kept["probes"][0]["lines"][6][1]["count"], 1_007);
    assert_eq!(kept["probes"][0]["lines"][0][4]["difference"]["estimate"]["point"], -0.235);
}

#[test]
fn a_study_without_probes_has_no_word_of_them() {
    let (_, plain) = all().into_iter().next().expect("a sample");
    assert!(!html(&plain).contains("Where it errs") && !terminal(&plain, 100).contains("Where it errs"));
    assert!(!json(&plain).contains("\"probes\""));
}
