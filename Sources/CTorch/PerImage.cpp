// Gradients of single images from one batched backward pass: the product of a layer's input and of the gradient at its
// output is formed image by image instead of being summed over the batch.
#include "PerImage.hpp"

#include <ATen/Parallel.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <array>

#include "Guard.hpp"

namespace ctorch {

thread_local std::shared_ptr<Tape> recordingTape;

static std::shared_ptr<Tape> &get(ct_tape handle) { return *static_cast<std::shared_ptr<Tape> *>(handle.ref); }

int64_t Tape::place(const at::Tensor &weight) const {
  for (size_t i = 0; i < weights.size(); ++i) {
    if (weights[i].is_same(weight)) return static_cast<int64_t>(i);
  }
  return -1;
}

// Convolutions and most linear layers have images first; heads see [layer, image, query, channel].
static int64_t imageDimension(const Use &use) { return !use.isConvolution && use.input.dim() == 4 ? 1 : 0; }

at::Tensor Tape::repeated(const Use &use) const {
  const int64_t dimension = imageDimension(use);
  if (use.input.dim() < 3 || use.input.size(dimension) != 1 || imageCount == 1) return use.input;
  std::vector<int64_t> sizes = use.input.sizes().vec();
  sizes[dimension] = imageCount;
  return use.input.expand(sizes);
}

void Tape::watch(const std::shared_ptr<Tape> &tape, int64_t place, Use use, at::Tensor &output) {
  const int64_t dimension = imageDimension(use);
  TORCH_CHECK(use.input.dim() >= 2 && use.input.size(dimension) == tape->imageCount, "a recorded layer was given ",
              use.input.sizes(), "; expected ", tape->imageCount, " images along dimension ", dimension);
  use.input = use.input.detach();
  if (use.scale) use.scale = use.scale->detach();
  auto &uses = tape->uses[place];
  const size_t index = uses.size();
  uses.push_back(std::move(use));
  // Behind the pictures themselves nothing but the weight would ask for a gradient.
  const bool isFirst = !output.requires_grad();
  if (isFirst) output.set_requires_grad(true);
  output.register_hook([tape, place, index, isFirst](const at::Tensor &gradient) {
    auto &kept = tape->uses[place][index].outputGradients;
    kept.resize(tape->passes + 1);
    // A leaf adds up its own gradient in the very memory it gets.
    kept[tape->passes] = isFirst ? gradient.clone() : gradient;
  });
}

// [image, …] of some images of a layer's input or output gradient; the channel is last, or second in convolutions.
static at::Tensor images(const Use &use, const at::Tensor &tensor, int64_t first, int64_t count) {
  const int64_t dimension = imageDimension(use);
  const at::Tensor part = tensor.narrow(dimension, first, count);
  return dimension == 0 ? part : part.transpose(0, 1);
}

// [image, output channel, position] times [image, position, weight per output] for a convolution's chosen images.
static at::Tensor unfolded(const Use &use, const at::Tensor &input, at::IntArrayRef kernel) {
  if (kernel[0] == 1 && kernel[1] == 1 && use.padding == 0) {
    const at::Tensor seen = use.stride == 1 ? input
                                            : input.slice(2, 0, c10::nullopt, use.stride)
                                                  .slice(3, 0, c10::nullopt, use.stride);
    return seen.flatten(2);
  }
  return at::im2col(input, kernel, {use.dilation, use.dilation}, {use.padding, use.padding}, {use.stride, use.stride});
}

static void addGradients(const Use &use, const at::Tensor &weight, int64_t first, int64_t count, std::vector<at::Tensor> &sums) {
  const at::Tensor input = images(use, use.input, first, count);
  const at::Tensor positions = use.isConvolution
                                   ? unfolded(use, input, weight.sizes().slice(2)).transpose(1, 2)
                                   : input.reshape({count, -1, input.size(-1)});  // [image, position, input]
  for (size_t pass = 0; pass < use.outputGradients.size(); ++pass) {
    if (!use.outputGradients[pass].defined()) continue;
    const at::Tensor part = images(use, use.outputGradients[pass], first, count);
    const at::Tensor gradient = use.isConvolution ? part.flatten(2)
                                                  : part.reshape({count, -1, part.size(-1)}).transpose(1, 2);
    at::Tensor product = at::bmm(gradient, positions);  // [image, output, input]
    if (use.scale) product.mul_(use.scale->reshape({1, -1, 1}));
    if (sums[pass].defined()) {
      sums[pass].add_(product);
    } else {
      sums[pass] = product;
    }
  }
}

// The products of one block of columns: into the diagonal, and summed into `rows`. Sums have a fixed order.
template <typename Scalar>
static void addBlock(double *diagonal, const Scalar *left, const Scalar *right, int64_t rowCount, int64_t stride,
                     int64_t begin, int64_t end, double *rows) {
  for (int64_t n = 0; n < rowCount; ++n) {
    const Scalar *l = left + n * stride;
    const Scalar *r = right + n * stride;
    std::array<double, 8> lanes{};
    int64_t j = begin;
    for (; j + 8 <= end; j += 8) {
      for (int64_t k = 0; k < 8; ++k) {
        const double product = static_cast<double>(l[j + k]) * static_cast<double>(r[j + k]);
        diagonal[j + k] += product;
        lanes[k] += product;
      }
    }
    double sum = 0;
    for (const double lane : lanes) sum += lane;
    for (; j < end; ++j) {
      const double product = static_cast<double>(l[j]) * static_cast<double>(r[j]);
      diagonal[j] += product;
      sum += product;
    }
    rows[n] = sum;
  }
}

static at::Tensor addRowProducts(const at::Tensor &diagonal, const at::Tensor &left, const at::Tensor &right) {
  TORCH_CHECK(left.dim() == 2 && left.sizes() == right.sizes() && left.scalar_type() == right.scalar_type() &&
                  diagonal.scalar_type() == at::kDouble && diagonal.is_contiguous() && diagonal.dim() == 1 &&
                  diagonal.size(0) == left.size(1),
              "row products of ", left.sizes(), " and ", right.sizes(), " into ", diagonal.sizes());
  const at::Tensor l = left.contiguous();
  const at::Tensor r = right.contiguous();
  const int64_t rowCount = l.size(0);
  const int64_t width = l.size(1);
  // Blocks do not depend on the number of threads, so neither do the sums.
  const int64_t blockWidth = 8192;
  const int64_t blockCount = (width + blockWidth - 1) / blockWidth;
  const at::Tensor partial = at::zeros({blockCount, rowCount}, at::kDouble);
  double *sums = partial.mutable_data_ptr<double>();
  double *target = diagonal.mutable_data_ptr<double>();
  AT_DISPATCH_FLOATING_TYPES(l.scalar_type(), "row products", [&] {
    const scalar_t *lp = l.const_data_ptr<scalar_t>();
    const scalar_t *rp = r.const_data_ptr<scalar_t>();
    at::parallel_for(0, blockCount, 4, [&](int64_t from, int64_t to) {
      for (int64_t block = from; block < to; ++block) {
        addBlock(target, lp, rp, rowCount, width, block * blockWidth, std::min(width, (block + 1) * blockWidth),
                 sums + block * rowCount);
      }
    });
  });
  at::Tensor rows = at::zeros({rowCount}, at::kDouble);
  double *result = rows.mutable_data_ptr<double>();
  for (int64_t block = 0; block < blockCount; ++block) {
    for (int64_t n = 0; n < rowCount; ++n) result[n] += sums[block * rowCount + n];
  }
  return rows;
}

}  // namespace ctorch

using namespace ctorch;

ct_status ct_tape_create(const ct_tensor *weights, int32_t count, int64_t image_count, ct_tape *out) {
  return guarded([&] {
    auto tape = std::make_shared<Tape>();
    tape->weights = list(weights, count);
    tape->uses.resize(count);
    tape->imageCount = image_count;
    *out = ct_tape{new std::shared_ptr<Tape>(std::move(tape))};
  });
}

void ct_tape_release(ct_tape tape) { delete static_cast<std::shared_ptr<Tape> *>(tape.ref); }

ct_status ct_tape_begin(ct_tape tape) {
  return guarded([&] {
    TORCH_CHECK(!recordingTape, "another tape records on this thread");
    recordingTape = ctorch::get(tape);
  });
}

void ct_tape_end(void) { recordingTape.reset(); }

int64_t ct_tape_use_count(ct_tape tape, int32_t weight) {
  return static_cast<int64_t>(ctorch::get(tape)->uses[weight].size());
}

ct_status ct_tape_backward(ct_tape handle, ct_tensor loss, bool retain_graph) {
  return guarded([&] {
    Tape &tape = *ctorch::get(handle);
    // Only what arrives now counts as a use that was not recorded.
    std::vector<at::Tensor> before;
    for (at::Tensor &weight : tape.weights) {
      before.push_back(weight.grad());
      weight.mutable_grad() = at::Tensor();
    }
    // A loss without graph still counts as a pass, in which nothing arrives.
    if (get(loss).requires_grad()) torch::autograd::backward({get(loss)}, {}, retain_graph);
    tape.passes += 1;
    for (size_t i = 0; i < before.size(); ++i) {
      at::Tensor &weight = tape.weights[i];
      TORCH_CHECK(!weight.grad().defined(), "a recorded weight of shape ", weight.sizes(),
                  " is also used other than by linear layers and convolutions");
      weight.mutable_grad() = before[i];
    }
  });
}

ct_status ct_tape_gradients(ct_tape handle, int32_t place, int64_t first, int64_t count, ct_tensor *out) {
  return guarded([&] {
    at::NoGradGuard guard;
    const Tape &tape = *ctorch::get(handle);
    const at::Tensor &weight = tape.weights[place];
    std::vector<at::Tensor> sums(tape.passes);
    for (const Use &use : tape.uses[place]) addGradients(use, weight, first, count, sums);
    std::vector<int64_t> shape{count};
    shape.insert(shape.end(), weight.sizes().begin(), weight.sizes().end());
    for (size_t pass = 0; pass < sums.size(); ++pass) {
      out[pass] = sums[pass].defined() ? own(sums[pass].reshape(shape)) : ct_tensor{nullptr};
    }
  });
}

ct_status ct_add_row_products(ct_tensor diagonal, ct_tensor left, ct_tensor right, ct_tensor *out) {
  return produce(out, [&] {
    at::NoGradGuard guard;
    return addRowProducts(get(diagonal), get(left), get(right));
  });
}
