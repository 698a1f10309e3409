//! What one table of the study says against another: called models, what they are asked, money.

use super::candidate::Declared;
use super::own_weights::unsampled;
use super::section::Section;
use crate::costs::{Amount, CalibrationError, Unit};
use crate::family::TaskKind;
use crate::fault::{Faults, Wrong};
use crate::keys::{budget, candidate, good_enough, levers, prices, prompt, task, trials};
use crate::metric::{Metric, OutcomeKind};
use crate::model::Study;
use crate::model_spec::Backend;
use crate::named::ResponseMode;

/// The tables, to say where a fault stands.
pub(super) struct Sections<'s, 't> {
    /// `[task]`.
    pub(super) task: &'s Section<'t>,
    /// `[good-enough]`.
    pub(super) good_enough: &'s Section<'t>,
    /// `[ladder]`.
    pub(super) ladder: &'s Section<'t>,
    /// `[probes]`.
    pub(super) probes: &'s Section<'t>,
    /// `[prompt]`.
    pub(super) prompt: &'s Section<'t>,
    /// `[budget]`.
    pub(super) budget: &'s Section<'t>,
    /// `[prices]`.
    pub(super) prices: &'s Section<'t>,
    /// `[levers]`.
    pub(super) levers: &'s Section<'t>,
    /// `[trials]`.
    pub(super) trials: &'s Section<'t>,
    /// The `[[candidate]]`s that are called.
    pub(super) candidates: &'s [Declared<'t>],
    /// Those that are weights.
    pub(super) weights: &'s [Declared<'t>],
}

/// Notes what does not go together.
pub(super) fn check(study: &Study, sections: &Sections<'_, '_>, faults: &mut Faults<'_>) {
    untrained(study, sections, faults);
    unadaptable(study, sections, faults);
    of_language(study, sections, faults);
    without_candidates(study, sections, faults);
    currencies(study, sections, faults);
    without_prices(study, sections, faults);
    unprobed(study, sections, faults);
    for declared in sections.candidates {
        readings(study, declared, sections, faults);
    }
    idle_keys(study, sections, faults);
    if !sections.candidates.is_empty() && study.trials.cross_fit == Some(true) {
        let message = "models that are called are not cross-fitted: each would answer every row";
        let hint = "leave it out: a share of the rows is sealed, and the verdict is read from them";
        sections.trials.fault(faults, trials::CROSS_FIT.name, Wrong::new(message, hint));
    }
}

/// Tasks that lagom trains nothing for.
fn untrained(study: &Study, sections: &Sections<'_, '_>, faults: &mut Faults<'_>) {
    let Some(kind) = study.task.kind.filter(|kind| !kind.is_trained()) else { return };
    if sections.candidates.is_empty() {
        let message = format!("nothing is trained for {}, and no model is named that could do it", kind.name());
        let hint = "add a [[candidate]] with name = \"…\" and endpoint = \"http://localhost:11434/v1\" and model = \"…\", or gguf = \"model.gguf\"";
        sections.task.fault(faults, task::KIND.name, Wrong::new(message, hint));
    }
    if sections.ladder.is_present() {
        let message = format!("nothing is trained for {}", kind.name());
        sections
            .ladder
            .fault_table(faults, Wrong::new(message, "leave the table out: the [[candidate]]s are the ladder"));
    }
}

/// Weights, in tasks that nothing is trained for.
fn unadaptable(study: &Study, sections: &Sections<'_, '_>, faults: &mut Faults<'_>) {
    let unfit = |kind: &TaskKind| !TaskKind::PREDICTED.contains(kind);
    let Some(kind) = study.task.kind.filter(unfit) else { return };
    for declared in sections.weights {
        let message = format!("weights are adapted to classes and numbers, not to {}", kind.name());
        let hint = "leave this [[candidate]] out";
        declared.section.fault(faults, candidate::WEIGHTS.name, Wrong::new(message, hint));
    }
}

/// Models that are asked, in a task whose models are trained from the texts alone.
fn of_language(study: &Study, sections: &Sections<'_, '_>, faults: &mut Faults<'_>) {
    if study.task.kind != Some(TaskKind::LanguageModelling) {
        return;
    }
    for declared in sections.candidates {
        let message = "models that are asked have no part in language-modelling: its models are trained on the texts";
        let hint = "leave this [[candidate]] out; kind = \"text-generation\" with metric = \"bits-per-byte\" measures models that are asked";
        declared.section.fault_table(faults, Wrong::new(message, hint));
    }
    for name in &study.probes {
        let message = format!(
            "`{name}` is not available for language-modelling: bits per byte are no mean over rows, there are no classes, and a changed text is another one to predict"
        );
        sections.probes.fault(faults, name, Wrong::new(message, "leave it out"));
    }
    if study.levers.overfitting {
        let message = "overfitting is not looked at for language-modelling: texts have no labels that could be spoilt";
        sections.levers.fault(faults, levers::OVERFITTING.name, Wrong::new(message, "leave it out"));
    }
}

/// Tables that are for called models alone.
fn without_candidates(study: &Study, sections: &Sections<'_, '_>, faults: &mut Faults<'_>) {
    if !sections.candidates.is_empty() {
        return;
    }
    let prompted = study.pretrained.iter().flat_map(|one| one.adapt.iter().flatten()).find(|how| how.is_prompted());
    if let Some(how) = prompted.filter(|_| sections.prompt.is_present()) {
        let message = format!(
            "\"{}\" of weights has a prompt of lagom's own, which [prompt] does not change, and no model is called in this study",
            how.name()
        );
        sections.prompt.fault_table(faults, Wrong::new(message, "leave the table out"));
    }
    let idle = [sections.prompt, sections.budget].into_iter().skip(usize::from(prompted.is_some()));
    for section in idle.filter(|section| section.is_present()) {
        let hint = "add a [[candidate]], or leave the table out";
        section.fault_table(faults, Wrong::new("no model is called in this study", hint));
    }
}

/// All money in one currency: rates between them change by the day.
fn currencies(study: &Study, sections: &Sections<'_, '_>, faults: &mut Faults<'_>) {
    let mut money: Vec<(&Section<'_>, &str, &str)> = Vec::new();
    for declared in sections.candidates {
        let price = declared.called.first().and_then(|called| called.price.as_ref());
        money.extend(price.map(|price| (&declared.section, candidate::PRICE.name, price.currency.as_str())));
    }
    let budget = &study.budget;
    money.extend(budget.money.as_ref().map(|most| (sections.budget, budget::MONEY.name, most.currency.as_str())));
    money.extend(
        budget.ask_above.as_ref().map(|most| (sections.budget, budget::ASK_ABOVE.name, most.currency.as_str())),
    );
    let cpu_hour = study.prices.cpu_hour.as_ref();
    money.extend(cpu_hour.map(|price| (sections.prices, prices::CPU_HOUR.name, price.currency.as_str())));
    let machine_hour = study.prices.machine_hour.as_ref();
    money.extend(machine_hour.map(|price| (sections.prices, prices::MACHINE_HOUR.name, price.currency.as_str())));
    for (cost, amount) in study.good_enough.limits.iter() {
        if let Amount::Money(most) = amount {
            money.push((sections.good_enough, cost.about().key, &most.currency));
        }
    }
    let Some((_, _, first)) = money.first().copied() else { return };
    for (section, key, currency) in money.into_iter().filter(|(_, _, currency)| *currency != first) {
        let message =
            format!("found {currency}, and {first} before it: amounts are compared, so they must be in one currency");
        section.fault(faults, key, Wrong::new(message, format!("convert it to {first}")));
    }
}

/// Money is to decide or to be limited where nothing is paid for.
fn without_prices(study: &Study, sections: &Sections<'_, '_>, faults: &mut Faults<'_>) {
    let priced = sections.candidates.iter().any(|declared| declared.section.has(candidate::PRICE.name));
    if priced {
        return;
    }
    let wrong = || {
        let hint = "add price = { input = 2.5, output = 10.0, currency = \"USD\" } to those that are paid for, or leave this out";
        Wrong::new("no [[candidate]] has a price", hint)
    };
    if study.good_enough.smallest_by.about().unit == Unit::Money {
        sections.good_enough.fault(faults, good_enough::SMALLEST_BY.name, wrong());
    }
    for (cost, _) in study.good_enough.limits.iter().filter(|(_, amount)| matches!(amount, Amount::Money(_))) {
        sections.good_enough.fault(faults, cost.about().key, wrong());
    }
    // Without candidates the table as a whole is at fault.
    for key in [budget::MONEY.name, budget::ASK_ABOVE.name].into_iter().filter(|key| sections.budget.has(key)) {
        if !sections.candidates.is_empty() {
            sections.budget.fault(faults, key, wrong());
        }
    }
}

/// What a probe measures is to decide or to be limited, and the probe is not asked for.
fn unprobed(study: &Study, sections: &Sections<'_, '_>, faults: &mut Faults<'_>) {
    let asked = study.good_enough.limits.iter().map(|(cost, _)| (cost, cost.about().key));
    let by = study.good_enough.smallest_by;
    for (cost, key) in asked.chain([(by, good_enough::SMALLEST_BY.name)]) {
        let Some(probe) = cost.about().probe else { continue };
        if !study.probes.iter().any(|wanted| wanted == probe) {
            let message = format!("the {} is measured by a probe that the study does not ask for", cost.about().noun);
            let hint = format!("add {probe} = true under [probes]; then every size that is trained is looked at");
            sections.good_enough.fault(faults, key, Wrong::new(message, hint));
        } else if cost.is(&CalibrationError) && study.task.kind == Some(TaskKind::Regression) {
            let message = "models of numbers state no probabilities, so that they have no calibration error";
            sections.good_enough.fault(faults, key, Wrong::new(message, "leave it out"));
        }
    }
}

/// What is taken from a candidate against the task, the metric and the sampling.
fn readings(study: &Study, declared: &Declared<'_>, sections: &Sections<'_, '_>, faults: &mut Faults<'_>) {
    let Some(called) = declared.called.first() else { return };
    let prompt = study.prompt_for(called);
    let on_disk = matches!(called.backend, Backend::Answers { .. });
    let place = |key: &str| if declared.section.has(key) { &declared.section } else { sections.prompt };
    let at = place(prompt::READ.name);
    let whose = || format!("candidate \"{}\"", called.table);
    match (prompt.read, study.task.kind) {
        // That it is there at all is a fault already.
        (_, Some(TaskKind::LanguageModelling)) => {}
        (ResponseMode::Likelihood, Some(kind @ (TaskKind::Regression | TaskKind::Extraction))) => {
            let message = format!("{} has no labels or choices whose likelihood could be asked for", kind.name());
            at.fault(faults, prompt::READ.name, Wrong::new(message, "write read = \"answer\""));
        }
        (ResponseMode::Answer, _) if study.task.metric.is_some_and(needs_likelihood) => {
            let name = study.task.metric.map(Metric::name).unwrap_or_default();
            let message = format!("\"{name}\" needs probabilities, and {} is read as a text", whose());
            let hint = match &called.backend {
                Backend::Answers { .. } => {
                    "take another metric, such as accuracy: answers on disk have no probabilities"
                }
                _ => "write read = \"likelihood\", or take another metric",
            };
            declared.section.fault(faults, candidate::READ.name, Wrong::new(message, hint));
        }
        (read, Some(kind)) if !kind.is_trained() => {
            if let Some(metric) = study.task.metric.filter(|metric| !measures(*metric, read, kind)) {
                let fitting = Metric::ALL.into_iter().filter(|other| measures(*other, read, kind));
                let fitting: Vec<&str> = fitting.map(Metric::name).collect();
                let message = format!("\"{}\" does not measure {} by {}", metric.name(), kind.name(), read.name());
                let other = match read {
                    ResponseMode::Answer => ResponseMode::Likelihood,
                    ResponseMode::Likelihood => ResponseMode::Answer,
                };
                let otherwise =
                    measures(metric, other, kind).then(|| format!("write read = \"{}\", or ", other.name()));
                let hint = format!("{}take one of {}", otherwise.unwrap_or_default(), fitting.join(", "));
                at.fault(faults, prompt::READ.name, Wrong::new(message, hint));
            }
        }
        _ => {}
    }
    if called.backend.own_weights().is_some()
        && let Some(wrong) = unsampled(&called.table, prompt.temperature)
    {
        place(prompt::TEMPERATURE.name).fault(faults, prompt::TEMPERATURE.name, wrong);
    }
    if prompt.repeats > 1 && !on_disk {
        let at = place(prompt::TEMPERATURE.name);
        if prompt.read == ResponseMode::Likelihood {
            let message = format!(
                "{} repeats, but {} is read by likelihood, which is the same each time",
                prompt.repeats,
                whose()
            );
            sections.prompt.fault(faults, prompt::REPEATS.name, Wrong::new(message, "leave it out"));
        } else if prompt.temperature == 0.0 {
            let message =
                format!("{} repeats at temperature 0: {} would answer the same each time", prompt.repeats, whose());
            let hint = "leave `repeats` out, or sample with temperature = 0.7";
            let section = if at.has(prompt::TEMPERATURE.name) { at } else { sections.prompt };
            let key =
                if section.has(prompt::TEMPERATURE.name) { prompt::TEMPERATURE.name } else { prompt::REPEATS.name };
            section.fault(faults, key, Wrong::new(message, hint));
        }
    }
}

/// Keys of `[prompt]` that no candidate has a use for.
fn idle_keys(study: &Study, sections: &Sections<'_, '_>, faults: &mut Faults<'_>) {
    let called: Vec<_> = sections.candidates.iter().filter_map(|declared| declared.called.first()).collect();
    if called.is_empty() || called.len() < sections.candidates.len() {
        return;
    }
    let asked: Vec<_> = called.iter().filter(|called| !matches!(called.backend, Backend::Answers { .. })).collect();
    let reads = |reading: ResponseMode| asked.iter().any(|called| study.prompt_for(called).read == reading);
    let texts = called.len() > asked.len() || reads(ResponseMode::Answer);
    for key in prompt::KEYS.iter().map(|key| key.help().name).filter(|key| sections.prompt.has(key)) {
        let idle = match key {
            "read" => None,
            "steps" | "unreadable" | "refusals" => (!texts).then_some("no candidate is read as a text"),
            _ if asked.is_empty() => Some("all candidates are answers on disk: nothing is asked"),
            "delimiter" => (!reads(ResponseMode::Likelihood)).then_some("no candidate is read by likelihood"),
            "max-tokens" | "stop" | "temperature" | "top-p" | "cut-off" => {
                (!reads(ResponseMode::Answer)).then_some("no candidate is asked for a text")
            }
            _ => None,
        };
        if let Some(why) = idle {
            sections.prompt.fault(faults, key, Wrong::new(format!("means nothing: {why}"), "leave it out"));
        }
    }
}

/// Whether a metric can be had of what is read of a model in a task that nothing is trained for.
fn measures(metric: Metric, read: ResponseMode, kind: TaskKind) -> bool {
    match (read, kind) {
        // A letter that was read is the right choice or is not: nothing else is known of it.
        (ResponseMode::Answer, TaskKind::MultipleChoice) => {
            metric == Metric::ExactMatch || metric.fits(OutcomeKind::Choices)
        }
        (ResponseMode::Answer, _) => metric.fits(OutcomeKind::Texts),
        (ResponseMode::Likelihood, TaskKind::MultipleChoice) => metric.fits(OutcomeKind::Choices),
        (ResponseMode::Likelihood, _) => metric.fits(OutcomeKind::Likelihoods),
    }
}

/// Whether a metric is made of probabilities, which only likelihoods give.
fn needs_likelihood(metric: Metric) -> bool {
    matches!(metric, Metric::LogLoss | Metric::Auc | Metric::Brier)
}
