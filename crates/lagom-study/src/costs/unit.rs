//! What costs are counted in.

/// What a cost is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Things that are counted, such as parameters.
    Count,
    /// Bytes.
    Bytes,
    /// Seconds.
    Time,
    /// Units of the currency of the prices.
    Money,
    /// Seconds of CPU time, which `[prices]` may give a price.
    CpuTime,
    /// A number without a unit of its own, such as quality in that of the metric.
    Number,
}

impl Unit {
    /// A limit in this unit as it is shown where one is expected.
    #[must_use]
    pub fn example(self) -> &'static str {
        match self {
            Unit::Count => "50k",
            Unit::Bytes => "64 MB",
            Unit::Time => "5 ms",
            Unit::Money => "2 USD",
            Unit::CpuTime => "10 min",
            Unit::Number => "0.05",
        }
    }
}
