//! The law as lines to draw: loss over size, one line for each amount of data or of compute.

use crate::stats::curve::{Fit, Form};

use super::findings::{Line, Spot};
use super::points::{FLOPS, Points};
use super::question::Question;

/// Places on a line.
const SPOTS: usize = 49;
/// Lines of a drawing; more levels than that are thinned out.
const LINES: usize = 5;
/// Amounts within this factor of the least of them are one level.
const SAME: f64 = 1.4;
/// A line goes this far beyond the points of its level, and as far as a prediction.
const BEYOND: f64 = 1.5;

/// The lines, from the least amount held to the greatest.
pub(super) fn lines(points: &Points, question: &Question, fit: &Fit) -> Vec<Line> {
    let span = reach(points, question, fit);
    match fit.form {
        Form::Size => vec![line(fit, question, ("none", None), span)],
        Form::Data => vec![line(fit, question, ("none", None), span)],
        Form::Both | Form::BothTied => {
            let compute = points.columns.compute.is_some();
            let held = if compute { "compute" } else { "data" };
            let amounts: Vec<(f64, f64)> = points
                .points
                .iter()
                .map(|point| (point.observation.size, point.observation.data))
                .map(|(size, data)| (if compute { FLOPS * size * data } else { data }, size))
                .collect();
            let all = levels(&amounts);
            let across = |level: &Level| if compute { (level.low / BEYOND, level.high * BEYOND) } else { span };
            thinned(all).iter().map(|level| line(fit, question, (held, Some(level.amount)), across(level))).collect()
        }
    }
}

/// From the smallest point to the largest, or to the largest place asked for where the curve may be
/// followed so far.
fn reach(points: &Points, question: &Question, fit: &Fit) -> (f64, f64) {
    let along = |size: f64, data: f64| if fit.form == Form::Data { data } else { size };
    let places = points.points.iter().map(|point| along(point.observation.size, point.observation.data));
    let (low, high) = places.fold((f64::INFINITY, 0.0_f64), |(low, high), at| (low.min(at), high.max(at)));
    if fit.refusal().is_some() {
        return (low, high);
    }
    let asked = question.at.iter().map(|at| along(at.first, at.data.unwrap_or(at.first)));
    (low, asked.fold(high * BEYOND, f64::max))
}

/// An amount that several points share.
struct Level {
    /// The geometric mean of the amounts.
    amount: f64,
    /// The smallest size of its points.
    low: f64,
    /// The largest.
    high: f64,
}

/// Groups points of (amount, size); levels with less than half the points of the fullest are left out.
fn levels(amounts: &[(f64, f64)]) -> Vec<Level> {
    let mut sorted = amounts.to_vec();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut groups: Vec<Vec<(f64, f64)>> = Vec::new();
    for (amount, size) in sorted {
        match groups.last_mut() {
            Some(group) if group.first().is_some_and(|first| amount <= first.0 * SAME) => group.push((amount, size)),
            _ => groups.push(vec![(amount, size)]),
        }
    }
    let fullest = groups.iter().map(Vec::len).max().unwrap_or(0);
    groups.retain(|group| 2 * group.len() >= fullest);
    let level = |group: &Vec<(f64, f64)>| Level {
        amount: (group.iter().map(|point| point.0.ln()).sum::<f64>() / group.len() as f64).exp(),
        low: group.iter().map(|point| point.1).fold(f64::INFINITY, f64::min),
        high: group.iter().map(|point| point.1).fold(0.0, f64::max),
    };
    groups.iter().map(level).collect()
}

/// At most [`LINES`] levels, the first, the last and those at equal steps between them.
fn thinned(levels: Vec<Level>) -> Vec<Level> {
    let last = levels.len().saturating_sub(1);
    if last < LINES {
        return levels;
    }
    let kept: Vec<usize> = (0..LINES).map(|at| (at * last + (LINES - 1) / 2) / (LINES - 1)).collect();
    levels.into_iter().enumerate().filter(|(at, _)| kept.contains(at)).map(|(_, level)| level).collect()
}

fn line(fit: &Fit, question: &Question, (held, value): (&'static str, Option<f64>), (low, high): (f64, f64)) -> Line {
    let spot = |step: usize| {
        let at = low * (high / low).powf(step as f64 / (SPOTS - 1) as f64);
        let (size, data) = match (fit.form, held, value) {
            (Form::Data, ..) => (1.0, at),
            (_, "compute", Some(flops)) => (at, flops / (FLOPS * at)),
            (_, _, data) => (at, data.unwrap_or(1.0)),
        };
        let (below, above) = fit.interval(|law| law.loss(size, data), question.confidence);
        Spot {
            at,
            loss: fit.law.loss(size, data),
            low: below,
            high: above,
            beyond: fit.extrapolates(size, data) > 1.0 + 1e-9,
        }
    };
    Line { held, value, spots: (0..SPOTS).map(spot).collect() }
}
