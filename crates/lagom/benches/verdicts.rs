//! Known answers: how often the verdict is right where the truth is known.
//!
//!     cargo bench --bench verdicts                     all sections
//!     cargo bench --bench verdicts -- simulated 1000   scores drawn from the truth; with its number of studies
//!     cargo bench --bench verdicts -- simulated 2000 --seed 7   the same with other studies (the usual seed is 1)
//!     cargo bench --bench verdicts -- simulated 500 --scenario plateau   one scenario only
//!     cargo bench --bench verdicts -- trained          whole studies with real training, four of each kind
//!     cargo bench --bench verdicts -- external         the pairs handed over, on other rows of real data sets, 30 splits
//!     cargo bench --bench verdicts -- external --splits 10 --set phoneme --seed 7
//!     cargo bench --bench verdicts -- trained --kind staircase --studies 20 --seed 7 --workers 2

mod verdicts {
    pub(super) mod external;
    pub(super) mod simulated;
    pub(super) mod trained;
    pub(super) mod worker;
}

use std::error::Error;
use std::process::ExitCode;

/// A section: its name, and what it does with the arguments after the name.
type Section = (&'static str, fn(&[String]) -> Result<(), Box<dyn Error>>);

const SECTIONS: [Section; 3] = [
    ("simulated", verdicts::simulated::run),
    ("trained", verdicts::trained::run),
    ("external", verdicts::external::run),
];

fn main() -> ExitCode {
    // Cargo adds a flag of its own.
    let given: Vec<String> = std::env::args().skip(1).filter(|given| given != "--bench").collect();
    let ended = match given.split_first() {
        // The library starts its workers as this program with this argument.
        Some((first, _)) if first == "worker" => verdicts::worker::serve(),
        Some((first, rest)) => section(first, rest),
        None => SECTIONS.iter().try_for_each(|(_, run)| run(&[])),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn section(name: &str, rest: &[String]) -> Result<(), Box<dyn Error>> {
    match SECTIONS.iter().find(|(known, _)| *known == name) {
        Some((_, run)) => run(rest),
        None => {
            let known = SECTIONS.map(|(name, _)| name).join(", ");
            Err(format!("there is no section `{name}`; there are: {known}").into())
        }
    }
}
