//! Labels that avoid the marks and each other.

use super::text::width;

/// A rectangle in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::report) struct Rect {
    /// Left edge.
    pub(in crate::report) left: f64,
    /// Upper edge.
    pub(in crate::report) top: f64,
    /// Right edge.
    pub(in crate::report) right: f64,
    /// Lower edge.
    pub(in crate::report) bottom: f64,
}

impl Rect {
    /// A square around a point.
    pub(in crate::report) fn around((x, y): (f64, f64), reach: f64) -> Self {
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
pub(in crate::report) struct Placed {
    /// Horizontal position of the anchor.
    pub(in crate::report) x: f64,
    /// Base line.
    pub(in crate::report) y: f64,
    /// `start`, `middle` or `end`.
    pub(in crate::report) anchor: &'static str,
}

/// Keeps what is taken and finds room for labels.
#[derive(Clone, Debug)]
pub(in crate::report) struct Placer {
    area: Rect,
    taken: Vec<Rect>,
}

/// Directions from a mark, best first, with the distance from it in units of its reach.
const AROUND: [(f64, f64); 12] = [
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
];

impl Placer {
    /// Room for labels within `area`.
    pub(in crate::report) fn new(area: Rect) -> Self {
        Self { area, taken: Vec::new() }
    }

    /// Marks a rectangle as taken.
    pub(in crate::report) fn take(&mut self, rect: Rect) {
        self.taken.push(rect);
    }

    /// Finds room for `text` beside a mark at `(x, y)` that reaches `reach` pixels, and takes it.
    pub(in crate::report) fn place(&mut self, text: &str, (x, y): (f64, f64), (size, reach): (f64, f64)) -> Option<Placed> {
        let wide = width(text, size);
        let (rect, placed) = AROUND.into_iter().map(|(right, down)| {
            let gap = reach + 3.0;
            let (anchor, left) = match right {
                right if right > 0.0 => ("start", x + gap),
                right if right < 0.0 => ("end", x - gap - wide),
                _ => ("middle", x - wide / 2.0),
            };
            let at = match anchor {
                "start" => left,
                "end" => left + wide,
                _ => x,
            };
            let middle = y + down * (if right == 0.0 { gap + size * 0.45 } else { size * 0.75 });
            let rect = Rect { left, top: middle - size * 0.55, right: left + wide, bottom: middle + size * 0.55 };
            (rect, Placed { x: at, y: middle + size * 0.34, anchor })
        })
        .find(|(rect, _)| rect.within(&self.area) && self.taken.iter().all(|other| rect.overlap(other) < 1.0))?;
        self.taken.push(rect);
        Some(placed)
    }
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
