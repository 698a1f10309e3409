//! `[budget]` and `[prices]`.

use super::section::Section;
use crate::fault::Faults;
use crate::keys::budget as keys;
use crate::keys::prices::{CPU_HOUR, MACHINE_HOUR, REQUESTS_PER_MONTH};
use crate::model_spec::Budget;
use crate::prices::Prices;

/// Reads the table; no limits where it is absent.
pub(super) fn read(section: &Section<'_>, faults: &mut Faults<'_>) -> Budget {
    Budget {
        money: section.read(faults, &keys::MONEY),
        calls: section.read(faults, &keys::CALLS),
        ask_above: section.read(faults, &keys::ASK_ABOVE),
        explore: section.read(faults, &keys::EXPLORE),
        missing: section.read(faults, &keys::MISSING),
        corrupted: section.read(faults, &keys::CORRUPTED),
    }
}

/// Reads `[prices]`; no prices where it is absent. None where what stands there is wrong, which is noted.
pub(super) fn prices(section: &Section<'_>, faults: &mut Faults<'_>) -> Option<Prices> {
    let cpu_hour = section.read(faults, &CPU_HOUR);
    let machine_hour = section.read(faults, &MACHINE_HOUR);
    let requests_per_month = section.read(faults, &REQUESTS_PER_MONTH);
    let read = cpu_hour.is_some() || !section.has(CPU_HOUR.name);
    read.then_some(Prices { cpu_hour, machine_hour, requests_per_month })
}
