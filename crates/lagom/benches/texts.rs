//! How many times faster text metrics are than the reference implementations, in one run on one core.
//!
//! ```sh
//! python3 -m venv venv && venv/bin/pip install sacrebleu==2.6.0 rouge-score==0.1.2
//! LAGOM_TEST_DATA=/path/to/data LAGOM_PYTHON=venv/bin/python cargo bench --bench texts
//! ```
//!
//! Times are of the processor, not of the clock, so that what runs beside counts little. Both sides are measured in turn,
//! three times, and the least is taken; a measurement of lagom is the mean of many runs, so that it lasts about as long.
//! The other side's tokenisers start with an empty cache. Texts are read before.

#![allow(clippy::unwrap_used, reason = "in a bench a panic is the report")]

#[path = "../tests/texts/pickle.rs"]
mod pickle;

use lagom::metric::{Formula, Metric, Resampling, TextScorer, compare_systems, count_texts};
use std::io::Read;
use std::path::Path;

const TURNS: usize = 3;
/// Runs of lagom in a measurement.
const RUNS: usize = 40;
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
scorer = rouge_scorer.RougeScorer(["rouge1", "rouge2", "rougeL"])
print(json.dumps([
    timed(lambda: BLEU().corpus_score(systems[0][1], [references])),
    timed(lambda: [scorer.score(g, a) for g, a in zip(gold, answers)]),
    timed(lambda: PairedTest(systems[:2], {"BLEU": BLEU()}, [references], "bs", 1000)()),
]))
"#;

fn main() {
    let (Some(data), Some(python)) = (std::env::var_os("LAGOM_TEST_DATA"), std::env::var_os("LAGOM_PYTHON")) else {
        eprintln!("skipped: name the test data by LAGOM_TEST_DATA and a Python with sacrebleu by LAGOM_PYTHON");
        return;
    };
    let data = Path::new(&data);
    let (systems, references) = translations(data);
    let (gold, answers) = (summaries(data, "gold-test-sentences.txt"), summaries(data, "convs2s-test-output.txt"));
    let bleu = [TextScorer::usual(Metric::Bleu).unwrap()];
    let rouge = [Metric::Rouge1, Metric::Rouge2, Metric::RougeL].map(|metric| TextScorer::usual(metric).unwrap());
    let resampling = Resampling { resamples: 1000, trials: 1, confidence: 0.95, seed: 1 };
    let (mut theirs, mut ours) = ([f64::INFINITY; 3], [f64::INFINITY; 3]);
    for _ in 0..TURNS {
        let out = std::process::Command::new(&python).arg("-c").arg(OTHERS).arg(data).output().unwrap();
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        least(&mut theirs, serde_json::from_slice(&out.stdout).unwrap());
        let measured = [
            timed(|| {
                Formula::usual(Metric::Bleu)
                    .unwrap()
                    .score(&counts(&bleu, &systems[..1], &references)[0])
                    .unwrap()
                    .value
            }),
            timed(|| counts(&rouge, std::slice::from_ref(&answers), &gold).iter().flatten().sum()),
            timed(|| {
                let both = counts(&bleu, &systems[..2], &references);
                compare_systems(&Formula::usual(Metric::Bleu).unwrap(), &both, &resampling).unwrap()[1].value
            }),
        ];
        least(&mut ours, measured);
    }
    let names = ["BLEU, 3,004 translations", "ROUGE-1, -2, -L, 1,000 summaries", "paired bootstrap, 1,000 resamples"];
    println!("{:<36}{:>12}{:>12}{:>8}", "", "reference", "lagom", "times");
    for ((name, theirs), ours) in names.iter().zip(theirs).zip(ours) {
        println!("{name:<36}{theirs:>10.3} s{ours:>10.4} s{:>8.0}", theirs / ours);
    }
}

/// The numbers of all examples, metric by metric and for each system by system.
fn counts(scorers: &[TextScorer], systems: &[Vec<String>], references: &[String]) -> Vec<Vec<f64>> {
    let mut all = vec![Vec::new(); scorers.len() * systems.len()];
    for (at, reference) in references.iter().enumerate() {
        let answers: Vec<&str> = systems.iter().map(|system| system[at].as_str()).collect();
        let counted = count_texts(scorers, &answers, std::slice::from_ref(reference)).unwrap();
        for ((scorer, found), all) in scorers.iter().zip(&counted).zip(all.chunks_mut(systems.len())) {
            let of_systems = found.chunks_exact(scorer.formula().width());
            all.iter_mut().zip(of_systems).for_each(|(all, found)| all.extend(found));
        }
    }
    all
}

fn least(known: &mut [f64; 3], measured: [f64; 3]) {
    known.iter_mut().zip(measured).for_each(|(known, measured)| *known = known.min(measured));
}

/// Processor seconds of a run, in the mean.
fn timed(work: impl Fn() -> f64) -> f64 {
    let start = processor();
    for _ in 0..RUNS {
        std::hint::black_box(work());
    }
    (processor() - start) / RUNS as f64
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
