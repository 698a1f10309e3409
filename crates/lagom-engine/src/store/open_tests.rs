//! Opening: nothing is written where nothing has to be, no link is followed, and what was changed is told.

use std::os::unix::fs::{PermissionsExt, symlink};

use super::tests::{measurement, spec};
use super::{Store, StoreError};

fn names(folder: &std::path::Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("readable");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("readable").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn a_link_in_place_of_a_file_of_the_store_is_not_followed() {
    for name in ["lock", "store.sqlite"] {
        let folder = tempfile::tempdir().expect("a folder");
        let victim = folder.path().join("victim");
        std::fs::write(&victim, "dear").expect("written");
        let out = folder.path().join("out");
        std::fs::create_dir(&out).expect("made");
        symlink("../victim", out.join(name)).expect("linked");
        let told = Store::create(&out).expect_err("a link").to_string();
        assert!(told.contains(name) && told.contains("link"), "{told}");
        assert_eq!(std::fs::read_to_string(&victim).expect("there"), "dear");
    }
}

#[test]
fn reading_writes_nothing_and_a_further_look_does() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::create(folder.path()).expect("a store");
    store.add_trial(&spec(0), &measurement()).expect("written");
    assert_eq!(store.add_look("data", "first", &[]).expect("written"), 1);
    drop(store);
    let before = (names(folder.path()), std::fs::read(folder.path().join("store.sqlite")).expect("there"));
    let store = Store::open(folder.path()).expect("a store");
    assert!(store.trial(&spec(0).key()).expect("readable").is_some());
    assert_eq!(store.add_look("data", "first", &[]).expect("taken before"), 1);
    drop(Store::open(folder.path()).expect("two may read"));
    assert_eq!(before, (names(folder.path()), std::fs::read(folder.path().join("store.sqlite")).expect("there")));
    assert_eq!(store.add_look("data", "second", &[]).expect("written after all"), 2);
    assert_eq!(store.looks("data").expect("readable").len(), 2);
    drop(store);
    assert_eq!(Store::open(folder.path()).expect("a store").looks("data").expect("readable").len(), 2);
}

#[test]
fn a_folder_that_cannot_be_written_is_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("a folder with ? # and %41");
    Store::create(&out).expect("a store").add_trial(&spec(0), &measurement()).expect("written");
    std::fs::set_permissions(&out, std::fs::Permissions::from_mode(0o555)).expect("set");
    let read = Store::open(&out).and_then(|store| store.trial(&spec(0).key()));
    std::fs::set_permissions(&out, std::fs::Permissions::from_mode(0o755)).expect("set");
    assert!(read.expect("readable").is_some());
}

#[test]
fn a_writer_waits_for_a_reader_and_reads_beside_a_writer() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::create(folder.path()).expect("a store");
    store.add_trial(&spec(0), &measurement()).expect("written");
    let reader = Store::open(folder.path()).expect("a writer keeps no reader away");
    assert!(reader.has_trial(&spec(0).key()).expect("readable"));
    store.add_trial(&spec(1), &measurement()).expect("written");
    assert!(reader.has_trial(&spec(1).key()).expect("readable"), "what comes later is seen");
    drop((store, reader));
    let reader = Store::open(folder.path()).expect("a store");
    let waiting = std::thread::spawn({
        let folder = folder.path().to_owned();
        move || Store::create(&folder).map(drop)
    });
    std::thread::sleep(std::time::Duration::from_millis(200));
    drop(reader);
    waiting.join().expect("no panic").expect("waited for the reader");
}

#[test]
fn a_blob_that_was_changed_is_told_and_not_read() {
    let folder = tempfile::tempdir().expect("a folder");
    drop(Store::create(folder.path()).expect("a store"));
    for column in ["facts", "examples", "validation", "train", "sealed"] {
        let store = Store::create(folder.path()).expect("a store");
        let spec = spec(column.len() as u32 * 7 + u32::from(column.as_bytes()[0]));
        store.add_trial(&spec, &measurement()).expect("written");
        drop(store);
        let other = rusqlite::Connection::open(folder.path().join("store.sqlite")).expect("a store");
        let kind = if column == "facts" { "TEXT" } else { "BLOB" };
        let change = format!(
            "DROP TRIGGER no_UPDATE_trials; UPDATE trials SET {column} = CAST({column} || x'01' AS {kind}) WHERE key = '{}'",
            spec.key()
        );
        other.execute_batch(&change).expect("changed");
        drop(other);
        let store = Store::open(folder.path()).expect("its pages are whole");
        let told = store.trial(&spec.key()).expect_err(column);
        assert!(matches!(&told, StoreError::Damaged { .. }), "{column}: {told}");
    }
}

#[test]
fn what_a_process_that_is_gone_left_half_written_is_removed() {
    let folder = tempfile::tempdir().expect("a folder");
    // No system gives a process this number; this test runs under the other.
    let (gone, runs) = ("report.html.2147483647.part".to_owned(), format!("report.md.{}.part", std::process::id()));
    for name in [gone.as_str(), &runs, "own.part"] {
        std::fs::write(folder.path().join(name), "half").expect("written");
    }
    drop(Store::create(folder.path()).expect("a store"));
    let left = names(folder.path());
    assert!(!left.contains(&gone) && left.contains(&runs) && left.contains(&"own.part".to_owned()), "{left:?}");
}
