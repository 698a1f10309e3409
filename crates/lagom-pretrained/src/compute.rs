//! Where a training computes, and in which numbers.

use std::fmt;

/// Where a training computes, and in which numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Compute {
    /// Where.
    pub place: Place,
    /// In which numbers.
    pub precision: Precision,
}

/// Where a training computes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Place {
    /// The processor, by loops of our own.
    #[default]
    Processor,
    /// The graphics card of that number, from 0, by CUDA (feature `cuda`).
    Cuda(u32),
    /// The device of that number, from 0, by Vulkan, Metal or DirectX (feature `wgpu`).
    Wgpu(u32),
}

/// In which numbers a training computes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Precision {
    /// All in f32; tensor cores of a graphics card may round the factors of products to TF32 (10 bits behind the point).
    #[default]
    F32,
    /// Factors of products of matrices in bf16; weights, their moments, sums of norms, softmax and losses stay f32.
    Bf16,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Processor => f.write_str("cpu"),
            Self::Cuda(0) => f.write_str("cuda"),
            Self::Wgpu(0) => f.write_str("wgpu"),
            Self::Cuda(at) => write!(f, "cuda:{at}"),
            Self::Wgpu(at) => write!(f, "wgpu:{at}"),
        }
    }
}

impl fmt::Display for Precision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::F32 => "f32",
            Self::Bf16 => "bf16",
        })
    }
}

impl fmt::Display for Compute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in {}", self.place, self.precision)
    }
}

impl Place {
    /// The feature that it needs; none of the processor.
    #[must_use]
    pub fn feature(self) -> Option<&'static str> {
        match self {
            Self::Processor => None,
            Self::Cuda(_) => Some("cuda"),
            Self::Wgpu(_) => Some("wgpu"),
        }
    }

    /// Its number among those of its kind.
    #[cfg(feature = "device")]
    pub(crate) fn number(self) -> usize {
        match self {
            Self::Processor => 0,
            Self::Cuda(at) | Self::Wgpu(at) => at as usize,
        }
    }
}

/// Why nothing can be computed there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ComputeError {
    /// The program was built without it.
    #[error("it is to be trained on `{place}`, and this lagom was built without the feature `{feature}`")]
    Without {
        /// What was asked for.
        place: Place,
        /// The feature.
        feature: &'static str,
    },
    /// There is no such device.
    #[error("it is to be trained on `{place}`, and this machine has {found}")]
    Missing {
        /// What was asked for.
        place: Place,
        /// What there is, in words: `no device that CUDA can use`.
        found: String,
    },
    /// It computes in other numbers alone.
    #[error("it is to be trained in {precision}, which {on} can't")]
    Precision {
        /// What was asked for.
        precision: Precision,
        /// Where: `a processor`, or the name of a device.
        on: String,
    },
    /// It is there and fails.
    #[error("the device `{place}` failed: {detail}")]
    Failed {
        /// What was asked for.
        place: Place,
        /// What its driver says.
        detail: String,
    },
}

impl ComputeError {
    /// That the program was built without a place.
    #[cfg_attr(feature = "device", allow(dead_code, reason = "said where one of two features is missing"))]
    pub(crate) fn without(place: Place) -> Self {
        Self::Without { place, feature: place.feature().unwrap_or("device") }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Without { feature, .. } => format!(
                "build it with `cargo build --release --features {feature}`, or leave `device` out: a processor trains the same"
            ),
            Self::Missing { place, .. } => {
                let driver = match place {
                    Place::Cuda(_) => "`nvidia-smi` lists what the driver sees",
                    _ => "`vulkaninfo --summary` lists what the driver sees",
                };
                format!("{driver}; or write device = \"cpu\"")
            }
            Self::Precision { on, .. } if on == PROCESSOR => {
                "write precision = \"f32\", or name a graphics card: device = \"cuda\"".to_owned()
            }
            Self::Precision { .. } => "write precision = \"f32\"".to_owned(),
            Self::Failed { .. } => "write device = \"cpu\", or look after the driver".to_owned(),
        }
    }
}

/// What a processor is called.
pub(crate) const PROCESSOR: &str = "a processor";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_told_as_they_are_written() {
        let told = |place, precision| Compute { place, precision }.to_string();
        assert_eq!(told(Place::Cuda(1), Precision::Bf16), "cuda:1 in bf16");
        assert_eq!(told(Place::Wgpu(0), Precision::F32), "wgpu in f32");
        assert_eq!(Compute::default().to_string(), "cpu in f32");
    }
}
