//! Whether a process still does anything.

use std::time::{Duration, Instant};

/// How long a process that has something to do may use no processor time at all.
const LIMIT: Duration = Duration::from_secs(120);
/// A longer time between two looks was spent asleep (a suspended machine, a stopped parent): it counts as this.
const LONGEST: Duration = Duration::from_secs(1);
/// A file of the kernel's is not read more often.
const BETWEEN: Duration = Duration::from_millis(500);

/// Watches the processor time of one process.
#[derive(Debug)]
pub(super) struct Stall {
    process: u32,
    limit: Duration,
    looked: Instant,
    idle: Duration,
    used: Option<u64>,
}

impl Stall {
    /// Watches this process; by its number.
    pub(super) fn of(process: u32) -> Self {
        Self::within(process, LIMIT)
    }

    pub(super) fn within(process: u32, limit: Duration) -> Self {
        Self { process, limit, looked: Instant::now(), idle: Duration::ZERO, used: None }
    }

    /// Begins anew: it has been given something to do.
    pub(super) fn begin(&mut self) {
        (self.looked, self.idle) = (Instant::now(), Duration::ZERO);
    }

    /// Whether the process has done nothing for two minutes that this one was awake: it is stopped, or waits for what never
    /// comes. Never where the kernel does not tell (it is Linux that does).
    pub(super) fn is_over(&mut self) -> bool {
        let since = self.looked.elapsed();
        if since < BETWEEN.min(self.limit / 4) {
            return false;
        }
        self.looked = Instant::now();
        let used = processor_time(self.process);
        if used.is_none() || used != self.used {
            (self.used, self.idle) = (used, Duration::ZERO);
            return false;
        }
        self.idle += since.min(LONGEST);
        self.idle >= self.limit
    }

    /// What is to be said of it.
    pub(super) fn told(&self) -> String {
        format!("it did nothing for {} s and was ended", self.limit.as_secs())
    }
}

/// Ticks of the processor that a process and all its threads have used, with its reads; none where nobody tells.
///
/// Fields 14 and 15 of `/proc/PID/stat` (proc_pid_stat(5)), and 12, the page faults that had to wait for a disk: a process
/// that waits for memory to come back does something.
fn processor_time(process: u32) -> Option<u64> {
    let text = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name of the program, in parentheses, may hold spaces.
    let (_, rest) = text.rsplit_once(')')?;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let number = |field: usize| fields.get(field - 3)?.parse::<u64>().ok();
    Some(number(14)? + number(15)? + number(12)?)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::process::{Command, Stdio};

    use super::*;

    /// Whether a process is found stalled within two seconds, by a limit of 0.4 s.
    fn stalls(script: &str) -> bool {
        let mut command = Command::new("sh");
        let mut child = command.args(["-c", script]).stdin(Stdio::null()).stdout(Stdio::null()).spawn().expect("sh");
        let mut stall = Stall::within(child.id(), Duration::from_millis(400));
        let start = Instant::now();
        let mut over = false;
        while !over && start.elapsed() < Duration::from_secs(2) {
            over = stall.is_over();
            std::thread::sleep(Duration::from_millis(20));
        }
        child.kill().expect("killed");
        child.wait().expect("ended");
        over
    }

    #[test]
    fn who_waits_for_nothing_is_found_and_who_computes_is_not() {
        assert!(stalls("exec sleep 60"));
        assert!(!stalls("while :; do :; done"));
    }

    #[test]
    fn of_a_process_that_is_gone_nothing_is_said() {
        let mut stall = Stall::within(u32::MAX, Duration::ZERO);
        assert!(!stall.is_over() && !stall.is_over());
    }
}
