//! The answer at the top: headline, sentences, key figures, notes.

use maud::{Markup, html};

use super::cell::prose;
use crate::Shown;
use crate::verdict::VerdictKind;
use crate::answer::Fact;
use crate::words::ReportContext;

/// Figures that become tiles; the others are lines below.
const TILES: usize = 4;

/// The first screen of the page.
pub(super) fn answer(context: &ReportContext<'_>, shown: &Shown) -> Markup {
    let answer = &shown.answer;
    let line = |fact: &Fact| {
        matches!(
            fact.label.as_str(),
            "rows"
                | "margins"
                | "bars"
                | "error"
                | "asked"
                | "missing"
                | "refused"
                | "unreadable"
                | "cut off"
                | "shots"
                | "agreement"
                | "limits"
                | "model"
                | "data"
                | "ladder"
                | "effort"
        )
    };
    let tiles: Vec<&Fact> = answer.facts.iter().filter(|fact| !line(fact)).take(TILES).collect();
    let rest: Vec<&Fact> = answer.facts.iter().filter(|fact| !tiles.contains(fact)).collect();
    html! {
        section class={ "answer " (tone(context.findings.verdict.kind)) } {
            p.question { @match context.incumbent() { Some(name) => { "Do I need " (name) "?" } None => { "Do I need the bigger model?" } } }
            h1 { (answer.headline) }
            p.lead { (prose(&answer.sentences.join(" "))) }
            @for caution in &answer.cautions { p.caution { (prose(caution)) } }
            div.tiles { @for fact in &tiles { (self::tile(fact)) } }
            dl.lines {
                @for fact in &rest { div { dt { (fact.label) } dd { (prose(&fact.text())) } } }
            }
            @for note in &answer.notes { p.note { (prose(note)) } }
        }
    }
}

/// One figure as a tile.
pub(crate) fn tile(fact: &Fact) -> Markup {
    // A detail that continues the sentence reads alone without its comma.
    let detail = fact.detail.trim_start_matches([',', ';', ' ']);
    let (figure, unit) = fact.value.split_once(' ').unwrap_or((&fact.value, ""));
    html! {
        div.tile {
            p.what { (fact.label) }
            p.figure { (figure) @if !unit.is_empty() { " " span.unit { (unit) } } }
            @if !fact.gain.is_empty() { p.gain { (prose(&fact.gain)) } }
            @if !detail.is_empty() { p.detail { (detail) } }
        }
    }
}

/// The class that colours the answer.
pub(crate) fn tone(kind: VerdictKind) -> &'static str {
    match kind {
        VerdictKind::SmallerIsEnough => "good",
        VerdictKind::BiggerPays => "pays",
        VerdictKind::Undecided => "open",
        VerdictKind::NothingQualifies | VerdictKind::NothingLearned => "bad",
    }
}
