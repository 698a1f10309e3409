//! What is asked of a curve.

use crate::stats::curve::{Fitting, Form};

/// What is asked of a curve.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// The law to fit; `None` for the one that the points can carry.
    pub form: Option<Form>,
    /// How it is fitted, and how many bootstrap refits there are.
    pub fitting: Fitting,
    /// The share of chances that the intervals are to cover, such as 0.95.
    pub confidence: f64,
    /// Where to predict.
    pub at: Vec<At>,
    /// Floating-point operations of trainings, for each of which the best size is sought.
    pub budgets: Vec<f64>,
    /// Tokens or examples that the model will answer in its life, in the unit of the data.
    pub served: Option<f64>,
    /// The loss that the model to serve from has to reach; `None` for the best of the first budget.
    pub target_loss: Option<f64>,
}

/// A place on the curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct At {
    /// Parameters; under a law of the data alone, the data.
    pub first: f64,
    /// Tokens or examples.
    pub data: Option<f64>,
}

impl Question {
    /// Nothing but the constants, at a confidence.
    #[must_use]
    pub fn new(fitting: Fitting, confidence: f64) -> Self {
        Self { form: None, fitting, confidence, at: vec![], budgets: vec![], served: None, target_loss: None }
    }
}
