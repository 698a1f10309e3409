//! How a law is fitted: what the fit, its bootstrap and its held-out test are told.

/// How a law is fitted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fitting {
    /// Refits of the bootstrap; 0 for none, and then no intervals.
    pub resamples: u32,
    /// Where the bootstrap's random numbers begin: the same seed, the same draws.
    pub seed: u64,
    /// Log residuals up to this size count by their square, larger ones by their size. 1e-3 is that of
    /// Hoffmann et al. 2022, which makes it a fit of least absolute deviations.
    pub huber: f64,
}

impl Default for Fitting {
    fn default() -> Self {
        Self { resamples: 1000, seed: 17, huber: 1e-3 }
    }
}
