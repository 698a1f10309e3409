//! A backend that says what it is told to say: exact tests of asking, without a process, a socket or a file.
//!
//! No study file can name it. A program that uses the library gives it to a candidate, as it would a backend of its own.

use std::collections::VecDeque;

use super::{
    Answer, Backend, BackendError, Budget, CallFailure, Finish, Flow, Identity, Manner, Query, Reply, Sight, Stop,
    Timing, Usage,
};

/// What comes of a question.
#[derive(Debug)]
pub enum Scripted {
    /// It is answered.
    Answer(Answer),
    /// It is not; the next one may be.
    Failure(CallFailure),
    /// It is not, and no further one would be.
    Fault(BackendError),
}

impl Scripted {
    /// A whole text of which no tokens are told.
    #[must_use]
    pub fn says(text: &str) -> Self {
        Self::Answer(Answer {
            text: text.to_owned(),
            finish: Finish::Stop,
            likelihoods: Vec::new(),
            usage: Usage::default(),
            timing: Timing::default(),
            attempts: 1,
        })
    }
}

/// Answers by a script.
pub struct Mock {
    /// What it calls itself: its answers are kept under this name.
    pub model: String,
    /// How many questions it has under way at most; at least 1.
    pub in_flight: usize,
    script: Box<dyn FnMut(&Query) -> Scripted>,
}

impl std::fmt::Debug for Mock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Mock({:?}, {} in flight)", self.model, self.in_flight)
    }
}

impl Mock {
    /// One that answers each question by `script`, one after the other.
    #[must_use]
    pub fn new(model: &str, script: impl FnMut(&Query) -> Scripted + 'static) -> Self {
        Self { model: model.to_owned(), in_flight: 1, script: Box::new(script) }
    }
}

impl Backend for Mock {
    fn manner(&self) -> Manner {
        Manner { is_called: true, tries_again: false, counts_attempts: false }
    }

    fn identity(&self) -> Result<Identity, BackendError> {
        Ok(Identity { model: self.model.clone(), ..Identity::default() })
    }

    fn look(&self) -> Result<Sight, BackendError> {
        Ok(Sight { found: format!("{} answers by a script", self.model), warning: None })
    }

    fn ask(
        &mut self,
        questions: &mut dyn Iterator<Item = Query>,
        keep: &mut dyn FnMut(Reply) -> Flow,
        _budget: &Budget<'_>,
        stop: &Stop,
    ) -> Result<Vec<String>, BackendError> {
        let (mut under_way, mut over, mut fault) = (VecDeque::new(), false, None);
        loop {
            over |= stop.is_pressed() || fault.is_some();
            while !over && under_way.len() < self.in_flight.max(1) {
                let question = questions.next();
                over = question.is_none();
                under_way.extend(question);
            }
            let next = under_way.pop_front().filter(|_| !stop.is_pressed_twice());
            let Some(query) = next else { return fault.map_or(Ok(Vec::new()), Err) };
            let outcome = match (self.script)(&query) {
                Scripted::Answer(answer) => Ok(answer),
                Scripted::Failure(failure) => Err(failure),
                Scripted::Fault(error) => {
                    fault.get_or_insert(error);
                    continue;
                }
            };
            over |= keep(Reply { index: query.number, outcome, money: None, cold: false }) == Flow::Stop;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Prompt, Question, Row, Sampling};
    use super::*;

    fn questions() -> impl Iterator<Item = Query> {
        let sampling = Sampling { temperature: 0.0, top_p: 1.0, seed: 0, max_tokens: 5, stop: Vec::new() };
        let question =
            Question { prompt: Prompt::Text("?".to_owned()), sampling, continuations: Vec::new(), repeat: 0 };
        (0..100).map(move |number| Query { number, question: question.clone(), row: Row::default() })
    }

    /// The numbers of the questions that were answered, and how it ended.
    fn ask(mock: &mut Mock, keep: &mut dyn FnMut(usize) -> Flow, stop: &Stop) -> (Vec<usize>, Result<(), String>) {
        let mut answered = Vec::new();
        let mut kept = |reply: Reply| {
            answered.push(reply.index);
            keep(reply.index)
        };
        let ended = mock.ask(&mut questions(), &mut kept, &Budget::of_nothing(), stop);
        (answered, ended.map(drop).map_err(|error| error.to_string()))
    }

    #[test]
    fn told_to_stop_it_hands_over_what_is_under_way_and_takes_nothing_more() {
        let mut mock = Mock { in_flight: 8, ..Mock::new("m", |_| Scripted::says("yes")) };
        let enough = |number| if number == 9 { Flow::Stop } else { Flow::Continue };
        // With 9 answered, 10 to 16 are under way.
        let (answered, ended) = ask(&mut mock, &mut { enough }, &Stop::default());
        assert_eq!((answered, ended), ((0..17).collect(), Ok(())));
        let stop = Stop::default();
        let pressed = |number| {
            if number == 9 {
                stop.press();
            }
            Flow::Continue
        };
        assert_eq!(ask(&mut mock, &mut { pressed }, &stop).0, (0..17).collect::<Vec<usize>>());
        stop.press();
        assert!(ask(&mut mock, &mut |_| Flow::Continue, &stop).0.is_empty(), "twice: nothing is waited for");
    }

    #[test]
    fn a_fault_ends_the_asking_after_what_is_under_way() {
        let script = |query: &Query| match query.number {
            3 => Scripted::Fault(BackendError::Machinery { message: "no thread".to_owned() }),
            _ => Scripted::says("yes"),
        };
        let mut mock = Mock { in_flight: 4, ..Mock::new("m", script) };
        let (answered, ended) = ask(&mut mock, &mut |_| Flow::Continue, &Stop::default());
        assert_eq!(answered, [0, 1, 2, 4, 5, 6], "3 has no answer; 4 to 6 were under way");
        assert!(ended.unwrap_err().contains("no thread"));
    }
}
