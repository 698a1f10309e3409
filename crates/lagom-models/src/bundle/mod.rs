//! The bundle: a chosen model with everything needed to use it, in one file.

mod seen;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::candidate::{FitError, Model, family};
use crate::data::{Column, Inputs, Schema, is_full, write_whole};
use crate::explanation::{Background, ExplainError, Explanation, explain};
use crate::input;
use crate::study::{FamilyId, TaskKind};

pub use seen::{Beside, Seen};

/// One row as a user has it: a cell for each input column, `None` where it is missing.
pub type Row = Vec<Option<String>>;

/// A model and how to feed it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bundle {
    /// Input columns, their kinds, and the classes.
    pub schema: Schema,
    /// The trained model with its treatment.
    pub model: Model,
    /// Where it comes from.
    pub origin: Origin,
    /// What its inputs held in training; written behind the rest, where older versions of lagom pass over it.
    #[serde(skip)]
    pub beside: Beside,
    /// What its training rows say that an answer is compared with; written behind all else, and passed over by older versions as well.
    #[serde(skip)]
    pub background: Option<Background>,
}

/// Where a bundle comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// Name of the candidate.
    pub candidate: String,
    /// Content address of the trial it was trained in.
    pub trial: String,
    /// Number of rows trained on.
    pub rows: u64,
    /// Version of lagom that trained it.
    pub lagom: String,
}

/// A bundle that can't be written or read.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// The file can't be read or written.
    #[error("cannot {what} `{}`: {error}", .path.display())]
    Io {
        /// `read` or `write`.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// A part of the bundle has no encoding.
    #[error("the model can't be written as bytes: {0}")]
    Encoding(#[from] postcard::Error),
    /// The pretrained weights that it stands on can't be read, or are others now.
    #[error("`{}` stands on the weights in `{}`, which can't be used: {detail}", .path.display(), .folder.display())]
    Weights {
        /// The file.
        path: PathBuf,
        /// Their folder.
        folder: PathBuf,
        /// What is wrong.
        detail: String,
    },
    /// The file is no bundle, or one of another version.
    #[error("`{}` is not a bundle that this lagom can read: {detail}", .path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        detail: String,
    },
}

impl BundleError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Io { error, .. } if is_full(error) => {
                Some("free some space and run the same command again: finished trials are kept".to_owned())
            }
            Self::Io { what: "write", error, .. } if error.kind() == std::io::ErrorKind::InvalidInput => {
                Some("name a new file, or a regular one that may be replaced".to_owned())
            }
            Self::Io { .. } | Self::Encoding(_) => None,
            Self::Weights { .. } => Some(
                "put the folder back as it was, there or beside the model's file; `lagom bundle FILE --self-contained` then packs it in"
                    .to_owned(),
            ),
            Self::Format { .. } => Some("run `lagom run` again to write the bundle anew".to_owned()),
        }
    }
}

/// The first bytes of a bundle: a name and the format version. A checksum of the rest follows.
const MAGIC: &[u8; 8] = b"lagom\0\0\x01";
/// Bytes of the checksum: the beginning of BLAKE3, enough against damage.
const CHECKSUM: usize = 16;

impl Bundle {
    /// Answers for `rows`: class probabilities `[rows, classes]`, or values `[rows]`.
    ///
    /// # Errors
    /// The parts of the bundle do not fit together, or hold numbers that are none.
    pub fn predict(&self, rows: &[Row]) -> Result<Vec<f64>, FitError> {
        self.predict_columns(&self.schema.columns(rows), rows.len())
    }

    /// As [`Bundle::predict`], for `rows` rows of typed columns in the order of the schema's inputs.
    ///
    /// # Errors
    /// The parts of the bundle do not fit together, or hold numbers that are none.
    pub fn predict_columns(&self, columns: &[Column], rows: usize) -> Result<Vec<f64>, FitError> {
        let positions: Vec<u32> = (0..u32::try_from(rows).unwrap_or(u32::MAX)).collect();
        let answers = self.model.predict(&Inputs { columns, rows: &positions })?;
        // Inputs are brought within bounds, so that no row makes a sound model answer so.
        if answers.iter().any(|answer| !answer.is_finite()) {
            return Err(FitError::Unfit("it answers with something that is no number: its file is damaged".to_owned()));
        }
        Ok(answers)
    }

    /// Why the model gives its answer for the first row of typed columns, in the order of the schema's inputs; of the class at this place, or of
    /// the one that is called.
    ///
    /// # Errors
    /// There is no explanation of such a model, or of such a row.
    pub fn explain(&self, row: &[Column], class: Option<usize>) -> Result<Explanation, ExplainError> {
        if self.schema.task == TaskKind::LanguageModelling {
            return Err(ExplainError::Itself);
        }
        explain(&self.model, self.background.as_ref(), row, class)
    }

    /// How many of `rows` rows of typed columns hold a text that is longer than what the model reads of one.
    ///
    /// # Errors
    /// The texts can't be cut into tokens.
    pub fn cut_texts(&self, columns: &[Column], rows: usize) -> Result<u64, FitError> {
        let positions: Vec<u32> = (0..u32::try_from(rows).unwrap_or(u32::MAX)).collect();
        self.model.cut_texts(&Inputs { columns, rows: &positions })
    }

    /// Operations of one prediction, the mean over these rows; none of families that do not count them ([`Model::operations`]).
    #[must_use]
    pub fn operations(&self, rows: &[Row]) -> Option<f64> {
        let positions: Vec<u32> = (0..u32::try_from(rows.len()).unwrap_or(u32::MAX)).collect();
        self.model.operations(&Inputs { columns: &self.schema.columns(rows), rows: &positions })
    }

    /// Numbers that one prediction holds at once beside the parameters; none of families that do not count them.
    #[must_use]
    pub fn numbers_held(&self) -> Option<u64> {
        self.model.numbers_held()
    }

    /// The bytes of the file.
    ///
    /// # Errors
    /// A part of it has no encoding.
    pub fn to_bytes(&self) -> Result<Vec<u8>, BundleError> {
        let mut body = postcard::to_stdvec(self)?;
        if self.beside != Beside::default() || self.background.is_some() {
            body.extend(postcard::to_stdvec(&self.beside)?);
        }
        if let Some(background) = &self.background {
            body.extend(postcard::to_stdvec(background)?);
        }
        let checksum = blake3::hash(&body);
        Ok([MAGIC.as_slice(), &checksum.as_bytes()[..CHECKSUM], &body].concat())
    }

    /// The same with everything in it that it reads from elsewhere; none where it reads nothing.
    ///
    /// # Errors
    /// What it reads is not there any more, or has no encoding.
    pub fn self_contained(&self) -> Result<Option<Self>, FitError> {
        Ok(self.model.packed()?.map(|model| Self { model, ..self.clone() }))
    }

    /// Writes the file whole or not at all: beside its place first, then moved.
    ///
    /// # Errors
    /// In its place stands a device, a pipe or a folder; the folder can't be written or the disk is full; a part of it has no encoding.
    pub fn write(&self, path: &Path) -> Result<u64, BundleError> {
        let bytes = self.to_bytes()?;
        write_whole(path, &bytes).map_err(|error| BundleError::Io { what: "write", path: path.to_owned(), error })?;
        Ok(bytes.len() as u64)
    }

    /// Reads a bundle.
    ///
    /// # Errors
    /// The file is not there, is no bundle, or is cut off.
    pub fn read(path: &Path) -> Result<Self, BundleError> {
        let bytes = input::bytes(path, input::FILE_BYTES).map_err(|error| BundleError::Io {
            what: "read",
            path: path.to_owned(),
            error: error.into_io(),
        })?;
        let format = |detail: String| BundleError::Format { path: path.to_owned(), detail };
        let rest = bytes.strip_prefix(MAGIC).ok_or_else(|| format("its first bytes are not a bundle's".to_owned()))?;
        let (checksum, body) = rest.split_at_checked(CHECKSUM).ok_or_else(|| format("it is cut off".to_owned()))?;
        if blake3::hash(body).as_bytes()[..CHECKSUM] != *checksum {
            return Err(format("it is damaged or cut off: its checksum does not match".to_owned()));
        }
        let (mut bundle, behind): (Self, &[u8]) =
            postcard::take_from_bytes(body).map_err(|error| format(error.to_string()))?;
        if !behind.is_empty() {
            let (beside, behind) = postcard::take_from_bytes(behind).map_err(|error| format(error.to_string()))?;
            bundle.beside = beside;
            if !behind.is_empty() {
                bundle.background = Some(postcard::from_bytes(behind).map_err(|error| format(error.to_string()))?);
            }
        }
        // Those of a large model would be in memory beside it.
        drop(bytes);
        let beside = path.parent().unwrap_or(Path::new(""));
        let load = |id: FamilyId, bytes: &[u8]| match family(id) {
            Some(family) => family.load_beside(bytes, beside),
            None => Err(FitError::Unfit(format!("this lagom has no family `{id}`"))),
        };
        bundle.model.read_by(&load).map_err(|error| match error {
            FitError::Weights { folder, detail } => BundleError::Weights { path: path.to_owned(), folder, detail },
            error => format(error.to_string()),
        })?;
        Ok(bundle)
    }
}
