//! Levers on tasks whose truth is known: whole studies, trained for real. One lever of each task is what it lacks, and should come first
//! in the ledger; in the last none helps.
//!
//! ```text
//! LAGOM_STUDIES=20 cargo test --release --test it known_levers -- --ignored --nocapture
//! ```
//!
//! Figures: log/2026-11-29-known-levers.md.

use serde_json::Value;

use super::support::{Dice, Place, csv};

/// Studies of each kind.
fn studies() -> u64 {
    std::env::var("LAGOM_STUDIES").ok().and_then(|text| text.parse().ok()).unwrap_or(3)
}

/// The first of them, so that a hundred can be run in parts.
fn from() -> u64 {
    std::env::var("LAGOM_STUDIES_FROM").ok().and_then(|text| text.parse().ok()).unwrap_or(0)
}

/// One kind of task.
struct Kind {
    name: &'static str,
    /// Rows of a study, its header among them.
    rows: fn(&mut Dice) -> String,
    /// The family and its sizes.
    ladder: &'static str,
    /// What is fixed for all candidates.
    recipe: &'static str,
    /// The metric.
    metric: &'static str,
    /// What is tried.
    tried: &'static [&'static str],
    /// What may come first; empty where nothing helps.
    truth: &'static [&'static str],
}

const KINDS: [Kind; 7] = [
    // Two fifths of the labels are drawn anew, and a linear model of words that no penalty keeps from learning them by heart.
    Kind {
        name: "wrong labels",
        rows: |dice| {
            let row = |dice: &mut Dice| {
                let class = pick(dice, 4);
                let mut words: Vec<String> = (0..9).map(|_| format!("w{}", pick(dice, 2_000))).collect();
                words.extend((0..4).map(|_| format!("c{}", class * 60 + pick(dice, 60))));
                let label = if dice.share() < 0.4 { pick(dice, 4) } else { class };
                format!("{},k{label}", words.join(" "))
            };
            table("text,y", 2_500, dice, row)
        },
        ladder: "families = [\"ngrams\"]\nlargest = \"100k\"",
        recipe: "linear-l2 = 0.0001",
        metric: "accuracy",
        tried: &["cleaning", "deduplicate", "class-weights", "oversampling", "augmentation", "lowercase"],
        truth: &["cleaning"],
    },
    // Waves that end four times between -1 and 1: no small network of straight pieces follows them.
    Kind {
        name: "waves",
        rows: |dice| {
            let row = |dice: &mut Dice| {
                let x = [2.0 * dice.share() - 1.0, 2.0 * dice.share() - 1.0, dice.normal()];
                let yes = (12.0 * x[0]).sin() + (12.0 * x[1]).sin() + 0.3 * dice.normal() > 0.0;
                line(&x, if yes { "yes" } else { "no" })
            };
            table("a,b,c,y", 1_500, dice, row)
        },
        ladder: "families = [\"mlp\"]\nlargest = \"1.5k\"",
        recipe: "",
        metric: "accuracy",
        tried: &["periodic-embeddings", "weight-decay", "dropout", "scaling", "activation", "batch-size"],
        truth: &["periodic-embeddings"],
    },
    // One row in twelve is of the class that counts as much as the other.
    Kind {
        name: "a rare class",
        rows: |dice| {
            let row = |dice: &mut Dice| {
                let x: Vec<f64> = (0..5).map(|_| dice.normal()).collect();
                let yes = x[0] + x[1] + 1.2 * dice.normal() > 2.6;
                line(&x, if yes { "yes" } else { "no" })
            };
            table("a,b,c,d,e,y", 1_500, dice, row)
        },
        ladder: "families = [\"linear\"]",
        recipe: "",
        metric: "balanced-accuracy",
        tried: &["class-weights", "oversampling", "winsorise", "scaling", "deduplicate", "noise"],
        truth: &["class-weights", "oversampling"],
    },
    // Forty of 600 columns add up to the target, and a linear model without a penalty has some 1,300 rows to tell.
    Kind {
        name: "few rows, many columns",
        rows: |dice| forty_columns_count(dice, 1_800, 600, 5.0),
        ladder: "families = [\"linear\"]",
        recipe: "linear-l2 = 0.0001",
        metric: "r2",
        tried: &["linear-l2", "winsorise", "deduplicate", "scaling"],
        truth: &["linear-l2"],
    },
    // Small changes of the inputs change little: rows with noise say so. Some 1,080 rows for 700 columns.
    Kind {
        name: "an invariance",
        rows: |dice| forty_columns_count(dice, 1_500, 700, 4.0),
        ladder: "families = [\"linear\"]",
        recipe: "linear-l2 = 0.0001",
        metric: "r2",
        tried: &["noise", "winsorise", "deduplicate", "scaling"],
        truth: &["noise"],
    },
    // Some cells are a thousand times too large: a unit mistaken.
    Kind {
        name: "units mistaken",
        rows: |dice| {
            let row = |dice: &mut Dice| {
                let x: Vec<f64> = (0..4).map(|_| 5.0 + dice.normal()).collect();
                let yes = x[0] - x[1] + 0.4 * dice.normal() > 0.0;
                let shown: Vec<f64> = x.iter().map(|x| if dice.share() < 0.03 { x * 1_000.0 } else { *x }).collect();
                line(&shown, if yes { "yes" } else { "no" })
            };
            table("a,b,c,d,y", 900, dice, row)
        },
        ladder: "families = [\"linear\"]",
        recipe: "",
        metric: "accuracy",
        tried: &["scaling", "winsorise", "class-weights", "deduplicate", "linear-l2"],
        truth: &["scaling", "winsorise"],
    },
    // A straight line between two clouds, and rows enough: nothing is left to gain.
    Kind {
        name: "nothing helps",
        rows: |dice| {
            let row = |dice: &mut Dice| {
                let x: Vec<f64> = (0..4).map(|_| dice.normal()).collect();
                let yes = x[0] + x[1] + dice.normal() > 0.0;
                line(&x, if yes { "yes" } else { "no" })
            };
            table("a,b,c,d,y", 900, dice, row)
        },
        ladder: "families = [\"linear\"]",
        recipe: "",
        metric: "accuracy",
        tried: &["cleaning", "class-weights", "winsorise", "scaling", "deduplicate", "noise", "linear-l2"],
        truth: &[],
    },
];

/// One of so many.
fn pick(dice: &mut Dice, many: usize) -> usize {
    (dice.share() * many as f64) as usize
}

/// Numbers that forty of the columns add up to, with noise.
fn forty_columns_count(dice: &mut Dice, rows: usize, columns: usize, noise: f64) -> String {
    let row = |dice: &mut Dice| {
        let x: Vec<f64> = (0..columns).map(|_| dice.normal()).collect();
        let y = x[..40].iter().sum::<f64>() + noise * dice.normal();
        line(&x, &format!("{y:.4}"))
    };
    let header: Vec<String> = (0..columns).map(|at| format!("c{at}")).collect();
    table(&format!("{},y", header.join(",")), rows, dice, row)
}

fn line(x: &[f64], label: &str) -> String {
    let cells: Vec<String> = x.iter().map(|x| format!("{x:.4}")).collect();
    format!("{},{label}", cells.join(","))
}

fn table(header: &str, rows: usize, dice: &mut Dice, row: impl Fn(&mut Dice) -> String) -> String {
    csv(header, &(0..rows).map(|_| [row(dice)]).collect::<Vec<[String; 1]>>())
}

/// The ledger of a study; none where its verdict has no choice to put levers on.
fn ledger(kind: &Kind, seed: u64) -> Option<Value> {
    let place = Place::new();
    place.write("d.csv", (kind.rows)(&mut Dice(1_000 + seed)));
    place.write(
        "s.toml",
        format!(
            "[task]\ndata = \"d.csv\"\ntarget = \"y\"\nmetric = \"{}\"\n[good-enough]\nmargin = 0.05\n[ladder]\n{}\n[trials]\nrepeats = 5\nseed = {seed}\n[recipe]\n{}\n",
            kind.metric, kind.ladder, kind.recipe
        ),
    );
    place.run();
    let tries = kind.tried.iter().flat_map(|name| ["--try", name]);
    let arguments: Vec<&str> = ["levers", "out", "--json", "--budget", "1e14"].into_iter().chain(tries).collect();
    let ran = place.lagom(&arguments);
    if ran.err.contains("has no choice") {
        return None;
    }
    ran.ends(0);
    Some(serde_json::from_str(&ran.out).unwrap())
}

/// The levers of a line.
fn levers(row: &Value) -> Vec<String> {
    let settings = row["settings"].as_array().unwrap();
    settings.iter().map(|one| one["lever"].as_str().unwrap().to_owned()).collect()
}

#[test]
#[ignore = "whole studies by the dozen: minutes"]
fn what_a_task_lacks_comes_first_and_where_nothing_lacks_nothing_is_named() {
    for kind in &KINDS {
        let (mut done, mut first, mut helps) = (0_u64, 0_u64, 0_u64);
        for seed in from()..from() + studies() {
            let Some(found) = ledger(kind, seed) else { continue };
            done += 1;
            let rows = found["rows"].as_array().unwrap();
            let helping = |row: &&Value| row["standing"] == "helps";
            helps += u64::from(rows.iter().any(|row| helping(&row)));
            let single = rows.iter().filter(helping).find(|row| levers(row).len() == 1);
            let told = rows.first().map(|row| format!("{:?} {}", levers(row), row["gain"]["point"]));
            first += u64::from(single.is_some_and(|row| kind.truth.contains(&levers(row)[0].as_str())));
            println!("{}, study {seed}: {}", kind.name, told.unwrap_or_default());
        }
        println!(
            "{}: of {done} studies one of {:?} is first in {first}; a lever is named in {helps}",
            kind.name, kind.truth
        );
        // Nine of ten, and where nothing helps one in twenty at most, or one of few.
        let held = if kind.truth.is_empty() { helps * 20 <= done.max(20) } else { first * 10 >= done * 9 };
        assert!(held, "{}: first in {first}, named in {helps} of {done}", kind.name);
    }
}
