//! Where weights are trained, as `lagom-pretrained` has it.

use lagom_pretrained::{Compute as Computed, ComputeError, Place, Precision as Numbers};

use super::fault::WeightsFault;
use crate::study::{Compute, Device, Precision};

/// The same for the crate of weights; none is the processor in f32.
pub(super) fn computed(compute: Option<Compute>) -> Computed {
    let Some(Compute { device, precision }) = compute else { return Computed::default() };
    Computed {
        place: match device {
            Device::Cpu => Place::Processor,
            Device::Cuda(number) => Place::Cuda(number),
            Device::Wgpu(number) => Place::Wgpu(number),
        },
        precision: match precision {
            Precision::F32 => Numbers::F32,
            Precision::Bf16 => Numbers::Bf16,
        },
    }
}

/// What a device is called by its driver, if it is there and computes in such numbers. Nothing is trained.
///
/// # Errors
/// This program was built without it, there is none, it fails, or it does not compute in such numbers.
pub fn look_for(compute: Compute) -> Result<String, WeightsFault> {
    computed(Some(compute))
        .check()
        .map_err(|error: ComputeError| WeightsFault { message: error.to_string(), hint: error.hint() })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Both crates write the same, since one is in content addresses and the other in messages.
    #[test]
    fn a_device_is_the_same_on_both_sides() {
        for device in [Device::Cpu, Device::Cuda(0), Device::Cuda(3), Device::Wgpu(0), Device::Wgpu(1)] {
            for precision in Precision::ALL {
                let compute = Compute { device, precision };
                assert_eq!(computed(Some(compute)).to_string(), compute.to_string());
            }
        }
        assert_eq!(computed(None), Computed::default());
    }
}
