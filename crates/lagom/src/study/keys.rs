//! The keys of `study.toml`: what stands here is allowed, nothing else is.

/// The tables of a study.
pub(super) const SECTIONS: &[&str] = &["task", "good-enough", "ladder", "trials"];

/// The keys of `[task]`.
pub(super) const TASK: &[&str] = &[
    "data",
    "train",
    "holdout",
    "target",
    "kind",
    "text",
    "metric",
    "group",
    "time",
    "ignore",
    "header",
    "separator",
    "format",
    "columns",
];

/// The keys of `[good-enough]`.
pub(super) const GOOD_ENOUGH: &[&str] =
    &["margin", "bar", "confidence", "smallest-by", "profile", "parameters", "bytes", "memory", "latency-p95"];

/// The keys of `[ladder]`.
pub(super) const LADDER: &[&str] = &["families", "largest", "policy", "certify"];

/// The keys of `[trials]`.
pub(super) const TRIALS: &[&str] = &["repeats", "seed", "holdout", "cross-fit", "validation", "workers"];

/// The keys of a table of the study; none for a table that does not exist.
pub(super) fn keys(section: &str) -> &'static [&'static str] {
    match section {
        "task" => TASK,
        "good-enough" => GOOD_ENOUGH,
        "ladder" => LADDER,
        "trials" => TRIALS,
        _ => &[],
    }
}

/// The table that `key` belongs in, if there is one.
pub(super) fn home(key: &str) -> Option<&'static str> {
    SECTIONS.iter().copied().find(|section| keys(section).contains(&key))
}
