// Life of tensors, their contents, and the state of the library.
#include "Guard.hpp"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <torch/version.h>

#if defined(__GLIBC__)
#include <malloc.h>
#endif

#include <cstring>

using namespace ctorch;

namespace ctorch {
thread_local std::string lastError;
std::atomic<int64_t> liveTensors{0};
}  // namespace ctorch

// Tensors of a training step come and go by the thousand. Their memory stays with the process; given back, it would have to
// be cleared page by page each time.
#if defined(__GLIBC__)
[[maybe_unused]] static const bool keepsMemory = [] {
  constexpr int gibibyte = 1 << 30;
  return mallopt(M_MMAP_THRESHOLD, gibibyte) != 0 && mallopt(M_TRIM_THRESHOLD, gibibyte) != 0 &&
         mallopt(M_TOP_PAD, 64 << 20) != 0;
}();
#endif

const char *ct_last_error(void) { return lastError.c_str(); }

const char *ct_torch_version(void) { return TORCH_VERSION; }

const char *ct_parallel_info(void) {
  static thread_local std::string text;
  text = at::get_parallel_info();
  return text.c_str();
}

int64_t ct_live_tensors(void) { return liveTensors.load(std::memory_order_relaxed); }

int ct_thread_count(void) { return at::get_num_threads(); }

void ct_set_thread_count(int count) { at::set_num_threads(count); }

bool ct_has_cuda(void) { return at::hasCUDA(); }

void ct_tensor_release(ct_tensor tensor) {
  if (tensor.ref == nullptr) return;
  delete static_cast<at::Tensor *>(tensor.ref);
  liveTensors.fetch_sub(1, std::memory_order_relaxed);
}

ct_status ct_from_bytes(const void *bytes, const int64_t *shape, int32_t rank, ct_dtype dtype, ct_tensor *out) {
  return produce(out, [&] {
    at::Tensor result = at::empty(ints(shape, rank), scalarType(dtype));
    if (result.numel() > 0) std::memcpy(result.mutable_data_ptr(), bytes, result.nbytes());
    return result;
  });
}

ct_status ct_copy_bytes(ct_tensor tensor, void *bytes, int64_t capacity) {
  return guarded([&] {
    const at::Tensor source = get(tensor).detach().to(at::kCPU).contiguous();
    TORCH_CHECK(static_cast<int64_t>(source.nbytes()) <= capacity, "destination is too small");
    if (source.numel() > 0) std::memcpy(bytes, source.const_data_ptr(), source.nbytes());
  });
}

ct_status ct_item(ct_tensor tensor, double *out) {
  return guarded([&] { *out = get(tensor).item().toDouble(); });
}

int32_t ct_rank(ct_tensor tensor) { return static_cast<int32_t>(get(tensor).dim()); }

int64_t ct_size(ct_tensor tensor, int32_t dimension) { return get(tensor).sizes()[dimension]; }

int64_t ct_element_count(ct_tensor tensor) { return get(tensor).numel(); }

int32_t ct_dtype_of(ct_tensor tensor) {
  switch (get(tensor).scalar_type()) {
    case at::kFloat: return CT_FLOAT32;
    case at::kDouble: return CT_FLOAT64;
    case at::kHalf: return CT_FLOAT16;
    case at::kLong: return CT_INT64;
    case at::kByte: return CT_UINT8;
    case at::kBool: return CT_BOOL;
    case at::kChar: return CT_INT8;
    case at::kInt: return CT_INT32;
    default: return -1;
  }
}

bool ct_is_cuda(ct_tensor tensor) { return get(tensor).is_cuda(); }

ct_status ct_full(const int64_t *shape, int32_t rank, double value, ct_dtype dtype, ct_tensor *out) {
  return produce(out, [&] { return at::full(ints(shape, rank), value, scalarType(dtype)); });
}

ct_status ct_arange(double start, double end, double step, ct_dtype dtype, ct_tensor *out) {
  return produce(out, [&] { return at::arange(start, end, step, scalarType(dtype)); });
}

ct_status ct_uniform(const int64_t *shape, int32_t rank, double low, double high, uint64_t seed, ct_tensor *out) {
  return produce(out, [&] {
    return at::empty(ints(shape, rank)).uniform_(low, high, at::make_generator<at::CPUGeneratorImpl>(seed));
  });
}

ct_status ct_normal(const int64_t *shape, int32_t rank, uint64_t seed, ct_tensor *out) {
  return produce(out, [&] {
    return at::empty(ints(shape, rank)).normal_(0, 1, at::make_generator<at::CPUGeneratorImpl>(seed));
  });
}

ct_status ct_to_dtype(ct_tensor tensor, ct_dtype dtype, ct_tensor *out) {
  return produce(out, [&] { return get(tensor).to(scalarType(dtype)); });
}

ct_status ct_to_cuda(ct_tensor tensor, bool cuda, ct_tensor *out) {
  return produce(out, [&] { return get(tensor).to(cuda ? at::kCUDA : at::kCPU); });
}
