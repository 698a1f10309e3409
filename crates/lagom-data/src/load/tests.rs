//! Tasks of text, from files to data sets.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fmt::Write as _;

use super::*;
use crate::dataset::Target;
use crate::split::split;
use crate::strata::SplitSpec;
use crate::study::{Study, TaskKind};

const CANDIDATE: &str = "[[candidate]]\nname = \"a\"\ngguf = \"a.gguf\"\n";

/// Loads `text` as the file `name` with these keys of `[task]` and what comes behind.
fn loaded(name: &str, text: &str, keys: &str) -> Result<Loaded, DataError> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(name), text).unwrap();
    let rest = if keys.contains("[[candidate]]") { "" } else { CANDIDATE };
    let study = format!("[task]\ndata = \"{name}\"\n{keys}\n{rest}");
    let study = Study::parse(&study, folder.path().join("study.toml"), &crate::study::Registries::default())
        .unwrap_or_else(|faults| panic!("{faults}"));
    load(&study)
}

fn fault(name: &str, text: &str, keys: &str) -> String {
    loaded(name, text, keys).expect_err(keys).to_string()
}

/// Thirty lines made from their numbers.
fn lines(line: impl Fn(usize) -> String) -> String {
    (0..30).fold(String::new(), |mut text, row| {
        let _ = writeln!(text, "{}", line(row));
        text
    })
}

#[test]
fn references_of_one_column_of_several_and_of_lists() {
    let text = lines(|row| match row {
        0 => r#"{"q": "how many is it then", "a": ["one", "two"], "b": "three", "n": 1, "tags": {"x": [1, 2]}}"#.into(),
        1 => r#"{"q": "which one is it now", "a": "[not a list]", "b": null, "n": 2, "tags": null}"#.into(),
        _ => {
            format!(r#"{{"q": "what about the number {row}", "a": "it is {row}", "b": "", "n": {row}, "tags": {{}}}}"#)
        }
    });
    let keys = "kind = \"text-generation\"\nreferences = [\"a\", \"b\"]";
    let data = loaded("a.jsonl", &text, keys).unwrap().dataset;
    assert_eq!(data.task, TaskKind::TextGeneration);
    assert_eq!(data.references(0), ["one", "two", "three"]);
    assert_eq!(
        (data.references(1), data.references(2)),
        (&["[not a list]".to_owned()][..], &["it is 2".to_owned()][..])
    );
    // What is right is not among the columns; cells stand as they are written, lists and objects as JSON.
    let shown = |row| serde_json::to_string(&data.fields(row)).unwrap();
    assert_eq!(shown(0), r#"{"n":"1","q":"how many is it then","tags":"{\"x\": [1, 2]}"}"#);
    assert_eq!(shown(1), r#"{"n":"2","q":"which one is it now","tags":null}"#);
    assert_eq!((data.field_names(), data.target_name.as_str()), (vec!["q", "n", "tags"], "a, b"));
    // Nothing is cross-fitted where models are called: a fifth of the rows is sealed.
    assert_eq!((data.development.len(), data.holdout_rows()), (24, 6));
    assert_eq!((data.target.classes(), data.target.counts(&data.development).len()), (0, 0));
}

#[test]
fn the_columns_to_answer_from_are_named_or_found() {
    let text = lines(|row| format!("{row},\"who wrote the book of number {row}\",en,nobody {row}"));
    let text = format!("id,question,language,answer\n{text}");
    let keys = "kind = \"text-generation\"\ntarget = \"answer\"";
    let of = |more: &str| {
        let Loaded { dataset, schema, .. } = loaded("a.csv", &text, &format!("{keys}\n{more}")).unwrap();
        let inputs: Vec<String> = dataset.columns.iter().map(|column| column.name.clone()).collect();
        assert_eq!(schema.inputs.iter().map(|input| input.name.clone()).collect::<Vec<_>>(), inputs);
        (inputs, dataset.beside.iter().map(|column| column.name.clone()).collect::<Vec<_>>())
    };
    let texts = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    assert_eq!(of(""), (texts(&["question"]), texts(&["id", "language"])));
    assert_eq!(of("input = [\"language\", \"question\"]"), (texts(&["language", "question"]), texts(&["id"])));
    assert_eq!(of("ignore = [\"id\"]"), (texts(&["question"]), texts(&["language"])));
    let by_id = "ignore = [\"id\"]\n[[candidate]]\nname = \"a\"\nanswers = \"x.csv\"\nid = \"id\"\n";
    assert_eq!(of(by_id), (texts(&["question"]), texts(&["language", "id"])));
    let message = fault("a.csv", &text, &format!("{keys}\ninput = \"qestion\""));
    assert!(
        message.contains("input names the column `qestion`") && message.contains("did you mean `question`"),
        "{message}"
    );
    let message =
        fault("a.csv", &text, &by_id.replace("id = \"id\"", "id = \"number\"").replace("ignore = [\"id\"]", keys));
    assert!(message.contains("[[candidate]] id names the column `number`"), "{message}");
}

#[test]
fn references_that_are_empty_or_broken_name_their_rows() {
    let keys = "kind = \"text-generation\"\ntarget = \"a\"\nmissing-target = \"refuse\"";
    let text = lines(|row| match row {
        4 => "how is it then,".into(),
        9 => "how was it then,\"[\"\"one\"\", \"\"two\"\"\"".into(),
        12 => "how was it there,\"['one', 'two']\"".into(),
        _ => format!("how is number {row},fine {row}"),
    });
    let message = fault("a.csv", &format!("q,a\n{text}"), keys);
    assert!(message.contains("references `a`: a list that is not JSON in row 10 (line 11)"), "{message}");
    assert!(message.contains("row 13 (line 14)") && message.contains("(2 rows in all)"), "{message}");
    let text =
        lines(|row| if row == 4 { "how is it then,  ".into() } else { format!("how is number {row},fine {row}") });
    let message = fault("a.csv", &format!("q,a\n{text}"), keys);
    assert!(message.contains("no reference in row 5 (line 6) (1 row in all): `a` is empty there"), "{message}");
    let text = lines(|row| {
        if row == 4 { "{\"q\": \"x\", \"a\": []}".into() } else { format!("{{\"q\": \"y {row}\", \"a\": [\"z\"]}}") }
    });
    assert!(fault("a.jsonl", &text, keys).contains("no reference in row 5 (line 5)"));
}

#[test]
fn nested_cells_are_kept_for_tasks_of_text_alone() {
    let text = lines(|row| format!(r#"{{"x": [{row}], "y": "{}"}}"#, if row % 2 == 0 { "a" } else { "b" }));
    let message = fault("a.jsonl", &text, "target = \"y\"\nkind = \"classification\"");
    assert!(message.contains("holds an array"), "{message}");
    let data = loaded("a.jsonl", &text, "target = \"y\"\nkind = \"extraction\"\ninput = \"x\"").unwrap().dataset;
    assert_eq!(data.fields(3).get("x").and_then(serde_json::Value::as_str), Some("[3]"));
}

#[test]
fn choices_in_a_list_in_columns_and_the_same_for_all() {
    let kind = "kind = \"multiple-choice\"\ntarget = \"right\"";
    let gold = |text: &str, keys: &str| {
        let Loaded { dataset, notes, .. } = loaded("a.csv", text, &format!("{kind}\n{keys}")).unwrap();
        let Target::Choices { choices, gold } = dataset.target.clone() else { panic!("choices") };
        (choices, gold, notes, dataset)
    };
    // As text, in a list; the first row has two right ones.
    let listed = lines(|row| match row {
        0 => "which are colours,\"[\"\"red\"\", \"\"blue\"\", \"\"dog\"\"]\",\"[\"\"red\"\", \"\"blue\"\"]\"".into(),
        _ => format!("which of these is number {row},\"[\"\"{row}\"\", \"\"none\"\"]\",{row}"),
    });
    let (choices, right, notes, data) = gold(&format!("q,offered,right\n{listed}"), "choices = \"offered\"");
    assert_eq!((choices[0].len(), &right[0], &right[7]), (3, &vec![0, 1], &vec![0]));
    assert!(notes.iter().all(|note| !note.contains("right")), "{notes:?}");
    assert_eq!(data.fields(7).get("choices").map(ToString::to_string).as_deref(), Some(r#"["7","none"]"#));
    assert_eq!(data.field_names(), ["q", "choices"]);
    // As positions from 0, from 1 and as letters, one column a choice; row 0 has no B, and C is its second.
    for (words, expected) in [(["0", "1", "2"], "from 0"), (["1", "2", "3"], "from 1"), (["A", "b", "(C)"], "letter")] {
        let columns = lines(|row| match row {
            0 => format!("what is the place of it,left,,right,{}", words[2]),
            _ => format!("what is the place of number {row},left,middle,right,{}", words[row % 3]),
        });
        let (choices, right, notes, _) = gold(&format!("q,A,B,C,right\n{columns}"), "choices = [\"A\", \"B\", \"C\"]");
        assert_eq!((&choices[0][..], &right[0][..]), (&["left".to_owned(), "right".to_owned()][..], &[1][..]));
        assert_eq!((&right[1], &right[2], &right[3]), (&vec![1], &vec![2], &vec![0]));
        assert!(notes.iter().any(|note| note.contains(expected)), "{notes:?}");
    }
    let same = lines(|row| format!("is the number {row} even,{}", if row % 2 == 0 { "yes" } else { "no" }));
    let (choices, right, ..) = gold(&format!("q,right\n{same}"), "labels = [\"yes\", \"no\"]");
    assert_eq!((choices[29].join(" "), &right[28], &right[29]), ("yes no".to_owned(), &vec![0], &vec![1]));
}

#[test]
fn choices_that_are_wrong_name_their_rows() {
    let kind = "kind = \"multiple-choice\"\ntarget = \"right\"\nmissing-target = \"refuse\"";
    let same = lines(|row| {
        format!(
            "is the number {row} even,{}",
            ["yes", "no", "maybe"][usize::from(row % 2 == 0) + usize::from(row == 8)]
        )
    });
    let message = fault("a.csv", &format!("q,right\n{same}"), &format!("{kind}\nlabels = [\"yes\", \"no\"]"));
    let expected =
        "`right`: expected the text of one of the row's choices, found row 9 (line 10): `maybe` (1 row in all)";
    assert!(message.contains(expected), "{message}");
    let empty = same.replace("maybe", "");
    let message = fault("a.csv", &format!("q,right\n{empty}"), &format!("{kind}\nlabels = [\"yes\", \"no\"]"));
    assert!(message.contains("row 9 (line 10): nothing"), "{message}");
    let listed = lines(|row| match row {
        2 => "what is the place of it,yes,yes".into(),
        3 => "what is the place of it,\"[\"\"yes\"\"\",yes".into(),
        _ => format!("what is the place of number {row},\"[\"\"yes\"\", \"\"no\"\"]\",yes"),
    });
    let message = fault("a.csv", &format!("q,offered,right\n{listed}"), &format!("{kind}\nchoices = \"offered\""));
    let expected = "choices `offered`: expected a JSON list of texts, found row 3 (line 4): `yes`, row 4 (line 5): `[\"yes\"` (2 rows";
    assert!(message.contains(expected), "{message}");
    let few = lines(|row| {
        if row == 5 {
            "what is the place of it,yes,,yes".into()
        } else {
            format!("what is the place of number {row},yes,no,yes")
        }
    });
    let message = fault("a.csv", &format!("q,A,B,right\n{few}"), &format!("{kind}\nchoices = [\"A\", \"B\"]"));
    assert!(message.contains("expected at least two in every row, found row 6 (line 7): one"), "{message}");
    let message = fault("a.csv", &format!("q,A,B,right\n{few}"), &format!("{kind}\nchoices = [\"A\", \"D\"]"));
    assert!(message.contains("choices names the column `D`, which does not exist"), "{message}");
}

#[test]
fn trained_and_called_models_stand_on_the_same_rows() {
    let text = lines(|row| format!("u{row},{}.5,same,{}", row % 7, if row % 2 == 0 { "yes" } else { "no" }));
    let text = format!("id,size,kind,right\n{text}");
    let keys = "target = \"right\"\nkind = \"classification\"";
    let with = loaded("a.csv", &text, &format!("{keys}\n{CANDIDATE}")).unwrap().dataset;
    assert_eq!(with.columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>(), ["size"]);
    // A prompt may name what no trained model has a use for.
    assert_eq!(serde_json::to_string(&with.fields(1)).unwrap(), r#"{"id":"u1","kind":"same","size":1.5}"#);
    assert_eq!((with.label(0), with.is_cross_fitted()), (Some("yes"), false));
    let without =
        Study::parse("[task]\ndata = \"a.csv\"\ntarget = \"right\"\n", "s.toml", &crate::study::Registries::default())
            .unwrap();
    assert!(without.explored().is_none());
    // The validation rows are those of every repeat: a fifth of 24 is 5.
    let study = Study::parse(
        &format!("[task]\ndata = \"a.csv\"\n{keys}\n{CANDIDATE}"),
        "s.toml",
        &crate::study::Registries::default(),
    )
    .unwrap();
    let trials = SplitSpec::settled(&with, &study.trials, study.explored());
    let rows = |repeat| split(&with, &SplitSpec::of(&with, &trials, study.explored(), repeat));
    assert_eq!((rows(0).validation.len(), rows(0).train.len()), (5, 19));
    assert_eq!(rows(0).validation, rows(4).validation);
}
