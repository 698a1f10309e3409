//! Folders and stores that can't be used.

use super::support::{Place, classes_csv};

fn finished() -> Place {
    let place = Place::new();
    place.study(classes_csv(), "");
    assert!([0, 3].contains(&place.run().code));
    place
}

/// `run`, `verdict` and `report` refuse the folder, and leave its store as it is.
#[track_caller]
fn refused(place: &Place, words: &[&str]) {
    let before = std::fs::read(place.path("out/store.sqlite")).unwrap();
    for verb in [&["run", "s.toml", "--out", "out"][..], &["verdict", "out"], &["report", "out"]] {
        place.lagom(verb).fails(words);
    }
    assert_eq!(std::fs::read(place.path("out/store.sqlite")).unwrap(), before);
}

#[test]
fn a_store_of_a_newer_version() {
    let place = finished();
    place.store("out").execute("UPDATE meta SET value = '5' WHERE key = 'format'", []).unwrap();
    refused(
        &place,
        &["out/store.sqlite` has store format 5; this lagom knows formats up to 4", "hint: use the newer lagom"],
    );
}

#[test]
fn a_store_that_is_not_sqlite() {
    let place = finished();
    place.write("out/store.sqlite", "a,b,c\n".repeat(400));
    refused(&place, &["out/store.sqlite` is not a lagom store", "hint: name another output folder"]);
}

#[test]
fn a_store_that_is_truncated() {
    let place = finished();
    place.store("out").query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    let whole = std::fs::read(place.path("out/store.sqlite")).unwrap();
    for kept in [50, 4096 + 100, whole.len() / 2, whole.len() - 4096, whole.len() - 10] {
        for beside in ["out/store.sqlite-wal", "out/store.sqlite-shm"] {
            let _ = std::fs::remove_file(place.path(beside));
        }
        place.write("out/store.sqlite", &whole[..kept]);
        refused(&place, &["out/store.sqlite` is damaged", "hint: move the file away"]);
    }
}

#[test]
fn a_folder_that_holds_no_study() {
    let place = Place::new();
    std::fs::create_dir(place.path("empty")).unwrap();
    for verb in ["verdict", "report"] {
        place.lagom(&[verb, "empty"]).fails(&["`empty` holds no study", "hint: "]);
        place.lagom(&[verb, "gone"]).fails(&["`gone` holds no study"]);
    }
    assert_eq!(place.names(), ["empty"]);
}

#[test]
fn an_output_folder_that_is_not_writable() {
    let place = Place::new();
    place.study(classes_csv(), "");
    let before = place.names();
    // Below a file, and in a file system that takes no folders: root too can't write there.
    for out in ["d.csv/out", "/proc/lagom/out"] {
        place.lagom(&["run", "s.toml", "--out", out]).fails(&["cannot write `", out, "hint: "]);
    }
    place.lagom(&["init", "d.csv", "--out", "d.csv/study.toml"]).fails(&["cannot write `d.csv/study.toml`", "hint: "]);
    assert_eq!(place.names(), before);
}

#[test]
fn a_folder_that_another_run_holds() {
    let place = finished();
    let lock = std::fs::File::options().write(true).open(place.path("out/lock")).unwrap();
    lock.lock().unwrap();
    place.run().fails(&["another lagom is running on `out`", "hint: wait until it has ended"]);
    drop(lock);
    assert!([0, 3].contains(&place.run().code));
}

#[test]
fn a_bundle_that_is_cut_off_or_something_else() {
    let place = finished();
    assert!(place.path("out/model.lagom").exists());
    let whole = std::fs::read(place.path("out/model.lagom")).unwrap();
    for bytes in [&whole[..whole.len() / 2], &whole[..5], b"", b"a,b\n1,2\n"] {
        place.write("out/model.lagom", bytes);
        place.lagom(&["predict", "out", "d.csv"]).fails(&["out/model.lagom", "hint: "]);
    }
    // The next run writes it anew.
    assert!([0, 3].contains(&place.run().code));
    place.lagom(&["predict", "out", "d.csv"]).ends(0);
}

#[test]
fn prepared_data_that_are_cut_off() {
    let place = finished();
    let whole = std::fs::read(place.path("out/data.bin")).unwrap();
    place.write("out/data.bin", &whole[..whole.len() / 2]);
    place.lagom(&["verdict", "out"]).fails(&["data.bin", "hint: "]);
    assert!([0, 3].contains(&place.run().code));
    assert_eq!(std::fs::read(place.path("out/data.bin")).unwrap(), whole);
}
