//! Probes: what may be measured of candidates beside their quality.

/// What is known of a probe without its code.
#[derive(Debug, PartialEq)]
pub struct ProbeAbout {
    /// Its name: the key under `[probes]`.
    pub name: &'static str,
    /// What reports head it with.
    pub title: &'static str,
    /// What it finds out, in one line for people who do not know it.
    pub summary: &'static str,
    /// What its key may be.
    pub takes: ProbeTakes,
}

/// What stands behind the key of a probe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProbeTakes {
    /// `true`, to have it, or `false`.
    Flag,
    /// The name of a column of the data that it is about.
    Column,
}
