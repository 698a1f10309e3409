//! What deployment allows, and what goes beyond it.

use std::fmt;

use serde::de::{Error, IgnoredAny, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::time::Duration;

use super::COSTS;
use super::amount::{Amount, Limit};
use super::cost::{Cost, named};
use super::figures::Figures;
use super::order::{WRITTEN_FIRST, limited, untimed_first};
use super::unit::Unit;
use crate::money::Money;

/// The most a model may cost to be taken.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Limits {
    /// At most one a cost, in the order of [`limited`].
    set: Vec<Most>,
}

#[derive(Clone, Debug, PartialEq)]
struct Most {
    cost: &'static dyn Cost,
    amount: Amount,
}

/// A limit that replaces another one.
#[derive(Clone, Debug, PartialEq)]
pub struct LimitChange {
    /// What is limited.
    pub cost: &'static dyn Cost,
    /// The limit.
    pub limit: Limit,
}

/// A limit that a candidate exceeds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LimitViolation {
    /// What is limited: in JSON the key of the limit, or `bar`.
    pub limit: Exceeded,
    /// What is allowed, in the unit of the cost.
    pub allowed: f64,
    /// What was found, in the same unit; none where nobody knows: a cost that is not known is not within its limit.
    pub found: Option<f64>,
}

/// What a candidate falls short of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Exceeded {
    /// The limit of this cost.
    Cost(&'static dyn Cost),
    /// The study's bar.
    Bar,
}

impl Limits {
    /// The limit of a cost; none where it is not limited.
    #[must_use]
    pub fn get(&self, cost: &dyn Cost) -> Option<&Amount> {
        self.set.iter().find(|most| most.cost.is(cost)).map(|most| &most.amount)
    }

    /// The limit of a cost as a number: a count, bytes, seconds or money.
    #[must_use]
    pub fn most(&self, cost: &dyn Cost) -> Option<f64> {
        self.get(cost).map(Amount::value)
    }

    /// Whether nothing is limited.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.set.is_empty()
    }

    /// What is limited, and to how much.
    pub fn iter(&self) -> impl Iterator<Item = (&'static dyn Cost, &Amount)> {
        self.set.iter().map(|most| (most.cost, &most.amount))
    }

    /// Takes this limit in place of the one there is.
    pub fn change(&mut self, change: LimitChange) {
        let LimitChange { cost, limit } = change;
        self.set.retain(|most| most.cost != cost);
        if let Limit::AtMost(amount) = limit {
            self.set.push(Most { cost, amount });
            self.set.sort_by_key(|most| limited().position(|other| other == most.cost));
        }
    }

    /// These limits and one more.
    #[must_use]
    pub fn with(mut self, cost: &'static dyn Cost, most: Amount) -> Self {
        self.change(LimitChange { cost, limit: Limit::AtMost(most) });
        self
    }

    /// The limits that a candidate of these figures exceeds; those first that no timing of a model is behind.
    #[must_use]
    pub fn exceeded(&self, figures: &Figures) -> Vec<LimitViolation> {
        let exceeded = |cost: &'static dyn Cost| {
            let (allowed, found) = (self.most(cost)?, cost.of(figures));
            // What a probe measures is not known of all: that is neither within nor beyond.
            let over = found.map_or(cost.about().probe.is_none(), |found| found > allowed);
            over.then_some(LimitViolation { limit: Exceeded::Cost(cost), allowed, found })
        };
        untimed_first(limited()).into_iter().filter_map(exceeded).collect()
    }
}

impl LimitViolation {
    /// How many times what is allowed was found; infinite where nobody knows.
    #[must_use]
    pub fn times(&self) -> f64 {
        self.found.map_or(f64::INFINITY, |found| found / self.allowed)
    }
}

impl Serialize for Limits {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for cost in limited() {
            let key = cost.about().key;
            match self.get(cost) {
                Some(Amount::Count(number) | Amount::Bytes(number)) => map.serialize_entry(key, number)?,
                Some(Amount::Time(time)) => map.serialize_entry(key, time)?,
                Some(Amount::Money(money)) => map.serialize_entry(key, money)?,
                Some(Amount::Number(number)) => map.serialize_entry(key, number)?,
                None if WRITTEN_FIRST.contains(&key) => map.serialize_entry(key, &None::<u64>)?,
                None => {}
            }
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Limits {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Limits;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("limits by their keys")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Limits, A::Error> {
        let mut limits = Limits::default();
        while let Some(key) = map.next_key::<String>()? {
            let Some(cost) = COSTS.iter().copied().find(|cost| cost.about().key == key) else {
                // A limit that is not understood must not be passed over; that there is none may be.
                if map.next_value::<Option<IgnoredAny>>()?.is_some() {
                    return Err(A::Error::custom(format!("there is no limit `{key}`")));
                }
                continue;
            };
            let amount = match cost.about().unit {
                Unit::Count => map.next_value::<Option<u64>>()?.map(Amount::Count),
                Unit::Bytes => map.next_value::<Option<u64>>()?.map(Amount::Bytes),
                Unit::Time | Unit::CpuTime => map.next_value::<Option<Duration>>()?.map(Amount::Time),
                Unit::Money => map.next_value::<Option<Money>>()?.map(Amount::Money),
                Unit::Number => map.next_value::<Option<f64>>()?.map(Amount::Number),
            };
            limits.change(LimitChange { cost, limit: amount.map_or(Limit::Off, Limit::AtMost) });
        }
        Ok(limits)
    }
}

impl Serialize for Exceeded {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(match self {
            Exceeded::Cost(cost) => cost.about().key,
            Exceeded::Bar => "bar",
        })
    }
}

impl<'de> Deserialize<'de> for Exceeded {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let key = String::deserialize(deserializer)?;
        let by_key = || COSTS.iter().copied().find(|cost| cost.about().key == key);
        match key.as_str() {
            "bar" => Ok(Exceeded::Bar),
            // Comparisons write names.
            _ => by_key()
                .or_else(|| named(&key))
                .map(Exceeded::Cost)
                .ok_or_else(|| D::Error::custom(format!("there is no limit `{key}`"))),
        }
    }
}
