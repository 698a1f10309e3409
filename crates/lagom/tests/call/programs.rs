//! Programs that answer JSON lines with JSON lines, and those that don't.

use std::time::{Duration, Instant};

use lagom::call::command::{Program, Started};
use lagom::call::{BackendError, CallFailure, Continuation, Finish, Flow, Message, Prompt, Question, Role, Stop};

use super::support::{Came, question, questions};

fn program(command: &[&str]) -> Program {
    Program {
        start: Duration::from_secs(5),
        silence: Duration::from_millis(300),
        ..Program::new(command.iter().map(|part| (*part).to_owned()).collect())
    }
}

/// A shell script whose `$id` is the number of the question in `$line`.
fn shell(body: &str) -> Program {
    let script =
        format!("while read -r line; do id=$(echo \"$line\" | sed 's/.*\"id\":\\([0-9]*\\).*/\\1/'); {body}; done");
    program(&["sh", "-c", &script])
}

fn ask(program: &Program, number: usize) -> Came {
    ask_these(program, questions(number))
}

fn ask_these(program: &Program, mut asked: impl Iterator<Item = (usize, Question)>) -> Came {
    let mut replies = Vec::new();
    let mut keep = |reply| {
        replies.push(reply);
        Flow::Continue
    };
    let end = program.ask(&mut asked, &mut keep, &Stop::default());
    Came { replies, end }
}

const ANSWER: &str = r#"echo "{\"id\":$id,\"text\":\"a $id\"}""#;

fn python() -> bool {
    std::process::Command::new("python3").arg("--version").output().is_ok_and(|ran| ran.status.success())
}

#[test]
fn five_lines_of_python_are_a_model() {
    if !python() {
        eprintln!("python3 is not installed: nothing tested");
        return;
    }
    let code = r#"
import json, sys
for line in sys.stdin:
    question = json.loads(line)
    answer = question["prompt"].upper()
    print(json.dumps({"id": question["id"], "text": answer}))
"#;
    let mut chat = question("");
    let message = |role, content: &str| Message { role, content: content.to_owned() };
    chat.prompt = Prompt::Chat(vec![message(Role::System, "be\nbrief"), message(Role::User, "grüß “dich”")]);
    let asked = questions(20).chain(std::iter::once((99, chat)));
    let came = ask_these(&program(&["python3", "-c", code]), asked);
    assert_eq!(came.end.as_ref().unwrap().answered, 21);
    for reply in &came.replies {
        let expected = match reply.index {
            99 => "BE\nBRIEF\n\nGRÜSS “DICH”".to_owned(),
            index => format!("QUESTION NUMBER {index}"),
        };
        assert_eq!(reply.outcome.as_ref().unwrap().text, expected);
    }
}

#[test]
fn a_shell_script_is_one_too_and_several_run_side_by_side() {
    let mut slow = shell(&format!("sleep 0.25; {ANSWER}"));
    slow.processes = 4;
    let start = Instant::now();
    let came = ask(&slow, 24);
    // One after the other 24 × 250 ms would be 6 s; four side by side take 1.5 s.
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    let mut seen: Vec<usize> = came.replies.iter().map(|reply| reply.index).collect();
    seen.sort_unstable();
    assert_eq!(seen, (0..24).collect::<Vec<_>>());
    for reply in &came.replies {
        let answer = reply.outcome.as_ref().unwrap();
        assert_eq!((answer.text.as_str(), &answer.finish), (format!("a {}", reply.index).as_str(), &Finish::Stop));
        assert!(answer.timing.total >= 0.05 && answer.timing.first_token.is_none());
    }
}

#[test]
fn answers_in_batches_and_in_any_order_find_their_questions() {
    // Reads three lines, answers the last first.
    let script = r#"while read -r a && read -r b && read -r c; do for line in "$c" "$b" "$a"; do
        id=$(echo "$line" | sed 's/.*"id":\([0-9]*\).*/\1/'); echo "{\"id\":$id,\"text\":\"a $id\"}"; done; done"#;
    let came = ask(&Program { ahead: 3, ..program(&["sh", "-c", script]) }, 9);
    assert_eq!(came.replies.iter().map(|reply| reply.index).collect::<Vec<_>>(), [2, 1, 0, 5, 4, 3, 8, 7, 6]);
    assert!(came.replies.iter().all(|reply| reply.outcome.as_ref().unwrap().text == format!("a {}", reply.index)));
}

#[test]
fn likelihoods_tokens_and_refusals_come_through() {
    let answers = r#"case $id in
        0) echo '{"id":0,"log_probabilities":[-1.5,-0.25],"continuation_tokens":[2,1],"greedy":[false,true]}';;
        1) echo '{"id":1,"log_probabilities":[-1.5]}';;
        2) echo '{"id":2,"log_probabilities":[0.5,-1]}';;
        3) echo '{"id":3,"text":"no"}';;
        4) echo '{"id":4,"error":"too long for me"}';;
        *) echo '{"id":5,"text":"cut","finish":"length","tokens":7,"prompt_tokens":3}';;
        esac"#;
    let asked = (0..6).map(|index| {
        let continuations = if index < 4 {
            [" a", " b"].map(|text| Continuation { text: text.to_owned() }).to_vec()
        } else {
            Vec::new()
        };
        (index, Question { continuations, ..question("x") })
    });
    let came = ask_these(&Program { patience: 9, ..shell(answers) }, asked);
    let first = came.replies[0].outcome.as_ref().unwrap();
    assert_eq!(first.likelihoods[1].log_probability, -0.25);
    assert_eq!((first.likelihoods[0].tokens, first.likelihoods[1].greedy), (2, true));
    let told = |at: usize| came.replies[at].outcome.as_ref().unwrap_err().to_string();
    assert!(told(1).contains("1 `log_probabilities` for 2 continuations"), "{}", told(1));
    assert!(told(2).contains("a log-probability of 0.5"), "{}", told(2));
    assert!(told(3).contains("expected `log_probabilities`"), "{}", told(3));
    assert_eq!(told(4), "refused: too long for me");
    let last = came.replies[5].outcome.as_ref().unwrap();
    assert_eq!((&last.finish, last.usage.completion, last.usage.prompt), (&Finish::Length, Some(7), Some(3)));
}

#[test]
fn a_program_that_dies_fails_its_question_and_is_started_again() {
    let came = ask(&shell(&format!("if [ $id = 3 ]; then echo 'out of memory' >&2; exit 7; fi; {ANSWER}")), 8);
    assert_eq!(came.end.as_ref().unwrap().answered, 7);
    let failure = came.replies.iter().find(|reply| reply.index == 3).unwrap().outcome.as_ref().unwrap_err();
    assert!(matches!(failure, CallFailure::Died { .. }));
    let told = failure.to_string();
    assert!(told.contains("exit status: 7") && told.contains("it said: out of memory"), "{told}");
}

#[test]
fn a_program_that_dies_of_everything_is_given_up() {
    let came = ask(&program(&["sh", "-c", "echo 'no module named torch' >&2; exit 1"]), 1000);
    assert_eq!(came.replies.len(), 3);
    assert!(came.error().contains("3 questions in a row") && came.error().contains("no module named torch"));
    let came = ask(&program(&["sh", "-c", "kill -9 $$"]), 5);
    assert!(came.error().contains("signal: 9"), "{}", came.error());
    let mut drawn = 0;
    let came = ask_these(&program(&["/no/such/program"]), questions(5).inspect(|_| drawn += 1));
    assert_eq!(drawn, 0, "nothing is set aside for a program that does not start");
    assert!(came.replies.is_empty() && matches!(came.end, Err(BackendError::Start { .. })));
    assert!(came.error().contains("`/no/such/program` cannot be started"), "{}", came.error());
    assert!(ask(&program(&[]), 1).error().contains("a program and its arguments"));
}

#[test]
fn too_few_lines_are_failures_of_those_left_without() {
    // Reads all, answers the first two of three.
    let script = r#"read -r a; read -r b; read -r c; echo '{"id":0,"text":"x"}'; echo '{"id":1,"text":"y"}'"#;
    let came = ask(&Program { ahead: 3, ..program(&["sh", "-c", script]) }, 3);
    assert_eq!((came.replies.len(), came.end.as_ref().unwrap().answered), (3, 2));
    let told = came.replies[2].outcome.as_ref().unwrap_err().to_string();
    assert!(told.contains("exit status: 0") && told.contains("1 of its questions unanswered"), "{told}");
}

#[test]
fn silence_is_ended_with_all_that_was_started() {
    let folder = tempfile::tempdir().unwrap();
    let mark = folder.path().join("pid");
    let script = format!("sleep 1000 & echo $! > {}; wait", mark.display());
    let mut silent = program(&["sh", "-c", &script]);
    (silent.start, silent.patience) = (Duration::from_millis(300), 1);
    let start = Instant::now();
    let came = ask(&silent, 2);
    assert!(start.elapsed() < Duration::from_secs(4), "{:?}", start.elapsed());
    let told = came.failure().to_string();
    assert!(told.contains("wrote nothing for 300ms and was killed") && told.contains("flush"), "{told}");
    let child = std::fs::read_to_string(&mark).unwrap();
    // Gone, or dead and not yet collected by init; the kernel takes a moment to end what was killed.
    let state = || std::fs::read_to_string(format!("/proc/{}/stat", child.trim())).unwrap_or_default();
    let dead = |state: &str| state.is_empty() || state.contains(") Z");
    while !dead(&state()) && start.elapsed() < Duration::from_secs(10) {
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(dead(&state()), "{}", state());
}

#[test]
fn garbage_and_foreign_numbers_fail_the_question_that_waits() {
    let faults = r#"case $id in
        1) echo 'Loading model...';; 2) echo '[1]';; 3) echo '{"text":"no id"}';; 4) echo '{"id":77,"text":"x"}';;
        5) echo;; 6) echo '{"id":6,"text":5}';; 7) echo '{"id":7}';; *) echo "{\"id\":$id,\"text\":\"x\"}";; esac"#;
    let came = ask(&Program { patience: 99, ..shell(faults) }, 9);
    assert_eq!((came.replies.len(), came.end.as_ref().unwrap().answered), (9, 2));
    for (index, expected) in [
        (1, "expected a JSON object, found `Loading model...`"),
        (2, "expected a JSON object, found `[1]`"),
        (3, "expected the number of a question under `id`, found `{\"text\":\"no id\"}`"),
        (4, "an answer to question 77, which it was not asked"),
        (5, "found an empty line"),
        (6, "expected a string"),
        (7, "expected `text`"),
    ] {
        let told = came.replies[index].outcome.as_ref().unwrap_err().to_string();
        assert!(told.contains(expected), "{index}: {told}");
    }
}

#[test]
fn a_second_answer_to_a_question_does_not_count() {
    let came = ask(&shell(&format!("{ANSWER}; if [ $id = 2 ]; then echo '{{\"id\":2,\"text\":\"b\"}}'; fi")), 6);
    assert_eq!((came.replies.len(), came.end.as_ref().unwrap().answered), (6, 6));
    assert_eq!(came.replies[2].outcome.as_ref().unwrap().text, "a 2");
    assert!(came.end.unwrap().notes[0].contains("the first outcome counts"));
}

#[test]
fn a_line_without_end_is_not_read_for_ever() {
    let mut endless = program(&["sh", "-c", "yes | tr -d '\\n'"]);
    (endless.line_bytes, endless.patience) = (100_000, 1);
    let came = ask(&endless, 1);
    assert!(came.failure().to_string().contains("a line of more than 100000 bytes"), "{}", came.failure());
}

#[test]
fn stopping_hands_over_what_is_under_way_and_leaves_nobody() {
    let (stop, mut kept) = (Stop::default(), 0);
    let program = shell(ANSWER);
    let mut keep = |_| {
        kept += 1;
        if kept == 3 {
            stop.press();
        }
        Flow::Continue
    };
    let spent = program.ask(&mut questions(1000), &mut keep, &stop).unwrap();
    assert!(spent.stopped && (3..=4).contains(&kept) && spent.answered == kept, "{kept}");
}

#[test]
fn answers_that_cost_nothing_are_not_waited_for_long_after_it_was_told_to_stop() {
    let (stop, mut kept) = (Stop::default(), 0);
    let slow = shell(&format!("[ $id -gt 0 ] && sleep 60; {ANSWER}"));
    let free = Program { ahead: 2, silence: Duration::from_secs(60), paid: false, ..slow };
    let mut keep = |_| {
        kept += 1;
        stop.press();
        Flow::Continue
    };
    let start = Instant::now();
    let spent = free.ask(&mut questions(1000), &mut keep, &stop).unwrap();
    assert!(spent.stopped && kept == 1 && start.elapsed() < Duration::from_secs(30), "{kept}");
}

#[test]
fn a_program_that_is_asked_again_runs_on_and_its_start_is_no_latency() {
    let folder = tempfile::tempdir().unwrap();
    let script = format!(
        "echo start >> starts.txt; sleep 0.2; while read -r line; do id=$(echo \"$line\" | sed 's/.*\"id\":\\([0-9]*\\).*/\\1/'); {ANSWER}; done"
    );
    let once = Program { folder: Some(folder.path().to_owned()), ..program(&["sh", "-c", &script]) };
    let mut started = Started::new(once).unwrap();
    let mut times = Vec::new();
    for asking in 0..3 {
        let mut keep = |reply: lagom::call::Reply| {
            let answer = reply.outcome.unwrap();
            assert_eq!(
                answer.text,
                format!("a {}", asking * 5 + reply.index),
                "numbers go on, so that none comes twice"
            );
            times.push((reply.cold, answer.timing.total));
            Flow::Continue
        };
        assert_eq!(started.ask(&mut questions(5), &mut keep, &Stop::default()).unwrap().answered, 5);
    }
    drop(started);
    assert_eq!(std::fs::read_to_string(folder.path().join("starts.txt")).unwrap().lines().count(), 1);
    // The one answer that waited for the start is told from the others.
    assert!(times[0].0 && times[0].1 >= 0.2 && times[1..].iter().all(|(cold, time)| !cold && *time > 0.0), "{times:?}");
}

#[test]
fn a_program_that_ended_between_two_askings_is_started_again_and_loses_no_question() {
    let mut once = shell(&format!("{ANSWER}; exit 0"));
    once.patience = 1;
    let mut started = Started::new(once).unwrap();
    for _ in 0..3 {
        let mut keep = |reply: lagom::call::Reply| {
            assert!(reply.outcome.is_ok(), "{reply:?}");
            Flow::Continue
        };
        assert_eq!(started.ask(&mut questions(1), &mut keep, &Stop::default()).unwrap().answered, 1);
        std::thread::sleep(Duration::from_millis(300));
    }
}

#[test]
fn a_program_sees_what_it_needs_and_nothing_else_of_the_environment() {
    // Cargo sets it for every test; no program needs it.
    if std::env::var("CARGO_PKG_NAME").is_err() {
        eprintln!("not run by cargo: nothing tested");
        return;
    }
    let body = r#"echo "{\"id\":$id,\"text\":\"$CARGO_PKG_NAME, ${PATH:+a path}\"}""#;
    assert_eq!(ask(&shell(body), 1).answer().text, ", a path");
    let named = Program { environment: vec!["CARGO_PKG_NAME".to_owned()], ..shell(body) };
    assert_eq!(ask(&named, 1).answer().text, "lagom, a path");
    let missing = Program { environment: vec!["LAGOM_NO_SUCH_VARIABLE".to_owned()], ..shell(body) };
    assert!(ask(&missing, 1).error().contains("LAGOM_NO_SUCH_VARIABLE"));
}
