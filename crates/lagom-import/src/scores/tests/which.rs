//! Columns that are no candidates, and candidates on other scales.

use super::*;

/// 40 rows of `id` and these cells.
fn wide(header: &str, cells: impl Fn(usize) -> String) -> String {
    format!("id,{header}\n") + &(0..40).map(|row| format!("e{row},{}\n", cells(row))).collect::<String>()
}

#[test]
fn what_describes_the_example_is_no_candidate() {
    let folder = Folder::new();
    let marks = |row: usize| format!("{},{}", u8::from(row.is_multiple_of(2)), u8::from(!row.is_multiple_of(3)));
    for (header, cells) in [
        ("year", (|row| (2019 + row % 4).to_string()) as fn(usize) -> String),
        // unnamed, as pandas writes its index; and counted under any name
        ("", |row| row.to_string()),
        ("laufend", |row| (row + 1).to_string()),
        ("difficulty", |row| (1 + row % 5).to_string()),
        ("words", |row| format!("what is {row}?")),
    ] {
        let file = folder.write(
            "w.csv",
            wide(&format!("{header},small-1b,large-9b"), |row| format!("{},{}", cells(row), marks(row))),
        );
        let scores = one(&reading(&[file]));
        assert_eq!(names(&scores), ["small-1b", "large-9b"], "{header}");
        assert!(
            scores.notes.join(" ").contains("Left out, no candidates by their names or what they hold"),
            "{header}"
        );
    }
    // nothing says what this is
    let odd = |row: usize| format!("{},{}", 1 + row % 5, marks(row));
    let file = folder.write("w.csv", wide("schwer,small-1b,large-9b", odd));
    let refused = fails(
        &reading(std::slice::from_ref(&file)),
        &["column \"schwer\" holds whole numbers from 1 to 5, where \"small-1b\", \"large-9b\" hold right or wrong"],
    );
    assert!(refused.hint().is_some_and(|hint| hint.contains("--candidates")));
    let table = folder.write("m.csv", "candidate,parameters\nsmall-1b,1B\nlarge-9b,9B\n");
    let scores = one(&ImportOptions { candidates: Some(table), ..reading(&[file]) });
    assert_eq!(names(&scores), ["small-1b", "large-9b"]);
    assert!(scores.notes.join(" ").contains("Left out, not in the table of candidates: schwer."), "{:?}", scores.notes);
}

#[test]
fn a_candidate_whose_every_call_failed_is_no_text_of_the_examples() {
    let folder = Folder::new();
    let marks = |row: usize| format!("{},{},ERROR", u8::from(row.is_multiple_of(2)), u8::from(!row.is_multiple_of(3)));
    let file = folder.write("w.csv", wide("small-1b,middle-3b,large-9b", marks));
    let refused = fails(&reading(&[file]), &["column \"large-9b\" holds \"ERROR\" in every row"]);
    assert!(refused.hint().is_some_and(|hint| hint.contains("run it again")));
}

#[test]
fn of_numbers_that_are_no_shares_nobody_says_which_way_is_better() {
    let folder = Folder::new();
    let losses = |row: usize| format!("{},{}", 2.5 + row as f64 / 100.0, 2.1 + row as f64 / 100.0);
    let file = folder.write("w.csv", wide("small,big", losses));
    fails(&reading(std::slice::from_ref(&file)), &["value"]);
    let scores = one(&ImportOptions { higher_is_better: Some(false), ..reading(&[file]) });
    assert!(!scores.higher_is_better);
    // The name of the file may say that more is better, not that less is.
    fails(&reading(&[folder.write("val_loss.csv", wide("small,big", losses))]), &["value"]);
    assert!(one(&reading(&[folder.write("reward.csv", wide("small,big", losses))])).higher_is_better);
}

#[test]
fn shares_beside_percentages_are_refused() {
    let folder = Folder::new();
    // small is right in 3 of 4 (mean 0.75), large scores 50 or 80 (mean 65): neither is worse than the other by these
    let rows = |metric: &str, large: [u32; 2]| {
        let row = |at: usize| format!("{at},small,{}\n{at},large,{}\n", u8::from(!at.is_multiple_of(4)), large[at % 2]);
        format!("example,candidate,{metric}\n") + &(0..40).map(row).collect::<String>()
    };
    let file = folder.write("s.csv", rows("score", [50, 80]));
    let refused = fails(
        &reading(std::slice::from_ref(&file)),
        &["\"small\" is scored from 0 to 1 (mean 0.75), \"large\" from 50 to 80 (mean 65): these look like two scales"],
    );
    assert!(refused.hint().is_some_and(|hint| hint.contains("--range 0,100")));
    assert_eq!(one(&ImportOptions { range: Some((0.0, 100.0)), ..reading(&[file]) }).candidates.len(), 2);
    // errors may differ that much
    assert!(!one(&reading(&[folder.write("s.csv", rows("loss", [50, 80]))])).higher_is_better);
}

#[test]
fn promptfoo_writes_one_result_a_line_too() {
    let folder = Folder::new();
    let whole = promptfoo_lines(true);
    let scores = all(&reading(&[folder.write("out.jsonl", &whole)]));
    assert_eq!((names(&scores[0]), of(&scores[0], "small")), (vec!["small", "large"], &[1.0, 0.0][..]));
    assert_eq!(scores[0].candidates[1].facts.cost, Some(0.25));
    fails(
        &reading(&[folder.write("out.csv", "q,[small] say {{q}},[large] say {{q}}\n1,[PASS] yes,\"[FAIL] no\"\n")]),
        &["promptfoo's CSV output", "promptfoo export eval"],
    );
    fails(
        &reading(&[folder.write("out.yaml", "evalId: eval-1\nresults:\n  version: 3\n")]),
        &["promptfoo's YAML output", "promptfoo export eval"],
    );
}

fn promptfoo_lines(first: bool) -> String {
    let line = |test: u32, provider: &str, pass: bool, at: u32| {
        format!(
            "{{\"cost\": 0.25, \"gradingResult\": {{}}, \"promptIdx\": {at}, \"provider\": {{\"id\": \"{provider}\", \"label\": \"{provider}\"}}, \"score\": {}, \"success\": {pass}, \"testIdx\": {test}, \"vars\": {{\"x\": \"{test}\"}}, \"failureReason\": 0}}\n",
            u8::from(pass)
        )
    };
    line(0, "small", first, 0) + &line(0, "large", true, 1) + &line(1, "small", false, 0) + &line(1, "large", true, 1)
}
