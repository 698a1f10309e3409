//! Labels: missing ones, spellings of one class, and which column they are.

use super::{Place, law, outcome};
use crate::support::Dice;

/// A file of `a`, `b` and a label, which `write` makes of the row and its class.
fn labelled(rows: usize, write: impl Fn(usize, usize) -> String) -> String {
    let mut text = "a,b,grade\n".to_owned();
    for (at, ([a, b, y], _)) in law(rows, 5).into_iter().enumerate() {
        let class = if y < -1.0 {
            0
        } else if y < 1.5 {
            1
        } else {
            2
        };
        text.push_str(&format!("{a:.2},{b:.2},{}\n", write(at, class)));
    }
    text
}

#[test]
fn spellings_of_one_class_are_merged_and_told() {
    let place = Place::new();
    place.write("clean.csv", labelled(240, |_, class| class.to_string()));
    place.write(
        "mixed.csv",
        labelled(240, |at, class| if at % 3 == 0 { format!("{class}.0") } else { class.to_string() }),
    );
    let task = "target = \"grade\"\nkind = \"classification\"";
    assert_eq!(outcome(&place, "mixed.csv", task), outcome(&place, "clean.csv", task));
    place.lagom(&["init", "mixed.csv", "--force"]).says(&["spellings of one class are merged: `0`", "`0.0`", "grade"]);
    place
        .write("s.toml", "[task]\ndata = \"mixed.csv\"\ntarget = \"grade\"\n[task.columns]\ngrade = \"categorical\"\n");
    place.lagom(&["check", "s.toml"]).says(&["6 classes"]);
    // The same word with its accent composed or not.
    let words = |at: usize, class: usize| match (class, at % 2) {
        (0, 0) => "caf\u{e9}".to_owned(),
        (0, _) => "cafe\u{301}".to_owned(),
        _ => "th\u{e9}".to_owned(),
    };
    place.write("accents.csv", labelled(240, words));
    place.lagom(&["init", "accents.csv", "--force"]).says(&["2 classes", "are merged"]);
}

#[test]
fn na_may_be_a_class_and_which_spellings_are_missing_can_be_told() {
    let place = Place::new();
    place.write("d.csv", labelled(240, |_, class| ["NA", "BW", "ZA"][class].to_owned()));
    place.lagom(&["init", "d.csv"]).says(&["3 classes", "`NA`", "is read as a class", "missing = [\"NA\"]"]);
    let study = |missing: &str| format!("[task]\ndata = \"d.csv\"\ntarget = \"grade\"\n{missing}\n");
    place.write("s.toml", study("missing = [\"NA\"]"));
    place.lagom(&["check", "s.toml"]).says(&["2 classes", "left out", "written `NA`"]);
    // Among words it is missing, and can be told to be none.
    place.write("d.csv", labelled(240, |_, class| ["NA", "west", "east"][class].to_owned()));
    place.write("s.toml", study(""));
    place.lagom(&["check", "s.toml"]).says(&["2 classes", "left out", "missing = [] under [task]"]);
    place.write("s.toml", study("missing = [\"?\"]"));
    place.lagom(&["check", "s.toml"]).says(&["3 classes"]);
}

#[test]
fn plus_and_minus_are_classes() {
    let place = Place::new();
    place.write(
        "d.csv",
        labelled(240, |_, class| if class == 0 { "-".to_owned() } else { "+".to_owned() }).replace("grade", "decision"),
    );
    place.lagom(&["init", "d.csv"]).says(&["decision: ", "2 classes", "`-` is read as a value beside `+`"]);
}

#[test]
fn rows_without_a_target_are_dropped_counted_and_told() {
    let place = Place::new();
    let holes = |at: usize| at % 40 == 7;
    place.write("holes.csv", labelled(240, |at, class| if holes(at) { String::new() } else { format!("c{class}") }));
    let whole = labelled(240, |at, class| if holes(at) { "drop".to_owned() } else { format!("c{class}") });
    let kept: Vec<&str> = whole.lines().filter(|line| !line.ends_with("drop")).collect();
    place.write("clean.csv", format!("{}\n", kept.join("\n")));
    let task = "target = \"grade\"";
    assert_eq!(outcome(&place, "holes.csv", task), outcome(&place, "clean.csv", task));
    // Rows 8, 48, … of 240: six of them; the header is line 1.
    place
        .lagom(&["init", "holes.csv"])
        .says(&["missing in 6 of 240 rows, which are left out (row 8 (line 9), row 48 (line"]);
    place.write("s.toml", "[task]\ndata = \"holes.csv\"\ntarget = \"grade\"\nmissing-target = \"refuse\"\n");
    place.refuses(&["target `grade` is missing in row 8 (line 9)", "(6 rows in all)"]);
    let numbers: String = law(120, 6)
        .iter()
        .enumerate()
        .map(|(at, ([a, b, y], _))| match at % 30 {
            3 => format!("{a:.2},{b:.2},NaN\n"),
            _ => format!("{a:.2},{b:.2},{y:.3}\n"),
        })
        .collect();
    place.write("numbers.csv", format!("a,b,y\n{numbers}"));
    place.lagom(&["init", "numbers.csv", "--force"]).says(&["missing in 4 of 120 rows", "regression"]);
}

#[test]
fn beside_one_text_dates_and_numbers_of_their_own_do_not_make_a_table() {
    let place = Place::new();
    let mut dice = Dice(7);
    let mut text = "headline,published,url_no,mood\n".to_owned();
    for row in 0..120_u64 {
        let mood = dice.one(&["good", "bad", "plain"]);
        let words: Vec<&str> =
            (0..6).map(|_| dice.one(&["shares", "fall", "rise", "bank", "profit", "loss", "deal"])).collect();
        text.push_str(&format!(
            "{} {mood},2024-01-{:02},{},{mood}\n",
            words.join(" "),
            row % 28 + 1,
            48_000_000 + row * row * 7
        ));
    }
    place.write("d.csv", &text);
    place.lagom(&["init", "d.csv"]).says(&[
        "text-classification",
        "`headline` is read as the input",
        "`published`, `url_no`",
    ]);
    place.write("s.toml", "[task]\ndata = \"d.csv\"\ntarget = \"mood\"\nkind = \"classification\"\n");
    place.lagom(&["check", "s.toml"]).ends(0);
}

#[test]
fn the_target_may_come_first() {
    let place = Place::new();
    let mut dice = Dice(8);
    // Letters before whole numbers of one kind, as of pixels.
    let letters: String = (0..300)
        .map(|_| {
            let numbers: Vec<String> = (0..6).map(|_| (dice.roll() % 16).to_string()).collect();
            format!("{},{}\n", dice.one(&["A", "B", "C", "D", "E"]), numbers.join(","))
        })
        .collect();
    place.write("letters.csv", letters);
    place.lagom(&["init", "letters.csv"]).says(&["column-1: it comes first", "--target column-7"]);
    // Names alone, two in the first column.
    let names: String = (0..300)
        .map(|_| {
            let cells: Vec<&str> = (0..5).map(|_| dice.one(&["x", "s", "y", "w"])).collect();
            format!("{},{},{}\n", dice.one(&["p", "e"]), cells.join(","), dice.one(&["u", "g", "m", "d", "p"]))
        })
        .collect();
    place.write("names.csv", names);
    place.lagom(&["init", "names.csv", "--force"]).says(&["column-1: it comes first", "--target column-7"]);
    let bank: String = (0..300)
        .map(|_| {
            let (job, loan) = (dice.one(&["admin.", "technician", "services"]), dice.one(&["yes", "no"]));
            format!(
                "{};\"{job}\";\"{loan}\";\"{}\";\"{}\"\n",
                dice.roll() % 60 + 18,
                dice.one(&["unknown", "success"]),
                dice.one(&["yes", "no"])
            )
        })
        .collect();
    place.write("bank.csv", format!("\"age\";\"job\";\"default\";\"poutcome\";\"y\"\n{bank}"));
    place.lagom(&["init", "bank.csv", "--force"]).says(&["y: it is named like a target"]);
}
