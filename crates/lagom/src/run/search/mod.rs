//! The climb on this study: which trials it asks for, as a function of what was measured.

mod evidence;

use std::collections::BTreeMap;

use super::error::RunError;
use super::prepare::{Estimate, Prepared, Work};
use super::workspace::Workspace;
use crate::candidate::{Candidate, every};
use crate::search::{self, Decision, Goal, Rung, SearchResult, SearchTerms, Target, TrialRequest};
use crate::study::{FamilyId, LadderSpec, Policy, Rule};
use crate::trial::{Plan, Request, TrialSpec};
use crate::verdict::{CandidateResults, Terms, screen};
use evidence::Evidence;

/// A climb under way: what it has asked for and what came of it.
pub(super) struct Search<'a> {
    workspace: &'a Workspace,
    rungs: Vec<Rung>,
    terms: SearchTerms,
    policy: Policy,
    /// Repeats asked of each candidate, in the plan's order.
    asked: Vec<u32>,
    /// Trials that were ended early, or are to be where their curve shows that they can't reach the quality.
    targets: Vec<Target>,
    evidence: Evidence<'a>,
}

/// What the policy asked for, from the store alone.
///
/// Under another margin or other limits than those of the run the trials are those of the run, and
/// what untried rungs could gain is worked out anew.
///
/// # Errors
/// Trials are missing, or the store can't be read.
pub(super) fn search_again(workspace: &Workspace) -> Result<SearchResult, RunError> {
    let mut search = Search::start(workspace);
    loop {
        match search.next() {
            Decision::Done(found) if workspace.asked_under == workspace.prepared.terms => return Ok(found),
            Decision::Done(found) => return Ok(search.under(&workspace.prepared.terms, found)),
            Decision::Measure(wanted) => {
                search.ask(&wanted);
                search.read(&wanted)?;
                search.check_finished()?;
            }
        }
    }
}

impl<'a> Search<'a> {
    /// Nothing is asked for yet. The terms are those of the run, whatever the verdict is asked under.
    pub(super) fn start(workspace: &'a Workspace) -> Self {
        let (candidates, terms, ladder) =
            (&workspace.prepared.plan.candidates, &workspace.asked_under, &workspace.ladder);
        Self {
            workspace,
            rungs: rungs(workspace),
            terms: search_terms(terms, ladder, workspace.prepared.plan.repeats),
            policy: ladder.policy,
            asked: vec![0; candidates.len()],
            targets: Vec::new(),
            evidence: Evidence::new(candidates, terms),
        }
    }

    /// What to measure next; done when the climb is, and all that the verdict hangs on has every repeat.
    pub(super) fn next(&self) -> Decision {
        let step = match self.policy {
            Policy::Sweep => self.sweep(),
            Policy::Climb => search::next(&self.rungs, &self.asked, &self.evidence, &self.terms),
        };
        match step {
            Decision::Done(found) => {
                if let Some(missing) = self.of_named() {
                    return Decision::Measure(vec![missing]);
                }
                let short = self.short();
                if !short.is_empty() {
                    return Decision::Measure(short);
                }
                Decision::Done(SearchResult { stopped: self.targets.clone(), ..found })
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

    /// All repeats of the incumbent, then of each member of a cascade, once the climb has nothing else to ask for; none where they have
    /// them, or are not trained.
    ///
    /// Last, so that the climb takes the course it would take without them; what they then show may lead it on.
    fn of_named(&self) -> Option<TrialRequest> {
        let repeats = self.terms.repeats;
        let lacks = |rung: &usize| self.asked.get(*rung).is_some_and(|&asked| asked < repeats);
        let place = |name: &str| self.rungs.iter().position(|rung| rung.name == name);
        let mut wanted = self.named().filter_map(place);
        wanted.find(lacks).map(|rung| TrialRequest { rung, repeats })
    }

    /// Candidates that are measured to the end, however they look: the incumbent, and the members of cascades.
    fn named(&self) -> impl Iterator<Item = &str> {
        let members = self.workspace.prepared.study.cascades.iter().flat_map(|pair| [&pair.small, &pair.large]);
        self.workspace.asked_under.incumbent.iter().chain(members).map(String::as_str)
    }

    /// The candidates that the verdict hangs on, as far as they lack repeats: the climb knows planned
    /// sizes alone, the verdict may order by measured costs.
    fn short(&self) -> Vec<TrialRequest> {
        let entries: Vec<_> = self.evidence.entries.iter().filter(|entry| !entry.repeats.is_empty()).cloned().collect();
        let screening = screen(&entries, &self.workspace.asked_under, self.workspace.sizes(&entries));
        let names = screening.decisive();
        let repeats = self.terms.repeats;
        let named = |at: &usize| names.contains(&self.rungs[*at].name.as_str());
        let short = (0..self.rungs.len()).filter(|&at| self.asked[at] < repeats).filter(named);
        short.map(|rung| TrialRequest { rung, repeats }).collect()
    }

    /// Notes what is asked for; the trials of it that were not asked for before.
    pub(super) fn ask(&mut self, wanted: &[TrialRequest]) -> Vec<Request> {
        if self.policy == Policy::Climb {
            let terms = (&self.terms, wanted);
            let targets = search::targets(&self.rungs, &self.asked, &self.evidence, terms);
            let named: Vec<&str> = self.named().collect();
            let other = |target: &Target| !named.contains(&self.rungs[target.rung].name.as_str());
            let targets: Vec<Target> = targets.into_iter().filter(other).collect();
            self.targets.extend(targets);
        }
        let plan = &self.workspace.prepared.plan;
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
    pub(super) fn beyond(&self) -> f64 {
        let estimates = self.workspace.estimates();
        let both = || estimates.iter().zip(&self.asked);
        let left = both().flat_map(|(one, asked)| (*asked..self.terms.repeats).map(move |_| one));
        Work::of(left, both().filter(|(_, asked)| **asked > 0).map(|(one, _)| one)).seconds
    }

    fn request(&self, rung: usize, spec: &TrialSpec) -> Request {
        let own = |target: &&Target| target.rung == rung && target.repeat == spec.split.repeat;
        self.workspace.request(spec, self.targets.iter().find(own).map(|target| target.quality))
    }

    /// Reads what came of the rungs in a wave. A training that ran its course needs no target any more.
    pub(super) fn read(&mut self, wanted: &[TrialRequest]) -> Result<(), RunError> {
        for one in wanted {
            let candidate = &self.workspace.prepared.plan.candidates[one.rung];
            let trials = self.workspace.prepared.plan.first(&candidate.name, self.asked[one.rung]);
            let requests: Vec<Request> = trials.map(|spec| self.request(one.rung, spec)).collect();
            let entry = self.workspace.timed_entry(candidate, &requests, &self.workspace.asked_under)?;
            let ended = |repeat: u32| entry.stopped.iter().any(|(stopped, _)| *stopped == repeat);
            self.targets.retain(|target| target.rung != one.rung || ended(target.repeat));
            self.evidence.set(one.rung, entry);
        }
        Ok(())
    }

    /// An error where a trial that was asked for has neither a measurement nor a failure.
    fn check_finished(&self) -> Result<(), RunError> {
        let ended = |entry: &CandidateResults| entry.repeats.len() + entry.stopped.len() + entry.failures.len();
        let found: usize = self.evidence.entries.iter().map(ended).sum();
        let wanted = self.asked.iter().sum::<u32>() as usize;
        if found < wanted {
            return Err(RunError::Unfinished { path: self.workspace.folder.clone(), found, wanted });
        }
        Ok(())
    }

    /// The same trials under other terms: what the untried rungs could gain there.
    fn under(&self, terms: &Terms, found: SearchResult) -> SearchResult {
        let other = search_terms(terms, &self.workspace.ladder, self.terms.repeats);
        let mut evidence = Evidence::new(&self.workspace.prepared.plan.candidates, terms);
        for (rung, entry) in self.evidence.entries.iter().enumerate() {
            evidence.set(rung, entry.clone());
        }
        SearchResult { untried: search::untried(&self.rungs, &self.asked, &evidence, &other), ..found }
    }
}

impl Prepared {
    /// The trials that are run whatever the first ones show: the first wave of a climb, all trials of a sweep.
    #[must_use]
    pub fn at_least(&self) -> Vec<TrialSpec> {
        if self.study.ladder.policy == Policy::Sweep {
            return self.plan.trials.clone();
        }
        let rungs = rungs_of(&self.plan.candidates, &self.estimates());
        let evidence = Evidence::new(&self.plan.candidates, &self.terms);
        let terms = search_terms(&self.terms, &self.study.ladder, self.plan.repeats);
        let Decision::Measure(wave) = search::next(&rungs, &[], &evidence, &terms) else { return Vec::new() };
        let members = self.study.cascades.iter().flat_map(|pair| [&pair.small, &pair.large]);
        let named: Vec<&String> = self.terms.incumbent.iter().chain(members).collect();
        let named: Vec<usize> = (0..rungs.len()).filter(|&rung| named.contains(&&rungs[rung].name)).collect();
        let whole = named.iter().map(|&rung| TrialRequest { rung, repeats: self.plan.repeats });
        let others = wave.iter().copied().filter(|wanted| !named.contains(&wanted.rung));
        let first = |wanted: TrialRequest| self.plan.first(&rungs[wanted.rung].name, wanted.repeats).cloned();
        others.chain(whole).flat_map(first).collect()
    }
}

/// The ladder as the climb sees it, in the plan's order.
pub(super) fn rungs(workspace: &Workspace) -> Vec<Rung> {
    rungs_of(&workspace.prepared.plan.candidates, workspace.estimates())
}

fn rungs_of(candidates: &[Candidate], estimates: &[Estimate]) -> Vec<Rung> {
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
