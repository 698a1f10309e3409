//! What a thorough look found, kept in the study's folder: the report says it again.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::data::quality::Quality;
use crate::input;
use crate::report::{Said, finding, json_page};

/// The file of it, within the folder of a study's results.
pub const DATA_FILE: &str = "data/data.json";
/// A file larger than this is none that lagom wrote.
const LARGEST: u64 = 64 << 20;

/// The file's content.
#[derive(Serialize)]
struct Page<'a> {
    /// BLAKE3 of the prepared data that were looked at.
    digest: &'a str,
    #[serde(flatten)]
    quality: &'a Quality,
    /// The findings in words, in their order.
    said: Vec<Said>,
}

/// What is read back of it.
#[derive(Deserialize)]
struct Kept {
    digest: String,
    #[serde(flatten)]
    quality: Quality,
}

/// The findings as JSON, with their sentences; `digest` says of which data.
#[must_use]
pub fn page(digest: &str, quality: &Quality) -> String {
    json_page(&Page { digest, quality, said: quality.findings.iter().map(finding).collect() })
}

/// What was found of these very data, if somebody looked; a file that can't be read counts as none.
pub(crate) fn kept(folder: &Path, digest: &str) -> Option<Quality> {
    let text = input::text(&folder.join(DATA_FILE), LARGEST).ok()?;
    serde_json::from_str::<Kept>(&text).ok().filter(|kept| kept.digest == digest).map(|kept| kept.quality)
}
