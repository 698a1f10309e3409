//! Watching a training by the study's metric while it runs.

/// How good a training is on the validation examples on its way, and below what it can't matter.
#[derive(Clone, Copy)]
pub struct Watch<'a> {
    /// Quality of predictions for the validation examples (as [`Model::predict`](super::Model::predict) gives them) in the
    /// study's metric, oriented: higher is better. None where the metric has no value.
    pub quality: &'a dyn Fn(&[f64]) -> Option<f64>,
    /// The oriented quality below which the training can't matter: it ends where its curve shows that it stays
    /// there ([`crate::stats::stops`]). None where it is to be trained in full.
    pub target: Option<f64>,
}

impl std::fmt::Debug for Watch<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watch").field("target", &self.target).finish_non_exhaustive()
    }
}
