//! What a solver is, and how the search watches it.

use super::error::LinearError;
use super::loss;
use super::matrix::Matrix;
use super::model::Linear;
use super::recipe::Recipe;
use crate::candidate::labels::Labels;
use crate::candidate::tuned::Progress;

/// One way to the optimum, started again for each strength where the one before ended.
pub(super) trait Solver {
    /// Goes to the optimum under `l2`, recording every pass.
    fn stage(&mut self, l2: f64, recipe: &Recipe, watch: &mut Watch) -> Result<Stage, LinearError>;
    /// The model as it stands.
    fn model(&self) -> &Linear;
    /// Floating-point operations so far.
    fn flops(&self) -> f64;
}

/// How a stage ended.
pub(super) struct Stage {
    /// Passes over the rows.
    pub(super) epochs: u64,
    /// Whether the tolerance was reached.
    pub(super) converged: bool,
}

/// Writes the learning curve.
pub(super) struct Watch<'a> {
    pub(super) validation: Option<(Matrix<'a>, Labels<'a>)>,
    pub(super) history: Vec<Progress>,
    pub(super) step: u64,
    pub(super) flops: f64,
}

impl Watch<'_> {
    /// One pass is over, with this mean training loss.
    pub(super) fn record(&mut self, train_loss: f64, model: &Linear) {
        self.step += 1;
        let validation_loss = self.validation.as_ref().map(|(x, labels)| {
            self.flops += 2.0 * (x.stored() * model.target.outputs()) as f64;
            loss::mean(model, x, labels, None)
        });
        self.history.push(Progress { step: self.step, train_loss, validation_loss, quality: None, flops: None });
    }

    /// Passes that led nowhere.
    pub(super) fn skip(&mut self, passes: u64) {
        self.step += passes;
    }
}
