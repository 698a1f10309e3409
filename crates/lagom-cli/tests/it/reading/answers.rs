//! Answers on disk, joined by their order or by the ids of a batch.

use super::Place;
use crate::support::Dice;

/// A study of reviews with the answers in `file`; `answers` are right but for every twentieth.
pub(super) fn reviews(place: &Place, rows: usize) -> Vec<&'static str> {
    let mut dice = Dice(9);
    let mut text = "review,sentiment\n".to_owned();
    let mut answers = Vec::new();
    for row in 0..rows {
        let mood = dice.one(&["positive", "negative"]);
        let said = dice.one(if mood == "positive" {
            &["love it", "great gift", "fine"]
        } else {
            &["awful", "a refund", "fine"]
        });
        text.push_str(&format!("\"no. {row}, {said}, {}\",{mood}\n", dice.one(&["size M", "on sale", "by post"])));
        let other = if mood == "positive" { "negative" } else { "positive" };
        answers.push(if row % 20 == 3 { other } else { mood });
    }
    place.write("reviews.csv", text);
    answers
}

pub(super) fn study(place: &Place, file: &str, more: &str) {
    place.write(
        "s.toml",
        format!(
            "[task]\ndata = \"reviews.csv\"\ntarget = \"sentiment\"\ntext = \"review\"\n{more}\n[good-enough]\nmargin = 0.1\n\
             [ladder]\nfamilies = [\"ngrams\"]\nlargest = \"2k\"\n[[candidate]]\nname = \"ours\"\nparameters = \"8B\"\nanswers = \"{file}\"\n"
        ),
    );
}

fn quality(place: &Place) -> f64 {
    let report = place.report("out");
    let rows = report["analysis"]["screening"]["rows"].as_array().unwrap();
    rows.iter().find(|row| row["name"] == "ours").unwrap()["quality"]["point"].as_f64().unwrap()
}

/// The run comes to an end, sure or not, and nearly all answers are right: shifted by one row, half of them would be.
#[track_caller]
pub(super) fn is_right(place: &Place) {
    let ran = place.run();
    assert!([0, 3].contains(&ran.code), "{}{}", ran.out, ran.err);
    assert!(quality(place) > 0.85, "{}", quality(place));
}

#[test]
fn counts_that_differ_are_told_and_nothing_is_shifted() {
    let place = Place::new();
    let answers = reviews(&place, 200);
    let lines = |answers: &[&str]| -> String {
        answers.iter().map(|answer| format!("{{\"answer\": \"{answer}\"}}\n")).collect()
    };
    study(&place, "ours.jsonl", "");
    for wrong in [&answers[..198], &[&answers[..], &["positive"]].concat()] {
        place.write("ours.jsonl", lines(wrong));
        let found = format!("found {} answers, expected 200", wrong.len());
        place.run().fails(&["ours.jsonl: ", &found, "joined by their order", "id = "]);
    }
    place.write("ours.jsonl", lines(&answers));
    is_right(&place);
}

#[test]
fn a_blank_line_in_one_column_is_an_empty_answer() {
    let place = Place::new();
    let mut answers = reviews(&place, 200);
    answers[5] = "";
    answers[199] = "";
    place.write("ours.csv", format!("answer\n{}\n", answers.join("\n")));
    study(&place, "ours.csv", "");
    // Empty answers are missing; two in the few rows that are asked first are more than the usual 2 %.
    place.write("s.toml", format!("{}[budget]\nmissing = 0.1\n", place.text("s.toml")));
    is_right(&place);
}

#[test]
fn output_of_a_batch_is_found_by_its_ids() {
    let place = Place::new();
    let answers = reviews(&place, 200);
    let line = |(row, answer): (usize, &&str)| {
        format!(
            "{{\"id\": \"b{row}\", \"custom_id\": \"row-{row}\", \"response\": {{\"status_code\": 200, \"body\": {{\"choices\": \
             [{{\"index\": 0, \"message\": {{\"role\": \"assistant\", \"content\": \"{answer}\"}}, \"finish_reason\": \"stop\"}}]}}}}, \
             \"error\": null}}"
        )
    };
    let mut lines: Vec<String> = answers.iter().enumerate().map(line).collect();
    // A batch comes back in any order.
    lines.reverse();
    place.write("ours.jsonl", lines.join("\n"));
    study(&place, "ours.jsonl", "");
    is_right(&place);
    place.write("ours.jsonl", lines[50..].join("\n"));
    place.lagom(&["run", "s.toml", "--out", "other"]).fails(&["found 150 answers, expected 200"]);
}

#[test]
fn answers_to_all_rows_stay_with_theirs_where_some_have_no_target() {
    let place = Place::new();
    let answers = reviews(&place, 200);
    let text = place.text("reviews.csv");
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for row in [2_usize, 50, 120] {
        let cut = lines[row].rfind(',').unwrap();
        lines[row].truncate(cut + 1);
    }
    place.write("reviews.csv", lines.join("\n"));
    place.write(
        "ours.jsonl",
        answers.iter().map(|answer| format!("{{\"answer\": \"{answer}\"}}\n")).collect::<String>(),
    );
    study(&place, "ours.jsonl", "");
    is_right(&place);
}
