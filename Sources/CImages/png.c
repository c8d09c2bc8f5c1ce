// PNG by libpng's ordinary interface. Its simplified one applies gamma chunks, which the reference decoders do not.
#include <png.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "common.h"

static void on_error(png_structp png, png_const_charp message) {
  (void)qi_fail("%s", message);
  png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp message) {
  (void)png;
  (void)message;
}

typedef struct source {
  const uint8_t *bytes;
  size_t left;
} source;

static void read_bytes(png_structp png, png_bytep to, size_t count) {
  source *from = png_get_io_ptr(png);
  if (count > from->left) png_error(png, "the file ends early");
  memcpy(to, from->bytes, count);
  from->bytes += count;
  from->left -= count;
}

qi_status qi_png_decode(const uint8_t *bytes, size_t count, int32_t channels, qi_pixels *out) {
  source from = {bytes, count};
  out->bytes = NULL;
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, on_error, on_warning);
  png_infop info = png ? png_create_info_struct(png) : NULL;
  // Both are written between setjmp and a jump.
  png_bytep *volatile rows = NULL;
  volatile qi_status status = 1;
  if (!info) {
    png_destroy_read_struct(&png, NULL, NULL);
    return qi_fail("no memory for a PNG reader");
  }
  if (setjmp(png_jmpbuf(png))) goto done;
  png_set_read_fn(png, &from, read_bytes);
  png_read_info(png, info);
  if (qi_allocate(png_get_image_width(png, info), png_get_image_height(png, info), channels, out)) goto done;
  // Deflate shrinks by at most 1032, and a pixel takes at least a bit.
  if (qi_demand_bytes(out, count, 8 * 1032)) goto done;
  png_set_expand(png);
  png_set_strip_16(png);
  png_set_gray_to_rgb(png);
  if (channels == 3)
    png_set_strip_alpha(png);
  else
    png_set_add_alpha(png, 0xff, PNG_FILLER_AFTER);
  png_set_interlace_handling(png);
  png_read_update_info(png, info);
  size_t stride = (size_t)out->width * (size_t)channels;
  if (png_get_rowbytes(png, info) != stride) {
    qi_fail("the PNG unpacks to %zu bytes a row, expected %zu", png_get_rowbytes(png, info), stride);
    goto done;
  }
  rows = malloc((size_t)out->height * sizeof *rows);
  if (!rows) {
    qi_fail("no memory for a PNG of %d rows", out->height);
    goto done;
  }
  for (int32_t y = 0; y < out->height; y++) rows[y] = out->bytes + (size_t)y * stride;
  png_read_image(png, rows);
  png_read_end(png, NULL);
  status = 0;
done:
  png_destroy_read_struct(&png, &info, NULL);
  free(rows);
  if (status) {
    free(out->bytes);
    out->bytes = NULL;
  }
  return status;
}

typedef struct sink {
  uint8_t *bytes;
  size_t count, capacity;
} sink;

static void write_bytes(png_structp png, png_bytep from, size_t count) {
  sink *to = png_get_io_ptr(png);
  if (to->count + count > to->capacity) {
    size_t capacity = 2 * (to->count + count);
    uint8_t *grown = realloc(to->bytes, capacity);
    if (!grown) png_error(png, "no memory for the encoded PNG");
    to->bytes = grown;
    to->capacity = capacity;
  }
  memcpy(to->bytes + to->count, from, count);
  to->count += count;
}

static void flush(png_structp png) { (void)png; }

// Writes the whole file; the caller keeps what a jump must not lose.
static qi_status encode(
    png_structp png, png_infop info, const uint8_t *pixels, int32_t width, int32_t height, int32_t channels) {
  if (setjmp(png_jmpbuf(png))) return 1;
  png_set_IHDR(
      png, info, (png_uint_32)width, (png_uint_32)height, 8, channels == 4 ? PNG_COLOR_TYPE_RGBA : PNG_COLOR_TYPE_RGB,
      PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_write_info(png, info);
  for (int32_t y = 0; y < height; y++) png_write_row(png, pixels + (size_t)y * (size_t)width * (size_t)channels);
  png_write_end(png, NULL);
  return 0;
}

qi_status qi_png_encode(const uint8_t *pixels, int32_t width, int32_t height, int32_t channels, qi_buffer *out) {
  sink to = {NULL, 0, 0};
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, on_error, on_warning);
  png_infop info = png ? png_create_info_struct(png) : NULL;
  if (!info) {
    png_destroy_write_struct(&png, NULL);
    return qi_fail("no memory for a PNG writer");
  }
  png_set_write_fn(png, &to, write_bytes, flush);
  qi_status status = encode(png, info, pixels, width, height, channels);
  png_destroy_write_struct(&png, &info);
  if (status) {
    free(to.bytes);
    return status;
  }
  out->bytes = to.bytes;
  out->count = to.count;
  return 0;
}
