//! How far one point is off, told without a law: a law that does not fit would count its misfit as noise, and a
//! jump would hide behind itself.

use super::observation::{Axis, Observation};

/// Degrees of freedom from which the spread of repeats is trusted over the other estimates.
const REPEATS: f64 = 3.0;
/// Fewest positions for the scatter about neighbours.
const POSITIONS: usize = 5;
/// The share of the information that a median keeps of that of the squares (the efficiency of the median absolute
/// deviation under normal errors: Rousseeuw & Croux 1993).
const EFFICIENCY: f64 = 0.37;

/// The standard deviation of one point, as a share of its loss.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Scatter {
    /// The standard deviation, at least 0.
    pub(super) share: f64,
    /// The degrees of freedom it was estimated with; infinite where it is taken as known.
    pub(super) free: f64,
    /// Whether it comes from repeats, and so holds what a standard error over scored rows does not: that another
    /// run would have come out differently.
    pub(super) of_repeats: bool,
}

/// Points at the same position of an axis, in ascending order of the positions.
pub(super) type Groups<'a> = [Vec<&'a Observation>];

impl Scatter {
    /// Nothing is known of it: it is taken as 0.
    const NONE: Self = Self { share: 0.0, free: f64::INFINITY, of_repeats: false };

    /// Of points in groups by their position: the spread of those at the same position where they tell enough;
    /// else the smaller of `about_law` (the scatter about a fitted law, with its degrees of freedom) and the
    /// scatter about the line between neighbours. Both of the latter hold some misfit, so that the smaller is
    /// nearer to the noise.
    pub(super) fn of(groups: &Groups<'_>, axis: Axis, about_law: Option<(f64, f64)>) -> Self {
        if let Some(found) = of_repeats(groups).filter(|found| found.free >= REPEATS) {
            return found;
        }
        let law = about_law.map(|(share, free)| Self { share, free, of_repeats: false });
        let both = [law, about_neighbours(groups, axis)];
        both.into_iter().flatten().min_by(|a, b| a.share.total_cmp(&b.share)).unwrap_or(Self::NONE)
    }
}

/// The pooled spread of the points at the same position, as a share of their mean; `None` without repeats.
fn of_repeats(groups: &Groups<'_>) -> Option<Scatter> {
    let (mut squares, mut free) = (0.0, 0.0);
    for group in groups {
        let n = group.len() as f64;
        let mean = group.iter().map(|point| point.loss).sum::<f64>() / n;
        if mean > 0.0 {
            squares += group.iter().map(|point| (point.loss / mean - 1.0).powi(2)).sum::<f64>();
            free += n - 1.0;
        }
    }
    (free > 0.0).then(|| Scatter { share: (squares / free).sqrt(), free, of_repeats: true })
}

/// The standard deviation of the log loss about the straight line between the neighbours (over the logarithm of
/// the position), from the median of its size, which a single jump does not move; `None` with fewer than five
/// positions.
fn about_neighbours(groups: &Groups<'_>, axis: Axis) -> Option<Scatter> {
    let points: Vec<(f64, f64)> = groups
        .iter()
        .filter_map(|group| group.first())
        .filter(|point| point.loss > 0.0)
        .map(|point| (axis.of(point).ln(), point.loss.ln()))
        .collect();
    if points.len() < POSITIONS {
        return None;
    }
    let off: Vec<f64> = points
        .windows(3)
        .filter_map(|window| match window {
            [(x, a), (y, b), (z, c)] => {
                let share = (y - x) / (z - x);
                // the variance of the deviation is 1 + (1 − share)² + share² times that of one point
                let times = 1.0 + (1.0 - share).powi(2) + share * share;
                Some((b - a - share * (c - a)).abs() / times.sqrt())
            }
            _ => None,
        })
        .collect();
    let free = (EFFICIENCY * off.len() as f64).max(1.0);
    Some(Scatter { share: crate::median(&off) / 0.6745, free, of_repeats: false })
}
