// JSON documents through simdjson, as C functions: a parsed tree, and values read out of it.
//
// No exception leaves. Functions that can fail return a status; the message is that of this thread's last failure.
// A value refers to its document and, if it is text, to memory of the document: release the document last.
#ifndef CSIMDJSON_H
#define CSIMDJSON_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CSJ_MUST_USE __attribute__((warn_unused_result))

/// 0: done; 1: the text is not JSON, or the value is of another kind; 2: out of memory.
typedef int32_t csj_status;

/// A parsed text, owned by the caller: give it back with csj_release. All zero is a document without a text.
typedef struct csj_document { void *ref; } csj_document;

enum { csj_absent, csj_null, csj_boolean, csj_integer, csj_real, csj_string, csj_array, csj_object };

/// One value of a document. Which members count depends on the kind.
typedef struct csj_value {
  int32_t kind;
  int64_t integer;     // of a boolean (0 or 1) or an integer
  double real;         // of an integer or a real
  const char *text;    // of a string: UTF-8, not ended by zero
  size_t length;       // bytes of text; elements of an array; fields of an object (arrays and objects: at most 0xFFFFFF)
  uint64_t handle[2];  // where it stands in the document
} csj_value;

/// A walk over the elements of an array.
typedef struct csj_walk { uint64_t next[2]; uint64_t end[2]; } csj_walk;

/// Parses `count` bytes of UTF-8 text: elements of a list, separated by commas. The outermost value becomes that list.
///
/// `document` is all zero or a document of before, whose values become invalid and whose memory is used again. The bytes are
/// copied and may be freed afterwards.
CSJ_MUST_USE csj_status csj_parse_elements(const uint8_t *bytes, size_t count, csj_document *document);

/// Frees a document, if there is one; every value of it becomes invalid.
void csj_release(csj_document document);

/// The outermost value.
csj_value csj_root(csj_document document);

/// The values of an object under `count` keys (each ended by zero), in one pass; a missing key gives csj_absent, and of
/// a repeated key the last counts. Status 1 if the value is no object.
CSJ_MUST_USE csj_status csj_fields(csj_value object, const char *const *keys, size_t count, csj_value *out);

/// Starts a walk over the elements of an array. Status 1 if the value is no array.
CSJ_MUST_USE csj_status csj_walk_start(csj_value array, csj_walk *out);

/// The next element, if there is one: 1, and 0 at the end.
int32_t csj_walk_next(csj_walk *walk, csj_value *out);

/// Up to `capacity` numbers of an array. `count` becomes the number of elements, those beyond `capacity` included.
/// Status 1 if the value is no array or an element is no number.
CSJ_MUST_USE csj_status csj_numbers(csj_value array, double *out, size_t capacity, size_t *count);

/// What the last failure of this thread was.
const char *csj_last_error(void);

/// The byte at which the last failure of csj_parse_elements was found, or -1 where that is not known.
int64_t csj_last_error_offset(void);

#ifdef __cplusplus
}
#endif
#endif
