//! A real model, ready to be asked.

use std::path::{Path, PathBuf};

use lagom::call::gguf::{Gguf, GgufError, Observed, Settings};
use lagom::call::{Answer, CallFailure, Continuation, Flow, Likelihood, Prompt, Question, Sampling, Stop};

use crate::support::LAGOM;

/// The folder of real data.
pub(super) fn data() -> PathBuf {
    std::env::var_os("LAGOM_TEST_DATA").map(PathBuf::from).expect("LAGOM_TEST_DATA names the folder of test data")
}

/// A model of the tiny stories, such as `stories260K-f32`.
pub(super) fn stories(name: &str) -> PathBuf {
    data().join(format!("weights/tinystories-llama/{name}.gguf"))
}

/// The backend for a model, on one thread.
pub(super) fn backend(model: &Path) -> Gguf {
    let settings = Settings { threads: Some(1), ..Settings::default() };
    Gguf { program: LAGOM.into(), model: model.to_owned(), settings, stop: Stop::default() }
}

/// Asks all questions.
pub(super) fn ask(
    backend: &Gguf,
    questions: Vec<Question>,
) -> Result<(Vec<Result<Answer, CallFailure>>, Observed), GgufError> {
    let mut answers = Vec::new();
    let observed = backend.ask(&mut questions.into_iter().enumerate(), &mut |number, answer| {
        assert_eq!(number, answers.len(), "answers come in the order of the questions");
        answers.push(answer);
        Flow::Continue
    })?;
    Ok((answers, observed))
}

/// Asks one question that has an answer.
pub(super) fn one(backend: &Gguf, question: Question) -> Answer {
    ask(backend, vec![question]).unwrap().0.remove(0).unwrap()
}

/// A text to go on with, greedily.
pub(super) fn write(prompt: &str, max_tokens: u32) -> Question {
    let sampling = Sampling { temperature: 0.0, top_p: 1.0, seed: 1, max_tokens, stop: vec![] };
    Question { prompt: Prompt::Text(prompt.to_owned()), sampling, continuations: vec![], repeat: 0 }
}

/// The likelihoods of texts after a prompt.
pub(super) fn score(prompt: &str, texts: &[&str]) -> Question {
    let continuations = texts.iter().map(|text| Continuation { text: (*text).to_owned() }).collect();
    Question { continuations, ..write(prompt, 0) }
}

/// The likelihoods of texts after a prompt, asked alone.
pub(super) fn likelihoods(backend: &Gguf, prompt: &str, texts: &[&str]) -> Vec<Likelihood> {
    one(backend, score(prompt, texts)).likelihoods
}
