//! Documents as windows of tokens, each token of which is predicted once.

use super::vocabulary::BytePairs;
use crate::error::WeightsError;

/// A part of a document that is read at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Window {
    /// Which document, from 0.
    pub(super) document: usize,
    /// What is read, and behind it the last token, which is only predicted.
    tokens: Vec<u32>,
}

impl Window {
    /// What is read.
    pub(super) fn read(&self) -> &[u32] {
        &self.tokens[..self.tokens.len() - 1]
    }

    /// What is predicted behind each token that is read.
    pub(super) fn predicted(&self) -> &[u32] {
        &self.tokens[1..]
    }
}

/// The windows of documents, each of at most `context` predicted tokens, in their order; an empty document has none.
pub(super) fn windows(texts: &[&str], vocabulary: &BytePairs, context: usize) -> Result<Vec<Window>, WeightsError> {
    let start = vocabulary.tokens() as u32;
    let mut all = Vec::with_capacity(texts.len());
    for (document, text) in texts.iter().enumerate() {
        let mut tokens = vec![start];
        tokens.extend(vocabulary.encode(text, document)?);
        let mut from = 0;
        while from + 1 < tokens.len() {
            let behind = (from + context.max(1)).min(tokens.len() - 1);
            all.push(Window { document, tokens: tokens[from..=behind].to_vec() });
            from = behind;
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_token_is_predicted_once() {
        let vocabulary = BytePairs::train(&[], 256).unwrap();
        // "abcde" is five bytes: windows of two predict ab, cd, e; each reads the token before its first.
        let ids = |text: &str| vocabulary.encode(text, 0).unwrap();
        let found = windows(&["abcde", "", "f"], &vocabulary, 2).unwrap();
        let predicted: Vec<(usize, &[u32])> = found.iter().map(|one| (one.document, one.predicted())).collect();
        let all = ids("abcde");
        assert_eq!(predicted, [(0, &all[..2]), (0, &all[2..4]), (0, &all[4..]), (2, &ids("f")[..])]);
        let read: Vec<&[u32]> = found.iter().map(Window::read).collect();
        assert_eq!(read, [&[256, all[0]][..], &all[1..3], &all[3..4], &[256]]);
    }
}
