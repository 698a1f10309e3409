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
}
