//! The sentences: the answer first, then what it rests on.

use super::numbers::{LossStyle, amount, digits, factor, fixed, power, range, share};
use crate::numbers::{capital, percent, plural};
use lagom_import::scaling::{Budget, Gain, HeldOutRung, ScalingFindings, Serving, Span};

/// What the amount of data is counted in: what the column's name says, else tokens where it follows from
/// the compute.
pub(super) fn unit(findings: &ScalingFindings) -> &'static str {
    let columns = &findings.source.columns;
    let Some(name) = columns.data.as_ref().map(|name| name.to_lowercase()) else {
        return if columns.compute.is_some() { "tokens" } else { "data" };
    };
    let known = [("token", "tokens"), ("row", "rows"), ("example", "examples"), ("sample", "samples")];
    known.iter().find(|(part, _)| name.contains(part)).map_or("data", |(_, unit)| unit)
}

/// What is fitted, in words: `loss`, or what a quality lacks.
pub(super) fn measure(findings: &ScalingFindings) -> &'static str {
    match findings.source.measures {
        "loss" => "loss",
        "error-rate" => "error rate",
        _ => "shortfall",
    }
}

/// The same with its article.
fn one(findings: &ScalingFindings) -> &'static str {
    match findings.source.measures {
        "loss" => "a loss",
        "error-rate" => "an error rate",
        _ => "a shortfall",
    }
}

/// A gain whose interval reaches below this share of it is told with "might".
const HARDLY: f64 = 0.1;

/// The answer in one line.
pub(super) fn headline(findings: &ScalingFindings) -> String {
    if findings.refusal.is_some() {
        return "This curve can't be followed beyond its points".to_owned();
    }
    if findings.fit.shape == "saturated" {
        return format!("The {} no longer falls: more will hardly help", measure(findings));
    }
    let sure = findings.doubling.iter().all(|gain| gain.gain.low > HARDLY * gain.gain.value);
    let verb = if sure { "would" } else { "might" };
    let said = |gain: &Gain| {
        format!("twice the {} {verb} lower the {} by {}", gain.doubled, measure(findings), share(gain.share))
    };
    let parts: Vec<String> = match findings.doubling.as_slice() {
        [size, data] => vec![said(size), format!("twice the data by {}", share(data.share))],
        gains => gains.iter().map(said).collect(),
    };
    capital(&parts.join(", "))
}

/// The answer in full; the first says why not, where the curve is not to be followed.
pub(super) fn sentences(findings: &ScalingFindings) -> Vec<String> {
    let mut said: Vec<String> = Vec::new();
    if let Some(refusal) = &findings.refusal {
        said.push(format!("{}.", capital(refusal)));
        said.push(held_out(findings));
        return said;
    }
    said.push(format!("The points {}.", findings.fit.shape_words));
    said.extend(gains(findings));
    said.extend(floor(findings));
    said.extend(exchange(findings));
    said.extend(size_exponent(findings));
    said.push(held_out(findings));
    said
}

fn place(findings: &ScalingFindings, size: Option<f64>, data: Option<f64>) -> String {
    let size = size.map(|size| format!("{} parameters", amount(size)));
    let data = data.map(|data| format!("{} {}", amount(data), unit(findings)));
    size.into_iter().chain(data).collect::<Vec<_>>().join(" and ")
}

/// The interval in brackets; nothing where it is not bounded.
fn ends(span: &Span, write: impl Fn(f64) -> String) -> String {
    if span.low.is_finite() { format!(" ({})", range(span, write)) } else { String::new() }
}

fn gains(findings: &ScalingFindings) -> Option<String> {
    let style = LossStyle::of(findings);
    let first = findings.doubling.first()?;
    let told = |gain: &Gain| {
        let ends = ends(&gain.gain, |value| digits(value, 2));
        format!("twice the {} would take {} off it{ends}", gain.doubled, digits(gain.gain.value, 2))
    };
    let all: Vec<String> = findings.doubling.iter().map(told).collect();
    let at = place(findings, first.size, first.data);
    let before = style.write(first.before);
    Some(format!("At {at}, the largest point, the law gives {} of {before}; {}.", one(findings), all.join(", ")))
}

fn floor(findings: &ScalingFindings) -> Option<String> {
    let floor = findings.fit.constants.iter().find(|constant| constant.symbol == "E")?;
    let style = LossStyle::of(findings);
    let what = match findings.settings.form {
        "size" => "however large the model",
        "data" => "however much the data",
        _ => "however large the model and however much the data",
    };
    let ends = ends(&Span { value: floor.value, low: floor.low, high: floor.high }, |value| style.write(value));
    Some(format!("{} of {}{ends} would be left {what}.", capital(one(findings)), style.write(floor.value)))
}

fn exchange(findings: &ScalingFindings) -> Option<String> {
    let found = findings.exchange.as_ref()?;
    let unit = unit(findings);
    if !found.data_factor.value.is_finite() {
        return Some("Twice the parameters gain more there than any amount of data could.".to_owned());
    }
    let ends = ends(&found.data_factor, factor);
    Some(format!(
        "Twice the parameters gain as much there as {} times the {unit}{ends}.",
        factor(found.data_factor.value)
    ))
}

fn size_exponent(findings: &ScalingFindings) -> Option<String> {
    let found = findings.size_exponent.as_ref()?;
    let ends = ends(found, |value| fixed(value, 2));
    Some(format!("The best size grows with the compute to the power of {}{ends}.", fixed(found.value, 2)))
}

/// The test on the largest rung, or that there was none.
pub(super) fn held_out(findings: &ScalingFindings) -> String {
    let Some(held) = &findings.fit.held_out else {
        return "There are too few points to leave the largest out and test the curve on them.".to_owned();
    };
    let style = LossStyle::of(findings);
    let inside = if held.found >= held.low && held.found <= held.high { "inside" } else { "outside" };
    let of = |held: &HeldOutRung| match held.points {
        1 => format!("off by {}", share(held.relative_error.abs())),
        points => format!("off by {} on the mean of its {points} points", share(held.mean_error)),
    };
    format!(
        "The test: fitted again without the largest {}, the law predicts {} for {} where {} was measured, {inside} its \
         90 % interval ({} to {}): {}.",
        if findings.settings.form == "data" { "amount of data" } else { "size" },
        style.write(held.predicted),
        place(findings, held.size, held.data),
        style.write(held.found),
        style.write(held.low),
        style.write(held.high),
        of(held)
    )
}

/// What a budget buys, as a sentence.
pub(super) fn budget(findings: &ScalingFindings, budget: &Budget) -> String {
    let flops = power(budget.flops);
    match (&budget.size, &budget.data, &budget.reached.loss) {
        (Some(size), Some(data), Some(loss)) => format!(
            "With {flops} FLOPs the best size is {} parameters ({}) on {} {} ({}): {} of {}.",
            amount(size.value),
            range(size, amount),
            amount(data.value),
            unit(findings),
            range(data, amount),
            one(findings),
            LossStyle::of(findings).span(loss)
        ),
        _ => format!("With {flops} FLOPs: no answer, since {}.", budget.reached.refused.as_deref().unwrap_or_default()),
    }
}

/// The model to serve from, as a sentence.
pub(super) fn serving(findings: &ScalingFindings, found: &Serving) -> String {
    let unit = unit(findings);
    let style = LossStyle::of(findings);
    let served = amount(found.served);
    let all = (&found.size, &found.data, found.training_alone, found.flops.zip(found.flops_of_training_alone));
    let (Some(size), Some(data), Some(alone), Some((flops, flops_alone))) = all else {
        return format!("To serve {served} {unit}: no answer, since {}.", found.refused.as_deref().unwrap_or_default());
    };
    format!(
        "To serve {served} {unit} at {} of {}, {} parameters ({}) on {} {unit} ({}) take the fewest operations of \
         training and use together: {} FLOPs, {} less than the {} parameters on {} {unit} that are cheapest to train.",
        one(findings),
        style.write(found.loss),
        amount(size.value),
        range(size, amount),
        amount(data.value),
        range(data, amount),
        power(flops),
        share(1.0 - flops / flops_alone),
        amount(alone.0),
        amount(alone.1)
    )
}

/// How the figures came about, and what to keep in mind.
pub(super) fn notes(findings: &ScalingFindings) -> Vec<String> {
    let mut notes = Vec::new();
    let (source, settings) = (&findings.source, &findings.settings);
    let columns = &source.columns;
    let read: Vec<String> = [
        ("size", &columns.size),
        ("data", &columns.data),
        ("compute", &columns.compute),
        ("loss", &columns.loss),
        ("quality", &columns.quality),
        ("standard error", &columns.standard_error),
    ]
    .into_iter()
    .filter_map(|(what, name)| name.as_ref().map(|name| format!("{what} from `{name}`")))
    .collect();
    let quality = match (source.measures, &source.link) {
        ("error-rate", _) => "; the law is of the error rate, 1 − quality",
        ("shortfall", _) => "; the law is of the share of the metric's range that the quality lacks",
        (_, Some(_)) => "; the law is of the loss, and a logistic link leads from it to the quality",
        _ => "",
    };
    let derived = if columns.compute.is_some() { "; data = compute / (6 · size)" } else { "" };
    notes.push(format!("Read from {}: {}{derived}{quality}.", source.path, read.join(", ")));
    if source.dropped > 0 {
        let points = plural(source.dropped as u64, "point", "points");
        notes.push(format!("Left out: the {points} with the highest losses."));
    }
    let known = findings.fit.constants.iter().any(|constant| constant.standard_error.is_finite());
    if known {
        let noise = findings.fit.noise.map_or_else(String::new, |noise| {
            format!("; one run lies off the law by {} (standard deviation)", share(noise))
        });
        notes.push(format!(
            "Intervals of {}, from {} bootstrap refits (seed {}){noise}.",
            percent(settings.confidence),
            crate::numbers::count(u64::from(settings.resamples)),
            settings.seed
        ));
    }
    let form_note = match (settings.form, settings.form_was_told) {
        ("size", false) if columns.data.is_some() || columns.compute.is_some() => Some(
            "Size and data rise together in these points, so their parts can't be told apart: the law is that of the \
             ladder as it was climbed.",
        ),
        ("both-tied", false) => Some("With so few points both exponents are taken to be the same."),
        _ => None,
    };
    notes.extend(form_note.map(str::to_owned));
    notes
}
