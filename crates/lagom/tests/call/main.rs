//! Whole conversations: endpoints, programs and files of answers that behave, and those that don't.

#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]

#[path = "../scripted/mod.rs"]
mod scripted;

mod asking;
mod faults;
mod handshake;
mod likelihoods;
mod llama;
mod money;
mod programs;
mod scores;
mod soak;
mod support;
