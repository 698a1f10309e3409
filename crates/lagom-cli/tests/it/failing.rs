//! Workers that die, report nonsense or find their files gone: a script takes the place of the worker program, so that every
//! fault comes when a test wants it. The whole commands then read what such a run left behind.

use std::os::unix::fs::PermissionsExt;
use std::sync::OnceLock;

use lagom::probe::registries;
use lagom::report::Findings;
use lagom::run::{Run, RunError, prepare};
use lagom::study::Study;
use lagom::trial::{Local, ThisProgram};
use serde_json::Value;

use super::support::{LAGOM, Place, classes_csv, numbers};

/// Reads the job, may do something else (`RULES`), and becomes the worker. `$n` is how often this job was tried, from 1.
const SCRIPT: &str = r#"#!/bin/bash
read -r job
n=$(printf %s "$job" | cksum | tr ' ' '-')
echo x >> "HERE/tried-$n"
n=$(wc -l < "HERE/tried-$n")
case "$job" in
RULES
esac
exec 3<&0
exec "LAGOM" worker < <(exec 2>/dev/null; printf '%s\n' "$job"; exec cat <&3)
"#;

/// The smallest ladder with sizes of one family.
const LADDER: &str = "[ladder]\nfamilies = [\"linear\", \"mlp\"]\nlargest = \"900\"\n[trials]\nrepeats = 3\n";

/// A study of a second; `more` is put at its end.
fn place(more: &str) -> Place {
    let place = Place::new();
    place.write("d.csv", classes_csv());
    place.write("s.toml", format!("[task]\ndata = \"d.csv\"\ntarget = \"y\"\n{LADDER}{more}"));
    place
}

/// The study with the worker's rules: lines `PATTERN) commands;;` on the job.
fn run(place: &Place, rules: &str) -> Result<Findings, RunError> {
    let here = place.path("").display().to_string();
    let script = SCRIPT.replace("RULES", rules).replace("HERE", here.trim_end_matches('/')).replace("LAGOM", LAGOM);
    place.write("worker.sh", script);
    let program = place.path("worker.sh");
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    let study = Study::read(place.path("s.toml"), &registries()).unwrap();
    let started = Run::start(prepare(study, place.text("s.toml"))?, &place.path("out"))?;
    let executor = Local { this: ThisProgram { path: program, ..ThisProgram::default() }, workers: 2, on_a_device: 1 };
    let done = started.execute(&executor, &mut |_| {})?;
    done.unfinished.map_or(Ok(done.findings), Err)
}

/// The numbers of the same study with nothing in its way, and its exit code.
fn undisturbed() -> (Value, i32) {
    static FOUND: OnceLock<(Value, i32)> = OnceLock::new();
    FOUND.get_or_init(|| of_whole("")).clone()
}

fn of_whole(more: &str) -> (Value, i32) {
    let place = place(more);
    let ran = place.run();
    (numbers(&place.report("out")), ran.code)
}

fn count(place: &Place, table: &str) -> i64 {
    place.store("out").query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
}

#[test]
fn a_trial_whose_worker_dies_is_tried_again_before_anything_is_read_from_it() {
    let (expected, _) = undisturbed();
    for death in ["kill -9 $$", "kill -6 $$", "echo '{\"Trial\":'; exit 0", "echo nonsense; exit 0", "exit 101"] {
        let place = place("");
        // Each trial once, a third of them twice.
        let rules = format!(
            "'{{\"Trial\"'*) if [ $n = 1 ] || {{ [ $n = 2 ] && [ $((${{#job}} % 3)) = 0 ]; }}; then {death}; fi;;"
        );
        run(&place, &rules).unwrap();
        assert_eq!(numbers(&place.report("out")), expected, "{death}");
        assert!(count(&place, "failures") > 10 && count(&place, "looks") == 1, "{death}");
    }
}

#[test]
fn what_runs_out_of_memory_is_named_in_the_headline_and_the_holdout_stays_unread() {
    let (expected, code) = undisturbed();
    let place = place("");
    run(&place, "'{\"Trial\"'*'\"name\":\"mlp-'*) kill -9 $$;;").unwrap();
    let report = place.report("out");
    let named: Vec<&str> =
        report["verdict"]["unmeasured"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert!(named.len() > 1 && named.iter().all(|name| name.starts_with("mlp-")), "{named:?}");
    assert_eq!((&report["verdict"]["kind"], &report["verdict"]["choice"]), (&"undecided".into(), &Value::Null));
    assert_eq!((count(&place, "looks"), report["analysis"]["look"].as_i64()), (0, Some(0)));
    assert!(!place.path("out/model.lagom").exists(), "nothing is handed over without a verdict");
    let words = ["ran out of memory.", "killed by signal 9", "all that was measured is kept", "no answer rests on"];
    let told = place.lagom(&["verdict", "out"]);
    told.ends(3).says(&words);
    assert!(told.out.starts_with("Can't tell: mlp-"), "{}", told.out);
    assert!(place.text("out/report.md").starts_with("**Can't tell: mlp-"), "{}", place.text("out/report.md"));
    assert!(place.text("out/report.html").contains("ran out of memory."));
    // With the memory it needs the same command comes to what it would have come to at once.
    place.run().ends(code);
    assert_eq!(numbers(&place.report("out")), expected);
}

#[test]
fn without_the_baseline_there_is_no_verdict() {
    let place = place("");
    let findings = run(&place, "'{\"Trial\"'*'\"name\":\"majority\"'*) kill -15 $$;;").unwrap();
    assert_eq!(findings.verdict.unmeasured, ["majority"]);
    place
        .lagom(&["verdict", "out"])
        .ends(3)
        .says(&["Can't tell: majority could not be trained.", "killed by signal 15"]);
    assert_eq!(count(&place, "looks"), 0);
}

#[test]
fn a_model_that_can_not_be_timed_is_missing_only_where_its_times_decide() {
    let rules = "'{\"Deploy\"'*) kill -11 $$;;";
    let (expected, _) = undisturbed();
    let place = place("");
    run(&place, rules).unwrap();
    assert_eq!(numbers(&place.report("out")), expected, "nothing hangs on latency here");
    let told = place.lagom(&["verdict", "out", "--latency-p95", "10 s"]);
    told.ends(3).says(&["could not be timed", "killed by signal 11"]);
    assert!(!told.out.contains("over limits"), "{}", told.out);
    let limited = self::place("[good-enough]\nlatency-p95 = \"10 s\"\n");
    let findings = run(&limited, rules).unwrap();
    assert!(!findings.verdict.unmeasured.is_empty() && findings.analysis.look == 0, "{:?}", findings.verdict);
    // Timed at the second attempt, it is as if nothing had happened.
    let limited = self::place("[good-enough]\nlatency-p95 = \"10 s\"\n");
    run(&limited, "'{\"Deploy\"'*) [ $n = 1 ] && kill -11 $$;;").unwrap();
    assert_eq!(numbers(&limited.report("out")), of_whole("[good-enough]\nlatency-p95 = \"10 s\"\n").0);
}

#[test]
fn a_bundle_that_goes_away_before_it_is_timed_is_made_again() {
    let (expected, _) = undisturbed();
    for harm in ["rm -f HERE/out/models/*.lagom", "for f in HERE/out/models/*.lagom; do echo x > $f; done"] {
        let place = place("");
        let rules = format!("'{{\"Deploy\"'*) [ -e HERE/done ] || {{ touch HERE/done; {harm}; }};;");
        let findings = run(&place, &rules).unwrap();
        assert_eq!(numbers(&place.report("out")), expected, "{harm}");
        let timed = findings.analysis.screening.rows.iter().filter(|row| row.deployment.is_some()).count();
        assert_eq!(timed, findings.analysis.screening.rows.len(), "{harm}");
    }
}

#[test]
fn a_refit_that_fails_leaves_the_verdict_as_it_is_and_is_told() {
    let (expected, code) = undisturbed();
    let place = place("");
    let error = run(&place, "'{\"Refit\"'*) kill -9 $$;;").unwrap_err();
    assert!(error.to_string().contains("refit of"), "{error}");
    assert!(error.hint().is_some_and(|hint| hint.contains("the verdict stands")), "{error:?}");
    assert!(!place.path("out/model.lagom").exists());
    let told = numbers(&place.report("out"));
    assert_eq!((&told["verdict"], &told["bundle"]), (&expected["verdict"], &Value::Null));
    place.run().ends(code);
    assert_eq!(numbers(&place.report("out")), expected);
}

#[test]
fn files_that_go_away_or_change_end_the_run_and_fail_no_trial() {
    let (expected, code) = undisturbed();
    let harms = [
        ("rm HERE/out/data.bin", "data.bin"),
        ("head -c 300 HERE/out/data.bin > HERE/x; mv HERE/x HERE/out/data.bin", "data.bin"),
        (": > HERE/out/data.bin", "data.bin"),
        ("rm -rf HERE/out/models", "models"),
        ("rm -rf HERE/out/models; echo x > HERE/out/models", "models"),
        ("rm HERE/out/store.sqlite", "store.sqlite"),
        ("cp HERE/out/store.sqlite HERE/x; mv HERE/x HERE/out/store.sqlite", "store.sqlite"),
        ("mv HERE/out HERE/elsewhere", "store.sqlite"),
    ];
    for (harm, name) in harms {
        let place = place("");
        // At the job of one trial somewhere in the first wave.
        let rules = format!("'{{\"Trial\"'*'\"name\":\"linear\"'*'\"repeat\":1'*) {harm};;");
        let error = run(&place, &rules).unwrap_err();
        assert!(matches!(error, RunError::Lost { .. }), "{harm}: {error:?}");
        assert!(error.to_string().contains(name), "{harm}: {error}");
        assert!(error.hint().is_some_and(|hint| hint.contains("run the same command again")), "{error:?}");
        assert!(!place.path("out/report.json").exists(), "{harm}");
        if place.path("out/store.sqlite").exists() {
            assert_eq!(count(&place, "failures"), 0, "{harm}: a fault of the folder was told as one of a candidate");
        }
        let _ = std::fs::remove_file(place.path("out/models"));
        place.run().ends(code);
        assert_eq!(numbers(&place.report("out")), expected, "{harm}");
    }
}

#[test]
fn a_worker_that_can_not_be_started_any_more_ends_the_run() {
    let place = place("");
    let error = run(&place, "'{\"Trial\"'*'\"name\":\"linear\"'*) rm HERE/worker.sh;;").unwrap_err();
    assert!(matches!(error, RunError::Worker(_)), "{error:?}");
    assert!(error.hint().is_some_and(|hint| hint.contains("finished trials are kept")));
    // One that was being started just then may have found its script gone.
    assert!(count(&place, "failures") <= 1);
}
