//! What each row of a task of multiple choice offers, and which of it is right.

use serde_json::Value;

use super::error::DataFault;
use super::rows::Rows;
use super::texts::named;
use crate::dataset::Target;
use crate::study::Choices;

/// The longest part of a cell that a message shows, in characters.
const SHOWN: usize = 40;

/// How the right choice is written, in the order in which ways are tried.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Text,
    FromZero,
    FromOne,
    Letter,
}

const WAYS: [Way; 4] = [Way::Text, Way::FromZero, Way::FromOne, Way::Letter];

/// Reads the choices of each row and the right ones among them, from the columns `right`.
///
/// A right choice is written as its text, as its position from 0 or from 1, or as its letter: the first of these ways
/// that all rows agree with holds for all.
pub(super) fn choices(
    rows: &Rows,
    offered: &Choices,
    right: &[usize],
    faults: &mut Vec<DataFault>,
    notes: &mut Vec<String>,
) -> Target {
    let before = faults.len();
    // Places without a choice are kept until the right ones are found, so that positions hold.
    let places = places(rows, offered, faults);
    if faults.len() > before {
        return Target::Choices { choices: Vec::new(), gold: Vec::new() };
    }
    let answers = answers(rows, right);
    let wrong = |way: Way| -> Vec<(usize, String)> {
        let row = |(row, answers): (usize, &Vec<String>)| {
            let lost = answers.iter().find(|answer| found(way, answer, &places[row]).is_none());
            match (lost, answers.is_empty()) {
                (_, true) => Some((row, "nothing".to_owned())),
                (Some(lost), _) => Some((row, format!("`{}`", brief(lost)))),
                (None, false) => None,
            }
        };
        answers.iter().enumerate().filter_map(row).collect()
    };
    let misses: Vec<(Way, Vec<(usize, String)>)> = WAYS.into_iter().map(|way| (way, wrong(way))).collect();
    let Some((way, missed)) = misses.into_iter().min_by_key(|(_, missed)| missed.len()) else {
        return Target::Choices { choices: Vec::new(), gold: Vec::new() };
    };
    let name = |at: &usize| format!("`{}`", rows.first.columns[*at].name);
    let columns: Vec<String> = right.iter().map(name).collect();
    if !missed.is_empty() {
        faults.push(DataFault::new(
            format!("{}: expected {}, found {}", columns.join(", "), expected(way), named(rows, &missed)),
            "write the right choice as its text, as its position from 0 or from 1, or as its letter, the same way in every row",
        ));
    } else if way != Way::Text {
        notes.push(format!("{} holds {}", columns.join(", "), expected(way)));
    }
    settled(way, &places, &answers)
}

/// The choices without their gaps, and the positions of the right ones among them.
fn settled(way: Way, places: &[Vec<Option<String>>], answers: &[Vec<String>]) -> Target {
    let mut gold = Vec::with_capacity(places.len());
    for (places, answers) in places.iter().zip(answers) {
        let position = |at: usize| places[..at].iter().flatten().count() as u32;
        let mut right: Vec<u32> =
            answers.iter().filter_map(|answer| found(way, answer, places)).map(position).collect();
        right.sort_unstable();
        right.dedup();
        gold.push(right);
    }
    let choices = places.iter().map(|places| places.iter().flatten().cloned().collect()).collect();
    Target::Choices { choices, gold }
}

fn expected(way: Way) -> &'static str {
    match way {
        Way::Text => "the text of one of the row's choices",
        Way::FromZero => "the position of a choice, from 0",
        Way::FromOne => "the position of a choice, from 1",
        Way::Letter => "the letter of a choice, from A",
    }
}

/// The place of the choice that an answer names.
fn found(way: Way, answer: &str, places: &[Option<String>]) -> Option<usize> {
    let there = |at: usize| places.get(at).is_some_and(Option::is_some).then_some(at);
    match way {
        Way::Text => places.iter().position(|choice| choice.as_deref().is_some_and(|text| text.trim() == answer)),
        Way::FromZero => there(answer.parse().ok()?),
        Way::FromOne => there(answer.parse::<usize>().ok()?.checked_sub(1)?),
        Way::Letter => match answer.trim_matches(['(', ')', '.']).as_bytes() {
            [letter] if letter.is_ascii_alphabetic() => there(usize::from(letter.to_ascii_uppercase() - b'A')),
            _ => None,
        },
    }
}

/// What is right in each row: the cells that are not empty, lists taken apart.
fn answers(rows: &Rows, right: &[usize]) -> Vec<Vec<String>> {
    let mut answers: Vec<Vec<String>> = vec![Vec::new(); rows.count()];
    for &at in right {
        for (row, cell) in rows.raw(at).enumerate() {
            let listed = list(cell).ok().filter(|_| cell.trim_start().starts_with('['));
            let texts = listed.unwrap_or_else(|| vec![cell.to_owned()]);
            answers[row].extend(texts.into_iter().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()));
        }
    }
    answers
}

/// What each row offers; a cell without a choice leaves its place empty.
fn places(rows: &Rows, offered: &Choices, faults: &mut Vec<DataFault>) -> Vec<Vec<Option<String>>> {
    let mut places: Vec<Vec<Option<String>>> = vec![Vec::new(); rows.count()];
    let mut wrong: Vec<(usize, String)> = Vec::new();
    match offered {
        Choices::Fixed(labels) => places.fill(labels.iter().cloned().map(Some).collect()),
        Choices::Columns(columns) => {
            for at in columns.iter().filter_map(|name| rows.find(name)) {
                for (places, cell) in places.iter_mut().zip(rows.raw(at)) {
                    places.push((!cell.trim().is_empty()).then(|| cell.to_owned()));
                }
            }
        }
        Choices::Column(name) => {
            for (row, cell) in rows.find(name).into_iter().flat_map(|at| rows.raw(at)).enumerate() {
                match list(cell) {
                    Ok(texts) => places[row] = texts.into_iter().map(Some).collect(),
                    Err(what) => wrong.push((row, what)),
                }
            }
        }
    }
    let columns = offered.columns().iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    if !wrong.is_empty() {
        faults.push(DataFault::new(
            format!("choices {columns}: expected a JSON list of texts, found {}", named(rows, &wrong)),
            "write them as [\"one\", \"two\"], with double quotes; or name one column a choice under [task]",
        ));
        return places;
    }
    let few = |(row, places): (usize, &Vec<Option<String>>)| {
        let count = places.iter().flatten().filter(|text| !text.trim().is_empty()).count();
        (count < 2).then(|| (row, if count == 0 { "none".to_owned() } else { "one".to_owned() }))
    };
    let few: Vec<(usize, String)> = places.iter().enumerate().filter_map(few).collect();
    if !few.is_empty() {
        faults.push(DataFault::new(
            format!("choices {columns}: expected at least two in every row, found {}", named(rows, &few)),
            "complete these rows, or remove them",
        ));
    }
    places
}

/// The texts of a JSON list of texts, numbers or true and false; else what is there in its place.
fn list(cell: &str) -> Result<Vec<String>, String> {
    let found = || if cell.trim().is_empty() { "nothing".to_owned() } else { format!("`{}`", brief(cell.trim())) };
    let values: Vec<Value> = serde_json::from_str(cell.trim()).map_err(|_| found())?;
    let text = |value: Value| match value {
        Value::String(text) => Ok(text),
        Value::Number(_) | Value::Bool(_) => Ok(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => Err(found()),
    };
    values.into_iter().map(text).collect()
}

/// The beginning of a text.
fn brief(text: &str) -> String {
    let shown: String = text.chars().take(SHOWN).collect();
    if text.chars().count() > SHOWN { format!("{shown}…") } else { shown }
}
