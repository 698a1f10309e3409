//! Studies for tests: what candidates come to is said, by a mock executor or a mock backend, so what must come of them is known.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::error::RunError;
use super::execute::{Execution, Run};
use super::prepare::{Prepared, prepare};
use super::workspace::Workspace;
use crate::call::mock::{Mock as MockBackend, Scripted};
use crate::call::{CallFailure, Query};
use crate::candidate::Candidate;
use crate::data::{Dataset, Target};
use crate::measure::Deployment;
use crate::probe::registries;
use crate::study::Study;
use crate::trial::{
    Ended, Executor, ExecutorError, Failure, Here, Job, JobEvent, Listener, Mock, Pretend, Report, ThisProgram,
};

/// Rows of a study whose candidates are trained.
const TRAINED_ROWS: usize = 1_200;
/// Rows of a study whose candidates are asked.
const ASKED_ROWS: u32 = 400;
/// Questions that a mock backend has under way at most.
pub(super) const IN_FLIGHT: usize = 8;

/// A study of two classes in a folder of its own; the numbers say nothing of them, which no pretended model minds.
pub(super) struct Trained {
    pub(super) folder: tempfile::TempDir,
}

impl Trained {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let row = |row: usize| format!("{},{},{}\n", row * 7 % 1_201, row, ["no", "yes"][row % 2]);
        let rows: String = (0..TRAINED_ROWS).map(row).collect();
        std::fs::write(folder.path().join("d.csv"), format!("a,b,y\n{rows}")).expect("written");
        Self { folder }
    }

    pub(super) fn out(&self) -> PathBuf {
        self.folder.path().join("out")
    }

    pub(super) fn prepared(&self) -> Prepared {
        self.up_to("10k")
    }

    /// With models of at most so many parameters.
    pub(super) fn up_to(&self, largest: &str) -> Prepared {
        let families = "families = [\"baseline\", \"linear\", \"mlp\"]\npolicy = \"sweep\"\n";
        self.with(&format!("{families}largest = \"{largest}\"\n"))
    }

    /// With these keys under `[ladder]`, and tables behind them.
    pub(super) fn with(&self, ladder: &str) -> Prepared {
        self.try_with(ladder).expect("prepared")
    }

    /// The same, or why it can't be.
    pub(super) fn try_with(&self, ladder: &str) -> Result<Prepared, RunError> {
        let text = "[task]\ndata = \"d.csv\"\ntarget = \"y\"\nmetric = \"accuracy\"\n[good-enough]\nmargin = 0.02\n";
        let text = format!("{text}[ladder]\n{ladder}");
        let study = Study::parse(&text, self.folder.path().join("s.toml"), &registries()).expect("a study");
        prepare(study, text)
    }

    pub(super) fn workspace(&self) -> Workspace {
        Workspace::start(self.prepared(), &self.out()).expect("started")
    }
}

/// Class probabilities of a model that is wrong on every row whose number a divisor in `wrong` divides, and sure of every answer.
pub(super) fn answers(data: &Dataset, rows: &[u32], wrong: &[u32]) -> Vec<f64> {
    let Target::Classes { labels, .. } = &data.target else { return Vec::new() };
    let one = |row: &u32| {
        let label = labels[*row as usize];
        let said = if wrong.iter().any(|every| row.is_multiple_of(*every)) { 1 - label } else { label };
        [f64::from(u8::from(said == 0)), f64::from(u8::from(said == 1))]
    };
    rows.iter().flat_map(one).collect()
}

/// The baseline guesses; the smallest model is wrong on one row in so many, and so are the others.
pub(super) fn ladder(candidate: &Candidate, data: &Dataset, rows: &[u32], small: u32, large: u32) -> Vec<f64> {
    match candidate.spec.family.name() {
        "baseline" => vec![0.5; rows.len() * 2],
        "linear" => answers(data, rows, &[small]),
        _ => answers(data, rows, &[large]),
    }
}

/// All models are wrong on the same one row in ten.
pub(super) fn equal(one: &Candidate, _: u32, data: &Dataset, rows: &[u32]) -> Result<Vec<f64>, Failure> {
    Ok(ladder(one, data, rows, 10, 10))
}

/// A mock executor that leaves models where they are wanted, counts its refits, timings and looks, and lets so many of them die.
pub(super) struct Worker<'a> {
    pub(super) mock: Mock<'a>,
    pub(super) count: Cell<u32>,
    pub(super) deaths: Cell<u32>,
    pub(super) can_time: bool,
}

impl<'a> Worker<'a> {
    /// One whose models answer so, and which times nothing.
    pub(super) fn new(pretend: &'a Pretend<'a>) -> Self {
        Self { mock: Mock::new(pretend), count: Cell::new(0), deaths: Cell::new(0), can_time: false }
    }

    /// Its refits die first.
    pub(super) fn refits(deaths: u32) -> Self {
        Self { deaths: Cell::new(deaths), ..Self::new(&equal) }
    }

    /// Its timings die first.
    pub(super) fn timings(deaths: u32) -> Self {
        Self { can_time: true, ..Self::refits(deaths) }
    }

    /// What comes of a job that the mock does not do; none where it does.
    fn ended(&self, job: &Job) -> Option<Ended> {
        match job {
            Job::Refit { .. } | Job::Deploy { .. } | Job::Probe(_) => {}
            Job::Load { .. } => return None,
            // Nobody reads it here; it only has to be there.
            Job::Trial { bundle, .. } => {
                bundle.iter().for_each(|path| std::fs::write(path, "a model").expect("written"));
                return None;
            }
        }
        self.count.set(self.count.get() + 1);
        if self.deaths.get() > 0 {
            self.deaths.set(self.deaths.get() - 1);
            return Some(Err(Failure::Killed { signal: 9, message: String::new() }));
        }
        let took = Deployment {
            latency_p50: 0.001,
            latency_p95: 0.002,
            latency_p99: 0.003,
            predictions: 500,
            throughput: 1_000.0,
            load_seconds: Some(0.01),
            memory: Some(1_000_000),
            timings: None,
        };
        matches!(job, Job::Deploy { .. }).then_some(Ok(Report::Deploy(took)))
    }
}

impl Executor for Worker<'_> {
    fn this(&self) -> &ThisProgram {
        self.mock.this()
    }

    fn workers(&self) -> usize {
        1
    }

    fn can_time(&self) -> bool {
        self.can_time
    }

    fn run(&self, jobs: &[Job], workers: usize, listener: &mut Listener<'_>) -> Result<(), ExecutorError> {
        for (at, job) in jobs.iter().enumerate() {
            let Some(ended) = self.ended(job) else {
                let mut of_one = |event| match event {
                    JobEvent::Started(_) => listener(JobEvent::Started(at)),
                    JobEvent::Ended(_, ended) => listener(JobEvent::Ended(at, ended)),
                    JobEvent::Idle => listener(JobEvent::Idle),
                };
                self.mock.run(std::slice::from_ref(job), workers, &mut of_one)?;
                continue;
            };
            if listener(JobEvent::Ended(at, Box::new(ended))).is_break() {
                return Err(ExecutorError::Refused);
            }
        }
        Ok(())
    }
}

/// What a candidate says to the question about a row.
pub(super) type Says = dyn Fn(&str, u32) -> Scripted;

fn label(row: u32) -> &'static str {
    if row * 7 % 11 < 6 { "yes" } else { "no" }
}

/// The right answer, or the other label.
pub(super) fn answer(row: u32, right: bool) -> Scripted {
    let other = if label(row) == "yes" { "no" } else { "yes" };
    Scripted::says(if right { label(row) } else { other })
}

/// Both are wrong on the same one row in ten.
pub(super) fn alike(_: &str, row: u32) -> Scripted {
    answer(row, !row.is_multiple_of(10))
}

pub(super) fn failure() -> Scripted {
    Scripted::Failure(CallFailure::Malformed { message: "half a line".to_owned() })
}

/// A study of two models in a folder, and how often each was asked about which row.
pub(super) struct Asked {
    pub(super) folder: tempfile::TempDir,
    pub(super) asked: Rc<RefCell<BTreeMap<(String, u32), u32>>>,
    pub(super) stop: Arc<AtomicBool>,
}

impl Asked {
    pub(super) fn new(budget: &str, price: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let rows: String = (0..ASKED_ROWS).map(|row| format!("riddle {row}.,{}\n", label(row))).collect();
        std::fs::write(folder.path().join("d.csv"), format!("text,answer\n{rows}")).expect("written");
        let scene = Self { folder, asked: Rc::default(), stop: Arc::default() };
        scene.write(budget, price);
        scene
    }

    pub(super) fn write(&self, budget: &str, price: &str) {
        let candidate = |name: &str, size: &str| {
            format!(
                "[[candidate]]\nname = \"{name}\"\ncommand = [\"brought\"]\nparameters = \"{size}\"\nmax-tokens = 16\n{price}\n"
            )
        };
        let study = format!(
            "[task]\ndata = \"d.csv\"\ntarget = \"answer\"\nkind = \"multiple-choice\"\nlabels = [\"yes\", \"no\"]\n\
             input = \"text\"\n[good-enough]\nmargin = 0.05\n[trials]\nholdout = 0.5\n[budget]\nexplore = 60\n{budget}\n{}{}",
            candidate("small", "1B"),
            candidate("large", "100B")
        );
        std::fs::write(self.folder.path().join("s.toml"), study).expect("written");
    }

    pub(super) fn prepared(&self, says: impl Fn(&str, u32) -> Scripted + 'static) -> Prepared {
        let says: Rc<Says> = Rc::new(says);
        let path = self.folder.path().join("s.toml");
        let text = std::fs::read_to_string(&path).expect("readable");
        let mut prepared = prepare(Study::parse(&text, path, &registries()).expect("a study"), text).expect("prepared");
        for name in ["small", "large"] {
            let (says, asked) = (says.clone(), self.asked.clone());
            let script = move |query: &Query| {
                *asked.borrow_mut().entry((name.to_owned(), query.row.number)).or_default() += 1;
                says(name, query.row.number)
            };
            let mut mock = MockBackend::new(&format!("{name}-mock"), script);
            mock.in_flight = IN_FLIGHT;
            prepared.bring(name, Box::new(mock)).expect("a candidate of the study");
        }
        prepared
    }

    pub(super) fn out(&self) -> PathBuf {
        self.folder.path().join("out")
    }

    pub(super) fn workspace(&self, says: impl Fn(&str, u32) -> Scripted + 'static) -> Workspace {
        Workspace::start(self.prepared(says), &self.out()).expect("started")
    }

    /// What runs it, and can be stopped; nothing is told to stop yet.
    pub(super) fn executor(&self) -> Here {
        self.stop.store(false, Ordering::SeqCst);
        Here { this: ThisProgram { path: PathBuf::from("none"), stop: self.stop.clone() } }
    }

    pub(super) fn run(&self, says: impl Fn(&str, u32) -> Scripted + 'static) -> Result<Execution, RunError> {
        Run::start(self.prepared(says), &self.out())?.execute(&self.executor(), &mut |_| {})
    }

    /// How many questions were put, attempts again among them.
    pub(super) fn questions(&self) -> u32 {
        self.asked.borrow().values().sum()
    }

    /// The rows that a candidate was asked about.
    pub(super) fn rows(&self, name: &str) -> Vec<u32> {
        self.asked.borrow().keys().filter(|(of, _)| of == name).map(|(_, row)| *row).collect()
    }

    /// One number out of the store.
    pub(super) fn stored(&self, query: &str) -> f64 {
        stored(&self.out(), query)
    }

    pub(super) fn answers(&self) -> f64 {
        self.stored("SELECT total(1) FROM answers")
    }
}

/// One number out of the store of a folder.
pub(super) fn stored(out: &Path, query: &str) -> f64 {
    let store = rusqlite::Connection::open(out.join("store.sqlite")).expect("a store");
    store.query_row(query, [], |row| row.get(0)).expect("readable")
}
