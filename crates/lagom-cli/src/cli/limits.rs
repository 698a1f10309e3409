//! The options that set limits and the order of sizes: one for each cost there is.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::error::ErrorKind;
use clap::{Arg, ArgAction, ArgMatches, Command, FromArgMatches};
use lagom::study::costs::{Amount, COSTS, LimitChange, Unit, imported, limited, named};
use lagom::study::units::UnitError;
use lagom::study::{Cost, Limit, LimitError, Limits};

use super::keys::capitalised;

/// The limits that `lagom verdict` sets in place of those of the study.
#[derive(Debug)]
pub(crate) struct LimitOptions(pub(crate) Vec<LimitChange>);

/// The limits of `lagom compare`.
#[derive(Debug)]
pub(crate) struct ImportedLimits(pub(crate) Limits);

/// One of the costs by name, for `--smallest-by`.
pub(crate) fn cost() -> impl TypedValueParser<Value = &'static dyn Cost> {
    by_name(COSTS.to_vec())
}

/// One of those that results of other tools may tell.
pub(crate) fn imported_cost() -> impl TypedValueParser<Value = &'static dyn Cost> {
    by_name(imported())
}

fn by_name(costs: Vec<&'static dyn Cost>) -> impl TypedValueParser<Value = &'static dyn Cost> {
    PossibleValuesParser::new(costs.into_iter().map(|cost| cost.about().name))
        .try_map(|name| named(&name).ok_or("no such cost"))
}

/// What stands for the value in the help.
fn value_name(unit: Unit) -> &'static str {
    match unit {
        Unit::Count => "N",
        Unit::Bytes => "S",
        Unit::Time | Unit::CpuTime => "D",
        Unit::Money => "M",
        Unit::Number => "X",
    }
}

/// The option that sets any limit by its key.
const ANY: &str = "limit";

/// A limit by its key: `robustness=0.05`.
fn any_limit(text: &str) -> Result<LimitChange, String> {
    let keys: Vec<&str> = limited().map(|cost| cost.about().key).collect();
    let listed = format!("the limits are {}", keys.join(", "));
    let Some((key, amount)) = text.split_once('=') else {
        return Err(format!("expected a key and an amount, such as robustness=0.05\n  hint: {listed}"));
    };
    let key = key.trim();
    let Some(cost) = limited().find(|cost| cost.about().key == key) else {
        return Err(format!("there is no limit `{key}`\n  hint: {listed}"));
    };
    let limit = cost.about().unit.limit(amount).map_err(|error| told(&error))?;
    Ok(LimitChange { cost, limit })
}

impl clap::Args for LimitOptions {
    fn augment_args(command: Command) -> Command {
        let any = Arg::new(ANY).long(ANY).value_name("KEY=AMOUNT").value_parser(any_limit).action(ArgAction::Append);
        let keys: Vec<&str> = limited().map(|cost| cost.about().key).collect();
        let help = format!(
            "Any limit by its key under [good-enough], such as robustness=0.05; or KEY=none. Keys: {}",
            keys.join(", ")
        );
        limited().fold(command.arg(any.help(help)), |command, cost| {
            let about = cost.about();
            let limit = move |text: &str| about.unit.limit(text).map_err(|error| told(&error));
            // A count needs no quotes in a shell either.
            let example =
                if about.example.contains(' ') { format!("\"{}\"", about.example) } else { about.example.to_owned() };
            let help = format!("{}, such as {example}; or none", capitalised(about.limit));
            let option = Arg::new(about.option).long(about.option).value_name(value_name(about.unit));
            command.arg(option.value_parser(limit).help(help))
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for LimitOptions {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let given = |cost: &'static dyn Cost| {
            let limit = matches.get_one::<Limit>(cost.about().option)?.clone();
            Some(LimitChange { cost, limit })
        };
        let by_key = matches.get_many::<LimitChange>(ANY).into_iter().flatten().cloned();
        let mut changes: Vec<LimitChange> = limited().filter_map(given).collect();
        for change in by_key {
            if let Some(other) = changes.iter().find(|other| other.cost == change.cost) {
                let about = other.cost.about();
                let said = format!(
                    "the limit `{}` is given twice\n  hint: keep one of --{ANY} {}=… and --{}\n",
                    about.key, about.key, about.option
                );
                return Err(clap::Error::raw(ErrorKind::ArgumentConflict, said));
            }
            changes.push(change);
        }
        Ok(Self(changes))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl clap::Args for ImportedLimits {
    fn augment_args(command: Command) -> Command {
        COSTS.iter().fold(command, |command, cost| {
            let unit = cost.about().unit;
            let Some(imported) = cost.about().imported else { return command };
            let most = move |text: &str| if unit == Unit::Money { money(text) } else { read(unit, text) };
            let name = if unit == Unit::Money { "X" } else { value_name(unit) };
            let option = Arg::new(imported.option).long(imported.option).value_name(name);
            command.arg(option.value_parser(most).help(capitalised(imported.limit)))
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for ImportedLimits {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let given = |cost: &&'static dyn Cost| {
            let option = cost.about().imported?.option;
            Some((*cost, matches.get_one::<Amount>(option)?.clone()))
        };
        let limits = COSTS.iter().filter_map(given);
        Ok(Self(limits.fold(Limits::default(), |limits, (cost, most)| limits.with(cost, most))))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

fn read(unit: Unit, text: &str) -> Result<Amount, String> {
    unit.read(text).map_err(|error: UnitError| format!("{error}\n  hint: {}", error.hint()))
}

/// Money in whatever currency the files are in.
fn money(text: &str) -> Result<Amount, String> {
    let number = text.trim().parse::<f64>().ok().filter(|value| value.is_finite() && *value > 0.0);
    let amount = number.and_then(|number| Unit::Money.amount(number));
    amount.ok_or_else(|| "expected an amount above 0, such as 0.002".to_owned())
}

fn told(error: &LimitError) -> String {
    format!("{error}\n  hint: {}", error.hint())
}
