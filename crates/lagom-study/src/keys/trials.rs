//! The keys of `[trials]`.

use toml::de::DeValue;

use super::key::{Declared, Is, Key, Told, keys};
use super::values::{Flag, Number, Own, Shape, Value, Values, Whole, wrong_type};
use crate::fault::Wrong;

const SHARE: Number = Number::from_to("a share", 0.05, 0.5, "0.2 is usual: a fifth of the rows");

keys! { "trials":
    REPEATS: Key<Whole<u32>, Is<u32>> = "repeats", Whole { least: 2, most: 100 }, Is(5, "`10` where cross-fitted"),
        "how often each candidate is trained, each time on another split from another start; better 3 or more";
    SEED: Key<Whole<u64>, Is<u64>> = "seed", Whole { least: 0, most: u64::MAX }, Is(1, ""), "the same number gives the same result";
    HOLDOUT: Key<Number, Is<f64>> = "holdout", SHARE, Is(0.2, ""),
        "the share of the rows that is kept for the verdict and that nothing learns from; setting it seals the same rows for all repeats, without cross-fitting";
    CROSS_FIT: Key<Flag> = "cross-fit", Flag, Told("`true` below 10,000 rows without `holdout`, `time` or `[[candidate]]`", "false"),
        "in place of a holdout each repeat keeps other rows for the verdict; it takes 4 repeats or more";
    VALIDATION: Key<Number, Is<f64>> = "validation", SHARE, Is(0.1, "up to `0.2` where that is fewer than 50 rows, `0.2` with `[[candidate]]`"),
        "the share of the other rows that each training is compared on";
    LABEL_COUNTS: Key<Own<Vec<u32>>> = "label-counts", Own { expected: "a list of different numbers of rows", shape: Shape::Plain, read: counts },
        Told("a thirty-second, an eighth, a quarter and half of the rows where several adaptations of pretrained weights are trained", "[100, 400, 1600]"),
        "on how many training rows one candidate of each adaptation is trained after the verdict, beside all of them, to see which adaptation pays at which number of labels; `[]`: on none";
    WORKERS: Key<Whole<u32>> = "workers", Whole { least: 1, most: 1024 }, Told("one a core", "2"), "how many trials run side by side";
    DEVICE_WORKERS: Key<Whole<u32>> = "device-workers", Whole { least: 1, most: 64 }, Told("`1`", "2"),
        "how many trainings share a graphics card at a time; those on other devices run beside them";
}

const COUNT: Whole<u32> = Whole { least: 8, most: 1_000_000_000 };

/// Numbers of rows, each once.
fn counts(value: &Value<'_>) -> Result<Vec<u32>, Wrong> {
    let DeValue::Array(list) = value.get_ref() else {
        let hint = "write a list such as [100, 400, 1600], or [] for none";
        return Err(wrong_type(value, LABEL_COUNTS.values.expected, hint));
    };
    let mut counts = Vec::new();
    for item in list {
        let count = COUNT.read(item).map_err(|wrong| wrong.at(item.span()))?;
        if counts.contains(&count) {
            return Err(Wrong::new(format!("found {count} twice"), "keep one of them").at(item.span()));
        }
        counts.push(count);
    }
    counts.sort_unstable();
    Ok(counts)
}
