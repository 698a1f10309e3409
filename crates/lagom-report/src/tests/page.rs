//! The page: its numbers, its escapes, and that it stands alone.

use std::collections::BTreeSet;

use serde_json::Value;

use super::cases::all;
use crate::{html, json};

/// Every number in a JSON tree, as bits.
fn numbers(value: &Value, found: &mut BTreeSet<u64>) {
    match value {
        Value::Number(number) => found.extend(number.as_f64().map(f64::to_bits)),
        Value::Array(items) => items.iter().for_each(|item| numbers(item, found)),
        Value::Object(fields) => fields.values().for_each(|field| numbers(field, found)),
        _ => {}
    }
}

/// The value and the text of each `<data>` element.
fn tagged(page: &str) -> Vec<(f64, &str)> {
    let parts = page.split("<data value=\"").skip(1);
    parts
        .map(|part| {
            let (value, rest) = part.split_once("\">").unwrap();
            (value.parse().unwrap(), rest.split_once("</data>").unwrap().0)
        })
        .collect()
}

/// The text of a piece of HTML without its elements; those named in `without` go with their content.
fn text(page: &str, without: &[&str]) -> String {
    let mut page = page.to_owned();
    for name in without {
        let (open, close) = (format!("<{name}"), format!("</{name}>"));
        let mut kept = String::new();
        let mut rest = page.as_str();
        while let Some((before, after)) = rest.split_once(&open) {
            kept.push_str(before);
            rest = after.split_once(&close).map_or("", |(_, tail)| tail);
        }
        page = kept + rest;
    }
    page.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text)).collect::<Vec<&str>>().join(" ")
}

/// The bodies of the tables on the first screen and of the candidates.
fn tables(page: &str) -> String {
    let body = |label: &str| {
        let (_, after) = page.split_once(&format!("aria-label=\"{label}"))?;
        after.split_once("<tbody>")?.1.split_once("</tbody>").map(|(body, _)| body.to_owned())
    };
    body("Staircase").unwrap_or_default() + &body("Table of candidates").expect("the table")
}

/// Invariant 6: each number of the table carries its value, that value is in the JSON, and the text is
/// that value rounded; no digit stands outside, but for names.
#[test]
fn every_number_of_the_table_is_in_the_json() {
    for (name, findings) in all() {
        let page = html(&findings);
        let mut known = BTreeSet::new();
        let tree: Value = serde_json::from_str(&json(&findings)).unwrap();
        numbers(&tree, &mut known);
        for array in [&tree["data"]["classes"], &tree["looks"]] {
            known.insert((array.as_array().unwrap().len() as f64).to_bits());
        }
        let found = tagged(&page);
        assert!(found.len() > 3, "{name}");
        for (value, text) in found {
            assert!(known.contains(&value.to_bits()), "{name}: {value} shown as {text} is not in the JSON");
            let (written, place) = read(text).unwrap_or_else(|| panic!("{name}: {text}"));
            // Half a unit of the last place, or of the third digit where zeros at the end are left off.
            let room = (place * 0.501).max(value.abs() * 0.005);
            assert!((written - value).abs() <= room, "{name}: {value} is shown as {text}");
        }
        // What a name means is told in small letters: the numbers of the name.
        let mut bare = text(&tables(&page), &["data", "small"]);
        for row in &findings.analysis.screening.rows {
            bare = bare.replace(&row.name, "");
        }
        assert!(!bare.chars().any(|letter| letter.is_ascii_digit()), "{name}: {bare}");
    }
}

/// Reads a number as the page writes it, with its unit; and what one in its last place is worth.
fn read(text: &str) -> Option<(f64, f64)> {
    let plain = text.replace(['+', ','], "").replace('−', "-");
    let end = plain.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '-'))).unwrap_or(plain.len());
    let (number, unit) = plain.split_at(end);
    let factor = match unit.trim() {
        "" | "B" | "s" | "USD" => 1.0,
        "%" => 0.01,
        "k" | "kB" => 1e3,
        "M" | "MB" => 1e6,
        "G" | "GB" => 1e9,
        "T" | "TB" => 1e12,
        "ms" => 1e-3,
        "µs" => 1e-6,
        "ns" => 1e-9,
        "min" => 60.0,
        "h" => 3600.0,
        _ => return None,
    };
    let decimals = number.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    let place = factor * 10_f64.powi(-i32::try_from(decimals).ok()?);
    number.parse::<f64>().ok().map(|number| (number * factor, place))
}

/// Every number in the words of the page is in the answer of the JSON, word for word.
#[test]
fn the_answer_is_in_the_json() {
    for (_, findings) in all() {
        let tree: Value = serde_json::from_str(&json(&findings)).unwrap();
        let answer = crate::answer(&findings);
        assert_eq!(tree["shown"]["answer"], serde_json::to_value(&answer).unwrap());
        let page = text(&html(&findings), &["style"]);
        assert!(page.contains(&answer.headline));
        for told in tree["shown"]["tests"].as_array().unwrap() {
            assert!(page.contains(told["reason"].as_str().unwrap()), "{told}");
        }
    }
}

#[test]
fn names_are_escaped() {
    for (_, mut findings) in all() {
        findings.name = "<script>alert(1)</script>".to_owned();
        findings.source = "</pre><script>alert(2)</script>".to_owned();
        findings.data.notes.push("<img src=x onerror=alert(3)>".to_owned());
        findings.data.target = "\"><script>".to_owned();
        findings.data.classes.push("<script>x</script>".to_owned());
        if let Some(row) = findings.analysis.screening.rows.last_mut() {
            row.name = "<script>\"&'".to_owned();
            row.failures.push("<b>".to_owned());
        }
        let page = html(&findings);
        assert!(!page.contains("<script") && !page.contains("<img") && page.contains("&lt;script&gt;"));
    }
}

#[test]
fn the_page_stands_alone() {
    for (name, findings) in all() {
        let page = html(&findings);
        for outside in ["http://", "https://", "@import", "url(", "<script", "<link", "<img"] {
            assert!(!page.contains(outside), "{name} has {outside}");
        }
        assert!(page.starts_with("<!DOCTYPE html><html lang=\"en\">"));
        let ids: Vec<&str> =
            page.split(" id=\"").skip(1).filter_map(|part| part.split_once('"')).map(|(id, _)| id).collect();
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{name}: ids occur twice");
        assert_eq!(page.matches("role=\"img\"").count(), page.matches("<desc").count());
        assert!(!page.contains("<h2>Learning</h2><") || page.contains("<svg class=\"plot"), "{name}: an empty section");
        assert!(page.len() < 700_000, "{name}: {} bytes", page.len());
        if let Some(folder) = std::env::var_os("LAGOM_REPORT_SAMPLES") {
            std::fs::write(std::path::Path::new(&folder).join(format!("{name}.html")), &page).unwrap();
        }
    }
}
