//! Random faults, many runs: no answer is lost, none counted twice, and it ends.

use std::time::{Duration, Instant};

use lagom::call::endpoint::{ClientOptions, Server, ServerCapabilities};
use lagom::call::{Flow, Stop};

use super::scripted::{self, Fault, Script};
use super::support::{endpoint, questions, quick};

/// Questions of one run.
const QUESTIONS: usize = 30;

/// A number that depends on `run` and `at` alone (SplitMix64).
fn mixed(run: u64, at: u64) -> u64 {
    let mut x = (run << 32 | at).wrapping_add(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

fn fault(number: u64) -> Fault {
    let status = |status| Fault::Status(status, Vec::new(), String::new());
    match number % 32 {
        0 => Fault::Reset,
        1 => Fault::HalfStream,
        2 => Fault::HalfThenSilence(Duration::from_secs(5)),
        3 => Fault::Silence(Duration::from_secs(5)),
        4 => Fault::WrongLength,
        5 => Fault::NotJson,
        6 => Fault::NotJsonStream,
        7 => Fault::ErrorInStream,
        8 => status(500),
        9 => status(503),
        10 => Fault::Status(429, vec![("retry-after", "0.005".to_owned())], String::new()),
        11 => Fault::OtherJson,
        12 => Fault::Huge(300_000),
        13 => Fault::IgnoresStream,
        14 => Fault::Empty,
        15 => Fault::Refusal,
        16 => Fault::NoUsage,
        17 => Fault::Drip(Duration::from_millis(1)),
        18 => status(400),
        _ => Fault::None,
    }
}

fn soak(runs: std::ops::Range<u64>) {
    let (mut answered, mut failed, mut stopped) = (0, 0, 0);
    for run in runs {
        // What a request gets does not depend on the order of arrival but on how many came before: both are possible.
        let server = scripted::Server::start(Script::with(move |request| fault(mixed(run, request.number))));
        let options = ClientOptions {
            in_flight: 1 + (run % 16) as usize,
            first_byte: Duration::from_millis(25),
            silence: Duration::from_millis(25),
            retries: (run % 5) as u32,
            first_wait: Duration::from_millis(1),
            longest_wait: Duration::from_millis(8),
            answer_bytes: 100_000,
            patience: 1000,
            seed: run,
            ..quick()
        };
        // Every seventh run is stopped by its caller.
        let enough = if run % 7 == 0 { 10 } else { usize::MAX };
        let (mut seen, mut kept) = (vec![0; QUESTIONS], 0);
        let mut keep = |reply: lagom::call::Reply| {
            seen[reply.index] += 1;
            kept += 1;
            if let Ok(answer) = &reply.outcome {
                let text = format!("echo: question number {}", reply.index);
                let whole = ["", "I can't help with that", text.as_str()].contains(&answer.text.as_str());
                assert!(whole, "run {run}: {answer:?}");
            }
            if kept >= enough { Flow::Stop } else { Flow::Continue }
        };
        let start = Instant::now();
        let open = Server::open(&endpoint(&server), &options).unwrap();
        let spent =
            open.ask(&ServerCapabilities::default(), &mut questions(QUESTIONS), &mut keep, &Stop::default()).unwrap();
        assert!(seen.iter().all(|times| *times <= 1), "run {run}: a question was counted twice: {seen:?}");
        let whole = seen.iter().all(|times| *times == 1);
        assert!(whole || spent.stopped && enough < QUESTIONS, "run {run}: a question was lost: {seen:?}");
        assert_eq!((spent.answered + spent.failed) as usize, kept, "run {run}");
        assert!(start.elapsed() < Duration::from_secs(30), "run {run} took {:?}", start.elapsed());
        (answered, failed) = (answered + spent.answered, failed + spent.failed);
        stopped += u64::from(spent.stopped);
    }
    println!("{answered} answered, {failed} failed, {stopped} runs stopped");
    assert!(answered > failed && failed > 0 && stopped > 0);
}

#[test]
fn fifty_runs_lose_nothing() {
    soak(0..50);
}

#[test]
#[ignore = "takes minutes; the same on a thousand runs"]
fn a_thousand_runs_lose_nothing() {
    soak(0..1000);
}
