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

#[test]
fn mcnemar_holds_for_large_counts() {
    // sums of whole binomial coefficients in exact arithmetic (Python integers), over 2^n
    close(mcnemar_exact(742, 2_497), 4.647_524_374_262_423e-220, 1e-9);
    close(mcnemar_mid_p(742, 2_497), 3.013_498_604_165_658e-220, 1e-9);
    // approval of the president in two surveys, 86 against 150 (Agresti 1990, p. 350)
    close(mcnemar_exact(150, 86), 3.715_936_139_571_442e-5, 1e-9);
    close(mcnemar_mid_p(150, 86), 2.893_389_517_615_49e-5, 1e-9);
    close(mcnemar_exact(5_000, 5_300), 3.215_819_673_645_239e-3, 1e-9);
    close(mcnemar_mid_p(5_000, 5_300), 3.116_273_688_675_238e-3, 1e-9);
    // the normal approximation with continuity: 2 Φ(−(|b − c| − 1) / √n), z = 3999 / 2000 = 1.9995
    let z = 3_999.0 / 4_000_000.0_f64.sqrt();
    close(mcnemar_exact(1_998_000, 2_002_000), 2.0 * crate::normal_cdf(-z), 1e-4);
    // too small for any number, and no fault
    assert_eq!(mcnemar_exact(1_000_000, 3_000_000), 0.0);
    assert!(mcnemar_exact(u64::MAX, 3) >= 0.0);
}

#[test]
fn tango_is_the_published_interval() {
    let interval = |wins, losses, examples, confidence| Discordant { wins, losses, examples }.tango(confidence);
    let same = |(low, high): (f64, f64), (l, h): (f64, f64)| {
        assert!((low - l).abs() < 1e-7 && (high - h).abs() < 1e-7, "{low} to {high}, not {l} to {h}");
    };
    // Bentur et al. 2009, in Fagerland, Lydersen & Laake 2014: −0.517 to −0.026. The digits beyond are of a
    // restricted likelihood maximised by search, which shares no formula with ours.
    same(interval(1, 7, 21, 0.95), (-0.517_232_28, -0.026_003_03));
    // R: PropCIs::scoreci.mp(25, 28, 618, 0.90), −0.0148 to 0.0247
    same(interval(28, 25, 618, 0.90), (-0.014_834_37, 0.024_715_48));
    // the other way round is the mirror image
    same(interval(25, 28, 618, 0.90), (-0.024_715_48, 0.014_834_37));
    // R: PropCIs::scoreci.mp(b = 40, c = 20, n = 160), mirrored
    same(interval(40, 20, 160, 0.95), (0.030_864_53, 0.218_064_24));
    same(interval(0, 3, 50, 0.90), (-0.140_941_95, -0.005_586_82));
    same(interval(742, 2_497, 14_042, 0.95), (-0.132_681_19, -0.117_337_00));
}

#[test]
fn no_disagreement_still_has_a_width() {
    let none = Discordant { wins: 0, losses: 0, examples: 100 };
    // z² / (n + z²) = 2.705543 / 102.705543 at one-sided 95 %
    assert!((none.tango_lower(0.95) + 2.705_543_45 / 102.705_543_45).abs() < 1e-8);
    assert_eq!(none.wald(0.95), (0.0, 0.0));
    let nothing = Discordant { wins: 0, losses: 0, examples: 0 };
    assert_eq!((nothing.tango(0.95), nothing.wald(0.95), nothing.difference()), ((-1.0, 1.0), (-1.0, 1.0), 0.0));
    let all = Discordant { wins: 30, losses: 0, examples: 30 };
    // wins on all: the lower bound is that of losses being 0 and the rest ties, (n − z²) / (n + z²)
    let (low, high) = all.tango(0.90);
    assert!((low - (30.0 - 2.705_543_45) / 32.705_543_45).abs() < 1e-6 && (high - 1.0).abs() < 1e-9, "{low} {high}");
}

#[test]
fn wald_by_hand() {
    // d = −1755 / 14042 = −0.1249822; √(3239 − 1755² / 14042) / 14042 = √3019.656 / 14042 = 0.0039134
    let counts = Discordant { wins: 742, losses: 2_497, examples: 14_042 };
    let (low, high) = counts.wald(0.95);
    assert!((low + 0.132_652_24).abs() < 1e-7 && (high + 0.117_312_15).abs() < 1e-7, "{low} {high}");
    let counted = Discordant::count(&[1.0, 0.0, 1.0, 1.0], &[0.0, 1.0, 1.0, 0.0]);
    assert_eq!(counted, Discordant { wins: 2, losses: 1, examples: 4 });
    assert_eq!(counted.difference(), 0.25);
    close(counted.p_value(), 1.0, 1e-12);
}

proptest! {
    #[test]
    fn intervals_hold_the_difference_and_p_values_agree_with_sides(
        wins in 0u64..300, losses in 0u64..300, ties in 0u64..2_000,
    ) {
        prop_assume!(wins + losses + ties > 0);
        let counts = Discordant { wins, losses, examples: wins + losses + ties };
        let (low, high) = counts.tango(0.95);
        prop_assert!(-1.0 <= low && low <= counts.difference() + 1e-12);
        prop_assert!(counts.difference() <= high + 1e-12 && high <= 1.0);
        let (narrow, wide) = (counts.tango(0.8), counts.tango(0.99));
        prop_assert!(wide.0 <= narrow.0 + 1e-12 && narrow.1 <= wide.1 + 1e-12);
        let p = mcnemar_exact(wins, losses);
        prop_assert!((0.0..=1.0).contains(&p) && p == mcnemar_exact(losses, wins));
        prop_assert!(mcnemar_mid_p(wins, losses) <= p);
        prop_assert!(mcnemar_exact(wins + 1, losses) <= p || wins < losses);
    }
}

/// The exact chance that the one-sided 95 % bound is above the truth, by summing the trinomial.
fn wrong(lost: f64, won: f64, n: u64) -> f64 {
    let ln = |k: u64| statrs::function::factorial::ln_factorial(k);
    let term = |share: f64, k: u64| if k == 0 { 0.0 } else { k as f64 * share.ln() };
    let mut sum = 0.0;
    for losses in 0..=n {
        for wins in 0..=n - losses {
            let ties = n - losses - wins;
            let chance = ln(n) - ln(losses) - ln(wins) - ln(ties)
                + term(lost, losses)
                + term(won, wins)
                + term(1.0 - lost - won, ties);
            if chance > -30.0 && (Discordant { wins, losses, examples: n }).tango_lower(0.95) > won - lost + 1e-12 {
                sum += chance.exp();
            }
        }
    }
    sum
}

#[test]
fn the_one_sided_bound_holds_its_level() {
    // exact, no simulation. The bound is approximate: with 60 examples it is above the truth in at most 6.2 %
    // of studies
    let mut worst = 0.0_f64;
    for lost in (1..=15).map(|step| f64::from(step) * 0.02) {
        for share in [0.0, 0.2, 0.5, 1.0] {
            let rate = wrong(lost, lost * share, 60);
            worst = worst.max(rate);
            assert!(rate <= 0.063, "lost {lost}, won {share} of it: {rate}");
        }
    }
    println!("worst {worst:.4}");
}

#[test]
fn of_a_few_examples_equals_are_told_apart_in_at_most_five_percent() {
    // Exact: the chance of `d` examples that differ, and of `w` wins among them where both are equally good.
    let choose = |n: u64, k: u64| (0..k).fold(1.0, |product, at| product * (n - at) as f64 / (at + 1) as f64);
    for examples in 2..=12_u64 {
        for share in [0.2, 0.4, 0.6, 0.8, 1.0_f64] {
            let mut wrong = 0.0;
            for differ in 0..=examples {
                let (agree, chance) = (examples - differ, choose(examples, differ));
                let chance = chance * share.powi(differ as i32) * (1.0 - share).powi(agree as i32);
                for wins in 0..=differ {
                    let found = Discordant { wins, losses: differ - wins, examples };
                    if found.lower(0.95) > 0.0 {
                        wrong += chance * choose(differ, wins) * 0.5_f64.powi(differ as i32);
                    }
                }
            }
            assert!(wrong <= 0.05, "{examples} examples, {share} of them differ: {wrong}");
        }
    }
    // Three of four: 1/8 by McNemar. Five of five: 1/32.
    assert_eq!(Discordant { wins: 3, losses: 0, examples: 4 }.lower(0.95), 0.0);
    assert!(Discordant { wins: 5, losses: 0, examples: 5 }.lower(0.95) > 0.0);
}
