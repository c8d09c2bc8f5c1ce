// Deformable attention as an operator with a first derivative of its own, and as a composition of libtorch's operators,
// which can be differentiated any number of times.
#include "DeformableAttention.hpp"

#include <torch/csrc/autograd/custom_function.h>

#include "Guard.hpp"

using namespace ctorch;
using namespace ctorch::deformable;

namespace {

Sizes checkedSizes(const Inputs &inputs, const int64_t *extents, int32_t levelCount) {
  Sizes sizes{};
  int64_t cells = 0;
  for (int32_t level = 0; level < levelCount; ++level) {
    sizes.levels.push_back({extents[2 * level], extents[2 * level + 1], cells});
    cells += extents[2 * level] * extents[2 * level + 1];
  }
  const at::Tensor &value = inputs.value, &references = inputs.references, &scores = inputs.scores;
  TORCH_CHECK(value.dim() == 4 && value.size(1) == cells, "values of shape ", value.sizes(), " for ", cells, " cells");
  TORCH_CHECK(levelCount > 0 && scores.dim() == 4 && scores.size(0) == value.size(0) &&
                  scores.size(2) == value.size(2) && scores.size(3) > 0 && scores.size(3) % levelCount == 0 &&
                  scores.size(3) <= maximumPoints,
              "scores of shape ", scores.sizes(), " for values of shape ", value.sizes(), " and ", levelCount, " levels");
  TORCH_CHECK(inputs.offsets.numel() == 2 * scores.numel(), "offsets of shape ", inputs.offsets.sizes(),
              " for scores of shape ", scores.sizes());
  TORCH_CHECK(references.dim() == 4 && (references.size(0) == 1 || references.size(0) == value.size(0)) &&
                  references.size(1) == scores.size(1) && references.size(2) == levelCount &&
                  (references.size(3) == 2 || references.size(3) == 4),
              "references of shape ", references.sizes(), " for scores of shape ", scores.sizes());
  TORCH_CHECK(value.size(1) * value.size(2) * value.size(3) <= std::numeric_limits<int32_t>::max(),
              "values of shape ", value.sizes(), " are too many for one image");
  sizes.images = value.size(0);
  sizes.cells = cells;
  sizes.heads = value.size(2);
  sizes.channels = value.size(3);
  sizes.queries = scores.size(1);
  sizes.points = scores.size(3) / levelCount;
  sizes.referenceImages = references.size(0);
  sizes.referenceWidth = references.size(3);
  return sizes;
}

struct FusedAttention : torch::autograd::Function<FusedAttention> {
  static at::Tensor forward(torch::autograd::AutogradContext *context, const at::Tensor &value,
                            const at::Tensor &references, const at::Tensor &offsets, const at::Tensor &scores,
                            std::vector<int64_t> extents) {
    const Inputs inputs{value.contiguous(), references.contiguous(), offsets.contiguous(), scores.contiguous()};
    const Sizes sizes = checkedSizes(inputs, extents.data(), static_cast<int32_t>(extents.size() / 2));
    context->save_for_backward({inputs.value, references, inputs.offsets, inputs.scores});
    context->saved_data["extents"] = std::move(extents);
    return deformable::forward(sizes, inputs);
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext *context,
                                                 const torch::autograd::variable_list &upstream) {
    TORCH_CHECK(!at::GradMode::is_enabled(),
                "fused deformable attention has no second derivative; its composition has one");
    const auto saved = context->get_saved_variables();
    at::Tensor references = saved[1].contiguous();
    const bool wantsReferences = context->needs_input_grad(1);
    const Inputs inputs{saved[0], references, saved[2], saved[3]};
    const auto extents = context->saved_data["extents"].toIntVector();
    const Sizes sizes = checkedSizes(inputs, extents.data(), static_cast<int32_t>(extents.size() / 2));
    auto gradients = deformable::backward(sizes, inputs, upstream[0], wantsReferences);
    return {gradients[0], gradients[1], gradients[2], gradients[3], at::Tensor()};
  }
};

// Bilinear samples of each level by grid_sample, then their weighted sum.
at::Tensor composition(const Sizes &sizes, const Inputs &inputs) {
  const auto levelCount = static_cast<int64_t>(sizes.levels.size());
  const int64_t B = sizes.images, Q = sizes.queries, M = sizes.heads, K = sizes.points;
  const at::Tensor weights = inputs.scores.softmax(-1).reshape({B, Q, M, levelCount, K});
  const at::Tensor offsets = inputs.offsets.reshape({B, Q, M, levelCount, K, 2});
  at::Tensor result;
  for (int64_t level = 0; level < levelCount; ++level) {
    const auto [height, width, start] = sizes.levels[level];
    const at::Tensor reference = inputs.references.select(2, level).reshape({-1, Q, 1, 1, sizes.referenceWidth});
    const at::Tensor center = reference.narrow(-1, 0, 2);
    at::Tensor moved = offsets.select(3, level);  // [image, query, head, point, 2]
    if (sizes.referenceWidth == 2) {
      moved = moved / at::tensor({width, height}, moved.options());
    } else {
      moved = moved * reference.narrow(-1, 2, 2) * (0.5 / static_cast<double>(K));
    }
    const at::Tensor locations = (center + moved) * 2 - 1;
    const at::Tensor map = inputs.value.narrow(1, start, height * width)
                               .permute({0, 2, 3, 1})
                               .reshape({B * M, sizes.channels, height, width});
    const at::Tensor samples =
        at::grid_sampler(map, locations.transpose(1, 2).reshape({B * M, Q, K, 2}), /*interpolation_mode=*/0,
                         /*padding_mode=*/0, /*align_corners=*/false);  // [image · head, channel, query, point]
    const at::Tensor share = weights.select(3, level).transpose(1, 2).reshape({B * M, 1, Q, K});
    const at::Tensor part = (samples * share).sum(-1);
    result = result.defined() ? result + part : part;
  }
  return result.reshape({B, M * sizes.channels, Q}).transpose(1, 2).contiguous();
}

}  // namespace

ct_status ct_deformable_attention(ct_tensor value, ct_tensor references, ct_tensor offsets, ct_tensor scores, const int64_t *extents, int32_t level_count, bool fused, ct_tensor *out) {
  return produce(out, [&] {
    const Inputs inputs{get(value), get(references), get(offsets), get(scores)};
    // On other devices libtorch's operators serve.
    if (!fused || !inputs.value.is_cpu()) return composition(checkedSizes(inputs, extents, level_count), inputs);
    return FusedAttention::apply(inputs.value, inputs.references, inputs.offsets, inputs.scores,
                                 std::vector<int64_t>(extents, extents + 2 * level_count));
  });
}
