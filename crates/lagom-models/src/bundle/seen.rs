//! What a model saw of its inputs in training: new rows are held to it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::data::{Column, MISSING, Values};

/// More categories than these are not kept: most new rows of such a column hold some that were never seen.
const LEVELS: usize = 1000;

/// What the training rows hold in one input column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Seen {
    /// The least and greatest number.
    Numbers {
        /// The least.
        least: f64,
        /// The greatest.
        greatest: f64,
    },
    /// The categories.
    Levels(BTreeSet<String>),
    /// Texts, too many categories, or nothing but missing cells.
    Anything,
}

/// What is kept beside a model for those who use it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Beside {
    /// What was seen, one an input column; empty where that is not known.
    pub seen: Vec<Seen>,
    /// The spellings of a missing cell, where the study tells them.
    pub missing: Option<Vec<String>>,
}

impl Seen {
    /// What `rows` of a column hold.
    #[must_use]
    pub fn of(column: &Column, rows: &[u32]) -> Self {
        match &column.values {
            Values::Numbers(numbers) => {
                let known =
                    || rows.iter().filter_map(|&row| numbers.get(row as usize)).filter(|value| value.is_finite());
                let least = known().copied().fold(f64::INFINITY, f64::min);
                let greatest = known().copied().fold(f64::NEG_INFINITY, f64::max);
                if least <= greatest { Self::Numbers { least, greatest } } else { Self::Anything }
            }
            Values::Categories { codes, levels } => {
                let codes: BTreeSet<u32> = rows.iter().filter_map(|&row| codes.get(row as usize)).copied().collect();
                let known = codes.into_iter().filter(|code| *code != MISSING);
                let known: BTreeSet<String> = known.filter_map(|code| levels.get(code as usize).cloned()).collect();
                if known.is_empty() || known.len() > LEVELS { Self::Anything } else { Self::Levels(known) }
            }
            Values::Texts(_) => Self::Anything,
        }
    }
}
