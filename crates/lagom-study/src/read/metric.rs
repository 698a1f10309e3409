//! `[metric]`.

use super::section::Section;
use super::value::{choice, flag, names, number, text, whole};
use crate::fault::{Faults, Wrong};
use crate::metric::{
    BleuTokeniser, Ignored, Metric, RougePart, RougeTokens, SmoothingMethod, TextOptions, TextSettings, TokeniserFiles,
};
use std::path::{Path, PathBuf};

/// Whole numbers that a setting may be as far as its type goes; its own range is told by the metric.
const COUNT: std::ops::RangeInclusive<u64> = 0..=1_000;

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
    let mut yes = |key: &str| section.read(faults, key, flag).unwrap_or(false);
    let mut options = TextOptions {
        effective_order: yes("effective-order"),
        lowercase: yes("lowercase"),
        chrf_whitespace: yes("chrf-whitespace"),
        chrf_epsilon: yes("chrf-epsilon"),
        ter_case: yes("ter-case"),
        ter_normalised: yes("ter-normalised"),
        ter_no_punctuation: yes("ter-no-punctuation"),
        stemmer: yes("stemmer"),
        ..TextOptions::default()
    };
    options.tokeniser = section.read(faults, "tokeniser", |v| choice(v, &BleuTokeniser::ALL, BleuTokeniser::name));
    let mut file = |key: &str| section.read(faults, key, text).map(|name| absolute(folder.join(name)));
    options.files = TokeniserFiles { model: file("tokeniser-model"), dictionary: file("mecab-dictionary") };
    options.smoothing = section.read(faults, "smoothing", |v| choice(v, &SmoothingMethod::ALL, SmoothingMethod::name));
    options.smoothing_value = section.read(faults, "smoothing-value", number);
    options.rouge_tokens = section.read(faults, "rouge-tokens", |v| choice(v, &RougeTokens::ALL, RougeTokens::name));
    options.rouge_part = section.read(faults, "rouge-part", |v| choice(v, &RougePart::ALL, RougePart::name));
    options.ignore = section.read(faults, "ignore", |v| names(v, &Ignored::ALL, Ignored::name)).unwrap_or_default();
    let mut count = |key: &str| section.read(faults, key, |v| whole(v, COUNT)).map(|count| count as usize);
    options.chrf_characters = count("chrf-characters");
    options.chrf_words = count("chrf-words");
    options.chrf_beta = count("chrf-beta").map(|beta| beta as u32);
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
