//! The same study through another executor comes to the same numbers.

use std::path::Path;

use lagom::probe::registries;
use lagom::run::{Run, prepare};
use lagom::study::Study;
use lagom::trial::Here;

use super::support::{Place, SMALL, classes_csv};

/// Addresses of the trials, and their outcomes to the byte.
fn outcomes(store: &Path) -> Vec<(String, Vec<u8>, Vec<u8>)> {
    let store = rusqlite::Connection::open(store).unwrap();
    let mut query = store.prepare("SELECT key, validation, sealed FROM trials ORDER BY key").unwrap();
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
    rows.map(Result::unwrap).collect()
}

#[test]
fn in_this_process_a_study_comes_to_the_numbers_of_worker_processes() {
    let place = Place::new();
    place.write("d.csv", classes_csv());
    let text = format!("[task]\ndata = \"d.csv\"\ntarget = \"y\"\n{SMALL}");
    place.write("s.toml", &text);
    // 300 rows decide nothing, whoever trains on them.
    place.run().ends(3);
    let study = Study::read(place.path("s.toml"), &registries()).unwrap();
    let run = Run::start(prepare(study, text).unwrap(), &place.path("here")).unwrap();
    let done = run.execute(&Here::default(), &mut |_| {}).unwrap();
    let (workers, here) = (outcomes(&place.path("out/store.sqlite")), outcomes(&place.path("here/store.sqlite")));
    assert!(!workers.is_empty() && workers == here, "{} trials and {}", workers.len(), here.len());
    let (told, found) = (place.report("out"), done.findings.verdict);
    assert_eq!(told["verdict"]["choice"].as_str(), found.choice.as_deref());
    // What the kernel counts is the whole process here, so nothing is said of it.
    let row =
        done.findings.analysis.screening.rows.iter().find(|row| Some(&row.name) == found.choice.as_ref()).unwrap();
    assert!(row.deployment.is_none() && row.trials.iter().all(|facts| facts.peak_memory.is_none()));
}
