//! A disk that fills up: a small one of the test's own, mounted where nobody else sees it.

use std::process::{Command, Output};

use super::processes::{TAG, new_tag, none_left};
use super::support::{LAGOM, Place, SMALL, classes_csv, numbers};

/// Ways to mount something: as an ordinary user in a name space of one's own, or as root.
const WAYS: [&[&str]; 2] = [&["--user", "--map-root-user", "--mount"], &["--mount"]];

pub(crate) fn shell(way: &[&str], script: &str, place: &Place, tag: &str) -> Option<Output> {
    let mut command = Command::new("unshare");
    command.args(way).args(["sh", "-c", script]).current_dir(place.path("")).env(TAG, tag).env("LAGOM", LAGOM);
    command.output().ok()
}

/// How this machine lets a test mount a disk, if it does.
pub(crate) fn way() -> Option<&'static [&'static str]> {
    let script = "mkdir disk && mount -t tmpfs -o size=100k tmpfs disk && mount -o remount,size=200k disk";
    let works = |way: &&&[&str]| shell(way, script, &Place::new(), "").is_some_and(|output| output.status.success());
    WAYS.iter().find(works).copied()
}

/// Fills a disk of `size` kB, makes it larger, and runs again.
const SCRIPT: &str = r#"
set -e
mkdir -p disk && mount -t tmpfs -o size=${SIZE}k tmpfs disk
set +e
"$LAGOM" run s.toml --out disk/out > first.out 2> first.err; echo $? > first.code
mkdir kept && cp -r disk/out kept/ 2> /dev/null
mount -o remount,size=64m disk
"$LAGOM" run s.toml --out disk/out > second.out 2> second.err; echo $? > second.code
cp -r disk/out out
"#;

#[test]
fn a_disk_that_fills_up_mid_run() {
    let Some(way) = way() else {
        println!("skipped: this machine does not let a test mount a disk (unshare --mount)");
        return;
    };
    let study = format!("[task]\ndata = \"d.csv\"\ntarget = \"y\"\n{SMALL}");
    let whole = Place::new();
    whole.write("d.csv", classes_csv());
    whole.write("s.toml", &study);
    let expected = whole.run().code;
    let expected = (expected, numbers(&whole.report("out")));
    let (mut filled, mut filled_with_trials) = (0, 0);
    // From too little for the data set to enough for all: each fills up at another moment.
    for size in [8, 40, 120, 160, 200, 280, 400, 560, 700, 800, 840, 900] {
        let place = Place::new();
        place.write("d.csv", classes_csv());
        place.write("s.toml", &study);
        let tag = new_tag();
        let ended = shell(way, &format!("SIZE={size}\n{SCRIPT}"), &place, &tag).unwrap();
        none_left(&tag);
        let said = place.text("first.err");
        let code: i32 = place.text("first.code").trim().parse().unwrap();
        if code == 1 {
            filled += 1;
            assert!(said.to_lowercase().contains("no space left"), "{size} kB: {said}");
            assert!(said.contains("free some space"), "{size} kB: {said}");
        } else {
            assert_eq!(code, expected.0, "{size} kB: {said}");
        }
        let second: i32 = place.text("second.code").trim().parse().unwrap();
        assert_eq!(second, expected.0, "{size} kB: {} {ended:?}", place.text("second.err"));
        assert_eq!(numbers(&place.report("out")), expected.1, "{size} kB");
        let kept = keys(&place, "kept/out");
        filled_with_trials += usize::from(code == 1 && !kept.is_empty());
        let all = keys(&place, "out");
        assert!(kept.iter().all(|trial| all.contains(trial)), "{size} kB: a finished trial was lost or run again");
        let left: Vec<String> =
            place.names().into_iter().filter(|name| name.starts_with("out/") && name.contains(".part")).collect();
        assert!(left.is_empty(), "{size} kB: half-written files are left: {left:?}");
    }
    assert!(filled >= 3 && filled_with_trials >= 1, "{filled} {filled_with_trials}: the disk was never full mid-run");
}

/// The folder of the models alone is on a disk that is full: it is the workers that can't write.
const MODELS: &str = r#"
set -e
mkdir -p out/models && mount -t tmpfs -o size=4k tmpfs out/models
set +e
"$LAGOM" run s.toml --out out > first.out 2> first.err; echo $? > first.code
mount -o remount,size=64m out/models
"$LAGOM" run s.toml --out out > second.out 2> second.err; echo $? > second.code
"#;

#[test]
fn workers_that_find_the_disk_full_end_the_run() {
    let Some(way) = way() else {
        println!("skipped: this machine does not let a test mount a disk (unshare --mount)");
        return;
    };
    let place = Place::new();
    place.write("d.csv", classes_csv());
    place.write("s.toml", format!("[task]\ndata = \"d.csv\"\ntarget = \"y\"\n{SMALL}"));
    let tag = new_tag();
    let ended = shell(way, MODELS, &place, &tag).unwrap();
    assert!(ended.status.success(), "{ended:?}");
    none_left(&tag);
    let said = place.text("first.err");
    assert_eq!(place.text("first.code").trim(), "1", "{said}{}", place.text("first.out"));
    assert!(said.to_lowercase().contains("no space left") && said.contains("free some space"), "{said}");
    assert!(matches!(place.text("second.code").trim(), "0" | "3"), "{}", place.text("second.err"));
    assert_eq!(place.report("out")["effort"]["failed"], 0);
}

/// Finished trials with the moment of their end, where there is a store with a table.
fn keys(place: &Place, out: &str) -> Vec<(String, String)> {
    if !place.path(out).join("store.sqlite").is_file() {
        return Vec::new();
    }
    let store = place.store(out);
    let Ok(mut statement) = store.prepare("SELECT key, at FROM trials") else { return Vec::new() };
    statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().filter_map(Result::ok).collect()
}
