//! What each key of `study.toml` is for: what `lagom explain` tells, and the table of keys in the documentation.

use super::costs::{COSTS, Cost, limited};
use super::family::{FamilyAbout, FamilyId, Registries, TaskKind};
use super::keys::heading;
use super::name::nearest;

/// What a table of the study is for.
struct Table {
    name: &'static str,
    /// What holds without it; empty where each key has its own.
    default: &'static str,
    meaning: &'static str,
}

/// Keys that are explained together, most often one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyHelp {
    /// The table that they stand in, as `good-enough`.
    pub section: &'static str,
    /// The keys.
    pub names: Vec<&'static str>,
    /// What holds without them, in Markdown.
    pub default: String,
    /// What they mean and what they may be, in Markdown.
    pub meaning: String,
}

struct Entry {
    section: &'static str,
    names: &'static [&'static str],
    default: &'static str,
    meaning: &'static str,
}

const TABLES: &[Table] = &[
    Table { name: "task", default: "", meaning: "" },
    Table { name: "metric", default: "as the reference implementations", meaning: "settings of a metric of texts" },
    Table { name: "good-enough", default: "", meaning: "" },
    Table { name: "ladder", default: "", meaning: "" },
    Table {
        name: "recipe",
        default: "lagom's own",
        meaning: "how models are trained: a lever each, the same for all that it changes",
    },
    Table {
        name: "probes",
        default: "none",
        meaning: "what else is measured of the choice and of what it is compared with",
    },
    Table { name: "candidate", default: "none", meaning: "a model that is called, not trained; one table each" },
    Table { name: "prompt", default: "", meaning: "" },
    Table { name: "budget", default: "", meaning: "" },
    Table { name: "prices", default: "", meaning: "what machines cost" },
    Table { name: "trials", default: "", meaning: "" },
];

#[rustfmt::skip]
const ENTRIES: &[Entry] = &[
    Entry { section: "task", names: &["data"], default: "–", meaning: "one file; a share of it is sealed. Either this or the next two" },
    Entry { section: "task", names: &["train", "holdout"], default: "–", meaning: "two files, split by you" },
    Entry { section: "task", names: &["target"], default: "– (needed)", meaning: "the column to predict; for multiple choice that of the right choice: its text, its position or its letter" },
    Entry { section: "task", names: &["references"], default: "`target`", meaning: "for text generation and extraction, in place of `target`: one or several columns of accepted answers; a cell that is a JSON list of texts holds several" },
    Entry { section: "task", names: &["kind"], default: "guessed", meaning: "`classification`, `regression`, `text-classification`; for `[[candidate]]`s alone and never guessed: `text-generation`, `multiple-choice`, `extraction`" },
    Entry { section: "task", names: &["choices", "labels"], default: "– (one needed for multiple choice)", meaning: "`choices`: a column of JSON lists, or a list of columns, one a choice; `labels`: the same choices for all rows" },
    Entry { section: "task", names: &["input"], default: "guessed", meaning: "for tasks of text: the columns to answer from where there is no template" },
    Entry { section: "task", names: &["text"], default: "guessed", meaning: "the column or list of columns with the text, for text classification" },
    Entry { section: "task", names: &["metric"], default: "accuracy; macro-F1 if one class has 80 % or more; AUC if the rarer of two has less than 5 %; R²", meaning: "`accuracy`, `balanced-accuracy`, `macro-f1`, `log-loss`, `auc` (two classes), `brier`; `rmse`, `mae`, `r2`. For texts (default `token-f1`, `json-fields` for extraction): `exact-match`, `exact-match-squad`, `token-f1`, `token-f1-v2`, `bleu`, `chrf`, `chrf++`, `ter`, `rouge-1`, `rouge-2`, `rouge-l`, `rouge-lsum`, `json-valid`, `json-fields`, `numeric-answer`, `regex-match`; by likelihood `bits-per-byte`, `perplexity`. For multiple choice: `exact-match`, `choice-accuracy`, and by likelihood `choice-accuracy-characters`, `-bytes`, `-tokens`" },
    Entry { section: "task", names: &["group"], default: "none; `init` proposes columns that look like keys", meaning: "rows with the same value here stay on one side of every split, and count together in intervals" },
    Entry { section: "task", names: &["time"], default: "none", meaning: "rows are split in this order: the past predicts the future. Not with `group`" },
    Entry { section: "task", names: &["ignore"], default: "`[]`", meaning: "columns not to use" },
    Entry { section: "task", names: &["header"], default: "found", meaning: "whether the first line names the columns (CSV, TSV)" },
    Entry { section: "task", names: &["separator"], default: "found", meaning: "one character or `\"tab\"`" },
    Entry { section: "task", names: &["format"], default: "by name, else content", meaning: "`csv`, `tsv`, `jsonl`, `parquet`" },
    Entry { section: "task", names: &["decimal"], default: "found", meaning: "`point` or `comma`: how numbers write their decimals. A column of `1,344` alone is read as the others are; what nothing tells is guessed and said" },
    Entry { section: "task", names: &["missing"], default: "`NA`, `N/A`, `NaN`, `null`, `None`, `?`, `-`, `.` and the like", meaning: "the spellings of a missing cell beside an empty one, for all columns; `[]`: only empty cells" },
    Entry { section: "task", names: &["missing-target"], default: "`drop`", meaning: "rows without a target are left out, counted and told; `refuse` makes them a fault" },
    Entry { section: "task", names: &["columns"], default: "found", meaning: "table of column = `numeric`, `categorical`, `boolean`, `text` or `identifier` (not used)" },
    Entry { section: "metric", names: &["tokeniser", "smoothing", "smoothing-value", "effective-order"], default: "`\"13a\"`, `\"exp\"`, –, `false`", meaning: "of BLEU: `13a`, `intl`, `char`, `none`, `zh`, `ja-mecab`, `ko-mecab`, `flores101`, `flores200`; `exp`, `floor`, `add-k`, `none`, with a value for two of them; for short answers" },
    Entry { section: "metric", names: &["tokeniser-model", "mecab-dictionary"], default: "–", meaning: "of BLEU: the file of the SentencePiece model of `flores101` and `flores200`; the folder of MeCab's dictionary, where it is not the one that MeCab is set up with" },
    Entry { section: "metric", names: &["lowercase"], default: "`false`", meaning: "BLEU and chrF ignore case" },
    Entry { section: "metric", names: &["chrf-characters", "chrf-words", "chrf-beta", "chrf-whitespace", "chrf-epsilon"], default: "`6`, `2`, `2`, `false`, `false`", meaning: "of chrF" },
    Entry { section: "metric", names: &["ter-case", "ter-normalised", "ter-no-punctuation"], default: "`false`", meaning: "of TER" },
    Entry { section: "metric", names: &["stemmer", "rouge-tokens", "rouge-part"], default: "`false`, `\"latin\"`, `\"f1\"`", meaning: "of ROUGE: `latin`, `unicode`; `f1`, `precision`, `recall`" },
    Entry { section: "metric", names: &["ignore"], default: "`[]`", meaning: "what `exact-match` does not look at: `case`, `punctuation`, `digits`" },
    Entry { section: "good-enough", names: &["incumbent"], default: "none", meaning: "the candidate in use today, to ask whether you need it: a size of the ladder or a `[[candidate]]`. Without one the others are compared with the best" },
    Entry { section: "good-enough", names: &["margin"], default: "lagom's guess: `0.01` of shares and R², one point of BLEU, chrF and TER, a hundredth of the target's deviation of RMSE and MAE", meaning: "the loss nobody would notice, in units of the metric" },
    Entry { section: "good-enough", names: &["bar"], default: "none", meaning: "in place of the margin: the quality that is enough in itself" },
    Entry { section: "good-enough", names: &["confidence"], default: "`0.95`", meaning: "how sure a claim must be, between 0.5 and 1" },
    Entry { section: "good-enough", names: &["smallest-by"], default: "`\"parameters\"`", meaning: "what cheap means" },
    Entry { section: "good-enough", names: &["profile"], default: "none", meaning: "a named set of limits, told below the table of keys in the documentation: `mcu`, `edge`, `mobile`, `laptop`, `server`, `cloud`" },
    Entry { section: "ladder", names: &["families"], default: "", meaning: "" },
    Entry { section: "ladder", names: &["largest"], default: "for `mlp` the rows squared over 100, at least `\"10k\"` and at most `\"1M\"` (10,000 rows), `\"6M\"` for `embedding`, `\"24M\"` for `ngrams` (of which few are stored), 32,768 rows for `nearest`, none for `linear` and `trees`", meaning: "the most parameters to train" },
    Entry { section: "ladder", names: &["policy"], default: "`\"climb\"`", meaning: "`climb`: from the smallest up, until nothing larger can gain more than the margin; `sweep`: everything" },
    Entry { section: "ladder", names: &["certify"], default: "`\"curve\"`", meaning: "`curve`: what is left out is bounded by the curve; `measure`: one rung beyond is trained as well" },
    Entry { section: "candidate", names: &["name"], default: "– (needed)", meaning: "what tables call it; `-4shot` is put behind it where `shots` is given" },
    Entry { section: "candidate", names: &["endpoint", "gguf", "command", "answers"], default: "– (one needed)", meaning: "the address of an OpenAI-compatible server, up to `/v1`; a GGUF file; a program and its arguments; a file of answers" },
    Entry { section: "candidate", names: &["model", "api", "key-env"], default: "–, `chat`, none", meaning: "of an endpoint: the model's name there (needed), `chat` or `completions`, the variable of the environment with the key" },
    Entry { section: "candidate", names: &["key-header"], default: "`Authorization: Bearer`; `api-key` where the address has `api-version=`", meaning: "the header that the key is sent in" },
    Entry { section: "candidate", names: &["id", "text"], default: "order of rows, found", meaning: "of answers: the column of both files that says which row, the column with the answer" },
    Entry { section: "candidate", names: &["parameters", "bytes", "memory"], default: "as the backend tells", meaning: "what the model needs: `\"4B\"`, `\"2.5 GB\"`" },
    Entry { section: "candidate", names: &["price"], default: "nothing", meaning: "`{ input = 2.5, output = 10.0, currency = \"USD\" }` for a million tokens; also `cached`, and `per-call` for each request that is answered (one an answer; likelihoods over HTTP take one for each label and more)" },
    Entry { section: "candidate", names: &["shots", "shots-by"], default: "`0`, `random`", meaning: "worked examples in the prompt, taken from training rows: a number, or a list of which each is a candidate; `random` or `nearest`" },
    Entry { section: "candidate", names: &["certificate"], default: "the system's", meaning: "of an endpoint with a certificate of your own: the file of the authority that signed it" },
    Entry { section: "candidate", names: &["environment"], default: "`[]`", meaning: "of a program: the variables that it sees beside those that programs need (paths, home, language, proxies with what stands in them, certificates; `LAGOM_`, `PYTHON…`, `CUDA_`, `HF_` and the like, but for names and values of keys); all others are kept from it" },
    Entry { section: "candidate", names: &["context", "in-flight", "requests-per-minute", "timeout"], default: "the backend's", meaning: "bounds: tokens of prompt and answer (of a GGUF file), questions at once, questions a minute, `\"90 s\"` (of a program from its start on)" },
    Entry { section: "candidate", names: &["system", "template", "read", "temperature", "max-tokens"], default: "`[prompt]`", meaning: "in place of what `[prompt]` says" },
    Entry { section: "prompt", names: &["template", "template-file"], default: "written by lagom", meaning: "what is asked, with columns as `{{ column }}`" },
    Entry { section: "prompt", names: &["system"], default: "none", meaning: "instructions before everything else" },
    Entry { section: "prompt", names: &["form"], default: "by backend", meaning: "`chat`, `chat-without-system` or `text`" },
    Entry { section: "prompt", names: &["read"], default: "`\"answer\"`", meaning: "`answer`: the text; `likelihood`: how likely each label or choice is" },
    Entry { section: "prompt", names: &["steps"], default: "none", meaning: "from the text to what is scored: `[\"strip\", { regex = \"Answer: (.*)\" }]`; all names are in the message of a wrong one" },
    Entry { section: "prompt", names: &["max-tokens", "stop"], default: "`16`; `256` for text", meaning: "the longest answer; texts that end it" },
    Entry { section: "prompt", names: &["temperature", "top-p", "repeats"], default: "`0`, `1`, `1`", meaning: "sampling, and how many answers to each prompt" },
    Entry { section: "prompt", names: &["delimiter"], default: "a space", meaning: "what stands between a prompt and a label whose likelihood is asked for" },
    Entry { section: "prompt", names: &["unreadable"], default: "`\"missing\"`", meaning: "what a whole answer is that names no label, number or choice, or several: `missing` or `wrong`" },
    Entry { section: "prompt", names: &["cut-off"], default: "`\"missing\"`", meaning: "what an answer is that ran out of tokens: `missing` (unless what was read of it can't have changed with the rest) or `read` as it stands" },
    Entry { section: "prompt", names: &["refusals"], default: "`\"wrong\"`", meaning: "what a refusal of the model or its provider is: `wrong`, or `leave-out`" },
    Entry { section: "budget", names: &["money", "calls"], default: "no limit", meaning: "the most that is spent: `\"5 USD\"`; the most requests (likelihoods take several a question). What a request may cost at most is reserved before it is sent, and handshakes, retries and failed calls count; only a server that bills more tokens than it was allowed to write, or adds hidden instructions longer than the prompt itself, can exceed it. Where lagom itself is killed (`kill -9`), retries that were under way may be forgotten" },
    Entry { section: "budget", names: &["ask-above"], default: "never", meaning: "a plan dearer than this is asked about first" },
    Entry { section: "budget", names: &["missing"], default: "`\"2 %\"`", meaning: "the largest share of a model's answers that may be missing for it to be judged, at most half" },
    Entry { section: "budget", names: &["explore"], default: "`300`", meaning: "most rows that every called model answers at first; the same in all repeats, at most the `validation` share" },
    Entry { section: "prices", names: &["cpu-hour"], default: "none", meaning: "what an hour of CPU time costs, `\"0.04 USD\"`: the price of the machine's hour over its cores. The report then shows what training takes, in money too" },
    Entry { section: "trials", names: &["repeats"], default: "`5`; `10` where cross-fitted", meaning: "trainings of each candidate, each on another split from another start; 2 to 100, better 3 or more" },
    Entry { section: "trials", names: &["seed"], default: "`1`", meaning: "the same number gives the same result" },
    Entry { section: "trials", names: &["holdout"], default: "`0.2`", meaning: "share of the rows that is sealed, 0.05 to 0.5; not with `train` and `holdout` files" },
    Entry { section: "trials", names: &["cross-fit"], default: "`true` below 10,000 rows without `holdout`, `time` or `[[candidate]]`", meaning: "each repeat seals another fold in place of a share, for which it takes 4 repeats or more; a model that is asked would have to answer every row" },
    Entry { section: "trials", names: &["validation"], default: "`0.1`; up to `0.2` where that is fewer than 50 rows, `0.2` with `[[candidate]]`", meaning: "share of the other rows that each repeat validates on, 0.05 to 0.5" },
    Entry { section: "trials", names: &["workers"], default: "one a core", meaning: "trials side by side" },
];

/// What every key is for, table by table; those of limits, levers and probes by their registries.
#[must_use]
pub fn reference(registries: &Registries) -> Vec<KeyHelp> {
    let of = |section: &'static str, name, default: &str, meaning: String| KeyHelp {
        section,
        names: vec![name],
        default: default.to_owned(),
        meaning,
    };
    let mut all = Vec::new();
    for table in TABLES {
        let own = ENTRIES.iter().filter(|entry| entry.section == table.name);
        all.extend(own.map(|entry| {
            let (default, meaning) = match entry.names {
                ["smallest-by"] => (entry.default.to_owned(), format!("{}: {}", entry.meaning, cheap())),
                ["families"] => families(registries),
                _ => (entry.default.to_owned(), entry.meaning.to_owned()),
            };
            KeyHelp { section: entry.section, names: entry.names.to_vec(), default, meaning }
        }));
        match table.name {
            "good-enough" => all.extend(limited().map(|cost| {
                let about = cost.about();
                of("good-enough", about.key, "none", format!("{}: `\"{}\"`", about.limit, about.example))
            })),
            "recipe" => all.extend(registries.levers.iter().map(|about| {
                let (least, most) = about.range;
                let meaning = format!("{}; from {least} to {most}. Changes {}", about.summary, about.changes);
                of("recipe", about.name, "lagom's own", meaning)
            })),
            "probes" => all.extend(
                registries
                    .probes
                    .iter()
                    .map(|about| of("probes", about.name, "`false`", format!("`true`: {}", about.summary))),
            ),
            _ => {}
        }
    }
    all
}

/// What cheap may mean: each cost with what it is to have little of.
fn cheap() -> String {
    let one = |cost: &&dyn Cost| format!("`{}` ({})", cost.about().name, cost.about().cheap);
    COSTS.iter().map(one).collect::<Vec<String>>().join(", ")
}

/// Which families are trained where none is named, and which there are, by what they are trained on.
fn families(registries: &Registries) -> (String, String) {
    let learners = || registries.families.iter().filter(|about| about.id != FamilyId::BASELINE);
    let names = |wanted: &dyn Fn(&FamilyAbout) -> bool| {
        let names = learners().filter(|about| wanted(about)).map(|about| format!("`{}`", about.id));
        names.collect::<Vec<String>>().join(", ")
    };
    let asked = names(&|about| !about.by_default);
    let but = if asked.is_empty() { String::new() } else { format!(", but {asked}") };
    let on_texts = |about: &FamilyAbout| about.serves(TaskKind::TextClassification);
    let meaning = format!(
        "tables: {}; texts: {}. The baseline is always there",
        names(&|about| !on_texts(about)),
        names(&on_texts)
    );
    (format!("all that serve the task{but}"), meaning)
}

/// The table of all keys for the documentation, in Markdown.
#[must_use]
pub fn reference_page(registries: &Registries) -> String {
    let keys = reference(registries);
    let mut page = "| key | default | meaning |\n|---|---|---|\n".to_owned();
    for table in TABLES {
        page.push_str(&format!("| **`{}`** | {} | {} |\n", heading(table.name), table.default, table.meaning));
        for key in keys.iter().filter(|key| key.section == table.name) {
            let names: Vec<String> = key.names.iter().map(|name| format!("`{name}`")).collect();
            page.push_str(&format!("| {} | {} | {} |\n", names.join(", "), key.default, key.meaning));
        }
    }
    page
}

/// The keys that are asked for: one by its name (`margin`, `good-enough.margin`), or all of a table (`good-enough`, `[trials]`).
///
/// # Errors
/// There is no such key or table: the nearest name, where one is near.
pub fn explain(wanted: &str, registries: &Registries) -> Result<Vec<KeyHelp>, Option<String>> {
    let plain = wanted.trim().trim_matches(['[', ']', '`']);
    let (section, name) = match plain.split_once('.') {
        Some((section, name)) => (Some(section.trim_matches(['[', ']'])), name),
        None => (None, plain),
    };
    let keys = reference(registries);
    let is = |key: &&KeyHelp| {
        let named = key.names.contains(&name) && section.is_none_or(|section| section == key.section);
        named || section.is_none() && key.section == name
    };
    let found: Vec<KeyHelp> = keys.iter().filter(is).cloned().collect();
    if !found.is_empty() {
        return Ok(found);
    }
    let mut names: Vec<&str> = keys.iter().flat_map(|key| key.names.iter().copied()).collect();
    names.extend(TABLES.iter().map(|table| table.name));
    Err(nearest(&names, name).map(str::to_owned))
}

/// The tables of a study with what they are for, where that is said of them as a whole.
pub fn tables() -> impl Iterator<Item = (&'static str, &'static str)> {
    TABLES.iter().map(|table| (table.name, table.meaning))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::keys::{SECTIONS, keys};
    use crate::tests::registries;

    #[test]
    fn every_key_that_is_read_is_explained_and_no_other() {
        let registries = registries();
        for section in SECTIONS {
            let told: BTreeSet<&str> = reference(&registries)
                .iter()
                .filter(|key| key.section == *section)
                .flat_map(|key| key.names.clone())
                .collect();
            let read: BTreeSet<&str> = match *section {
                "recipe" => registries.levers.iter().map(|about| about.name).collect(),
                "probes" => registries.probes.iter().map(|about| about.name).collect(),
                section => keys(section).iter().copied().collect(),
            };
            assert_eq!(told, read, "[{section}]");
        }
        assert_eq!(TABLES.len(), SECTIONS.len());
    }

    #[test]
    fn a_key_is_found_by_its_name_its_table_or_both() {
        let found = |wanted: &str| explain(wanted, &registries()).map(|keys| keys.len());
        assert_eq!(
            (found("margin"), found("good-enough.margin"), found("[good-enough].margin")),
            (Ok(1), Ok(1), Ok(1))
        );
        // Of [task] and of [metric].
        assert_eq!((found("ignore"), found("task.ignore")), (Ok(2), Ok(1)));
        assert_eq!(found("[ladder]"), found("ladder"));
        assert!(found("trials").is_ok_and(|count| count > 4));
        assert_eq!((found("dropout"), found("error-slices")), (Ok(1), Ok(1)));
        assert_eq!(
            (explain("margn", &registries()), explain("zzz", &registries())),
            (Err(Some("margin".to_owned())), Err(None))
        );
    }
}
