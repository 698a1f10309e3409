//! `[metric]`.

use super::section::Section;
use crate::fault::{Faults, Wrong};
use crate::keys::metric as keys;
use crate::metric::{Metric, TextOptions, TextSettings, TokeniserFiles};
use std::path::{Path, PathBuf};

/// Reads the table; the settings of the reference implementations where it is absent. `metric` is that of `task`, where
/// it could be read; files are those of `folder`.
pub(super) fn read(
    section: &Section<'_>,
    folder: &Path,
    (task, metric): (&Section<'_>, Option<Metric>),
    faults: &mut Faults<'_>,
) -> (TextSettings, TokeniserFiles) {
    let usual = || (TextSettings::default(), TokeniserFiles::default());
    if !section.is_present() {
        return usual();
    }
    let file = |name: String| absolute(folder.join(name));
    let options = TextOptions {
        tokeniser: section.read(faults, &keys::TOKENISER),
        files: TokeniserFiles {
            model: section.read(faults, &keys::TOKENISER_MODEL).map(file),
            dictionary: section.read(faults, &keys::MECAB_DICTIONARY).map(file),
        },
        smoothing: section.read(faults, &keys::SMOOTHING),
        smoothing_value: section.read(faults, &keys::SMOOTHING_VALUE),
        effective_order: section.value(faults, &keys::EFFECTIVE_ORDER),
        lowercase: section.value(faults, &keys::LOWERCASE),
        chrf_characters: section.read(faults, &keys::CHRF_CHARACTERS).map(|count| count as usize),
        chrf_words: section.read(faults, &keys::CHRF_WORDS).map(|count| count as usize),
        chrf_beta: section.read(faults, &keys::CHRF_BETA),
        chrf_whitespace: section.value(faults, &keys::CHRF_WHITESPACE),
        chrf_epsilon: section.value(faults, &keys::CHRF_EPSILON),
        ter_case: section.value(faults, &keys::TER_CASE),
        ter_normalised: section.value(faults, &keys::TER_NORMALISED),
        ter_no_punctuation: section.value(faults, &keys::TER_NO_PUNCTUATION),
        stemmer: section.value(faults, &keys::STEMMER),
        rouge_tokens: section.read(faults, &keys::ROUGE_TOKENS),
        rouge_part: section.read(faults, &keys::ROUGE_PART),
        ignore: section.value(faults, &keys::IGNORE),
    };
    let Some(metric) = metric else {
        if !task.has("metric") {
            let hint = "name the metric: metric = \"bleu\" under [task], or leave the table out";
            section.fault_table(faults, Wrong::new("[task] names no metric that these settings could be of", hint));
        }
        return usual();
    };
    match options.settings(&[metric]) {
        Ok(settings) => (settings, options.files),
        Err(found) => {
            for fault in found {
                section.fault(faults, fault.key, Wrong::new(fault.message, fault.hint));
            }
            usual()
        }
    }
}

/// From the root on: `lagom verdict` reads the file again, from wherever it is called.
fn absolute(path: PathBuf) -> PathBuf {
    std::path::absolute(&path).unwrap_or(path)
}
