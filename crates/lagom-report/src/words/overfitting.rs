//! Overfitting by size in words.

use super::context::ReportContext;
use crate::numbers::{list, percent};
use crate::stats::Estimate;
use lagom_engine::overfitting::{Begins, Overfitting};

/// What it comes to: a sentence or two each on where it begins, on what is learned by heart, and on wrong labels.
pub(crate) fn summary(context: &ReportContext<'_>, found: &Overfitting) -> Vec<String> {
    [Some(begins(context, found)), memory(context, found), noise(context, found)].into_iter().flatten().collect()
}

fn begins(context: &ReportContext<'_>, found: &Overfitting) -> String {
    match found.begins {
        Begins::At(size) => {
            let name = found.sizes.get(size).map_or("this size", |size| size.name.as_str());
            format!(
                "{name} overfits: it is surely worse on new rows than a smaller size, although it fits the training rows at least as well."
            )
        }
        Begins::Nowhere => {
            let gaps = found.sizes.iter().filter_map(|size| size.gap);
            let widest = gaps.fold(f64::NEG_INFINITY, f64::max);
            let gap = match widest.is_finite() {
                true => format!(
                    " The widest gap between training and validation rows is {}.",
                    context.style.size(widest.max(0.0))
                ),
                false => String::new(),
            };
            format!("No size that was measured is surely worse on new rows than a smaller one.{gap}")
        }
        Begins::Unknown => "Fewer than two sizes could be compared.".to_owned(),
    }
}

/// What the smallest and the largest learn of labels drawn by lot.
fn memory(context: &ReportContext<'_>, found: &Overfitting) -> Option<String> {
    let style = context.style;
    let mut known = found.sizes.iter().filter_map(|size| Some((size.name.as_str(), size.memorised?)));
    let (name, value) = known.next()?;
    let first = format!("{name} reaches {}", style.value(value));
    let last =
        known.next_back().map_or_else(String::new, |(name, value)| format!(" and {name} {}", style.value(value)));
    let guessing = found
        .guessing
        .map_or_else(String::new, |value| format!(" Guessing alone would come to about {}.", style.value(value)));
    Some(format!("On training rows with shuffled labels, which can only be learned by heart, {first}{last}.{guessing}"))
}

/// What wrong labels cost the smallest and the largest.
fn noise(context: &ReportContext<'_>, found: &Overfitting) -> Option<String> {
    let sensitivity = found.sensitivity.as_ref()?;
    let style = context.style;
    let told = |at: usize| {
        let size = found.sizes.get(at)?;
        let lost = &size.noise.iter().find(|noise| noise.share == sensitivity.share)?.lost;
        Some(format!("{} loses {}", size.name, loss(context, lost)))
    };
    let (small, large) = (told(sensitivity.smallest)?, told(sensitivity.largest)?);
    let (low, high) = sensitivity.more.interval(found.confidence);
    let sure = if low > 0.0 {
        "The larger one is surely more sensitive to wrong labels"
    } else if high < 0.0 {
        "The larger one is surely less sensitive to wrong labels"
    } else {
        "Which of them is more sensitive is not sure"
    };
    let bounds = if low.is_finite() && high.is_finite() {
        let ends = format!("{} to {}", style.signed(style.floor(low)), style.signed(style.ceil(high)));
        format!(", {ends} at {}", percent(found.confidence))
    } else {
        String::new()
    };
    Some(format!(
        "With {} of the training labels wrong {small}, and {large}. {sure} (difference {}{bounds}).",
        percent(sensitivity.share),
        style.signed(sensitivity.more.point),
    ))
}

fn loss(context: &ReportContext<'_>, lost: &Estimate) -> String {
    if lost.point > 0.0 { context.style.size(lost.point) } else { "nothing".to_owned() }
}

/// The sizes that were not looked at, in a sentence; none where all were.
pub(crate) fn left_out(found: &Overfitting) -> Option<String> {
    let names = list(&found.left_out);
    (!names.is_empty())
        .then(|| format!("Not looked at, since it would cost more than the limit or was stopped before: {names}."))
}

/// Why trainings failed, a sentence a size.
pub(crate) fn failed(found: &Overfitting) -> Vec<String> {
    let sizes = found.sizes.iter().filter_map(|size| Some((size, size.failures.first()?)));
    sizes.map(|(size, why)| format!("Trainings of {} failed: {}.", size.name, why.trim_end_matches('.'))).collect()
}

/// How it was measured, and how to read the table.
pub(crate) const HOW: &str = "Each size was trained again with 10, 20 and 40 % of its training labels replaced by others, and with all of them shuffled, on the splits and from the starts of the run. Validation rows keep their labels: the columns of wrong labels show what is lost on them. By heart: quality on training rows with shuffled labels; rates, penalties and steps are chosen to fit them. With wrong labels they are chosen on validation rows, whose labels are right, which hides a part of what wrong labels would cost where those are wrong as well.";
