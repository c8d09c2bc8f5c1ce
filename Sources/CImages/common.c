#include "common.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static _Thread_local char last_error[256];

const char *qi_last_error(void) { return last_error; }

void qi_free(void *memory) { free(memory); }

qi_status qi_fail(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(last_error, sizeof last_error, format, arguments);
  va_end(arguments);
  return 1;
}

qi_status qi_allocate(int64_t width, int64_t height, int32_t channels, qi_pixels *out) {
  if (width < 1 || height < 1) return qi_fail("the picture is empty (%lld x %lld)", (long long)width, (long long)height);
  if (width > QI_MOST_PIXELS / height)
    return qi_fail("the picture is too large (%lld x %lld)", (long long)width, (long long)height);
  out->bytes = malloc((size_t)width * (size_t)height * (size_t)channels);
  if (!out->bytes) return qi_fail("no memory for a picture of %lld x %lld", (long long)width, (long long)height);
  out->width = (int32_t)width;
  out->height = (int32_t)height;
  out->channels = channels;
  return 0;
}

qi_status qi_demand_bytes(const qi_pixels *picture, size_t count, int64_t most_pixels_per_byte) {
  int64_t pixels = (int64_t)picture->width * picture->height;
  if (pixels / most_pixels_per_byte <= (int64_t)count) return 0;
  return qi_fail(
      "%zu bytes cannot hold a picture of %d x %d", count, picture->width, picture->height);
}
