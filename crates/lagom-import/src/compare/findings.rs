//! What a comparison found: everything its report shows.

use serde::{Deserialize, Serialize, Serializer};

use super::terms::CompareTerms;
use crate::scores::DirectionFrom;
use crate::stats::{Estimate, Needed};
use crate::study::costs::Exceeded;
use crate::study::{Cost, LimitViolation, Rule};
use crate::verdict::{CandidateStatus, VerdictKind};

/// What was found in results that other tools measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CompareFindings {
    /// Version of this format.
    pub format: u32,
    /// Version of lagom.
    pub lagom: String,
    /// The files that were read, as the user named them.
    pub files: Vec<String>,
    /// What "good enough" means here.
    pub terms: CompareTerms,
    /// The answers: one a metric over all its tasks where there are several tasks on the same candidates, else one
    /// a task. At least one.
    pub answers: Vec<Judgement>,
    /// One a task, where an answer is over several.
    pub tasks: Vec<Judgement>,
}

/// What the evidence is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Evidence {
    /// Right or wrong on the same examples, one seed, no clusters: Tango's score interval carries the tests.
    RightWrong,
    /// Scores on the same examples, paired; with clusters or several seeds where there are some.
    Paired,
    /// Means and standard errors alone: differences as of independent samples, which is weaker.
    Unpaired,
}

/// What the candidates were compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ComparedWith {
    /// Each with every other one, whichever of them is the best (multiple comparisons with the best).
    TheBest,
    /// The cheaper ones with the reference that the user named.
    TheNamed,
    /// Each with the bar.
    TheBar,
}

/// The verdict on one task, or on several together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Judgement {
    /// The task; `all N tasks` where several are taken together.
    pub task: String,
    /// How many tasks it is about.
    pub task_count: u64,
    /// The metric.
    pub metric: String,
    /// Whether a higher score is better.
    pub higher_is_better: bool,
    /// What said which way is better.
    #[serde(default)]
    pub direction_from: DirectionFrom,
    /// What the evidence is.
    pub evidence: Evidence,
    /// Examples of each candidate; none where the files do not say.
    pub examples: Option<u64>,
    /// Clusters that the examples fall into, where there are some.
    pub clusters: Option<u64>,
    /// Seeds of each candidate, the fewest where they differ; 1 for all where the chance of the seed is not measured.
    pub seeds: u64,
    /// By how much a seed shifts a candidate's mean beyond what the examples account for: a standard deviation, pooled
    /// over candidates. None where no candidate has several seeds.
    #[serde(default)]
    pub seed_deviation: Option<f64>,
    /// The cost that orders the candidates; none where the user told the order, or where nobody did.
    pub ordered_by: Option<&'static dyn Cost>,
    /// Whether nobody knows which of two candidates is the cheaper. The rows then have the worse one first, which says nothing of cost.
    #[serde(alias = "order_assumed")]
    pub order_unknown: bool,
    /// The margin or the bar it was judged by.
    pub rule: Rule,
    /// Whether lagom chose the margin because the user named neither margin nor bar.
    pub proposed: bool,
    /// What the candidates were compared with.
    pub compared_with: ComparedWith,
    /// The confidence of each single bound, one-sided, such that all claims hold at once with the study's.
    pub bound_confidence: f64,
    /// One line a candidate, from the cheapest to the dearest as far as that is known.
    pub rows: Vec<CompareRow>,
    /// The answer, with what carries it.
    pub verdict: CompareVerdict,
    /// Where nobody knows which of two candidates is the cheaper: the verdict if the one is, and if the other is. The verdict above
    /// and the standings of the rows hold what both say: whom to use, what carries it and what is missing only where both agree. Its
    /// kind is that of the first reading where both name the same candidate.
    #[serde(default)]
    pub readings: Vec<OrderReading>,
    /// For each cost known of at least two candidates, the candidates that no other dominates, cheapest first.
    pub fronts: Vec<Front>,
    /// After how many examples the verdict would have stood, where that was asked.
    pub replay: Option<Replayed>,
    /// What a reader has to know: whole sentences.
    pub notes: Vec<String>,
}

/// The answer, with what carries it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CompareVerdict {
    /// Which of the answers; `nothing learned` is none of them.
    pub kind: VerdictKind,
    /// The candidate to use; none if nothing qualifies.
    pub choice: Option<String>,
    /// The best within the limits, or the one the user named; none if nothing is within the limits.
    pub reference: Option<String>,
    /// The comparison that carries the verdict, if one does.
    pub carried_by: Option<Comparison>,
    /// What is missing for a decision; only for `undecided`.
    pub needed: Option<Needed>,
    /// The candidate that comes nearest, and what it misses; only for `nothing qualifies`.
    #[serde(serialize_with = "nearest_by_name")]
    pub nearest: Option<(String, Vec<LimitViolation>)>,
}

impl CompareVerdict {
    /// Whether it says which candidate to use.
    #[must_use]
    pub fn is_decided(&self) -> bool {
        matches!(self.kind, VerdictKind::SmallerIsEnough | VerdictKind::BiggerPays)
    }
}

/// The verdict under one order of two candidates of which nobody knows the cheaper one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OrderReading {
    /// The candidate that is taken as the cheaper.
    pub cheaper: String,
    /// The verdict if it is.
    pub verdict: CompareVerdict,
}

/// One candidate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CompareRow {
    /// Its name.
    pub name: String,
    /// What it costs.
    pub costs: Costs,
    /// Its mean score, in the metric's unit.
    pub quality: Estimate,
    /// Two-sided interval of the quality at the study's confidence, by itself (Wilson's for right/wrong).
    pub interval: (f64, f64),
    /// Its difference to the reference; none for the reference itself.
    pub difference: Option<Comparison>,
    /// The comparison that its being good enough hangs on: the one with the lowest bound; none if it was not tested.
    pub hardest: Option<Comparison>,
    /// Limits it exceeds.
    #[serde(serialize_with = "excess_by_name")]
    pub excess: Vec<LimitViolation>,
    /// Where it stands.
    pub standing: CandidateStatus,
}

/// What a candidate costs, as far as it is known; lower is better for all of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Costs {
    /// Number of parameters.
    pub parameters: Option<u64>,
    /// Bytes.
    pub bytes: Option<u64>,
    /// Seconds for one example: the 95th percentile, else the mean.
    pub latency: Option<f64>,
    /// Whether the latency is a mean, for want of the percentile.
    pub latency_is_mean: bool,
    /// Money: a measured example, else the table's price.
    pub cost: Option<f64>,
    /// What the cost is the price of, where it is a price of the table; none where it was measured or is not known.
    pub price: Option<Priced>,
}

/// What a price in a table is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Priced {
    /// One example.
    Example,
    /// A million tokens.
    MillionTokens,
    /// The table does not say.
    Unstated,
}

/// One candidate compared with another, or with the bar. All differences are such that positive is better.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// The candidate.
    pub candidate: String,
    /// What it is compared with; none for the bar.
    pub against: Option<String>,
    /// The difference, or the distance above the bar.
    pub estimate: Estimate,
    /// One-sided lower bound at [`Judgement::bound_confidence`].
    pub lower: f64,
    /// One-sided upper bound at [`Judgement::bound_confidence`].
    pub upper: f64,
    /// The lower bound has to exceed this: minus the margin, or 0 for a bar.
    pub threshold: f64,
    /// Two-sided interval at the study's confidence, of this comparison by itself.
    pub interval: (f64, f64),
    /// The examples on which just one of the two is right; for right/wrong scores of one seed.
    pub discordant: Option<Discordance>,
}

impl Comparison {
    /// Whether the candidate is shown to be good enough.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.lower > self.threshold
    }
}

/// The examples on which just one of two candidates is right, and the tests on them.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Discordance {
    /// The candidate is right and the other wrong.
    pub wins: u64,
    /// The candidate is wrong and the other right.
    pub losses: u64,
    /// All examples.
    pub examples: u64,
    /// Two-sided p-value of McNemar's exact test of no difference; by itself, with no correction for other pairs.
    pub p_exact: f64,
    /// Its mid-p value.
    pub p_mid: f64,
    /// Two-sided interval by Wald's formula at the study's confidence: `d ± z √(wins + losses − (wins − losses)² / n) / n`.
    pub wald: (f64, f64),
}

/// The candidates that no other dominates in quality and one cost.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Front {
    /// The cost.
    pub cost: &'static dyn Cost,
    /// Their names, cheapest first.
    pub names: Vec<String>,
}

/// The examples taken one by one in a random order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Replayed {
    /// After how many examples the verdict stood; none if it never did before the last.
    pub decided_after: Option<u64>,
    /// All examples.
    pub examples: u64,
    /// The candidate of the comparison that took longest.
    pub candidate: String,
    /// What it is compared with; none for a bar.
    pub against: Option<String>,
    /// What the bound has to clear: minus the margin, or 0 for a bar.
    pub threshold: f64,
    /// The confidence of the sequence, valid at every number of examples.
    pub confidence: f64,
    /// Points (examples, low, high) of the confidence sequence of the difference; thinned.
    pub path: Vec<(u64, f64, f64)>,
    /// How many comparisons had to stand at once.
    pub comparisons: u64,
}

/// A limit that is exceeded, as comparisons write it: by the name of the cost, since the key of a study's limit says more than is
/// known here.
#[derive(Serialize)]
struct ExcessByName {
    limit: &'static str,
    allowed: f64,
    found: Option<f64>,
}

impl ExcessByName {
    fn of(excess: &LimitViolation) -> Self {
        let limit = match excess.limit {
            Exceeded::Cost(cost) => cost.about().name,
            Exceeded::Bar => "bar",
        };
        Self { limit, allowed: excess.allowed, found: excess.found }
    }
}

fn excess_by_name<S: Serializer>(excess: &[LimitViolation], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(excess.iter().map(ExcessByName::of))
}

#[expect(clippy::ref_option, reason = "serde hands over the field as it is")]
fn nearest_by_name<S: Serializer>(
    nearest: &Option<(String, Vec<LimitViolation>)>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let named = |(name, excess): &(String, Vec<LimitViolation>)| {
        (name.clone(), excess.iter().map(ExcessByName::of).collect::<Vec<ExcessByName>>())
    };
    nearest.as_ref().map(named).serialize(serializer)
}
