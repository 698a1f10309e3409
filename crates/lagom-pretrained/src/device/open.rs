//! Which devices this machine has.

use burn_tensor::{Device, DeviceType, FloatDType, Tensor};

use super::opened::{Opened, numbers, told};
use crate::compute::{Compute, ComputeError, Place, Precision};

/// Looks for a device, and has it multiply two small matrices.
///
/// # Errors
///
/// If the program was built without it, there is none, it fails, or it does not compute in such numbers.
pub(crate) fn open(compute: &Compute) -> Result<Opened, ComputeError> {
    let place = compute.place;
    let kind = kind(place)?;
    let caught = |panic: Box<dyn std::any::Any + Send>| ComputeError::Failed { place, detail: told(panic.as_ref()) };
    let all: Vec<Device> =
        std::panic::catch_unwind(|| Device::enumerate(kind).into_iter().collect()).map_err(caught)?;
    let names = || all.iter().map(name).collect::<Vec<_>>().join(", ");
    let Some(device) = all.get(place.number()).cloned() else {
        let found = match all.len() {
            0 => format!("no device that {} can use", driver(place)),
            1 => format!("one device that {} can use: {}", driver(place), names()),
            count => format!("{count} devices that {} can use, counted from 0: {}", driver(place), names()),
        };
        return Err(ComputeError::Missing { place, found });
    };
    let opened = Opened { compute: *compute, name: name(&device), device };
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| tried(&opened))).map_err(caught)??;
    Ok(opened)
}

/// As the driver calls it.
#[cfg(any(feature = "cuda", feature = "wgpu"))]
fn name(device: &Device) -> String {
    device.identity().map_or_else(|| "a device without a name".to_owned(), |identity| identity.name)
}

/// There is none where the program was built for no kind.
#[cfg(not(any(feature = "cuda", feature = "wgpu")))]
fn name(_: &Device) -> String {
    String::new()
}

/// What stands between the program and such a device.
fn driver(place: Place) -> &'static str {
    match place {
        Place::Cuda(_) => "CUDA",
        _ => "Vulkan, Metal or DirectX",
    }
}

fn kind(place: Place) -> Result<DeviceType, ComputeError> {
    match place {
        #[cfg(feature = "cuda")]
        Place::Cuda(_) => Ok(DeviceType::Cuda),
        #[cfg(feature = "wgpu")]
        Place::Wgpu(_) => Ok(DeviceType::Wgpu),
        #[allow(unreachable_patterns, reason = "with both features only the processor is left")]
        other => Err(ComputeError::without(other)),
    }
}

/// Whether it computes, in such numbers.
fn tried(opened: &Opened) -> Result<(), ComputeError> {
    let (device, precision) = (&opened.device, opened.precision());
    if precision == Precision::Bf16 && !device.supports_dtype(FloatDType::BF16) {
        return Err(ComputeError::Precision { precision, on: format!("the device `{}`", opened.name) });
    }
    // [[1, 2], [3, 4]] times itself: all of it is known in either precision.
    let matrix: Tensor<2> = super::tensor(vec![1.0, 2.0, 3.0, 4.0], [2, 2], device);
    let matrix = if precision == Precision::Bf16 { matrix.cast(FloatDType::BF16) } else { matrix };
    let found = numbers(matrix.clone().matmul(matrix)).map_err(|error| opened.failed(error.to_string()))?;
    if found == [7.0, 10.0, 15.0, 22.0] {
        return Ok(());
    }
    Err(opened.failed(format!("of [[1, 2], [3, 4]] times itself it makes {found:?}, expected [7, 10, 15, 22]")))
}
