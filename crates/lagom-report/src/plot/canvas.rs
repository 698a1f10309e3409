//! One drawing as inline SVG: all colours and type come from the page's style sheet.

use maud::{Markup, PreEscaped, html};

use super::coordinate::px;
use super::labels::{Placed, Rect};
use super::marks::{class, outline};
use super::scale::Scale;
use crate::study::FamilyId;

/// Width and height in pixels of the drawing's own grid.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Size {
    /// Width.
    pub(crate) width: f64,
    /// Height.
    pub(crate) height: f64,
}

/// Room around the plotting area for axes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Margins {
    /// Above.
    pub(crate) top: f64,
    /// To the right.
    pub(crate) right: f64,
    /// Below.
    pub(crate) bottom: f64,
    /// To the left.
    pub(crate) left: f64,
}

/// A drawing under way.
#[derive(Clone, Debug)]
pub(crate) struct Canvas {
    size: Size,
    /// Where the data go.
    pub(crate) area: Rect,
    body: String,
}

impl Canvas {
    /// An empty drawing.
    pub(crate) fn new(size: Size, margins: Margins) -> Self {
        let area = Rect {
            left: margins.left,
            top: margins.top,
            right: size.width - margins.right,
            bottom: size.height - margins.bottom,
        };
        Self { size, area, body: String::new() }
    }

    fn add(&mut self, markup: Markup) {
        self.body.push_str(&markup.0);
    }

    /// A straight line.
    pub(crate) fn line(&mut self, name: &str, (x1, y1): (f64, f64), (x2, y2): (f64, f64)) {
        self.add(html! { line class=(name) x1=(px(x1)) y1=(px(y1)) x2=(px(x2)) y2=(px(y2)) {} });
    }

    /// A line through points.
    pub(crate) fn path(&mut self, name: &str, points: &[(f64, f64)]) {
        let text: Vec<String> = points.iter().map(|(x, y)| format!("{},{}", px(*x), px(*y))).collect();
        self.add(html! { polyline class=(name) points=(text.join(" ")) {} });
    }

    /// A filled area within an outline.
    pub(crate) fn polygon(&mut self, name: &str, outline: &[(f64, f64)]) {
        let text: Vec<String> = outline.iter().map(|(x, y)| format!("{},{}", px(*x), px(*y))).collect();
        self.add(html! { polygon class=(name) points=(text.join(" ")) {} });
    }

    /// A filled rectangle.
    pub(crate) fn rect(&mut self, name: &str, rect: Rect) {
        let (wide, high) = ((rect.right - rect.left).max(0.0), (rect.bottom - rect.top).max(0.0));
        self.add(html! { rect class=(name) x=(px(rect.left)) y=(px(rect.top)) width=(px(wide)) height=(px(high)) {} });
    }

    /// A circle without a family: `name` gives its colour.
    pub(crate) fn circle(&mut self, name: &str, (x, y): (f64, f64), radius: f64, title: &str) {
        self.add(html! {
            circle class=(name) cx=(px(x)) cy=(px(y)) r=(px(radius)) { @if !title.is_empty() { title { (title) } } }
        });
    }

    /// Text at a point.
    pub(crate) fn text(&mut self, name: &str, at: Placed, text: &str) {
        self.add(html! { text class=(name) x=(px(at.x)) y=(px(at.y)) text-anchor=(at.anchor) { (text) } });
    }

    /// A family's mark with a title on hover; `state` is further classes. Easier to hit than it looks.
    pub(crate) fn mark(&mut self, family: FamilyId, at: (f64, f64), (reach, state): (f64, &str), title: &str) {
        let names = format!("mark {} {state}", class(family));
        self.add(html! {
            g class="dot" {
                title { (title) }
                path class=(names.trim_end()) d=(outline(family, at, reach)) {}
                circle class="hit" cx=(px(at.0)) cy=(px(at.1)) r="12" {}
            }
        });
    }

    /// The horizontal axis below the area: grid lines, ticks with `write`, a title.
    pub(crate) fn bottom_axis(&mut self, scale: &Scale, ticks: &[f64], write: &dyn Fn(f64) -> String, title: &str) {
        let area = self.area;
        let mut end = f64::NEG_INFINITY;
        for tick in ticks {
            let x = scale.at(*tick);
            self.line("grid", (x, area.top), (x, area.bottom));
            let text = write(*tick);
            let half = super::text::width(&text, 12.0) / 2.0;
            // A tick that would touch the one before keeps its line and loses its number.
            if x - half < end + 6.0 || x + half > self.size.width {
                continue;
            }
            end = x + half;
            self.text("tick", Placed::new((x, area.bottom + 17.0), "middle"), &text);
        }
        self.line("axis", (area.left, area.bottom), (area.right, area.bottom));
        let middle = Placed::new(((area.left + area.right) / 2.0, area.bottom + 36.0), "middle");
        self.text("title", middle, title);
    }

    /// The vertical axis to the left: grid lines, ticks, and a title above its upper end.
    pub(crate) fn left_axis(&mut self, scale: &Scale, ticks: &[f64], write: &dyn Fn(f64) -> String, title: &str) {
        let area = self.area;
        for tick in ticks {
            let y = scale.at(*tick);
            self.line("grid", (area.left, y), (area.right, y));
            self.text("tick", Placed::new((area.left - 7.0, y + 4.0), "end"), &write(*tick));
        }
        self.text("title", Placed::new((2.0, area.top - 12.0), "start"), title);
    }

    /// The finished SVG; `id` has to be unique in the page.
    pub(crate) fn finish(self, id: &str, (title, description): (&str, &str), name: &str) -> Markup {
        let (title_id, description_id) = (format!("{id}-title"), format!("{id}-desc"));
        html! {
            svg class={ "plot " (name) } viewBox={ "0 0 " (px(self.size.width)) " " (px(self.size.height)) } role="img"
                aria-labelledby={ (title_id) " " (description_id) } {
                title id=(title_id) { (title) }
                desc id=(description_id) { (description) }
                (PreEscaped(self.body))
            }
        }
    }
}
