//! Words of `[ladder]`.

use serde::{Deserialize, Serialize};

use crate::name::find;

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

impl Policy {
    /// Every policy.
    pub const ALL: [Policy; 2] = [Policy::Climb, Policy::Sweep];

    /// The name in `study.toml` and on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Policy::Climb => "climb",
            Policy::Sweep => "sweep",
        }
    }

    /// The policy of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Policy> {
        find(&Policy::ALL, Policy::name, name)
    }
}

impl Certify {
    /// Every way.
    pub const ALL: [Certify; 2] = [Certify::Curve, Certify::Measure];

    /// The name in `study.toml`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Certify::Curve => "curve",
            Certify::Measure => "measure",
        }
    }
}
