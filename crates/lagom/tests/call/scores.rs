//! Answers that are there already.

use std::path::PathBuf;

use lagom::call::scores::Recorded;
use lagom::call::{BackendError, Continuation, Flow, Question, Stop};

use super::support::{Came, question};

fn file(name: &str, text: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    (folder, path)
}

fn ask((recorded, keyed): (&Recorded, bool), number: usize, continuations: usize) -> Came {
    let continuations = vec![Continuation { text: " x".to_owned() }; continuations];
    let mut asked =
        (0..number).map(|index| (index, Question { continuations: continuations.clone(), ..question("x") }));
    let mut replies = Vec::new();
    let mut keep = |reply| {
        replies.push(reply);
        Flow::Continue
    };
    let end = recorded.ask(
        &mut asked,
        &|index| if keyed { format!("row-{index}") } else { index.to_string() },
        &mut keep,
        &Stop::default(),
    );
    Came { replies, end }
}

#[test]
fn rows_answer_by_number_or_by_key() {
    let csv = "text,note\nyes,1\n\"no,\nreally\",2\n";
    let (_folder, path) = file("answers.csv", csv);
    let came = ask((&Recorded::read(&path, None, None, &[]).unwrap(), false), 2, 0);
    let texts: Vec<_> = came.replies.iter().map(|reply| reply.outcome.clone().unwrap().text).collect();
    assert_eq!(texts, ["yes", "no,\nreally"]);

    let lines = "{\"k\":\"row-1\",\"answer\":\"b\"}\n\n{\"k\":\"row-0\",\"answer\":4}\n";
    let (_folder, path) = file("answers.jsonl", lines);
    let came = ask((&Recorded::read(&path, Some("k"), None, &[]).unwrap(), true), 2, 0);
    let texts: Vec<_> = came.replies.iter().map(|reply| reply.outcome.clone().unwrap().text).collect();
    assert_eq!(texts, ["4", "b"]);
}

#[test]
fn likelihoods_are_read_from_both_forms() {
    for (name, text) in
        [("a.csv", "log_probabilities\n\"[-1.5, -0.25]\"\n"), ("a.jsonl", "{\"log_probabilities\":[-1.5,-0.25]}\n")]
    {
        let (_folder, path) = file(name, text);
        let recorded = Recorded::read(&path, None, None, &[]).unwrap();
        let logs: Vec<f64> = ask((&recorded, false), 1, 2)
            .answer()
            .likelihoods
            .iter()
            .map(|likelihood| likelihood.log_probability)
            .collect();
        assert_eq!(logs, [-1.5, -0.25]);
        assert!(
            ask((&recorded, false), 1, 3).failure().to_string().contains("2 `log_probabilities` for 3 continuations")
        );
        assert!(ask((&recorded, false), 1, 0).failure().to_string().contains("for 0 continuations"));
    }
}

#[test]
fn missing_answers_are_failures_named_and_counted() {
    let (_folder, path) = file("a.csv", "id,text\nrow-0,x\nrow-2,y\n");
    let recorded = Recorded::read(&path, Some("id"), None, &[]).unwrap();
    let came = ask((&recorded, true), 4, 0);
    let spent = came.end.unwrap();
    assert_eq!((spent.answered, spent.failed), (2, 2));
    assert!(spent.notes[0].ends_with("no answer to 2 of 4 questions: `row-1`, `row-3`"), "{:?}", spent.notes);
    let (_folder, path) = file("a.csv", "id,text\nother,x\n");
    let came = ask((&Recorded::read(&path, Some("id"), None, &[]).unwrap(), true), 4, 0);
    assert!(
        matches!(&came.end, Err(BackendError::File { message, .. }) if message.contains("4 of 4")),
        "{:?}",
        came.end
    );
}

#[test]
fn faults_of_a_file_are_told_all_at_once() {
    let told = |name: &str, text: &str, key: Option<&str>| {
        let (_folder, path) = file(name, text);
        Recorded::read(&path, key, None, &[]).unwrap_err().to_string()
    };
    let all = told("a.jsonl", "nonsense\n{\"x\":1}\n{\"log_probabilities\":[1]}\n{\"text\":\"good\"}\n", None);
    assert!(all.contains("line 1 is no JSON object") && all.contains("line 2: no `text`"), "{all}");
    assert!(all.contains("line 3: `log_probabilities` is `[1]`"), "{all}");
    assert!(
        told("a.jsonl", "{\"k\":1,\"text\":\"x\"}\n{\"k\":1,\"text\":\"y\"}\n{\"text\":\"z\"}", Some("k"))
            .contains("line 2 answers `1` a second time; line 3 has no `k`")
    );
    assert!(
        told("a.csv", "a,b\n1,2\n", None).contains("no column `text` or `log_probabilities`; the columns are `a`, `b`")
    );
    assert!(told("a.csv", "text\nx\n", Some("id")).contains("no column `id`"));
    let ragged = told("a.csv", "id,text\n1,a\n2\n3,b\n", None);
    assert!(ragged.contains("row 2 (line 3): found 1 cells, expected 2"), "{ragged}");
    assert!(told("a.jsonl", "", None).contains("holds no answers"));
    assert!(
        Recorded::read(&PathBuf::from("/no/such.csv"), None, None, &[])
            .unwrap_err()
            .to_string()
            .contains("No such file")
    );
}
