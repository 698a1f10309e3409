//! From the keys and tensors of a file to what is said of its model.

use std::path::Path;

#[cfg(test)]
use super::cursor::{Cursor, Input};
#[cfg(test)]
use super::parse::parse;
use super::parse::{Parsed, Tensors};
use super::value::Value;
use super::{Architecture, Header, HeaderError, Quantisation, TensorType, Vocabulary, VocabularyKind, shards};

impl Header {
    /// Reads the header of a GGUF file; of a model in several files, those of all of them, from the first.
    ///
    /// # Errors
    /// There is no such file, it is no GGUF file, is cut off, is of a version that is not known, or has values that
    /// can't be. An unknown architecture is no error: see [`Header::warnings`].
    pub fn read(path: &Path) -> Result<Self, HeaderError> {
        let (parsed, bytes) = shards::open(path)?;
        let mut whole = (parsed.tensors, bytes, 1);
        shards::add(path, &parsed.values, &mut whole)?;
        let (tensors, bytes, files) = whole;
        Self::from_parts(Parsed { tensors, ..parsed }, path, (bytes, files))
    }

    /// Reads the header of a model in one piece that lies in memory, or wherever bytes come from.
    #[cfg(test)]
    pub(super) fn from_input(input: &mut dyn Input, size: u64, path: &Path) -> Result<Self, HeaderError> {
        let parsed = parse(&mut Cursor::new(input, size, path))?;
        Self::from_parts(parsed, path, (size, 1))
    }

    fn from_parts(parsed: Parsed, path: &Path, (bytes, files): (u64, u32)) -> Result<Self, HeaderError> {
        let keys = Keys { parsed: &parsed, architecture: "" };
        let Some(name) = keys.text("general.architecture").filter(|name| !name.is_empty()) else {
            return Err(HeaderError::NoArchitecture { path: path.to_owned() });
        };
        let keys = Keys { architecture: name, ..keys };
        let tensors = &parsed.tensors;
        let Some(quantisation) = quantisation(tensors, keys.number("general.file_type")) else {
            return Err(HeaderError::NoArchitecture { path: path.to_owned() });
        };
        let (heads, kv_heads) = (keys.layers(".attention.head_count"), keys.layers(".attention.head_count_kv"));
        let listed = match parsed.values.get("tokenizer.ggml.tokens") {
            Some(Value::Array(count)) => Some(*count),
            _ => None,
        };
        Ok(Self {
            version: parsed.version,
            architecture: Architecture::new(name.to_owned(), keys.own(".attention.causal").map(|causal| causal != 0)),
            name: keys.text("general.name").map(str::to_owned),
            parameters: tensors.parameters,
            tensors: tensors.count,
            weight_bytes: tensors.bytes,
            bytes,
            files,
            quantisation,
            context_length: keys.own(".context_length"),
            layers: keys.own(".block_count"),
            embedding_width: keys.own(".embedding_length"),
            heads: most(&heads),
            kv_heads: most(&kv_heads).or_else(|| most(&heads)),
            cache_width: keys.cache_width(&heads, &kv_heads),
            vocabulary: Vocabulary {
                kind: VocabularyKind::new(keys.text("tokenizer.ggml.model")),
                size: listed.or_else(|| keys.own(".vocab_size")),
            },
            chat_template: parsed.values.contains_key("tokenizer.chat_template"),
        })
    }
}

/// The values of a file, looked up by key.
struct Keys<'a> {
    parsed: &'a Parsed,
    /// The name before keys that belong to the architecture.
    architecture: &'a str,
}

impl<'a> Keys<'a> {
    fn text(&self, key: &str) -> Option<&'a str> {
        match self.parsed.values.get(key)? {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    fn number(&self, key: &str) -> Option<u64> {
        match self.parsed.values.get(key)? {
            Value::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// A number under a key of the architecture.
    fn own(&self, end: &str) -> Option<u64> {
        self.number(&format!("{}{end}", self.architecture))
    }

    /// Numbers for each layer under a key of the architecture; one where all layers have the same.
    fn layers(&self, end: &str) -> Vec<u64> {
        match self.parsed.values.get(&format!("{}{end}", self.architecture)) {
            Some(Value::Number(number)) => vec![*number],
            Some(Value::Numbers(numbers)) => numbers.clone(),
            _ => Vec::new(),
        }
    }

    /// Numbers that a token takes in the cache of keys and values: over the layers, heads of keys and values times the
    /// widths of a key and a value, which are those of the embedding shared among the heads unless the file says
    /// otherwise (`n_embd_k_gqa` and `n_embd_v_gqa` of llama.cpp's llama-hparams.cpp).
    fn cache_width(&self, heads: &[u64], kv_heads: &[u64]) -> Option<u64> {
        let layers = usize::try_from(self.own(".block_count")?).ok().filter(|layers| *layers <= 65_536)?;
        let shared = most(heads).filter(|heads| *heads > 0);
        let head = shared.and_then(|heads| Some(self.own(".embedding_length")? / heads));
        let key = self.own(".attention.key_length").or(head)?;
        let value = self.own(".attention.value_length").or(head)?;
        let of = |layer: usize| {
            let at = |list: &[u64]| if list.len() == 1 { list.first() } else { list.get(layer) }.copied();
            at(kv_heads).or_else(|| at(heads))
        };
        let mut sum = 0_u64;
        for layer in 0..layers {
            sum = sum.checked_add(of(layer)?.checked_mul(key.checked_add(value)?)?)?;
        }
        Some(sum)
    }
}

fn most(numbers: &[u64]) -> Option<u64> {
    numbers.iter().copied().max()
}

/// None where there are no parameters.
fn quantisation(tensors: &Tensors, file_type: Option<u64>) -> Option<Quantisation> {
    let (number, most) = tensors.by_type.iter().max_by_key(|(_, parameters)| **parameters)?;
    if tensors.parameters == 0 {
        return None;
    }
    Some(Quantisation {
        dominant: TensorType::from_number(*number)?,
        share: *most as f64 / tensors.parameters as f64,
        file_type: file_type.and_then(Quantisation::file_type),
        bits: tensors.bytes as f64 * 8.0 / tensors.parameters as f64,
    })
}
