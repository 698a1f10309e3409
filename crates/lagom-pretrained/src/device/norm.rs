//! Normalisation of the last dimension.

use burn_tensor::Tensor;

/// `gain · (x - mean) / sqrt(variance + ε) + shift` of each row.
pub(super) fn layer_norm(x: Tensor<2>, gain: Tensor<2>, shift: Tensor<2>, epsilon: f32) -> Tensor<2> {
    let centred = x.clone() - x.mean_dim(1);
    let spread = (centred.clone() * centred.clone()).mean_dim(1).add_scalar(epsilon).sqrt();
    centred / spread * gain + shift
}

/// `gain · x / sqrt(mean(x²) + ε)` of each row.
pub(super) fn rms_norm<const D: usize>(x: Tensor<D>, gain: Tensor<D>, epsilon: f32) -> Tensor<D> {
    let spread = (x.clone() * x.clone()).mean_dim(D - 1).add_scalar(epsilon).sqrt();
    x / spread * gain
}
