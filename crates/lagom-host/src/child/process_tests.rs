//! Small programs with the faults that programs have.

use std::path::Path;

use super::super::run::run;
use super::*;

/// A wait for something that happens at once on an idle machine.
const PATIENCE: Duration = Duration::from_secs(30);
/// The time that a program gets to end by itself.
const GRACE: Duration = Duration::from_millis(300);
/// Longest that ending may take on a busy machine: far less than the programs would run.
const SOON: Duration = Duration::from_secs(10);

struct Scene {
    process: Process,
}

fn shell(script: &str) -> Start {
    Start { words: ["-c", script].map(Into::into).to_vec(), ..Start::new("sh") }
}

/// A shell that does this, of which lines of up to 1000 bytes are read.
fn scene(script: &str) -> Scene {
    let start = Start { line_bytes: 1000, ..shell(script) };
    Scene { process: Process::start(&start, 7).expect("sh") }
}

impl Scene {
    #[track_caller]
    fn next(&mut self) -> Output {
        self.process.next(PATIENCE).expect("it wrote")
    }

    #[track_caller]
    fn line(&mut self) -> String {
        match self.next() {
            Output::Line(line) => String::from_utf8(line).expect("a text"),
            other => panic!("{other:?}"),
        }
    }

    /// Ends it soon, leaves no zombie, and says how it ended.
    #[track_caller]
    fn end(mut self, within: Duration) -> End {
        let (start, number) = (Instant::now(), self.process.child.id());
        let end = self.process.end(within);
        assert!(start.elapsed() < within + SOON, "{:?}", start.elapsed());
        nothing_is_left(number);
        end
    }
}

#[track_caller]
fn nothing_is_left(number: u32) {
    assert!(!Path::new(&format!("/proc/{number}")).exists(), "{number} is left");
}

/// Whether this process, of which this one is no parent, is gone soon; it may be dead and not yet collected.
fn goes(number: &str) -> bool {
    let start = Instant::now();
    let state = || std::fs::read_to_string(format!("/proc/{}/stat", number.trim())).unwrap_or_default();
    let dead = |state: &str| state.is_empty() || state.contains(") Z");
    while !dead(&state()) && start.elapsed() < SOON {
        std::thread::sleep(TICK);
    }
    dead(&state())
}

#[test]
fn lines_go_in_and_come_out_and_the_end_is_told() {
    let mut scene = scene("read -r a; echo \"got $a\"; echo bad luck >&2; printf rest; exit 3");
    scene.process.give("ä b");
    assert_eq!((scene.line().as_str(), scene.line().as_str(), scene.next()), ("got ä b\n", "rest", Output::Closed));
    let end = scene.end(PATIENCE);
    assert_eq!((end.code(), end.signal(), end.said.as_str()), (Some(3), None, "bad luck\n"));
    assert_eq!(end.to_string(), "exit status: 3");
}

#[test]
fn all_that_was_given_arrives_before_the_end_of_input() {
    let mut scene = scene("sleep 0.2; wc -c");
    scene.process.give(vec![b'x'; 300_000]);
    scene.process.close();
    assert_eq!(scene.line().trim(), "300001");
    assert_eq!(scene.end(PATIENCE).code(), Some(0));
}

#[test]
fn it_sees_what_is_set_for_it_and_starts_where_it_should() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path().canonicalize().expect("a folder");
    let set = std::collections::BTreeMap::from([("WORD", "set")]);
    // Cargo sets this one for every test.
    let script = "echo \"$WORD${CARGO_PKG_NAME}\"; pwd -P";
    let start = Start { set, folder: Some(at.clone()), ..shell(script) };
    let ran = run(&start, PATIENCE).expect("it ran");
    assert_eq!(String::from_utf8_lossy(&ran.output), format!("set\n{}\n", at.display()));
    let named = Start { named: vec!["CARGO_PKG_NAME".to_owned()], ..start };
    let ran = run(&named, PATIENCE).expect("it ran");
    assert!(ran.output.starts_with(b"setlagom-host\n") || std::env::var("CARGO_PKG_NAME").is_err());
}

#[test]
fn a_program_that_is_not_there_is_an_error() {
    let error = Process::start(&Start::new("/no/such/program"), 0).expect_err("nothing to start");
    assert_eq!(error.kind(), io::ErrorKind::NotFound);
}

#[test]
fn a_signal_is_told() {
    let end = scene("kill -6 $$").end(PATIENCE);
    assert_eq!((end.signal(), end.code()), (Some(6), None));
    assert!(end.to_string().starts_with("signal: 6"), "{end}");
}

#[test]
fn who_ignores_signals_and_the_end_of_input_is_killed() {
    let mut scene = scene("trap '' TERM HUP INT PIPE; echo ready; while :; do sleep 0.1; done");
    assert_eq!(scene.line(), "ready\n");
    let end = scene.end(GRACE);
    assert_eq!((end.to_string().as_str(), end.signal()), ("killed", Some(9)));
}

#[test]
fn who_closes_its_output_and_lives_on_is_killed() {
    let mut scene = scene("exec >&-; exec sleep 1000");
    assert_eq!(scene.next(), Output::Closed);
    assert_eq!(scene.end(GRACE).to_string(), "killed");
    let mut all = self::scene("exec >&- 2>&- <&-; exec sleep 1000");
    assert_eq!(all.next(), Output::Closed);
    assert_eq!(all.end(GRACE).to_string(), "killed");
}

#[test]
fn a_line_without_end_is_not_read_for_ever() {
    let mut scene = scene("yes | tr -d '\\n'");
    assert_eq!(scene.next(), Output::TooLong);
    scene.end(GRACE);
    // As long as may be, with an end; a byte longer, without.
    let mut just = self::scene("printf '%01000d\\n' 0; printf '%01001d' 0");
    assert_eq!(just.line().len(), 1001);
    assert_eq!(just.next(), Output::TooLong);
    just.end(PATIENCE);
}

#[test]
fn who_does_not_read_its_input_holds_nobody() {
    let mut scene = scene("exec sleep 1000");
    let start = Instant::now();
    for _ in 0..3 {
        scene.process.give(vec![b'x'; 1_000_000]);
    }
    assert!(start.elapsed() < SOON);
    assert_eq!(scene.end(GRACE).to_string(), "killed");
}

#[test]
fn who_has_closed_its_input_is_heard_on() {
    let mut scene = scene("exec <&-; echo closed; sleep 0.3; echo more");
    assert_eq!(scene.line(), "closed\n");
    scene.process.give("x");
    scene.process.give("y");
    assert_eq!((scene.line().as_str(), scene.next()), ("more\n", Output::Closed));
    assert_eq!(scene.end(PATIENCE).code(), Some(0));
}

#[test]
fn much_on_standard_error_blocks_nothing_and_its_end_is_kept() {
    let mut scene = scene("head -c 3000000 /dev/zero | tr '\\0' x >&2; echo 'the end' >&2; echo out");
    assert_eq!((scene.line().as_str(), scene.next()), ("out\n", Output::Closed));
    let said = scene.end(PATIENCE).said;
    assert!(said.len() == 16_384 && said.ends_with("xxxthe end\n"), "{}", said.len());
}

#[test]
fn children_end_with_it() {
    let mut scene = scene("sleep 1000 & echo $!; exit 0");
    let child = scene.line();
    // The child holds the pipes, so that nothing tells the end.
    assert_eq!(scene.process.next(GRACE), None);
    assert_eq!(scene.end(PATIENCE).code(), Some(0));
    assert!(goes(&child), "{child} is left");
}

/// It is beyond the group, and holds all pipes.
#[cfg(target_os = "linux")]
#[test]
fn a_child_that_has_left_the_group_and_holds_the_pipes_is_not_waited_for() {
    let mut scene = scene("setsid sh -c 'echo $$; exec sleep 1000' <&0 & wait $!; echo no");
    scene.process.give(vec![b'x'; 1_000_000]);
    let child = scene.line();
    let end = scene.end(GRACE);
    let number = child.trim().parse().expect("a number");
    nix::sys::signal::kill(Pid::from_raw(number), Signal::SIGKILL).expect("it lived on");
    assert_eq!(end.to_string(), "killed");
}

#[cfg(target_os = "linux")]
#[test]
fn who_has_stalled_is_ended() {
    let mut scene = scene("exec sleep 1000");
    scene.process.stall = Stall::within(scene.process.child.id(), GRACE);
    let start = Instant::now();
    let told = loop {
        match scene.process.end_if_stalled() {
            Some(told) => break told,
            None => std::thread::sleep(Duration::from_millis(20)),
        }
        assert!(start.elapsed() < SOON, "it was never found");
    };
    assert!(told.contains("did nothing"), "{told}");
    assert_eq!(scene.next(), Output::Closed);
    assert_eq!(scene.end(PATIENCE).signal(), Some(9));
}

#[test]
fn dropped_it_is_killed_at_once() {
    let mut scene = scene("sleep 1000 & echo $!; wait");
    let (number, child, start) = (scene.process.child.id(), scene.line(), Instant::now());
    drop(scene);
    assert!(start.elapsed() < SOON && goes(&child), "{:?}", start.elapsed());
    nothing_is_left(number);
}

#[test]
fn what_has_ended_is_ended_once() {
    let mut scene = scene("echo last words >&2; exit 4");
    let first = scene.process.end(PATIENCE);
    let second = scene.process.end(PATIENCE);
    assert_eq!((first.code(), first.said.as_str()), (Some(4), "last words\n"));
    assert_eq!((second.code(), second.said.as_str()), (Some(4), "last words\n"));
    scene.process.give("for nobody");
    assert_eq!((scene.process.end_if_stalled(), scene.process.next(PATIENCE)), (None, Some(Output::Closed)));
}

#[test]
fn all_are_ended_in_the_time_of_one() {
    let mut scenes: Vec<Scene> = (0..8).map(|_| scene("trap '' TERM; while :; do sleep 0.1; done")).collect();
    let numbers: Vec<u32> = scenes.iter().map(|scene| scene.process.child.id()).collect();
    let start = Instant::now();
    end_all(scenes.iter_mut().map(|scene| &mut scene.process), Duration::from_secs(2));
    assert!(start.elapsed() < Duration::from_secs(2) + SOON, "{:?}", start.elapsed());
    numbers.into_iter().for_each(nothing_is_left);
}

#[test]
fn what_is_run_to_its_end_has_bounds() {
    let of = |script: &str, within| run(&Start { line_bytes: 1000, ..shell(script) }, within).map(|ran| ran.output);
    assert_eq!(of("echo a; cat; printf b", PATIENCE).expect("it ran"), b"a\nb");
    let start = Instant::now();
    let endless = of("yes", PATIENCE).expect_err("endless").to_string();
    assert!(endless.contains("more than 1000 bytes"), "{endless}");
    let silent = of("exec sleep 1000", GRACE).expect_err("silent");
    assert_eq!(silent.kind(), io::ErrorKind::TimedOut);
    assert!(start.elapsed() < SOON);
}

#[test]
fn who_writes_much_keeps_nobody_from_being_heard() {
    let (flood, quiet) = (shell("yes"), shell("sleep 0.2; echo here; exec sleep 1000"));
    let starts = [flood, quiet].into_iter().enumerate();
    let mut processes: Vec<Process> = starts.map(|(at, start)| Process::start(&start, at).expect("sh")).collect();
    let (start, mut lines, mut found) = (Instant::now(), 0, false);
    while !found && start.elapsed() < SOON {
        for event in heard(processes.iter_mut(), GRACE) {
            lines += usize::from(event.process == 0);
            found |= event == Event { process: 1, output: Output::Line(b"here\n".to_vec()) };
        }
    }
    assert!(found && lines > 1000, "{lines}");
    assert_eq!(processes[1].next(GRACE), None);
    assert!(heard(processes[1..].iter_mut(), GRACE).is_empty());
    end_all(processes.iter_mut(), GRACE);
}
