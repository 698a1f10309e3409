//! Studies whose workers are killed, whose memory is limited, whose files go away and whose disks fill up, each at a random
//! moment: none may come to a verdict that it does not come to undisturbed.
//!
//! ```sh
//! LAGOM_DISTURBED=500 cargo test --release --test it disturbed -- --ignored --nocapture
//! ```
//!
//! prints a line for each kind of disturbance: how many runs gave the verdict all the same, how many could not tell and named
//! the cause, and how many ended with an error. `LAGOM_DISTURBED_SEED` draws other ones.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use serde_json::Value;

use super::disk_full::way;
use super::processes::{TAG, new_tag, none_left, workers};
use super::support::{Dice, LAGOM, Place, classes, csv};

/// What is done to a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Disturbance {
    /// Workers are killed now and then.
    WorkersKilled,
    /// Every worker of some stretch of time is killed.
    WorkersMassacred,
    /// No process may take more than so much memory.
    MemoryLimited,
    /// A file or folder is removed.
    Removed,
    /// A file is cut, or another one is put in its place.
    Replaced,
    /// The disk fills up.
    DiskFull,
    /// No file may be longer than so much.
    FilesLimited,
    /// The run itself is killed.
    RunKilled,
}

const ALL: [Disturbance; 8] = [
    Disturbance::WorkersKilled,
    Disturbance::WorkersMassacred,
    Disturbance::MemoryLimited,
    Disturbance::Removed,
    Disturbance::Replaced,
    Disturbance::DiskFull,
    Disturbance::FilesLimited,
    Disturbance::RunKilled,
];

/// Studies that are disturbed, each many times.
const STUDIES: u64 = 16;

/// What came of a disturbed run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    /// The verdict of the undisturbed run.
    Same,
    /// No verdict, with the cause in the headline.
    CantTell,
    /// An error, and no verdict.
    Error,
    /// It was killed, and said nothing.
    Silent,
}

/// A study of a second: data, ladder, margin and kind of holdout follow from its number.
fn place(number: u64) -> Place {
    let mut dice = Dice(number * 7_919 + 17);
    let place = Place::new();
    let rows = 150 + (dice.roll() % 350) as usize;
    place.write("d.csv", csv("a,b,colour,y", &classes(rows, number)));
    let families = ["\"linear\", \"mlp\"", "\"linear\", \"trees\"", "\"mlp\"", "\"linear\", \"trees\", \"mlp\""];
    let families = dice.one(&families);
    let margin = dice.one(&["0.01", "0.03", "0.1"]);
    let largest = dice.one(&["300", "900", "2k"]);
    let holdout = dice.one(&["", "holdout = 0.3\n"]);
    let limits = dice.one(&["", "", "latency-p95 = \"10 s\"\n"]);
    let policy = dice.one(&["climb", "climb", "sweep"]);
    place.write(
        "s.toml",
        format!(
            "[task]\ndata = \"d.csv\"\ntarget = \"y\"\n[good-enough]\nmargin = {margin}\n{limits}[ladder]\npolicy = \"{policy}\"\n\
             families = [{families}]\nlargest = \"{largest}\"\n[trials]\nrepeats = 3\n{holdout}"
        ),
    );
    place
}

/// Kind and choice of the verdict in the folder.
fn verdict(report: &Value) -> (Value, Value) {
    (report["verdict"]["kind"].clone(), report["verdict"]["choice"].clone())
}

/// A study as it goes undisturbed: its verdict, how long it takes, and the disk that its folder fills, in kB.
struct Whole {
    verdict: (Value, Value),
    code: i32,
    time: Duration,
    disk: u64,
}

/// What the files of a folder and of those in it take, in blocks of 4 kB, as kB.
fn filled(folder: &std::path::Path) -> u64 {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .map(|path| if path.is_dir() { filled(&path) } else { path.metadata().unwrap().len().div_ceil(4_096) * 4 })
        .sum()
}

fn whole(number: u64) -> Whole {
    let place = place(number);
    let start = Instant::now();
    let ran = place.run();
    assert!([0, 3].contains(&ran.code), "{ran:?}");
    let time = start.elapsed();
    Whole { verdict: verdict(&place.report("out")), code: ran.code, time, disk: filled(&place.path("out")) }
}

/// The command that runs a study under a disturbance, as a shell knows it.
fn script(kind: Disturbance, whole: &Whole, dice: &mut Dice) -> String {
    let run = r#""$LAGOM" run s.toml --out out --workers 2"#;
    match kind {
        Disturbance::MemoryLimited => format!("ulimit -v {}; exec {run}", 20_000 + dice.roll() % 200_000),
        Disturbance::FilesLimited => format!("ulimit -f {}; exec {run}", 4 + dice.roll() % 800),
        Disturbance::DiskFull => {
            // Less than the study takes, so that it fills up.
            let size = 12 + dice.roll() % (whole.disk * 9 / 10);
            format!(
                "mkdir out && mount -t tmpfs -o size={size}k tmpfs out && {run}; code=$?; cp -r out kept; exit $code"
            )
        }
        _ => format!("exec {run}"),
    }
}

/// Does its worst until the run ends.
fn disturb(
    kind: Disturbance,
    place: &Place,
    (tag, dice, time): (&str, &mut Dice, Duration),
    ended: &mut dyn FnMut() -> bool,
) {
    let start = Instant::now();
    let moment = time.mul_f64(dice.share());
    let rate = dice.share() * 0.5;
    let signal = [Signal::SIGKILL, Signal::SIGTERM, Signal::SIGSEGV][(dice.roll() % 3) as usize];
    let mut done = false;
    while !ended() {
        let now = start.elapsed();
        match kind {
            Disturbance::WorkersKilled => {
                for pid in workers(tag) {
                    if dice.share() < rate {
                        let _ = kill(pid, signal);
                    }
                }
            }
            Disturbance::WorkersMassacred if now >= moment && now < moment + time.mul_f64(0.3) => {
                for pid in workers(tag) {
                    let _ = kill(pid, signal);
                }
            }
            Disturbance::Removed | Disturbance::Replaced if !done && now >= moment => {
                done = true;
                harm(kind, place, dice);
            }
            _ => {}
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Removes or replaces one thing in the folder; nothing where it is not there yet.
fn harm(kind: Disturbance, place: &Place, dice: &mut Dice) {
    let path = match dice.roll() % 6 {
        0 | 1 => place.path("out/data.bin"),
        2 => place.path("out/models"),
        3 => place.path("out/store.sqlite"),
        4 => place.path("out"),
        _ => {
            let models = std::fs::read_dir(place.path("out/models")).into_iter().flatten().flatten();
            let Some(one) = models.map(|entry| entry.path()).next() else { return };
            one
        }
    };
    if kind == Disturbance::Replaced && path.is_file() {
        let bytes = std::fs::read(&path).unwrap_or_default();
        let kept = (bytes.len() as f64 * dice.share()) as usize;
        if dice.share() < 0.5 {
            let _ = std::fs::write(&path, &bytes[..kept]);
        } else {
            let _ = std::fs::write(place.path("other"), &bytes[..kept.max(bytes.len() / 2)]);
            let _ = std::fs::rename(place.path("other"), &path);
        }
    } else if path.is_dir() {
        let _ = std::fs::remove_dir_all(&path);
    } else {
        let _ = std::fs::remove_file(&path);
    }
}

/// Runs one study under one disturbance, and holds what comes of it against the undisturbed run.
fn one(number: u64, kind: Disturbance, whole: &Whole, dice: &mut Dice) -> Outcome {
    let place = place(number);
    let tag = new_tag();
    let mut command = match (kind, way()) {
        (Disturbance::DiskFull, Some(way)) => {
            let mut command = Command::new("unshare");
            command.args(way).arg("bash");
            command
        }
        _ => Command::new("bash"),
    };
    let file = |name: &str| std::fs::File::create(place.path(name)).unwrap();
    command.arg("-c").arg(script(kind, whole, dice)).current_dir(place.path("")).env(TAG, &tag).env("LAGOM", LAGOM);
    let mut child = command.stdout(file("said.txt")).stderr(file("errors.txt")).stdin(Stdio::null()).spawn().unwrap();
    let pid = nix::unistd::Pid::from_raw(i32::try_from(child.id()).unwrap());
    let (start, moment) = (Instant::now(), whole.time.mul_f64(dice.share() * 1.2));
    let mut status = None;
    disturb(kind, &place, (&tag, dice, whole.time), &mut || {
        if kind == Disturbance::RunKilled && start.elapsed() > moment {
            let _ = kill(pid, Signal::SIGKILL);
        }
        status = child.try_wait().unwrap();
        status.is_some()
    });
    none_left(&tag);
    let out = if kind == Disturbance::DiskFull { "kept" } else { "out" };
    let outcome = judge(&place, out, (status.and_then(|status| status.code()), whole));
    again(&place, (out, kind, whole));
    outcome
}

/// What a run that was disturbed said; a verdict that the undisturbed run does not give fails the test.
fn judge(place: &Place, out: &str, (code, whole): (Option<i32>, &Whole)) -> Outcome {
    let (said, errors) = (place.text("said.txt"), place.text("errors.txt"));
    assert!(!errors.contains("panicked"), "{errors}");
    match code {
        Some(0 | 3) => {
            let report = place.report(out);
            if verdict(&report) == whole.verdict && code == Some(whole.code) {
                return Outcome::Same;
            }
            let named = report["verdict"]["unmeasured"].as_array().is_some_and(|names| !names.is_empty());
            let refused = named && said.starts_with("Can't tell: ") && report["verdict"]["kind"] == "undecided";
            assert!(
                refused && code == Some(3),
                "{:?} in place of {:?}:\n{said}{errors}",
                verdict(&report),
                whole.verdict
            );
            assert_eq!(report["analysis"]["look"], 0, "the holdout was read: {said}");
            Outcome::CantTell
        }
        // The verdict stands, its model is missing.
        Some(2) if !said.is_empty() => {
            assert_eq!(verdict(&place.report(out)), whole.verdict, "{said}{errors}");
            Outcome::Error
        }
        Some(1 | 2) => {
            assert!(said.is_empty() && errors.contains("error: ") && errors.contains("hint: "), "{said}{errors}");
            Outcome::Error
        }
        _ => {
            assert!(said.is_empty(), "{code:?} {said}{errors}");
            Outcome::Silent
        }
    }
}

/// The same command with nothing in its way comes to the undisturbed verdict, unless it refuses a damaged folder.
fn again(place: &Place, (out, kind, whole): (&str, Disturbance, &Whole)) {
    if out != "out" {
        let _ = std::fs::rename(place.path(out), place.path("out"));
    }
    let verdict_now = place.lagom(&["verdict", "out"]);
    assert!([0, 1, 3].contains(&verdict_now.code), "{kind:?} {verdict_now:?}");
    if verdict_now.code == 0 {
        assert_eq!(whole.code, 0, "{kind:?} {verdict_now:?}");
    }
    let ran = place.run();
    if ran.code == 1 && ran.err.contains("damaged") {
        std::fs::remove_dir_all(place.path("out")).unwrap();
        place.run().ends(whole.code);
    } else {
        ran.ends(whole.code);
    }
    assert_eq!(verdict(&place.report("out")), whole.verdict, "{kind:?}");
}

/// A disk can be filled only where a test may mount one.
fn is_possible(kind: Disturbance) -> bool {
    let possible = kind != Disturbance::DiskFull || way().is_some();
    if !possible {
        println!("{kind:?} left out: this machine does not let a test mount a disk (unshare --mount)");
    }
    possible
}

/// Disturbs so many studies and prints what came of them.
fn disturbed(count: u64, seed: u64) -> BTreeMap<(Disturbance, Outcome), u64> {
    let mut wholes: BTreeMap<u64, Whole> = BTreeMap::new();
    let mut found: BTreeMap<(Disturbance, Outcome), u64> = BTreeMap::new();
    let kinds: Vec<Disturbance> = ALL.into_iter().filter(|kind| is_possible(*kind)).collect();
    for at in 0..count {
        let mut dice = Dice(seed.wrapping_mul(1_000_003).wrapping_add(at));
        let (number, kind) = (dice.roll() % STUDIES, kinds[(at % kinds.len() as u64) as usize]);
        let whole = wholes.entry(number).or_insert_with(|| whole(number));
        let outcome = one(number, kind, whole, &mut dice);
        *found.entry((kind, outcome)).or_default() += 1;
        if count > 16 {
            println!("{} of {count}: study {number}, {kind:?}: {outcome:?}", at + 1);
        }
    }
    for ((kind, outcome), times) in &found {
        println!("{kind:?} {outcome:?}: {times}");
    }
    found
}

#[test]
fn no_disturbance_makes_another_verdict() {
    let found = disturbed(ALL.len() as u64, 1);
    // A disk that is smaller than what the study writes stops it.
    assert!(!found.contains_key(&(Disturbance::DiskFull, Outcome::Same)), "{found:?}");
}

#[test]
#[ignore = "long; the command is at the head of disturbed.rs"]
fn acceptance_disturbed_studies_give_no_verdict_of_their_own() {
    let number = |name: &str, usual| std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual);
    disturbed(number("LAGOM_DISTURBED", 500), number("LAGOM_DISTURBED_SEED", u64::from(std::process::id())));
}
