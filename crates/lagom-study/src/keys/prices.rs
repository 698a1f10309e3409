//! The keys of `[prices]`.

use super::key::{Declared, Key, Told, keys};
use super::values::{AMOUNT, COUNT, Own, United};
use crate::money::Money;

keys! { "prices":
    CPU_HOUR: Key<Own<Money>> = "cpu-hour", AMOUNT, Told("none", "\"0.04 USD\""),
        "what an hour of CPU time costs: the price of the machine's hour over its cores; reports then show what training takes, in money too";
    MACHINE_HOUR: Key<Own<Money>> = "machine-hour", AMOUNT, Told("none", "\"0.10 USD\""),
        "what an hour of the machine costs on which the model is to answer; reports then show what 1,000 answers cost, and from how many requests a month on a machine is cheaper than a model that is paid for";
    REQUESTS_PER_MONTH: Key<United<u64>> = "requests-per-month", COUNT, Told("none", "\"1M\""),
        "how many requests there are a month; reports then show what a month costs";
}
