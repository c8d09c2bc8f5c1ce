// A C view of the libtorch operators this project uses. The only target that sees libtorch's own headers.
//
// Every call returns a status and writes its result through `out`; no exception leaves; what is written to `out` is
// owned by the caller and given back with ct_tensor_release. Dimensions may be negative as in libtorch.
#ifndef CTORCH_H
#define CTORCH_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CT_MUST_USE __attribute__((warn_unused_result))

typedef struct ct_tensor {
  void *ref;
} ct_tensor;

typedef enum ct_status { CT_OK = 0, CT_ERROR = 1, CT_OUT_OF_MEMORY = 2 } ct_status;

typedef enum ct_dtype { CT_FLOAT32 = 0, CT_FLOAT64 = 1, CT_FLOAT16 = 2, CT_INT64 = 3, CT_UINT8 = 4, CT_BOOL = 5, CT_INT8 = 6, CT_INT32 = 7 } ct_dtype;

// The message of this thread's last failure, valid until its next one.
const char *ct_last_error(void);
const char *ct_torch_version(void);
const char *ct_parallel_info(void);
// Handles that are not yet released: what a leak test counts.
int64_t ct_live_tensors(void);
int ct_thread_count(void);
void ct_set_thread_count(int count);
bool ct_has_cuda(void);

// Life and contents.
void ct_tensor_release(ct_tensor tensor);
CT_MUST_USE ct_status ct_from_bytes(const void *bytes, const int64_t *shape, int32_t rank, ct_dtype dtype, ct_tensor *out);
CT_MUST_USE ct_status ct_copy_bytes(ct_tensor tensor, void *bytes, int64_t capacity);
CT_MUST_USE ct_status ct_item(ct_tensor tensor, double *out);
int32_t ct_rank(ct_tensor tensor);
int64_t ct_size(ct_tensor tensor, int32_t dimension);
int64_t ct_element_count(ct_tensor tensor);
int32_t ct_dtype_of(ct_tensor tensor);
bool ct_is_cuda(ct_tensor tensor);
CT_MUST_USE ct_status ct_full(const int64_t *shape, int32_t rank, double value, ct_dtype dtype, ct_tensor *out);
CT_MUST_USE ct_status ct_arange(double start, double end, double step, ct_dtype dtype, ct_tensor *out);
// Random numbers are a function of the seed alone; there is no generator to share.
CT_MUST_USE ct_status ct_uniform(const int64_t *shape, int32_t rank, double low, double high, uint64_t seed, ct_tensor *out);
CT_MUST_USE ct_status ct_normal(const int64_t *shape, int32_t rank, uint64_t seed, ct_tensor *out);
CT_MUST_USE ct_status ct_to_dtype(ct_tensor tensor, ct_dtype dtype, ct_tensor *out);
CT_MUST_USE ct_status ct_to_cuda(ct_tensor tensor, bool cuda, ct_tensor *out);

// One operand.
#define CT_UNARY(name) CT_MUST_USE ct_status ct_##name(ct_tensor input, ct_tensor *out);
CT_UNARY(neg)
CT_UNARY(exp)
CT_UNARY(log)
CT_UNARY(sqrt)
CT_UNARY(rsqrt)
CT_UNARY(abs)
CT_UNARY(sin)
CT_UNARY(cos)
CT_UNARY(sigmoid)
CT_UNARY(relu)
CT_UNARY(sign)
CT_UNARY(round)
CT_UNARY(floor)
CT_UNARY(log_sigmoid)
CT_UNARY(is_finite)
CT_UNARY(logical_not)
CT_UNARY(sum_all)
CT_UNARY(mean_all)
CT_UNARY(max_all)
CT_UNARY(contiguous)
CT_UNARY(channels_last)
CT_UNARY(clone)
CT_UNARY(detach)

// Two operands, broadcast.
#define CT_BINARY(name) CT_MUST_USE ct_status ct_##name(ct_tensor left, ct_tensor right, ct_tensor *out);
CT_BINARY(add)
CT_BINARY(sub)
CT_BINARY(mul)
CT_BINARY(div)
CT_BINARY(maximum)
CT_BINARY(minimum)
CT_BINARY(equal)
CT_BINARY(less)
CT_BINARY(less_equal)
CT_BINARY(logical_and)
CT_BINARY(matmul)
CT_BINARY(prelu)

// A tensor and a number.
#define CT_SCALAR(name) CT_MUST_USE ct_status ct_##name(ct_tensor input, double value, ct_tensor *out);
CT_SCALAR(add_scalar)
CT_SCALAR(mul_scalar)
CT_SCALAR(pow_scalar)
CT_SCALAR(clamp_min)
CT_SCALAR(clamp_max)
CT_SCALAR(equal_scalar)
CT_SCALAR(greater_scalar)
CT_SCALAR(less_scalar)

CT_MUST_USE ct_status ct_where(ct_tensor condition, ct_tensor yes, ct_tensor no, ct_tensor *out);
CT_MUST_USE ct_status ct_masked_fill(ct_tensor input, ct_tensor mask, double value, ct_tensor *out);

// Reductions over given dimensions.
#define CT_REDUCE(name) CT_MUST_USE ct_status ct_##name(ct_tensor input, const int64_t *dims, int32_t count, bool keep, ct_tensor *out);
CT_REDUCE(sum)
CT_REDUCE(mean)
CT_REDUCE(amax)
CT_MUST_USE ct_status ct_max(ct_tensor input, int64_t dim, bool keep, ct_tensor *values, ct_tensor *indices);
CT_MUST_USE ct_status ct_top_k(ct_tensor input, int64_t count, int64_t dim, ct_tensor *values, ct_tensor *indices);
CT_MUST_USE ct_status ct_cumulative_sum(ct_tensor input, int64_t dim, ct_tensor *out);
CT_MUST_USE ct_status ct_log_sum_exp(ct_tensor input, int64_t dim, bool keep, ct_tensor *out);
CT_MUST_USE ct_status ct_softmax(ct_tensor input, int64_t dim, ct_tensor *out);
CT_MUST_USE ct_status ct_log_softmax(ct_tensor input, int64_t dim, ct_tensor *out);

// Shapes.
CT_MUST_USE ct_status ct_reshape(ct_tensor input, const int64_t *shape, int32_t rank, ct_tensor *out);
CT_MUST_USE ct_status ct_permute(ct_tensor input, const int64_t *dims, int32_t rank, ct_tensor *out);
CT_MUST_USE ct_status ct_expand(ct_tensor input, const int64_t *shape, int32_t rank, ct_tensor *out);
CT_MUST_USE ct_status ct_flip(ct_tensor input, const int64_t *dims, int32_t count, ct_tensor *out);
CT_MUST_USE ct_status ct_transpose(ct_tensor input, int64_t first, int64_t second, ct_tensor *out);
CT_MUST_USE ct_status ct_narrow(ct_tensor input, int64_t dim, int64_t start, int64_t length, ct_tensor *out);
CT_MUST_USE ct_status ct_select(ct_tensor input, int64_t dim, int64_t index, ct_tensor *out);
CT_MUST_USE ct_status ct_index_select(ct_tensor input, int64_t dim, ct_tensor index, ct_tensor *out);
CT_MUST_USE ct_status ct_gather(ct_tensor input, int64_t dim, ct_tensor index, ct_tensor *out);
CT_MUST_USE ct_status ct_cat(const ct_tensor *tensors, int32_t count, int64_t dim, ct_tensor *out);
CT_MUST_USE ct_status ct_stack(const ct_tensor *tensors, int32_t count, int64_t dim, ct_tensor *out);

// Layers. An absent optional tensor has a null `ref`.
CT_MUST_USE ct_status ct_linear(ct_tensor input, ct_tensor weight, ct_tensor bias, ct_tensor *out);
// `scale`, one number per output channel, multiplies the weight.
CT_MUST_USE ct_status ct_conv2d(ct_tensor input, ct_tensor weight, ct_tensor scale, ct_tensor bias, int64_t stride, int64_t padding, int64_t dilation, ct_tensor *out);
CT_MUST_USE ct_status ct_max_pool2d(ct_tensor input, int64_t kernel, int64_t stride, int64_t padding, ct_tensor *out);
CT_MUST_USE ct_status ct_batch_norm(ct_tensor input, ct_tensor weight, ct_tensor bias, ct_tensor mean, ct_tensor variance, bool training, double momentum, double epsilon, ct_tensor *out);
CT_MUST_USE ct_status ct_layer_norm(ct_tensor input, ct_tensor weight, ct_tensor bias, double epsilon, ct_tensor *out);
CT_MUST_USE ct_status ct_group_norm(ct_tensor input, int64_t groups, ct_tensor weight, ct_tensor bias, double epsilon, ct_tensor *out);
CT_MUST_USE ct_status ct_dropout(ct_tensor input, double probability, uint64_t seed, ct_tensor *out);
// What the heads of queries find in keys and values, [image, query, head * channel]. Queries, keys and values are
// [image, head, token, channel], one image standing for all; `mask` [image, 1, 1, key] is additive or absent.
CT_MUST_USE ct_status ct_attention(ct_tensor query, ct_tensor key, ct_tensor value, ct_tensor mask, ct_tensor *out);
// Multi-scale deformable attention. `value` [image, cell, head, channel], levels one after another; `references`
// [image or 1, query, level, 2 or 4]; `offsets` [image, query, head, level * point, 2]; `scores` without the last
// dimension, before the softmax; `extents` rows and columns of each level. Fused it has no second derivative.
CT_MUST_USE ct_status ct_deformable_attention(ct_tensor value, ct_tensor references, ct_tensor offsets, ct_tensor scores, const int64_t *extents, int32_t level_count, bool fused, ct_tensor *out);

// Gradients. The mode is per thread.
bool ct_exchange_gradient_mode(bool enabled);
CT_MUST_USE ct_status ct_set_requires_gradient(ct_tensor tensor, bool enabled);
bool ct_requires_gradient(ct_tensor tensor);
CT_MUST_USE ct_status ct_backward(ct_tensor loss);
// The accumulated gradient; a null `ref` where there is none.
CT_MUST_USE ct_status ct_gradient(ct_tensor tensor, ct_tensor *out);
CT_MUST_USE ct_status ct_clear_gradient(ct_tensor tensor);
// Writes `count` handles to `out`; one that does not depend on the output has a null `ref`.
CT_MUST_USE ct_status ct_gradients(ct_tensor output, ct_tensor output_gradient, const ct_tensor *inputs, int32_t count, bool retain_graph, bool create_graph, ct_tensor *out);

// Gradients of single images within a batch. While a tape records on this thread, ct_linear and ct_conv2d keep for every
// use of its weights the input, and at each backward pass the gradient at the output; the weights themselves get none.
// Images lie along the first dimension; where ct_linear is given four dimensions, along the second.
typedef struct ct_tape {
  void *ref;
} ct_tape;

CT_MUST_USE ct_status ct_tape_create(const ct_tensor *weights, int32_t count, int64_t image_count, ct_tape *out);
void ct_tape_release(ct_tape tape);
// Records on this thread until the end is called; one tape at a time.
CT_MUST_USE ct_status ct_tape_begin(ct_tape tape);
void ct_tape_end(void);
int64_t ct_tape_use_count(ct_tape tape, int32_t weight);
CT_MUST_USE ct_status ct_tape_backward(ct_tape tape, ct_tensor loss, bool retain_graph);
// One handle per backward pass so far, [count, shape of the weight]; a null `ref` where nothing arrived.
CT_MUST_USE ct_status ct_tape_gradients(ct_tape tape, int32_t weight, int64_t first, int64_t count, ct_tensor *out);
// diagonal[j] += sum over n of left[n][j] * right[n][j], in float64; out[n] = the sum over j, [n] in float64.
CT_MUST_USE ct_status ct_add_row_products(ct_tensor diagonal, ct_tensor left, ct_tensor right, ct_tensor *out);

// In place, outside of any graph.
CT_MUST_USE ct_status ct_assign(ct_tensor target, ct_tensor source);
CT_MUST_USE ct_status ct_add_in_place(ct_tensor target, ct_tensor source, double scale);
CT_MUST_USE ct_status ct_multiply_in_place(ct_tensor target, double value);
// target += scale * left * right
CT_MUST_USE ct_status ct_add_product_in_place(ct_tensor target, ct_tensor left, ct_tensor right, double scale);
// One AdamW step (decoupled decay) over all parameters of a group; `step` counts from 1.
CT_MUST_USE ct_status ct_adamw(const ct_tensor *parameters, const ct_tensor *gradients, const ct_tensor *means, const ct_tensor *variances, int32_t count, int64_t step, double rate, double beta1, double beta2, double decay, double epsilon);
// The Euclidean norm over all tensors together.
CT_MUST_USE ct_status ct_total_norm(const ct_tensor *tensors, int32_t count, double *out);

#ifdef __cplusplus
}
#endif
#endif
