//! No bytes make a reader panic.

use proptest::prelude::*;

use super::logs::{helm, inspect, promptfoo};
use super::*;

const LONG: &str =
    "id,model,score,seed,cluster,latency\nq1,a,1,0,x,1\nq1,b,0,0,x,2\n\"q,\n2\",a,0.5,0,y,\n\"q,\n2\",b,true,0,y,3\n";
const LINES: &str = "{\"doc_id\": 0, \"doc_hash\": \"h\", \"target\": \"t\", \"metrics\": [\"acc\"], \"acc\": 1.0}\n\
    {\"doc_id\": 1, \"doc_hash\": \"i\", \"target\": \"t\", \"metrics\": [\"acc\"], \"acc\": 0.0}\n";
const ROWS: &str = "{\"id\": 1, \"model\": \"a\", \"score\": 1}\n{\"id\": 1, \"model\": \"b\", \"score\": 0}\n";
const RESULTS: &str = "{\"results\": {\"arc\": {\"acc\": 0.5, \"acc_stderr\": 0.1}}, \"versions\": {}, \"config\": {\"model_args\": \"pretrained=x\"}}";

fn whole() -> Vec<(&'static str, String)> {
    vec![
        ("a.csv", LONG.to_owned()),
        ("wide.csv", "prompt,a,b\nx,True,False\ny,True,True\n".to_owned()),
        ("samples_t.jsonl", LINES.to_owned()),
        ("rows.jsonl", ROWS.to_owned()),
        ("results_1.json", RESULTS.to_owned()),
        ("inspect.json", inspect("m", "\"C\"")),
        ("promptfoo.json", promptfoo(true)),
        ("per_instance_stats.json", helm("1.0")),
    ]
}

/// Reads bytes; whatever comes, an error has a text and a hint.
fn survives(folder: &Folder, name: &str, bytes: &[u8]) {
    if let Err(error) = read(&reading(&[folder.write(name, bytes)])) {
        assert!(!error.to_string().is_empty() && error.hint().is_some());
    }
}

#[test]
fn files_cut_at_every_position() {
    let folder = Folder::new();
    for (name, text) in whole() {
        let step = (text.len() / 200).max(1);
        for cut in (0..text.len()).step_by(step) {
            survives(&folder, name, &text.as_bytes()[..cut]);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn flipped_bytes(which in 0_usize..8, at in any::<prop::sample::Index>(), bytes in prop::collection::vec(any::<u8>(), 1..4)) {
        let folder = Folder::new();
        let (name, text) = whole().swap_remove(which);
        let mut text = text.into_bytes();
        let start = at.index(text.len());
        for (place, byte) in text.iter_mut().skip(start).zip(bytes) {
            *place = byte;
        }
        survives(&folder, name, &text);
    }

    #[test]
    fn any_cells(cells in prop::collection::vec("[ -~é\n]{0,6}", 9)) {
        let folder = Folder::new();
        let rows: Vec<String> = cells.chunks(3).map(|row| row.join(",")).collect();
        survives(&folder, "a.csv", format!("id,model,score\n{}", rows.join("\n")).as_bytes());
    }
}
