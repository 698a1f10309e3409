//! A folder of weights as Hugging Face has them: what it is, from headers alone.

use std::io::Read;
use std::path::{Path, PathBuf};

use safetensors::Dtype;
use serde_json::Value;

use crate::architecture::Architecture;
use crate::error::WeightsError;
use crate::shape::{Config, Shape};
use crate::slot::{Parameter, Slot, Source};
use crate::tensors::Tensors;
use crate::tokenizer::Vocabulary;

/// The configuration of every folder.
const CONFIG: &str = "config.json";

/// The vocabulary of every folder.
const TOKENIZER: &str = "tokenizer.json";

/// Names of the table of static embeddings: model2vec's, and sentence-transformers'.
const TABLES: [&str; 2] = ["embeddings", "embedding.weight"];

/// A `model_max_length` of tokenizer_config.json from here on means that there is none.
const NO_LIMIT: u64 = 1 << 30;

/// Fewest tokens of a text that say anything: special ones are among them.
const LEAST_CONTEXT: u64 = 8;

/// Tokens that model2vec reads of a text where its configuration says nothing.
pub(crate) const STATIC_CONTEXT: usize = 512;

/// How the vectors of a text's tokens become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Pooling {
    /// Their mean.
    Mean,
    /// The vector of the first one.
    Cls,
    /// The vector of the last one.
    Last,
}

/// BLAKE3 of weights and tokenizer: equal where and only where a model's numbers are.
#[derive(Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct ContentHash(pub [u8; 32]);

impl std::fmt::Display for ContentHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl std::fmt::Debug for ContentHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ContentHash({self})")
    }
}

/// What of the folder is neither weights nor vocabulary, and changes its vectors.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Manner {
    pub(crate) pooling: Pooling,
    pub(crate) normalises: bool,
    pub(crate) context: Option<usize>,
}

/// The tensors of static embeddings.
pub(crate) struct Table {
    /// `[rows, width]`.
    pub(crate) values: Vec<f32>,
    /// The row of each token; none: its own number.
    pub(crate) rows: Option<Vec<u32>>,
    /// What each token counts; none: all the same.
    pub(crate) weights: Option<Vec<f32>>,
}

/// What a folder holds.
#[derive(Debug, Clone)]
enum Content {
    Network {
        shape: Shape,
        /// What stands before the names of its tensors.
        prefix: String,
    },
    Static {
        width: usize,
    },
}

/// A folder of weights, looked at: no weight is in memory yet.
#[derive(Debug, Clone)]
pub struct Folder {
    path: PathBuf,
    architecture: Architecture,
    content: Content,
    tensors: Tensors,
    manner: Manner,
    states_pooling: bool,
    /// What says how many tokens are read of a text.
    context_from: String,
    /// What may be wrong with it.
    doubts: Vec<String>,
    parameters: u64,
    bytes: u64,
}

fn json(file: &Path) -> Result<Value, WeightsError> {
    let text = std::fs::read(file).map_err(|error| WeightsError::Unreadable { file: file.into(), error })?;
    serde_json::from_slice(&text).map_err(|error| WeightsError::Malformed {
        file: file.into(),
        found: error.to_string(),
        expected: "JSON".into(),
    })
}

/// A file that may be missing.
fn optional(folder: &Path, name: &str) -> Result<Option<Value>, WeightsError> {
    let file = folder.join(name);
    if file.is_file() { json(&file).map(Some) } else { Ok(None) }
}

fn needed(folder: &Path, name: &str, what: &str) -> Result<PathBuf, WeightsError> {
    let file = folder.join(name);
    if file.is_file() {
        return Ok(file);
    }
    Err(WeightsError::Missing { folder: folder.into(), file: name.into(), needed: what.into() })
}

/// The architecture that a configuration names.
fn architecture(file: &Path, config: &Value) -> Result<Architecture, WeightsError> {
    let name = config.get("model_type").and_then(Value::as_str);
    let first = config.get("architectures").and_then(|all| all.get(0)).and_then(Value::as_str);
    if let Some(known) = name.and_then(Architecture::named) {
        return Ok(known);
    }
    if first.is_some_and(|first| first == "StaticModel") {
        return Ok(Architecture::StaticEmbedding);
    }
    let known = Architecture::ALL.map(Architecture::name).join(", ");
    Err(match name {
        Some(name) => {
            WeightsError::Architecture { file: file.into(), found: format!("`{name}` (`model_type`)"), known }
        }
        None => WeightsError::Key {
            file: file.into(),
            key: "model_type".into(),
            found: config.get("model_type").map_or_else(|| "missing".into(), |value| format!("`{value}`")),
            expected: format!("the name of an architecture ({known})"),
        },
    })
}

/// The tokens of a text that a configuration allows.
enum Stated {
    /// So many.
    Limit(usize),
    /// It does not say, or any number.
    None,
}

/// The bound that a key states; none where the key is missing, null, or so large that it bounds nothing.
fn stated(file: &Path, values: &Value, key: &str) -> Result<Stated, WeightsError> {
    let Some(value) = values.get(key).filter(|value| !value.is_null()) else { return Ok(Stated::None) };
    match value.as_f64() {
        Some(number) if number >= NO_LIMIT as f64 => Ok(Stated::None),
        Some(number) if number >= LEAST_CONTEXT as f64 && number.fract() == 0.0 => Ok(Stated::Limit(number as usize)),
        _ => Err(WeightsError::Key {
            file: file.into(),
            key: key.into(),
            found: format!("`{value}`"),
            expected: format!("a whole number of tokens from {LEAST_CONTEXT}"),
        }),
    }
}

impl Folder {
    /// Looks at a folder: configuration, headers of the weights, tokenizer, pooling. Reads no weight.
    ///
    /// # Errors
    ///
    /// Whatever makes it unusable: a file that is missing or cut off, a tensor that is missing or of another type or shape, a key that
    /// is missing, an architecture that is not known, a tokenizer of other weights.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, WeightsError> {
        let path = path.as_ref();
        let file = needed(path, CONFIG, "what the weights are")?;
        let config = json(&file)?;
        let architecture = architecture(&file, &config)?;
        let tokenizer = needed(path, TOKENIZER, "the vocabulary that the weights belong to")?;
        let tensors = Tensors::open(path)?;
        let vocabulary = Vocabulary::read(&tokenizer)?;
        let size = std::fs::metadata(&tokenizer).map_or(0, |data| data.len());
        let bytes = tensors.bytes + size;
        let config = Config { file: &file, values: &config };
        let mut folder = Self {
            path: path.into(),
            architecture,
            content: Content::Static { width: 0 },
            tensors,
            manner: Manner { pooling: Pooling::Mean, normalises: false, context: None },
            states_pooling: false,
            context_from: String::new(),
            doubts: Vec::new(),
            parameters: 0,
            bytes,
        };
        if architecture == Architecture::StaticEmbedding {
            folder.look_at_table(&config, &vocabulary)?;
        } else {
            folder.look_at_network(&config, &vocabulary)?;
            folder.look_at_pooling()?;
        }
        Ok(folder)
    }

    fn look_at_network(&mut self, config: &Config<'_>, vocabulary: &Vocabulary) -> Result<(), WeightsError> {
        let mut shape = config.shape(self.architecture)?;
        let name = shape.tokens_name();
        let full = self.tensors.names().find(|full| full.ends_with(name)).unwrap_or(name).to_owned();
        let prefix = full[..full.len() - name.len()].to_owned();
        if self.architecture.is_decoder() && self.tensors.place("lm_head.weight").is_none() {
            // Files without a head of their own tie it, whatever an old configuration says.
            shape.tied = true;
        }
        for parameter in shape.parameters() {
            for source in shape.sources(&parameter, &prefix) {
                self.tensors.expect(&self.found_name(&source.name), &source.shape)?;
            }
            self.parameters += (parameter.rows * parameter.columns) as u64;
        }
        self.match_vocabulary(vocabulary.rows(), shape.vocabulary)?;
        self.manner.context = Some(shape.positions);
        self.context_from = "`max_position_embeddings` of config.json".into();
        self.content = Content::Network { shape, prefix };
        Ok(())
    }

    /// Refuses a tokenizer with more tokens than rows, and doubts one with far fewer: embeddings are padded to round numbers of rows, but
    /// never to twice as many.
    fn match_vocabulary(&mut self, tokens: usize, rows: usize) -> Result<(), WeightsError> {
        if tokens > rows {
            let found = format!("the tokenizer has {tokens} tokens");
            return Err(WeightsError::Tokenizer { file: self.path.join(TOKENIZER), found, rows });
        }
        if 2 * tokens <= rows {
            self.doubts.push(format!(
                "`{}` has {tokens} tokens and the embedding {rows} rows: they may be of two models, and vectors then mean nothing",
                self.path.join(TOKENIZER).display()
            ));
        }
        Ok(())
    }

    /// A tensor's name in these files: those of old conversions call gain and shift gamma and beta.
    fn found_name(&self, name: &str) -> String {
        if self.tensors.place(name).is_none() {
            let old = name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta");
            if self.tensors.place(&old).is_some() {
                return old;
            }
        }
        name.to_owned()
    }

    fn look_at_table(&mut self, config: &Config<'_>, vocabulary: &Vocabulary) -> Result<(), WeightsError> {
        let name = self.table_name();
        let (rows, width) = match self.tensors.place(name) {
            Some(place)
                if place.shape.len() == 2
                    && place.shape[1] > 0
                    && matches!(place.dtype, Dtype::F32 | Dtype::F16 | Dtype::BF16 | Dtype::I8) =>
            {
                (place.shape[0], place.shape[1])
            }
            found => {
                return Err(WeightsError::Tensor {
                    file: self.path.clone(),
                    tensor: name.into(),
                    found: found.map_or_else(
                        || "missing".into(),
                        |place| format!("of type {:?} and shape {:?}", place.dtype, place.shape),
                    ),
                    expected: "a table [tokens, width] of type F32, F16, BF16 or I8, of one number a token at least"
                        .into(),
                });
            }
        };
        let mapped = self.tensors.place("mapping").map(|place| place.count());
        let tokens = vocabulary.rows();
        self.match_vocabulary(tokens, mapped.unwrap_or(rows))?;
        let weights = self.tensors.place("weights").map(|place| place.count());
        if let Some(weights) = weights.filter(|weights| *weights < tokens) {
            return Err(WeightsError::Tensor {
                file: self.path.clone(),
                tensor: "weights".into(),
                found: format!("of {weights} numbers"),
                expected: format!("{tokens}, one a token"),
            });
        }
        let file = self.path.join(CONFIG);
        (self.manner.context, self.context_from) = match stated(&file, config.values, "max_length")? {
            Stated::Limit(limit) => (Some(limit), "`max_length` of config.json".into()),
            Stated::None if config.values.get("max_length").is_some() => (None, String::new()),
            Stated::None => {
                (Some(STATIC_CONTEXT), "the bound of model2vec where config.json names no `max_length`".into())
            }
        };
        self.manner = Manner {
            pooling: Pooling::Mean,
            normalises: config.value("normalize").and_then(Value::as_bool).unwrap_or(false),
            context: self.manner.context,
        };
        self.states_pooling = true;
        self.parameters = (rows * width + weights.unwrap_or(0)) as u64;
        self.content = Content::Static { width };
        Ok(())
    }

    /// How many tokens are read, as sentence-transformers and tokenizers write it: the least of that and the network's positions.
    fn look_at_context(&mut self) -> Result<(), WeightsError> {
        for (name, key) in
            [("sentence_bert_config.json", "max_seq_length"), ("tokenizer_config.json", "model_max_length")]
        {
            let Some(values) = optional(&self.path, name)? else { continue };
            let Stated::Limit(limit) = stated(&self.path.join(name), &values, key)? else { continue };
            if self.manner.context.is_none_or(|context| limit < context) {
                (self.manner.context, self.context_from) = (Some(limit), format!("`{key}` of {name}"));
            }
            break;
        }
        Ok(())
    }

    /// Pooling and length 1, as sentence-transformers writes them.
    fn look_at_pooling(&mut self) -> Result<(), WeightsError> {
        self.manner.pooling = if self.architecture.is_decoder() { Pooling::Last } else { Pooling::Mean };
        self.look_at_context()?;
        let modules = optional(&self.path, "modules.json")?;
        let modules = modules.as_ref().and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        for module in modules {
            let kind = module.get("type").and_then(Value::as_str).unwrap_or_default();
            let folder = module.get("path").and_then(Value::as_str).unwrap_or_default();
            match kind.rsplit('.').next().unwrap_or_default() {
                "Pooling" => self.pool_as(&self.path.join(folder).join(CONFIG))?,
                "Normalize" => self.manner.normalises = true,
                "Transformer" => {}
                other => {
                    return Err(WeightsError::Key {
                        file: self.path.join("modules.json"),
                        key: "type".into(),
                        found: format!("`{other}`"),
                        expected: "Transformer, Pooling or Normalize".into(),
                    });
                }
            }
        }
        Ok(())
    }

    fn pool_as(&mut self, file: &Path) -> Result<(), WeightsError> {
        let config = json(file)?;
        let modes = config.as_object().into_iter().flatten();
        // Either one key `pooling_mode`, or one of `pooling_mode_…` that is true.
        let named = config.get("pooling_mode").and_then(Value::as_str).map(str::to_owned);
        let chosen: Vec<String> = match named {
            Some(named) => vec![named],
            None => modes
                .filter(|(_, value)| value.as_bool() == Some(true))
                .filter_map(|(key, _)| key.strip_prefix("pooling_mode_").map(str::to_owned))
                .collect(),
        };
        self.manner.pooling = match chosen.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            ["mean" | "mean_tokens"] => Pooling::Mean,
            ["cls" | "cls_token"] => Pooling::Cls,
            ["lasttoken"] => Pooling::Last,
            other => {
                return Err(WeightsError::Key {
                    file: file.into(),
                    key: "pooling_mode".into(),
                    found: format!("`{}`", other.join(" + ")),
                    expected: "one of mean_tokens, cls_token and lasttoken".into(),
                });
            }
        };
        self.states_pooling = true;
        Ok(())
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What it is.
    #[must_use]
    pub fn architecture(&self) -> Architecture {
        self.architecture
    }

    /// Number of weights that the network uses (heads of other tasks in the files are not counted).
    #[must_use]
    pub fn parameters(&self) -> u64 {
        self.parameters
    }

    /// Bytes of weights and tokenizer on disk.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Bytes that the weights take in memory, where each has four.
    #[must_use]
    pub fn memory(&self) -> u64 {
        4 * self.parameters
    }

    /// Numbers in a vector of a token, and so in an embedding.
    #[must_use]
    pub fn width(&self) -> usize {
        match &self.content {
            Content::Network { shape, .. } => shape.width,
            Content::Static { width } => *width,
        }
    }

    /// Blocks of the network; 0 for static embeddings.
    #[must_use]
    pub fn layers(&self) -> usize {
        match &self.content {
            Content::Network { shape, .. } => shape.layers,
            Content::Static { .. } => 0,
        }
    }

    /// Tokens of a text that are read, special ones included; longer texts are cut. None: no limit.
    #[must_use]
    pub fn context(&self) -> Option<usize> {
        self.manner.context
    }

    /// What says so: `` `max_seq_length` of sentence_bert_config.json ``; empty where there is no limit.
    #[must_use]
    pub fn context_from(&self) -> &str {
        &self.context_from
    }

    /// What may be wrong with the folder, a sentence each without a full stop; none of it keeps it from being read.
    #[must_use]
    pub fn doubts(&self) -> &[String] {
        &self.doubts
    }

    /// How the folder says that vectors are pooled; where it does not, what is usual for the architecture (mean; last token for decoders).
    #[must_use]
    pub fn pooling(&self) -> Pooling {
        self.manner.pooling
    }

    /// Whether the folder itself says how vectors are pooled.
    #[must_use]
    pub fn states_pooling(&self) -> bool {
        self.states_pooling
    }

    /// The same folder, pooled otherwise.
    #[must_use]
    pub fn with_pooling(mut self, pooling: Pooling) -> Self {
        self.manner.pooling = pooling;
        self
    }

    /// Whether embeddings are brought to length 1.
    #[must_use]
    pub fn normalises(&self) -> bool {
        self.manner.normalises
    }

    /// BLAKE3 of weights and tokenizer, and of what configuration and pooling say of them. Reads all files (about 1 s for 1 GB).
    ///
    /// # Errors
    ///
    /// If a file cannot be read.
    pub fn content_hash(&self) -> Result<ContentHash, WeightsError> {
        let mut hasher = blake3::Hasher::new();
        // Written out key by key: a field that is added one day must not change the hash of old folders.
        let Manner { pooling, normalises, context } = &self.manner;
        let mut about = format!("{} {pooling:?} {normalises} {context:?}", self.architecture.name());
        if let Content::Network { shape, .. } = &self.content {
            let Shape { heads, key_heads, epsilon, activation, rotary, .. } = shape;
            about += &format!(" {heads} {key_heads} {epsilon} {activation:?} {rotary:?}");
        }
        hasher.update(about.as_bytes());
        let tokenizer = self.path.join(TOKENIZER);
        for file in self.tensors.files().iter().chain([&tokenizer]) {
            let unreadable = |error| WeightsError::Unreadable { file: file.clone(), error };
            let mut open = std::fs::File::open(file).map_err(unreadable)?;
            let mut buffer = vec![0; 1 << 20];
            loop {
                let count = open.read(&mut buffer).map_err(unreadable)?;
                if count == 0 {
                    break;
                }
                hasher.update(&buffer[..count]);
            }
        }
        Ok(ContentHash(*hasher.finalize().as_bytes()))
    }

    /// The tokens that end a text: those that `eos_token_id` of generation_config.json names; where it names none that of config.json, and where that
    /// does not either the `eos_token` of tokenizer_config.json. None of them: empty.
    ///
    /// # Errors
    ///
    /// If a configuration or the tokenizer can't be read, or the key has a value that is no token.
    pub fn ends(&self) -> Result<Vec<u32>, WeightsError> {
        for name in ["generation_config.json", CONFIG] {
            let Some(values) = optional(&self.path, name)? else { continue };
            let Some(value) = values.get("eos_token_id").filter(|value| !value.is_null()) else { continue };
            let all = value.as_array().map_or_else(|| std::slice::from_ref(value), Vec::as_slice);
            let id = |value: &Value| value.as_u64().and_then(|id| u32::try_from(id).ok());
            let ids: Option<Vec<u32>> = all.iter().map(id).collect();
            return ids.filter(|ids| !ids.is_empty()).ok_or_else(|| WeightsError::Key {
                file: self.path.join(name),
                key: "eos_token_id".into(),
                found: format!("`{value}`"),
                expected: "the number of a token, or a list of them".into(),
            });
        }
        let Some(values) = optional(&self.path, "tokenizer_config.json")? else { return Ok(Vec::new()) };
        let named = values.get("eos_token");
        let text = named.and_then(|value| value.as_str().or_else(|| value.get("content").and_then(Value::as_str)));
        let Some(text) = text else { return Ok(Vec::new()) };
        Ok(self.vocabulary()?.id(text).into_iter().collect())
    }

    /// How vectors come of its numbers.
    pub(crate) fn manner(&self) -> &Manner {
        &self.manner
    }

    /// What the network is; none of static embeddings.
    pub(crate) fn shape(&self) -> Option<&Shape> {
        match &self.content {
            Content::Network { shape, .. } => Some(shape),
            Content::Static { .. } => None,
        }
    }

    /// How many tokens each text comes to, special ones included.
    ///
    /// # Errors
    ///
    /// If the tokenizer can't be read, or fails on a text.
    pub fn count_tokens(&self, texts: &[String]) -> Result<Vec<usize>, WeightsError> {
        let vocabulary = self.vocabulary()?;
        texts.iter().enumerate().map(|(at, text)| Ok(vocabulary.encode(text, at, true)?.ids.len())).collect()
    }

    /// Refuses weights among which one is no number or infinite: whatever such weights make is none either. Reads all files.
    ///
    /// # Errors
    ///
    /// If there is one: the message names file and tensor; if a file cannot be read.
    pub fn check_numbers(&self) -> Result<(), WeightsError> {
        let Content::Network { shape, prefix } = &self.content else {
            let names = [self.table_name(), "weights"].into_iter();
            return names
                .filter(|name| self.tensors.place(name).is_some())
                .try_for_each(|name| self.tensors.check_finite(name));
        };
        for parameter in shape.parameters() {
            for source in shape.sources(&parameter, prefix) {
                self.tensors.check_finite(&self.found_name(&source.name))?;
            }
        }
        Ok(())
    }

    /// Its vocabulary.
    pub(crate) fn vocabulary(&self) -> Result<Vocabulary, WeightsError> {
        Vocabulary::read(&self.path.join(TOKENIZER))
    }

    /// The numbers of each parameter of the network, in the order of [`Shape::parameters`].
    pub(crate) fn weights(&self) -> Result<Vec<(Slot, Vec<f32>)>, WeightsError> {
        let Content::Network { shape, prefix } = &self.content else {
            return Ok(Vec::new());
        };
        let mut all = Vec::new();
        for parameter in shape.parameters() {
            let mut values = Vec::with_capacity(parameter.rows * parameter.columns);
            for source in shape.sources(&parameter, prefix) {
                self.tensors.read(&self.found_name(&source.name), &source.shape, &mut values)?;
            }
            all.push((parameter.slot, values));
        }
        Ok(all)
    }

    /// The names and shapes of the tensors that make each parameter of a network of this shape; none where the folder's own has another.
    pub(crate) fn named(&self, shape: &Shape) -> Option<Vec<(Slot, Vec<Source>)>> {
        let Content::Network { shape: own, prefix } = &self.content else { return None };
        let parameters = (own.parameters() == shape.parameters()).then(|| own.parameters())?;
        let named = |parameter: &Parameter| {
            let sources = own.sources(parameter, prefix).into_iter();
            (parameter.slot, sources.map(|source| Source { name: self.found_name(&source.name), ..source }).collect())
        };
        Some(parameters.iter().map(named).collect())
    }

    fn table_name(&self) -> &'static str {
        TABLES.into_iter().find(|name| self.tensors.place(name).is_some()).unwrap_or(TABLES[0])
    }

    /// The tensors of static embeddings.
    pub(crate) fn table(&self) -> Result<Table, WeightsError> {
        let there = |name| self.tensors.place(name).is_some();
        Ok(Table {
            values: self.tensors.numbers(self.table_name())?,
            rows: if there("mapping") { Some(self.tensors.indices("mapping")?) } else { None },
            weights: if there("weights") { Some(self.tensors.numbers("weights")?) } else { None },
        })
    }
}
