//! The pair that is handed over, on rows that the study never had: does the bound of the verdict hold for it?
//!
//! Of every real data set a random part becomes a study, carried out as `lagom run` does it; the choice and what it was
//! tested against are both refitted on all rows of the study, and their difference on the other rows is held against the
//! bounds. It needs LAGOM_TEST_DATA (see CONTRIBUTING.md); sets that are not there are left out.
//!
//! The other rows are a sample too. `held` takes their difference as it is, `held by more than their noise` allows it 1.645
//! of its standard errors (for right and wrong answers those of McNemar's test), so that the truth lies between the two.

mod options;
mod sets;
mod study;

use std::error::Error;
use std::io::Write;
use std::path::PathBuf;

use options::Options;
use study::Checked;

/// Runs the studies that the arguments ask for, split after split over all sets, and prints a line each and a table.
pub(crate) fn run(arguments: &[String]) -> Result<(), Box<dyn Error>> {
    let options = Options::parse(arguments)?;
    let Some(root) = std::env::var_os("LAGOM_TEST_DATA").map(PathBuf::from) else {
        println!("external: LAGOM_TEST_DATA names no folder with data, so nothing is checked");
        return Ok(());
    };
    let sets: Vec<sets::Set> =
        sets::all(&root).into_iter().filter(|set| options.set.as_ref().is_none_or(|name| *name == set.name)).collect();
    let mut found = Vec::new();
    for split in 0..options.splits {
        for set in &sets {
            let checked = study::run(set, options.seed + split, options.workers)?;
            println!("{}", line(&checked));
            std::io::stdout().flush()?;
            found.push(checked);
        }
    }
    println!("\n{}", table(&sets, &found));
    Ok(())
}

fn line(one: &Checked) -> String {
    let Some(pair) = &one.pair else { return format!("{} {} {:?}: no pair", one.set, one.seed, one.said) };
    format!(
        "{} {} {:?}: {} against {}, measured {:+.4}, bounds {:+.4} to {:+.4}, handed over {:+.4} (± {:.4}): {}, {}",
        one.set,
        one.seed,
        one.said,
        pair.candidate,
        pair.against,
        pair.measured,
        pair.lower,
        pair.upper,
        pair.found,
        pair.noise,
        if pair.holds(0.0) { "holds" } else { "broken" },
        if pair.holds(1.645) { "holds" } else { "broken" },
    )
}

fn table(sets: &[sets::Set], found: &[Checked]) -> String {
    let mut text =
        "set, studies, pairs, held, held by more than their noise, claims, claims held, with noise\n".to_owned();
    let mut row = |name: &str, own: &[&Checked]| {
        let pairs: Vec<_> = own.iter().filter_map(|one| Some((*one, one.pair.as_ref()?))).collect();
        let claims: Vec<_> = pairs.iter().filter(|(one, _)| one.claims()).collect();
        let held = |noise: f64| pairs.iter().filter(|(_, pair)| pair.holds(noise)).count();
        let kept = |noise: f64| claims.iter().filter(|(_, pair)| pair.holds(noise)).count();
        let (all, claimed) = (pairs.len(), claims.len());
        text.push_str(&format!(
            "{name}, {}, {all}, {}, {}, {claimed}, {}, {}\n",
            own.len(),
            held(0.0),
            held(1.645),
            kept(0.0),
            kept(1.645)
        ));
    };
    for set in sets {
        row(set.name, &found.iter().filter(|one| one.set == set.name).collect::<Vec<_>>());
    }
    row("all", &found.iter().collect::<Vec<_>>());
    text
}
