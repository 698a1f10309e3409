//! Loads a model and feeds it tokens.

use std::num::NonZeroU32;
use std::ops::Range;

use llama_cpp_2::context::LlamaContext;
use llama_cpp_2::context::params::{KvCacheType, LlamaContextParams};
use llama_cpp_2::llama_backend::LlamaBackend;
use llama_cpp_2::llama_batch::LlamaBatch;
use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::model::params::LlamaModelParams;
use llama_cpp_2::token::LlamaToken;

use super::super::super::CallFailure;
use super::super::header::CachePrecision;
use super::super::{Loaded, Setup};
use super::template::Template;

/// Tokens that are computed at a time; llama.cpp's own default.
const BATCH: u32 = 512;
/// `LLAMA_FLASH_ATTN_TYPE_AUTO` and `LLAMA_FLASH_ATTN_TYPE_DISABLED` of llama.h.
const FLASH: (i32, i32) = (-1, 0);

/// A model with its context, ready for questions.
pub(super) struct Engine<'m> {
    pub(super) model: &'m LlamaModel,
    pub(super) context: LlamaContext<'m>,
    batch: LlamaBatch<'static>,
    pub(super) template: Template,
    /// Most tokens of a prompt and its answer together.
    pub(super) length: usize,
    /// Tokens of the vocabulary.
    vocabulary: u32,
    threads: u32,
    notes: Vec<String>,
}

/// Loads the weights.
pub(super) fn load(backend: &LlamaBackend, setup: &Setup) -> Result<LlamaModel, String> {
    let parameters = LlamaModelParams::default().with_n_gpu_layers(0);
    LlamaModel::load_from_file(backend, &setup.model, &parameters).map_err(|error| error.to_string())
}

impl<'m> Engine<'m> {
    /// Makes room for the context and reads the chat template.
    pub(super) fn new(backend: &LlamaBackend, model: &'m LlamaModel, setup: &Setup) -> Result<Self, String> {
        let settings = &setup.settings;
        let threads = settings.threads.unwrap_or_else(cores).max(1);
        let cache = match settings.cache {
            CachePrecision::F32 => KvCacheType::F32,
            CachePrecision::F16 => KvCacheType::F16,
        };
        let count = i32::try_from(threads).map_err(|_| format!("{threads} threads are too many"))?;
        let parameters = LlamaContextParams::default()
            .with_n_ctx(NonZeroU32::new(setup.context))
            .with_n_batch(BATCH)
            .with_n_ubatch(BATCH)
            .with_n_threads(count)
            .with_n_threads_batch(count)
            .with_type_k(cache)
            .with_type_v(cache)
            .with_flash_attention_policy(if settings.flash_attention { FLASH.0 } else { FLASH.1 });
        let context = model.new_context(backend, parameters).map_err(|error| error.to_string())?;
        let vocabulary = u32::try_from(model.n_vocab()).ok().filter(|count| *count > 0);
        let vocabulary = vocabulary.ok_or("the model has no vocabulary")?;
        let (template, notes) = (Template::of(model), Vec::new());
        let batch = LlamaBatch::new(BATCH as usize, 1);
        let length = setup.context.min(context.n_ctx()) as usize;
        let mut engine = Self { model, context, batch, template, length, vocabulary, threads, notes };
        engine.notes = engine.remarks();
        Ok(engine)
    }

    /// What a reader of its answers should know.
    fn remarks(&self) -> Vec<String> {
        let trained = self.model.n_ctx_train() as usize;
        let beyond = (trained > 0 && self.length > trained).then(|| {
            format!("the context of {} tokens is longer than the {trained} that the model was trained on", self.length)
        });
        self.template.note().into_iter().chain(beyond).collect()
    }

    /// What is told of the model once it is there.
    pub(super) fn loaded(&self, seconds: f64, peak_memory: u64) -> Loaded {
        let (context, notes) = (self.length as u32, self.notes.clone());
        Loaded { context, vocabulary: self.vocabulary, threads: self.threads, seconds, peak_memory, notes }
    }

    /// Forgets everything from position `from` on. Some models can only forget all; then `false`, and all is
    /// forgotten.
    pub(super) fn forget(&mut self, from: usize) -> bool {
        let from = u32::try_from(from).unwrap_or(u32::MAX);
        if from > 0 && self.context.clear_kv_cache_seq(Some(0), Some(from), None).unwrap_or(false) {
            return true;
        }
        self.context.clear_kv_cache();
        from == 0
    }

    /// Feeds `tokens` from position `at` on, and hands over the logits after each token of `wanted` (by its place in
    /// `tokens`), in order.
    pub(super) fn feed(
        &mut self,
        tokens: &[LlamaToken],
        at: usize,
        wanted: &Range<usize>,
        take: &mut dyn FnMut(usize, &[f32]),
    ) -> Result<(), CallFailure> {
        for (number, part) in tokens.chunks(BATCH as usize).enumerate() {
            let first = number * BATCH as usize;
            self.batch.clear();
            for (offset, token) in part.iter().enumerate() {
                let place = first + offset;
                let position = i32::try_from(at + place).map_err(|error| broken(&error))?;
                let added = self.batch.add(*token, position, &[0], wanted.contains(&place));
                added.map_err(|error| broken(&error))?;
            }
            self.context.decode(&mut self.batch).map_err(|error| broken(&error))?;
            for offset in (0..part.len()).filter(|offset| wanted.contains(&(first + offset))) {
                let row = i32::try_from(offset).map_err(|error| broken(&error))?;
                take(first + offset, self.context.get_logits_ith(row));
            }
        }
        Ok(())
    }
}

/// llama.cpp could not do what is always possible.
pub(super) fn broken(error: &dyn std::fmt::Display) -> CallFailure {
    CallFailure::Malformed { message: format!("llama.cpp: {error}") }
}

fn cores() -> u32 {
    std::thread::available_parallelism().map_or(1, |count| u32::try_from(count.get()).unwrap_or(1))
}
