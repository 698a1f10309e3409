//! Faults at random moments of a study: kill -9, SIGTERM, workers without memory, a full disk, a worker that stands still. Nothing
//! may be left running, nothing may hang, and the same command comes to the same numbers afterwards.
//!
//! ```sh
//! LAGOM_MOMENTS=100 cargo test --release --test it moments -- --ignored --nocapture
//! ```
//!
//! `LAGOM_MOMENTS_SEED` draws other ones. The long form also leaves workers standing still until lagom ends them, which takes it
//! two minutes.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

use super::disk_full::{shell, way};
use super::killed::{place, undisturbed};
use super::processes::{Running, new_tag, none_left};
use super::support::{Dice, LAGOM, Place, numbers};

/// What happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fault {
    /// The run is killed.
    Killed,
    /// The run is asked to end.
    Terminated,
    /// Workers may take no more memory than they have.
    NoMemory,
    /// The disk is full, or no file may grow any more.
    DiskFull,
    /// A worker stands still for a while, until the run goes on or is ended.
    Stalled,
    /// A worker stands still until lagom has had enough.
    StalledForGood,
}

const ALL: [Fault; 5] = [Fault::Killed, Fault::Terminated, Fault::NoMemory, Fault::DiskFull, Fault::Stalled];

/// What a study comes to that nothing happened to.
struct Whole {
    numbers: Value,
    told: Value,
    model: Vec<u8>,
    code: i32,
    time: Duration,
}

/// What `lagom verdict` says, as JSON.
fn told(place: &Place) -> Value {
    let said = place.lagom(&["verdict", "out", "--json"]);
    numbers(&serde_json::from_str(&said.out).unwrap_or_else(|_| panic!("{said:?}")))
}

fn whole() -> Whole {
    let (numbers, code, time) = undisturbed();
    let place = place();
    place.run().ends(code);
    let model = std::fs::read(place.path("out/model.lagom")).unwrap_or_default();
    Whole { numbers, told: told(&place), model, code, time }
}

/// How the run ended that it happened to: its code, or none where it was killed.
fn happens(fault: Fault, place: &Place, (time, dice): (Duration, &mut Dice)) -> Option<i32> {
    if fault == Fault::DiskFull {
        return disk_full(place, dice);
    }
    let mut running = Running::start(place);
    std::thread::sleep(time.mul_f64(dice.share()));
    match fault {
        Fault::Killed => running.send(Signal::SIGKILL),
        Fault::Terminated => running.send(Signal::SIGTERM),
        Fault::NoMemory => starve(&mut running, time.mul_f64(dice.share())),
        _ => stall(fault, &mut running, (time, dice)),
    }
    let status = running.wait();
    none_left(&running.tag);
    status.code()
}

/// Every worker of some stretch of time may take no more address space than a worker has that does nothing.
fn starve(running: &mut Running, stretch: Duration) {
    let end = std::time::Instant::now() + stretch;
    while std::time::Instant::now() < end && !running.has_ended() {
        for worker in running.workers() {
            let mut limit = Command::new("prlimit");
            limit.args(["--pid", &worker.to_string(), "--as=1000000"]).stdout(Stdio::null()).stderr(Stdio::null());
            // One that has ended meanwhile needs none.
            let _ = limit.status().expect("prlimit (util-linux)");
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Stops one of the workers; what it waits for then is drawn.
fn stall(fault: Fault, running: &mut Running, (time, dice): (Duration, &mut Dice)) {
    let Some(first) = running.worker() else { return };
    let workers = running.workers();
    let worker = if workers.is_empty() { first } else { workers[(dice.roll() % workers.len() as u64) as usize] };
    let _ = kill(worker, Signal::SIGSTOP);
    if fault == Fault::StalledForGood {
        return;
    }
    std::thread::sleep(time.mul_f64(dice.share()));
    match dice.roll() % 3 {
        0 => goes_on(worker),
        1 => running.send(Signal::SIGKILL),
        _ => running.send(Signal::SIGTERM),
    }
}

fn goes_on(worker: Pid) {
    let _ = kill(worker, Signal::SIGCONT);
}

/// A small disk, or no file longer than so much; then room enough.
fn disk_full(place: &Place, dice: &mut Dice) -> Option<i32> {
    const RUN: &str = r#""$LAGOM" run s.toml --out out >/dev/null 2>errors.txt; echo $? >code.txt"#;
    let tag = new_tag();
    let ended = match way() {
        Some(way) => {
            let size = 8 + dice.roll() % 900;
            let script =
                format!("mkdir out && mount -t tmpfs -o size={size}k tmpfs out && {{ {RUN}; cp -r out kept; }}");
            let ended = shell(way, &script, place, &tag);
            std::fs::remove_dir_all(place.path("out")).unwrap();
            std::fs::rename(place.path("kept"), place.path("out")).unwrap();
            ended
        }
        None => {
            // In blocks of 512 or 1,024 bytes.
            let script = format!("ulimit -f {}; {RUN}", 4 + dice.roll() % 400);
            let mut command = Command::new("sh");
            command.args(["-c", &script]).current_dir(place.path("")).env("LAGOM", LAGOM);
            command.env(super::processes::TAG, &tag).output().ok()
        }
    };
    assert!(ended.is_some(), "no shell");
    none_left(&tag);
    place.text("code.txt").trim().parse().ok()
}

/// One fault at one moment; how the run ended, and that the same command makes good what is missing.
fn one(fault: Fault, whole: &Whole, dice: &mut Dice) -> Option<i32> {
    let place = place();
    let code = happens(fault, &place, (whole.time, dice));
    let said = place.text("errors.txt");
    assert!(!said.contains("panicked"), "{fault:?}: {said}");
    let may = match fault {
        Fault::Killed => [None, Some(whole.code)].contains(&code),
        // Before it listens for signals, the system ends it.
        Fault::Terminated => [None, Some(2), Some(whole.code)].contains(&code),
        Fault::NoMemory => [Some(2), Some(3), Some(whole.code)].contains(&code),
        Fault::DiskFull => [Some(1), Some(2), Some(whole.code)].contains(&code),
        Fault::Stalled => [None, Some(2), Some(whole.code)].contains(&code),
        Fault::StalledForGood => code == Some(whole.code),
    };
    assert!(may, "{fault:?} ended with {code:?}: {said}");
    place.run().ends(whole.code);
    assert_eq!(numbers(&place.report("out")), whole.numbers, "{fault:?}, which ended with {code:?}: {said}");
    assert_eq!(told(&place), whole.told, "{fault:?}, which ended with {code:?}");
    let model = std::fs::read(place.path("out/model.lagom")).unwrap_or_default();
    assert!(model == whole.model, "{fault:?}, which ended with {code:?}: another model");
    let left: Vec<String> = place.names().into_iter().filter(|name| name.contains(".part")).collect();
    assert!(left.is_empty(), "{fault:?}, which ended with {code:?}: half-written files are left: {left:?}");
    code
}

fn moments(count: u64, seed: u64) {
    let whole = whole();
    let mut found: BTreeMap<(Fault, Option<i32>), u64> = BTreeMap::new();
    let dice = |at: u64| Dice(seed.wrapping_mul(1_000_003).wrapping_add(at));
    // Of twenty moments one: these only wait, so all of them do at once.
    let patient: Vec<u64> = (0..count / 20).map(|at| count + at).collect();
    std::thread::scope(|scope| {
        let whole = &whole;
        let waiting: Vec<_> = patient
            .into_iter()
            .map(|at| scope.spawn(move || one(Fault::StalledForGood, whole, &mut dice(at))))
            .collect();
        for at in 0..count - count / 20 {
            let fault = ALL[(at % ALL.len() as u64) as usize];
            let code = one(fault, whole, &mut dice(at));
            *found.entry((fault, code)).or_default() += 1;
            if count > 20 {
                println!("{} of {count}: {fault:?} ended with {code:?}", at + 1);
            }
        }
        for one in waiting {
            *found.entry((Fault::StalledForGood, one.join().unwrap())).or_default() += 1;
        }
    });
    for ((fault, code), times) in found {
        println!("{fault:?}: {times} runs ended with {code:?}");
    }
}

#[test]
fn faults_at_some_moments_change_no_number() {
    moments(ALL.len() as u64, 1);
}

#[test]
#[ignore = "long; the command is at the head of moments.rs"]
fn acceptance_faults_at_a_hundred_moments() {
    let number = |name: &str, usual| std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual);
    moments(number("LAGOM_MOMENTS", 100), number("LAGOM_MOMENTS_SEED", u64::from(std::process::id())));
}
