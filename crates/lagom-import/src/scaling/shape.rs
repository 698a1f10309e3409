//! How the points run, in words.

use crate::stats::curve::{Refusal, Shape};
use crate::study::units::human_count;

/// The shape in a word, for JSON.
pub(super) fn name(shape: Shape) -> &'static str {
    match shape {
        Shape::Falling => "falling",
        Shape::Saturated { .. } => "saturated",
        Shape::Rising { .. } => "rising",
        Shape::Peak { .. } => "peak",
        Shape::Jump { .. } => "jump",
        Shape::Plateau { .. } => "plateau",
        Shape::TooNoisy => "too-noisy",
    }
}

/// What the points do, as the rest of a sentence, with positions as people write them.
pub(super) fn words(shape: Shape) -> String {
    shape.told(at)
}

/// Why a curve is not followed.
pub(super) fn why(refusal: &Refusal) -> String {
    refusal.told(at)
}

fn at(position: f64) -> String {
    human_count(position.round() as u64)
}
