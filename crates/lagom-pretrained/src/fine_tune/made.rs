//! The machine that a training asks for.

use super::fault::TuneError;
use super::machine::Machine;
use super::processor::Processor;
use super::state::State;
use crate::compute::{Compute, Place};

/// The machine that a training asks for, with what it needs of the state in its memory.
pub(super) fn machine(compute: &Compute, state: &State) -> Result<Box<dyn Machine>, TuneError> {
    match compute.place {
        Place::Processor => {
            compute.check()?;
            Ok(Box::new(Processor::default()))
        }
        Place::Cuda(_) | Place::Wgpu(_) => on_device(compute, state),
    }
}

#[cfg(feature = "device")]
fn on_device(compute: &Compute, state: &State) -> Result<Box<dyn Machine>, TuneError> {
    let opened = crate::device::open(compute)?;
    Ok(Box::new(super::on_device::OnDevice::new(opened, state)?))
}

#[cfg(not(feature = "device"))]
fn on_device(compute: &Compute, _: &State) -> Result<Box<dyn Machine>, TuneError> {
    Err(crate::compute::ComputeError::without(compute.place).into())
}
