//! The terminal, the comment and the JSON.

use super::cases::all;
use super::sample::digits;
use crate::{Findings, html, json, markdown, terminal};

#[test]
fn terminal_at_two_widths() {
    for (name, findings) in all() {
        insta::assert_snapshot!(format!("{name}-80"), terminal(&findings, 80));
        insta::assert_snapshot!(format!("{name}-120"), terminal(&findings, 120));
    }
}

#[test]
fn markdown_is_short() {
    for (name, findings) in all() {
        insta::assert_snapshot!(format!("{name}-markdown"), markdown(&findings));
    }
}

#[test]
fn no_line_is_too_wide() {
    for (name, findings) in all() {
        for width in [24, 40, 60, 72, 80, 100, 120, 200] {
            for line in terminal(&findings, width).lines() {
                assert!(line.chars().count() <= width, "{name} at {width}: {line}");
            }
        }
        assert!(!terminal(&findings, 0).is_empty());
    }
}

#[test]
fn same_findings_same_bytes() {
    for (_, findings) in all() {
        let again = findings.clone();
        assert_eq!(terminal(&findings, 80), terminal(&again, 80));
        assert_eq!(html(&findings), html(&again));
        assert_eq!(markdown(&findings), markdown(&again));
        assert_eq!(json(&findings), json(&again));
    }
}

#[test]
fn json_reads_back_as_the_findings() {
    let findings = digits();
    let text = json(&findings);
    assert!(text.ends_with("}\n"));
    let back: Findings = serde_json::from_str(&text).unwrap();
    assert_eq!(json(&back), text);
}

#[test]
fn nothing_at_all_does_no_harm() {
    for (_, mut findings) in all() {
        findings.analysis.screening.rows.clear();
        findings.analysis.tests.clear();
        findings.curve = None;
        findings.data.classes.clear();
        findings.data.columns.clear();
        assert!(!terminal(&findings, 80).is_empty() && !markdown(&findings).is_empty());
        assert!(html(&findings).contains("</html>") && json(&findings).ends_with("}\n"));
    }
}

/// Breaks every number there is: whatever is missing shows as a dash, nothing as NaN or inf.
#[test]
fn broken_numbers_are_dashes() {
    for broken in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e300, -1e300, 0.0] {
        for (_, mut findings) in all() {
            for row in &mut findings.analysis.screening.rows {
                for estimate in [&mut row.quality, &mut row.difference, &mut row.holdout_quality].into_iter().flatten()
                {
                    (estimate.point, estimate.standard_error) = (broken, broken);
                }
                row.train_quality = Some(broken);
                for facts in &mut row.trials {
                    (facts.flops, facts.cpu_seconds, facts.search_share) = (broken, broken, broken);
                }
                for point in &mut row.history {
                    (point.train_loss, point.validation_loss) = (broken, broken);
                }
                if let Some(found) = &mut row.deployment {
                    (found.latency_p50, found.latency_p95, found.throughput) = (broken, broken, broken);
                }
            }
            for test in &mut findings.analysis.tests {
                (test.lower, test.upper, test.difference.point) = (broken, broken, broken);
            }
            findings.data.resolvable_margin = broken;
            (findings.effort.flops, findings.effort.cpu_seconds) = (broken, broken);
            for text in [terminal(&findings, 120), html(&findings), markdown(&findings)] {
                assert!(!shows_broken(&text), "{broken}: {text}");
            }
        }
    }
}

fn shows_broken(text: &str) -> bool {
    let words = text.split(|c: char| !c.is_alphanumeric());
    words.into_iter().any(|word| ["NaN", "nan", "inf", "Infinity"].contains(&word))
}
