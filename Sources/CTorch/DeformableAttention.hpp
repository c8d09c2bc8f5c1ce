// Multi-scale deformable attention (Zhu et al., 2021): what its kernels are told.
#pragma once

#include <ATen/ATen.h>

#include <array>
#include <vector>

namespace ctorch::deformable {

// The most levels times points that one head may look at.
constexpr int maximumPoints = 64;

// Rows and columns of a level, and where its cells begin among all cells.
struct Level {
  int64_t height, width, start;
};

// Sizes shared by all tensors. Levels lie one after another along the cells.
struct Sizes {
  int64_t images, cells, heads, channels, queries, points;
  // 2: the center of a query's points; 4: center and extent of the box that they are spread over.
  int64_t referenceWidth;
  // 1 if all images share their references.
  int64_t referenceImages;
  std::vector<Level> levels;

  int64_t pointCount() const { return static_cast<int64_t>(levels.size()) * points; }
};

// Contiguous tensors of one element type.
struct Inputs {
  at::Tensor value;       // [image, cell, head, channel]
  at::Tensor references;  // [image or 1, query, level, 2 or 4], in fractions of the picture
  at::Tensor offsets;     // [image, query, head, level · point, 2], in cells; with boxes in shares of half a box
  at::Tensor scores;      // [image, query, head, level · point], before the softmax
};

// The sum of bilinear samples, weighted by the softmax of the scores: [image, query, head · channel].
at::Tensor forward(const Sizes &sizes, const Inputs &inputs);

// Gradients of value, references (undefined unless wanted), offsets and scores.
std::array<at::Tensor, 4> backward(const Sizes &sizes, const Inputs &inputs, const at::Tensor &upstream, bool wantsReferences);

}  // namespace ctorch::deformable
