//! How far a run is: bars on a terminal, a few plain lines elsewhere.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use lagom::run::{Progress, Stage};

use super::layout::plural;
use super::printer;

/// Resolution of a bar.
const STEPS: u64 = 1_000;
/// Plain lines are at least so far apart.
const SPARSE: Duration = Duration::from_secs(20);
/// A stage that is over before this has no line of its own but its last.
const SHORT: Duration = Duration::from_secs(3);
/// The pace that is assumed before anything has ended counts as much as so many measured seconds.
const PRIOR: f64 = 5.0;

/// Tells the user how far a run is.
#[derive(Debug)]
pub(crate) struct Reporter {
    quiet: bool,
    workers: usize,
    stage: Option<Running>,
}

impl Reporter {
    /// A reporter of runs with so many workers; a quiet one says nothing.
    pub(crate) fn new(quiet: bool, workers: usize) -> Self {
        Self { quiet, workers, stage: None }
    }

    /// Shows how far the run is now.
    pub(crate) fn update(&mut self, progress: &Progress) {
        if self.quiet {
            return;
        }
        if self.stage.as_ref().is_some_and(|running| running.last.stage != progress.stage) {
            self.finish();
        }
        let workers = if progress.stage == Stage::Time { 1 } else { self.workers };
        let running = self.stage.get_or_insert_with(|| Running::start(progress, workers));
        running.update(progress);
    }

    /// Ends the stage that is shown, and says what became of it.
    pub(crate) fn finish(&mut self) {
        if let Some(running) = self.stage.take() {
            running.bar.finish_and_clear();
            if let Some(line) = running.ended() {
                printer::note(&line);
            }
        }
    }
}

impl Drop for Reporter {
    fn drop(&mut self) {
        if let Some(running) = self.stage.take() {
            running.bar.finish_and_clear();
        }
    }
}

/// A stage that is under way.
#[derive(Debug)]
struct Running {
    bar: ProgressBar,
    started: Instant,
    /// When the last plain line was written.
    told: Option<Instant>,
    workers: usize,
    ends: Instant,
    /// How long what a climb may still ask for would take, at most.
    beyond: Duration,
    last: Progress,
}

impl Running {
    fn start(progress: &Progress, workers: usize) -> Self {
        let bar = ProgressBar::new(STEPS);
        let style =
            ProgressStyle::with_template("{prefix} [{bar:20}] {wide_msg}").map(|style| style.progress_chars("=> "));
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.set_prefix(format!("{:<14}", name(progress.stage)));
        let now = Instant::now();
        Self { bar, started: now, told: None, workers, ends: now, beyond: Duration::ZERO, last: progress.clone() }
    }

    fn update(&mut self, progress: &Progress) {
        if progress.total == progress.reused {
            return;
        }
        let first = self.last.work_total != progress.work_total || self.last.running.is_empty();
        if first || self.last.done != progress.done {
            self.ends = Instant::now() + self.lasts(progress, progress.work_total - progress.work_done);
            self.beyond = self.lasts(progress, progress.work_beyond);
        }
        self.last = progress.clone();
        let share = if progress.work_total > 0.0 { progress.work_done / progress.work_total } else { 0.0 };
        self.bar.set_position((share * STEPS as f64) as u64);
        self.bar.set_message(self.state());
        if self.bar.is_hidden() && !progress.running.is_empty() {
            self.tell();
        }
    }

    /// A plain line when a stage turns out not to be short, and now and then from there on.
    fn tell(&mut self) {
        let due = match self.told {
            None => self.started.elapsed() > SHORT,
            Some(told) => told.elapsed() > SPARSE,
        };
        if due {
            self.told = Some(Instant::now());
            printer::note(&format!("{}: {}", name(self.last.stage), self.state()));
        }
    }

    /// How long so much work takes at the pace so far, to which the planned pace is added at the beginning.
    fn lasts(&self, progress: &Progress, work: f64) -> Duration {
        let pace = (progress.work_done + PRIOR * self.workers as f64) / (self.started.elapsed().as_secs_f64() + PRIOR);
        Duration::try_from_secs_f64(work.max(0.0) / pace).unwrap_or(Duration::ZERO)
    }

    fn state(&self) -> String {
        let progress = &self.last;
        let mut parts =
            vec![format!("{} of {}", progress.reused + progress.done, jobs(progress.stage, progress.total))];
        if progress.failed > 0 {
            parts.push(format!("{} failed", progress.failed));
        }
        if progress.again > 0 {
            parts.push(format!("{} tried again", progress.again));
        }
        let left = self.ends.saturating_duration_since(Instant::now());
        if progress.done < progress.total - progress.reused && progress.work_total > 0.0 {
            parts.push(time_left(left, self.beyond));
        }
        let running: BTreeSet<&str> = progress.running.iter().map(String::as_str).collect();
        let names = running.into_iter().collect::<Vec<_>>().join(", ");
        if names.is_empty() { parts.join(", ") } else { format!("{}: {names}", parts.join(", ")) }
    }

    /// What became of the stage; nothing where there was nothing to do, but for the training itself.
    fn ended(&self) -> Option<String> {
        let progress = &self.last;
        if progress.done == 0 {
            let all = format!(
                "{}: all {} were done by an earlier run",
                name(progress.stage),
                jobs(progress.stage, progress.total)
            );
            return (progress.stage == Stage::Train).then_some(all);
        }
        let mut line = format!(
            "{}: {} in {}",
            name(progress.stage),
            jobs(progress.stage, progress.done),
            rough(self.started.elapsed())
        );
        if progress.reused > 0 {
            line.push_str(&format!(", {} from an earlier run", progress.reused));
        }
        if progress.failed > 0 {
            line.push_str(&format!(", {} failed (the report says why)", progress.failed));
        }
        if progress.again > 0 {
            line.push_str(&format!(", {} tried again since a worker ended without a result", progress.again));
        }
        Some(line)
    }
}

fn name(stage: Stage) -> &'static str {
    match stage {
        Stage::Train => "training",
        Stage::Growth => "on half of the rows",
        Stage::Time => "timing",
        Stage::Ask => "asking",
        Stage::LearningCurve => "learning curve",
        Stage::LabelCurves => "adaptations over labels",
        Stage::Levers => "levers",
        Stage::Overfitting => "overfitting",
        Stage::Models => "models for probes",
        Stage::Probe => "probes",
        Stage::Refit => "final model",
        Stage::Labels => "labels",
        Stage::Sides => "holdout",
    }
}

fn jobs(stage: Stage, count: usize) -> String {
    match stage {
        Stage::Train
        | Stage::Growth
        | Stage::LearningCurve
        | Stage::LabelCurves
        | Stage::Levers
        | Stage::Overfitting
        | Stage::Models => plural(count, "trial", "trials"),
        Stage::Time | Stage::Probe | Stage::Labels | Stage::Sides => plural(count, "model", "models"),
        Stage::Ask => plural(count, "question", "questions"),
        Stage::Refit => plural(count, "fit", "fits"),
    }
}

/// What is left of what is known, and the most that it can become where a climb may go on for longer than that.
fn time_left(left: Duration, beyond: Duration) -> String {
    let climbs = beyond.as_secs() >= 2 && beyond >= left / 4;
    let told = match (left.as_secs() < 2, climbs) {
        (true, false) => "nearly done".to_owned(),
        (true, true) => "nearly done with this step".to_owned(),
        (false, false) => format!("about {} left", rough(left)),
        (false, true) => format!("about {} left of this step", rough(left)),
    };
    if climbs { format!("{told}, at most {} if every size is tried", rough(left + beyond)) } else { told }
}

/// A duration as a clock tells it: `95 s`, `4.5 min`, `45 min`, `2.3 h`.
pub(crate) fn rough(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    match seconds {
        ..120.0 => format!("{:.0} s", seconds.max(1.0)),
        120.0..600.0 => format!("{} min", (seconds / 30.0).round() / 2.0),
        600.0..7200.0 => format!("{:.0} min", seconds / 60.0),
        _ => format!("{:.1} h", seconds / 3600.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_of_a_climb_is_not_taken_for_the_whole() {
        let told = |left, beyond| time_left(Duration::from_secs(left), Duration::from_secs(beyond));
        assert_eq!(told(30, 0), "about 30 s left");
        assert_eq!(told(40, 9), "about 40 s left");
        assert_eq!(told(1, 110), "nearly done with this step, at most 111 s if every size is tried");
        assert_eq!(told(60, 600), "about 60 s left of this step, at most 11 min if every size is tried");
    }

    #[test]
    fn durations_read_well() {
        let told = |seconds: f64| rough(Duration::from_secs_f64(seconds));
        assert_eq!((told(0.2), told(94.8), told(265.0)), ("1 s".into(), "95 s".into(), "4.5 min".into()));
        assert_eq!((told(2_700.0), told(8_280.0)), ("45 min".into(), "2.3 h".into()));
    }
}
