//! What in the data could make the answer wrong, beside the answer.

use crate::data::{Caution, Kept, Measure};
use crate::metric::{BleuTokeniser, Metric, Unspaced};
use crate::numbers::{count, percent, plural};

/// One sentence or two of a caution, with what to do about it.
#[must_use]
pub fn caution(caution: &Caution) -> String {
    match caution {
        Caution::Copies { rows, conflicting, of, kept } => copies((*rows, *conflicting, *of), *kept),
        Caution::SeenInputs { rows, of, given } => seen(*rows, *of, *given),
        Caution::RepeatedKey { column, keys, rows, alike, .. } => {
            let target = match alike {
                alike if *alike >= 0.995 => ", with the same target in all rows of one",
                alike if *alike >= 0.3 => ", with targets that are alike in rows of one",
                _ => "",
            };
            format!(
                "Rows of the same `{column}` stand on both sides of every split ({} in {}{target}): a model that recognises one looks better than it is on a new one. If the model is to serve new ones, set {} under [task].",
                plural(*keys, "value", "values"),
                plural(*rows, "row", "rows"),
                code("group", &format!("{column:?}"))
            )
        }
        Caution::UncutTexts { script, tokeniser } => {
            uncut(*script, *tokeniser, "Name another `tokeniser` under [metric]")
        }
        Caution::UncutWords { script, metric } => uncut_words(*script, *metric),
        Caution::OtherLetters { metric, spaced } => {
            other_letters(*metric, spaced.then_some("Set `rouge-tokens = \"unicode\"` under [metric]"))
        }
        Caution::TellsTarget { column, measure, score, covered } => {
            let name = match measure {
                Measure::Accuracy => "accuracy",
                Measure::R2 => "R²",
            };
            let part = if *covered >= 0.995 {
                String::new()
            } else {
                format!(" in the {} of the rows that have it", percent(*covered))
            };
            let shout = if caution.is_shouted() { "THE TARGET IS IN THE INPUTS: " } else { "" };
            format!(
                "{shout}`{column}` alone tells the target{part} ({name} {score:.3} on rows that its rule was not made from). If it is known only after the answer is, the figures mean nothing: leave it out with {} under [task].",
                code("ignore", &format!("[{column:?}]"))
            )
        }
    }
}

/// That BLEU takes whole sentences for words; `how` says what to do.
#[must_use]
pub fn uncut(script: Unspaced, tokeniser: BleuTokeniser, how: &str) -> String {
    format!(
        "Most of the texts are {} and have no spaces between words, so that {} takes whole sentences for words: BLEU says next to nothing of them. {how}: {}.",
        script.name(),
        tokeniser.name(),
        script.tokenisers()
    )
}

/// That a metric other than BLEU takes whole sentences for words.
#[must_use]
pub fn uncut_words(script: Unspaced, metric: Metric) -> String {
    format!(
        "Most of the texts are {} and have no spaces between words, so that {} takes whole sentences for words and says next to nothing of them. Take chrf, which looks at characters, or cut the texts into words first.",
        script.name(),
        metric.title()
    )
}

/// That a metric drops most letters; `how` says what to set so that it keeps them, where that would help.
#[must_use]
pub fn other_letters(metric: Metric, how: Option<&str>) -> String {
    let how =
        how.map_or_else(|| "Take chrf, which looks at characters".to_owned(), |how| format!("{how}, or take chrf"));
    format!(
        "Most letters of the texts are others than a to z, and {} as it is set drops those: it says next to nothing of these texts. {how}.",
        metric.title()
    )
}

/// A name as it stands in a file.
pub(super) fn quoted(name: &str) -> String {
    format!("`{name}`")
}

/// A line of a study file.
fn code(key: &str, value: &str) -> String {
    format!("`{key} = {value}`")
}

/// What the cautions begin with that ask for care.
pub(crate) const CAREFUL: &str = "Careful:";

/// The sentences to put beside the verdict; those that ask for care begin with that word.
pub(super) fn tell(cautions: &[Caution]) -> Vec<String> {
    let one = |found: &Caution| match found.is_warning() {
        true => format!("{CAREFUL} {}", caution(found)),
        false => caution(found),
    };
    cautions.iter().map(one).collect()
}

fn copies((rows, conflicting, of): (u64, u64, u64), kept: Kept) -> String {
    let head = format!("{} of {} have the same inputs as a row before them", count(rows), plural(of, "row", "rows"));
    match kept {
        Kept::Together => {
            let other = if conflicting == 0 {
                String::new()
            } else {
                format!(" ({} of them with another target)", count(conflicting))
            };
            format!(
                "{head}{other}: copies stay on one side of every split, and count as one example in every interval."
            )
        }
        Kept::InTime => format!(
            "{head}: they count as one example in every interval, but the order of time goes before, so that copies may stand on both sides of a split and flatter whoever memorises."
        ),
        Kept::Apart => format!(
            "{head}: such inputs come again too often to stay on one side of a split, so these rows are split one by one, and the figures hold for inputs of which as many have been seen before. If they are copies, take them out."
        ),
    }
}

fn seen(rows: u64, of: u64, given: bool) -> String {
    let (which, advice) = match given {
        true => ("of the holdout file ", " Take them out of one of the two files."),
        false => ("that the verdict is read from ", ""),
    };
    format!(
        "{} of {} {which}({}) have the same inputs as a training row; this flatters models that memorise.{advice}",
        count(rows),
        plural(of, "row", "rows"),
        percent(rows as f64 / of.max(1) as f64)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_says_what_to_do() {
        let key = Caution::RepeatedKey {
            column: "patient".into(),
            keys: 150,
            rows: 750,
            alike: 1.0,
            constant: 1.0,
            named: true,
        };
        let text = caution(&key);
        assert!(text.contains("(150 values in 750 rows, with the same target in all rows of one)"), "{text}");
        assert!(text.contains("`group = \"patient\"`"), "{text}");
        let tells = Caution::TellsTarget { column: "paid".into(), measure: Measure::R2, score: 0.99994, covered: 0.7 };
        let text = caution(&tells);
        assert!(text.contains("in the 70 % of the rows that have it (R² 1.000 on rows"), "{text}");
        assert!(text.contains("`ignore = [\"paid\"]`"), "{text}");
        let text = caution(&Caution::UncutTexts { script: Unspaced::Chinese, tokeniser: BleuTokeniser::V13a });
        assert!(text.starts_with("Most of the texts are Chinese") && text.ends_with("under [metric]: zh."), "{text}");
        let text = caution(&Caution::UncutWords { script: Unspaced::SouthEastAsian, metric: Metric::Ter });
        assert!(text.contains("so that TER takes whole sentences for words") && text.contains("Take chrf"), "{text}");
        let text = caution(&Caution::OtherLetters { metric: Metric::RougeL, spaced: true });
        assert!(
            text.contains("ROUGE-L as it is set drops those") && text.contains("`rouge-tokens = \"unicode\"`"),
            "{text}"
        );
        let copies = Caution::Copies { rows: 500, conflicting: 12, of: 750, kept: Kept::Together };
        assert_eq!(
            tell(&[copies, tells])[0],
            "500 of 750 rows have the same inputs as a row before them (12 of them with another target): copies stay on one side of every split, and count as one example in every interval."
        );
        let given = Caution::SeenInputs { rows: 79, of: 320, given: true };
        assert!(
            tell(&[given])[0].starts_with("Careful: 79 of 320 rows of the holdout file (24.7 %) have the same inputs")
        );
    }
}
