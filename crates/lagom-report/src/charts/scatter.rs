//! Points with their intervals, a line along the best of them, and names that avoid all that.

use crate::plot::{Canvas, Placer, Rect};
use crate::study::FamilyId;

/// Size of label type, in pixels.
pub(crate) const TYPE: f64 = 12.0;
/// Reach of a mark.
const REACH: f64 = 5.0;
/// How much wider than measured bold labels may be drawn, by the font that a browser takes.
const BOLD: f64 = 1.12;

/// A point of a plot.
pub(crate) struct Spot {
    /// What is written beside it.
    pub(crate) name: String,
    /// Where it is.
    pub(crate) at: (f64, f64),
    /// The ends of its interval, along the vertical axis.
    pub(crate) ends: (f64, f64),
    /// What its mark looks like.
    pub(crate) mark: Mark,
    /// The class of the ring around it; those that have one are named whatever they cover.
    pub(crate) ring: Option<&'static str>,
    /// What it says to those who point at it.
    pub(crate) hover: String,
}

/// The look of a mark.
#[derive(Clone, Copy)]
pub(crate) enum Mark {
    /// The shape and colour of a family; hollow or not.
    Family(FamilyId, bool),
    /// A disc of this class.
    Disc(&'static str),
}

/// Draws the points with a line along those of `front` (the cheapest first), and names them where there is room: the ringed ones
/// first.
pub(crate) fn scatter(canvas: &mut Canvas, placer: &mut Placer, spots: &[Spot], front: &[usize]) {
    steps(canvas, placer, front.iter().filter_map(|at| spots.get(*at)));
    for spot in spots {
        let x = spot.at.0;
        let class = match spot.mark {
            Mark::Family(family, _) => crate::plot::class(family),
            Mark::Disc(class) => class.to_owned(),
        };
        canvas.line(&format!("interval {class}"), (x, spot.ends.0), (x, spot.ends.1));
        if let Some(ring) = spot.ring {
            canvas.circle(ring, spot.at, 2.0 * REACH, "");
        }
        match spot.mark {
            Mark::Family(family, hollow) => {
                canvas.mark(family, spot.at, (REACH, if hollow { "open" } else { "" }), &spot.hover);
            }
            Mark::Disc(class) => canvas.circle(&format!("mark {class}"), spot.at, REACH, &spot.hover),
        }
        placer.take(Rect::around(spot.at, if spot.ring.is_some() { 2.0 * REACH } else { REACH } + 1.0));
        let (top, bottom) = (spot.ends.0.min(spot.ends.1), spot.ends.0.max(spot.ends.1));
        placer.faint(Rect { left: x - 1.5, right: x + 1.5, top, bottom });
    }
    let (ringed, others): (Vec<&Spot>, Vec<&Spot>) = spots.iter().partition(|spot| spot.ring.is_some());
    ringed.into_iter().chain(others).for_each(|spot| label(canvas, placer, spot));
}

/// The front as steps, from the bottom to the cheapest and on to the best.
fn steps<'a>(canvas: &mut Canvas, placer: &mut Placer, front: impl Iterator<Item = &'a Spot>) {
    let mut path: Vec<(f64, f64)> = Vec::new();
    for spot in front {
        let before = path.last().map_or(canvas.area.bottom, |last| last.1);
        path.extend([(spot.at.0, before), spot.at]);
    }
    let Some(last) = path.last().copied() else { return };
    path.push((canvas.area.right, last.1));
    canvas.path("front", &path);
    path.windows(2).for_each(|pair| placer.take_line(pair[0], pair[1]));
}

fn label(canvas: &mut Canvas, placer: &mut Placer, spot: &Spot) {
    let main = spot.ring.is_some();
    let (size, reach) = if main { (TYPE * BOLD, 2.0 * REACH + 1.0) } else { (TYPE, REACH + 1.0) };
    let placed = placer.place(&spot.name, spot.at, (size, reach));
    let Some(at) = placed.or_else(|| main.then(|| placer.force(&spot.name, spot.at, (size, reach)))) else { return };
    if at.far {
        let end = if at.y < spot.at.1 { at.y + 3.0 } else { at.y - 10.0 };
        let from = if end < spot.at.1 { -reach } else { reach };
        canvas.line("leader", (spot.at.0, spot.at.1 + from), (at.x, end));
    }
    canvas.text(if main { "label main" } else { "label" }, at, &spot.name);
}
