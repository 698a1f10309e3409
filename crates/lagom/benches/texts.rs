//! How many times faster text metrics are than the reference implementations, in one run on one core.
//!
//! ```sh
//! python3 -m venv venv && venv/bin/pip install sacrebleu==2.6.0 rouge-score==0.1.2
//! LAGOM_TEST_DATA=/path/to/data LAGOM_PYTHON=venv/bin/python cargo bench --bench texts
//! ```
//!
//! Times are of the processor, not of the clock, so that what runs beside does not count. Each side is measured three
//! times and the least is taken; the other side's tokenisers start with an empty cache. Texts are read before.

#![allow(clippy::unwrap_used, reason = "in a bench a panic is the report")]

#[path = "../tests/texts/pickle.rs"]
mod pickle;

use lagom::metric::{Formula, Metric, Resampling, TextScorer, compare_systems};
use std::io::Read;
use std::path::Path;

const RUNS: usize = 3;
const SUMMARIES: usize = 1000;

/// Prints processor seconds of BLEU on one system, of ROUGE-1, -2 and -L, and of the paired bootstrap of BLEU.
const OTHERS: &str = r#"
import bz2, json, logging, pickle, sys, tarfile, time
from sacrebleu.metrics import BLEU
from sacrebleu.significance import PairedTest
from sacrebleu.tokenizers import tokenizer_13a, tokenizer_re
from rouge_score import rouge_scorer
data = sys.argv[1]
systems = pickle.load(bz2.open(data + "/metric-test-vectors/sacrebleu/wmt17_en_de_systems.pkl.bz2"))
(references,) = dict(systems)["reference"]
archive = tarfile.open(data + "/text-generation/xsum-test-system-outputs/xsum-model-predictions.tar.gz")
lines = lambda name: archive.extractfile("xsum-model-predictions/" + name).read().decode().split("\n")[:1000]
gold, answers = lines("gold-test-sentences.txt"), lines("convs2s-test-output.txt")
def timed(work):
    for cached in (tokenizer_13a.Tokenizer13a.__call__, tokenizer_re.TokenizerRegexp.__call__):
        cached.cache_clear()
    start = time.process_time()
    work()
    return time.process_time() - start
least = lambda work: min(timed(work) for _ in range(3))
scorer = rouge_scorer.RougeScorer(["rouge1", "rouge2", "rougeL"])
print(json.dumps([
    least(lambda: BLEU().corpus_score(systems[0][1], [references])),
    least(lambda: [scorer.score(g, a) for g, a in zip(gold, answers)]),
    least(lambda: PairedTest(systems[:2], {"BLEU": BLEU()}, [references], "bs", 1000)()),
]))
"#;

fn main() {
    let (Some(data), Some(python)) = (std::env::var_os("LAGOM_TEST_DATA"), std::env::var_os("LAGOM_PYTHON")) else {
        eprintln!("skipped: name the test data by LAGOM_TEST_DATA and a Python with sacrebleu by LAGOM_PYTHON");
        return;
    };
    let (data, out) = (Path::new(&data), std::process::Command::new(python).arg("-c").arg(OTHERS).arg(&data).output());
    let out = out.unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let theirs: [f64; 3] = serde_json::from_slice(&out.stdout).unwrap();
    let (systems, references) = translations(data);
    let (gold, answers) = (summaries(data, "gold-test-sentences.txt"), summaries(data, "convs2s-test-output.txt"));
    let bleu = TextScorer::usual(Metric::Bleu).unwrap();
    let rouge = [Metric::Rouge1, Metric::Rouge2, Metric::RougeL].map(|metric| TextScorer::usual(metric).unwrap());
    let resampling = Resampling { resamples: 1000, trials: 1, confidence: 0.95, seed: 1 };
    let ours = [
        least(|| bleu.formula().score(&counts(&bleu, &systems[0], &references)).unwrap().value),
        least(|| rouge.iter().map(|scorer| counts(scorer, &answers, &gold).iter().sum::<f64>()).sum()),
        least(|| {
            let both: Vec<Vec<f64>> = systems[..2].iter().map(|system| counts(&bleu, system, &references)).collect();
            compare_systems(&Formula::usual(Metric::Bleu).unwrap(), &both, &resampling).unwrap()[1].value
        }),
    ];
    let names = ["BLEU, 3,004 translations", "ROUGE-1, -2, -L, 1,000 summaries", "paired bootstrap, 1,000 resamples"];
    println!("{:<36}{:>12}{:>12}{:>8}", "", "reference", "lagom", "times");
    for ((name, theirs), ours) in names.iter().zip(theirs).zip(ours) {
        println!("{name:<36}{theirs:>10.3} s{ours:>10.4} s{:>8.0}", theirs / ours);
    }
}

fn counts(scorer: &TextScorer, answers: &[String], references: &[String]) -> Vec<f64> {
    let one =
        |(answer, reference): (&String, &String)| scorer.statistics(answer, std::slice::from_ref(reference)).unwrap();
    answers.iter().zip(references).flat_map(one).collect()
}

/// Processor seconds of the quickest of some runs.
fn least(work: impl Fn() -> f64) -> f64 {
    let timed = |_| {
        let start = processor();
        std::hint::black_box(work());
        processor() - start
    };
    (0..RUNS).map(timed).fold(f64::INFINITY, f64::min)
}

/// Processor seconds of this process so far.
fn processor() -> f64 {
    use nix::sys::resource::{UsageWho, getrusage};
    let usage = getrusage(UsageWho::RUSAGE_SELF).unwrap();
    let seconds = |time: nix::sys::time::TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 * 1e-6;
    seconds(usage.user_time()) + seconds(usage.system_time())
}

/// The answers of each system, and the references.
fn translations(data: &Path) -> (Vec<Vec<String>>, Vec<String>) {
    let path = data.join("metric-test-vectors/sacrebleu/wmt17_en_de_systems.pkl.bz2");
    let mut bytes = Vec::new();
    bzip2::read::BzDecoder::new(std::fs::File::open(path).unwrap()).read_to_end(&mut bytes).unwrap();
    let lines = |thing: pickle::Thing| thing.many().into_iter().map(pickle::Thing::text).collect::<Vec<_>>();
    let mut all: Vec<pickle::Thing> =
        pickle::read(&bytes).many().into_iter().map(|system| system.many().remove(1)).collect();
    let references = lines(all.pop().unwrap().many().remove(0));
    (all.into_iter().map(lines).collect(), references)
}

fn summaries(data: &Path, name: &str) -> Vec<String> {
    let path = data.join("text-generation/xsum-test-system-outputs/xsum-model-predictions.tar.gz");
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(std::fs::File::open(path).unwrap()));
    let named = archive.entries().unwrap().map(Result::unwrap).find(|entry| entry.path().unwrap().ends_with(name));
    let mut text = String::new();
    named.unwrap().read_to_string(&mut text).unwrap();
    text.split('\n').take(SUMMARIES).map(str::to_owned).collect()
}
