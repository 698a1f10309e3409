//! What a candidate's scores span.

/// The least, the largest and the mean of a candidate's scores.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Span {
    /// The least.
    pub low: f64,
    /// The largest.
    pub high: f64,
    /// The mean.
    pub mean: f64,
}

impl Span {
    /// Of a mean alone.
    pub(super) fn of_one(mean: f64) -> Self {
        Self { low: mean, high: mean, mean }
    }
}

impl std::fmt::Display for Span {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (low, high, mean) = (short(self.low), short(self.high), short(self.mean));
        if low == high { write!(f, "{mean}") } else { write!(f, "from {low} to {high} (mean {mean})") }
    }
}

/// With three decimals at most, fewer where there are digits before the point.
fn short(value: f64) -> String {
    let decimals = if value.abs() < 10.0 { 3 } else { 1 };
    let text = format!("{value:.decimals$}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
