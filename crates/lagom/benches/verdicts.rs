//! Known answers: how often the verdict is right where the truth is known.
//!
//!     cargo bench --bench verdicts                     all sections
//!     cargo bench --bench verdicts -- simulated 1000   one section, with its number of studies

mod verdicts {
    pub(super) mod simulated;
}

/// A section: its name, its default number of studies and what runs it.
type Section = (&'static str, usize, fn(usize));

const SECTIONS: [Section; 1] = [("simulated", 1_000, verdicts::simulated::run)];

fn main() {
    let given: Vec<String> = std::env::args().skip(1).filter(|given| !given.starts_with("--")).collect();
    let studies = given.iter().find_map(|given| given.parse().ok());
    let names: Vec<&String> = given.iter().filter(|given| given.parse::<usize>().is_err()).collect();
    if let Some(unknown) = names.iter().find(|name| SECTIONS.iter().all(|(section, ..)| *section != name.as_str())) {
        let known: Vec<&str> = SECTIONS.iter().map(|(name, ..)| *name).collect();
        eprintln!("there is no section `{unknown}`; there are: {}", known.join(", "));
        std::process::exit(1);
    }
    for (name, default, run) in SECTIONS {
        if names.is_empty() || names.iter().any(|wanted| wanted.as_str() == name) {
            run(studies.unwrap_or(default));
        }
    }
}
