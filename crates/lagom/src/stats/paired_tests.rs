use super::*;
use proptest::prelude::*;

fn close(got: f64, expected: f64, relative: f64) {
    assert!((got / expected - 1.0).abs() < relative, "{got} is not {expected}");
}

#[test]
fn mcnemar_is_the_binomial_test() {
    // 1 against 7: 2 (C(8,0) + C(8,1)) / 2^8 = 2 · 9 / 256; mid-p less C(8,1) / 2^8 = 8 / 256
    // (airway reactivity before and after transplantation, Bentur et al. 2009 in Fagerland et al. 2013)
    close(mcnemar_exact(1, 7), 18.0 / 256.0, 1e-12);
    close(mcnemar_mid_p(7, 1), 10.0 / 256.0, 1e-12);
    // all one way: 2 / 2^5
    close(mcnemar_exact(0, 5), 0.0625, 1e-12);
    close(mcnemar_mid_p(0, 5), 0.03125, 1e-12);
    assert_eq!((mcnemar_exact(0, 0), mcnemar_exact(40, 40)), (1.0, 1.0));
    // an even split of 4: C(4,2) / 2^4 = 6 / 16, of which half is taken off 1 (Fagerland et al. 2013)
    close(mcnemar_mid_p(2, 2), 1.0 - 3.0 / 16.0, 1e-12);
    // one apart covers everything
    close(mcnemar_exact(10, 11), 1.0, 1e-12);
}
