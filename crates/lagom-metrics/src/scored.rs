//! What a score is: a metric's value with the influence of each example on it.

/// A metric on a set of examples.
#[derive(Debug, Clone, PartialEq)]
pub struct Scored {
    /// The metric's value, in its unit.
    pub value: f64,
    /// The influence of each example on it: n times what the value changes, to first order, as the
    /// example's weight of 1/n is added. In the metric's unit, in the examples' order; the mean is 0.
    pub influence: Vec<f64>,
    /// The influence of one example that turns from right to wrong, for the `floor` of
    /// [`crate::stats::crossed`]; none for unbounded metrics and for the Brier score.
    pub floor: Option<f64>,
}

impl Scored {
    /// `value + influence[i]` of each example: numbers of which the metric is the mean.
    pub fn per_example(&self) -> Vec<f64> {
        self.influence.iter().map(|influence| self.value + influence).collect()
    }
}
