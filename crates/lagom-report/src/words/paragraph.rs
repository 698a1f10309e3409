//! The answer in one paragraph for those who decide: what the smaller of the two compared candidates costs in quality and what it saves. Every figure is
//! measured and stands in the report; what is not known is said to be, and nothing is surer than its interval.

use super::context::ReportContext;
use super::tangible;
use crate::bills::Bills;
use crate::costs::{figure, shows};
use crate::gains::compared;
use crate::metric::Metric;
use crate::numbers::{amount, list, times};
use crate::probe::{Cell, ProbeResult};
use crate::stats::Estimate;
use crate::study::costs::{MedianLatency, Memory, MoneyPerThousand, Parameters, TrainingCost};
use crate::study::{Cost, TaskKind};
use crate::verdict::{Row, Test, TestKind, VerdictKind};

/// The paragraph; none where the verdict compares no two candidates.
pub(crate) fn tell(context: &ReportContext<'_>) -> Option<String> {
    let findings = context.findings;
    if findings.verdict.kind == VerdictKind::NothingLearned || !findings.verdict.unmeasured.is_empty() {
        return None;
    }
    let (small, large) = compared(findings)?;
    let quality = quality(context, (small, large));
    let mut told = vec![format!("Against {}, {} {quality}.", introduced(context, large), introduced(context, small))];
    let saved = saved(context, (small, large));
    told.extend((!saved.is_empty()).then(|| format!("It has {}.", list(&saved))));
    told.extend(fails(context, (small, large)));
    told.extend(corrupted(context, (small, large)));
    if !findings.verdict.close.is_empty() {
        told.push("A limit, or which of the candidates is the smaller one, hangs on figures that are not known well enough: see the answer.".to_owned());
    }
    if findings.verdict.kind == VerdictKind::Undecided {
        told.push("Nothing is decided yet: take these figures as they are.".to_owned());
    }
    told.extend(unknown(context, (small, large)));
    Some(told.join(" "))
}

fn introduced(context: &ReportContext<'_>, row: &Row) -> String {
    let verdict = &context.findings.verdict;
    let decided = verdict.kind != VerdictKind::Undecided;
    match (verdict.choice.as_ref() == Some(&row.name), verdict.reference.as_ref() == Some(&row.name)) {
        (true, _) if decided => format!("{} (the choice)", row.name),
        (_, true) if context.incumbent().is_some() => format!("{} (in use today)", row.name),
        _ => row.name.clone(),
    }
}

/// What is lost or gained: `makes 19 more errors in 1,000 answers (between 4 and 33 more, each bound with 95 %)`.
fn quality(context: &ReportContext<'_>, (small, large): (&Row, &Row)) -> String {
    let tests = &context.findings.analysis.tests;
    let is = |test: &&Test, own: &Row, other: &Row| {
        test.kind == TestKind::NonInferiority
            && test.candidate == own.name
            && test.against.as_ref() == Some(&other.name)
    };
    let straight = tests.iter().find(|test| is(test, small, large)).map(|test| (test, false));
    let turned = || tests.iter().find(|test| is(test, large, small)).map(|test| (test, true));
    if let Some((test, turned)) = straight.or_else(turned) {
        let turn = |(point, lower, upper): (f64, f64, f64)| {
            if turned { (-point, -upper, -lower) } else { (point, lower, upper) }
        };
        return match tangible::with_bounds(context, test) {
            Some((Metric::Rmse, bounds)) => unit(context, turn(bounds)),
            Some((_, bounds)) => errors(context, turn(bounds)),
            None => plain(context, turn((test.difference.point, test.lower, test.upper)), "the rows of the verdict"),
        };
    }
    // Without a test of the two, both against the reference on validation rows.
    let sealed = small.holdout_difference.is_some() || large.holdout_difference.is_some();
    let rows = if sealed { "the rows of the verdict" } else { "validation rows" };
    let bounds = |found: &Estimate| {
        let confidence = context.findings.terms.confidence;
        (found.point, found.lower(confidence), found.upper(confidence))
    };
    let reference = context.findings.verdict.reference.as_deref();
    match (small.shown_difference(), large.shown_difference()) {
        (Some(found), _) if reference == Some(large.name.as_str()) => plain(context, bounds(found), rows),
        (_, Some(found)) if reference == Some(small.name.as_str()) => {
            let (point, lower, upper) = bounds(found);
            plain(context, (-point, -upper, -lower), rows)
        }
        _ => "was not compared on the same rows, so how much better or worse it is is not known".to_owned(),
    }
}

/// How much more or fewer, each end rounded away from the middle.
fn errors(context: &ReportContext<'_>, (point, lower, upper): (f64, f64, f64)) -> String {
    let thousand = |value: f64| value * 1_000.0;
    let (fewest, most) = (thousand(-upper), thousand(-lower));
    let said = |number: f64| match number {
        0.0 => "none".to_owned(),
        number if number > 0.0 => format!("{} more", crate::numbers::count(number as u64)),
        number => format!("{} fewer", crate::numbers::count(number.abs() as u64)),
    };
    // A hair beside a whole number is rounding of the machine.
    let (fewest, most) = ((fewest + 1e-6).floor(), (most - 1e-6).ceil());
    let middle = match thousand(-point).round() {
        0.0 => "as many errors".to_owned(),
        1.0 => "1 more error".to_owned(),
        -1.0 => "1 fewer error".to_owned(),
        number => format!("{} errors", said(number)),
    };
    let bounds = if fewest.is_finite() && most.is_finite() {
        format!("between {} and {}, each bound with {}", said(fewest), said(most), context.confidence())
    } else {
        "as measured; how far that may be off is not known".to_owned()
    };
    let open = if fewest < 0.0 && most > 0.0 { ", so that which of the two makes fewer is not shown" } else { "" };
    format!("makes {middle} in 1,000 answers ({bounds}){open}")
}

/// The difference in the target's own unit.
fn unit(context: &ReportContext<'_>, (point, lower, upper): (f64, f64, f64)) -> String {
    let style = crate::numbers::Style::of_values(point);
    let way = if point < 0.0 { "larger" } else { "smaller" };
    let bounds = if lower.is_finite() && upper.is_finite() {
        let side = |value: f64| format!("{} {}", style.size(value), if value < 0.0 { "larger" } else { "smaller" });
        format!("between {} and {}, each bound with {}", side(lower), side(upper), context.confidence())
    } else {
        "as measured; how far that may be off is not known".to_owned()
    };
    let target = &context.findings.data.target;
    format!("has an RMSE {} {way} in units of {target} ({bounds})", style.size(point))
}

fn plain(context: &ReportContext<'_>, (point, lower, upper): (f64, f64, f64), rows: &str) -> String {
    let open = if lower < 0.0 && upper > 0.0 { ", so that which of the two is better is not shown" } else { "" };
    format!(
        "is {} in {} on {rows} ({}, each bound with {}){open}",
        context.style.difference(point),
        context.metric(),
        context.style.between(lower, upper),
        context.confidence()
    )
}

/// What the small one has beside the large one: `12,480 parameters against 790,000 (63 times smaller)`.
fn saved(context: &ReportContext<'_>, (small, large): (&Row, &Row)) -> Vec<String> {
    let costs: [&dyn Cost; 4] = [&Parameters, &MedianLatency, &Memory, &TrainingCost];
    let wanted = costs.into_iter().filter(|cost| cost.is(&MedianLatency) || shows(context.findings, *cost));
    let mut told: Vec<String> = wanted.filter_map(|cost| beside(context, cost, (small, large))).collect();
    told.extend(money(context, (small, large)));
    told
}

fn beside(context: &ReportContext<'_>, cost: &dyn Cost, (small, large): (&Row, &Row)) -> Option<String> {
    let (own, other) = (small.cost(cost)?, large.cost(cost)?);
    let words = cost.about().row?;
    // What overlaps is not told apart.
    let ranges = cost.range(&small.figures()).zip(cost.range(&large.figures()));
    let how = match ranges {
        Some((own, other)) if cost.about().noisy && own.overlaps(&other) => "no difference is shown".to_owned(),
        _ => times(other / own, (words.less, words.more), None),
    };
    let how = if how.is_empty() { how } else { format!(" ({how})") };
    let (own, other) = (figure(context.findings, cost, own), figure(context.findings, cost, other));
    Some(match cost.about().noun {
        noun @ "parameters" => format!("{own} {noun} against {other}{how}"),
        noun => format!("{noun} {own} against {other}{how}"),
    })
}

/// What 1,000 answers cost.
fn money(context: &ReportContext<'_>, (small, large): (&Row, &Row)) -> Option<String> {
    let bills = Bills::of(context.findings);
    let of = |row: &Row| bills.bills.iter().find(|bill| bill.candidate == row.name).and_then(|bill| bill.per_thousand);
    let (own, other) = match (of(small), of(large)) {
        (Some(own), Some(other)) => (own, other),
        _ => {
            let paid = [small, large].iter().any(|row| row.calls.is_some() || row.cascade.is_some());
            let (own, other) = (small.cost(&MoneyPerThousand)?, large.cost(&MoneyPerThousand)?);
            paid.then_some((own, other))?
        }
    };
    let machine = context.findings.study.prices.machine_hour.as_ref().map(|price| price.currency.clone());
    let currency = if context.currency().is_empty() { machine.unwrap_or_default() } else { context.currency() };
    let how = times(other / own, ("cheaper", "dearer"), None);
    let how = if how.is_empty() { how } else { format!(" ({how})") };
    Some(format!("a price of {} for 1,000 answers against {}{how}", amount(own, &currency), amount(other, &currency)))
}

/// Where it errs more: by the probes that looked.
fn fails(context: &ReportContext<'_>, (small, large): (&Row, &Row)) -> Option<String> {
    let of = |probe: &str| {
        context.findings.probes.iter().find(|found| found.probe == probe && found.candidate == small.name)
    };
    let slices = of("slice-by").filter(|found| found.columns.contains(&large.name)).and_then(|found| {
        let worse = found.lines.iter().filter(
            |line| matches!(line.last(), Some(Cell::Number { value, half: Some(half), .. }) if value + half < 0.0),
        );
        let worse: Vec<String> = worse.filter_map(|line| text(line.first())).collect();
        let column = found.columns.first()?;
        (!worse.is_empty())
            .then(|| format!("It is surely worse than {} where {column} is {}.", large.name, list(&worse)))
    });
    let errors = of("error-slices").and_then(|found| {
        let worst: Vec<String> = found.lines.iter().take(2).filter_map(|line| text(line.first())).collect();
        (!worst.is_empty()).then(|| format!("It errs surely more often than elsewhere where {}.", list(&worst)))
    });
    let both: Vec<String> = [slices, errors].into_iter().flatten().collect();
    (!both.is_empty()).then(|| both.join(" "))
}

fn text(cell: Option<&Cell>) -> Option<String> {
    if let Some(Cell::Text(text)) = cell { Some(text.clone()) } else { None }
}

/// What both lose on corrupted rows.
fn corrupted(context: &ReportContext<'_>, (small, large): (&Row, &Row)) -> Option<String> {
    let found = robustness(context)?;
    let lost = |row: &Row| {
        let line = found.lines.iter().find(|line| text(line.first()).as_deref() == Some(&row.name))?;
        let mut qualities = line.iter().filter_map(|cell| {
            if let Cell::Quality { metric, value } = cell { Some(metric.orient(*value)) } else { None }
        });
        Some(qualities.next()? - qualities.next()?)
    };
    let (own, other) = (lost(small)?, lost(large)?);
    Some(format!(
        "On corrupted rows it loses {} in {}, {} {}.",
        context.style.size(own.max(0.0)),
        context.metric(),
        large.name,
        context.style.size(other.max(0.0))
    ))
}

fn robustness<'a>(context: &ReportContext<'a>) -> Option<&'a ProbeResult> {
    context
        .findings
        .probes
        .iter()
        .find(|found| found.probe == "robustness" && found.candidate.is_empty() && !found.lines.is_empty())
}

/// What nobody measured, and what would.
fn unknown(context: &ReportContext<'_>, (small, large): (&Row, &Row)) -> Option<String> {
    let has = |probe: &str| context.findings.probes.iter().any(|found| found.probe == probe);
    let mut missing: Vec<&str> = Vec::new();
    let timed = small.cost(&MedianLatency).is_some() && large.cost(&MedianLatency).is_some();
    missing.extend((!timed).then_some("how long an answer takes"));
    missing.extend(
        money(context, (small, large)).is_none().then_some("what answers cost (`machine-hour` under [prices])"),
    );
    // No probe does texts that are predicted themselves.
    if context.findings.data.task != TaskKind::LanguageModelling {
        missing.extend((!has("error-slices")).then_some("where it errs (`error-slices` under [probes])"));
        missing.extend(robustness(context).is_none().then_some("robustness (`robustness` under [probes])"));
    }
    let missing: Vec<String> = missing.into_iter().map(str::to_owned).collect();
    (!missing.is_empty()).then(|| format!("Not measured: {}.", list(&missing)))
}
