//! A cost that only some reports show: what training takes.

use std::time::Duration;

use serde_json::Value;

use super::sample::digits;
use crate::study::costs::{Amount, TrainingCost};
use crate::study::{Limits, Money};
use crate::{Findings, html, json, markdown, terminal};

/// The digits by training cost, with a limit and a price: 0.35 s and 2.1e-5 s a parameter.
pub(super) fn by_training_cost() -> Findings {
    let mut findings = digits();
    findings.terms.smallest_by = &TrainingCost;
    findings.terms.limits = Limits::default().with(&TrainingCost, Amount::Time(Duration::from_secs(30)));
    findings.study.prices.cpu_hour = Some(Money { amount: 0.4, currency: "USD".to_owned() });
    findings
}

#[test]
fn column_row_plot_and_glossary_are_there_where_it_is_asked_for() {
    let findings = by_training_cost();
    let text = terminal(&findings, 120);
    assert!(text.contains("CPU time") && text.contains("for one training"), "{text}");
    assert!(terminal(&findings, 80).contains("CPU time"), "the cost that orders them comes before other columns");
    assert!(markdown(&findings).contains("| training cost |  |"));
    let page = html(&findings);
    for part in
        ["Quality over training cost", ">training cost</th>", "training-wide-title", "The median over the repeats"]
    {
        assert!(page.contains(part), "{part}");
    }
    let none = digits();
    assert!(!html(&none).contains("training cost") && !markdown(&none).contains("training cost"));
}

#[test]
fn its_figures_are_in_the_json() {
    let findings = by_training_cost();
    let tree: Value = serde_json::from_str(&json(&findings)).unwrap();
    let rows = tree["shown"]["rows"].as_array().unwrap();
    let row = rows.iter().find(|row| row["name"] == "mlp-2M").unwrap();
    // 0.35 + 2,004,490 * 2.1e-5 = 42.44429 s; at 0.4 USD an hour 0.00471603 USD.
    assert!((row["costs"]["training-cost"].as_f64().unwrap() - 42.444_29).abs() < 1e-6);
    assert!((row["money"]["training-cost"].as_f64().unwrap() - 0.004_716_03).abs() < 1e-8);
    let bare: Value = serde_json::from_str(&json(&digits())).unwrap();
    assert!(bare["shown"]["rows"][0].get("costs").is_none() && bare["shown"]["rows"][0].get("money").is_none());
}
