//! A device that is there, and numbers on their way to it and back.

use burn_tensor::{DType, Device, Tensor, TensorData};

use crate::compute::{Compute, ComputeError, Precision};
use crate::error::WeightsError;

/// A device that is there.
#[derive(Debug, Clone)]
pub(crate) struct Opened {
    /// What was asked for.
    pub(crate) compute: Compute,
    /// As its driver calls it.
    #[cfg_attr(not(feature = "device"), allow(dead_code, reason = "told where devices are looked for"))]
    pub(crate) name: String,
    /// Without gradients.
    pub(crate) device: Device,
}

impl Opened {
    /// Does something on the device; what its driver or the library gives up on becomes an error.
    pub(crate) fn guarded<R>(&self, work: impl FnOnce() -> Result<R, WeightsError>) -> Result<R, WeightsError> {
        let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
        done.unwrap_or_else(|panic| Err(WeightsError::Compute(self.failed(told(panic.as_ref())))))
    }

    /// That the device failed.
    pub(crate) fn failed(&self, detail: String) -> ComputeError {
        ComputeError::Failed { place: self.compute.place, detail }
    }

    pub(crate) fn precision(&self) -> Precision {
        self.compute.precision
    }
}

/// What a panic said.
pub(super) fn told(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "it gave up".to_owned())
}

/// Row-major numbers on a device.
pub(crate) fn tensor<const D: usize>(values: Vec<f32>, shape: [usize; D], device: &Device) -> Tensor<D> {
    Tensor::from_data(TensorData::new(values, shape), (device, DType::F32))
}

/// The numbers of a tensor on the host, row-major.
pub(crate) fn numbers<const D: usize>(tensor: Tensor<D>) -> Result<Vec<f32>, WeightsError> {
    tensor.try_into_vec_as::<f32>().map_err(|error| WeightsError::Product(error.to_string()))
}
