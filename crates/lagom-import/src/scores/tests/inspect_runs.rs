//! Inspect's archives, retried runs, and samples without a score.

use std::io::Write;

use super::*;

/// A zip archive with members packed by a method: 0 none, 8 deflate, 93 zstd.
fn zip(members: &[(&str, &str)], method: u16) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for (name, text) in members {
        let packed = match method {
            8 => {
                let mut packer = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
                packer.write_all(text.as_bytes()).expect("packed");
                packer.finish().expect("packed")
            }
            93 => zstd::encode_all(text.as_bytes(), 0).expect("packed"),
            _ => text.as_bytes().to_vec(),
        };
        let mut crc = flate2::Crc::new();
        crc.update(text.as_bytes());
        let at = bytes.len() as u32;
        let mut common = Vec::new();
        common.extend([0, 0]);
        common.extend(method.to_le_bytes());
        common.extend([0; 4]);
        common.extend(crc.sum().to_le_bytes());
        common.extend((packed.len() as u32).to_le_bytes());
        common.extend((text.len() as u32).to_le_bytes());
        common.extend((name.len() as u16).to_le_bytes());
        common.extend([0, 0]);
        bytes.extend(b"PK\x03\x04\x14\x00");
        bytes.extend(&common);
        bytes.extend(name.as_bytes());
        bytes.extend(&packed);
        directory.extend(b"PK\x01\x02\x14\x00\x14\x00");
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend(at.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let (start, size, count) = (bytes.len() as u32, directory.len() as u32, members.len() as u16);
    bytes.extend(&directory);
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend(count.to_le_bytes());
    bytes.extend(count.to_le_bytes());
    bytes.extend(size.to_le_bytes());
    bytes.extend(start.to_le_bytes());
    bytes.extend([0, 0]);
    bytes
}

fn head(model: &str, status: &str, created: &str) -> String {
    format!(
        r#"{{"version": 2, "status": "{status}", "eval": {{"task": "adding", "task_id": "t{created}", "model": "{model}", "created": "2026-11-28T12:15:{created}+00:00"}}, "plan": {{}}, "stats": {{}}}}"#
    )
}

/// Sample `q0`, `q1`… with that end.
fn sample(number: usize, end: &str) -> String {
    format!(r#"{{"id": "q{number}", "epoch": 1, "input": "{number}+{number}", "target": "x", {end}}}"#)
}

const RIGHT: &str = r#""scores": {"match": {"value": "C"}}"#;
const WRONG: &str = r#""scores": {"match": {"value": "I"}}"#;
const FAILED: &str = r#""scores": {}, "error": {"message": "503"}"#;
const FAILED_BUT_SCORED: &str = r#""scores": {"match": {"value": "I"}}, "error": {"message": "503"}"#;
const UNSCORED: &str = r#""scores": {"match": {"value": NaN, "reason": "no grade"}}"#;
const INVALID: &str = r#""scores": {"match": {"value": "C"}}, "invalidation": {"author": "me"}"#;

/// A log as JSON of 40 samples, of which those of `odd` end otherwise than the rest.
fn log(head: &str, rest: &str, odd: &[(usize, &str)]) -> String {
    let end = |at: usize| odd.iter().find(|(odd, _)| *odd == at).map_or(rest, |(_, end)| end);
    let samples: Vec<String> = (0..40).map(|at| sample(at, end(at))).collect();
    format!("{}, \"samples\": [{}]}}", head.strip_suffix('}').expect("an object"), samples.join(",\n"))
}

#[test]
fn archives_of_each_packing_are_read_as_their_json_is() {
    let folder = Folder::new();
    let json = [
        folder.write("a.json", log(&head("a-1b", "success", "01"), WRONG, &[(3, RIGHT)])),
        folder.write("b.json", log(&head("b-9b", "success", "02"), RIGHT, &[])),
    ];
    let expected = one(&reading(&json));
    for method in [0, 8, 93] {
        let archive = |name: &str, head: &str, rest: &str, odd: &[(usize, &str)]| {
            let end = |at: usize| odd.iter().find(|(odd, _)| *odd == at).map_or(rest, |(_, end)| end);
            let samples: Vec<(String, String)> =
                (0..40).map(|at| (format!("samples/q{at}_epoch_1.json"), sample(at, end(at)))).collect();
            let mut members = vec![("_journal/start.json", "{}")];
            // written anew, as Inspect does: the last of one name counts
            members.push(("samples/q0_epoch_1.json", "{\"id\": \"q0\", \"scores\": {}}"));
            members.extend(samples.iter().map(|(name, text)| (name.as_str(), text.as_str())));
            members.push(("summaries.json", "[]"));
            members.push(("header.json", head));
            folder.write(&format!("{method}/{name}.eval"), zip(&members, method))
        };
        archive("a", &head("a-1b", "success", "01"), WRONG, &[(3, RIGHT)]);
        archive("b", &head("b-9b", "success", "02"), RIGHT, &[]);
        let found = one(&reading(&[folder.path().join(method.to_string())]));
        assert_eq!((found.candidates, found.examples), (expected.candidates.clone(), expected.examples.clone()));
    }
}

#[test]
fn archives_that_are_damaged_say_how() {
    let folder = Folder::new();
    let head = head("a", "success", "01");
    let text = sample(0, RIGHT);
    let whole = zip(&[("header.json", &head), ("samples/q0_epoch_1.json", &text)], 0);
    let cut = folder.write("cut.eval", &whole[..whole.len() - 30]);
    fails(&reading(&[cut]), &["cut.eval: found a broken archive", "no directory: it was not written to its end"]);
    let mut bent = whole.clone();
    let at = bent.windows(4).position(|four| four == b"\"C\"}").expect("the mark");
    bent[at + 1] = b'I';
    fails(&reading(&[folder.write("bent.eval", bent)]), &["samples/q0_epoch_1.json: its checksum differs"]);
    let other = zip(&[("word/document.xml", "<w/>")], 8);
    fails(&reading(&[folder.write("text.docx", other)]), &["text.docx: found a zip archive, expected text"]);
    // any byte changed anywhere: an error or scores, and never a panic
    for at in 0..whole.len() {
        let mut bent = whole.clone();
        bent[at] ^= 0xFF;
        let _either = read(&reading(&[folder.write("any.eval", bent)]));
    }
}

#[test]
fn a_failed_run_gives_way_to_its_repeat() {
    let folder = Folder::new();
    let small = folder.write("s.json", log(&head("small", "success", "01"), RIGHT, &[]));
    let early = head("large", "error", "02");
    // what the failed run had scored was all wrong
    let failed = folder.write(
        "f.json",
        format!("{}, \"samples\": [{}, {}]}}", &early[..early.len() - 1], sample(0, WRONG), sample(1, FAILED)),
    );
    let again = folder.write("g.json", log(&head("large", "success", "03"), RIGHT, &[]));
    let scores = one(&reading(&[small.clone(), again.clone(), failed.clone()]));
    assert_eq!(of(&scores, "large"), [1.0; 40]);
    let note = "Of 2 runs of large on adding took g.json; left out f.json (status error).";
    assert!(scores.notes.iter().any(|found| found == note), "{:?}", scores.notes);
    // a failed one alone is told, and lacks what the other has
    fails(
        &reading(&[small.clone(), failed]),
        &["candidate \"large\" under seed \"1\" has no score for 39 of 40 examples"],
    );
    // two that ended: nobody says which is meant
    let third = folder.write("h.json", log(&head("large", "success", "04"), WRONG, &[]));
    let twice = fails(&reading(&[small.clone(), again, third]), &["\"large\" under seed \"1\" is scored twice"]);
    assert!(twice.hint().is_some_and(|hint| hint.contains("leave one of the logs out")));
    // but a retry has the task_id of the run that it goes on with
    let retry = |status: &str, created: &str, rest: &str| {
        log(&head("large", status, created).replace(&format!("t{created}"), "same"), rest, &[])
    };
    let files = [
        small,
        folder.write("r1.json", retry("success", "05", WRONG)),
        folder.write("r2.json", retry("success", "06", RIGHT)),
    ];
    assert_eq!(of(&one(&reading(&files)), "large"), [1.0; 40]);
}

#[test]
fn samples_without_a_score_are_left_out_and_counted() {
    let folder = Folder::new();
    let small = folder.write("s.json", log(&head("small", "success", "01"), RIGHT, &[]));
    // 2 of 40 are one in twenty, the most that is left out unasked
    let two = folder.write("l.json", log(&head("large", "success", "02"), RIGHT, &[(3, FAILED), (7, UNSCORED)]));
    let scores = one(&reading(&[small.clone(), two]));
    assert_eq!((scores.examples.len(), of(&scores, "small").len()), (38, 38));
    let notes = scores.notes.join("\n");
    assert!(
        notes.contains("Took 38 of 40 samples of large on adding; left out 1 that ended in an error (q3), 1 that the scorer gave no score (q7).")
            && notes.contains("Compared on the 38 of 40 examples that have a score of every candidate."),
        "{notes}"
    );
    assert_eq!(scores.left_out, 2);
    // What failed and was scored all the same is no wrong answer.
    let scored = [(3, FAILED_BUT_SCORED), (7, UNSCORED)];
    let scored = folder.write("f.json", log(&head("large", "success", "02"), RIGHT, &scored));
    let scores = one(&reading(&[small.clone(), scored]));
    assert_eq!((of(&scores, "large"), scores.left_out), (&[1.0; 38][..], 2));
    let three = log(&head("large", "success", "02"), RIGHT, &[(3, FAILED), (7, UNSCORED), (8, INVALID)]);
    let files = [small, folder.write("l.json", three)];
    let refused =
        fails(&reading(&files), &["3 of 40 examples lack a score of some candidate", "\"q3\", \"q7\", \"q8\""]);
    assert!(refused.hint().is_some_and(|hint| hint.contains("--intersect") && hint.contains("eval-retry")));
    let scores = one(&ImportOptions { intersect: true, ..reading(&files) });
    assert!(scores.examples.len() == 37 && scores.notes.join("\n").contains("1 that were declared invalid (q8)"));
}
