//! Runs that are watched, stopped and killed.

use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::support::{LAGOM, Place};

/// Set in the environment of a run: its workers inherit it, and are found by it.
pub(crate) const TAG: &str = "LAGOM_TEST_TAG";
/// Workers end with their parent; so long may it take.
const GONE_WITHIN: Duration = Duration::from_secs(2);
/// A wait for something that happens at once on an idle machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// A run under way; ends with the test.
pub(crate) struct Running {
    child: Child,
    pub(crate) tag: String,
}

/// A tag that no other run has.
pub(crate) fn new_tag() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    format!("{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::SeqCst))
}

impl Running {
    /// Starts `lagom run s.toml --out out`.
    pub(crate) fn start(place: &Place) -> Self {
        let tag = new_tag();
        let mut command = Command::new(LAGOM);
        command.args(["run", "s.toml", "--out", "out"]).current_dir(place.path("")).env(TAG, &tag);
        let errors = std::fs::File::create(place.path("errors.txt")).unwrap();
        let child = command.stdout(Stdio::null()).stderr(errors).spawn().unwrap();
        Self { child, tag }
    }

    pub(crate) fn send(&self, signal: Signal) {
        let pid = Pid::from_raw(i32::try_from(self.child.id()).unwrap());
        kill(pid, signal).unwrap();
    }

    pub(crate) fn wait(&mut self) -> ExitStatus {
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(start.elapsed() < PATIENCE * 5, "it never ended");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    pub(crate) fn has_ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// The process ids of its workers.
    pub(crate) fn workers(&self) -> Vec<Pid> {
        workers(&self.tag)
    }

    /// Waits for a worker; none if the run ends before one is seen.
    pub(crate) fn worker(&mut self) -> Option<Pid> {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            if let Some(pid) = self.workers().first() {
                return Some(*pid);
            }
            if self.has_ended() {
                return None;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        panic!("no worker was started");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The process ids of all workers that live and carry the tag.
pub(crate) fn workers(tag: &str) -> Vec<Pid> {
    with_argument(tag, "worker")
}

/// The process ids of everything that the run has started with this first argument.
pub(crate) fn with_argument(tag: &str, argument: &str) -> Vec<Pid> {
    let wanted = format!("{TAG}={tag}");
    let numbers = |path: PathBuf| path.file_name()?.to_str()?.parse::<i32>().ok();
    let is_worker = |pid: &i32| {
        // A process that has ended in the meantime has no such files, or empty ones.
        let part = |name: &str| std::fs::read(format!("/proc/{pid}/{name}")).unwrap_or_default();
        part("environ").split(|byte| *byte == 0).any(|variable| variable == wanted.as_bytes())
            && part("cmdline").split(|byte| *byte == 0).nth(1) == Some(argument.as_bytes())
    };
    let all = std::fs::read_dir("/proc").unwrap().filter_map(|entry| numbers(entry.ok()?.path()));
    all.filter(is_worker).map(Pid::from_raw).collect()
}

/// All workers of the run are gone soon after their parent.
#[track_caller]
pub(crate) fn none_left(tag: &str) {
    none_left_of(&|| workers(tag));
}

/// All of these processes are gone soon.
#[track_caller]
pub(crate) fn none_left_of(processes: &dyn Fn() -> Vec<Pid>) {
    let start = Instant::now();
    while !processes().is_empty() {
        assert!(start.elapsed() < GONE_WITHIN, "processes are left behind: {:?}", processes());
        std::thread::sleep(Duration::from_millis(10));
    }
}
