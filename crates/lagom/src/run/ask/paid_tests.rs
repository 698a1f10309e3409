//! Money: whatever interrupts a run, no answer that was paid for is lost or paid for twice, and no budget is exceeded.
//!
//! ```sh
//! LAGOM_INTERRUPTS=1000 cargo test --release --lib run::ask::paid_tests -- --nocapture
//! ```
//!
//! A server counts what it was asked and what it answered; the store is compared with that.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::Asker;
use super::servers_tests::scripted::{Fault, Labelled, Model, Request, Script, Server};
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

/// Rows of each study.
const ROWS: usize = 90;
/// Prices for a million tokens of prompts and of answers.
const PRICES: (f64, f64) = (1_000.0, 10_000.0);

/// How many runs are interrupted, and how many end by a budget.
fn count() -> u64 {
    std::env::var("LAGOM_INTERRUPTS").ok().and_then(|text| text.parse().ok()).unwrap_or(25)
}

/// A number below `most` that follows from what it is given.
fn drawn(seed: u64, purpose: &str, most: u64) -> u64 {
    let found = blake3::hash(format!("{seed} {purpose}").as_bytes());
    let mut first = [0; 8];
    first.copy_from_slice(&found.as_bytes()[..8]);
    u64::from_le_bytes(first) % most
}

/// What a server has seen.
#[derive(Default)]
struct Ledger {
    /// Requests, whatever became of them.
    requests: AtomicU64,
    /// How often each question of the study was answered.
    answered: Mutex<BTreeMap<String, u64>>,
    /// Money that the answers cost, in millionths.
    money: Mutex<f64>,
    /// At which request it presses Ctrl-C; 0: never.
    interrupt: AtomicU64,
    stop: Arc<AtomicBool>,
}

/// What a request asks, in its last message, as the scripted server reads it.
fn prompt(request: &Request) -> String {
    let last = request.body["messages"].as_array().and_then(|messages| messages.last());
    last.and_then(|message| message["content"].as_str()).unwrap_or_default().to_owned()
}

impl Ledger {
    fn see(&self, request: &Request, fault: Fault) -> Fault {
        if self.requests.fetch_add(1, Ordering::SeqCst) + 1 == self.interrupt.load(Ordering::SeqCst) {
            self.stop.store(true, Ordering::SeqCst);
        }
        let prompt = prompt(request);
        if matches!(fault, Fault::None | Fault::Drip(_)) {
            // The scripted server counts words; a label is one.
            let words = prompt.split_whitespace().count() as f64;
            *self.money.lock().unwrap_or_else(PoisonError::into_inner) += words * PRICES.0 + PRICES.1;
            if prompt.contains("riddle") {
                let mut answered = self.answered.lock().unwrap_or_else(PoisonError::into_inner);
                *answered.entry(prompt).or_default() += 1;
            }
        }
        fault
    }
}

struct Scene {
    folder: tempfile::TempDir,
    ledger: Arc<Ledger>,
    /// How long an answer is waited for: for ever, where none is late on purpose.
    patience: Duration,
    server: Server,
}

impl Scene {
    /// A server of a model, some of whose questions meet `faults` of a hundred, and a study with this budget and this name.
    fn new(seed: u64, faults: u64, budget: &str) -> Self {
        let examples: Vec<(String, String)> = (0..ROWS)
            .map(|row| {
                let label = if drawn(seed, &format!("label {row}"), 2) == 0 { "yes" } else { "no" };
                // Some rows have far more tokens a byte than the handshake shows.
                let digits =
                    if drawn(seed, &format!("digits {row}"), 4) == 0 { " 7".repeat(400) } else { String::new() };
                (format!("riddle {row} of {seed}.{digits}"), label.to_owned())
            })
            .collect();
        let ledger = Arc::new(Ledger::default());
        let seen = ledger.clone();
        let fault = move |request: &Request| {
            let draw = drawn(seed, &format!("{} {}", request.number, request.body), 100);
            let kinds = [
                Fault::Status(500, Vec::new(), "oops".into()),
                Fault::Status(429, Vec::new(), "{}".into()),
                Fault::Silence(Duration::from_millis(400)),
                Fault::HalfStream,
                Fault::Reset,
            ];
            let fault = if draw < faults { kinds[(draw % 5) as usize].clone() } else { Fault::None };
            // Some answers are slow, so that they are under way when the run is interrupted.
            seen.see(
                request,
                if fault == Fault::None && draw > 70 { Fault::Drip(Duration::from_millis(3)) } else { fault },
            )
        };
        let server = Server::start(Script {
            model: Model::Labels(Labelled::new(examples.clone(), 0.9, seed)),
            fault: Box::new(fault),
            latency: Duration::from_millis(drawn(seed, "latency", 4)),
            ..Script::default()
        });
        let folder = tempfile::tempdir().expect("a folder");
        let lines: Vec<String> = examples.iter().map(|(text, label)| format!("{text},{label}")).collect();
        std::fs::write(folder.path().join("d.csv"), format!("text,answer\n{}\n", lines.join("\n"))).expect("written");
        let patience = Duration::from_millis(if faults > 0 { 150 } else { 60_000 });
        let scene = Self { folder, ledger, patience, server };
        scene.write("asked", budget, &scene.server.url().replace("localhost", "127.0.0.1"));
        scene
    }

    fn write(&self, name: &str, budget: &str, url: &str) {
        let study = format!(
            "[task]\ndata = \"d.csv\"\ntarget = \"answer\"\nkind = \"multiple-choice\"\nlabels = [\"yes\", \"no\"]\n\
             input = \"text\"\n[good-enough]\nbar = 0.8\n[trials]\nholdout = 0.5\n[budget]\nexplore = 40\nmissing = 0.5\n\
             {budget}\n[[candidate]]\nname = \"{name}\"\nendpoint = \"{url}\"\nmodel = \"scripted\"\n\
             price = {{ input = {}, output = {}, currency = \"USD\" }}\n",
            PRICES.0, PRICES.1
        );
        std::fs::write(self.folder.path().join("s.toml"), study).expect("written");
    }

    /// A run; interrupted at this request of it, if any. What it noticed.
    fn run(&self, interrupt: Option<u64>) -> Result<Vec<String>, RunError> {
        let now = self.ledger.requests.load(Ordering::SeqCst);
        self.ledger.interrupt.store(interrupt.map_or(0, |after| now + after), Ordering::SeqCst);
        self.ledger.stop.store(false, Ordering::SeqCst);
        let path = self.folder.path().join("s.toml");
        let study =
            Study::parse(&std::fs::read_to_string(&path).expect("readable"), path, &registries()).expect("a study");
        let workspace = Workspace::start(prepare(study, String::new())?, &self.folder.path().join("out"))?;
        let executor =
            Here { this: ThisProgram { path: std::path::PathBuf::from("none"), stop: self.ledger.stop.clone() } };
        let mut asker = Asker::new(&workspace, &executor)?;
        let first_byte = self.patience;
        asker.memory.options = ClientOptions {
            first_byte,
            silence: first_byte,
            retries: 3,
            first_wait: Duration::from_millis(1),
            longest_wait: Duration::from_millis(4),
            ..ClientOptions::default()
        };
        asker.preflight(&mut |_| {})?;
        let nothing = SearchResult { repeats: Vec::new(), stopped: Vec::new(), untried: Vec::new() };
        let told = &mut |_: &_| {};
        let mut tracker = Tracker::new(Stage::Ask, told);
        let mut ask = |model: &_, rows: &_| asker.ask(model, rows, &mut tracker);
        Concluder::new(&workspace).conclude_asking(&nothing, asker.models(), &mut ask)?;
        Ok(asker.notes())
    }

    /// Answers in the store.
    fn kept(&self) -> u64 {
        let store = rusqlite::Connection::open(self.folder.path().join("out/store.sqlite")).expect("a store");
        store.query_row("SELECT count(*) FROM answers", [], |row| row.get::<_, i64>(0)).expect("readable") as u64
    }

    fn requests(&self) -> u64 {
        self.ledger.requests.load(Ordering::SeqCst)
    }

    fn money(&self) -> f64 {
        *self.ledger.money.lock().unwrap_or_else(PoisonError::into_inner) / 1e6
    }
}

#[test]
fn no_interrupt_loses_an_answer_or_pays_for_it_twice() {
    let (mut interrupts, mut seed) = (0, 0);
    while interrupts < count() {
        seed += 1;
        let scene = Scene::new(seed, 0, "");
        for run in 0..40 {
            // Within the handshake, the exploring or the confirming.
            let ended = scene.run(Some(1 + drawn(seed, &format!("interrupt {run}"), 25)));
            let answered = scene.ledger.answered.lock().expect("no thread died").clone();
            let twice: Vec<_> = answered.iter().filter(|(_, times)| **times > 1).collect();
            assert!(twice.is_empty(), "study {seed}, run {run}: paid for twice: {twice:?}");
            assert_eq!(scene.kept(), answered.len() as u64, "study {seed}, run {run}: kept and paid for");
            match ended {
                Err(RunError::Stopped) => interrupts += 1,
                Ok(_) => break,
                Err(error) => panic!("study {seed}: {error}"),
            }
        }
    }
    println!("{interrupts} interrupts");
}

#[test]
fn no_budget_is_exceeded_by_retries_handshakes_interrupts_or_another_name() {
    for seed in 0..count() {
        let calls = 1 + drawn(seed, "calls", 70);
        let cents = 1 + drawn(seed, "cents", 150);
        let money = cents as f64 / 100.0;
        let budget = match drawn(seed, "kind", 3) {
            0 => format!("calls = {calls}"),
            1 => format!("money = \"{money} USD\""),
            _ => format!("calls = {calls}\nmoney = \"{money} USD\""),
        };
        let scene = Scene::new(1_000_000 + seed, drawn(seed, "faults", 30), &budget);
        let url = scene.server.url().replace("localhost", "127.0.0.1");
        for run in 0..4 {
            // A run that is interrupted, further ones, and one under another name.
            if run == 3 {
                scene.write("renamed", &budget, &url);
            }
            let ended = scene.run((run == 0).then(|| 1 + drawn(seed, "interrupt", 30)));
            let told = ended.as_ref().err().map(ToString::to_string);
            if budget.contains("calls") {
                assert!(scene.requests() <= calls, "study {seed}, run {run}: {} of {calls} calls", scene.requests());
            }
            if budget.contains("money") {
                assert!(
                    scene.money() <= money + 1e-9,
                    "study {seed}, run {run}: {} of {money}: {told:?}",
                    scene.money()
                );
            }
        }
    }
}

#[test]
fn a_budget_that_suffices_exactly_is_used_up_and_one_call_less_is_too_few() {
    let scene = Scene::new(7, 0, "");
    scene.run(None).expect("no limit");
    let needed = scene.requests();
    let exact = Scene::new(7, 0, &format!("calls = {needed}"));
    exact.run(None).expect("just enough");
    let less = Scene::new(7, 0, &format!("calls = {}", needed - 1));
    let told = less.run(None).expect("a verdict on what there is");
    assert!(told.iter().any(|note| note.contains(&format!("the budget (calls = {})", needed - 1))), "{told:?}");
    assert_eq!((less.requests(), exact.requests()), (needed - 1, needed));
    // What was answered is not asked again: one more handshake and one more answer are two calls.
    less.write("asked", &format!("calls = {}", needed + 1), &less.server.url().replace("localhost", "127.0.0.1"));
    less.run(None).expect("raised");
    assert_eq!(less.requests(), needed + 1);
}
