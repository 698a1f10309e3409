//! Scores as a table and as JSON.

use lagom::metric::{Metric, Resampling, SystemScore};
use serde_json::{Value, json};

use crate::cli::layout;

/// Version of the JSON.
const FORMAT: u32 = 1;

/// No table is cut: half a p-value says nothing.
const WIDE: usize = 100_000;

/// One metric on all systems.
pub(super) struct Row {
    pub(super) metric: Metric,
    pub(super) signature: String,
    pub(super) scores: Vec<SystemScore>,
}

/// All that was found.
pub(super) struct Found {
    pub(super) systems: Vec<String>,
    pub(super) examples: usize,
    pub(super) resampling: Resampling,
    pub(super) rows: Vec<Row>,
}

impl Found {
    /// A table with a line for each metric and system, and the signatures below it.
    pub(super) fn table(&self) -> String {
        let paired = self.systems.len() > 1;
        let share = (1e6 * self.resampling.confidence).round() / 1e4;
        let mut head = vec!["metric".to_owned()];
        head.extend(paired.then(|| "system".to_owned()));
        head.extend(["score".to_owned(), format!("{share} % interval")]);
        if paired {
            head.extend(["difference", "interval of it", "p bootstrap", "p randomised"].map(str::to_owned));
        }
        let mut table = vec![head];
        for row in &self.rows {
            for (at, (name, score)) in self.systems.iter().zip(&row.scores).enumerate() {
                let value = |value: f64| number(row.metric, value);
                let metric = if at == 0 { row.metric.name() } else { "" };
                let mut cells = vec![metric.to_owned()];
                cells.extend(paired.then(|| name.clone()));
                cells.extend([value(score.value), format!("{} to {}", value(score.low), value(score.high))]);
                if let Some(difference) = score.against_first {
                    let signed = |number: f64| {
                        let text = value(number.abs());
                        let zero = text.chars().all(|letter| matches!(letter, '0' | '.'));
                        let sign = if zero {
                            ""
                        } else if number < 0.0 {
                            "−"
                        } else {
                            "+"
                        };
                        format!("{sign}{text}")
                    };
                    cells.extend([
                        signed(difference.value),
                        format!("{} to {}", signed(difference.low), signed(difference.high)),
                        format!("{:.4}", difference.bootstrap_p),
                        format!("{:.4}", difference.randomisation_p),
                    ]);
                }
                table.push(cells);
            }
        }
        let right: &[usize] = if paired { &[2, 4, 6, 7] } else { &[1] };
        let mut text = layout::table(&table, right, WIDE);
        text.push('\n');
        self.rows.iter().for_each(|row| text.push_str(&format!("  {}\n", row.signature)));
        text.push_str(&format!("  {}\n", self.how()));
        text
    }

    fn how(&self) -> String {
        let of = &self.resampling;
        let examples = layout::plural(self.examples, "example", "examples");
        let trials = if self.systems.len() > 1 { format!("|ar:{}", of.trials) } else { String::new() };
        format!("{examples}|bs:{}{trials}|seed:{}|lagom:{}", of.resamples, of.seed, env!("CARGO_PKG_VERSION"))
    }

    /// The same with all digits.
    pub(super) fn json(&self) -> String {
        let of = &self.resampling;
        let metrics: Vec<Value> = self.rows.iter().map(|row| self.row(row)).collect();
        let all = json!({
            "format": FORMAT, "lagom": env!("CARGO_PKG_VERSION"), "examples": self.examples,
            "confidence": of.confidence, "resamples": of.resamples, "trials": of.trials, "seed": of.seed,
            "metrics": metrics,
        });
        format!("{all:#}\n")
    }

    fn row(&self, row: &Row) -> Value {
        let systems: Vec<Value> =
            self.systems.iter().zip(&row.scores).map(|(name, score)| system(name, score)).collect();
        json!({
            "metric": row.metric.name(), "unit": row.metric.unit(), "direction": row.metric.direction(),
            "signature": row.signature, "systems": systems,
        })
    }
}

fn system(name: &str, score: &SystemScore) -> Value {
    let difference = score.against_first.map(|of| {
        json!({
            "value": of.value, "low": of.low, "high": of.high,
            "bootstrap_p": of.bootstrap_p, "randomisation_p": of.randomisation_p,
        })
    });
    json!({
        "system": name, "score": score.value, "low": score.low, "high": score.high,
        "mean_of_resamples": score.resampled, "against_first": difference,
    })
}

/// Two decimals for points of 100, four for shares.
fn number(metric: Metric, value: f64) -> String {
    let (_, most) = metric.range();
    if most > 1.0 { format!("{:.2}", value.min(most)) } else { format!("{value:.4}") }
}
