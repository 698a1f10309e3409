//! A key goes to the server it is for, and nowhere else: into no file, no output and no other program, however it is spelled.

use std::process::Command;

use super::canary::Canary;
use super::scripted::{Fault, Request, Script, Server};
use super::support::{LAGOM, Place, classes_csv};

/// The variable that holds the key, and the key: with letters that addresses and JSON spell otherwise.
const NAME: &str = "LAGOM_TEST_CANARY_KEY";
const KEY: &str = "sk-Canary+7f/3a9C~Zq=04821";

fn canary() -> Canary {
    Canary::new(KEY)
}

/// Runs lagom with the key in its environment; what it wrote may not hold it, nor may any file after it.
fn lagom(place: &Place, arguments: &[&str]) -> (i32, String) {
    let mut command = Command::new(LAGOM);
    let output =
        command.args(arguments).current_dir(place.path("")).env(NAME, KEY).env("COLUMNS", "1000").output().unwrap();
    let canary = canary();
    canary.is_not_in(&format!("{arguments:?}"), &output.stdout);
    canary.is_not_in(&format!("{arguments:?}"), &output.stderr);
    canary.is_not_below(&place.path(""), &[]);
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(!text.contains("panicked"), "{text}");
    (output.status.code().unwrap_or(-1), text)
}

/// A server that sends its key back: in answers, in refusals, and as the reason why an answer ended.
fn careless() -> Server {
    let fault = |request: &Request| {
        assert_eq!(request.authorization.as_deref(), Some(format!("Bearer {KEY}").as_str()));
        let all = canary().spellings();
        let spelled = all[request.number as usize % all.len()].clone();
        match request.number % 11 {
            9 => Fault::Status(400, Vec::new(), format!("{{\"error\":{{\"message\":\"bad key {spelled}\"}}}}")),
            10 => Fault::Status(500, Vec::new(), format!("<b>{spelled}</b>")),
            _ => Fault::Says(format!("Authorization: {spelled}, answer {}", request.number % 3), "stop"),
        }
    };
    Server::start(Script { fault: Box::new(fault), ..Script::default() })
}

/// A study of texts; each candidate is what stands in its table.
fn study(candidates: &str) -> String {
    format!(
        "[task]\ndata = \"d.csv\"\nkind = \"text-generation\"\ninput = \"question\"\ntarget = \"answer\"\nmetric = \"chrf\"\n\
         [good-enough]\nmargin = 0.1\n[trials]\nholdout = 0.4\n[budget]\nmissing = 0.5\n{candidates}"
    )
}

fn place() -> Place {
    let place = Place::new();
    let rows: Vec<String> = (0..200).map(|row| format!("question {row},answer {}", row % 3)).collect();
    place.write("d.csv", format!("question,answer\n{}\n", rows.join("\n")));
    place
}

#[test]
fn what_a_server_and_a_program_echo_is_written_nowhere() {
    let (place, server) = (place(), careless());
    // The first program may not see the key; the second is given it, and tells everybody.
    place.write("blind.sh", "env > seen.txt\nwhile read -r line; do id=$(echo \"$line\" | sed 's/.*\"id\":\\([0-9]*\\).*/\\1/'); echo \"{\\\"id\\\":$id,\\\"text\\\":\\\"answer $(env | tr '\\n\"\\\\' '   ')\\\"}\"; done\n");
    place.write("loud.sh", format!("while read -r line; do id=$(echo \"$line\" | sed 's/.*\"id\":\\([0-9]*\\).*/\\1/'); echo \"{{\\\"id\\\":$id,\\\"text\\\":\\\"answer ${NAME}\\\"}}\"; echo ${NAME} >&2; [ $id -gt 20 ] && exit 1; done\n"));
    place.write(
        "s.toml",
        study(&format!(
            "[[candidate]]\nname = \"served\"\nendpoint = \"{}\"\nmodel = \"scripted\"\nkey-env = \"{NAME}\"\nparameters = \"9B\"\n\
             [[candidate]]\nname = \"blind\"\ncommand = [\"sh\", \"blind.sh\"]\nparameters = \"2B\"\n\
             [[candidate]]\nname = \"loud\"\ncommand = [\"sh\", \"loud.sh\"]\nenvironment = [\"{NAME}\"]\nparameters = \"1B\"\n",
            server.url()
        )),
    );
    for verb in ["check", "plan"] {
        assert_eq!(lagom(&place, &[verb, "s.toml"]).0, 0);
    }
    let (code, told) = lagom(&place, &["run", "s.toml", "--out", "out"]);
    assert!([0, 3].contains(&code), "{told}");
    for arguments in [&["verdict", "out"][..], &["verdict", "out", "--margin", "0.3"], &["report", "out"]] {
        lagom(&place, arguments);
    }
    let kept: i64 = place.store("out").query_row("SELECT count(*) FROM answers", [], |row| row.get(0)).unwrap();
    assert!(kept > 100, "{kept}");
    let seen = place.text("seen.txt");
    assert!(seen.contains("PATH=") && !seen.contains(NAME), "{seen}");
}

#[test]
fn a_server_that_refuses_the_key_and_repeats_it_is_quoted_without_it() {
    for spelled in canary().spellings() {
        let body = format!("{{\"error\":{{\"message\":\"Incorrect API key provided: {spelled}\"}}}}");
        let server = Server::start(Script::with(move |_| Fault::Status(401, Vec::new(), body.clone())));
        let place = place();
        let candidate = format!(
            "[[candidate]]\nname = \"served\"\nendpoint = \"{}\"\nmodel = \"scripted\"\nkey-env = \"{NAME}\"\n",
            server.url()
        );
        place.write("s.toml", study(&candidate));
        let (code, told) = lagom(&place, &["run", "s.toml", "--out", "out"]);
        assert!(code == 1 && told.contains("401") && told.contains("[key]"), "{told}");
    }
}

#[test]
fn a_key_in_a_study_is_refused_and_not_shown() {
    let key = "sk-Canary7f3a9CZq04821";
    for (line, told) in [
        (format!("endpoint = \"http://me:{key}@127.0.0.1:9/v1\""), "key-env"),
        (format!("endpoint = \"http://{key}@127.0.0.1:9/v1\""), "key-env"),
        (format!("endpoint = \"http://127.0.0.1:9/v1?api-key={key}\""), "key-env"),
        (format!("endpoint = \"http://127.0.0.1:9/v1?version={key}\""), "key-env"),
        (format!("endpoint = \"http://127.0.0.1:9/{key}/v1\""), "key-env"),
        (format!("endpoint = 'http://me:{key}@127.0.0.1:9/v1' # unquoted {key}"), "key-env"),
        (format!("endpoint = \"http://127.0.0.1:9/v1\"\nkey-env = \"{key}\""), "name of the variable"),
        (
            format!("endpoint = \"http://127.0.0.1:9/v1\"\nkey-env = \"A\"\nkey-header = \"{key}\""),
            "never stand in a study",
        ),
        (format!("endpoint = \"http://127.0.0.1:9/v1\"\nkey = \"{key}\""), "key"),
        (format!("endpoint = \"http://127.0.0.1:9/v1\"\nhost = hush # {key}"), "s.toml"),
        (format!("command = [\"curl\", \"-H\", \"Authorization: Bearer {key}\"]"), "environment"),
        (format!("command = [\"sh\", \"a.sh\"]\nenvironment = [\"{key}\"]"), "names of variables"),
    ] {
        let place = place();
        place.write("s.toml", study(&format!("[[candidate]]\nname = \"x\"\nmodel = \"m\"\n{line}\n")));
        for verb in [&["check", "s.toml"][..], &["plan", "s.toml"], &["run", "s.toml", "--out", "out"]] {
            let ran = place.lagom(verb);
            assert_eq!(ran.code, 1, "{line}: {ran:?}");
            assert!(ran.err.contains(told), "{line}: {ran:?}");
            assert!(!ran.err.contains("Canary") && !ran.out.contains("Canary"), "{line}: {ran:?}");
        }
        assert!(!place.path("out").exists());
    }
}

#[test]
fn a_comment_of_a_study_is_shown_and_kept_without_the_key_in_it() {
    let place = Place::new();
    place.study(classes_csv(), "# password = Canary-hush and sk-Canary7f3a9CZq04821");
    place.run();
    place.lagom(&["report", "out"]);
    for name in ["out/store.sqlite", "out/report.html", "out/report.md", "out/report.json"] {
        let bytes = std::fs::read(place.path(name)).unwrap();
        assert!(!String::from_utf8_lossy(&bytes).contains("Canary"), "{name}");
    }
}

#[test]
fn a_variable_that_a_program_is_to_be_given_and_is_not_set_is_told_before_anything_is_asked() {
    let place = place();
    place.write(
        "s.toml",
        study("[[candidate]]\nname = \"x\"\ncommand = [\"cat\"]\nenvironment = [\"LAGOM_TEST_NO_SUCH_KEY\"]\n"),
    );
    place.run().fails(&["LAGOM_TEST_NO_SUCH_KEY", "not set"]);
}
