//! The answer on a terminal.

use super::answer::answer;
use super::context::CompareContext;
use super::table;
use crate::numbers::{count, plural};
use crate::terminal::wrap::wrap;
use crate::terminal::{facts, indented};
use crate::verdict::VerdictKind;
use lagom_import::compare::{CompareFindings, Judgement};

const INDENT: usize = 2;
/// Narrower terminals are treated as this wide.
const NARROWEST: usize = 24;
/// Of more tasks than this only the decided ones are listed, and at most so many.
const MOST_TASKS: usize = 20;
/// Prose is not wider than this.
const PROSE: usize = 100;

/// The report for a terminal of `width` columns: for each answer its words, figures and table, then the tasks.
///
/// No line is wider than `width` (or 24, whichever is more): columns are left out and names cut instead. No colours.
#[must_use]
pub fn compare_terminal(findings: &CompareFindings, width: usize) -> String {
    let width = width.max(NARROWEST);
    let mut lines = Vec::new();
    let several = findings.answers.len() > 1;
    let mut told = Vec::new();
    for (at, judgement) in findings.answers.iter().enumerate() {
        if at > 0 {
            lines.push(String::new());
        }
        if several {
            lines.extend(wrap(&format!("{}, {}:", judgement.task, judgement.metric), width));
        }
        lines.extend(one(&CompareContext::new(findings, judgement), width, &mut told));
    }
    if !findings.tasks.is_empty() {
        lines.push(String::new());
        lines.extend(tasks(findings, width));
    }
    let lines: Vec<&str> = lines.iter().map(|line| line.trim_end()).collect();
    format!("{}\n", lines.join("\n"))
}

/// The tasks one by one; of many the decided ones, and how many there are of each kind.
fn tasks(findings: &CompareFindings, width: usize) -> Vec<String> {
    let open = |task: &&Judgement| task.verdict.kind == VerdictKind::Undecided;
    let all: Vec<&Judgement> = findings.tasks.iter().collect();
    if all.len() <= MOST_TASKS {
        return table::tasks(findings, &all, width);
    }
    let (undecided, decided): (Vec<&Judgement>, Vec<&Judgement>) = all.into_iter().partition(open);
    let shown = decided.get(..MOST_TASKS).unwrap_or(&decided);
    let mut lines = if shown.is_empty() { Vec::new() } else { table::tasks(findings, shown, width) };
    let left = (decided.len() - shown.len()) as u64;
    let more = if left > 0 { format!("{} more are decided, and ", count(left)) } else { String::new() };
    let rest = format!(
        "{more}{} can't be told yet; --html, --md and --json show all.",
        plural(undecided.len() as u64, "verdict", "verdicts")
    );
    lines.extend(indented(&rest, INDENT, width.min(PROSE)));
    lines
}

/// One answer with its figures and its table. Notes that an answer before it has (`told`) are not said again.
fn one(context: &CompareContext<'_>, width: usize, told: &mut Vec<String>) -> Vec<String> {
    let judgement: &Judgement = context.judgement;
    let prose = width.min(PROSE);
    let answer = answer(context);
    let mut lines = wrap(&answer.headline, prose);
    lines.push(String::new());
    for sentence in &answer.sentences {
        lines.extend(indented(sentence, INDENT, prose));
    }
    if answer.sentences.len() > 1 {
        lines.push(String::new());
    }
    lines.extend(facts(&answer.facts, prose));
    lines.push(String::new());
    lines.extend(table::candidates(context, width));
    let notes: Vec<&String> = answer.notes.iter().filter(|note| !told.contains(note)).collect();
    if !notes.is_empty() && !judgement.rows.is_empty() {
        lines.push(String::new());
    }
    for note in notes {
        lines.extend(indented(note, INDENT, prose));
        told.push(note.clone());
    }
    lines
}
