// What every source of this target shares: handles, and the wall that no exception passes.
#pragma once

#include <ATen/ATen.h>

#include <atomic>
#include <new>
#include <string>
#include <vector>

#include "CTorch.h"

namespace ctorch {

extern thread_local std::string lastError;
extern std::atomic<int64_t> liveTensors;

inline const at::Tensor &get(ct_tensor handle) { return *static_cast<at::Tensor *>(handle.ref); }

inline c10::optional<at::Tensor> getOptional(ct_tensor handle) {
  if (handle.ref == nullptr) return c10::nullopt;
  return get(handle);
}

inline ct_tensor own(at::Tensor tensor) {
  auto *boxed = new at::Tensor(std::move(tensor));
  liveTensors.fetch_add(1, std::memory_order_relaxed);
  return ct_tensor{boxed};
}

inline std::vector<at::Tensor> list(const ct_tensor *handles, int32_t count) {
  std::vector<at::Tensor> tensors;
  tensors.reserve(count);
  for (int32_t i = 0; i < count; ++i) tensors.push_back(get(handles[i]));
  return tensors;
}

inline at::IntArrayRef ints(const int64_t *values, int32_t count) {
  return at::IntArrayRef(values, static_cast<size_t>(count));
}

// Runs `body`; whatever it throws becomes a status and a message without backtrace.
template <typename Body>
ct_status guarded(Body &&body) noexcept {
  try {
    body();
    return CT_OK;
  } catch (const c10::Error &error) {
    lastError = error.what_without_backtrace();
  } catch (const std::bad_alloc &) {
    lastError = "out of memory";
    return CT_OUT_OF_MEMORY;
  } catch (const std::exception &error) {
    lastError = error.what();
  } catch (...) {
    lastError = "an exception of unknown kind";
  }
  // libtorch reports a failed allocation as an ordinary error.
  return lastError.find("can't allocate memory") != std::string::npos ? CT_OUT_OF_MEMORY : CT_ERROR;
}

// The same for the common case of one resulting tensor.
template <typename Body>
ct_status produce(ct_tensor *out, Body &&body) noexcept {
  return guarded([&] { *out = own(body()); });
}

inline at::ScalarType scalarType(ct_dtype dtype) {
  switch (dtype) {
    case CT_FLOAT32: return at::kFloat;
    case CT_FLOAT64: return at::kDouble;
    case CT_FLOAT16: return at::kHalf;
    case CT_INT64: return at::kLong;
    case CT_UINT8: return at::kByte;
    case CT_BOOL: return at::kBool;
    case CT_INT8: return at::kChar;
    case CT_INT32: return at::kInt;
  }
  TORCH_CHECK(false, "unknown element type ", static_cast<int>(dtype));
}

}  // namespace ctorch
