//! Keys of many kinds in all the places where keys are, in many runs: none may be found again in a file, an output, or the
//! environment of a program that it is not for.
//!
//! ```sh
//! LAGOM_CANARIES=200 cargo test --release --test it canaries -- --ignored --nocapture
//! ```
//!
//! `LAGOM_CANARIES_SEED` draws other ones.

use std::collections::BTreeMap;
use std::fs::File;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::canary::Canary;
use super::processes::{TAG, new_tag, none_left, workers};
use super::scripted::{Fault, Request, Script, Server};
use super::support::{Dice, LAGOM, Place, classes, csv};

/// Where the key is, and who gets it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Scene {
    /// A server gets it and sends it back in answers, and now and then in an error.
    Echoed,
    /// A server gets it and refuses everything, with the key in body and headers.
    Refused,
    /// A program that does not get it tells all that it sees.
    Blind,
    /// A program that gets it tells everybody, and fails.
    Loud,
    /// It stands in an address or a command of the study.
    InStudy,
    /// It stands in a comment of the study.
    InComment,
    /// It is in the environment alone; every command there is.
    Environment,
}

const ALL: [Scene; 7] =
    [Scene::Echoed, Scene::Refused, Scene::Blind, Scene::Loud, Scene::InStudy, Scene::InComment, Scene::Environment];

/// Names of variables as services have them; all of them mean a secret.
const NAMES: [&str; 8] = [
    "OPENAI_API_KEY",
    "LAGOM_TEST_SECRET_KEY",
    "HF_TOKEN",
    "AWS_SECRET_ACCESS_KEY",
    "AZURE_OPENAI_API_KEY",
    "MY_SERVICE_PASSWORD",
    "XDG_SESSION_TOKEN",
    "GITHUB_TOKEN",
];

/// A key as some service makes them.
fn key(dice: &mut Dice) -> String {
    let mut letters = |of: &str, count: usize| -> String {
        let of: Vec<char> = of.chars().collect();
        (0..count).map(|_| of[(dice.roll() % of.len() as u64) as usize]).collect()
    };
    let all = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let kinds = [
        format!("sk-{}", letters(all, 48)),
        format!("sk-proj-{}", letters("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-", 60)),
        letters("0123456789abcdef", 32),
        format!("hf_{}", letters(all, 34)),
        format!("{}+{}/{}==", letters(all, 16), letters(all, 20), letters(all, 14)),
        format!("gsk_{}", letters(all, 52)),
        format!("AKIA{}", letters("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 28)),
        format!("{}.{}.{}", letters(all, 20), letters(all, 40), letters(all, 27)),
    ];
    kinds[(dice.roll() % kinds.len() as u64) as usize].clone()
}

/// One run under way: a folder, a key, and the variable that holds it.
struct Stage {
    place: Place,
    canary: Canary,
    name: &'static str,
    /// Files that hold the key since the test put it there.
    but: Vec<&'static str>,
}

impl Stage {
    fn new(dice: &mut Dice) -> Self {
        let place = Place::new();
        // Whatever is written to a folder of the user's or of the system is found, too.
        ["home", "tmp"].iter().for_each(|name| std::fs::create_dir(place.path(name)).unwrap());
        let rows: Vec<String> = (0..60).map(|row| format!("question {row},answer {}", row % 3)).collect();
        place.write("d.csv", format!("question,answer\n{}\n", rows.join("\n")));
        place.write("t.csv", csv("a,b,colour,y", &classes(120, 4)));
        let name = NAMES[(dice.roll() % NAMES.len() as u64) as usize];
        Self { place, canary: Canary::new(&key(dice)), name, but: Vec::new() }
    }

    /// Runs a command; what it writes, what it leaves and what its workers see may not hold the key.
    fn lagom(&self, words: &str) -> (i32, String) {
        let tag = new_tag();
        let file = |name: &str| File::create(self.place.path(name)).unwrap();
        let mut command = Command::new(LAGOM);
        command.args(words.split(' ')).current_dir(self.place.path("")).env(self.name, &self.canary.key).env(TAG, &tag);
        command.env("HOME", self.place.path("home")).env("TMPDIR", self.place.path("tmp")).env("COLUMNS", "1000");
        command.stdin(Stdio::null()).stdout(file("said.txt")).stderr(file("errors.txt"));
        let mut child = command.spawn().unwrap();
        let status = loop {
            if let Some(status) = child.try_wait().unwrap() {
                break status;
            }
            for worker in workers(&tag) {
                let seen = std::fs::read(format!("/proc/{worker}/environ")).unwrap_or_default();
                self.canary.is_not_in("the environment of a worker", &seen);
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        none_left(&tag);
        self.canary.is_not_below(&self.place.path(""), &self.but);
        let told = format!("{}{}", self.place.text("said.txt"), self.place.text("errors.txt"));
        assert!(!told.contains("panicked"), "{told}");
        (status.code().unwrap_or(-1), told)
    }

    /// The commands on a study and its folder, one after the other.
    fn all_of_study(&self) -> i32 {
        for words in ["check s.toml", "plan s.toml"] {
            let (code, told) = self.lagom(words);
            assert_eq!(code, 0, "{words}: {told}");
        }
        let (code, told) = self.lagom("run s.toml --out out --yes");
        assert!([0, 1, 2, 3].contains(&code), "{code} {told}");
        for words in ["verdict out", "verdict out --margin 0.3 --json", "report out", "plan s.toml --out out"] {
            self.lagom(words);
        }
        code
    }

    fn study(&self, candidate: &str) {
        self.place.write(
            "s.toml",
            format!(
                "[task]\ndata = \"d.csv\"\nkind = \"text-generation\"\ninput = \"question\"\ntarget = \"answer\"\nmetric = \"chrf\"\n\
                 [good-enough]\nmargin = 0.1\n[trials]\nholdout = 0.4\n[budget]\nmissing = 0.5\n[[candidate]]\nname = \"x\"\n{candidate}\n"
            ),
        );
    }
}

/// A server that sends back what it was sent, in some spelling.
fn server(canary: &Canary, (refuses, number): (bool, u64)) -> Server {
    let all = canary.spellings();
    let fault = move |request: &Request| {
        let spelled = all[((request.number + number) % all.len() as u64) as usize].clone();
        let json = format!(
            "{{\"error\": {{\"message\": \"bad key {spelled}\", \"type\": \"{spelled}\", \"code\": \"{spelled}\"}}}}"
        );
        match (refuses, (request.number + number) % 9) {
            (true, at) if at % 3 == 0 => {
                Fault::Status(401, vec![("WWW-Authenticate", format!("Bearer {spelled}"))], json)
            }
            (true, at) if at % 3 == 1 => {
                Fault::Status(302, vec![("Location", format!("http://127.0.0.1:9/{spelled}?key={spelled}"))], json)
            }
            (true, _) => Fault::Status(404, Vec::new(), format!("<html>no {spelled}</html>")),
            (false, 6) => Fault::Status(400, Vec::new(), json),
            (false, 7) => Fault::Says(spelled, "stop"),
            (false, 8) => Fault::Says(format!("I may not, said {spelled}"), "content_filter"),
            _ => Fault::Says(format!("answer {} of Authorization: Bearer {spelled}", request.number % 3), "stop"),
        }
    };
    Server::start(Script { fault: Box::new(fault), ..Script::default() })
}

const READS: &str = "while read -r line; do id=$(echo \"$line\" | sed 's/.*\"id\":\\([0-9]*\\).*/\\1/'); ";

/// One scene; the exit code of its run.
fn play(scene: Scene, dice: &mut Dice) -> i32 {
    let mut stage = Stage::new(dice);
    let (key, name) = (stage.canary.key.clone(), stage.name);
    match scene {
        Scene::Echoed | Scene::Refused => {
            let server = server(&stage.canary, (scene == Scene::Refused, dice.roll() % 100));
            let header = dice.one(&["", "\nkey-header = \"api-key\"", "\nkey-header = \"x-api-key\""]);
            stage
                .study(&format!("endpoint = \"{}\"\nmodel = \"scripted\"\nkey-env = \"{name}\"{header}", server.url()));
            let code = stage.all_of_study();
            assert!(scene == Scene::Refused || server.questions() > 0, "nothing was asked");
            code
        }
        Scene::Blind => {
            let tells = "echo \"{\\\"id\\\":$id,\\\"text\\\":\\\"answer $(env | tr '\\n\"\\\\' '   ')\\\"}\"; done";
            stage.place.write("blind.sh", format!("env > seen.txt\n{READS}{tells}\n"));
            stage.study("command = [\"sh\", \"blind.sh\"]");
            stage.all_of_study()
        }
        Scene::Loud => {
            let ends = dice.one(&["[ $id -gt 12 ] && exit 1", "true", "[ $id -gt 7 ] && echo \"no JSON $KEY\""]);
            let tells = format!(
                "echo \"{{\\\"id\\\":$id,\\\"text\\\":\\\"answer ${{KEY}}\\\"}}\"; echo \"key=${{KEY}}\" >&2; {ends}; done"
            );
            stage.place.write("loud.sh", format!("KEY=${name}\n{READS}{tells}\n"));
            stage.study(&format!("command = [\"sh\", \"loud.sh\"]\nenvironment = [\"{name}\"]"));
            stage.all_of_study()
        }
        Scene::InStudy => {
            stage.but.push("s.toml");
            let line = in_study(&key, dice);
            stage.study(&line);
            for words in ["check s.toml", "plan s.toml", "run s.toml --out out --yes"] {
                let (code, told) = stage.lagom(words);
                assert!(code == 1 && told.contains("error: "), "{line} is not refused: {told}");
            }
            assert!(!stage.place.path("out").exists());
            1
        }
        Scene::InComment => {
            stage.but.push("s.toml");
            let comment = dice.one(&[
                "# api-key = KEY",
                "# password: KEY",
                "# with token=KEY",
                "# token = \"KEY\"",
                "# secret = 'KEY'",
            ]);
            let comment = comment.replace("KEY", &key);
            stage.place.write("s.toml", format!("{comment}\n[task]\ndata = \"t.csv\"\ntarget = \"y\"\n[ladder]\nfamilies = [\"linear\"]\n[trials]\nrepeats = 2\n"));
            stage.all_of_study()
        }
        Scene::Environment => everything(&stage),
    }
}

/// A line of a candidate with the key in it.
fn in_study(key: &str, dice: &mut Dice) -> String {
    let escaped: String = key
        .bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { (byte as char).to_string() } else { format!("%{byte:02X}") })
        .collect();
    let lines = [
        format!("endpoint = \"http://me:{escaped}@127.0.0.1:9/v1\"\nmodel = \"m\""),
        format!("endpoint = \"http://{escaped}@127.0.0.1:9/v1\"\nmodel = \"m\""),
        format!("endpoint = \"http://127.0.0.1:9/v1?api-key={escaped}\"\nmodel = \"m\""),
        format!("endpoint = \"http://127.0.0.1:9/v1?version=1&token={escaped}\"\nmodel = \"m\""),
        format!("endpoint = \"http://127.0.0.1:9/{escaped}/v1\"\nmodel = \"m\""),
        format!("endpoint = \"http://127.0.0.1:9/v1\"\nmodel = \"m\"\nkey-env = \"{key}\""),
        format!("endpoint = \"http://127.0.0.1:9/v1\"\nmodel = \"m\"\nkey = \"{key}\""),
        format!("endpoint = \"http://127.0.0.1:9/v1\"\nmodel = \"m\"\nkey-env = \"A\"\nkey-header = \"{key}\""),
        format!("command = [\"curl\", \"-H\", \"Authorization: Bearer {key}\"]"),
        format!("command = [\"./ask\", \"--api-key={key}\"]"),
        format!("command = [\"sh\", \"a.sh\"]\nenvironment = [\"{key}\"]"),
    ];
    lines[(dice.roll() % lines.len() as u64) as usize].clone()
}

/// Every command there is.
fn everything(stage: &Stage) -> i32 {
    stage.place.write("x.csv", "id,small-1b,large-7b\n1,1,1\n2,0,1\n3,1,1\n4,0,1\n");
    stage.place.write("p.csv", "n_params,loss\n1e7,3.5\n3e7,3.1\n1e8,2.8\n3e8,2.6\n1e9,2.5\n");
    stage.place.write("h.txt", "the cat sat on the mat\n");
    for words in [
        "init t.csv --out s.toml",
        "known linear-classes --rows 50 --out known.csv",
        "completions bash",
        "compare x.csv --json",
        "fit p.csv",
        "score h.txt h.txt",
        "--help",
    ] {
        let (code, told) = stage.lagom(words);
        assert!([0, 3].contains(&code), "{words}: {told}");
    }
    stage.place.write(
        "s.toml",
        "[task]\ndata = \"t.csv\"\ntarget = \"y\"\n[ladder]\nfamilies = [\"linear\"]\n[trials]\nrepeats = 2\n",
    );
    let code = stage.all_of_study();
    let (predicted, told) = stage.lagom("predict out t.csv");
    assert_eq!(predicted, 0, "{told}");
    code
}

fn canaries(count: u64, seed: u64) {
    let mut found: BTreeMap<(Scene, i32), u64> = BTreeMap::new();
    for at in 0..count {
        let mut dice = Dice(seed.wrapping_mul(1_000_003).wrapping_add(at));
        let scene = ALL[(at % ALL.len() as u64) as usize];
        if count > 20 {
            println!("{} of {count}, seed {seed}: {scene:?}", at + 1);
        }
        *found.entry((scene, play(scene, &mut dice))).or_default() += 1;
    }
    for ((scene, code), times) in found {
        println!("{scene:?}: {times} runs ended with {code}");
    }
}

#[test]
fn no_key_is_found_again() {
    canaries(ALL.len() as u64, 1);
}

#[test]
#[ignore = "long; the command is at the head of canaries.rs"]
fn acceptance_no_key_is_found_in_two_hundred_runs() {
    let number = |name: &str, usual| std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual);
    canaries(number("LAGOM_CANARIES", 200), number("LAGOM_CANARIES_SEED", u64::from(std::process::id())));
}
