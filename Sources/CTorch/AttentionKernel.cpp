// Attention, one image and head at a time. Sixteen queries are the lanes of a vector, so neither maxima nor sums cross
// lanes; the scores of an image and head stay in the cache.
#include "AttentionKernel.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include "Vectors.hpp"

namespace ctorch {

namespace {

constexpr int lanes = 16;
using Floats = Vector<float, lanes>;

// Channels as vectors over sixteen tokens from `first` on; zero beyond `count`.
template <int channels>
ALWAYS_INLINE void transposed(const float *tokens, int64_t stride, int64_t first, int64_t count, Floats (&result)[channels]) {
  alignas(64) float lane[channels][lanes] = {};
  const int64_t width = std::min<int64_t>(lanes, count - first);
  for (int64_t i = 0; i < width; ++i) {
    for (int c = 0; c < channels; ++c) lane[c][i] = tokens[(first + i) * stride + c];
  }
  for (int c = 0; c < channels; ++c) load<float, lanes>(lane[c], result[c]);
}

template <int channels>
ALWAYS_INLINE void putTransposed(const Floats (&vectors)[channels], float *tokens, int64_t stride, int64_t first, int64_t count) {
  const int64_t width = std::min<int64_t>(lanes, count - first);
  for (int64_t i = 0; i < width; ++i) {
    for (int c = 0; c < channels; ++c) tokens[(first + i) * stride + c] = vectors[c][i];
  }
}

// With the differences of a token's channels to those of the first token: what all tokens have in common changes neither
// weights nor slopes, and is taken off before it can cost digits.
template <int channels>
ALWAYS_INLINE Floats product(const Floats (&vectors)[channels], const float *token, const float *first) {
  Floats sums[2] = {};
#pragma unroll
  for (int c = 0; c < channels; ++c) sums[c % 2] += (token[c] - first[c]) * vectors[c];
  return sums[0] + sums[1];
}

ALWAYS_INLINE Floats laneMaximum(Floats a, Floats b) { return a > b ? a : b; }

// Numbers of sixteen queries from `first` on.
ALWAYS_INLINE Floats numbers(const float *memory, int64_t first, int64_t count) {
  float lane[lanes] = {};
  std::memcpy(lane, memory + first, sizeof(float) * std::min<int64_t>(lanes, count - first));
  Floats result;
  load<float, lanes>(lane, result);
  return result;
}

template <int channels, int valueChannels>
ALWAYS_INLINE void forwardRange(const Attention &a, int64_t from, int64_t to) {
  std::vector<Floats> scores(a.keys);
  for (int64_t job = from; job < to; ++job) {
    const int64_t image = job / a.heads, head = job % a.heads;
    const float *queries = a.query.at(image, head), *keys = a.key.at(image, head), *values = a.value.at(image, head);
    const float *mask = a.mask == nullptr ? nullptr : a.mask + image * a.keys;
    float *maxima = a.statistics + job * 2 * a.queries, *shares = maxima + a.queries;
    for (int64_t first = 0; first < a.queries; first += lanes) {
      Floats query[channels];
      transposed<channels>(queries, a.query.token, first, a.queries, query);
      for (int c = 0; c < channels; ++c) query[c] *= a.scale;
      Floats maximum = Floats(-std::numeric_limits<float>::infinity());
      for (int64_t key = 0; key < a.keys; ++key) {
        Floats score = product<channels>(query, keys + key * a.key.token, keys);
        if (mask != nullptr) score += mask[key];
        scores[key] = score;
        maximum = laneMaximum(score, maximum);
      }
      Floats sum = Floats(0.0f), output[valueChannels] = {};
      for (int64_t key = 0; key < a.keys; ++key) {
        const Floats weight = exponential<lanes>(scores[key] - maximum);
        sum += weight;
        const float *value = values + key * a.value.token;
#pragma unroll
        for (int c = 0; c < valueChannels; ++c) output[c] += (value[c] - values[c]) * weight;
      }
      const Floats share = Floats(1.0f) / sum;
      for (int c = 0; c < valueChannels; ++c) output[c] = output[c] * share + values[c];
      putTransposed<valueChannels>(output, a.output.at(image, head), a.output.token, first, a.queries);
      const auto width = sizeof(float) * std::min<int64_t>(lanes, a.queries - first);
      std::memcpy(maxima + first, &maximum, width);
      std::memcpy(shares + first, &share, width);
    }
  }
}

// For `count` keys: sums over the queries of the scalars of each key times the channels of the queries.
template <int channels, int count>
ALWAYS_INLINE void addQueries(const Floats *factors, int64_t groups, const float *queries, int64_t stride, int64_t queryCount,
                              float scale, float *result, int64_t resultStride) {
  constexpr int width = channels % 16 == 0 ? 16 : 8, parts = channels / width;
  using Channels = Vector<float, width>;
  Channels sums[count][parts] = {};
  const float *factor = reinterpret_cast<const float *>(factors);
  for (int64_t q = 0; q < queryCount; ++q) {
#pragma unroll
    for (int part = 0; part < parts; ++part) {
      Channels query;
      load<float, width>(queries + q * stride + part * width, query);
#pragma unroll
      for (int key = 0; key < count; ++key) sums[key][part] += factor[key * groups * lanes + q] * query;
    }
  }
  for (int key = 0; key < count; ++key) {
    for (int part = 0; part < parts; ++part) {
      store<float, width>(result + key * resultStride + part * width, sums[key][part] * scale);
    }
  }
}

template <int channels>
ALWAYS_INLINE void addAllQueries(const std::vector<Floats> &factors, int64_t groups, int64_t keys, const float *queries,
                                 int64_t stride, int64_t queryCount, float scale, float *result, int64_t resultStride) {
  constexpr int block = channels > 16 ? 4 : 8;
  int64_t key = 0;
  for (; key + block <= keys; key += block) {
    addQueries<channels, block>(factors.data() + key * groups, groups, queries, stride, queryCount, scale,
                                result + key * resultStride, resultStride);
  }
  for (; key < keys; ++key) {
    addQueries<channels, 1>(factors.data() + key * groups, groups, queries, stride, queryCount, scale,
                            result + key * resultStride, resultStride);
  }
}

template <int channels, int valueChannels>
ALWAYS_INLINE void backwardRange(const Attention &a, int64_t from, int64_t to) {
  const int64_t groups = (a.queries + lanes - 1) / lanes;
  // Of each key and query: the weight, and the gradient of the score.
  std::vector<Floats> weights(a.keys * groups), slopes(a.keys * groups);
  for (int64_t job = from; job < to; ++job) {
    const int64_t image = job / a.heads, head = job % a.heads;
    const float *queries = a.query.at(image, head), *keys = a.key.at(image, head), *values = a.value.at(image, head);
    const float *upstreams = a.upstream.at(image, head);
    const float *mask = a.mask == nullptr ? nullptr : a.mask + image * a.keys;
    const float *maxima = a.statistics + job * 2 * a.queries, *shares = maxima + a.queries;
    for (int64_t group = 0; group < groups; ++group) {
      const int64_t first = group * lanes;
      Floats query[channels], upstream[valueChannels];
      transposed<channels>(queries, a.query.token, first, a.queries, query);
      transposed<valueChannels>(upstreams, a.upstream.token, first, a.queries, upstream);
      for (int c = 0; c < channels; ++c) query[c] *= a.scale;
      const Floats maximum = numbers(maxima, first, a.queries), share = numbers(shares, first, a.queries);
      Floats sum = Floats(0.0f), total = Floats(0.0f);
      for (int64_t key = 0; key < a.keys; ++key) {
        Floats score = product<channels>(query, keys + key * a.key.token, keys);
        if (mask != nullptr) score += mask[key];
        const Floats weight = exponential<lanes>(score - maximum) * share;
        const Floats slope = product<valueChannels>(upstream, values + key * a.value.token, values);
        weights[key * groups + group] = weight;
        slopes[key * groups + group] = slope;
        sum += weight * slope;
        total += weight;
      }
      const Floats mean = sum / total;
      Floats gradient[channels] = {};
      for (int64_t key = 0; key < a.keys; ++key) {
        const float *own = keys + key * a.key.token;
        Floats &slope = slopes[key * groups + group];
        slope = weights[key * groups + group] * (slope - mean);
#pragma unroll
        for (int c = 0; c < channels; ++c) gradient[c] += (own[c] - keys[c]) * slope;
      }
      for (int c = 0; c < channels; ++c) gradient[c] *= a.scale;
      putTransposed<channels>(gradient, a.queryGradient.at(image, head), a.queryGradient.token, first, a.queries);
    }
    addAllQueries<channels>(slopes, groups, a.keys, queries, a.query.token, a.queries, a.scale,
                            a.keyGradient.at(image, head), a.keyGradient.token);
    addAllQueries<valueChannels>(weights, groups, a.keys, upstreams, a.upstream.token, a.queries, 1,
                                 a.valueGradient.at(image, head), a.valueGradient.token);
  }
}

using Range = void (*)(const Attention &, int64_t, int64_t);

template <int channels, int valueChannels, bool isForward>
ALWAYS_INLINE void anyRange(const Attention &a, int64_t from, int64_t to) {
  if constexpr (isForward) {
    forwardRange<channels, valueChannels>(a, from, to);
  } else {
    backwardRange<channels, valueChannels>(a, from, to);
  }
}

#if defined(__x86_64__)
template <int channels, int valueChannels, bool isForward>
TARGET_AVX512 void rangeAVX512(const Attention &a, int64_t from, int64_t to) {
  anyRange<channels, valueChannels, isForward>(a, from, to);
}

template <int channels, int valueChannels, bool isForward>
TARGET_AVX2 void rangeAVX2(const Attention &a, int64_t from, int64_t to) {
  anyRange<channels, valueChannels, isForward>(a, from, to);
}

template <int channels, int valueChannels, bool isForward>
Range compiled() {
  switch (instructionSet()) {
    case InstructionSet::avx512: return rangeAVX512<channels, valueChannels, isForward>;
    case InstructionSet::avx2: return rangeAVX2<channels, valueChannels, isForward>;
    case InstructionSet::other: return nullptr;
  }
}
#endif

// The heads of the small detectors; wider ones are served well by products of matrices.
template <bool isForward>
Range chosen(const Attention &a) {
#if defined(__x86_64__)
  if (a.channels == 8 && a.valueChannels == 8) return compiled<8, 8, isForward>();
  if (a.channels == 16 && a.valueChannels == 8) return compiled<16, 8, isForward>();
  if (a.channels == 32 && a.valueChannels == 32) return compiled<32, 32, isForward>();
#endif
  return nullptr;
}

}  // namespace

bool Attention::isSupported() const { return chosen<true>(*this) != nullptr; }

void Attention::forward(int64_t from, int64_t to) const { chosen<true>(*this)(*this, from, to); }

void Attention::backward(int64_t from, int64_t to) const { chosen<false>(*this)(*this, from, to); }

}  // namespace ctorch
