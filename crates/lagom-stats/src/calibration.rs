//! Calibration: whether a model that says 80 % is right in 80 of 100.

use super::percentile;

/// How confidences are put into bins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binning {
    /// Bins of the same width, `(0, 1/n]` to `((n−1)/n, 1]`.
    EqualWidth,
    /// Bins of about as many rows each, cut at the quantiles of the confidences; equal confidences stay together.
    EqualMass,
}

/// One bin of a reliability curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReliabilityBin {
    /// Rows in it, above 0.
    pub rows: u64,
    /// Mean confidence, 0 to 1.
    pub confidence: f64,
    /// Share that is right, 0 to 1.
    pub accuracy: f64,
}

/// The bins of a reliability curve that hold rows, from the least sure to the surest: as scikit-learn's `calibration_curve` cuts them.
#[must_use]
pub fn reliability(confidence: &[f64], right: &[bool], bins: usize, binning: Binning) -> Vec<ReliabilityBin> {
    let bins = bins.max(1);
    let mut sorted = confidence.to_vec();
    sorted.sort_by(f64::total_cmp);
    let inner: Vec<f64> = (1..bins)
        .map(|at| at as f64 / bins as f64)
        .map(|share| if binning == Binning::EqualWidth { share } else { percentile(&sorted, share) })
        .collect();
    let mut sums = vec![(0_u64, 0.0, 0_u64); bins];
    for (value, is_right) in confidence.iter().zip(right) {
        let bin = &mut sums[inner.partition_point(|edge| edge < value)];
        *bin = (bin.0 + 1, bin.1 + value, bin.2 + u64::from(*is_right));
    }
    let held = sums.into_iter().filter(|bin| bin.0 > 0);
    held.map(|(rows, sum, hits)| ReliabilityBin {
        rows,
        confidence: sum / rows as f64,
        accuracy: hits as f64 / rows as f64,
    })
    .collect()
}

/// The expected calibration error: how far confidence and share of right answers lie apart in the mean over rows, 0 to 1, lower is better
/// (Naeini, Cooper & Hauskrecht 2015; Guo et al. 2017). 0 without bins.
#[must_use]
pub fn calibration_error(bins: &[ReliabilityBin]) -> f64 {
    let rows: u64 = bins.iter().map(|bin| bin.rows).sum();
    let apart = bins.iter().map(|bin| bin.rows as f64 * (bin.accuracy - bin.confidence).abs());
    if rows == 0 { 0.0 } else { apart.sum::<f64>() / rows as f64 }
}

/// The least and the largest temperature that is looked at.
const TEMPERATURES: (f64, f64) = (0.02, 50.0);
/// The smallest probability whose logarithm is taken: below that one row would fix the temperature by itself.
const LEAST: f64 = 1e-12;

/// The temperature that makes probabilities `[rows, classes]` the likeliest for these labels: `p^(1/T)`, normalised (Guo et al. 2017). Above 1 the
/// model is too sure. None without rows, or with a label that is no class of it in every row.
///
/// The mean log likelihood is concave in `1/T`, so that its slope has one zero; it is found by bisection in `ln T`.
#[must_use]
pub fn temperature(probabilities: &[f64], classes: usize, labels: &[u32]) -> Option<f64> {
    let known = |(_, label): &(&[f64], &u32)| (**label as usize) < classes;
    let rows: Vec<(Vec<f64>, usize)> = probabilities
        .chunks_exact(classes.max(1))
        .zip(labels)
        .filter(known)
        .map(|(row, label)| (row.iter().map(|share| share.max(LEAST).ln()).collect(), *label as usize))
        .collect();
    if rows.is_empty() || classes < 2 {
        return None;
    }
    // The slope of the log likelihood over 1/T, summed: what the truth has more of than the model expects.
    let slope = |inverse: f64| -> f64 {
        let one = |(logs, label): &(Vec<f64>, usize)| {
            let top = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let (mut weights, mut sum) = (0.0, 0.0);
            for log in logs {
                let weight = ((log - top) * inverse).exp();
                weights += weight;
                sum += weight * log;
            }
            logs[*label] - sum / weights
        };
        rows.iter().map(one).sum()
    };
    let (mut low, mut high) = (TEMPERATURES.0.ln(), TEMPERATURES.1.ln());
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        // Where more sharpness still gains, the temperature is lower.
        if slope((-middle).exp()) > 0.0 { high = middle } else { low = middle }
    }
    Some(f64::midpoint(low, high).exp())
}

/// Probabilities `[rows, classes]` at a temperature.
#[must_use]
pub fn tempered(probabilities: &[f64], classes: usize, temperature: f64) -> Vec<f64> {
    let mut scaled = Vec::with_capacity(probabilities.len());
    for row in probabilities.chunks_exact(classes.max(1)) {
        let logs: Vec<f64> = row.iter().map(|share| share.max(LEAST).ln() / temperature).collect();
        let top = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let weights: Vec<f64> = logs.iter().map(|log| (log - top).exp()).collect();
        let sum: f64 = weights.iter().sum();
        scaled.extend(weights.iter().map(|weight| weight / sum));
    }
    scaled
}

/// The lowest confidence from which on the answers are right in at least this share; none where no set of the surest is. Chosen on these very rows,
/// so that the share on others is a little less.
#[must_use]
pub fn confidence_for(confidence: &[f64], right: &[bool], wanted: f64) -> Option<f64> {
    let mut order: Vec<usize> = (0..confidence.len().min(right.len())).collect();
    order.sort_by(|a, b| confidence[*b].total_cmp(&confidence[*a]));
    let (mut hits, mut found) = (0_usize, None);
    for (place, &at) in order.iter().enumerate() {
        hits += usize::from(right[at]);
        // Rows of one confidence are answered together.
        let is_last = order.get(place + 1).is_none_or(|&next| confidence[next] < confidence[at]);
        if is_last && hits as f64 >= wanted * (place + 1) as f64 {
            found = Some(confidence[at]);
        }
    }
    found
}

/// Half the width of an interval around a prediction that holds the truth with at least this probability: split conformal prediction from the absolute errors of
/// rows that the model was not trained on (Vovk, Gammerman & Shafer 2005; Lei et al. 2018). The `⌈(n + 1) · coverage⌉`th smallest error; infinite
/// where there are too few rows for that.
#[must_use]
pub fn conformal_half_width(errors: &[f64], coverage: f64) -> f64 {
    let mut sorted: Vec<f64> = errors.iter().map(|error| error.abs()).collect();
    sorted.sort_by(f64::total_cmp);
    // A whole number may come out a hair above itself.
    let rank = ((sorted.len() + 1) as f64 * coverage - 1e-9).ceil().max(1.0) as usize;
    sorted.get(rank - 1).copied().unwrap_or(f64::INFINITY)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_error_by_hand() {
        // Two of (0.6, 0.8] of which one is right: |0.5 − 0.7|; two of (0.8, 1] both right: |1 − 0.95|. (2 · 0.2 + 2 · 0.05) / 4 = 0.125.
        let (confidence, right) = ([0.7, 0.7, 0.9, 1.0], [true, false, true, true]);
        let bins = reliability(&confidence, &right, 5, Binning::EqualWidth);
        assert_eq!(bins.iter().map(|bin| bin.rows).collect::<Vec<u64>>(), [2, 2]);
        assert!((calibration_error(&bins) - 0.125).abs() < 1e-12);
        assert_eq!(calibration_error(&reliability(&[], &[], 15, Binning::EqualMass)), 0.0);
    }

    #[test]
    fn a_sharpened_model_is_cooled_by_as_much() {
        // Right in 3 of 4 at p = 0.75 is calibrated; squared and normalised p is 0.9: its temperature is 2.
        let labels = [0, 0, 0, 1];
        let honest = [0.75, 0.25].repeat(4);
        let sharp = tempered(&honest, 2, 0.5);
        assert!((sharp[0] - 0.9).abs() < 1e-12, "{}", sharp[0]);
        assert!((temperature(&honest, 2, &labels).unwrap() - 1.0).abs() < 1e-6);
        assert!((temperature(&sharp, 2, &labels).unwrap() - 2.0).abs() < 1e-6);
        assert_eq!(temperature(&honest, 2, &[9, 9, 9, 9]), None);
        assert_eq!(temperature(&[], 2, &[]), None);
    }

    #[test]
    fn the_surest_are_answered() {
        let (confidence, right) = ([0.9, 0.8, 0.8, 0.6], [true, true, false, true]);
        // All: 3 of 4; the three surest: 2 of 3; the surest: 1 of 1.
        assert_eq!(confidence_for(&confidence, &right, 0.75), Some(0.6));
        assert_eq!(confidence_for(&confidence, &right, 0.9), Some(0.9));
        assert_eq!(confidence_for(&confidence, &[false; 4], 0.9), None);
    }

    #[test]
    fn intervals_by_hand() {
        // ⌈5 · 0.8⌉ = 4th of 4; ⌈5 · 0.9⌉ = 5th: there is none.
        assert_eq!(conformal_half_width(&[1.0, -4.0, 2.0, 3.0], 0.8), 4.0);
        assert_eq!(conformal_half_width(&[1.0, 4.0, 2.0, 3.0], 0.6), 3.0);
        assert_eq!(conformal_half_width(&[1.0, 4.0, 2.0, 3.0], 0.9), f64::INFINITY);
    }

    #[test]
    fn coverage_is_what_was_asked_for() {
        // 500 splits of 200 and 200 errors out of one pool, by a step through a permutation: 0.9 within a point.
        let draw = |at: u64| {
            ((at.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407) >> 33) as f64)
                / (1_u64 << 31) as f64
        };
        let mut state = 1_u64;
        let mut covered = 0_usize;
        for _ in 0..500 {
            let mut next = || {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                draw(state).powi(2)
            };
            let calibration: Vec<f64> = (0..200).map(|_| next()).collect();
            let half = conformal_half_width(&calibration, 0.9);
            covered += (0..200).filter(|_| next() <= half).count();
        }
        let share = covered as f64 / 100_000.0;
        assert!((share - 0.9).abs() < 0.01, "{share}");
    }

    proptest! {
        #[test]
        fn bins_hold_every_row_once(rows in prop::collection::vec((0.0_f64..=1.0, any::<bool>()), 1..200)) {
            let (confidence, right): (Vec<f64>, Vec<bool>) = rows.into_iter().unzip();
            for binning in [Binning::EqualWidth, Binning::EqualMass] {
                let bins = reliability(&confidence, &right, 15, binning);
                prop_assert_eq!(bins.iter().map(|bin| bin.rows).sum::<u64>(), confidence.len() as u64);
                prop_assert!((0.0..=1.0).contains(&calibration_error(&bins)));
            }
        }

        #[test]
        fn a_temperature_changes_no_answer(row in prop::collection::vec(0.01_f64..1.0, 2..6), heat in 0.2_f64..5.0) {
            let sum: f64 = row.iter().sum();
            let shares: Vec<f64> = row.iter().map(|share| share / sum).collect();
            let scaled = tempered(&shares, shares.len(), heat);
            prop_assert!((scaled.iter().sum::<f64>() - 1.0).abs() < 1e-9);
            let best = |row: &[f64]| (0..row.len()).max_by(|a, b| row[*a].total_cmp(&row[*b]));
            prop_assert_eq!(best(&shares), best(&scaled));
        }
    }
}
