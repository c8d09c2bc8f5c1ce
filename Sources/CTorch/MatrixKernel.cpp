// Products of matrices, a tile of the result at a time: its sums stay in registers while the depth passes by.
#include "MatrixKernel.hpp"

#include <algorithm>

#include "Vectors.hpp"

namespace ctorch {

namespace {

// `rowCount` rows and `vectorCount` vectors of columns, of which `columns` are stored; `adds` to what the result holds.
template <int lanes, int rowCount, int vectorCount>
ALWAYS_INLINE void tile(const MatrixProduct &p, const float *left, const float *right, int64_t depth, const float *start,
                        float *result, int64_t columns, bool adds) {
  using Floats = Vector<float, lanes>;
  Floats sums[rowCount][vectorCount] = {};
  const int64_t rowStride = p.rowStride;
  for (int64_t k = 0; k < depth; ++k) {
    Floats factors[vectorCount];
#pragma unroll
    for (int v = 0; v < vectorCount; ++v) load<float, lanes>(right + v * lanes, factors[v]);
#pragma unroll
    for (int row = 0; row < rowCount; ++row) {
      const float factor = left[row * rowStride];
#pragma unroll
      for (int v = 0; v < vectorCount; ++v) sums[row][v] += factor * factors[v];
    }
    right += p.rightStride;
    left += p.depthStride;
  }
  const bool isWhole = columns == lanes * vectorCount;
  float edge[lanes * vectorCount] = {};
#pragma unroll
  for (int row = 0; row < rowCount; ++row) {
    float *end = result + row * p.resultStride;
    const float *begin = adds ? end : start;
    if (begin != nullptr) {
      if (!isWhole) std::memcpy(edge, begin, sizeof(float) * columns);
#pragma unroll
      for (int v = 0; v < vectorCount; ++v) {
        Floats before;
        load<float, lanes>((isWhole ? begin : edge) + v * lanes, before);
        sums[row][v] += before;
      }
    }
#pragma unroll
    for (int v = 0; v < vectorCount; ++v) store<float, lanes>((isWhole ? end : edge) + v * lanes, sums[row][v]);
    if (!isWhole) std::memcpy(end, edge, sizeof(float) * columns);
  }
}

template <int lanes, int vectorCount, int rowLimit>
ALWAYS_INLINE void strip(const MatrixProduct &p, int64_t column, int64_t from, int64_t to, int64_t k, int64_t depth) {
  const float *right = p.right + k * p.rightStride + column;
  const float *start = p.start == nullptr ? nullptr : p.start + column;
  const int64_t columns = std::min<int64_t>(lanes * vectorCount, p.columns - column);
  int64_t row = from;
  const auto step = [&]<int count>() __attribute__((always_inline)) {
    tile<lanes, count, vectorCount>(p, p.left + row * p.rowStride + k * p.depthStride, right, depth, start,
                                    p.result + row * p.resultStride + column, columns, k > 0);
    row += count;
  };
  while (to - row >= rowLimit) step.template operator()<rowLimit>();
  if (to - row >= 4) step.template operator()<4>();
  if (to - row >= 2) step.template operator()<2>();
  if (to - row >= 1) step.template operator()<1>();
}

template <int lanes, int vectorLimit, int rowLimit>
ALWAYS_INLINE void product(const MatrixProduct &p, int64_t from, int64_t to) {
  // Where the depth is in steps from row to row, as in gradients of weights, a part of it at a time stays in the cache.
  const int64_t part = p.depthStride == 1 ? p.depth : 96;
  for (int64_t k = 0; k < p.depth; k += part) {
    const int64_t depth = std::min(part, p.depth - k);
    int64_t column = 0;
    for (; column + lanes * (vectorLimit - 1) < p.columns; column += lanes * vectorLimit) {
      strip<lanes, vectorLimit, rowLimit>(p, column, from, to, k, depth);
    }
    for (; column < p.columns; column += lanes) strip<lanes, 1, rowLimit>(p, column, from, to, k, depth);
  }
}

#if defined(__x86_64__)
TARGET_AVX2 void productAVX2(const MatrixProduct &p, int64_t from, int64_t to) { product<8, 2, 6>(p, from, to); }
TARGET_AVX512 void productAVX512(const MatrixProduct &p, int64_t from, int64_t to) { product<16, 4, 6>(p, from, to); }
#endif

}  // namespace

bool hasMatrixKernel() { return instructionSet() != InstructionSet::other; }

void MatrixProduct::rows(int64_t from, int64_t to) const {
#if defined(__x86_64__)
  if (instructionSet() == InstructionSet::avx512) return productAVX512(*this, from, to);
  return productAVX2(*this, from, to);
#endif
}

void transposePadded(const float *matrix, int64_t rows, int64_t columns, int64_t rowsPadded, float *result) {
  for (int64_t first = 0; first < rowsPadded; first += 16) {
    const int64_t count = std::min<int64_t>(16, rows - first);
    for (int64_t column = 0; column < columns; ++column) {
      float *target = result + column * rowsPadded + first;
      for (int64_t i = 0; i < 16; ++i) target[i] = i < count ? matrix[(first + i) * columns + column] : 0;
    }
  }
}

}  // namespace ctorch
