//! One row's share of the dual problem, solved exactly.
//!
//! With the scores `z` of a row, its dual distribution `q` over the classes and the curvature
//! `c = |x|² / l2`, dual coordinate ascent wants the distribution `q'` that maximises
//! `entropy(q') + z·q' - c/2 |q' - q|²` (Yu, Huang and Lin 2011, "Dual coordinate descent methods for
//! logistic regression and maximum entropy models", Machine Learning 85; conditions of the optimum solved
//! here with Wright's omega function). Setting the derivative to zero gives, for every class,
//! `w + ln w = ln p + c q + ln c - mu` with `w = c q'`, `p = softmax(z)` and `mu` such that the `w` sum to
//! `c`; the left side's inverse is Wright's omega.

/// Wright's omega function: the `w > 0` with `w + ln w = v`, to a relative error below 1e-4 (what is
/// built from it is scaled to sum to one afterwards).
pub(super) fn omega(v: f32) -> f32 {
    if v < -5.0 {
        // The series in e^v.
        let first = v.exp();
        return first * (1.0 - first * (1.0 - 1.5 * first));
    }
    let w = if v > 1.0 {
        v - v.ln()
    } else if v > -1.0 {
        // The chord through omega(-1) = 0.278465 and omega(1) = 1.
        0.639_232 + 0.360_768 * v
    } else {
        let first = v.exp();
        first / (1.0 + first)
    };
    // One step of fourth order: Fritsch, Shafer and Crowley 1973, algorithm 443, CACM 16.
    let rest = v - w - w.ln();
    let wide = (1.0 + w) * (1.0 + w + rest * (2.0 / 3.0));
    w * (1.0 + rest / (1.0 + w) * (wide - 0.5 * rest) / (wide - rest))
}

/// Moves the dual distribution `q` of one row to its optimum at probabilities `p` (positive, summing to
/// one) and curvature `c`, writing the change into `change`. All slices are `[classes]`.
pub(super) fn step(p: &[f32], q: &mut [f32], c: f32, change: &mut [f32]) {
    let ln_c = c.ln();
    for ((level, &p), &q) in change.iter_mut().zip(p).zip(q.iter()) {
        *level = p.max(f32::MIN_POSITIVE).ln() + c * q + ln_c;
    }
    let (mut mu, mut total) = (0.0f32, 0.0f32);
    for _ in 0..12 {
        let mut slope = 0.0;
        total = 0.0;
        for &level in change.iter() {
            let w = omega(level - mu);
            total += w;
            slope += w / (1.0 + w);
        }
        let excess = total - c;
        if excess.abs() <= 1e-4 * c || slope <= 0.0 {
            break;
        }
        mu += excess / slope;
    }
    if total <= 0.0 {
        change.fill(0.0);
        return;
    }
    total = 0.0;
    for level in change.iter_mut() {
        *level = omega(*level - mu);
        total += *level;
    }
    for (q, change) in q.iter_mut().zip(change) {
        let new = *change / total;
        *change = new - *q;
        *q = new;
    }
}

/// The same for two classes: the new dual probability of class 1, from the log odds `score`.
pub(super) fn step_binary(score: f32, q: f32, c: f32) -> f32 {
    // t + c sigmoid(t) = score + c q, rising in t with slope between 1 and 1 + c / 4.
    let wanted = score + c * q;
    let (mut low, mut high) = (wanted - c, wanted);
    // Not `clamp`, which panics on what is not a number.
    let mut t = score.max(low).min(high);
    for _ in 0..30 {
        let s = super::activation::sigmoid(t);
        let excess = t + c * s - wanted;
        if excess.abs() <= 1e-5 * (1.0 + c) {
            break;
        }
        if excess > 0.0 {
            high = t;
        } else {
            low = t;
        }
        let newton = t - excess / (1.0 + c * s * (1.0 - s));
        t = if newton > low && newton < high { newton } else { 0.5 * (low + high) };
    }
    super::activation::sigmoid(t)
}
