//! The curve of one family, as far as it has been measured.

use super::types::{Evidence, Goal, Rung, SearchTerms};
use crate::stats::{self, CurvePoint, Estimate, Gain, Origin, saturating_gain};

/// A rung is left where its gain is bounded by this share of what would matter: the choice may be short of the
/// best measured rung as well, and both shortfalls together are to be within the margin.
pub(super) const BOUNDED: f64 = 0.7;

/// Fewest finished repeats for a rung to count, as in the verdict.
pub(super) const FEWEST: u32 = 2;
/// Weight of the pooled variance in each rung's own, in degrees of freedom (moderated as in Smyth 2004): two
/// repeats alone would make bounds of one degree of freedom.
const PRIOR: f64 = 4.0;
/// A misfit less plausible than this is no saturating curve.
const MISFIT: f64 = 0.02;

/// Everything measured so far, with the best rung found.
pub(super) struct Measured<'a> {
    pub(super) rungs: &'a [Rung],
    pub(super) asked: &'a [u32],
    pub(super) evidence: &'a dyn Evidence,
    pub(super) terms: &'a SearchTerms,
    /// The best rung within the limits, else the best of all; none before anything finished.
    pub(super) best: Option<usize>,
    /// Variance of one repeat's paired difference, pooled over rungs, and its degrees of freedom.
    pooled: (f64, f64),
}

impl<'a> Measured<'a> {
    pub(super) fn of(rungs: &'a [Rung], asked: &'a [u32], evidence: &'a dyn Evidence, terms: &'a SearchTerms) -> Self {
        let mut measured = Self { rungs, asked, evidence, terms, best: None, pooled: (0.0, 1.0) };
        let learners = measured.learners();
        let within: Vec<usize> = learners.iter().copied().filter(|&at| evidence.within_limits(at)).collect();
        measured.best = best_of(if within.is_empty() { &learners } else { &within }, evidence);
        measured.pooled = measured.pool(&learners);
        measured
    }

    /// Rungs that count: finished often enough, and no baseline.
    pub(super) fn learners(&self) -> Vec<usize> {
        let counts = |at: &usize| !self.rungs[*at].baseline && self.counts(*at);
        (0..self.rungs.len()).filter(counts).collect()
    }

    /// Whether enough repeats of a rung finished, and none failed: as in the verdict, what is left of it would be no fair
    /// sample of the splits.
    pub(super) fn counts(&self, at: usize) -> bool {
        let fewest = FEWEST.min(self.terms.repeats);
        self.asked[at] > 0
            && self.evidence.failed(at) == 0
            && self.evidence.finished(at) >= fewest
            && self.evidence.quality(at).is_some()
    }

    /// How far a rung may be below the best and still matter. A dearer one has to be above it, by as much as leaves a rung
    /// untried where its curve bounds it; any other may be below by the margin. None where it may clear the bar however far below
    /// it is.
    pub(super) fn allowance(&self, rung: usize) -> Option<f64> {
        match self.terms.rule {
            _ if self.best.is_some_and(|best| self.evidence.is_dearer(rung, best)) => Some(-BOUNDED * self.tolerance()),
            Goal::Margin(margin) => Some(margin),
            Goal::Bar(_) => None,
        }
    }

    /// Whether a rung's repeats so far show that it is further below the best than `by`; above it by less than that where
    /// `by` is negative.
    pub(super) fn is_below(&self, rung: usize, by: f64) -> bool {
        let found = self.best.filter(|&best| best != rung).and_then(|best| self.evidence.difference(rung, best));
        let Some((found, noise)) = found.zip(self.noise()) else { return false };
        found.point + noise / f64::from(found.repeats.max(1)).sqrt() < -by
    }

    /// Whether one repeat was enough to see that a rung can't matter.
    pub(super) fn is_settled(&self, rung: usize) -> bool {
        self.asked[rung] > 0
            && self.evidence.failed(rung) == 0
            && self.evidence.finished(rung) == 1
            && FEWEST.min(self.terms.repeats) > 1
            && self.allowance(rung).is_some_and(|allowed| self.is_below(rung, allowed))
    }

    /// The rungs of a family from the smallest to the largest.
    pub(super) fn family(&self, family: u32) -> Vec<usize> {
        let mut rungs: Vec<usize> =
            (0..self.rungs.len()).filter(|&at| !self.rungs[at].baseline && self.rungs[at].family == family).collect();
        rungs.sort_by_key(|&at| (self.rungs[at].parameters, at));
        rungs
    }

    /// The families, each once, in the order of their numbers.
    pub(super) fn families(&self) -> Vec<u32> {
        let mut families: Vec<u32> = self.rungs.iter().filter(|rung| !rung.baseline).map(|rung| rung.family).collect();
        families.sort_unstable();
        families.dedup();
        families
    }

    /// The gain in quality that would matter: the margin, or what the best lacks to the bar.
    pub(super) fn tolerance(&self) -> f64 {
        match self.terms.rule {
            Goal::Margin(margin) => margin,
            Goal::Bar(bar) => {
                let quality = self.best.and_then(|best| self.evidence.quality(best));
                quality.map_or(0.0, |found| (bar - found.point).max(found.standard_error))
            }
        }
    }

    /// Distance from a value of this variance to its one-sided bound.
    pub(super) fn reach(&self, variance: f64) -> f64 {
        let (confidence, degrees) = self.sure();
        stats::t_quantile(confidence, degrees) * variance.sqrt()
    }

    /// Distance from one repeat's difference to its one-sided bound; none where no rungs were compared yet.
    pub(super) fn noise(&self) -> Option<f64> {
        (self.pooled.0 > 0.0).then(|| self.reach(self.pooled.0))
    }

    /// The quantile of bounds: the study's confidence and the degrees of freedom of the pooled variance.
    fn sure(&self) -> (f64, f64) {
        (self.terms.confidence, self.pooled.1 + PRIOR)
    }

    fn pool(&self, learners: &[usize]) -> (f64, f64) {
        let Some(best) = self.best else { return (0.0, 1.0) };
        let (mut sum, mut degrees) = (0.0, 0.0);
        for &at in learners.iter().filter(|&&at| at != best) {
            if let Some(found) = self.evidence.difference(at, best) {
                let of = f64::from(found.repeats.saturating_sub(1));
                sum += of * one_repeat(&found);
                degrees += of;
            }
        }
        if degrees > 0.0 { (sum / degrees, degrees) } else { (0.0, 1.0) }
    }

    /// A rung as a point of its family's curve: its paired difference to the best, and its own half of the noise.
    fn point(&self, at: usize) -> Option<CurvePoint> {
        let best = self.best?;
        let repeats = f64::from(self.evidence.finished(at).max(1));
        let (y, variance) = if at == best {
            (0.0, self.pooled.0)
        } else {
            let found = self.evidence.difference(at, best)?;
            let of = f64::from(found.repeats.saturating_sub(1));
            (found.point, (of * one_repeat(&found) + PRIOR * self.pooled.0) / (of + PRIOR))
        };
        let variance = (variance / 2.0 / repeats).max(f64::MIN_POSITIVE);
        Some(CurvePoint { x: (self.rungs[at].parameters.max(1) as f64).ln(), y, variance })
    }

    /// The measured part of a family's curve, without its largest `without` points.
    pub(super) fn curve(&self, family: u32, without: usize) -> Curve {
        let all: Vec<usize> = self.family(family).into_iter().filter(|&at| self.asked[at] > 0).collect();
        let seen = |at: usize| self.counts(at) || self.is_settled(at);
        let points = all.iter().filter(|&&at| seen(at)).filter_map(|&at| Some((at, self.point(at)?)));
        let mut points: Vec<(usize, CurvePoint)> = points.collect();
        points.truncate(points.len().saturating_sub(without));
        // The largest rung asked for says nothing: its trials failed.
        let blind = without == 0 && all.last() != points.last().map(|(at, _)| at);
        // Rungs at chance level tell nothing of how the rise fades: after a jump it would seem to have faded.
        let begun = points.iter().position(|(at, _)| self.has_begun(*at)).unwrap_or(0);
        Curve::of(points, begun, self.sure(), blind)
    }

    /// Whether a rung surely beats the baseline, or nothing does: a curve at chance level has not begun to rise.
    pub(super) fn has_begun(&self, rung: usize) -> bool {
        let baseline = (0..self.rungs.len()).find(|&at| self.rungs[at].baseline && self.counts(at));
        let Some(baseline) = baseline else { return true };
        let beats = |at: usize| {
            let gain = self.evidence.difference(at, baseline);
            gain.is_some_and(|gain| gain.point > self.reach(gain.standard_error.powi(2)))
        };
        beats(rung) || !self.best.is_some_and(beats)
    }

    /// What the rung `to` can gain over the best, by the curve of its family.
    pub(super) fn gain(&self, curve: &Curve, to: usize) -> Option<Gain> {
        let best = self.best?;
        let on_curve = curve.rising.iter().find(|(at, _)| *at == best);
        let origin = on_curve.map_or_else(
            || Some(Origin::Value { y: 0.0, variance: self.point(best)?.variance }),
            |(_, point)| Some(Origin::Curve(point.x)),
        )?;
        let size = (self.rungs[to].parameters.max(1) as f64).ln();
        // The small end of a curve may accelerate (it begins at chance level): the rest must saturate.
        (0..curve.rising.len().saturating_sub(2)).find_map(|from| {
            let points: Vec<CurvePoint> = curve.rising[from..].iter().map(|(_, point)| *point).collect();
            saturating_gain(&points, origin, size, self.sure()).filter(|gain| gain.plausible >= MISFIT)
        })
    }
}

/// The squared standard error that one repeat alone would have.
fn one_repeat(found: &Estimate) -> f64 {
    found.standard_error.powi(2) * f64::from(found.repeats)
}

/// The best of some rungs, each compared on the repeats that both have: a rung of few repeats may have had the
/// easier splits.
pub(super) fn best_of(rungs: &[usize], evidence: &dyn Evidence) -> Option<usize> {
    let quality = |at: usize| evidence.quality(at).map_or(f64::NEG_INFINITY, |found| found.point);
    let mut best = rungs.iter().copied().reduce(|a, b| if quality(b) > quality(a) { b } else { a })?;
    let mut passed = vec![best];
    loop {
        let ahead = rungs.iter().filter(|at| !passed.contains(at));
        let ahead = ahead.filter_map(|&at| Some((at, evidence.difference(at, best)?.point)));
        let Some((at, lead)) = ahead.reduce(|a, b| if b.1 > a.1 { b } else { a }) else { return Some(best) };
        if lead <= 0.0 {
            return Some(best);
        }
        passed.push(at);
        best = at;
    }
}

/// How the measured part of a curve ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// At its height, or too near to tell.
    Level,
    /// One rung below its height: a weak recipe or the beginning of a fall.
    Dip,
    /// Two rungs or more below its height.
    Fall,
    /// With a rung whose trials failed.
    Blind,
}

/// The measured rungs of one family.
pub(super) struct Curve {
    /// All points by size.
    pub(super) points: Vec<(usize, CurvePoint)>,
    /// Those that are not surely below a smaller rung, from the first that has begun to learn.
    pub(super) rising: Vec<(usize, CurvePoint)>,
    /// How it ends.
    pub(super) end: End,
}

impl Curve {
    fn of(points: Vec<(usize, CurvePoint)>, begun: usize, (confidence, degrees): (f64, f64), blind: bool) -> Self {
        let reach = stats::t_quantile(confidence, degrees);
        let mut rising: Vec<(usize, CurvePoint)> = Vec::new();
        let mut fallen = 0;
        for &(at, point) in points.iter().skip(begun) {
            let below =
                |(_, other): &(usize, CurvePoint)| point.y + reach * (point.variance + other.variance).sqrt() < other.y;
            if rising.iter().any(below) {
                fallen += 1;
            } else {
                rising.push((at, point));
                fallen = 0;
            }
        }
        let end = match fallen {
            _ if blind => End::Blind,
            0 => End::Level,
            1 => End::Dip,
            _ => End::Fall,
        };
        Self { points, rising, end }
    }
}
