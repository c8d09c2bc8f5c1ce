// The layers of a detector.
#include "Guard.hpp"
#include "PerImage.hpp"

#include <ATen/CPUGeneratorImpl.h>

using namespace ctorch;

ct_status ct_conv2d(ct_tensor input, ct_tensor weight, ct_tensor scale, ct_tensor bias, int64_t stride, int64_t padding, int64_t dilation, ct_tensor *out) {
  return produce(out, [&] {
    const auto factor = getOptional(scale);
    const Use use{get(input), /*isConvolution=*/true, stride, padding, dilation, factor};
    return recorded(get(weight), use, [&](const at::Tensor &w, const at::Tensor &x) {
      const at::Tensor kernel = factor ? w * factor->reshape({-1, 1, 1, 1}) : w;
      return at::conv2d(x, kernel, getOptional(bias), at::IntArrayRef({stride, stride}),
                        at::IntArrayRef({padding, padding}), at::IntArrayRef({dilation, dilation}));
    });
  });
}

ct_status ct_max_pool2d(ct_tensor input, int64_t kernel, int64_t stride, int64_t padding, ct_tensor *out) {
  return produce(out, [&] {
    return at::max_pool2d(get(input), {kernel, kernel}, {stride, stride}, {padding, padding});
  });
}

ct_status ct_batch_norm(ct_tensor input, ct_tensor weight, ct_tensor bias, ct_tensor mean, ct_tensor variance, bool training, double momentum, double epsilon, ct_tensor *out) {
  return produce(out, [&] {
    return at::batch_norm(get(input), get(weight), get(bias), get(mean), get(variance), training, momentum,
                          epsilon, false);
  });
}

ct_status ct_layer_norm(ct_tensor input, ct_tensor weight, ct_tensor bias, double epsilon, ct_tensor *out) {
  return produce(out, [&] {
    return at::layer_norm(get(input), get(weight).sizes(), get(weight), get(bias), epsilon);
  });
}

ct_status ct_group_norm(ct_tensor input, int64_t groups, ct_tensor weight, ct_tensor bias, double epsilon, ct_tensor *out) {
  return produce(out, [&] {
    return at::group_norm(get(input), groups, get(weight), get(bias), epsilon);
  });
}

ct_status ct_dropout(ct_tensor input, double probability, uint64_t seed, ct_tensor *out) {
  return produce(out, [&] {
    const at::Tensor &x = get(input);
    auto generator = at::make_generator<at::CPUGeneratorImpl>(seed);
    const at::Tensor kept = at::empty(x.sizes(), x.options().device(at::kCPU)).bernoulli_(1 - probability, generator);
    return x * kept.to(x.device()).div(1 - probability);
  });
}
