//! Jobs that are done by saying what comes of them: exact tests of statistics and reports, without training and without processes.

use std::cell::RefCell;
use std::ops::ControlFlow;
use std::sync::atomic::Ordering;

use super::{Ended, Executor, ExecutorError, JobEvent, Listener, ThisProgram};
use crate::bundle::{Beside, Bundle, Origin};
use crate::candidate::{Candidate, Features, Learner, Model};
use crate::data::{Dataset, Sealed, split};
use crate::trial::perform::{load, scored};
use crate::trial::{Failure, Job, Measurement, RefitReport, Report, TrialReport, TrialStats};

/// What a pretended model answers: to a candidate, the number of its repeat, the data and some of its rows, the probabilities of all classes or
/// the value of each row; or how its training fails.
pub type Pretend<'a> = dyn Fn(&Candidate, u32, &Dataset, &[u32]) -> Result<Vec<f64>, Failure> + 'a;

/// Pretends to train.
pub struct Mock<'a> {
    /// Its `stop` ends the run before the next job.
    pub this: ThisProgram,
    /// What comes of a training.
    pub pretend: &'a Pretend<'a>,
    /// The candidates that were trained, in order.
    pub trained: RefCell<Vec<String>>,
}

impl<'a> Mock<'a> {
    /// One whose models answer so.
    #[must_use]
    pub fn new(pretend: &'a Pretend<'a>) -> Self {
        Self { this: ThisProgram::default(), pretend, trained: RefCell::default() }
    }

    fn perform(&self, job: &Job) -> Ended {
        match job {
            Job::Trial { request, data, .. } => {
                let spec = &request.spec;
                self.trained.borrow_mut().push(spec.candidate.name.clone());
                let dataset = load(data)?;
                let rows = split(&dataset, &spec.split);
                let answer = |inputs: crate::data::Inputs<'_>| {
                    (self.pretend)(&spec.candidate, spec.split.repeat, &dataset, inputs.rows)
                };
                let facts = facts(&spec.candidate, rows.train.len());
                let found = Measurement { facts, ..scored(&dataset, (spec, &rows), &answer)? };
                Ok(Report::Trial(Box::new(TrialReport::new(&found)?)))
            }
            Job::Refit { spec, data, schema, bundle, .. } => {
                let rows = load(data)?.handed_over_rows(spec.give_back).len();
                let learner = Learner::Constant(vec![1.0]);
                let model = Model { features: Features::None, learner, scale: None };
                let lagom = env!("CARGO_PKG_VERSION").to_owned();
                let (candidate, trial) = (spec.candidate.name.clone(), spec.key());
                let origin = Origin { candidate, trial, rows: rows as u64, lagom };
                let made =
                    Bundle { schema: schema.clone(), model, origin, beside: Beside::default(), background: None };
                made.write(bundle)?;
                let (facts, sealed) = (facts(&spec.candidate, rows), Sealed::from_bytes(Vec::new()));
                Ok(Report::Refit(Box::new(RefitReport { facts, train_quality: None, sealed })))
            }
            Job::Probe(_) => Err(Failure::Unfit { message: "nothing is looked at that was not trained".to_owned() }),
            Job::Deploy { .. } | Job::Load { .. } => {
                Err(Failure::Unfit { message: "nothing is timed that was not trained".to_owned() })
            }
        }
    }
}

/// The figures of a pretended training: its size as planned, and one operation a parameter.
fn facts(candidate: &Candidate, rows: usize) -> TrialStats {
    let parameters = candidate.planned_parameters;
    TrialStats {
        parameters,
        bytes: parameters,
        train_rows: rows as u64,
        flops: parameters as f64,
        ..TrialStats::default()
    }
}

impl Executor for Mock<'_> {
    fn this(&self) -> &ThisProgram {
        &self.this
    }

    fn workers(&self) -> usize {
        1
    }

    fn can_time(&self) -> bool {
        false
    }

    fn run(&self, jobs: &[Job], _workers: usize, listener: &mut Listener<'_>) -> Result<(), ExecutorError> {
        for (at, job) in jobs.iter().enumerate() {
            if self.this.stop.load(Ordering::SeqCst) {
                return Err(ExecutorError::Stopped);
            }
            for event in [JobEvent::Started(at), JobEvent::Ended(at, Box::new(self.perform(job)))] {
                if listener(event) == ControlFlow::Break(()) {
                    return Err(ExecutorError::Refused);
                }
            }
        }
        Ok(())
    }
}
