//! Tests of the linear models.

mod behaviour;
mod known;
mod sample;
mod weights;
