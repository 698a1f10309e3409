//! Invariant 3: the store only grows, and a run that was killed at any moment goes on to the same numbers.

use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use rusqlite::Connection;
use serde_json::Value;

use super::processes::{Running, none_left};
use super::support::{Dice, Place, SMALL, classes_csv, numbers};

/// A study of a second or two, in a folder of its own.
pub(super) fn place() -> Place {
    let place = Place::new();
    place.write("d.csv", classes_csv());
    place.write("s.toml", format!("[task]\ndata = \"d.csv\"\ntarget = \"y\"\n{SMALL}"));
    place
}

/// The numbers of a run that nobody disturbed, its exit code, and how long it took.
pub(super) fn undisturbed() -> (Value, i32, Duration) {
    let place = place();
    let start = Instant::now();
    let ran = place.run();
    assert!([0, 3].contains(&ran.code), "{ran:?}");
    (numbers(&place.report("out")), ran.code, start.elapsed())
}

/// Keys of the finished trials, where there is a store already.
fn trials(place: &Place) -> Vec<(String, Vec<u8>)> {
    if !place.path("out/store.sqlite").exists() {
        return Vec::new();
    }
    let store = place.store("out");
    let Ok(mut statement) = store.prepare("SELECT key, validation FROM trials ORDER BY key") else { return Vec::new() };
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    rows.map(Result::unwrap).collect()
}

/// Kills a run again and again, each time somewhere within its time, and then lets it end.
fn killed_and_resumed(moments: &[f64]) {
    let (expected, code, whole) = undisturbed();
    for &moment in moments {
        let place = place();
        let mut running = Running::start(&place);
        std::thread::sleep(whole.mul_f64(moment));
        running.send(Signal::SIGKILL);
        running.wait();
        none_left(&running.tag);
        let kept = trials(&place);
        place.run().ends(code);
        assert_eq!(numbers(&place.report("out")), expected, "killed at {moment} of the run");
        let all = trials(&place);
        assert!(kept.iter().all(|trial| all.contains(trial)), "a finished trial was lost or changed");
    }
}

#[test]
fn a_killed_run_goes_on_to_the_same_numbers() {
    killed_and_resumed(&[0.15, 0.5, 0.85]);
}

#[test]
#[ignore = "long"]
fn acceptance_killed_at_ten_random_moments() {
    let mut dice = Dice(u64::from(std::process::id()));
    let moments: Vec<f64> = (0..10).map(|_| dice.share()).collect();
    killed_and_resumed(&moments);
}

#[test]
fn a_run_killed_over_and_over_still_arrives() {
    let (expected, code, whole) = undisturbed();
    let place = place();
    for _ in 0..4 {
        let mut running = Running::start(&place);
        std::thread::sleep(whole.mul_f64(0.3));
        running.send(Signal::SIGKILL);
        running.wait();
        none_left(&running.tag);
    }
    place.run().ends(code);
    assert_eq!(numbers(&place.report("out")), expected);
}

/// Whether this process, and so those it starts, ignores the signal: a shell does so for what runs behind it.
fn is_ignored(signal: Signal) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:")).unwrap().trim();
    u64::from_str_radix(mask, 16).unwrap() >> (signal as i32 - 1) & 1 == 1
}

#[test]
fn ctrl_c_stops_cleanly_and_a_rerun_goes_on() {
    let (expected, code, _) = undisturbed();
    for signal in [Signal::SIGINT, Signal::SIGTERM].into_iter().filter(|signal| !is_ignored(*signal)) {
        let place = place();
        let mut running = Running::start(&place);
        running.worker().unwrap();
        running.send(signal);
        let status = running.wait();
        none_left(&running.tag);
        let said = place.text("errors.txt");
        assert_eq!(status.code(), Some(2), "{status} {said}");
        assert!(said.contains("stopped: finished trials are kept"), "{said}");
        assert!(said.contains("lagom run s.toml --out out"), "{said}");
        assert!(!place.path("out/report.json").exists());
        place.run().ends(code);
        assert_eq!(numbers(&place.report("out")), expected);
    }
}

#[test]
fn a_killed_worker_is_a_recorded_failure_and_is_tried_again() {
    let (expected, code, _) = undisturbed();
    // A worker may end by itself before the signal comes, so there is more than one attempt.
    for _ in 0..20 {
        let place = place();
        let mut running = Running::start(&place);
        let Some(pid) = running.worker() else { continue };
        let _ = kill(pid, Signal::SIGKILL);
        let status = running.wait();
        assert!(matches!(status.code(), Some(0 | 3)), "{status} {}", place.text("errors.txt"));
        none_left(&running.tag);
        let failed: i64 = place.store("out").query_row("SELECT count(*) FROM failures", [], |row| row.get(0)).unwrap();
        if failed == 0 {
            continue;
        }
        // It was tried again at once, so nothing of it is left in the answer; the store remembers.
        assert_eq!((numbers(&place.report("out")), status.code()), (expected, Some(code)));
        let said: String = place.store("out").query_row("SELECT failure FROM failures", [], |row| row.get(0)).unwrap();
        assert!(said.contains("killed") && said.contains('9'), "{said}");
        assert!(place.text("errors.txt").contains("1 tried again"), "{}", place.text("errors.txt"));
        return;
    }
    panic!("no worker was caught alive in 20 runs");
}

#[test]
fn the_store_only_grows() {
    let place = place();
    place.run();
    let store: Connection = place.store("out");
    for table in ["runs", "trials", "failures", "deployments", "refits", "looks"] {
        let count = |store: &Connection| -> i64 {
            store.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
        };
        let before = count(&store);
        assert!(before > 0 || table == "failures", "{table} is empty");
        if before > 0 {
            for change in [format!("DELETE FROM {table}"), format!("UPDATE {table} SET at = 'never'")] {
                let refused = store.execute(&change, []).unwrap_err().to_string();
                assert!(refused.contains("the store only grows"), "{change}: {refused}");
            }
        }
        assert_eq!(count(&store), before);
    }
}
