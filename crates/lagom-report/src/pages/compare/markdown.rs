//! The answer to paste into a pull request: short, with the tables folded away.

use super::answer::{answer, short};
use super::context::CompareContext;
use super::words::standing;
use crate::clean::clean;
use crate::markdown::{escape, head};
use crate::numbers::{MISSING, count};
use lagom_import::compare::{CompareFindings, CompareRow, Judgement};

/// The report as Markdown: for each answer its words, figures and notes, with the candidates folded; then the tasks,
/// folded as well.
#[must_use]
pub fn compare_markdown(findings: &CompareFindings) -> String {
    let several = findings.answers.len() > 1;
    let mut text = String::new();
    for judgement in &findings.answers {
        if several {
            text.push_str(&format!("### {}, {}\n\n", escape(&judgement.task), escape(&judgement.metric)));
        }
        text.push_str(&one(&CompareContext::new(findings, judgement)));
    }
    text.push_str(&tasks(findings));
    let files: Vec<String> = findings.files.iter().map(|file| escape(file)).collect();
    text.push_str(&format!("<sub>lagom {} · {}</sub>\n", escape(&findings.lagom), files.join(", ")));
    clean(&text)
}

fn one(context: &CompareContext<'_>) -> String {
    let mut text = head(&answer(context));
    let rows = &context.judgement.rows;
    text.push_str(&format!("\n<details><summary>{} candidates</summary>\n\n", count(rows.len() as u64)));
    let metric = escape(&context.judgement.metric);
    text.push_str(&format!("| candidate | {metric} | difference | at least | at most | |\n"));
    text.push_str("|---|--:|--:|--:|--:|---|\n");
    for row in rows {
        text.push_str(&format!("| {} |\n", cells(context, row).join(" | ")));
    }
    text.push_str("\n</details>\n\n");
    text
}

fn cells(context: &CompareContext<'_>, row: &CompareRow) -> [String; 6] {
    let style = context.style;
    let found = row.difference.as_ref();
    let name = escape(&row.name);
    let chosen = context.judgement.verdict.choice.as_ref() == Some(&row.name);
    [
        if chosen { format!("**{name}**") } else { name },
        style.value(row.quality.point),
        found.map_or_else(String::new, |found| style.signed(found.estimate.point)),
        found.map_or_else(String::new, |found| context.least(found)),
        found.map_or_else(String::new, |found| context.most(found)),
        standing(context, row).to_owned(),
    ]
}

/// The tasks behind an answer about several, folded; nothing where there are none.
fn tasks(findings: &CompareFindings) -> String {
    if findings.tasks.is_empty() {
        return String::new();
    }
    let all = count(findings.tasks.len() as u64);
    let mut text = format!("<details><summary>{all} verdicts on single tasks</summary>\n\n");
    text.push_str("| task | metric | verdict | use | difference |\n|---|---|---|---|--:|\n");
    let line = |task: &Judgement| {
        let context = CompareContext::new(findings, task);
        let difference =
            context.carrier().map_or_else(|| MISSING.to_owned(), |found| context.style.signed(found.estimate.point));
        let choice = task.verdict.choice.as_deref().map_or_else(|| MISSING.to_owned(), escape);
        let (name, metric, verdict) = (escape(&task.task), escape(&task.metric), short(task));
        format!("| {name} | {metric} | {verdict} | {choice} | {difference} |\n")
    };
    text.push_str(&findings.tasks.iter().map(line).collect::<String>());
    text.push_str("\n</details>\n\n");
    text
}
