//! The climb on this study: which trials it asks for, as a function of what was measured.

use std::collections::{BTreeMap, BTreeSet};

use super::error::SessionError;
use super::estimate::Estimate;
use super::evidence::Evidence;
use super::incumbent;
use super::prepare::Prepared;
use super::progress::{Progress, Stage};
use super::start::Session;
use crate::candidate::{Candidate, every};
use crate::report::{Climbed, UntriedRung};
use crate::search::{self, Decision, Goal, Rung, SearchResult, SearchTerms, Target, TrialRequest};
use crate::stats;
use crate::study::{FamilyId, LadderSpec, Policy, Rule};
use crate::trial::{Executor, Plan, Request, TrialSpec};
use crate::verdict::{Analysis, Terms, screen};

/// A climb under way: what it has asked for and what came of it.
struct Search<'a> {
    session: &'a Session,
    rungs: Vec<Rung>,
    terms: SearchTerms,
    policy: Policy,
    /// Repeats asked of each candidate, in the plan's order.
    asked: Vec<u32>,
    /// Trials that were ended early, or are to be where their curve shows that they can't reach the quality.
    targets: Vec<Target>,
    evidence: Evidence<'a>,
}

impl Session {
    /// Trains what the policy asks for, step by step, as far as the store does not have it.
    ///
    /// # Errors
    /// It was stopped, the store can't be written, or no worker can be started. A failed trial is a
    /// record in the store, not an error.
    pub fn train(
        &self,
        executor: &dyn Executor,
        listener: &mut dyn FnMut(&Progress),
    ) -> Result<SearchResult, SessionError> {
        let mut climb = Search::start(self, &self.asked_under, &self.ladder);
        let mut progress = Progress::new(Stage::Train, 0, 0);
        loop {
            let wanted = match climb.next() {
                Decision::Done(ascent) => return Ok(ascent),
                Decision::Measure(wanted) => wanted,
            };
            let new = climb.ask(&wanted);
            progress.work_beyond = climb.beyond();
            self.trials(new, (Stage::Train, executor), &mut progress, listener)?;
            if self.asked_under.needs_times() {
                self.time(executor, listener)?;
            }
            climb.read(&wanted)?;
        }
    }

    /// What the policy asked for, from the store alone.
    ///
    /// Under another margin or other limits than those of the run the trials are those of the run, and
    /// what untried rungs could gain is worked out anew.
    ///
    /// # Errors
    /// Trials are missing, or the store can't be read.
    pub fn ascent(&self) -> Result<SearchResult, SessionError> {
        let mut climb = Search::start(self, &self.asked_under, &self.ladder);
        loop {
            match climb.next() {
                Decision::Done(ascent) if self.asked_under == self.prepared.terms => return Ok(ascent),
                Decision::Done(ascent) => return Ok(climb.under(&self.prepared.terms, ascent)),
                Decision::Measure(wanted) => {
                    climb.ask(&wanted);
                    climb.read(&wanted)?;
                    climb.check_finished()?;
                }
            }
        }
    }
}

impl<'a> Search<'a> {
    fn start(session: &'a Session, terms: &'a Terms, ladder: &LadderSpec) -> Self {
        let candidates = &session.prepared.plan.candidates;
        Self {
            session,
            rungs: rungs(candidates, session.estimates()),
            terms: search_terms(terms, ladder, session.prepared.plan.repeats),
            policy: ladder.policy,
            asked: vec![0; candidates.len()],
            targets: Vec::new(),
            evidence: Evidence::new(candidates, terms),
        }
    }

    /// What to measure next; done when the climb is, and all that the verdict hangs on has every repeat.
    fn next(&self) -> Decision {
        let step = match self.policy {
            Policy::Sweep => self.sweep(),
            Policy::Climb => search::next(&self.rungs, &self.asked, &self.evidence, &self.terms),
        };
        match step {
            Decision::Done(ascent) => {
                let incumbent = self.session.asked_under.incumbent.as_deref();
                if let Some(step) = incumbent::missing((&self.rungs, &self.asked), incumbent, self.terms.repeats) {
                    return step;
                }
                let short = self.short();
                if !short.is_empty() {
                    return Decision::Measure(short);
                }
                Decision::Done(SearchResult { stopped: self.targets.clone(), ..ascent })
            }
            Decision::Measure(wanted) => Decision::Measure(wanted),
        }
    }

    fn sweep(&self) -> Decision {
        let repeats = self.terms.repeats;
        let all = |rung| TrialRequest { rung, repeats };
        if self.asked.iter().all(|&asked| asked >= repeats) {
            Decision::Done(SearchResult { repeats: self.asked.clone(), stopped: Vec::new(), untried: Vec::new() })
        } else {
            Decision::Measure((0..self.rungs.len()).map(all).collect())
        }
    }

    /// The candidates that the verdict hangs on, as far as they lack repeats: the climb knows planned
    /// sizes alone, the verdict may order by measured costs.
    fn short(&self) -> Vec<TrialRequest> {
        let entries: Vec<_> = self.evidence.entries.iter().filter(|entry| !entry.repeats.is_empty()).cloned().collect();
        let screening = screen(&entries, &self.session.asked_under, self.session.sizes(&entries));
        let names = screening.decisive();
        let repeats = self.terms.repeats;
        let named = |at: &usize| names.contains(&self.rungs[*at].name.as_str());
        let short = (0..self.rungs.len()).filter(|&at| self.asked[at] < repeats).filter(named);
        short.map(|rung| TrialRequest { rung, repeats }).collect()
    }

    /// Notes what is asked for; the trials of it that were not asked for before.
    fn ask(&mut self, wanted: &[TrialRequest]) -> Vec<Request> {
        if self.policy == Policy::Climb {
            let terms = (&self.terms, wanted);
            let targets = search::targets(&self.rungs, &self.asked, &self.evidence, terms);
            // The incumbent is measured to the end, however it looks.
            let incumbent = self.session.asked_under.incumbent.as_deref();
            let other = |target: &Target| Some(self.rungs[target.rung].name.as_str()) != incumbent;
            self.targets.extend(targets.into_iter().filter(other));
        }
        let plan = &self.session.prepared.plan;
        let mut new = Vec::new();
        for one in wanted {
            let (Some(asked), Some(rung)) = (self.asked.get_mut(one.rung), self.rungs.get(one.rung)) else { continue };
            let repeats = one.repeats.min(self.terms.repeats);
            let range = *asked..repeats;
            new.extend(plan.of(&rung.name).filter(|spec| range.contains(&spec.split.repeat)).cloned());
            *asked = (*asked).max(repeats);
        }
        let at = |spec: &TrialSpec| self.rungs.iter().position(|rung| rung.name == spec.candidate.name).unwrap_or(0);
        Plan::queue(new).iter().map(|spec| self.request(at(spec), spec)).collect()
    }

    /// Estimated core-seconds of everything that was not asked for yet.
    fn beyond(&self) -> f64 {
        let estimates = self.session.estimates();
        let left =
            estimates.iter().zip(&self.asked).map(|(one, &asked)| one.seconds * f64::from(self.terms.repeats - asked));
        left.sum()
    }

    fn request(&self, rung: usize, spec: &TrialSpec) -> Request {
        let own = |target: &&Target| target.rung == rung && target.repeat == spec.split.repeat;
        self.session.request(spec, self.targets.iter().find(own).map(|target| target.quality))
    }

    /// Reads what came of the rungs in a wave. A training that ran its course needs no target any more.
    fn read(&mut self, wanted: &[TrialRequest]) -> Result<(), SessionError> {
        for one in wanted {
            let candidate = &self.session.prepared.plan.candidates[one.rung];
            let trials = self.session.prepared.plan.first(&candidate.name, self.asked[one.rung]);
            let requests: Vec<Request> = trials.map(|spec| self.request(one.rung, spec)).collect();
            let entry = self.session.entry(candidate, &requests)?;
            let entry = self.session.timed(entry, &requests, &self.session.asked_under)?;
            let ended = |repeat: u32| entry.stopped.iter().any(|(stopped, _)| *stopped == repeat);
            self.targets.retain(|target| target.rung != one.rung || ended(target.repeat));
            self.evidence.set(one.rung, entry);
        }
        Ok(())
    }

    /// An error where a trial that was asked for has neither a measurement nor a failure.
    fn check_finished(&self) -> Result<(), SessionError> {
        let ended =
            |entry: &crate::verdict::CandidateResults| entry.repeats.len() + entry.stopped.len() + entry.failures.len();
        let found: usize = self.evidence.entries.iter().map(ended).sum();
        let wanted = self.asked.iter().sum::<u32>() as usize;
        if found < wanted {
            return Err(SessionError::Unfinished { path: self.session.folder.clone(), found, wanted });
        }
        Ok(())
    }

    /// The same trials under other terms: what the untried rungs could gain there.
    fn under(&self, terms: &Terms, ascent: SearchResult) -> SearchResult {
        let other = search_terms(terms, &self.session.ladder, self.terms.repeats);
        let mut evidence = Evidence::new(&self.session.prepared.plan.candidates, terms);
        for (rung, entry) in self.evidence.entries.iter().enumerate() {
            evidence.set(rung, entry.clone());
        }
        SearchResult { untried: search::untried(&self.rungs, &self.asked, &evidence, &other), ..ascent }
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
        let terms = search_terms(&self.terms, &self.study.ladder, self.plan.repeats);
        let Decision::Measure(wave) = search::next(&rungs, &[], &evidence, &terms) else { return Vec::new() };
        let incumbent = rungs.iter().position(|rung| Some(&rung.name) == self.terms.incumbent.as_ref());
        let whole = incumbent.map(|rung| TrialRequest { rung, repeats: self.plan.repeats });
        let others = wave.iter().copied().filter(|wanted| Some(wanted.rung) != incumbent);
        let first = |wanted: TrialRequest| self.plan.first(&rungs[wanted.rung].name, wanted.repeats).cloned();
        others.chain(whole).flat_map(first).collect()
    }
}

/// The ladder as the climb sees it, in the plan's order.
fn rungs(candidates: &[Candidate], estimates: &[Estimate]) -> Vec<Rung> {
    let planned: BTreeMap<&str, f64> =
        estimates.iter().map(|estimate| (estimate.name.as_str(), estimate.flops)).collect();
    let rung = |candidate: &Candidate| Rung {
        name: candidate.name.clone(),
        family: every().position(|about| about.id == candidate.spec.family).unwrap_or(0) as u32,
        baseline: candidate.spec.family == FamilyId::BASELINE,
        parameters: candidate.planned_parameters,
        flops: planned.get(candidate.name.as_str()).copied().unwrap_or(candidate.planned_parameters as f64),
    };
    candidates.iter().map(rung).collect()
}

fn search_terms(terms: &Terms, ladder: &LadderSpec, repeats: u32) -> SearchTerms {
    SearchTerms {
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
    pub(super) fn climbed(&self, ascent: &SearchResult, analysis: &Analysis) -> Option<Climbed> {
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
        // A training that was ended early says nothing of what a whole one takes.
        let stopped = analysis.screening.rows.iter().flat_map(|row| &row.stopped);
        let ended: f64 = stopped.map(|one| one.flops).sum();
        let untried = ascent.untried.iter().filter_map(|one| {
            let rung = rungs.get(one.rung)?;
            Some(UntriedRung { name: rung.name.clone(), parameters: rung.parameters, gain: one.gain, why: one.why })
        });
        Some(Climbed {
            rungs: rungs.len() as u64,
            tried: ascent.repeats.iter().filter(|&&repeats| repeats > 0).count() as u64,
            stopped: ascent.stopped.iter().map(|target| target.rung).collect::<BTreeSet<usize>>().len() as u64,
            flops: rungs.iter().flat_map(spent).sum::<f64>() + ended,
            sweep_flops: sweep,
            untried: untried.collect(),
        })
    }
}
