// Elementwise operators, reductions and changes of shape: one line each where libtorch has it in one call.
#include "Guard.hpp"

using namespace ctorch;

#define UNARY(name, expression)                                \
  ct_status ct_##name(ct_tensor input, ct_tensor *out) {       \
    return produce(out, [&] {                                  \
      const at::Tensor &x = get(input);                        \
      return expression;                                       \
    });                                                        \
  }

UNARY(neg, at::neg(x))
UNARY(exp, at::exp(x))
UNARY(log, at::log(x))
UNARY(sqrt, at::sqrt(x))
UNARY(rsqrt, at::rsqrt(x))
UNARY(abs, at::abs(x))
UNARY(sin, at::sin(x))
UNARY(cos, at::cos(x))
UNARY(sigmoid, at::sigmoid(x))
UNARY(relu, at::relu(x))
UNARY(sign, at::sign(x))
UNARY(round, at::round(x))
UNARY(floor, at::floor(x))
UNARY(log_sigmoid, at::log_sigmoid(x))
UNARY(is_finite, at::isfinite(x))
UNARY(logical_not, at::logical_not(x))
UNARY(sum_all, at::sum(x))
UNARY(mean_all, at::mean(x))
UNARY(max_all, at::max(x))
UNARY(contiguous, x.contiguous())
UNARY(channels_last, x.contiguous(at::MemoryFormat::ChannelsLast))
UNARY(clone, x.clone())
UNARY(detach, x.detach())

#define BINARY(name, expression)                                               \
  ct_status ct_##name(ct_tensor left, ct_tensor right, ct_tensor *out) {       \
    return produce(out, [&] {                                                  \
      const at::Tensor &x = get(left);                                         \
      const at::Tensor &y = get(right);                                        \
      return expression;                                                       \
    });                                                                        \
  }

BINARY(add, at::add(x, y))
BINARY(sub, at::sub(x, y))
BINARY(mul, at::mul(x, y))
BINARY(div, at::div(x, y))
BINARY(maximum, at::maximum(x, y))
BINARY(minimum, at::minimum(x, y))
BINARY(equal, at::eq(x, y))
BINARY(less, at::lt(x, y))
BINARY(less_equal, at::le(x, y))
BINARY(logical_and, at::logical_and(x, y))
BINARY(matmul, at::matmul(x, y))
BINARY(prelu, at::prelu(x, y))

#define SCALAR(name, expression)                                               \
  ct_status ct_##name(ct_tensor input, double value, ct_tensor *out) {         \
    return produce(out, [&] {                                                  \
      const at::Tensor &x = get(input);                                        \
      return expression;                                                       \
    });                                                                        \
  }

SCALAR(add_scalar, at::add(x, value))
SCALAR(mul_scalar, at::mul(x, value))
SCALAR(pow_scalar, at::pow(x, value))
SCALAR(clamp_min, at::clamp_min(x, value))
SCALAR(clamp_max, at::clamp_max(x, value))
SCALAR(equal_scalar, at::eq(x, value))
SCALAR(greater_scalar, at::gt(x, value))
SCALAR(less_scalar, at::lt(x, value))

ct_status ct_where(ct_tensor condition, ct_tensor yes, ct_tensor no, ct_tensor *out) {
  return produce(out, [&] { return at::where(get(condition), get(yes), get(no)); });
}

ct_status ct_masked_fill(ct_tensor input, ct_tensor mask, double value, ct_tensor *out) {
  return produce(out, [&] { return at::masked_fill(get(input), get(mask), value); });
}

#define REDUCE(name)                                                                                       \
  ct_status ct_##name(ct_tensor input, const int64_t *dims, int32_t count, bool keep, ct_tensor *out) {    \
    return produce(out, [&] { return at::name(get(input), ints(dims, count), keep); });                    \
  }

REDUCE(sum)
REDUCE(mean)
REDUCE(amax)

ct_status ct_max(ct_tensor input, int64_t dim, bool keep, ct_tensor *values, ct_tensor *indices) {
  return guarded([&] {
    auto result = at::max(get(input), dim, keep);
    *values = own(std::get<0>(result));
    *indices = own(std::get<1>(result));
  });
}

ct_status ct_top_k(ct_tensor input, int64_t count, int64_t dim, ct_tensor *values, ct_tensor *indices) {
  return guarded([&] {
    auto result = at::topk(get(input), count, dim);
    *values = own(std::get<0>(result));
    *indices = own(std::get<1>(result));
  });
}

ct_status ct_cumulative_sum(ct_tensor input, int64_t dim, ct_tensor *out) {
  return produce(out, [&] { return at::cumsum(get(input), dim); });
}

ct_status ct_log_sum_exp(ct_tensor input, int64_t dim, bool keep, ct_tensor *out) {
  return produce(out, [&] { return at::logsumexp(get(input), dim, keep); });
}

ct_status ct_softmax(ct_tensor input, int64_t dim, ct_tensor *out) {
  return produce(out, [&] { return at::softmax(get(input), dim); });
}

ct_status ct_log_softmax(ct_tensor input, int64_t dim, ct_tensor *out) {
  return produce(out, [&] { return at::log_softmax(get(input), dim); });
}

#define SHAPED(name, call)                                                                    \
  ct_status ct_##name(ct_tensor input, const int64_t *dims, int32_t rank, ct_tensor *out) {   \
    return produce(out, [&] { return get(input).call(ints(dims, rank)); });                   \
  }

SHAPED(reshape, reshape)
SHAPED(permute, permute)
SHAPED(expand, expand)
SHAPED(flip, flip)

ct_status ct_transpose(ct_tensor input, int64_t first, int64_t second, ct_tensor *out) {
  return produce(out, [&] { return at::transpose(get(input), first, second); });
}

ct_status ct_narrow(ct_tensor input, int64_t dim, int64_t start, int64_t length, ct_tensor *out) {
  return produce(out, [&] { return at::narrow(get(input), dim, start, length); });
}

ct_status ct_select(ct_tensor input, int64_t dim, int64_t index, ct_tensor *out) {
  return produce(out, [&] { return at::select(get(input), dim, index); });
}

ct_status ct_index_select(ct_tensor input, int64_t dim, ct_tensor index, ct_tensor *out) {
  return produce(out, [&] { return at::index_select(get(input), dim, get(index)); });
}

ct_status ct_gather(ct_tensor input, int64_t dim, ct_tensor index, ct_tensor *out) {
  return produce(out, [&] { return at::gather(get(input), dim, get(index)); });
}

ct_status ct_cat(const ct_tensor *tensors, int32_t count, int64_t dim, ct_tensor *out) {
  return produce(out, [&] { return at::cat(list(tensors, count), dim); });
}

ct_status ct_stack(const ct_tensor *tensors, int32_t count, int64_t dim, ct_tensor *out) {
  return produce(out, [&] { return at::stack(list(tensors, count), dim); });
}
