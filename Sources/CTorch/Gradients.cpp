// Automatic differentiation and the updates that happen outside of it.
#include "Guard.hpp"

#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/autograd.h>

using namespace ctorch;

bool ct_exchange_gradient_mode(bool enabled) {
  const bool before = at::GradMode::is_enabled();
  at::GradMode::set_enabled(enabled);
  return before;
}

ct_status ct_set_requires_gradient(ct_tensor tensor, bool enabled) {
  return guarded([&] { get(tensor).set_requires_grad(enabled); });
}

bool ct_requires_gradient(ct_tensor tensor) { return get(tensor).requires_grad(); }

ct_status ct_backward(ct_tensor loss) {
  return guarded([&] { get(loss).backward(); });
}

ct_status ct_gradient(ct_tensor tensor, ct_tensor *out) {
  return guarded([&] {
    const at::Tensor gradient = get(tensor).grad();
    *out = gradient.defined() ? own(gradient) : ct_tensor{nullptr};
  });
}

ct_status ct_clear_gradient(ct_tensor tensor) {
  return guarded([&] { get(tensor).mutable_grad() = at::Tensor(); });
}

ct_status ct_gradients(ct_tensor output, ct_tensor output_gradient, const ct_tensor *inputs, int32_t count, bool retain_graph, bool create_graph, ct_tensor *out) {
  return guarded([&] {
    torch::autograd::variable_list seeds;
    if (output_gradient.ref != nullptr) seeds.push_back(get(output_gradient));
    const auto results = torch::autograd::grad({get(output)}, list(inputs, count), seeds, retain_graph,
                                               create_graph, /*allow_unused=*/true);
    for (int32_t i = 0; i < count; ++i) {
      out[i] = results[i].defined() ? own(results[i]) : ct_tensor{nullptr};
    }
  });
}

ct_status ct_assign(ct_tensor target, ct_tensor source) {
  return guarded([&] {
    at::NoGradGuard guard;
    get(target).copy_(get(source));
  });
}

ct_status ct_add_in_place(ct_tensor target, ct_tensor source, double scale) {
  return guarded([&] {
    at::NoGradGuard guard;
    get(target).add_(get(source), scale);
  });
}

ct_status ct_multiply_in_place(ct_tensor target, double value) {
  return guarded([&] {
    at::NoGradGuard guard;
    get(target).mul_(value);
  });
}

ct_status ct_add_product_in_place(ct_tensor target, ct_tensor left, ct_tensor right, double scale) {
  return guarded([&] {
    at::NoGradGuard guard;
    get(target).addcmul_(get(left), get(right), scale);
  });
}

ct_status ct_adamw(const ct_tensor *parameters, const ct_tensor *gradients, const ct_tensor *means, const ct_tensor *variances, int32_t count, int64_t step, double rate, double beta1, double beta2, double decay, double epsilon) {
  return guarded([&] {
    if (count == 0) return;
    at::NoGradGuard guard;
    const auto targets = list(parameters, count);
    std::vector<at::Tensor> aligned;
    aligned.reserve(count);
    // The fused kernel walks memory in order, so a gradient must lie in memory as its parameter does.
    for (int32_t i = 0; i < count; ++i) {
      const at::Tensor &gradient = get(gradients[i]);
      aligned.push_back(gradient.strides() == targets[i].strides() ? gradient
                                                                   : at::empty_like(targets[i]).copy_(gradient));
    }
    const at::Tensor position = at::full({}, static_cast<double>(step), at::kFloat);
    const std::vector<at::Tensor> steps(count, position);
    at::_fused_adamw_(targets, aligned, list(means, count), list(variances, count), {}, steps, rate, beta1,
                      beta2, decay, epsilon, /*amsgrad=*/false, /*maximize=*/false);
  });
}

ct_status ct_total_norm(const ct_tensor *tensors, int32_t count, double *out) {
  return guarded([&] {
    at::NoGradGuard guard;
    double total = 0;
    for (const at::Tensor &norm : at::_foreach_norm(list(tensors, count), 2)) {
      const double value = norm.item().toDouble();
      total += value * value;
    }
    *out = std::sqrt(total);
  });
}
