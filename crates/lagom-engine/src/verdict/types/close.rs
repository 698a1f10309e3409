//! Figures that the choice hangs on and that are not known well enough for it.

use serde::{Deserialize, Serialize};

use crate::study::Cost;
use crate::study::costs::Range;

/// A figure of a candidate that lies so near to a limit, or to that of another candidate, that measuring it again could change the choice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CloseCall {
    /// The candidate.
    pub candidate: String,
    /// What is not known well enough.
    pub cost: &'static dyn Cost,
    /// The figure, in the unit of the cost.
    pub found: f64,
    /// What it may as well be; none where no interval is known, so that nobody can say how sure it is.
    pub range: Option<Range>,
    /// What it is near to.
    pub near: CloseTo,
}

/// What a figure is near to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CloseTo {
    /// A limit, which it counts as within: were it beyond, the choice might be another.
    Within(f64),
    /// A limit, which it counts as beyond: were it within, the choice might be another.
    Beyond(f64),
    /// The figure of the choice, than which it counts as dearer: were it cheaper, it might be the choice.
    Choice(f64),
}
