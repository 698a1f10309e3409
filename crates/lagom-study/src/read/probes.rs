//! `[probes]`.

use super::section::Section;
use super::value::flag;
use crate::family::Registries;
use crate::fault::Faults;

/// Reads the table: the names of the probes that are wanted, in the order of the registry; none where it is absent.
pub(super) fn read(section: &Section<'_>, registries: &Registries, faults: &mut Faults<'_>) -> Vec<String> {
    let wanted = |name: &&str| section.read(faults, name, flag) == Some(true);
    let names = registries.probes.iter().map(|about| about.name);
    names.filter(wanted).map(str::to_owned).collect()
}
