// Vectors of the compiler's own kind, and code that is compiled for several instruction sets.
#pragma once

#include <cstdint>
#include <cstring>

// Whatever passes vectors by value is inlined, so there is no calling convention to disagree on.
#pragma clang diagnostic ignored "-Wpsabi"

#define ALWAYS_INLINE inline __attribute__((always_inline))

namespace ctorch {

template <typename T, int lanes>
using Vector = T __attribute__((ext_vector_type(lanes)));

template <typename T, int lanes>
ALWAYS_INLINE void load(const T *memory, Vector<T, lanes> &vector) {
  std::memcpy(&vector, memory, sizeof(T) * lanes);
}

template <typename T, int lanes>
ALWAYS_INLINE void store(T *memory, const Vector<T, lanes> &vector) {
  std::memcpy(memory, &vector, sizeof(T) * lanes);
}

// e^x for x ≤ 0, to one unit in the last place; NaN stays NaN.
template <int lanes>
ALWAYS_INLINE Vector<float, lanes> exponential(Vector<float, lanes> x) {
  using Floats = Vector<float, lanes>;
  using Integers = Vector<int32_t, lanes>;
  const Floats bounded = x < Floats(-87.0f) ? Floats(-87.0f) : x;
  const Floats whole = __builtin_elementwise_floor((bounded == bounded ? bounded : Floats(0.0f)) * 1.44269504f + 0.5f);
  const Floats rest = (bounded - whole * 0.693359375f) + whole * 2.12194440e-4f;
  Floats series = Floats(1.0f / 5040);
  series = series * rest + 1.0f / 720;
  series = series * rest + 1.0f / 120;
  series = series * rest + 1.0f / 24;
  series = series * rest + 1.0f / 6;
  series = series * rest + 0.5f;
  series = series * rest + 1.0f;
  series = series * rest + 1.0f;
  const Integers power = (__builtin_convertvector(whole, Integers) + 127) << 23;
  Floats factor;
  std::memcpy(&factor, &power, sizeof factor);
  return series * factor;
}

// The instruction sets that the fused kernels of float32 are compiled for.
enum class InstructionSet { other, avx2, avx512 };

inline InstructionSet instructionSet() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq")) {
    return InstructionSet::avx512;
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return InstructionSet::avx2;
#endif
  return InstructionSet::other;
}

#if defined(__x86_64__)
#define TARGET_AVX2 __attribute__((target("avx2,fma")))
#define TARGET_AVX512 __attribute__((target("avx2,fma,avx512f,avx512vl,avx512bw,avx512dq")))
#endif

}  // namespace ctorch
