//! Keys that follow from registries: limits from costs, those of `[recipe]` from levers, those of `[probes]` from probes.

use std::sync::LazyLock;

use super::key::{Absent, Declared, KeyDefault, KeyHelp, Usual};
use super::values::{Flag, LimitOf, SettingOf, Text, Words};
use crate::costs::{Cost, limited};
use crate::lever::LeverAbout;
use crate::probe::{ProbeAbout, ProbeTakes};

/// The column that a probe is about.
pub(crate) const COLUMN: Text = Text("a column");

/// The key of the limit of a cost.
#[derive(Debug)]
pub(crate) struct LimitKey {
    /// What is limited.
    pub(crate) cost: &'static dyn Cost,
    /// What may stand there.
    pub(crate) values: LimitOf,
}

/// The limits, in the order in which they are written.
pub(crate) static LIMITS: LazyLock<Vec<LimitKey>> = LazyLock::new(|| {
    let values = |cost: &dyn Cost| LimitOf { unit: cost.about().unit, example: cost.about().example };
    limited().map(|cost| LimitKey { cost, values: values(cost) }).collect()
});

impl Declared for LimitKey {
    fn help(&self) -> KeyHelp {
        let (about, none) = (self.cost.about(), "\"none\"".to_owned());
        let default = KeyDefault { words: format!("`{none}`, or the profile's"), sample: none, beside: String::new() };
        told("good-enough", about.key, format!("{}, such as \"{}\"", about.limit, about.example), &self.values, default)
    }
}

impl LeverAbout {
    /// What it may be set to.
    pub(crate) fn values(&self) -> SettingOf {
        SettingOf { values: self.values, hint: self.summary }
    }
}

impl Declared for LeverAbout {
    fn help(&self) -> KeyHelp {
        let sample = self.tries.first().map_or_else(|| self.values.example(), |sample| (*sample).into()).to_string();
        let default = KeyDefault { words: "lagom's own".to_owned(), sample, beside: String::new() };
        told("recipe", self.name, format!("{}; changes {}", self.summary, self.changes), &self.values(), default)
    }
}

impl Declared for ProbeAbout {
    fn help(&self) -> KeyHelp {
        match self.takes {
            ProbeTakes::Flag => {
                let default = KeyDefault { sample: "true".to_owned(), ..Usual.told(&Flag) };
                told("probes", self.name, self.summary.to_owned(), &Flag, default)
            }
            ProbeTakes::Column => {
                let (words, sample) = ("none".to_owned(), "\"region\"".to_owned());
                told(
                    "probes",
                    self.name,
                    self.summary.to_owned(),
                    &COLUMN,
                    KeyDefault { words, sample, beside: String::new() },
                )
            }
        }
    }
}

fn told(
    section: &'static str,
    name: &'static str,
    meaning: String,
    values: &impl Words,
    default: KeyDefault,
) -> KeyHelp {
    let (expected, shape) = (values.expected(), values.shape());
    KeyHelp { section, name, meaning, values: values.told(), expected, shape, default }
}
