use super::*;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

const SURE: (f64, f64) = (0.95, 1e9);

fn points(values: &[f64], variance: f64) -> Vec<CurvePoint> {
    values.iter().enumerate().map(|(at, &y)| CurvePoint { x: at as f64, y, variance }).collect()
}

#[test]
fn a_straight_line_goes_on_as_far_as_its_slope_is_known() {
    // Slope 0.1 a step. At rate 0 its standard error is sqrt(v / Σ(x − 1.5)²) = sqrt(1e-6 / 5) = 4.472e-4, so
    // two further steps gain 0.2 + 1.6449 · √1.3 · 2 · 4.472e-4 = 0.20168; any fading fits worse and gains less.
    let got = saturating_gain(&points(&[0.0, 0.1, 0.2, 0.3], 1e-6), Origin::Curve(3.0), 5.0, SURE).unwrap();
    assert!((got.point - 0.2).abs() < 1e-9 && (got.upper - 0.201_677).abs() < 1e-5, "{got:?}");
    assert!(got.plausible > 0.99);
}

#[test]
fn a_faded_curve_gains_next_to_nothing() {
    // 1 − e^(−x) at 0 … 5: from 5 to 7 it gains e^-5 − e^-7 = 0.005826.
    let values: Vec<f64> = (0..6).map(|x| 1.0 - (-f64::from(x)).exp()).collect();
    let got = saturating_gain(&points(&values, 1e-6), Origin::Curve(5.0), 7.0, SURE).unwrap();
    assert!((got.point - 0.005_826).abs() < 3e-4 && got.upper < 0.0075, "{got:?}");
}

#[test]
fn what_is_counted_from_elsewhere_carries_its_own_noise() {
    // Flat at 0.5: level variance 1e-4 / 3, line's variance at x = 3 is 1e-4 · (1/3 + 4/2) = 2.333e-4, the
    // value's 1e-4: upper 0.5 − 0.6 + 1.6449 · √1.3 · sqrt(3.333e-4) = −0.06576.
    let origin = Origin::Value { y: 0.6, variance: 1e-4 };
    let got = saturating_gain(&points(&[0.5, 0.5, 0.5], 1e-4), origin, 3.0, SURE).unwrap();
    assert!((got.point + 0.1).abs() < 1e-9 && (got.upper + 0.065_76).abs() < 1e-4, "{got:?}");
}

#[test]
fn dips_jumps_and_accelerating_rises_are_no_saturation() {
    for values in [[0.5, 0.5, 0.5, 0.9], [0.5, 0.51, 0.6, 0.9], [0.8, 0.9, 0.6, 0.9]] {
        let got = saturating_gain(&points(&values, 1e-5), Origin::Curve(3.0), 4.0, SURE).unwrap();
        assert!(got.plausible < 1e-6, "{values:?}: {got:?}");
    }
}

#[test]
fn too_few_sizes_bound_nothing() {
    let two = points(&[0.5, 0.6], 1e-5);
    assert_eq!(saturating_gain(&two, Origin::Curve(1.0), 2.0, SURE), None);
    let doubled: Vec<CurvePoint> = two.iter().chain(&two).copied().collect();
    assert_eq!(saturating_gain(&doubled, Origin::Curve(1.0), 2.0, SURE), None);
    let spoilt = points(&[0.5, f64::NAN, 0.6], 1e-5);
    assert_eq!(saturating_gain(&spoilt, Origin::Curve(1.0), 2.0, SURE), None);
    assert_eq!(saturating_gain(&points(&[0.5, 0.5, 0.6], 0.0), Origin::Curve(1.0), 2.0, SURE), None);
}

/// The bound holds the true gain in 95 % of curves, whatever the rate of fading.
#[test]
fn the_bound_covers_power_laws() {
    let mut random = ChaCha8Rng::seed_from_u64(5);
    let mut normal = || {
        let (u, v): (f64, f64) = (1.0 - random.random::<f64>(), random.random());
        (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos()
    };
    let studies = 2_000;
    for (rate, drop) in [(0.05, 0.3), (0.15, 0.2), (0.3, 0.2), (0.6, 0.2), (1.2, 0.2), (0.3, 0.0)] {
        for count in [3, 4, 6] {
            let truth = |x: f64| 0.9 - drop * (-rate * x).exp();
            let (held, mut width) = (0..studies).fold((0, 0.0), |(held, width), _| {
                let measured: Vec<CurvePoint> = (0..count)
                    .map(|at| f64::from(at) * 1.5)
                    .map(|x| CurvePoint { x, y: truth(x) + 0.003 * normal(), variance: 9e-6 })
                    .collect();
                let last = f64::from(count - 1) * 1.5;
                let got = saturating_gain(&measured, Origin::Curve(last), last + 3.0, SURE).unwrap();
                let gain = truth(last + 3.0) - truth(last);
                (held + i32::from(got.upper >= gain), width + got.upper - gain)
            });
            width /= f64::from(studies);
            let share = f64::from(held) / f64::from(studies);
            println!("rate {rate}, drop {drop}, {count} points: held {share:.3}, wider by {width:.4}");
            // three standard errors of a share of 0.95 in 2,000
            assert!(share >= 0.95 - 0.015, "rate {rate}, drop {drop}, {count} points: {share}");
        }
    }
}
