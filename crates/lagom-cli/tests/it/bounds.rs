//! Files that are none, and files beyond every bound: a message and exit code 1 at once, whichever command opens them.

use std::os::unix::net::UnixListener;

use nix::sys::stat::Mode;

use super::support::{Place, QUICK, classes_csv};

/// A place with a study and data, and beside them a pipe nobody writes to, a socket, and a folder.
fn place() -> (Place, UnixListener) {
    let place = Place::new();
    place.study(classes_csv(), "");
    nix::unistd::mkfifo(&place.path("pipe"), Mode::S_IRWXU).unwrap();
    let socket = UnixListener::bind(place.path("socket")).unwrap();
    std::fs::create_dir(place.path("folder")).unwrap();
    (place, socket)
}

#[test]
fn pipes_devices_sockets_and_folders_are_no_files() {
    let (place, _socket) = place();
    place.run().ends(0);
    let study = |name: &str, data: &str, more: &str| {
        place.write(name, format!("[task]\ndata = \"{data}\"\ntarget = \"y\"\n{QUICK}{more}"));
    };
    for (path, what) in [
        ("pipe", "is a named pipe, expected a file"),
        ("socket", "is a socket, expected a file"),
        ("/dev/zero", "is a device, expected a file"),
        ("folder", "expected a file"),
    ] {
        study("data.toml", path, "");
        place
            .write("holdout.toml", format!("[task]\ntrain = \"d.csv\"\nholdout = \"{path}\"\ntarget = \"y\"\n{QUICK}"));
        let answers = format!("[[candidate]]\nname = \"a\"\nparameters = \"1M\"\nanswers = \"{path}\"\n");
        study("answers.toml", "d.csv", &answers);
        let command = "[[candidate]]\nname = \"a\"\nparameters = \"1M\"\ncommand = [\"cat\"]\n";
        study("template.toml", "d.csv", &format!("{command}[prompt]\ntemplate-file = \"{path}\"\n"));
        for arguments in [
            &["init", path, "--out", "new.toml"][..],
            &["check", "data.toml"],
            &["plan", "data.toml"],
            &["run", "data.toml", "--out", "other"],
            &["check", "holdout.toml"],
            &["run", "answers.toml", "--out", "other"],
            &["check", "template.toml"],
            &["check", path],
            &["run", path],
            &["predict", "out", path],
            &["fit", path],
            &["score", "--metric", "bleu", path, path],
        ] {
            place.lagom(arguments).fails(&[what]);
        }
        // A folder is what `compare` and the model's place may be.
        if path != "folder" {
            place.lagom(&["compare", path]).fails(&[what]);
            place.lagom(&["predict", path, "d.csv"]).fails(&[what]);
        }
        assert!(!place.path("other").exists() && !place.path("new.toml").exists());
    }
}

#[test]
fn a_link_to_a_file_is_one_and_standard_input_too() {
    let (place, _socket) = place();
    place.run().ends(0);
    std::os::unix::fs::symlink(place.path("d.csv"), place.path("link.csv")).unwrap();
    let linked = place.lagom(&["predict", "out", "link.csv"]);
    linked.ends(0);
    let mut piped = assert_cmd::Command::new(super::support::LAGOM);
    let piped = piped.args(["predict", "out", "-"]).current_dir(place.path(".")).write_stdin(classes_csv());
    assert_eq!(String::from_utf8_lossy(&piped.output().unwrap().stdout), linked.out);
    let mut parquet = assert_cmd::Command::new(super::support::LAGOM);
    let parquet = parquet.args(["predict", "out", "-"]).current_dir(place.path(".")).write_stdin("PAR1 and more");
    let told = parquet.output().unwrap();
    assert_eq!(told.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&told.stderr).contains("is a pipe, from which no Parquet can be read"), "{told:?}");
}

#[test]
fn too_many_columns_and_too_long_rows_are_told() {
    let place = Place::new();
    // 250,000 columns, in the header and in a row.
    let wide: String = (0..250_000).map(|at| format!("c{at},")).collect();
    place.study(format!("{wide}y\n{wide}a\n"), "");
    place.lagom(&["check", "s.toml"]).fails(&["d.csv: found more than 100000 columns", "hint: keep fewer columns"]);
    place.lagom(&["compare", "d.csv"]).fails(&["found more than 100000 columns"]);
    let keys: String = (0..250_000).map(|at| format!("\"c{at}\": 1,")).collect();
    place.write("wide.jsonl", format!("{{{keys}\"y\": 2}}\n"));
    place.lagom(&["init", "wide.jsonl"]).fails(&["wide.jsonl: found more than 100000 columns"]);
    // 70 MB between two quotes, and in one line.
    let long = "x".repeat(70_000_000);
    place.study(format!("a,b,y\n1,2,3\n1,\"{long},2\n"), "");
    place.lagom(&["check", "s.toml"]).fails(&["line 3, column 2: a quoted cell starts here and never ends"]);
    place.write("long.jsonl", format!("{{\"a\": 1}}\n{{\"a\": \"{long}\"}}\n"));
    place.lagom(&["init", "long.jsonl"]).fails(&["long.jsonl, line 2: a row here has more than 67108864 bytes"]);
    place.write("scores.csv", format!("example,a,b\n1,0.5,0.5\n2,\"{long}"));
    place.lagom(&["compare", "scores.csv"]).fails(&["scores.csv, line 3: a row here has more than 67108864 bytes"]);
    place.write("study.toml", &long[..20_000_000]);
    place.lagom(&["check", "study.toml"]).fails(&["has 20000000 bytes, expected at most 16777216"]);
    // A sparse file has a size alone.
    std::fs::File::create(place.path("huge.csv")).unwrap().set_len(3 << 30).unwrap();
    place
        .lagom(&["init", "huge.csv", "--out", "huge.toml"])
        .fails(&["huge.csv: has 3221225472 bytes, expected at most 2147483648", "hint: "]);
}
