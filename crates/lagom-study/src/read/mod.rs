//! From the text of `study.toml` to a checked study, all faults at once.

mod across;
mod around;
mod backend;
mod budget;
mod candidate;
mod cascade;
mod good_enough;
mod handed_over;
mod ladder;
mod levers;
mod metric;
mod own_weights;
mod pretrained;
mod price;
mod prompt;
mod section;
mod study;
mod task;
mod texts;
mod trials;
