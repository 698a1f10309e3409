//! How many requests at a time, and when the next one may go. No clock of its own: times are counted from the start.

use std::time::Duration;

use super::settings::ClientOptions;

/// Requests in flight at the start.
const FIRST: f64 = 4.0;
/// What part of a minute's allowance may go at once. The rest comes evenly, so that no window of a minute, wherever it
/// begins, holds more than the allowance: a tenth at once and nine tenths over the minute.
const BURST: f64 = 0.1;

/// Decides when requests go.
///
/// The number in flight rises by one with each answer until the server first has too much, from then on by one a round
/// (additive increase, multiplicative decrease: Chiu & Jain 1989; slow start: Jacobson 1988), and is halved at most once
/// for all requests that were in flight together.
#[derive(Clone, Debug)]
pub(super) struct RateLimiter {
    most: f64,
    window: f64,
    doubling: bool,
    sent: u64,
    /// Tickets below this one were in flight when the window was last halved.
    halved_at: u64,
    closed_until: Duration,
    requests: Option<Allowance>,
    tokens: Option<Allowance>,
}

/// A bucket that fills evenly.
#[derive(Clone, Debug)]
struct Allowance {
    level: f64,
    capacity: f64,
    a_second: f64,
    at: Duration,
}

impl Allowance {
    fn new(a_minute: f64) -> Self {
        let capacity = (a_minute * BURST).max(1.0);
        Self {
            level: capacity,
            capacity,
            a_second: (a_minute - capacity).max(a_minute * BURST) / 60.0,
            at: Duration::ZERO,
        }
    }

    fn fill(&mut self, now: Duration) {
        let passed = now.saturating_sub(self.at).as_secs_f64();
        self.level = (self.level + passed * self.a_second).min(self.capacity);
        self.at = now;
    }

    /// How long until `amount` may be taken. More than the bucket holds may go when it is full.
    fn wait(&self, amount: f64) -> Duration {
        let lacking = amount.min(self.capacity) - self.level;
        if lacking <= 1e-9 { Duration::ZERO } else { Duration::from_secs_f64(lacking / self.a_second) }
    }
}

impl RateLimiter {
    pub(super) fn new(options: &ClientOptions) -> Self {
        let most = options.in_flight.max(1) as f64;
        Self {
            most,
            window: most.min(FIRST),
            doubling: true,
            sent: 0,
            halved_at: 0,
            closed_until: Duration::ZERO,
            requests: options.requests_per_minute.map(|number| Allowance::new(f64::from(number))),
            tokens: options.tokens_per_minute.map(|number| Allowance::new(number as f64)),
        }
    }

    /// Most requests in flight now, at least 1.
    pub(super) fn window(&self) -> usize {
        self.window as usize
    }

    /// How long `requests` requests with `tokens` tokens have to wait; 0: they may go now.
    pub(super) fn wait(&mut self, now: Duration, requests: f64, tokens: f64) -> Duration {
        let mut wait = self.closed_until.saturating_sub(now);
        for (allowance, amount) in [(&mut self.requests, requests), (&mut self.tokens, tokens)] {
            if let Some(allowance) = allowance {
                allowance.fill(now);
                wait = wait.max(allowance.wait(amount));
            }
        }
        wait
    }

    /// Counts what goes now; the ticket is shown when it has ended.
    pub(super) fn send(&mut self, requests: f64, tokens: f64) -> u64 {
        for (allowance, amount) in [(&mut self.requests, requests), (&mut self.tokens, tokens)] {
            if let Some(allowance) = allowance {
                allowance.level -= amount;
            }
        }
        self.sent += 1;
        self.sent - 1
    }

    /// Gives back tokens that were counted but not used; takes those used beyond.
    pub(super) fn correct(&mut self, counted: f64, used: f64) {
        if let Some(tokens) = &mut self.tokens {
            tokens.level += counted - used;
        }
    }

    /// The server has answered.
    pub(super) fn answered(&mut self) {
        self.window = (self.window + if self.doubling { 1.0 } else { 1.0 / self.window }).min(self.most);
    }

    /// The server has too much; `wait`: nothing may go for so long.
    pub(super) fn overloaded(&mut self, ticket: u64, now: Duration, wait: Duration) {
        self.doubling = false;
        self.closed_until = self.closed_until.max(now + wait);
        if ticket >= self.halved_at {
            self.window = (self.window / 2.0).max(1.0);
            self.halved_at = self.sent;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate_limiter(options: ClientOptions) -> RateLimiter {
        RateLimiter::new(&options)
    }

    #[test]
    fn the_window_grows_to_the_most_and_halves_once_a_round() {
        let mut rate_limiter = rate_limiter(ClientOptions { in_flight: 32, ..ClientOptions::default() });
        assert_eq!(rate_limiter.window(), 4);
        for _ in 0..100 {
            rate_limiter.send(1.0, 0.0);
            rate_limiter.answered();
        }
        assert_eq!(rate_limiter.window(), 32);
        let tickets: Vec<u64> = (0..8).map(|_| rate_limiter.send(1.0, 0.0)).collect();
        for ticket in tickets {
            rate_limiter.overloaded(ticket, Duration::ZERO, Duration::ZERO);
        }
        assert_eq!(rate_limiter.window(), 16, "eight refusals of one round halve once");
        let ticket = rate_limiter.send(1.0, 0.0);
        rate_limiter.overloaded(ticket, Duration::ZERO, Duration::ZERO);
        assert_eq!(rate_limiter.window(), 8);
        for _ in 0..8 {
            rate_limiter.answered();
        }
        assert!(rate_limiter.window() < 10, "after the first refusal it grows by about one a round");
        for _ in 0..20 {
            let ticket = rate_limiter.send(1.0, 0.0);
            rate_limiter.overloaded(ticket, Duration::ZERO, Duration::ZERO);
        }
        assert_eq!(rate_limiter.window(), 1, "never to nothing");
    }

    #[test]
    fn nothing_goes_while_the_server_asks_to_wait() {
        let mut rate_limiter = rate_limiter(ClientOptions::default());
        let ticket = rate_limiter.send(1.0, 0.0);
        rate_limiter.overloaded(ticket, Duration::from_secs(10), Duration::from_secs(3));
        assert_eq!(rate_limiter.wait(Duration::from_secs(11), 1.0, 0.0), Duration::from_secs(2));
        assert_eq!(rate_limiter.wait(Duration::from_secs(13), 1.0, 0.0), Duration::ZERO);
    }

    proptest::proptest! {
        /// Whatever the pauses between: no window of a minute holds more than the allowance.
        #[test]
        fn no_minute_holds_more_than_the_allowance(
            a_minute in 10_u32..2000,
            pauses in proptest::collection::vec(0_u64..4000, 50..400),
        ) {
            let mut rate_limiter = rate_limiter(ClientOptions { requests_per_minute: Some(a_minute), ..ClientOptions::default() });
            let (mut now, mut sent) = (Duration::ZERO, Vec::new());
            for pause in pauses {
                now += Duration::from_millis(pause);
                for _ in 0..20 {
                    now += rate_limiter.wait(now, 1.0, 0.0) + Duration::from_nanos(1);
                    rate_limiter.send(1.0, 0.0);
                    sent.push(now);
                }
            }
            for (at, from) in sent.iter().enumerate() {
                let within = sent[at..].iter().take_while(|time| **time < *from + Duration::from_secs(60)).count();
                proptest::prop_assert!(within as f64 <= f64::from(a_minute) + 1.0, "{within} of {a_minute}");
            }
        }
    }

    #[test]
    fn tokens_given_back_may_be_used_and_a_huge_question_is_not_locked_out() {
        let mut rate_limiter =
            rate_limiter(ClientOptions { tokens_per_minute: Some(6000), ..ClientOptions::default() });
        // 600 at once, then 5400 / 60 = 90 a second.
        assert_eq!(rate_limiter.wait(Duration::ZERO, 1.0, 600.0), Duration::ZERO);
        rate_limiter.send(1.0, 600.0);
        assert!((rate_limiter.wait(Duration::ZERO, 1.0, 90.0).as_secs_f64() - 1.0).abs() < 1e-6);
        rate_limiter.correct(600.0, 510.0);
        assert_eq!(rate_limiter.wait(Duration::ZERO, 1.0, 90.0), Duration::ZERO);
        // 50,000 tokens go when the bucket is full: 510 / 90 s.
        assert!((rate_limiter.wait(Duration::ZERO, 1.0, 50_000.0).as_secs_f64() - 510.0 / 90.0).abs() < 1e-6);
    }
}
