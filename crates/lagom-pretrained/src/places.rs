//! Whether a place to compute in is there.

use crate::compute::{Compute, ComputeError, PROCESSOR, Place, Precision};

impl Compute {
    /// What the place is called, if it is there and computes in such numbers. Nothing is trained.
    ///
    /// # Errors
    ///
    /// If the program was built without it, there is no such device, it fails, or it does not compute in such numbers.
    pub fn check(&self) -> Result<String, ComputeError> {
        match (self.place, self.precision) {
            (Place::Processor, Precision::F32) => Ok(PROCESSOR.to_owned()),
            (Place::Processor, precision) => Err(ComputeError::Precision { precision, on: PROCESSOR.to_owned() }),
            #[cfg(feature = "device")]
            _ => crate::device::open(self).map(|opened| opened.name),
            #[cfg(not(feature = "device"))]
            (place, _) => Err(ComputeError::without(place)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_processor_computes_in_f32_alone() {
        assert!(Compute::default().check().is_ok());
        let halves = Compute { precision: Precision::Bf16, ..Compute::default() };
        let error = halves.check().unwrap_err();
        assert_eq!(error.to_string(), "it is to be trained in bf16, which a processor can't");
        assert!(error.hint().contains("f32"));
    }

    #[cfg(not(feature = "device"))]
    #[test]
    fn a_program_without_it_says_how_to_build_one() {
        let error = Compute { place: Place::Cuda(0), precision: Precision::Bf16 }.check().unwrap_err();
        assert_eq!(
            error.to_string(),
            "it is to be trained on `cuda`, and this lagom was built without the feature `cuda`"
        );
        assert!(error.hint().contains("cargo build --release --features cuda"), "{}", error.hint());
    }
}
