//! Words of `[ladder]`.

use serde::{Deserialize, Serialize};

use crate::name::named;

/// Which rungs of the ladder are trained.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Policy {
    /// From the cheapest rung up, until no untried rung can gain more than the margin.
    #[default]
    Climb,
    /// Every rung, every repeat.
    Sweep,
}

/// What a rung that is left out is left out on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Certify {
    /// The curve of quality over size bounds its gain.
    #[default]
    Curve,
    /// As `Curve`, and one rung beyond it is measured and gained no more than the margin.
    Measure,
}

named! { Policy: Climb = "climb", Sweep = "sweep" }

named! { Certify: Curve = "curve", Measure = "measure" }
