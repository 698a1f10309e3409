//! A small writer of GGUF files: whatever is asked for, right or wrong.

/// A file in the making.
#[derive(Clone, Debug)]
pub(crate) struct Writer {
    pub(crate) version: u32,
    keys: Vec<Vec<u8>>,
    tensors: Vec<(String, Vec<u64>, u32, u64)>,
    alignment: u64,
    weights: u64,
}

impl Writer {
    /// A file with nothing but the architecture.
    pub(crate) fn new(architecture: &str) -> Self {
        Self::empty().text("general.architecture", architecture)
    }

    /// A file with nothing.
    pub(crate) fn empty() -> Self {
        Self { version: 3, keys: Vec::new(), tensors: Vec::new(), alignment: 32, weights: 0 }
    }

    /// A model of two layers, 4 heads over 2 of keys and values, width 8, 16 tokens and tied embeddings:
    /// 16·8 + 2·(8 + 8·8) = 272 parameters.
    pub(crate) fn model() -> Self {
        let mut file = Self::new("llama")
            .text("general.name", "tiny")
            .number("general.file_type", 0)
            .number("llama.context_length", 64)
            .number("llama.block_count", 2)
            .number("llama.embedding_length", 8)
            .number("llama.attention.head_count", 4)
            .number("llama.attention.head_count_kv", 2)
            .text("tokenizer.ggml.model", "llama")
            .texts("tokenizer.ggml.tokens", &["a"; 16])
            .tensor("token_embd.weight", &[8, 16], 0, 4 * 128);
        for layer in 0..2 {
            file = file.tensor(&format!("blk.{layer}.attn_norm.weight"), &[8], 0, 4 * 8).tensor(
                &format!("blk.{layer}.attn_q.weight"),
                &[8, 8],
                0,
                4 * 64,
            );
        }
        file
    }

    /// A key with its value as bytes, the number of its kind before them.
    pub(crate) fn raw(mut self, key: &str, kind: u32, value: &[u8]) -> Self {
        let mut bytes = text(key);
        bytes.extend(kind.to_le_bytes());
        bytes.extend(value);
        self.keys.push(bytes);
        self
    }

    pub(crate) fn text(self, key: &str, value: &str) -> Self {
        self.raw(key, 8, &text(value))
    }

    pub(crate) fn number(mut self, key: &str, value: u32) -> Self {
        if key == "general.alignment" {
            self.alignment = u64::from(value).max(1);
        }
        self.raw(key, 4, &value.to_le_bytes())
    }

    pub(crate) fn texts(self, key: &str, values: &[&str]) -> Self {
        let items: Vec<u8> = values.iter().flat_map(|value| text(value)).collect();
        self.array(key, 8, values.len() as u64, &items)
    }

    /// An array of `count` items of a kind, as bytes.
    pub(crate) fn array(self, key: &str, kind: u32, count: u64, items: &[u8]) -> Self {
        let mut bytes = kind.to_le_bytes().to_vec();
        bytes.extend(count.to_le_bytes());
        bytes.extend(items);
        self.raw(key, 9, &bytes)
    }

    /// A tensor of `bytes` bytes after those before it.
    pub(crate) fn tensor(mut self, name: &str, shape: &[u64], kind: u32, bytes: u64) -> Self {
        self.tensors.push((name.to_owned(), shape.to_vec(), kind, self.weights));
        self.weights = (self.weights + bytes).next_multiple_of(self.alignment);
        self
    }

    /// The whole file; weights are zeros.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut bytes = b"GGUF".to_vec();
        bytes.extend(self.version.to_le_bytes());
        bytes.extend((self.tensors.len() as u64).to_le_bytes());
        bytes.extend((self.keys.len() as u64).to_le_bytes());
        bytes.extend(self.keys.concat());
        for (name, shape, kind, offset) in &self.tensors {
            bytes.extend(text(name));
            bytes.extend((shape.len() as u32).to_le_bytes());
            bytes.extend(shape.iter().flat_map(|length| length.to_le_bytes()));
            bytes.extend(kind.to_le_bytes());
            bytes.extend(offset.to_le_bytes());
        }
        if !self.tensors.is_empty() {
            bytes.resize(bytes.len().next_multiple_of(self.alignment as usize) + self.weights as usize, 0);
        }
        bytes
    }
}

fn text(value: &str) -> Vec<u8> {
    let mut bytes = (value.len() as u64).to_le_bytes().to_vec();
    bytes.extend(value.as_bytes());
    bytes
}
