//! Robustness of a model that is asked: every answer is paid for, so a few rows and one severity have to do.

use super::{ABOUT, SEVERITIES, corruptions, tables};
use crate::data::{Column, seed};
use crate::metric::{Metric, score};
use crate::probe::{AskedSeen, AskedVariant, Cell, ProbeResult, Told, Variant};
use crate::stats::{Discordant, mean, t_quantile, variance};

/// The severity at which asked models are looked at, counted from 0: the middle one.
const SEVERITY: usize = SEVERITIES / 2;

/// What one corruption did to the answers.
struct Line<'a> {
    name: &'a str,
    rows: u64,
    plain: f64,
    changed: f64,
    /// How much worse the answers became, at least and at most, at the confidence shared between all corruptions; none where too few rows tell.
    lost: Option<(f64, f64)>,
}

/// The rows under every corruption that applies to them. A level that no training row had is nothing to a model that reads, and is left out.
pub(super) fn variants(columns: &[Column], seed: u64) -> Vec<Variant> {
    let applies = |one: &&super::Corruption| one.name != tables::UNSEEN_CATEGORIES && (one.lacks)(columns).is_none();
    let variant = |one: &super::Corruption| {
        let mut random = seed::generator(seed, one.name, SEVERITY as u64);
        Variant { name: one.name, columns: (one.corrupt)(columns, one.amounts[SEVERITY], &mut random) }
    };
    corruptions().filter(applies).map(variant).collect()
}

/// What an asked model loses under each corruption.
pub(super) fn tell(seen: &AskedSeen<'_>, told: &Told<'_>) -> ProbeResult {
    let count = seen.variants.len().max(1) as f64;
    // All intervals hold at once (Bonferroni).
    let confidence = 1.0 - (1.0 - told.confidence) / count;
    let lines: Vec<Line<'_>> = seen.variants.iter().filter_map(|one| line(one, told.metric, confidence)).collect();
    ProbeResult {
        probe: ABOUT.name.to_owned(),
        candidate: seen.name.to_owned(),
        said: said(seen, &lines, told),
        columns: ["corruption", "rows", "as they are", "corrupted", "lost at least", "lost at most"]
            .map(str::to_owned)
            .to_vec(),
        lines: lines.iter().map(|line| cells(line, told.metric)).collect(),
        notes: notes(seen, &lines, told),
        ..ProbeResult::default()
    }
}

fn line<'a>(one: &'a AskedVariant, metric: Metric, confidence: f64) -> Option<Line<'a>> {
    let (plain, changed) = (score(metric, &one.plain).ok()?, score(metric, &one.changed).ok()?);
    let oriented = |values: Vec<f64>| values.into_iter().map(|value| metric.orient(value)).collect::<Vec<f64>>();
    let (before, after) = (oriented(plain.per_example()), oriented(changed.per_example()));
    let lost: Vec<f64> = before.iter().zip(&after).map(|(before, after)| before - after).collect();
    let whole = |values: &[f64]| values.iter().all(|value| (value.abs() < 1e-9) || (value - 1.0).abs() < 1e-9);
    let interval = if whole(&before) && whole(&after) {
        // Right or wrong: this interval has a length even where no answer changed.
        Some(Discordant::count(&rounded(&before), &rounded(&after)).tango(confidence))
    } else {
        let error = (variance(&lost) / lost.len() as f64).sqrt();
        let reach = t_quantile(0.5 + confidence / 2.0, lost.len().saturating_sub(1) as f64) * error;
        let middle = metric.orient(plain.value) - metric.orient(changed.value);
        (reach.is_finite() && reach > 0.0).then_some((middle - reach, middle + reach))
    };
    (!lost.is_empty()).then_some(Line {
        name: one.name,
        rows: lost.len() as u64,
        plain: plain.value,
        changed: changed.value,
        lost: interval.filter(|_| mean(&lost).is_finite()),
    })
}

/// Scores of right and wrong as exactly 1 and 0.
fn rounded(values: &[f64]) -> Vec<f64> {
    values.iter().map(|value| value.round()).collect()
}

fn cells(line: &Line<'_>, metric: Metric) -> Vec<Cell> {
    let quality = |value| Cell::Quality { metric, value };
    let end = |pick: fn((f64, f64)) -> f64| line.lost.map_or(Cell::Unknown, |lost| quality(pick(lost)));
    vec![
        Cell::Text(line.name.to_owned()),
        Cell::Count(line.rows),
        quality(line.plain),
        quality(line.changed),
        end(|lost| lost.0),
        end(|lost| lost.1),
    ]
}

fn said(seen: &AskedSeen<'_>, lines: &[Line<'_>], told: &Told<'_>) -> String {
    let name = seen.name;
    if lines.is_empty() {
        return format!("{name} was not asked about corrupted rows, or gave no answer that can be compared.");
    }
    let sure: Vec<&Line<'_>> = lines.iter().filter(|line| line.lost.is_some_and(|lost| lost.0 > 0.0)).collect();
    let middle = |line: &Line<'_>| told.metric.orient(line.plain) - told.metric.orient(line.changed);
    match sure.iter().copied().max_by(|a, b| middle(a).total_cmp(&middle(b))) {
        Some(worst) => {
            let mut names: Vec<&str> = sure.iter().map(|line| line.name).collect();
            names.sort_by_key(|name| *name != worst.name);
            format!("{name} is surely worse under {}.", names.join(", "))
        }
        None => format!(
            "No corruption is shown to make {name} worse; {} rows show only large losses.",
            lines.iter().map(|line| line.rows).max().unwrap_or(0)
        ),
    }
}

fn notes(seen: &AskedSeen<'_>, lines: &[Line<'_>], told: &Told<'_>) -> Vec<String> {
    let mut notes = vec![format!(
        "{}: severity 3 of 5 on {} validation rows; the bounds of all corruptions hold at once with {:.0} %. Rows without an answer in one of both forms are missing, not wrong.",
        seen.name,
        seen.rows,
        100.0 * told.confidence
    )];
    let short: Vec<&str> = lines.iter().filter(|line| line.rows < seen.rows).map(|line| line.name).collect();
    if !short.is_empty() {
        notes.push(format!("Answers are missing under {}.", short.join(", ")));
    }
    if !seen.idle.is_empty() {
        notes.push(format!("Of what {} reads nothing is changed by {}.", seen.name, seen.idle.join(", ")));
    }
    notes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::{ClassOutcomes, Outcomes};

    /// Outcomes of two classes, right or not on each row.
    fn outcomes(right: impl Iterator<Item = bool>) -> Outcomes {
        let mut found = ClassOutcomes::new(2);
        for (row, right) in right.enumerate() {
            let truth = (row % 2) as u32;
            let said = if right { truth } else { 1 - truth };
            let answer = [f32::from(u8::from(said == 0)), f32::from(u8::from(said == 1))];
            found.push(truth, &answer).expect("probabilities");
        }
        Outcomes::Classes(found)
    }

    fn told() -> Told<'static> {
        Told { metric: Metric::Accuracy, confidence: 0.95, choice: None, classes: &[] }
    }

    fn seen(wrong: &[(&'static str, usize)]) -> AskedSeen<'static> {
        let variant = |&(name, wrong): &(&'static str, usize)| AskedVariant {
            name,
            plain: outcomes((0..40).map(|_| true)),
            changed: outcomes((0..40).map(|row| row >= wrong)),
        };
        AskedSeen { name: "gpt", rows: 40, variants: wrong.iter().map(variant).collect(), idle: vec!["noise"] }
    }

    #[test]
    fn what_is_surely_lost_is_named_and_nothing_else() {
        // 12 of 40 answers turn wrong: Tango's 97.5 % bounds of 0.3 lie far from 0; 1 of 40 is nothing that 40 rows can show.
        let found = tell(&seen(&[("typos", 12), ("case", 1)]), &told());
        assert_eq!(found.said, "gpt is surely worse under typos.");
        assert_eq!(found.lines.len(), 2);
        let Cell::Quality { value, .. } = found.lines[0][3] else { panic!("{found:?}") };
        assert!((value - 0.7).abs() < 1e-12);
        let [Cell::Quality { value: low, .. }, Cell::Quality { value: high, .. }] = found.lines[1][4..] else {
            panic!("{found:?}")
        };
        assert!(low < 0.0 && high > 0.025, "{low} to {high}");
        assert!(found.notes.iter().any(|note| note.contains("nothing is changed by noise")));
    }

    #[test]
    fn no_loss_is_claimed_where_no_answer_changed_and_none_is_excluded_for_sure() {
        let found = tell(&seen(&[("typos", 0)]), &told());
        assert!(found.said.starts_with("No corruption is shown to make gpt worse; 40 rows"), "{}", found.said);
        // Tango for 0 of n: ± z² / (n + z²) with z = 1.96 and n = 40 is 0.0876.
        let [Cell::Quality { value: low, .. }, Cell::Quality { value: high, .. }] = found.lines[0][4..] else {
            panic!("{found:?}")
        };
        assert!((high - 0.0876).abs() < 1e-3 && (low + 0.0876).abs() < 1e-3, "{low} to {high}");
        assert!(tell(&seen(&[]), &told()).said.contains("was not asked"));
    }
}
