//! A folder of a test's own, the program run in it, and data made up for it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;

/// The program under test.
pub(crate) const LAGOM: &str = env!("CARGO_BIN_EXE_lagom");
/// No command of a test takes longer than this on an idle machine; a hang ends here.
const PATIENCE: Duration = Duration::from_secs(600);
/// A ladder of the baseline and one linear model: the quickest study there is.
pub(crate) const QUICK: &str = "[ladder]\nfamilies = [\"linear\"]\n[trials]\nrepeats = 2\n";
/// A ladder with one small member of each tabular family.
pub(crate) const SMALL: &str = "[ladder]\nlargest = \"900\"\n[trials]\nrepeats = 3\n";

/// A folder that is removed when the test ends.
pub(crate) struct Place {
    folder: tempfile::TempDir,
}

/// How a command ended, with the folder's own path written as `[DIR]`.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), text).unwrap();
    }

    pub(crate) fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// Writes `d.csv` and a quick study `s.toml` on its column `y`; `more` is put at the end of `[task]`.
    pub(crate) fn study(&self, csv: impl AsRef<[u8]>, more: &str) {
        self.write("d.csv", csv);
        self.write("s.toml", format!("[task]\ndata = \"d.csv\"\ntarget = \"y\"\n{more}\n{QUICK}"));
    }

    /// Runs lagom in the folder.
    pub(crate) fn lagom(&self, arguments: &[&str]) -> Ran {
        self.lagom_where(arguments, &[])
    }

    /// Runs lagom in the folder with these variables in its environment.
    pub(crate) fn lagom_where(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Ran {
        let mut command = assert_cmd::Command::new(LAGOM);
        command.args(arguments).current_dir(self.folder.path()).env("COLUMNS", "1000").timeout(PATIENCE);
        command.envs(variables.iter().copied());
        let output = command.output().unwrap();
        let own = self.folder.path().display().to_string();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(&own, "[DIR]");
        Ran { code: output.status.code().unwrap_or(-1), out: text(&output.stdout), err: text(&output.stderr) }
    }

    /// Runs lagom in the folder with this text as its standard input.
    pub(crate) fn lagom_fed(&self, arguments: &[&str], text: &str) -> Ran {
        let mut command = assert_cmd::Command::new(LAGOM);
        command.args(arguments).current_dir(self.folder.path()).env("COLUMNS", "1000").timeout(PATIENCE);
        let output = command.write_stdin(text).output().unwrap();
        let told = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ran { code: output.status.code().unwrap_or(-1), out: told(&output.stdout), err: told(&output.stderr) }
    }

    /// Runs the study `s.toml` into `out`.
    pub(crate) fn run(&self) -> Ran {
        self.lagom(&["run", "s.toml", "--out", "out"])
    }

    /// The numbers of the run in the folder `out`.
    pub(crate) fn report(&self, out: &str) -> Value {
        serde_json::from_str(&self.text(&format!("{out}/report.json"))).unwrap()
    }

    pub(crate) fn store(&self, out: &str) -> rusqlite::Connection {
        rusqlite::Connection::open(self.path(out).join("store.sqlite")).unwrap()
    }

    /// The names of everything in the folder and below, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        list(self.folder.path(), self.folder.path(), &mut names);
        names.sort();
        names
    }

    /// `check`, `plan` and `run` must all refuse the study with exit code 1, say `words`, and write nothing.
    #[track_caller]
    pub(crate) fn refuses(&self, words: &[&str]) {
        let before = self.names();
        for verb in [&["check", "s.toml"][..], &["plan", "s.toml"], &["run", "s.toml", "--out", "out"]] {
            self.lagom(verb).fails(words);
        }
        assert_eq!(self.names(), before, "something was written");
    }
}

fn list(folder: &Path, root: &Path, names: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        names.push(path.strip_prefix(root).unwrap().display().to_string());
        if path.is_dir() {
            list(&path, root, names);
        }
    }
}

impl Ran {
    /// It ended with exit code 1, an error of these words, and nothing on standard output.
    #[track_caller]
    pub(crate) fn fails(&self, words: &[&str]) {
        assert_eq!(self.code, 1, "{self:?}");
        assert!(self.out.is_empty(), "{self:?}");
        assert!(self.err.lines().any(|line| line.starts_with("error: ")), "{self:?}");
        assert!(!self.err.contains("panicked"), "{self:?}");
        self.says(words);
    }

    /// It ended with this code.
    #[track_caller]
    pub(crate) fn ends(&self, code: i32) -> &Self {
        assert_eq!(self.code, code, "{}\n{}", self.out, self.err);
        assert!(!self.err.contains("panicked"), "{}", self.err);
        self
    }

    /// These words stand in what it wrote, however its lines are broken.
    #[track_caller]
    pub(crate) fn says(&self, words: &[&str]) {
        let flowing = |text: &str| text.split_whitespace().collect::<Vec<&str>>().join(" ");
        let (out, err) = (flowing(&self.out), flowing(&self.err));
        for word in words {
            let flowed = flowing(word);
            assert!(
                self.err.contains(word) || self.out.contains(word) || out.contains(&flowed) || err.contains(&flowed),
                "`{word}` is missing from:\n{}\n{}",
                self.out,
                self.err
            );
        }
    }
}

/// Numbers that look random and are always the same (SplitMix64: Steele, Lea, Flood 2014).
pub(crate) struct Dice(pub u64);

impl Dice {
    pub(crate) fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Uniform between 0 and 1.
    pub(crate) fn share(&mut self) -> f64 {
        (self.roll() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// About normal: the sum of twelve uniform numbers, less six.
    pub(crate) fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.share()).sum::<f64>() - 6.0
    }

    pub(crate) fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[(self.roll() % of.len() as u64) as usize]
    }
}

/// Rows `a,b,colour,y`: two numbers and a colour that tell most of the class `yes` or `no`.
pub(crate) fn classes(rows: usize, seed: u64) -> Vec<[String; 4]> {
    let mut dice = Dice(seed);
    (0..rows)
        .map(|_| {
            let (a, b, colour) = (dice.normal(), dice.normal(), dice.one(&["red", "green", "blue"]));
            let shift = if colour == "red" { 1.0 } else { -0.5 };
            let yes = a + 0.8 * b * b + shift + 0.4 * dice.normal() > 0.5;
            [format!("{a:.4}"), format!("{b:.4}"), colour.to_owned(), if yes { "yes" } else { "no" }.to_owned()]
        })
        .collect()
}

/// The rows as CSV with a header.
pub(crate) fn csv<const N: usize>(header: &str, rows: &[[String; N]]) -> String {
    let lines: Vec<String> = rows.iter().map(|row| row.join(",")).collect();
    format!("{header}\n{}\n", lines.join("\n"))
}

/// Three hundred rows of [`classes`] as CSV.
pub(crate) fn classes_csv() -> String {
    csv("a,b,colour,y", &classes(300, 1))
}

/// What must not depend on when, where and how often a study was run: every number but times and memory.
pub(crate) fn numbers(report: &Value) -> Value {
    let row = |row: &Value| {
        let keys = [
            "name",
            "parameters",
            "bytes",
            "quality",
            "difference",
            "train_quality",
            "holdout_quality",
            "by_repeat",
            "history",
            "failures",
            "standing",
        ];
        let trial = |trial: &Value| {
            [&trial["flops"], &trial["settled"], &trial["parameters"], &trial["bytes"]].map(Value::clone)
        };
        let trials: Vec<_> = row["trials"].as_array().unwrap().iter().map(trial).collect();
        (keys.map(|key| row[key].clone()), trials)
    };
    let analysis = &report["analysis"];
    let rows: Vec<_> = analysis["screening"]["rows"].as_array().unwrap().iter().map(row).collect();
    serde_json::json!({
        "rows": rows, "sequence": analysis["screening"]["sequence"], "tests": analysis["tests"],
        "verdict": report["verdict"], "curve": report["curve"], "look": analysis["look"], "bundle": report["bundle"],
    })
}
