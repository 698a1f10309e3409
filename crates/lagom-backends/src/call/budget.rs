//! What may still be spent on a model, while it is asked.
//!
//! ```text
//! a question is taken   -> set aside, and written down so -> it is sent
//! its outcome is kept   -> what it used, less what was set aside for it
//! the asking is over    -> what was used for no outcome: attempts that failed, questions of the backend's own
//! ```
//!
//! What is set aside is the most that a question can come to, what is under way counts as spent, and both stand in the
//! [`Ledger`] before anything is sent: so a limit holds over any number of runs, however they are stopped. Repeats of a question are
//! added when it is done with, as are further requests of a handshake: where the process itself is killed, those that were under way may
//! be missing.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use super::counter::{Amount, Counter, Estimate, Expense, Most, Price};
use super::{Answer, BackendError, CallFailure, Question, Usage};

/// Where it is written down what may be spent, so that it is known even if this process is killed.
pub trait Ledger {
    /// Writes down under a name, before anything is sent, that so much may be used.
    ///
    /// # Errors
    /// It can't be written, in words. Then nothing may be sent.
    fn set_aside(&self, name: &str, most: Amount) -> Result<(), String>;
}

/// What may still be spent on a model, and the account of what is.
pub struct Budget<'a> {
    counter: RefCell<Counter>,
    left: Most,
    ledger: Option<&'a dyn Ledger>,
    counts_attempts: bool,
    /// Whether anything is counted.
    counts: bool,
    /// What was set aside and has no outcome yet, by name.
    open: RefCell<BTreeMap<String, Estimate>>,
    written: Cell<Amount>,
    /// What the backend itself has counted.
    used: Cell<Option<Expense>>,
}

impl std::fmt::Debug for Budget<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Budget({:?}, {:?}, {} open)", self.counter.borrow(), self.left, self.open.borrow().len())
    }
}

impl<'a> Budget<'a> {
    /// `left` is the most that may be spent, at these prices; without prices there is no money to count. What is set aside goes to
    /// `ledger`: none where there is no limit, and so no need to know of it. `counts_attempts`: the backend holds its attempts to the
    /// budget itself, see [`Manner`](super::Manner); else no question is allowed that could exceed it.
    #[must_use]
    pub fn new(price: Option<Price>, left: Most, counts_attempts: bool, ledger: Option<&'a dyn Ledger>) -> Self {
        let left = Most { money: left.money.filter(|_| price.is_some()), ..left };
        let counter = Counter::new(price, left);
        // Programs and files are given a question with all its continuations.
        let counter = if counts_attempts { counter } else { counter.of_whole_questions() };
        Self {
            counter: RefCell::new(counter),
            left,
            ledger,
            counts_attempts,
            counts: true,
            open: RefCell::default(),
            written: Cell::default(),
            used: Cell::default(),
        }
    }

    /// One that has no limit and counts nothing: for answers that are on disk.
    #[must_use]
    pub fn of_nothing() -> Self {
        Self { counts: false, ..Self::new(None, Most::default(), false, None) }
    }

    /// The most that might be spent when it was opened.
    #[must_use]
    pub fn left(&self) -> Most {
        self.left
    }

    /// Whether a question could exceed it, with all that is under way; never where the backend sees to that itself.
    #[must_use]
    pub fn is_short_of(&self, question: &Question) -> bool {
        let counter = self.counter.borrow();
        !self.counts_attempts && counter.exceeds(&counter.estimate(question))
    }

    /// Sets aside, under this name, what a question may use; whether it may be asked.
    ///
    /// # Errors
    /// The ledger can't be written, in words.
    pub fn reserve(&self, name: &str, question: &Question) -> Result<bool, String> {
        if !self.counts {
            return Ok(true);
        }
        if self.is_short_of(question) {
            return Ok(false);
        }
        let estimate = self.counter.borrow().estimate(question);
        self.counter.borrow_mut().reserve(&estimate);
        self.write(name, Amount::of(&estimate))?;
        self.open.borrow_mut().insert(name.to_owned(), estimate);
        Ok(true)
    }

    /// Sets a call aside for a first question of the backend's own.
    ///
    /// # Errors
    /// The ledger can't be written.
    pub fn reserve_call(&self) -> Result<(), BackendError> {
        let written = self.write("handshake", Amount::used(1, 0.0, &Usage::default()));
        written.map_err(|message| BackendError::Machinery { message })
    }

    fn write(&self, name: &str, most: Amount) -> Result<(), String> {
        let Some(ledger) = self.ledger else { return Ok(()) };
        ledger.set_aside(name, most)?;
        self.add(most);
        Ok(())
    }

    fn add(&self, amount: Amount) {
        let mut written = self.written.get();
        written += amount;
        self.written.set(written);
    }

    /// What is to be written down with the outcome of a question: what it used, less what was set aside for it.
    #[must_use]
    pub fn settle(&self, name: &str, found: &Result<Answer, CallFailure>) -> Amount {
        let Some(estimate) = self.open.borrow_mut().remove(name) else { return Amount::default() };
        let mut counter = self.counter.borrow_mut();
        let (attempts, tokens, money) = match found {
            Ok(answer) => {
                let (tokens, money) = counter.pay(&estimate, answer.usage, &answer.text);
                (answer.attempts, tokens, money.unwrap_or(0.0))
            }
            Err(failure) => {
                let attempts = if let CallFailure::Unavailable { attempts, .. } = failure { *attempts } else { 1 };
                (attempts, estimate.usage(), counter.lose(&estimate, true, true))
            }
        };
        let mut spent = Amount::used(estimate.requests as i64 * i64::from(attempts), money, &tokens);
        if self.ledger.is_some() {
            spent += -Amount::of(&estimate);
        }
        self.add(spent);
        spent
    }

    /// Takes what a backend that counts its attempts has used in all, whatever came of them.
    pub fn count(&self, used: Expense) {
        self.used.set(Some(used));
    }

    /// What is to be written down at the end: what was used for no outcome, such as attempts that failed, a handshake, what a program was
    /// given last.
    #[must_use]
    pub fn close(self) -> Amount {
        let mut rest = Amount::default();
        match self.used.get() {
            Some(used) => {
                rest += Amount::all(&used);
                rest += -self.written.get();
            }
            // A program may have paid for what it did not answer any more; with a ledger that stands there already.
            None if self.ledger.is_none() => self.open.borrow().values().for_each(|open| rest += Amount::of(open)),
            None => {}
        }
        rest
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Finish, Prompt, Sampling, Timing};
    use super::*;

    /// What stands in the store, one entry each.
    #[derive(Default)]
    struct Written(RefCell<Vec<(String, Amount)>>);

    impl Ledger for Written {
        fn set_aside(&self, name: &str, most: Amount) -> Result<(), String> {
            self.0.borrow_mut().push((name.to_owned(), most));
            Ok(())
        }
    }

    impl Written {
        fn keep(&self, spent: Amount) {
            self.0.borrow_mut().push((String::new(), spent));
        }

        fn sum(&self) -> Amount {
            let mut sum = Amount::default();
            self.0.borrow().iter().for_each(|(_, amount)| sum += *amount);
            sum
        }
    }

    fn question() -> Question {
        let sampling = Sampling { temperature: 0.0, top_p: 1.0, seed: 0, max_tokens: 100, stop: Vec::new() };
        Question { prompt: Prompt::Text("a".repeat(68)), sampling, continuations: Vec::new(), repeat: 0 }
    }

    fn answer(prompt: u64, completion: u64) -> Result<Answer, CallFailure> {
        let usage = Usage { prompt: Some(prompt), cached: None, completion: Some(completion), cut: None };
        let (text, timing) = ("yes".to_owned(), Timing::default());
        Ok(Answer { text, finish: Finish::Stop, likelihoods: Vec::new(), usage, timing, attempts: 1 })
    }

    const PRICE: Price = Price { input: 10.0, output: 90.0, cached: None, per_call: 0.0 };

    #[test]
    fn what_may_be_spent_stands_in_the_ledger_before_and_what_was_spent_after() {
        let ledger = Written::default();
        let limits = Most { money: Some(0.025), calls: None };
        let budget = Budget::new(Some(PRICE), limits, false, Some(&ledger));
        // A token a byte and 32 of a template: 100 × 10 + 100 × 90 millionths, 0.01 each.
        assert_eq!((budget.reserve("a", &question()), budget.reserve("b", &question())), (Ok(true), Ok(true)));
        assert!((ledger.sum().money - 0.02).abs() < 1e-12);
        // A third one could come to 0.03 with those under way.
        assert_eq!(budget.reserve("c", &question()), Ok(false));
        assert!((ledger.sum().money - 0.02).abs() < 1e-12, "nothing is set aside for what is not asked");
        // 50 × 10 + 10 × 90 = 1,400 millionths; what was set aside goes back with it.
        ledger.keep(budget.settle("a", &answer(50, 10)));
        assert!((ledger.sum().money - 0.011_4).abs() < 1e-12, "{:?}", ledger.sum());
        assert_eq!(budget.reserve("c", &question()), Ok(true), "0.0014 + 0.01 + 0.01");
        // A failure may have been paid for: all that was set aside counts.
        let failure = Err(CallFailure::Died { message: String::new() });
        ledger.keep(budget.settle("b", &failure));
        assert!((ledger.sum().money - 0.021_4).abs() < 1e-12);
        // What was taken and never came back stands in the ledger already.
        assert!(budget.close().is_nothing());
    }

    #[test]
    fn what_a_server_counted_itself_is_what_stands_in_the_end() {
        let ledger = Written::default();
        let budget = Budget::new(Some(PRICE), Most { money: Some(1.0), calls: Some(9) }, true, Some(&ledger));
        budget.reserve_call().unwrap();
        assert_eq!(budget.reserve("a", &question()), Ok(true));
        ledger.keep(budget.settle("a", &answer(50, 10)));
        // A handshake, a question and two attempts of it that came to nothing.
        let used = Expense { calls: 4, prompt: 70, cached: 0, completion: 20, money: 0.0025 };
        budget.count(used);
        ledger.keep(budget.close());
        let sum = ledger.sum();
        assert_eq!((sum.calls, sum.prompt, sum.completion), (4, 70, 20));
        assert!((sum.money - 0.0025).abs() < 1e-12);
    }

    #[test]
    fn without_a_limit_what_was_not_answered_is_written_down_at_the_end() {
        let budget = Budget::new(Some(PRICE), Most::default(), false, None);
        assert_eq!(budget.reserve("a", &question()), Ok(true));
        assert!((budget.close().money - 0.01).abs() < 1e-12);
        let free = Budget::of_nothing();
        assert_eq!(free.reserve("a", &question()), Ok(true));
        assert!(free.settle("a", &answer(1, 1)).is_nothing() && free.close().is_nothing());
    }

    #[test]
    fn what_cannot_be_written_down_is_not_asked() {
        struct Full;
        impl Ledger for Full {
            fn set_aside(&self, _: &str, _: Amount) -> Result<(), String> {
                Err("no space left".to_owned())
            }
        }
        let budget = Budget::new(None, Most { money: None, calls: Some(5) }, false, Some(&Full));
        assert_eq!(budget.reserve("a", &question()), Err("no space left".to_owned()));
        assert!(budget.reserve_call().unwrap_err().to_string().contains("no space left"));
    }

    proptest::proptest! {
        /// Whatever comes in whatever order: what stands in the ledger, with what is under way, stays within the limits at every
        /// moment, and in the end it is what was paid.
        #[test]
        fn the_ledger_never_holds_more_than_the_limits(ends in proptest::collection::vec((0_u8..4, 0_u64..100), 1..300)) {
            let ledger = Written::default();
            let budget = Budget::new(Some(PRICE), Most { money: Some(0.055), calls: Some(40) }, false, Some(&ledger));
            let (mut under_way, mut paid) = (Vec::new(), 0.0);
            for (number, (kind, written)) in ends.into_iter().enumerate() {
                let name = number.to_string();
                if kind < 2 {
                    if budget.reserve(&name, &question()).unwrap() {
                        under_way.push(name);
                    }
                } else if let Some(name) = under_way.pop() {
                    let failed = Err(CallFailure::Malformed { message: String::new() });
                    let found = if kind == 2 { answer(20, written) } else { failed };
                    // A failure is taken to have cost all that was set aside: at most 0.01.
                    paid += if kind == 2 { (200.0 + 90.0 * written as f64) / 1e6 } else { 0.01 };
                    ledger.keep(budget.settle(&name, &found));
                }
                let sum = ledger.sum();
                proptest::prop_assert!(sum.money <= 0.055 + 1e-9 && sum.calls <= 40, "{sum:?}");
            }
            for name in under_way {
                paid += (200.0 + 90.0) / 1e6;
                ledger.keep(budget.settle(&name, &answer(20, 1)));
            }
            ledger.keep(budget.close());
            proptest::prop_assert!((ledger.sum().money - paid).abs() < 1e-9, "{:?} for {paid}", ledger.sum());
        }
    }
}
