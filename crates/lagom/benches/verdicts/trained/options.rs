//! What to run.

use lagom::data::known::Kind;

/// The settings of the section.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    /// Kinds of data sets.
    pub(crate) kinds: Vec<Kind>,
    /// Studies of each kind.
    pub(crate) studies: u64,
    /// Seed of the first study of each kind; the next take the next numbers.
    pub(crate) seed: u64,
    /// Rows of a study; none: the usual number of its kind.
    pub(crate) rows: Option<usize>,
    /// Repeats of each candidate within a study.
    pub(crate) repeats: u32,
    /// Further trainings of each candidate that its true quality is the mean of.
    pub(crate) truths: u32,
    /// The loss nobody would notice, in the metric of the kind.
    pub(crate) margin: f64,
    /// Workers side by side.
    pub(crate) workers: usize,
}

const USAGE: &str = "usage: trained [--kind KIND] [--studies N] [--seed S] [--rows N] [--repeats N] [--truths N] \
                     [--margin M] [--workers N]";

impl Options {
    /// Reads `--name value` pairs.
    pub(crate) fn parse(arguments: &[String]) -> Result<Self, String> {
        let mut options = Self {
            kinds: Kind::ALL.to_vec(),
            studies: 4,
            seed: 1,
            rows: None,
            repeats: 3,
            truths: 4,
            margin: 0.05,
            workers: 1,
        };
        for pair in arguments.chunks(2) {
            let [name, value] = pair else { return Err(format!("`{}` has no value; {USAGE}", pair.concat())) };
            match name.as_str() {
                "--kind" => options.kinds = vec![kind(value)?],
                "--studies" => options.studies = number(name, value, 1)?,
                "--seed" => options.seed = number(name, value, 0)?,
                "--rows" => options.rows = Some(number(name, value, 50)?),
                "--repeats" => options.repeats = number(name, value, 2)?,
                "--truths" => options.truths = number(name, value, 2)?,
                "--margin" => options.margin = number(name, value, 0.001)?,
                "--workers" => options.workers = number(name, value, 1)?,
                _ => return Err(format!("`{name}` is no option; {USAGE}")),
            }
        }
        Ok(options)
    }
}

fn kind(name: &str) -> Result<Kind, String> {
    let names: Vec<&str> = Kind::ALL.into_iter().map(Kind::name).collect();
    Kind::parse(name).ok_or_else(|| format!("`{name}` is no kind; choose among {}", names.join(", ")))
}

fn number<T: std::str::FromStr + PartialOrd + std::fmt::Display>(
    name: &str,
    value: &str,
    least: T,
) -> Result<T, String> {
    let found = value.parse::<T>().ok().filter(|found| *found >= least);
    found.ok_or_else(|| format!("{name}: found `{value}`, expected a number of at least {least}"))
}
