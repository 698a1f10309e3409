//! Named sets of limits, with the reason for each number.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::name::named;

use super::costs::{Amount, Bytes, Latency, Limits, Memory, Parameters};

/// A named set of limits: where the model is to live. The numbers and their reasons: [`Profile::limits`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    /// A microcontroller such as a Cortex-M4 at 100 MHz with 1 MB of flash and 256 kB of RAM.
    Mcu,
    /// A single-board computer of the Raspberry Pi class, from 1 GB of RAM.
    Edge,
    /// Inside an app on a telephone.
    Mobile,
    /// A program on somebody's computer, from 8 GB of RAM.
    Laptop,
    /// One of several parts of a service.
    Server,
    /// A service of its own, with as much machine as it needs.
    Cloud,
}

named! {
    Profile:
    Mcu = "mcu",
    Edge = "edge",
    Mobile = "mobile",
    Laptop = "laptop",
    Server = "server",
    Cloud = "cloud"
}

impl Profile {
    /// Where a model of this profile lives, in one line.
    #[must_use]
    pub fn summary(self) -> &'static str {
        match self {
            Profile::Mcu => "a microcontroller with about 1 MB of flash and 256 kB of RAM",
            Profile::Edge => "a single-board computer such as a Raspberry Pi",
            Profile::Mobile => "inside an app on a telephone",
            Profile::Laptop => "a program on somebody's computer",
            Profile::Server => "one of several parts of a service",
            Profile::Cloud => "a service of its own",
        }
    }

    /// The limits of the profile. Latency is measured on the machine that runs lagom, so where the
    /// device is slower the limit is the time allowed there divided by how much slower it is.
    ///
    /// | profile | limit | reason |
    /// |---|---|---|
    /// | mcu | 100k parameters | about a million cycles or 10 ms at some 10 cycles a multiply-add, 100 MHz |
    /// | | 512 kB | half of the flash; the program needs the rest |
    /// | | no memory, no latency | a process on a desktop says nothing about either; parameters and file bound them |
    /// | edge | 50 MB | sent as an update over a poor connection, many on one SD card |
    /// | | 128 MB of memory | an eighth of 1 GB, shared with the system and the program |
    /// | | 10 ms | five to ten times slower there: at most 100 ms, felt as immediate |
    /// | mobile | 30 MB | a modest part of an app; stores ask before loading more than 200 MB without Wi-Fi |
    /// | | 100 MB of memory | apps in the background are closed by their size |
    /// | | 8 ms | about twice as slow there: within one frame at 60 Hz, 16.7 ms |
    /// | laptop | 1 GB | a download people still accept |
    /// | | 2 GB of memory | a quarter of 8 GB |
    /// | | 100 ms | felt as immediate (Nielsen 1993, *Usability Engineering*, ch. 5) |
    /// | server | 4 GB | loads from disk within seconds, so that instances can come and go |
    /// | | 4 GB of memory | a common size of container |
    /// | | 50 ms | a quarter of a 200 ms answer |
    /// | cloud | 1 s | where people lose the thread (Nielsen 1993) |
    #[must_use]
    pub fn limits(self) -> Limits {
        const KB: u64 = 1_000;
        const MB: u64 = 1_000 * KB;
        const GB: u64 = 1_000 * MB;
        let time = |millis| Amount::Time(Duration::from_millis(millis));
        let limits = |bytes, memory, millis| {
            let limits = Limits::default().with(&Bytes, Amount::Bytes(bytes));
            limits.with(&Memory, Amount::Bytes(memory)).with(&Latency, time(millis))
        };
        match self {
            Profile::Mcu => {
                Limits::default().with(&Parameters, Amount::Count(100_000)).with(&Bytes, Amount::Bytes(512 * KB))
            }
            Profile::Edge => limits(50 * MB, 128 * MB, 10),
            Profile::Mobile => limits(30 * MB, 100 * MB, 8),
            Profile::Laptop => limits(GB, 2 * GB, 100),
            Profile::Server => limits(4 * GB, 4 * GB, 50),
            Profile::Cloud => Limits::default().with(&Latency, time(1_000)),
        }
    }
}

/// RAM of the microcontroller that [`Profile::Mcu`] stands for, of which a model may take half: the program needs the rest.
pub const MCU_RAM: u64 = 256_000;

/// How fast a place is that lagom does not run on: what the time of one prediction there is estimated by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Speed {
    /// Operations (additions, multiplications and comparisons) a second, from few to many.
    Operations {
        /// At least.
        low: f64,
        /// At most.
        high: f64,
    },
    /// So many times the time that a prediction takes on the machine that runs lagom.
    Times {
        /// At least.
        low: f64,
        /// At most.
        high: f64,
    },
}

impl Profile {
    /// How fast the place is, as a range; none of what can be of any size.
    ///
    /// | profile | range | reason |
    /// |---|---|---|
    /// | mcu | 4 to 28 million operations a second | a Cortex-M4 at 100 MHz takes 3 cycles for a multiply-add of floats and 2 for each of its two loads (Arm DDI 0439, *Cortex-M4 Technical Reference Manual*, section on the FPU): 2 operations in 7 cycles; without an FPU some 50 cycles |
    /// | edge | 4 to 12 times as long | the limit of this profile takes five to ten; one core of a Raspberry Pi of the last generations, with room |
    /// | mobile | 1.5 to 4 times as long | the limit takes about two; efficient cores are slower than fast ones |
    /// | laptop | 0.5 to 2 times as long | machines of some years differ by so much in one core |
    /// | server | 0.5 to 2 times as long | likewise |
    #[must_use]
    pub fn speed(self) -> Option<Speed> {
        match self {
            Profile::Mcu => Some(Speed::Operations { low: 4e6, high: 28e6 }),
            Profile::Edge => Some(Speed::Times { low: 4.0, high: 12.0 }),
            Profile::Mobile => Some(Speed::Times { low: 1.5, high: 4.0 }),
            Profile::Laptop | Profile::Server => Some(Speed::Times { low: 0.5, high: 2.0 }),
            Profile::Cloud => None,
        }
    }

    /// The time of one prediction at the place, in seconds, from short to long: from its operations, or from the median time here. None
    /// where what it is estimated from is not known.
    #[must_use]
    pub fn estimate(self, operations: Option<f64>, seconds_here: Option<f64>) -> Option<(f64, f64)> {
        match self.speed()? {
            Speed::Operations { low, high } => operations.map(|count| (count / high, count / low)),
            Speed::Times { low, high } => seconds_here.map(|seconds| (seconds * low, seconds * high)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_estimated_from_operations_or_from_the_time_here() {
        // 28,000 operations: a millisecond at 28 million a second, seven at 4 million. 2 ms here: 8 to 24 ms on a single-board computer.
        let (short, long) = Profile::Mcu.estimate(Some(28_000.0), Some(0.002)).unwrap();
        assert!((short - 0.001).abs() < 1e-12 && (long - 0.007).abs() < 1e-12);
        assert_eq!(Profile::Edge.estimate(None, Some(0.002)), Some((0.008, 0.024)));
        assert_eq!(
            (Profile::Mcu.estimate(None, Some(0.002)), Profile::Cloud.estimate(Some(1.0), Some(1.0))),
            (None, None)
        );
    }
}
