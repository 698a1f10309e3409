//! Numbers in the page: each with the value it has in `report.json`.

use maud::{Markup, html};

use crate::numbers::{MISSING, bytes, count, seconds};
use crate::shown::Span;
use crate::words::ReportContext;

/// A number as it is written, with its value.
pub(crate) fn number(value: f64, text: &str) -> Markup {
    if !value.is_finite() {
        return missing();
    }
    html! { data value=(value) { (text) } }
}

/// Sentences: what stands in backticks is code, and names with a hyphen stay on one line.
pub(crate) fn prose(text: &str) -> Markup {
    html! {
        @for (at, part) in text.split('`').enumerate() {
            @if at % 2 == 1 {
                code { (part) }
            } @else {
                @for word in part.split_inclusive(' ') {
                    @if word.contains('-') { span.whole { (word.trim_end()) } @if word.ends_with(' ') { " " } }
                    @else { (word) }
                }
            }
        }
    }
}

/// A dash for what is not there.
pub(crate) fn missing() -> Markup {
    html! { span.none { (MISSING) } }
}

/// A count in full.
pub(crate) fn whole(value: u64) -> Markup {
    html! { data value=(value) { (count(value)) } }
}

/// A size in bytes.
pub(crate) fn size(value: u64) -> Markup {
    html! { data value=(value) { (bytes(value)) } }
}

/// A duration in seconds.
pub(crate) fn time(value: f64) -> Markup {
    if value.is_finite() && value >= 0.0 { number(value, &seconds(value)) } else { missing() }
}

/// `0.973 ± 0.003`; `signed` for differences.
pub(crate) fn spread(context: &ReportContext<'_>, span: Option<&Span>, signed: bool) -> Markup {
    let Some(span) = span else { return missing() };
    let style = context.style;
    let text = if signed { style.signed(span.point) } else { style.value(span.point) };
    html! { (number(span.point, &text)) span.pm { " ± " (number(span.half, &style.size(span.half))) } }
}

/// Whatever there is, or a dash.
pub(crate) fn or_missing<T>(value: Option<T>, write: impl Fn(T) -> Markup) -> Markup {
    value.map_or_else(missing, write)
}
