//! What answers cost: for 1,000 of them, for a month, and from which load on what is dearer to make and cheaper to run pays.
//!
//! A machine is taken to answer one row after the other, so that 1,000 answers take 1,000 times the mean wait of its price: more than a machine
//! with several cores would need. A month has 730 hours (8,760 hours of a year over 12). All amounts are in the study's one currency.

use serde::Serialize;

use crate::Findings;
use crate::measure::Deployment;
use crate::study::costs::{Cost, MoneyPerThousand, TrainingCost};
use crate::verdict::Row;

const MONTH: f64 = 730.0;
const HOUR: f64 = 3_600.0;

/// What answers of the finalists cost; nothing where the study names no price of a machine.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Bills {
    /// One a finalist.
    pub bills: Vec<Bill>,
    /// For each trained finalist and each model that is paid for.
    pub break_even: Vec<BreakEven>,
}

/// What answers of one candidate cost.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Bill {
    /// Its name.
    pub candidate: String,
    /// Money for 1,000 answers: the machine's time, and what is paid for each answer. None where one of the two is not known.
    pub per_thousand: Option<f64>,
    /// The same for the requests of a month; none where nobody says how many there are.
    pub per_month: Option<f64>,
    /// Money for one training; 0 of what is asked, none without a price.
    pub training: Option<f64>,
}

/// Where a trained candidate becomes cheaper than one that is paid for.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BreakEven {
    /// The trained one.
    pub trained: String,
    /// The one that is paid for.
    pub paid: String,
    /// Answers after which what training cost is saved, with the machine paid for the time that it answers; none where an answer of the
    /// trained one is as dear, or a price is missing.
    pub answers: Option<f64>,
    /// Requests a month from which on a machine that is kept all month costs less than the answers of the paid one; none without a price.
    pub requests_per_month: Option<f64>,
}

impl Bills {
    /// The bills of a study's choice and reference, of cascades, and of all models that are paid for.
    #[must_use]
    pub fn of(findings: &Findings) -> Self {
        let prices = &findings.study.prices;
        let verdict = &findings.verdict;
        let rows = &findings.analysis.screening.rows;
        let finalist = |row: &Row| [&verdict.choice, &verdict.reference].contains(&&Some(row.name.clone()));
        let paid = |row: &Row| row.calls.as_ref().is_some_and(|calls| calls.money.is_some()) && row.quality.is_some();
        let shown: Vec<&Row> = rows.iter().filter(|row| finalist(row) || paid(row) || row.cascade.is_some()).collect();
        if prices.machine_hour.is_none() {
            return Self::default();
        }
        let per_thousand = |row: &Row| per_thousand(findings, row);
        let bill = |row: &&Row| Bill {
            candidate: row.name.clone(),
            per_thousand: per_thousand(row),
            per_month: per_thousand(row)
                .zip(prices.requests_per_month)
                .map(|(money, count)| money * count as f64 / 1_000.0),
            training: training(findings, row),
        };
        let mut break_even = Vec::new();
        for own in shown.iter().filter(|row| row.calls.is_none() && row.cascade.is_none()) {
            for other in shown.iter().filter(|row| paid(row)) {
                let one = per_thousand(other).map(|money| money / 1_000.0).filter(|money| *money > 0.0);
                let less =
                    one.zip(per_thousand(own)).map(|(paid, own)| paid - own / 1_000.0).filter(|less| *less > 0.0);
                let month = prices.machine_hour.as_ref().map(|hour| hour.amount * MONTH);
                break_even.push(BreakEven {
                    trained: own.name.clone(),
                    paid: other.name.clone(),
                    answers: training(findings, own).zip(less).map(|(money, less)| money / less),
                    requests_per_month: month.zip(one).map(|(month, one)| month / one),
                });
            }
        }
        Self { bills: shown.iter().map(bill).collect(), break_even }
    }

    /// Whether there is nothing to tell.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bills.is_empty()
    }
}

/// Money for 1,000 answers: what is paid for them, and the time of the machine where it answers itself.
fn per_thousand(findings: &Findings, row: &Row) -> Option<f64> {
    let paid = MoneyPerThousand.of(&row.figures())?;
    // Who is paid for an answer brings the machine.
    let elsewhere = row.calls.as_ref().is_some_and(|calls| calls.money.is_some());
    if elsewhere {
        return Some(paid);
    }
    let hour = findings.study.prices.machine_hour.as_ref()?;
    let rows = &findings.analysis.screening.rows;
    let seconds = match &row.cascade {
        // The machine has the first of the two alone where the second is paid for.
        Some(cascade) if cascade.asked => rows
            .iter()
            .find(|other| other.name == cascade.pair.small)?
            .deployment
            .as_ref()
            .map(Deployment::mean_seconds),
        _ => row.deployment.as_ref().map(Deployment::mean_seconds),
    };
    Some(paid + 1_000.0 * seconds? / HOUR * hour.amount)
}

/// Money for one training; 0 of what is asked.
fn training(findings: &Findings, row: &Row) -> Option<f64> {
    let seconds = TrainingCost.of(&row.figures())?;
    if row.calls.is_some() { Some(0.0) } else { Some(findings.study.prices.of_cpu(seconds)?.amount) }
}
