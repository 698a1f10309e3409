//! The report on samples of every verdict.

mod cases;
mod forms;
mod page;
mod sample;
