//! The content address of a question.

use crate::call::{Prompt, Question, Role};

/// Raised whenever the bytes below change: answers kept under another version are not found again.
const VERSION: &[u8] = b"lagom question 1";

/// The content address of a question: BLAKE3, in hexadecimal, of its prompt, sampling, continuations and repeat.
///
/// Equal for equal questions on every machine and in every version of lagom that says so; different for any that could
/// be answered otherwise. Every text goes in behind its length, so that no two questions share their bytes.
#[must_use]
pub fn digest(question: &Question) -> String {
    let mut bytes = Bytes(blake3::Hasher::new());
    bytes.text(std::str::from_utf8(VERSION).unwrap_or_default());
    match &question.prompt {
        Prompt::Chat(messages) => {
            bytes.number(0);
            bytes.number(messages.len() as u64);
            for message in messages {
                bytes.number(match message.role {
                    Role::System => 0,
                    Role::User => 1,
                    Role::Assistant => 2,
                });
                bytes.text(&message.content);
            }
        }
        Prompt::Text(text) => {
            bytes.number(1);
            bytes.text(text);
        }
    }
    let sampling = &question.sampling;
    bytes.real(sampling.temperature);
    bytes.real(sampling.top_p);
    bytes.number(sampling.seed);
    bytes.number(u64::from(sampling.max_tokens));
    bytes.texts(sampling.stop.iter().map(String::as_str));
    bytes.texts(question.continuations.iter().map(|continuation| continuation.text.as_str()));
    bytes.number(u64::from(question.repeat));
    bytes.0.finalize().to_hex().to_string()
}

struct Bytes(blake3::Hasher);

impl Bytes {
    fn number(&mut self, number: u64) {
        self.0.update(&number.to_le_bytes());
    }

    /// By its bits; the two zeros are one number.
    fn real(&mut self, number: f64) {
        self.number(if number == 0.0 { 0 } else { number.to_bits() });
    }

    fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.0.update(text.as_bytes());
    }

    fn texts<'t>(&mut self, texts: impl ExactSizeIterator<Item = &'t str>) {
        self.number(texts.len() as u64);
        for text in texts {
            self.text(text);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::digest;
    use crate::call::{Continuation, Message, Prompt, Question, Role, Sampling};

    fn question() -> Question {
        let sampling = Sampling { temperature: 0.0, top_p: 1.0, seed: 7, max_tokens: 16, stop: vec!["\n".to_owned()] };
        Question { prompt: Prompt::Text("a".to_owned()), sampling, continuations: Vec::new(), repeat: 0 }
    }

    fn chat(messages: &[(Role, &str)]) -> Prompt {
        Prompt::Chat(messages.iter().map(|(role, text)| Message { role: *role, content: (*text).to_owned() }).collect())
    }

    #[test]
    fn every_part_counts_and_no_two_share_their_bytes() {
        let mut all = vec![question()];
        let mut other = |change: &dyn Fn(&mut Question)| {
            let mut changed = question();
            change(&mut changed);
            all.push(changed);
        };
        let continuation = |text: &str| Continuation { text: text.to_owned() };
        other(&|q| q.prompt = Prompt::Text("b".to_owned()));
        other(&|q| q.prompt = chat(&[(Role::User, "a")]));
        other(&|q| q.prompt = chat(&[(Role::System, "a")]));
        other(&|q| q.prompt = chat(&[(Role::User, "a"), (Role::Assistant, "")]));
        other(&|q| q.prompt = chat(&[(Role::User, ""), (Role::Assistant, "a")]));
        other(&|q| q.sampling.temperature = 0.5);
        other(&|q| q.sampling.top_p = 0.5);
        other(&|q| q.sampling.seed = 8);
        other(&|q| q.sampling.max_tokens = 17);
        other(&|q| q.sampling.stop.clear());
        other(&|q| q.sampling.stop = vec![String::new(), "\n".to_owned()]);
        other(&|q| q.continuations = vec![continuation("a"), continuation("b")]);
        other(&|q| q.continuations = vec![continuation("ab")]);
        other(&|q| q.repeat = 1);
        let digests: BTreeSet<String> = all.iter().map(digest).collect();
        assert_eq!(digests.len(), all.len());
    }

    #[test]
    fn zero_has_no_sign() {
        let mut negative = question();
        negative.sampling.temperature = -0.0;
        assert_eq!(digest(&negative), digest(&question()));
    }
}
