//! `[budget]`.

use super::quantity::{money, small};
use super::section::Section;
use super::value::whole;
use crate::study::called::Budget;
use crate::study::fault::{Faults, Wrong};
use crate::study::money::Money;

/// Fewest rows that say anything of a model, and more than anybody has.
const EXPLORE: std::ops::RangeInclusive<u64> = 20..=10_000_000;

/// Reads the table; no limits where it is absent.
pub(super) fn read(section: &Section<'_>, faults: &mut Faults<'_>) -> Budget {
    let spent = section.read(faults, "money", money);
    if spent.as_ref().is_some_and(|most: &Money| most.amount == 0.0) {
        let hint = "leave it out for no limit, or leave the [[candidate]]s with a price out";
        section.fault(faults, "money", Wrong::new("found nothing to spend", hint));
    }
    Budget {
        money: spent,
        calls: section.read(faults, "calls", |v| whole(v, 1..=u64::MAX)),
        ask_above: section.read(faults, "ask-above", money),
        explore: section.read(faults, "explore", |v| small(v, EXPLORE)),
    }
}
