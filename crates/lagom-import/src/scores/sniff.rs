//! What a file is, by its content.

use std::fmt;
use std::path::Path;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::error::ScoresError;
use super::files::fault;
use lagom_table::{Format, Parts, ReadOptions};

/// How much of a file is looked at where the first bytes settle it.
const HEAD: u64 = 64 * 1024;

/// What a reader can read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Cells with separators.
    Delimited,
    /// One object a line: a table.
    JsonLines,
    /// lm-evaluation-harness, one line a sample.
    LmEvalSamples,
    /// lm-evaluation-harness, means of tasks.
    LmEvalResults,
    /// An Inspect log.
    Inspect,
    /// promptfoo's output.
    Promptfoo,
    /// The same, one result a line.
    PromptfooLines,
    /// HELM's statistics by instance.
    Helm,
}

/// Looks into a file. `Err` says in words what was found where no reader knows it.
pub(super) fn sniff(path: &Path) -> Result<Result<Kind, String>, ScoresError> {
    let head = crate::input::beginning(path, HEAD).map_err(|error| fault(path, error.into_io()))?;
    if head.starts_with(b"PK\x03\x04") && super::inspect::is_log(path)? {
        return Ok(Ok(Kind::Inspect));
    }
    if head.starts_with(b"PAR1") {
        return Ok(Ok(Kind::Delimited));
    }
    if let Some(what) = packed(&head) {
        return Err(ScoresError::Packed { path: path.to_path_buf(), what });
    }
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&head).trim_ascii_start();
    let text = String::from_utf8_lossy(head);
    match text.bytes().next() {
        None => Err(ScoresError::Empty { path: path.to_path_buf() }),
        Some(b'[') if text.contains("\"instance_id\"") && text.contains("\"stats\"") => Ok(Ok(Kind::Helm)),
        Some(b'[') if lagom_table::is_list(&text) => Ok(Ok(Kind::JsonLines)),
        Some(b'[') => Ok(Err("a JSON list whose entries lack \"instance_id\" and \"stats\"".to_owned())),
        Some(b'{') => object(path, &text),
        Some(_) if is_promptfoo_yaml(&text) => Ok(Err(format!("promptfoo's YAML output; {PROMPTFOO}"))),
        Some(_) if is_promptfoo_csv(&text) => Ok(Err(format!("promptfoo's CSV output; {PROMPTFOO}"))),
        Some(_) if text.lines().next().is_some_and(has_separator) || is_table(path) => Ok(Ok(Kind::Delimited)),
        Some(_) => Ok(Err("a first line without a comma, semicolon, tab or bar".to_owned())),
    }
}

/// What to do about forms of promptfoo's output that say too little: its CSV lacks the tests' numbers and times.
const PROMPTFOO: &str = "have it written as JSON or JSON Lines (promptfoo export eval ID --output results.json)";

/// A document of promptfoo as YAML: the key `evalId` comes first, or `results` before a list of them.
fn is_promptfoo_yaml(text: &str) -> bool {
    text.starts_with("evalId:") || (text.starts_with("results:") && text.contains("promptIdx:"))
}

/// Cells that begin with how a test went, as only promptfoo writes them.
fn is_promptfoo_csv(text: &str) -> bool {
    let marks = ["[PASS]", "[FAIL]", "[ERROR]"];
    let begins =
        |mark: &str| [",", ",\"", "\n", "\n\""].iter().any(|before| text.contains(&format!("{before}{mark} ")));
    marks.into_iter().any(begins)
}

fn has_separator(line: &str) -> bool {
    line.contains([',', ';', '\t', '|'])
}

/// Whether the reader of tables finds several columns: comments before the header, or spaces between the cells.
fn is_table(path: &Path) -> bool {
    let options = ReadOptions { header: Some(true), ..ReadOptions::default() };
    let first = Parts::open(path, &options).and_then(|mut parts| parts.next());
    first.ok().flatten().is_some_and(|table| table.columns.len() > 1 && table.format != Format::LabelledLines)
}

/// What a text that begins with an object is: lines of objects, or one document.
fn object(path: &Path, head: &str) -> Result<Result<Kind, String>, ScoresError> {
    let line = head.lines().next().unwrap_or_default();
    let mut keys = Keys::default();
    let whole = keys.read(&super::json::without_nan(line));
    if let Some(kind) = keys.document() {
        return Ok(Ok(kind));
    }
    let many = head.lines().nth(1).is_some_and(|next| next.trim_start().starts_with('{'));
    // a first line that never ends within the head is a long sample, or a document without line ends
    if whole || many || (line.len() > 1 && head.lines().nth(1).is_none() && (keys.is_sample() || keys.is_promptfoo())) {
        return Ok(Ok(match () {
            () if keys.is_promptfoo() => Kind::PromptfooLines,
            () if keys.is_sample() => Kind::LmEvalSamples,
            () => Kind::JsonLines,
        }));
    }
    let mut keys = Keys::default();
    let _whole = keys.read(&super::json::without_nan(&super::files::text(path)?));
    let shown: Vec<String> = keys.top.iter().take(8).map(|key| format!("\"{key}\"")).collect();
    Ok(keys.document().ok_or_else(|| format!("a JSON object with the keys {}", shown.join(", "))))
}

/// What is packed or binary, in words.
fn packed(head: &[u8]) -> Option<&'static str> {
    const PACKED: [(&[u8], &str); 5] = [
        (b"PK\x03\x04", "a zip archive"),
        (b"\x1F\x8B", "a gzip file"),
        (b"\x28\xB5\x2F\xFD", "a zstd file"),
        (b"SQLite format 3\0", "an SQLite database"),
        (b"\xFF\xFE", "UTF-16 text"),
    ];
    PACKED.iter().find(|(start, _)| head.starts_with(start)).map(|(_, what)| *what)
}

/// The keys of a JSON object, and of the object under its key `results`, as far as the text goes.
#[derive(Debug, Default)]
struct Keys {
    top: Vec<String>,
    results: Vec<String>,
    results_is_list: bool,
}

impl Keys {
    /// Collects the keys; says whether the text was one whole object.
    fn read(&mut self, text: &str) -> bool {
        let mut reader = serde_json::Deserializer::from_str(text);
        let read = Top(self).deserialize(&mut reader);
        read.is_ok() && reader.end().is_ok()
    }

    fn has(&self, key: &str) -> bool {
        self.top.iter().any(|known| known == key)
    }

    fn is_sample(&self) -> bool {
        self.has("doc_id") && ["target", "resps", "filtered_resps", "doc", "metrics"].iter().any(|key| self.has(key))
    }

    /// Whether it is one result of promptfoo.
    fn is_promptfoo(&self) -> bool {
        ["promptIdx", "testIdx", "provider", "success"].iter().all(|key| self.has(key))
    }

    /// The document these keys belong to.
    fn document(&self) -> Option<Kind> {
        if self.has("eval") && ["samples", "plan", "status", "results", "stats"].iter().any(|key| self.has(key)) {
            return Some(Kind::Inspect);
        }
        let summary = ["stats", "prompts", "table", "evalId"].iter().any(|key| self.has(key));
        if self.results.iter().any(|key| key == "results") || (self.results_is_list && summary) {
            return Some(Kind::Promptfoo);
        }
        let harness = ["versions", "configs", "config", "n-shot", "model_name", "git_hash"];
        (!self.results.is_empty() && harness.iter().any(|key| self.has(key))).then_some(Kind::LmEvalResults)
    }
}

struct Top<'a>(&'a mut Keys);

impl<'de> DeserializeSeed<'de> for Top<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Top<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            let results = key == "results";
            self.0.top.push(key);
            if results {
                map.next_value_seed(Nested(self.0))?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

/// The value under `results`: its keys, or that it is a list.
struct Nested<'a>(&'a mut Keys);

impl<'de> DeserializeSeed<'de> for Nested<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Nested<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or a list")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            self.0.results.push(key);
            map.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        self.0.results_is_list = true;
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }
    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        Ok(())
    }
    fn visit_bool<E: serde::de::Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }
    fn visit_u64<E: serde::de::Error>(self, _: u64) -> Result<(), E> {
        Ok(())
    }
    fn visit_i64<E: serde::de::Error>(self, _: i64) -> Result<(), E> {
        Ok(())
    }
    fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<(), E> {
        Ok(())
    }
    fn visit_str<E: serde::de::Error>(self, _: &str) -> Result<(), E> {
        Ok(())
    }
}
