//! The candidates that nothing else dominates.

/// The positions of the points `(cost, quality)` that no other point dominates, cheapest first.
///
/// Cost is better lower, quality better higher. A point is dominated where another costs no more and
/// is no worse, and is better in one of the two. Of points equal in both only the first is kept.
/// Points with a NaN are left out.
pub fn pareto_front(points: &[(f64, f64)]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..points.len()).filter(|&i| !points[i].0.is_nan() && !points[i].1.is_nan()).collect();
    // stable: of equal points the first stays first; + 0.0 makes −0 equal to 0
    order.sort_by(|&a, &b| {
        let ((cost_a, quality_a), (cost_b, quality_b)) = (points[a], points[b]);
        (cost_a + 0.0).total_cmp(&(cost_b + 0.0)).then((quality_b + 0.0).total_cmp(&(quality_a + 0.0)))
    });
    let mut best: Option<f64> = None;
    order.retain(|&i| {
        let better = best.is_none_or(|quality| points[i].1 > quality);
        if better {
            best = Some(points[i].1);
        }
        better
    });
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn dominated_equal_and_broken_points_are_left_out() {
        let points =
            [(3.0, 0.9), (1.0, 0.5), (2.0, 0.4), (1.0, 0.5), (3.0, 0.8), (f64::NAN, 1.0), (0.5, f64::NEG_INFINITY)];
        assert_eq!(pareto_front(&points), [6, 1, 0]);
        assert!(pareto_front(&[]).is_empty());
        assert_eq!(pareto_front(&[(0.0, 1.0), (-0.0, 1.0)]), [0]);
    }

    proptest! {
        #[test]
        fn front_is_what_the_definition_says(points in prop::collection::vec((0u8..6, 0u8..6), 0..20)) {
            let points: Vec<(f64, f64)> = points.iter().map(|&(c, q)| (f64::from(c), f64::from(q))).collect();
            let front = pareto_front(&points);
            for (i, a) in points.iter().enumerate() {
                let beaten = points.iter().enumerate().any(|(j, b)| {
                    b.0 <= a.0 && b.1 >= a.1 && (b != a || j < i)
                });
                prop_assert_eq!(front.contains(&i), !beaten);
            }
        }
    }
}
