//! Bets that the mean is larger than each of many values.
//!
//! Whoever bets at fair odds can't expect to win. If the mean of the values (in `[0, 1]`) is m, a stake of
//! λ_t on "more than m" multiplies the capital by `1 + λ_t (x_t − m)`, which is 1 in expectation whatever
//! was staked on what was seen before. So the capital reaches 1/α at any time with probability at most α
//! (Ville 1939), and a value m against which it has got there is rejected (Waudby-Smith & Ramdas 2024,
//! theorem 1). The bets against all m are the same but for a cap that keeps the capital from ruin,
//! `λ ≤ CAP / m`; the capital then falls in m, so what is rejected reaches from 0 up to some bound.
//!
//! The best stake depends on the horizon T: `√(2 ln(2/α) / (σ̂² T))` with σ̂² the variance so far (their
//! equation 26). As none is known, the capital is split over horizons of 16, 64, 256, … up to the size of
//! the population: the mean of martingales is one. That loses at most the logarithm of their number against
//! the best of them. Their own stake for all times, `√(2 ln(2/α) / (σ̂² t ln(t + 1)))`, loses more: to tell
//! Mixtral from GPT-4 on MMLU (742 wins, 2,497 losses of 14,042, margin 0.05, 100 random orders, the same
//! cap) it takes 368 questions in the median and 1,136 in the worst tenth, the horizons 266 and 568.
//!
//! Without replacement from a population of N, the mean of what is left, if that of all is m, is
//! `(N m − Σ x) / (N − t)`, against which the bet is then made (their section 5).

/// Stakes risk at most this share of the capital (they propose 1/2 or 3/4).
const CAP: f64 = 0.75;
/// The shortest horizon, and the factor from one to the next.
const SHORTEST: f64 = 16.0;
const FACTOR: f64 = 4.0;
/// The longest horizon where the population is not known.
const LONGEST: f64 = 1e6;
/// Capital below this is lost: it spares the arithmetic of numbers too small to matter.
const LOST: f64 = 1e-200;

/// What all bets share: the sums of what was seen, each value in `[0, 1]`.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    pub(super) count: u64,
    pub(super) sum: f64,
    /// Σ of squared deviations from the running means, with one made-up value of variance 1/4.
    squares: f64,
}

impl Seen {
    pub(super) fn new() -> Self {
        Seen { count: 0, sum: 0.0, squares: 0.25 }
    }

    pub(super) fn push(&mut self, value: f64) {
        self.count += 1;
        self.sum += value;
        let centre = (0.5 + self.sum) / (self.count as f64 + 1.0);
        self.squares += (value - centre).powi(2);
    }

    /// The variance so far; positive.
    fn variance(&self) -> f64 {
        self.squares / (self.count as f64 + 1.0)
    }
}

/// The capital of the bets against each value of a grid.
#[derive(Debug, Clone)]
pub(super) struct Bets {
    /// The values bet against, ascending, in `[0, 1]`.
    values: Vec<f64>,
    /// For each horizon the capital against each value.
    capital: Vec<Vec<f64>>,
    horizons: Vec<f64>,
    /// `2 ln(2 / α)`.
    strength: f64,
    /// How many of the values are rejected at α and at α / 2.
    pub(super) rejected: usize,
    pub(super) rejected_half: usize,
    alpha: f64,
    /// Room for the values' present means, and the caps of the stakes on them.
    means: Vec<f64>,
    caps: Vec<f64>,
}

impl Bets {
    pub(super) fn new(values: Vec<f64>, alpha: f64, population: Option<u64>) -> Self {
        let longest = population.map_or(LONGEST, |size| size as f64);
        let steps = std::iter::successors(Some(SHORTEST), |horizon| Some(horizon * FACTOR));
        let mut horizons: Vec<f64> = steps.take_while(|horizon| *horizon < longest).collect();
        horizons.push(longest);
        Bets {
            capital: vec![vec![1.0; values.len()]; horizons.len()],
            means: vec![0.0; values.len()],
            caps: vec![0.0; values.len()],
            values,
            horizons,
            strength: 2.0 * (2.0 / alpha).ln(),
            rejected: 0,
            rejected_half: 0,
            alpha,
        }
    }

    /// Bets on `value` against all values not yet rejected and below place `end`. `seen` does not hold
    /// `value` yet.
    pub(super) fn push(&mut self, value: f64, seen: &Seen, population: Option<u64>, end: usize) {
        let live = self.rejected_half..end.max(self.rejected_half).min(self.values.len());
        let (scale, shift) = match population {
            Some(size) => (size as f64 / (size - seen.count) as f64, seen.sum / (size - seen.count) as f64),
            None => (1.0, 0.0),
        };
        for ((mean, cap), value) in
            self.means[live.clone()].iter_mut().zip(&mut self.caps[live.clone()]).zip(&self.values[live.clone()])
        {
            // what is left can't be below 0: such a value is about to be rejected by the sum alone
            *mean = (value * scale - shift).max(f64::MIN_POSITIVE);
            *cap = CAP / *mean;
        }
        for (capital, horizon) in self.capital.iter_mut().zip(&self.horizons) {
            let stake = (self.strength / (seen.variance() * horizon)).sqrt();
            let bets = self.means[live.clone()].iter().zip(&self.caps[live.clone()]);
            for (capital, (mean, cap)) in capital[live.clone()].iter_mut().zip(bets) {
                let new = *capital * (1.0 + stake.min(*cap) * (value - mean));
                *capital = if new < LOST { 0.0 } else { new };
            }
        }
        self.reject(live.end);
    }

    /// Counts the values that are rejected by now.
    fn reject(&mut self, end: usize) {
        let enough = self.horizons.len() as f64 / self.alpha;
        while self.rejected < end && self.total(self.rejected) >= enough {
            self.rejected += 1;
        }
        while self.rejected_half < end && self.total(self.rejected_half) >= 2.0 * enough {
            self.rejected_half += 1;
        }
    }

    fn total(&self, place: usize) -> f64 {
        self.capital.iter().map(|capital| capital[place]).sum()
    }

    /// Rejects every value that is at most `bound`, being impossible.
    pub(super) fn exclude(&mut self, bound: f64) {
        let impossible = |rejected: usize| self.values[rejected..].iter().take_while(|value| **value <= bound).count();
        self.rejected += impossible(self.rejected);
        self.rejected_half += impossible(self.rejected_half);
    }
}
