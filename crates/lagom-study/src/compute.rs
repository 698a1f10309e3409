//! Where weights are trained, and in which numbers.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::named::Precision;

/// Where weights are trained, and in which numbers. Part of a trial's content address wherever it is not the processor in f32.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Compute {
    /// Where.
    pub device: Device,
    /// In which numbers.
    pub precision: Precision,
}

/// Where weights are trained. Written as `"cpu"`, `"cuda"`, `"wgpu"`, and the second one of a kind as `"cuda:1"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Device {
    /// The processor.
    Cpu,
    /// The graphics card of that number, from 0, by CUDA.
    Cuda(u32),
    /// The device of that number, from 0, by Vulkan, Metal or DirectX.
    Wgpu(u32),
}

/// More devices than any machine has.
const MOST: u32 = 1_023;

impl Device {
    /// What may be written, in words.
    pub(crate) const EXPECTED: &'static str = "\"cpu\", \"cuda\" or \"wgpu\", or one of several, such as \"cuda:1\"";

    /// The device that is written so.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text == "cpu" {
            return Some(Self::Cpu);
        }
        let (kind, number) = match text.split_once(':') {
            None => (text, 0),
            // One form for each device, since it is part of content addresses.
            Some((kind, digits)) => {
                let number = digits.parse().ok().filter(|number: &u32| *number <= MOST && number.to_string() == digits);
                (kind, number?)
            }
        };
        match kind {
            "cuda" => Some(Self::Cuda(number)),
            "wgpu" => Some(Self::Wgpu(number)),
            _ => None,
        }
    }
}

impl fmt::Display for Device {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cpu => to.write_str("cpu"),
            Self::Cuda(0) => to.write_str("cuda"),
            Self::Wgpu(0) => to.write_str("wgpu"),
            Self::Cuda(number) => write!(to, "cuda:{number}"),
            Self::Wgpu(number) => write!(to, "wgpu:{number}"),
        }
    }
}

impl fmt::Display for Compute {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{} in {}", self.device, self.precision.name())
    }
}

impl TryFrom<String> for Device {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text).ok_or_else(|| format!("found `{text}`, expected {}", Self::EXPECTED))
    }
}

impl From<Device> for String {
    fn from(device: Device) -> Self {
        device.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_has_one_form() {
        for (text, device) in [
            ("cpu", Device::Cpu),
            ("cuda", Device::Cuda(0)),
            ("cuda:1", Device::Cuda(1)),
            ("wgpu", Device::Wgpu(0)),
            ("wgpu:12", Device::Wgpu(12)),
        ] {
            assert_eq!((Device::parse(text), device.to_string()), (Some(device), text.to_owned()));
            assert_eq!(serde_json::to_string(&device).unwrap(), format!("\"{text}\""));
        }
        assert_eq!(Device::parse("cuda:0"), Some(Device::Cuda(0)));
        for wrong in ["", "gpu", "cuda:", "cuda:x", "cuda:-1", "cuda:01", "cuda:+1", "cpu:0", "CUDA", "wgpu:9999"] {
            assert_eq!(Device::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn it_is_told_with_its_precision() {
        let compute = Compute { device: Device::Cuda(1), precision: Precision::Bf16 };
        assert_eq!(compute.to_string(), "cuda:1 in bf16");
        assert_eq!(serde_json::to_string(&compute).unwrap(), r#"{"device":"cuda:1","precision":"bf16"}"#);
    }
}
