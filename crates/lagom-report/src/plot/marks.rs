//! Marks: a shape and a colour for each family, so that they differ without colour too.

use std::fmt::Write as _;

use maud::{Markup, html};

use super::coordinate::px;
use crate::candidate::{about, every};
use crate::study::FamilyId;

/// The class that gives a family its colour.
pub(crate) fn class(family: FamilyId) -> String {
    format!("f-{family}")
}

/// The style sheet's rules for the classes of all families, on light and on dark ground and on paper.
pub(crate) fn colours() -> String {
    let (mut light, mut dark, mut classes) = (String::new(), String::new(), String::new());
    for family in every() {
        let name = family.id;
        _ = write!(light, " --{name}: {};", family.mark.light);
        _ = write!(dark, " --{name}: {};", family.mark.dark);
        _ = write!(classes, ".f-{name} {{ --c: var(--{name}); }} ");
    }
    let root = |colours: &str| format!(":root {{{colours} }}");
    let dark = format!("@media (prefers-color-scheme: dark) {{ {} }}", root(&dark));
    let paper = format!("@media print {{ {} }}", root(&light));
    format!("{}\n{dark}\n{paper}\n{classes}\n", root(&light))
}

/// The outline of a family's mark around a point, as the `d` of a path.
pub(super) fn outline(family: FamilyId, (x, y): (f64, f64), reach: f64) -> String {
    let corners = about(family).map_or(&[][..], |about| about.mark.corners);
    if corners.is_empty() {
        let (left, right, reach) = (px(x - reach), px(x + reach), px(reach));
        let y = px(y);
        return format!("M{left} {y}A{reach} {reach} 0 1 1 {right} {y}A{reach} {reach} 0 1 1 {left} {y}Z");
    }
    let corner = |(right, down): &(f64, f64)| format!("{} {}", px(x + right * reach), px(y + down * reach));
    format!("M{}Z", corners.iter().map(corner).collect::<Vec<String>>().join("L"))
}

/// A family's mark for a legend or a table.
pub(crate) fn swatch(family: FamilyId) -> Markup {
    html! {
        svg.swatch viewBox="0 0 14 14" aria-hidden="true" {
            path class={ "mark " (class(family)) } d=(outline(family, (7.0, 7.0), 4.6)) {}
        }
    }
}

/// A line of a class for a legend.
pub(crate) fn stroke(class: &str) -> Markup {
    html! { svg.swatch viewBox="0 0 14 14" aria-hidden="true" { path class=(class) d="M0 7H14" {} } }
}
