//! From the text of `study.toml` to a checked study, all faults at once.

mod good_enough;
mod ladder;
mod section;
mod study;
mod task;
mod trials;
mod value;
