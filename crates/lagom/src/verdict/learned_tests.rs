//! Known answers of the first gate, and what it must not take for learning.

use super::*;

fn scored<'a>(repeat: u32, examples: &'a [u32], outcomes: &'a Outcomes) -> Scored<'a> {
    Scored { repeat, examples, outcomes, units: None }
}
