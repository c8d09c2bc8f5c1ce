// How layers take part in the recording of per-image gradients.
#pragma once

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <memory>
#include <vector>

namespace ctorch {

// One use of a weight, and what is needed for its gradient.
struct Use {
  at::Tensor input;
  bool isConvolution = false;
  int64_t stride = 1, padding = 0, dilation = 1;
  c10::optional<at::Tensor> scale;
  // The gradient at the output, one per backward pass; undefined where none arrived.
  std::vector<at::Tensor> outputGradients;
};

inline Use linearUse(const at::Tensor &input) {
  Use use;
  use.input = input;
  return use;
}

struct Tape {
  std::vector<at::Tensor> weights;
  std::vector<std::vector<Use>> uses;
  int64_t imageCount = 0;
  size_t passes = 0;

  // The place of a weight among those recorded, or -1.
  int64_t place(const at::Tensor &weight) const;
  // The input of a use, for every image if it was given once.
  at::Tensor repeated(const Use &use) const;
  // Keeps a use and watches for the gradient at its output.
  static void watch(const std::shared_ptr<Tape> &tape, int64_t place, Use use, at::Tensor &output);
};

extern thread_local std::shared_ptr<Tape> recordingTape;

// `apply` on the weight and the input; on a detached weight, with its use recorded, while a tape records this weight. An
// input that all images share is then repeated, since each image has a gradient of its own.
template <typename Apply>
at::Tensor recorded(const at::Tensor &weight, Use use, Apply &&apply) {
  const auto tape = recordingTape;
  const int64_t place = tape && at::GradMode::is_enabled() ? tape->place(weight) : -1;
  if (place < 0) return apply(weight, use.input);
  use.input = tape->repeated(use);
  at::Tensor output = apply(weight.detach(), use.input);
  Tape::watch(tape, place, std::move(use), output);
  return output;
}

}  // namespace ctorch
