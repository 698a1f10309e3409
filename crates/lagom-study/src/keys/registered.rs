//! Keys that follow from registries: limits from costs, those of `[recipe]` from levers, those of `[probes]` from probes.

use std::sync::LazyLock;

use super::key::{Absent, Declared, Usual};
use super::values::{Flag, LimitOf, Number, Shape, Words};
use crate::costs::{Cost, limited};
use crate::lever::LeverAbout;
use crate::probe::ProbeAbout;

/// The key of the limit of a cost.
#[derive(Debug)]
pub(crate) struct LimitKey {
    /// What is limited.
    pub(crate) cost: &'static dyn Cost,
    /// What may stand there.
    pub(crate) values: LimitOf,
}

/// The limits, in the order in which they are written.
pub(crate) static LIMITS: LazyLock<Vec<LimitKey>> = LazyLock::new(|| {
    let key = |cost: &'static dyn Cost| {
        let values = LimitOf { unit: cost.about().unit, example: cost.about().example };
        LimitKey { cost, values }
    };
    limited().map(key).collect()
});

impl Declared for LimitKey {
    fn section(&self) -> &'static str {
        "good-enough"
    }

    fn name(&self) -> &'static str {
        self.cost.about().key
    }

    fn meaning(&self) -> String {
        self.cost.about().limit.to_owned()
    }

    fn values(&self) -> String {
        self.values.told()
    }

    fn expected(&self) -> String {
        self.values.expected()
    }

    fn shape(&self) -> Shape {
        Shape::Listed
    }

    fn default(&self) -> String {
        "`\"none\"`, or the profile's".to_owned()
    }

    fn sample(&self) -> String {
        "\"none\"".to_owned()
    }

    fn beside(&self) -> String {
        String::new()
    }
}

impl LeverAbout {
    /// What it may be set to.
    pub(crate) fn values(&self) -> Number {
        let (least, most) = self.range;
        Number::from_to("a number", least, most, self.summary)
    }
}

impl Declared for LeverAbout {
    fn section(&self) -> &'static str {
        "recipe"
    }

    fn name(&self) -> &'static str {
        self.name
    }

    fn meaning(&self) -> String {
        format!("{}; changes {}", self.summary, self.changes)
    }

    fn values(&self) -> String {
        LeverAbout::values(self).told()
    }

    fn expected(&self) -> String {
        LeverAbout::values(self).expected()
    }

    fn shape(&self) -> Shape {
        Shape::Ranged
    }

    fn default(&self) -> String {
        "lagom's own".to_owned()
    }

    fn sample(&self) -> String {
        self.example.to_string()
    }

    fn beside(&self) -> String {
        String::new()
    }
}

impl Declared for ProbeAbout {
    fn section(&self) -> &'static str {
        "probes"
    }

    fn name(&self) -> &'static str {
        self.name
    }

    fn meaning(&self) -> String {
        self.summary.to_owned()
    }

    fn values(&self) -> String {
        Flag.told()
    }

    fn expected(&self) -> String {
        Flag.expected()
    }

    fn shape(&self) -> Shape {
        Shape::Plain
    }

    fn default(&self) -> String {
        Usual.words(&Flag)
    }

    fn sample(&self) -> String {
        "true".to_owned()
    }

    fn beside(&self) -> String {
        String::new()
    }
}
