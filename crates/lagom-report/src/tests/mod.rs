//! The report on samples of every verdict.

mod ahead;
mod asked;
mod beyond;
mod bounds;
mod cases;
mod close;
mod cut;
mod first_screen;
mod forms;
mod incumbent;
mod labels;
mod levers;
mod open;
mod page;
mod probes;
mod rendered;
mod sample;
mod steps;
mod stopped;
mod training_cost;
mod unmeasured;
