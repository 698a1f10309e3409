//! Marks: a shape and a colour for each family, so that they differ without colour too.

use maud::{Markup, html};

use super::coordinate::px;
use crate::study::Family;

/// The class that gives a family its colour.
pub(crate) fn class(family: Family) -> &'static str {
    match family {
        Family::Baseline => "f-baseline",
        Family::Linear => "f-linear",
        Family::Trees => "f-trees",
        Family::Mlp => "f-mlp",
        Family::Ngrams => "f-ngrams",
        Family::Embedding => "f-embedding",
        Family::Endpoint => "f-endpoint",
        Family::Gguf => "f-gguf",
        Family::Command => "f-command",
        Family::Answers => "f-answers",
    }
}

/// The outline of a family's mark around a point, as the `d` of a path.
pub(super) fn outline(family: Family, (x, y): (f64, f64), reach: f64) -> String {
    let corner = |(right, down): &(f64, f64)| format!("{} {}", px(x + right * reach), px(y + down * reach));
    let polygon =
        |corners: &[(f64, f64)]| format!("M{}Z", corners.iter().map(corner).collect::<Vec<String>>().join("L"));
    match family {
        Family::Baseline => polygon(&[
            (-0.35, -1.0),
            (0.35, -1.0),
            (0.35, -0.35),
            (1.0, -0.35),
            (1.0, 0.35),
            (0.35, 0.35),
            (0.35, 1.0),
            (-0.35, 1.0),
            (-0.35, 0.35),
            (-1.0, 0.35),
            (-1.0, -0.35),
            (-0.35, -0.35),
        ]),
        Family::Linear => polygon(&[(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)]),
        Family::Trees => polygon(&[(0.0, -1.15), (1.1, 0.85), (-1.1, 0.85)]),
        Family::Mlp => {
            let (left, right, reach) = (px(x - reach), px(x + reach), px(reach));
            let y = px(y);
            format!("M{left} {y}A{reach} {reach} 0 1 1 {right} {y}A{reach} {reach} 0 1 1 {left} {y}Z")
        }
        Family::Ngrams => polygon(&[(0.0, -1.25), (1.25, 0.0), (0.0, 1.25), (-1.25, 0.0)]),
        Family::Embedding => polygon(&[(0.0, 1.15), (1.1, -0.85), (-1.1, -0.85)]),
        Family::Endpoint => polygon(&[(0.5, -0.95), (1.1, 0.0), (0.5, 0.95), (-0.5, 0.95), (-1.1, 0.0), (-0.5, -0.95)]),
        Family::Gguf => polygon(&[(0.0, -1.1), (1.05, -0.3), (0.65, 0.95), (-0.65, 0.95), (-1.05, -0.3)]),
        Family::Command => polygon(&[(-1.1, -0.85), (1.1, 0.0), (-1.1, 0.85)]),
        Family::Answers => polygon(&[(-0.9, -1.0), (0.9, -1.0), (-0.9, 1.0), (0.9, 1.0)]),
    }
}

/// A family's mark for a legend or a table.
pub(crate) fn swatch(family: Family) -> Markup {
    html! {
        svg.swatch viewBox="0 0 14 14" aria-hidden="true" {
            path class={ "mark " (class(family)) } d=(outline(family, (7.0, 7.0), 4.6)) {}
        }
    }
}
