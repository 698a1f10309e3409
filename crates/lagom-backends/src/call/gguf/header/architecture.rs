//! Architectures of models, and which of them write text from left to right.

use serde::{Deserialize, Serialize};

/// What kind of model a file holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Architecture {
    /// As the file names it, such as `llama` or `qwen3`.
    pub name: String,
    /// Whether the llama.cpp that lagom builds in knows it; a newer llama.cpp may know more.
    pub known: bool,
    /// Whether it goes on with a text from left to right; encoders, diffusion models and voices don't.
    pub writes: bool,
}

impl Architecture {
    /// The architecture of this name; `causal` is what the file says of its attention, if anything.
    pub(super) fn new(name: String, causal: Option<bool>) -> Self {
        let known = KNOWN.binary_search(&name.as_str()).is_ok();
        let writes = causal.unwrap_or(true) && !OTHERWISE.contains(&name.as_str());
        Self { name, known, writes }
    }
}

/// `LLM_ARCH_NAMES` of llama.cpp's llama-arch.cpp, as packed with llama-cpp-sys-2 0.1.161; sorted.
#[rustfmt::skip]
const KNOWN: &[&str] = &[
    "afmoe", "apertus", "arcee", "arctic", "arwkv7", "baichuan", "bailingmoe", "bailingmoe2", "bailingmoe3",
    "bert", "bitnet", "bloom", "chameleon", "chatglm", "clef", "clip", "codeshell", "cogvlm", "cohere2",
    "cohere2moe", "command-r", "dbrx", "deci", "deepseek", "deepseek2", "deepseek2-ocr", "deepseek32",
    "deepseek4", "dflash", "dots1", "dots3note", "dream", "eagle3", "ernie4_5", "ernie4_5-moe", "eurobert",
    "exaone", "exaone-moe", "exaone4", "falcon", "falcon-h1", "gemma", "gemma-embedding", "gemma2", "gemma3",
    "gemma3n", "gemma4", "gemma4-assistant", "glm-dsa", "glm4", "glm4moe", "glm5-next", "gpt-oss", "gpt2",
    "gptj", "gptneox", "granite", "granite_swa", "granitehybrid", "granitemoe", "graniteswitch", "grok",
    "grovemoe", "hrm_text", "hunyuan-dense", "hunyuan-moe", "hunyuan_vl", "hy_v3", "hy_v4", "internlm2",
    "jais", "jais2", "jamba", "jina-bert-v2", "jina-bert-v3", "kimi-k3", "kimi-linear", "laguna", "lfm2",
    "lfm2moe", "llada", "llada-moe", "llama", "llama-embed", "llama4", "maincoder", "mamba", "mamba2", "maple",
    "mellum", "mimo2", "minicpm", "minicpm3", "minimax-01", "minimax-m2", "minimax-m3", "mistral3", "mistral4",
    "modern-bert", "mpt", "muse-glimmer", "nanbeige", "nemotron", "nemotron_h", "nemotron_h_moe", "neo-bert",
    "nomic-bert", "nomic-bert-moe", "olmo", "olmo2", "olmoe", "openelm", "orion", "paddleocr",
    "pangu-embedded", "phi2", "phi3", "phimoe", "plamo", "plamo2", "plamo3", "plm", "pockettts", "qwen",
    "qwen2", "qwen2moe", "qwen2vl", "qwen3", "qwen35", "qwen35moe", "qwen3moe", "qwen3next", "qwen3tts",
    "qwen3vl", "qwen3vlmoe", "qwen4exp", "refact", "rnd1", "rwkv6", "rwkv6qwen2", "rwkv7", "seed_oss",
    "smallthinker", "smollm3", "spark2_5", "stablelm", "starcoder", "starcoder2", "step35", "t5", "t5encoder",
    "talkie", "wavtokenizer-dec", "xverse",
];

/// ServerCapabilities ones that don't write text from left to right: encoders, encoder-decoders, drafts of other models, diffusion
/// models (`causal_attn = false` in llama.cpp's src/models), pictures and voices.
const OTHERWISE: [&str; 23] = [
    "bert",
    "clip",
    "dflash",
    "dream",
    "eagle3",
    "eurobert",
    "gemma-embedding",
    "gemma4-assistant",
    "jina-bert-v2",
    "jina-bert-v3",
    "llada",
    "llada-moe",
    "llama-embed",
    "modern-bert",
    "neo-bert",
    "nomic-bert",
    "nomic-bert-moe",
    "pockettts",
    "qwen3tts",
    "rnd1",
    "t5",
    "t5encoder",
    "wavtokenizer-dec",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_and_what_does_not_write_is_in_it() {
        assert!(KNOWN.is_sorted());
        assert!(OTHERWISE.iter().all(|name| KNOWN.contains(name)));
    }

    #[test]
    fn knows_what_writes() {
        let seen = |name: &str, causal| {
            let found = Architecture::new(name.to_owned(), causal);
            (found.known, found.writes)
        };
        assert_eq!(seen("llama", None), (true, true));
        assert_eq!(seen("qwen3", Some(false)), (true, false));
        assert_eq!(seen("bert", None), (true, false));
        assert_eq!(seen("llama-of-2031", None), (false, true));
    }
}
