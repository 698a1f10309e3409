//! What a candidate is: a family and a size.

use std::path::PathBuf;

use serde::de::{self, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::study::{Compute, FamilyId, Setting, Weights};

/// The family of a candidate and the numbers that fix its size.
///
/// Written as `{"family":"trees","leaves":8,"rounds":250}`; a model that is asked as `{"family":"called","backend":"gguf"}`.
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// The family.
    pub family: FamilyId,
    /// The size in it; of nothing where the family has one only, or is asked.
    pub size: Size,
}

/// The numbers that fix a size within its family, by name, in the order in which the family writes them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Size(Vec<Measure>);

/// One number of a size, or several of a kind.
#[derive(Clone, Debug, PartialEq)]
struct Measure {
    name: String,
    value: Value,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Value {
    One(u32),
    Many(Vec<u32>),
    Digest(Digest),
}

/// BLAKE3 of some content, in hexadecimal digits: what fixes a size that numbers can't.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
struct Digest(String);

impl TryFrom<String> for Digest {
    type Error = String;

    fn try_from(digest: String) -> Result<Self, String> {
        let plain = digest.len() == 64 && digest.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'));
        if plain { Ok(Self(digest)) } else { Err("expected 64 hexadecimal digits".to_owned()) }
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> Self {
        digest.0
    }
}

impl Size {
    /// The same with one more number.
    #[must_use]
    pub fn with(mut self, name: &str, value: u32) -> Self {
        self.0.push(Measure { name: name.to_owned(), value: Value::One(value) });
        self
    }

    /// The same with a list of numbers.
    #[must_use]
    pub fn with_each(mut self, name: &str, values: &[u32]) -> Self {
        self.0.push(Measure { name: name.to_owned(), value: Value::Many(values.to_vec()) });
        self
    }

    /// The same with the content of a file, by its BLAKE3 in hexadecimal digits.
    ///
    /// # Errors
    /// It is no such digest.
    pub fn with_digest(mut self, name: &str, digest: &str) -> Result<Self, FitError> {
        let value = Digest::try_from(digest.to_owned()).map_err(FitError::Unfit)?;
        self.0.push(Measure { name: name.to_owned(), value: Value::Digest(value) });
        Ok(self)
    }

    /// The digest of that name.
    ///
    /// # Errors
    /// The size has none: it is not of the family that asks.
    pub fn digest(&self, name: &str) -> Result<&str, FitError> {
        match self.find(name) {
            Some(Value::Digest(Digest(digest))) => Ok(digest),
            _ => Err(FitError::Unfit(format!("the size has no digest `{name}`"))),
        }
    }

    /// The number of that name.
    ///
    /// # Errors
    /// The size has none: it is not of the family that asks.
    pub fn number(&self, name: &str) -> Result<u32, FitError> {
        match self.find(name) {
            Some(Value::One(value)) => Ok(*value),
            _ => Err(FitError::Unfit(format!("the size has no number `{name}`"))),
        }
    }

    /// The numbers of that name.
    ///
    /// # Errors
    /// The size has none: it is not of the family that asks.
    pub fn numbers(&self, name: &str) -> Result<&[u32], FitError> {
        match self.find(name) {
            Some(Value::Many(values)) => Ok(values),
            _ => Err(FitError::Unfit(format!("the size has no numbers `{name}`"))),
        }
    }

    fn find(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|measure| measure.name == name).map(|measure| &measure.value)
    }
}

/// What stands for the family of a model that is asked, whose own name stands behind `backend`.
const ASKED: &str = "called";

impl Spec {
    /// A size of a family.
    #[must_use]
    pub fn new(family: FamilyId, size: Size) -> Self {
        Self { family, size }
    }

    /// The family of that name, of the one size it has until [`Spec::with`] says another.
    #[must_use]
    pub fn of(family: &'static str) -> Self {
        Self::new(FamilyId::new(family), Size::default())
    }

    /// The same with one more number of its size.
    #[must_use]
    pub fn with(self, name: &str, value: u32) -> Self {
        Self { size: self.size.with(name, value), ..self }
    }

    /// The same with a list of numbers of its size.
    #[must_use]
    pub fn with_each(self, name: &str, values: &[u32]) -> Self {
        Self { size: self.size.with_each(name, values), ..self }
    }

    /// As it is written in content addresses and in the store: names and whole numbers, which JSON always has a form for.
    #[must_use]
    pub(super) fn as_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_else(|error| unreachable!("names and numbers are JSON: {error}"))
    }

    /// A model that is there already: it is asked, not trained.
    #[must_use]
    pub fn called(backend: FamilyId) -> Self {
        Self::new(backend, Size::default())
    }

    /// The family this belongs to.
    #[must_use]
    pub fn family(&self) -> FamilyId {
        self.family
    }
}

impl Serialize for Spec {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let called = self.family.is_called();
        let mut map = to.serialize_map(Some(1 + if called { 1 } else { self.size.0.len() }))?;
        if called {
            map.serialize_entry("family", ASKED)?;
            map.serialize_entry("backend", &self.family)?;
            return map.end();
        }
        map.serialize_entry("family", &self.family)?;
        for measure in &self.size.0 {
            map.serialize_entry(&measure.name, &measure.value)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Spec {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Entries;
        impl<'de> Visitor<'de> for Entries {
            type Value = Spec;

            fn expecting(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                to.write_str("a family and its size")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Spec, A::Error> {
                let (mut family, mut size) = (None, Size::default());
                while let Some(name) = map.next_key::<String>()? {
                    match name.as_str() {
                        "family" | "backend" => family = Some(map.next_value::<FamilyId>()?),
                        _ => size.0.push(Measure { name, value: map.next_value()? }),
                    }
                }
                let family = family.filter(|family: &FamilyId| family.name() != ASKED);
                family.map(|family| Spec { family, size }).ok_or_else(|| de::Error::missing_field("family"))
            }
        }
        from.deserialize_map(Entries)
    }
}

/// One thing that could do the job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// Its name in tables and reports; unique within a study.
    pub name: String,
    /// What it is.
    pub spec: Spec,
    /// About how many parameters it will have; the count measured after training is the one that is reported. 0 of what is
    /// asked: nothing is planned of it, and what is told of its size stands with its answers.
    pub planned_parameters: u64,
    /// What is changed in how it is trained.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub levers: Vec<Setting>,
    /// The pretrained weights that it stands on, whose content is part of its size. None of most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weights: Option<Weights>,
    /// Where it is trained, and in which numbers; none on the processor, in f32.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compute: Option<Compute>,
}

impl Candidate {
    /// A candidate that is trained as its family has it.
    pub fn new(name: impl Into<String>, spec: Spec, planned_parameters: u64) -> Self {
        Self { name: name.into(), spec, planned_parameters, levers: Vec::new(), weights: None, compute: None }
    }

    /// A model that is asked and not trained.
    pub fn asked(name: impl Into<String>, backend: FamilyId) -> Self {
        Self::new(name, Spec::called(backend), 0)
    }
}

/// Why a candidate could not be trained.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FitError {
    /// The loss stopped being a number.
    #[error("{0}")]
    Diverged(String),
    /// The data leave nothing to learn from.
    #[error("{0}")]
    Unfit(String),
    /// It can't be computed where it should be, or that failed: no failure of the candidate.
    #[error("{0}")]
    Device(String),
    /// The pretrained weights that it stands on can't be read, or are others now: no failure of the candidate.
    #[error("the weights in `{}`: {detail}", .folder.display())]
    Weights {
        /// Their folder.
        folder: PathBuf,
        /// What is wrong.
        detail: String,
    },
    /// The folder of the study can't be written: no failure of the candidate.
    #[error("cannot write `{}`: {detail}", .path.display())]
    Folder {
        /// The file.
        path: PathBuf,
        /// What the system said.
        detail: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What stores and content addresses of earlier versions hold.
    #[test]
    fn a_size_is_written_as_it_always_was() {
        let of = |family, size| Spec::new(FamilyId::new(family), size);
        let forms = [
            (of("baseline", Size::default()), r#"{"family":"baseline"}"#),
            (of("linear", Size::default()), r#"{"family":"linear"}"#),
            (
                of("trees", Size::default().with("leaves", 8).with("rounds", 250)),
                r#"{"family":"trees","leaves":8,"rounds":250}"#,
            ),
            (of("mlp", Size::default().with_each("hidden", &[16, 16])), r#"{"family":"mlp","hidden":[16,16]}"#),
            (of("ngrams", Size::default().with("buckets", 256)), r#"{"family":"ngrams","buckets":256}"#),
            (
                of("embedding", Size::default().with("buckets", 1024).with("dimension", 4)),
                r#"{"family":"embedding","buckets":1024,"dimension":4}"#,
            ),
            (Spec::called(FamilyId::GGUF), r#"{"family":"called","backend":"gguf"}"#),
        ];
        for (spec, text) in forms {
            assert_eq!(serde_json::to_string(&spec).expect("JSON"), text);
            assert_eq!(serde_json::from_str::<Spec>(text).expect("a size"), spec);
        }
        for wrong in
            ["{}", r#"{"family":"called"}"#, r#"{"family":"trees","leaves":-1}"#, r#"{"family":"mlp","hidden":"8"}"#]
        {
            assert!(serde_json::from_str::<Spec>(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_size_of_another_family_says_what_it_lacks() {
        let size = Size::default().with("buckets", 256);
        assert_eq!(size.number("buckets"), Ok(256));
        assert!(size.number("leaves").is_err_and(|error| error.to_string() == "the size has no number `leaves`"));
        assert!(size.numbers("buckets").is_err());
    }
}
