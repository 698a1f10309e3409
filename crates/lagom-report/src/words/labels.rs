//! Which adaptation pays at which number of labels, in words.

use super::context::ReportContext;
use crate::labels::{Contest, LabelCurve, LabelCurves, Outcome, Side, SizeContest, Way};
use crate::numbers::{capital, count, short_count};
use crate::span::Span;
use crate::study::Adaptation;

/// Most clauses of the sentence.
const CLAUSES: usize = 3;

/// The one sentence: fine-tuning, training from a random start and training from the rows alone against frozen weights, as far as the study has
/// them.
pub(crate) fn sentence(found: &LabelCurves) -> String {
    let picked = headline(found);
    let clauses: Vec<String> = picked.iter().filter_map(|at| clause(found, &found.contests[*at])).collect();
    told(&clauses.join("; "), found)
}

/// The comparisons that are not in it, and small weights against large ones, a sentence each.
pub(crate) fn others(context: &ReportContext<'_>, found: &LabelCurves) -> Vec<String> {
    let picked = headline(found);
    let left = found.contests.iter().enumerate().filter(|(at, _)| !picked.contains(at));
    let contests = left.filter_map(|(_, contest)| Some(told(&clause(found, contest)?, found)));
    contests.chain(found.sizes.as_ref().map(|one| sizes(context, one))).collect()
}

/// The places of the comparisons that the sentence tells: the first of each kind.
fn headline(found: &LabelCurves) -> Vec<usize> {
    let way = |name: &str| curve(found, name).map(|curve| curve.way);
    let mut kinds: Vec<u8> = Vec::new();
    let mut picked = Vec::new();
    for (at, contest) in found.contests.iter().enumerate() {
        let kind = match (way(&contest.one), way(&contest.other)) {
            (_, Some(way)) if way.is_level() => continue,
            (Some(Way::Adapted(Adaptation::Full | Adaptation::Lora)), _) => 0,
            (Some(Way::Adapted(Adaptation::Scratch)), _) => 1,
            (Some(Way::Adapted(Adaptation::Static)), _) => 3,
            _ => 2,
        };
        if !kinds.contains(&kind) {
            kinds.push(kind);
            picked.push(at);
        }
    }
    if picked.is_empty() && !found.contests.is_empty() {
        picked.push(0);
    }
    picked.truncate(CLAUSES);
    picked
}

fn curve<'a>(found: &'a LabelCurves, name: &str) -> Option<&'a LabelCurve> {
    found.curves.iter().find(|curve| curve.candidate == name)
}

/// A whole sentence, in which the size of weights is told once.
fn told(text: &str, found: &LabelCurves) -> String {
    let mut text = text.to_owned();
    for curve in &found.curves {
        let Some(weights) = curve.weights else { continue };
        let (whole, bare) = (format!("{} ({})", weights_name(curve), short_count(weights)), weights_name(curve));
        if let Some(first) = text.find(&whole) {
            let (head, rest) = text.split_at(first + whole.len());
            text = format!("{head}{}", rest.replace(&whole, bare));
        }
    }
    format!("{}.", capital(&text))
}

/// The name that the study gives to the weights.
fn weights_name(curve: &LabelCurve) -> &str {
    match curve.way {
        Way::Adapted(Adaptation::Static) => {
            curve.candidate.rsplit_once("-static-").map_or(&curve.candidate, |(name, _)| name)
        }
        Way::Adapted(how) => {
            let name = curve.candidate.strip_suffix(how.name()).and_then(|name| name.strip_suffix('-'));
            name.unwrap_or(&curve.candidate)
        }
        Way::Rows | Way::Asked => &curve.candidate,
    }
}

/// What stands for an adaptation, as the subject of a sentence: `fine-tuning minilm (22.7M)`.
pub(crate) fn subject(curve: &LabelCurve) -> String {
    let name = weights_name(curve);
    let whose = curve.weights.map_or_else(|| name.to_owned(), |weights| format!("{name} ({})", short_count(weights)));
    match curve.way {
        Way::Rows => format!("training from your rows alone ({name})"),
        Way::Adapted(Adaptation::Frozen) => format!("the frozen vectors of {whose}"),
        Way::Adapted(Adaptation::Static) => format!("static embeddings out of {whose} ({})", curve.candidate),
        Way::Adapted(Adaptation::Lora) => format!("a low-rank change of {whose}"),
        Way::Adapted(Adaptation::Full) => format!("fine-tuning {whose}"),
        Way::Adapted(Adaptation::Scratch) => format!("training the shape of {whose} from scratch"),
        Way::Adapted(Adaptation::ZeroShot) => format!("zero-shot {whose}"),
        Way::Adapted(Adaptation::FewShot) => format!("few-shot {whose}"),
        Way::Asked => format!("asking {name}"),
    }
}

fn labels(number: u64) -> String {
    format!("{} labels", count(number))
}

/// What a comparison comes to.
fn clause(found: &LabelCurves, contest: &Contest) -> Option<String> {
    let (one, other) = (subject(curve(found, &contest.one)?), subject(curve(found, &contest.other)?));
    let (fewest, all) = (contest.differences.first()?.labels, contest.differences.last()?.labels);
    let between = |from: u64, to: u64| contest.differences.iter().any(|one| one.labels > from && one.labels < to);
    Some(match contest.outcome {
        Outcome::Apart { ahead: Side::One, from, before: Some(before), .. } if !between(before, from) => {
            format!("{one} overtakes {other} between {} and {}", count(before), labels(from))
        }
        Outcome::Apart { ahead: Side::One, from, before: Some(before), .. } => format!(
            "{one} is surely behind {other} with {}, surely ahead from {} on, and between them it can't be told",
            labels(before),
            count(from)
        ),
        Outcome::Apart { ahead: Side::One, from, before: None, .. } if from == fewest => {
            format!("{one} is ahead of {other} from {} on, the fewest that were measured", labels(from))
        }
        Outcome::Apart { ahead: Side::One, from, before: None, .. } => {
            format!("{one} is surely ahead of {other} from {} on, and with fewer it can't be told", labels(from))
        }
        Outcome::Apart { ahead: Side::Other, from, before: Some(before), .. } => format!(
            "{one} is surely ahead of {other} with {} and surely behind from {} on",
            labels(before),
            count(from)
        ),
        Outcome::Apart { ahead: Side::Other, before: None, needs, .. } => match needs.filter(|needs| *needs > all) {
            Some(needs) => format!(
                "{one} would need more than {} to do as well as {other} with {}, by its own learning curve",
                labels(needs),
                count(all)
            ),
            None => format!("{one} would need more than {}, all that there are, to do as well as {other}", labels(all)),
        },
        Outcome::Open { one: ahead, other: behind } => {
            let open =
                format!("with {} the validation rows can't tell whether {one} or {other} is better", labels(all));
            let before = match (ahead, behind) {
                (Some(ahead), Some(behind)) => {
                    format!(" (the first is surely ahead with {}, the second with {})", count(ahead), count(behind))
                }
                (Some(ahead), None) => format!(" (the first is surely ahead with {})", count(ahead)),
                (None, Some(behind)) => format!(" (the second is surely ahead with {})", count(behind)),
                (None, None) => format!(", nor with fewer of {} or more", count(fewest)),
            };
            if contest.differences.len() > 1 { format!("{open}{before}") } else { open }
        }
    })
}

/// Small weights that are trained against large ones that are not.
fn sizes(context: &ReportContext<'_>, found: &SizeContest) -> String {
    let style = context.style;
    let small = format!("{} ({} weights, trained)", found.small, short_count(found.small_weights));
    let large = format!("{} ({} weights, as they are)", found.large, short_count(found.large_weights));
    let span = Span::of(&found.difference, context.findings.terms.confidence);
    let size = span.map_or_else(
        || style.signed(found.difference.point),
        |span| style.with_half(style.signed(span.point), span.half),
    );
    let (low, high) = span.map_or((f64::NEG_INFINITY, f64::INFINITY), |span| (span.low, span.high));
    let margin = context.findings.terms.margin();
    match (low > 0.0, found.within_margin, margin.is_some_and(|margin| high < -margin)) {
        (true, ..) => format!("{small} is better than {large}: {size} on validation rows."),
        (_, Some(true), _) => format!("{small} does the job of {large} within the margin: {size} on validation rows."),
        (_, _, true) => format!("{small} does not do the job of {large}: {size} on validation rows."),
        _ => format!("Whether {small} does the job of {large} can't be told: {size} on validation rows."),
    }
}

/// How it was measured.
pub(crate) fn how(context: &ReportContext<'_>, found: &LabelCurves) -> String {
    let asked = match found.curves.iter().any(|curve| curve.way.is_level()) {
        true => {
            " What is asked, or scores names as it is, is trained on none, so that its quality is the same whatever their number."
        }
        false => "",
    };
    format!(
        "The best candidate of each adaptation, trained on some of the rows of {} repeats at most, and judged on the same validation rows. What is said of two of \
         them holds for all numbers of labels together at {}; where intervals do not part them, it can't be told.{asked}",
        found.repeats,
        context.confidence()
    )
}

/// Why trainings on fewer rows failed, a sentence a candidate.
pub(crate) fn failed(found: &LabelCurves) -> Vec<String> {
    let curves = found.curves.iter().filter_map(|curve| Some((curve, curve.failures.first()?)));
    curves
        .map(|(curve, why)| {
            format!("Trainings of {} on fewer rows failed: {}.", curve.candidate, why.trim_end_matches('.'))
        })
        .collect()
}
