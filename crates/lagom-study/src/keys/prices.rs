//! The keys of `[prices]`.

use super::key::{Declared, Key, Told, keys};
use super::values::{AMOUNT, Own};
use crate::money::Money;

keys! { "prices":
    CPU_HOUR: Key<Own<Money>> = "cpu-hour", AMOUNT, Told("none", "\"0.04 USD\""),
        "what an hour of CPU time costs: the price of the machine's hour over its cores; reports then show what training takes, in money too";
}
