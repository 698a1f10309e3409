//! Data as people write them: each file gives what its clean twin gives.

mod answers;
mod curves;
mod labels;
mod new_rows;
mod numbers;
mod results;

use super::support::{Dice, Place, QUICK};

/// Rows of a linear law over `a` and `b` and a region: `y = 3 a - b + noise`, as numbers.
fn law(rows: usize, seed: u64) -> Vec<([f64; 3], &'static str)> {
    let mut dice = Dice(seed);
    (0..rows)
        .map(|_| {
            let (a, b) = (dice.normal(), dice.normal());
            let region = dice.one(&["north", "south", "east"]);
            ([a, b, 3.0 * a - b + 0.2 * dice.normal()], region)
        })
        .collect()
}

/// What a study on `file` comes to: the qualities of all candidates, the tests and the verdict.
fn outcome(place: &Place, file: &str, task: &str) -> serde_json::Value {
    let out = file.split('.').next().unwrap();
    place.write("s.toml", format!("[task]\ndata = \"{file}\"\n{task}\n{QUICK}"));
    place.lagom(&["run", "s.toml", "--out", out]).ends(0);
    let report = place.report(out);
    let analysis = &report["analysis"];
    let rows = analysis["screening"]["rows"].as_array().unwrap();
    let keys = ["name", "quality", "holdout_quality", "by_repeat", "standing"];
    let rows: Vec<_> = rows.iter().map(|row| keys.map(|key| row[key].clone())).collect();
    serde_json::json!({ "rows": rows, "tests": analysis["tests"], "verdict": report["verdict"] })
}
