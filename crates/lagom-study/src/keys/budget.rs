//! The keys of `[budget]`.

use super::key::{Declared, Is, Key, Told, keys};
use super::values::{AMOUNT, MONEY as ANY_MONEY, Own, Percent, Whole};
use crate::money::Money;

keys! { "budget":
    MONEY: Key<Own<Money>> = "money", AMOUNT, Told("no limit", "\"5 USD\""),
        "the most that is spent. What a request may cost at most is reserved before it is sent, and handshakes, retries and failed calls count; only a server that bills more tokens than it was allowed to write, or adds hidden instructions longer than the prompt itself, can exceed it. Where lagom itself is killed (`kill -9`), retries that were under way may be forgotten";
    CALLS: Key<Whole<u64>> = "calls", Whole { least: 1, most: u64::MAX }, Told("no limit", "1000"),
        "the most requests, counted as money is (likelihoods take several a question)";
    ASK_ABOVE: Key<Own<Money>> = "ask-above", ANY_MONEY, Told("never", "\"1 USD\""), "a plan dearer than this is asked about first";
    MISSING: Key<Percent, Is<f64>> = "missing", Percent(0.5), Is(0.02, ""),
        "the largest share of a model's answers that may be missing for it to be judged";
    EXPLORE: Key<Whole<u32>, Is<u32>> = "explore", Whole { least: 20, most: 10_000_000 }, Is(300, ""),
        "most rows that every called model answers at first; the same in all repeats, at most the `validation` share";
    CORRUPTED: Key<Whole<u32>> = "corrupted", Whole { least: 10, most: 10_000 }, Told("none", "40"),
        "rows that called finalists answer once more under each corruption of their inputs, to see how robust they are; every question is paid for";
}
