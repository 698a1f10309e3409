//! Inputs that are damaged, cut, swapped and full of odd numbers, read by whole commands: none may end otherwise than with an
//! answer or an error.
//!
//! ```sh
//! LAGOM_MUTANTS=10000 cargo test --release --test it mutated -- --ignored --nocapture
//! ```
//!
//! `LAGOM_MUTANTS_SEED` draws other ones, `LAGOM_MUTANT=N` runs the one of that number alone. No panic, no death by a signal, no
//! more than ten seconds of processor time or a minute of waiting, no more address space than [`MOST_MEMORY`], no exit code but
//! 0, 1 and 3, no error without a text, and no answer with a number that is none. A mutant that breaks this is kept in a folder of
//! its own below `target/tmp/mutants`, with the commands.

mod folder;
mod kinds;
mod mutation;
mod packed;
mod results;

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::support::{Dice, LAGOM, Place};
use kinds::Kind;

/// Address space, in kB: the readers may keep a file some times over, and these files have a few MB at most.
const MOST_MEMORY: u32 = 1 << 20;
/// Processor time of one command, in seconds.
const MOST_TIME: u32 = 10;
/// So long may one command take, also where it waits; the machine may be busy.
const PATIENCE: Duration = Duration::from_secs(60);
/// So many mutants that break something are told.
const TOLD: usize = 40;

/// How a command ended.
struct Ended {
    code: Option<i32>,
    fault: Option<String>,
}

/// Runs a command in the folder, with limits.
fn run(place: &Place, words: &str) -> Ended {
    let limits = format!("ulimit -c 0; ulimit -v {MOST_MEMORY}; ulimit -t {MOST_TIME}; exec \"$0\" \"$@\"");
    let file = |name: &str| File::create(place.path(name)).unwrap();
    let mut command = Command::new("sh");
    command.args(["-c", &limits, LAGOM]).args(words.split(' ')).current_dir(place.path(""));
    command.stdin(Stdio::null()).stdout(file("said.txt")).stderr(file("errors.txt"));
    let mut child = command.spawn().unwrap();
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if start.elapsed() > PATIENCE {
            child.kill().unwrap();
            child.wait().unwrap();
            return Ended { code: None, fault: Some(format!("it hangs: more than {PATIENCE:?}")) };
        }
        std::thread::sleep(Duration::from_millis(1));
    };
    let text = |name: &str| std::fs::read(place.path(name)).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let (said, errors) = (text("said.txt").unwrap(), text("errors.txt").unwrap());
    let mut answers = vec![said.clone()];
    answers.extend(["r.html", "r.md", "out/report.html", "out/report.md"].iter().filter_map(|name| text(name).ok()));
    Ended { code: status.code(), fault: fault((status.code(), &format!("{status}")), words, (&answers, &errors)) }
}

/// What is wrong with how it ended.
fn fault((code, status): (Option<i32>, &str), words: &str, (answers, errors): (&[String], &str)) -> Option<String> {
    if errors.contains("panicked") || answers[0].contains("panicked") {
        return Some(errors.lines().find(|line| line.contains("panicked")).unwrap_or("it panicked").to_owned());
    }
    match code {
        Some(1) if !errors.contains("error: ") => Some("an error without a text".to_owned()),
        // Predictions are written as rows are read: those before a fault are out already.
        Some(1) if !answers[0].is_empty() && !words.starts_with("predict ") => {
            Some("an error with an answer".to_owned())
        }
        Some(1) => None,
        Some(0 | 3) => {
            let json = words.ends_with("--json") || words.ends_with("--json -");
            if json && serde_json::from_str::<serde_json::Value>(&answers[0]).is_err() {
                return Some("an answer that is no JSON".to_owned());
            }
            answers.iter().find_map(|answer| no_number(answer))
        }
        _ => Some(format!("{status}: {}", errors.lines().last().unwrap_or_default())),
    }
}

/// The line with a number that is none, as Rust writes it.
fn no_number(answer: &str) -> Option<String> {
    let is = |word: &str| word == "NaN" || word == "inf";
    let lines = answer.lines().filter(|line| line.contains("NaN") || line.contains("inf"));
    let mut found = lines.filter(|line| line.split(|mark: char| !mark.is_alphanumeric()).any(is));
    found.next().map(|line| format!("a number that is none: {}", line.trim().chars().take(200).collect::<String>()))
}

/// One mutant: its files, written.
fn write(kind: &Kind, mutant: &[u8]) -> Place {
    let place = Place::new();
    for (at, (name, content)) in kind.files.iter().enumerate() {
        let path = place.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let content = match (&kind.pack, at == kind.at) {
            (Some(pack), true) => &pack(mutant),
            (None, true) => mutant,
            _ => content.as_slice(),
        };
        std::fs::write(path, content).unwrap();
    }
    place
}

/// Keeps the files of a mutant, as they were before a command ran.
fn keep(kind: &Kind, (mutant, name): (&[u8], &str)) -> String {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("mutants").join(name);
    let place = write(kind, mutant);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(folder.parent().unwrap()).unwrap();
    let copied = Command::new("cp").arg("-r").arg(place.path("")).arg(&folder).status().unwrap();
    assert!(copied.success());
    std::fs::write(folder.join("COMMANDS"), kind.commands.join("\n")).unwrap();
    folder.display().to_string()
}

/// So many mutants, kind after kind; only the one of a number where one is given.
fn mutants(count: u64, seed: u64, only: Option<u64>) {
    let kinds = kinds::all();
    let mut unread = Vec::new();
    for kind in &kinds {
        // As it is, everything is read, else nothing is learned from what is changed.
        let place = write(kind, &kind.files[kind.at].1);
        for words in &kind.commands {
            let ended = run(&place, words);
            // Packed data and JSON in one piece may be refused.
            let refused = ended.code == Some(1) && !["gzip", "gzip, inside", "json"].contains(&kind.name.as_str());
            if ended.fault.is_some() || refused {
                unread.push(format!("{}, {words}: {:?} {}", kind.name, ended.fault, place.text("errors.txt")));
            }
        }
    }
    assert!(unread.is_empty(), "as they are, these are not read: {}", unread.join("\n"));
    println!("{} kinds", kinds.len());
    let mut faults = Vec::new();
    let mut codes: BTreeMap<(&str, i32), u64> = BTreeMap::new();
    for number in 0..count {
        let kind = &kinds[(number % kinds.len() as u64) as usize];
        let mut dice = Dice(seed.wrapping_mul(1_000_003).wrapping_add(number));
        let (mutant, harm) = mutation::harmed(&kind.files[kind.at].1, &mut dice);
        if only.is_some_and(|only| only != number) {
            continue;
        }
        if number % 1_000 == 999 {
            println!("{} of {count}", number + 1);
        }
        let place = write(kind, &mutant);
        for words in &kind.commands {
            let ended = run(&place, words);
            *codes.entry((&kind.name, ended.code.unwrap_or(-1))).or_default() += 1;
            let Some(fault) = ended.fault else { continue };
            let kept = keep(kind, (&mutant, &format!("{seed}-{number}")));
            let told = format!(
                "seed {seed}, mutant {number} of {} ({harm}), lagom {words}: {fault}\n  kept: {kept}",
                kind.name
            );
            println!("{told}");
            faults.push(told);
        }
        assert!(faults.len() < TOLD, "and no further: there are {TOLD}");
    }
    for ((kind, code), times) in codes {
        println!("{kind}: {times} commands ended with {code}");
    }
    assert!(faults.is_empty(), "{} of {count} mutants:\n{}", faults.len(), faults.join("\n"));
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|text| text.parse().ok())
}

#[test]
fn no_mutant_makes_lagom_fall() {
    mutants(300, 1, None);
}

#[test]
#[ignore = "long; the command is at the head of mutated/mod.rs"]
fn acceptance_ten_thousand_mutants() {
    let seed = number("LAGOM_MUTANTS_SEED").unwrap_or_else(|| u64::from(std::process::id()));
    mutants(number("LAGOM_MUTANTS").unwrap_or(10_000), seed, number("LAGOM_MUTANT"));
}
