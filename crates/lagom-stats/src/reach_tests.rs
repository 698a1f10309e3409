use super::*;
use crate::{Discordant, clustered, clustered_difference};

fn plain(values: &[f64], ends: (f64, f64)) -> Bounded {
    let estimate = clustered(values, &[]).unwrap();
    Bounded::of(values, &[], (estimate, None), ends).unwrap().within(ends)
}

/// `losses` of −1 among 0s.
fn losses(count: usize, of: usize) -> Vec<f64> {
    (0..of).map(|at| if at < count { -1.0 } else { 0.0 }).collect()
}

#[test]
fn of_losses_alone_it_is_the_exact_bound() {
    // scipy.stats.beta.ppf(0.95, k + 1, n − k): Clopper & Pearson's bound of the share
    for (count, of, exact) in [(3, 200, 0.038_309_7), (12, 400, 0.048_153_9), (8, 1000, 0.014_388_2)] {
        let found = -plain(&losses(count, of), (-1.0, 1.0)).lower(0.95);
        assert!((found - exact).abs() < 0.004 * exact, "{count} of {of}: {found}, exact {exact}");
    }
    // with none the rule of three: 1 − 0.05^(1/100) = 0.0295130
    let none = plain(&losses(0, 100), (-1.0, 1.0));
    assert!((none.lower(0.95) + 0.029_513_0).abs() < 1e-6 && (none.upper(0.95) - 0.029_513_0).abs() < 1e-6);
    // half as much where no difference can be larger than a half
    assert!((plain(&losses(0, 100), (-0.5, 0.5)).lower(0.95) + 0.014_756_5).abs() < 1e-6);
}

#[test]
fn of_symmetric_values_it_is_student_s_t() {
    let values: Vec<f64> = (0..200).map(|at| (f64::from(at % 21) - 10.0) / 20.0).collect();
    let estimate = clustered(&values, &[]).unwrap();
    let found = plain(&values, (-1.0, 1.0));
    for confidence in [0.8, 0.95, 0.99] {
        assert!((found.lower(confidence) - estimate.lower(confidence)).abs() < 1e-12);
        assert!((found.upper(confidence) - estimate.upper(confidence)).abs() < 1e-12);
    }
}

#[test]
fn bounds_mirror_and_stay_within_the_ends() {
    let values: Vec<f64> = (0..60).map(|at| if at % 20 == 0 { -0.9 } else { f64::from(at % 3) / 50.0 }).collect();
    let turned: Vec<f64> = values.iter().map(|value| -value).collect();
    let (here, there) = (plain(&values, (-1.0, 1.0)), plain(&turned, (-1.0, 1.0)));
    assert!((here.lower(0.95) + there.upper(0.95)).abs() < 1e-12);
    assert!((here.upper(0.95) + there.lower(0.95)).abs() < 1e-12);
    // the skewed side is wider than t's, the other one is not
    let estimate = clustered(&values, &[]).unwrap();
    assert!(here.lower(0.95) < estimate.lower(0.95) - 0.005 && here.upper(0.95) >= estimate.upper(0.95));
    // three scores near the top: t's end, 0.95 + 4.30 · 0.0289 = 1.07, lies beyond it
    let top = plain(&[0.9, 0.95, 1.0], (0.0, 1.0));
    assert_eq!(top.upper(0.975), 1.0);
    assert!(top.lower(0.975) >= 0.0 && top.lower(0.975) < 0.83);
    let all_right = plain(&[1.0; 50], (0.0, 1.0));
    // 1 − 0.025^(1/50) = 0.0711
    assert!((all_right.lower(0.975) - 0.928_9).abs() < 1e-3 && all_right.upper(0.975) == 1.0);
}

#[test]
fn clusters_count_as_units() {
    // two of 40 clusters of five lose everything
    let values: Vec<f64> = (0..200).map(|at| if at / 5 % 20 == 7 { -1.0 } else { 0.0 }).collect();
    let ids: Vec<u32> = (0..200).map(|at| at / 5).collect();
    let estimate = clustered_difference(&values, &ids, None).unwrap();
    let found = Bounded::of(&values, &ids, (estimate.clone(), None), (-1.0, 1.0)).unwrap();
    // as two losses of 40: scipy.stats.beta.ppf(0.95, 3, 38) = 0.14917
    assert!((found.lower(0.95) + 0.149_17).abs() < 1e-3, "{}", found.lower(0.95));
    assert!(estimate.lower(0.95) > -0.11);
}

#[test]
fn right_and_wrong_without_wins_take_the_exact_bound() {
    let pair = |wins, losses, examples| Discordant { wins, losses, examples };
    // beta.ppf(0.95, 1, 100) and (0.95, 6, 295)
    assert!((pair(0, 0, 100).lower(0.95) + 0.029_513_05).abs() < 1e-7);
    assert!((pair(0, 5, 300).lower(0.95) + 0.034_722_2).abs() < 1e-5, "{}", pair(0, 5, 300).lower(0.95));
    assert_eq!(pair(1, 5, 300).lower(0.95), pair(1, 5, 300).tango_lower(0.95));
    assert_eq!(pair(0, 3, 3).lower(0.95), -1.0);
    let (low, high) = pair(0, 0, 50).interval(0.95);
    // at 97.5 % Tango's, 3.841459 / 53.841459 = 0.071348, is a little wider than the exact 1 − 0.025^(1/50) = 0.0711
    assert!((low + high).abs() < 1e-12 && (low + 0.071_348).abs() < 1e-6, "{low} {high}");
}
