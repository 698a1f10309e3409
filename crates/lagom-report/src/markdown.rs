//! The answer to paste into a pull request: short, with the table folded away.

use super::clean::clean;
use super::costs::{cell, further};
use super::numbers::{MISSING, count};
use super::probes::{Probed, probed};
use super::shown::ShownRow;
use super::answer::Answer;
use super::words::{ReportContext, legend, mark, most_reachable, reason, standing, step, step_title};
use super::{Findings, Shown};
use crate::study::costs::{Latency, Memory};
use crate::verdict::Row;

/// The report as Markdown: the answer, its figures, the notes, and the candidates in a folded table.
#[must_use]
pub fn markdown(findings: &Findings) -> String {
    let context = ReportContext::new(findings);
    let shown = Shown::of(findings);
    let answer = &shown.answer;
    let mut text = head(answer);
    for note in &findings.data.notes {
        text.push_str(&format!("\n> In the data: {}\n", escape(note)));
    }
    text.push_str(&table(&context, &shown));
    text.push_str(&untried(&context));
    probed(findings).iter().for_each(|one| text.push_str(&probe(one)));
    text.push_str(&format!(
        "\n<sub>lagom {} · study {} · {} validation and {} {} rows · intervals {} · `{}`</sub>\n",
        escape(&findings.machine.lagom),
        escape(&findings.name),
        count(findings.analysis.validation_examples),
        count(findings.analysis.holdout_examples),
        if context.cross_fitted() { "cross-fitted" } else { "holdout" },
        context.confidence(),
        shown.signature
    ));
    clean(&text)
}

/// The answer in words, its figures and its notes.
pub(super) fn head(answer: &Answer) -> String {
    let mut text = format!("**{}** {}\n", escape(&answer.headline), escape(&answer.sentences.join(" ")));
    for caution in &answer.cautions {
        text.push_str(&format!("\n**{}**\n", escape(caution)));
    }
    text.push_str("\n| | |\n|---|---|\n");
    for fact in &answer.facts {
        let gain = if fact.gain.is_empty() { String::new() } else { format!("; {}", fact.gain) };
        text.push_str(&format!("| {} | {}{} |\n", escape(&fact.label), escape(&fact.text()), escape(&gain)));
    }
    for note in &answer.notes {
        text.push_str(&format!("\n> {}\n", escape(note)));
    }
    text
}

fn table(context: &ReportContext<'_>, shown: &Shown) -> String {
    let rows = &context.findings.analysis.screening.rows;
    let mut text = format!("\n<details><summary>{} candidates</summary>\n\n", count(rows.len() as u64));
    let (metric, against, above) = (context.metric(), context.against(), step_title(context));
    let further = further(context.findings);
    let titles: String = further.iter().map(|(_, heading)| format!("{} | ", heading.title)).collect();
    text.push_str(&format!("| candidate | parameters | {metric} | {against} | {above} | p95 | memory | {titles}|\n"));
    text.push_str(&format!("|---|--:|--:|--:|--:|--:|--:|{}---|\n", "--:|".repeat(further.len())));
    for (row, derived) in rows.iter().zip(&shown.rows) {
        text.push_str(&format!("| {} |\n", cells(context, row, derived).join(" | ")));
    }
    text.push_str(&format!("\n{}\n\n</details>\n", escape(&legend(context))));
    text
}

/// What a probe found, folded as well.
fn probe(one: &Probed<'_>) -> String {
    let line = |cells: &[String]| cells.iter().map(|cell| escape(cell)).collect::<Vec<String>>().join(" | ");
    let mut text = format!("\n<details><summary>{}</summary>\n\n{}\n", escape(&one.title), escape(one.said));
    if !one.columns.is_empty() {
        text.push_str(&format!("\n| {} |\n|---|{}\n", line(one.columns), "--:|".repeat(one.columns.len() - 1)));
        one.lines.iter().for_each(|cells| text.push_str(&format!("| {} |\n", line(cells))));
    }
    text.push_str("\n</details>\n");
    text
}

/// The rungs that were not trained, folded as well; nothing where all were.
fn untried(context: &ReportContext<'_>) -> String {
    let untried: Vec<_> = context.findings.climb.iter().flat_map(|climb| &climb.untried).collect();
    if untried.is_empty() {
        return String::new();
    }
    let mut text = format!("\n<details><summary>{} not trained</summary>\n\n", count(untried.len() as u64));
    text.push_str(&format!(
        "| candidate | parameters | {} gained at most | why |\n|---|--:|--:|---|\n",
        context.metric()
    ));
    for one in untried {
        let gain = context.style.size_up(one.gain);
        text.push_str(&format!(
            "| {} | {} | {gain} | {} |\n",
            escape(&one.name),
            count(one.parameters),
            reason(one.why)
        ));
    }
    text.push_str("\n</details>\n");
    text
}

fn cells(context: &ReportContext<'_>, row: &Row, derived: &ShownRow) -> Vec<String> {
    let style = context.style;
    let missing = || MISSING.to_owned();
    let chosen = context.findings.verdict.choice.as_deref() == Some(row.name.as_str());
    let name = escape(&row.name);
    let marked = |text: String| match mark(context, derived.figure.on) {
        "" => text,
        mark => format!("{text} {}", escape(mark)),
    };
    let quality = derived.figure.quality.map(|span| marked(style.with_half(style.value(span.point), span.half)));
    let difference = derived.figure.difference.map(|span| style.with_half(style.signed(span.point), span.half));
    let above = context.findings.analysis.staircase.step(&row.name).and_then(|found| step(context, found));
    let once = || row.once().map(|value| marked(style.value(value)));
    let mut cells = vec![
        if chosen { format!("**{name}**") } else { name },
        row.parameters.map_or_else(|| MISSING.to_owned(), count),
        quality.or_else(once).or_else(|| most_reachable(context, row)).unwrap_or_else(missing),
        difference.unwrap_or_default(),
        above.unwrap_or_default(),
        cell(context.findings, row, &Latency),
        cell(context.findings, row, &Memory),
    ];
    cells.extend(further(context.findings).into_iter().map(|(cost, _)| cell(context.findings, row, cost)));
    cells.push(standing(context, row).to_owned());
    cells
}

/// Text that is nothing but text in a Markdown table.
pub(super) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '|' | '\\' | '*' | '_' | '[' | ']' | '`' | '~' => {
                // Backticks come from our own advice; they stay code.
                if letter != '`' {
                    safe.push('\\');
                }
                safe.push(letter);
            }
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            '\n' | '\r' => safe.push(' '),
            _ => safe.push(letter),
        }
    }
    safe
}
