//! How fast a MiniLM-shaped network is forward and in training, beside PyTorch and peft, on one thread, in processor time, by turns.
//!
//! ```sh
//! RAYON_NUM_THREADS=1 LAGOM_TEST_WEIGHTS=… LAGOM_PYTHON=venv/bin/python cargo bench -p lagom-pretrained --bench pretrained
//! ```
//!
//! Without `LAGOM_PYTHON` lagom is timed alone.

#![allow(clippy::unwrap_used, reason = "in a measurement a panic is the report")]

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Instant;

use lagom_pretrained::fine_tune::{Adaptation, FineTuning, Lora, Recipe, Targets, Unwatched};
use lagom_pretrained::{Encoder, Folder};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Texts of a batch, and tokens of each.
const TEXTS: usize = 16;
const TOKENS: usize = 64;
/// Measurements of each, by turns; the smallest counts, since others run beside.
const TURNS: usize = 7;
const STEPS: u64 = 4;

/// PyTorch in a process of its own, which does what a line says and answers with seconds of processor time.
struct Peer {
    child: Child,
}

impl Peer {
    fn start(folder: &str) -> Option<Self> {
        let python = std::env::var_os("LAGOM_PYTHON")?;
        let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("benches/peer.py");
        let child = Command::new(python)
            .args([script.as_os_str(), folder.as_ref()])
            .env("OMP_NUM_THREADS", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        Some(Self { child })
    }

    fn ask(&mut self, what: &str) -> f64 {
        writeln!(self.child.stdin.as_mut().unwrap(), "{what}").unwrap();
        let mut line = String::new();
        let out = self.child.stdout.as_mut().unwrap();
        // One line an answer: a reader of one byte at a time keeps nothing back.
        BufReader::with_capacity(1, out).read_line(&mut line).unwrap();
        line.trim().parse().unwrap()
    }
}

/// Processor time of this process, in seconds.
fn processor() -> f64 {
    let text = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    let nanoseconds: Option<f64> = text.split(' ').next().and_then(|first| first.parse().ok());
    nanoseconds.map_or_else(|| Instant::now().elapsed().as_secs_f64(), |n| n / 1e9)
}

fn main() {
    let weights = std::env::var("LAGOM_TEST_WEIGHTS").expect("LAGOM_TEST_WEIGHTS names the folder of real weights");
    let folder = format!("{weights}/minilm-l6");
    let encoder = Arc::new(Encoder::load(&Folder::open(&folder).unwrap()).unwrap());
    // `dog` is one token; with [CLS] and [SEP] there are 64.
    let text = "dog ".repeat(TOKENS - 2);
    let names: Vec<String> = (0..TEXTS).map(|at| text.replacen("dog", ["cat", "house", "money"][at % 3], at)).collect();
    let texts: Vec<&str> = names.iter().map(String::as_str).collect();
    let classes: Vec<u32> = (0..TEXTS as u32).collect();
    let mut peer = Peer::start(&folder);
    let train = |adaptation: Adaptation, steps: u64| {
        let recipe = Recipe { batch: TEXTS, dropout: 0.0, ..Recipe::usual(adaptation, steps) };
        let targets = Targets::Classes { of: &classes, count: TEXTS };
        let tuning = FineTuning { encoder: encoder.clone(), texts: &texts, targets, recipe: &recipe, seed: 1 };
        let start = processor();
        tuning.run(None, &mut Unwatched).unwrap();
        processor() - start
    };
    // What a training needs once (copies of weights, moments) is taken off by the difference of two lengths.
    let step =
        |adaptation: &Adaptation| (train(adaptation.clone(), 1 + STEPS) - train(adaptation.clone(), 1)) / STEPS as f64;
    println!(
        "milliseconds of processor time, smallest and median of {TURNS} by turns, {TEXTS} texts of {TOKENS} tokens"
    );
    for (name, adaptation) in
        [("forward", None), ("full", Some(Adaptation::Full)), ("lora", Some(Adaptation::Lora(Lora::usual(8))))]
    {
        // `cargo bench … -- lora` measures that alone.
        if std::env::args().skip(1).any(|wanted| !wanted.starts_with('-') && wanted != name) {
            continue;
        }
        let (mut own, mut other) = (Vec::new(), Vec::new());
        for _ in 0..TURNS {
            own.push(match &adaptation {
                None => {
                    let start = processor();
                    for _ in 0..STEPS {
                        encoder.embed(&texts, TEXTS).unwrap();
                    }
                    (processor() - start) / STEPS as f64
                }
                Some(adaptation) => step(adaptation),
            });
            other.extend(peer.as_mut().map(|peer| peer.ask(name)));
        }
        let told = |mut all: Vec<f64>| {
            all.sort_by(f64::total_cmp);
            (1e3 * all[0], 1e3 * all[all.len() / 2])
        };
        let own = told(own);
        print!("{name:8} lagom {:7.0} {:7.0}", own.0, own.1);
        if other.is_empty() {
            println!();
        } else {
            let other = told(other);
            println!("   torch {:7.0} {:7.0}   speed {:.2} {:.2}", other.0, other.1, other.0 / own.0, other.1 / own.1);
        }
    }
    if let Some(mut peer) = peer {
        drop(peer.child.stdin.take());
        peer.child.wait().unwrap();
    }
}
