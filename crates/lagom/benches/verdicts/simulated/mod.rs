//! Simulated ladders: scores drawn from a known truth, no training, through the real path
//! `search::next -> entries -> screen -> look -> confirm -> decide`.
//!
//! - *Wrong*: "smaller is enough" of a choice that is truly worse than the best of the whole ladder, tried or
//!   not, by more than the margin.
//! - *Decidable*: of the rungs smaller than the truly best, the best is at most half the margin below it
//!   (then a smaller one is enough) or at least twice the margin (then bigger pays); or nothing beats the
//!   baseline by more than the margin, or the best is the smallest that learns. What lies between half and
//!   twice the margin is near enough to the line that no sample of this size tells the sides apart.
//! - *Right*: "smaller is enough" of a choice truly within the margin of the best of the whole ladder; "bigger pays"
//!   of such a choice, with no smaller rung within half the margin; "nothing learned" where nothing beats the baseline.
//! - *Of those the sweep decides*: the same, among the studies whose full sweep on the same draws is right.
//! - *Spent*: operations of the trials asked for, over those of all rungs with all repeats.
//!
//! Figures and how they came about: `log/2026-11-23-climb.md`.

mod draw;
mod options;
mod study;
mod table;
mod truth;

use std::error::Error;
use std::thread;

use lagom::study::Certify;

use options::Options;
use study::{Answer, Policy};
use truth::Scenario;

/// The policies, each on the same draws; the first is what the others are held against.
const POLICIES: [(Policy, &str); 3] = [
    (Policy::Sweep, "the full sweep"),
    (Policy::Climb(Certify::Curve), "the climb"),
    (Policy::Climb(Certify::Measure), "the climb, certify = measure"),
];

/// One study's scenario and its answer under each policy.
type Study = (Scenario, [Answer; POLICIES.len()]);

/// Runs the studies that the arguments ask for, the scenarios in turn, and prints what came of them.
pub(crate) fn run(arguments: &[String]) -> Result<(), Box<dyn Error>> {
    let options = Options::parse(arguments)?;
    let studies = studies(&options)?;
    println!("seed {}", options.seed);
    for (at, (_, name)) in POLICIES.iter().enumerate() {
        table::print(&studies, at, name);
    }
    Ok(())
}

/// All studies in the order of their numbers, on all cores: each is a function of its seed alone.
fn studies(options: &Options) -> Result<Vec<Study>, Box<dyn Error>> {
    let cores = thread::available_parallelism()?.get() as u64;
    let one = |number: u64| {
        let scenario = options.scenarios[(number % options.scenarios.len() as u64) as usize];
        (scenario, study::answers(scenario, options.seed, number))
    };
    let part = |core: u64| (core..options.studies).step_by(cores as usize).map(one).collect::<Vec<Study>>();
    let mut parts: Vec<std::vec::IntoIter<Study>> = thread::scope(|scope| {
        let running: Vec<_> = (0..cores).map(|core| scope.spawn(move || part(core))).collect();
        running.into_iter().map(|one| one.join().map(Vec::into_iter)).collect::<Result<_, _>>()
    })
    .map_err(|_| "a study panicked")?;
    let next = |number: u64| parts[(number % cores) as usize].next();
    Ok((0..options.studies).filter_map(next).collect())
}
