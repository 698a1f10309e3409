//! Texts to tokens and back.

use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::token::LlamaToken;

use super::super::super::CallFailure;

/// Longest text that is cut into tokens, in bytes: llama.cpp counts in 32 bits.
const LONGEST: usize = 1 << 30;

/// The tokens of a text, without any before or after it; special tokens named in the text are taken as such, as by
/// llama.cpp's server and by `transformers`.
pub(super) fn tokens(model: &LlamaModel, text: &str) -> Result<Vec<LlamaToken>, CallFailure> {
    if text.len() > LONGEST {
        return Err(CallFailure::TooLong { message: format!("{} bytes of text", text.len()) });
    }
    // An empty text has no tokens, whatever the vocabulary does with it.
    Ok(if text.is_empty() { Vec::new() } else { model.vocab().tokenize(text.as_bytes(), false, true) })
}

/// Puts the token that begins a text before `tokens` where the model wants it and it is not there yet.
pub(super) fn with_beginning(model: &LlamaModel, mut tokens: Vec<LlamaToken>) -> Vec<LlamaToken> {
    let vocabulary = model.vocab();
    let begin = vocabulary.bos();
    if vocabulary.should_add_bos() && begin.0 >= 0 && tokens.first() != Some(&begin) {
        tokens.insert(0, begin);
    }
    tokens
}

/// The token before a text that nothing stands before: the one that begins a text, else the one that ends it, as
/// lm-evaluation-harness has it.
pub(super) fn beginning(model: &LlamaModel) -> Result<LlamaToken, CallFailure> {
    let vocabulary = model.vocab();
    [vocabulary.bos(), vocabulary.eos()].into_iter().find(|token| token.0 >= 0).ok_or_else(|| CallFailure::Rejected {
        message: "the prompt is empty and the model has no token that begins or ends a text".to_owned(),
    })
}

/// The bytes that a token stands for; none for special tokens.
pub(super) fn piece(model: &LlamaModel, token: LlamaToken) -> Vec<u8> {
    model.vocab().token_to_piece(token, false, None)
}
