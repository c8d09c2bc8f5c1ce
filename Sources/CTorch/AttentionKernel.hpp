// Attention with narrow heads, of float32.
#pragma once

#include <cstdint>

namespace ctorch {

// `[image, head, token, channel]` in memory; channels lie side by side.
struct Heads {
  float *data;
  int64_t image, head, token;

  float *at(int64_t i, int64_t h) const { return data + i * image + h * head; }
};

struct Attention {
  int64_t images, heads, queries, keys;
  int64_t channels, valueChannels;
  float scale;           // of the products of queries and keys
  Heads query, key, value;
  const float *mask;     // [image, key], added to the scores, or null
  // Of each row of scores: its maximum, and one over the sum of the exponentials; [image, head, 2, query].
  float *statistics;
  Heads output;          // only forward
  // Only backward: what arrives at the output, and where the gradients go.
  Heads upstream, queryGradient, keyGradient, valueGradient;

  // Whether there is a kernel for these sizes on this processor.
  bool isSupported() const;
  // Images and heads `from` to `to`, counted head by head within an image.
  void forward(int64_t from, int64_t to) const;
  void backward(int64_t from, int64_t to) const;
};

}  // namespace ctorch
