//! Data as people write them: each file gives what its clean twin gives.

mod numbers;

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

/// What a study on `file` comes to: all numbers of the report, as in [`super::support::numbers`].
fn outcome(place: &Place, file: &str, task: &str) -> serde_json::Value {
    place.write("s.toml", format!("[task]\ndata = \"{file}\"\n{task}\n{QUICK}"));
    place.lagom(&["run", "s.toml", "--out", file.trim_end_matches(".csv")]).ends(0);
    super::support::numbers(&place.report(file.trim_end_matches(".csv")))
}
