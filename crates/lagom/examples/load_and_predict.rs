//! Loads a model that `lagom run` handed over and answers rows of a CSV file with it.
//!
//! ```sh
//! cargo run --release -- demo --out demo
//! cargo run --release --example load_and_predict -- demo/model.lagom rows.csv
//! ```
//!
//! Without arguments it answers one row of empty cells with a model that it makes itself, so that it can be run anywhere.

use std::error::Error;
use std::path::Path;

use lagom::bundle::{Beside, Bundle, Origin};
use lagom::candidate::{Features, Learner, Model};
use lagom::data::Schema;
use lagom::data::read::{ReadOptions, read};
use lagom::study::TaskKind;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [model, rows] = &arguments[..] else { return made_here() };
    let model = Bundle::read(Path::new(model))?;
    let table = read(Path::new(rows), &ReadOptions::default())?;
    let places = model.schema.places(&table).map_err(|missing| format!("no column {}", missing.join(", ")))?;
    let inputs = model.schema.inputs.iter().zip(places);
    let columns: Vec<_> = inputs.map(|(input, at)| input.of(&table.columns[at], 0..table.rows())).collect();
    let answers = model.predict_columns(&columns, table.rows())?;
    let classes = &model.schema.classes;
    for answer in answers.chunks(classes.len().max(1)) {
        let likeliest = (0..answer.len()).max_by(|a, b| answer[*a].total_cmp(&answer[*b])).unwrap_or(0);
        println!("{}", classes.get(likeliest).map_or_else(|| answer[0].to_string(), String::clone));
    }
    Ok(())
}

/// A model that has learned the commonest class alone, written and read back.
fn made_here() -> Result<(), Box<dyn Error>> {
    let classes = vec!["ham".to_owned(), "spam".to_owned()];
    let schema = Schema { task: TaskKind::Classification, inputs: Vec::new(), target: "kind".to_owned(), classes };
    let model = Model { features: Features::None, learner: Learner::Constant(vec![0.87, 0.13]), scale: None };
    let path = std::env::temp_dir().join(format!("lagom-constant-{}.lagom", std::process::id()));
    Bundle { schema, model, origin: Origin::default(), beside: Beside::default(), background: None }.write(&path)?;
    let answers = Bundle::read(&path)?.predict(&[Vec::new()])?;
    println!("ham {:.2}, spam {:.2}", answers[0], answers[1]);
    std::fs::remove_file(path)?;
    Ok(())
}
