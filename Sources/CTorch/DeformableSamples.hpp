// Where the points of deformable attention lie, and how much each of the four cells around them counts.
#pragma once

#include <bit>
#include <cmath>

#include "DeformableAttention.hpp"

#define ALWAYS_INLINE inline __attribute__((always_inline))

namespace ctorch::deformable {

// What the points of one query have in common for all heads: pixel = base + scale · offset.
template <typename T>
struct Query {
  T baseX[maximumPoints], baseY[maximumPoints], scaleX[maximumPoints], scaleY[maximumPoints];
};

// The extents of the level of each point.
template <typename T>
struct Grid {
  T width[maximumPoints], height[maximumPoints];
  int32_t lastColumn[maximumPoints], lastRow[maximumPoints], columns[maximumPoints], start[maximumPoints];
};

// The four cells around each point, in the order top left, top right, bottom left, bottom right.
template <typename T>
struct Samples {
  T weight[maximumPoints];
  T right[maximumPoints], below[maximumPoints];      // fractions
  T columnHere[maximumPoints], columnNext[maximumPoints];  // 1 where the column is on the map, else 0
  T rowHere[maximumPoints], rowNext[maximumPoints];
  T share[4][maximumPoints];       // bilinear, 0 outside of the map
  int32_t place[4][maximumPoints];  // of the cell's first channel; some cell of the map where outside
};

// e^x for x ≤ 0, to one unit in the last place; NaN stays NaN.
ALWAYS_INLINE float exponential(float x) {
  const float bounded = x < -87.0f ? -87.0f : x;
  const float whole = std::floor((bounded == bounded ? bounded : 0.0f) * 1.44269504f + 0.5f);
  const float rest = (bounded - whole * 0.693359375f) + whole * 2.12194440e-4f;
  float series = 1.0f / 5040;
  series = series * rest + 1.0f / 720;
  series = series * rest + 1.0f / 120;
  series = series * rest + 1.0f / 24;
  series = series * rest + 1.0f / 6;
  series = series * rest + 0.5f;
  series = series * rest + 1.0f;
  series = series * rest + 1.0f;
  return series * std::bit_cast<float>((static_cast<int32_t>(whole) + 127) << 23);
}

ALWAYS_INLINE double exponential(double x) { return std::exp(x); }

template <typename T>
Grid<T> grid(const Sizes &sizes) {
  Grid<T> result;
  int p = 0;
  const auto stride = static_cast<int32_t>(sizes.heads * sizes.channels);
  for (const Level &level : sizes.levels) {
    for (int64_t k = 0; k < sizes.points; ++k, ++p) {
      result.width[p] = static_cast<T>(level.width);
      result.height[p] = static_cast<T>(level.height);
      result.lastColumn[p] = static_cast<int32_t>(level.width) - 1;
      result.lastRow[p] = static_cast<int32_t>(level.height) - 1;
      result.columns[p] = static_cast<int32_t>(level.width) * stride;
      result.start[p] = static_cast<int32_t>(level.start) * stride;
    }
  }
  return result;
}

template <typename T>
ALWAYS_INLINE void prepare(const Sizes &sizes, const T *references, Query<T> &query) {
  int p = 0;
  for (const Level &level : sizes.levels) {
    const T width = static_cast<T>(level.width), height = static_cast<T>(level.height);
    const bool isBox = sizes.referenceWidth == 4;
    const T spread = T(0.5) / static_cast<T>(sizes.points);
    const T baseX = references[0] * width - T(0.5), baseY = references[1] * height - T(0.5);
    const T scaleX = isBox ? references[2] * width * spread : T(1);
    const T scaleY = isBox ? references[3] * height * spread : T(1);
    for (int64_t k = 0; k < sizes.points; ++k, ++p) {
      query.baseX[p] = baseX;
      query.baseY[p] = baseY;
      query.scaleX[p] = scaleX;
      query.scaleY[p] = scaleY;
    }
    references += sizes.referenceWidth;
  }
}

// Joins numbers in a fixed order that leaves eight of them independent, so that they can share a vector.
template <typename T, typename Join>
ALWAYS_INLINE T reduced(const T *numbers, int count, Join join) {
  if (count % 8 != 0) {
    T result = numbers[0];
    for (int p = 1; p < count; ++p) result = join(result, numbers[p]);
    return result;
  }
  T partial[8];
  for (int lane = 0; lane < 8; ++lane) partial[lane] = numbers[lane];
  for (int p = 8; p < count; p += 8) {
    for (int lane = 0; lane < 8; ++lane) partial[lane] = join(partial[lane], numbers[p + lane]);
  }
  for (int width = 4; width > 0; width /= 2) {
    for (int lane = 0; lane < width; ++lane) partial[lane] = join(partial[lane], partial[lane + width]);
  }
  return partial[0];
}

// Where the points of a head lie and what they count.
template <typename T>
ALWAYS_INLINE void place(const Grid<T> &grid, const Query<T> &query, const T *offsets, const T *scores, int count,
                         int32_t stride, Samples<T> &samples) {
  const T largest = reduced(scores, count, [](T a, T b) { return b > a ? b : a; });
  for (int p = 0; p < count; ++p) samples.weight[p] = exponential(scores[p] - largest);
  const T factor = 1 / reduced(samples.weight, count, [](T a, T b) { return a + b; });
  for (int p = 0; p < count; ++p) {
    samples.weight[p] *= factor;
    // Far outside is as good as just outside; a coordinate that is no number makes the sample no number.
    T x = query.baseX[p] + query.scaleX[p] * offsets[2 * p];
    T y = query.baseY[p] + query.scaleY[p] * offsets[2 * p + 1];
    x = x < T(-2) ? T(-2) : (x > grid.width[p] + 1 ? grid.width[p] + 1 : x);
    y = y < T(-2) ? T(-2) : (y > grid.height[p] + 1 ? grid.height[p] + 1 : y);
    const T left = std::floor(x == x ? x : T(0));
    const T top = std::floor(y == y ? y : T(0));
    const auto column = static_cast<int32_t>(left);
    const auto row = static_cast<int32_t>(top);
    const int32_t lastColumn = grid.lastColumn[p], lastRow = grid.lastRow[p];
    const T right = x - left, below = y - top;
    const T columnHere = column >= 0 && column <= lastColumn ? T(1) : T(0);
    const T columnNext = column >= -1 && column < lastColumn ? T(1) : T(0);
    const T rowHere = row >= 0 && row <= lastRow ? T(1) : T(0);
    const T rowNext = row >= -1 && row < lastRow ? T(1) : T(0);
    samples.right[p] = right;
    samples.below[p] = below;
    samples.columnHere[p] = columnHere;
    samples.columnNext[p] = columnNext;
    samples.rowHere[p] = rowHere;
    samples.rowNext[p] = rowNext;
    samples.share[0][p] = (1 - right) * columnHere * ((1 - below) * rowHere);
    samples.share[1][p] = right * columnNext * ((1 - below) * rowHere);
    samples.share[2][p] = (1 - right) * columnHere * (below * rowNext);
    samples.share[3][p] = right * columnNext * (below * rowNext);
    const int32_t here = column < 0 ? 0 : (column > lastColumn ? lastColumn : column);
    const int32_t next = column < -1 ? 0 : (column >= lastColumn ? lastColumn : column + 1);
    const int32_t upper = row < 0 ? 0 : (row > lastRow ? lastRow : row);
    const int32_t lower = row < -1 ? 0 : (row >= lastRow ? lastRow : row + 1);
    const int32_t upperRow = grid.start[p] + upper * grid.columns[p];
    const int32_t lowerRow = grid.start[p] + lower * grid.columns[p];
    samples.place[0][p] = upperRow + here * stride;
    samples.place[1][p] = upperRow + next * stride;
    samples.place[2][p] = lowerRow + here * stride;
    samples.place[3][p] = lowerRow + next * stride;
  }
}

}  // namespace ctorch::deformable
