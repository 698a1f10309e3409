//! The keys of a `[[candidate]]`.

use std::time::Duration;

use toml::de::DeValue;

use super::key::{Declared, Free, Key, Told, Usual, keys};
use super::prompt;
use super::values::{
    ADDRESS, COMMAND as WORDS, COUNT, Choice, Choices, HEADER, Number, OfContext, Own, SIZE, Shape, TIME, Text, United,
    VARIABLE, VARIABLES, Value, Values, Whole, wrong_type,
};
use crate::compute::Device;
use crate::fault::Wrong;
use crate::named::{Adaptation, Api, Precision, ResponseMode, ShotsBy};

const SHOT_COUNT: Whole<u32> = Whole { least: 0, most: 1_000 };
const DIMENSION: Whole<u32> = Whole { least: 1, most: 65_536 };

keys! { "candidate":
    NAME: Free = "name", OfContext("a name of letters, digits and `. - _ : +`"), Told("– (needed)", "\"qwen3-4b\""),
        "what tables call it; `-4shot` is put behind it where `shots` is given";
    ENDPOINT: Key<Own<String>> = "endpoint", ADDRESS, Told("– (this, `gguf`, `command`, `answers` or `weights`)", "\"http://localhost:11434/v1\""),
        "an OpenAI-compatible server, up to `/v1`";
    GGUF: Key<Text> = "gguf", Text("a file"), Told("–", "\"model.gguf\""), "a GGUF file, run here";
    COMMAND: Key<Own<Vec<String>>> = "command", WORDS, Told("–", "[\"python3\", \"answer.py\"]"), "a program that answers";
    ANSWERS: Key<Text> = "answers", Text("a file"), Told("–", "\"answers.csv\""), "answers that are on disk already";
    WEIGHTS: Key<Text> = "weights", Text("a folder"), Told("–", "\"all-MiniLM-L6-v2\""),
        "pretrained weights that are adapted to your rows: a Hugging Face folder (config.json, safetensors, tokenizer.json) or one of model2vec; `hf:owner/name@revision` is looked for in the local cache of Hugging Face, and never downloaded";
    ADAPT: Key<Choices<Adaptation>> = "adapt", Choices(Choice::of(&Adaptation::ALL, Adaptation::name)), Told("as the number of labels for each class says; `zero-shot` in tasks of models that are asked", "[\"frozen\", \"full\"]"),
        "of weights: what is done with them, each a candidate of its own: as they are under a linear model, static embeddings distilled out of them, a low-rank change beside them, all trained further, or their shape alone from a random start; of a decoder also the likelihood of each class's name, without or with worked examples. In tasks of models that are asked a decoder answers here: as it is (`zero-shot`, `few-shot`), or, where a text is to be written, trained on your references (`lora`, `full`)";
    DIMENSIONS: Key<Own<Vec<u32>>> = "dimensions", Own { expected: "a number or a list of them", shape: Shape::Plain, read: dimensions }, Told("`[64, 128, 256]`, as far as the weights have so many", "[64, 256]"),
        "of weights adapted by `static`: how many numbers the vector of a token has; each is a candidate";
    DEVICE: Key<Own<Device>> = "device", Own { expected: Device::EXPECTED, shape: Shape::Plain, read: device }, Told("`\"cpu\"`", "\"cuda\""),
        "of weights whose layers are trained (`lora`, `full`, `scratch`): where; a graphics card by CUDA in a program built with `--features cuda`, by Vulkan, Metal or DirectX with `--features wgpu`. What comes of it answers on the processor, as any other";
    PRECISION: Key<Choice<Precision>, Usual> = "precision", Choice::of(&Precision::ALL, Precision::name), Usual,
        "of weights that are trained on a graphics card: in which numbers; by `bf16` the factors of products of matrices are rounded to it, and weights, sums and losses stay f32";
    MODEL: Key<Text> = "model", Text("a name"), Told("– (needed for an endpoint)", "\"qwen3:4b\""),
        "of an endpoint: the model's name there";
    API: Key<Choice<Api>> = "api", Choice::of(&Api::ALL, Api::name), Told("`\"chat\"`; `\"completions\"` for likelihoods and texts", "\"chat\""),
        "of an endpoint: which of its paths is called";
    KEY_ENV: Key<Own<String>> = "key-env", VARIABLE, Told("none", "\"OPENAI_API_KEY\""),
        "of an endpoint: the variable of the environment with the key, never the key itself";
    KEY_HEADER: Key<Own<String>> = "key-header", HEADER, Told("`Authorization: Bearer`; `api-key` where the address has `api-version=`", "\"api-key\""),
        "of an endpoint: the header that the key is sent in";
    CERTIFICATE: Key<Text> = "certificate", Text("a file"), Told("the system's", "\"authority.pem\""),
        "of an endpoint with a certificate of your own: the file of the authority that signed it";
    ID: Key<Text> = "id", Text("a column"), Told("the order of rows", "\"id\""),
        "of answers: the column of both files that says which row";
    TEXT: Key<Text> = "text", Text("a column"), Told("found in the file", "\"answer\""), "of answers: the column with the answer";
    PARAMETERS: Key<United<u64>> = "parameters", COUNT, Told("as the backend tells", "\"4B\""), "how many parameters the model has";
    BYTES: Key<United<u64>> = "bytes", SIZE, Told("as the backend tells", "\"2.5 GB\""), "the size of its file";
    MEMORY: Key<United<u64>> = "memory", SIZE, Told("as the backend tells", "\"4 GB\""), "the memory that it needs";
    PRICE: Free = "price", OfContext("a table of prices"), Told("nothing", "{ input = 2.5, output = 10.0, currency = \"USD\" }"),
        "for a million tokens of prompts and of answers; also `cached`, and `per-call` for each request that is answered (one an answer; likelihoods over HTTP take one for each label and more)";
    SHOTS: Key<Own<Vec<u32>>> = "shots", Own { expected: "a number of examples or a list of them", shape: Shape::Plain, read: shots }, Told("`0`", "[0, 4]"),
        "worked examples in the prompt, taken from training rows; each number of a list is a candidate; beside `weights` one number for `few-shot` (left out: one of each class, from 4 to 16; in tasks of models that are asked any numbers, left out 4)";
    SHOTS_BY: Key<Choice<ShotsBy>, Usual> = "shots-by", Choice::of(&ShotsBy::ALL, ShotsBy::name), Usual,
        "which examples: drawn once, or those most alike to the row that is asked";
    CONTEXT: Key<Whole<u32>> = "context", Whole { least: 16, most: 1_000_000_000 }, Told("as trained, at most 4,096", "4096"),
        "of a GGUF file: most tokens of prompt and answer";
    IN_FLIGHT: Key<Whole<u32>> = "in-flight", Whole { least: 1, most: 4_096 }, Told("found by trying", "8"), "most questions at once";
    REQUESTS_PER_MINUTE: Key<Whole<u32>> = "requests-per-minute", Whole { least: 1, most: 10_000_000 }, Told("no limit", "60"),
        "of an endpoint: most questions a minute";
    TIMEOUT: Key<United<Duration>> = "timeout", TIME, Told("the backend's", "\"90 s\""),
        "how long one answer may take (of a program from its start on)";
    ENVIRONMENT: Key<Own<Vec<String>>> = "environment", VARIABLES, Told("`[]`", "[\"OPENAI_API_KEY\"]"),
        "of a program: the variables that it sees beside those that programs need (paths, home, language, proxies with what stands in them, certificates; `LAGOM_`, `PYTHON…`, `CUDA_`, `HF_` and the like, but for names and values of keys); all others are kept from it";
    SYSTEM: Key<Own<String>> = "system", prompt::SYSTEM.values, Told("that of `[prompt]`", "\"Answer with the label alone.\""),
        "its own instructions";
    TEMPLATE: Key<Own<String>> = "template", prompt::TEMPLATE.values, Told("that of `[prompt]`", "\"{{ text }}\""), "what it is asked";
    READ: Key<Choice<ResponseMode>> = "read", prompt::READ.values, Told("that of `[prompt]`", "\"answer\""), "what is taken from it";
    TEMPERATURE: Key<Number> = "temperature", prompt::TEMPERATURE.values, Told("that of `[prompt]`", "0"), "how its answers are sampled";
    MAX_TOKENS: Key<Whole<u32>> = "max-tokens", prompt::MAX_TOKENS.values, Told("that of `[prompt]`", "16"), "its longest answer, in tokens";
}

/// A device by its name, and the number behind it.
fn device(value: &Value<'_>) -> Result<Device, Wrong> {
    let hint = "write device = \"cuda\" or device = \"wgpu\", or leave it out for the processor";
    let DeValue::String(text) = value.get_ref() else { return Err(wrong_type(value, Device::EXPECTED, hint)) };
    Device::parse(text).ok_or_else(|| Wrong::new(format!("found \"{text}\", expected {}", Device::EXPECTED), hint))
}

/// How many examples: one number, or a list of different ones.
fn shots(value: &Value<'_>) -> Result<Vec<u32>, Wrong> {
    numbers(value, SHOT_COUNT, ["numbers of examples", SHOTS.values.expected, "write 0, or a list such as [0, 4]"])
}

/// How many numbers vectors have: one number, or a list of different ones.
fn dimensions(value: &Value<'_>) -> Result<Vec<u32>, Wrong> {
    let words = ["numbers of dimensions", DIMENSIONS.values.expected, "write 128, or a list such as [64, 128, 256]"];
    numbers(value, DIMENSION, words)
}

/// One number, or a list of different ones; in place of an empty list and of anything else a fault says what is `expected`, with a hint.
fn numbers(value: &Value<'_>, each: Whole<u32>, [listed, expected, hint]: [&str; 3]) -> Result<Vec<u32>, Wrong> {
    match value.get_ref() {
        DeValue::Array(list) if list.is_empty() => Err(wrong_type(value, listed, hint)),
        DeValue::Array(list) => {
            let mut counts = Vec::new();
            for item in list {
                let count = each.read(item).map_err(|wrong| wrong.at(item.span()))?;
                if counts.contains(&count) {
                    return Err(Wrong::new(format!("found {count} twice"), "keep one of them").at(item.span()));
                }
                counts.push(count);
            }
            Ok(counts)
        }
        DeValue::Integer(_) => Ok(vec![each.read(value)?]),
        _ => Err(wrong_type(value, expected, hint)),
    }
}
