//! The pieces of a SentencePiece model: `sentencepiece-rs` reads the file, normalises and cuts texts. Of unigram models, which
//! the FLORES ones are, the best path is searched here, over a table of the pieces: the library tries every piece that begins
//! with the same byte at every place.

use crate::tokeniser_error::TokeniserError;
use hashbrown::HashMap;
use sentencepiece_rs::{ModelType, PieceType, SentencePieceProcessor};
use std::fmt;
use std::path::Path;

/// How much less likely than the least likely piece an unknown character is (`kUnkPenalty` of SentencePiece).
const UNKNOWN_PENALTY: f32 = 10.0;

/// A model that cuts texts.
pub(super) struct Pieces {
    processor: SentencePieceProcessor,
    unigram: Option<Unigram>,
}

impl fmt::Debug for Pieces {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Pieces").field("size", &self.processor.model().vocab_size()).finish_non_exhaustive()
    }
}

impl Pieces {
    /// Reads a model.
    ///
    /// # Errors
    /// The file can't be read, or is no model.
    pub(super) fn read(path: &Path) -> Result<Self, TokeniserError> {
        let fault = |why: String| TokeniserError::Model { path: path.to_path_buf(), why };
        let bytes = std::fs::read(path).map_err(|error| fault(error.to_string()))?;
        let read = SentencePieceProcessor::from_serialized_model(&bytes);
        let processor = read.map_err(|error| fault(error.to_string()))?;
        Ok(Self { unigram: Unigram::of(&processor), processor })
    }

    /// The pieces with spaces between.
    ///
    /// # Errors
    /// The model normalises to something that is no text.
    pub(super) fn cut(&self, text: &str) -> Result<String, TokeniserError> {
        let cut = match &self.unigram {
            Some(unigram) => self.processor.normalize(text).map(|normal| unigram.cut(&normal)),
            None => self.processor.encode(text).map(|pieces| pieces.join(" ")),
        };
        cut.map_err(|error| TokeniserError::Cut { why: error.to_string() })
    }
}

/// The pieces of a unigram model without pieces of the user's own, whose scores hang on their length.
struct Unigram {
    scores: HashMap<Box<str>, f32>,
    /// In bytes.
    longest: usize,
    /// The score of a character that no piece is.
    unknown: f32,
    /// Whether unknown characters are written as their bytes.
    as_bytes: bool,
}

/// The best way to the end of a prefix: its score, where its last piece begins, and whether that is unknown.
#[derive(Debug, Clone, Copy)]
struct Best {
    score: f32,
    from: usize,
    unknown: bool,
}

impl Unigram {
    fn of(processor: &SentencePieceProcessor) -> Option<Self> {
        let model = processor.model();
        let all = || model.pieces().iter();
        if model.model_type() != ModelType::Unigram || all().any(|piece| piece.kind == PieceType::UserDefined) {
            return None;
        }
        let normal = || all().filter(|piece| piece.kind == PieceType::Normal);
        let scores: HashMap<Box<str>, f32> =
            normal().map(|piece| (piece.piece.clone().into_boxed_str(), piece.score)).collect();
        let least = normal().map(|piece| piece.score).reduce(f32::min).unwrap_or(0.0);
        Some(Self {
            longest: scores.keys().map(|piece| piece.len()).max().unwrap_or(0),
            scores,
            unknown: least - UNKNOWN_PENALTY,
            as_bytes: all().any(|piece| piece.kind == PieceType::Byte),
        })
    }

    /// The likeliest pieces of a normalised text, with spaces between (Viterbi, in the order of SentencePiece's own so that
    /// sums of scores are the same to the bit).
    fn cut(&self, text: &str) -> String {
        let nothing = Best { score: f32::NEG_INFINITY, from: 0, unknown: false };
        let mut best = vec![nothing; text.len() + 1];
        best[0].score = 0.0;
        for (from, letter) in text.char_indices() {
            let (here, first) = (best[from].score, from + letter.len_utf8());
            let mut known = false;
            for (end, score) in self.pieces_at(text, from) {
                known |= end == first;
                if here + score > best[end].score {
                    best[end] = Best { score: here + score, from, unknown: false };
                }
            }
            if !known && here + self.unknown > best[first].score {
                best[first] = Best { score: here + self.unknown, from, unknown: true };
            }
        }
        let mut path = Vec::new();
        let mut end = text.len();
        while end > 0 {
            path.push((best[end].from, end, best[end].unknown));
            end = best[end].from;
        }
        self.written(text, path.into_iter().rev())
    }

    /// The ends of the pieces that begin here, with their scores.
    fn pieces_at<'a>(&'a self, text: &'a str, from: usize) -> impl Iterator<Item = (usize, f32)> + 'a {
        let rest = &text[from..];
        let ends = rest.char_indices().map(move |(at, letter)| at + letter.len_utf8());
        let within = ends.take_while(|length| *length <= self.longest);
        within.filter_map(move |length| Some((from + length, *self.scores.get(&rest[..length])?)))
    }

    /// Neighbouring unknown characters are one piece, unless bytes stand for them.
    fn written(&self, text: &str, path: impl Iterator<Item = (usize, usize, bool)>) -> String {
        let mut written = String::with_capacity(2 * text.len());
        let mut after_unknown = false;
        for (from, end, unknown) in path {
            if unknown && self.as_bytes {
                text[from..end].bytes().for_each(|byte| written.push_str(&format!(" <0x{byte:02X}>")));
            } else {
                if !(unknown && after_unknown) {
                    written.push(' ');
                }
                written.push_str(&text[from..end]);
            }
            after_unknown = unknown;
        }
        written
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A field of a protocol buffer that holds bytes.
    fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
        [&[number << 3 | 2, bytes.len() as u8], bytes].concat()
    }

    /// A model of these pieces: a text, its score, and what it is (1: normal, 2: unknown, 3: control, 6: a byte).
    fn model(pieces: &[(&str, f32, u8)], trainer: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (text, score, kind) in pieces {
            let score = [&[2 << 3 | 5][..], &score.to_le_bytes()].concat();
            bytes.extend(field(1, &[field(1, text.as_bytes()), score, vec![3 << 3, *kind]].concat()));
        }
        bytes.extend(field(2, trainer));
        bytes
    }

    const PIECES: [(&str, f32, u8); 14] = [
        ("<unk>", 0.0, 2),
        ("<s>", 0.0, 3),
        ("</s>", 0.0, 3),
        ("▁", -3.5, 1),
        ("▁the", -2.0, 1),
        ("▁cat", -3.0, 1),
        ("▁c", -4.0, 1),
        ("at", -3.25, 1),
        ("s", -3.75, 1),
        ("▁sat", -4.5, 1),
        ("我", -5.0, 1),
        ("喜欢", -5.5, 1),
        ("喜", -4.5, 1),
        ("欢", -4.25, 1),
    ];
    /// The trainer's settings: a unigram model, one of byte pairs, and a unigram one that writes unknown characters as bytes.
    const UNIGRAM: [u8; 2] = [3 << 3, 1];
    const PAIRS: [u8; 2] = [3 << 3, 2];
    const BYTES: [u8; 5] = [3 << 3, 1, 0x98, 2, 1];

    fn read(bytes: &[u8]) -> Pieces {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("m.model");
        std::fs::write(&path, bytes).unwrap();
        Pieces::read(&path).unwrap()
    }

    /// By Python's sentencepiece 0.2.3 from the same models.
    #[test]
    fn pieces_are_those_of_sentencepiece() {
        let texts = ["the cats sat", "  the   cat 我喜欢 q比xcat", "at", "", "qq the"];
        let unigram = ["▁the ▁cat s ▁sat", "▁the ▁cat ▁ 我 喜欢 ▁ q比xc at", "▁ at", "", "▁ qq ▁the"];
        let pairs = ["▁ the ▁cat s ▁ s at", "▁ the ▁cat ▁ 我 喜欢 ▁ q比xc at", "▁ at", "", "▁ qq ▁ the"];
        for (trainer, expected) in [(UNIGRAM, unigram), (PAIRS, pairs)] {
            let pieces = read(&model(&PIECES, &trainer));
            for (text, expected) in texts.iter().zip(expected) {
                assert_eq!(pieces.cut(text).unwrap().trim(), expected, "{text}");
            }
        }
    }

    proptest! {
        #[test]
        fn the_search_finds_the_pieces_of_the_library(text in "[▁thecats我喜欢q比 ]{0,12}") {
            let bytes: Vec<String> = (0..=255).map(|byte| format!("<0x{byte:02X}>")).collect();
            let with_bytes: Vec<(&str, f32, u8)> =
                PIECES.iter().copied().chain(bytes.iter().map(|byte| (byte.as_str(), 0.0, 6))).collect();
            for pieces in [read(&model(&PIECES, &UNIGRAM)), read(&model(&with_bytes, &BYTES))] {
                prop_assert!(pieces.unigram.is_some());
                let expected = pieces.processor.encode(&text).unwrap().join(" ");
                let found = pieces.cut(&text).unwrap();
                prop_assert_eq!(found.trim_start(), expected);
            }
        }
    }

    #[test]
    fn what_is_no_model_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("m.model");
        std::fs::write(&path, "no model").unwrap();
        let told = Pieces::read(&path).unwrap_err().to_string();
        assert!(told.starts_with("cannot read the SentencePiece model") && told.contains("m.model"), "{told}");
        // Cut off anywhere it is refused, or a smaller model: never a panic.
        let whole = model(&PIECES, &UNIGRAM);
        for end in 0..whole.len() {
            std::fs::write(&path, &whole[..end]).unwrap();
            if let Ok(pieces) = Pieces::read(&path) {
                assert!(pieces.cut("the cats 我 sat").is_ok());
            }
        }
    }
}
