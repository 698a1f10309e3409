//! A model within a model, kept as bytes, so that a file can't nest them without an end.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::{Learner, Model, misfit};
use crate::candidate::predictor::Load;
use crate::candidate::spec::FitError;

/// The bytes of a model, and the model once it was read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Member {
    pub(super) bytes: Vec<u8>,
    #[serde(skip)]
    model: Option<Box<Model>>,
}

impl Member {
    /// A model that is there.
    ///
    /// # Errors
    /// It has no encoding.
    pub(super) fn of(model: Model) -> Result<Self, postcard::Error> {
        Ok(Self { bytes: postcard::to_stdvec(&model)?, model: Some(Box::new(model)) })
    }

    /// The model.
    ///
    /// # Errors
    /// It was not read yet.
    pub(super) fn model(&self) -> Result<&Model, FitError> {
        self.model.as_deref().ok_or_else(misfit)
    }

    /// Makes the model of the bytes.
    ///
    /// # Errors
    /// The bytes are no model, or that of one that must not stand inside; what `load` says.
    pub(super) fn read_by(&mut self, load: &Load<'_>, is_barred: fn(&Learner) -> bool) -> Result<(), FitError> {
        let mut model: Model = postcard::from_bytes(&self.bytes).map_err(|error| FitError::Unfit(error.to_string()))?;
        if is_barred(&model.learner) {
            return Err(FitError::Unfit("a model stands in a model of its own kind".to_owned()));
        }
        model.read_by(load)?;
        self.model = Some(Box::new(model));
        Ok(())
    }

    /// Bytes of the files that it needs beside its own.
    pub(super) fn bytes_beside(&self) -> u64 {
        self.model.as_deref().map_or(0, Model::bytes_beside)
    }

    /// The folders that those files lie in.
    pub(super) fn folders_beside(&self) -> Vec<PathBuf> {
        self.model.as_deref().map_or_else(Vec::new, Model::folders_beside)
    }

    /// The same with all that it needs in it; none where it has all.
    ///
    /// # Errors
    /// What it needs can't be read, or has no encoding.
    pub(super) fn packed(&self) -> Result<Option<Self>, FitError> {
        self.model()?.packed()?.map(Self::of).transpose().map_err(|error| FitError::Unfit(error.to_string()))
    }
}
