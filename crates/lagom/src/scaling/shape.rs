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
    let at = |position: f64| human_count(position.round() as u64);
    match shape {
        Shape::Falling => "fall ever more slowly, as a law does".to_owned(),
        Shape::Saturated { from } => format!("no longer fall from {} on", at(from)),
        Shape::Rising { at: lowest } => {
            format!("rise again after {} (overfitting, or the first side of a double descent)", at(lowest))
        }
        Shape::Peak { from, at: top } => {
            format!("rise after {} and fall again after {} (double descent)", at(from), at(top))
        }
        Shape::Jump { from, to } => format!("jump between {} and {}", at(from), at(to)),
        Shape::Plateau { from, to } => format!("stand still from {} to {} before they fall", at(from), at(to)),
        Shape::TooNoisy => "are too noisy to show any change".to_owned(),
    }
}

/// Why a curve is not followed.
pub(super) fn why(refusal: &Refusal) -> String {
    match refusal {
        Refusal::Shape(Shape::TooNoisy) => "the points are too noisy to show any change".to_owned(),
        Refusal::Shape(shape) => format!("the points {}, which no power law does", words(*shape)),
        other => other.to_string(),
    }
}
