//! What cuts texts into words for BLEU: rules, MeCab, or the pieces of a SentencePiece model.
//!
//! ```text
//! BleuTokeniser, TokeniserFiles -> Cutter -(opened at the first text)-> rules | MeCab | pieces
//! ```

use super::mecab::{Mecab, Version};
use super::pieces::Pieces;
use super::space::{is_space, trim_end};
use super::tokenise;
use crate::text_settings::BleuTokeniser;
use crate::tokeniser_error::TokeniserError;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// The files that a tokeniser needs beside its name.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct TokeniserFiles {
    /// The SentencePiece model of `flores101` and `flores200`.
    pub model: Option<PathBuf>,
    /// The folder of MeCab's dictionary; none: the one that MeCab is set up with.
    pub dictionary: Option<PathBuf>,
}

impl TokeniserFiles {
    /// Whether none is named.
    #[must_use]
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// A tokeniser, opened when the first text comes. Clones share what was opened.
#[derive(Debug, Clone)]
pub(super) struct Cutter {
    by: BleuTokeniser,
    files: TokeniserFiles,
    opened: Arc<OnceLock<Result<Opened, TokeniserError>>>,
}

impl PartialEq for Cutter {
    fn eq(&self, other: &Self) -> bool {
        self.by == other.by && self.files == other.files
    }
}

#[derive(Debug)]
enum Opened {
    Rules,
    Program(Box<Mutex<Mecab>>),
    Model(Box<Pieces>),
}

impl Cutter {
    pub(super) fn new(by: BleuTokeniser, files: TokeniserFiles) -> Self {
        Self { by, files, opened: Arc::default() }
    }

    /// Whether it can cut texts.
    pub(super) fn ready(&self) -> Result<(), TokeniserError> {
        self.opened().map(|_| ())
    }

    fn opened(&self) -> Result<&Opened, TokeniserError> {
        let open = || match self.by {
            by if by.is_mecab() => {
                Mecab::open(by, self.dictionary()).map(|found| Opened::Program(Box::new(Mutex::new(found))))
            }
            by if by.has_model() => Pieces::read(self.model()?).map(|pieces| Opened::Model(Box::new(pieces))),
            _ => Ok(Opened::Rules),
        };
        self.opened.get_or_init(open).as_ref().map_err(Clone::clone)
    }

    fn dictionary(&self) -> Option<&Path> {
        self.files.dictionary.as_deref()
    }

    fn model(&self) -> Result<&Path, TokeniserError> {
        self.files.model.as_deref().ok_or(TokeniserError::NoModel { tokeniser: self.by })
    }

    /// The text with the words of MeCab or of a model apart, or as a rule changes it before it is cut.
    pub(super) fn prepare<'a>(&self, text: &'a str) -> Result<Cow<'a, str>, TokeniserError> {
        match self.opened()? {
            Opened::Rules => Ok(tokenise::prepare(text, self.by)),
            Opened::Model(pieces) => pieces.cut(trim_end(text)).map(Cow::Owned),
            Opened::Program(mecab) => {
                let text = trim_end(text).trim_start_matches(is_space);
                mecab.lock().unwrap_or_else(PoisonError::into_inner).cut(text).map(Cow::Owned)
            }
        }
    }

    /// The words of a prepared text.
    pub(super) fn tokens<'a>(&self, prepared: &'a str) -> Vec<&'a str> {
        tokenise::tokens(prepared, self.by)
    }

    /// sacreBLEU's word for it in a signature, as far as it can be known: the version of MeCab and its dictionary. Behind a
    /// model's name stands the beginning of the file's BLAKE3, since nothing in the file says whose it is.
    pub(super) fn signature(&self) -> String {
        let name = self.by.name();
        let more = match self.by {
            by if by.is_mecab() => Version::find(by, self.dictionary()).ok().map(|found| found.signature(by)),
            by if by.has_model() => {
                self.model().ok().and_then(|model| std::fs::read(model).ok()).map(|bytes| digest(&bytes))
            }
            _ => None,
        };
        more.map_or_else(|| name.to_owned(), |more| format!("{name}-{more}"))
    }
}

fn digest(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex()[..8].to_owned()
}
