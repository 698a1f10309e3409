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

#[test]
fn answers_to_the_same_rows_in_another_order_are_refused_with_a_row_and_its_place() {
    let place = Place::new();
    let answers = reviews(&place, 200);
    let data = place.text("reviews.csv");
    // The file of answers has the data's own column beside them, the other way round.
    let mut lines: Vec<String> =
        data.lines().skip(1).zip(&answers).map(|(row, answer)| format!("{row},{answer}\n")).collect();
    place.write("ours.csv", format!("review,sentiment,answer\n{}", lines.concat()));
    study(&place, "ours.csv", "");
    is_right(&place);
    lines.reverse();
    place.write("ours.csv", format!("review,sentiment,answer\n{}", lines.concat()));
    let told = [
        "ours.csv: its answers are in another order",
        "is row 1 of the data, and answer 200 of the file",
        "id = \"review\"",
    ];
    place.lagom(&["check", "s.toml"]).fails(&told);
    place.lagom(&["run", "s.toml", "--out", "other"]).fails(&told);
    place.write("s.toml", format!("{}id = \"review\"\n", place.text("s.toml")));
    is_right(&place);
}

#[test]
fn a_file_of_answers_without_a_row_of_the_data_is_told_by_check() {
    let place = Place::new();
    let answers = reviews(&place, 200);
    let line = |(row, answer): (usize, &&str)| format!("row-{row},{answer}\n");
    place.write("ours.csv", format!("review,answer\n{}", answers.iter().enumerate().map(line).collect::<String>()));
    study(&place, "ours.csv", "id = \"review\"\n");
    place.write("s.toml", place.text("s.toml").replace("id = \"review\"\n", "") + "id = \"review\"\n");
    place.lagom(&["check", "s.toml"]).fails(&["ours.csv: has no answer to any of the 200 rows", "`row-0`"]);
}

#[test]
fn a_column_of_the_data_is_not_taken_for_the_answers_where_there_is_another() {
    let place = Place::new();
    let answers = reviews(&place, 200);
    let data = place.text("reviews.csv").replacen("review,", "text,", 1);
    place.write("reviews.csv", &data);
    let lines: String = data.lines().skip(1).zip(&answers).map(|(row, answer)| format!("{row},{answer}\n")).collect();
    place.write("ours.csv", format!("text,sentiment,answer\n{lines}"));
    study(&place, "ours.csv", "");
    place.write("s.toml", place.text("s.toml").replace("text = \"review\"", "text = \"text\""));
    is_right(&place);
}
