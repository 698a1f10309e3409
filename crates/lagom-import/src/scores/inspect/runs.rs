//! Which of several runs of one model on one task count.

use super::Log;
use crate::scores::few::some;

/// The logs that count, in their order, and notes on the others.
///
/// - Runs that did not end with `success` are left out where one of the same model and task did.
/// - Where none did, the one begun last counts.
/// - Of runs with one `task_id`, a run and its retries, the one begun last counts.
///
/// Several runs that ended, none a retry of another, all stay: they may hold different samples; where they hold the same
/// ones that is an error, since nothing says which of them is meant.
pub(super) fn those_that_count(logs: Vec<Log>) -> (Vec<Log>, Vec<String>) {
    let mut out = vec![false; logs.len()];
    let mut notes = Vec::new();
    for first in 0..logs.len() {
        let same = |at: &usize| alike(&logs[*at], &logs[first]);
        let group: Vec<usize> = (0..logs.len()).filter(same).collect();
        if group.first() != Some(&first) || group.len() < 2 {
            continue;
        }
        let ended: Vec<usize> = group.iter().copied().filter(|at| logs[*at].head.finished()).collect();
        let stay: Vec<usize> = match ended.as_slice() {
            [] => last(&logs, &group).into_iter().collect(),
            ended => ended.iter().copied().filter(|at| last(&logs, &retries(&logs, ended, *at)) == Some(*at)).collect(),
        };
        let gone: Vec<usize> = group.iter().copied().filter(|at| !stay.contains(at)).collect();
        if gone.is_empty() {
            continue;
        }
        gone.iter().for_each(|at| out[*at] = true);
        let name = |at: &usize| logs[*at].path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let named = |places: &[usize]| {
            let names: Vec<String> = places.iter().map(name).collect();
            some(&names.iter().map(String::as_str).collect::<Vec<_>>())
        };
        let mut states: Vec<&str> = gone.iter().map(|at| logs[*at].head.status()).collect();
        states.sort_unstable();
        states.dedup();
        notes.push(format!(
            "Of {} runs of {} on {} took {}; left out {} (status {}).",
            group.len(),
            logs[first].head.eval.model,
            logs[first].head.task(),
            named(&stay),
            named(&gone),
            states.join(", ")
        ));
    }
    let kept = logs.into_iter().zip(out).filter(|(_, out)| !out).map(|(log, _)| log).collect();
    (kept, notes)
}

fn alike(a: &Log, b: &Log) -> bool {
    a.head.eval.model == b.head.eval.model && a.head.task() == b.head.task()
}

/// A run and those with its `task_id`.
fn retries(logs: &[Log], among: &[usize], of: usize) -> Vec<usize> {
    let id = logs[of].head.eval.task_id.as_ref();
    among
        .iter()
        .copied()
        .filter(|at| *at == of || (id.is_some() && logs[*at].head.eval.task_id.as_ref() == id))
        .collect()
}

/// The one begun last; of equals the last named.
fn last(logs: &[Log], among: &[usize]) -> Option<usize> {
    let begun = |at: usize| logs[at].head.eval.created.as_deref().and_then(instant).unwrap_or(f64::NEG_INFINITY);
    among.iter().copied().max_by(|a, b| begun(*a).total_cmp(&begun(*b)))
}

/// Seconds since 1970 in UTC of an ISO 8601 time with its zone, `2025-12-05T07:54:00+01:00`; without one it is taken for UTC.
fn instant(text: &str) -> Option<f64> {
    let (date, time) = text.split_once('T')?;
    let at = time.find(['Z', '+', '-']).unwrap_or(time.len());
    let (clock, zone) = time.split_at(at);
    let numbers = |text: &str, mark: char| text.split(mark).map(|part| part.parse().ok()).collect::<Option<Vec<f64>>>();
    let (date, clock) = (numbers(date, '-')?, numbers(clock, ':')?);
    let (&[year, month, day], &[hour, minute, second]) = (&date[..], &clock[..]) else { return None };
    let offset = match zone.get(1..).filter(|zone| !zone.is_empty()) {
        None => 0.0,
        Some(away) => {
            let away = numbers(away, ':')?;
            let seconds = 3600.0 * away.first()? + 60.0 * away.get(1).unwrap_or(&0.0);
            if zone.starts_with('-') { -seconds } else { seconds }
        }
    };
    // Days of the calendar, years beginning in March (Hinnant, *chrono-compatible low-level date algorithms*).
    let (year, month) = if month > 2.0 { (year, month - 3.0) } else { (year - 1.0, month + 9.0) };
    let days = 365.0 * year + (year / 4.0).floor() - (year / 100.0).floor() + (year / 400.0).floor();
    let days = days + ((153.0 * month + 2.0) / 5.0).floor() + day - 1.0 - 719_468.0;
    Some(86_400.0 * days + 3600.0 * hour + 60.0 * minute + second - offset)
}

#[cfg(test)]
mod tests {
    use super::instant;

    #[test]
    fn times_are_told_apart_whatever_their_zone() {
        assert_eq!(instant("1970-01-01T00:00:00Z"), Some(0.0));
        // 2000-03-01 is day 11,017: 30 · 365 + 7 leap days + 31 + 29.
        assert_eq!(instant("2000-03-01T00:00:00+00:00"), Some(86_400.0 * 11_017.0));
        assert!(instant("2025-12-05T10:00:00+02:00") < instant("2025-12-05T09:00:00+00:00"), "08:00 in UTC");
        assert_eq!(instant("2025-12-05T07:54:00.5-05:30"), instant("2025-12-05T13:24:00.5Z"));
        assert_eq!((instant("yesterday"), instant("2025-12-05"), instant("2025-12-05Tx")), (None, None, None));
    }
}
