// Linear layers: forward and backward as one node of the graph each.
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>

#include "Guard.hpp"
#include "MatrixKernel.hpp"
#include "PerImage.hpp"

using namespace ctorch;

namespace {

constexpr int64_t lanes = 16;

// Rows of a product, on as many threads as are worth their while.
void run(const MatrixProduct &product, int64_t rowCount) {
  const int64_t rowsPerTile = 6;
  const int64_t grain = 1 + 2'000'000 / (1 + rowsPerTile * product.columns * product.depth);
  at::parallel_for(0, (rowCount + rowsPerTile - 1) / rowsPerTile, grain, [&](int64_t from, int64_t to) {
    product.rows(from * rowsPerTile, std::min(to * rowsPerTile, rowCount));
  });
}

struct FusedLinear : torch::autograd::Function<FusedLinear> {
  static at::Tensor forward(torch::autograd::AutogradContext *context, const at::Tensor &input, const at::Tensor &weight,
                            const c10::optional<at::Tensor> &bias) {
    const int64_t outputs = weight.size(0), inputs = weight.size(1), rows = input.numel() / inputs;
    const at::Tensor flat = input.contiguous();
    const int64_t padded = (outputs + lanes - 1) / lanes * lanes;
    const at::Tensor columns = at::empty({inputs, padded}, weight.options());
    transposePadded(weight.const_data_ptr<float>(), outputs, inputs, padded, columns.mutable_data_ptr<float>());
    std::vector<int64_t> shape = input.sizes().vec();
    shape.back() = outputs;
    const at::Tensor output = at::empty(shape, input.options().memory_format(at::MemoryFormat::Contiguous));
    const float *start = bias ? bias->const_data_ptr<float>() : nullptr;
    run({flat.const_data_ptr<float>(), inputs, 1, columns.const_data_ptr<float>(), padded, start,
         output.mutable_data_ptr<float>(), outputs, outputs, inputs},
        rows);
    // What is saved is what came in, so that second derivatives find its graph.
    context->save_for_backward({input, weight});
    context->saved_data["hasBias"] = bias.has_value();
    return output;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext *context,
                                                 const torch::autograd::variable_list &upstreams) {
    const auto saved = context->get_saved_variables();
    const at::Tensor &input = saved[0], &weight = saved[1];
    const int64_t outputs = weight.size(0), inputs = weight.size(1), rows = input.numel() / inputs;
    const bool wantsInput = context->needs_input_grad(0), wantsWeight = context->needs_input_grad(1);
    const bool wantsBias = context->saved_data["hasBias"].toBool() && context->needs_input_grad(2);
    at::Tensor inputGradient, weightGradient, biasGradient;
    if (wantsBias) biasGradient = upstreams[0].reshape({rows, outputs}).sum(0);
    if (at::GradMode::is_enabled()) {
      if (wantsInput) inputGradient = at::matmul(upstreams[0], weight);
      if (wantsWeight) weightGradient = at::mm(upstreams[0].reshape({rows, outputs}).t(), input.reshape({rows, inputs}));
      return {inputGradient, weightGradient, biasGradient};
    }
    const at::Tensor upstream = upstreams[0].contiguous();
    const float *seed = upstream.const_data_ptr<float>();
    if (wantsInput) {
      inputGradient = at::empty(input.sizes(), input.options().memory_format(at::MemoryFormat::Contiguous));
      run({seed, outputs, 1, weight.const_data_ptr<float>(), inputs, nullptr, inputGradient.mutable_data_ptr<float>(), inputs,
           inputs, outputs},
          rows);
    }
    if (wantsWeight) {
      const at::Tensor flat = input.contiguous();
      weightGradient = at::empty_like(weight);
      run({seed, 1, outputs, flat.const_data_ptr<float>(), inputs, nullptr, weightGradient.mutable_data_ptr<float>(), inputs,
           inputs, rows},
          outputs);
    }
    return {inputGradient, weightGradient, biasGradient};
  }
};

bool isPlain(const at::Tensor &tensor) { return tensor.is_cpu() && tensor.scalar_type() == at::kFloat; }

}  // namespace

ct_status ct_linear(ct_tensor input, ct_tensor weight, ct_tensor bias, ct_tensor *out) {
  return produce(out, [&] {
    const auto b = getOptional(bias);
    return recorded(get(weight), linearUse(get(input)), [&](const at::Tensor &w, const at::Tensor &x) {
      // Passes without gradients and per-image gradients keep to libtorch's operators, whose last digits the paper has.
      const bool isTraining = at::GradMode::is_enabled() && !recordingTape && (x.requires_grad() || w.requires_grad());
      const bool fits = isPlain(x) && isPlain(w) && (!b || isPlain(*b)) && w.dim() == 2 && w.is_contiguous() &&
                        w.size(1) % lanes == 0 && x.dim() > 0 && x.size(-1) == w.size(1) && x.numel() > 0;
      if (!isTraining || !fits || !hasMatrixKernel()) return at::linear(x, w, b);
      return FusedLinear::apply(x, w, b);
    });
  });
}
