//! Labels that avoid the marks and each other.

use super::text::width;

/// A rectangle in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Rect {
    /// Left edge.
    pub(crate) left: f64,
    /// Upper edge.
    pub(crate) top: f64,
    /// Right edge.
    pub(crate) right: f64,
    /// Lower edge.
    pub(crate) bottom: f64,
}

impl Rect {
    /// A square around a point.
    pub(crate) fn around((x, y): (f64, f64), reach: f64) -> Self {
        Self { left: x - reach, top: y - reach, right: x + reach, bottom: y + reach }
    }

    /// How much of the area both cover.
    fn overlap(&self, other: &Self) -> f64 {
        let across = self.right.min(other.right) - self.left.max(other.left);
        let down = self.bottom.min(other.bottom) - self.top.max(other.top);
        across.max(0.0) * down.max(0.0)
    }

    fn within(&self, outer: &Self) -> bool {
        self.left >= outer.left && self.right <= outer.right && self.top >= outer.top && self.bottom <= outer.bottom
    }
}

/// Where a label goes: the point its text is anchored at, and how.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Placed {
    /// Horizontal position of the anchor.
    pub(crate) x: f64,
    /// Base line.
    pub(crate) y: f64,
    /// `start`, `middle` or `end`.
    pub(crate) anchor: &'static str,
    /// Whether it is so far from its mark that a line should lead there.
    pub(crate) far: bool,
}

impl Placed {
    /// Text at a point of its base line.
    pub(crate) fn new((x, y): (f64, f64), anchor: &'static str) -> Self {
        Self { x, y, anchor, far: false }
    }
}

/// Keeps what is taken and finds room for labels.
#[derive(Clone, Debug)]
pub(crate) struct Placer {
    area: Rect,
    taken: Vec<Rect>,
    /// What a label may cover where there is no other room.
    faint: Vec<Rect>,
    /// Those of the taken that are labels.
    labels: Vec<Rect>,
}

/// Directions from a mark, best first, with the distance from it in units of its reach.
const AROUND: [(f64, f64); 24] = [
    (1.0, 0.0),
    (-1.0, 0.0),
    (0.0, -1.0),
    (0.0, 1.0),
    (1.0, -1.0),
    (1.0, 1.0),
    (-1.0, -1.0),
    (-1.0, 1.0),
    (0.0, -2.2),
    (0.0, 2.2),
    (1.0, -2.2),
    (1.0, 2.2),
    (-1.0, -2.2),
    (-1.0, 2.2),
    (0.0, -3.4),
    (0.0, 3.4),
    (1.0, -3.4),
    (1.0, 3.4),
    (-1.0, -3.4),
    (-1.0, 3.4),
    (0.0, -4.6),
    (0.0, 4.6),
    (0.0, -5.8),
    (0.0, 5.8),
];

impl Placer {
    /// Room for labels within `area`.
    pub(crate) fn new(area: Rect) -> Self {
        Self { area, taken: Vec::new(), faint: Vec::new(), labels: Vec::new() }
    }

    /// Marks a rectangle as taken.
    pub(crate) fn take(&mut self, rect: Rect) {
        self.taken.push(rect);
    }

    /// Marks the room along a straight line as taken.
    pub(crate) fn take_line(&mut self, (x1, y1): (f64, f64), (x2, y2): (f64, f64)) {
        let steps = ((x2 - x1).abs().max((y2 - y1).abs()) / 6.0).ceil().clamp(1.0, 400.0) as u32;
        for step in 0..=steps {
            let share = f64::from(step) / f64::from(steps);
            self.take(Rect::around((x1 + (x2 - x1) * share, y1 + (y2 - y1) * share), 2.0));
        }
    }

    /// Puts `text` where it covers least, for labels that must not be missing.
    pub(crate) fn force(&mut self, text: &str, at: (f64, f64), (size, reach): (f64, f64)) -> Placed {
        let inside = |rect: &Rect| rect.within(&self.area);
        let covered = |rect: &Rect| self.taken.iter().map(|other| rect.overlap(other)).sum::<f64>();
        let steps = [1.0, 2.2, 3.4, 4.6, 5.8, 7.0].into_iter().flat_map(|down| [down, -down]);
        let spots = steps.flat_map(|down| [1.0, -1.0, 0.0].map(|right| spot(text, at, (right, down), (size, reach))));
        let best = spots.filter(|(rect, _)| inside(rect)).min_by(|a, b| covered(&a.0).total_cmp(&covered(&b.0)));
        let (rect, placed) = best.unwrap_or_else(|| spot(text, at, AROUND[0], (size, reach)));
        self.label(rect);
        placed
    }

    /// Marks a rectangle as one that a label may cover only where there is no other room.
    pub(crate) fn faint(&mut self, rect: Rect) {
        self.faint.push(rect);
    }

    /// Finds room for `text` beside a mark at `at` that reaches `reach` pixels, and takes it.
    pub(crate) fn place(&mut self, text: &str, at: (f64, f64), (size, reach): (f64, f64)) -> Option<Placed> {
        let apart = |rect: &Rect, others: &[Rect]| others.iter().all(|other| rect.overlap(other) < 1.0);
        // No line to a label far away crosses another one.
        let clear = |placed: &Placed| {
            let along = |share: i32, end: f64, start: f64| start + (end - start) * f64::from(share) / 24.0;
            let point = |share| Rect::around((along(share, placed.x, at.0), along(share, placed.y, at.1)), 1.0);
            !placed.far || (0..=24).map(point).all(|point| self.labels.iter().all(|other| point.overlap(other) <= 0.0))
        };
        let spots = AROUND.into_iter().map(|direction| spot(text, at, direction, (size, reach)));
        let free = spots.filter(|(rect, placed)| rect.within(&self.area) && apart(rect, &self.taken) && clear(placed));
        let free: Vec<(Rect, Placed)> = free.collect();
        let (rect, placed) = free.iter().find(|(rect, _)| apart(rect, &self.faint)).or(free.first()).copied()?;
        self.label(rect);
        if placed.far {
            self.take_line(at, (placed.x, placed.y));
        }
        Some(placed)
    }

    fn label(&mut self, rect: Rect) {
        self.taken.push(rect);
        self.labels.push(rect);
    }
}

/// The room and the anchor of a label in one direction from its mark.
fn spot(text: &str, (x, y): (f64, f64), (right, down): (f64, f64), (size, reach): (f64, f64)) -> (Rect, Placed) {
    let (wide, gap) = (width(text, size), reach + 3.0);
    let (anchor, left, at) = match right {
        right if right > 0.0 => ("start", x + gap, x + gap),
        right if right < 0.0 => ("end", x - gap - wide, x - gap),
        _ => ("middle", x - wide / 2.0, x),
    };
    let middle = y + down * (if right == 0.0 { gap + size * 0.45 } else { size * 0.75 });
    let rect = Rect { left, top: middle - size * 0.55, right: left + wide, bottom: middle + size * 0.55 };
    (rect, Placed { x: at, y: middle + size * 0.34, anchor, far: down.abs() > 1.5 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_keep_apart_or_stay_away() {
        let mut placer = Placer::new(Rect { left: 0.0, top: 0.0, right: 200.0, bottom: 100.0 });
        let first = placer.place("mlp-12k", (100.0, 50.0), (12.0, 5.0)).unwrap();
        let second = placer.place("mlp-13k", (100.0, 50.0), (12.0, 5.0)).unwrap();
        assert_eq!((first.anchor, second.anchor), ("start", "end"));
        let mut tight = Placer::new(Rect { left: 0.0, top: 0.0, right: 20.0, bottom: 20.0 });
        assert_eq!(tight.place("mlp-12k", (10.0, 10.0), (12.0, 5.0)), None);
    }
}
