//! Models of families that bring their own form: from typed columns to answers, and to the bytes of a file.

use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::Arc;

use serde::ser::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::spec::FitError;
use crate::data::Inputs;
use crate::study::FamilyId;

/// A trained model, its treatment of the inputs included.
pub trait Predictor: Send + Sync {
    /// The numbers that it stores.
    fn parameters(&self) -> u64;

    /// Class probabilities `[rows, classes]`, or values `[rows]` in the target's own unit; of language models the natural logarithm of the
    /// probability of each text.
    ///
    /// # Errors
    /// The parts of the model do not fit together, or the columns are not those it was trained on.
    fn predict(&self, inputs: &Inputs<'_>) -> Result<Vec<f64>, FitError>;

    /// What is written of it to a file, for the `load` of its family.
    ///
    /// # Errors
    /// A part of it has no encoding.
    fn to_bytes(&self) -> Result<Vec<u8>, FitError>;

    /// Bytes of the files that it needs beside its own.
    fn bytes_beside(&self) -> u64 {
        0
    }

    /// The folders that those files lie in.
    fn folders_beside(&self) -> Vec<PathBuf> {
        Vec::new()
    }

    /// How many of these rows hold a text that is longer than what it reads of one.
    ///
    /// # Errors
    /// The texts can't be cut into tokens.
    fn cut_texts(&self, _inputs: &Inputs<'_>) -> Result<u64, FitError> {
        Ok(0)
    }

    /// The same with all that it needs in its own bytes; none where [`Predictor::to_bytes`] has all.
    ///
    /// # Errors
    /// What it needs can't be read, or a part of it has no encoding.
    fn packed(&self) -> Result<Option<Box<dyn Predictor>>, FitError> {
        Ok(None)
    }
}

/// A [`Predictor`] with the name of its family: two are equal where they write the same bytes.
#[derive(Clone)]
pub struct Kept {
    family: FamilyId,
    form: Form,
}

/// A model, or what a file has of one. Never both: of a large one that would be twice the memory.
#[derive(Clone)]
enum Form {
    Bytes(Vec<u8>),
    Model(Arc<dyn Predictor>),
}

/// Makes a model of the bytes that one of that family wrote.
pub type Load<'a> = dyn Fn(FamilyId, &[u8]) -> Result<Box<dyn Predictor>, FitError> + 'a;

impl Kept {
    /// A model of a family.
    pub fn new(family: FamilyId, predictor: impl Predictor + 'static) -> Self {
        Self { family, form: Form::Model(Arc::new(predictor)) }
    }

    /// The model; of one that was read from a file after [`Kept::read_by`] alone.
    ///
    /// # Errors
    /// It was not read by its family.
    pub fn predictor(&self) -> Result<&dyn Predictor, FitError> {
        match &self.form {
            Form::Model(model) => Ok(model.as_ref()),
            Form::Bytes(_) => {
                Err(FitError::Unfit(format!("the model of the family `{}` was not read by its family", self.family)))
            }
        }
    }

    /// The same with all that it needs in its own bytes; none where it has all.
    ///
    /// # Errors
    /// It was not read by its family; what it needs can't be read.
    pub fn packed(&self) -> Result<Option<Self>, FitError> {
        let packed = self.predictor()?.packed()?;
        Ok(packed.map(|model| Self { family: self.family, form: Form::Model(Arc::from(model)) }))
    }

    /// Makes a model of the bytes that were read from a file, by the `load` of its family.
    ///
    /// # Errors
    /// What `load` says.
    pub fn read_by(&mut self, load: &Load<'_>) -> Result<(), FitError> {
        if let Form::Bytes(bytes) = &self.form {
            self.form = Form::Model(Arc::from(load(self.family, bytes)?));
        }
        Ok(())
    }

    fn bytes(&self) -> Result<Cow<'_, [u8]>, FitError> {
        match &self.form {
            Form::Bytes(bytes) => Ok(Cow::Borrowed(bytes)),
            Form::Model(model) => model.to_bytes().map(Cow::Owned),
        }
    }
}

impl std::fmt::Debug for Kept {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.debug_struct("Kept").field("family", &self.family).finish_non_exhaustive()
    }
}

impl PartialEq for Kept {
    fn eq(&self, other: &Self) -> bool {
        self.family == other.family && matches!((self.bytes(), other.bytes()), (Ok(one), Ok(two)) if one == two)
    }
}

impl Serialize for Kept {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let bytes = self.bytes().map_err(S::Error::custom)?;
        (self.family, &*bytes).serialize(to)
    }
}

impl<'de> Deserialize<'de> for Kept {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let (family, bytes) = Deserialize::deserialize(from)?;
        Ok(Self { family, form: Form::Bytes(bytes) })
    }
}
