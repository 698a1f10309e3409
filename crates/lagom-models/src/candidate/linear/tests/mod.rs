//! Tests of the linear models.

mod behaviour;
mod known;
mod l1;
mod sample;
mod weights;
