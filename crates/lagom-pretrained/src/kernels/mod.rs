//! Loops over slices: what a transformer does beside products of matrices, forward and backward.
//!
//! Each public function runs its loop inside [`wide`](crate::wide), which compiles it for the widest instructions that the processor has.
//! What they call is marked `inline(always)`, so that it is compiled with them. Reductions go over sixteen sums side by side,
//! always in the same order: the same numbers give the same bits.

mod activation;
mod attention;
mod elementary;
mod norm;
mod onward;
mod rotary;
mod rows;
mod small_product;
#[cfg(test)]
mod tests;

pub(crate) use activation::{Hidden, activate, activate_backward};
pub(crate) use attention::{Attention, Bias};
pub(crate) use norm::{Normalised, layer_norm, layer_norm_backward, rms_norm, rms_norm_backward};
pub(crate) use onward::KeptTokens;
pub(crate) use rotary::Rotations;
pub(crate) use rows::{
    add, add_bias, add_columns, add_scaled, column_sums, cross_entropy, log_softmax, multiply, unit_length,
};
