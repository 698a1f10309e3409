//! The tables of a study and their keys: what is found here is allowed, nothing else is.

use super::key::Declared;
use super::registered::LIMITS;
use super::{
    budget, candidate, cascade, good_enough, handed_over, ladder, levers, metric, price, prices, prompt, task, trials,
};
use crate::family::Registries;
use crate::name::{either, nearest};

/// A table of the study.
#[derive(Debug)]
pub(crate) struct Table {
    /// Its name.
    pub(crate) name: &'static str,
    /// What holds without it, in Markdown; empty where each key has its own.
    pub(crate) default: &'static str,
    /// What it is for.
    pub(crate) meaning: &'static str,
}

/// The tables of a study.
pub(crate) const TABLES: [Table; 14] = [
    Table { name: "task", default: "", meaning: "what is to be predicted from what" },
    Table { name: "metric", default: "as the reference implementations", meaning: "settings of a metric of texts" },
    Table { name: "good-enough", default: "", meaning: "when a smaller model will do" },
    Table { name: "ladder", default: "", meaning: "what to train" },
    Table {
        name: "recipe",
        default: "lagom's own",
        meaning: "how models are trained: a lever each, the same for all that it changes",
    },
    Table {
        name: "probes",
        default: "none",
        meaning: "what else is measured of the choice and of what it is compared with",
    },
    Table {
        name: "levers",
        default: "none is tried",
        meaning: "what else is tried on the choice: levers of `[recipe]`, each against the recipe of the study",
    },
    Table { name: "prompt", default: "", meaning: "what models are asked, and how their answers are read" },
    Table { name: "candidate", default: "none", meaning: "a model that is called, not trained; one table each" },
    Table {
        name: "cascade",
        default: "none",
        meaning: "candidates in a row: the small one first, the large one where it is unsure",
    },
    Table { name: "budget", default: "", meaning: "what may be spent on models that are called" },
    Table { name: "prices", default: "", meaning: "what the machine costs" },
    Table { name: "trials", default: "", meaning: "how often, and on which rows" },
    Table {
        name: "handed-over",
        default: "as it was trained",
        meaning: "what is done to the model that is handed over",
    },
];

/// The keys of a table, in the order in which they are told; none for a table that does not exist.
pub(crate) fn keys(section: &str, registries: &Registries) -> Vec<&'static dyn Declared> {
    let own = match section {
        "task" => task::KEYS,
        "metric" => metric::KEYS,
        "good-enough" => {
            let limits = LIMITS.iter().map(|key| key as &dyn Declared);
            return good_enough::KEYS.iter().copied().chain(limits).collect();
        }
        "ladder" => ladder::KEYS,
        "recipe" => return registries.levers.iter().map(|about| *about as &dyn Declared).collect(),
        "probes" => return registries.probes.iter().map(|about| *about as &dyn Declared).collect(),
        "levers" => levers::KEYS,
        "prompt" => prompt::KEYS,
        "candidate" => candidate::KEYS,
        "candidate.price" => price::KEYS,
        "cascade" => cascade::KEYS,
        "budget" => budget::KEYS,
        "prices" => prices::KEYS,
        "trials" => trials::KEYS,
        "handed-over" => handed_over::KEYS,
        _ => &[],
    };
    own.to_vec()
}

/// The names of the keys of a table.
pub(crate) fn names(section: &str, registries: &Registries) -> Vec<&'static str> {
    keys(section, registries).into_iter().map(|key| key.help().name).collect()
}

/// The heading of a table as it stands in the file.
pub(crate) fn heading(section: &str) -> String {
    if section == "candidate" { "[[candidate]]".to_owned() } else { format!("[{section}]") }
}

/// The table that `key` belongs in, if there is one.
fn home(key: &str, registries: &Registries) -> Option<&'static str> {
    TABLES.iter().map(|table| table.name).find(|section| names(section, registries).contains(&key))
}

/// What to do about a key that a table does not have: the table that has it or the nearest one, and the keys there are.
pub(crate) fn hint_for_key(section: &str, key: &str, registries: &Registries) -> String {
    let known = names(section, registries);
    let allowed = format!("the keys of {} are {}", heading(section), known.join(", "));
    match (home(key, registries), nearest(&known, key)) {
        (Some(home), _) => format!("`{key}` belongs in {}; {allowed}", heading(home)),
        (None, Some(near)) => format!("did you mean {}? {allowed}", either(&[near])),
        (None, None) => allowed,
    }
}

/// What to do about something at the top of the file that is no table: `is_table` where it looks like one.
pub(crate) fn hint_for_table(name: &str, is_table: bool, registries: &Registries) -> String {
    let headings: Vec<String> = TABLES.iter().map(|table| heading(table.name)).collect();
    let tables = format!("the tables of a study are {}", headings.join(", "));
    let known = TABLES.map(|table| table.name);
    let near = match is_table {
        true => nearest(&known, name).map(|near| format!("did you mean {}? ", heading(near))),
        false => home(name, registries).map(|section| format!("`{name}` belongs in {}; ", heading(section))),
    };
    format!("{}{tables}", near.unwrap_or_default())
}
