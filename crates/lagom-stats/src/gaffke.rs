//! Gaffke's bound of the mean of values that have an end, without drawing anything.
//!
//! The bound of values y_1 … y_n below an end y_0 is the quantile of `Σ_{i ≥ 0} D_i y_i`, with D uniform on the simplex
//! (Gaffke 2005; Learned-Miller & Thomas 2019, "A new confidence interval for the mean of a bounded random variable"). Since D
//! is a set of exponential variables over their sum, the quantile is the t at which `P(Σ E_i (y_i − t) ≤ 0)` is the
//! confidence. That probability is taken by the saddlepoint (Lugannani & Rice 1980), which is right to some 0.5 % of the
//! tail; units of several examples (clusters) have `y_c − t n_c` in place of `y_i − t`.

use super::quantile::normal_cdf;

/// Halvings of the search: the bound is found to 1e-10 of the distance from the mean to the worst.
const HALVINGS: u32 = 34;
/// Newton's steps for the saddlepoint; it is safeguarded by halving.
const STEPS: u32 = 60;

/// Examples that are independent of all others as a whole, and how many such units there are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Unit {
    /// Sum of its values.
    sum: f64,
    /// Number of its examples.
    size: f64,
    /// Units just like it, itself among them.
    count: f64,
}

/// Units with like ones taken together.
pub(super) fn merged(sums: &[f64], sizes: &[f64]) -> Vec<Unit> {
    let mut units: Vec<Unit> =
        sums.iter().zip(sizes).map(|(sum, size)| Unit { sum: *sum, size: *size, count: 1.0 }).collect();
    units.sort_by(|a, b| a.sum.total_cmp(&b.sum).then(a.size.total_cmp(&b.size)));
    units.dedup_by(|next, kept| {
        let same = next.sum == kept.sum && next.size == kept.size;
        kept.count += if same { 1.0 } else { 0.0 };
        same
    });
    units
}

/// The upper bound of the mean of the values times `side` (1 or −1), `centre`, at the confidence `p` above 1/2. The value
/// made up is the worst unit seen.
pub(super) fn upper_bound(units: &[Unit], (side, centre): (f64, f64), p: f64) -> f64 {
    let turned = |unit: &Unit| Unit { sum: side * unit.sum, ..*unit };
    let mut all: Vec<Unit> = units.iter().map(turned).collect();
    let part = |unit: &Unit| unit.sum - centre * unit.size;
    let Some(worst) = all.iter().copied().max_by(|a, b| part(a).total_cmp(&part(b))) else { return centre };
    all.push(Unit { count: 1.0, ..worst });
    let most = all.iter().map(|unit| unit.sum / unit.size).fold(centre, f64::max);
    let (mut low, mut high) = (centre, most);
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(low, high);
        if below(&all, middle) < p {
            low = middle;
        } else {
            high = middle;
        }
    }
    high
}

/// The probability that `Σ E (sum − t size)` is at most 0, E exponential.
fn below(units: &[Unit], t: f64) -> f64 {
    let parts: Vec<(f64, f64)> = units.iter().map(|unit| (unit.sum - t * unit.size, unit.count)).collect();
    let (least, most) =
        parts.iter().fold((0.0_f64, 0.0_f64), |(least, most), (part, _)| (least.min(*part), most.max(*part)));
    if most <= 0.0 {
        return 1.0;
    }
    if least >= 0.0 {
        return 0.0;
    }
    let s = saddlepoint(&parts, (1.0 / least, 1.0 / most));
    let (mut log, mut second, mut third) = (0.0, 0.0, 0.0);
    for (part, count) in &parts {
        let rest = 1.0 - s * part;
        let ratio = part / rest;
        log -= count * rest.ln();
        second += count * ratio * ratio;
        third += 2.0 * count * ratio.powi(3);
    }
    let w = s.signum() * (-2.0 * log).max(0.0).sqrt();
    let u = s * second.sqrt();
    if w.abs() < 1e-4 {
        // the limit at the mean (Daniels 1987, eq. 4.10)
        return 0.5 + third / (6.0 * (2.0 * std::f64::consts::PI).sqrt() * second.powf(1.5));
    }
    let density = (-w * w / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
    (normal_cdf(w) + density * (1.0 / w - 1.0 / u)).clamp(0.0, 1.0)
}

/// Where the derivative of the cumulants' function, `Σ a / (1 − s a)`, is 0; it rises from −∞ to ∞ between the ends.
fn saddlepoint(parts: &[(f64, f64)], (mut low, mut high): (f64, f64)) -> f64 {
    let mut s = 0.0;
    for _ in 0..STEPS {
        let (mut first, mut second) = (0.0, 0.0);
        for (part, count) in parts {
            let ratio = part / (1.0 - s * part);
            first += count * ratio;
            second += count * ratio * ratio;
        }
        if first < 0.0 {
            low = s;
        } else {
            high = s;
        }
        let step = first / second;
        let next = s - step;
        let inside = next > low && next < high;
        let next = if inside { next } else { f64::midpoint(low, high) };
        if (next - s).abs() <= 1e-10 * (1.0 / (1.0 / high - 1.0 / low).abs()).max(s.abs()) {
            return next;
        }
        s = next;
    }
    s
}
