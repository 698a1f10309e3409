//! A pretrained decoder that says how likely a continuation is: zero-shot and few-shot.

use crate::encoder::{Encoder, check};
use crate::error::WeightsError;
use crate::folder::{ContentHash, Folder};
use crate::kernels::log_softmax;
use crate::network::{Batch, Past};
use crate::product::{Rows, times_transposed};

/// A question: how likely is this text after that one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Continuation<'a> {
    /// What stands before.
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
pub struct Decoder {
    pub(crate) encoder: Encoder,
    /// The tokens that end a text.
    pub(crate) ends: Vec<u32>,
}

/// Tokens of a continuation behind those of its prompt.
struct Question {
    ids: Vec<u32>,
    /// Where the continuation begins.
    from: usize,
    cut: usize,
}

/// Tokens whose likelihoods are worked out at once: each takes as many numbers as the vocabulary has tokens.
const AT_ONCE: usize = 256;

/// Tokens that questions have in common at their front from which on these are read once for all of them.
const SHARED_FROM: usize = 8;

impl Decoder {
    /// Reads the weights of a folder.
    ///
    /// # Errors
    ///
    /// If a tensor is missing, damaged or of another shape, or the architecture is no decoder.
    pub fn load(folder: &Folder) -> Result<Self, WeightsError> {
        if !folder.architecture().is_decoder() {
            return Err(WeightsError::Unfit {
                folder: folder.path().into(),
                architecture: folder.architecture().name().into(),
                asked: "say how likely a continuation is".into(),
                instead: "llama, qwen2 and qwen3 can".into(),
            });
        }
        Ok(Self::of_encoder(&Encoder::load(folder)?)?.with_ends(folder.ends()?))
    }

    /// The same network, where it is a decoder's, as one that gives likelihoods.
    ///
    /// # Errors
    ///
    /// If the architecture is no decoder.
    pub fn of_encoder(encoder: &Encoder) -> Result<Self, WeightsError> {
        let architecture = encoder.network.shape.architecture;
        if !architecture.is_decoder() {
            return Err(WeightsError::Product(format!("`{}` gives no likelihoods", architecture.name())));
        }
        let mut encoder = encoder.clone();
        let mut vocabulary = (*encoder.vocabulary).clone();
        // Questions are cut at their front, below.
        vocabulary.cut_to(None).map_err(WeightsError::Product)?;
        encoder.vocabulary = std::sync::Arc::new(vocabulary);
        Ok(Self { encoder, ends: Vec::new() })
    }

    /// The same, which ends a text with one of these tokens ([`Folder::ends`]); without any it writes on until it is stopped.
    #[must_use]
    pub fn with_ends(mut self, ends: Vec<u32>) -> Self {
        self.ends = ends;
        self
    }

    /// The tokens that end a text.
    #[must_use]
    pub fn ends(&self) -> &[u32] {
        &self.ends
    }

    /// The likelihood of each continuation, `batch` questions at a time.
    ///
    /// Prompt and continuation are cut into tokens together, the prompt alone too, and the tokens behind as many as the prompt has are the
    /// continuation's: as lm-evaluation-harness does it. Spaces at the end of the prompt belong to the continuation.
    ///
    /// # Errors
    ///
    /// If the tokenizer fails, or a continuation is empty or longer than the context.
    pub fn likelihoods(&self, of: &[Continuation<'_>], batch: usize) -> Result<Vec<Likelihood>, WeightsError> {
        let mut questions = Vec::with_capacity(of.len());
        for (at, one) in of.iter().enumerate() {
            questions.push(self.question(one, at)?);
        }
        let mut order: Vec<usize> = (0..of.len()).collect();
        order.sort_by_key(|at| (questions[*at].ids.len(), *at));
        let mut found = vec![Likelihood { log: 0.0, tokens: 0, greedy: true, cut: 0 }; of.len()];
        let shared = self.shared(&questions)?;
        for which in order.chunks(batch.max(1)) {
            self.score(which, (&questions, &shared), &mut found)?;
        }
        Ok(found)
    }

    /// How many tokens of each question do not fit into the context, and are left out at its front.
    ///
    /// # Errors
    ///
    /// As [`Decoder::likelihoods`].
    pub fn cut_tokens(&self, of: &[Continuation<'_>]) -> Result<Vec<usize>, WeightsError> {
        of.iter().enumerate().map(|(at, one)| Ok(self.question(one, at)?.cut)).collect()
    }

    fn question(&self, of: &Continuation<'_>, at: usize) -> Result<Question, WeightsError> {
        let vocabulary = &self.encoder.vocabulary;
        let prompt = vocabulary.encode(of.prompt.trim_end(), at, true)?.ids;
        let mut ids = vocabulary.encode(&format!("{}{}", of.prompt, of.text), at, true)?.ids;
        let mut from = prompt.len().min(ids.len());
        check(&ids, at, self.encoder.network.shape.vocabulary)?;
        if from == 0 && !ids.is_empty() {
            // Without a token before it the first one has no likelihood.
            let start = self.encoder.vocabulary.start().unwrap_or(0);
            ids.insert(0, start);
            from = 1;
        }
        let context = self.encoder.network.shape.positions;
        let scored = ids.len() - from;
        if scored >= context {
            let error = format!("the continuation has {scored} tokens, expected at most {}", context.saturating_sub(1));
            return Err(WeightsError::TooLong { at, error });
        }
        if scored == 0 {
            let error = "the continuation has no token, expected one at least".to_owned();
            return Err(WeightsError::Text { at, error });
        }
        // The last token is only predicted, never read.
        let cut = ids.len().saturating_sub(context + 1);
        ids.drain(..cut);
        Ok(Question { ids, from: from - cut, cut })
    }

    /// What all questions begin with (labels and worked examples), read once; nothing where that is little. At least one token is left to each question, from
    /// which its continuation follows.
    fn shared(&self, questions: &[Question]) -> Result<Past, WeightsError> {
        let mut past = Past::default();
        let [first, rest @ ..] = questions else { return Ok(past) };
        let mut count = first.from - 1;
        for question in rest {
            let same = first.ids.iter().zip(&question.ids).take_while(|(a, b)| a == b).count();
            count = count.min(same).min(question.from - 1);
        }
        if !rest.is_empty() && count >= SHARED_FROM {
            self.encoder.network.onward(&first.ids[..count], &mut past)?;
        }
        Ok(past)
    }

    fn score(
        &self,
        which: &[usize],
        (questions, shared): (&[Question], &Past),
        found: &mut [Likelihood],
    ) -> Result<(), WeightsError> {
        let network = &self.encoder.network;
        // The last token is only predicted: names of one token behind the same prompt are read as one text.
        let mut read: Vec<&[u32]> = Vec::new();
        let mut places = Vec::with_capacity(which.len());
        for at in which {
            let ids = &questions[*at].ids[shared.tokens()..questions[*at].ids.len() - 1];
            let known = read.iter().rposition(|other| *other == ids);
            places.push(known.unwrap_or(read.len()));
            if known.is_none() {
                read.push(ids);
            }
        }
        let batch = Batch::new(read.iter().copied());
        let hidden = network.branches(&batch, shared)?;
        let width = hidden.columns;
        // Each scored token: whose it is, the row that predicts it, and which it is.
        let mut wanted: Vec<(usize, usize, u32)> = Vec::new();
        for (at, place) in which.iter().zip(places) {
            let (question, start) = (&questions[*at], batch.starts[place]);
            wanted.extend(
                (question.from..question.ids.len()).map(|i| (*at, start + i - 1 - shared.tokens(), question.ids[i])),
            );
            found[*at].cut = question.cut;
        }
        let head = network.head()?;
        for part in wanted.chunks(AT_ONCE) {
            let rows = part.iter().flat_map(|(_, row, _)| &hidden.values[row * width..][..width]).copied().collect();
            let logits = Rows::new(rows, width).lend(|rows| times_transposed(rows, head))?;
            for ((at, _, id), logits) in part.iter().zip(logits.chunks_exact(network.shape.vocabulary)) {
                let (log, likeliest) = log_softmax(logits, *id as usize);
                let own = &mut found[*at];
                own.log += log;
                own.tokens += 1;
                own.greedy &= likeliest;
            }
        }
        Ok(())
    }

    /// The same network as one that makes a vector of a text: that of its last token.
    #[must_use]
    pub fn encoder(&self) -> &Encoder {
        &self.encoder
    }

    /// Weights of the network.
    #[must_use]
    pub fn parameters(&self) -> u64 {
        self.encoder.parameters()
    }

    /// Content hash of the folder that it came from.
    #[must_use]
    pub fn content_hash(&self) -> ContentHash {
        self.encoder.content_hash()
    }
}
