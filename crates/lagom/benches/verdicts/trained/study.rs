//! One study: from the table that was drawn to the verdict, as `lagom run` does it.

use std::error::Error;
use std::path::Path;

use lagom::bundle::Bundle;
use lagom::data::known::{Kind, Known};
use lagom::probe::registries;
use lagom::run::{MODEL_FILE, Run, prepare};
use lagom::study::Study;
use lagom::trial::{Local, ThisProgram};

use super::judged::Judged;
use super::options::Options;
use super::scene::Scene;
use super::truths::{self, FRESH, FRESH_ROWS};

/// Largest number of parameters on the ladder: a study then takes seconds.
const LARGEST: &str = "20k";

/// Draws the data, runs the study on it and judges its verdict.
pub(crate) fn run(kind: Kind, seed: u64, options: &Options) -> Result<Judged, Box<dyn Error>> {
    let known = Known::new(kind, seed);
    let folder = tempfile::tempdir()?;
    let text = write(&known, folder.path(), options)?;
    let study = Study::parse(&text, folder.path().join("study.toml"), &registries())?;
    let executor = Local {
        this: ThisProgram { path: std::env::current_exe()?, ..ThisProgram::default() },
        workers: options.workers,
        on_a_device: 1,
    };
    let run = Run::start(prepare(study, text)?, &folder.path().join("out"))?;
    let found = run.conclude(&executor, &mut |_| {})?;
    run.publish(&found, &executor, &mut |_| {})?;
    let fresh = known.draw(FRESH_ROWS, FRESH);
    let handed = match &found.verdict.choice {
        Some(_) => Some(truths::of(&Bundle::read(&run.folder().join(MODEL_FILE))?, &known, &fresh)?),
        None => None,
    };
    let truths = truths::all(&run, &executor, (&known, &fresh), options.truths)?;
    let prepared = run.prepared();
    let (analysis, verdict) = (&found.analysis, &found.verdict);
    let scene = Scene { terms: &prepared.terms, plan: &prepared.plan, analysis, verdict, truths };
    Ok(Judged::new(&known, &scene, handed)?)
}

/// Writes the rows and gives the text of the study on them.
fn write(known: &Known, folder: &Path, options: &Options) -> Result<String, std::io::Error> {
    let rows = options.rows.unwrap_or_else(|| known.kind.usual_rows());
    std::fs::write(folder.join("known.csv"), known.draw(rows, 0).csv())?;
    Ok(format!(
        "[task]\ndata = \"known.csv\"\ntarget = \"y\"\nmetric = \"{}\"\n\n[good-enough]\nmargin = {:?}\n\n\
         [ladder]\nlargest = \"{LARGEST}\"\n\n[trials]\nrepeats = {}\nseed = {}\n",
        known.kind.metric().name(),
        options.margin,
        options.repeats,
        known.seed
    ))
}
