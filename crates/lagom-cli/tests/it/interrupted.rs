//! Ctrl-C while models are asked: what is under way is paid for, and kept; and workers that end with lagom, whatever they do.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};

use super::asking::riddles;
use super::processes::{Running, none_left, none_left_of, with_argument};
use super::scripted::{Labelled, Model, Script, Server};
use super::support::{Place, SMALL, classes_csv};

/// A study of one server that takes its time.
fn place(server: &Server) -> Place {
    let place = Place::new();
    let lines: Vec<String> = riddles(1_000).iter().map(|(text, label)| format!("{text},{label}")).collect();
    place.write("d.csv", format!("text,topic\n{}\n", lines.join("\n")));
    place.write(
        "s.toml",
        format!(
            "[task]\ndata = \"d.csv\"\ntarget = \"topic\"\nkind = \"multiple-choice\"\nlabels = [\"yes\", \"no\"]\ninput = \"text\"\n\
             [good-enough]\nbar = 0.89\n[trials]\nholdout = 0.4\n[[candidate]]\nname = \"slow\"\nendpoint = \"{}\"\n\
             model = \"scripted\"\n",
            server.url()
        ),
    );
    place
}

/// Whether this process ignores a signal, as far as the system tells.
fn is_ignored(signal: Signal) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:")).map(str::trim);
    let mask = mask.and_then(|mask| u64::from_str_radix(mask, 16).ok()).unwrap_or(0);
    mask & (1 << (signal as u32 - 1)) != 0
}

#[test]
fn signals_sent_twice_at_once_are_one_and_lose_nothing_that_is_under_way() {
    let latency = Duration::from_millis(400);
    let model = Model::Labels(Labelled::new(riddles(1_000), 0.9, 1));
    let server = Server::start(Script { model, latency, ..Script::default() });
    let place = place(&server);
    // Whoever starts the tests in the background has them ignore Ctrl-C, which lagom then does, too.
    let interrupt = if is_ignored(Signal::SIGINT) { Signal::SIGTERM } else { Signal::SIGINT };
    for signals in [&[interrupt, interrupt][..], &[Signal::SIGTERM], &[Signal::SIGHUP, Signal::SIGTERM]] {
        let before = server.questions();
        let mut running = Running::start(&place);
        let start = Instant::now();
        // More than the handshake and the first question: sixteen are under way.
        while server.questions() < before + 8 && start.elapsed() < Duration::from_secs(100) {
            std::thread::sleep(Duration::from_millis(5));
        }
        signals.iter().for_each(|signal| running.send(*signal));
        assert_eq!(running.wait().code(), Some(2), "{}", place.text("errors.txt"));
        let kept: u64 =
            place.store("out").query_row("SELECT count(*) FROM answers", [], |row| row.get::<_, i64>(0)).unwrap()
                as u64;
        let (asked, answered) = (server.questions(), server.counters.answers.load(Ordering::SeqCst));
        // Each run shakes hands once; every other question that was sent is answered, and kept.
        let runs =
            place.store("out").query_row("SELECT count(*) FROM runs", [], |row| row.get::<_, i64>(0)).unwrap() as u64;
        assert_eq!((asked, answered), (kept + runs, kept + runs), "asked and answered, {signals:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_worker_that_hears_nothing_ends_with_lagom_all_the_same() {
    let place = Place::new();
    place.write("d.csv", classes_csv());
    place.write("s.toml", format!("[task]\ndata = \"d.csv\"\ntarget = \"y\"\n{SMALL}"));
    let mut running = Running::start(&place);
    // It can't see that its standard input closes; one that has ended meanwhile is no matter.
    let mut stopped = false;
    while let Some(worker) = running.worker() {
        std::thread::sleep(Duration::from_millis(60));
        stopped = kill(worker, Signal::SIGSTOP).is_ok();
        if stopped {
            break;
        }
    }
    assert!(stopped, "the run ended before a worker could be stopped");
    running.send(Signal::SIGKILL);
    running.wait();
    none_left(&running.tag);
}

#[cfg(target_os = "linux")]
#[test]
fn a_users_program_that_hears_nothing_ends_with_lagom_all_the_same() {
    let place = Place::new();
    let lines: Vec<String> = riddles(1_000).iter().map(|(text, label)| format!("{text},{label}")).collect();
    place.write("d.csv", format!("text,topic\n{}\n", lines.join("\n")));
    // It never reads its standard input, so it does not see that it closes.
    place.write("deaf.sh", "echo started > started\nexec sleep 600\n");
    place.write(
        "s.toml",
        "[task]\ndata = \"d.csv\"\ntarget = \"topic\"\nkind = \"multiple-choice\"\nlabels = [\"yes\", \"no\"]\n\
         input = \"text\"\n[good-enough]\nbar = 0.89\n[trials]\nholdout = 0.4\n[[candidate]]\nname = \"deaf\"\n\
         command = [\"sh\", \"deaf.sh\"]\n",
    );
    place.lagom(&["check", "s.toml"]).ends(0).says(&["deaf", "/sh is there"]);
    assert!(!place.path("started").exists(), "check starts nothing");
    let running = Running::start(&place);
    let start = Instant::now();
    while !place.path("started").exists() && start.elapsed() < Duration::from_secs(100) {
        std::thread::sleep(Duration::from_millis(5));
    }
    let programs = || with_argument(&running.tag, "600");
    while programs().is_empty() && start.elapsed() < Duration::from_secs(100) {
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(!programs().is_empty(), "it was not started");
    running.send(Signal::SIGKILL);
    none_left_of(&programs);
    assert!(place.text("errors.txt").contains("This study runs on this machine"));
}

#[test]
fn a_run_that_is_told_to_end_does_not_wait_for_a_worker_that_stands_still() {
    let place = Place::new();
    place.write("d.csv", classes_csv());
    place.write("s.toml", format!("[task]\ndata = \"d.csv\"\ntarget = \"y\"\n{SMALL}"));
    let mut running = Running::start(&place);
    // One that has ended by itself is no matter: another one follows.
    while let Some(worker) = running.worker() {
        if kill(worker, Signal::SIGSTOP).is_ok() && running.workers().contains(&worker) {
            break;
        }
    }
    assert!(!running.has_ended(), "the run ended before a worker could be stopped");
    running.send(Signal::SIGTERM);
    assert_eq!(running.wait().code(), Some(2), "{}", place.text("errors.txt"));
    none_left(&running.tag);
}
