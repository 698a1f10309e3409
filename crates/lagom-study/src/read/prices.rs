//! `[prices]`.

use super::quantity::money;
use super::section::Section;
use crate::fault::{Faults, Wrong};
use crate::prices::Prices;

/// Reads the table; no prices where it is absent. None where what stands there is wrong, which is noted.
pub(super) fn read(section: &Section<'_>, faults: &mut Faults<'_>) -> Option<Prices> {
    let cpu_hour = section.read(faults, "cpu-hour", |value| {
        let price = money(value)?;
        if price.amount == 0.0 {
            let hint = "leave it out where CPU time costs nothing: training is then told in CPU time alone";
            return Err(Wrong::new("found a price of nothing", hint));
        }
        Ok(price)
    });
    (cpu_hour.is_some() || !section.has("cpu-hour")).then_some(Prices { cpu_hour })
}
