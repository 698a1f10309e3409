//! What a gain is worth in size: the factor of parameters at which the plain recipe is as good.

use serde::{Deserialize, Serialize};

use crate::stats::{Estimate, non_increasing};

/// What a gain is worth in size.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum SizeEquivalent {
    /// So many times the parameters.
    Factor {
        /// As likely too little as too much.
        point: f64,
        /// Lower end of the interval; none where it is below the smallest measured size.
        low: Option<f64>,
        /// Upper end; none where it is beyond the largest measured size.
        high: Option<f64>,
    },
    /// More than any measured size brings: surely better than all of them.
    Beyond {
        /// The largest measured size, in times the parameters.
        largest: f64,
    },
    /// It takes quality away.
    LessThanNothing,
    /// A larger size brings nothing that the noise lets be seen, so a gain has no price in size.
    Flat,
    /// No larger size of the family was measured.
    NoLarger,
    /// There is no gain to price.
    Unknown,
}

/// A measured size of the family, by the plain recipe.
#[derive(Clone, Debug)]
pub(super) struct SizePoint {
    /// Parameters, above 0.
    pub(super) parameters: f64,
    /// How much better the arm is than this size.
    pub(super) ahead: Estimate,
    /// How much better this size is than the arm's own; none of the arm's own.
    pub(super) over_own: Option<Estimate>,
}

/// The size equivalent of an arm. `points` are the sizes of its family from the smallest to the largest, its own among them;
/// `own` are its parameters.
///
/// With d(n) the difference of the arm to the plain recipe at n parameters, which falls as n grows: the point is where the monotone curve
/// through the d(n) crosses 0, the ends are where the lower and the upper ends of their two-sided intervals do; between two sizes along a
/// straight line over ln n (see the head of the room).
pub(super) fn equivalent(points: &[SizePoint], own: f64, confidence: f64) -> SizeEquivalent {
    let Some(at) = points.iter().position(|point| point.over_own.is_none()) else { return SizeEquivalent::Unknown };
    let gain = &points[at].ahead;
    if gain.interval(confidence).1 < 0.0 {
        return SizeEquivalent::LessThanNothing;
    }
    let larger = &points[at + 1..];
    if larger.is_empty() {
        return SizeEquivalent::NoLarger;
    }
    let largest = larger.last().map_or(1.0, |point| point.parameters / own);
    let surely = |found: &Estimate| found.interval(confidence).0 > 0.0;
    if points[at..].iter().all(|point| surely(&point.ahead)) {
        return SizeEquivalent::Beyond { largest };
    }
    if !larger.iter().filter_map(|point| point.over_own.as_ref()).any(surely) {
        return SizeEquivalent::Flat;
    }
    let logs: Vec<f64> = points.iter().map(|point| (point.parameters / own).ln()).collect();
    let of = |pick: &dyn Fn(&Estimate) -> f64| points.iter().map(|point| pick(&point.ahead)).collect::<Vec<f64>>();
    let weights = of(&|found| found.standard_error.powi(-2));
    let curve = non_increasing(&of(&|found| found.point), &weights);
    // What is surely ahead of a size is ahead of every smaller one, and what is surely behind one is behind every larger one: a size that
    // was measured twice alone must not take back what another one, measured better, shows.
    let better =
        |other: usize, at: usize| other == at || points[other].ahead.standard_error < points[at].ahead.standard_error;
    let end = |at: usize| points[at].ahead.interval(confidence);
    let low = |at: usize| {
        (at..points.len())
            .filter(|other| better(*other, at))
            .map(|other| end(other).0)
            .fold(f64::NEG_INFINITY, f64::max)
    };
    let high =
        |at: usize| (0..=at).filter(|other| better(*other, at)).map(|other| end(other).1).fold(f64::INFINITY, f64::min);
    let (lows, highs): (Vec<f64>, Vec<f64>) = (0..points.len()).map(|at| (low(at), high(at))).unzip();
    let (low, high) = (first_crossing(&logs, &lows), last_crossing(&logs, &highs));
    match first_crossing(&logs, &curve) {
        Crossing::At(log) => {
            let point = log.exp();
            // The interval is that of differences one by one, the point that of a curve through them all.
            let low = low.factor().map(|low| low.min(point));
            SizeEquivalent::Factor { point, low, high: high.factor().map(|high| high.max(point)) }
        }
        // Not surely above the largest size, but by the estimate.
        Crossing::Beyond => SizeEquivalent::Factor { point: largest, low: low.factor(), high: None },
        Crossing::Below => SizeEquivalent::LessThanNothing,
    }
}

/// Where a curve crosses 0.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Crossing {
    At(f64),
    /// It is above 0 at all sizes.
    Beyond,
    /// It is below 0 at all sizes.
    Below,
}

impl Crossing {
    fn factor(self) -> Option<f64> {
        if let Self::At(log) = self { Some(log.exp()) } else { None }
    }
}

/// Where values first are at most 0, from the left.
fn first_crossing(logs: &[f64], values: &[f64]) -> Crossing {
    match values.iter().position(|value| *value <= 0.0) {
        None => Crossing::Beyond,
        Some(0) if values.first().is_some_and(|value| *value < 0.0) => Crossing::Below,
        Some(0) => Crossing::At(logs[0]),
        Some(at) => Crossing::At(between((logs[at - 1], values[at - 1]), (logs[at], values[at]))),
    }
}

/// Where values last are at least 0, from the left.
fn last_crossing(logs: &[f64], values: &[f64]) -> Crossing {
    match values.iter().rposition(|value| *value >= 0.0) {
        None => Crossing::Below,
        Some(at) if at + 1 == values.len() => Crossing::Beyond,
        Some(at) => Crossing::At(between((logs[at], values[at]), (logs[at + 1], values[at + 1]))),
    }
}

/// Where the straight line between two points crosses 0.
fn between((x, above): (f64, f64), (to, below): (f64, f64)) -> f64 {
    let fall = above - below;
    if fall > 0.0 { x + (to - x) * above / fall } else { x }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A difference known to ±1.96 standard errors at 95 %.
    fn known(point: f64, standard_error: f64) -> Estimate {
        Estimate {
            point,
            standard_error,
            degrees_of_freedom: 1e9,
            repeats: 10,
            examples: 1_000,
            variance_repeats: 0.0,
            variance_examples: 0.0,
            gap: 0.0,
        }
    }

    /// Sizes of 1, 2, 4 and 8 thousand parameters, and what each brings over the first of them.
    fn points(gain: f64, error: f64, over: &[f64]) -> Vec<SizePoint> {
        let one = |(at, over): (usize, &f64)| SizePoint {
            parameters: 1_000.0 * 2_f64.powi(at as i32),
            ahead: known(gain - over, error),
            over_own: (at > 0).then(|| known(*over, error)),
        };
        over.iter().enumerate().map(one).collect()
    }

    const STEPS: [f64; 4] = [0.0, 0.02, 0.04, 0.06];

    #[test]
    fn what_a_doubling_brings_is_worth_a_doubling() {
        // 0.02 a doubling: a gain of 0.02 is ×2, of 0.03 is 2^1.5 = 2.828; its ends are 0.0196 away: 2^(0.5 ± 0.98 + …).
        for (gain, factor) in [(0.02, 2.0), (0.03, 2_f64.powf(1.5)), (0.05, 2_f64.powf(2.5))] {
            let SizeEquivalent::Factor { point, low, high } = equivalent(&points(gain, 0.005, &STEPS), 1_000.0, 0.95)
            else {
                panic!("{gain}");
            };
            let doublings = |by: f64| 2_f64.powf((gain + by * 1.959_964 * 0.005) / 0.02);
            assert!((point - factor).abs() < 1e-9, "{point}");
            assert!((low.expect("an end") - doublings(-1.0)).abs() < 1e-6, "{low:?}");
            match high {
                Some(high) => assert!((high - doublings(1.0)).abs() < 1e-6, "{high}"),
                None => assert!(gain + 0.0098 > 0.06 - 1e-9 || gain == 0.05, "{gain}"),
            }
        }
    }

    #[test]
    fn above_the_curve_below_nothing_and_along_a_flat_one() {
        let of = |gain, over: &[f64]| equivalent(&points(gain, 0.005, over), 1_000.0, 0.95);
        assert_eq!(of(0.10, &STEPS), SizeEquivalent::Beyond { largest: 8.0 });
        // Above the largest by the estimate, but not surely.
        assert!(matches!(of(0.065, &STEPS), SizeEquivalent::Factor { point: 8.0, low: Some(_), high: None }));
        assert_eq!(of(-0.02, &STEPS), SizeEquivalent::LessThanNothing);
        assert_eq!(of(-0.004, &STEPS), SizeEquivalent::LessThanNothing, "below the smallest size there is");
        assert_eq!(of(0.004, &[0.0, 0.001, 0.002, 0.001]), SizeEquivalent::Flat);
        assert_eq!(of(0.05, &[0.0, 0.001, 0.002, 0.001]), SizeEquivalent::Beyond { largest: 8.0 });
        assert_eq!(of(0.05, &[0.0]), SizeEquivalent::NoLarger);
    }

    /// The arm is surely ahead of its own size (0.006 ± 0.002) and surely behind the next (−0.017 ± 0.002); the sizes at both ends are hardly
    /// known (± 0.05). Without the two in the middle the interval would reach from below the smallest to beyond the largest.
    #[test]
    fn what_is_hardly_measured_takes_nothing_back() {
        let mut sizes = points(0.006, 0.002, &[0.0, 0.023, 0.03, 0.04]);
        let own = SizePoint { over_own: None, ..sizes[0].clone() };
        let wide = |point: f64| Estimate { point, standard_error: 0.05, ..sizes[1].ahead.clone() };
        let smaller =
            SizePoint { parameters: 250.0, ahead: wide(0.02), over_own: Some(Estimate { point: -0.014, ..wide(0.0) }) };
        sizes[3].ahead = wide(-0.034);
        let all = [vec![smaller, own], sizes[1..].to_vec()].concat();
        let SizeEquivalent::Factor { point, low: Some(low), high: Some(high) } = equivalent(&all, 1_000.0, 0.95) else {
            panic!();
        };
        assert!(low >= 1.0 && high <= 2.0 && (low..=high).contains(&point), "{point} ({low} to {high})");
    }

    #[test]
    fn a_dip_in_the_curve_is_smoothed_and_stays_in_the_interval() {
        // 4,000 parameters look worse than 2,000: pooled to 0.02, from which 8,000 lead on.
        let SizeEquivalent::Factor { point, low, high } =
            equivalent(&points(0.03, 0.005, &[0.0, 0.03, 0.01, 0.06]), 1_000.0, 0.95)
        else {
            panic!();
        };
        // ahead: 0.03, 0.00, 0.02, -0.03 -> 0.03, 0.01, 0.01, -0.03: a quarter of the way from 4 to 8.
        assert!((point - 4.0 * 2_f64.powf(0.25)).abs() < 1e-9, "{point}");
        assert!(low.is_some_and(|low| low < 2.0) && high.is_some_and(|high| high > 4.0), "{low:?} {high:?}");
    }
}
