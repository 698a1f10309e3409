//! The climb on this study: which trials it asks for, as a function of what was measured.

use std::collections::BTreeMap;

use super::error::SessionError;
use super::estimate::Estimate;
use super::evidence::Evidence;
use super::prepare::Prepared;
use super::progress::{Progress, Stage};
use super::start::Session;
use crate::candidate::Candidate;
use crate::climb::{self, Ascent, ClimbTerms, Goal, Rung, Step, Wanted};
use crate::report::{Climbed, UntriedRung};
use crate::stats;
use crate::study::{Family, LadderSpec, Policy, Rule, SmallestBy};
use crate::trial::{Executor, Plan, TrialSpec};
use crate::verdict::{Against, Analysis, Terms, screen};

/// A climb under way: what it has asked for and what came of it.
struct Climb<'a> {
    session: &'a Session,
    rungs: Vec<Rung>,
    terms: ClimbTerms,
    policy: Policy,
    /// Repeats asked of each candidate, in the plan's order.
    asked: Vec<u32>,
    evidence: Evidence<'a>,
}

impl Session {
    /// Trains what the policy asks for, step by step, as far as the store does not have it.
    ///
    /// # Errors
    /// It was stopped, the store can't be written, or no worker can be started. A failed trial is a
    /// record in the store, not an error.
    pub fn train(&self, executor: &Executor, listener: &mut dyn FnMut(&Progress)) -> Result<Ascent, SessionError> {
        let mut climb = Climb::start(self, &self.asked_under, &self.ladder);
        let mut progress = Progress::new(Stage::Train, 0, 0);
        loop {
            let wanted = match climb.next() {
                Step::Done(ascent) => return Ok(ascent),
                Step::Measure(wanted) => wanted,
            };
            let trials = Plan::queue(climb.new_trials(&wanted));
            self.trials(trials, (Stage::Train, executor), &mut progress, listener)?;
            if climb.needs_times() {
                self.time(executor, listener)?;
            }
            climb.ask(&wanted)?;
        }
    }

    /// What the policy asked for, from the store alone.
    ///
    /// Under another margin or other limits than those of the run the trials are those of the run, and
    /// what untried rungs could gain is worked out anew.
    ///
    /// # Errors
    /// Trials are missing, or the store can't be read.
    pub fn ascent(&self) -> Result<Ascent, SessionError> {
        let mut climb = Climb::start(self, &self.asked_under, &self.ladder);
        loop {
            match climb.next() {
                Step::Done(ascent) if self.asked_under == self.prepared.terms => return Ok(ascent),
                Step::Done(ascent) => return Ok(climb.under(&self.prepared.terms, ascent)),
                Step::Measure(wanted) => {
                    climb.ask(&wanted)?;
                    climb.check_finished()?;
                }
            }
        }
    }
}

impl<'a> Climb<'a> {
    fn start(session: &'a Session, terms: &'a Terms, ladder: &LadderSpec) -> Self {
        let candidates = &session.prepared.plan.candidates;
        Self {
            session,
            rungs: rungs(candidates, session.estimates()),
            terms: climb_terms(terms, ladder, session.prepared.plan.repeats),
            policy: ladder.policy,
            asked: vec![0; candidates.len()],
            evidence: Evidence::new(candidates, terms),
        }
    }

    /// What to measure next; done when the climb is, and all that the verdict hangs on has every repeat.
    fn next(&self) -> Step {
        let step = match self.policy {
            Policy::Sweep => self.sweep(),
            Policy::Climb => climb::next(&self.rungs, &self.asked, &self.evidence, &self.terms),
        };
        match step {
            Step::Done(ascent) => {
                let short = self.short();
                if short.is_empty() { Step::Done(ascent) } else { Step::Measure(short) }
            }
            Step::Measure(wanted) => Step::Measure(wanted),
        }
    }

    fn sweep(&self) -> Step {
        let repeats = self.terms.repeats;
        let all = |rung| Wanted { rung, repeats };
        if self.asked.iter().all(|&asked| asked >= repeats) {
            Step::Done(Ascent { repeats: self.asked.clone(), untried: Vec::new() })
        } else {
            Step::Measure((0..self.rungs.len()).map(all).collect())
        }
    }

    /// The candidates that the verdict hangs on, as far as they lack repeats: the climb knows planned
    /// sizes alone, the verdict may order by measured costs.
    fn short(&self) -> Vec<Wanted> {
        let entries: Vec<_> = self.evidence.entries.iter().filter(|entry| !entry.repeats.is_empty()).cloned().collect();
        let screening = screen(&entries, &self.session.asked_under, self.session.sizes(&entries));
        let mut names: Vec<&String> = screening.sequence.iter().collect();
        names.extend(&screening.baseline);
        names.extend(&screening.reference);
        names.extend(&screening.best);
        if let Against::Candidate(name) = &screening.against {
            names.push(name);
        }
        let repeats = self.terms.repeats;
        let named = |at: &usize| names.iter().any(|name| **name == self.rungs[*at].name);
        let short = (0..self.rungs.len()).filter(|&at| self.asked[at] < repeats).filter(named);
        short.map(|rung| Wanted { rung, repeats }).collect()
    }

    /// The trials of `wanted` that were not asked for before.
    fn new_trials(&self, wanted: &[Wanted]) -> Vec<TrialSpec> {
        let of = |wanted: &Wanted| {
            let from = self.asked.get(wanted.rung).copied().unwrap_or(0);
            let name = self.rungs.get(wanted.rung).map_or("", |rung| rung.name.as_str());
            let new = from..wanted.repeats.min(self.terms.repeats);
            self.session.prepared.plan.of(name).filter(move |spec| new.contains(&spec.split.repeat)).cloned()
        };
        wanted.iter().flat_map(of).collect()
    }

    /// Notes what was asked for and reads what came of it.
    fn ask(&mut self, wanted: &[Wanted]) -> Result<(), SessionError> {
        for one in wanted {
            let Some(asked) = self.asked.get_mut(one.rung) else { continue };
            *asked = (*asked).max(one.repeats.min(self.terms.repeats));
            let candidate = &self.session.prepared.plan.candidates[one.rung];
            let trials: Vec<TrialSpec> =
                self.session.prepared.plan.first(&candidate.name, self.asked[one.rung]).cloned().collect();
            self.evidence.set(one.rung, self.session.entry(candidate, &trials)?);
        }
        Ok(())
    }

    /// An error where a trial that was asked for has neither a measurement nor a failure.
    fn check_finished(&self) -> Result<(), SessionError> {
        let ended = |entry: &crate::verdict::Entry| entry.repeats.len() + entry.failures.len();
        let found: usize = self.evidence.entries.iter().map(ended).sum();
        let wanted = self.asked.iter().sum::<u32>() as usize;
        if found < wanted {
            return Err(SessionError::Unfinished { path: self.session.folder.clone(), found, wanted });
        }
        Ok(())
    }

    /// Whether costs in use have to be known before the climb can go on: it can't tell what qualifies.
    fn needs_times(&self) -> bool {
        let terms = &self.session.asked_under;
        let timed = matches!(terms.smallest_by, SmallestBy::Latency | SmallestBy::Memory);
        timed || terms.limits.latency_p95.is_some() || terms.limits.memory.is_some()
    }

    /// The same trials under other terms: what the untried rungs could gain there.
    fn under(&self, terms: &Terms, ascent: Ascent) -> Ascent {
        let other = climb_terms(terms, &self.session.ladder, self.terms.repeats);
        let mut evidence = Evidence::new(&self.session.prepared.plan.candidates, terms);
        for (rung, entry) in self.evidence.entries.iter().enumerate() {
            evidence.set(rung, entry.clone());
        }
        Ascent { untried: climb::untried(&self.rungs, &self.asked, &evidence, &other), ..ascent }
    }
}

impl Prepared {
    /// The trials that are run whatever the first ones show: the first wave of a climb, all trials of a sweep.
    #[must_use]
    pub fn at_least(&self) -> Vec<TrialSpec> {
        if self.study.ladder.policy == Policy::Sweep {
            return self.plan.trials.clone();
        }
        let rungs = rungs(&self.plan.candidates, &self.estimates());
        let evidence = Evidence::new(&self.plan.candidates, &self.terms);
        let terms = climb_terms(&self.terms, &self.study.ladder, self.plan.repeats);
        let Step::Measure(wave) = climb::next(&rungs, &[], &evidence, &terms) else { return Vec::new() };
        let first = |wanted: &Wanted| self.plan.first(&rungs[wanted.rung].name, wanted.repeats).cloned();
        wave.iter().flat_map(first).collect()
    }
}

/// The ladder as the climb sees it, in the plan's order.
fn rungs(candidates: &[Candidate], estimates: &[Estimate]) -> Vec<Rung> {
    let planned: BTreeMap<&str, f64> =
        estimates.iter().map(|estimate| (estimate.name.as_str(), estimate.flops)).collect();
    let rung = |candidate: &Candidate| Rung {
        name: candidate.name.clone(),
        family: Family::every().position(|family| family == candidate.spec.family()).unwrap_or(0) as u32,
        baseline: candidate.spec.family() == Family::Baseline,
        parameters: candidate.planned_parameters,
        flops: planned.get(candidate.name.as_str()).copied().unwrap_or(candidate.planned_parameters as f64),
    };
    candidates.iter().map(rung).collect()
}

fn climb_terms(terms: &Terms, ladder: &LadderSpec, repeats: u32) -> ClimbTerms {
    ClimbTerms {
        rule: match terms.rule {
            Rule::Margin(margin) => Goal::Margin(margin),
            Rule::Bar(bar) => Goal::Bar(terms.metric.orient(bar)),
        },
        confidence: terms.confidence,
        repeats,
        certify: ladder.certify,
        range: terms.metric.oriented_range(),
    }
}

impl Session {
    /// What the climb spent and what it left out, for the report; none for a sweep.
    pub(super) fn climbed(&self, ascent: &Ascent, analysis: &Analysis) -> Option<Climbed> {
        if self.ladder.policy == Policy::Sweep {
            return None;
        }
        let rungs = rungs(&self.prepared.plan.candidates, self.estimates());
        let repeats = self.prepared.plan.repeats;
        let spent = |rung: &Rung| {
            let trials = analysis.screening.row(&rung.name).map_or(&[][..], |row| &row.trials);
            trials.iter().map(|facts| facts.flops).collect::<Vec<f64>>()
        };
        // What a trial of an untried rung would take: planned, at the ratio that the nearest smaller rung of its
        // family turned out to have.
        let mut ratios: BTreeMap<u32, f64> = BTreeMap::new();
        let mut sweep = 0.0;
        for rung in &rungs {
            let found = spent(rung);
            if !found.is_empty() && rung.flops > 0.0 {
                ratios.insert(rung.family, stats::mean(&found) / rung.flops);
            }
            let one = if found.is_empty() {
                rung.flops * ratios.get(&rung.family).copied().unwrap_or(1.0)
            } else {
                stats::mean(&found)
            };
            sweep += one * f64::from(repeats);
        }
        let untried = ascent.untried.iter().filter_map(|one| {
            let rung = rungs.get(one.rung)?;
            Some(UntriedRung { name: rung.name.clone(), parameters: rung.parameters, gain: one.gain, why: one.why })
        });
        Some(Climbed {
            rungs: rungs.len() as u64,
            tried: ascent.repeats.iter().filter(|&&repeats| repeats > 0).count() as u64,
            flops: rungs.iter().flat_map(spent).sum(),
            sweep_flops: sweep,
            untried: untried.collect(),
        })
    }
}
