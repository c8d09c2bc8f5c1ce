// The C functions of csimdjson.h over simdjson's document tree.
#include "csimdjson.h"

#include <simdjson.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::element_type;
using simdjson::dom::object;

// Handles are these objects themselves, copied byte by byte: the header may not name C++ types.
static_assert(std::is_trivially_copyable_v<element> && sizeof(element) <= sizeof(csj_value::handle));
static_assert(std::is_trivially_copyable_v<array::iterator> && sizeof(array::iterator) <= sizeof(csj_walk::next));

// The text parsed last with the memory to parse the next one.
struct piece {
  simdjson::dom::parser parser;
  std::vector<uint8_t> text;
  element root;
};

thread_local std::string last_error;
thread_local int64_t last_error_offset = -1;

csj_status fail(csj_status status, const char *message, int64_t offset = -1) noexcept {
  last_error_offset = offset;
  try {
    last_error = message;
  } catch (...) {
    last_error.clear();
  }
  return status;
}

template <typename Body>
csj_status guarded(Body body) noexcept {
  try {
    return body();
  } catch (const std::bad_alloc &) {
    return fail(2, "out of memory");
  } catch (const std::exception &error) {
    return fail(1, error.what());
  } catch (...) {
    return fail(1, "an unknown failure");
  }
}

template <typename Value>
void store(uint64_t *words, const Value &value) noexcept {
  std::memcpy(words, &value, sizeof(Value));
}

template <typename Value>
Value load(const uint64_t *words) noexcept {
  Value value;
  std::memcpy(static_cast<void *>(&value), words, sizeof(Value));
  return value;
}

csj_value described(element value) noexcept {
  csj_value out{};
  store(out.handle, value);
  switch (value.type()) {
    case element_type::NULL_VALUE: out.kind = csj_null; break;
    case element_type::BOOL:
      out.kind = csj_boolean;
      out.integer = value.get_bool().value_unsafe() ? 1 : 0;
      break;
    case element_type::INT64:
      out.kind = csj_integer;
      out.integer = value.get_int64().value_unsafe();
      out.real = static_cast<double>(out.integer);
      break;
    case element_type::UINT64:  // only used beyond the range of signed integers
      out.kind = csj_real;
      out.real = static_cast<double>(value.get_uint64().value_unsafe());
      break;
    case element_type::DOUBLE:
      out.kind = csj_real;
      out.real = value.get_double().value_unsafe();
      break;
    case element_type::STRING: {
      const std::string_view text = value.get_string().value_unsafe();
      out.kind = csj_string;
      out.text = text.data();
      out.length = text.size();
      break;
    }
    case element_type::ARRAY:
      out.kind = csj_array;
      out.length = value.get_array().value_unsafe().size();
      break;
    case element_type::OBJECT:
      out.kind = csj_object;
      out.length = value.get_object().value_unsafe().size();
      break;
  }
  return out;
}

using ondemand_value = simdjson::ondemand::value;

// Visits everything below a value; the tree parser does not say where it failed, this walk does.
simdjson::error_code visit(ondemand_value value, int depth) {
  if (depth > 1000) return simdjson::DEPTH_ERROR;
  simdjson::ondemand::json_type type;
  if (auto error = value.type().get(type)) return error;
  switch (type) {
    case simdjson::ondemand::json_type::array: {
      simdjson::ondemand::array items;
      if (auto error = value.get_array().get(items)) return error;
      for (auto item : items) {
        ondemand_value inner;
        if (auto error = item.get(inner)) return error;
        if (auto error = visit(inner, depth + 1)) return error;
      }
      return simdjson::SUCCESS;
    }
    case simdjson::ondemand::json_type::object: {
      simdjson::ondemand::object fields;
      if (auto error = value.get_object().get(fields)) return error;
      for (auto field : fields) {
        ondemand_value inner;
        if (auto error = field.value().get(inner)) return error;
        if (auto error = visit(inner, depth + 1)) return error;
      }
      return simdjson::SUCCESS;
    }
    case simdjson::ondemand::json_type::number: return value.get_number().error();
    case simdjson::ondemand::json_type::string: return value.get_string().error();
    case simdjson::ondemand::json_type::boolean: return value.get_bool().error();
    case simdjson::ondemand::json_type::null: return value.is_null() ? simdjson::SUCCESS : simdjson::N_ATOM_ERROR;
  }
  return simdjson::SUCCESS;
}

// Where a text stops being UTF-8: the longest good beginning, found piece by piece.
size_t offset_of_bad_text(const char *text, size_t count) {
  size_t good = 0;
  while (good < count) {
    size_t length = 1;
    while (length <= 4 && good + length <= count && !simdjson::validate_utf8(text + good, length)) ++length;
    if (length > 4 || good + length > count) return good;
    good += length;
  }
  return count;
}

// The byte at which a text stops being JSON, or -1.
int64_t offset_of_fault(const uint8_t *bytes, size_t count, simdjson::error_code error) {
  if (error == simdjson::EMPTY) return 0;
  if (error == simdjson::UNCLOSED_STRING) return static_cast<int64_t>(count);
  if (error == simdjson::UTF8_ERROR) {
    return static_cast<int64_t>(offset_of_bad_text(reinterpret_cast<const char *>(bytes), count));
  }
  simdjson::padded_string text(reinterpret_cast<const char *>(bytes), count);
  simdjson::ondemand::parser parser;
  simdjson::ondemand::document document;
  if (parser.iterate(text).get(document)) return -1;
  ondemand_value root;
  if (document.get_value().get(root)) return -1;
  if (visit(root, 0) == simdjson::SUCCESS) return -1;
  const char *place = nullptr;
  if (document.current_location().get(place)) return -1;
  const int64_t offset = place - text.data();
  return offset >= 0 && offset <= static_cast<int64_t>(count) ? offset : -1;
}

}  // namespace

extern "C" {

csj_status csj_parse_elements(const uint8_t *bytes, size_t count, csj_document *document) {
  return guarded([&]() -> csj_status {
    if (document->ref == nullptr) document->ref = new piece();
    auto *piece = static_cast<struct piece *>(document->ref);
    auto &text = piece->text;
    text.resize(count + 2 + simdjson::SIMDJSON_PADDING);
    text[0] = '[';
    if (count > 0) std::memcpy(text.data() + 1, bytes, count);
    text[count + 1] = ']';
    const auto error = piece->parser.parse(text.data(), count + 2, false).get(piece->root);
    if (error == simdjson::MEMALLOC) return fail(2, "out of memory");
    if (error) {
      // Offsets are those of the caller's bytes.
      const auto offset = offset_of_fault(text.data(), count + 2, error);
      const auto last = static_cast<int64_t>(count);
      return fail(1, simdjson::error_message(error), offset < 0 ? -1 : std::clamp<int64_t>(offset - 1, 0, last));
    }
    return 0;
  });
}

void csj_release(csj_document document) { delete static_cast<piece *>(document.ref); }

csj_value csj_root(csj_document document) {
  return document.ref == nullptr ? csj_value{} : described(static_cast<piece *>(document.ref)->root);
}

csj_status csj_fields(csj_value value, const char *const *keys, size_t count, csj_value *out) {
  for (size_t i = 0; i < count; ++i) out[i] = csj_value{};
  if (value.kind != csj_object) return fail(1, "not an object");
  for (const auto field : load<element>(value.handle).get_object().value_unsafe()) {
    for (size_t i = 0; i < count; ++i) {
      if (field.key == std::string_view(keys[i])) out[i] = described(field.value);
    }
  }
  return 0;
}

csj_status csj_walk_start(csj_value value, csj_walk *out) {
  if (value.kind != csj_array) return fail(1, "not an array");
  const array items = load<element>(value.handle).get_array().value_unsafe();
  store(out->next, items.begin());
  store(out->end, items.end());
  return 0;
}

int32_t csj_walk_next(csj_walk *walk, csj_value *out) {
  auto next = load<array::iterator>(walk->next);
  const auto end = load<array::iterator>(walk->end);
  if (!(next != end)) return 0;
  *out = described(*next);
  ++next;
  store(walk->next, next);
  return 1;
}

csj_status csj_numbers(csj_value value, double *out, size_t capacity, size_t *count) {
  *count = 0;
  if (value.kind != csj_array) return fail(1, "not an array");
  for (const element item : load<element>(value.handle).get_array().value_unsafe()) {
    double number;
    if (item.get_double().get(number)) return fail(1, "not a number");
    if (*count < capacity) out[*count] = number;
    ++*count;
  }
  return 0;
}

const char *csj_last_error(void) { return last_error.c_str(); }

int64_t csj_last_error_offset(void) { return last_error_offset; }

}  // extern "C"
