//! The door: what a cost is, and how one is found.

use std::cmp::Ordering;
use std::fmt;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::COSTS;
use super::about::About;
use super::figures::Figures;
use super::limits::WRITTEN_FIRST;

/// Something that less of is better: candidates are ordered by it (`smallest-by`), and deployment may limit it.
///
/// Written into JSON as its name, and found again by it.
pub trait Cost: Sync {
    /// Its names and words.
    fn about(&self) -> &'static About;

    /// What a candidate costs, in the unit of [`super::Unit`]: a number that is finite and not negative. None where that is not
    /// known; 0 only where it is known to cost nothing.
    fn of(&self, figures: &Figures) -> Option<f64>;
}

impl dyn Cost + '_ {
    /// Whether it is that cost.
    #[must_use]
    pub fn is(&self, other: &dyn Cost) -> bool {
        self.about().name == other.about().name
    }
}

impl fmt::Debug for dyn Cost + '_ {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.about().name)
    }
}

impl PartialEq for dyn Cost + '_ {
    fn eq(&self, other: &Self) -> bool {
        self.is(other)
    }
}

impl Eq for dyn Cost + '_ {}

impl Serialize for dyn Cost + '_ {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.about().name)
    }
}

impl<'de> Deserialize<'de> for &'static dyn Cost {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        named(&name).ok_or_else(|| D::Error::custom(format!("there is no cost `{name}`")))
    }
}

/// The cost of that name.
#[must_use]
pub fn named(name: &str) -> Option<&'static dyn Cost> {
    COSTS.iter().copied().find(|cost| cost.about().name == name)
}

/// Every cost in the order in which limits are written: that of the first stores, then as in [`COSTS`].
pub fn limited() -> impl Iterator<Item = &'static dyn Cost> {
    let place = |cost: &&dyn Cost| {
        let key = cost.about().key;
        WRITTEN_FIRST.iter().position(|first| *first == key).unwrap_or(WRITTEN_FIRST.len())
    };
    let mut costs = COSTS.to_vec();
    costs.sort_by_key(place);
    costs.into_iter()
}

/// The costs that results of other tools may tell, those first that no clock is behind.
#[must_use]
pub fn imported() -> Vec<&'static dyn Cost> {
    untimed_first(COSTS.iter().copied().filter(|cost| cost.about().imported.is_some()))
}

/// Costs with those first that are known without timing a model; else in the order given.
#[must_use]
pub fn untimed_first(costs: impl Iterator<Item = &'static dyn Cost>) -> Vec<&'static dyn Cost> {
    let (timed, untimed): (Vec<_>, Vec<_>) = costs.partition(|cost| cost.about().timed);
    untimed.into_iter().chain(timed).collect()
}

/// The order of two candidates by what they cost: the cheaper first, one of unknown cost last.
#[must_use]
pub fn cheaper_first(a: Option<f64>, b: Option<f64>) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => a.total_cmp(&b),
        (a, b) => a.is_none().cmp(&b.is_none()),
    }
}
