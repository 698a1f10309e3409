//! Does a table in memory need the bigger model? From columns to a verdict and a model that predicts.
//!
//! ```sh
//! cargo run --release --example table_in_memory
//! ```

use std::error::Error;

use lagom::data::{Column, ColumnKind, Target, Values, in_memory};
use lagom::probe::registries;
use lagom::run::MODEL_FILE;
use lagom::trial::Here;
use lagom::{Bundle, Run, Study, prepare_loaded, report};

/// What is asked: the data are handed over below, so `data` only names them.
const STUDY: &str = r#"
[task]
data   = "rings"
target = "ring"
metric = "accuracy"

[good-enough]
margin = 0.02

[ladder]
families = ["baseline", "linear", "trees"]
largest  = "2k"
"#;

/// 1,000 points, and whether each lies within a ring about the middle: no straight line tells.
fn rings() -> (Vec<Column>, Target) {
    let mut state = 7_u64;
    let mut draw = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as f64 / (1_u64 << 31) as f64 * 2.0 - 1.0
    };
    let points: Vec<[f64; 2]> = (0..1_000).map(|_| [draw(), draw()]).collect();
    let column = |name: &str, at: usize| Column {
        name: name.to_owned(),
        kind: ColumnKind::Numeric,
        values: Values::Numbers(points.iter().map(|point| point[at]).collect()),
    };
    let within = |point: &[f64; 2]| u32::from((0.4..0.8).contains(&point[0].hypot(point[1])));
    let names = vec!["outside".to_owned(), "within".to_owned()];
    let target = Target::Classes { labels: points.iter().map(within).collect(), names };
    (vec![column("x", 0), column("y", 1)], target)
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::temp_dir().join(format!("lagom-rings-{}", std::process::id()));
    let study = Study::parse(STUDY, "rings.toml", &registries())?;
    let (columns, target) = rings();
    let loaded = in_memory(&study, columns, target)?;
    let run = Run::start(prepare_loaded(study, STUDY.to_owned(), loaded)?, &folder)?;

    // `Here` trains in this process; a program that is lagom itself uses `Local`, which starts workers.
    let done = run.execute(&Here::default(), &mut |_| {})?;
    println!("{}", report::terminal(&done.findings, 90));

    let model = Bundle::read(&folder.join(MODEL_FILE))?;
    let point = vec![Some("0.5".to_owned()), Some("0.3".to_owned())];
    let probabilities = model.predict(&[point])?;
    println!(
        "\n(0.5, 0.3): {:.2} {}, {:.2} {}",
        probabilities[0], model.schema.classes[0], probabilities[1], model.schema.classes[1]
    );
    std::fs::remove_dir_all(folder)?;
    Ok(())
}
