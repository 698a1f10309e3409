//! What to run.

/// The settings of the section.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    /// One set only.
    pub(crate) set: Option<String>,
    /// Splits of each set.
    pub(crate) splits: u64,
    /// Seed of the first split; the next take the next numbers.
    pub(crate) seed: u64,
    /// Workers side by side.
    pub(crate) workers: usize,
}

const USAGE: &str = "usage: external [--set NAME] [--splits N] [--seed S] [--workers N]";

impl Options {
    /// Reads `--name value` pairs.
    pub(crate) fn parse(arguments: &[String]) -> Result<Self, String> {
        let mut options = Self { set: None, splits: 30, seed: 1, workers: 1 };
        for pair in arguments.chunks(2) {
            let [name, value] = pair else { return Err(format!("`{}` has no value; {USAGE}", pair.concat())) };
            let number = || value.parse::<u64>().map_err(|_| format!("{name}: found `{value}`, expected a number"));
            match name.as_str() {
                "--set" => options.set = Some(value.clone()),
                "--splits" => options.splits = number()?,
                "--seed" => options.seed = number()?,
                "--workers" => options.workers = number()?.max(1) as usize,
                _ => return Err(format!("`{name}` is no option; {USAGE}")),
            }
        }
        Ok(options)
    }
}
