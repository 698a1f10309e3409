//! Many questions to several processes of one program.

use std::collections::HashSet;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use super::super::{BackendError, CallFailure, Flow, Question, Reply, Spent, Stop};
use super::process::{Event, Given, Process};
use super::protocol;
use super::settings::Program;
use crate::secret::{Keys, looks_like_key, names_secret};

/// How often it is looked whether to stop and who is silent.
const TICK: Duration = Duration::from_millis(20);
/// How long a process that has closed its standard output, or was told the end, may take to end by itself.
const GRACE: Duration = Duration::from_secs(2);

/// The state of asking.
struct Asking<'a> {
    program: &'a Program,
    /// The keys that it was given, which are struck out of what it writes.
    keys: Keys,
    processes: Vec<Process>,
    started: u64,
    sender: Sender<Event>,
    /// Questions that are answered or failed, to tell a second answer from one to a question never asked.
    settled: HashSet<usize>,
    spent: Spent,
    streak: u32,
    fatal: Option<BackendError>,
    enough: bool,
    /// What came of questions, to be handed over.
    replies: Vec<Reply>,
}

/// Asks all of `questions`.
pub(super) fn ask(
    program: &Program,
    questions: &mut dyn Iterator<Item = (usize, Question)>,
    keep: &mut dyn FnMut(Reply) -> Flow,
    stop: &Stop,
) -> Result<Spent, BackendError> {
    check(program)?;
    let keys = keys(program)?;
    let (sender, events) = channel();
    let mut asking = Asking {
        program,
        keys,
        processes: Vec::new(),
        started: 0,
        sender,
        settled: HashSet::new(),
        spent: Spent::default(),
        streak: 0,
        fatal: None,
        enough: false,
        replies: Vec::new(),
    };
    asking.all(&events, questions, keep, stop);
    if !stop.is_pressed_twice() && asking.fatal.is_none() {
        for process in &mut asking.processes {
            process.finish(GRACE.min(program.silence));
        }
    }
    asking.fatal.map_or(Ok(asking.spent), Err)
}

fn check(program: &Program) -> Result<(), BackendError> {
    let fault = |key: &str, expected: &str| {
        Err(BackendError::Setting { key: key.to_owned(), found: "nothing".to_owned(), expected: expected.to_owned() })
    };
    match (&program.command, program.processes, program.ahead) {
        (command, ..) if command.first().is_none_or(String::is_empty) => {
            fault("command", "a program and its arguments")
        }
        (_, 0, _) => fault("processes", "at least 1"),
        (_, _, 0) => fault("ahead", "at least 1"),
        _ => Ok(()),
    }
}

/// The keys among the variables that a program is given by name.
fn keys(program: &Program) -> Result<Keys, BackendError> {
    let mut keys = Keys::default();
    for name in &program.environment {
        let missing = || BackendError::MissingKey { variable: name.clone(), empty: false };
        let value = std::env::var(name).map_err(|_| missing())?;
        if names_secret(name) || looks_like_key(&value) {
            keys.add(&value);
        }
    }
    Ok(keys)
}

impl Asking<'_> {
    fn all(
        &mut self,
        events: &Receiver<Event>,
        questions: &mut dyn Iterator<Item = (usize, Question)>,
        keep: &mut dyn FnMut(Reply) -> Flow,
        stop: &Stop,
    ) {
        let mut exhausted = false;
        loop {
            let stopped = self.enough || stop.is_pressed();
            if !stopped && !exhausted && self.fatal.is_none() {
                exhausted = self.give(questions);
            }
            self.spent.stopped |= stopped && !exhausted;
            let over = stopped || exhausted || self.fatal.is_some();
            let waits = self.processes.iter().any(|process| !process.given.is_empty());
            if over && !waits || stop.is_pressed_twice() {
                return;
            }
            match events.recv_timeout(TICK) {
                Ok(Event::Line(number, line)) => {
                    let line = match std::str::from_utf8(&line) {
                        Ok(text) => self.keys.strike_out(text).into_bytes(),
                        Err(_) => line,
                    };
                    self.heard(number, &line);
                }
                Ok(Event::TooLong(number)) => {
                    let message = format!("a line of more than {} bytes", self.program.line_bytes);
                    self.lose(number, &CallFailure::Malformed { message }, Duration::ZERO);
                }
                Ok(Event::Ended(number)) => self.died(number),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {}
            }
            self.check_silence();
            for reply in std::mem::take(&mut self.replies) {
                self.spent.count(&reply);
                self.enough |= keep(reply) == Flow::Stop;
            }
        }
    }

    /// Gives questions to whoever has room, and starts processes for them; whether there are no more.
    fn give(&mut self, questions: &mut dyn Iterator<Item = (usize, Question)>) -> bool {
        loop {
            let running = self.processes.len();
            let with_room = |process: &&mut Process| process.given.len() < self.program.ahead;
            let roomy = self.processes.iter_mut().filter(with_room).min_by_key(|process| process.given.len());
            let idle = roomy.as_ref().is_some_and(|process| process.given.is_empty());
            if roomy.is_none() && running >= self.program.processes {
                return false;
            }
            let Some((index, question)) = questions.next() else { return true };
            let line = protocol::line(index, &question);
            let given = Given { index, continuations: question.continuations.len(), at: Instant::now() };
            self.spent.requests += 1;
            match roomy {
                // Another process would only be waited for where one that runs has nothing to do.
                Some(process) if idle || running >= self.program.processes => process.give(line, given),
                _ => match Process::start(self.program, self.started, &self.sender) {
                    Ok(mut process) => {
                        self.started += 1;
                        process.give(line, given);
                        self.processes.push(process);
                    }
                    Err(error) => {
                        self.fatal = Some(error);
                        return false;
                    }
                },
            }
        }
    }

    fn at(&self, number: u64) -> Option<usize> {
        self.processes.iter().position(|process| process.number == number)
    }

    /// A process wrote a line.
    fn heard(&mut self, number: u64, line: &[u8]) {
        let Some(at) = self.at(number) else { return };
        let process = &mut self.processes[at];
        (process.spoken, process.silent_since) = (true, Instant::now());
        let fault = match protocol::read(line) {
            Ok((id, value)) => {
                if let Some(place) = process.given.iter().position(|given| given.index == id) {
                    let Some(given) = process.given.remove(place) else { return };
                    let seconds = given.at.elapsed().as_secs_f64();
                    let outcome = protocol::answer(value, given.continuations, seconds);
                    self.settle(given.index, outcome);
                    return;
                }
                if self.settled.contains(&id) {
                    let note =
                        "the program answered a question again, or after it had failed: the first outcome counts";
                    self.spent.note(note.to_owned());
                    return;
                }
                format!("an answer to question {id}, which it was not asked")
            }
            Err(fault) => fault,
        };
        // Whose line it is cannot be known: that of the question that has waited longest, most likely.
        match self.processes[at].given.pop_front() {
            Some(given) => self.settle(given.index, Err(CallFailure::Malformed { message: fault })),
            None => self.spent.note(format!("the program wrote, unasked: {}", protocol::quoted(line))),
        }
    }

    fn settle(&mut self, index: usize, outcome: Result<super::super::Answer, CallFailure>) {
        self.settled.insert(index);
        match &outcome {
            // That the program itself refuses a question is an answer of a kind.
            Ok(_) | Err(CallFailure::Rejected { .. }) => self.streak = 0,
            Err(failure) => {
                self.streak += 1;
                if self.streak >= self.program.patience.max(1) {
                    let (of, questions) = (format!("`{}`", self.program.command.join(" ")), self.streak);
                    let last = failure.clone();
                    self.fatal.get_or_insert(BackendError::GivenUp { of, questions, last });
                }
            }
        }
        self.replies.push(Reply { index, outcome, money: None });
    }

    /// A process has ended, whether it had questions or not.
    fn died(&mut self, number: u64) {
        let Some(at) = self.at(number) else { return };
        let process = &mut self.processes[at];
        let (given, spoken) = (std::mem::take(&mut process.given), process.spoken);
        let how = self.keys.strike_out(&self.processes.remove(at).end(GRACE));
        let message = if given.is_empty() {
            return;
        } else if spoken {
            format!("{how}, with {} of its questions unanswered", given.len())
        } else {
            format!("{how}, before it answered anything")
        };
        for given in given {
            self.settle(given.index, Err(CallFailure::Died { message: message.clone() }));
        }
    }

    /// Ends a process and fails what it was given.
    fn lose(&mut self, number: u64, failure: &CallFailure, within: Duration) {
        let Some(at) = self.at(number) else { return };
        let given = std::mem::take(&mut self.processes[at].given);
        self.processes.remove(at).end(within);
        for given in given {
            self.settle(given.index, Err(failure.clone()));
        }
    }

    /// Kills those that have been silent for too long.
    fn check_silence(&mut self) {
        let limit = |process: &Process| if process.spoken { self.program.silence } else { self.program.start };
        let silent = self
            .processes
            .iter()
            .find(|process| !process.given.is_empty() && process.silent_since.elapsed() > limit(process))
            .map(|process| (process.number, limit(process), process.spoken));
        if let Some((number, limit, spoken)) = silent {
            let hint = if spoken { "" } else { "; does it write its answers out at once (flush)?" };
            let message = format!("the program wrote nothing for {limit:?} and was killed{hint}");
            self.lose(number, &CallFailure::Unavailable { attempts: 1, message }, Duration::ZERO);
        }
    }
}
