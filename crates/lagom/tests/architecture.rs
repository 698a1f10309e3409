//! Which room may know which: reads the sources, so that the plan of the house holds by itself.

#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// No source file is longer than this.
const LONGEST: usize = 400;

/// The rooms whose imports are bound, and what each may use. A function of a room is named with it.
const ALLOWED: [(&str, &[&str]); 14] = [
    ("stats", &[]),
    ("input", &[]),
    ("call", &["child", "input", "secret"]),
    ("secret", &[]),
    ("child", &["secret"]),
    ("prompt", &["call"]),
    ("climb", &["stats", "study::Certify"]),
    ("metric", &["child", "stats"]),
    ("study", &["input", "metric", "prompt", "secret"]),
    ("data", &["input", "study", "metric", "stats"]),
    ("scaling", &["data::kind", "data::read", "stats", "study::units"]),
    ("candidate", &["data", "stats", "study"]),
    ("scores", &["data", "input", "stats"]),
    ("compare", &["scores", "stats", "study", "verdict"]),
];

/// Rooms that may know how measurements become verdicts, and those they may not know.
const FORBIDDEN: [(&str, &[&str]); 6] = [
    ("measure", &["trial", "store", "verdict", "report", "session"]),
    ("bundle", &["trial", "store", "verdict", "report", "session"]),
    ("trial", &["store", "verdict", "report", "session"]),
    ("store", &["verdict", "report", "session"]),
    ("verdict", &["store", "report", "session", "bundle"]),
    ("report", &["session", "bundle"]),
];

/// A source file: its path below `src`, and its text without comments.
struct File {
    path: String,
    text: String,
    lines: usize,
}

fn root(package: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(package)
}

fn files(folder: &Path) -> Vec<File> {
    let mut found = Vec::new();
    collect(folder, folder, &mut found);
    assert!(!found.is_empty(), "{} holds no sources", folder.display());
    found
}

fn collect(folder: &Path, root: &Path, found: &mut Vec<File>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, root, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            let bare = |line: &str| line.find("//").map_or(line.len(), |at| at);
            let code: Vec<&str> = text.lines().map(|line| &line[..bare(line)]).collect();
            let path = path.strip_prefix(root).unwrap().display().to_string();
            found.push(File { path, lines: text.lines().count(), text: code.join("\n") });
        }
    }
}

fn library() -> Vec<File> {
    files(&root("lagom").join("src"))
}

/// The room of a file: the first folder of its path, or the file's own name.
fn room(file: &File) -> &str {
    file.path.split(['/', '.']).next().unwrap_or("")
}

/// Every path into another room, as `room` or `room::item::…`, wherever it stands in the code.
fn imports(file: &File) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, prefix) in file.text.match_indices("crate::") {
        let rest = &file.text[at + prefix.len()..];
        if let Some(inner) = rest.strip_prefix('{') {
            for part in top_level(inner) {
                found.insert(path_of(part.trim()));
            }
        } else {
            found.insert(path_of(rest));
        }
    }
    found.retain(|path| !path.is_empty() && path.split("::").next() != Some(room(file)));
    found
}

/// The parts of a list in braces, split at the commas of its own level.
fn top_level(inner: &str) -> Vec<&str> {
    let (mut depth, mut from, mut parts) = (0_i32, 0, Vec::new());
    for (at, letter) in inner.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => {
                parts.push(&inner[from..at]);
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&inner[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    parts
}

/// The path at the beginning of `text`, up to a brace or anything that no path has.
fn path_of(text: &str) -> String {
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')).unwrap_or(text.len());
    text[..end].trim_end_matches(':').to_owned()
}

/// Whether `path` is `allowed` or lies in it.
fn within(path: &str, allowed: &str) -> bool {
    path == allowed || path.strip_prefix(allowed).is_some_and(|rest| rest.starts_with("::"))
}

#[track_caller]
fn none(faults: &[String]) {
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn rooms_use_only_rooms_below() {
    let mut faults = Vec::new();
    // Tests may look around the house.
    for file in library().into_iter().filter(|file| !file.path.ends_with("tests.rs") && !file.path.contains("/tests/"))
    {
        for path in imports(&file) {
            let allowed = ALLOWED.iter().find(|(name, _)| *name == room(&file)).map(|(_, allowed)| *allowed);
            let forbidden = FORBIDDEN.iter().find(|(name, _)| *name == room(&file)).map_or(&[][..], |(_, not)| *not);
            if allowed.is_some_and(|allowed| !allowed.iter().any(|allowed| within(&path, allowed))) {
                faults.push(format!("{} uses {path}", file.path));
            }
            if forbidden.iter().any(|not| within(&path, not)) {
                faults.push(format!("{} uses {path}", file.path));
            }
        }
    }
    none(&faults);
}

#[test]
fn no_room_is_new_to_this_test() {
    let known = [
        "bundle",
        "call",
        "candidate",
        "child",
        "climb",
        "compare",
        "data",
        "input",
        "measure",
        "metric",
        "prompt",
        "report",
        "scaling",
        "scores",
        "secret",
        "session",
        "stats",
        "store",
        "study",
        "trial",
        "verdict",
        "lib",
    ];
    let rooms: BTreeSet<String> = library().iter().map(|file| room(file).to_owned()).collect();
    assert_eq!(rooms, known.iter().map(|name| (*name).to_owned()).collect(), "say above what the new room may use");
}

/// Every place outside `allowed` where one of `words` stands in the code.
fn places(words: &[&str], allowed: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for file in library() {
        if allowed.iter().any(|start| file.path.starts_with(start)) {
            continue;
        }
        for (at, line) in file.text.lines().enumerate() {
            found.extend(
                words
                    .iter()
                    .filter(|word| line.contains(*word))
                    .map(|word| format!("{}:{}: {word}", file.path, at + 1)),
            );
        }
    }
    found
}

#[test]
fn the_library_knows_no_terminal_and_no_exit_code() {
    none(&places(&["clap::", "indicatif::", "console::", "process::exit", "ExitCode"], &[]));
}

#[test]
fn only_the_neural_family_knows_the_tensor_library() {
    none(&places(&["burn::", "use burn"], &["candidate/neural/"]));
}

#[test]
fn only_the_engine_knows_llama_cpp() {
    none(&places(&["llama_cpp_2"], &["call/gguf/engine/"]));
}

#[test]
fn only_the_verdict_opens_what_is_sealed() {
    let allowed = ["verdict/", "session/hand_over.rs", "session/calls/", "data/holdout.rs"];
    none(&places(&["Look::at(", ".open("], &allowed));
}

#[test]
fn no_file_is_too_long() {
    let mut faults = Vec::new();
    for package in ["lagom", "lagom-cli"] {
        for part in ["src", "tests"] {
            for file in files(&root(package).join(part)) {
                if file.lines > LONGEST {
                    faults.push(format!("{package}/{part}/{}: {} lines", file.path, file.lines));
                }
            }
        }
    }
    none(&faults);
}

#[test]
fn the_reader_of_imports_reads_them_all() {
    let text =
        "use crate::{a::B, c::{d, e::F}};\nuse crate::g::h;\nlet x = crate::i::j::<K>();\npub(crate) fn f() {}\n";
    let file = File { path: "z/mod.rs".to_owned(), text: text.to_owned(), lines: 4 };
    let found: Vec<String> = imports(&file).into_iter().collect();
    assert_eq!(found, ["a::B", "c", "g::h", "i::j"]);
}
