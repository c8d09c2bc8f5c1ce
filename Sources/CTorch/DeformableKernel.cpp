// The arithmetic of deformable attention, one query and head at a time: places and weights of all points first, then the
// samples, with the channels of a head as the lanes of a vector. The same source is compiled for several instruction sets.
#include <ATen/Parallel.h>

#include <cstring>

#include "DeformableSamples.hpp"

namespace ctorch::deformable {

template <typename T, int lanes>
using Vector = T __attribute__((ext_vector_type(lanes)));

// Raw memory of one pass; `gradients` only backward.
template <typename T>
struct Memory {
  const T *value, *references, *offsets, *scores;
  T *output;
  const T *upstream;
  T *valueGradient, *offsetGradient, *scoreGradient;
  // [image, head, query, level · referenceWidth], or null.
  T *referenceGradient;
};

template <typename T, int lanes>
ALWAYS_INLINE void load(const T *memory, Vector<T, lanes> &vector) {
  std::memcpy(&vector, memory, sizeof(T) * lanes);
}

template <typename T, int lanes>
ALWAYS_INLINE void add(T *memory, const Vector<T, lanes> &vector) {
  Vector<T, lanes> sum;
  load<T, lanes>(memory, sum);
  sum += vector;
  std::memcpy(memory, &sum, sizeof(T) * lanes);
}

// The sums over the lanes of four vectors.
template <typename T, int lanes>
ALWAYS_INLINE void laneSums(const Vector<T, lanes> &a, const Vector<T, lanes> &b, const Vector<T, lanes> &c,
                            const Vector<T, lanes> &d, T *sums) {
  if constexpr (lanes == 1) {
    sums[0] = a[0];
    sums[1] = b[0];
    sums[2] = c[0];
    sums[3] = d[0];
  } else if constexpr (lanes == 4) {
    const Vector<T, 4> ab = __builtin_shufflevector(a, b, 0, 4, 1, 5) + __builtin_shufflevector(a, b, 2, 6, 3, 7);
    const Vector<T, 4> cd = __builtin_shufflevector(c, d, 0, 4, 1, 5) + __builtin_shufflevector(c, d, 2, 6, 3, 7);
    const Vector<T, 4> all = __builtin_shufflevector(ab, cd, 0, 1, 4, 5) + __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
    std::memcpy(sums, &all, sizeof(T) * 4);
  } else {
    laneSums<T, lanes / 2>(a.lo + a.hi, b.lo + b.hi, c.lo + c.hi, d.lo + d.hi, sums);
  }
}

// Images and heads `from` to `to`, counted head by head, with `fixedCount` points or any number if zero.
template <typename T, int lanes, int fixedCount>
ALWAYS_INLINE void forwardRange(const Sizes &sizes, const Memory<T> &memory, int64_t from, int64_t to) {
  const int count = fixedCount > 0 ? fixedCount : static_cast<int>(sizes.pointCount());
  const auto stride = static_cast<int32_t>(sizes.heads * sizes.channels);
  const Grid<T> levels = grid<T>(sizes);
  const int64_t referenceSize = static_cast<int64_t>(sizes.levels.size()) * sizes.referenceWidth;
  Query<T> query;
  Samples<T> samples;
  for (int64_t image = from / sizes.heads; image * sizes.heads < to; ++image) {
    const int64_t firstHead = std::max<int64_t>(0, from - image * sizes.heads);
    const int64_t endHead = std::min(sizes.heads, to - image * sizes.heads);
    const T *value = memory.value + image * sizes.cells * stride;
    const T *references = memory.references + (sizes.referenceImages == 1 ? 0 : image * sizes.queries * referenceSize);
    for (int64_t q = 0; q < sizes.queries; ++q) {
      prepare(sizes, references + q * referenceSize, query);
      for (int64_t head = firstHead; head < endHead; ++head) {
        const int64_t row = (image * sizes.queries + q) * sizes.heads + head;
        place(levels, query, memory.offsets + row * count * 2, memory.scores + row * count, count, stride, samples);
        for (int64_t channel = 0; channel < sizes.channels; channel += lanes) {
          const T *cells = value + head * sizes.channels + channel;
          Vector<T, lanes> sums[2] = {};
          for (int p = 0; p < count; ++p) {
            Vector<T, lanes> sample = {};
            for (int corner = 0; corner < 4; ++corner) {
              Vector<T, lanes> cell;
              load<T, lanes>(cells + samples.place[corner][p], cell);
              sample += samples.share[corner][p] * cell;
            }
            sums[p % 2] += samples.weight[p] * sample;
          }
          const Vector<T, lanes> sum = sums[0] + sums[1];
          std::memcpy(memory.output + row * sizes.channels + channel, &sum, sizeof(T) * lanes);
        }
      }
    }
  }
}

// From the products of the upstream gradient with the four cells of each point to the gradients of a head's inputs.
template <typename T>
ALWAYS_INLINE void finish(const Sizes &sizes, const Query<T> &query, const Grid<T> &grid, const Samples<T> &samples,
                          const T (&products)[4 * maximumPoints], const T *offsets, int count, T *offsetGradient,
                          T *scoreGradient, T *referenceGradient) {
  T weightGradient[maximumPoints], alongX[maximumPoints], alongY[maximumPoints];
  for (int p = 0; p < count; ++p) {
    const T topLeft = products[4 * p], topRight = products[4 * p + 1];
    const T bottomLeft = products[4 * p + 2], bottomRight = products[4 * p + 3];
    weightGradient[p] = samples.share[0][p] * topLeft + samples.share[1][p] * topRight +
                        samples.share[2][p] * bottomLeft + samples.share[3][p] * bottomRight;
    const T right = samples.right[p], below = samples.below[p];
    const T here = samples.columnHere[p], next = samples.columnNext[p];
    const T upper = samples.rowHere[p], lower = samples.rowNext[p];
    alongX[p] = samples.weight[p] * ((1 - below) * upper * (next * topRight - here * topLeft) +
                                     below * lower * (next * bottomRight - here * bottomLeft));
    alongY[p] = samples.weight[p] * ((1 - right) * here * (lower * bottomLeft - upper * topLeft) +
                                     right * next * (lower * bottomRight - upper * topRight));
  }
  T weighted[maximumPoints];
  for (int p = 0; p < count; ++p) weighted[p] = samples.weight[p] * weightGradient[p];
  const T mean = reduced(weighted, count, [](T a, T b) { return a + b; });
  for (int p = 0; p < count; ++p) {
    scoreGradient[p] = samples.weight[p] * (weightGradient[p] - mean);
    offsetGradient[2 * p] = alongX[p] * query.scaleX[p];
    offsetGradient[2 * p + 1] = alongY[p] * query.scaleY[p];
  }
  if (referenceGradient == nullptr) return;
  const T spread = T(0.5) / static_cast<T>(sizes.points);
  int p = 0;
  for (size_t level = 0; level < sizes.levels.size(); ++level) {
    T gradient[4] = {};
    for (int64_t k = 0; k < sizes.points; ++k, ++p) {
      gradient[0] += alongX[p] * grid.width[p];
      gradient[1] += alongY[p] * grid.height[p];
      gradient[2] += alongX[p] * grid.width[p] * spread * offsets[2 * p];
      gradient[3] += alongY[p] * grid.height[p] * spread * offsets[2 * p + 1];
    }
    for (int64_t i = 0; i < sizes.referenceWidth; ++i) *referenceGradient++ = gradient[i];
  }
}

template <typename T, int lanes, int fixedCount>
ALWAYS_INLINE void backwardRange(const Sizes &sizes, const Memory<T> &memory, int64_t from, int64_t to) {
  const int count = fixedCount > 0 ? fixedCount : static_cast<int>(sizes.pointCount());
  const auto stride = static_cast<int32_t>(sizes.heads * sizes.channels);
  const Grid<T> levels = grid<T>(sizes);
  const int64_t referenceSize = static_cast<int64_t>(sizes.levels.size()) * sizes.referenceWidth;
  Query<T> query;
  Samples<T> samples;
  T products[4 * maximumPoints];
  for (int64_t image = from / sizes.heads; image * sizes.heads < to; ++image) {
    const int64_t firstHead = std::max<int64_t>(0, from - image * sizes.heads);
    const int64_t endHead = std::min(sizes.heads, to - image * sizes.heads);
    const T *references = memory.references + (sizes.referenceImages == 1 ? 0 : image * sizes.queries * referenceSize);
    for (int64_t q = 0; q < sizes.queries; ++q) {
      prepare(sizes, references + q * referenceSize, query);
      for (int64_t head = firstHead; head < endHead; ++head) {
        const int64_t row = (image * sizes.queries + q) * sizes.heads + head;
        const T *offsets = memory.offsets + row * count * 2;
        place(levels, query, offsets, memory.scores + row * count, count, stride, samples);
        for (int64_t channel = 0; channel < sizes.channels; channel += lanes) {
          const int64_t first = image * sizes.cells * stride + head * sizes.channels + channel;
          const T *cells = memory.value + first;
          T *gradients = memory.valueGradient + first;
          Vector<T, lanes> upstream;
          load<T, lanes>(memory.upstream + row * sizes.channels + channel, upstream);
          for (int p = 0; p < count; ++p) {
            Vector<T, lanes> product[4];
            for (int corner = 0; corner < 4; ++corner) {
              load<T, lanes>(cells + samples.place[corner][p], product[corner]);
              product[corner] *= upstream;
            }
            T sums[4];
            laneSums<T, lanes>(product[0], product[1], product[2], product[3], sums);
            for (int corner = 0; corner < 4; ++corner) {
              products[4 * p + corner] = channel == 0 ? sums[corner] : products[4 * p + corner] + sums[corner];
            }
            const Vector<T, lanes> weighted = samples.weight[p] * upstream;
            for (int corner = 0; corner < 4; ++corner) {
              add<T, lanes>(gradients + samples.place[corner][p], samples.share[corner][p] * weighted);
            }
          }
        }
        finish(sizes, query, levels, samples, products, offsets, count, memory.offsetGradient + row * count * 2,
               memory.scoreGradient + row * count,
               memory.referenceGradient == nullptr
                   ? nullptr
                   : memory.referenceGradient + ((image * sizes.heads + head) * sizes.queries + q) * referenceSize);
      }
    }
  }
}

template <typename T, int lanes, int fixedCount, bool isForward>
ALWAYS_INLINE void range(const Sizes &sizes, const Memory<T> &memory, int64_t from, int64_t to) {
  if constexpr (isForward) {
    forwardRange<T, lanes, fixedCount>(sizes, memory, from, to);
  } else {
    backwardRange<T, lanes, fixedCount>(sizes, memory, from, to);
  }
}

template <typename T, int lanes, int fixedCount, bool isForward>
void plain(const Sizes &sizes, const Memory<T> &memory, int64_t from, int64_t to) {
  range<T, lanes, fixedCount, isForward>(sizes, memory, from, to);
}

template <typename T>
using Range = void (*)(const Sizes &, const Memory<T> &, int64_t, int64_t);

#if defined(__x86_64__)
template <typename T, int lanes, int fixedCount, bool isForward>
__attribute__((target("avx2,fma"))) void avx2(const Sizes &sizes, const Memory<T> &memory, int64_t from, int64_t to) {
  range<T, lanes, fixedCount, isForward>(sizes, memory, from, to);
}

template <typename T, int lanes, int fixedCount, bool isForward>
__attribute__((target("avx2,fma,avx512f,avx512vl,avx512bw,avx512dq"))) void avx512(
    const Sizes &sizes, const Memory<T> &memory, int64_t from, int64_t to) {
  range<T, lanes, fixedCount, isForward>(sizes, memory, from, to);
}
#endif

template <typename T, int lanes, int fixedCount, bool isForward>
Range<T> bestRange() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq")) {
    return avx512<T, lanes, fixedCount, isForward>;
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return avx2<T, lanes, fixedCount, isForward>;
#endif
  return plain<T, lanes, fixedCount, isForward>;
}

// The widths of published heads in single precision have code of their own; everything else is rare.
template <typename T, bool isForward>
void run(const Sizes &sizes, const Memory<T> &memory) {
  Range<T> chosen = nullptr;
  if constexpr (std::is_same_v<T, float>) {
    if (sizes.channels % 32 == 0) {
      chosen = sizes.pointCount() == 16 ? bestRange<T, 32, 16, isForward>() : bestRange<T, 32, 0, isForward>();
    } else if (sizes.channels % 8 == 0) {
      chosen = sizes.pointCount() == 16 ? bestRange<T, 8, 16, isForward>() : bestRange<T, 8, 0, isForward>();
    }
  }
  if (chosen == nullptr) {
    chosen = sizes.channels % 4 == 0 ? bestRange<T, 4, 0, isForward>() : bestRange<T, 1, 0, isForward>();
  }
  // No two heads write to the same place, so nothing depends on the number of threads.
  at::parallel_for(0, sizes.images * sizes.heads, 1, [&](int64_t from, int64_t to) { chosen(sizes, memory, from, to); });
}

template <typename T>
Memory<T> reading(const Inputs &inputs) {
  Memory<T> memory{};
  memory.value = inputs.value.const_data_ptr<T>();
  memory.references = inputs.references.const_data_ptr<T>();
  memory.offsets = inputs.offsets.const_data_ptr<T>();
  memory.scores = inputs.scores.const_data_ptr<T>();
  return memory;
}

at::Tensor forward(const Sizes &sizes, const Inputs &inputs) {
  at::Tensor output = at::empty({sizes.images, sizes.queries, sizes.heads * sizes.channels}, inputs.value.options());
  AT_DISPATCH_FLOATING_TYPES(output.scalar_type(), "deformable attention", [&] {
    Memory<scalar_t> memory = reading<scalar_t>(inputs);
    memory.output = output.mutable_data_ptr<scalar_t>();
    run<scalar_t, true>(sizes, memory);
  });
  return output;
}

std::array<at::Tensor, 4> backward(const Sizes &sizes, const Inputs &inputs, const at::Tensor &upstream, bool wantsReferences) {
  const at::Tensor value = at::zeros_like(inputs.value);
  const at::Tensor offsets = at::empty_like(inputs.offsets);
  const at::Tensor scores = at::empty_like(inputs.scores);
  at::Tensor references;
  if (wantsReferences) {
    const auto levelCount = static_cast<int64_t>(sizes.levels.size());
    references = at::empty({sizes.images, sizes.heads, sizes.queries, levelCount, sizes.referenceWidth}, value.options());
  }
  const at::Tensor seed = upstream.contiguous();
  AT_DISPATCH_FLOATING_TYPES(value.scalar_type(), "deformable attention", [&] {
    Memory<scalar_t> memory = reading<scalar_t>(inputs);
    memory.upstream = seed.const_data_ptr<scalar_t>();
    memory.valueGradient = value.mutable_data_ptr<scalar_t>();
    memory.offsetGradient = offsets.mutable_data_ptr<scalar_t>();
    memory.scoreGradient = scores.mutable_data_ptr<scalar_t>();
    memory.referenceGradient = references.defined() ? references.mutable_data_ptr<scalar_t>() : nullptr;
    run<scalar_t, false>(sizes, memory);
  });
  if (references.defined()) {
    references = references.sum(1);
    if (sizes.referenceImages == 1) references = references.sum(0, /*keepdim=*/true);
  }
  return {value, references, offsets, scores};
}

}  // namespace ctorch::deformable
