//! A text that goes on from a prompt.

use std::time::Instant;

use llama_cpp_2::sampling::LlamaSampler;
use llama_cpp_2::token::LlamaToken;

use super::super::super::{Answer, CallFailure, Finish, Question, Sampling, Timing, Usage};
use super::load::Engine;
use super::tokens::{beginning, piece, tokens, with_beginning};

/// How the next token is picked from the logits of the last one fed.
enum Pick {
    /// The likeliest, the first of equals.
    Greedy,
    /// By chance, from the seed.
    Chance(LlamaSampler),
}

/// A text in the making.
struct Written {
    bytes: Vec<u8>,
    tokens: u64,
    first_token: Option<f64>,
}

impl Engine<'_> {
    /// Writes an answer: until the model ends it, a stop text comes, or there is no room for more.
    pub(super) fn generate(&mut self, question: &Question) -> Result<Answer, CallFailure> {
        let start = Instant::now();
        let mut pick = Pick::new(&question.sampling, question.repeat)?;
        let mut prompt = with_beginning(self.model, tokens(self.model, &self.text(&question.prompt)?)?);
        if prompt.is_empty() {
            prompt.push(beginning(self.model)?);
        }
        if prompt.len() >= self.length {
            let message = format!("{} tokens, the context has {}", prompt.len(), self.length);
            return Err(CallFailure::TooLong { message });
        }
        self.forget(0);
        let mut written = Written { bytes: Vec::new(), tokens: 0, first_token: None };
        let finish = self.write(&prompt, &question.sampling, &mut pick, (&mut written, start))?;
        if finish == Finish::Length {
            cut_torn_letter(&mut written.bytes);
        }
        let usage =
            Usage { prompt: Some(prompt.len() as u64), cached: Some(0), completion: Some(written.tokens), cut: None };
        let timing = Timing { first_token: written.first_token, total: start.elapsed().as_secs_f64() };
        let text = String::from_utf8_lossy(&written.bytes).into_owned();
        Ok(Answer { text, finish, likelihoods: Vec::new(), usage, timing, attempts: 1 })
    }

    fn write(
        &mut self,
        prompt: &[LlamaToken],
        sampling: &Sampling,
        pick: &mut Pick,
        (written, start): (&mut Written, Instant),
    ) -> Result<Finish, CallFailure> {
        let mut fed = vec![];
        let mut at = 0;
        while written.tokens < u64::from(sampling.max_tokens) {
            let next = if at == 0 { prompt } else { &fed[..] };
            if at + next.len() > self.length {
                return Ok(Finish::Length);
            }
            let token = self.next(next, at, pick)?;
            at += next.len();
            written.first_token.get_or_insert_with(|| start.elapsed().as_secs_f64());
            if self.model.vocab().is_eog(token) {
                return Ok(Finish::Stop);
            }
            let from = written.bytes.len();
            written.bytes.extend(piece(self.model, token));
            written.tokens += 1;
            if let Some(end) = stopped(&written.bytes, from, &sampling.stop) {
                written.bytes.truncate(end);
                return Ok(Finish::Stop);
            }
            fed = vec![token];
        }
        Ok(Finish::Length)
    }

    /// Feeds tokens from position `at` on and picks the one after them.
    fn next(&mut self, fed: &[LlamaToken], at: usize, pick: &mut Pick) -> Result<LlamaToken, CallFailure> {
        let last = fed.len() - 1;
        let mut likeliest = None;
        self.feed(fed, at, &(last..fed.len()), &mut |_, logits| likeliest = greedy(logits))?;
        let likeliest = likeliest.ok_or_else(|| CallFailure::Malformed {
            message: "the model gives no probability that is a number".to_owned(),
        })?;
        Ok(match pick {
            Pick::Greedy => likeliest,
            Pick::Chance(sampler) => sampler.sample(&self.context, -1),
        })
    }
}

impl Pick {
    fn new(sampling: &Sampling, repeat: u32) -> Result<Self, CallFailure> {
        let rejected = |message: String| Err(CallFailure::Rejected { message });
        let Sampling { temperature, top_p, seed, .. } = sampling;
        if !(temperature.is_finite() && *temperature >= 0.0) {
            return rejected(format!("a temperature of {temperature}, expected 0 or more"));
        }
        if *temperature == 0.0 {
            return Ok(Self::Greedy);
        }
        if !(*top_p > 0.0 && *top_p <= 1.0) {
            return rejected(format!("a top_p of {top_p}, expected more than 0 and at most 1"));
        }
        // llama.cpp takes 32 bits, of which the greatest number stands for a seed by chance; all 64 of ours matter.
        let seed = seed.wrapping_add(u64::from(repeat));
        let seed = (seed % u64::from(u32::MAX)) as u32;
        // Temperature before the share, as OpenAI and `transformers` have it (llama.cpp's own order is the other).
        let chain =
            [LlamaSampler::temp(*temperature as f32), LlamaSampler::top_p(*top_p as f32, 1), LlamaSampler::dist(seed)];
        Ok(Self::Chance(LlamaSampler::chain(chain, true)))
    }
}

/// The token with the greatest logit, the first of equals; none where one is not a number.
fn greedy(logits: &[f32]) -> Option<LlamaToken> {
    let (mut best, mut most) = (None, f32::NEG_INFINITY);
    for (number, logit) in (0_i32..).zip(logits) {
        if logit.is_nan() {
            return None;
        }
        if *logit > most {
            (best, most) = (Some(LlamaToken::new(number)), *logit);
        }
    }
    best
}

/// Where the first stop text begins that ends after `from`; none if there is none.
fn stopped(bytes: &[u8], from: usize, stop: &[String]) -> Option<usize> {
    let begins = |text: &String| {
        let text = text.as_bytes();
        let earliest = from.saturating_sub(text.len().saturating_sub(1));
        bytes[earliest..].windows(text.len()).position(|window| window == text).map(|at| earliest + at)
    };
    stop.iter().filter(|text| !text.is_empty()).filter_map(begins).min()
}

/// Takes off the bytes of a letter that was cut in the middle.
fn cut_torn_letter(bytes: &mut Vec<u8>) {
    if let Err(error) = std::str::from_utf8(bytes) {
        let whole = error.valid_up_to();
        if error.error_len().is_none() {
            bytes.truncate(whole);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_likeliest_is_the_first_of_equals() {
        assert_eq!(greedy(&[0.0, 2.0, 2.0, 1.0]), Some(LlamaToken::new(1)));
        assert_eq!(greedy(&[0.0, f32::NAN]), None);
        assert_eq!(greedy(&[]), None);
    }

    #[test]
    fn a_stop_text_is_found_across_tokens() {
        let stop = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        // "ab\n\ncd", where the last token is "\ncd".
        assert_eq!(stopped(b"ab\n\ncd", 3, &stop(&["\n\n"])), Some(2));
        assert_eq!(stopped(b"ab\n\ncd", 3, &stop(&["x", "cd", "\nc"])), Some(3));
        assert_eq!(
            stopped(b"ab\n\ncd", 3, &stop(&["ab", ""])),
            None,
            "before the last token it was looked for already"
        );
        assert_eq!(stopped(b"a", 0, &stop(&["abc"])), None);
    }

    #[test]
    fn half_a_letter_at_the_end_is_taken_off() {
        let mut bytes = "né".as_bytes()[..2].to_vec();
        cut_torn_letter(&mut bytes);
        assert_eq!(bytes, b"n");
        let mut bytes = vec![0xFF, b'a'];
        cut_torn_letter(&mut bytes);
        assert_eq!(bytes, [0xFF, b'a'], "what is no text at all stays as it is");
    }
}
