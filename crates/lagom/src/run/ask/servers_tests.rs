//! Whole studies through servers that fail, cut answers off, refuse, double and stall: no verdict may be another one than
//! that of the same study through the same servers undisturbed, but for *can't tell*.
//!
//! ```sh
//! STUDIES=1000 cargo test --release --lib run::ask::servers_tests -- --include-ignored --nocapture
//! ```
//!
//! What a server refuses is a property of it, so the undisturbed one refuses the same questions; all else it answers.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::Asker;
use crate::call::endpoint::ClientOptions;
use crate::probe::registries;
use crate::run::conclude::Concluder;
use crate::run::error::RunError;
use crate::run::prepare::prepare;
use crate::run::progress::{Stage, Tracker};
use crate::run::workspace::Workspace;
use crate::search::SearchResult;
use crate::study::Study;
use crate::trial::{Here, ThisProgram};
use crate::verdict::{Verdict, VerdictKind};

#[path = "../../../tests/scripted/mod.rs"]
pub(super) mod scripted;

use scripted::{Fault, Labelled, Model, Request, Script, Server};

/// A number from 0 up to 1 that follows from what it is given.
fn drawn(seed: u64, purpose: &str, text: &str) -> f64 {
    let found = blake3::hash(format!("{seed} {purpose} {text}").as_bytes());
    let mut first = [0; 8];
    first.copy_from_slice(&found.as_bytes()[..8]);
    (u64::from_le_bytes(first) >> 11) as f64 / (1_u64 << 53) as f64
}

fn between(seed: u64, purpose: &str, low: f64, high: f64) -> f64 {
    low + (high - low) * drawn(seed, purpose, "")
}

/// How often a server does what.
#[derive(Clone, Copy, Debug, Default)]
struct Rates {
    fail: f64,
    cut: f64,
    refuse: f64,
    double: f64,
    stall: f64,
    /// Whether a question that fails fails again.
    stubborn: bool,
}

impl Rates {
    /// Each kind at 0 to 60 %, three in four of them not at all; in half of the servers at a thirtieth of that, so that what is
    /// missing stays below what the study allows.
    fn draw(seed: u64) -> Self {
        let scale = if drawn(seed, "scale", "") < 0.5 { 0.02 } else { 0.6 };
        let rate = |kind: &str, scale: f64| {
            if drawn(seed, kind, "whether") < 0.75 { 0.0 } else { scale * drawn(seed, kind, "rate") }
        };
        Self {
            fail: rate("fail", scale),
            cut: rate("cut", scale),
            refuse: rate("refuse", 0.6),
            double: rate("double", 0.6),
            stall: rate("stall", scale),
            stubborn: drawn(seed, "stubborn", "") < 0.5,
        }
    }

    fn undisturbed(self) -> Self {
        Self { refuse: self.refuse, ..Self::default() }
    }

    /// What a question gets.
    fn fault(&self, seed: u64, request: &Request) -> Fault {
        let text = request.body.to_string();
        if !text.contains("riddle") {
            return Fault::None;
        }
        let of = |kind: &str| {
            let again = if self.stubborn { String::new() } else { request.number.to_string() };
            drawn(seed, kind, &format!("{text}{again}"))
        };
        if drawn(seed, "refuse", &text) < self.refuse {
            let body = "{\"error\":{\"message\":\"filtered\",\"code\":\"content_filter\"}}";
            return if seed.is_multiple_of(2) { Fault::Filtered } else { Fault::Status(400, Vec::new(), body.into()) };
        }
        if of("fail") < self.fail {
            let bad = format!("{{\"error\":{{\"message\":\"{}\"}}}}", drawn(seed, "words", &text));
            let kinds = [
                Fault::Status(500, Vec::new(), "oops".into()),
                Fault::Status(400, Vec::new(), bad),
                Fault::Reset,
                Fault::HalfStream,
                Fault::NotJson,
                Fault::Says(String::new(), "stop"),
                Fault::Says("Well, well.".into(), "stop"),
                Fault::Says("yes".into(), "error"),
            ];
            return kinds[(drawn(seed, "which", &text) * kinds.len() as f64) as usize].clone();
        }
        if of("cut") < self.cut {
            // What stands before the cut misleads whoever reads it.
            let kinds =
                ["<think>It could be yes, but", "At first sight no, but then", "<|channel|>analysis<|message|>no"];
            return Fault::Says(kinds[(drawn(seed, "which", &text) * 3.0) as usize].into(), "length");
        }
        if of("stall") < self.stall {
            return Fault::Silence(Duration::from_millis(900));
        }
        if of("double") < self.double { Fault::Cumulative } else { Fault::None }
    }
}

/// One study: its rows, two models and what is asked of them.
struct Scene {
    seed: u64,
    examples: Vec<(String, String)>,
    accuracies: [f64; 2],
    rule: String,
}

impl Scene {
    fn draw(seed: u64) -> Self {
        let rows = 150 + (drawn(seed, "rows", "") * 100.0) as usize;
        let label = |row: usize| if drawn(seed, "label", &row.to_string()) < 0.5 { "yes" } else { "no" };
        let examples = (0..rows).map(|row| (format!("riddle {row} of {seed}."), label(row).to_owned())).collect();
        let large = between(seed, "large", 0.75, 1.0);
        let small = if drawn(seed, "same", "") < 0.5 { large } else { between(seed, "small", 0.4, 1.0) };
        let rule = if drawn(seed, "rule", "") < 0.8 {
            format!("margin = {:.3}", between(seed, "margin", 0.05, 0.3))
        } else {
            format!("bar = {:.3}", between(seed, "bar", 0.5, 0.95))
        };
        Self { seed, examples, accuracies: [small, large], rule }
    }

    fn server(&self, at: usize, rates: Rates) -> Server {
        let seed = self.seed * 2 + at as u64;
        let model = Model::Labels(Labelled::new(self.examples.clone(), self.accuracies[at], seed));
        Server::start(Script { model, fault: Box::new(move |request| rates.fault(seed, request)), ..Script::default() })
    }

    /// The verdict through servers with these rates.
    fn run(&self, rates: [Rates; 2], first_byte: Duration) -> Result<Verdict, RunError> {
        let servers = [self.server(0, rates[0]), self.server(1, rates[1])];
        let folder = tempfile::tempdir().expect("a folder");
        let lines: Vec<String> = self.examples.iter().map(|(text, label)| format!("{text},{label}")).collect();
        std::fs::write(folder.path().join("d.csv"), format!("text,answer\n{}\n", lines.join("\n"))).expect("written");
        let candidate = |name: &str, server: &Server, size: &str| {
            let url = server.url().replace("localhost", "127.0.0.1");
            format!(
                "[[candidate]]\nname = \"{name}\"\nendpoint = \"{url}\"\nmodel = \"scripted\"\nparameters = \"{size}\"\n"
            )
        };
        let study = format!(
            "[task]\ndata = \"d.csv\"\ntarget = \"answer\"\nkind = \"multiple-choice\"\nlabels = [\"yes\", \"no\"]\n\
             input = \"text\"\n[good-enough]\n{}\n[trials]\nholdout = 0.5\n[budget]\nexplore = 60\n{}{}",
            self.rule,
            candidate("small", &servers[0], "1B"),
            candidate("large", &servers[1], "100B")
        );
        let study = Study::parse(&study, folder.path().join("s.toml"), &registries()).expect("a study");
        let prepared = prepare(study, String::new())?;
        let workspace = Workspace::start(prepared, &folder.path().join("out"))?;
        let stop = Arc::new(AtomicBool::new(false));
        let executor = Here { this: ThisProgram { path: std::path::PathBuf::from("none"), stop } };
        let mut asker = Asker::new(&workspace, &executor)?;
        asker.memory.options = ClientOptions {
            first_byte,
            silence: first_byte,
            retries: 2,
            first_wait: Duration::from_millis(2),
            longest_wait: Duration::from_millis(8),
            ..ClientOptions::default()
        };
        asker.preflight(&mut |_| {})?;
        let nothing = SearchResult { repeats: Vec::new(), stopped: Vec::new(), untried: Vec::new() };
        let told = &mut |_: &_| {};
        let mut tracker = Tracker::new(Stage::Ask, told);
        let mut ask = |model: &_, rows: &_| asker.ask(model, rows, &mut tracker);
        Ok(Concluder::new(&workspace).conclude_asking(&nothing, asker.models(), &mut ask)?.verdict)
    }
}

/// What came of all studies.
#[derive(Debug, Default)]
struct Tally {
    same: u64,
    cannot_tell: u64,
    no_run: u64,
    /// Those whose undisturbed verdict was a decision.
    decided: u64,
    contradictions: Vec<String>,
}

fn studies(count: u64, threads: usize) -> Tally {
    let (next, tally) = (AtomicU64::new(0), Mutex::new(Tally::default()));
    let work = || {
        loop {
            let seed = next.fetch_add(1, Ordering::SeqCst);
            if seed >= count {
                return;
            }
            let scene = Scene::draw(seed);
            let rates = [Rates::draw(seed * 2), Rates::draw(seed * 2 + 1)];
            let calm = scene.run(rates.map(Rates::undisturbed), Duration::from_secs(30)).expect("nothing disturbs it");
            let wild = scene.run(rates, Duration::from_millis(300));
            let mut tally = tally.lock().expect("no other thread died");
            tally.decided += u64::from(calm.kind != VerdictKind::Undecided);
            match wild {
                // An error before the first row is a refusal to decide, with its cause.
                Err(RunError::Call { .. } | RunError::Several(_)) => tally.no_run += 1,
                Err(error) => tally.contradictions.push(format!("study {seed}: {error}")),
                Ok(wild) if (wild.kind, &wild.choice) == (calm.kind, &calm.choice) => tally.same += 1,
                Ok(wild) if wild.kind == VerdictKind::Undecided => tally.cannot_tell += 1,
                Ok(wild) => {
                    let told = |verdict: &Verdict| format!("{:?} {:?}", verdict.kind, verdict.choice);
                    tally.contradictions.push(format!("study {seed}: {} for {}; {rates:?}", told(&wild), told(&calm)));
                }
            }
        }
    };
    std::thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(work))));
    tally.into_inner().expect("no thread died")
}

#[test]
fn no_verdict_contradicts_that_of_the_undisturbed_servers() {
    let tally = studies(12, 6);
    assert!(tally.contradictions.is_empty(), "{tally:#?}");
    assert!(tally.same + tally.cannot_tell + tally.no_run == 12 && tally.same > 0 && tally.decided > 0, "{tally:#?}");
}

#[test]
#[ignore = "1,000 studies, some minutes; the command is at the head of the file"]
fn no_verdict_of_a_thousand_studies_does() {
    let count = std::env::var("STUDIES").ok().and_then(|text| text.parse().ok()).unwrap_or(1_000);
    let tally = studies(count, 12);
    println!("{tally:#?}");
    assert!(tally.contradictions.is_empty(), "{tally:#?}");
}
