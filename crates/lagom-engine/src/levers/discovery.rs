//! Which gains are findings: p-values of levers, and the rate of false ones.

use crate::stats::{Estimate, discoveries};

/// One line of the ledger as it is tested.
#[derive(Clone, Debug)]
pub(super) struct Claim<'a> {
    /// How much better it is than the plain recipe: that of the setting with the highest gain.
    pub(super) gain: &'a Estimate,
    /// The same against its control.
    pub(super) control: Control<'a>,
    /// Settings that it was picked from.
    pub(super) settings: usize,
    /// Moments at which it could have been given up.
    pub(super) looks: usize,
}

/// What a lever has to beat beside the plain recipe.
#[derive(Clone, Copy, Debug)]
pub(super) enum Control<'a> {
    /// Nothing.
    None,
    /// How much better it is than its control.
    Over(&'a Estimate),
    /// A control that was not measured: it can't be said to help.
    Unmeasured,
}

/// The two one-sided p-values of a line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct PValues {
    /// Of "none of its settings is better".
    pub(super) helps: f64,
    /// Of "its best setting is not worse".
    pub(super) hurts: f64,
}

impl PValues {
    /// Those of a line, corrected for its settings and for the moments at which it could have been given up.
    pub(super) fn of(claim: &Claim<'_>) -> Self {
        let plain = claim.gain.p_value(0.0);
        // It has to be better than both: an intersection of two tests.
        let helps = match claim.control {
            Control::None => plain,
            Control::Over(over) => over.p_value(0.0).max(plain),
            Control::Unmeasured => 1.0,
        };
        let worse = Estimate { point: -claim.gain.point, ..claim.gain.clone() }.p_value(0.0);
        let times = |p: f64, count: usize| (p * count.max(1) as f64).min(1.0);
        Self { helps: times(helps, claim.settings), hurts: times(worse, claim.looks) }
    }

    /// That of both directions together.
    pub(super) fn either(self) -> f64 {
        (2.0 * self.helps.min(self.hurts)).min(1.0)
    }
}

/// What a line shows at a rate of false findings over all lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    Helps,
    Hurts,
    Nothing,
}

/// What each line shows, such that of those that show anything at most `rate` are expected to be false.
pub(super) fn shown(found: &[PValues], rate: f64) -> Vec<Shown> {
    let either: Vec<f64> = found.iter().map(|one| one.either()).collect();
    let of = |(one, found): (&PValues, bool)| match (found, one.helps < one.hurts) {
        (false, _) => Shown::Nothing,
        (true, true) => Shown::Helps,
        (true, false) => Shown::Hurts,
    };
    found.iter().zip(discoveries(&either, rate)).map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn estimate(point: f64) -> Estimate {
        Estimate {
            point,
            standard_error: 0.01,
            degrees_of_freedom: 1e9,
            repeats: 5,
            examples: 100,
            variance_repeats: 0.0,
            variance_examples: 0.0,
            gap: 0.0,
        }
    }

    #[test]
    fn the_number_of_settings_and_the_control_are_paid_for() {
        let gain = estimate(0.02);
        let claim = Claim { gain: &gain, control: Control::None, settings: 3, looks: 2 };
        let found = PValues::of(&claim);
        // P(z > 2) = 0.02275, three settings; P(z < 2) = 0.97725, at most 1.
        assert!((found.helps - 3.0 * 0.022_750).abs() < 1e-5 && found.hurts == 1.0, "{found:?}");
        assert!((found.either() - 6.0 * 0.022_750).abs() < 1e-5);
        let control = estimate(0.005);
        let found = PValues::of(&Claim { control: Control::Over(&control), ..claim.clone() });
        // P(z > 0.5) = 0.30854.
        assert!((found.helps - 3.0 * 0.308_538).abs() < 1e-5, "{found:?}");
        // What its control would have come to is not known.
        assert_eq!(PValues::of(&Claim { control: Control::Unmeasured, ..claim }).helps, 1.0);
        let loss = estimate(-0.02);
        let found = PValues::of(&Claim { gain: &loss, control: Control::None, settings: 3, looks: 2 });
        assert!((found.hurts - 2.0 * 0.022_750).abs() < 1e-5 && found.helps == 1.0, "{found:?}");
    }

    #[test]
    fn both_directions_are_found() {
        let of = |helps, hurts| PValues { helps, hurts };
        let found = [of(1e-4, 1.0), of(1.0, 1e-3), of(0.3, 0.7), of(0.04, 0.96)];
        // 2 · 0.04 = 0.08 > 3 / 4 · 0.1
        assert_eq!(shown(&found, 0.1), [Shown::Helps, Shown::Hurts, Shown::Nothing, Shown::Nothing]);
    }
}
