// Attention as one operator where gradients are taken once, and as a composition of libtorch's operators, which can be
// differentiated any number of times.
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>

#include "AttentionKernel.hpp"
#include "Guard.hpp"
#include "PerImage.hpp"

using namespace ctorch;

namespace {

at::Tensor composition(const at::Tensor &query, const at::Tensor &key, const at::Tensor &value, const at::Tensor &mask) {
  const at::Tensor scaled = query * (1 / std::sqrt(static_cast<double>(query.size(3))));
  at::Tensor scores = at::matmul(scaled, key.transpose(-2, -1));
  if (mask.defined()) scores = scores + mask;
  const at::Tensor mixed = at::matmul(at::softmax(scores, -1), value).transpose(1, 2);
  return mixed.reshape({mixed.size(0), mixed.size(1), mixed.size(2) * mixed.size(3)});
}

Heads heads(const at::Tensor &tensor) {
  return {tensor.mutable_data_ptr<float>(), tensor.stride(0), tensor.stride(1), tensor.stride(2)};
}

// [image, head, token, channel] over fresh memory in which the heads of a token lie side by side.
at::Tensor joined(const at::Tensor &like, int64_t channels) {
  return at::empty({like.size(0), like.size(2), like.size(1), channels}, like.options()).transpose(1, 2);
}

Attention sizes(const at::Tensor &query, const at::Tensor &key, const at::Tensor &value, const at::Tensor &mask) {
  Attention a{};
  a.images = query.size(0);
  a.heads = query.size(1);
  a.queries = query.size(2);
  a.keys = key.size(2);
  a.channels = query.size(3);
  a.valueChannels = value.size(3);
  a.scale = static_cast<float>(1 / std::sqrt(static_cast<double>(a.channels)));
  a.query = heads(query);
  a.key = heads(key);
  a.value = heads(value);
  a.mask = mask.defined() ? mask.const_data_ptr<float>() : nullptr;
  return a;
}

struct FusedAttention : torch::autograd::Function<FusedAttention> {
  static at::Tensor forward(torch::autograd::AutogradContext *context, const at::Tensor &query, const at::Tensor &key,
                            const at::Tensor &value, const c10::optional<at::Tensor> &additive) {
    const at::Tensor mask = additive.value_or(at::Tensor());
    const at::Tensor output = joined(query, value.size(3));
    const at::Tensor statistics = at::empty({query.size(0), query.size(1), 2, query.size(2)}, query.options());
    Attention a = sizes(query, key, value, mask);
    a.output = heads(output);
    a.statistics = statistics.mutable_data_ptr<float>();
    at::parallel_for(0, a.images * a.heads, 1, [&](int64_t from, int64_t to) { a.forward(from, to); });
    context->save_for_backward({query, key, value, mask, statistics});
    return output.transpose(1, 2).flatten(2);
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext *context,
                                                 const torch::autograd::variable_list &upstreams) {
    const auto saved = context->get_saved_variables();
    const at::Tensor &query = saved[0], &key = saved[1], &value = saved[2], &mask = saved[3];
    if (at::GradMode::is_enabled()) {
      // Aliases, since one of the inputs may depend on another.
      const torch::autograd::variable_list inputs{query.view_as(query), key.view_as(key), value.view_as(value)};
      auto gradients = torch::autograd::grad({composition(inputs[0], inputs[1], inputs[2], mask)}, inputs, {upstreams[0]},
                                             /*retain_graph=*/true, /*create_graph=*/true, /*allow_unused=*/true);
      return {gradients[0], gradients[1], gradients[2], at::Tensor()};
    }
    const at::Tensor upstream = upstreams[0].contiguous().unflatten(2, {query.size(1), -1}).transpose(1, 2);
    const at::Tensor queryGradient = joined(query, query.size(3)), keyGradient = joined(key, key.size(3));
    const at::Tensor valueGradient = joined(value, value.size(3));
    Attention a = sizes(query, key, value, mask);
    a.statistics = saved[4].mutable_data_ptr<float>();
    a.upstream = heads(upstream);
    a.queryGradient = heads(queryGradient);
    a.keyGradient = heads(keyGradient);
    a.valueGradient = heads(valueGradient);
    at::parallel_for(0, a.images * a.heads, 1, [&](int64_t from, int64_t to) { a.backward(from, to); });
    return {queryGradient, keyGradient, valueGradient, at::Tensor()};
  }
};

bool isPlain(const at::Tensor &tensor) {
  return tensor.is_cpu() && tensor.scalar_type() == at::kFloat && tensor.stride(3) == 1;
}

}  // namespace

ct_status ct_attention(ct_tensor query, ct_tensor key, ct_tensor value, ct_tensor mask, ct_tensor *out) {
  return produce(out, [&] {
    const at::Tensor &k = get(key), &v = get(value);
    const at::Tensor &q = get(query), m = mask.ref == nullptr ? at::Tensor() : get(mask);
    TORCH_CHECK(q.dim() == 4 && k.dim() == 4 && v.dim() == 4 && q.size(3) == k.size(3) && k.size(2) == v.size(2),
                "attention of queries ", q.sizes(), " to keys ", k.sizes(), " and values ", v.sizes());
    // Passes without gradients and per-image gradients keep to libtorch's operators, whose last digits the paper has.
    const bool isTraining = at::GradMode::is_enabled() && !recordingTape &&
                            (q.requires_grad() || k.requires_grad() || v.requires_grad());
    if (!isTraining || !isPlain(q) || !isPlain(k) || !isPlain(v)) return composition(q, k, v, m);
    const int64_t images = std::max({q.size(0), k.size(0), v.size(0)});
    const auto all = [&](const at::Tensor &x) { return x.expand({images, x.size(1), x.size(2), x.size(3)}); };
    const at::Tensor row = m.defined() ? m.expand({images, 1, 1, k.size(2)}).to(at::kFloat).contiguous() : m;
    const at::Tensor queries = all(q), keys = all(k), values = all(v);
    if (!sizes(queries, keys, values, row).isSupported()) return composition(q, k, v, m);
    return FusedAttention::apply(queries, keys, values, row.defined() ? c10::optional<at::Tensor>(row) : c10::nullopt);
  });
}
