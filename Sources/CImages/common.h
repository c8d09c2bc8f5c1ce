// What the sources of this target share.
#ifndef QUIRE_CIMAGES_COMMON_H
#define QUIRE_CIMAGES_COMMON_H

#include "CImages.h"

// Pictures larger than this are refused: a damaged header must not ask for all memory.
#define QI_MOST_PIXELS ((int64_t)1 << 28)

// Records a message for qi_last_error() and returns the status of failure.
qi_status qi_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

// Memory for a picture, or failure with a message when it is empty, too large or there is no memory.
qi_status qi_allocate(int64_t width, int64_t height, int32_t channels, qi_pixels *out);

// Fails where so few bytes cannot hold so many pixels, before a decoder fills memory for them.
qi_status qi_demand_bytes(const qi_pixels *picture, size_t count, int64_t most_pixels_per_byte);

#endif
