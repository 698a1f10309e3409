//! Drawing: scales, marks, labels that avoid each other, and a canvas that becomes one inline SVG.
//!
//! Own code in place of `plotters`: its SVG backend writes fixed colours and sizes into every element,
//! so a page could neither turn dark nor restyle for print. It also places no labels, so the names of
//! fourteen candidates would lie on top of each other.

mod canvas;
mod coordinate;
mod labels;
mod marks;
mod scale;
mod text;

pub(super) use canvas::{Canvas, Margins, Size};
pub(super) use labels::{Placed, Placer, Rect};
pub(super) use marks::{class, colours, stroke, swatch};
pub(super) use scale::{Scale, tick_text};
pub(super) use text::width as text_width;
