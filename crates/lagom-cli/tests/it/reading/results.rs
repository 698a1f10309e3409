//! Results of other tools and answers on disk, read by the reader of the data: each way of writing gives what its clean twin gives.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use parquet::data_type::{ByteArray, ByteArrayType, DoubleType};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use serde_json::Value;

use super::{Dice, Place};

/// Scores of two models on 300 examples, with half points.
fn scores() -> Vec<(String, [f64; 2])> {
    let mut dice = Dice(5);
    let score = |dice: &mut Dice, right: f64| match dice.share() {
        share if share < right => 1.0,
        share if share < 0.9 => 0.0,
        _ => 0.5,
    };
    (0..300).map(|at| (format!("question {at}"), [score(&mut dice, 0.6), score(&mut dice, 0.8)])).collect()
}

/// The table with this separator, decimal mark and end of each line.
fn table(separator: &str, mark: &str, end: &str) -> String {
    let number = |value: f64| format!("{value:.1}").replace('.', mark);
    let mut text = ["question", "small", "large"].join(separator) + end + "\n";
    for (question, [small, large]) in scores() {
        text += &([question, number(small), number(large)].join(separator) + end + "\n");
    }
    text
}

fn write_parquet(path: &Path) {
    let schema = parse_message_type(
        "message m { required binary question (UTF8); required double small; required double large; }",
    );
    let file = File::create(path).unwrap();
    let properties = Arc::new(WriterProperties::default());
    let mut writer = SerializedFileWriter::new(file, Arc::new(schema.unwrap()), properties).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let names: Vec<ByteArray> = scores().iter().map(|(name, _)| ByteArray::from(name.as_str())).collect();
    let mut column = group.next_column().unwrap().unwrap();
    column.typed::<ByteArrayType>().write_batch(&names, None, None).unwrap();
    column.close().unwrap();
    for model in 0..2 {
        let values: Vec<f64> = scores().iter().map(|(_, of)| of[model]).collect();
        let mut column = group.next_column().unwrap().unwrap();
        column.typed::<DoubleType>().write_batch(&values, None, None).unwrap();
        column.close().unwrap();
    }
    group.close().unwrap();
    writer.close().unwrap();
}

fn answers(place: &Place, file: &str) -> Value {
    let ran = place.lagom(&["compare", file, "--margin", "0.05", "--json"]);
    assert!([0, 3].contains(&ran.code), "{file}: {ran:?}");
    let found: Value = serde_json::from_str(&ran.out).unwrap();
    let answer = &found["answers"][0];
    serde_json::json!({ "rows": answer["rows"], "verdict": answer["verdict"], "examples": answer["examples"] })
}

#[test]
fn tables_of_results_in_many_hands() {
    let place = Place::new();
    place.write("clean.csv", table(",", ".", ""));
    let clean = answers(&place, "clean.csv");
    assert_eq!(clean["examples"], 300);
    let sheet = format!("sep=;\r\n{}", table(";", ",", ""));
    for (name, text) in [
        ("tabs.tsv", table("\t", ".", "")),
        ("comma.csv", table(";", ",", "")),
        ("sheet.csv", sheet),
        ("comments.csv", format!("# scored on 29 November\n# by the nightly job\n{}", table(",", ".", ""))),
        ("mark.csv", format!("\u{feff}{}", table(",", ".", ""))),
        ("trailing.csv", table(",", ".", ",")),
        ("bars.txt", table("|", ".", "")),
    ] {
        place.write(name, text);
        assert_eq!(answers(&place, name), clean, "{name}");
    }
    write_parquet(&place.path("typed.parquet"));
    assert_eq!(answers(&place, "typed.parquet"), clean);
    let head = "question  small  large";
    let spaced = table("  ", ".", "").replace("question ", "q").replace("q small  large", head);
    place.write("aligned.txt", &spaced);
    place.write("narrow.csv", spaced.replace("  ", ","));
    assert_eq!(answers(&place, "aligned.txt"), answers(&place, "narrow.csv"));
}

#[test]
fn answers_in_tabs_and_in_parquet() {
    let place = Place::new();
    let right = super::answers::reviews(&place, 200);
    super::answers::study(&place, "ours.tsv", "");
    let lines: String = right.iter().map(|answer| format!("\"{answer}\"\tsure\n")).collect();
    place.write("ours.tsv", format!("answer\tnote\n{lines}"));
    super::answers::is_right(&place);
    let place = Place::new();
    let right = super::answers::reviews(&place, 200);
    super::answers::study(&place, "ours.parquet", "");
    let schema = Arc::new(parse_message_type("message m { required binary answer (UTF8); }").unwrap());
    let file = File::create(place.path("ours.parquet")).unwrap();
    let mut writer = SerializedFileWriter::new(file, schema, Arc::new(WriterProperties::default())).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let texts: Vec<ByteArray> = right.iter().map(|answer| ByteArray::from(*answer)).collect();
    let mut column = group.next_column().unwrap().unwrap();
    column.typed::<ByteArrayType>().write_batch(&texts, None, None).unwrap();
    column.close().unwrap();
    group.close().unwrap();
    writer.close().unwrap();
    super::answers::is_right(&place);
}

#[test]
fn a_row_of_results_with_a_cell_too_few_is_told_by_its_line() {
    let place = Place::new();
    let text = table(",", ".", "").replacen("question 7,", "question 7;", 1);
    place.write("ragged.csv", text);
    let ran = place.lagom(&["compare", "ragged.csv"]);
    ran.ends(1).says(&["ragged.csv, row 8 (line 9): found 2 cells, expected 3"]);
}
