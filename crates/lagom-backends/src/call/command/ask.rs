//! Many questions to several processes of one program.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use super::super::{BackendError, CallFailure, Flow, Question, Reply, Stop, UsageSummary};
use super::protocol;
use super::running::{Given, Running};
use super::settings::Program;
use crate::child::{Event, Output, end_all, heard};
use crate::secret::{Keys, looks_like_key};

/// How often it is looked whether to stop and who is silent.
const TICK: Duration = Duration::from_millis(20);
/// How long a process that has closed its standard output, or was told the end, may take to end by itself.
const GRACE: Duration = Duration::from_secs(2);
/// How long answers that cost nothing are waited for after it was told to stop.
const FREE: Duration = Duration::from_secs(5);

/// Words in the name of a variable that holds a key.
const NAMES: [&str; 6] = ["key", "apikey", "token", "secret", "password", "passwd"];
/// A shorter value is a word or a number.
const SHORTEST: usize = 8;

/// A program that stays started from one asking to the next, so that it loads its model once. Dropped, it is told the end, and
/// killed with all that it started if it does not end by itself.
pub struct Started {
    program: Program,
    /// The keys that it was given, which are struck out of what it writes.
    keys: Keys,
    processes: Vec<Running>,
    started: usize,
    /// The number of the next question that it is asked: none comes twice.
    next: usize,
    /// Questions that are answered or failed, to tell a second answer from one to a question never asked.
    settled: HashSet<usize>,
    /// Whether it is waited for at its end.
    waits: bool,
}

impl std::fmt::Debug for Started {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Started({:?}, {} processes)", self.program.command, self.processes.len())
    }
}

impl Started {
    /// Checks the settings; processes are started with the first questions.
    ///
    /// # Errors
    /// A setting that cannot be meant, or a variable that the program is to be given and is not set.
    pub fn new(program: Program) -> Result<Self, BackendError> {
        check(&program)?;
        let keys = keys(&program)?;
        let (processes, settled) = (Vec::new(), HashSet::new());
        Ok(Self { program, keys, processes, started: 0, next: 0, settled, waits: true })
    }

    /// As [`Program::ask`], with the processes that run already; they run on.
    ///
    /// # Errors
    /// As [`Program::ask`].
    pub fn ask(
        &mut self,
        questions: &mut dyn Iterator<Item = (usize, Question)>,
        keep: &mut dyn FnMut(Reply) -> Flow,
        stop: &Stop,
    ) -> Result<UsageSummary, BackendError> {
        let first = self.next;
        let mut asking = Asking {
            of: self,
            first,
            spent: UsageSummary::default(),
            streak: 0,
            fatal: None,
            enough: false,
            replies: Vec::new(),
        };
        asking.all(questions, keep, stop);
        let (fatal, spent) = (asking.fatal, asking.spent);
        self.waits = !stop.is_pressed_twice() && fatal.is_none();
        // What still owes an answer would give it to a later question.
        self.processes.retain(|process| process.given.is_empty());
        fatal.map_or(Ok(spent), Err)
    }
}

impl Program {
    /// Asks `questions` and hands over each reply as it comes, in any order. No process is left behind.
    ///
    /// Never more questions are taken from the iterator than `processes` × `ahead`. A question that is not handed over was
    /// not answered. After [`Flow::Stop`] and after the first press of `stop` the answers under way are still handed over, since
    /// the program may have paid for them; after the second press nothing is, nor what is late of a program that is not `paid`.
    ///
    /// # Errors
    /// A variable that it is to be given is not set, the program cannot be started, or `patience` questions in a row got no answer.
    pub fn ask(
        &self,
        questions: &mut dyn Iterator<Item = (usize, Question)>,
        keep: &mut dyn FnMut(Reply) -> Flow,
        stop: &Stop,
    ) -> Result<UsageSummary, BackendError> {
        Started::new(self.clone())?.ask(questions, keep, stop)
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        if self.waits {
            end_all(self.processes.iter_mut().map(|running| &mut running.process), GRACE.min(self.program.silence));
        }
    }
}

/// The state of asking.
struct Asking<'a> {
    of: &'a mut Started,
    /// The number of its first question.
    first: usize,
    spent: UsageSummary,
    streak: u32,
    fatal: Option<BackendError>,
    enough: bool,
    /// What came of questions, to be handed over.
    replies: Vec<Reply>,
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
        if is_key(name, &value) {
            keys.add(&value);
        }
    }
    Ok(keys)
}

/// Whether a variable is a key: by its looks, or by its name if it is no word, which answers may well hold.
fn is_key(name: &str, value: &str) -> bool {
    let name = name.to_lowercase();
    let named = name.split(['-', '_', '.']).any(|word| NAMES.contains(&word));
    let word = value.chars().count() < SHORTEST || value.chars().all(char::is_alphabetic);
    looks_like_key(value) || (named && !word)
}

impl Asking<'_> {
    fn all(
        &mut self,
        questions: &mut dyn Iterator<Item = (usize, Question)>,
        keep: &mut dyn FnMut(Reply) -> Flow,
        stop: &Stop,
    ) {
        let (mut exhausted, mut since) = (false, None);
        // Who has ended since the last asking is given nothing.
        self.hear(Duration::ZERO);
        loop {
            let stopped = self.enough || stop.is_pressed();
            if !stopped && !exhausted && self.fatal.is_none() {
                exhausted = self.give(questions);
            }
            self.spent.stopped |= stopped && !exhausted;
            let over = stopped || exhausted || self.fatal.is_some();
            let waits = self.of.processes.iter().any(|process| !process.given.is_empty());
            since = since.or_else(|| stopped.then(Instant::now));
            let late = !self.of.program.paid && since.is_some_and(|since| since.elapsed() > FREE);
            if over && !waits || late || stop.is_pressed_twice() {
                return;
            }
            self.hear(TICK);
            self.check_silence();
            for reply in std::mem::take(&mut self.replies) {
                self.spent.count(&reply);
                self.enough |= keep(reply) == Flow::Stop;
            }
        }
    }

    /// Takes what the processes write, as soon as it is anything.
    fn hear(&mut self, within: Duration) {
        let events = heard(self.of.processes.iter_mut().map(|running| &mut running.process), within);
        events.into_iter().for_each(|event| self.take(event));
    }

    fn take(&mut self, Event { process: number, output }: Event) {
        match output {
            Output::Line(mut line) => {
                while line.last().is_some_and(|byte| matches!(byte, b'\n' | b'\r')) {
                    line.pop();
                }
                let line = match std::str::from_utf8(&line) {
                    Ok(text) => self.of.keys.strike_out(text).into_bytes(),
                    Err(_) => line,
                };
                self.heard(number, &line);
            }
            Output::TooLong => {
                let message = format!("a line of more than {} bytes", self.of.program.line_bytes);
                self.lose(number, &CallFailure::Malformed { message }, Duration::ZERO);
            }
            Output::Closed => self.died(number),
        }
    }

    /// Gives questions to whoever has room, and starts processes for them; whether there are no more.
    fn give(&mut self, questions: &mut dyn Iterator<Item = (usize, Question)>) -> bool {
        loop {
            if questions.size_hint().1 == Some(0) {
                return true;
            }
            let running = self.of.processes.len();
            let given = |at: &usize| self.of.processes[*at].given.len();
            let roomy = (0..running).filter(|at| given(at) < self.of.program.ahead).min_by_key(given);
            let at = match roomy {
                // Another process would only be waited for where one that runs has nothing to do.
                Some(at) if given(&at) == 0 || running >= self.of.program.processes => at,
                None if running >= self.of.program.processes => return false,
                _ => match Running::start(&self.of.program, self.of.started) {
                    Ok(process) => {
                        self.of.started += 1;
                        self.of.processes.push(process);
                        running
                    }
                    Err(error) => {
                        self.fatal = Some(error);
                        return false;
                    }
                },
            };
            // Not before there is a process for it: what a question may cost is set aside as it is taken.
            let Some((index, question)) = questions.next() else { return true };
            let id = self.first + index;
            self.of.next = self.of.next.max(id + 1);
            let line = protocol::line(id, &question);
            let given =
                Given { index, id, cold: false, continuations: question.continuations.len(), at: Instant::now() };
            self.spent.requests += 1;
            self.of.processes[at].give(line, given);
        }
    }

    fn at(&self, number: usize) -> Option<usize> {
        self.of.processes.iter().position(|process| process.number == number)
    }

    /// A process wrote a line.
    fn heard(&mut self, number: usize, line: &[u8]) {
        let Some(at) = self.at(number) else { return };
        let process = &mut self.of.processes[at];
        let loaded = process.spoken;
        (process.spoken, process.silent_since) = (true, Instant::now());
        let fault = match protocol::read(line) {
            Ok((id, value)) => {
                if let Some(place) = process.given.iter().position(|given| given.id == id) {
                    let Some(mut given) = process.given.remove(place) else { return };
                    // The first answer waits for the program to start and load its model.
                    given.cold = !loaded;
                    let seconds = given.at.elapsed().as_secs_f64();
                    let outcome = protocol::answer(value, given.continuations, seconds);
                    self.settle(&given, outcome);
                    return;
                }
                if self.of.settled.contains(&id) {
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
        match self.of.processes[at].given.pop_front() {
            Some(given) => self.settle(&given, Err(CallFailure::Malformed { message: fault })),
            None => self.spent.note(format!("the program wrote, unasked: {}", protocol::quoted(line))),
        }
    }

    fn settle(&mut self, given: &Given, outcome: Result<super::super::Answer, CallFailure>) {
        self.of.settled.insert(given.id);
        match &outcome {
            // That the program itself refuses a question is an answer of a kind.
            Ok(_) | Err(CallFailure::Rejected { .. }) => self.streak = 0,
            Err(failure) => {
                self.streak += 1;
                if self.streak >= self.of.program.patience.max(1) {
                    let (of, questions) = (format!("`{}`", self.of.program.command.join(" ")), self.streak);
                    let last = failure.clone();
                    self.fatal.get_or_insert(BackendError::GivenUp { of, questions, last });
                }
            }
        }
        self.replies.push(Reply { index: given.index, outcome, money: None, cold: given.cold });
    }

    /// A process has ended, whether it had questions or not.
    fn died(&mut self, number: usize) {
        let Some(at) = self.at(number) else { return };
        let process = &mut self.of.processes[at];
        let (given, spoken) = (std::mem::take(&mut process.given), process.spoken);
        let how = self.of.keys.strike_out(&self.of.processes.remove(at).end(GRACE));
        let message = if given.is_empty() {
            return;
        } else if spoken {
            format!("{how}, with {} of its questions unanswered", given.len())
        } else {
            format!("{how}, before it answered anything")
        };
        for given in given {
            self.settle(&given, Err(CallFailure::Died { message: message.clone() }));
        }
    }

    /// Ends a process and fails what it was given.
    fn lose(&mut self, number: usize, failure: &CallFailure, within: Duration) {
        let Some(at) = self.at(number) else { return };
        let given = std::mem::take(&mut self.of.processes[at].given);
        self.of.processes.remove(at).end(within);
        for given in given {
            self.settle(&given, Err(failure.clone()));
        }
    }

    /// Kills those that have been silent for too long.
    fn check_silence(&mut self) {
        let limit = |process: &Running| if process.spoken { self.of.program.silence } else { self.of.program.start };
        let silent = self
            .of
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

#[cfg(test)]
mod tests {
    use super::is_key;

    #[test]
    fn words_that_answers_may_hold_are_no_keys_whatever_the_variable_is_called() {
        for (name, value) in [
            ("AUTH_MODE", "password"),
            ("COUNTRY_CODE", "0049-30-1234"),
            ("OPENAI_API_KEY", "none"),
            ("SECRET_WORD", "Nachtigall"),
            ("MODE", "fast-and-frugal"),
        ] {
            assert!(!is_key(name, value), "{name}={value}");
        }
        for (name, value) in [
            ("OPENAI_API_KEY", "my-key-0815"),
            ("hf_token", "canary0123456789"),
            ("DB_PASSWORD", "hush, hush!"),
            ("MODE", "sk-canary-0123456789"),
        ] {
            assert!(is_key(name, value), "{name}={value}");
        }
    }
}
