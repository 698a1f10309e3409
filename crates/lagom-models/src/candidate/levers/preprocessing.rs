//! Levers of the preprocessing: how columns and texts become numbers.

use super::changes::{Changes, switch, word};
use crate::candidate::plan::TrainingPlan;
use crate::candidate::preprocess::{Categories, Scaling};
use crate::study::{LeverAbout, LeverGroup, LeverValue, LeverValues, Sample, TaskKind};

const TABLES: &[&str] = &["linear", "trees", "mlp", "nearest"];
const SCALED: &[&str] = &["linear", "mlp", "nearest"];
const TEXTS: &[&str] = &["ngrams", "embedding"];
const TABLE_TASKS: &[TaskKind] = &[TaskKind::Classification, TaskKind::Regression];
const TEXT_TASKS: &[TaskKind] = &[TaskKind::TextClassification];

/// Numbers on one scale.
pub(super) static SCALING: Changes = Changes {
    about: &LeverAbout {
        name: "scaling",
        group: LeverGroup::Preprocessing,
        summary: "how numbers are scaled: by mean and deviation (standard), by rank to a normal distribution (quantile), by median and quartiles (robust), or not at all",
        values: LeverValues::OneOf(&["standard", "quantile", "robust", "none"]),
        tries: &[Sample::Word("quantile"), Sample::Word("robust")],
        changes: "linear, mlp, nearest (lagom's own: standard)",
    },
    families: SCALED,
    tasks: TABLE_TASKS,
    weighs: false,
    controls: &[],
    change: scaling,
};

/// Categories as numbers.
pub(super) static CATEGORIES: Changes = Changes {
    about: &LeverAbout {
        name: "categories",
        group: LeverGroup::Preprocessing,
        summary: "how categories become numbers: a column for each (one-hot), the mean of the target in each (target), or 64 columns shared by hash (hashed)",
        values: LeverValues::OneOf(&["one-hot", "target", "hashed"]),
        tries: &[Sample::Word("target")],
        changes: "linear, trees, mlp, nearest (lagom's own: one-hot where they are few, else hashed, or for trees their rank)",
    },
    families: TABLES,
    tasks: TABLE_TASKS,
    weighs: false,
    controls: &[],
    change: categories,
};

/// Dates as numbers.
pub(super) static DATE_PARTS: Changes = Changes {
    about: &LeverAbout {
        name: "date-parts",
        group: LeverGroup::Preprocessing,
        summary: "turns columns of ISO dates into year, month, day of the week, hour and age in days",
        values: LeverValues::Switch,
        tries: &[Sample::Switch(true)],
        changes: "linear, trees, mlp, nearest",
    },
    families: TABLES,
    tasks: TABLE_TASKS,
    weighs: false,
    controls: &[],
    change: |value, plan| {
        plan.preprocess.date_parts = switch(value)?;
        Some(())
    },
};

/// Amounts as numbers.
pub(super) static NUMERIC_TEXT: Changes = Changes {
    about: &LeverAbout {
        name: "numeric-text",
        group: LeverGroup::Preprocessing,
        summary: "reads the number in cells such as `12 kg` or `£3,400` into a column of its own beside them",
        values: LeverValues::Switch,
        tries: &[Sample::Switch(true)],
        changes: "linear, trees, mlp, nearest",
    },
    families: TABLES,
    tasks: TABLE_TASKS,
    weighs: false,
    controls: &[],
    change: |value, plan| {
        plan.preprocess.numeric_text = switch(value)?;
        Some(())
    },
};

/// Runs of words.
pub(super) static WORDS: Changes = Changes {
    about: &LeverAbout {
        name: "words",
        group: LeverGroup::Preprocessing,
        summary: "how many words in a row are counted together",
        values: LeverValues::OneOf(&["1", "1-2", "1-3"]),
        tries: &[Sample::Word("1-3"), Sample::Word("1")],
        changes: "ngrams, embedding (lagom's own: 1-2)",
    },
    families: TEXTS,
    tasks: TEXT_TASKS,
    weighs: false,
    controls: &[],
    change: |value, plan| {
        plan.preprocess.text.words = Some(range(word(value)?)?);
        Some(())
    },
};

/// Runs of characters.
pub(super) static CHARACTERS: Changes = Changes {
    about: &LeverAbout {
        name: "characters",
        group: LeverGroup::Preprocessing,
        summary: "how many characters in a row, within a word, are counted together",
        values: LeverValues::OneOf(&["none", "2-4", "3-5"]),
        tries: &[Sample::Word("2-4"), Sample::Word("none")],
        changes: "ngrams, embedding (lagom's own: 3-5)",
    },
    families: TEXTS,
    tasks: TEXT_TASKS,
    weighs: false,
    controls: &[],
    change: |value, plan| {
        plan.preprocess.text.characters = Some(range(word(value)?)?);
        Some(())
    },
};

/// Case.
pub(super) static LOWERCASE: Changes = Changes {
    about: &LeverAbout {
        name: "lowercase",
        group: LeverGroup::Preprocessing,
        summary: "whether capitals and small letters count as the same",
        values: LeverValues::Switch,
        tries: &[Sample::Switch(false)],
        changes: "ngrams, embedding (lagom's own: true)",
    },
    families: TEXTS,
    tasks: TEXT_TASKS,
    weighs: false,
    controls: &[],
    change: |value, plan| {
        plan.preprocess.text.lowercase = Some(switch(value)?);
        Some(())
    },
};

/// Counts.
pub(super) static SUBLINEAR: Changes = Changes {
    about: &LeverAbout {
        name: "sublinear",
        group: LeverGroup::Preprocessing,
        summary: "whether a piece of text that occurs t times counts 1 + ln t instead of t",
        values: LeverValues::Switch,
        tries: &[Sample::Switch(false)],
        changes: "ngrams (lagom's own: true)",
    },
    families: &["ngrams"],
    tasks: TEXT_TASKS,
    weighs: false,
    controls: &[],
    change: |value, plan| {
        plan.preprocess.text.sublinear = Some(switch(value)?);
        Some(())
    },
};

fn scaling(value: &LeverValue, plan: &mut TrainingPlan) -> Option<()> {
    plan.preprocess.scaling = Some(match word(value)? {
        "standard" => Scaling::Standard,
        "quantile" => Scaling::Quantile,
        "robust" => Scaling::Robust,
        "none" => Scaling::None,
        _ => return None,
    });
    Some(())
}

fn categories(value: &LeverValue, plan: &mut TrainingPlan) -> Option<()> {
    plan.preprocess.categories = Some(match word(value)? {
        "one-hot" => Categories::OneHot,
        "target" => Categories::Target,
        "hashed" => Categories::Hashed,
        _ => return None,
    });
    Some(())
}

/// The shortest and longest run that words such as `1-3` or `1` name; none of them for `none`.
fn range(word: &str) -> Option<(u8, u8)> {
    if word == "none" {
        return Some((0, 0));
    }
    let (shortest, longest) = word.split_once('-').unwrap_or((word, word));
    shortest.parse().ok().zip(longest.parse().ok())
}
