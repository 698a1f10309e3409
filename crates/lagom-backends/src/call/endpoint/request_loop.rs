//! The asking thread: questions in hand, those that wait to be tried again, and what came of each.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::Duration;

use tokio::sync::mpsc::UnboundedReceiver;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::super::counter::Counter;
use super::super::{Answer, BackendError, CallFailure, Estimate, Finish, Question, Reply, Stop, Usage, UsageSummary};
use super::attempt::{attempt, no_likelihoods};
use super::backoff;
use super::capabilities::{LikelihoodRoute, ServerCapabilities};
use super::dialect::Dialect;
use super::handshake;
use super::rate_limiter::RateLimiter;
use super::request_error::{RequestError, Transient};
use super::wire::Wire;

/// How often the asking thread looks whether it was told to stop.
const TICK: Duration = Duration::from_millis(20);

/// What the asking thread tells the caller's.
pub(super) enum Event {
    /// There is room for one more question.
    Want,
    /// What came of one.
    Reply(Box<Reply>),
}

/// A question in hand.
struct Pending {
    index: usize,
    question: Question,
    estimate: Estimate,
    attempts: u32,
    /// An answer of no letters, which is asked for once more.
    empty: Option<Answer>,
}

/// An attempt that has ended.
struct Ended {
    pending: Pending,
    ticket: u64,
    result: Result<Answer, RequestError>,
}

/// The state of the asking thread.
pub(super) struct RequestLoop {
    wire: Arc<Wire>,
    known: Arc<ServerCapabilities>,
    dialect: Arc<Dialect>,
    events: Sender<Event>,
    stops: [Stop; 2],
    start: Instant,
    rate_limiter: RateLimiter,
    counter: Counter,
    under_way: JoinSet<Ended>,
    /// Questions that wait, by the time at which they may go and a running number.
    waiting: BTreeMap<(Duration, u64), Pending>,
    number: u64,
    wanted: bool,
    exhausted: bool,
    /// Whether the server has answered at all.
    met: bool,
    /// Questions in a row that got no answer.
    streak: u32,
    /// Questions in a row that were refused in the same words, and the words without their digits.
    refused: (u32, String),
    fatal: Option<BackendError>,
    spent: UsageSummary,
}

impl RequestLoop {
    /// Nothing is asked yet; any of `stops` ends it.
    pub(super) fn new(wire: Wire, known: &ServerCapabilities, events: Sender<Event>, stops: [Stop; 2]) -> Self {
        let rate_limiter = RateLimiter::new(&wire.options);
        let mut counter = Counter::new(wire.endpoint.price, wire.left());
        counter.observe(&Estimate { bytes: handshake::BYTES, requests: 1.0, ..Estimate::default() }, known.usage);
        let spent = UsageSummary { money: wire.endpoint.price.map(|_| 0.0), ..UsageSummary::default() };
        Self {
            wire: Arc::new(wire),
            known: Arc::new(known.clone()),
            dialect: Arc::new(known.dialect.clone()),
            events,
            stops,
            start: Instant::now(),
            rate_limiter,
            counter,
            under_way: JoinSet::new(),
            waiting: BTreeMap::new(),
            number: 0,
            wanted: false,
            exhausted: false,
            met: false,
            streak: 0,
            refused: (0, String::new()),
            fatal: None,
            spent,
        }
    }

    /// Asks what comes out of `inbox` until it is used up, told to stop, or all further asking is pointless.
    pub(super) async fn run(
        mut self,
        mut inbox: UnboundedReceiver<Option<(usize, Question)>>,
    ) -> Result<UsageSummary, BackendError> {
        loop {
            let stopped = self.stops.iter().any(Stop::is_pressed);
            if stopped || self.fatal.is_some() {
                self.spent.stopped |= stopped && !(self.exhausted && self.waiting.is_empty());
                self.drop_waiting();
            } else {
                self.go();
            }
            let over = self.exhausted || stopped || self.fatal.is_some();
            if over && self.under_way.is_empty() && self.waiting.is_empty()
                || self.stops.iter().any(Stop::is_pressed_twice)
            {
                break;
            }
            let rest = self.rest();
            tokio::select! {
                Some(ended) = self.under_way.join_next(), if !self.under_way.is_empty() => self.ended(ended),
                question = inbox.recv(), if self.wanted => self.take(question.flatten()),
                () = tokio::time::sleep(rest) => {}
            }
        }
        self.fatal.map_or(Ok(self.spent), Err)
    }

    /// Drops what waits to be tried again.
    fn drop_waiting(&mut self) {
        for (_, pending) in std::mem::take(&mut self.waiting) {
            self.keep_empty(pending);
        }
    }

    /// Hands over an answer of no letters that came before: it is paid for. Whether there was one.
    fn keep_empty(&mut self, pending: Pending) -> bool {
        let Some(mut answer) = pending.empty else { return false };
        answer.attempts = pending.attempts;
        self.tell(Reply { index: pending.index, outcome: Ok(answer), money: None, cold: false });
        true
    }

    /// That the next question might exceed a limit.
    fn too_much(&self, estimate: &Estimate) -> BackendError {
        let most = self.wire.options.most;
        match most.calls.filter(|_| self.counter.lacks_calls(estimate)) {
            Some(limit) => BackendError::Calls { limit, next: estimate.requests as u64 },
            None => {
                let (limit, spent) = (most.money.unwrap_or(0.0), self.wire.used().money);
                BackendError::Money { limit, spent, next: estimate.money }
            }
        }
    }

    fn now(&self) -> Duration {
        self.start.elapsed()
    }

    /// How long nothing can happen by itself; never longer than a tick.
    fn rest(&self) -> Duration {
        if self.under_way.len() >= self.rate_limiter.window() {
            return TICK;
        }
        let next = self.waiting.first_key_value().map_or(TICK, |((due, _), _)| due.saturating_sub(self.now()));
        next.clamp(Duration::from_millis(1), TICK)
    }

    fn take(&mut self, question: Option<(usize, Question)>) {
        self.wanted = false;
        let Some((index, question)) = question else {
            self.exhausted = true;
            return;
        };
        if !question.continuations.is_empty() && !self.known.likelihoods.as_ref().is_some_and(LikelihoodRoute::works) {
            let why = match &self.known.likelihoods {
                Some(LikelihoodRoute::Refused { why }) => why.as_str(),
                _ => "the handshake was not told to try",
            };
            self.fatal = Some(no_likelihoods(&self.wire, why));
            return;
        }
        let pending = Pending { index, question, estimate: Estimate::default(), attempts: 0, empty: None };
        self.queue(pending, Duration::ZERO);
    }

    fn queue(&mut self, pending: Pending, wait: Duration) {
        self.number += 1;
        // A fresh question goes after those that were due before it came.
        self.waiting.insert((self.now() + wait, self.number), pending);
    }

    /// Sends what may go now, and wants a question where there is room.
    fn go(&mut self) {
        while self.under_way.len() < self.rate_limiter.window() {
            let now = self.now();
            let Some(entry) = self.waiting.first_entry().filter(|entry| entry.key().0 <= now) else { break };
            let mut pending = entry.remove();
            pending.estimate = self.counter.estimate(&pending.question);
            let estimate = pending.estimate;
            let wait = self.rate_limiter.wait(now, estimate.requests, estimate.tokens());
            if wait > Duration::ZERO {
                self.queue(pending, wait);
                break;
            }
            if self.counter.exceeds(&estimate) {
                if self.under_way.is_empty() {
                    self.fatal = Some(self.too_much(&estimate));
                    self.queue(pending, Duration::ZERO);
                    return;
                }
                // What is under way may turn out cheaper than it was estimated.
                self.queue(pending, TICK);
                break;
            }
            self.send(pending);
        }
        let held = self.under_way.len() + self.waiting.len();
        if !self.wanted && !self.exhausted && held < self.rate_limiter.window() {
            self.wanted = self.events.send(Event::Want).is_ok();
        }
    }

    fn send(&mut self, mut pending: Pending) {
        let estimate = pending.estimate;
        self.counter.reserve(&estimate);
        let ticket = self.rate_limiter.send(estimate.requests, estimate.tokens());
        self.spent.requests += estimate.requests as u64;
        pending.attempts += 1;
        let (wire, known, dialect) = (self.wire.clone(), self.known.clone(), self.dialect.clone());
        self.under_way.spawn(async move {
            let result = attempt(&wire, &known, &dialect, &pending.question).await;
            Ended { pending, ticket, result }
        });
    }

    fn ended(&mut self, ended: Result<Ended, tokio::task::JoinError>) {
        let Ended { pending, ticket, result } = match ended {
            Ok(ended) => ended,
            Err(error) => {
                self.fatal.get_or_insert(BackendError::Machinery { message: error.to_string() });
                return;
            }
        };
        match result {
            Ok(answer) => self.answered(pending, answer),
            Err(RequestError::Transient(passing)) => self.passing(pending, ticket, passing),
            Err(trouble) => {
                self.lose(&pending, true, false);
                match trouble {
                    RequestError::Question(failure) => {
                        (self.met, self.streak) = (true, 0);
                        self.same_again(&failure);
                        self.fail(pending, failure);
                    }
                    RequestError::Refused(message) => self.fail(pending, CallFailure::Rejected { message }),
                    RequestError::Downgrade(lesson) => self.learn(pending, lesson),
                    RequestError::Backend(error) => {
                        self.give_up(error);
                        self.keep_empty(pending);
                    }
                    RequestError::Transient(_) => {}
                }
            }
        }
    }

    /// Gives up where one question after the other is refused in the same words: what all have in common is at fault.
    fn same_again(&mut self, failure: &CallFailure) {
        // A row that is too long says nothing of the next one, however many there are.
        let CallFailure::Rejected { message } = failure else { return };
        let words: String = message.chars().filter(|letter| !letter.is_numeric()).collect();
        if self.refused.1 != words {
            self.refused = (0, words);
        }
        self.refused.0 += 1;
        if self.refused.0 >= self.wire.options.same_refusals.max(2) {
            let (of, questions, message) = (self.wire.endpoint.url.clone(), self.refused.0, message.clone());
            self.give_up(BackendError::SharedFault { of, questions, message });
        }
    }

    fn answered(&mut self, pending: Pending, mut answer: Answer) {
        (self.met, self.streak) = (true, 0);
        self.refused.0 = 0;
        self.wire.meet();
        // Servers under load say nothing now and then; a model that has nothing to say says so again.
        let told = matches!(&answer.finish, Finish::Stop) || answer.finish == Finish::Other(Finish::UNTOLD.to_owned());
        let nothing = told && answer.text.trim().is_empty() && answer.likelihoods.is_empty();
        if nothing && pending.attempts == 1 && self.wire.options.retries > 0 {
            let money = self.pay(&pending, answer.usage, "");
            self.spent.money = self.spent.money.map(|sum| sum + money.unwrap_or(0.0));
            self.queue(Pending { empty: Some(answer), ..pending }, Duration::ZERO);
            return;
        }
        self.rate_limiter.answered();
        answer.attempts = pending.attempts;
        let used = answer.usage.prompt.zip(answer.usage.completion).map(|(prompt, written)| (prompt + written) as f64);
        if let Some(used) = used {
            self.rate_limiter.correct(pending.estimate.tokens(), used);
        }
        let money = self.pay(&pending, answer.usage, &answer.text);
        self.spent.estimated += u64::from(used.is_none());
        self.tell(Reply { index: pending.index, outcome: Ok(answer), money, cold: false });
    }

    fn passing(&mut self, pending: Pending, ticket: u64, passing: Transient) {
        self.lose(&pending, !passing.unreachable, passing.billed);
        if passing.unreachable && !self.met {
            let url = self.wire.endpoint.url.clone();
            self.give_up(BackendError::Unreachable { url, message: passing.message });
            return;
        }
        let wait = backoff::wait(&self.wire.options, pending.index, pending.attempts);
        let asked = passing.wait.map(|asked| asked.min(self.wire.options.longest_wait));
        if passing.overloaded {
            self.rate_limiter.overloaded(ticket, self.now(), asked.unwrap_or(Duration::ZERO));
        }
        self.met |= !passing.unreachable;
        if pending.attempts <= self.wire.options.retries && !passing.hopeless {
            self.queue(pending, asked.map_or(wait, |asked| asked.max(wait.min(asked * 2))));
            return;
        }
        self.streak += 1;
        let failure = passing.failure(pending.attempts);
        if self.streak >= self.wire.options.patience.max(1) {
            let (of, questions) = (self.wire.endpoint.url.clone(), self.streak);
            self.give_up(BackendError::GivenUp { of, questions, last: failure.clone() });
        }
        self.fail(pending, failure);
    }

    fn learn(&mut self, mut pending: Pending, lesson: super::dialect::Downgrade) {
        let mut dialect = Dialect::clone(&self.dialect);
        dialect.follow(lesson);
        for parameter in dialect.left_out.difference(&self.dialect.left_out) {
            self.spent.note(parameter.note().to_owned());
        }
        self.dialect = Arc::new(dialect);
        // The request was at fault, not the server: the attempt does not count.
        pending.attempts -= 1;
        self.queue(pending, Duration::ZERO);
    }

    /// Counts an attempt without an answer.
    fn lose(&mut self, pending: &Pending, sent: bool, billed: bool) {
        let lost = self.counter.lose(&pending.estimate, sent, billed);
        if billed {
            self.wire.used().pay(&pending.estimate.usage(), lost);
        }
        if let Some(money) = &mut self.spent.money {
            *money += lost;
        }
    }

    /// Counts an answer; its money, none without prices.
    fn pay(&mut self, pending: &Pending, usage: Usage, text: &str) -> Option<f64> {
        let (used, money) = self.counter.pay(&pending.estimate, usage, text);
        self.wire.used().pay(&used, money.unwrap_or(0.0));
        money
    }

    fn give_up(&mut self, error: BackendError) {
        let error = match error {
            BackendError::UnknownModel { url, model, message, .. } => {
                BackendError::UnknownModel { url, model, message, there: self.known.models.clone() }
            }
            other => other,
        };
        self.fatal.get_or_insert(error);
    }

    fn fail(&mut self, pending: Pending, failure: CallFailure) {
        let index = pending.index;
        if !self.keep_empty(pending) {
            self.tell(Reply { index, outcome: Err(failure), money: None, cold: false });
        }
    }

    fn tell(&mut self, reply: Reply) {
        self.spent.count(&reply);
        // Without a listener there is nobody left to tell: the caller's thread has died.
        drop(self.events.send(Event::Reply(Box::new(reply))));
    }
}
