//! What to simulate.

use super::truth::Scenario;

const USAGE: &str = "usage: simulated [STUDIES] [--seed S] [--scenario NAME]";

/// The settings of the section.
#[derive(Clone, Debug)]
pub(super) struct Options {
    /// Number of studies, over all scenarios.
    pub(super) studies: u64,
    /// Every study has a generator of its own, made from this and its number.
    pub(super) seed: u64,
    /// Scenarios, in turn.
    pub(super) scenarios: Vec<Scenario>,
}

impl Options {
    /// Reads the number of studies and `--name value` pairs.
    pub(super) fn parse(arguments: &[String]) -> Result<Self, String> {
        let mut options = Self { studies: 1_000, seed: 1, scenarios: Scenario::ALL.to_vec() };
        let (studies, pairs) = match arguments.split_first() {
            Some((first, rest)) if !first.starts_with("--") => (Some(first), rest),
            _ => (None, arguments),
        };
        if let Some(studies) = studies {
            options.studies = number("studies", studies)?;
        }
        for pair in pairs.chunks(2) {
            let [name, value] = pair else { return Err(format!("`{}` has no value; {USAGE}", pair.concat())) };
            match name.as_str() {
                "--seed" => options.seed = number(name, value)?,
                "--scenario" => options.scenarios = vec![scenario(value)?],
                _ => return Err(format!("`{name}` is no option; {USAGE}")),
            }
        }
        Ok(options)
    }
}

fn scenario(name: &str) -> Result<Scenario, String> {
    let named = |scenario: &Scenario| format!("{scenario:?}");
    let names: Vec<String> = Scenario::ALL.iter().map(named).collect();
    let found = Scenario::ALL.into_iter().find(|scenario| named(scenario).eq_ignore_ascii_case(name));
    found.ok_or_else(|| format!("`{name}` is no scenario; choose among {}", names.join(", ")))
}

fn number(name: &str, value: &str) -> Result<u64, String> {
    value.parse().map_err(|_| format!("{name}: found `{value}`, expected a whole number; {USAGE}"))
}
