//! `[recipe]`.

use super::section::{Section, Value, wrong_type};
use super::value::number;
use crate::family::Registries;
use crate::fault::{Faults, Wrong};
use crate::lever::{LeverAbout, Setting};

/// Reads the table: the levers that are set, in the order of the registry; none where it is absent.
pub(super) fn read(section: &Section<'_>, registries: &Registries, faults: &mut Faults<'_>) -> Vec<Setting> {
    let one = |about: &&LeverAbout| {
        let value = section.read(faults, about.name, |value| within(value, about))?;
        Some(Setting { lever: about.name.to_owned(), value })
    };
    registries.levers.iter().filter_map(one).collect()
}

fn within(value: &Value<'_>, about: &LeverAbout) -> Result<f64, Wrong> {
    let (least, most) = about.range;
    let found = number(value)?;
    if found >= least && found <= most {
        return Ok(found);
    }
    let expected = format!("a number from {least} to {most}");
    Err(wrong_type(value, &expected, format!("{}; {} is worth trying", about.summary, about.example)))
}
