//! The report on samples of every verdict.

mod asked;
mod beyond;
mod cases;
mod forms;
mod incumbent;
mod open;
mod page;
mod sample;
mod steps;
mod stopped;
mod unmeasured;
