//! Whether points fall as a law does, or rise again, jump, or stand still before they fall.

use std::fmt;

use super::observation::{Axis, Observation};
use super::scatter::{Groups, Scatter};
use crate::{normal_quantile, t_quantile};

/// Standard errors by which a rise, a jump or a plateau must at least stand out.
const CLEAR: f64 = 3.0;
/// The chance that curves without a rise, jump or plateau show one, shared among all pairs or triples of
/// points that are compared (Bonferroni).
const CHANCE: f64 = 0.01;
/// The share of the whole fall that a rise, a jump or a plateau must have to be worth a name.
const WORTH: f64 = 0.1;
/// A fall that is over before the last points: what is left is less than this share of the loss.
const LITTLE: f64 = 0.01;

/// Most positions that are compared, since the work grows with their cube; of more, neighbours are averaged.
const MOST: usize = 150;

/// How the loss runs along the sizes or the amounts of data. Positions are in the unit of the axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Shape {
    /// It falls as a law does, ever more slowly.
    Falling,
    /// It no longer falls.
    Saturated {
        /// From here on.
        from: f64,
    },
    /// It ends higher than it has been: overfitting, or the first side of a double descent.
    Rising {
        /// Where it was lowest before it rises.
        at: f64,
    },
    /// It rises and falls again (double descent: Belkin et al. 2019; Nakkiran et al. 2020).
    Peak {
        /// Where it was lowest before the rise.
        from: f64,
        /// Where it was highest after it.
        at: f64,
    },
    /// It falls at one step by most of the whole fall.
    Jump {
        /// The last position before.
        from: f64,
        /// The first position after.
        to: f64,
    },
    /// It stands still and falls afterwards.
    Plateau {
        /// Where it begins to stand still.
        from: f64,
        /// Where it begins to fall again.
        to: f64,
    },
    /// Its changes are too small for its uncertainty to tell anything.
    TooNoisy,
}

impl Shape {
    /// Whether no law of the [`Form`](super::Form)s can be trusted to go on from such points.
    #[must_use]
    pub fn is_ill(self) -> bool {
        !matches!(self, Self::Falling | Self::Saturated { .. })
    }
}

impl Shape {
    /// What the points do, as the rest of a sentence ("the points …"), with positions written by `at`.
    #[must_use]
    pub fn told(self, at: impl Fn(f64) -> String) -> String {
        match self {
            Self::Falling => "fall ever more slowly, as a law does".to_owned(),
            Self::Saturated { from } => format!("no longer fall from {} on", at(from)),
            Self::Rising { at: lowest } => {
                format!("rise again after {} (overfitting, or the first side of a double descent)", at(lowest))
            }
            Self::Peak { from, at: top } => {
                format!("rise after {} and fall again after {} (double descent)", at(from), at(top))
            }
            Self::Jump { from, to } => format!("jump between {} and {}", at(from), at(to)),
            Self::Plateau { from, to } => format!("stand still from {} to {} before they fall", at(from), at(to)),
            Self::TooNoisy => "are too noisy to show any change".to_owned(),
        }
    }
}

/// A position in full, without a unit: `16000000`, `12.5`.
pub(super) fn plain(position: f64) -> String {
    if position >= 1000.0 { format!("{position:.0}") } else { format!("{}", (position * 1000.0).round() / 1000.0) }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.told(plain))
    }
}

/// A position with the mean loss there.
#[derive(Clone, Copy, Debug)]
struct Level {
    at: f64,
    loss: f64,
    error: f64,
}

/// The shape of points along one axis, in any order; several at one position are averaged.
///
/// A rise, jump or plateau counts where it exceeds three standard errors, more where many points are
/// compared or little tells the errors, and a tenth of the whole fall.
/// Errors are those of the points. Where a point has none they come from the spread of points at the same
/// position, where at least three repeats tell it (it then also counts where it exceeds the points' own errors);
/// else from `noise`, the standard deviation of the log loss, where it is known; else from the scatter about the
/// line between the neighbours.
#[must_use]
pub fn shape(points: &[Observation], axis: Axis, noise: Option<f64>) -> Shape {
    shape_about(points, axis, noise.map(|noise| (noise, f64::INFINITY)))
}

/// The same with the scatter about a law, of so many degrees of freedom.
pub(super) fn shape_about(points: &[Observation], axis: Axis, about_law: Option<(f64, f64)>) -> Shape {
    let groups = grouped(points, axis);
    let scatter = Scatter::of(&groups, axis, about_law);
    let levels = levels(&groups, axis, scatter);
    // points with errors of their own leave nothing to estimate
    let known = !scatter.of_repeats && points.iter().all(|point| point.standard_error.is_some());
    let free = if known { f64::INFINITY } else { scatter.free };
    let (Some(first), Some(last)) = (levels.first(), levels.last()) else {
        return Shape::TooNoisy;
    };
    let highest = levels.iter().map(|level| level.loss).fold(f64::NEG_INFINITY, f64::max);
    let lowest = levels.iter().map(|level| level.loss).fold(f64::INFINITY, f64::min);
    let span = highest - lowest;
    if let Some(rise) = rise(&levels, span, free) {
        return rise;
    }
    let overall = first.error.hypot(last.error);
    if span <= CLEAR * overall {
        let still = CLEAR * overall <= LITTLE * last.loss;
        return if still { Shape::Saturated { from: first.at } } else { Shape::TooNoisy };
    }
    stand(&levels, span, free).or_else(|| saturated(&levels, span)).unwrap_or(Shape::Falling)
}

/// The points by their position, from small to large.
pub(super) fn grouped(points: &[Observation], axis: Axis) -> Vec<Vec<&Observation>> {
    let mut sorted: Vec<&Observation> = points.iter().collect();
    sorted.sort_by(|a, b| axis.of(a).total_cmp(&axis.of(b)));
    let mut groups: Vec<Vec<&Observation>> = Vec::new();
    for point in sorted {
        match groups.last_mut() {
            Some(group) if group.first().is_some_and(|first| axis.of(point) <= axis.of(first) * 1.001) => {
                group.push(point);
            }
            _ => groups.push(vec![point]),
        }
    }
    groups
}

fn levels(groups: &Groups<'_>, axis: Axis, scatter: Scatter) -> Vec<Level> {
    let error = |point: &Observation| {
        let own = scatter.share * point.loss.abs();
        point.standard_error.map_or(own, |error| if scatter.of_repeats { error.max(own) } else { error })
    };
    let level = |group: &Vec<&Observation>| {
        let n = group.len() as f64;
        let loss = group.iter().map(|point| point.loss).sum::<f64>() / n;
        let squares: f64 = group.iter().map(|point| error(point).powi(2)).sum();
        let at = (group.iter().map(|point| axis.of(point).ln()).sum::<f64>() / n).exp();
        // a position of its own stays as it was given
        let at =
            group.first().map(|point| axis.of(point)).filter(|first| (at / first - 1.0).abs() < 1e-9).unwrap_or(at);
        Level { at, loss, error: squares.sqrt() / n }
    };
    let together = groups.len().div_ceil(MOST).max(1);
    groups.chunks(together).map(|near| level(&near.concat())).collect()
}

/// The clearest rise, and whether the loss falls again below it.
fn rise(levels: &[Level], span: f64, free: f64) -> Option<Shape> {
    let mut best: Option<(f64, Level, usize)> = None;
    let mut low = *levels.first()?;
    let errors = errors(levels.len() * (levels.len() - 1) / 2, free);
    for (index, level) in levels.iter().enumerate() {
        let height = level.loss - low.loss;
        if clear(height, low.error.hypot(level.error), span, errors) && best.is_none_or(|(most, ..)| height > most) {
            best = Some((height, low, index));
        }
        if level.loss < low.loss {
            low = *level;
        }
    }
    let (height, from, top) = best?;
    let last = levels.last()?;
    let top = levels.get(top)?;
    let again = top.loss - last.loss;
    if clear(again, top.error.hypot(last.error), span, errors) && again > 0.5 * height {
        return Some(Shape::Peak { from: from.at, at: top.at });
    }
    Some(Shape::Rising { at: from.at })
}

/// Standard errors that a change must exceed which is sought among so many, where the errors are known with so
/// many degrees of freedom.
fn errors(comparisons: usize, free: f64) -> f64 {
    let share = 1.0 - CHANCE / comparisons.max(1) as f64;
    let quantile = if free.is_finite() { t_quantile(share, free) } else { normal_quantile(share) };
    quantile.max(CLEAR)
}

/// Whether a change stands out by so many of its standard errors, and is worth a name.
fn clear(change: f64, error: f64, span: f64, errors: f64) -> bool {
    change > errors * error && change > WORTH * span
}

/// Where the loss lies highest above a chord of its own curve over the logarithm of the position, which no
/// falling power law does: it stood still before and fell afterwards.
fn stand(levels: &[Level], span: f64, free: f64) -> Option<Shape> {
    let mut best: Option<(f64, usize, usize, usize)> = None;
    let errors = errors(levels.len() * levels.len().saturating_sub(1) * levels.len().saturating_sub(2) / 6, free);
    for (i, first) in levels.iter().enumerate() {
        for (k, third) in levels.iter().enumerate().skip(i + 2) {
            for (j, second) in levels.iter().enumerate().take(k).skip(i + 1) {
                let share = (second.at / first.at).ln() / (third.at / first.at).ln();
                let above = second.loss - first.loss - share * (third.loss - first.loss);
                let chord = ((1.0 - share) * first.error).hypot(share * third.error);
                if clear(above, second.error.hypot(chord), span, errors) && best.is_none_or(|(most, ..)| above > most) {
                    best = Some((above, i, j, k));
                }
            }
        }
    }
    let (_, i, j, k) = best?;
    let (first, second, third) = (levels.get(i)?, levels.get(j)?, levels.get(k)?);
    let after = levels.get(j + 1)?;
    if second.loss - after.loss > 0.5 * span && second.loss - after.loss > 0.8 * (second.loss - third.loss) {
        return Some(Shape::Jump { from: second.at, to: after.at });
    }
    Some(Shape::Plateau { from: first.at, to: second.at })
}

/// From where on the loss no longer falls: over at least two steps and a factor of two, by less than can be
/// told, and surely by little.
fn saturated(levels: &[Level], span: f64) -> Option<Shape> {
    let last = levels.last()?;
    let from = levels.iter().enumerate().find(|(index, level)| {
        let rest = levels.get(*index..).unwrap_or_default();
        let wide = rest.len() >= 3 && last.at >= 2.0 * level.at;
        wide && rest.iter().all(|other| {
            let change = (level.loss - other.loss).abs();
            change + 2.0 * level.error.hypot(other.error) <= (LITTLE * last.loss).min(WORTH * span)
        })
    })?;
    Some(Shape::Saturated { from: from.1.at })
}
