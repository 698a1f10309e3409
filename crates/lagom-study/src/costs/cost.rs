//! The door: what a cost is, and how one is found.

use std::fmt;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::COSTS;
use super::about::About;
use super::figures::{Figures, Range};

/// Something that less of is better: candidates are ordered by it (`smallest-by`), and deployment may limit it.
///
/// Written into JSON as its name, and found again by it.
pub trait Cost: Sync {
    /// Its names and words.
    fn about(&self) -> &'static About;

    /// What a candidate costs, in the unit of [`super::Unit`]: a number that is finite and not negative. None where that is not
    /// known; 0 only where it is known to cost nothing.
    fn of(&self, figures: &Figures) -> Option<f64>;

    /// How well a noisy cost is known, in its unit; none where nobody can say, and of costs that are counted.
    fn range(&self, _: &Figures) -> Option<Range> {
        None
    }
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
