//! What a hidden layer does to its numbers.

use burn_tensor::{Tensor, activation};

use crate::shape::Activation;

/// √(2/π).
const TANH_SCALE: f32 = 0.797_884_6;

/// `f(x)`.
pub(super) fn activate(of: Activation, x: Tensor<2>) -> Tensor<2> {
    match of {
        Activation::Gelu => {
            let below = x.clone().mul_scalar(std::f32::consts::FRAC_1_SQRT_2).erf();
            x * below.add_scalar(1.0).mul_scalar(0.5)
        }
        Activation::GeluTanh => {
            let cubed = x.clone() * x.clone() * x.clone();
            let inner = (x.clone() + cubed.mul_scalar(0.044_715)).mul_scalar(TANH_SCALE);
            x * inner.tanh().add_scalar(1.0).mul_scalar(0.5)
        }
        Activation::Relu => activation::relu(x),
        Activation::Silu => x.clone() * activation::sigmoid(x),
    }
}
