// JPEG by libjpeg.
#include <stdio.h>  // jpeglib.h wants FILE
// A blank line keeps the order: jpeglib.h needs the types above.
#include <jerror.h>
#include <jpeglib.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "common.h"

typedef struct handler {
  struct jpeg_error_mgr base;
  jmp_buf escape;
} handler;

static void on_error(j_common_ptr info) {
  char message[JMSG_LENGTH_MAX];
  info->err->format_message(info, message);
  (void)qi_fail("%s", message);
  longjmp(((handler *)info->err)->escape, 1);
}

// libjpeg fills a truncated picture with grey and only warns; the reference decoders refuse such a file.
static void on_message(j_common_ptr info, int level) {
  if (level == -1 && info->err->msg_code == JWRN_JPEG_EOF) on_error(info);
}

static void silence(j_common_ptr info) { (void)info; }

static struct jpeg_error_mgr *prepare(handler *errors) {
  struct jpeg_error_mgr *base = jpeg_std_error(&errors->base);
  base->error_exit = on_error;
  base->emit_message = on_message;
  base->output_message = silence;
  return base;
}

// One row of CMYK to RGB. Adobe's files hold the inks inverted.
static void convert_row(const uint8_t *from, uint8_t *to, int32_t width, int inverted) {
  for (int32_t x = 0; x < width; x++, from += 4, to += 3) {
    int light = inverted ? from[3] : 255 - from[3];
    for (int c = 0; c < 3; c++) {
      int ink = inverted ? 255 - from[c] : from[c];
      int product = ink * light + 128;
      int value = light - (((product >> 8) + product) >> 8);
      to[c] = (uint8_t)(value < 0 ? 0 : value);
    }
  }
}

qi_status qi_jpeg_decode(const uint8_t *bytes, size_t count, qi_pixels *out) {
  struct jpeg_decompress_struct info;
  handler errors;
  uint8_t *volatile line = NULL;
  out->bytes = NULL;
  memset(&info, 0, sizeof info);
  info.err = prepare(&errors);
  if (setjmp(errors.escape)) goto failed;
  jpeg_create_decompress(&info);
  jpeg_mem_src(&info, bytes, count);
  jpeg_read_header(&info, TRUE);
  int has_inks = info.jpeg_color_space == JCS_CMYK || info.jpeg_color_space == JCS_YCCK;
  info.out_color_space = has_inks ? JCS_CMYK : JCS_RGB;
  if (qi_allocate(info.image_width, info.image_height, 3, out)) goto failed;
  // Huffman codes take at least a bit for a block of 64 pixels.
  if (qi_demand_bytes(out, count, 512)) goto failed;
  jpeg_start_decompress(&info);
  if (has_inks && !(line = malloc((size_t)out->width * 4))) {
    qi_fail("no memory for a row of %d pixels", out->width);
    goto failed;
  }
  while (info.output_scanline < info.output_height) {
    uint8_t *to = out->bytes + (size_t)info.output_scanline * (size_t)out->width * 3;
    JSAMPROW row = has_inks ? line : to;
    jpeg_read_scanlines(&info, &row, 1);
    if (has_inks) convert_row(line, to, out->width, info.saw_Adobe_marker);
  }
  jpeg_finish_decompress(&info);
  jpeg_destroy_decompress(&info);
  free(line);
  return 0;
failed:
  jpeg_destroy_decompress(&info);
  free(line);
  free(out->bytes);
  out->bytes = NULL;
  return 1;
}

qi_status qi_jpeg_encode(const uint8_t *pixels, int32_t width, int32_t height, int32_t quality, qi_buffer *out) {
  struct jpeg_compress_struct info;
  handler errors;
  unsigned char *bytes = NULL;
  unsigned long count = 0;
  memset(&info, 0, sizeof info);
  info.err = prepare(&errors);
  // Only a lack of memory leads here; libjpeg may then have freed `bytes` already, so it is not freed again.
  if (setjmp(errors.escape)) {
    jpeg_destroy_compress(&info);
    return 1;
  }
  jpeg_create_compress(&info);
  jpeg_mem_dest(&info, &bytes, &count);
  info.image_width = (JDIMENSION)width;
  info.image_height = (JDIMENSION)height;
  info.input_components = 3;
  info.in_color_space = JCS_RGB;
  jpeg_set_defaults(&info);
  jpeg_set_quality(&info, quality, TRUE);
  jpeg_start_compress(&info, TRUE);
  while (info.next_scanline < info.image_height) {
    JSAMPROW row = (JSAMPROW)(pixels + (size_t)info.next_scanline * (size_t)width * 3);
    jpeg_write_scanlines(&info, &row, 1);
  }
  jpeg_finish_compress(&info);
  jpeg_destroy_compress(&info);
  out->bytes = bytes;
  out->count = count;
  return 0;
}
