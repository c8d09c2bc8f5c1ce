// Fonts, PNG and JPEG for Swift, over FreeType, libpng and libjpeg.
//
// Every call returns a status; the words for a failure are in qi_last_error() of the same thread until its next failure.
// Pixel buffers returned by a call belong to the caller, who gives them back with qi_free().
#ifndef QUIRE_CIMAGES_H
#define QUIRE_CIMAGES_H

#include <stddef.h>
#include <stdint.h>

#define QI_MUST_USE __attribute__((warn_unused_result))

// 0 success, 1 error.
typedef int32_t qi_status;

// Rows top to bottom without padding, `channels` bytes per pixel in the order R, G, B, A.
typedef struct qi_pixels {
  uint8_t *bytes;
  int32_t width;
  int32_t height;
  int32_t channels;
} qi_pixels;

// An encoded file in memory.
typedef struct qi_buffer {
  uint8_t *bytes;
  size_t count;
} qi_buffer;

// An open font at one size.
typedef struct qi_font {
  void *ref;
} qi_font;

const char *qi_last_error(void);
void qi_free(void *memory);

// Opens a font file. A font of fixed bitmap sizes is set to its first one, any other to `pixel_size` pixels per em.
QI_MUST_USE qi_status qi_font_open(const char *path, int32_t pixel_size, qi_font *out);
void qi_font_close(qi_font font);

// The colour picture of one code point as premultiplied RGBA. `found` is 0, and nothing is drawn, where the font lacks it.
QI_MUST_USE qi_status qi_font_glyph(qi_font font, uint32_t code_point, int32_t *found, qi_pixels *out);

// Decodes a PNG of any colour type and depth to 8 bits; `channels` is 3 (alpha is dropped, not blended) or 4 (straight).
// No gamma or colour profile is applied.
QI_MUST_USE qi_status qi_png_decode(const uint8_t *bytes, size_t count, int32_t channels, qi_pixels *out);

// Encodes RGB or, with 4 channels, straight RGBA.
QI_MUST_USE qi_status qi_png_encode(const uint8_t *pixels, int32_t width, int32_t height, int32_t channels, qi_buffer *out);

// Decodes a JPEG to RGB with libjpeg's defaults (accurate integer transform, smooth chroma). A file that ends early is an error.
QI_MUST_USE qi_status qi_jpeg_decode(const uint8_t *bytes, size_t count, qi_pixels *out);

// Encodes RGB at a quality of 1...100 with libjpeg's defaults (chroma halved both ways).
QI_MUST_USE qi_status qi_jpeg_encode(const uint8_t *pixels, int32_t width, int32_t height, int32_t quality, qi_buffer *out);

#endif
