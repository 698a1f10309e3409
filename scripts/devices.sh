#!/usr/bin/env bash
# For a scheduled job: builds lagom for graphics cards, and holds trainings there to those on the processor.
#
#   scripts/devices.sh          both features are built; wgpu is tested on a software driver of Vulkan (as root, Debian)
#   scripts/devices.sh cuda     the same on a machine with an NVIDIA card, whose tests are run as well
#
# CUDA is looked for at run time, so that a machine without it can build the feature; the build script of the tensor library fetches a
# compiled LLVM from GitHub for it. Where LAGOM_TEST_WEIGHTS names a folder with
# `minilm-l6` in it, that is trained too.
set -euo pipefail
cd "$(dirname "$0")/.."

# By name, and run there alone: other tests must not hang on a device.
tests() {
  local left=()
  [ -n "${LAGOM_TEST_WEIGHTS:-}" ] || left=(--skip minilm)
  cargo test --release --locked --features "$1" --lib "device_$1" -- --ignored --nocapture "${left[@]}"
  cargo test --release --locked --features "$1" --test it "device_$1" -- --ignored --nocapture
}

cargo check --release --locked --features cuda,wgpu --all-targets

if ! ls /usr/share/vulkan/icd.d/*.json >/dev/null 2>&1; then
  apt-get update -qq
  apt-get install -y -qq mesa-vulkan-drivers
fi
tests wgpu

if [ "${1:-}" = cuda ]; then
  tests cuda
fi
