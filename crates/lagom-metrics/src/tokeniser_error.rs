//! Why a tokeniser that needs a program or a file can't cut texts.

use super::text_settings::BleuTokeniser;
use std::path::PathBuf;
use thiserror::Error;

/// Why a tokeniser that needs a program or a file can't cut texts.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TokeniserError {
    /// MeCab is not installed.
    #[error("the tokeniser {} needs the program `mecab`, and there is none in PATH", tokeniser.name())]
    NoProgram {
        /// The tokeniser.
        tokeniser: BleuTokeniser,
    },
    /// MeCab does not start, or does not answer as MeCab does.
    #[error("`mecab` cannot be used: {why}")]
    Program {
        /// What was found.
        why: String,
    },
    /// A MeCab without the changes for Korean.
    #[error("the tokeniser ko-mecab needs mecab-ko, found MeCab {found}, which cuts Korean otherwise")]
    NotKorean {
        /// The version that it tells.
        found: String,
    },
    /// A dictionary in another encoding.
    #[error("the dictionary {} of MeCab is written in {charset}, expected UTF-8", file)]
    Charset {
        /// Its file, as MeCab names it.
        file: String,
        /// The encoding that MeCab names.
        charset: String,
    },
    /// MeCab can't read the dictionary.
    #[error("`mecab` cannot read its dictionary{}: {why}", named(path.as_ref()))]
    Dictionary {
        /// The folder, where one was named.
        path: Option<PathBuf>,
        /// What MeCab said.
        why: String,
    },
    /// A text that MeCab would split.
    #[error("a text of {bytes} bytes is longer than MeCab reads, {most}")]
    TooLong {
        /// Its length.
        bytes: usize,
        /// The most that it may be.
        most: usize,
    },
    /// A tokeniser without the model that it needs.
    #[error("the tokeniser {} needs the file of its SentencePiece model", tokeniser.name())]
    NoModel {
        /// The tokeniser.
        tokeniser: BleuTokeniser,
    },
    /// A model that can't be read.
    #[error("cannot read the SentencePiece model {}: {why}", path.display())]
    Model {
        /// The file.
        path: PathBuf,
        /// What was found.
        why: String,
    },
    /// A text that the model can't cut.
    #[error("the SentencePiece model cannot cut a text: {why}")]
    Cut {
        /// What its reader said.
        why: String,
    },
}

/// Where to get a model.
pub(super) const MODEL_HINT: &str = "give its file as tokeniser-model; sacreBLEU keeps the one of flores200 in \
    ~/.sacrebleu/models after it was used once (`sacrebleu --tokenize flores200`)";

impl TokeniserError {
    /// What the user can do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NoProgram { tokeniser: BleuTokeniser::KoMecab } | Self::NotKorean { .. } => {
                "install mecab-ko and mecab-ko-dic, put its `mecab` first in PATH, and name the dictionary's folder as \
                 mecab-dictionary; or cut by char"
            }
            Self::NoProgram { .. } => {
                "install it, for instance with `apt-get install mecab mecab-ipadic-utf8` or `brew install mecab \
                 mecab-ipadic`; or cut by char"
            }
            Self::Program { .. } => "try `mecab --version`; install it anew",
            Self::Charset { .. } => {
                "install the dictionary in UTF-8 (`apt-get install mecab-ipadic-utf8`), or name its folder as \
                 mecab-dictionary"
            }
            Self::Dictionary { .. } => {
                "name the folder that holds its dicrc and sys.dic as mecab-dictionary, or install one \
                 (`apt-get install mecab-ipadic-utf8`)"
            }
            Self::TooLong { .. } => "split the text",
            Self::NoModel { .. } => MODEL_HINT,
            Self::Model { .. } => "check the path; a file that SentencePiece's trainer wrote (.model) is expected",
            Self::Cut { .. } => "train or download the model again",
        }
    }
}

fn named(path: Option<&PathBuf>) -> String {
    path.map(|path| format!(" {}", path.display())).unwrap_or_default()
}
