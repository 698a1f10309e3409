//! How far a run is, and who is told.

/// What a run is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Trials, several side by side.
    Train,
    /// The two of every test that would decide, on half of the rows.
    Growth,
    /// Latency and memory, one candidate at a time.
    Time,
    /// Questions to models that are there already.
    Ask,
    /// The choice on smaller shares of the data.
    LearningCurve,
    /// One candidate of each adaptation on some of the rows.
    LabelCurves,
    /// The choice and the next smaller size under levers.
    Levers,
    /// Sizes of a family with wrong and with shuffled labels.
    Overfitting,
    /// Models of finalists that are trained once more, since they were not kept.
    Models,
    /// What the models of finalists are like beyond their quality.
    Probe,
    /// The choice on everything but the holdout.
    Refit,
    /// Models that judge the labels of rows that they have not seen.
    Labels,
    /// Models that tell rows of the holdout from those that are trained on.
    Sides,
}

/// How far a stage is.
#[derive(Clone, Debug, PartialEq)]
pub struct Progress {
    /// The stage.
    pub stage: Stage,
    /// Jobs that have ended in this run, failed ones included.
    pub done: usize,
    /// Jobs that an earlier run had done.
    pub reused: usize,
    /// All jobs of the stage that are known so far, reused ones included; a climb adds to them.
    pub total: usize,
    /// Jobs that have failed in this run, also when tried again.
    pub failed: usize,
    /// Attempts that failed and were made again.
    pub again: usize,
    /// Candidates in training right now.
    pub running: Vec<String>,
    /// Work that is done in this run, in the plan's own unit (estimated core-seconds).
    pub work_done: f64,
    /// All work of this run that is known so far, in the same unit.
    pub work_total: f64,
    /// What a climb may ask for beyond that, in the same unit: the most that it can come to.
    pub work_beyond: f64,
}

impl Progress {
    fn new(stage: Stage) -> Self {
        Self {
            stage,
            done: 0,
            reused: 0,
            total: 0,
            failed: 0,
            again: 0,
            running: Vec::new(),
            work_done: 0.0,
            work_total: 0.0,
            work_beyond: 0.0,
        }
    }

    /// More jobs of the same stage: a climb knows them step by step.
    pub(super) fn add(&mut self, jobs: usize, reused: usize) {
        self.reused += reused;
        self.total += jobs + reused;
    }

    /// So many of the jobs that failed are tried again.
    pub(super) fn again(&mut self, jobs: usize) {
        self.again += jobs;
        self.failed = self.failed.saturating_sub(jobs);
        self.done = self.done.saturating_sub(jobs);
    }
}

/// How far a stage is, and who is told of every change.
pub(super) struct Tracker<'a> {
    pub(super) progress: Progress,
    listener: &'a mut dyn FnMut(&Progress),
}

impl<'a> Tracker<'a> {
    /// Nothing of the stage is known yet.
    pub(super) fn new(stage: Stage, listener: &'a mut dyn FnMut(&Progress)) -> Self {
        Self { progress: Progress::new(stage), listener }
    }

    /// Tells how far it is.
    pub(super) fn tell(&mut self) {
        (self.listener)(&self.progress);
    }

    /// Who is told, for a stage within this one.
    pub(super) fn listener(&mut self) -> &mut dyn FnMut(&Progress) {
        self.listener
    }
}
