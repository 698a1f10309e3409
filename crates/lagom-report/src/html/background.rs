//! What the study rests on: data, study file, machine; and the words used.

use maud::{Markup, html};

use super::cell::{missing, number, size, whole};
use crate::data::ColumnKind;
use crate::words::{ReportContext, glossary};

/// More classes than these are counted, not named.
const CLASSES: usize = 20;

/// The data and what was noticed in them.
pub(super) fn data(context: &ReportContext<'_>) -> Markup {
    let data = &context.findings.data;
    let given = if data.given { ", given as a file of its own" } else { ", sealed before anything was trained" };
    let resolvable = data.resolvable_margin;
    html! {
        dl.facts {
            div { dt { "rows to train and validate on" } dd { (whole(data.development)) } }
            @if context.cross_fitted() { div { dt { "rows of the verdict" } dd { "all of them, each sealed in its turn" } } }
            @else { div { dt { "rows of the holdout" } dd { (whole(data.holdout)) (given) } } }
            div { dt { "target" } dd { (data.target) } }
            @if !data.classes.is_empty() { div { dt { "classes" } dd { (classes(&data.classes)) } } }
            div { dt { "input columns" } dd { (kinds(&data.columns)) } }
            div {
                dt { "smallest margin " @if context.cross_fitted() { "these rows" } @else { "the holdout" } " can resolve" }
                dd { @if resolvable.is_finite() { (number(resolvable, &context.style.value(resolvable))) } @else { (missing()) } }
            }
            div { dt { "digest" } dd { code { (data.digest) } } }
        }
        @if data.columns.len() > 1 {
            details {
                summary { "All columns" }
                ul.columns { @for (name, kind) in &data.columns { li { (name) " " span.kind { (kind) } } } }
            }
        }
        h3 { "What was noticed" }
        @if data.notes.is_empty() { p { "Nothing out of the ordinary." } }
        @else { ul { @for note in &data.notes { li { (note) } } } }
    }
}

fn classes(classes: &[String]) -> Markup {
    let shown = classes.iter().take(CLASSES).cloned().collect::<Vec<String>>().join(", ");
    html! {
        (whole(classes.len() as u64)) ": " (shown)
        @if classes.len() > CLASSES { ", …" }
    }
}

/// How many columns of each kind there are.
fn kinds(columns: &[(String, ColumnKind)]) -> String {
    let mut counted: Vec<(String, u64)> = Vec::new();
    for (_, kind) in columns {
        let name = kind.to_string();
        match counted.iter_mut().find(|(known, _)| *known == name) {
            Some((_, number)) => *number += 1,
            None => counted.push((name, 1)),
        }
    }
    let one = |(name, number): &(String, u64)| format!("{number} {name}");
    if counted.is_empty() { "none".to_owned() } else { counted.iter().map(one).collect::<Vec<String>>().join(", ") }
}

/// The study file, the machine and what else makes a study repeatable.
pub(super) fn origin(context: &ReportContext<'_>) -> Markup {
    let (findings, machine) = (context.findings, &context.findings.machine);
    let trials = &findings.study.trials;
    html! {
        dl.facts {
            div { dt { "repeats of each candidate" } dd { (whole(u64::from(trials.repeats))) } }
            div { dt { "seed" } dd { (trials.seed) } }
            div { dt { "metric" } dd { code { (findings.terms.signature()) } } }
            @if let Some(profile) = findings.terms.profile {
                div { dt { "profile" } dd { (profile.name()) ": " (profile.summary()) } }
            }
            div { dt { "looks at the " @if context.cross_fitted() { "sealed scores" } @else { "holdout" } } dd { (whole(findings.looks.len() as u64)) @if let Some(last) = findings.looks.last() { ", the last on " (last.at) " UTC" } } }
            div { dt { "machine" } dd { (machine.processor) ", " (machine.cores) @if machine.cores == 1 { " thread" } @else { " threads" } @if machine.memory > 0 { ", " (size(machine.memory)) } } }
            div { dt { "system" } dd { (machine.system) } }
            div { dt { "lagom" } dd { (machine.lagom) } }
        }
        @if !findings.source.trim().is_empty() {
            details open { summary { "The study file" } pre { code { (findings.source.trim_end()) } } }
        }
    }
}

/// The words used.
pub(super) fn words(context: &ReportContext<'_>) -> Markup {
    html! {
        dl.glossary { @for entry in glossary(context) { div { dt { (entry.word) } dd { (entry.meaning) } } } }
    }
}
