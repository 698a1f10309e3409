//! What answers cost: for 1,000 of them, for a month, and from which load on what is dearer to make and cheaper to run pays.
//!
//! A machine is taken to answer one row after the other, so that 1,000 answers take 1,000 times the mean wait of its price: more than a machine
//! with several cores would need. A month has 730 hours (8,760 hours of a year over 12). All amounts are in the study's one currency.

use serde::Serialize;

use crate::Findings;
use crate::gains::compared;
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
    /// The same for the requests of a month, with a machine that is paid for the time that it answers; none where nobody says how many there are.
    pub per_month: Option<f64>,
    /// The same with as many machines kept all month as the answers take one after the other, one at least: what whoever rents no machine by the
    /// second pays. Equal to `per_month` of what brings its own machine.
    pub per_month_kept: Option<f64>,
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
    /// Requests a month from which on a machine that is kept all month costs less than the answers of the paid one; none without a price, and where
    /// one machine can't give so many.
    pub requests_per_month: Option<f64>,
}

impl Bills {
    /// The bills of a study's choice and of what it is compared with, of cascades, and of all models that are paid for.
    #[must_use]
    pub fn of(findings: &Findings) -> Self {
        let prices = &findings.study.prices;
        let verdict = &findings.verdict;
        let rows = &findings.analysis.screening.rows;
        let compared = compared(findings);
        let finalist = |row: &Row| {
            [&verdict.choice, &verdict.reference].contains(&&Some(row.name.clone()))
                || compared.is_some_and(|(small, large)| [&small.name, &large.name].contains(&&row.name))
        };
        let paid = |row: &Row| row.calls.as_ref().is_some_and(|calls| calls.money.is_some()) && row.quality.is_some();
        let shown: Vec<&Row> = rows.iter().filter(|row| finalist(row) || paid(row) || row.cascade.is_some()).collect();
        if prices.machine_hour.is_none() {
            return Self::default();
        }
        let answers = |row: &Row| Answers::of(findings, row);
        let per_thousand = |row: &Row| answers(row).map(|found| found.per_thousand());
        let requests = prices.requests_per_month.map(|count| count as f64);
        let bill = |row: &&Row| Bill {
            candidate: row.name.clone(),
            per_thousand: per_thousand(row),
            per_month: per_thousand(row).zip(requests).map(|(money, count)| money * count / 1_000.0),
            per_month_kept: answers(row).zip(requests).map(|(found, count)| found.kept(count)),
            training: training(findings, row),
        };
        let mut break_even = Vec::new();
        for own in shown.iter().filter(|row| row.calls.is_none() && row.cascade.is_none()) {
            for other in shown.iter().filter(|row| paid(row)) {
                let one = per_thousand(other).map(|money| money / 1_000.0).filter(|money| *money > 0.0);
                let less =
                    one.zip(per_thousand(own)).map(|(paid, own)| paid - own / 1_000.0).filter(|less| *less > 0.0);
                let machine = answers(own).and_then(|found| found.machine);
                let enough = machine.zip(one).map(|(machine, one)| (machine.hour * MONTH / one, machine.most()));
                break_even.push(BreakEven {
                    trained: own.name.clone(),
                    paid: other.name.clone(),
                    answers: training(findings, own).zip(less).map(|(money, less)| money / less),
                    requests_per_month: enough
                        .filter(|(requests, most)| requests <= most)
                        .map(|(requests, _)| requests),
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

/// What answers of one candidate take.
struct Answers {
    /// What is paid for 1,000 of them.
    paid: f64,
    /// What the machine that gives them costs an hour, and how many seconds it takes for one; none of what brings its own machine.
    machine: Option<Rented>,
}

/// A machine at work.
struct Rented {
    hour: f64,
    seconds: f64,
}

impl Rented {
    /// Answers that one machine gives in a month, one after the other.
    fn most(&self) -> f64 {
        MONTH * HOUR / self.seconds
    }
}

impl Answers {
    /// None where the price of an answer or the time of the machine is not known.
    fn of(findings: &Findings, row: &Row) -> Option<Self> {
        let paid = MoneyPerThousand.of(&row.figures())?;
        // Who is paid for an answer brings the machine.
        let elsewhere = row.calls.as_ref().is_some_and(|calls| calls.money.is_some());
        if elsewhere {
            return Some(Self { paid, machine: None });
        }
        let hour = findings.study.prices.machine_hour.as_ref()?.amount;
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
        Some(Self { paid, machine: Some(Rented { hour, seconds: seconds? }) })
    }

    fn per_thousand(&self) -> f64 {
        self.paid + self.machine.as_ref().map_or(0.0, |machine| 1_000.0 * machine.seconds / HOUR * machine.hour)
    }

    /// Money for so many answers in a month, with machines that are kept all of it.
    fn kept(&self, requests: f64) -> f64 {
        let machines = |machine: &Rented| (requests / machine.most()).ceil().max(1.0);
        let kept = self.machine.as_ref().map_or(0.0, |machine| machines(machine) * MONTH * machine.hour);
        self.paid * requests / 1_000.0 + kept
    }
}

/// Money for one training; 0 of what is asked.
fn training(findings: &Findings, row: &Row) -> Option<f64> {
    let seconds = TrainingCost.of(&row.figures())?;
    if row.calls.is_some() { Some(0.0) } else { Some(findings.study.prices.of_cpu(seconds)?.amount) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_that_is_kept_costs_its_hours_and_more_than_one_is_kept_where_one_can_not_keep_up() {
        // 0.10 an hour and 36 ms an answer: 1,000 answers take 36 s, a hundredth of an hour.
        let answers = Answers { paid: 0.0, machine: Some(Rented { hour: 0.1, seconds: 0.036 }) };
        assert!((answers.per_thousand() - 0.001).abs() < 1e-12);
        // A month of 730 hours has room for 73 million of them; a hundred million need two machines: 2 · 730 · 0.10.
        assert!((answers.kept(1e6) - 73.0).abs() < 1e-9 && (answers.kept(1e8) - 146.0).abs() < 1e-9);
        // With 2 for 1,000 answers that another machine gives: 2,000 for a million, whatever is kept here.
        let paid = Answers { paid: 2.0, machine: None };
        assert!((paid.per_thousand() - 2.0).abs() < 1e-12 && (paid.kept(1e6) - 2_000.0).abs() < 1e-9);
    }
}
