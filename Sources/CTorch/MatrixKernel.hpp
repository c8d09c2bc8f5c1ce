// Products of matrices of float32 as layers need them: many rows, few columns.
#pragma once

#include <cstdint>

namespace ctorch {

// Whether there is a kernel for this processor.
bool hasMatrixKernel();

// result[i][j] = start[j] + sum over k of left[i · rowStride + k · depthStride] · right[k · rightStride + j], for the rows
// `from` to `to`. Without `start` it is zero. The order of a sum does not depend on the rows.
struct MatrixProduct {
  const float *left;
  int64_t rowStride, depthStride;
  const float *right;  // rows of `right` are readable up to the next multiple of 16 columns
  int64_t rightStride;
  const float *start;
  float *result;
  int64_t resultStride;
  int64_t columns, depth;

  void rows(int64_t from, int64_t to) const;
};

// `matrix` [rows, columns] with its columns as rows of `rowsPadded` numbers, a multiple of 16; zero beyond `rows`.
void transposePadded(const float *matrix, int64_t rows, int64_t columns, int64_t rowsPadded, float *result);

}  // namespace ctorch
