//! A pretrained decoder that says how likely a continuation is: zero-shot and few-shot.

use crate::error::WeightsError;
use crate::folder::Folder;

/// A question: how likely is this text after that one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Continuation<'a> {
    /// What stands before; shared prefixes are computed once where they follow each other.
    pub prompt: &'a str,
    /// What is scored.
    pub text: &'a str,
}

/// How likely a continuation is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Likelihood {
    /// Natural logarithm of its probability after the prompt.
    pub log: f64,
    /// Its tokens.
    pub tokens: usize,
    /// Whether each of its tokens is the likeliest one.
    pub greedy: bool,
    /// Tokens cut off the front of the prompt, since both were longer than the context.
    pub cut: usize,
}

/// A decoder ([`Architecture::is_decoder`](crate::Architecture::is_decoder)), in memory.
#[derive(Debug, Clone)]
pub struct Decoder {}

impl Decoder {
    /// Reads the weights of a folder.
    ///
    /// # Errors
    ///
    /// If a tensor is missing, damaged or of another shape, or the architecture is no decoder.
    pub fn load(_folder: &Folder) -> Result<Self, WeightsError> {
        Err(WeightsError::Product("not yet".into()))
    }

    /// The likelihood of each continuation; prompt and text are cut into tokens as lm-evaluation-harness does (the tokens of both
    /// together, behind those of the prompt).
    ///
    /// # Errors
    ///
    /// If the tokenizer fails, or a text has no token.
    pub fn likelihoods(&self, _of: &[Continuation<'_>]) -> Result<Vec<Likelihood>, WeightsError> {
        Err(WeightsError::Product("not yet".into()))
    }
}
