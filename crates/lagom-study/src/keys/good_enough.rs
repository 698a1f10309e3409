//! The keys of `[good-enough]`; those of limits follow from the costs.

use std::ops::Bound;

use super::key::{Declared, Is, Key, Told, keys};
use super::values::{Choice, Number, Text};
use crate::costs::{COSTS, Cost, Parameters};
use crate::profile::Profile;

const ABOVE_NOTHING: Number = Number {
    noun: "a margin",
    from: Bound::Excluded(0.0),
    to: Bound::Unbounded,
    hint: "the margin is the loss of quality nobody would notice, in units of the metric, such as 0.01",
};
const SURE: Number = Number {
    noun: "a number",
    from: Bound::Excluded(0.5),
    to: Bound::Excluded(1.0),
    hint: "0.95 is usual: one wrong verdict of \"good enough\" in twenty at most",
};
const ANY: Number = Number {
    noun: "a finite number",
    from: Bound::Unbounded,
    to: Bound::Unbounded,
    hint: "the bar is the quality a model must have, in units of the metric",
};

keys! { "good-enough":
    MARGIN: Key<Number> = "margin", ABOVE_NOTHING,
        Told("lagom's guess: `0.01` of shares, R² and bits per byte, one point of BLEU, chrF and TER, a hundredth of the target's deviation of RMSE and MAE", "0.01"),
        "the loss nobody would notice, in units of the metric";
    INCUMBENT: Key<Text> = "incumbent", Text("a candidate"), Told("the others are compared with the best measured", "\"hosted\""),
        "the candidate in use today, to ask whether you need it: a size of the ladder or a `[[candidate]]`";
    BAR: Key<Number> = "bar", ANY, Told("none", "0.9"),
        "in place of the margin: the quality that is enough in itself, in units of the metric";
    CONFIDENCE: Key<Number, Is<f64>> = "confidence", SURE, Is(0.95, ""), "how sure the verdict must be";
    SMALLEST_BY: Key<Choice<&'static dyn Cost>, Is<&'static dyn Cost>> = "smallest-by",
        Choice { all: COSTS, name: |cost| cost.about().name, told: Some(cheap) }, Is(&Parameters, ""), "what \"smallest\" means";
    PROFILE: Key<Choice<Profile>> = "profile", Choice { told: Some(places), ..Choice::of(&Profile::ALL, Profile::name) }, Told("none", "\"edge\""),
        "the limits of the place it must run in";
}

/// What smallest may mean: each cost with what it is to have little of.
fn cheap() -> String {
    let one = |cost: &&dyn Cost| format!("`{}` ({})", cost.about().name, cost.about().cheap);
    COSTS.iter().map(one).collect::<Vec<String>>().join(", ")
}

/// The profiles, each with where a model of it lives.
fn places() -> String {
    let one = |profile: Profile| format!("`{}` ({})", profile.name(), profile.summary());
    Profile::ALL.map(one).join(", ")
}
