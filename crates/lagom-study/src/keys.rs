//! The keys of `study.toml`: what stands here is allowed, nothing else is.

use std::sync::LazyLock;

use crate::costs::limited;
use crate::metric::TextOptions;

/// The tables of a study.
pub(super) const SECTIONS: &[&str] = &[
    "task",
    "metric",
    "good-enough",
    "ladder",
    "recipe",
    "probes",
    "prompt",
    "candidate",
    "budget",
    "prices",
    "trials",
];

/// The keys of `[task]`.
pub(super) const TASK: &[&str] = &[
    "data",
    "train",
    "holdout",
    "target",
    "references",
    "choices",
    "labels",
    "input",
    "kind",
    "text",
    "metric",
    "group",
    "time",
    "ignore",
    "header",
    "separator",
    "format",
    "decimal",
    "missing",
    "missing-target",
    "columns",
];

/// The keys of `[metric]`: settings of text metrics.
pub(super) const METRIC: &[&str] = &TextOptions::KEYS;

/// The keys of `[good-enough]`: those of the limits last.
static GOOD_ENOUGH: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let own = ["incumbent", "margin", "bar", "confidence", "smallest-by", "profile"];
    own.into_iter().chain(limited().map(|cost| cost.about().key)).collect()
});

/// The keys of `[ladder]`.
pub(super) const LADDER: &[&str] = &["families", "largest", "policy", "certify"];

/// The keys of `[prompt]`.
pub(super) const PROMPT: &[&str] = &[
    "template",
    "template-file",
    "system",
    "form",
    "read",
    "steps",
    "max-tokens",
    "stop",
    "temperature",
    "top-p",
    "repeats",
    "delimiter",
    "unreadable",
    "cut-off",
    "refusals",
];

/// The keys of a `[[candidate]]`.
pub(super) const CANDIDATE: &[&str] = &[
    "name",
    "endpoint",
    "gguf",
    "command",
    "answers",
    "model",
    "api",
    "key-env",
    "key-header",
    "certificate",
    "id",
    "text",
    "parameters",
    "bytes",
    "memory",
    "price",
    "shots",
    "shots-by",
    "context",
    "in-flight",
    "requests-per-minute",
    "timeout",
    "environment",
    "system",
    "template",
    "read",
    "temperature",
    "max-tokens",
];

/// The keys of a price.
pub(super) const PRICE: &[&str] = &["input", "output", "cached", "per-call", "currency"];

/// The keys of `[budget]`.
pub(super) const BUDGET: &[&str] = &["money", "calls", "ask-above", "explore", "missing"];

/// The keys of `[prices]`.
const PRICES: &[&str] = &["cpu-hour"];

/// The keys of `[trials]`.
pub(super) const TRIALS: &[&str] = &["repeats", "seed", "holdout", "cross-fit", "validation", "workers"];

/// The keys of a table of the study; none for a table that does not exist.
pub(super) fn keys(section: &str) -> &'static [&'static str] {
    match section {
        "task" => TASK,
        "metric" => METRIC,
        "good-enough" => &GOOD_ENOUGH,
        "ladder" => LADDER,
        "prompt" => PROMPT,
        "candidate" => CANDIDATE,
        "budget" => BUDGET,
        "prices" => PRICES,
        "trials" => TRIALS,
        _ => &[],
    }
}

/// The heading of a table as it stands in the file.
pub(super) fn heading(section: &str) -> String {
    if section == "candidate" { "[[candidate]]".to_owned() } else { format!("[{section}]") }
}

/// The table that `key` belongs in, if there is one.
pub(super) fn home(key: &str) -> Option<&'static str> {
    SECTIONS.iter().copied().find(|section| keys(section).contains(&key))
}
